//! Answers the library's question for the password of a file.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;

use certwright::secret::{Password, PasswordProvider, PasswordPurpose, ProviderError};
use certwright::untrusted::Untrusted;

use crate::prompt::{PromptError, TRIES};

use super::{PassinSource, PasswordFault, Source, Sources};

/// The passwords that a run can open files with. A source is read, and a person asked, only when a file needs it.
pub(crate) struct Passwords<'a> {
    sources: &'a Sources,
    passin: Vec<PassinSource>,
    /// Whether a terminal is asked where no source is given.
    asks: bool,
    /// The files whose password was asked for.
    wanted: RefCell<BTreeSet<String>>,
    /// What was answered at the terminal for each purpose, so that no question is asked twice.
    answers: RefCell<BTreeMap<String, Vec<Password>>>,
}

/// One password to try.
enum Candidate<'a> {
    /// What was typed for another file: people give one password to many.
    Again(Password),
    Read(&'a Source),
    /// The answer to the question that is asked for the n-th time, counted from zero.
    Ask(usize),
}

impl<'a> Passwords<'a> {
    /// Reads the values of `--passin`, none of which is looked up yet.
    ///
    /// # Errors
    /// [`PasswordFault::NotASource`] when a value is no SOURCE.
    pub(crate) fn parse(sources: &'a Sources, values: &[OsString]) -> Result<Self, PasswordFault> {
        let passin = values.iter().map(|value| PassinSource::parse(value, "--passin")).collect::<Result<_, _>>()?;
        Ok(Self { sources, passin, asks: true, wanted: RefCell::default(), answers: RefCell::default() })
    }

    /// The same for a run that can do without: a terminal is asked only where a source says `prompt`.
    pub(crate) fn only_given(self) -> Self {
        Self { asks: false, ..self }
    }

    /// The files that a `--passin` is bound to and that needed no password, each once.
    pub(crate) fn unused(&self) -> Vec<&str> {
        let wanted = self.wanted.borrow();
        let is_unused = |passin: &&PassinSource| !wanted.iter().any(|file| passin.is_bound_to(file));
        let files: BTreeSet<&str> =
            self.passin.iter().filter(is_unused).filter_map(|passin| passin.file.as_deref()).collect();
        files.into_iter().collect()
    }

    /// The environment variables that passwords are read from, which no other program is to inherit.
    pub(crate) fn variables(&self) -> Vec<OsString> {
        let names = self.passin.iter().filter_map(|passin| match &passin.source {
            Source::Environment(name) => Some(OsString::from(name)),
            _ => None,
        });
        names.collect()
    }

    /// What to try for `purpose`, in turn: the file's own sources, then those of every file, else the terminal.
    fn candidates(&self, purpose: &PasswordPurpose) -> Vec<Candidate<'_>> {
        let file = purpose.file();
        let own = self.passin.iter().filter(|passin| passin.is_bound_to(file));
        let common = self.passin.iter().filter(|passin| passin.file.is_none());
        let mut candidates = Vec::new();
        for passin in own.chain(common) {
            match &passin.source {
                Source::Prompt => candidates.extend(self.typed(purpose)),
                source => candidates.push(Candidate::Read(source)),
            }
        }
        if candidates.is_empty() && self.asks {
            candidates.extend(self.typed(purpose));
        }
        candidates
    }

    /// What the terminal gives for `purpose`: what was typed for others, then answers of its own.
    fn typed(&self, purpose: &PasswordPurpose) -> Vec<Candidate<'_>> {
        let own = purpose.to_string();
        let answers = self.answers.borrow();
        let others = answers.iter().filter(|(purpose, _)| **purpose != own).flat_map(|(_, answers)| answers);
        others.cloned().map(Candidate::Again).chain((0..TRIES).map(Candidate::Ask)).collect()
    }

    fn ask(&self, purpose: &PasswordPurpose, time: usize) -> Result<Password, ProviderError> {
        let key = purpose.to_string();
        if let Some(password) = self.answers.borrow().get(&key).and_then(|answers| answers.get(time)) {
            return Ok(password.clone());
        }
        let thing = match purpose {
            PasswordPurpose::OpenEntry { file, alias } => format!("entry {} of {}", Untrusted(alias), Untrusted(file)),
            _ => Untrusted(purpose.file()).to_string(),
        };
        let question =
            if time == 0 { format!("password for {thing}: ") } else { format!("wrong; password for {thing}: ") };
        let password = self.sources.prompt.password(&question).map_err(|error| match error {
            PromptError::Unattended(_) => ProviderError::NobodyToAsk,
            PromptError::Closed | PromptError::Interrupted => ProviderError::Interrupted,
            other => ProviderError::Source { reason: other.to_string() },
        })?;
        self.answers.borrow_mut().entry(key).or_default().push(password.clone());
        Ok(password)
    }
}

impl PasswordProvider for Passwords<'_> {
    fn candidate(&self, purpose: &PasswordPurpose, attempt: usize) -> Result<Option<Password>, ProviderError> {
        self.wanted.borrow_mut().insert(purpose.file().to_owned());
        match self.candidates(purpose).get(attempt) {
            None => Ok(None),
            Some(Candidate::Again(password)) => Ok(Some(password.clone())),
            Some(Candidate::Ask(time)) => self.ask(purpose, *time).map(Some),
            Some(Candidate::Read(source)) => {
                self.sources.read(source).map(Some).map_err(|reason| ProviderError::Source { reason })
            }
        }
    }
}
