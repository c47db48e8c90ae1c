//! Distinguished names in the forms of `-nameopt`, openssl-namedisplay-options(1); `CN = x, O = y` where none is asked for.

mod hash;
mod options;
#[cfg(test)]
mod tests;
mod value;

use certwright::formats::asn1::Item;
use certwright::formats::x509::DistinguishedName;

use super::objects::{is_known, long_name, short_name};

pub(crate) use hash::hash;
pub(crate) use options::{FieldName, NameOptions, Separator};
pub(crate) use value::Escapes;

/// As wide as openssl makes a short and a long name where they are aligned.
const WIDTHS: (usize, usize) = (10, 25);

/// One attribute as it lies in the name.
struct Attribute<'a> {
    kind: String,
    value: Item<'a>,
    /// Whether it stands in one RDN with the attribute before it.
    joins: bool,
}

/// The line, or the lines, of `-subject` and `-issuer`: `title`, such as `subject=`, and the name.
pub(crate) fn titled(title: &str, name: &DistinguishedName, options: &NameOptions) -> String {
    if options.is_compat() {
        return format!("{title}{}\n", slashes(name));
    }
    let (newline, indent) = if options.is_multiline() { ("\n", 4) } else { ("", 0) };
    format!("{title}{newline}{}\n", text(name, indent, options))
}

/// The name, each of its lines behind `indent` spaces.
pub(crate) fn text(name: &DistinguishedName, indent: usize, options: &NameOptions) -> String {
    let der = name.to_der().unwrap_or_default();
    of_der(&der, indent, options)
}

/// The same of a name that lies in DER, as in an extension.
pub(crate) fn of_der(der: &[u8], indent: usize, options: &NameOptions) -> String {
    if options.is_compat() {
        return format!("{:indent$}{}", "", commas(&slashes_of_der(der)));
    }
    let mut attributes = attributes(der);
    if options.reversed {
        attributes = backwards(attributes);
    }
    let indent = if options.is_multiline() { indent } else { 0 };
    let (between, plus) = match options.separator {
        Separator::Comma => (",".to_owned(), "+"),
        Separator::CommaSpace => (", ".to_owned(), " + "),
        Separator::Lines => (format!("\n{:indent$}", ""), " + "),
        Separator::SemicolonSpace => ("; ".to_owned(), " + "),
    };
    let mut shown = " ".repeat(indent);
    for (at, attribute) in attributes.iter().enumerate() {
        match (at, attribute.joins) {
            (0, _) => {}
            (_, true) => shown.push_str(plus),
            (_, false) => shown.push_str(&between),
        }
        shown.push_str(&field(attribute, options));
        let dumps = options.escapes.dumps_all || (options.dumps_unknown_fields && !is_known(&attribute.kind));
        shown.push_str(&options.escapes.show(&attribute.value, dumps));
    }
    shown
}

/// The slash form of `-nameopt compat`: `/C=DE/CN=x`.
pub(crate) fn slashes(name: &DistinguishedName) -> String {
    slashes_of_der(&name.to_der().unwrap_or_default())
}

/// The same of a name that lies in DER.
pub(crate) fn slashes_of_der(der: &[u8]) -> String {
    let mut shown = String::new();
    for attribute in attributes(der) {
        shown.push(if attribute.joins { '+' } else { '/' });
        shown.push_str(short_name(&attribute.kind));
        shown.push('=');
        for octet in attribute.value.content {
            match octet {
                b'/' | b'+' => shown.extend(['\\', char::from(*octet)]),
                b' '..=b'~' => shown.push(char::from(*octet)),
                octet => shown.push_str(&format!("\\x{octet:02X}")),
            }
        }
    }
    shown
}

/// The slash form with commas, as openssl makes one of the other: only before names of one or two capitals.
fn commas(slashes: &str) -> String {
    let mut shown = String::new();
    for (at, part) in slashes.split('/').enumerate().skip(1) {
        let keyword = part.split_once('=').map_or("", |(keyword, _)| keyword);
        let is_short = matches!(keyword.len(), 1 | 2) && keyword.bytes().all(|octet| octet.is_ascii_uppercase());
        shown.push_str(match (at, is_short) {
            (1, _) => "",
            (_, true) => ", ",
            (_, false) => "/",
        });
        shown.push_str(part);
    }
    shown
}

fn field(attribute: &Attribute<'_>, options: &NameOptions) -> String {
    let kind = attribute.kind.as_str();
    let known = is_known(kind);
    let (name, width) = match options.field {
        FieldName::Nothing => return String::new(),
        FieldName::Oid => (kind, 0),
        FieldName::Short => (short_name(kind), WIDTHS.0),
        FieldName::Long => (long_name(kind), WIDTHS.1),
    };
    let width = if options.aligned && known { width } else { 0 };
    let equals = if options.spaces_equals { " = " } else { "=" };
    format!("{name:width$}{equals}")
}

/// What stands in the name; a name whose DER cannot be read, which no certificate has, is empty.
fn attributes(der: &[u8]) -> Vec<Attribute<'_>> {
    let rdns = Item::only(der).and_then(|name| name.children()).unwrap_or_default();
    let mut found = Vec::new();
    for rdn in rdns {
        for (at, attribute) in rdn.children().unwrap_or_default().into_iter().enumerate() {
            let parts = attribute.children().unwrap_or_default();
            if let [kind, value] = parts.as_slice() {
                found.push(Attribute { kind: kind.oid().unwrap_or_default(), value: *value, joins: at > 0 });
            }
        }
    }
    found
}

/// The last attribute first; what joined the one before it now joins the one after.
fn backwards(attributes: Vec<Attribute<'_>>) -> Vec<Attribute<'_>> {
    let mut joins = false;
    let mut turned = Vec::new();
    for mut attribute in attributes.into_iter().rev() {
        std::mem::swap(&mut attribute.joins, &mut joins);
        turned.push(attribute);
    }
    turned
}
