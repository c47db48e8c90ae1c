//! The rooms only look down; `docs/architecture.md` says why.
#![allow(clippy::disallowed_methods, clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};

/// Each house with its rooms from the ground up. A room may use itself and the rooms listed before it.
const HOUSES: &[(&str, &[&str])] = &[
    (
        "src/bin/certwright",
        &["exit", "printer", "args", "prompt", "password", "render", "report", "context", "compat", "commands", "main"],
    ),
    (
        "src",
        &[
            "untrusted",
            "secret",
            "limits",
            "clock",
            "workers",
            "process",
            "crypto",
            "formats",
            "files",
            "http",
            "operations",
            "lib",
        ],
    ),
];

/// Rooms that must not know each other, although their rank would allow it.
const STRANGERS: &[(&str, &str)] = &[
    ("files", "crypto"),
    ("files", "formats"),
    ("http", "crypto"),
    ("http", "formats"),
    ("http", "files"),
    ("render", "prompt"),
    ("render", "password"),
    ("process", "secret"),
];

/// Rooms of `formats` that the standards keep apart: only `operations` brings two of these together.
const FORMAT_STRANGERS: &[(&str, &str)] = &[
    ("pem", "pkcs12"),
    ("pem", "jks"),
    ("pem", "x509"),
    ("pkcs12", "jks"),
    ("jks", "pkcs12"),
    ("x509", "pkcs10"),
    ("x509", "pkcs12"),
    ("x509", "jks"),
    ("pkcs10", "pkcs12"),
    ("pkcs10", "jks"),
    ("jwt", "x509"),
    ("jwt", "pkcs12"),
    ("jwt", "jks"),
    ("pkcs7", "pkcs12"),
    ("pkcs7", "jks"),
    ("pkcs7", "pem"),
    ("ber", "pkcs12"),
    ("ber", "pkcs7"),
    ("ber", "x509"),
    ("jwk", "pem"),
    ("jwk", "x509"),
    ("jwk", "pkcs12"),
    ("jwk", "jks"),
    ("pkcs8", "pkcs12"),
    ("pkcs8", "jks"),
];

/// What only one room may name: the network. Clippy sees it too, but only in what is compiled here.
const NETWORK: &[&str] = &["TcpListener", "TcpStream", "ToSocketAddrs", "UdpSocket"];

/// Where `unsafe` may stand.
const UNSAFE_ROOMS: &[&str] = &["src/files/windows.rs", "src/crypto/prime_search"];

const MAX_LINES: usize = 400;

#[test]
fn rooms_only_look_down() {
    let faults: Vec<String> =
        sources(Path::new("src")).iter().flat_map(|file| faults_in(file, &fs::read_to_string(file).unwrap())).collect();
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

#[test]
fn each_kind_of_fault_is_found() {
    let found = |file: &str, text: &str| faults_in(Path::new(file), text).join("\n");
    let cases = [
        ("src/crypto.rs", "//! X.\nuse crate::formats::pem;", "must not use `formats`"),
        ("src/files/input.rs", "//! X.\nuse crate::crypto::Digest;", "must not use `crypto`"),
        ("src/formats/pem.rs", "//! X.\nuse crate::formats::jks;", "`pem` must not use `jks`"),
        ("src/formats/pem.rs", "//! X.\nuse crate::formats::{Error, jks};", "`pem` must not use `jks`"),
        (
            "src/formats/pem.rs",
            "//! X.\nuse crate::formats::{\n    der::{a, b},\n    jks::Store,\n};",
            "must not use `jks`",
        ),
        ("src/formats/pkcs8.rs", "//! X.\nuse super::jks;", "`pkcs8` must not use `jks`"),
        ("src/bin/certwright/exit.rs", "//! X.\nuse crate::commands;", "must not use `commands`"),
        ("src/crypto.rs", "//! X.\nuse crate::{clock, formats};", "name one room"),
        ("src/crypto.rs", "//! X.\nuse super::super::formats;", "name one room"),
        ("src/http.rs", "//! X.\nuse crate::files::Input;", "must not use `files`"),
        ("src/files.rs", "//! X.\nuse std::net::TcpStream;", "only `http` uses the network"),
        ("src/utils.rs", "//! X.", "is no room"),
        ("src/crypto.rs", "use std::fmt;", "`//!` sentence"),
        ("src/crypto/rsa.rs", "//! X.\nunsafe { go() }", "`unsafe`"),
        ("src/crypto/mod.rs", "//! X.", "mod.rs"),
    ];
    for (file, text, fault) in cases {
        assert!(found(file, text).contains(fault), "{file}: {fault} was not found: {}", found(file, text));
    }
    let long = format!("//! X.\n{}", "//\n".repeat(MAX_LINES));
    assert!(found("src/crypto.rs", &long).contains("longer than"));
    assert_eq!(found("src/operations.rs", "//! X.\nuse crate::formats::jks;\nuse crate::clock;"), "");
}

fn faults_in(file: &Path, text: &str) -> Vec<String> {
    let at = file.display();
    let mut faults = Vec::new();
    if text.lines().count() > MAX_LINES {
        faults.push(format!("{at}: longer than {MAX_LINES} lines"));
    }
    if !text.starts_with("//! ") {
        faults.push(format!("{at}: the first line must be a `//!` sentence"));
    }
    if file.file_name().is_some_and(|name| name == "mod.rs") {
        faults.push(format!("{at}: a room is `room.rs` and `room/`, never mod.rs"));
    }
    let Some((rooms, here, inner)) = address(file) else {
        faults.push(format!("{at}: is no room of docs/architecture.md"));
        return faults;
    };
    let may_be_unsafe = UNSAFE_ROOMS.iter().any(|room| file.starts_with(room));
    let rank = |room: &str| rooms.iter().position(|name| *name == room);
    for (number, line) in text.lines().enumerate().map(|(index, line)| (index + 1, line)) {
        if line.contains("crate::{") || line.contains("super::super::") {
            faults.push(format!("{at}:{number}: name one room in each `use crate::room::…`"));
        }
        let code = line.split("//").next().unwrap_or_default();
        if !may_be_unsafe && code.split(|c: char| !(c.is_alphanumeric() || c == '_')).any(|word| word == "unsafe") {
            faults.push(format!("{at}:{number}: `unsafe` stands only in {UNSAFE_ROOMS:?}"));
        }
        if here != "http" && code.split(|c: char| !c.is_alphanumeric()).any(|word| NETWORK.contains(&word)) {
            faults.push(format!("{at}:{number}: only `http` uses the network"));
        }
        for path in code.split("crate::").skip(1) {
            let there = word(path);
            if rank(&there) > rank(&here) || STRANGERS.contains(&(&here, &there)) {
                faults.push(format!("{at}:{number}: `{here}` must not use `{there}`"));
            }
        }
    }
    if let Some(inner) = &inner {
        // In a file that stands in `formats` itself, one step up is `formats`.
        let is_at_the_top = file.parent() == Some(Path::new("src/formats"));
        let text = if is_at_the_top { text.replace("super::", "crate::formats::") } else { text.to_owned() };
        for (number, there) in format_rooms_used(&text) {
            if FORMAT_STRANGERS.contains(&(inner, &there)) {
                faults.push(format!("{at}:{number}: `{inner}` must not use `{there}`"));
            }
        }
    }
    faults
}

/// Each room of `formats` that `text` names, alone or in a group, with its line.
fn format_rooms_used(text: &str) -> Vec<(usize, String)> {
    const PREFIX: &str = "crate::formats::";
    let code: String = text.lines().map(|line| line.split("//").next().unwrap_or_default().to_owned() + "\n").collect();
    code.match_indices(PREFIX)
        .flat_map(|(start, _)| {
            let number = code[..start].lines().count().max(1);
            let rest = &code[start + PREFIX.len()..];
            let names = rest.strip_prefix('{').map_or_else(|| vec![word(rest)], first_words);
            names.into_iter().map(move |name| (number, name))
        })
        .collect()
}

/// The first word of each item in a group, up to its closing brace.
fn first_words(group: &str) -> Vec<String> {
    let mut depth = 0;
    let mut items = vec![String::new()];
    for c in group.chars() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => items.push(String::new()),
            _ => items.last_mut().unwrap().push(c),
        }
    }
    items.iter().map(|item| word(item.trim())).collect()
}

/// The identifier that `text` begins with.
fn word(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

/// The house's rooms, the room that `file` stands in, and within `formats` the standard's own room.
fn address(file: &Path) -> Option<(&'static [&'static str], String, Option<String>)> {
    HOUSES.iter().find_map(|(house, rooms)| {
        let mut inside = file.strip_prefix(house).ok()?.iter();
        let room = inside.next()?.to_str()?.trim_end_matches(".rs").to_owned();
        let inner = (room == "formats").then(|| inside.next()).flatten();
        let inner = inner.and_then(|name| name.to_str()).map(|name| name.trim_end_matches(".rs").to_owned());
        let file_name = file.file_name()?.to_str()?;
        (rooms.contains(&room.as_str()) || file_name == "lib.rs").then_some((*rooms, room, inner))
    })
}

fn sources(dir: &Path) -> Vec<PathBuf> {
    let paths = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path());
    paths.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] }).collect()
}
