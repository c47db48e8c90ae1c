//! The list as TOML 1.0: `[defaults]` and one `[[set]]` for each set.

use certwright::untrusted::Untrusted;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::member::{Kind, ListFor, Member};
use super::{Faults, List, ListedSet, Value, line_at};

/// Reads `text` into `list`.
pub(super) fn read(text: &str, wanted: ListFor, list: &mut List) {
    let (document, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        let line = error.span().map_or(1, |span| line_at(text.as_bytes(), span.start));
        list.faults.add(line, format!("it is no TOML: {}", one_line(error.message())));
    }
    // What a fault of the grammar makes of the rest need not be what was meant.
    if !errors.is_empty() {
        return;
    }
    let line_ends = text.bytes().enumerate().filter(|(_, octet)| *octet == b'\n').map(|(at, _)| at).collect();
    let mut reader = Reader { line_ends, wanted, faults: &mut list.faults };
    let (mut defaults, mut sets) = (ListedSet::new(1), Vec::new());
    for (key, value) in document.get_ref() {
        match (key.get_ref().as_ref(), value.get_ref()) {
            ("defaults", DeValue::Table(table)) => defaults = reader.set(table, reader.line(key), true),
            ("set", DeValue::Array(array)) => sets.extend(array.iter()),
            (name, _) => {
                let line = reader.line(key);
                let shown = Untrusted(name);
                reader.faults.add(line, format!("`{shown}` is no part of a list; there are [defaults] and [[set]]"));
            }
        }
    }
    for set in sets {
        let line = reader.line(set);
        match set.get_ref() {
            DeValue::Table(table) => {
                let set = reader.set(table, line, false);
                list.sets.push(set.over(&defaults));
            }
            _ => reader.faults.add(line, "a set is a table, written under [[set]]"),
        }
    }
}

struct Reader<'a> {
    /// Where lines end, so that a long list is not counted anew for each of its members.
    line_ends: Vec<usize>,
    wanted: ListFor,
    faults: &'a mut Faults,
}

impl Reader<'_> {
    fn line<T>(&self, at: &Spanned<T>) -> usize {
        let begin = at.span().start;
        1 + self.line_ends.partition_point(|end| *end < begin)
    }

    fn set(&mut self, table: &DeTable<'_>, line: usize, in_defaults: bool) -> ListedSet {
        let mut set = ListedSet::new(line);
        for (key, value) in table {
            let line = self.line(key);
            let member = match Member::named(key.get_ref(), self.wanted, in_defaults) {
                Ok(member) => member,
                Err(what) => {
                    self.faults.add(line, what);
                    continue;
                }
            };
            match typed(member.kind, value.get_ref()) {
                Some(value) => set.put(member, line, value),
                None => {
                    let (name, wanted) = (member.name, member.kind.wanted());
                    self.faults.add(line, format!("`{name}` takes {wanted}, not {}", kind_of(value.get_ref())));
                }
            }
        }
        set
    }
}

fn typed(kind: Kind, value: &DeValue<'_>) -> Option<Value> {
    match kind {
        Kind::Number => {
            let number = value.as_integer()?;
            u32::from_str_radix(number.as_str(), number.radix()).ok().map(Value::Number)
        }
        Kind::Switch => value.as_bool().map(Value::Switch),
        Kind::Text => value.as_str().map(|text| Value::Text(text.to_owned())),
        Kind::Texts => match value {
            DeValue::String(text) => Some(Value::Texts(vec![text.to_string()])),
            DeValue::Array(texts) => {
                let texts = texts.iter().map(|text| text.get_ref().as_str().map(str::to_owned));
                texts.collect::<Option<_>>().map(Value::Texts)
            }
            _ => None,
        },
    }
}

/// What a value is, without showing it.
fn kind_of(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) => "such a number",
        DeValue::Float(_) => "a fraction",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a time",
        DeValue::Array(_) => "such a list",
        DeValue::Table(_) => "a table",
    }
}

fn one_line(text: &str) -> String {
    Untrusted(&text.replace('\n', ", ")).to_string()
}
