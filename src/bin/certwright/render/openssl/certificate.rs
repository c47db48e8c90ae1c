//! A certificate as `openssl x509 -text` shows it, and the single facts of its other options.

pub(crate) mod facts;
mod signature;
#[cfg(test)]
mod tests;

use certwright::crypto::PublicKey;
use certwright::crypto::key_health::RsaNumbers;
use certwright::formats::Error;
use certwright::formats::asn1::{Item, tag};
use certwright::formats::x509::Certificate;

use super::dates::date;
use super::name::{self, NameOptions};
use super::objects::long_name;
use super::{extensions, hex, key};

pub(crate) use signature::{algorithm, signature};

/// What `-certopt` leaves out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Omitted(u16);

/// The values of `-certopt` that leave something out.
const OMISSIONS: [&str; 12] = [
    "no_header",
    "no_version",
    "no_serial",
    "no_signame",
    "no_issuer",
    "no_validity",
    "no_subject",
    "no_pubkey",
    "no_extensions",
    "no_sigdump",
    "no_aux",
    "no_attributes",
];

impl Omitted {
    /// The same with the words of one `-certopt`.
    ///
    /// # Errors
    /// The first word that is not offered.
    pub(crate) fn with(self, text: &str) -> Result<Self, String> {
        let mut omitted = self.0;
        for word in text.split(',') {
            let lower = word.to_ascii_lowercase();
            let (name, on) = lower.strip_prefix('-').map_or((lower.as_str(), true), |name| (name, false));
            match OMISSIONS.iter().position(|known| *known == name) {
                Some(at) if on => omitted |= 1 << at,
                Some(at) => omitted &= !(1 << at),
                None if lower == "compatible" => omitted = 0,
                None => return Err(word.to_owned()),
            }
        }
        Ok(Self(omitted))
    }

    /// Whether a part, such as `pubkey`, is shown.
    pub(super) fn keeps(self, part: &str) -> bool {
        OMISSIONS
            .iter()
            .position(|known| known.strip_prefix("no_") == Some(part))
            .is_none_or(|at| self.0 >> at & 1 == 0)
    }
}

/// The whole certificate in words and digits.
///
/// # Errors
/// Only when its octets are no certificate after all.
pub(crate) fn text(certificate: &Certificate, names: &NameOptions, omitted: Omitted) -> Result<String, Error> {
    let parts = Item::only(certificate.der())?.children()?;
    let fields = parts.first().map(Item::children).transpose()?.unwrap_or_default();
    let has_version = fields.first().is_some_and(|field| field.identifier == tag::explicit(0));
    let field = |at: usize| fields.get(at + usize::from(has_version)).map_or(&[][..], |field| field.raw);
    let mut shown = String::new();
    let mut put = |part: &str, text: &dyn Fn() -> String| {
        if omitted.keeps(part) {
            shown.push_str(&text());
        }
    };
    put("header", &|| "Certificate:\n    Data:\n".to_owned());
    put("version", &|| {
        let version = certificate.version();
        format!("        Version: {version} (0x{:x})\n", version.saturating_sub(1))
    });
    put("serial", &|| serial(certificate.serial_number_der().unwrap_or_default()));
    put("signame", &|| format!("        Signature Algorithm: {}", algorithm(field(1))));
    put("issuer", &|| named("Issuer", &certificate.issuer(), names));
    put("validity", &|| validity(certificate));
    put("subject", &|| named("Subject", &certificate.subject(), names));
    put("pubkey", &|| public_key(certificate, field(5)));
    for (number, title) in [(1, "Issuer Unique ID"), (2, "Subject Unique ID")] {
        if let Some(id) = fields.iter().find(|field| field.identifier == tag::implicit(number)) {
            shown.push_str(&format!("        {title}: \n{}", hex::lines(id.bits(), 18, 12)));
        }
    }
    let stated = certificate.extensions();
    if omitted.keeps("extensions") && !stated.is_empty() {
        shown.push_str("        X509v3 extensions:\n");
        shown.push_str(&extensions::listed(&stated, 12));
    }
    if omitted.keeps("sigdump")
        && let [_, used, bits] = parts.as_slice()
    {
        shown.push_str(&signature(used.raw, bits.bits()));
    }
    Ok(shown)
}

/// The serial number: both ways where it is short, else by its octets.
fn serial(der: &[u8]) -> String {
    let (is_negative, octets) = magnitude(der);
    let octets: &[u8] = &octets;
    // openssl shows a number that fits into 64 bits with a sign.
    if octets.len() < 8 || (octets.len() == 8 && octets[0] < 0x80) {
        let number = octets.iter().fold(0_u64, |number, octet| number << 8 | u64::from(*octet));
        let minus = if is_negative { "-" } else { "" };
        return format!("        Serial Number: {minus}{number} ({minus}0x{number:x})\n");
    }
    let negative = if is_negative { " (Negative)" } else { "" };
    format!("        Serial Number:\n            {negative}{}\n", hex::digest(octets, true))
}

/// Whether an INTEGER's content is negative, and its octets without the sign.
fn magnitude(der: &[u8]) -> (bool, Vec<u8>) {
    if der.first().is_none_or(|octet| octet & 0x80 == 0) {
        let octets = der.strip_prefix(&[0]).filter(|rest| !rest.is_empty()).unwrap_or(der);
        return (false, octets.to_vec());
    }
    let mut carry = true;
    let mut octets: Vec<u8> = der
        .iter()
        .rev()
        .map(|octet| {
            let (sum, over) = (!octet).overflowing_add(u8::from(carry));
            carry = over;
            sum
        })
        .collect();
    octets.reverse();
    (true, octets)
}

/// The line of `-serial`.
pub(crate) fn serial_line(certificate: &Certificate) -> String {
    let (is_negative, octets) = magnitude(certificate.serial_number_der().unwrap_or_default());
    let digits: String = octets.iter().map(|octet| format!("{octet:02X}")).collect();
    format!("serial={}{digits}\n", if is_negative { "-" } else { "" })
}

/// The line of a name in `-text`.
pub(super) fn named(title: &str, name: &certwright::formats::x509::DistinguishedName, options: &NameOptions) -> String {
    let (after, indent) = if options.is_multiline() { ('\n', 12) } else { (' ', 0) };
    format!("        {title}:{after}{}\n", name::text(name, indent, options))
}

fn validity(certificate: &Certificate) -> String {
    let (not_before, not_after) = match certificate.validity() {
        Ok(validity) => (date(validity.not_before), date(validity.not_after)),
        Err(_) => ("Bad time value".to_owned(), "Bad time value".to_owned()),
    };
    format!("        Validity\n            Not Before: {not_before}\n            Not After : {not_after}\n")
}

fn public_key(certificate: &Certificate, spki: &[u8]) -> String {
    public_key_info(spki, certificate.public_key(), certificate.rsa_numbers())
}

/// The key in `-text`, of which `spki` is the DER; of an RSA key that cannot be used, at least its numbers.
pub(super) fn public_key_info(
    spki: &[u8],
    key: Result<PublicKey, Error>,
    numbers: Result<Option<RsaNumbers>, Error>,
) -> String {
    let algorithm = Item::only(spki).and_then(|info| info.children()).ok();
    let algorithm = algorithm.and_then(|parts| parts.first()?.children().ok()?.first()?.oid()).unwrap_or_default();
    let shown = match (key, numbers) {
        (Ok(public), _) => key::public(&public, 16),
        (Err(_), Ok(Some(numbers))) => key::rsa_public(&numbers, 16),
        (Err(_), _) => "            Unable to load Public Key\n".to_owned(),
    };
    format!("        Subject Public Key Info:\n            Public Key Algorithm: {}\n{shown}", long_name(&algorithm))
}
