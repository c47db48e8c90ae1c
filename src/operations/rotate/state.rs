//! Which version is current, which is next, and what was begun: `state.json`.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use crate::clock::Timestamp;
use crate::formats::json as strict;
use crate::operations::create::Part;
use crate::operations::target::Target;

use super::form::{Live, PasswordKept, SetForm};
use super::play::Play;

/// The first member of a state: its name and version.
const SCHEMA: &str = "certwright/rotate-state/1";

/// What a store says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// What the rotation is called; its files' names begin so.
    pub name: String,
    /// What all versions have in common.
    pub form: SetForm,
    /// The version in use; `None` before the first activation.
    pub current: Option<u32>,
    /// The version that is prepared.
    pub next: Option<u32>,
    /// The version that was in use before the current one.
    pub previous: Option<u32>,
    /// Every version that was not removed, in the order of its making.
    pub versions: Vec<VersionRecord>,
    /// What was begun and not ended.
    pub doing: Option<Doing>,
}

/// When a version was made and used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VersionRecord {
    /// Its number, from 1, used once only.
    pub number: u32,
    /// When it was made or adopted.
    pub made: Timestamp,
    /// How it is to be brought into use; `None` for the first.
    pub play: Option<Play>,
    /// Since when it is, or was, last in use.
    pub live_from: Option<Timestamp>,
    /// Until when.
    pub live_until: Option<Timestamp>,
}

/// A change of the current version that was begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Doing {
    /// Which change.
    pub verb: DoingVerb,
    /// How far it came.
    pub step: DoingStep,
    /// The version that was current when it began.
    pub from: Option<u32>,
    /// The version that is to be current.
    pub to: u32,
    /// When it began.
    pub since: Timestamp,
}

/// A change of the current version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DoingVerb {
    /// The next version becomes the current one.
    Activate,
    /// The previous one does.
    Rollback,
}

/// How far a change came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DoingStep {
    /// The files in use, or the link, may be old, new or mixed.
    Swap,
    /// All is swapped; the hook has not ended.
    Hook,
}

impl State {
    /// The record of a version.
    #[must_use]
    pub fn record(&self, number: u32) -> Option<&VersionRecord> {
        self.versions.iter().find(|record| record.number == number)
    }

    /// As the octets of `state.json`.
    pub(super) fn to_json(&self) -> Vec<u8> {
        let versions: Vec<Value> = self.versions.iter().copied().map(VersionRecord::to_value).collect();
        let members = json!({
            "schema": SCHEMA,
            "name": self.name,
            "current": self.current,
            "next": self.next,
            "previous": self.previous,
            "doing": self.doing.map(Doing::to_value),
            "set": form_to_value(&self.form),
            "versions": versions,
        });
        // A map of strings and numbers always has a JSON form.
        let mut text = serde_json::to_string_pretty(&members).unwrap_or_default();
        text.push('\n');
        text.into_bytes()
    }

    /// Reads `state.json`; the fault is the rest of a sentence that begins with "it".
    pub(super) fn from_json(octets: &[u8]) -> Result<Self, String> {
        let value = strict::value(octets).map_err(|_| "is no JSON that can be read in one way only".to_owned())?;
        let members = Members::of(&value)?;
        match members.text("schema")? {
            SCHEMA => {}
            schema if schema.starts_with("certwright/rotate-state/") => {
                return Err(format!("was written by another release: its schema is {schema}"));
            }
            _ => return Err("is no state of a rotation".to_owned()),
        }
        let versions =
            members.list("versions")?.iter().map(VersionRecord::from_value).collect::<Result<Vec<_>, _>>()?;
        let state = Self {
            name: name_of_files(members.text("name")?)?,
            form: form_from_value(members.member("set")?)?,
            current: members.number("current")?,
            next: members.number("next")?,
            previous: members.number("previous")?,
            doing: Some(members.member("doing")?).filter(|it| !it.is_null()).map(Doing::from_value).transpose()?,
            versions,
        };
        state.check()?;
        Ok(state)
    }

    /// Whether what it names exists in it, each version once and in order.
    fn check(&self) -> Result<(), String> {
        let is_ordered = self.versions.windows(2).all(|pair| pair[0].number < pair[1].number);
        let doing = self.doing.iter().flat_map(|doing| [doing.from, Some(doing.to)]).flatten();
        let mut named = [self.current, self.next, self.previous].into_iter().flatten().chain(doing);
        if is_ordered && named.all(|number| self.record(number).is_some()) {
            Ok(())
        } else {
            Err("names versions that it does not list, or lists them out of order".to_owned())
        }
    }
}

impl VersionRecord {
    fn to_value(self) -> Value {
        json!({
            "number": self.number,
            "made": self.made.to_string(),
            "play": self.play.map(Play::word),
            "live_from": self.live_from.map(|it| it.to_string()),
            "live_until": self.live_until.map(|it| it.to_string()),
        })
    }

    fn from_value(value: &Value) -> Result<Self, String> {
        let members = Members::of(value)?;
        Ok(Self {
            number: members.number("number")?.ok_or("has a version without a number")?,
            made: members.moment("made")?.ok_or("has a version without the time of its making")?,
            play: members.word("play", |word| word.parse().ok())?,
            live_from: members.moment("live_from")?,
            live_until: members.moment("live_until")?,
        })
    }
}

impl Doing {
    fn to_value(self) -> Value {
        json!({
            "verb": match self.verb { DoingVerb::Activate => "activate", DoingVerb::Rollback => "rollback" },
            "step": match self.step { DoingStep::Swap => "swap", DoingStep::Hook => "hook" },
            "from": self.from,
            "to": self.to,
            "since": self.since.to_string(),
        })
    }

    fn from_value(value: &Value) -> Result<Self, String> {
        let members = Members::of(value)?;
        let verb = members.word("verb", |word| match word {
            "activate" => Some(DoingVerb::Activate),
            "rollback" => Some(DoingVerb::Rollback),
            _ => None,
        })?;
        let step = members.word("step", |word| match word {
            "swap" => Some(DoingStep::Swap),
            "hook" => Some(DoingStep::Hook),
            _ => None,
        })?;
        let incomplete = || "does not say what was begun".to_owned();
        Ok(Self {
            verb: verb.ok_or_else(incomplete)?,
            step: step.ok_or_else(incomplete)?,
            from: members.number("from")?,
            to: members.number("to")?.ok_or_else(incomplete)?,
            since: members.moment("since")?.ok_or_else(incomplete)?,
        })
    }
}

fn form_to_value(form: &SetForm) -> Value {
    let live = match &form.live {
        Live::State => json!("state"),
        Live::Link => json!("link"),
        Live::Files(files) => {
            let member = |(part, path): &(Part, PathBuf)| (part.word().to_owned(), json!(path.to_str()));
            Value::Object(files.iter().map(member).collect())
        }
    };
    let password = match form.password {
        PasswordKept::Given => "given",
        PasswordKept::InVersion => "in-version",
        PasswordKept::None => "none",
    };
    json!({
        "parts": form.parts.iter().map(|part| part.word()).collect::<Vec<_>>(),
        "alias": form.alias,
        "key_is_encrypted": form.key_is_encrypted,
        "password": password,
        "target": form.target.map(|target| target.name),
        "live": live,
    })
}

/// A name that files of one folder can begin with: nobody who can write a state leads whoever reads it elsewhere.
fn name_of_files(name: &str) -> Result<String, String> {
    if Path::new(name).file_name().is_some_and(|it| it == name) {
        Ok(name.to_owned())
    } else {
        Err("has a name that is none of a file".to_owned())
    }
}

fn form_from_value(value: &Value) -> Result<SetForm, String> {
    let members = Members::of(value)?;
    let part = |word: &str| Part::from_word(word).ok_or_else(|| "names a kind of file that is not known".to_owned());
    let parts: Vec<Part> =
        members.list("parts")?.iter().map(|it| part(it.as_str().unwrap_or_default())).collect::<Result<_, _>>()?;
    let live = match members.member("live")? {
        Value::String(word) if word == "state" => Live::State,
        Value::String(word) if word == "link" => Live::Link,
        Value::Object(files) => {
            let file = |(word, path): (&String, &Value)| {
                let path = path.as_str().ok_or("names a file in use by no text")?;
                Ok::<_, String>((part(word)?, PathBuf::from(path)))
            };
            Live::Files(files.iter().map(file).collect::<Result<_, _>>()?)
        }
        _ => return Err("does not say where the current version is used".to_owned()),
    };
    let password = members.word("password", |word| match word {
        "given" => Some(PasswordKept::Given),
        "in-version" => Some(PasswordKept::InVersion),
        "none" => Some(PasswordKept::None),
        _ => None,
    })?;
    Ok(SetForm {
        parts,
        alias: members.optional_text("alias")?.map(str::to_owned),
        key_is_encrypted: members
            .member("key_is_encrypted")?
            .as_bool()
            .ok_or("does not say whether the key is encrypted")?,
        password: password.ok_or("does not say where the password comes from")?,
        target: members.word("target", |word| word.parse::<&'static Target>().ok())?,
        live,
    })
}

/// An object of which every member must be there.
#[derive(Clone, Copy)]
struct Members<'a>(&'a Map<String, Value>);

impl<'a> Members<'a> {
    fn of(value: &'a Value) -> Result<Self, String> {
        value.as_object().map(Self).ok_or_else(|| "has something else where an object should be".to_owned())
    }

    fn member(self, name: &'static str) -> Result<&'a Value, String> {
        self.0.get(name).ok_or_else(|| format!("has no member `{name}`"))
    }

    fn text(self, name: &'static str) -> Result<&'a str, String> {
        self.optional_text(name)?.ok_or_else(|| format!("has no text in `{name}`"))
    }

    fn optional_text(self, name: &'static str) -> Result<Option<&'a str>, String> {
        match self.member(name)? {
            Value::Null => Ok(None),
            Value::String(text) => Ok(Some(text)),
            _ => Err(format!("has no text in `{name}`")),
        }
    }

    fn list(self, name: &'static str) -> Result<&'a Vec<Value>, String> {
        self.member(name)?.as_array().ok_or_else(|| format!("has no list in `{name}`"))
    }

    fn number(self, name: &'static str) -> Result<Option<u32>, String> {
        let value = self.member(name)?;
        if value.is_null() {
            return Ok(None);
        }
        let number = value.as_u64().and_then(|number| u32::try_from(number).ok()).filter(|number| *number > 0);
        number.map(Some).ok_or_else(|| format!("has no version's number in `{name}`"))
    }

    fn moment(self, name: &'static str) -> Result<Option<Timestamp>, String> {
        let text = self.optional_text(name)?;
        text.map(|text| text.parse().map_err(|_| format!("has no time in `{name}`"))).transpose()
    }

    /// A word out of a list that `known` knows.
    fn word<T>(self, name: &'static str, known: impl Fn(&str) -> Option<T>) -> Result<Option<T>, String> {
        let word = self.optional_text(name)?;
        word.map(|word| known(word).ok_or_else(|| format!("has a word in `{name}` that is not known"))).transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state() -> State {
        let made = "2026-11-21T12:00:00Z".parse().unwrap();
        let record = |number| VersionRecord { number, made, play: None, live_from: Some(made), live_until: None };
        State {
            name: "app".to_owned(),
            form: SetForm {
                parts: vec![Part::Key, Part::Certificate, Part::Jks],
                alias: Some("app".to_owned()),
                key_is_encrypted: false,
                password: PasswordKept::InVersion,
                target: Some("salesforce".parse().unwrap()),
                live: Live::Files(vec![(Part::Key, "app.key".into()), (Part::Certificate, "/etc/app.crt".into())]),
            },
            current: Some(1),
            next: Some(3),
            previous: None,
            versions: vec![record(1), VersionRecord { play: Some(Play::SameKey), ..record(3) }],
            doing: Some(Doing { verb: DoingVerb::Activate, step: DoingStep::Hook, from: Some(1), to: 3, since: made }),
        }
    }

    #[test]
    fn a_state_is_read_as_it_was_written() {
        let written = state();
        assert_eq!(State::from_json(&written.to_json()), Ok(written.clone()));
        let bare = State { doing: None, form: SetForm { live: Live::Link, target: None, ..written.form }, ..written };
        assert_eq!(State::from_json(&bare.to_json()), Ok(bare));
    }

    #[test]
    fn a_state_that_was_changed_or_cut_is_refused() {
        let text = String::from_utf8(state().to_json()).unwrap();
        for (from, to, fault) in [
            ("rotate-state/1", "rotate-state/2", "another release"),
            ("\"name\": \"app\"", "\"name\": \"../app\"", "none of a file"),
            ("\"name\": \"app\"", "\"name\": \"\"", "none of a file"),
            ("\"current\": 1", "\"current\": 2", "does not list"),
            ("\"current\": 1", "\"current\": -1", "no version's number"),
            ("\"number\": 3", "\"number\": 1", "out of order"),
            ("\"play\": \"same-key\"", "\"play\": \"other\"", "not known"),
            ("\"step\": \"hook\"", "\"stop\": \"hook\"", "no member `step`"),
        ] {
            assert!(text.contains(from), "{from}");
            let found = State::from_json(text.replace(from, to).as_bytes()).unwrap_err();
            assert!(found.contains(fault), "{found}");
        }
        for length in 0..text.trim_end().len() {
            assert!(State::from_json(&text.as_bytes()[..length]).is_err(), "cut at {length}");
        }
    }
}
