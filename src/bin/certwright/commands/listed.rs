//! What the members of a list mean, for all commands that take one: values of the library, or faults with their line.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fmt::Display;
use std::path::{Path, PathBuf};

use certwright::crypto::KeyAlgorithm;
use certwright::files::{Input, location};
use certwright::formats::x509::{DistinguishedName, SubjectAltName};
use certwright::operations::{Part, Target};
use certwright::untrusted::Untrusted;

use super::check_new_alias;
use crate::args::{
    Faults, List, ListFor, ListForm, ListedSet, SanArgs, SubjectArgs, SubjectField, SubjectInput, check_name,
};
use crate::context::Context;
use crate::password::{PassoutSource, Source};
use crate::report::Failure;

/// Reads the list at `path`, its form told by the end of its name.
///
/// # Errors
/// A [`Failure`] when it cannot be read; what is wrong in it are [`Faults`].
pub(super) fn read_list(path: &Path, wanted: ListFor, context: &Context) -> Result<List, Failure> {
    let extension = path.extension().and_then(OsStr::to_str).map(str::to_ascii_lowercase);
    let form = match (extension.as_deref(), wanted) {
        (Some("toml"), _) => ListForm::Toml,
        (Some("csv"), ListFor::Create) => ListForm::Csv,
        (_, ListFor::Create) => {
            return Err(Failure::usage(format!("`{}` ends neither in .toml nor in .csv", path.display()))
                .hint("a list is TOML or CSV, and its name says which"));
        }
        (_, ListFor::Rotate) => {
            return Err(Failure::usage(format!("`{}` does not end in .toml", path.display()))
                .hint("a fleet is a TOML file, such as `fleet.toml`"));
        }
    };
    let input = Input::read(path, &context.limits)?;
    Ok(List::read(input.bytes(), form, wanted))
}

/// One set of a list, whose faults are noted as its members are read.
pub(super) struct Listed<'a> {
    pub(super) set: &'a ListedSet,
    pub(super) faults: &'a mut Faults,
    /// The folder that the list stands in, from which its paths start.
    pub(super) folder: &'a Path,
}

impl Listed<'_> {
    /// Notes what is wrong with a member.
    pub(super) fn fault(&mut self, member: &str, what: impl Display) {
        self.faults.add(self.set.line_of(member), format!("`{member}` cannot be used: {what}"));
    }

    /// What a text member means.
    pub(super) fn parsed<T, E: Display>(
        &mut self,
        member: &str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        match parse(self.set.text(member)?) {
            Ok(value) => Some(value),
            Err(fault) => {
                self.fault(member, fault);
                None
            }
        }
    }

    /// What the set is called; it must be called something.
    pub(super) fn name(&mut self) -> Option<String> {
        if !self.set.has("name") {
            self.faults.add(self.set.line, "the set has no `name`");
        }
        self.parsed("name", |name| check_name(name).map(|()| name.to_owned()))
    }

    /// The subject: the set's, whole or in parts, with the parts that `options` give where it says nothing.
    pub(super) fn subject(&mut self, options: &SubjectArgs) -> Option<DistinguishedName> {
        let set = self.set;
        let own =
            |member: &str, option: &Option<String>| set.text(member).map(str::to_owned).or_else(|| option.clone());
        let units = set.texts("org_unit");
        let args = match set.text("subject") {
            Some(subject) => SubjectArgs { subject: Some(subject.to_owned()), ..SubjectArgs::default() },
            None => SubjectArgs {
                cn: own("cn", &options.cn),
                org: own("org", &options.org),
                org_unit: if units.is_empty() { options.org_unit.clone() } else { units.to_vec() },
                country: own("country", &options.country),
                state: own("state", &options.state),
                locality: own("locality", &options.locality),
                email: own("email", &options.email),
                subject: None,
            },
        };
        if let (Some(_), Some(part)) = (
            set.text("subject"),
            SubjectField::QUESTIONS.map(|(field, _)| member_of(field)).iter().find(|part| set.has(part)),
        ) {
            self.fault(part, "`subject` gives the whole subject already");
        }
        match args.input() {
            Ok(SubjectInput::Missing) => None,
            Ok(SubjectInput::Text(text)) => match DistinguishedName::parse(&text) {
                Ok(name) => Some(name),
                Err(fault) => {
                    self.fault("subject", fault);
                    None
                }
            },
            Ok(SubjectInput::Fields(fields)) => {
                let mut name = DistinguishedName::default();
                for (field, value) in fields {
                    let pushed = field
                        .validate(&value)
                        .and_then(|()| name.push(field.kind(), &value).map_err(|fault| fault.to_string()));
                    if let Err(fault) = pushed {
                        self.fault(member_of(field), fault);
                    }
                }
                Some(name)
            }
            Err(fault) => {
                self.fault("subject", fault);
                None
            }
        }
    }

    /// The subject's further names, each once; `None` where the set says nothing of them.
    pub(super) fn names(&mut self) -> Option<Vec<SubjectAltName>> {
        if !self.set.has("san") {
            return None;
        }
        match (SanArgs { san: self.set.texts("san").to_vec() }).names() {
            Ok(names) => Some(names),
            Err(fault) => {
                self.fault("san", fault);
                None
            }
        }
    }

    pub(super) fn algorithm(&mut self) -> Option<KeyAlgorithm> {
        self.parsed("type", str::parse::<KeyAlgorithm>)
    }

    pub(super) fn target(&mut self) -> Option<&'static Target> {
        self.parsed("target", str::parse::<&'static Target>)
    }

    pub(super) fn days(&mut self) -> Option<u32> {
        let days = self.set.number("days")?;
        if days == 0 {
            self.fault("days", "the certificate would end as soon as it begins");
        }
        Some(days).filter(|days| *days > 0)
    }

    pub(super) fn alias(&mut self) -> Option<String> {
        self.parsed("alias", |alias| {
            check_new_alias("it", alias).map(|()| alias.to_owned()).map_err(|failure| failure.message)
        })
    }

    /// The files to make, in the order in which they are made.
    pub(super) fn parts(&mut self) -> Option<Vec<Part>> {
        if !self.set.has("only") {
            return None;
        }
        let words = self.set.texts("only");
        if let Some(word) = words.iter().find(|word| Part::from_word(word).is_none()) {
            let word = Untrusted(word).to_string();
            self.fault("only", format!("`{word}` is no file of a set; there are key, csr, crt, p12, jks"));
            return None;
        }
        let parts: Vec<Part> = Part::ALL.into_iter().filter(|part| words.iter().any(|it| it == part.word())).collect();
        if !parts.iter().any(|part| part.holds_key()) {
            self.fault("only", "it leaves out every file that holds the private key, so it would be lost");
            return None;
        }
        Some(parts)
    }

    /// A path, from the folder of the list.
    pub(super) fn path(&mut self, member: &str) -> Option<PathBuf> {
        let folder = self.folder;
        self.parsed(member, |path| match path {
            "" => Err("it is empty"),
            "-" => Err("it is a file's name, and `-` stands for none here"),
            path => Ok(if folder == Path::new(".") { PathBuf::from(path) } else { folder.join(path) }),
        })
    }

    /// Where the password of new files comes from.
    pub(super) fn passout(&mut self) -> Option<ListedSource> {
        let value = self.set.text("passout")?;
        if value == "generate" {
            return Some(ListedSource::Generate);
        }
        let source = self.source("passout", value)?;
        Some(ListedSource::At(source))
    }

    /// Where the passwords that open files come from.
    pub(super) fn passin(&mut self) -> Vec<OsString> {
        let set = self.set;
        set.texts("passin").iter().filter_map(|value| self.source("passin", value)).collect()
    }

    /// A SOURCE that nobody has to be asked for, with its path from the folder of the list. What is none is not shown:
    /// it may be a password.
    fn source(&mut self, member: &'static str, value: &str) -> Option<OsString> {
        match PassoutSource::parse(OsStr::new(value), member) {
            Ok(PassoutSource::Given(Source::Environment(_))) => Some(value.into()),
            Ok(PassoutSource::Given(Source::File(path))) => {
                let mut source = OsString::from("file:");
                source.push(self.folder.join(path));
                Some(source)
            }
            Ok(_) => {
                let generate = if member == "passout" { " or generate" } else { "" };
                self.fault(member, format!("a list takes file:PATH, env:NAME{generate}, since nobody is asked"));
                None
            }
            Err(fault) => {
                self.faults.add(self.set.line_of(member), fault.to_string());
                None
            }
        }
    }
}

/// Where the password of a set's new files comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ListedSource {
    /// It is made for the set.
    Generate,
    /// From this SOURCE.
    At(OsString),
}

/// Finds sets that would be written in one place.
#[derive(Debug, Default)]
pub(super) struct Places(BTreeMap<String, usize>);

impl Places {
    /// Notes the place of a set, which must not be another's; capital and small letters are not told apart, because some
    /// file systems do not.
    pub(super) fn take(&mut self, path: &Path, line: usize, faults: &mut Faults) {
        let place = location(path).to_string_lossy().to_lowercase();
        match self.0.get(&place) {
            Some(first) => {
                let shown = path.display().to_string();
                let shown = Untrusted(&shown);
                faults.add(line, format!("`{shown}` is the place of the set in line {first} too"));
            }
            None => drop(self.0.insert(place, line)),
        }
    }
}

/// The member that gives this part of a subject.
fn member_of(field: SubjectField) -> &'static str {
    match field {
        SubjectField::Country => "country",
        SubjectField::State => "state",
        SubjectField::Locality => "locality",
        SubjectField::Organization => "org",
        SubjectField::OrganizationalUnit => "org_unit",
        SubjectField::CommonName => "cn",
        SubjectField::Email => "email",
    }
}
