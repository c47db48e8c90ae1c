//! Extensions in openssl's words, x509v3_config(5): sections and `-addext` texts to what the operations can make.
//!
//! Taken: subjectAltName with DNS, IP, email and URI, basicConstraints, keyUsage and extendedKeyUsage.
//! subjectKeyIdentifier and authorityKeyIdentifier are taken as this program always sets them. Whatever else stands
//! there is refused by its name, since a certificate without it would be another one.

mod values;

use certwright::formats::x509::{Purposes, SubjectAltName, WantedExtension, WantedValue};

use super::config::{Config, Entry, Environment};
use crate::report::Failure;

/// What the extensions are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum For {
    Certificate,
    Request,
}

/// The extensions that a line of openssl asks for.
#[derive(Debug)]
pub(super) struct Wanted {
    whose: For,
    extensions: Vec<WantedExtension>,
    notices: Vec<String>,
    names_a_section: bool,
}

/// The same, as a certificate states them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Certified {
    pub(super) subject_alt_names: Vec<SubjectAltName>,
    pub(super) is_ca: bool,
    pub(super) purposes: Purposes,
}

/// What one entry asks for.
enum Asked {
    Extension(WantedExtension),
    /// What is always set, with what is not quite as it was asked for.
    Always(Option<String>),
}

impl Wanted {
    /// Nothing yet.
    pub(super) const fn nothing(whose: For) -> Self {
        Self { whose, extensions: Vec::new(), notices: Vec::new(), names_a_section: false }
    }

    /// Adds the extensions of a section of `config`. One that was there before is replaced.
    ///
    /// # Errors
    /// A [`Failure`] that names file, line and extension.
    pub(super) fn add_section(&mut self, config: &Config, section: &str) -> Result<(), Failure> {
        let entries = config.section(section).ok_or_else(|| {
            config.fault_of_file(&format!("there is no section `{section}`, which `req` or `x509` names"))
        })?;
        self.names_a_section = true;
        entries.iter().try_for_each(|entry| self.add(config, entry))
    }

    /// Adds the extension in an `-addext` text, such as `subjectAltName = DNS:example.com`. One that was there before
    /// is replaced.
    ///
    /// # Errors
    /// A [`Failure`] that names the extension; also when two of the texts give the same.
    pub(super) fn add_texts(&mut self, texts: &[&str], environment: Environment<'_>) -> Result<(), Failure> {
        let mut seen: Vec<String> = Vec::new();
        for text in texts {
            let config = Config::parse("-addext", text, environment)?;
            for entry in config.top() {
                if seen.contains(&entry.name) {
                    return Err(config.fault_at(entry, "two `-addext` give it"));
                }
                seen.push(entry.name.clone());
                self.add(&config, entry)?;
            }
        }
        Ok(())
    }

    /// The extensions in their order, for a request.
    pub(super) fn extensions(&self) -> &[WantedExtension] {
        &self.extensions
    }

    /// Whether a section of a file was added, be it empty.
    pub(super) const fn names_a_section(&self) -> bool {
        self.names_a_section
    }

    /// What is not quite as it was asked for, one sentence each.
    pub(super) fn notices(&self) -> &[String] {
        &self.notices
    }

    /// The extensions as a certificate states them.
    pub(super) fn certified(&self) -> Certified {
        let mut certified = Certified::default();
        let purposes = &mut certified.purposes;
        for extension in &self.extensions {
            match &extension.value {
                WantedValue::BasicConstraints { ca, path_length } => {
                    certified.is_ca = *ca;
                    purposes.path_length = *path_length;
                }
                WantedValue::ExtendedKeyUsage(uses) => {
                    purposes.extended_key_uses = uses.clone();
                    purposes.extended_key_uses_are_critical = extension.critical;
                }
                WantedValue::KeyUsage(uses) => purposes.key_uses = uses.clone(),
                WantedValue::SubjectAltName(names) => certified.subject_alt_names = names.clone(),
                _ => {}
            }
        }
        certified
    }

    fn add(&mut self, config: &Config, entry: &Entry) -> Result<(), Failure> {
        match values::read(config, entry, self.whose)? {
            Asked::Always(notice) => self.notices.extend(notice),
            Asked::Extension(extension) => {
                let before = self.extensions.iter().position(|other| other.name() == extension.name());
                match before {
                    Some(before) => self.extensions[before] = extension,
                    None => self.extensions.push(extension),
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
