//! The digests of files, in the forms that `openssl dgst` prints.

use std::path::Path;

use certwright::crypto::DigestAlgorithm;
use certwright::files::{Input, Sensitivity};
use certwright::limits::Limits;

use super::DEFAULT;
use crate::compat::line::Line;
use crate::compat::session::Session;
use crate::exit::ExitStatus;
use crate::render::openssl::hex;
use crate::report::Failure;

/// Prints the digest of every file that there is; one that is not there makes the run fail at its end.
pub(super) fn print(
    line: &Line,
    chosen: Option<DigestAlgorithm>,
    session: &Session<'_>,
) -> Result<ExitStatus, Failure> {
    let digest = chosen.unwrap_or(DEFAULT);
    // The one that nobody named goes by its older name.
    let label = if chosen.is_none() { "SHA256" } else { label(digest) };
    let (mut text, mut failed) = (Vec::new(), Vec::new());
    let mut add = |name: &str, message: &Input| {
        let octets = digest.digest(message.bytes());
        match line.last_of(&["hex", "binary"]) {
            Some("binary") => text.extend(octets),
            _ => text.extend(shown(line, label, name, &octets).into_bytes()),
        }
    };
    let mut results = session.results();
    let place = results.declare(line.path("out"), Sensitivity::Public, &[], &[])?;
    if line.operands().is_empty() {
        add("stdin", &standard_input(session)?);
    }
    for path in line.operands() {
        match message(Path::new(path), session) {
            Ok(message) => add(&path.to_string_lossy(), &message),
            Err(failure) => failed.push(failure),
        }
    }
    results.fill(place, &text);
    results.commit()?;
    match failed.into_iter().reduce(|all, one| all.cause(one.message)) {
        Some(failure) => Err(Failure { exit: ExitStatus::Failed, ..failure }),
        None => Ok(ExitStatus::Done),
    }
}

/// Standard input, whatever is in it.
pub(super) fn standard_input(session: &Session<'_>) -> Result<Input, Failure> {
    message(Path::new("-"), session)
}

/// As large as a message may be that nobody set a limit for, 1 GiB. It is held in memory, but not read for a structure
/// that could cost more.
const LARGEST_MESSAGE: u64 = 1 << 30;

/// The message in a file.
pub(super) fn message(path: &Path, session: &Session<'_>) -> Result<Input, Failure> {
    let limits = &session.context.limits;
    let input_size = limits.input_size.max(LARGEST_MESSAGE);
    Ok(Input::read(path, &Limits { input_size, ..limits.clone() })?)
}

/// One digest or signature in digits, with its file's name.
pub(super) fn shown(line: &Line, label: &str, name: &str, octets: &[u8]) -> String {
    match line.last_of(&["c", "r"]) {
        Some("r") => format!("{} *{name}\n", hex::digest(octets, false)),
        colons => format!("{label}({name})= {}\n", hex::digest(octets, colons.is_some())),
    }
}

/// The name by which openssl 3.0 calls the digest.
pub(super) fn label(digest: DigestAlgorithm) -> &'static str {
    match digest {
        DigestAlgorithm::Sha1 => "SHA1",
        DigestAlgorithm::Sha256 => "SHA2-256",
        DigestAlgorithm::Sha384 => "SHA2-384",
        DigestAlgorithm::Sha512 => "SHA2-512",
        _ => digest.name(),
    }
}
