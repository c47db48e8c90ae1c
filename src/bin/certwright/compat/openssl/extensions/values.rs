//! What stands behind the `=` of an extension.

use certwright::formats::x509::{ExtendedKeyUse, KeyUse, SubjectAltName, WantedExtension, WantedValue};

use super::{Asked, For};
use crate::compat::openssl::config::{Config, Entry};
use crate::report::Failure;

/// Reads one `name = value` of a section of extensions.
///
/// # Errors
/// A [`Failure`] that names file, line and extension.
pub(super) fn read(config: &Config, entry: &Entry, whose: For) -> Result<Asked, Failure> {
    let fault = |fault: String| config.fault_at(entry, &fault);
    let (critical, value) = match entry.value.strip_prefix("critical") {
        Some(rest) if rest.trim_ascii_start().starts_with(',') => {
            (true, rest.trim_ascii_start().trim_start_matches(',').trim_ascii())
        }
        _ => (false, entry.value.trim_ascii()),
    };
    let value = match entry.name.as_str() {
        "subjectAltName" => WantedValue::SubjectAltName(names(config, entry, value)?),
        "basicConstraints" => constraints(&parts(config, entry, value)?).map_err(fault)?,
        "keyUsage" => {
            let use_of = |part: &str| KeyUse::from_name(part).ok_or_else(|| format!("`{part}` is no use of a key"));
            let uses: Result<Vec<KeyUse>, String> = list(value).map(use_of).collect();
            WantedValue::KeyUsage(uses.map_err(fault)?)
        }
        "extendedKeyUsage" => {
            let purpose = |part: &str| {
                ExtendedKeyUse::parse(part).ok_or_else(|| format!("`{part}` is no purpose that is known here"))
            };
            let uses: Result<Vec<ExtendedKeyUse>, String> = list(value).map(purpose).collect();
            WantedValue::ExtendedKeyUsage(uses.map_err(fault)?)
        }
        "subjectKeyIdentifier" if value == "hash" && !critical => match whose {
            For::Certificate => return Ok(Asked::Always(None)),
            For::Request => WantedValue::SubjectKeyIdentifier,
        },
        "subjectKeyIdentifier" => {
            return Err(fault("only `hash` is offered here, the identifier that is made of the key".to_owned()));
        }
        "authorityKeyIdentifier" => return authority(value, whose).map_err(fault),
        _ => return Err(fault("this extension is not offered here".to_owned())),
    };
    if matches!(&value, WantedValue::KeyUsage(uses) if uses.is_empty())
        || matches!(&value, WantedValue::ExtendedKeyUsage(uses) if uses.is_empty())
        || matches!(&value, WantedValue::SubjectAltName(names) if names.is_empty())
    {
        return Err(fault("it says nothing".to_owned()));
    }
    if critical && whose == For::Certificate && matches!(value, WantedValue::SubjectAltName(_)) {
        return Err(fault("it is critical only beside an empty subject (RFC 5280 section 4.2.1.6)".to_owned()));
    }
    Ok(Asked::Extension(WantedExtension { critical, value }))
}

/// The parts of a list, without what is empty.
fn list(value: &str) -> impl Iterator<Item = &str> {
    value.split(',').map(str::trim_ascii).filter(|part| !part.is_empty())
}

/// The `KIND:VALUE` pairs of a value, or of the section that it names with `@`.
fn parts(config: &Config, entry: &Entry, value: &str) -> Result<Vec<(String, String)>, Failure> {
    if let Some(section) = value.strip_prefix('@') {
        let entries = config
            .section(section)
            .ok_or_else(|| config.fault_at(entry, &format!("the section `{section}` is not there")))?;
        // `DNS.1` and `DNS.2` are two of one kind.
        let kind = |entry: &Entry| entry.name.split_once('.').map_or(entry.name.clone(), |(kind, _)| kind.to_owned());
        return Ok(entries.iter().map(|entry| (kind(entry), entry.value.trim_ascii().to_owned())).collect());
    }
    let pair = |part: &str| {
        let (kind, value) = part.split_once(':').unwrap_or((part, ""));
        (kind.trim_ascii().to_owned(), value.trim_ascii().to_owned())
    };
    Ok(list(value).map(pair).collect())
}

fn names(config: &Config, entry: &Entry, value: &str) -> Result<Vec<SubjectAltName>, Failure> {
    let mut names = Vec::new();
    for (kind, value) in parts(config, entry, value)? {
        let fault = |fault: String| config.fault_at(entry, &fault);
        let known = ["DNS", "IP", "URI", "email"].into_iter().find(|known| known.eq_ignore_ascii_case(&kind));
        let Some(known) = known else {
            return Err(fault(format!(
                "`{kind}` is no kind of name that is offered here; there are DNS, IP, email and URI"
            )));
        };
        if known == "email" && matches!(value.as_str(), "copy" | "move") {
            return Err(fault(format!("`email:{value}` is not offered here: write the address itself")));
        }
        names.push(SubjectAltName::parse(&format!("{known}:{value}")).map_err(|error| fault(error.to_string()))?);
    }
    Ok(names)
}

fn constraints(parts: &[(String, String)]) -> Result<WantedValue, String> {
    let (mut ca, mut path_length) = (false, None);
    for (kind, value) in parts {
        match kind.as_str() {
            "CA" => {
                ca = match value.as_str() {
                    "TRUE" | "true" | "Y" | "y" | "YES" | "yes" => true,
                    "FALSE" | "false" | "N" | "n" | "NO" | "no" => false,
                    other => return Err(format!("`CA:{other}` is neither true nor false")),
                };
            }
            "pathlen" => {
                let number = value.parse().map_err(|_| format!("`pathlen:{value}` is no number up to 255"))?;
                path_length = Some(number);
            }
            other => return Err(format!("`{other}` is neither `CA` nor `pathlen`")),
        }
    }
    match (ca, path_length) {
        (false, Some(_)) => Err("`pathlen` has a meaning only with `CA:TRUE` (RFC 5280 section 4.2.1.9)".to_owned()),
        _ => Ok(WantedValue::BasicConstraints { ca, path_length }),
    }
}

/// A certificate always names the key that signed it, and never its issuer's own issuer.
fn authority(value: &str, whose: For) -> Result<Asked, String> {
    if whose == For::Request {
        return Err("a request has no issuer yet: leave it out".to_owned());
    }
    let mut notice = None;
    for part in list(value) {
        match part {
            "keyid" | "keyid:always" | "issuer" => {}
            "issuer:always" => {
                let text = "authorityKeyIdentifier holds the key's identifier, without the issuer's name and serial \
                            number: paths are built by it, and a renewed CA does not break them";
                notice = Some(text.to_owned());
            }
            other => return Err(format!("`{other}` is not offered here; there are `keyid` and `issuer`")),
        }
    }
    Ok(Asked::Always(notice))
}
