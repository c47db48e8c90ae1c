//! Extensions of certificates and requests as `-text` and `-ext` show them, openssl-x509(1) and x509v3_config(5).
//!
//! An extension that cannot be read as its standard says, or is not known, is shown by its octets. Control characters in
//! it are shown as dots, line ends among them, so that no extension can write what looks like another one.

mod general_name;
mod places;
mod policies;
#[cfg(test)]
mod tests;

use certwright::formats::asn1::{Item, tag};
use certwright::formats::x509::StatedExtension;
use certwright::untrusted::Untrusted;

use super::hex;
use super::objects::{long_name, short_name};

/// The names of keyUsage's bits in their order, RFC 5280 section 4.2.1.3.
const KEY_USAGES: [&str; 9] = [
    "Digital Signature",
    "Non Repudiation",
    "Key Encipherment",
    "Data Encipherment",
    "Key Agreement",
    "Certificate Sign",
    "CRL Sign",
    "Encipher Only",
    "Decipher Only",
];

/// The names of the bits of Netscape's own keyUsage.
const NETSCAPE_TYPES: [&str; 8] =
    ["SSL Client", "SSL Server", "S/MIME", "Object Signing", "Unused", "SSL CA", "S/MIME CA", "Object Signing CA"];

/// The extensions one below another, each behind `indent` spaces.
pub(crate) fn listed<'a>(extensions: impl IntoIterator<Item = &'a StatedExtension>, indent: usize) -> String {
    extensions.into_iter().map(|extension| one(extension, indent)).collect()
}

/// The name that `-ext` and configuration files call it by.
pub(crate) fn short(extension: &StatedExtension) -> &str {
    short_name(&extension.oid)
}

fn one(extension: &StatedExtension, indent: usize) -> String {
    let critical = if extension.critical { "critical" } else { "" };
    let below = indent + 4;
    let body = value(extension, below).unwrap_or_else(|| format!("{:below$}{}", "", printable(&extension.octets)));
    format!("{:indent$}{}: {critical}\n{body}\n", "", long_name(&extension.oid))
}

/// What it says, on one line or several behind `indent` spaces; `None` for what is shown by its octets.
fn value(extension: &StatedExtension, indent: usize) -> Option<String> {
    let item = Item::only(&extension.octets).ok()?;
    let line = |text: String| Some(format!("{:indent$}{text}", ""));
    match extension.oid.as_str() {
        "2.5.29.14" => line(hex::colons(expect(&item, tag::OCTET_STRING)?)),
        "2.5.29.15" => line(bits(&item, &KEY_USAGES)?),
        "2.16.840.1.113730.1.1" => line(bits(&item, &NETSCAPE_TYPES)?),
        "2.5.29.17" | "2.5.29.18" => line(general_name::joined(&sequence(&item)?)?),
        "2.5.29.19" => line(basic_constraints(&sequence(&item)?)?),
        "2.5.29.30" => places::name_constraints(&sequence(&item)?, indent),
        "2.5.29.31" | "2.5.29.46" => places::distribution_points(&sequence(&item)?, indent),
        "2.5.29.32" => policies::policies(&sequence(&item)?, indent),
        "2.5.29.33" => line(policies::mappings(&sequence(&item)?)?),
        "2.5.29.35" => authority_key_identifier(&sequence(&item)?, indent),
        "2.5.29.36" => line(policies::constraints(&sequence(&item)?)?),
        "2.5.29.37" => {
            let uses = sequence(&item)?.iter().map(object).collect::<Option<Vec<_>>>()?;
            line(joined(&uses))
        }
        "2.5.29.54" => line(integer(expect(&item, tag::INTEGER)?)),
        "1.3.6.1.5.5.7.1.1" | "1.3.6.1.5.5.7.1.11" => places::access_descriptions(&sequence(&item)?, indent),
        "1.3.6.1.5.5.7.1.24" => line(joined(&sequence(&item)?.iter().map(feature).collect::<Option<Vec<_>>>()?)),
        "1.3.6.1.5.5.7.48.1.5" => Some(String::new()),
        oid if is_netscape_text(oid) => line(text(expect(&item, tag::IA5_STRING)?)),
        _ => None,
    }
}

/// Netscape's comments and addresses, each an IA5String.
fn is_netscape_text(oid: &str) -> bool {
    let last = oid.strip_prefix("2.16.840.1.113730.1.").and_then(|last| last.parse().ok());
    matches!(last, Some(2..=4 | 7 | 8 | 12 | 13))
}

fn basic_constraints(parts: &[Item<'_>]) -> Option<String> {
    let (ca, rest) = match parts.split_first() {
        Some((first, rest)) if first.identifier == tag::BOOLEAN => (first.content != [0], rest),
        _ => (false, parts),
    };
    let ca = if ca { "CA:TRUE" } else { "CA:FALSE" };
    match rest {
        [] => Some(ca.to_owned()),
        [length] => Some(format!("{ca}, pathlen:{}", integer(expect(length, tag::INTEGER)?))),
        _ => None,
    }
}

fn authority_key_identifier(parts: &[Item<'_>], indent: usize) -> Option<String> {
    let part = |number| parts.iter().find(|part| part.identifier & 0x1f == number);
    let (key, issuer, serial) = (part(0), part(1), part(2));
    // openssl 3.0 says what it is only where there is something besides.
    let is_alone = issuer.is_none() && serial.is_none();
    let mut lines = Vec::new();
    lines.extend(key.map(|key| format!("{}{}", if is_alone { "" } else { "keyid:" }, hex::colons(key.content))));
    for name in issuer.map(|issuer| issuer.children().ok()).into_iter().flatten().flatten() {
        lines.push(general_name::slashed(&name)?);
    }
    // The octet that only keeps a number positive is not shown.
    let digits = |content: &[u8]| match content {
        [0, rest @ ..] if !rest.is_empty() => hex::colons(rest),
        content => hex::colons(content),
    };
    lines.extend(serial.map(|serial| format!("serial:{}", digits(serial.content))));
    Some(stacked(&lines, indent))
}

/// RFC 7633: the numbers of TLS extensions.
fn feature(number: &Item<'_>) -> Option<String> {
    Some(match integer(expect(number, tag::INTEGER)?).as_str() {
        "5" => "status_request".to_owned(),
        "17" => "status_request_v2".to_owned(),
        other => other.to_owned(),
    })
}

fn bits(item: &Item<'_>, names: &[&str]) -> Option<String> {
    expect(item, tag::BIT_STRING)?;
    let octets = item.bits();
    let is_set = |at: usize| octets.get(at / 8).is_some_and(|octet| octet & (0x80 >> (at % 8)) != 0);
    let set = names.iter().enumerate().filter(|(at, _)| is_set(*at)).map(|(_, name)| (*name).to_owned());
    Some(joined(&set.collect::<Vec<_>>()))
}

fn joined(words: &[String]) -> String {
    if words.is_empty() { "<EMPTY>\n".to_owned() } else { words.join(", ") }
}

/// Each on a line of its own.
fn stacked(lines: &[String], indent: usize) -> String {
    match lines {
        [] => format!("{:indent$}<EMPTY>\n", ""),
        lines => lines.iter().map(|line| format!("{:indent$}{line}", "")).collect::<Vec<_>>().join("\n"),
    }
}

fn expect<'a>(item: &Item<'a>, identifier: u8) -> Option<&'a [u8]> {
    (item.identifier == identifier).then_some(item.content)
}

fn sequence<'a>(item: &Item<'a>) -> Option<Vec<Item<'a>>> {
    expect(item, tag::SEQUENCE)?;
    item.children().ok()
}

/// The long name of an object identifier.
fn object(item: &Item<'_>) -> Option<String> {
    expect(item, tag::OBJECT_IDENTIFIER)?;
    item.oid().map(|oid| long_name(&oid).to_owned())
}

/// An INTEGER in decimal digits, or in hexadecimal where it is long.
pub(crate) fn integer(octets: &[u8]) -> String {
    let is_negative = octets.first().is_some_and(|octet| octet & 0x80 != 0);
    let significant: &[u8] = octets.strip_prefix(&[0]).filter(|rest| !rest.is_empty()).unwrap_or(octets);
    if significant.len() > 15 {
        let digits: String = significant.iter().map(|octet| format!("{octet:02X}")).collect();
        return format!("0x{digits}");
    }
    let start = if is_negative { -1 } else { 0 };
    significant.iter().fold(start, |number: i128, octet| number << 8 | i128::from(*octet)).to_string()
}

/// Text from a file, which may pretend to be ASCII, with what steers a terminal escaped.
fn text(octets: &[u8]) -> String {
    Untrusted(&String::from_utf8_lossy(octets)).to_string()
}

/// Octets as ASCII with a dot for each that is none.
fn printable(octets: &[u8]) -> String {
    octets.iter().map(|octet| if matches!(octet, b' '..=b'~') { char::from(*octet) } else { '.' }).collect()
}
