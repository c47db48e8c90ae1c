//! What a next version starts from: the current version of a store, the files of a plain key in use, or nothing yet.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::clock::Timestamp;
use crate::crypto::CryptoRng;
use crate::files::{self, Input, Origin, collect, location};
use crate::limits::Limits;
use crate::operations::create::Part;
use crate::operations::load::Opener;
use crate::operations::rotate::error::RotateError;
use crate::operations::rotate::form::{Live, PasswordKept, SetForm};
use crate::operations::rotate::state::State;
use crate::operations::rotate::store::Store;
use crate::operations::rotate::version::{Proved, Prover};
use crate::secret::{Password, PasswordProvider, PasswordPurpose, ProviderError};
use crate::untrusted::Untrusted;

use super::adopt::{self, is_encrypted_key};
use super::options::{LeftOut, Prepare};

/// What all steps of one run take.
pub(super) struct Surroundings<'a> {
    pub(super) store: &'a Store,
    pub(super) options: &'a Prepare,
    pub(super) now: Timestamp,
    pub(super) passwords: &'a Remembering<'a>,
    pub(super) limits: &'a Limits,
}

/// Where a run starts.
pub(super) struct Base {
    /// The state as it was read; `None` where there is none yet.
    pub(super) state: Option<State>,
    /// What the rotation is called.
    pub(super) name: String,
    /// The version in use, or the files in use that become it.
    pub(super) current: Option<Proved>,
    /// The files in use, where this run is to make the first version of them.
    pub(super) adopts: Vec<(Part, PathBuf)>,
    /// What all versions have in common, where that is settled.
    pub(super) form: Option<SetForm>,
    pub(super) left_out: Vec<LeftOut>,
    /// A next version that stays.
    pub(super) next: Option<Proved>,
    /// A next version that does not.
    pub(super) discards: Option<u32>,
}

impl Base {
    /// Looks at the store, and proves what is there.
    pub(super) fn of(with: &Surroundings<'_>, rng: &mut dyn CryptoRng) -> Result<Self, RotateError> {
        match (state_of(with.store)?, with.store.key()) {
            (Some(state), _) => Self::of_state(state, with, rng),
            (None, Some(key)) => Self::of_plain_key(key, with, rng),
            (None, None) => Self::of_nothing(with.store),
        }
    }

    fn of_state(state: State, with: &Surroundings<'_>, rng: &mut dyn CryptoRng) -> Result<Self, RotateError> {
        let store = with.store;
        if let Some(doing) = state.doing {
            return Err(RotateError::HalfDone { store: store.root().display().to_string(), doing });
        }
        let current = match state.current {
            Some(number) => Some(store.prove(&state, number, with.passwords, with.limits, rng)?),
            None => None,
        };
        let (mut next, mut discards) = (None, None);
        if let Some(number) = state.next {
            let proved = store.prove(&state, number, with.passwords, with.limits, rng);
            match proved {
                _ if with.options.replace => discards = Some(number),
                Ok(proved) if proved.validity.not_after > with.now => next = Some(proved),
                Err(error) if !is_damage(&error) => return Err(error),
                _ => discards = Some(number),
            }
        }
        // With no version that stays, nothing that versions have in common is settled.
        let form = (current.is_some() || next.is_some()).then(|| state.form.clone());
        let name = state.name.clone();
        Ok(Self { state: Some(state), name, current, adopts: Vec::new(), form, left_out: Vec::new(), next, discards })
    }

    fn of_plain_key(key: &Path, with: &Surroundings<'_>, rng: &mut dyn CryptoRng) -> Result<Self, RotateError> {
        let name = name_of(with.store)?;
        check_folder(with.store)?;
        if with.options.link {
            return Err(RotateError::FormFixed { store: key.display().to_string(), what: "where the set is used" });
        }
        let opener = Opener { passwords: with.passwords, limits: with.limits };
        let in_use = adopt::find(key, &with.options.in_use, opener)?;
        let mut live = Vec::with_capacity(in_use.files.len());
        for (part, path, _) in &in_use.files {
            live.push((*part, as_stored(path, key)?));
        }
        let has_password = in_use
            .files
            .iter()
            .any(|(part, _, input)| part.is_keystore() || (*part == Part::Key && is_encrypted_key(input, with.limits)));
        let mut form = SetForm {
            parts: in_use.files.iter().map(|(part, ..)| *part).collect(),
            alias: None,
            key_is_encrypted: in_use.files.iter().any(|(_, _, input)| is_encrypted_key(input, with.limits)),
            password: if has_password { PasswordKept::Given } else { PasswordKept::None },
            target: with.options.target,
            live: Live::Files(live),
        };
        let adopts: Vec<(Part, PathBuf)> = in_use.files.iter().map(|(part, path, _)| (*part, path.clone())).collect();
        let files: Vec<(Part, Input)> = in_use.files.into_iter().map(|(part, _, input)| (part, input)).collect();
        let prover =
            |form: &SetForm, files: Vec<(Part, Input)>, rng: &mut dyn CryptoRng| -> Result<Proved, RotateError> {
                let (store, passwords, limits) = (with.store.root(), with.passwords, with.limits);
                Prover { store, form, passwords, limits }.prove(FIRST, files, rng)
            };
        let proved = prover(&form, files, rng)?;
        form.alias = alias_of(&proved);
        // Again with the alias, which must be the same in all keystores.
        let current = prover(&form, proved.files, rng)?;
        Ok(Self {
            state: None,
            name,
            current: Some(current),
            adopts,
            form: Some(form),
            left_out: in_use.left_out,
            next: None,
            discards: None,
        })
    }

    fn of_nothing(store: &Store) -> Result<Self, RotateError> {
        check_folder(store)?;
        Ok(Self {
            state: None,
            name: name_of(store)?,
            current: None,
            adopts: Vec::new(),
            form: None,
            left_out: Vec::new(),
            next: None,
            discards: None,
        })
    }
}

/// The state, where there is one.
pub(super) fn state_of(store: &Store) -> Result<Option<State>, RotateError> {
    match store.state() {
        Ok(state) => Ok(Some(state)),
        Err(RotateError::NoStore { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The number of a version that has none yet.
const FIRST: u32 = 1;

/// The key's alias in the keystores, as PKCS#12 has it, which tells capital letters.
fn alias_of(proved: &Proved) -> Option<String> {
    let group = proved.proof.groups.first()?;
    let store = |wanted: Part| proved.files.iter().find(|(part, _)| *part == wanted);
    let (_, input) = store(Part::Pkcs12).or_else(|| store(Part::Jks))?;
    group.keys.iter().find(|origin| origin.file == input.name()).and_then(|origin| origin.entry.clone())
}

/// Whether a version's files are damaged or gone, rather than closed to whoever asks.
fn is_damage(error: &RotateError) -> bool {
    use crate::operations::Error;
    match error {
        RotateError::Unproved { .. } | RotateError::Files(files::Error::NotFound { .. }) => true,
        RotateError::Operation(error) => matches!(error, Error::CannotRead { .. } | Error::UnknownFormat { .. }),
        _ => false,
    }
}

fn name_of(store: &Store) -> Result<String, RotateError> {
    let fits = |name: &&str| Untrusted(name).is_harmless() && !name.starts_with('-');
    let unusable = || RotateError::UnusablePath { path: store.root().display().to_string() };
    let name = store.name().filter(fits).ok_or_else(unusable)?;
    if store.root().to_str().is_some() { Ok(name.to_owned()) } else { Err(unusable()) }
}

/// Refuses a folder that is there and holds other things than what a killed run of ours leaves.
fn check_folder(store: &Store) -> Result<(), RotateError> {
    let foreign = files::folders_in(store.root())?.into_iter().any(|name| !Store::OWN_NAMES.contains(&name.as_str()))
        || collect(&[store.root().to_owned()], &Limits::default()).any(|found| {
            let name = found.path.file_name().and_then(|name| name.to_str());
            found.origin == Origin::Folder && !name.is_some_and(|name| Store::OWN_NAMES.contains(&name))
        });
    if foreign { Err(RotateError::NotAStore { path: store.root().display().to_string() }) } else { Ok(()) }
}

/// The path of a file in use as the state holds it: its name where it stands beside the key, else the whole path.
fn as_stored(path: &Path, key: &Path) -> Result<PathBuf, RotateError> {
    let unusable = || RotateError::UnusablePath { path: path.display().to_string() };
    // However it was named: a store that is copied with its files must not reach back to the ones it was copied from.
    if location(path).parent() == location(key).parent() {
        return path.file_name().map(PathBuf::from).ok_or_else(unusable);
    }
    let absolute = std::path::absolute(path).map_err(|_| unusable())?;
    if absolute.to_str().is_some() { Ok(absolute) } else { Err(unusable()) }
}

/// Passes passwords on, and notes which one was given last for each file: where it opened, that one opened it.
pub(super) struct Remembering<'a> {
    given: &'a dyn PasswordProvider,
    last: RefCell<BTreeMap<(String, String), Password>>,
}

impl<'a> Remembering<'a> {
    pub(super) fn new(given: &'a dyn PasswordProvider) -> Self {
        Self { given, last: RefCell::default() }
    }

    /// The passwords that opened these files and their entries, each once.
    pub(super) fn opened(&self, files: &[(Part, Input)]) -> Vec<Password> {
        let mut opened: Vec<Password> = Vec::new();
        for ((file, _), password) in self.last.borrow().iter() {
            if files.iter().any(|(_, input)| input.name() == file) && !opened.contains(password) {
                opened.push(password.clone());
            }
        }
        opened
    }
}

impl PasswordProvider for Remembering<'_> {
    fn candidate(&self, purpose: &PasswordPurpose, attempt: usize) -> Result<Option<Password>, ProviderError> {
        let candidate = self.given.candidate(purpose, attempt)?;
        if let Some(password) = &candidate {
            let key = (purpose.file().to_owned(), purpose.to_string());
            self.last.borrow_mut().insert(key, password.clone());
        }
        Ok(candidate)
    }
}
