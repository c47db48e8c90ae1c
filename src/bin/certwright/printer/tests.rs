//! Tests of the printer, and the captured streams that other rooms' tests print to.

use std::sync::Arc;

use super::*;

/// What a captured [`Printer`] wrote.
#[derive(Clone, Default)]
pub(crate) struct Captured(Arc<Mutex<Vec<u8>>>);

impl Captured {
    pub(crate) fn text(&self) -> String {
        String::from_utf8(lock(&self.0).clone()).unwrap()
    }

    fn stream(&self) -> Stream {
        Stream { plain: Box::new(self.clone()), coloured: None }
    }
}

impl Write for Captured {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        lock(&self.0).extend_from_slice(octets);
        Ok(octets.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A printer without colours whose standard output and standard error are captured, in this order.
pub(crate) fn captured(manner: Manner) -> (Printer, Captured, Captured) {
    captured_in(manner, || Some(80))
}

fn captured_in(manner: Manner, width: fn() -> Option<usize>) -> (Printer, Captured, Captured) {
    let (out, err) = (Captured::default(), Captured::default());
    (Printer::on(manner, out.stream(), err.stream(), width), out, err)
}

struct Failing(io::ErrorKind);

impl Write for Failing {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(self.0.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Err(self.0.into())
    }
}

fn failing(kind: io::ErrorKind) -> Printer {
    let out = Stream { plain: Box::new(Failing(kind)), coloured: None };
    Printer::on(Manner::default(), out, Captured::default().stream(), || None)
}

#[test]
fn data_goes_to_one_stream_and_talk_to_the_other() {
    let (printer, out, err) = captured(Manner::default());
    printer.data("\u{1b}[31mas it is\n");
    printer.styled("\u{1b}[31mwithout colour\u{1b}[0m\n");
    printer.note("working");
    assert_eq!(out.text(), "\u{1b}[31mas it is\nwithout colour\n");
    assert_eq!(err.text(), "working\n");
}

#[test]
fn quiet_silences_talk_but_neither_warnings_nor_errors() {
    let (printer, _, err) = captured(Manner { quiet: true, ..Manner::default() });
    printer.note("working");
    printer.warning(&Warning::new("odd").hint("do"));
    printer.error(&Message { text: "bad\u{1b}[2J\nline".to_owned(), ..Message::default() });
    assert_eq!(err.text(), "warning: odd\nhint: do\nerror: bad\\u{1b}[2J\\u{a}line\n");
}

#[test]
fn a_passing_line_goes_before_anything_is_said_and_for_good_at_an_interruption() {
    let (printer, out, err) = captured(Manner::default());
    printer.pass("working |");
    printer.pass("work /");
    printer.end_pass();
    printer.end_pass();
    assert_eq!(err.text(), "\rworking |\r\rwork /   \r\r      \r");

    printer.pass("one");
    printer.warning(&Warning::new("odd"));
    assert!(err.text().ends_with("\rone\r\r   \rwarning: odd\n"), "{}", err.text());

    let at_end = printer.cleared_at_end();
    printer.pass("two");
    at_end();
    printer.pass("three");
    assert!(err.text().ends_with("\rtwo\r\r   \r"), "{}", err.text());
    assert_eq!(out.text(), "");
}

#[test]
fn a_passing_line_never_fills_the_width_of_the_terminal() {
    let (printer, _, err) = captured_in(Manner::default(), || Some(12));
    printer.pass("12 files … and more");
    printer.pass("13 files …");
    printer.end_pass();
    assert_eq!(err.text(), "\r12 files … \r\r13 files … \r\r          \r");
    for width in [|| None, || Some(10)] {
        let (printer, _, err) = captured_in(Manner::default(), width);
        printer.pass("12 files …");
        printer.end_pass();
        assert_eq!(err.text(), "");
    }
}

#[test]
fn only_the_labels_are_coloured() {
    let message = Message { text: "bad".to_owned(), causes: vec!["why".to_owned()], hints: vec!["do".to_owned()] };
    assert_eq!(
        message.render(Level::Error),
        "\u{1b}[1m\u{1b}[31merror:\u{1b}[0m bad\n  \u{1b}[2mcause:\u{1b}[0m why\n\u{1b}[36mhint:\u{1b}[0m do\n"
    );
}

#[test]
fn a_reader_that_went_away_is_no_fault_but_a_full_disk_is() {
    let piped = failing(io::ErrorKind::BrokenPipe);
    piped.data("x");
    assert!(piped.finish().is_ok());

    let full = failing(io::ErrorKind::StorageFull);
    full.data("x");
    assert_eq!(full.finish().unwrap_err().kind(), io::ErrorKind::StorageFull);
}
