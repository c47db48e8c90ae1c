//! What a file is, judged by its content and never by its name.

use der::Tag;

use crate::formats::der::{Element, elements};
use crate::formats::{ber, jwk, pem, pkcs7};
use crate::secret::SecretBytes;

/// A kind of file that this program knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// A certificate in DER.
    Certificate,
    /// A PKCS#10 request in DER.
    CertificationRequest,
    /// An `EncryptedPrivateKeyInfo` in DER.
    EncryptedPrivateKey,
    /// A Java keystore of type JCEKS.
    Jceks,
    /// A Sun JKS.
    Jks,
    /// A JSON Web Key, or a set of them.
    Jwk,
    /// PEM, however damaged.
    Pem,
    /// An `RSAPrivateKey` in DER.
    Pkcs1,
    /// A PKCS#12 file, in DER or BER.
    Pkcs12,
    /// A PKCS#7 or CMS file, such as a `.p7b`, in DER or BER.
    Pkcs7,
    /// A `PrivateKeyInfo` in DER.
    PrivateKey,
    /// A `SubjectPublicKeyInfo` in DER.
    PublicKey,
    /// An `RSAPublicKey` in DER.
    RsaPublicKey,
    /// An `ECPrivateKey` in DER.
    Sec1,
}

/// What these octets are, or `None` when they are nothing that is known here.
///
/// ```
/// use certwright::formats::detect::{Format, detect};
///
/// assert_eq!(detect(b"-----BEGIN PRIVATE KEY-----"), Some(Format::Pem));
/// assert_eq!(detect(b"\xfe\xed\xfe\xed\0\0\0\x02"), Some(Format::Jks));
/// assert_eq!(detect(b"hello"), None);
/// ```
#[must_use]
pub fn detect(octets: &[u8]) -> Option<Format> {
    match octets {
        [0xfe, 0xed, 0xfe, 0xed, ..] => return Some(Format::Jks),
        [0xce, 0xce, 0xce, 0xce, ..] => return Some(Format::Jceks),
        _ => {}
    }
    let is_jwk = jwk::looks_like_jwk(octets);
    let binary = der(octets).or_else(|| ber(octets));
    binary.or(is_jwk.then_some(Format::Jwk)).or_else(|| pem::looks_like_pem(octets).then_some(Format::Pem))
}

/// The octets behind a text that is base64 of one of the binary kinds and nothing else, as web forms and environment
/// variables carry files; `None` for any other content, PEM included.
///
/// ```
/// use certwright::formats::detect::{Format, detect, from_base64};
///
/// let octets = from_base64(b"/u3+7QAAAAI=").ok_or("no base64")?;
/// assert_eq!(detect(octets.expose()), Some(Format::Jks));
/// assert!(from_base64(b"aGVsbG8=").is_none());
/// # Ok::<(), &str>(())
/// ```
#[must_use]
pub fn from_base64(octets: &[u8]) -> Option<SecretBytes> {
    let inner = pem::bare_base64(octets)?;
    let is_binary = !matches!(detect(inner.expose()), None | Some(Format::Jwk | Format::Pem));
    is_binary.then_some(inner)
}

/// Keystores and `.p7b` files that are BER and no DER, as Bouncy Castle, NSS and old macOS write them. Nothing else of
/// this trade may be: a certificate or key in BER is damaged.
fn ber(octets: &[u8]) -> Option<Format> {
    if octets.first() != Some(&0x30) {
        return None;
    }
    let made = ber::to_der("BER", octets).ok()?;
    der(made.expose()).filter(|format| matches!(format, Format::Pkcs12 | Format::Pkcs7))
}

/// The shape of the outermost SEQUENCE tells the DER kinds apart; whole parsing is the format rooms' work.
fn der(octets: &[u8]) -> Option<Format> {
    const FORMAT: &str = "DER";
    // Each of them is a SEQUENCE: text, which most files are, is not taken for anything else first.
    if octets.first() != Some(&0x30) {
        return None;
    }
    let outer = Element::only(FORMAT, octets).ok().filter(|outer| outer.tag == Tag::Sequence)?;
    let parts = elements(FORMAT, outer.value).ok()?;
    let tags: Vec<Tag> = parts.iter().map(|part| part.tag).collect();
    let first = parts.first()?;
    match tags.as_slice() {
        [Tag::ObjectIdentifier, ..] if pkcs7::looks_like(&outer) => Some(Format::Pkcs7),
        [Tag::Integer, Tag::Sequence] => (first.value == [3]).then_some(Format::Pkcs12),
        [Tag::Integer, Tag::Sequence, Tag::Sequence] if first.value == [3] => Some(Format::Pkcs12),
        [Tag::Integer, Tag::Sequence, Tag::OctetString, ..] => Some(Format::PrivateKey),
        [Tag::Integer, Tag::OctetString, ..] => Some(Format::Sec1),
        [Tag::Integer, Tag::Integer, ..] if tags.len() >= 9 => Some(Format::Pkcs1),
        // An ECDSA signature is two numbers as well, but of one length, and of at most 66 octets.
        [Tag::Integer, Tag::Integer] if first.value.len() > 66 => Some(Format::RsaPublicKey),
        [Tag::Sequence, Tag::OctetString] => Some(Format::EncryptedPrivateKey),
        [Tag::Sequence, Tag::BitString] => Some(Format::PublicKey),
        [Tag::Sequence, Tag::Sequence, Tag::BitString] => {
            // A request's inner SEQUENCE is version, subject, key; a certificate's has many more parts.
            let inner = elements(FORMAT, first.value).ok()?;
            let inner: Vec<Tag> = inner.iter().map(|part| part.tag).collect();
            let is_request = matches!(inner.as_slice(), [Tag::Integer, Tag::Sequence, Tag::Sequence])
                || matches!(
                    inner.as_slice(),
                    [Tag::Integer, Tag::Sequence, Tag::Sequence, Tag::ContextSpecific { .. }]
                );
            Some(if is_request { Format::CertificationRequest } else { Format::Certificate })
        }
        _ => None,
    }
}
