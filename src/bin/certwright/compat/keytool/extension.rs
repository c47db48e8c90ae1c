//! keytool's `-ext NAME{:critical}{=VALUE}`: the extensions that are made here.

use std::ffi::OsStr;

use certwright::formats::x509::{Details, ExtendedKeyUse, KeyUse, SubjectAltName, WantedExtension, WantedValue};
use certwright::untrusted::Untrusted;

use crate::report::Failure;

/// keytool's names of extensions.
const NAMES: [&str; 8] = [
    "BasicConstraints",
    "KeyUsage",
    "ExtendedKeyUsage",
    "SubjectAlternativeName",
    "IssuerAlternativeName",
    "SubjectInfoAccess",
    "AuthorityInfoAccess",
    "CRLDistributionPoints",
];

const KEY_USES: [(&str, KeyUse); 10] = [
    ("digitalSignature", KeyUse::DigitalSignature),
    ("nonRepudiation", KeyUse::NonRepudiation),
    ("contentCommitment", KeyUse::NonRepudiation),
    ("keyEncipherment", KeyUse::KeyEncipherment),
    ("dataEncipherment", KeyUse::DataEncipherment),
    ("keyAgreement", KeyUse::KeyAgreement),
    ("keyCertSign", KeyUse::KeyCertSign),
    ("cRLSign", KeyUse::CrlSign),
    ("encipherOnly", KeyUse::EncipherOnly),
    ("decipherOnly", KeyUse::DecipherOnly),
];

const PURPOSES: [&str; 7] = [
    "anyExtendedKeyUsage",
    "serverAuth",
    "clientAuth",
    "codeSigning",
    "emailProtection",
    "timeStamping",
    "OCSPSigning",
];

/// All that a line's `-ext` options ask for, in turn.
///
/// # Errors
/// A usage failure that names the extension, or the part of it, that is not made here.
pub(super) fn parse<'a>(values: impl Iterator<Item = &'a OsStr>) -> Result<Vec<WantedExtension>, Failure> {
    let mut wanted: Vec<WantedExtension> = Vec::new();
    for value in values {
        let text = value.to_str().ok_or_else(|| Failure::usage("the value of `-ext` is not UTF-8 text"))?;
        let extension = one(text)?;
        if wanted.iter().any(|before| before.name() == extension.name()) {
            return Err(refused(text, "the same extension stands there twice"));
        }
        wanted.push(extension);
    }
    Ok(wanted)
}

/// The same for a certificate: what it says besides its subject.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct OfCertificate {
    pub(super) subject_alt_names: Vec<SubjectAltName>,
    pub(super) is_ca: bool,
    pub(super) details: Details,
}

/// Takes the wishes for a certificate, in which basicConstraints and keyUsage are critical and the others are not.
///
/// # Errors
/// A usage failure for a criticality that is not made here.
pub(super) fn of_certificate(wanted: Vec<WantedExtension>) -> Result<OfCertificate, Failure> {
    let mut of = OfCertificate::default();
    for extension in wanted {
        let (name, critical) = (extension.name(), extension.critical);
        let purposes = &mut of.details.purposes;
        match extension.value {
            WantedValue::BasicConstraints { ca, path_length } => {
                of.is_ca = ca;
                purposes.path_length = path_length;
                continue;
            }
            WantedValue::KeyUsage(uses) => {
                purposes.key_uses = uses;
                continue;
            }
            WantedValue::ExtendedKeyUsage(uses) => purposes.extended_key_uses = uses,
            WantedValue::SubjectAltName(names) => of.subject_alt_names = names,
            _ => {}
        }
        if critical {
            return Err(refused(name, "it is not made critical in a certificate here; leave `:critical` out"));
        }
    }
    Ok(of)
}

fn one(text: &str) -> Result<WantedExtension, Failure> {
    let (head, value) = text.split_once('=').map_or((text, None), |(head, value)| (head, Some(value.trim())));
    let (name, flag) = head.split_once(':').map_or((head, None), |(name, flag)| (name, Some(flag)));
    let critical = match flag {
        None => false,
        Some(flag) if !flag.is_empty() && "critical".starts_with(&flag.to_ascii_lowercase()) => true,
        Some(_) => return Err(refused(text, "behind the name there may stand `:critical`")),
    };
    let parts = value.unwrap_or_default().split(',').map(str::trim).filter(|part| !part.is_empty());
    let value = match matching(name, &NAMES) {
        Some("BasicConstraints") => basic_constraints(text, parts)?,
        Some("KeyUsage") => {
            let names = KEY_USES.map(|(name, _)| name);
            let use_of = |part| {
                let found = matching(part, &names).and_then(|name| KEY_USES.iter().find(|(known, _)| *known == name));
                found.map(|(_, it)| *it).ok_or_else(|| refused(text, "it names a use of keys that there is not"))
            };
            WantedValue::KeyUsage(some(text, parts.map(use_of).collect::<Result<_, _>>()?)?)
        }
        Some("ExtendedKeyUsage") => {
            let purpose = |part| {
                let purpose = ExtendedKeyUse::parse(matching(part, &PURPOSES).unwrap_or(part));
                purpose.ok_or_else(|| refused(text, "it names a purpose that is not known here"))
            };
            WantedValue::ExtendedKeyUsage(some(text, parts.map(purpose).collect::<Result<_, _>>()?)?)
        }
        Some("SubjectAlternativeName") => {
            let name = |part: &str| SubjectAltName::parse(part).map_err(|fault| refused(text, &fault.to_string()));
            WantedValue::SubjectAltName(some(text, parts.map(name).collect::<Result<_, _>>()?)?)
        }
        Some(name) => return Err(refused(text, &format!("the extension {name} is not made here"))),
        None => {
            return Err(refused(
                text,
                "extensions by their number, and others than SAN, BC, KU and EKU, are not made here",
            ));
        }
    };
    Ok(WantedExtension { critical, value })
}

/// `ca:true,pathlen:1`, or the path length alone; nothing is a CA's without one.
fn basic_constraints<'a>(text: &str, parts: impl Iterator<Item = &'a str>) -> Result<WantedValue, Failure> {
    let number =
        |digits: &str| digits.parse::<u8>().map_err(|_| refused(text, "the path length is no number up to 255"));
    let (mut ca, mut path_length) = (true, None);
    for part in parts {
        match part.split_once(':') {
            Some((name, "true")) if name.eq_ignore_ascii_case("ca") => ca = true,
            Some((name, "false")) if name.eq_ignore_ascii_case("ca") => ca = false,
            Some((name, digits)) if name.eq_ignore_ascii_case("pathlen") => path_length = Some(number(digits)?),
            None => path_length = Some(number(part)?),
            Some(_) => return Err(refused(text, "it takes `ca:true`, `ca:false` and `pathlen:N`")),
        }
    }
    Ok(WantedValue::BasicConstraints { ca, path_length })
}

fn some<T>(text: &str, values: Vec<T>) -> Result<Vec<T>, Failure> {
    if values.is_empty() { Err(refused(text, "nothing stands behind `=`")) } else { Ok(values) }
}

/// The one of `names` that `text` begins, or whose initial and capital letters it is, in any case.
fn matching<'a>(text: &str, names: &[&'a str]) -> Option<&'a str> {
    let text = text.to_ascii_lowercase();
    let initials = |name: &str| -> String {
        let letters = name.char_indices().filter(|(index, letter)| *index == 0 || !letter.is_lowercase());
        letters.map(|(_, letter)| letter.to_ascii_lowercase()).collect()
    };
    if let Some(name) = names.iter().find(|name| name.eq_ignore_ascii_case(&text)) {
        return Some(name);
    }
    let is_it =
        |name: &&&str| !text.is_empty() && (name.to_ascii_lowercase().starts_with(&text) || initials(name) == text);
    let mut found = names.iter().filter(is_it);
    match (found.next(), found.next()) {
        (Some(name), None) => Some(name),
        _ => None,
    }
}

fn refused(text: &str, why: &str) -> Failure {
    Failure::usage(format!("`-ext {}` cannot be done: {why}", Untrusted(text)))
        .hint("such as `-ext SAN=dns:example.com,ip:192.0.2.1`, `-ext BC=ca:true`, `-ext KU=digitalSignature` and `-ext EKU=serverAuth`")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(texts: &[&str]) -> Result<Vec<WantedExtension>, Failure> {
        parse(texts.iter().map(OsStr::new))
    }

    #[test]
    fn names_and_words_are_taken_as_short_as_keytool_takes_them() {
        let names = vec![SubjectAltName::parse("dns:a").unwrap(), SubjectAltName::parse("ip:192.0.2.1").unwrap()];
        let uses = vec![KeyUse::DigitalSignature, KeyUse::KeyCertSign];
        for (text, critical, value) in [
            ("SAN=dns:a,ip:192.0.2.1", false, WantedValue::SubjectAltName(names)),
            ("ku:critical=dig,kCS", true, WantedValue::KeyUsage(uses)),
            ("eku=sA", false, WantedValue::ExtendedKeyUsage(vec![ExtendedKeyUse::SERVER_AUTH])),
            (
                "ExtendedkeyUsage=1.3.6.1.5.5.7.3.2",
                false,
                WantedValue::ExtendedKeyUsage(vec![ExtendedKeyUse::CLIENT_AUTH]),
            ),
            ("bc", false, WantedValue::BasicConstraints { ca: true, path_length: None }),
            ("BC:c=ca:true,pathlen:1", true, WantedValue::BasicConstraints { ca: true, path_length: Some(1) }),
            ("bc=0", false, WantedValue::BasicConstraints { ca: true, path_length: Some(0) }),
            ("basic=ca:false", false, WantedValue::BasicConstraints { ca: false, path_length: None }),
        ] {
            assert_eq!(parsed(&[text]), Ok(vec![WantedExtension { critical, value }]), "{text}");
        }
    }

    #[test]
    fn what_is_not_made_is_refused_by_its_name() {
        for text in [
            "crl=uri:http://x",
            "1.2.3=00",
            "aia=ocsp:uri:http://x",
            "san",
            "ku=",
            "ku=key",
            "eku=nonsense",
            "bc=ca:maybe",
            "san:sure=dns:a",
            "honored=all",
            "",
            "san=rid:1.2.3",
        ] {
            let failure = parsed(&[text]).unwrap_err();
            assert!(failure.message.starts_with(&format!("`-ext {text}` cannot be done: ")), "{}", failure.message);
        }
        assert!(parsed(&["san=dns:a", "SAN=dns:b"]).is_err(), "twice");
        let critical = parsed(&["eku:critical=serverAuth"]).unwrap();
        assert!(of_certificate(critical).unwrap_err().message.contains("extKeyUsage"));
    }

    #[test]
    fn a_certificate_takes_all_of_them() {
        let of = of_certificate(parsed(&["bc=2", "ku=keyCertSign", "eku=serverAuth", "san=dns:a"]).unwrap()).unwrap();
        assert!(of.is_ca && of.subject_alt_names.len() == 1);
        let purposes = of.details.purposes;
        assert_eq!((purposes.path_length, purposes.key_uses), (Some(2), vec![KeyUse::KeyCertSign]));
        assert_eq!(purposes.extended_key_uses, [ExtendedKeyUse::SERVER_AUTH]);
    }
}
