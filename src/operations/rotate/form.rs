//! What all versions of a store have in common: which files they have, what protects them, and where they are used.

use std::path::PathBuf;

use crate::operations::create::Part;
use crate::operations::target::Target;

/// The form of a set. What a certificate says is not part of it: that is read from the version itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetForm {
    /// Which files, in the order of [`Part::ALL`].
    pub parts: Vec<Part>,
    /// The entry's alias in the keystores; `None` where there is none.
    pub alias: Option<String>,
    /// Whether the key's own file is encrypted.
    pub key_is_encrypted: bool,
    /// Where the password of what is protected comes from.
    pub password: PasswordKept,
    /// Whose rules hold.
    pub target: Option<&'static Target>,
    /// Where the current version is used.
    pub live: Live,
}

/// Where the password of keystores and key comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordKept {
    /// Whoever runs a rotation gives it each time.
    Given,
    /// Each version has one of its own, which was made for it, in a file beside what it opens.
    InVersion,
    /// Nothing is protected.
    None,
}

/// Where the current version is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Live {
    /// In these files, which are replaced one after the other at activation. Paths are as stored: absolute, or from the
    /// folder that the store stands in.
    Files(Vec<(Part, PathBuf)>),
    /// Behind the symbolic link `live` in the store, which is replaced at once.
    Link,
    /// In the version's own folder, which the state names.
    State,
}
