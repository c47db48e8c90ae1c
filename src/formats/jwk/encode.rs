//! Writing keys and sets, and the thumbprint that names a key.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use rsa::traits::PublicKeyParts;

use super::{Jwk, Key};
use crate::crypto::{DigestAlgorithm, PrivateKey, PrivateKeyKind, PublicKey, PublicKeyKind};
use crate::formats::{Error, jwt, pkcs1};
use crate::secret::SecretBytes;

/// The members of a key, in the order in which they are written.
type Members = Vec<(&'static str, Value)>;

enum Value {
    /// Characters that JSON does not escape.
    Text(SecretBytes),
    /// The same, several.
    List(Vec<String>),
    /// Any text.
    Quoted(String),
}

/// The JSON text of one key, indented, with a line end; for a private key all of it is a secret.
///
/// `use` is `sig` and `alg` what [`jwt`] signs with, so that readers which ask for them are content.
///
/// ```
/// use certwright::crypto::{KeyAlgorithm, PrivateKey, SystemRandom};
/// use certwright::formats::jwk::{self, Jwk, Key};
/// use certwright::limits::Limits;
///
/// let key = PrivateKey::generate(KeyAlgorithm::Ed25519, &mut SystemRandom::new())?;
/// let jwk = Jwk { key: Key::Public(key.public_key()), kid: None, certificates: Vec::new() };
/// let read = jwk::decode(jwk::encode(&jwk)?.expose(), &Limits::default())?;
/// assert_eq!(read[0].key.public_key(), key.public_key());
/// assert_eq!(read[0].kid.as_deref(), Some(jwk::thumbprint(&key.public_key()).as_str()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// Only when a private key's parts do not fit together.
pub fn encode(jwk: &Jwk) -> Result<SecretBytes, Error> {
    let mut members = described(&jwk.key.public_key(), jwk);
    if let Key::Private(key) = &jwk.key {
        members.extend(private_members(key)?);
    }
    Ok(SecretBytes::concat(&[object(&members, "").expose(), b"\n"]))
}

/// The JSON text of a set, RFC 7517 section 5. It is what one publishes, so of private keys only the public half is
/// written.
#[must_use]
pub fn encode_set(keys: &[Jwk]) -> Vec<u8> {
    let objects: Vec<SecretBytes> =
        keys.iter().map(|jwk| object(&described(&jwk.key.public_key(), jwk), "    ")).collect();
    let texts: Vec<String> = objects.iter().map(|it| String::from_utf8_lossy(it.expose()).into_owned()).collect();
    format!("{{\n  \"keys\": [\n    {}\n  ]\n}}\n", texts.join(",\n    ")).into_bytes()
}

/// The thumbprint of RFC 7638: SHA-256 of the required members in lexicographic order, in base64url.
#[must_use]
pub fn thumbprint(key: &PublicKey) -> String {
    let mut members = public_members(key);
    members.sort_by_key(|(name, _)| *name);
    let members: Vec<String> = members.iter().map(|(name, value)| format!("\"{name}\":\"{value}\"")).collect();
    URL_SAFE_NO_PAD.encode(DigestAlgorithm::Sha256.digest(format!("{{{}}}", members.join(",")).as_bytes()))
}

/// The public members and what is known of the key.
fn described(key: &PublicKey, jwk: &Jwk) -> Members {
    let public = public_members(key).into_iter().map(|(name, value)| (name, Value::Text(value.into_bytes().into())));
    let mut members: Members = public.collect();
    members.push(("use", Value::Quoted("sig".to_owned())));
    members.push(("alg", Value::Quoted(jwt::Algorithm::usual(key.algorithm()).name().to_owned())));
    members.push(("kid", Value::Quoted(jwk.kid.clone().unwrap_or_else(|| thumbprint(key)))));
    if let Some(leaf) = jwk.certificates.first() {
        let digest = URL_SAFE_NO_PAD.encode(DigestAlgorithm::Sha256.digest(leaf));
        members.push(("x5t#S256", Value::Quoted(digest)));
        // RFC 7517 section 4.7: base64, not base64url.
        members.push(("x5c", Value::List(jwk.certificates.iter().map(|der| STANDARD.encode(der)).collect())));
    }
    members
}

/// The members that make the key: just those that RFC 7638 section 3.2 takes.
fn public_members(key: &PublicKey) -> Vec<(&'static str, String)> {
    let number = |octets: &[u8]| URL_SAFE_NO_PAD.encode(octets);
    // An uncompressed point is 4, x and y, both at the curve's full length.
    let ec = |curve: &str, point: &[u8]| {
        let (x, y) = point.get(1..).unwrap_or_default().split_at(point.len() / 2);
        vec![("kty", "EC".to_owned()), ("crv", curve.to_owned()), ("x", number(x)), ("y", number(y))]
    };
    match &key.0 {
        PublicKeyKind::Ed25519(key) => {
            vec![("kty", "OKP".to_owned()), ("crv", "Ed25519".to_owned()), ("x", number(key.as_bytes()))]
        }
        PublicKeyKind::P256(key) => ec("P-256", key.to_sec1_point(false).as_bytes()),
        PublicKeyKind::P384(key) => ec("P-384", key.to_sec1_point(false).as_bytes()),
        PublicKeyKind::P521(key) => ec("P-521", key.to_sec1_point(false).as_bytes()),
        PublicKeyKind::Rsa(key) => vec![
            ("kty", "RSA".to_owned()),
            ("n", number(minimal(&key.n().to_be_bytes()))),
            ("e", number(minimal(&key.e().to_be_bytes()))),
        ],
    }
}

fn private_members(key: &PrivateKey) -> Result<Members, Error> {
    let member = |name, octets: &[u8]| (name, Value::Text(base64url(octets)));
    Ok(match &key.0 {
        PrivateKeyKind::Ed25519(key) => vec![member("d", key.as_bytes())],
        PrivateKeyKind::P256(key) => vec![member("d", &zeroize::Zeroizing::new(key.to_bytes()))],
        PrivateKeyKind::P384(key) => vec![member("d", &zeroize::Zeroizing::new(key.to_bytes()))],
        PrivateKeyKind::P521(key) => vec![member("d", &zeroize::Zeroizing::new(key.to_bytes()))],
        PrivateKeyKind::Rsa(_) => {
            let numbers = pkcs1::private_numbers(key)?;
            vec![
                member("d", numbers.private_exponent.expose()),
                member("p", numbers.prime1.expose()),
                member("q", numbers.prime2.expose()),
                member("dp", numbers.exponent1.expose()),
                member("dq", numbers.exponent2.expose()),
                member("qi", numbers.coefficient.expose()),
            ]
        }
    })
}

/// A number without leading zero octets, as RFC 7518 section 2 writes it.
fn minimal(octets: &[u8]) -> &[u8] {
    let zeros = octets.iter().take_while(|octet| **octet == 0).count();
    &octets[zeros.min(octets.len().saturating_sub(1))..]
}

fn base64url(octets: &[u8]) -> SecretBytes {
    let mut text = SecretBytes::zeroed((octets.len() * 4).div_ceil(3));
    // The buffer has just the length that is written.
    let _ = URL_SAFE_NO_PAD.encode_slice(octets, text.expose_mut());
    text
}

/// An object, each member on a line of its own behind `indent` and two more spaces.
fn object(members: &Members, indent: &str) -> SecretBytes {
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let mut parts: Vec<SecretBytes> = vec![b"{".to_vec().into()];
    for (number, (name, value)) in members.iter().enumerate() {
        let comma = if number == 0 { "" } else { "," };
        parts.push(format!("{comma}\n{indent}  \"{name}\": ").into_bytes().into());
        match value {
            Value::Text(text) => parts.push(SecretBytes::concat(&[b"\"", text.expose(), b"\""])),
            Value::List(texts) => {
                let texts: Vec<String> = texts.iter().map(|text| format!("\n{indent}    {}", quoted(text))).collect();
                parts.push(format!("[{}\n{indent}  ]", texts.join(",")).into_bytes().into());
            }
            Value::Quoted(text) => parts.push(quoted(text).into_bytes().into()),
        }
    }
    parts.push(format!("\n{indent}}}").into_bytes().into());
    SecretBytes::concat(&parts.iter().map(SecretBytes::expose).collect::<Vec<_>>())
}
