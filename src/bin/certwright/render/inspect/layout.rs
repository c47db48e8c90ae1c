//! Lines of at most 80 columns: labels in one column, values broken where a reader would break them.

use std::fmt::Write as _;

use anstyle::Style;
use certwright::untrusted::Untrusted;

use crate::render::DIM;

/// The narrowest terminal that people use.
pub(super) const WIDTH: usize = 80;

/// The column of labels.
const LABEL: usize = 14;

/// The most lines that one value takes; the JSON has all of it.
const MOST_LINES: usize = 6;

/// The longest piece that is shown whole, so that no hostile name fills the screen.
const LONGEST_PIECE: usize = 160;

/// A page of text as it grows. Everything that is put on it is escaped here, and nowhere else.
#[derive(Default)]
pub(super) struct Page {
    text: String,
    indent: usize,
}

impl Page {
    /// The finished text.
    pub(super) fn finish(self) -> String {
        self.text
    }

    /// Writes what `write` writes two columns further in.
    pub(super) fn inside(&mut self, write: impl FnOnce(&mut Self)) {
        self.indent += 2;
        write(self);
        self.indent -= 2;
    }

    /// An empty line.
    pub(super) fn gap(&mut self) {
        self.text.push('\n');
    }

    /// A heading: a name, and after it facts with commas between them, each in a style of its own.
    pub(super) fn heading(&mut self, name: &str, facts: &[(String, Style)]) {
        const BOLD: Style = Style::new().bold();
        let hanging = self.indent + 3;
        let mut column = self.indent;
        let _ = write!(self.text, "{:column$}", "");
        for (index, piece) in cut(&shown(name), WIDTH - hanging - 1).iter().enumerate() {
            if index > 0 {
                let _ = write!(self.text, "\n{:hanging$}", "");
                column = hanging;
            }
            let _ = write!(self.text, "{BOLD}{piece}{BOLD:#}");
            column += columns(piece);
        }
        self.text.push(':');
        column += 1;
        for (index, (fact, style)) in facts.iter().enumerate() {
            let comma = if index + 1 < facts.len() { "," } else { "" };
            for (number, piece) in cut(&format!("{}{comma}", shown(fact)), WIDTH - hanging - 1).iter().enumerate() {
                if number > 0 || column + 1 + columns(piece) > WIDTH {
                    let _ = write!(self.text, "\n{:hanging$}", "");
                    column = hanging;
                }
                let _ = write!(self.text, " {style}{piece}{style:#}");
                column += 1 + columns(piece);
            }
        }
        self.text.push('\n');
    }

    /// A label with lines as [`Self::list`] and its like break them.
    fn lines(&mut self, label: &str, style: Style, lines: &[String]) {
        self.labelled(DIM, label, style, lines);
    }

    fn labelled(&mut self, label_style: Style, label: &str, style: Style, lines: &[String]) {
        for (index, line) in lines.iter().enumerate() {
            let label = if index == 0 { label } else { "" };
            let gap = LABEL.saturating_sub(columns(label)).max(1);
            let _ = write!(self.text, "{:indent$}", "", indent = self.indent);
            if label.is_empty() {
                let _ = write!(self.text, "{:gap$}", "");
            } else {
                let _ = write!(self.text, "{label_style}{label}{label_style:#}{:gap$}", "");
            }
            let _ = writeln!(self.text, "{style}{line}{style:#}");
        }
    }

    /// The columns that a value has.
    fn width(&self) -> usize {
        WIDTH - self.indent - LABEL
    }

    /// One name and its value among others, the values in a column of their own.
    pub(super) fn pair(&mut self, label: &str, name: &str, name_width: usize, value: &str) {
        let name = shown(name);
        let words: Vec<&str> = value.split(' ').collect();
        let column = columns(&name).max(name_width).min(self.width() / 2) + 2;
        let lines = broken(&words, " ", self.width() - column, 0);
        let mut padded = name.clone();
        padded.push_str(&" ".repeat(column.saturating_sub(columns(&name)).max(1)));
        let lines: Vec<String> = lines
            .iter()
            .enumerate()
            .map(|(index, line)| if index == 0 { format!("{padded}{line}") } else { format!("{:column$}{line}", "") })
            .collect();
        self.lines(label, Style::new(), &lines);
    }

    /// A value that is broken between words.
    pub(super) fn words(&mut self, label: &str, style: Style, text: &str) {
        let words: Vec<&str> = text.split(' ').collect();
        let lines = broken(&words, " ", self.width(), 0);
        self.lines(label, style, &lines);
    }

    /// A value of several parts with commas between them, broken after a comma.
    pub(super) fn list<T: AsRef<str>>(&mut self, label: &str, parts: &[T]) {
        let lines = broken(parts, ", ", self.width(), 0);
        self.lines(label, Style::new(), &lines);
    }

    /// A distinguished name in RFC 4514, broken between its RDNs.
    pub(super) fn name(&mut self, label: &str, name: &str) {
        let lines =
            if name.is_empty() { vec!["(empty)".to_owned()] } else { broken(&rdns(name), ",", self.width(), 0) };
        self.lines(label, Style::new(), &lines);
    }

    /// A value in pieces of `size` characters, for digits that nobody reads as words.
    pub(super) fn digits(&mut self, label: &str, style: Style, digits: &str, size: usize) {
        let characters: Vec<char> = digits.chars().collect();
        let chunks: Vec<String> = characters.chunks(size).map(|chunk| chunk.iter().collect()).collect();
        let lines = broken(&chunks, "", size, 0);
        self.lines(label, style, &lines);
    }

    /// One item under `label`: what it is called, and what it says, the latter broken after a comma and hanging.
    pub(super) fn item<T: AsRef<str>>(&mut self, label: &str, title: &str, parts: &[T]) {
        let mut pieces: Vec<String> = parts.iter().map(|part| part.as_ref().to_owned()).collect();
        match pieces.first_mut() {
            Some(first) => *first = format!("{title}: {first}"),
            None => pieces.push(title.to_owned()),
        }
        // A first part that does not fit beside the title stands below it.
        if pieces.first().is_some_and(|first| columns(first) > self.width()) && !parts.is_empty() {
            self.lines(label, Style::new(), &[shown(&format!("{title}:"))]);
            let lines = broken(parts, ", ", self.width() - 2, 0);
            let lines: Vec<String> = lines.iter().map(|line| format!("  {line}")).collect();
            self.lines("", Style::new(), &lines);
        } else {
            let lines = broken(&pieces, ", ", self.width(), 2);
            self.lines(label, Style::new(), &lines);
        }
    }

    /// A finding: its severity as the label, what was found, and what that means.
    pub(super) fn finding(&mut self, severity: &str, style: Style, what: &str, means: &str) {
        let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let lines = broken(&words(what), " ", self.width(), 0);
        self.labelled(style, severity, Style::new(), &lines);
        let lines = broken(&words(means), " ", self.width(), 0);
        self.lines("", DIM, &lines);
    }
}

/// Text from outside, escaped, and cut where it is longer than any reader wants.
fn shown(text: &str) -> String {
    let text = Untrusted(text).to_string();
    match text.char_indices().nth(LONGEST_PIECE) {
        Some((end, _)) => format!("{}… ({} characters)", &text[..end], text.chars().count()),
        None => text,
    }
}

/// The parts on lines of at most `width` columns, later lines `hanging` columns further in. The separator ends a line,
/// less its space; a part that is wider than a line is cut. Of more than [`MOST_LINES`] the parts that are left out are
/// counted.
fn broken<T: AsRef<str>>(parts: &[T], separator: &str, width: usize, hanging: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    // How many parts stand on the lines that are finished.
    let mut placed = Vec::new();
    for (index, part) in parts.iter().enumerate() {
        let end = if index + 1 < parts.len() { separator.trim_end() } else { "" };
        let joint = if index == 0 || !separator.ends_with(' ') { "" } else { " " };
        for (number, piece) in cut(&format!("{}{end}", shown(part.as_ref())), width - hanging).iter().enumerate() {
            let joint = if number == 0 { joint } else { "" };
            if index + number > 0 && columns(&line) + joint.len() + columns(piece) > width {
                lines.push(line.trim_end().to_owned());
                placed.push(index);
                line = " ".repeat(hanging) + piece;
            } else {
                line.push_str(joint);
                line.push_str(piece);
            }
        }
    }
    lines.push(line.trim_end().to_owned());
    if lines.len() > MOST_LINES {
        let more = parts.len() - placed[MOST_LINES - 2];
        lines.truncate(MOST_LINES - 1);
        lines.push(format!("{:hanging$}… and {more} more", ""));
    }
    lines
}

/// The text in pieces of at most `width` columns, broken after a space where one stands in a piece's second half.
fn cut(text: &str, width: usize) -> Vec<String> {
    let mut pieces = vec![String::new()];
    let mut column = 0;
    for character in text.chars() {
        let columns = columns_of(character);
        if column + columns > width && column > 0 {
            let after_space = |piece: &mut String| match piece.rfind(' ') {
                Some(at) if 2 * at > piece.len() => piece.split_off(at + 1),
                _ => String::new(),
            };
            let rest = pieces.last_mut().map(after_space).unwrap_or_default();
            column = self::columns(&rest);
            pieces.push(rest);
        }
        column += columns;
        if let Some(last) = pieces.last_mut() {
            last.push(character);
        }
    }
    pieces
}

/// A name in RFC 4514 at its unescaped commas.
fn rdns(name: &str) -> Vec<String> {
    let mut rdns = vec![String::new()];
    let mut is_escaped = false;
    for character in name.chars() {
        if character == ',' && !is_escaped {
            rdns.push(String::new());
        } else if let Some(last) = rdns.last_mut() {
            last.push(character);
        }
        is_escaped = character == '\\' && !is_escaped;
    }
    rdns
}

/// The columns that a terminal takes for `text`: two for the characters of East Asia, none for marks over others.
pub(super) fn columns(text: &str) -> usize {
    text.chars().map(columns_of).sum()
}

fn columns_of(character: char) -> usize {
    match character {
        '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{20d0}'..='\u{20ff}' => 0,
        '\u{1100}'..='\u{115f}'
        | '\u{2e80}'..='\u{303e}'
        | '\u{3041}'..='\u{a4cf}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe6f}'
        | '\u{ff00}'..='\u{ff60}'
        | '\u{ffe0}'..='\u{ffe6}'
        | '\u{1f300}'..='\u{1faff}'
        | '\u{20000}'..='\u{3fffd}' => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(write: impl FnOnce(&mut Page)) -> String {
        let mut page = Page::default();
        page.inside(write);
        anstream::adapter::strip_str(&page.finish()).to_string()
    }

    #[test]
    fn names_break_between_their_parts() {
        let name = r"CN=a\, b and more,OU=One unit with a long name,OU=Another unit with a long name,C=DE";
        let text = page(|page| page.name("subject", name));
        assert_eq!(
            text,
            "  subject       CN=a\\, b and more,OU=One unit with a long name,\n\
             \x20               OU=Another unit with a long name,C=DE\n"
        );
        assert_eq!(text.replace("subject", "").split_whitespace().collect::<String>(), name.replace(' ', ""));
    }

    #[test]
    fn what_is_wider_than_a_line_breaks_after_a_space() {
        assert_eq!(cut("one two three", 9), ["one two ", "three"]);
        assert_eq!(cut("one twothreefour", 9), ["one twoth", "reefour"], "a break so early would waste the line");
    }

    #[test]
    fn long_lists_say_how_much_more_there_is() {
        let names: Vec<String> = (0..200).map(|number| format!("dns:host{number}.example.com")).collect();
        let text = page(|page| page.list("names", &names));
        assert_eq!(text.lines().count(), MOST_LINES);
        assert!(text.lines().all(|line| columns(line) <= WIDTH), "{text}");
        let shown = text.matches("dns:").count();
        assert!(text.ends_with(&format!("… and {} more\n", 200 - shown)), "{text}");
    }

    #[test]
    fn nothing_that_steers_a_terminal_is_put_on_a_page() {
        let hostile = "a\u{1b}[2Jb\nc\u{202e}d";
        let text = page(|page| {
            page.heading(hostile, &[(hostile.to_owned(), DIM)]);
            page.words("w", DIM, hostile);
            page.list("l", &[hostile]);
            page.name("n", hostile);
            page.item("i", hostile, &[hostile]);
            page.digits("d", DIM, hostile, 3);
            page.finding("f", DIM, hostile, hostile);
        });
        let deceptive = |it: char| it != '\n' && certwright::untrusted::is_deceptive(it);
        assert!(!text.contains(deceptive), "{text:?}");
        assert!(!text.contains("\nc"), "{text:?}");
    }

    #[test]
    fn what_nobody_would_read_is_cut() {
        let text = page(|page| page.words("name", DIM, &"x".repeat(100_000)));
        assert!(text.len() < 400 && text.contains("(100000 characters)"), "{text}");
    }
}
