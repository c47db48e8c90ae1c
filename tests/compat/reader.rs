//! A reader of a tutorial: a shell that knows our `openssl` and `keytool`, `rm` and `cp`, and nothing else, and answers.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::{env, fs};

use toml_edit::{DocumentMut, Item, Table};

use crate::run::{Run, links};
use crate::support::{Outcome, Sandbox, Tool, on_terminal};

const TUTORIALS: &str = include_str!("tutorials.toml");

/// The passwords that are typed.
pub(crate) const EXPORT: &str = "typed-for-export";
pub(crate) const STORE: &str = "typed-for-the-store";

/// The subject that the answers give, as `-nameopt RFC2253` shows it.
pub(crate) const SUBJECT: &str = "CN=jwt.example.com,O=Acme\\, Inc.,L=Berlin,C=DE";

/// Questions of openssl's for a subject, each by words that it shows, and what is typed.
const ABOUT_SUBJECT: [(&str, &str); 7] = [
    ("Country Name (2 letter code)", "DE"),
    ("State or Province Name (full name)", "."),
    ("Locality Name (eg, city)", "Berlin"),
    ("Organization Name (eg, company)", "Acme, Inc."),
    ("Organizational Unit Name (eg, section)", ""),
    ("Common Name (e.g. server FQDN or YOUR name)", "jwt.example.com"),
    ("Email Address", "."),
];

/// One guide.
pub(crate) struct Tutorial {
    pub(crate) name: String,
    /// With the placeholders filled in.
    pub(crate) lines: Vec<String>,
    /// The names of the files that stand there at the end.
    pub(crate) files: Vec<String>,
    table: Table,
}

impl Tutorial {
    /// All five.
    pub(crate) fn all() -> Vec<Self> {
        let document: DocumentMut = TUTORIALS.parse().unwrap();
        let placeholders = document["placeholders"].as_table().unwrap();
        let fill_in = |line: &str| {
            placeholders.iter().fold(line.to_owned(), |line, (name, value)| line.replace(name, value.as_str().unwrap()))
        };
        let texts = |item: &Item| -> Vec<String> {
            item.as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
        };
        let tables = document["tutorial"].as_array_of_tables().unwrap();
        let of = |table: &Table| Self {
            name: table["name"].as_str().unwrap().to_owned(),
            lines: texts(&table["lines"]).iter().map(|line| fill_in(line)).collect(),
            files: texts(&table["files"]),
            table: table.clone(),
        };
        tables.iter().map(of).collect()
    }

    #[track_caller]
    pub(crate) fn named(name: &str) -> Self {
        Self::all().into_iter().find(|tutorial| tutorial.name == name).unwrap()
    }

    /// With the placeholders as they are printed.
    pub(crate) fn lines_as_printed(&self) -> Vec<&str> {
        self.table["lines"].as_array().unwrap().iter().map(|line| line.as_str().unwrap()).collect()
    }

    /// What the data file says under `field`, such as the name of the certificate.
    pub(crate) fn text(&self, field: &str) -> Option<&str> {
        self.table.get(field).map(|item| item.as_str().unwrap())
    }

    /// The lines that are left out.
    pub(crate) fn left_out(&self) -> Vec<&str> {
        let list = self.table.get("left_out").and_then(Item::as_array);
        let entries = list.into_iter().flat_map(|list| list.iter()).map(|entry| entry.as_inline_table().unwrap());
        entries
            .map(|entry| {
                assert!(entry["why"].as_str().is_some_and(|why| !why.is_empty()), "{entry} has no reason");
                entry["line"].as_str().unwrap()
            })
            .collect()
    }
}

/// What the originals ask in `line`, and the answers.
pub(crate) fn questions(line: &str) -> Vec<(&'static str, &'static str)> {
    if line.contains("req -new -x509") {
        ABOUT_SUBJECT.to_vec()
    } else if line.contains("req -new") {
        [&ABOUT_SUBJECT[..], &[("A challenge password", ""), ("An optional company name", "")]].concat()
    } else if line.contains("pkcs12 -export") {
        vec![("Enter Export Password:", EXPORT), ("Verifying - Enter Export Password:", EXPORT)]
    } else if line.contains("-importkeystore") {
        vec![
            ("Enter destination keystore password:", STORE),
            ("Re-enter new password:", STORE),
            ("Enter source keystore password:", EXPORT),
        ]
    } else if line.contains("-changealias") {
        vec![("Enter keystore password:", STORE)]
    } else {
        Vec::new()
    }
}

/// The only programs that a reader has: ours under the originals' names, `rm` and `cp`.
fn programs() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let folder = links().with_file_name("compat-tutorial-programs");
        fs::create_dir_all(&folder).unwrap();
        let found = |name: &str| {
            env::split_paths(&env::var_os("PATH").unwrap()).map(|folder| folder.join(name)).find(|path| path.exists())
        };
        let tools = ["rm", "cp"].map(|name| (name, found(name).unwrap()));
        let ours = ["openssl", "keytool"].map(|name| (name, PathBuf::from(env!("CARGO_BIN_EXE_certwright"))));
        for (name, target) in tools.into_iter().chain(ours) {
            let link = folder.join(name);
            if fs::read_link(&link).ok().as_ref() != Some(&target) {
                let _ = fs::remove_file(&link);
                std::os::unix::fs::symlink(target, &link).unwrap();
            }
        }
        folder
    })
}

/// Has a shell run `line` without a terminal and with `input` piped into it.
#[track_caller]
pub(crate) fn through_pipe(sandbox: &Sandbox, line: &str, environment: &[(&str, &str)], input: &str) -> Outcome {
    let mut shell = sandbox.started_as(Path::new("/bin/sh"), "-c").arg(line).env("PATH", programs());
    for (name, value) in environment {
        shell = shell.env(name, *value);
    }
    shell.run_by(|command| {
        let run = Run::of(&command, input.as_bytes());
        let stdout = String::from_utf8_lossy(&run.stdout).into_owned();
        Outcome { code: run.code, stdout, stderr: run.stderr }
    })
}

/// Has a shell run `line` on a terminal, and answers what is asked. What the terminal showed is the outcome's standard
/// output.
#[track_caller]
pub(crate) fn at_terminal(python: &Tool, sandbox: &Sandbox, line: &str, answers: &[(&str, &str)]) -> Outcome {
    let typed: Vec<(String, String)> =
        answers.iter().map(|(question, answer)| ((*question).to_owned(), format!("{answer}\r"))).collect();
    let steps: Vec<(&str, &str)> = typed.iter().map(|(question, keys)| (question.as_str(), keys.as_str())).collect();
    // The helper that holds the terminal needs the PATH of the tests; the shell does not get it.
    let path = format!("PATH={}", programs().display());
    let shell = sandbox.started_as(Path::new("/usr/bin/env"), "").arg(path).arg("/bin/sh").arg("-c").arg(line);
    let shell = shell.env("TERM", "xterm").env("NO_COLOR", "1");
    on_terminal(python, sandbox, shell, &steps)
}
