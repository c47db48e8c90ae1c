//! A rotation's folder: `state.json`, `lock`, `audit.jsonl` and `versions/NNNN/`.

use std::ops::Deref;
use std::path::{Path, PathBuf};

use crate::crypto::CryptoRng;
use crate::files::{self, FolderFile, Input, Lock, OutputSet, Overwrite, Sensitivity, location};
use crate::limits::Limits;
use crate::operations::audit::AUDIT_FILE;
use crate::operations::create::Part;
use crate::secret::{PasswordProvider, SecretBytes};

use super::error::RotateError;
use super::form::{Live, PasswordKept};
use super::state::State;
use super::version::{Proved, Prover, VersionFile, VersionPasswords};

const STATE: &str = "state.json";
const LOCK: &str = "lock";
const VERSIONS: &str = "versions";
const LIVE: &str = "live";

/// What the name of a plain file's store ends in.
const BESIDE: &str = "rotate";

/// Where a rotation is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Store {
    root: PathBuf,
    /// The key in use, where the store is for plain files.
    key: Option<PathBuf>,
}

impl Store {
    /// What may stand in its folder.
    pub(super) const OWN_NAMES: [&'static str; 5] = [STATE, LOCK, AUDIT_FILE, VERSIONS, LIVE];

    /// The store that `path` means: for a file that exists, the folder `STEM.rotate` beside it; else `path` itself, which
    /// need not exist yet.
    #[must_use]
    pub fn at(path: &Path) -> Self {
        if files::is_file(path) {
            Self { root: path.with_extension(BESIDE), key: Some(path.to_owned()) }
        } else {
            Self { root: path.to_owned(), key: None }
        }
    }

    /// Its folder.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The key in use, where the store is for plain files.
    #[must_use]
    pub fn key(&self) -> Option<&Path> {
        self.key.as_deref()
    }

    /// What a rotation kept here is called unless its state says otherwise.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        let named = if self.key.is_some() { self.root.file_stem() } else { self.root.file_name() };
        named.and_then(|name| name.to_str())
    }

    /// Whether there is a state.
    #[must_use]
    pub fn exists(&self) -> bool {
        files::is_file(&self.root.join(STATE))
    }

    /// Whether there are versions, whatever the state says.
    #[must_use]
    pub fn has_versions(&self) -> bool {
        files::folders_in(&self.root.join(VERSIONS)).is_ok_and(|folders| !folders.is_empty())
    }

    /// Whether a run made something here, even if it noted nothing.
    pub(super) fn was_begun(&self) -> bool {
        files::is_file(&self.root.join(LOCK))
    }

    /// The audit log.
    #[must_use]
    pub fn audit_log(&self) -> PathBuf {
        self.root.join(AUDIT_FILE)
    }

    /// The link to the current version, where the store has one.
    #[must_use]
    pub fn live_link(&self) -> PathBuf {
        self.root.join(LIVE)
    }

    /// What the link to a version points to; it is relative, so that the store can be moved as a whole.
    #[must_use]
    pub fn link_to(number: u32) -> PathBuf {
        Path::new(VERSIONS).join(folder_name(number))
    }

    /// The folder of all versions.
    pub(super) fn versions(&self) -> PathBuf {
        self.root.join(VERSIONS)
    }

    /// The folder of a version.
    #[must_use]
    pub fn version_folder(&self, number: u32) -> PathBuf {
        self.root.join(VERSIONS).join(folder_name(number))
    }

    /// Where a file of a version is.
    #[must_use]
    pub fn version_file(&self, state: &State, number: u32, file: VersionFile) -> PathBuf {
        self.version_folder(number).join(file.name(&state.name))
    }

    /// The files in use that activation replaces, with their paths; none where the set is used in the store.
    #[must_use]
    pub fn live_files(&self, state: &State) -> Vec<(Part, PathBuf)> {
        let Live::Files(files) = &state.form.live else { return Vec::new() };
        let beside = self.root.parent().unwrap_or(Path::new(""));
        files.iter().map(|(part, path)| (*part, beside.join(path))).collect()
    }

    /// What the store says of itself.
    ///
    /// # Errors
    /// [`RotateError::NoStore`], [`RotateError::BadState`], [`RotateError::OtherFiles`], and what reading refuses.
    pub fn state(&self) -> Result<State, RotateError> {
        let path = self.root.join(STATE);
        let input = match Input::read(&path, &Limits::default()) {
            Ok(input) => input,
            Err(files::Error::NotFound { .. } | files::Error::NotAFile { .. }) => {
                let path = self.key.as_deref().unwrap_or(&self.root).display().to_string();
                return Err(RotateError::NoStore { path });
            }
            Err(error) => return Err(error.into()),
        };
        let state = State::from_json(input.bytes())
            .map_err(|reason| RotateError::BadState { path: path.display().to_string(), reason })?;
        match &self.key {
            // `web.key` and `web.pem` have the same folder beside them.
            Some(key) if !self.live_files(&state).iter().any(|(_, live)| location(live) == location(key)) => {
                let (store, file) = (self.root.display().to_string(), key.display().to_string());
                Err(RotateError::OtherFiles { store, file })
            }
            _ => Ok(state),
        }
    }

    /// Reads a version and proves it.
    ///
    /// # Errors
    /// What reading and opening refuse, and [`RotateError::Unproved`].
    pub fn prove(
        &self,
        state: &State,
        number: u32,
        passwords: &dyn PasswordProvider,
        limits: &Limits,
        rng: &mut dyn CryptoRng,
    ) -> Result<Proved, RotateError> {
        let files = self.read_version(state, number, limits)?;
        let passwords = self.version_passwords(state, number, passwords)?;
        let prover = Prover { store: &self.root, form: &state.form, passwords: &passwords, limits };
        prover.prove(number, files, rng)
    }

    /// What opens a version's files: its own password where it has one, else what `given` knows.
    pub(super) fn version_passwords<'a>(
        &self,
        state: &State,
        number: u32,
        given: &'a dyn PasswordProvider,
    ) -> Result<VersionPasswords<'a>, RotateError> {
        let own = match state.form.password {
            PasswordKept::InVersion => {
                Some(files::read_first_line(&self.version_file(state, number, VersionFile::Password))?)
            }
            PasswordKept::Given | PasswordKept::None => None,
        };
        Ok(VersionPasswords { own, folder: self.version_folder(number), given })
    }

    /// A number that no version has, nor a folder that a killed run published and did not note.
    ///
    /// # Errors
    /// What listing refuses.
    pub fn free_number(&self, state: Option<&State>) -> Result<u32, RotateError> {
        let noted = state.and_then(|state| state.versions.last()).map_or(0, |record| record.number);
        let found = self.numbers()?.into_iter().max().unwrap_or(0);
        Ok(noted.max(found).saturating_add(1))
    }

    /// Numbers of folders that the state does not list: what a killed run left.
    ///
    /// # Errors
    /// What listing refuses.
    pub fn stray_versions(&self, state: Option<&State>) -> Result<Vec<u32>, RotateError> {
        let numbers = self.numbers()?.into_iter();
        Ok(numbers.filter(|number| state.and_then(|state| state.record(*number)).is_none()).collect())
    }

    /// Numbers of the folders that bear a version's name. Another name, such as `7`, is no work of this program.
    fn numbers(&self) -> Result<Vec<u32>, RotateError> {
        let folders = files::folders_in(&self.versions())?;
        let number = |name: &String| name.parse().ok().filter(|number| folder_name(*number) == *name);
        Ok(folders.iter().filter_map(number).collect())
    }

    /// The files of a version, of which nothing is proved.
    ///
    /// # Errors
    /// What reading refuses.
    pub fn read_version(&self, state: &State, number: u32, limits: &Limits) -> Result<Vec<(Part, Input)>, RotateError> {
        let read = |part: &Part| {
            let path = self.version_file(state, number, VersionFile::Part(*part));
            Ok((*part, Input::read(&path, limits)?))
        };
        state.form.parts.iter().map(read).collect()
    }

    /// Takes the lock of the store, whose folder is made if it is not there.
    ///
    /// # Errors
    /// [`RotateError::Busy`] while another run holds it.
    pub fn lock(&self) -> Result<LockedStore<'_>, RotateError> {
        files::ensure_private_folder(&self.root)?;
        match Lock::try_take(&self.root.join(LOCK))? {
            Some(lock) => Ok(LockedStore { store: self, _lock: lock }),
            None => Err(RotateError::Busy { store: self.root.display().to_string() }),
        }
    }
}

/// A store that no other run changes meanwhile.
#[derive(Debug)]
pub struct LockedStore<'a> {
    store: &'a Store,
    _lock: Lock,
}

impl Deref for LockedStore<'_> {
    type Target = Store;

    fn deref(&self) -> &Store {
        self.store
    }
}

impl LockedStore<'_> {
    /// Replaces the state, at once.
    ///
    /// # Errors
    /// What writing refuses; the old state stands then.
    pub fn write_state(&self, state: &State) -> Result<(), RotateError> {
        self.replace(&self.root.join(STATE), Sensitivity::Secret, &state.to_json())
    }

    /// Publishes a version as a whole folder. Nothing refers to it yet.
    ///
    /// # Errors
    /// What writing refuses; nothing of it is there then.
    pub fn add_version(
        &self,
        name: &str,
        number: u32,
        contents: &[(VersionFile, SecretBytes)],
    ) -> Result<(), RotateError> {
        files::ensure_private_folder(&self.root.join(VERSIONS))?;
        let named: Vec<(String, &(VersionFile, SecretBytes))> =
            contents.iter().map(|content| (content.0.name(name), content)).collect();
        let files: Vec<FolderFile<'_>> = named
            .iter()
            .map(|(name, (_, content))| FolderFile { name, sensitivity: Sensitivity::Secret, content })
            .collect();
        Ok(files::publish_folder(&self.version_folder(number), &files)?)
    }

    /// Removes a version, as a whole. Nothing may refer to it any more.
    ///
    /// # Errors
    /// What the system refuses; the version is whole then.
    pub fn remove_version(&self, number: u32) -> Result<(), RotateError> {
        Ok(files::remove_folder(&self.version_folder(number))?)
    }

    fn replace(&self, path: &Path, sensitivity: Sensitivity, octets: &[u8]) -> Result<(), RotateError> {
        let mut outputs = OutputSet::new(Overwrite::Replace);
        let id = outputs.declare(path, sensitivity)?;
        outputs.fill(id, octets);
        outputs.commit()?;
        Ok(())
    }
}

/// Four digits at least, so that names sort as numbers do.
fn folder_name(number: u32) -> String {
    format!("{number:04}")
}
