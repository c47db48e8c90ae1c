//! Names as keytool prints them: X.500 names with their last part first, and the alternative names of extensions.

use std::net::{Ipv4Addr, Ipv6Addr};

use certwright::formats::Error;
use certwright::formats::asn1::{Item, tag};
use certwright::formats::x509::DistinguishedName;
use certwright::untrusted::Untrusted;

/// Java's keywords for the attributes of names; others are `OID.` and the number.
const KEYWORDS: &[(&str, &str)] = &[
    ("2.5.4.3", "CN"),
    ("2.5.4.6", "C"),
    ("2.5.4.7", "L"),
    ("2.5.4.8", "ST"),
    ("2.5.4.10", "O"),
    ("2.5.4.11", "OU"),
    ("2.5.4.12", "T"),
    ("2.5.4.9", "STREET"),
    ("0.9.2342.19200300.100.1.25", "DC"),
    ("2.5.4.46", "DNQ"),
    ("2.5.4.4", "SURNAME"),
    ("2.5.4.42", "GIVENNAME"),
    ("2.5.4.43", "INITIALS"),
    ("2.5.4.44", "GENERATION"),
    ("1.2.840.113549.1.9.1", "EMAILADDRESS"),
    ("0.9.2342.19200300.100.1.1", "UID"),
    ("2.5.4.5", "SERIALNUMBER"),
];

/// The name as Java's `X500Name` writes it, such as `CN=example, O="Foo, Inc.", C=DE`.
pub(crate) fn distinguished(name: &DistinguishedName) -> String {
    name.to_der().ok().and_then(|der| of_der(&der).ok()).unwrap_or_else(|| Untrusted(&name.to_string()).to_string())
}

/// The same from the DER of the name.
pub(super) fn of_der(der: &[u8]) -> Result<String, Error> {
    let mut parts = Vec::new();
    for rdn in Item::only(der)?.children()?.iter().rev() {
        let attributes = rdn.children()?;
        let shown: Vec<String> = attributes.iter().map(attribute).collect::<Result<_, _>>()?;
        parts.push(shown.join(" + "));
    }
    Ok(parts.join(", "))
}

fn attribute(item: &Item<'_>) -> Result<String, Error> {
    let parts = item.children()?;
    let oid = parts.first().and_then(Item::oid).unwrap_or_default();
    let keyword = KEYWORDS.iter().find(|(known, _)| *known == oid);
    let keyword = keyword.map_or_else(|| format!("OID.{oid}"), |(_, keyword)| (*keyword).to_owned());
    let value = parts.get(1).map(|value| match text(value) {
        Some(text) => Untrusted(&quoted(&text)).to_string(),
        None => format!("#{}", value.raw.iter().map(|octet| format!("{octet:02x}")).collect::<String>()),
    });
    Ok(format!("{keyword}={}", value.unwrap_or_default()))
}

/// The text of a value of a string type.
fn text(value: &Item<'_>) -> Option<String> {
    /// PrintableString, NumericString, VisibleString, GeneralString.
    const ASCII: [u8; 4] = [0x13, 0x12, 0x1a, 0x1b];
    /// TeletexString, which Java reads as Latin-1.
    const TELETEX: u8 = 0x14;
    let latin = || Some(value.content.iter().map(|octet| char::from(*octet)).collect());
    match value.identifier {
        tag::UTF8_STRING => Some(String::from_utf8_lossy(value.content).into_owned()),
        tag::IA5_STRING | TELETEX => latin(),
        identifier if ASCII.contains(&identifier) => latin(),
        tag::BMP_STRING => {
            let units = value.content.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
            Some(char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect())
        }
        _ => None,
    }
}

/// In quotes where the text has special characters, or spaces at an end or side by side.
fn quoted(text: &str) -> String {
    let is_quoted = text.len() > 1 && text.starts_with('"') && text.ends_with('"');
    if is_quoted {
        return text.to_owned();
    }
    let is_special = |character: char| ",+=\n<>#;\\\"".contains(character);
    let has_loose_spaces = text.starts_with(' ') || text.ends_with(' ') || text.contains("  ");
    if !text.contains(is_special) && !has_loose_spaces {
        return text.to_owned();
    }
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// A `GeneralName` (RFC 5280 section 4.2.1.6) as Java writes it, such as `DNSName: example.com`.
pub(super) fn general(name: &Item<'_>) -> Result<String, Error> {
    const OTHER: u8 = tag::explicit(0);
    const EMAIL: u8 = tag::implicit(1);
    const DNS: u8 = tag::implicit(2);
    const DIRECTORY: u8 = tag::explicit(4);
    const URI: u8 = tag::implicit(6);
    const IP: u8 = tag::implicit(7);
    const REGISTERED: u8 = tag::implicit(8);
    let ascii = || Untrusted(&String::from_utf8_lossy(name.content)).to_string();
    Ok(match name.identifier {
        OTHER => {
            let id = name.children()?.first().and_then(Item::oid).unwrap_or_default();
            format!("Other-Name: Unrecognized ObjectIdentifier: {id}")
        }
        EMAIL => format!("RFC822Name: {}", ascii()),
        DNS => format!("DNSName: {}", ascii()),
        DIRECTORY => of_der(name.content)?,
        URI => format!("URIName: {}", ascii()),
        IP => format!("IPAddress: {}", address(name.content)),
        REGISTERED => format!("OIDName: {}", name.oid().unwrap_or_default()),
        _ => format!("Unrecognized GeneralName: {} bytes", name.content.len()),
    })
}

/// An address; Java shortens none of version 6.
fn address(octets: &[u8]) -> String {
    if let Ok(octets) = <[u8; 4]>::try_from(octets) {
        return Ipv4Addr::from(octets).to_string();
    }
    match <[u8; 16]>::try_from(octets) {
        Ok(octets) => Ipv6Addr::from(octets).segments().map(|segment| format!("{segment:x}")).join(":"),
        Err(_) => octets.iter().map(|octet| format!("{octet:02x}")).collect(),
    }
}
