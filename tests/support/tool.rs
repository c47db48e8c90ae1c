//! Other tools as judges. A tool that is missing is a skip, and a failure where `CERTWRIGHT_REQUIRE` names it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs};

use super::sandbox::{Outcome, Sandbox};
use super::words::words;

/// An outside program that was found.
pub(crate) struct Tool {
    name: &'static str,
    program: PathBuf,
}

/// The tool `name`: `openssl`, `keytool`, `java`, `node`, `certutil` and `pk12util` of NSS, `bouncycastle` for the jar of
/// that provider as Debian installs it, or `python` with the packages PyJWT and cryptography.
///
/// Where it is missing, the test says so and ends; `CERTWRIGHT_REQUIRE=openssl,keytool` makes that a failure.
pub(crate) fn tool(name: &'static str) -> Option<Tool> {
    let found = match name {
        "python" => python().filter(|program| {
            Command::new(program)
                .args(["-c", "import jwt, cryptography"])
                .output()
                .is_ok_and(|run| run.status.success())
        }),
        "python3" => python(),
        "bouncycastle" => Some(PathBuf::from("/usr/share/java/bcprov.jar")).filter(|jar| jar.exists()),
        _ => on_path(name),
    };
    if found.is_none() {
        let required = env::var("CERTWRIGHT_REQUIRE").unwrap_or_default();
        let wanted = name.trim_end_matches('3');
        assert!(!required.split(',').any(|tool| tool == wanted), "{name} not found, and CERTWRIGHT_REQUIRE names it");
        println!("skipped: {name} not found");
    }
    found.map(|program| Tool { name, program })
}

fn python() -> Option<PathBuf> {
    match env::var_os("CERTWRIGHT_PYTHON") {
        Some(program) => Some(PathBuf::from(program)),
        None => on_path("python3"),
    }
}

fn on_path(name: &str) -> Option<PathBuf> {
    let file = format!("{name}{}", env::consts::EXE_SUFFIX);
    env::split_paths(&env::var_os("PATH")?)
        .map(|folder| folder.join(&file))
        .find(|program| fs::exists(program).unwrap())
}

impl Tool {
    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.program
    }

    /// Runs it in the sandbox's folder and expects success; the answer is standard output and standard error.
    #[track_caller]
    pub(crate) fn run(&self, sandbox: &Sandbox, line: &str) -> String {
        let outcome = self.try_run(sandbox, line);
        assert!(outcome.code == Some(0), "{} {line}\n{outcome}", self.name);
        outcome.stdout + &outcome.stderr
    }

    /// Runs it in the sandbox's folder and expects failure.
    #[track_caller]
    pub(crate) fn refuses(&self, sandbox: &Sandbox, line: &str) -> String {
        let outcome = self.try_run(sandbox, line);
        assert!(outcome.code != Some(0), "{} {line}\n{outcome}", self.name);
        outcome.stdout + &outcome.stderr
    }

    /// Runs it in the sandbox's folder.
    pub(crate) fn try_run(&self, sandbox: &Sandbox, line: &str) -> Outcome {
        let mut command = self.command(sandbox.folder());
        command.args(words(line)).stdin(Stdio::null());
        let output = command.output().unwrap();
        Outcome::of(&output)
    }

    /// The command in its surroundings, without arguments.
    pub(crate) fn command(&self, folder: &Path) -> Command {
        let mut command = Command::new(&self.program);
        // English messages whatever the machine speaks, and UTF-8 for the names that Java prints.
        command.current_dir(folder).env("LC_ALL", "C.UTF-8").env("LANGUAGE", "en").env_remove("JAVA_TOOL_OPTIONS");
        command
    }
}
