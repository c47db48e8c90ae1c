//! Every example that the user is shown works: in the README, under docs/, and on the help pages.

use std::fs;
use std::path::Path;

use crate::support::{Sandbox, words};

/// A command that a page shows, and the lines that it shows below it.
struct Shown {
    command: String,
    lines: Vec<String>,
}

/// The blocks of a page that can be run, each with its commands in turn.
///
/// In a block fenced as `console` these are the lines `$ certwright …`, and the lines between them are what is printed;
/// in a block fenced as `sh`, the lines `cargo run --release -- …`. Other commands are not ours to run. A block fenced as
/// `console continued` goes on in the folder of the console before it.
fn blocks(markdown: &str) -> Vec<Vec<Shown>> {
    let (mut blocks, mut fence): (Vec<Vec<Shown>>, Option<&str>) = (Vec::new(), None);
    for line in markdown.replace("\\\n", " ").lines() {
        let text = line.trim_start();
        let command = match (fence, text.strip_prefix("```")) {
            (Some(_), Some(_)) => {
                fence = None;
                continue;
            }
            (None, Some("console continued")) => {
                blocks.retain(|block| !block.is_empty());
                fence = Some("console");
                continue;
            }
            (None, Some(language)) => {
                fence = ["console", "sh"].into_iter().find(|known| *known == language).or(Some(""));
                blocks.push(Vec::new());
                continue;
            }
            (Some("console"), None) => text.strip_prefix("$ certwright "),
            (Some("sh"), None) => text.strip_prefix("cargo run --release -- "),
            _ => continue,
        };
        let block = blocks.last_mut().unwrap();
        match (command, block.last_mut()) {
            (Some(command), _) => block.push(Shown { command: command.to_owned(), lines: Vec::new() }),
            (None, Some(shown)) if fence == Some("console") => shown.lines.push(text.to_owned()),
            _ => {}
        }
    }
    blocks.retain(|block| !block.is_empty());
    blocks
}

/// The line without what differs from run to run: fingerprints and the days that are left.
fn lasting(line: &str) -> String {
    let words = line.split_whitespace().map(|word| match word {
        _ if word.starts_with("sha256:") => "sha256:…",
        _ if word.bytes().all(|octet| octet.is_ascii_digit()) => "…",
        _ => word,
    });
    words.collect::<Vec<_>>().join(" ")
}

/// Runs every block of a page, each in an empty folder, and compares what is printed with what the page shows. Answers
/// how many commands there were.
fn run_page(path: &Path) -> usize {
    let blocks = blocks(&fs::read_to_string(path).unwrap());
    for block in &blocks {
        let sandbox = Sandbox::new();
        for Shown { command, lines } in block {
            let outcome = sandbox.done(command);
            let printed: Vec<String> = outcome.stdout.lines().chain(outcome.stderr.lines()).map(lasting).collect();
            for line in lines.iter().filter(|line| !line.is_empty() && *line != "…") {
                let page = path.display();
                assert!(printed.contains(&lasting(line)), "{page}: {command} does not print {line:?}\n{outcome}");
            }
        }
    }
    blocks.iter().map(Vec::len).sum()
}

#[test]
fn readme() {
    assert!(run_page(&Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")) >= 3, "the README shows no session");
}

#[test]
fn docs() {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("docs")];
    let mut count = 0;
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                count += run_page(&path);
            }
        }
    }
    assert!(count > 0, "no page shows a session");
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
    // A long one goes on in the next line.
    let examples = examples.split("\n\n").filter_map(|example| example.split_once("    certwright "));
    let examples = examples.map(|(_, command)| command.split_whitespace().collect::<Vec<_>>().join(" "));
    let (list, _) = help.split_once("EXAMPLES:\n").unwrap();
    let names = [
        "create", "genkey", "csr", "selfsign", "export", "extract", "convert", "alias", "passwd", "inspect", "verify",
        "check", "p12", "jks", "list", "rename", "delete", "jwt", "decode", "login", "rotate", "prepare", "status",
        "activate", "rollback", "retire", "auto",
    ];
    let subcommands = names.iter().filter(|name| list.lines().any(|line| line.starts_with(&format!("  {name} "))));
    (examples.collect(), subcommands.map(|name| format!("{command} {name}")).collect())
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

#[test]
fn the_page_of_jwt_sign() {
    let (examples, _) = page(&Sandbox::new(), "jwt sign");
    assert!(examples.len() >= 4, "only {} examples were found", examples.len());
    examples.iter().for_each(|example| run(example));
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
        "selfsign" | "sign" => &["server.crt"],
        "export" => &["keystore.p12", "servercert.jks"],
        _ => &[],
    };
    for file in writes {
        fs::remove_file(sandbox.path(file)).unwrap();
    }
    if example.contains("names.csv") {
        sandbox.write("names.csv", "name,cn\na,a.example\nb,b.example\n");
    }
    if example.contains("fleet.toml") {
        let set = "[[set]]\nname = \"a\"\ncn = \"a.example\"\ntype = \"p256\"\nonly = [\"key\", \"crt\"]\n";
        sandbox.write("fleet.toml", set);
    }
    if example.starts_with("sign ") {
        sandbox.done("genkey -t p256 -o ca.key");
        sandbox.done("selfsign --key ca.key --ca --cn 'Example CA' -o ca.crt");
    }
    if example.contains("token.jwt") {
        let signed = sandbox.certwright("jwt sign --key server.key --for salesforce --iss KEY --sub me@example.com");
        sandbox.write("token.jwt", signed.shows_only("signed token").done().stdout);
    }
    if example.starts_with("rotate ") {
        begin_rotation(&sandbox, example);
    }
    // Where an example leaves the password to the terminal, it is given here.
    let needs = match example.split(' ').next().unwrap() {
        "rotate" if example.contains("prepare server.key") => " --passin file:server.pass",
        "alias" | "verify" | "check" | "extract" | "convert" | "passwd" if !example.contains("--passin") => {
            " --passin file:server.pass"
        }
        "create" if example.contains("--only") => "",
        "export" | "create" if !example.contains("--passout") => " --passout generate:example.pass",
        _ => "",
    };
    // A hook that every machine has
    let ours = format!("--hook '{}' --hook-arg=--version", env!("CARGO_BIN_EXE_certwright"));
    let example = example.replace("--hook systemctl --hook-arg reload --hook-arg gateway", &ours);
    let run = sandbox.certwright(&format!("{example}{needs}"));
    drop(if example.starts_with("jwt sign") { run.shows_only("signed token").done() } else { run.done() });
}

/// The rotation that an example speaks of, with a version in use; none where the example begins it. What is to be activated
/// is prepared, and what is to be left has been activated.
fn begin_rotation(sandbox: &Sandbox, example: &str) {
    if example.contains("server.key") && !example.contains("prepare") {
        sandbox.done("rotate prepare server.key --passin file:server.pass");
    }
    if !example.contains("server.key") && !example.contains("--cn") {
        sandbox.done("rotate prepare app --cn jwt.example.com -t p256 --passout generate");
        if example.starts_with("rotate activate") {
            return;
        }
        sandbox.done("rotate activate app");
        if example.starts_with("rotate rollback") {
            sandbox.done("rotate prepare app");
            sandbox.done("rotate activate app");
        }
    }
}
