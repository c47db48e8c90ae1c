//! The files that the guides show: each page shows them as they are, and each is taken by the program that it is for.
//!
//! Every judge is shown to judge: it is given the same file with a fault in it, which it must refuse.
#![cfg(feature = "cli")]
#![allow(clippy::disallowed_methods, clippy::disallowed_types, clippy::print_stdout, clippy::unwrap_used)]

#[allow(dead_code, reason = "each test binary uses a part of it")]
#[path = "../support/support.rs"]
mod support;

mod engines;
mod fleet;
mod lines;
mod monitors;
mod pages;
mod schedules;
mod scripts;

use std::fs;
use std::path::{Path, PathBuf};

use support::{Outcome, Sandbox};

/// The folder of the guides.
fn guides() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/guides")
}

/// A file that the guides show.
#[track_caller]
fn shown(name: &str) -> String {
    fs::read_to_string(guides().join("files").join(name)).unwrap_or_else(|fault| panic!("{name}: {fault}"))
}

/// The names of all files that the guides show.
fn names() -> Vec<String> {
    let entries = fs::read_dir(guides().join("files")).unwrap();
    let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// Has `judge` look at the file in a folder by itself, and then at the file with each of the `faults`: what stands there,
/// what is put in its place, and a word of what must then be said.
#[track_caller]
fn is_taken(name: &str, faults: &[(&str, &str, &str)], judge: impl Fn(&Sandbox, &str) -> Outcome) {
    let text = shown(name);
    let look = |text: &str| {
        let sandbox = Sandbox::new();
        sandbox.write(name, text);
        judge(&sandbox, name)
    };
    let outcome = look(&text);
    assert!(outcome.code == Some(0), "{name} is refused\n{outcome}");
    assert!(!faults.is_empty(), "{name}: nothing shows that it is judged");
    for (right, wrong, said) in faults {
        assert!(text.contains(right), "{name} does not hold {right:?}");
        let outcome = look(&text.replacen(right, wrong, 1));
        assert!(outcome.code != Some(0), "{name} is taken with {wrong:?}\n{outcome}");
        assert!(format!("{outcome}").contains(said), "{name} with {wrong:?}: {said:?} is not said\n{outcome}");
    }
}
