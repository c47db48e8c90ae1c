//! `openssl x509 -req`: a certificate for a request, signed by the request's own key or by a CA's.
//!
//! It is of version 3 where openssl's is of version 1, and the names that the request asks for are kept where openssl
//! drops them: a certificate without them serves nobody's next step better.

mod asked;

use std::path::Path;

use certwright::crypto::SystemRandom;
use certwright::files::Sensitivity;
use certwright::formats::pkcs10::CertificationRequest;
use certwright::formats::x509::Certificate;
use certwright::operations::{End, Named, Notice, Role, SelfSign, SignRequest, open_request, self_sign, sign_request};

use super::{Display, Encoding, check_encoding, serial, shown};
use crate::compat::line::Line;
use crate::compat::native::Native;
use crate::compat::openssl::pass::{Opening, Pass, key_question};
use crate::compat::session::Session;
use crate::exit::ExitStatus;
use crate::report::Failure;

pub(super) use asked::check;
use asked::{Asked, Signer, copy_wishes, read};

pub(super) fn run(
    line: &Line,
    display: &Display,
    encoding: Encoding,
    session: &Session<'_>,
) -> Result<ExitStatus, Failure> {
    check(line)?;
    let request = session.input(line.path("in"))?;
    check_encoding(&request, Encoding::parse(line, "inform")?)?;
    let pass = Pass::parse(session, ("-passin", "-passout"), line.value("passin"), None)?;
    let opening = pass.opening(key_question);
    let failure = |error| opening.failure(&error);
    let wishes = open_request(&request, &opening, &session.context.limits).map_err(failure)?;
    let mut asked = read(line, request, session)?;
    let mut results = session.results();
    let place = results.declare(line.path("out"), Sensitivity::Public, &[], &[])?;
    let count = match &asked.signer {
        Signer::Authority { counted: Some(counted), .. } => {
            Some((results.declare(Some(&counted.path), Sensitivity::Public, &[], &[])?, counted.number.clone()))
        }
        _ => None,
    };
    if line.value("copy_extensions").is_some() && matches!(asked.signer, Signer::Itself { .. }) {
        copy_wishes(&wishes, &mut asked, session)?;
    }
    let (certificate, notices) = make(&asked, &opening, session)?;
    let (octets, status) = shown(&certificate, display, encoding, session)?;
    session
        .context
        .printer
        .say(&format!("Certificate request self-signature ok\n{}", display.subject(&wishes.subject())));
    results.fill(place, &octets);
    if let Some((place, number)) = count {
        results.fill(place, serial::content(&number).as_bytes());
    }
    results.commit()?;
    tell(line, &wishes, &notices, session);
    if status == ExitStatus::Done && display.certificate {
        session.natively(&natively(line, &asked, &certificate, &pass));
    }
    Ok(status)
}

fn make(asked: &Asked, opening: &Opening<'_>, session: &Session<'_>) -> Result<(Certificate, Vec<Notice>), Failure> {
    let (limits, now, mut rng) = (&session.context.limits, session.context.now, SystemRandom::new());
    let subject_alt_names = asked.certified.subject_alt_names.clone();
    let details = asked.details.clone();
    let made = match &asked.signer {
        Signer::Itself { key } => {
            session.context.check_exposure(key);
            let named = Named::AsRequested { request: asked.request.clone(), subject_alt_names };
            let options = SelfSign { named, not_after: asked.not_after, is_ca: asked.certified.is_ca, details };
            self_sign(&options, key, opening, limits, now, &mut rng).map(|certificate| (certificate, Vec::new()))
        }
        Signer::Authority { certificate, key, .. } => {
            session.context.check_exposure(key);
            let path_length = details.purposes.path_length;
            let role = if asked.certified.is_ca { Role::Authority { path_length } } else { Role::EndEntity };
            let options = SignRequest { subject_alt_names, end: End::AtLatest(asked.not_after), role, details };
            sign_request(&options, &asked.request, certificate, key, opening, limits, now, &mut rng)
                .map(|signed| (signed.certificate, signed.notices))
        }
    };
    made.map_err(|error| opening.failure(&error))
}

/// Says where the certificate is not quite openssl's.
fn tell(line: &Line, wishes: &CertificationRequest, notices: &[Notice], session: &Session<'_>) {
    if !line.has("extfile") {
        let version = "the certificate is of version 3, where openssl makes one of version 1";
        let names: Vec<String> =
            wishes.subject_alt_names().unwrap_or_default().iter().map(ToString::to_string).collect();
        session.notice(&if names.is_empty() || line.has("copy_extensions") {
            version.to_owned()
        } else {
            format!("{version}, and has the names that the request asks for: {}", names.join(", "))
        });
    }
    session.context.notices(notices);
}

/// The nearest native command: digest, serial number and further uses are not asked for there.
fn natively(line: &Line, asked: &Asked, certificate: &Certificate, pass: &Pass<'_>) -> Native {
    let path = |name: &str| line.path(name).unwrap_or(Path::new("-"));
    let mut native = match &asked.signer {
        Signer::Itself { .. } => {
            let key = line.last_of(&["signkey", "key"]).unwrap_or("key");
            Native::new("selfsign").file("--key", path(key)).file("--csr", path("in"))
        }
        Signer::Authority { .. } => {
            let key = line.path("CAkey").unwrap_or(path("CA"));
            let native = Native::new("sign").word(&path("in").to_string_lossy());
            native.file("--ca-cert", path("CA")).file("--ca-key", key)
        }
    };
    for name in &asked.certified.subject_alt_names {
        native = native.option("--san", &name.to_string());
    }
    let ends = certificate.validity().map_or(asked.not_after, |validity| validity.not_after);
    native = if ends == asked.not_after && asked.days > 0 {
        native.option("--days", &asked.days.to_string())
    } else {
        native.option("--not-after", &ends.to_string())
    };
    let native = native.flag_if(asked.certified.is_ca, "--ca");
    // `selfsign` has no such option.
    let length = if line.has("CA") && asked.certified.is_ca { asked.details.purposes.path_length } else { None };
    let native = native.option_if("--path-length", length.map(|length| length.to_string()).as_deref());
    pass.natively(native).file("-o", path("out"))
}
