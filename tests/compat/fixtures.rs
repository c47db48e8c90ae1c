//! Files that rows share, made once by the real programs and kept until their recipe or a program changes.

use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use toml_edit::DocumentMut;

use crate::run::Peers;
use crate::support::{Sandbox, words};

const RECIPE: &str = include_str!("fixtures.toml");

/// The folder that holds them all.
pub(crate) fn folder(peers: &Peers) -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let mut hasher = DefaultHasher::new();
        (RECIPE, peers.versions()).hash(&mut hasher);
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("compat-{:016x}", hasher.finish()));
        if !folder.exists() {
            make(peers, &folder);
        }
        folder
    })
}

/// Makes them beside their place and moves them there whole, since another run may do the same.
fn make(peers: &Peers, folder: &Path) {
    let recipe: DocumentMut = RECIPE.parse().unwrap();
    let sandbox = Sandbox::new();
    for (name, content) in recipe["write"].as_table().unwrap() {
        sandbox.write(name, content.as_str().unwrap());
    }
    for line in recipe["lines"].as_array().unwrap() {
        prepare(peers, &sandbox, line.as_str().unwrap());
    }
    let made = sandbox.path(".made");
    fs::create_dir(&made).unwrap();
    for file in sandbox.snapshot().files() {
        fs::rename(sandbox.path(&file), made.join(&file)).unwrap();
    }
    if let Err(fault) = fs::rename(&made, folder) {
        assert!(folder.exists(), "{}: {fault}", folder.display());
    }
}

/// Runs one line of a recipe in the sandbox by the real programs; `cat A B > C` needs none.
pub(crate) fn prepare(peers: &Peers, sandbox: &Sandbox, line: &str) {
    if let Some((from, to)) = line.strip_prefix("cat ").and_then(|rest| rest.split_once(" > ")) {
        let octets: Vec<u8> = from.split(' ').flat_map(|name| sandbox.read(name)).collect();
        return sandbox.write(to, octets);
    }
    let (name, rest) = line.split_once(' ').unwrap_or((line, ""));
    let outcome = peers.run(sandbox.folder(), name, &words(rest), &[], b"");
    assert!(outcome.code == Some(0), "the set-up fails: {line}\n{outcome}");
}
