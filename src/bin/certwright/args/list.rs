//! A list of sets, as it is written: TOML or CSV, with the same members, each of which is read strictly.
//!
//! Every fault is gathered with its line, so that a list of two hundred names is mended in one go. No fault shows a
//! value that could be a password.

mod csv;
mod member;
mod name;
mod toml;

use std::collections::{BTreeMap, BTreeSet};

pub(crate) use member::ListFor;
pub(crate) use name::check_name;

use member::Member;

/// Which form a list is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ListForm {
    Csv,
    Toml,
}

/// A list as far as it could be read. It is good only if it has no faults.
#[derive(Debug, Default)]
pub(crate) struct List {
    /// The sets in the order of the list, each with what the defaults say where it says nothing.
    pub(crate) sets: Vec<ListedSet>,
    /// What is wrong with it.
    pub(crate) faults: Faults,
}

/// One set of a list, as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ListedSet {
    /// Where it begins.
    pub(crate) line: usize,
    members: BTreeMap<&'static str, At<Value>>,
}

/// Something with the line that it stands in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct At<T> {
    pub(crate) line: usize,
    pub(crate) value: T,
}

/// What a member says.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Value {
    Number(u32),
    Switch(bool),
    Text(String),
    Texts(Vec<String>),
}

/// What is wrong with a list, by line, each said once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Faults(BTreeSet<(usize, String)>);

impl Faults {
    /// Adds what is wrong in `line`.
    pub(crate) fn add(&mut self, line: usize, what: impl Into<String>) {
        self.0.insert((line, what.into()));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each fault with its line, first to last.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (usize, &str)> {
        self.0.iter().map(|(line, what)| (*line, what.as_str()))
    }
}

impl List {
    /// Reads `octets`. The members that `wanted` has no use for are faults.
    pub(crate) fn read(octets: &[u8], form: ListForm, wanted: ListFor) -> Self {
        let mut list = Self::default();
        let text = match text(octets) {
            Ok(text) => text,
            Err((line, what)) => {
                list.faults.add(line, what);
                return list;
            }
        };
        match form {
            ListForm::Csv => csv::read(text, wanted, &mut list),
            ListForm::Toml => toml::read(text, wanted, &mut list),
        }
        if list.sets.is_empty() && list.faults.is_empty() {
            list.faults.add(1, "it names no set");
        }
        list
    }
}

impl ListedSet {
    fn new(line: usize) -> Self {
        Self { line, members: BTreeMap::new() }
    }

    /// The same with what `defaults` say where it says nothing. A set's own subject, whole or in parts, replaces a whole
    /// one, and the whole one the parts.
    fn over(mut self, defaults: &Self) -> Self {
        let has_whole = self.members.contains_key("subject");
        let has_part = member::SUBJECT_PARTS.iter().any(|part| self.members.contains_key(part));
        for (name, value) in &defaults.members {
            let is_replaced = (*name == "subject" && has_part) || (member::SUBJECT_PARTS.contains(name) && has_whole);
            if !is_replaced {
                self.members.entry(name).or_insert_with(|| value.clone());
            }
        }
        self
    }

    /// Whether the member is there.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.members.contains_key(name)
    }

    /// The line of a member, else that of the set.
    pub(crate) fn line_of(&self, name: &str) -> usize {
        self.members.get(name).map_or(self.line, |at| at.line)
    }

    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        match self.members.get(name).map(|at| &at.value) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn texts(&self, name: &str) -> &[String] {
        match self.members.get(name).map(|at| &at.value) {
            Some(Value::Texts(texts)) => texts,
            _ => &[],
        }
    }

    pub(crate) fn number(&self, name: &str) -> Option<u32> {
        match self.members.get(name).map(|at| &at.value) {
            Some(Value::Number(number)) => Some(*number),
            _ => None,
        }
    }

    pub(crate) fn switch(&self, name: &str) -> Option<bool> {
        match self.members.get(name).map(|at| &at.value) {
            Some(Value::Switch(switch)) => Some(*switch),
            _ => None,
        }
    }

    fn put(&mut self, member: &Member, line: usize, value: Value) {
        self.members.insert(member.name, At { line, value });
    }
}

/// The text of a list: UTF-8, with or without a byte order mark.
fn text(octets: &[u8]) -> Result<&str, (usize, String)> {
    if octets.starts_with(&[0xff, 0xfe]) || octets.starts_with(&[0xfe, 0xff]) {
        let what = "it is UTF-16, and a list is UTF-8: in Excel, save it as `CSV UTF-8`";
        return Err((1, what.to_owned()));
    }
    let octets = octets.strip_prefix(b"\xef\xbb\xbf").unwrap_or(octets);
    std::str::from_utf8(octets).map_err(|fault| {
        let line = line_at(octets, fault.valid_up_to());
        (line, "it is not UTF-8: in Excel, save it as `CSV UTF-8`".to_owned())
    })
}

/// The line, from 1, that the octet at `offset` stands in.
fn line_at(octets: &[u8], offset: usize) -> usize {
    1 + octets.iter().take(offset).filter(|octet| **octet == b'\n').count()
}

#[cfg(test)]
mod tests;
