//! The command line of every mend is one that this program takes.

use std::ffi::OsString;

use certwright::crypto::KeyAlgorithm;
use certwright::formats::x509::DistinguishedName;
use certwright::operations::{FileKind, Mend, NewSubject, Target};

use crate::report::mend as mend_command;

fn mends() -> Vec<Mend> {
    let subject = DistinguishedName::parse("CN=it's,O=A B+OU=-x").unwrap();
    let alias = "key_1".to_owned();
    vec![
        Mend::NewSet {
            subject: NewSubject::AsBefore(subject),
            alias: alias.clone(),
            algorithm: KeyAlgorithm::Rsa { bits: 3072 },
        },
        Mend::NewSet {
            subject: NewSubject::CommonName("-dash".to_owned()),
            alias: alias.clone(),
            algorithm: KeyAlgorithm::P256,
        },
        Mend::SelfSign { common_name: "-dash".to_owned() },
        Mend::Repack { kind: FileKind::Jks, alias: Some(alias.clone()), renamed: Vec::new(), own_password: false },
        Mend::Repack {
            kind: FileKind::Pkcs12,
            alias: Some("-a b".to_owned()),
            renamed: Vec::new(),
            own_password: false,
        },
        Mend::Rename { from: "-1".to_owned(), to: alias.clone() },
        Mend::Rename { from: String::new(), to: alias },
    ]
}

/// Those whose commands are not all there yet.
fn later() -> Vec<Mend> {
    vec![
        Mend::Certificate,
        Mend::OneCertificate,
        Mend::PrivateKey { encrypted: true },
        Mend::PrivateKey { encrypted: false },
        Mend::PublicKey,
        Mend::Repack {
            kind: FileKind::Jks,
            alias: None,
            renamed: vec![("-1".to_owned(), "key_1".to_owned())],
            own_password: true,
        },
        Mend::Repack {
            kind: FileKind::Pkcs12,
            alias: None,
            renamed: vec![("-1".to_owned(), "key_1".to_owned())],
            own_password: true,
        },
        Mend::Delete { alias: "-1".to_owned() },
        Mend::PlainPem,
    ]
}

/// The words of a line, as a POSIX shell takes it apart.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut open) = (Vec::new(), None::<String>, false);
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        match character {
            '\'' => (open, word) = (!open, Some(word.unwrap_or_default())),
            '\\' if !open => word.get_or_insert_default().extend(characters.next()),
            ' ' if !open => words.extend(word.take()),
            other => word.get_or_insert_default().push(other),
        }
    }
    words.extend(word);
    words
}

#[cfg(unix)]
fn assert_parses(mend: &Mend) {
    let target: &Target = "salesforce".parse().unwrap();
    for file in ["server.p12", "-a dir/it's.jks"] {
        let passin = [OsString::from("file:a b.pass")];
        let line = mend_command(mend, file, target, &passin);
        let mut program = crate::commands::command();
        if let Err(fault) = program.try_get_matches_from_mut(words(&line)) {
            panic!("{line}\n{fault}");
        }
    }
}

#[cfg(unix)]
#[test]
fn every_command_parses() {
    mends().iter().for_each(assert_parses);
}

#[cfg(unix)]
#[test]
fn every_later_command_parses() {
    later().iter().for_each(assert_parses);
}
