//! Looks into all files: first side by side with what lies open, then one by one with passwords.

use std::num::NonZeroUsize;
use std::path::Path;

use crate::files::{self, Found, FoundKind, Input, Origin};
use crate::formats::detect::{detect, from_base64};
use crate::formats::{der, pem};
use crate::limits::Limits;
use crate::operations::inspect::{self, FileFormat};
use crate::operations::load::open_purpose;
use crate::operations::verify::UnopenedReason;
use crate::secret::{PasswordProvider, Passwords};
use crate::workers::Workers;

use super::CheckFiles;
use super::expiry::{self, Dated};
use super::item::{hides_certificates, is_locked, items, of_failure, of_whole};
use super::judge::Judge;
use super::report::{CheckFinding, CheckOnly, CheckStatus};
use super::store::Kept;
use super::told::Told;

/// As many files as are handed over at once: enough that handing over costs nothing beside reading them.
const BATCH: NonZeroUsize = NonZeroUsize::MIN.saturating_add(255);

/// What was found in all files.
#[derive(Debug, Default)]
pub(super) struct Looked {
    pub(super) told: Told,
    /// How many files were read.
    pub(super) files: usize,
    pub(super) passed_over: usize,
    /// How many files hold keys that stayed closed.
    pub(super) locked: usize,
    /// The paths that were named, with how many items each gave.
    roots: Vec<(String, usize)>,
}

/// What came of one file.
enum One {
    /// A folder that was named.
    Folder(String),
    PassedOver,
    Judged(Told),
    /// A part of it is protected.
    Locked {
        found: Box<Found>,
        told: Told,
        hides: bool,
    },
}

/// Looks into all of `files`.
pub(super) fn into_all(
    files: impl Iterator<Item = Found> + Send,
    options: &CheckFiles<'_>,
    workers: Workers,
) -> Looked {
    let judge = Judge::of(options);
    let limits = options.limits;
    let (mut looked, mut locked) = (Looked::default(), Vec::new());
    let look = |found: Found| (found.root, look(found, &judge, limits));
    workers.stream_in_batches(BATCH, files, look, |(root, one)| {
        match one {
            One::Folder(name) => return looked.name(root, name),
            One::PassedOver => looked.passed_over += 1,
            One::Judged(told) => looked.add(root, told),
            One::Locked { found, told, hides } => locked.push((root, found, told, hides)),
        }
        (options.progress)(looked.files + looked.passed_over + locked.len());
    });
    // The same order each time, so that whoever is asked is asked the same.
    locked.sort_by(|(one, first, ..), (other, second, ..)| (one, &first.path).cmp(&(other, &second.path)));
    for (root, found, told, hides) in locked {
        let told = with_passwords(*found, told, hides, &judge, options, &mut looked.locked);
        looked.add(root, told);
        (options.progress)(looked.files + looked.passed_over);
    }
    looked
}

impl CheckFiles<'_> {
    /// Whether a password was given for the file of this name, or for all; so also when it cannot be had.
    pub(super) fn has_password(&self, name: &str) -> bool {
        !matches!(self.given.candidate(&open_purpose(name), 0), Ok(None))
    }
}

impl Looked {
    fn add(&mut self, root: usize, told: Told) {
        self.files += 1;
        self.root(root).1 += told.count();
        self.told.extend(told);
    }

    fn name(&mut self, root: usize, name: String) {
        self.root(root).0 = name;
    }

    fn root(&mut self, root: usize) -> &mut (String, usize) {
        if self.roots.len() <= root {
            self.roots.resize(root + 1, (String::new(), 0));
        }
        &mut self.roots[root]
    }

    /// Tells of each folder that was named and gave nothing to judge: it may be the wrong one.
    pub(super) fn tell_of_empty_roots(&mut self, only: Option<CheckOnly>) {
        let what = match only {
            None => "no certificate, key, request or keystore is in this folder",
            Some(CheckOnly::Expiry) => "no certificate is in this folder",
        };
        for (name, _) in self.roots.iter().filter(|(name, count)| !name.is_empty() && *count == 0) {
            let finding = CheckFinding::new("nothing_found", CheckStatus::Unknown, what);
            self.told.items.push(of_whole(name, vec![finding]));
        }
    }
}

/// Looks into one file without passwords.
fn look(mut found: Found, judge: &Judge, limits: &Limits) -> One {
    if matches!(found.kind, FoundKind::Folder) {
        return One::Folder(found.name);
    }
    let is_named = found.origin == Origin::Named;
    let is_promised = says_certificate(&found.path);
    let is_wanted = |beginning: &[u8], length| is_promised || may_be_ours(beginning, length);
    let input = match found.read(limits, is_wanted) {
        Ok(Some(input)) if is_named || is_promised || is_ours(&input) => input,
        Ok(_) => return One::PassedOver,
        Err(error) if !is_named && is_none_of_ours(&error, &found.path) => return One::PassedOver,
        Err(error) => return One::Judged(unread(&found.name, error)),
    };
    if judge.only == Some(CheckOnly::Expiry)
        && let Some(Dated { told, is_no_pem }) = expiry::look_into(&input, judge, limits)
    {
        return match is_no_pem && !is_named && only_speaks_of(&input, &CERTIFICATES) {
            true => One::PassedOver,
            false => judged(&found, told, judge),
        };
    }
    let file = inspect::look_into(&input, judge.now, &Passwords::default(), limits);
    let is_no_pem = file.format == Some(FileFormat::Pem) && file.things.is_empty() && !file.failures.is_empty();
    if is_no_pem && !is_named && only_speaks_of(&input, &[&CERTIFICATES[..], &KEYS[..]].concat()) {
        return One::PassedOver;
    }
    let told = Told::of(items(&file, judge), judge);
    if is_locked(&file) {
        // What was named may be a pipe, which is not read twice.
        found.kind = if is_named { FoundKind::Input(input) } else { FoundKind::File };
        return One::Locked { found: Box::new(found), told, hides: hides_certificates(&file) };
    }
    judged(&found, told, judge)
}

/// What came of a file of which nothing stayed closed.
fn judged(found: &Found, told: Told, judge: &Judge) -> One {
    if told.count() > 0 {
        return One::Judged(told);
    }
    if found.origin != Origin::Named {
        return One::PassedOver;
    }
    let what = match judge.only {
        None => "it holds no certificate, key or request",
        Some(CheckOnly::Expiry) => "it holds no certificate",
    };
    let finding = CheckFinding::new("nothing_found", CheckStatus::Unknown, what);
    One::Judged(Told { items: vec![of_whole(&found.name, vec![finding])], left_out: 0 })
}

/// Looks again into a file of which a part is protected, with the passwords that there are.
fn with_passwords(
    mut found: Found,
    told_without: Told,
    hides: bool,
    judge: &Judge,
    options: &CheckFiles<'_>,
    locked: &mut usize,
) -> Told {
    let is_named = found.origin == Origin::Named;
    let kept = Kept::beside(&found.path, options.given);
    let passwords: &dyn PasswordProvider = match (&kept, options.asked) {
        (Some(kept), _) => kept,
        _ if options.has_password(&found.name) => options.given,
        (None, Some(asked)) if is_named && hides => asked,
        _ => {
            *locked += 1;
            return told_without;
        }
    };
    let input = match found.read(options.limits, |_, _| true) {
        Ok(Some(input)) => input,
        Ok(None) => return told_without,
        Err(error) => return unread(&found.name, error),
    };
    let file = inspect::look_into(&input, judge.now, passwords, options.limits);
    *locked += usize::from(is_locked(&file));
    // One password is given to many files, and need not be for this one: only what it hides is a fault then.
    let is_no_fault = !is_named && !hides && is_locked(&file);
    if is_no_fault { told_without } else { Told::of(items(&file, judge), judge) }
}

/// Whether a large file of a folder that begins so may hold what is judged here.
fn may_be_ours(beginning: &[u8], length: u64) -> bool {
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    match beginning {
        [0xfe, 0xed, 0xfe, 0xed, ..] | [0xce, 0xce, 0xce, 0xce, ..] | [0x30, 0x80, ..] => true,
        [0x30, ..] => der::announced_length(beginning).is_some_and(|announced| announced >= length),
        _ => pem::looks_like_pem(beginning),
    }
}

/// A file that could not be read.
fn unread(name: &str, error: files::Error) -> Told {
    let finding = of_failure(name, &UnopenedReason::from(error));
    Told { items: vec![of_whole(name, vec![finding])], left_out: 0 }
}

/// Whether a file of a folder is one that is judged, or was meant to be one, whatever its name.
fn is_ours(input: &Input) -> bool {
    let octets = input.bytes();
    detect(octets).is_some() || is_cut_short(octets) || from_base64(octets).is_some()
}

/// How the labels end that promise certificates,
const CERTIFICATES: [&[u8]; 4] = [b"CERTIFICATE", b"PKCS7", b"CMS", b"PKCS #7 SIGNED DATA"];

/// and those that promise a key or what is made of one.
const KEYS: [&[u8]; 3] = [b"CERTIFICATE REQUEST", b"PRIVATE KEY", b"PUBLIC KEY"];

/// Whether what is no PEM that can be read was not to hold anything of these `labels` either: scripts and pages speak of it.
fn only_speaks_of(input: &Input, labels: &[&[u8]]) -> bool {
    let octets = input.bytes();
    // UTF-16 has a zero after each letter.
    let text: Vec<u8> = octets.iter().copied().filter(|octet| *octet != 0).collect();
    let mut lines = text.split(|octet| matches!(octet, b'\n' | b'\r')).map(<[u8]>::trim_ascii);
    !lines.any(|line| {
        let label = line.strip_prefix(b"-----BEGIN ").and_then(|rest| rest.split(|octet| *octet == b'-').next());
        label.is_some_and(|label| labels.iter().any(|end| label.ends_with(end)))
    })
}

/// Whether it begins as DER that is longer than what is there.
fn is_cut_short(octets: &[u8]) -> bool {
    octets.starts_with(&[0x30, 0x80]) || der::announced_length(octets).is_some_and(|announced| announced > octets.len())
}

/// Whether the name promises a certificate or keystore, so that anything else under it is a fault.
fn says_certificate(path: &Path) -> bool {
    const ENDINGS: [&str; 10] = ["cer", "crt", "der", "jks", "p12", "p7b", "p7c", "pem", "pfx", "jceks"];
    let ending = path.extension().and_then(|ending| ending.to_str());
    ending.is_some_and(|ending| ENDINGS.iter().any(|it| it.eq_ignore_ascii_case(ending)))
}

/// Whether a file of a folder that cannot be read is no concern: it was removed meanwhile, or it is a private key that
/// only its owner may read, which never ends.
fn is_none_of_ours(fault: &files::Error, path: &Path) -> bool {
    match fault {
        files::Error::NotFound { .. } => true,
        files::Error::CannotRead { reason: "permission denied", .. } => path.extension().is_some_and(|it| it == "key"),
        _ => false,
    }
}
