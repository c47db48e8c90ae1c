//! One certificate as `keytool -printcert` and `-list -v` print it.

use certwright::crypto::DigestAlgorithm;
use certwright::formats::pem;
use certwright::formats::spki::Description;
use certwright::formats::x509::Certificate;
use certwright::untrusted::Untrusted;

use super::{extensions, moment, name};

/// Shorter RSA and DSA keys are called weak by Java, and those below the second number are not used any more.
const WEAK_BITS: (u32, u32) = (2048, 1024);

/// What is weak about a certificate, with the word that Java has for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    Disabled,
    Sound,
    Weak,
}

/// All that keytool tells of it.
pub(crate) fn text(certificate: &Certificate) -> String {
    let key = certificate.key_description().ok();
    let dates = certificate.validity().map_or_else(
        |_| "Valid from: ? until: ?".to_owned(),
        |stated| format!("Valid from: {} until: {}", moment(stated.not_before), moment(stated.not_after)),
    );
    format!(
        "Owner: {}\nIssuer: {}\nSerial number: {}\n{dates}\nCertificate fingerprints:\n\t SHA1: {}\n\t SHA256: {}\n\
         Signature algorithm name: {}{}\nSubject Public Key Algorithm: {}{}\nVersion: {}\n{}",
        name::distinguished(&certificate.subject()),
        name::distinguished(&certificate.issuer()),
        serial_number(certificate),
        certificate.fingerprint(DigestAlgorithm::Sha1).colons(),
        certificate.fingerprint(DigestAlgorithm::Sha256).colons(),
        signature(certificate),
        signature_standing(certificate).mark(),
        key.as_ref().map_or_else(|| "unknown key".to_owned(), key_algorithm),
        key.as_ref().map_or(Standing::Sound, key_standing).mark(),
        certificate.version(),
        extensions::text(&certificate.extensions()),
    )
}

/// The certificate in PEM as keytool prints it: between its lines of base64 Java ends lines as MIME does.
pub(crate) fn pem(certificate: &Certificate) -> String {
    let Ok(text) = pem::encode(Certificate::LABEL, certificate.der()) else { return String::new() };
    let text = String::from_utf8_lossy(text.expose()).into_owned();
    let lines: Vec<&str> = text.lines().collect();
    let mut pem = String::with_capacity(text.len() + lines.len());
    for (index, line) in lines.iter().enumerate() {
        pem.push_str(line);
        let is_inside = index > 0 && index + 3 <= lines.len() && !lines[index + 1].starts_with('-');
        pem.push_str(if is_inside { "\r\n" } else { "\n" });
    }
    pem
}

/// SHA-256 as `-list` prints it.
pub(super) fn fingerprint(certificate: &Certificate) -> String {
    let digest = certificate.fingerprint(DigestAlgorithm::Sha256).colons();
    format!("Certificate fingerprint (SHA-256): {digest}\n")
}

/// What its reader should be warned of, as phrases.
pub(crate) fn weaknesses(certificate: &Certificate) -> Vec<String> {
    let mut found = Vec::new();
    if signature_standing(certificate) != Standing::Sound && certificate.issuer() != certificate.subject() {
        found.push(format!("is signed with {}, which is no protection any more", signature(certificate)));
    }
    if let Ok(key) = certificate.key_description()
        && key_standing(&key) != Standing::Sound
    {
        found.push(format!("holds a {}, which is too short to be safe", key_algorithm(&key)));
    }
    found
}

impl Standing {
    fn mark(self) -> &'static str {
        match self {
            Self::Disabled => " (disabled)",
            Self::Sound => "",
            Self::Weak => " (weak)",
        }
    }
}

/// Hexadecimal without leading zeros, as Java's `BigInteger` writes it; with a sign where the file has one.
fn serial_number(certificate: &Certificate) -> String {
    let octets = certificate.serial_number_der().unwrap_or_else(|_| certificate.serial_number());
    let is_negative = octets.first().is_some_and(|first| *first >= 0x80);
    let mut magnitude = octets.to_vec();
    if is_negative {
        let mut carry = true;
        for octet in magnitude.iter_mut().rev() {
            (*octet, carry) = (!*octet).overflowing_add(u8::from(carry));
        }
    }
    let digits: String = magnitude.iter().map(|octet| format!("{octet:02x}")).collect();
    let digits = match digits.trim_start_matches('0') {
        "" => "0",
        digits => digits,
    };
    format!("{}{digits}", if is_negative { "-" } else { "" })
}

/// Java's name of the signature algorithm, such as `SHA256withRSA`.
fn signature(certificate: &Certificate) -> String {
    let name = certificate.signature_name();
    let digest = certificate.signature_digest().unwrap_or_default().replace("SHA-", "SHA");
    let lower = name.to_ascii_lowercase();
    match () {
        () if lower.starts_with("rsassa-pss") => "RSASSA-PSS".to_owned(),
        () if lower.starts_with("ecdsa") => format!("{digest}withECDSA"),
        () if lower.starts_with("dsa-with") => format!("{digest}withDSA"),
        () if lower.contains("withrsa") => format!("{digest}withRSA"),
        () => Untrusted(&name).to_string(),
    }
}

fn signature_standing(certificate: &Certificate) -> Standing {
    match certificate.signature_digest().as_deref() {
        Some("MD2" | "MD5") => Standing::Disabled,
        Some("SHA-1") => Standing::Weak,
        _ => Standing::Sound,
    }
}

/// Java's name of the key, such as `2048-bit RSA key` or `384-bit EC (secp384r1) key`.
fn key_algorithm(key: &Description) -> String {
    let algorithm = key.algorithm.as_str();
    let kind = algorithm.split(' ').next().unwrap_or_default();
    match (kind, key.bits) {
        ("EC", bits) => {
            let curve = match key.curve.as_deref() {
                Some("P-192") => "secp192r1",
                Some("P-224") => "secp224r1",
                Some("P-256") => "secp256r1",
                Some("P-384") => "secp384r1",
                Some("P-521") => "secp521r1",
                other => other.unwrap_or("unknown curve"),
            };
            format!("{}EC ({}) key", bits.map(|bits| format!("{bits}-bit ")).unwrap_or_default(), Untrusted(curve))
        }
        ("Ed25519", _) => "255-bit Ed25519 key".to_owned(),
        ("Ed448", _) => "448-bit Ed448 key".to_owned(),
        ("RSA-PSS", Some(bits)) => format!("{bits}-bit RSASSA-PSS key"),
        (kind, Some(bits)) => format!("{bits}-bit {} key", Untrusted(kind)),
        (_, None) => format!("{} key", Untrusted(algorithm)),
    }
}

fn key_standing(key: &Description) -> Standing {
    let is_long = ["RSA", "DSA"].iter().any(|kind| key.algorithm.starts_with(kind));
    match key.bits {
        Some(bits) if is_long && bits < WEAK_BITS.1 => Standing::Disabled,
        Some(bits) if is_long && bits < WEAK_BITS.0 => Standing::Weak,
        _ => Standing::Sound,
    }
}
