//! A certificate signing request as `openssl req -text` shows it, and the single facts of its other options.

use certwright::formats::asn1::{Item, tag};
use certwright::formats::pkcs10::CertificationRequest;
use certwright::formats::{Error, pem, spki};

use super::certificate::{self, Omitted};
use super::name::NameOptions;
use super::objects::long_name;
use super::{extensions, key};

/// extensionRequest, RFC 2985 section 5.4.2, and Microsoft's older name for it.
const EXTENSION_REQUESTS: [&str; 2] = ["1.2.840.113549.1.9.14", "1.3.6.1.4.1.311.2.1.14"];

/// The colons behind the names of attributes stand in this column.
const COLUMN: usize = 25;

/// The whole request in words and digits.
///
/// # Errors
/// When its octets are no request after all, or the extensions that it asks for cannot be read.
pub(crate) fn text(request: &CertificationRequest, names: &NameOptions, omitted: Omitted) -> Result<String, Error> {
    let parts = Item::only(request.der())?.children()?;
    let fields = parts.first().map(Item::children).transpose()?.unwrap_or_default();
    let mut shown = String::new();
    let mut put = |part: &str, text: String| {
        if omitted.keeps(part) {
            shown.push_str(&text);
        }
    };
    put("header", "Certificate Request:\n    Data:\n".to_owned());
    put("version", "        Version: 1 (0x0)\n".to_owned());
    put("subject", certificate::named("Subject", &request.subject(), names));
    let spki = fields.get(2).map_or(&[][..], |field| field.raw);
    put("pubkey", certificate::public_key_info(spki, request.public_key(), request.rsa_numbers()));
    put("attributes", attributes(fields.get(3))?);
    let stated = request.requested_extensions()?;
    put("extensions", format!("            Requested Extensions:\n{}", extensions::listed(&stated, 16)));
    if let [_, used, bits] = parts.as_slice() {
        put("sigdump", certificate::signature(used.raw, bits.bits()));
    }
    Ok(shown)
}

/// The attributes other than the wished extensions, one value a line.
fn attributes(field: Option<&Item<'_>>) -> Result<String, Error> {
    let mut shown = "        Attributes:\n".to_owned();
    let attributes = field.map(Item::children).transpose()?.unwrap_or_default();
    if attributes.is_empty() {
        shown.push_str("            (none)\n");
    }
    for attribute in attributes {
        let parts = attribute.children()?;
        let kind = parts.first().and_then(Item::oid).unwrap_or_default();
        if EXTENSION_REQUESTS.contains(&kind.as_str()) {
            continue;
        }
        for value in parts.get(1).map(Item::children).transpose()?.unwrap_or_default() {
            shown.push_str(&format!("            {:COLUMN$}:{}\n", long_name(&kind), attribute_value(&value)));
        }
    }
    Ok(shown)
}

/// A text as it is, but for what a terminal would obey.
fn attribute_value(value: &Item<'_>) -> String {
    const PRINTABLE_STRING: u8 = 0x13;
    const T61_STRING: u8 = 0x14;
    match value.identifier {
        tag::UTF8_STRING | tag::IA5_STRING | PRINTABLE_STRING | T61_STRING => {
            certwright::untrusted::Untrusted(&String::from_utf8_lossy(value.content)).to_string()
        }
        _ => "unable to print attribute".to_owned(),
    }
}

/// The line of `-modulus`.
pub(crate) fn modulus(request: &CertificationRequest) -> String {
    match request.rsa_numbers() {
        Ok(Some(numbers)) => key::modulus(&numbers),
        _ => "Modulus=Wrong Algorithm type\n".to_owned(),
    }
}

/// What `-pubkey` prints: the public key in PEM.
///
/// # Errors
/// Only when the key cannot be written in DER.
pub(crate) fn public_key(request: &CertificationRequest) -> Result<String, Error> {
    let text = pem::encode(spki::LABEL, &request.subject_public_key_info()?)?;
    Ok(String::from_utf8_lossy(text.expose()).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_attributes_obey_no_terminal() {
        let item = |octets: &'static [u8]| Item::only(octets).unwrap();
        assert_eq!(attribute_value(&item(b"\x0c\x05hello")), "hello");
        assert!(!attribute_value(&item(b"\x16\x04\x1b[2J")).contains('\u{1b}'));
        assert_eq!(attribute_value(&item(b"\x30\x00")), "unable to print attribute");
    }
}
