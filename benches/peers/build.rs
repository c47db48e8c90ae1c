//! Which build of ours is measured.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use sha2::{Digest as _, Sha256};

use crate::support::programs::first_line;

/// The program as it is when the benchmark starts, which is when it was built.
pub(crate) struct Build {
    revision: Option<String>,
    program: String,
}

impl Build {
    pub(crate) fn current() -> Self {
        Self { revision: revision(), program: program() }
    }

    /// The revision and the beginning of the SHA-256 of the program, such as `7d202a1+changes, 5f0c3a1b9e77`.
    pub(crate) fn shown(&self) -> String {
        let revision = self.revision.as_deref().unwrap_or("no revision");
        format!("{revision}, {}", self.program)
    }

    /// Fails if the program is another one by now.
    pub(crate) fn check(&self) {
        assert_eq!(program(), self.program, "the program was built anew while it was measured");
    }
}

/// The commit, with `+changes` where files differ from it other than those that the benchmark writes and the Python of
/// CONTRIBUTING; `None` where there is no repository, or no git.
fn revision() -> Option<String> {
    let git = |words: &[&str]| {
        let mut command = Command::new("git");
        command.current_dir(env!("CARGO_MANIFEST_DIR")).arg("--no-optional-locks").args(words);
        command
    };
    // Not that of a repository into which the sources of a package were unpacked.
    let root = PathBuf::from(first_line(git(&["rev-parse", "--show-toplevel"]))?);
    if fs::canonicalize(root).ok()? != fs::canonicalize(Path::new(env!("CARGO_MANIFEST_DIR"))).ok()? {
        return None;
    }
    let commit = first_line(git(&["rev-parse", "--short", "HEAD"]))?;
    let changes =
        git(&["status", "--porcelain", "--", ".", ":(exclude)docs/benchmarks.*", ":(exclude)venv"]).output().ok()?;
    let is_clean = changes.status.success() && changes.stdout.is_empty();
    Some(if is_clean { commit } else { format!("{commit}+changes") })
}

/// The first 12 hexadecimal digits of its SHA-256.
fn program() -> String {
    let octets = fs::read(env!("CARGO_BIN_EXE_certwright")).unwrap();
    Sha256::digest(octets)[..6].iter().fold(String::new(), |mut text, octet| {
        let _ = write!(text, "{octet:02x}");
        text
    })
}
