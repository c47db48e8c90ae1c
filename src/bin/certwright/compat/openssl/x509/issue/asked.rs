//! What a line of `openssl x509 -req` asks for: who signs, for how long, with which extensions.

use certwright::clock::Timestamp;
use certwright::files::Input;
use certwright::formats::pkcs10::CertificationRequest;
use certwright::formats::x509::{Details, KeyUse, SerialNumberError};
use certwright::operations::Notice;

use crate::compat::line::Line;
use crate::compat::openssl::config::Config;
use crate::compat::openssl::extensions::{Certified, For, Wanted};
use crate::compat::openssl::x509::digest;
use crate::compat::openssl::x509::serial::{self, Counted};
use crate::compat::session::Session;
use crate::exit::ExitStatus;
use crate::password::from_environment;
use crate::report::Failure;

/// As openssl has it.
const DEFAULT_DAYS: u32 = 30;

/// Who signs.
pub(super) enum Signer {
    Itself { key: Input },
    Authority { certificate: Input, key: Input, counted: Option<Counted> },
}

/// What the line asks for beside the request.
pub(super) struct Asked {
    pub(super) request: Input,
    pub(super) signer: Signer,
    pub(super) certified: Certified,
    pub(super) details: Details,
    pub(super) days: u32,
    pub(super) not_after: Timestamp,
}

/// That nothing is asked for that cannot stand together.
///
/// # Errors
/// A usage failure that names the options.
pub(in crate::compat::openssl::x509) fn check(line: &Line) -> Result<(), Failure> {
    let by_itself = line.last_of(&["signkey", "key"]);
    match (line.has("CA"), by_itself) {
        (true, Some(key)) => {
            return Err(Failure::usage(format!("`-CA` and `-{key}` both say who signs"))
                .hint("leave one of the two out: `-signkey` is for a certificate that signs itself"));
        }
        (false, None) => {
            return Err(Failure::usage("a key is needed to sign with")
                .hint("give the request's own with `-signkey FILE`, or a CA's with `-CA FILE -CAkey FILE`"));
        }
        (false, Some(_)) => {
            if let Some(option) = line.last_of(&["CAkey", "CAserial", "CAcreateserial"]) {
                return Err(Failure::usage(format!("`-{option}` needs `-CA`")));
            }
        }
        (true, None) => {}
    }
    if line.has("extensions") && !line.has("extfile") {
        return Err(Failure::usage("`-extensions` needs the `-extfile` that has the section"));
    }
    let none = line.text("copy_extensions")?.is_some_and(|value| value.eq_ignore_ascii_case("none"));
    if none || line.has("clrext") {
        let option = if none { "-copy_extensions none" } else { "-clrext" };
        return Err(Failure::usage(format!("`{option}` of `openssl x509` is not offered here"))
            .hint("the names that a request asks for are kept; make the request without them"));
    }
    match line.text("copy_extensions")? {
        Some("copy" | "copyall") | None => Ok(()),
        Some(_) => Err(Failure::usage("`-copy_extensions` is copy or copyall")),
    }
}

/// Reads all that the line names.
///
/// # Errors
/// A [`Failure`] that names the option or file.
pub(super) fn read(line: &Line, request: Input, session: &Session<'_>) -> Result<Asked, Failure> {
    let parse = |text: &str| {
        text.parse().map_err(|fault: SerialNumberError| {
            Failure::usage(format!("`-set_serial` cannot be used: {fault}"))
                .hint("leave it out for a number that nobody can guess")
        })
    };
    let serial_number = line.text("set_serial")?.map(parse).transpose()?;
    let signer = match line.path("CA") {
        Some(authority) => {
            let certificate = session.input(Some(authority))?;
            let key = match line.path("CAkey") {
                Some(path) if path != authority => session.input(Some(path))?,
                _ => certificate.clone(),
            };
            let counted = if serial_number.is_none() { serial::next(line, authority, session)? } else { None };
            Signer::Authority { certificate, key, counted }
        }
        None => Signer::Itself { key: session.input(line.path(line.last_of(&["signkey", "key"]).unwrap_or("key")))? },
    };
    let counted = match &signer {
        Signer::Authority { counted: Some(counted), .. } => Some(counted.number.clone()),
        _ => None,
    };
    let certified = extensions(line, session)?;
    let days = line.number("days")?.unwrap_or(DEFAULT_DAYS);
    let not_after = session.context.now.plus_days(days);
    Ok(Asked {
        request,
        signer,
        details: Details {
            purposes: certified.purposes.clone(),
            digest: digest(line).map(|(_, digest)| digest),
            serial_number: serial_number.or(counted),
        },
        certified,
        days,
        not_after: not_after.map_err(|fault| Failure::usage(format!("`-days` cannot be used: {fault}")))?,
    })
}

/// The extensions of `-extfile`.
fn extensions(line: &Line, session: &Session<'_>) -> Result<Certified, Failure> {
    let Some(path) = line.path("extfile") else { return Ok(Certified::default()) };
    let input = Input::read(path, &session.context.limits)?;
    let text = std::str::from_utf8(input.bytes()).map_err(|_| {
        Failure::new("configuration", ExitStatus::Failed, format!("`{}` is not UTF-8 text", input.name()))
    })?;
    let environment = |name: &str| from_environment(name).ok().map(|value| value.expose().to_owned());
    let config = Config::parse(input.name(), text, &environment)?;
    let mut wanted = Wanted::nothing(For::Certificate);
    match line.text("extensions")?.or_else(|| config.value("default", "extensions")) {
        Some(section) => wanted.add_section(&config, section)?,
        None => wanted.add_section(&config, "default")?,
    }
    wanted.notices().iter().for_each(|notice| session.notice(notice));
    let certified = wanted.certified();
    let signs = certified.purposes.key_uses.iter().find(|it| matches!(it, KeyUse::KeyCertSign | KeyUse::CrlSign));
    match signs {
        Some(signs) if !certified.is_ca => {
            let fault = format!("keyUsage has {}, and basicConstraints has no CA:TRUE", signs.name());
            Err(config.fault_of_file(&fault).hint("only a CA signs certificates (RFC 5280 section 4.2.1.3)"))
        }
        _ => Ok(certified),
    }
}

/// Lets a certificate that signs itself say all that its request asks for.
///
/// # Errors
/// When the request's extensions cannot be read.
pub(super) fn copy_wishes(
    wishes: &CertificationRequest,
    asked: &mut Asked,
    session: &Session<'_>,
) -> Result<(), Failure> {
    let fault = |error| Failure::from_error(&error, "malformed", ExitStatus::Failed);
    let requested = wishes.requested().map_err(fault)?;
    asked.certified.is_ca |= requested.is_ca;
    let purposes = &mut asked.details.purposes;
    purposes.path_length = purposes.path_length.or(requested.purposes.path_length);
    if purposes.key_uses.is_empty() {
        purposes.key_uses = requested.purposes.key_uses;
    }
    if purposes.extended_key_uses.is_empty() {
        purposes.extended_key_uses = requested.purposes.extended_key_uses;
    }
    for other in requested.others {
        session.context.notices(&[Notice::RequestNotGranted(other)]);
    }
    Ok(())
}
