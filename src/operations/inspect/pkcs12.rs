//! PKCS#12 keystores: how they are protected, what lies open in them, and with a password all of it.

use crate::formats::keystore::{Content, Entry, Kind};
use crate::formats::pkcs5::Description as Protection;
use crate::formats::pkcs12::{Opened, Pfx, Scan, ScannedBag, ScannedSafe};
use crate::limits::Limits;
use crate::operations::load::{open_keys, open_purpose};
use crate::secret::Password;
use crate::workers::Workers;

use super::finding::{self, Finding};
use super::report::{
    EntryReport, FileFormat, FileReport, Integrity, Lock, PrivateKeyReport, SafeReport, StoreReport, Thing,
};
use super::store::of_chain;
use super::{Inspector, Unlocked, certificate, key};

impl Inspector<'_> {
    pub(super) fn pkcs12(&self, file: &mut FileReport, octets: &[u8]) {
        file.format = Some(FileFormat::Pkcs12);
        // Without a MAC the content is shown all the same, and said to be anybody's.
        let limits = Limits { allow_unauthenticated: true, ..self.limits.clone() };
        let scan = match Scan::of(octets, &limits) {
            Ok(scan) => scan,
            Err(source) => return self.cannot_read(file, source),
        };
        let open = |password: &Password| {
            let pfx = Pfx::decode_to_open(octets, password, &limits, Workers::available())?;
            let entries = open_keys(&pfx, &file.name, password, self.passwords)?;
            Ok((entries, password.is_ascii()))
        };
        let opened = match scan.check(true) {
            Err(source) => self.refused(&file.name, source),
            Ok(()) if !scan.needs_password() => match open(&Password::new("")) {
                Ok(opened) => Unlocked::Opened(opened),
                Err(source) => return self.cannot_read(file, source),
            },
            Ok(()) => self.unlock(open_purpose(&file.name), open),
        };
        file.findings.extend(of_store(&scan));
        let mut lock = Lock::Locked;
        match opened {
            Unlocked::Opened((entries, is_ascii)) => {
                lock = Lock::Open;
                if !is_ascii {
                    file.findings.push(Finding::note(
                        "non_ascii_password",
                        "its password is not ASCII",
                        "Java cannot open such a PKCS#12 file.",
                    ));
                }
                file.things.extend(entries.into_iter().map(|it| Thing::Entry(Box::new(self.opened_entry(it, &scan)))));
            }
            Unlocked::Locked => self.open_bags(file, &scan),
            Unlocked::Failed(error) => {
                lock = Lock::Refused;
                file.failures.push(error.into());
                self.open_bags(file, &scan);
            }
        }
        let integrity = match (&scan.mac, lock) {
            (None, _) => Integrity::Missing,
            (Some(_), Lock::Open) => Integrity::Checked,
            (Some(_), _) => Integrity::Unchecked,
        };
        let safes = scan.safes.iter().map(safe_report).collect();
        file.store = Some(StoreReport { version: None, integrity, mac: scan.mac, safes, lock });
    }

    /// An entry of a file that was opened. How its key was protected is known where its bag lay open.
    fn opened_entry(&self, entry: Opened, scan: &Scan) -> EntryReport {
        let (alias, key, chain) = match entry {
            Opened::Described { alias, description, chain, .. } => {
                let report = shown_key(scan, &alias).described(*description);
                (alias, Some(report), chain)
            }
            Opened::Whole(Entry { alias, content: Content::PrivateKey { key, chain } }) => {
                let report = shown_key(scan, &alias).opened(&key);
                (alias, Some(report), chain)
            }
            Opened::Whole(Entry { alias, content: Content::TrustedCertificate(it) }) => (alias, None, vec![*it]),
        };
        let kind = if key.is_some() { Kind::PrivateKey } else { Kind::TrustedCertificate };
        let chain: Vec<_> = chain.into_iter().map(|it| certificate::describe(it, self.now)).collect();
        let findings = of_chain(kind, &chain).into_iter().collect();
        EntryReport { alias, kind, created: None, key, chain, findings }
    }

    /// The keys and certificates that lie open in a file that is not opened, joined where the file says so.
    fn open_bags(&self, file: &mut FileReport, scan: &Scan) {
        let mut joined = Vec::new();
        let certificates =
            || open_bags(scan).enumerate().filter_map(|(at, bag)| Some((at, bag, bag.certificate.clone()?)));
        for bag in open_bags(scan).filter(|bag| is_key(bag)) {
            let key = bag.encryption.clone().map(|protection| key::closed("PKCS#8", protection));
            let own =
                certificates().filter(|(_, it, _)| it.local_key_id.is_some() && it.local_key_id == bag.local_key_id);
            let mut chain = Vec::new();
            for (at, _, read) in own {
                joined.push(at);
                chain.push(certificate::describe(read, self.now));
            }
            file.things.push(entry(bag, Kind::PrivateKey, key, chain));
        }
        for (at, bag, read) in certificates() {
            if !joined.contains(&at) {
                let chain = vec![certificate::describe(read, self.now)];
                file.things.push(entry(bag, Kind::TrustedCertificate, None, chain));
            }
        }
    }
}

/// A report on the key of the entry `alias`, before it is read: how it is protected, where its bag lies open.
fn shown_key(scan: &Scan, alias: &str) -> PrivateKeyReport {
    let mut bags = open_bags(scan).filter(|bag| is_key(bag));
    let only = match (bags.next(), bags.next()) {
        (Some(only), None) => Some(only),
        _ => open_bags(scan).find(|bag| is_key(bag) && bag.friendly_name.as_deref() == Some(alias)),
    };
    match only.and_then(|bag| bag.encryption.clone()) {
        Some(protection) => key::closed("PKCS#8", protection),
        None => key::open("PKCS#8"),
    }
}

fn entry(bag: &ScannedBag, kind: Kind, key: Option<PrivateKeyReport>, chain: Vec<super::CertificateReport>) -> Thing {
    let alias = bag.friendly_name.clone().unwrap_or_default();
    Thing::Entry(Box::new(EntryReport { alias, kind, created: None, key, chain, findings: Vec::new() }))
}

/// The bags of all safes that lie open.
fn open_bags(scan: &Scan) -> impl Iterator<Item = &ScannedBag> {
    scan.safes.iter().flat_map(|safe| match safe {
        ScannedSafe::Plain(bags) => bags.as_slice(),
        _ => &[],
    })
}

fn is_key(bag: &ScannedBag) -> bool {
    ["keyBag", "pkcs8ShroudedKeyBag"].contains(&bag.kind.as_str())
}

fn safe_report(safe: &ScannedSafe) -> SafeReport {
    match safe {
        ScannedSafe::Encrypted(protection) => SafeReport { protection: Some(protection.clone()), bags: Vec::new() },
        ScannedSafe::Kept(name) => SafeReport { protection: None, bags: vec![format!("{name}, kept and not read")] },
        ScannedSafe::Plain(bags) => {
            let mut kinds: Vec<(&str, usize)> = Vec::new();
            for bag in bags {
                match kinds.iter_mut().find(|(kind, _)| *kind == bag.kind) {
                    Some((_, count)) => *count += 1,
                    None => kinds.push((&bag.kind, 1)),
                }
            }
            let named = |(kind, count): (&str, usize)| {
                if count == 1 { kind.to_owned() } else { format!("{count} × {kind}") }
            };
            SafeReport { protection: None, bags: kinds.into_iter().map(named).collect() }
        }
    }
}

/// What is to be said of how a file is protected.
fn of_store(scan: &Scan) -> Vec<Finding> {
    let mut findings = Vec::new();
    match &scan.mac {
        None => findings.push(Finding::warning(
            "no_mac",
            "it has no MAC",
            "Anybody may have changed it, and Java shows nothing in it; write it anew with a password.",
        )),
        Some(mac) => findings.extend(finding::of_protection(mac)),
    }
    let safes = scan.safes.iter().filter_map(|safe| match safe {
        ScannedSafe::Encrypted(protection) => Some(protection),
        _ => None,
    });
    for protection in safes.clone().filter(|it| it.unread.is_some()) {
        findings.extend(finding::of_protection(protection));
    }
    let protections = scan.safes.iter().flat_map(ScannedSafe::protections);
    let old: Vec<&str> = protections.filter(|it| is_legacy(it)).filter_map(|it| it.cipher.as_deref()).collect();
    if let Some(cipher) = old.first() {
        findings.push(Finding::note(
            "legacy_encryption",
            format!("part of it is encrypted with {cipher}"),
            "OpenSSL 3 opens it only with its legacy provider; old Windows and Java wrote such files.",
        ));
    }
    if open_bags(scan).any(|bag| bag.kind == "keyBag") {
        findings.push(Finding::warning(
            "open_key",
            "a private key in it is not encrypted",
            "Whoever has the file has the key, without any password.",
        ));
    }
    findings.dedup();
    findings
}

/// Whether OpenSSL 3 keeps the cipher in its legacy provider.
fn is_legacy(protection: &Protection) -> bool {
    let cipher = protection.cipher.as_deref().unwrap_or_default();
    cipher.starts_with("RC2") || cipher.starts_with("RC4") || cipher.starts_with("DES-CBC")
}
