//! Names as RFC 4514 text.

use std::fmt;

use der::asn1::Any;
use der::{Encode, Tag, Tagged};
use x509_cert::attr::AttributeTypeAndValue;
use x509_cert::name::Name;

use super::attribute::AttributeType;

/// Writes `name` with its last RDN first, RFC 4514 section 2.1.
pub(super) fn rdns(name: &Name, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let rdns: Vec<_> = name.iter_rdn().collect();
    for (index, rdn) in rdns.into_iter().rev().enumerate() {
        f.write_str(if index == 0 { "" } else { "," })?;
        for (index, attribute) in rdn.iter().enumerate() {
            f.write_str(if index == 0 { "" } else { "+" })?;
            write_attribute(attribute, f)?;
        }
    }
    Ok(())
}

/// The text of a value, if it is of a string type and follows its rules.
///
/// TeletexString is read as Latin-1, which is what programs put there whatever T.61 says.
pub(super) fn text(value: &Any) -> Option<String> {
    let octets = value.value();
    match value.tag() {
        Tag::Utf8String => String::from_utf8(octets.to_vec()).ok(),
        Tag::PrintableString | Tag::Ia5String | Tag::NumericString | Tag::VisibleString => {
            octets.is_ascii().then(|| octets.iter().map(|octet| char::from(*octet)).collect())
        }
        Tag::TeletexString => Some(octets.iter().map(|octet| char::from(*octet)).collect()),
        Tag::BmpString if octets.len().is_multiple_of(2) => {
            let units = octets.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
            char::decode_utf16(units).collect::<Result<_, _>>().ok()
        }
        _ => None,
    }
}

/// `keyword=text`, or `oid=#hex` for what has no keyword or is no text, RFC 4514 sections 2.3 and 2.4.
fn write_attribute(attribute: &AttributeTypeAndValue, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let kind = AttributeType(attribute.oid);
    match (kind.keyword(), text(&attribute.value)) {
        (Some(keyword), Some(text)) => {
            write!(f, "{keyword}=")?;
            write_escaped(&text, f)
        }
        _ => {
            write!(f, "{}=#", kind.name())?;
            let octets = attribute.value.to_der().map_err(|_| fmt::Error)?;
            octets.iter().try_for_each(|octet| write!(f, "{octet:02x}"))
        }
    }
}

fn write_escaped(text: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let last = text.chars().count().saturating_sub(1);
    for (index, character) in text.chars().enumerate() {
        let special = match character {
            '"' | '+' | ',' | ';' | '<' | '>' | '\\' => true,
            '#' => index == 0,
            ' ' => index == 0 || index == last,
            _ => false,
        };
        if character.is_control() {
            let mut buffer = [0; 4];
            character.encode_utf8(&mut buffer).bytes().try_for_each(|octet| write!(f, "\\{octet:02X}"))?;
        } else if special {
            write!(f, "\\{character}")?;
        } else {
            write!(f, "{character}")?;
        }
    }
    Ok(())
}
