//! The text of a configuration file: lines, comments, quotes, escapes and variables.

use super::{DEFAULT_SECTION, Entry, Environment, Sections, shown};

/// The most octets of a value after its variables are put in, so that few lines cannot double without end.
const MAX_VALUE: usize = 65_536;

/// Puts the entries of `text` into `sections`.
///
/// # Errors
/// The line, and what is wrong with it.
pub(super) fn read(text: &str, sections: &mut Sections, environment: Environment<'_>) -> Result<(), (usize, String)> {
    let mut reader = Reader { sections, current: DEFAULT_SECTION.to_owned(), environment };
    let mut lines = text.strip_prefix('\u{feff}').unwrap_or(text).lines().enumerate();
    while let Some((index, line)) = lines.next() {
        let mut whole = line.to_owned();
        while let Some(begun) = continued(&whole) {
            whole.truncate(begun);
            let Some((_, next)) = lines.next() else { break };
            whole.push_str(next);
        }
        reader.line(&whole, index + 1).map_err(|fault| (index + 1, fault))?;
    }
    Ok(())
}

/// Where the `\` stands that continues a line; a doubled one does not.
fn continued(line: &str) -> Option<usize> {
    let begun = line.strip_suffix('\\')?;
    (!begun.ends_with('\\')).then_some(begun.len())
}

struct Reader<'a> {
    sections: &'a mut Sections,
    current: String,
    environment: Environment<'a>,
}

impl Reader<'_> {
    fn line(&mut self, line: &str, number: usize) -> Result<(), String> {
        let line = without_comment(line).trim_ascii();
        if line.is_empty() {
            return Ok(());
        }
        if let Some(header) = line.strip_prefix('[') {
            let (name, _) = header.split_once(']').ok_or("the `]` of a section's name is missing")?;
            self.current = self.expand(name.trim_ascii())?;
            self.entries_of(&self.current.clone());
            return Ok(());
        }
        if let Some(directive) = line.strip_prefix('.')
            && directive.starts_with(|first: char| first.is_ascii_alphabetic())
        {
            return check_directive(directive);
        }
        let (name, value) = line.split_once('=').ok_or("the `=` between a name and its value is missing")?;
        let name = unescaped(name.trim_ascii());
        let (section, name) = name.split_once("::").unwrap_or((&self.current, &name));
        if let Some(stray) = [section, name].concat().chars().find(|character| !belongs_to_name(*character)) {
            return Err(format!("`{}` cannot stand in a name", shown(&stray.to_string())));
        }
        let entry = Entry { name: name.to_owned(), value: self.expand(value.trim_ascii())?, line: number };
        // Of several with one name the last counts, at its own place.
        let section = section.to_owned();
        let entries = self.entries_of(&section);
        entries.retain(|other| other.name != entry.name);
        entries.push(entry);
        Ok(())
    }

    fn entries_of(&mut self, section: &str) -> &mut Vec<Entry> {
        let there = self.sections.iter().position(|(known, _)| known == section);
        let index = there.unwrap_or_else(|| {
            self.sections.push((section.to_owned(), Vec::new()));
            self.sections.len() - 1
        });
        &mut self.sections[index].1
    }

    /// A value without quotes and escapes, and with its variables put in.
    fn expand(&self, text: &str) -> Result<String, String> {
        let mut value = String::new();
        let mut rest = text.chars();
        while let Some(character) = rest.next() {
            match character {
                '"' | '\'' | '`' => quoted(character, &mut rest, &mut value),
                '\\' => value.extend(rest.next().map(escaped)),
                '$' => {
                    let (expanded, after) = self.variable(rest.as_str())?;
                    value.push_str(&expanded);
                    rest = after.chars();
                }
                other => value.push(other),
            }
            if value.len() > MAX_VALUE {
                return Err(format!("with its variables put in, the value has more than {MAX_VALUE} octets"));
            }
        }
        Ok(value)
    }

    /// The value of the variable whose name `text` begins with, and what follows the name.
    fn variable<'t>(&self, text: &'t str) -> Result<(String, &'t str), String> {
        let closing = match text.chars().next() {
            Some('{') => Some('}'),
            Some('(') => Some(')'),
            _ => None,
        };
        let inner = if closing.is_some() { &text[1..] } else { text };
        let (mut name, mut after) = word(inner);
        let mut section = None;
        if let Some(further) = after.strip_prefix("::") {
            section = Some(name);
            (name, after) = word(further);
        }
        if let Some(closing) = closing {
            after = after
                .strip_prefix(closing)
                .ok_or_else(|| format!("the `{closing}` after the variable `{}` is missing", shown(name)))?;
        }
        let whole = section.map_or_else(|| name.to_owned(), |section| format!("{section}::{name}"));
        let value = self.look_up(section.unwrap_or(&self.current), name);
        value.map(|value| (value, after)).ok_or_else(|| format!("the variable `{}` has no value", shown(&whole)))
    }

    fn look_up(&self, section: &str, name: &str) -> Option<String> {
        let of = |section: &str| {
            let (_, entries) = self.sections.iter().find(|(known, _)| known == section)?;
            entries.iter().find(|entry| entry.name == name).map(|entry| entry.value.clone())
        };
        let environment = || if section == "ENV" { (self.environment)(name) } else { None };
        of(section).or_else(environment).or_else(|| of(DEFAULT_SECTION))
    }
}

/// The letters, digits and `_` that `text` begins with, and the rest.
fn word(text: &str) -> (&str, &str) {
    let end = text.find(|character: char| !(character.is_ascii_alphanumeric() || character == '_'));
    text.split_at(end.unwrap_or(text.len()))
}

/// What stands between two quotes of one kind, of which the first was read; in it, `\` takes the next as it is.
fn quoted(quote: char, rest: &mut std::str::Chars<'_>, value: &mut String) {
    while let Some(character) = rest.next() {
        match character {
            '\\' => value.extend(rest.next()),
            other if other == quote => return,
            other => value.push(other),
        }
    }
}

fn escaped(character: char) -> char {
    match character {
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'b' => '\u{8}',
        other => other,
    }
}

fn unescaped(name: &str) -> String {
    let mut plain = String::new();
    let mut characters = name.chars();
    while let Some(character) = characters.next() {
        plain.extend(if character == '\\' { characters.next() } else { Some(character) });
    }
    plain
}

fn belongs_to_name(character: char) -> bool {
    character.is_ascii_alphanumeric() || "_!.%&*+,/;?@^~|-".contains(character)
}

/// The line up to a `#` that is neither quoted nor escaped.
fn without_comment(line: &str) -> &str {
    let (mut quote, mut is_escaped) = (None, false);
    for (at, character) in line.char_indices() {
        match (character, quote) {
            _ if is_escaped => is_escaped = false,
            ('\\', _) => is_escaped = true,
            (_, Some(open)) if character == open => quote = None,
            (_, Some(_)) => {}
            ('"' | '\'' | '`', None) => quote = Some(character),
            ('#', None) => return &line[..at],
            _ => {}
        }
    }
    line
}

/// `.include` would read another file, and `.pragma` can change how this one is read.
fn check_directive(directive: &str) -> Result<(), String> {
    let (name, value) =
        directive.split_once(|next: char| next == '=' || next.is_ascii_whitespace()).unwrap_or((directive, ""));
    let value: String = value.chars().filter(|character| !character.is_ascii_whitespace()).collect();
    match (name, value.trim_start_matches('=')) {
        ("pragma", "dollarid:off" | "dollarid:false" | "abspath:off" | "abspath:false") => Ok(()),
        ("include", _) => Err("`.include` is not followed: put the lines of that file here".to_owned()),
        (other, _) => Err(format!("`.{}` is not offered here", shown(other))),
    }
}
