//! Stores that a test begins with, each made once and copied, and what must hold of any store at any moment.

use std::cell::OnceCell;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::support::{Outcome, Sandbox};

/// How a set is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Five files in use.
    Files,
    /// A folder with the link `live`.
    Link,
    /// A folder whose state is read.
    State,
}

/// A store with version 1 in use and version 2 prepared.
pub(crate) struct Store {
    pub(crate) sandbox: Sandbox,
    pub(crate) kind: Kind,
}

thread_local! {
    /// Each takes a while to make, and serves all stores of a test.
    static TEMPLATES: [OnceCell<Sandbox>; 3] = const { [const { OnceCell::new() }; 3] };
}

impl Store {
    pub(crate) fn new(kind: Kind) -> Self {
        let sandbox = Sandbox::new();
        TEMPLATES.with(|templates| {
            copy(templates[kind as usize].get_or_init(|| make(kind)).folder(), sandbox.folder());
        });
        Self { sandbox, kind }
    }

    /// A store with version 2 in use and version 1 before it.
    pub(crate) fn activated(kind: Kind) -> Self {
        let store = Self::new(kind);
        store.sandbox.done(&store.line("activate", ""));
        store
    }

    /// What names it on a command line.
    pub(crate) fn operand(&self) -> &'static str {
        if self.kind == Kind::Files { "app.key" } else { "app" }
    }

    fn root(&self) -> &'static str {
        if self.kind == Kind::Files { "app.rotate" } else { "app" }
    }

    /// `rotate VERB`, with what opens the keystores.
    pub(crate) fn line(&self, verb: &str, options: &str) -> String {
        format!("rotate {verb} {} {} {options}", self.operand(), self.opens())
    }

    fn opens(&self) -> &'static str {
        if self.kind == Kind::Files { "--passin file:app.pass" } else { "" }
    }

    /// Runs `line` with a failpoint, without the judgement that a killed run cannot pass.
    pub(crate) fn broken_off(&self, line: &str, failpoint: &str) -> Outcome {
        let run = self.sandbox.certwright(line).env("CERTWRIGHT_FAILPOINT", failpoint);
        Outcome::of(&run.command().output().unwrap())
    }

    pub(crate) fn state(&self) -> Value {
        serde_json::from_slice(&self.sandbox.read(&format!("{}/state.json", self.root()))).unwrap()
    }

    /// The files in use, by their names.
    pub(crate) fn live(&self) -> Vec<(String, Vec<u8>)> {
        match self.kind {
            Kind::State => Vec::new(),
            Kind::Link => fs::read_link(self.sandbox.path("app/live"))
                .map_or_else(|_| Vec::new(), |to| files_in(&self.sandbox.path("app").join(to))),
            Kind::Files => files_in(self.sandbox.folder()),
        }
    }

    fn version(&self, number: &Value) -> Vec<(String, Vec<u8>)> {
        let folder = format!("{}/versions/{:04}", self.root(), number.as_u64().unwrap());
        files_in(&self.sandbox.path(&folder))
    }

    /// Whatever happened: the state reads, and every file of the version that it calls current opens and pairs.
    #[track_caller]
    pub(crate) fn current_is_whole(&self, moment: &str) {
        let current = &self.state()["current"];
        if current.is_null() {
            return;
        }
        let folder = format!("{}/versions/{:04}", self.root(), current.as_u64().unwrap());
        let pass = if self.kind == Kind::Files { "app.pass".to_owned() } else { format!("{folder}/app.pass") };
        let run = self.sandbox.certwright(&format!("verify {folder} --passin file:{pass}")).command().output().unwrap();
        let run = Outcome::of(&run);
        assert_eq!(run.code, Some(0), "{moment}\n{run}");
    }

    /// What `rotate status` says to run next, and its exit code.
    #[track_caller]
    pub(crate) fn status(&self) -> (Option<i32>, Vec<Vec<String>>) {
        let run = self.sandbox.certwright(&self.line("status", "--json")).command().output().unwrap();
        let run = Outcome::of(&run);
        let then = run.json()["rotations"][0]["then"].clone();
        (run.code, serde_json::from_value(then).unwrap_or_else(|fault| panic!("{fault}\n{run}")))
    }

    /// After whatever was broken off, and went on or back with the `choice`-th command that `rotate status` names: nothing
    /// is half-done, the place of use is all of the current version, and nothing lies about.
    #[track_caller]
    pub(crate) fn ends_well(&self, choice: usize, moment: &str) {
        let (code, then) = self.status();
        match code {
            Some(5) => {
                let command = &then[choice % then.len()];
                let line = format!("{} {}", command[1..].join(" "), self.opens());
                assert_eq!(command[0], "certwright");
                self.sandbox.done(&line);
            }
            // Nothing is half-done. What a killed run left lying about, the next one removes.
            Some(0) => drop(self.sandbox.done(&self.line("retire", ""))),
            _ => panic!("{moment}: status ends with {code:?}"),
        }
        self.is_settled(moment);
    }

    #[track_caller]
    pub(crate) fn is_settled(&self, moment: &str) {
        let state = self.state();
        assert!(state["doing"].is_null(), "{moment}: {state}");
        self.current_is_whole(moment);
        if self.kind != Kind::State && !state["current"].is_null() {
            assert!(self.live() == self.version(&state["current"]), "{moment}: the place of use");
        }
        let listed: Vec<String> = state["versions"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| format!("{:04}", it["number"].as_u64().unwrap()))
            .collect();
        let mut found: Vec<String> = fs::read_dir(self.sandbox.path(self.root()).join("versions"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        found.sort();
        assert_eq!(found, listed, "{moment}: versions on the disk, and those that are listed");
        let files = self.sandbox.snapshot().files();
        assert!(!files.iter().any(|name| name.contains(".certwright-")), "{moment}: {files:?}");
        let log =
            Outcome::of(&self.sandbox.certwright(&format!("audit verify {}", self.root())).command().output().unwrap());
        assert_eq!(log.code, Some(0), "{moment}\n{log}");
    }
}

fn make(kind: Kind) -> Sandbox {
    let sandbox = Sandbox::new();
    if kind == Kind::Files {
        sandbox.done("create --cn app --name app -t p256 --passout generate --iterations 1000");
        sandbox.done("rotate prepare app.key --passin file:app.pass --iterations 1000");
    } else {
        let link = if kind == Kind::Link { "--link" } else { "" };
        sandbox.done(&format!("rotate prepare app --cn app -t p256 --only key,crt,jks --passout generate {link}"));
        sandbox.done("rotate activate app");
        sandbox.done("rotate prepare app");
    }
    sandbox
}

/// Whether a file of this name is one of the set.
fn is_part(name: &str) -> bool {
    ["app.key", "app.csr", "app.crt", "app.p12", "app.jks"].contains(&name)
}

fn files_in(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap).filter(|entry| entry.path().is_file());
    let mut files: Vec<_> = entries
        .map(|entry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap()))
        .filter(|(name, _)| is_part(name))
        .collect();
    files.sort();
    files
}

/// A copy with all modes and links.
fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        let kind = entry.file_type().unwrap();
        if kind.is_dir() {
            fs::create_dir(&target).unwrap();
            copy(&path, &target);
            fs::set_permissions(&target, fs::metadata(&path).unwrap().permissions()).unwrap();
        } else if kind.is_symlink() {
            #[cfg(unix)]
            std::os::unix::fs::symlink(fs::read_link(&path).unwrap(), &target).unwrap();
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}
