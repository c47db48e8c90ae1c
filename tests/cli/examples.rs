//! Every example that the user is shown works: in the README, and in the help pages.

use std::fs;
use std::path::Path;

use crate::support::{Sandbox, words};

/// The commands of each block that is fenced as `console`, one block after the other.
///
/// A line `$ certwright …` is run; `$ cargo run --release -- …` is run as our program; other commands are not ours to
/// run. Lines without `$ ` show what was printed.
fn console_blocks(markdown: &str) -> Vec<Vec<String>> {
    let blocks = markdown.split("\n```console\n").skip(1);
    blocks
        .map(|block| {
            let (block, _) = block.split_once("\n```").unwrap();
            let joined = block.replace("\\\n", " ");
            let ours = |line: &str| {
                let command = line.strip_prefix("$ ")?;
                let ours = command.strip_prefix("certwright ").or(command.strip_prefix("cargo run --release -- "));
                ours.map(str::to_owned)
            };
            joined.lines().filter_map(ours).collect()
        })
        .collect()
}

#[test]
fn readme() {
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let blocks = console_blocks(&readme);
    assert!(blocks.iter().flatten().count() >= 3, "the README shows no session");
    for block in blocks {
        let sandbox = Sandbox::new();
        for line in &block {
            sandbox.done(line);
        }
    }
}

/// The commands that stand under EXAMPLES on a help page, and its subcommands.
fn page(sandbox: &Sandbox, command: &str) -> (Vec<String>, Vec<String>) {
    let help = sandbox.done(&format!("{command} --help")).stdout;
    for heading in ["EXAMPLES:\n", "EXIT CODES:\n"] {
        assert!(help.contains(heading), "{command} --help has no {heading:?}:\n{help}");
    }
    assert!(!help.contains("TODO"), "{help}");
    let (_, examples) = help.split_once("EXAMPLES:\n").unwrap();
    let (examples, _) = examples.split_once("EXIT CODES:\n").unwrap();
    let examples = examples.lines().filter_map(|line| line.trim_start().strip_prefix("certwright "));
    let (list, _) = help.split_once("EXAMPLES:\n").unwrap();
    let names =
        ["create", "genkey", "csr", "selfsign", "export", "alias", "verify", "p12", "jks", "list", "rename", "delete"];
    let subcommands = names.iter().filter(|name| list.lines().any(|line| line.starts_with(&format!("  {name} "))));
    (examples.map(str::to_owned).collect(), subcommands.map(|name| format!("{command} {name}")).collect())
}

#[test]
fn help_pages() {
    let mut commands = vec![String::new()];
    let mut count = 0;
    while let Some(command) = commands.pop() {
        let sandbox = Sandbox::new();
        let (examples, subcommands) = page(&sandbox, &command);
        commands.extend(subcommands);
        assert!(!examples.is_empty(), "{command} --help shows no example");
        for example in examples {
            run(&example);
            count += 1;
        }
    }
    assert!(count >= 10, "only {count} examples were found");
}

/// Runs an example among the files that it may speak of, less those that it is to write.
fn run(example: &str) {
    let sandbox = Sandbox::new();
    let alias = match words(example).as_slice() {
        [alias, rename, _, name, ..] if alias == "alias" && ["rename", "delete"].contains(&rename.as_str()) => {
            name.clone()
        }
        _ => "jwt_example".to_owned(),
    };
    sandbox.done(&format!("create --cn jwt.example.com --alias '{alias}' --passout generate"));
    let writes: &[&str] = match example.split(' ').next().unwrap() {
        "create" => &["server.key", "server.csr", "server.crt", "keystore.p12", "servercert.jks", "server.pass"],
        "genkey" => &["server.key", "server.pass"],
        "csr" => &["server.csr"],
        "selfsign" => &["server.crt"],
        "export" => &["keystore.p12", "servercert.jks"],
        _ => &[],
    };
    for file in writes {
        fs::remove_file(sandbox.path(file)).unwrap();
    }
    // Where an example leaves the password to the terminal, it is given here.
    let needs = match example.split(' ').next().unwrap() {
        "alias" | "verify" if !example.contains("--passin") => " --passin file:server.pass",
        "create" if example.contains("--only") => "",
        "export" | "create" if !example.contains("--passout") => " --passout generate:example.pass",
        _ => "",
    };
    sandbox.done(&format!("{example}{needs}"));
}
