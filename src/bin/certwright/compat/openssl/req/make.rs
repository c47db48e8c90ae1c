//! `req -new` and `req -x509`: a request or a self-signed certificate, and its key where it is new.

use certwright::clock::Timestamp;
use certwright::crypto::{DigestAlgorithm, SystemRandom};
use certwright::files::Input;
use certwright::formats::x509::{Details, DistinguishedName, KeyUse, SerialNumber, SubjectAltName};
use certwright::operations::{CreateCsr, Named, SelfSign, create_csr, open_request, self_sign};
use certwright::secret::NoPasswords;

use super::key::{Key, Source};
use super::questions;
use super::settings::{Settings, environment};
use super::show::{Document, Shown};
use crate::compat::line::Line;
use crate::compat::native::Native;
use crate::compat::openssl::extensions::{Certified, For, Wanted};
use crate::compat::openssl::pass::Pass;
use crate::compat::openssl::subject;
use crate::compat::session::Session;
use crate::exit::ExitStatus;
use crate::report::Failure;

/// How long a certificate is valid where `-days` does not say it.
const DEFAULT_DAYS: u32 = 30;

pub(super) fn run(
    line: &Line,
    shown: &Shown,
    settings: &Settings,
    session: &Session<'_>,
) -> Result<ExitStatus, Failure> {
    let plan = Plan::of(line, settings, session)?;
    let pass = Pass::parse(session, ("-passin", "-passout"), line.value("passin"), line.value("passout"))?
        .or_configured(settings.password("input_password"), settings.password("output_password"));
    let source = Source::of(line, settings, session)?;
    let mut results = session.results();
    let writes = !shown.is_silent();
    let places = source.declare(line.path("out"), writes, plan.request.as_ref(), &mut results)?;
    let key = source.open(line, settings, &pass, session)?;
    let (document, native) = if line.has("x509") {
        plan.certificate(line, settings, session, &key)?
    } else {
        plan.request(line, settings, session, &key)?
    };
    let status = match &document {
        Document::Request(request) => shown.verify(request, session),
        Document::Certificate(_) => ExitStatus::Done,
    };
    places.fill(&key, &shown.octets(&document, session)?, &mut results);
    let native = native.file("--key", source.file());
    let native = source.passwords_natively(&key, &pass, native);
    let native = results.natively(native.file("-o", line.path("out").unwrap_or("-".as_ref())));
    let native = match source.natively(&key, &pass) {
        Some(first) => first.then(&native),
        None => native,
    };
    results.commit()?;
    // No native command writes a key and what it signs into one place.
    if status == ExitStatus::Done && places.are_apart() {
        session.natively(&native);
    }
    Ok(status)
}

/// What the line says before any question is asked.
struct Plan {
    subject: Option<DistinguishedName>,
    wanted: Wanted,
    digest: DigestAlgorithm,
    days: u32,
    not_after: Timestamp,
    serial_number: Option<SerialNumber>,
    /// The request that a certificate is made for.
    request: Option<Input>,
}

impl Plan {
    fn of(line: &Line, settings: &Settings, session: &Session<'_>) -> Result<Self, Failure> {
        let is_certificate = line.has("x509");
        let digest = settings.digest(line, session)?;
        let subject = match line.text("subj")? {
            None => None,
            Some(text) => {
                let read = subject::parse(text, line.has("utf8") || settings.value("utf8") == Some("yes"))?;
                read.notices.iter().for_each(|notice| session.notice(notice));
                Some(read.name)
            }
        };
        let days = days(line)?;
        let not_after = session.context.now.plus_days(days.unwrap_or(DEFAULT_DAYS));
        let not_after = not_after.map_err(|fault| Failure::usage(format!("`-days` cannot be used: {fault}")))?;
        let serial_number = line
            .text("set_serial")?
            .map(|text| text.parse().map_err(|fault| Failure::usage(format!("`-set_serial` cannot be used: {fault}"))));
        if !is_certificate && let Some(option) = line.last_of(&["days", "set_serial"]) {
            session.notice(&format!("`-{option}` has no effect without `-x509`: a request does not say it"));
        }
        Ok(Self {
            subject,
            wanted: wanted(line, settings, session)?,
            digest,
            days: days.unwrap_or(DEFAULT_DAYS),
            not_after,
            serial_number: serial_number.transpose()?,
            request: request(line, is_certificate, session)?,
        })
    }

    /// The subject of the line, or of the configuration and its questions.
    fn subject(&self, line: &Line, settings: &Settings, session: &Session<'_>) -> Result<DistinguishedName, Failure> {
        match &self.subject {
            Some(name) => Ok(name.clone()),
            None => questions::subject(settings, session, !line.has("batch"), !line.has("x509")),
        }
    }

    fn request(
        &self,
        line: &Line,
        settings: &Settings,
        session: &Session<'_>,
        key: &Key,
    ) -> Result<(Document, Native), Failure> {
        let subject = self.subject(line, settings, session)?;
        let extensions = self.wanted.extensions().to_vec();
        let names = self.wanted.certified().subject_alt_names;
        let options = CreateCsr { subject, extensions, digest: Some(self.digest) };
        let made = create_csr(&options, &key.input, &NoPasswords, &session.context.limits, &mut SystemRandom::new())
            .map_err(|error| session.context.failure(&error))?;
        let native = with_names(Native::new("csr"), Some(&options.subject), &names);
        Ok((Document::Request(made), native))
    }

    fn certificate(
        &self,
        line: &Line,
        settings: &Settings,
        session: &Session<'_>,
        key: &Key,
    ) -> Result<(Document, Native), Failure> {
        let context = session.context;
        let Certified { subject_alt_names, is_ca, mut purposes } = self.wanted.certified();
        if is_ca && purposes.key_uses.is_empty() {
            // openssl leaves keyUsage out, and Java takes a signature only from a key whose use is to sign.
            purposes.key_uses.push(KeyUse::DigitalSignature);
        }
        let names = subject_alt_names.clone();
        let (named, native) = match &self.request {
            Some(input) => {
                let request = open_request(input, &NoPasswords, &context.limits);
                let request = request.map_err(|error| context.failure(&error))?;
                if request.subject_alt_names().is_ok_and(|names| !names.is_empty()) {
                    session.notice("the certificate has the alternative names of the request; openssl leaves them out");
                }
                let native = with_names(Native::new("selfsign"), None, &names);
                let native = native.file("--csr", input.path().unwrap_or("-".as_ref()));
                let request = Input::new(input.name(), certwright::secret::SecretBytes::concat(&[input.bytes()]));
                (Named::AsRequested { request, subject_alt_names }, native)
            }
            None => {
                let subject = self.subject(line, settings, session)?;
                let native = with_names(Native::new("selfsign"), Some(&subject), &names);
                (Named::Subject { subject, subject_alt_names }, native)
            }
        };
        let details = Details { purposes, digest: Some(self.digest), serial_number: self.serial_number.clone() };
        let options = SelfSign { named, not_after: self.not_after, is_ca, details };
        let made =
            self_sign(&options, &key.input, &NoPasswords, &context.limits, context.now, &mut SystemRandom::new())
                .map_err(|error| context.failure(&error))?;
        if is_ca && is_ca_by_default(line, settings) {
            session.notice(
                "the certificate is a CA's, as openssl makes it: whoever trusts it trusts all that its key signs; \
                 `-addext basicConstraints=critical,CA:FALSE` makes one that signs no others",
            );
        }
        if self.wanted.extensions().is_empty() && !self.wanted.names_a_section() {
            session.notice(
                "the certificate is of version 3; openssl makes one of version 1 where no extension is asked for",
            );
        }
        Ok((Document::Certificate(made), native.option("--days", &self.days.to_string()).flag_if(is_ca, "--ca")))
    }
}

/// The request of `-in`, which `-x509` makes a certificate for.
fn request(line: &Line, is_certificate: bool, session: &Session<'_>) -> Result<Option<Input>, Failure> {
    let Some(path) = line.path("in") else { return Ok(None) };
    if !is_certificate || line.has("new") || line.has("newkey") {
        return Err(Failure::usage("a new request is made without `-in`")
            .hint("leave `-in` out; or leave `-new` and `-newkey` out, to use the request that is there"));
    }
    if !line.has("key") {
        return Err(Failure::usage("a certificate for the request in `-in` is signed with its key")
            .hint("name the key's file with `-key FILE`"));
    }
    if line.has("subj") {
        return Err(Failure::usage("`-in` gives the subject, and so does `-subj`").hint("leave one of the two out"));
    }
    session.input(Some(path)).map(Some)
}

/// The extensions of the configuration, then those of the line.
fn wanted(line: &Line, settings: &Settings, session: &Session<'_>) -> Result<Wanted, Failure> {
    let (whose, option, name) = match line.has("x509") {
        true => (For::Certificate, "extensions", "x509_extensions"),
        false => (For::Request, "reqexts", "req_extensions"),
    };
    let mut wanted = Wanted::nothing(whose);
    if let Some(section) = line.text(option)?.or_else(|| settings.value(name)) {
        wanted.add_section(&settings.config, section)?;
    }
    let mut texts = Vec::new();
    for text in line.values("addext") {
        texts.push(text.to_str().ok_or_else(|| Failure::usage("the value of `-addext` is not UTF-8 text"))?);
    }
    wanted.add_texts(&texts, &environment)?;
    wanted.notices().iter().for_each(|notice| session.notice(notice));
    Ok(wanted)
}

fn is_ca_by_default(line: &Line, settings: &Settings) -> bool {
    let says = |text: &std::ffi::OsStr| text.to_string_lossy().trim_start().starts_with("basicConstraints");
    settings.config.is_built_in() && !line.has("extensions") && !line.values("addext").any(says)
}

/// As many days as `-days` says: at least one, as for openssl.
fn days(line: &Line) -> Result<Option<u32>, Failure> {
    match line.number::<u32>("days") {
        Ok(Some(0)) | Err(_) => Err(Failure::usage("`-days` takes a number of days, from 1")),
        Ok(days) => Ok(days),
    }
}

/// The native options for subject and names.
fn with_names(native: Native, subject: Option<&DistinguishedName>, names: &[SubjectAltName]) -> Native {
    let native = match subject {
        None => native,
        Some(subject) if subject.is_empty() => native.option("--subject", "/"),
        Some(subject) => native.option("--subject", &subject.to_string()),
    };
    names.iter().fold(native, |native, name| native.option("--san", &name.to_string()))
}
