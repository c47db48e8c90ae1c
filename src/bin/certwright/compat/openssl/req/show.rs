//! What `req` prints: the request or certificate, what is asked of it, and whether its signature is right.

use certwright::files::Sensitivity;
use certwright::formats::pem;
use certwright::formats::pkcs10::CertificationRequest;
use certwright::formats::x509::{Certificate, DistinguishedName};
use certwright::operations::{certificate_pem, open_request};
use certwright::secret::NoPasswords;
use certwright::untrusted::Untrusted;

use crate::compat::line::Line;
use crate::compat::native::Native;
use crate::compat::openssl::key_input::{self, FileForm};
use crate::compat::session::Session;
use crate::exit::ExitStatus;
use crate::render::openssl::certificate::{self, Omitted, facts};
use crate::render::openssl::name::{self, NameOptions};
use crate::render::openssl::request;
use crate::report::Failure;

/// What was made, or read.
pub(super) enum Document {
    Certificate(Certificate),
    Request(CertificationRequest),
}

/// The printing that a line asks for.
pub(super) struct Shown {
    names: NameOptions,
    omitted: Omitted,
    der: bool,
    /// Whether the label begins with NEW.
    has_old_label: bool,
    verifies: bool,
    /// Whether the document itself is written.
    document: bool,
    public_key: bool,
    text: bool,
    subject: bool,
    modulus: bool,
}

impl Shown {
    /// Reads the printing options of `line`.
    ///
    /// # Errors
    /// A usage failure that names a value that is not offered.
    pub(super) fn parse(line: &Line) -> Result<Self, Failure> {
        let refused = |option: &str, word: &str| {
            Failure::usage(format!("`{}` of `-{option}` is not offered here", Untrusted(word)))
        };
        let mut names = None;
        for value in line.values("nameopt") {
            let value = value.to_string_lossy();
            names = Some(NameOptions::parse(names, &value).map_err(|word| refused("nameopt", &word))?);
        }
        let mut omitted = Omitted::default();
        for value in line.values("reqopt") {
            omitted = omitted.with(&value.to_string_lossy()).map_err(|word| refused("reqopt", &word))?;
        }
        if line.has("verify") && line.has("x509") {
            return Err(Failure::usage("`-verify` is for requests, and `-x509` makes a certificate")
                .hint("to verify a certificate, run `certwright verify FILE`"));
        }
        Ok(Self {
            names: names.unwrap_or(NameOptions::ONELINE),
            omitted,
            der: key_input::file_form(line, "outform")? == Some(FileForm::Der),
            has_old_label: line.has("newhdr"),
            verifies: line.has("verify"),
            document: !line.has("noout"),
            public_key: line.has("pubkey"),
            text: line.has("text"),
            subject: line.has("subject"),
            modulus: line.has("modulus"),
        })
    }

    /// Whether nothing but the document itself is written.
    pub(super) fn is_plain(&self) -> bool {
        self.document && !(self.public_key || self.text || self.subject || self.modulus)
    }

    /// Whether nothing is written at all.
    pub(super) fn is_silent(&self) -> bool {
        !(self.document || self.public_key || self.text || self.subject || self.modulus)
    }

    /// Whether the document is written in DER.
    pub(super) fn is_der(&self) -> bool {
        self.der
    }

    /// All that is written, in openssl's order.
    ///
    /// # Errors
    /// When the document's octets are none after all.
    pub(super) fn octets(&self, document: &Document, session: &Session<'_>) -> Result<Vec<u8>, Failure> {
        let unreadable = |error| Failure::from_error(&error, "format", ExitStatus::Failed);
        let mut shown = String::new();
        if self.public_key {
            shown.push_str(&match document {
                Document::Certificate(certificate) => facts::public_key(certificate).map_err(unreadable)?,
                Document::Request(request) => request::public_key(request).map_err(unreadable)?,
            });
        }
        if self.text {
            let text = match document {
                Document::Certificate(certificate) => certificate::text(certificate, &self.names, self.omitted),
                Document::Request(request) => request::text(request, &self.names, self.omitted),
            };
            shown.push_str(&text.map_err(unreadable)?);
        }
        if self.subject {
            shown.push_str(&name::titled("subject=", &document.subject(), &self.names));
        }
        if self.modulus {
            shown.push_str(&match document {
                Document::Certificate(certificate) => certificate_modulus(certificate),
                Document::Request(request) => request::modulus(request),
            });
        }
        let mut octets = shown.into_bytes();
        if self.document {
            octets.extend(self.encode(document, session)?);
        }
        Ok(octets)
    }

    fn encode(&self, document: &Document, session: &Session<'_>) -> Result<Vec<u8>, Failure> {
        match document {
            Document::Certificate(certificate) if self.der => Ok(certificate.der().to_vec()),
            Document::Certificate(certificate) => {
                certificate_pem(certificate).map_err(|error| session.context.failure(&error))
            }
            Document::Request(request) if self.der => Ok(request.der().to_vec()),
            Document::Request(request) => {
                let label =
                    if self.has_old_label { CertificationRequest::OLD_LABEL } else { CertificationRequest::LABEL };
                let text = pem::encode(label, request.der());
                text.map(|text| text.expose().to_vec())
                    .map_err(|error| Failure::from_error(&error, "format", ExitStatus::Failed))
            }
        }
    }

    /// Says whether the request was signed by its own key, where that was asked.
    pub(super) fn verify(&self, request: &CertificationRequest, session: &Session<'_>) -> ExitStatus {
        if !self.verifies {
            return ExitStatus::Done;
        }
        match request.verify() {
            Ok(()) => {
                session.context.printer.say("Certificate request self-signature verify OK\n");
                ExitStatus::Done
            }
            // openssl 3.0 succeeds all the same; 3.3 was the first to fail, and a script that asks wants to know.
            Err(fault) => {
                session.context.printer.say("Certificate request self-signature verify failure\n");
                session.notice(&format!("{fault}; openssl before 3.3 exits with 0 here"));
                ExitStatus::Failed
            }
        }
    }
}

impl Document {
    /// Whether it has a subject or another name.
    pub(super) fn names_somebody(&self) -> bool {
        match self {
            Self::Certificate(_) => true,
            Self::Request(request) => {
                !request.subject().is_empty() || request.subject_alt_names().is_ok_and(|names| !names.is_empty())
            }
        }
    }

    fn subject(&self) -> DistinguishedName {
        match self {
            Self::Certificate(certificate) => certificate.subject(),
            Self::Request(request) => request.subject(),
        }
    }
}

/// `req` has other words than `x509` for a key without modulus.
fn certificate_modulus(certificate: &Certificate) -> String {
    match certificate.rsa_numbers() {
        Ok(Some(_)) => facts::modulus(certificate),
        _ => "Modulus=Wrong Algorithm type\n".to_owned(),
    }
}

/// Options that make something, and do not go with a request that is read.
const MAKING: [&str; 8] = ["key", "keyout", "subj", "addext", "pkeyopt", "set_serial", "reqexts", "extensions"];

/// `req` without `-new`: shows the request in `-in`, or writes it in another encoding.
///
/// # Errors
/// A [`Failure`] when there is none, or the line asks for more than showing.
pub(super) fn run(line: &Line, shown: &Shown, session: &Session<'_>) -> Result<ExitStatus, Failure> {
    if let Some(option) = line.last_of(&MAKING) {
        return Err(Failure::usage(format!("`-{option}` of `openssl req` makes a request together with `-new` only"))
            .hint("add `-new`; or leave it out to see or to convert what is in `-in`"));
    }
    let input = session.input(line.path("in"))?;
    key_input::check_form(&input, line, "inform")?;
    let request =
        open_request(&input, &NoPasswords, &session.context.limits).map_err(|error| session.context.failure(&error))?;
    let status = shown.verify(&request, session);
    let mut results = session.results();
    let place = results.declare(line.path("out"), Sensitivity::Public, &[], &[&input])?;
    results.fill(place, &shown.octets(&Document::Request(request), session)?);
    let out = line.path("out").unwrap_or("-".as_ref());
    let name = input.path().map_or_else(|| "-".to_owned(), |path| path.to_string_lossy().into_owned());
    let native = match (shown.is_plain(), shown.is_der()) {
        (true, true) => results.natively(Native::new("convert").word(&name).flag("--to der").file("-o", out)),
        (true, false) => results.natively(Native::new("convert").word(&name).flag("--to pem").file("-o", out)),
        (false, _) => Native::new("inspect").word(&name),
    };
    results.commit()?;
    if status == ExitStatus::Done {
        session.natively(&native);
    }
    Ok(status)
}
