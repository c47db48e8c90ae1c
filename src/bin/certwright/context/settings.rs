//! Settings by name: from the environment, and from an env file that the user names.

mod env_file;

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use certwright::files::Input;
use certwright::secret::SecretBytes;
use certwright::untrusted::Untrusted;

use super::Context;
use crate::exit::ExitStatus;
use crate::report::Failure;

use env_file::Entry;

/// The variables that a run may take settings from.
pub(crate) struct Settings {
    variable: fn(&str) -> Option<OsString>,
    file: Option<EnvFile>,
}

/// An env file that was read.
struct EnvFile {
    name: String,
    /// The folder that relative paths in it start from.
    folder: PathBuf,
    entries: Vec<Entry>,
}

/// One setting that was found. Its value may be a secret.
#[derive(Clone, Debug)]
pub(crate) struct Setting {
    value: SecretBytes,
    /// Where it stands, such as "the environment variable `SF_USERNAME`".
    pub(crate) origin: String,
    /// The folder of the file that it stands in.
    folder: Option<PathBuf>,
}

/// What a setting is called in the environment, and in an env file alone; in the order in which they count.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Names {
    /// In the environment and in an env file.
    pub(crate) everywhere: &'static [&'static str],
    /// In an env file only, where a short name means this program's readers and nothing else.
    pub(crate) in_file: &'static [&'static str],
}

impl Context {
    /// The settings of the environment and, after these, of the env file at `path`, which is warned of where others
    /// can read a key in it.
    ///
    /// # Errors
    /// A [`Failure`] that names file and line, and never what stands there.
    pub(crate) fn settings(&self, path: Option<&Path>) -> Result<Settings, Failure> {
        let file = path.map(|path| self.env_file(path)).transpose()?;
        Ok(Settings { variable, file })
    }

    /// A variable of the environment that is set to a text.
    pub(crate) fn variable(&self, name: &str) -> Option<String> {
        variable(name)?.into_string().ok()
    }

    /// Whether a file of this name, such as `.env`, is here.
    pub(crate) fn has_file(&self, name: &str) -> bool {
        matches!(Input::read_if_file(Path::new(name), &self.limits), Ok(Some(_)))
    }

    fn env_file(&self, path: &Path) -> Result<EnvFile, Failure> {
        let input = Input::read(path, &self.limits)?;
        let entries = env_file::parse(input.bytes()).map_err(|fault| {
            let message = format!("cannot read `{}`: line {} {}", Untrusted(input.name()), fault.line, fault.what);
            Failure::new("malformed", ExitStatus::Failed, message)
                .hint("each line is `NAME=VALUE`, empty, or a comment; a value of several lines stands in quotes")
        })?;
        if entries.iter().any(|entry| entry.is_private_key()) {
            self.check_exposure(&input);
        }
        let folder = input.path().and_then(Path::parent).map(Path::to_owned).unwrap_or_default();
        Ok(EnvFile { name: input.name().to_owned(), folder, entries })
    }
}

impl Settings {
    /// The setting of the first of the names that is set: in the environment first, then in the env file. An empty
    /// value is none.
    ///
    /// # Errors
    /// A [`Failure`] when the value cannot be told for sure: it is no text, stands twice, or wants something put in.
    pub(crate) fn find(&self, names: Names) -> Result<Option<Setting>, Failure> {
        Ok(self.find_any(&[names])?.map(|(_, setting)| setting))
    }

    /// The same for one of several things that stand for each other, and which of them it is.
    ///
    /// # Errors
    /// As above.
    pub(crate) fn find_any(&self, things: &[Names]) -> Result<Option<(usize, Setting)>, Failure> {
        for (index, names) in things.iter().enumerate() {
            for name in names.everywhere {
                if let Some(setting) = self.in_environment(name)? {
                    return Ok(Some((index, setting)));
                }
            }
        }
        let Some(file) = &self.file else { return Ok(None) };
        for (index, names) in things.iter().enumerate() {
            for name in names.everywhere.iter().chain(names.in_file) {
                if let Some(setting) = file.find(name)? {
                    return Ok(Some((index, setting)));
                }
            }
        }
        Ok(None)
    }

    fn in_environment(&self, name: &str) -> Result<Option<Setting>, Failure> {
        let Some(value) = (self.variable)(name).filter(|value| !value.is_empty()) else { return Ok(None) };
        let origin = format!("the environment variable `{name}`");
        let text = value.into_string().map_err(|_| unusable(&origin, "is not UTF-8"))?;
        Ok(Some(Setting { value: text.into_bytes().into(), origin, folder: None }))
    }

    /// Which of `names` are set, wherever.
    pub(crate) fn set_among(&self, names: &[&'static str]) -> Vec<&'static str> {
        let in_file = |name: &str| self.file.iter().flat_map(|file| &file.entries).any(|entry| entry.name == name);
        let is_set = |name: &str| (self.variable)(name).is_some_and(|value| !value.is_empty());
        names.iter().copied().filter(|name| is_set(name) || in_file(name)).collect()
    }
}

impl EnvFile {
    fn find(&self, name: &str) -> Result<Option<Setting>, Failure> {
        let mut found = self.entries.iter().filter(|entry| entry.name == *name && !entry.value.expose().is_empty());
        let Some(entry) = found.next() else { return Ok(None) };
        let origin = format!("`{name}` in `{}`", Untrusted(&self.name));
        if let Some(second) = found.next() {
            return Err(unusable(&origin, &format!("stands twice, in lines {} and {}", entry.line, second.line)));
        }
        if entry.wants_substitution {
            let what = "wants another variable put in with `${…}`, which is not done: write the value itself, or put it \
                        in single quotes if it is meant as it stands";
            return Err(unusable(&format!("{origin}, line {},", entry.line), what));
        }
        Ok(Some(Setting { value: entry.value.clone(), origin, folder: Some(self.folder.clone()) }))
    }
}

impl Setting {
    /// The value as a text on one line.
    ///
    /// # Errors
    /// A [`Failure`] that names the origin when it has control characters in it.
    pub(crate) fn text(&self) -> Result<String, Failure> {
        let text = std::str::from_utf8(self.value.expose()).map_err(|_| unusable(&self.origin, "is not UTF-8"))?.trim();
        match text.chars().any(char::is_control) {
            true => Err(unusable(&self.origin, "has characters that end a line or control a terminal")),
            false => Ok(text.to_owned()),
        }
    }

    /// The value as a path. In an env file it starts from that file's folder, so that it means the same from
    /// everywhere.
    ///
    /// # Errors
    /// As [`text`](Self::text).
    pub(crate) fn path(&self) -> Result<PathBuf, Failure> {
        let path = PathBuf::from(self.text()?);
        Ok(match &self.folder {
            Some(folder) => folder.join(path),
            None => path,
        })
    }

    /// The value as an input of its own, named by where it stands.
    pub(crate) fn input(&self) -> Input {
        let name = self.origin.replace('`', "");
        Input::new(name.trim_start_matches("the environment variable "), self.value.clone())
    }
}

fn unusable(origin: &str, what: &str) -> Failure {
    Failure::new("setting", ExitStatus::Usage, format!("{origin} {what}"))
}

#[expect(clippy::disallowed_methods, reason = "the settings stand in the environment")]
fn variable(name: &str) -> Option<OsString> {
    env::var_os(name)
}

#[cfg(test)]
mod tests;
