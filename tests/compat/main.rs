//! `certwright openssl …` and `certwright keytool …` beside openssl 3.0 and keytool, line by line.
//!
//! A case is a row of `cases/SUBCOMMAND.toml`. Its line is run three times, each in a folder of its own that holds the
//! same files: by the real program, by ours under the same name (with neither original on the PATH), and as the native
//! line that ours names on standard error. Exit codes, standard output and files are compared.
//!
//! ```toml
//! [[case]]
//! name = "a certificate of a request"
//! fixtures = ["rsa.key", "rsa.csr"]
//! line = "openssl x509 -req -days 30 -in rsa.csr -signkey rsa.key -out new.crt"
//! files = { "new.crt" = { as = "certificate", differs = ["version", "extensions"], key = "rsa.key" } }
//! why = "ours is of version 3"
//! ```
//!
//! | field | what it says |
//! |---|---|
//! | `name` | what the case shows; its own in its file |
//! | `line` | the line as it is typed, with quotes as for a shell |
//! | `fixtures` | files of `fixtures.toml` that the folder holds; their password is `fixture-pass` |
//! | `write` | further files: `{ "req.cnf" = "text" }` |
//! | `setup` | lines that the *real* programs run once before; also `cat A B > C` |
//! | `stdin` | what is piped into the line; nothing else ever answers a question |
//! | `env` | `{ NAME = "value" }` |
//! | `secrets` | passwords that are not in the line (literal ones are known) and must not be shown |
//! | `exit` | the exit code of both; 0 where it is missing |
//! | `ours_exit`, `why` | ours ends otherwise, for this reason |
//! | `stdout` | how standard output is compared: as a file, by default `"bytes"` |
//! | `files` | how each file that the line writes or changes is compared; each must be listed |
//! | `says` | texts that ours says on standard error |
//! | `native` | `"none"`: no native line is said. `"other"` with `why`: it is said, and has another result |
//! | `shows_secrets` | standard output is `"free"` or `{ contains = … }`, and meant to show a key |
//!
//! A comparison is the name of a kind, or `{ as = kind, … }`:
//!
//! | kind | what is the same |
//! |---|---|
//! | `bytes` | every octet |
//! | `free` | nothing; needs `why` |
//! | `{ contains = ["…"] }` | these texts are in both |
//! | `key` | the private key, its PEM label, whether it is encrypted; `password` opens it |
//! | `new-key` | algorithm and length, PEM label, whether it is encrypted; openssl finds each valid |
//! | `public-key` | the public key and its PEM label |
//! | `certificate` | subject, issuer, public key, extensions, version, algorithms; dates within minutes; `also = ["serial"]`; `ca` and `key` name the issuer's certificate and the private key, which are proved to belong to each |
//! | `request` | the same without issuer and dates; its signature verifies |
//! | `p12` | entries with their names, keys and certificates, as openssl reads them with `password`; whether it needs `-legacy` |
//! | `jks` | the same, as keytool reads them; `theirs_key_password` where only theirs keeps another one for the keys |
//!
//! `differs = ["version"]` lists facts that are another in ours; then they must be, and `why` says why. With
//! `"public key"` (and for stores `"localKeyID"` is never compared) keys are new on each side, and all that describes
//! them is compared without their octets.
//!
//! Besides, of every case: files with keys are their owner's alone, no password is shown, nothing changes when ours
//! fails, and a native line that fails does so only for want of a terminal to ask for a password on, or because
//! it does not replace what is there.
//!
//! `CERTWRIGHT_CASE=text cargo test --test compat` runs the cases whose name or line holds the text.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, clippy::print_stdout, clippy::unwrap_used)]

#[allow(dead_code, reason = "each test binary uses a part of it")]
#[path = "../support/support.rs"]
mod support;

mod case;
mod compare;
mod fixtures;
#[cfg(unix)]
mod guide;
mod help;
mod judges;
#[cfg(unix)]
mod reader;
mod row;
mod run;
#[cfg(unix)]
mod tutorials;

/// One test for each file of cases, so that they run side by side.
macro_rules! cases {
    ($($name:ident)*) => {
        $(#[test] fn $name() { case::run_all(stringify!($name)); })*

        const FILES: &[&str] = &[$(stringify!($name)),*];
    };
}

cases! {
    certreq
    changealias
    delete
    dgst
    ec
    exportcert
    genkeypair
    genpkey
    genrsa
    importcert
    importkeystore
    keypasswd
    list
    pkcs12
    pkcs8
    pkey
    printcert
    rand
    refused
    req
    rsa
    storepasswd
    verify
    version
    x509
}

/// As many cases as there are at the least; the number only grows.
const LEAST: usize = 600;

#[test]
fn every_file_of_cases_is_run() {
    let mut known: Vec<&str> = FILES.to_vec();
    known.sort_unstable();
    assert_eq!(row::files(), known, "list each file of cases/ in `cases!`");
    let count: usize = FILES.iter().map(|name| row::rows(name).len()).sum();
    assert!(count >= LEAST, "there are {count} cases, and {LEAST} were there once");
}
