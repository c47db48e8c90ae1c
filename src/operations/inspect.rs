//! What is in a file? Everything that can be told of any input, with or without its password.

mod certificate;
mod finding;
mod jwk;
mod key;
mod links;
mod pem;
mod pkcs12;
mod report;
mod request;
mod store;
#[cfg(test)]
mod tests;
mod token;

use crate::clock::Timestamp;
use crate::files::{Collected, Input};
use crate::formats::detect::{Format, detect, from_base64};
use crate::formats::pem::Repair;
use crate::formats::pkcs10::CertificationRequest;
use crate::formats::spki::PublicKeyInfo;
use crate::formats::x509::Certificate;
use crate::formats::{self, Reason, jwt, pkcs1, pkcs7, pkcs8, sec1, spki};
use crate::limits::{Budget, Limits};
use crate::secret::{Password, PasswordProvider, PasswordPurpose};

use super::Error;
use super::load::looks_like;

pub use finding::{Finding, Severity};
pub use report::{
    CertificatePlace, CertificateReport, EntryReport, FileFormat, FileReport, InspectReport, Integrity, IssuerReport,
    JwkKey, JwkReport, Lock, PrivateKeyReport, RequestReport, SafeReport, StoreReport, Thing, TokenReport,
};
pub(super) use token::describe as describe_token;
pub use token::time_of;

/// Tells what is in each of `inputs`. What is protected stays locked when `passwords` has none for it, and that is no
/// failure; everything that lies open is told all the same.
///
/// ```
/// # use certwright::clock::Timestamp;
/// # use certwright::crypto::{KeyAlgorithm, PrivateKey, SystemRandom};
/// # use certwright::files::Input;
/// # use certwright::formats::{pem, pkcs8};
/// # use certwright::limits::Limits;
/// # use certwright::operations::{Thing, inspect};
/// # use certwright::secret::Passwords;
/// # let now: Timestamp = "2026-11-21T12:00:00Z".parse()?;
/// let key = PrivateKey::generate(KeyAlgorithm::P256, &mut SystemRandom::new())?;
/// let input = Input::new("app.key", pem::encode("PRIVATE KEY", pkcs8::encode(&key)?.expose())?);
/// let report = inspect([input.into()], now, &Passwords::default(), &Limits::default());
/// let Thing::PrivateKey(found) = &report.files[0].things[0] else { panic!("a private key") };
/// assert_eq!(found.key.as_ref().map(|it| it.algorithm.as_str()), Some("EC P-256"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn inspect(
    inputs: impl IntoIterator<Item = Collected>,
    now: Timestamp,
    passwords: &dyn PasswordProvider,
    limits: &Limits,
) -> InspectReport {
    let inspector = Inspector { now, passwords, limits };
    let mut report = InspectReport { files: inputs.into_iter().map(|input| inspector.file(input)).collect() };
    links::find(&mut report);
    report
}

/// Tells what is in one file, of itself alone: neither issuers nor pairs are sought.
pub(super) fn look_into(
    input: &Input,
    now: Timestamp,
    passwords: &dyn PasswordProvider,
    limits: &Limits,
) -> FileReport {
    Inspector { now, passwords, limits }.input(input)
}

/// What looking into a file takes.
struct Inspector<'a> {
    now: Timestamp,
    passwords: &'a dyn PasswordProvider,
    limits: &'a Limits,
}

/// What came of trying to open something.
enum Unlocked<T> {
    Opened(T),
    /// There is no password for it.
    Locked,
    Failed(Error),
}

impl Inspector<'_> {
    fn file(&self, collected: Collected) -> FileReport {
        match collected.content {
            Ok(input) => FileReport { name: collected.name, ..self.input(&input) },
            Err(error) => FileReport { failures: vec![error.into()], ..FileReport::new(&collected.name) },
        }
    }

    fn input(&self, input: &Input) -> FileReport {
        let mut file = FileReport::new(input.name());
        self.content(&mut file, input.bytes());
        self.exposure(&mut file, input);
        file
    }

    fn content(&self, file: &mut FileReport, octets: &[u8]) {
        let Some(format) = detect(octets) else {
            if let Some(token) = jwt::text_of(octets)
                && let Ok(report) = token::describe(token, self.now)
            {
                file.format = Some(FileFormat::Jwt);
                file.things.push(Thing::Token(Box::new(report)));
                return;
            }
            if let Some(inner) = from_base64(octets) {
                file.repairs.push(Repair::BareBase64);
                return self.content(file, inner.expose());
            }
            let error = Error::UnknownFormat { input: file.name.clone(), source: looks_like(octets) };
            return file.failures.push(error.into());
        };
        match format {
            Format::Pem => {
                file.format = Some(FileFormat::Pem);
                self.pem(file, octets);
            }
            Format::Jks | Format::Jceks => self.java_keystore(file, octets),
            Format::Jwk => {
                file.format = Some(FileFormat::Jwk);
                match self.json_web_keys(octets) {
                    Ok(things) => file.things = things,
                    Err(fault) => self.cannot_read(file, fault),
                }
            }
            Format::Pkcs12 => self.pkcs12(file, octets),
            Format::Pkcs7 => {
                file.format = Some(FileFormat::Pkcs7);
                match self.bundle(octets) {
                    Ok(things) => file.things = things,
                    Err(fault) => self.cannot_read(file, fault),
                }
            }
            _ => {
                file.format = Some(FileFormat::Der);
                match self.der(&file.name, format, octets) {
                    Ok((thing, failure)) => {
                        file.things.push(thing);
                        file.failures.extend(failure.map(Into::into));
                    }
                    Err(fault) => self.cannot_read(file, fault),
                }
            }
        }
    }

    /// The certificates of a PKCS#7, each chain from its leaf on.
    fn bundle(&self, octets: &[u8]) -> Result<Vec<Thing>, formats::Error> {
        let certificates = pkcs7::certificates(octets, self.limits)?;
        let describe = |it| Thing::Certificate(Box::new(certificate::describe(it, self.now)));
        Ok(certificates.into_iter().map(describe).collect())
    }

    /// One thing in DER.
    fn der(&self, name: &str, format: Format, octets: &[u8]) -> Result<(Thing, Option<Error>), formats::Error> {
        let labelled = |label| {
            let report = key::open(key::encoding(label)).read(pkcs8::read_labelled(label, octets)?);
            Ok::<_, formats::Error>((Thing::PrivateKey(Box::new(report)), None))
        };
        Ok(match format {
            Format::Certificate => {
                let report = certificate::describe(Certificate::from_der(octets)?, self.now);
                (Thing::Certificate(Box::new(report)), None)
            }
            Format::CertificationRequest => {
                (Thing::Request(Box::new(request::describe(&CertificationRequest::from_der(octets)?))), None)
            }
            Format::EncryptedPrivateKey => {
                let (report, failure) = self.encrypted_key(name, octets, &mut Budget::new(self.limits))?;
                (Thing::PrivateKey(Box::new(report)), failure)
            }
            Format::Pkcs1 => labelled(pkcs1::LABEL)?,
            Format::Sec1 => labelled(sec1::LABEL)?,
            Format::PrivateKey => labelled(pkcs8::LABEL)?,
            _ => {
                let is_bare = format == Format::RsaPublicKey;
                let key = if is_bare { PublicKeyInfo::from_rsa_der(octets) } else { PublicKeyInfo::from_der(octets) };
                let described = spki::describe(key?.der())?;
                let findings = key::public_findings(&described);
                (Thing::PublicKey(Box::new(described), findings), None)
            }
        })
    }

    /// Notes who may read a file that holds a private key, which is a finding only when that key lies open or all but
    /// open.
    fn exposure(&self, file: &mut FileReport, input: &Input) {
        let Some(exposure) = input.exposure() else { return };
        let lies_open = |thing: &Thing| match thing {
            Thing::Jwk(jwk) => matches!(&jwk.key, JwkKey::Private(_)),
            Thing::PrivateKey(key) => key.protection.is_none(),
            _ => false,
        };
        if file.things.iter().any(lies_open) {
            file.exposure = Some(exposure);
            file.findings.push(Finding::warning(
                "exposed_key",
                format!("it holds an unprotected private key and {exposure}"),
                "Whoever can read it can sign in its name; let only its owner read it.",
            ));
        }
    }

    fn cannot_read(&self, file: &mut FileReport, source: formats::Error) {
        let error = Error::CannotRead { input: file.name.clone(), source };
        file.failures.push(error.into());
    }

    /// What stopped something from being opened before any password was tried: no failure where there is none to try.
    fn refused<T>(&self, name: &str, source: formats::Error) -> Unlocked<T> {
        let purpose = super::load::open_purpose(name);
        match self.passwords.candidate(&purpose, 0) {
            Ok(None) => Unlocked::Locked,
            _ => Unlocked::Failed(Error::CannotOpen { input: name.to_owned(), source }),
        }
    }

    /// Tries the passwords for `purpose` in turn.
    fn unlock<T>(
        &self,
        purpose: PasswordPurpose,
        open: impl Fn(&Password) -> Result<T, formats::Error>,
    ) -> Unlocked<T> {
        let input = || purpose.file().to_owned();
        let mut refused = None;
        for attempt in 0.. {
            let password = match self.passwords.candidate(&purpose, attempt) {
                Ok(Some(password)) => password,
                Ok(None) => break,
                Err(source) => return Unlocked::Failed(Error::NoPassword { purpose, source }),
            };
            match open(&password) {
                Ok(opened) => return Unlocked::Opened(opened),
                Err(fault) if matches!(fault.reason, Reason::IntegrityMismatch(_)) => refused = Some(fault),
                Err(source) => return Unlocked::Failed(Error::CannotOpen { input: input(), source }),
            }
        }
        match refused {
            Some(source) => Unlocked::Failed(Error::CannotOpen { input: input(), source }),
            None => Unlocked::Locked,
        }
    }
}
