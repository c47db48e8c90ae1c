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

/// What changes the file system: the system's own calls, and the functions of `files` that leave it to their callers to
/// announce the change.
const CHANGES: &[&str] = &[
    "fs::rename(",
    "renameat_with(",
    "fs::create_dir(",
    "fs::create_dir_all(",
    "fs::remove_file(",
    "fs::remove_dir(",
    "fs::remove_dir_all(",
    "fs::hard_link(",
    "fs::copy(",
    "fs::write(",
    "fs::symlink(",
    "io::copy(",
    "set_permissions(",
    "set_len(",
    "set_times(",
    "fchown(",
    ".write_all(",
    ".write(octets",
    ".create(",
    "create_new(true)",
    "truncate(true)",
    "MoveFileExW(",
    "CreateFileW(",
    "permissions::create",
    "atomic::publish",
    "atomic::replace(",
    "atomic::back_up(",
    "windows::publish(",
    "windows::create_",
    "write_whole(",
];

/// Changes that are not announced where they stand, each with the reason.
const UNANNOUNCED: &[(&str, &str, &str)] = &[
    ("append.rs", "file.write(octets)", "the one caller announces it"),
    ("append.rs", "file.set_len(length)", "takes away what the announced write left of itself"),
    ("atomic.rs", "renameat_with(", "callers of `publish` announce it"),
    ("atomic.rs", "match fs::hard_link(from, to)", "callers of `publish` announce it"),
    ("atomic.rs", "permissions::create(to", "callers of `publish` announce it"),
    ("atomic.rs", "windows::publish(from, to)", "callers of `publish` and `publish_folder` announce it"),
    ("atomic.rs", "fs::rename(from, to)", "callers of `replace` and `publish_folder` announce it"),
    ("atomic.rs", "match fs::hard_link(path, &kept)", "callers of `back_up` announce it"),
    ("atomic.rs", "scratch.create(", "it announces itself"),
    ("atomic.rs", "copy.set_", "of a temporary that was just announced"),
    ("commit.rs", "scratch.create(", "it announces itself"),
    ("commit.rs", "fchown(file", "of a temporary that was just announced"),
    ("commit.rs", "file.set_permissions(", "of a temporary that was just announced"),
    ("permissions.rs", "create_new(true)", "callers of `create` announce it"),
    ("permissions.rs", "windows::create_", "callers of `create` and `create_in_place_of` announce it"),
    ("permissions.rs", "builder.create(path)", "callers of `create_folder` announce it"),
    ("permissions.rs", "file.set_permissions(", "of a file that was just announced"),
    ("windows.rs", "CreateFileW(", "callers of `create` announce it"),
    ("windows.rs", "MoveFileExW(", "callers of `publish` announce it"),
];

/// How many lines above a change its announcement may stand.
const ANNOUNCED_WITHIN: usize = 6;

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

/// A test that ends a run at each of its changes meets only those that call `before_change`.
#[test]
fn every_change_of_the_file_system_is_announced() {
    let files: Vec<PathBuf> = sources(Path::new("src/files")).into_iter().chain(["src/files.rs".into()]).collect();
    let faults: Vec<String> =
        files.iter().flat_map(|file| unannounced(file, &fs::read_to_string(file).unwrap())).collect();
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
    for (file, code, _) in UNANNOUNCED {
        let stands = |path: &&PathBuf| path.ends_with(file) && fs::read_to_string(path).unwrap().contains(code);
        assert!(files.iter().any(|path| stands(&path)), "{file} has no `{code}` any more");
    }
}

#[test]
fn a_change_that_is_not_announced_is_found() {
    let faults = |text: &str| unannounced(Path::new("src/files/lock.rs"), text).len();
    assert_eq!(faults("fn a() {\n    fs::rename(from, to)\n}"), 1);
    assert_eq!(faults("fn a() {\n    before_change()?;\n    fs::rename(from, to)\n}"), 0);
    assert_eq!(faults("fn a() {\n    before_change()?;\n}\n\n\n\n\n\nfn b() {\n    fs::rename(from, to)\n}"), 1);
    assert_eq!(faults("/// Calls fs::rename(from, to).\n#[cfg(test)]\nmod tests {\n    fs::rename(from, to)\n}"), 0);
}

fn unannounced(file: &Path, text: &str) -> Vec<String> {
    let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    if name == "tests.rs" || file.components().any(|part| part.as_os_str() == "tests") {
        return Vec::new();
    }
    let code = text.split("\nmod tests").next().unwrap_or_default();
    let lines: Vec<&str> = code.lines().map(|line| line.split("//").next().unwrap_or_default()).collect();
    let mut faults = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let Some(change) = CHANGES.iter().find(|change| line.contains(*change) && !line.contains("fn ")) else {
            continue;
        };
        let above = &lines[index.saturating_sub(ANNOUNCED_WITHIN)..=index];
        let is_listed = UNANNOUNCED.iter().any(|(of, code, _)| *of == name && line.contains(code));
        if !is_listed && !above.iter().any(|line| line.contains("before_change(")) {
            faults.push(format!("{}:{}: `{change}` is not announced by before_change()", file.display(), index + 1));
        }
    }
    faults
}

fn faults_in(file: &Path, text: &str) -> Vec<String> {
    let at = file.display();
    let mut faults = Vec::new();
    if text.lines().count() > MAX_LINES {
        faults.push(format!("{at}: longer than {MAX_LINES} lines"));
    }
    // The style sheet and the script of a page are read by browsers.
    if file.extension().is_some_and(|extension| extension != "rs") {
        return faults;
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
