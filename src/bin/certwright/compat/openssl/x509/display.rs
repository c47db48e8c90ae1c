//! What of a certificate is shown, in the order in which it was asked for.

use std::ffi::OsStr;

use certwright::clock::Timestamp;
use certwright::crypto::DigestAlgorithm;
use certwright::formats::x509::{Certificate, DistinguishedName, Validity};

use super::digest;
use crate::compat::line::Line;
use crate::compat::session::Session;
use crate::exit::ExitStatus;
use crate::render::openssl::certificate::{self, Omitted, facts};
use crate::render::openssl::dates::DateForm;
use crate::render::openssl::name::{self, NameOptions};
use crate::report::Failure;

/// One thing to print.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fact {
    Email,
    End,
    Extensions,
    Fingerprint,
    Issuer,
    IssuerHash,
    Modulus,
    Ocsp,
    PublicKey,
    Serial,
    Start,
    Subject,
    SubjectHash,
    Text,
}

/// The printing that a line asks for.
#[derive(Debug)]
pub(super) struct Display {
    facts: Vec<Fact>,
    names: NameOptions,
    omitted: Omitted,
    dates: DateForm,
    extensions: String,
    digest: (&'static str, DigestAlgorithm),
    checked_seconds: Option<i64>,
    /// Whether the certificate itself is written.
    pub(super) certificate: bool,
}

impl Display {
    /// Reads the printing options of `line`.
    ///
    /// # Errors
    /// A usage failure that names a value that is not offered.
    pub(super) fn parse(line: &Line) -> Result<Self, Failure> {
        let mut wanted = Vec::new();
        for (option, _) in line.options() {
            for fact in of(option) {
                // One that is asked for twice stands where it was asked for last.
                wanted.retain(|earlier| earlier != fact);
                wanted.push(*fact);
            }
        }
        let mut names = None;
        for value in line.values("nameopt") {
            names = Some(NameOptions::parse(names, &text(value)).map_err(|word| refused("nameopt", &word))?);
        }
        let mut omitted = Omitted::default();
        for value in line.values("certopt") {
            omitted = omitted.with(&text(value)).map_err(|word| refused("certopt", &word))?;
        }
        let dates = match line.text("dateopt")? {
            Some(word) => DateForm::named(word).ok_or_else(|| refused("dateopt", word))?,
            None => DateForm::default(),
        };
        Ok(Self {
            facts: wanted,
            names: names.unwrap_or(NameOptions::ONELINE),
            omitted,
            dates,
            extensions: line.text("ext")?.unwrap_or_default().to_owned(),
            digest: digest(line).unwrap_or(("SHA1", DigestAlgorithm::Sha1)),
            checked_seconds: line.number("checkend")?,
            certificate: !line.has("noout") && !line.has("nocert"),
        })
    }

    /// Whether nothing but the certificate itself is asked for.
    pub(super) fn shows_nothing(&self) -> bool {
        self.facts.is_empty() && self.checked_seconds.is_none() && self.certificate
    }

    /// Whether only the public key is asked for.
    pub(super) fn shows_key_alone(&self) -> bool {
        self.facts == [Fact::PublicKey] && self.checked_seconds.is_none() && !self.certificate
    }

    /// The line that names the subject of a request.
    pub(super) fn subject(&self, subject: &DistinguishedName) -> String {
        name::titled("subject=", subject, &self.names)
    }

    /// The text of all that is asked for.
    ///
    /// # Errors
    /// Only when the certificate's octets are none after all.
    pub(super) fn facts(&self, certificate: &Certificate, session: &Session<'_>) -> Result<String, Failure> {
        let unreadable = |error| Failure::from_error(&error, "malformed", ExitStatus::Failed);
        let mut shown = String::new();
        for fact in &self.facts {
            shown.push_str(&match fact {
                Fact::Email => facts::mail_addresses(certificate),
                Fact::End => format!("notAfter={}\n", self.date(certificate, |validity| validity.not_after)),
                Fact::Start => format!("notBefore={}\n", self.date(certificate, |validity| validity.not_before)),
                Fact::Extensions => self.chosen_extensions(certificate, session),
                Fact::Fingerprint => facts::fingerprint(certificate, self.digest.0, self.digest.1),
                Fact::Issuer => name::titled("issuer=", &certificate.issuer(), &self.names),
                Fact::Subject => name::titled("subject=", &certificate.subject(), &self.names),
                Fact::IssuerHash => format!("{}\n", name::hash(&certificate.issuer())),
                Fact::SubjectHash => format!("{}\n", name::hash(&certificate.subject())),
                Fact::Ocsp => facts::ocsp_addresses(certificate),
                Fact::Modulus => facts::modulus(certificate),
                Fact::PublicKey => facts::public_key(certificate).map_err(unreadable)?,
                Fact::Serial => certificate::serial_line(certificate),
                Fact::Text => certificate::text(certificate, &self.names, self.omitted).map_err(unreadable)?,
            });
        }
        Ok(shown)
    }

    /// What `-checkend` says, and whether the certificate is still valid then.
    pub(super) fn validity(&self, certificate: &Certificate, now: Timestamp) -> Option<(&'static str, bool)> {
        let seconds = self.checked_seconds?;
        Some(facts::still_valid(certificate, now.plus_seconds(seconds).ok()))
    }

    fn date(&self, certificate: &Certificate, moment: fn(Validity) -> Timestamp) -> String {
        let shown = certificate.validity().map(|validity| self.dates.show(moment(validity)));
        shown.unwrap_or_else(|_| "Bad time value".to_owned())
    }

    fn chosen_extensions(&self, certificate: &Certificate, session: &Session<'_>) -> String {
        facts::chosen(certificate, &self.extensions).unwrap_or_else(|| {
            let none = if certificate.extensions().is_empty() { "No extensions" } else { "No extensions matched" };
            session.context.printer.say(&format!("{none} in certificate\n"));
            String::new()
        })
    }
}

/// The facts that an option asks for.
fn of(option: &str) -> &'static [Fact] {
    match option {
        "dates" => &[Fact::Start, Fact::End],
        "email" => &[Fact::Email],
        "enddate" => &[Fact::End],
        "ext" => &[Fact::Extensions],
        "fingerprint" => &[Fact::Fingerprint],
        "hash" | "subject_hash" => &[Fact::SubjectHash],
        "issuer" => &[Fact::Issuer],
        "issuer_hash" => &[Fact::IssuerHash],
        "modulus" => &[Fact::Modulus],
        "ocsp_uri" => &[Fact::Ocsp],
        "pubkey" => &[Fact::PublicKey],
        "serial" => &[Fact::Serial],
        "startdate" => &[Fact::Start],
        "subject" => &[Fact::Subject],
        "text" => &[Fact::Text],
        _ => &[],
    }
}

fn text(value: &OsStr) -> String {
    value.to_string_lossy().into_owned()
}

fn refused(option: &str, word: &str) -> Failure {
    Failure::usage(format!("`{}` of `-{option}` is not offered here", certwright::untrusted::Untrusted(word)))
}
