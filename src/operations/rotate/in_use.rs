//! The place where a set is used: files, a link, or nothing beyond the state.
//!
//! Several files cannot be replaced at once. Between the first renaming and the last, a few system calls later, some are
//! old and some new; a process that is killed there leaves them so, each of them whole, and the state says that a change
//! was begun. The order makes this window harmless for who signs: going to a version, its request and its certificate
//! come first, then its keystores, which hold key and certificate and so agree with themselves, and its key last; going
//! back it is the other way round. So the key of the new version is never met beside a certificate that is not its own,
//! and the old key, which the service takes until the end of the overlap, signs until everything else is there. Files
//! whose content is the same in both versions, such as the key of a same-key renewal, are not touched.

use std::path::{Path, PathBuf};

use crate::files::{self, Input, OutputSet, Overwrite, Sensitivity};
use crate::limits::Limits;
use crate::operations::create::Part;

use super::change_error::ChangeError;
use super::error::RotateError;
use super::form::Live;
use super::state::State;
use super::store::Store;

/// The order in which files become a version's; the reverse is the way back.
const ORDER: [Part; 5] = [Part::Request, Part::Certificate, Part::Pkcs12, Part::Jks, Part::Key];

/// Which way the files change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    There,
    Back,
}

/// The files of a version.
pub(super) type VersionFiles<'a> = &'a [(Part, Input)];

/// The files in use as they were found.
pub(super) struct InUse {
    files: Vec<(Part, PathBuf, Option<Input>)>,
}

impl InUse {
    /// Reads the files in use; none where the set is used in the store.
    pub(super) fn look(store: &Store, state: &State, limits: &Limits) -> Result<Self, RotateError> {
        let files = store.live_files(state).into_iter().map(|(part, path)| {
            if files::link_target(&path).is_some() {
                let path = path.display().to_string();
                return Err(RotateError::Change(ChangeError::Link(files::Error::IsSymlink { path })));
            }
            let found = Input::read_if_file(&path, limits)?;
            Ok((part, path, found))
        });
        Ok(Self { files: files.collect::<Result<_, _>>()? })
    }

    /// Those that are of none of `versions`: written by somebody else, or missing.
    pub(super) fn foreign(&self, versions: &[VersionFiles<'_>]) -> Vec<String> {
        let is_of = |part: Part, found: &Input| {
            versions.iter().any(|files| content(files, part).is_some_and(|it| it.bytes() == found.bytes()))
        };
        let foreign = self.files.iter().filter(|(part, _, found)| !found.as_ref().is_some_and(|it| is_of(*part, it)));
        foreign.map(|(_, path, _)| path.display().to_string()).collect()
    }

    /// What was found; of what is missing, what the version has.
    pub(super) fn or(self, version: VersionFiles<'_>) -> Vec<(Part, Input)> {
        let files = self.files.into_iter();
        files.filter_map(|(part, _, found)| Some((part, found.or_else(|| content(version, part).cloned())?))).collect()
    }

    /// Those whose content is not the version's, in the order in which they are to change.
    pub(super) fn differing(&self, version: VersionFiles<'_>, way: Way) -> Vec<PathBuf> {
        self.changes(version, way).into_iter().map(|(path, ..)| path.to_owned()).collect()
    }

    /// Replaces what differs, all or nothing; a process that is killed meanwhile leaves each file old or new.
    pub(super) fn turn_into(&self, version: VersionFiles<'_>, way: Way) -> Result<Vec<PathBuf>, RotateError> {
        let mut outputs = OutputSet::new(Overwrite::Refuse);
        for (path, found, wanted, part) in self.changes(version, way) {
            let id = match found {
                Some(found) => outputs.declare_content(path, found.bytes())?,
                None if part.holds_key() => outputs.declare_new(path, Sensitivity::Secret)?,
                None => outputs.declare_new(path, Sensitivity::Public)?,
            };
            outputs.fill(id, wanted.bytes());
        }
        Ok(outputs.commit()?)
    }

    fn changes<'a>(
        &'a self,
        version: VersionFiles<'a>,
        way: Way,
    ) -> Vec<(&'a Path, Option<&'a Input>, &'a Input, Part)> {
        let mut changes: Vec<_> = ORDER
            .into_iter()
            .flat_map(|part| self.files.iter().filter(move |file| file.0 == part))
            .filter_map(|(part, path, found)| {
                let wanted = content(version, *part)?;
                let is_there = found.as_ref().is_some_and(|found| found.bytes() == wanted.bytes());
                (!is_there).then_some((path.as_path(), found.as_ref(), wanted, *part))
            })
            .collect();
        if way == Way::Back {
            changes.reverse();
        }
        changes
    }
}

fn content<'a>(files: VersionFiles<'a>, part: Part) -> Option<&'a Input> {
    files.iter().find(|(it, _)| *it == part).map(|(_, input)| input)
}

/// Has the place where the set is used be that of `version`, which has these files; of no version if there is none.
/// What is so already is not touched.
pub(super) fn put_in_use(
    store: &Store,
    state: &State,
    version: Option<(u32, VersionFiles<'_>)>,
    way: Way,
    limits: &Limits,
) -> Result<Vec<PathBuf>, RotateError> {
    match (&state.form.live, version) {
        (Live::State, _) => Ok(Vec::new()),
        (Live::Link, None) => {
            files::remove_link(&store.live_link())?;
            Ok(Vec::new())
        }
        (Live::Link, Some((number, _))) => {
            let (link, target) = (store.live_link(), Store::link_to(number));
            if files::link_target(&link).as_ref() == Some(&target) {
                return Ok(Vec::new());
            }
            files::point_link(&link, &target)?;
            Ok(vec![link])
        }
        // Files in use were adopted as the first version, so there always is one.
        (Live::Files(_), None) => Ok(Vec::new()),
        (Live::Files(_), Some((_, files))) => InUse::look(store, state, limits)?.turn_into(files, way),
    }
}

/// Removes what killed runs left: their temporaries, and versions that they made or took off the list and did not come
/// to note or to remove. What cannot be removed now stays for a later run: nobody is kept from going forward or back by it.
pub(super) fn tidy(store: &super::store::LockedStore<'_>, state: &State) {
    let live = store.live_files(state);
    let beside = live.iter().filter_map(|(_, path)| path.parent());
    let own = [store.root().to_owned(), store.versions()];
    for folder in own.iter().map(PathBuf::as_path).chain(beside) {
        files::remove_leftovers(if folder.as_os_str().is_empty() { Path::new(".") } else { folder });
    }
    for number in store.stray_versions(Some(state)).unwrap_or_default() {
        let _ = store.remove_version(number);
    }
}
