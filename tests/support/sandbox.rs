//! A folder of its own for each test, and our program run in it with nothing but what the test gives.

use std::cell::RefCell;
use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::{env, fmt, fs};

use super::message::assert_form;
use super::secret_scan::{Credential, SecretScan, is_secret};
use super::snapshot::{Content, Item, Snapshot};
use super::words::words;

/// Tells the credentials that a server met.
type Teller = Box<dyn Fn() -> Vec<Credential>>;

/// A folder that is removed with its test.
pub(crate) struct Sandbox {
    folder: tempfile::TempDir,
    passwords: RefCell<Vec<String>>,
    /// Who can tell, after a run, which tokens and assertions went to and fro.
    servers: RefCell<Vec<Teller>>,
}

impl Sandbox {
    /// An empty folder.
    pub(crate) fn new() -> Self {
        let folder = tempfile::Builder::new().prefix("sandbox-").tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        Self { folder, passwords: RefCell::default(), servers: RefCell::default() }
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A path in the folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder().join(name)
    }

    /// Writes a file, and the folder that it stands in.
    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    #[track_caller]
    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap_or_else(|fault| panic!("{name}: {fault}"))
    }

    #[track_caller]
    pub(crate) fn text(&self, name: &str) -> String {
        String::from_utf8(self.read(name)).unwrap()
    }

    /// The password in a file that `generate` wrote.
    #[track_caller]
    pub(crate) fn password(&self, name: &str) -> String {
        self.text(name).lines().next().unwrap().to_owned()
    }

    /// Notes a password that no run may show, and hands it back.
    pub(crate) fn secret<'a>(&self, password: &'a str) -> &'a str {
        self.passwords.borrow_mut().push(password.to_owned());
        password
    }

    /// Has `server` asked after each run which credentials it met; no run may show them.
    pub(crate) fn learns_from(&self, server: impl Fn() -> Vec<Credential> + 'static) {
        self.servers.borrow_mut().push(Box::new(server));
    }

    /// Everything in the folder.
    pub(crate) fn snapshot(&self) -> Snapshot {
        Snapshot::take(self.folder())
    }

    /// Our program with the words of `line`.
    pub(crate) fn certwright(&self, line: &str) -> Invocation<'_> {
        self.started_as(Path::new(env!("CARGO_BIN_EXE_certwright")), line)
    }

    /// Our program, started by another name, with the words of `line`.
    pub(crate) fn started_as(&self, program: &Path, line: &str) -> Invocation<'_> {
        Invocation {
            program: program.to_owned(),
            sandbox: self,
            arguments: words(line).into_iter().map(OsString::from).collect(),
            environment: Vec::new(),
            input: Vec::new(),
            shows_secrets: false,
            shows: None,
        }
    }

    /// Our program with the words of `line`, which must succeed.
    #[track_caller]
    pub(crate) fn done(&self, line: &str) -> Outcome {
        self.certwright(line).done()
    }

    /// Our program with the words of `line`, which must end with `code`, say why in the documented form, and change
    /// nothing.
    #[track_caller]
    pub(crate) fn refused(&self, code: i32, line: &str) -> Outcome {
        self.certwright(line).refused(code)
    }
}

/// One run of our program, not yet started.
pub(crate) struct Invocation<'a> {
    program: PathBuf,
    sandbox: &'a Sandbox,
    arguments: Vec<OsString>,
    environment: Vec<(String, OsString)>,
    input: Vec<u8>,
    shows_secrets: bool,
    shows: Option<&'static str>,
}

impl Invocation<'_> {
    pub(crate) fn arg(mut self, argument: impl Into<OsString>) -> Self {
        self.arguments.push(argument.into());
        self
    }

    pub(crate) fn env(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.environment.push((name.to_owned(), value.into()));
        self
    }

    /// A variable whose value is a password.
    pub(crate) fn password_env(self, name: &str, password: &str) -> Self {
        self.sandbox.secret(password);
        self.env(name, password)
    }

    pub(crate) fn stdin(mut self, input: impl AsRef<[u8]>) -> Self {
        self.input = input.as_ref().to_vec();
        self
    }

    /// Standard output is where the secret was asked to go.
    pub(crate) fn shows_secrets(mut self) -> Self {
        self.shows_secrets = true;
        self
    }

    /// Standard output is where the credential of this name was asked to go, and no other secret.
    pub(crate) fn shows_only(mut self, credential: &'static str) -> Self {
        self.shows = Some(credential);
        self
    }

    /// The process, for tests that start and watch it themselves.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).current_dir(self.sandbox.folder()).env_clear();
        for name in ["PATH", "SystemRoot", "LLVM_PROFILE_FILE"] {
            if let Some(value) = env::var_os(name) {
                command.env(name, value);
            }
        }
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Runs it; whatever the outcome, no secret may be shown and no temporary may stay.
    #[track_caller]
    pub(crate) fn run(self) -> Outcome {
        let input = self.input.clone();
        self.run_by(|mut command| {
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
            let mut child = command.spawn().unwrap();
            // The program may end without reading its input.
            let _ = child.stdin.take().unwrap().write_all(&input);
            Outcome::of(&child.wait_with_output().unwrap())
        })
    }

    /// Has `start` run it, and judges what came of it as [`run`](Self::run) does.
    #[track_caller]
    pub(crate) fn run_by(self, start: impl FnOnce(Command) -> Outcome) -> Outcome {
        let (outcome, faults) = self.judged(start);
        assert!(faults.is_empty(), "{:?}: {}\n{outcome}", self.arguments, faults.join(", "));
        outcome
    }

    /// Has `start` run it; what came of it, and what of that no run may do.
    pub(crate) fn judged(&self, start: impl FnOnce(Command) -> Outcome) -> (Outcome, Vec<String>) {
        let before = self.sandbox.snapshot();
        let outcome = start(self.command());
        let faults = self.faults(&before, &outcome);
        (outcome, faults)
    }

    #[track_caller]
    pub(crate) fn done(self) -> Outcome {
        let arguments = self.arguments.clone();
        let outcome = self.run();
        assert!(outcome.code == Some(0), "{arguments:?}\n{outcome}");
        assert!(!outcome.stderr.contains("error:"), "{arguments:?}\n{outcome}");
        outcome
    }

    #[track_caller]
    pub(crate) fn refused(self, code: i32) -> Outcome {
        let (arguments, sandbox) = (self.arguments.clone(), self.sandbox);
        let before = sandbox.snapshot();
        let outcome = self.run();
        assert!(outcome.code == Some(code), "{arguments:?} was to end with {code}\n{outcome}");
        if arguments.iter().any(|argument| argument == "--json") {
            outcome.assert_json_error();
        } else {
            assert!(outcome.stdout.is_empty(), "{arguments:?}: a failure belongs on standard error\n{outcome}");
            assert_form(&outcome.stderr);
        }
        let differences = sandbox.snapshot().differences(&before);
        assert!(differences.is_empty(), "{arguments:?} failed, but {}\n{outcome}", differences.join(", "));
        outcome
    }

    /// What no run may show: what the folder holds, what this run was given, and what the servers met.
    fn secrets(&self, after: &Snapshot) -> SecretScan {
        let mut scan = SecretScan::of(after, &self.sandbox.passwords.borrow());
        for (name, value) in &self.environment {
            scan.add_keys(name, value.to_string_lossy().as_bytes());
        }
        scan.add_keys("standard input", &self.input);
        for server in self.sandbox.servers.borrow().iter() {
            server().iter().for_each(|credential| scan.add_credential(credential));
        }
        scan
    }

    /// What this run did that no run may do.
    fn faults(&self, before: &Snapshot, outcome: &Outcome) -> Vec<String> {
        let after = self.sandbox.snapshot();
        let scan = self.secrets(&after);
        let mut faults = scan.faults("standard error", outcome.stderr.as_bytes());
        if let Some(credential) = self.shows {
            faults
                .extend(self.secrets(&after).without(credential).faults("standard output", outcome.stdout.as_bytes()));
        } else if !self.shows_secrets {
            faults.extend(scan.faults("standard output", outcome.stdout.as_bytes()));
        }
        let edits_in_place = self.arguments.first().is_some_and(|command| command == "alias" || command == "passwd");
        for (path, item) in &after.0 {
            let (name, Content::File(octets)) = (path.display().to_string(), &item.content) else { continue };
            if before.0.get(path) == Some(item) {
                continue;
            }
            if name.contains(".certwright-") {
                faults.push(format!("{name} was left behind"));
            }
            if !is_secret(path, octets) {
                faults.extend(scan.faults(&name, octets));
            } else if cfg!(unix) && item.mode != wanted_mode(before.0.get(path).filter(|_| edits_in_place)) {
                faults.push(format!("{name} is secret and has mode {:o}", item.mode));
            }
        }
        faults
    }
}

/// Who may read a secret file: its owner, and the group of a file that was edited as far as it could before.
fn wanted_mode(edited: Option<&Item>) -> u32 {
    0o600 | edited.map_or(0, |old| old.mode & 0o060)
}

/// How a process ended and what it said.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// `None` when a signal ended it.
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Outcome {
    pub(crate) fn of(output: &Output) -> Self {
        let text = |octets: &[u8]| String::from_utf8_lossy(octets).into_owned();
        Self { code: output.status.code(), stdout: text(&output.stdout), stderr: text(&output.stderr) }
    }

    /// Standard output as one JSON document.
    #[track_caller]
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|fault| panic!("no JSON: {fault}\n{self}"))
    }

    /// The documented form of a failure under `--json`, and no other member.
    #[track_caller]
    fn assert_json_error(&self) {
        let document = self.json();
        assert_eq!(document.as_object().map(serde_json::Map::len), Some(1), "{self}");
        let error = document["error"].as_object().unwrap_or_else(|| panic!("no error\n{self}"));
        let mut members: Vec<_> = error.keys().map(String::as_str).collect();
        members.sort_unstable();
        // A refused login has what the server said, in members of their own.
        members.retain(|member| *member != "login" || error["kind"] != "login_refused");
        // A list's faults stand in members too.
        members.retain(|member| *member != "faults" || error["kind"] != "list");
        assert_eq!(members, ["causes", "hints", "kind", "message"], "{self}");
        let texts = |name: &str| error[name].as_array().unwrap().iter().all(serde_json::Value::is_string);
        assert!(texts("causes") && texts("hints") && error["message"].is_string(), "{self}");
        let kind = error["kind"].as_str().unwrap();
        assert!(
            !kind.is_empty()
                && kind.bytes().all(|octet| octet.is_ascii_lowercase() || octet == b'_' || octet.is_ascii_digit())
        );
        assert!(!self.stderr.contains("error:"), "the failure is said twice\n{self}");
    }

    /// Expects `text` on standard error.
    #[track_caller]
    pub(crate) fn says(self, text: &str) -> Self {
        assert!(self.stderr.contains(text), "{text:?} is not said\n{self}");
        self
    }

    /// Expects `text` on standard output.
    #[track_caller]
    pub(crate) fn shows(self, text: &str) -> Self {
        assert!(self.stdout.contains(text), "{text:?} is not shown\n{self}");
        self
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "exit code {:?}\nstdout:\n{}\nstderr:\n{}", self.code, self.stdout, self.stderr)
    }
}
