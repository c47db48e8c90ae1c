//! The subject of a request or certificate: from the options, else from the questions openssl users know.

use std::fmt::Display;

use certwright::formats::x509::DistinguishedName;

use super::Context;
use crate::args::{SubjectArgs, SubjectField, SubjectInput};
use crate::exit::ExitStatus;
use crate::prompt::{PromptError, Unattended, ask_subject};
use crate::report::Failure;

impl Context {
    /// The subject that was typed, or `None` when no option gives one.
    ///
    /// # Errors
    /// A usage failure that names the option whose value is no name.
    pub(crate) fn typed_subject(&self, args: &SubjectArgs) -> Result<Option<DistinguishedName>, Failure> {
        match args.input()? {
            SubjectInput::Missing => Ok(None),
            SubjectInput::Text(text) => {
                DistinguishedName::parse(&text).map(Some).map_err(|fault| wrong("--subject", &fault))
            }
            SubjectInput::Fields(fields) => name(fields).map(Some),
        }
    }

    /// The subject that was typed; without one, the person at the terminal is asked.
    ///
    /// # Errors
    /// As above, and a usage failure when nobody can be asked.
    pub(crate) fn subject(&self, args: &SubjectArgs) -> Result<DistinguishedName, Failure> {
        if let Some(name) = self.typed_subject(args)? {
            return Ok(name);
        }
        match ask_subject(self.prompt()) {
            Ok(fields) => name(fields),
            Err(PromptError::Unattended(why)) => Err(needed(why)),
            Err(error) => Err(Failure::from_prompt(error, "no subject")),
        }
    }
}

fn name(fields: Vec<(SubjectField, String)>) -> Result<DistinguishedName, Failure> {
    let mut name = DistinguishedName::default();
    for (field, value) in fields {
        field.validate(&value).map_err(|fault| wrong(field.option(), &fault))?;
        name.push(field.kind(), &value).map_err(|fault| wrong(field.option(), &fault))?;
    }
    Ok(name)
}

fn wrong(option: &str, fault: &dyn Display) -> Failure {
    Failure::new("subject", ExitStatus::Usage, format!("`{option}` cannot be used: {fault}"))
}

fn needed(why: Unattended) -> Failure {
    Failure::new("subject_needed", ExitStatus::Usage, format!("a subject is needed, {}", why.clause()))
        .hint("give at least `--cn NAME`, or the whole as `--subject CN=…,O=…`")
}
