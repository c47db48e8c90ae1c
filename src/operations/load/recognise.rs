//! What a file that does not open may be, judged by its first octets.

use crate::formats::detect::{Format, detect, from_base64};
use crate::formats::pem::{self, Block};
use crate::formats::x509::Certificate;
use crate::formats::{der, pkcs1, pkcs7, pkcs8, sec1, spki};
use crate::operations::error::LooksLike;

/// Whether an input that did not open holds, or may hold, a private key; so that its failure must be told.
pub(in crate::operations) fn may_hold_key(octets: &[u8]) -> bool {
    match detect(octets) {
        Some(Format::Pem) => {
            octets.windows(7).any(|window| window.eq_ignore_ascii_case(b"PRIVATE")) || octets.contains(&0)
        }
        Some(
            Format::Certificate
            | Format::CertificationRequest
            | Format::Pkcs7
            | Format::PublicKey
            | Format::RsaPublicKey,
        ) => false,
        Some(_) => true,
        // Cut-short DER and BER may be a key or keystore; whole DER of another kind is none.
        None => octets.starts_with(&[0x30, 0x80]) || der::announced_length(octets).is_some_and(|it| it != octets.len()),
    }
}

/// What a PEM block holds, by its content: some programs write PKCS#8 as `RSA PRIVATE KEY`, and some authorities PKCS#7 as
/// `CERTIFICATE`. The block's own label stands for anything else, damaged content included.
pub(in crate::operations) fn label_of(block: &Block) -> &str {
    let own = block.label.as_str();
    const PLAIN: [&str; 8] = [
        Certificate::LABEL,
        pkcs1::LABEL,
        pkcs8::ENCRYPTED_LABEL,
        pkcs8::LABEL,
        pkcs7::LABELS[0],
        sec1::LABEL,
        spki::LABEL,
        spki::RSA_LABEL,
    ];
    if !PLAIN.contains(&own) || pem::encrypted::is_encrypted(block) {
        return own;
    }
    match detect(block.contents.expose()) {
        Some(Format::Certificate) => Certificate::LABEL,
        Some(Format::EncryptedPrivateKey) => pkcs8::ENCRYPTED_LABEL,
        Some(Format::Pkcs1) => pkcs1::LABEL,
        Some(Format::Pkcs7) => pkcs7::LABELS[0],
        Some(Format::PrivateKey) => pkcs8::LABEL,
        Some(Format::PublicKey) => spki::LABEL,
        Some(Format::RsaPublicKey) => spki::RSA_LABEL,
        Some(Format::Sec1) => sec1::LABEL,
        _ => own,
    }
}

/// Whether the beginning of a file is that of a keystore or of DER or PEM.
pub(in crate::operations) fn begins_like_key(beginning: &[u8]) -> bool {
    let is_keystore = matches!(detect(beginning), Some(Format::Jks | Format::Jceks));
    is_keystore || may_hold_key(beginning) || beginning.windows(11).any(|window| window == b"-----BEGIN ")
}

/// What a file that is nothing known looks like.
pub(in crate::operations) fn looks_like(octets: &[u8]) -> Option<LooksLike> {
    let start: Vec<u8> = octets.iter().take(64).map(u8::to_ascii_lowercase).collect();
    let text = String::from_utf8_lossy(&start);
    let text = text.trim_start();
    let phrase = if octets.is_empty() {
        "the file is empty".to_owned()
    } else if text.starts_with("<!doctype") || text.starts_with("<html") {
        "it is a web page, as a download that needed a login leaves it".to_owned()
    } else if from_base64(octets).is_some() {
        "it is base64 without the lines `-----BEGIN …-----` and `-----END …-----`".to_owned()
    } else if detect(octets.trim_ascii()).is_some() {
        "white space stands before or after its binary content, as an editor leaves it".to_owned()
    } else if octets.starts_with(&[0x30, 0x80]) {
        "it is BER of indefinite length that is cut short or of another kind than PKCS#12 and PKCS#7".to_owned()
    } else if let Some(announced) = der::announced_length(octets) {
        match octets.len() {
            there if there < announced => {
                format!("it begins as DER of {announced} bytes, and {there} are there: it was cut short")
            }
            there if there > announced => {
                format!("after its DER of {announced} bytes {} more follow", there - announced)
            }
            _ => "it is DER of another kind".to_owned(),
        }
    } else if octets.contains(&0) {
        return None;
    } else {
        "there is no line `-----BEGIN …-----` in it".to_owned()
    };
    Some(LooksLike(phrase))
}
