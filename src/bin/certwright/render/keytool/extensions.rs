//! The extensions of a certificate as keytool prints them: numbered, in the order of Java's names for them.

use certwright::clock::Timestamp;
use certwright::formats::Error;
use certwright::formats::asn1::{Item, tag};
use certwright::formats::x509::{ExtensionValue, StatedExtension};
use certwright::untrusted::Untrusted;

use super::{hex_dump, moment, name};

/// Extensions that are taken apart, with the names by which Java sorts them. Others are sorted by their numbers, which
/// come before all names, and dumped.
const SORTED_AS: &[(&str, &str)] = &[
    ("1.3.6.1.5.5.7.1.1", "AuthorityInfoAccess"),
    ("2.5.29.35", "AuthorityKeyIdentifier"),
    ("2.5.29.19", "BasicConstraints"),
    ("2.5.29.31", "CRLDistributionPoints"),
    ("2.5.29.32", "CertificatePolicies"),
    ("2.5.29.37", "ExtendedKeyUsage"),
    ("2.5.29.46", "FreshestCRL"),
    ("2.5.29.54", "InhibitAnyPolicy"),
    ("2.5.29.18", "IssuerAlternativeName"),
    ("2.5.29.15", "KeyUsage"),
    ("2.5.29.30", "NameConstraints"),
    ("2.16.840.1.113730.1.1", "NetscapeCertType"),
    ("2.5.29.36", "PolicyConstraints"),
    ("2.5.29.33", "PolicyMappings"),
    ("2.5.29.16", "PrivateKeyUsage"),
    ("2.5.29.17", "SubjectAlternativeName"),
    ("1.3.6.1.5.5.7.1.11", "SubjectInfoAccess"),
    ("2.5.29.14", "SubjectKeyIdentifier"),
];

/// Java's names of keyUsage's bits, in their order (RFC 5280 section 4.2.1.3).
const KEY_USAGES: [(&str, &str); 9] = [
    ("digitalSignature", "DigitalSignature"),
    ("nonRepudiation", "Non_repudiation"),
    ("keyEncipherment", "Key_Encipherment"),
    ("dataEncipherment", "Data_Encipherment"),
    ("keyAgreement", "Key_Agreement"),
    ("keyCertSign", "Key_CertSign"),
    ("cRLSign", "Crl_Sign"),
    ("encipherOnly", "Encipher_Only"),
    ("decipherOnly", "Decipher_Only"),
];

/// Netscape's kinds of certificates by their bits; Java ends no line after the last.
const NETSCAPE_TYPES: [(u8, &str); 7] = [
    (0x80, "   SSL client\n"),
    (0x40, "   SSL server\n"),
    (0x20, "   S/MIME\n"),
    (0x10, "   Object Signing\n"),
    (0x04, "   SSL CA\n"),
    (0x02, "   S/MIME CA\n"),
    (0x01, "   Object Signing CA"),
];

/// Purposes that have a name in Java.
const PURPOSES: &[(&str, &str)] = &[
    ("2.5.29.37.0", "anyExtendedKeyUsage"),
    ("1.3.6.1.5.5.7.3.1", "serverAuth"),
    ("1.3.6.1.5.5.7.3.2", "clientAuth"),
    ("1.3.6.1.5.5.7.3.3", "codeSigning"),
    ("1.3.6.1.5.5.7.3.4", "emailProtection"),
    ("1.3.6.1.5.5.7.3.5", "ipsecEndSystem"),
    ("1.3.6.1.5.5.7.3.6", "ipsecTunnel"),
    ("1.3.6.1.5.5.7.3.7", "ipsecUser"),
    ("1.3.6.1.5.5.7.3.8", "timeStamping"),
    ("1.3.6.1.5.5.7.3.9", "OCSPSigning"),
];

/// Methods of authorityInfoAccess and subjectInfoAccess (RFC 5280 section 4.2.2).
const METHODS: &[(&str, &str)] = &[
    ("1.3.6.1.5.5.7.48.1", "ocsp"),
    ("1.3.6.1.5.5.7.48.2", "caIssuers"),
    ("1.3.6.1.5.5.7.48.3", "timeStamping"),
    ("1.3.6.1.5.5.7.48.5", "caRepository"),
];

/// All of them under their heading; nothing where there are none.
pub(super) fn text(extensions: &[StatedExtension]) -> String {
    if extensions.is_empty() {
        return String::new();
    }
    let mut sorted: Vec<&StatedExtension> = extensions.iter().collect();
    sorted.sort_by_key(|extension| named(SORTED_AS, &extension.oid));
    let mut text = "\nExtensions: \n\n".to_owned();
    for (index, extension) in sorted.into_iter().enumerate() {
        let head = format!("#{}: ObjectId: {} Criticality={}\n", index + 1, extension.oid, extension.critical);
        let body = body(extension).ok().flatten().unwrap_or_else(|| format!("{}\n", dump(&extension.octets)));
        text.push_str(&format!("{head}{body}\n"));
    }
    text
}

fn dump(octets: &[u8]) -> String {
    if octets.is_empty() { "<Empty value>\n".to_owned() } else { hex_dump(octets) }
}

/// `None` for what is dumped.
fn body(extension: &StatedExtension) -> Result<Option<String>, Error> {
    let octets = &extension.octets;
    let value = extension.value.as_ref();
    Ok(Some(match (extension.oid.as_str(), value) {
        ("2.5.29.14", Ok(ExtensionValue::SubjectKeyIdentifier(key))) => {
            format!("SubjectKeyIdentifier [\n{}]\n", key_identifier(key))
        }
        ("2.5.29.15", Ok(ExtensionValue::Words(uses))) => {
            let set = KEY_USAGES.iter().filter(|(name, _)| uses.iter().any(|it| it == name));
            format!("KeyUsage [\n{}]\n", set.map(|(_, name)| format!("  {name}\n")).collect::<String>())
        }
        ("2.5.29.17", _) => format!("SubjectAlternativeName [\n{}]\n", name_lines(octets)?),
        ("2.5.29.18", _) => format!("IssuerAlternativeName [\n{}]\n", name_lines(octets)?),
        ("2.5.29.19", Ok(ExtensionValue::BasicConstraints { ca, path_length })) => {
            let length = match path_length {
                Some(length) if *ca => format!("PathLen:{length}"),
                None if *ca => "PathLen: no limit".to_owned(),
                _ => "PathLen: undefined".to_owned(),
            };
            format!("BasicConstraints:[\n  CA:{ca}\n  {length}\n]\n")
        }
        ("2.5.29.31", _) => format!("CRLDistributionPoints [\n  {}]\n", points(octets)?),
        ("2.5.29.46", _) => format!("FreshestCRL [\n  {}]\n", points(octets)?),
        ("2.5.29.32", _) => format!("CertificatePolicies [\n{}]\n", policies(octets)?),
        ("2.5.29.35", _) => authority_key_identifier(octets)?,
        ("2.5.29.37", _) => {
            let uses = Item::only(octets)?.children()?;
            let uses: Vec<String> = uses.iter().map(|it| format!("  {}", named(PURPOSES, &oid(it)))).collect();
            format!("ExtendedKeyUsages [\n{}\n]\n", uses.join("\n"))
        }
        ("2.5.29.16", _) => format!("PrivateKeyUsage: [\n{}]\n", period(octets)?),
        ("2.16.840.1.113730.1.1", _) => {
            let set = Item::only(octets)?.bits().first().copied().unwrap_or_default();
            let kinds = NETSCAPE_TYPES.iter().filter(|(bit, _)| set & bit != 0).map(|(_, shown)| *shown);
            format!("NetscapeCertType [\n{}]\n", kinds.collect::<String>())
        }
        ("1.3.6.1.5.5.7.1.1", _) => format!("AuthorityInfoAccess [\n  [{}]\n]\n", accesses(octets)?),
        ("1.3.6.1.5.5.7.1.11", _) => format!("SubjectInfoAccess [\n  [{}]\n]\n", accesses(octets)?),
        _ => return Ok(None),
    }))
}

fn key_identifier(octets: &[u8]) -> String {
    format!("KeyIdentifier [\n{}]\n", hex_dump(octets))
}

fn authority_key_identifier(octets: &[u8]) -> Result<String, Error> {
    const KEY: u8 = tag::implicit(0);
    const ISSUER: u8 = tag::explicit(1);
    const SERIAL: u8 = tag::implicit(2);
    let mut text = "AuthorityKeyIdentifier [\n".to_owned();
    for part in Item::only(octets)?.children()? {
        match part.identifier {
            KEY => text.push_str(&key_identifier(part.content)),
            ISSUER => text.push_str(&format!("[{}]\n", names(&part)?.join(", "))),
            SERIAL => {
                let octets: Vec<String> = part.content.iter().map(|octet| format!("{octet:02x}")).collect();
                text.push_str(&format!("SerialNumber: {}\n", octets.join(":")));
            }
            _ => {}
        }
    }
    Ok(text + "]\n")
}

/// `PrivateKeyUsagePeriod` of RFC 3280 section 4.2.1.4.
fn period(octets: &[u8]) -> Result<String, Error> {
    const NOT_BEFORE: u8 = tag::implicit(0);
    let mut shown = Vec::new();
    for part in Item::only(octets)?.children()? {
        let word = if part.identifier == NOT_BEFORE { "From" } else { "To" };
        let text = String::from_utf8_lossy(part.content);
        let time = generalized(&text).map_or_else(|| Untrusted(&text).to_string(), moment);
        shown.push(format!("{word}: {time}"));
    }
    Ok(shown.join(", "))
}

/// A moment such as `20061127202342Z`, the only form that DER has for whole seconds.
fn generalized(text: &str) -> Option<Timestamp> {
    let digits =
        text.strip_suffix('Z').filter(|rest| rest.len() == 14 && rest.bytes().all(|it| it.is_ascii_digit()))?;
    let (date, time) = digits.split_at(8);
    let (year, day) = date.split_at(4);
    format!("{year}-{}-{}T{}:{}:{}Z", &day[..2], &day[2..], &time[..2], &time[2..4], &time[4..]).parse().ok()
}

fn names(list: &Item<'_>) -> Result<Vec<String>, Error> {
    list.children()?.iter().map(name::general).collect()
}

fn name_lines(octets: &[u8]) -> Result<String, Error> {
    Ok(names(&Item::only(octets)?)?.iter().map(|name| format!("  {name}\n")).collect())
}

fn accesses(octets: &[u8]) -> Result<String, Error> {
    let mut shown = Vec::new();
    for access in Item::only(octets)?.children()? {
        if let [method, location] = access.children()?.as_slice() {
            let location = name::general(location)?;
            shown.push(format!("\n   accessMethod: {}\n   accessLocation: {location}\n", named(METHODS, &oid(method))));
        }
    }
    Ok(shown.join(", "))
}

/// `CRLDistributionPoints`, RFC 5280 section 4.2.1.13. A point that is not said by its full name is dumped.
fn points(octets: &[u8]) -> Result<String, Error> {
    const FIELD: u8 = tag::explicit(0);
    let mut shown = Vec::new();
    for point in Item::only(octets)?.children()? {
        let mut text = String::new();
        for part in point.children()? {
            let full = if part.identifier == FIELD { part.children()? } else { Vec::new() };
            match full.as_slice() {
                [full] if full.identifier == FIELD => {
                    text.push_str(&format!("DistributionPoint:\n     [{}]\n", names(full)?.join(", ")));
                }
                _ => text.push_str(&hex_dump(part.raw)),
            }
        }
        shown.push(text);
    }
    Ok(format!("[{}]", shown.join(", ")))
}

fn policies(octets: &[u8]) -> Result<String, Error> {
    let mut text = String::new();
    for policy in Item::only(octets)?.children()? {
        let parts = policy.children()?;
        let mut qualifiers = Vec::new();
        for qualifier in parts.get(1).map(Item::children).transpose()?.unwrap_or_default() {
            if let [id, value] = qualifier.children()?.as_slice() {
                let dump = hex_dump(value.raw);
                qualifiers.push(format!("PolicyQualifierInfo: [\n  qualifierID: {}\n  qualifier: {dump}\n]", oid(id)));
            }
        }
        let id = parts.first().map(oid).unwrap_or_default();
        text.push_str(&format!("  [CertificatePolicyId: [{id}]\n[{}]  ]\n", qualifiers.join(", ")));
    }
    Ok(text)
}

fn oid(item: &Item<'_>) -> String {
    item.oid().unwrap_or_default()
}

/// The name that the table has for an identifier, else the identifier.
fn named(table: &[(&str, &str)], oid: &str) -> String {
    let known = table.iter().find(|(dotted, _)| *dotted == oid);
    known.map_or_else(|| Untrusted(oid).to_string(), |(_, name)| (*name).to_owned())
}
