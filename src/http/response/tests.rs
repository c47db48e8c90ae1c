//! Tests of header and content, octet by octet.

use super::*;

/// Gives one octet at a time: a network may.
struct Drops<'a>(&'a [u8]);

impl Read for Drops<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let (Some((first, rest)), Some(room)) = (self.0.split_first(), buffer.first_mut()) else { return Ok(0) };
        *room = *first;
        self.0 = rest;
        Ok(1)
    }
}

fn read_from(stream: impl Read, limit: u64) -> Result<(u16, String), String> {
    let mut reader = Reader::new(stream);
    let read = reader.head().and_then(|head| Ok((head.status, reader.content(&head, limit)?)));
    match read {
        Ok((status, content)) => Ok((status, String::from_utf8(content.expose().to_vec()).unwrap())),
        Err(Unreadable::Fault(fault)) => Err(format!("{fault:?}")),
        Err(Unreadable::Broken(fault)) => Err(format!("{:?}", fault.kind())),
        Err(Unreadable::TooLarge) => Err("TooLarge".to_owned()),
    }
}

/// Reads `answer` in one piece and in drops, which must not differ.
fn read(answer: &str, limit: u64) -> Result<(u16, String), String> {
    let whole = read_from(answer.as_bytes(), limit);
    assert_eq!(whole, read_from(Drops(answer.as_bytes()), limit), "{answer:?}");
    whole
}

fn content(answer: &str) -> Result<String, String> {
    read(answer, 1_000).map(|(_, content)| content)
}

#[test]
fn each_framing_gives_the_content() {
    for answer in [
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello and more",
        "HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\ncontent-length: 5\r\n\r\nhello",
        "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\n\r\nhello",
        "HTTP/1.1 200 \r\n\r\nhello",
        "HTTP/1.1 200\r\n\r\nhello",
        "HTTP/1.1 200 OK\n\nhello",
        "\r\n\r\nHTTP/1.1 200 OK\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n2\r\nhe\r\n03;a=b\r\nllo\r\n0 \r\nX: y\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
    ] {
        assert_eq!(content(answer).as_deref(), Ok("hello"), "{answer:?}");
    }
    assert_eq!(content("HTTP/1.1 204 No Content\r\n\r\n").as_deref(), Ok(""));
    assert_eq!(content("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").as_deref(), Ok(""));
}

#[test]
fn an_answer_that_contradicts_itself_or_ends_early_is_refused() {
    for (answer, fault) in [
        ("", "UnexpectedEof"),
        ("HTTP/1.1 200 OK\r\nContent", "UnexpectedEof"),
        ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell", "UnexpectedEof"),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", "UnexpectedEof"),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n", "UnexpectedEof"),
        ("HTTP/1.1 100 Continue\r\n\r\n", "UnexpectedEof"),
        ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello", "Framing"),
        ("HTTP/1.1 200 OK\r\nContent-Length: 5, 6\r\n\r\nhello", "Framing"),
        ("HTTP/1.1 200 OK\r\nContent-Length: +5\r\n\r\nhello", "Framing"),
        ("HTTP/1.1 200 OK\r\nContent-Length: \r\n\r\nhello", "Framing"),
        ("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\nhello", "Framing"),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
            "Framing",
        ),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", "Framing"),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\n\r\nhello", "Framing"),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunk\u{e9}d\r\n\r\nhello", "Framing"),
        ("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "Framing"),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\nhello\r\n0\r\n\r\n", "Framing"),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nhello\r\n0\r\n\r\n", "Framing"),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhelloX\r\n0\r\n\r\n", "Framing"),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\nhello\n0\n\n", "Framing"),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n11111111111111111\r\n", "Framing"),
        ("HTTP/1.1 101 Switching Protocols\r\n\r\n", "OtherProtocol"),
        ("SSH-2.0-OpenSSH_9.2\r\n", "NoHttp"),
        ("HTTP/2 200\r\n\r\n", "NoHttp"),
        ("HTTP/1.1 099 X\r\n\r\n", "NoHttp"),
        ("HTTP/1.1 200 OK\r\n folded: x\r\n\r\n", "NoHttp"),
        ("<html></html>", "NoHttp"),
        ("\u{15}\u{3}\u{3}\u{0}\u{2}\u{2}F", "NoHttp"),
    ] {
        assert_eq!(content(answer), Err(fault.to_owned()), "{answer:?}");
    }
}

#[test]
fn no_content_passes_its_bound_by_one_octet() {
    let text = "x".repeat(50_000);
    let length = text.len() as u64;
    let chunk = |part: &str| format!("{:x}\r\n{part}\r\n", part.len());
    for answer in [
        format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{text}"),
        format!("HTTP/1.1 200 OK\r\n\r\n{text}"),
        format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{}0\r\n\r\n", chunk(&text)),
        format!(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{}{}0\r\n\r\n",
            chunk(&text[..30_000]),
            chunk(&text[30_000..])
        ),
    ] {
        assert_eq!(read(&answer, length).unwrap().1, text);
        assert_eq!(read(&answer, length - 1), Err("TooLarge".to_owned()));
    }
    // What is stated is refused before it is read, and before any memory is taken for it.
    assert_eq!(content("HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551615\r\n\r\n"), Err("TooLarge".to_owned()));
    let huge = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n";
    assert_eq!(content(huge), Err("TooLarge".to_owned()));
    assert_eq!(content(&huge.replace("\r\n\r\nf", "\r\n\r\n1\r\nx\r\nf")), Err("TooLarge".to_owned()));
}

#[test]
fn a_header_has_its_bounds_too() {
    assert_eq!(content(&"\r\n".repeat(HEADER_LIMIT)), Err("LargeHeader".to_owned()));
    let field = |length: usize| format!("HTTP/1.1 204 X\r\nA: {}\r\n\r\n", "x".repeat(length));
    let room = HEADER_LIMIT - field(0).len();
    assert_eq!(content(&field(room)).as_deref(), Ok(""));
    assert_eq!(content(&field(room + 1)), Err("LargeHeader".to_owned()));
    let fields = |count: usize| format!("HTTP/1.1 204 X\r\n{}\r\n", "A: b\r\n".repeat(count));
    assert_eq!(content(&fields(FIELDS)).as_deref(), Ok(""));
    assert_eq!(content(&fields(FIELDS + 1)), Err("LargeHeader".to_owned()));
    // A trailer and the lines between chunks are bounded as well.
    let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0";
    assert_eq!(content(&format!("{chunked};{}\r\n\r\n", "x".repeat(LONGEST_LINE))), Err("Framing".to_owned()));
    assert_eq!(content(&format!("{chunked}\r\n{}\r\n", "A: b\r\n".repeat(FIELDS))), Err("Framing".to_owned()));
}

#[test]
fn a_field_that_is_repeated_with_another_value_says_nothing() {
    let only = |fields: &str| {
        let answer = format!("HTTP/1.1 204 X\r\n{fields}\r\n");
        let head = Reader::new(answer.as_bytes()).head().unwrap_or_else(|_| panic!("{fields}"));
        head.only("date").map(str::to_owned)
    };
    assert_eq!(only("Date: a\r\ndate:  a \r\n").as_deref(), Some("a"));
    assert_eq!(only("Date: a\r\nDate: b\r\n"), None);
    assert_eq!(only("Date: \u{e9}\r\n"), None);
    assert_eq!(only(""), None);
}
