//! Every line of ours in the guides, and in the files that they show, is one that the program takes.

use std::fs;

use certwright::crypto::KeyAlgorithm;
use certwright::operations::Target;

use crate::support::{Sandbox, words};
use crate::{guides, names, shown};

/// The code of a page: its blocks, and our lines between backticks in its text, each on a line of its own.
fn code(page: &str) -> String {
    let mut found = String::new();
    for (number, part) in page.split("```").enumerate() {
        if number % 2 == 1 {
            found.push_str(part);
        } else {
            let text = part.replace('\n', " ");
            let ours = text.split('`').skip(1).step_by(2).filter(|code| code.starts_with("certwright "));
            ours.for_each(|code| found.push_str(&format!("{code}\n")));
        }
    }
    found
}

/// The lines of ours, each as the words after the program's name.
fn lines(text: &str) -> Vec<Vec<String>> {
    let mut joined: Vec<String> = Vec::new();
    for line in text.replace("\\\n", " ").replace("`\n ", " ").lines() {
        // As YAML folds it, a line that begins with an option goes on with the one before.
        match joined.last_mut().filter(|_| line.trim_start().starts_with("--")) {
            Some(before) => before.extend([" ", line.trim()]),
            None => joined.push(line.to_owned()),
        }
    }
    let mut found = Vec::new();
    for line in &joined {
        for (start, name) in line.match_indices("certwright") {
            let before = line[..start].chars().next_back();
            let after = &line[start + name.len()..];
            let after = after.strip_prefix(".exe").unwrap_or(after);
            let is_program = before.is_none_or(|it| !it.is_alphanumeric() && !"-_:.[".contains(it));
            // A verb comes next; elsewhere the name is a word among others, such as that of a task.
            let rest = after.strip_prefix(' ').filter(|rest| rest.starts_with(|it: char| it.is_ascii_lowercase()));
            found.extend(rest.filter(|_| is_program).map(of_shell));
        }
    }
    found
}

/// The words up to where a shell takes over again.
fn of_shell(line: &str) -> Vec<String> {
    let end = ["||", "&&", "|", ">", "2>", ";", "<", "#", ")"].iter().filter_map(|sign| line.find(sign)).min();
    words(&line[..end.unwrap_or(line.len())])
}

/// Our program's answer to the words, which are read to their end and then give way to `--help`.
fn is_taken(line: &[String]) -> Result<(), String> {
    // These two are read by the command itself, and so after `--help`.
    for pair in line.windows(2) {
        let is_known = match pair[0].as_str() {
            "--for" => Target::names().contains(&pair[1].as_str()),
            "-t" | "--type" => pair[1].parse::<KeyAlgorithm>().is_ok(),
            _ => true,
        };
        if !is_known {
            return Err(format!("`{}` takes no `{}`", pair[0], pair[1]));
        }
    }
    let sandbox = Sandbox::new();
    let run = line.iter().fold(sandbox.certwright(""), |run, word| run.arg(word.as_str()));
    let outcome = run.arg("--help").run();
    if outcome.code == Some(0) && outcome.stdout.contains("Usage: certwright ") { Ok(()) } else { Err(outcome.stderr) }
}

#[test]
fn every_line_is_taken() {
    let mut faults = Vec::new();
    let mut count = 0;
    let mut look = |place: &str, line: Vec<String>| {
        // `COMMAND` stands for any, and what is left out for whatever the page speaks of.
        if line.iter().any(|word| word == "COMMAND" || word.contains('…')) {
            return;
        }
        count += 1;
        if let Err(said) = is_taken(&line) {
            faults.push(format!("{place}: certwright {}\n{said}", line.join(" ")));
        }
    };
    for page in ["fleets.md", "rotate-without-downtime.md", "watch-expiry.md"] {
        let text = filled(&code(&fs::read_to_string(guides().join(page)).unwrap()));
        lines(&text).into_iter().for_each(|line| look(page, line));
    }
    for name in names() {
        let text = filled(&shown(&name));
        lines(&text).into_iter().chain(listed(&name, &text)).for_each(|line| look(&name, line));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(count >= 25, "only {count} lines were found");
}

/// The text with what Nagios puts in.
fn filled(text: &str) -> String {
    text.replace("$ARG2$", "30d").replace("$ARG3$", "7d")
}

/// Lines of ours that stand as lists or in parts.
fn listed(name: &str, text: &str) -> Vec<Vec<String>> {
    let between = |open: &str, close: &str| text.split_once(open).and_then(|(_, rest)| rest.split_once(close));
    let found = match name {
        "certwright-check.xml" => words(between("<Arguments>", "</Arguments>").unwrap().0),
        "cronjob.yaml" => {
            let (list, _) = between("- certwright\n", "volumeMounts:").unwrap();
            list.lines().filter_map(|line| line.trim().strip_prefix("- ")).map(str::to_owned).collect()
        }
        "icinga2.conf" => {
            let (list, _) = between("certwright\", ", " ]").unwrap();
            let fixed = list.split(", ").map(|word| word.trim_matches('"').to_owned());
            fixed.chain(["-w", "30d", "-c", "7d", "/etc/pki"].map(str::to_owned)).collect()
        }
        _ => return Vec::new(),
    };
    vec![found]
}

#[test]
fn lines_are_found_where_they_stand() {
    let page = "certwright is it: type `certwright check\n.` or `--a`\n```sh\ncertwright b\n```\n certwright is `b`";
    assert_eq!(lines(&code(page)), [vec!["check", "."], vec!["b"]]);
    let text = "certwright-x a\n\
        17 6 * * *  found=$(certwright check /etc 2>&1) || echo \"$found\"\n\
        ExecStart=/usr/local/bin/certwright check \\\n    a b\n\
        certwright rotate status 'a b' | tee out\n    certwright.exe check c `\n    d\nTask -Name certwright -Xml x\n\
        - run: >-\n    certwright rotate status\n    --json c\n";
    let expected = [
        vec!["check", "/etc"],
        vec!["check", "a", "b"],
        vec!["rotate", "status", "a b"],
        vec!["check", "c", "d"],
        vec!["rotate", "status", "--json", "c"],
    ];
    assert_eq!(lines(text), expected);
}

#[test]
fn a_line_that_is_wrong_is_found() {
    let wrong = [
        "no-such-verb x",
        "genkey --no-such-option",
        "genkey --form paper",
        "genkey --type rsa:1",
        "lint server.crt --for nobody",
        "genkey surplus",
    ];
    for line in wrong {
        assert!(is_taken(&words(line)).is_err(), "{line} is taken");
    }
    assert_eq!(is_taken(&words("lint server.crt --for salesforce")), Ok(()));
}
