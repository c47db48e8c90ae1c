//! keytool's names of keys and signatures.

use certwright::crypto::{DigestAlgorithm, KeyAlgorithm};
use certwright::untrusted::Untrusted;

use crate::compat::line::Line;
use crate::report::Failure;

/// What is made where `-keysize` does not say it, in bits.
const RSA_BITS: u32 = 2048;

/// The key that `-keyalg`, `-keysize` and `-groupname` ask for.
///
/// # Errors
/// A usage failure for a key that is not made here, or no `-keyalg`, which JDK 17 wants too.
pub(super) fn key(line: &Line) -> Result<KeyAlgorithm, Failure> {
    let Some(name) = line.text("keyalg")? else {
        return Err(Failure::usage("`-keyalg` is needed").hint("for Salesforce it is `-keyalg RSA -keysize 2048`"));
    };
    let (bits, group) = (line.number::<u32>("keysize")?, line.text("groupname")?);
    if bits.is_some() && group.is_some() {
        return Err(Failure::usage("`-keysize` and `-groupname` cannot both be given").hint("leave `-keysize` out"));
    }
    let unknown = |option: &str, value: &str| {
        Failure::usage(format!("`-{option} {}` is no key that is made here", Untrusted(value)))
            .hint("write `-keyalg RSA`, `-keyalg Ed25519`, or `-keyalg EC` with `-groupname secp256r1`, `secp384r1` or `secp521r1`")
    };
    let group_is = |known: &str| group.is_none_or(|group| group.eq_ignore_ascii_case(known));
    match (name.to_ascii_lowercase().as_str(), bits) {
        ("rsa", _) if group.is_some() => Err(unknown("groupname", group.unwrap_or_default())),
        ("rsa", bits) => Ok(KeyAlgorithm::Rsa { bits: bits.unwrap_or(RSA_BITS) }),
        ("ec", Some(256)) => Ok(KeyAlgorithm::P256),
        ("ec", Some(384)) => Ok(KeyAlgorithm::P384),
        ("ec", Some(521)) => Ok(KeyAlgorithm::P521),
        ("ec", Some(bits)) => Err(unknown("keysize", &bits.to_string())),
        ("ec", None) => match group.unwrap_or("secp256r1").to_ascii_lowercase().as_str() {
            "secp256r1" | "p-256" | "nist p-256" | "prime256v1" | "x9.62 prime256v1" => Ok(KeyAlgorithm::P256),
            "secp384r1" | "p-384" | "nist p-384" => Ok(KeyAlgorithm::P384),
            "secp521r1" | "p-521" | "nist p-521" => Ok(KeyAlgorithm::P521),
            other => Err(unknown("groupname", other)),
        },
        ("ed25519" | "eddsa", None | Some(255)) if group_is("ed25519") => Ok(KeyAlgorithm::Ed25519),
        ("ed25519" | "eddsa", Some(bits)) => Err(unknown("keysize", &bits.to_string())),
        ("ed25519" | "eddsa", None) => Err(unknown("groupname", group.unwrap_or_default())),
        (_, _) => Err(unknown("keyalg", name)),
    }
}

/// The digest that `-sigalg` asks for with a key of this kind; none for the one that fits the key.
///
/// # Errors
/// A usage failure for an algorithm that is not the key's, or that nothing is signed with here.
pub(super) fn digest(line: &Line, key: KeyAlgorithm) -> Result<Option<DigestAlgorithm>, Failure> {
    let Some(name) = line.text("sigalg")? else { return Ok(None) };
    let refused = |why: String| Err(Failure::usage(format!("`-sigalg {}` cannot be used: {why}", Untrusted(name))));
    let lower = name.to_ascii_lowercase();
    if matches!(lower.as_str(), "ed25519" | "eddsa") {
        return match key {
            KeyAlgorithm::Ed25519 => Ok(None),
            key => refused(format!("the key is {key}")),
        };
    }
    let wanted = match key {
        KeyAlgorithm::Ed25519 => "ed25519",
        KeyAlgorithm::Rsa { .. } => "rsa",
        _ => "ecdsa",
    };
    match lower.split_once("with") {
        Some((_, kind)) if kind != wanted => refused(format!("the key is {key}")),
        Some(("sha256", _)) => Ok(Some(DigestAlgorithm::Sha256)),
        Some(("sha384", _)) => Ok(Some(DigestAlgorithm::Sha384)),
        Some(("sha512", _)) => Ok(Some(DigestAlgorithm::Sha512)),
        Some(("md2" | "md5" | "sha1", _)) => refused("the digest protects nothing any more; write `SHA256`".to_owned()),
        _ => refused("there are SHA256, SHA384 and SHA512 `withRSA` and `withECDSA`, and Ed25519".to_owned()),
    }
}

/// Java's name of the signature that the key makes, such as `SHA256withRSA`.
pub(super) fn signature(key: KeyAlgorithm, digest: Option<DigestAlgorithm>) -> String {
    let digest = |usual: DigestAlgorithm| digest.unwrap_or(usual).name().replace('-', "");
    match key {
        KeyAlgorithm::Ed25519 => "Ed25519".to_owned(),
        KeyAlgorithm::Rsa { .. } => format!("{}withRSA", digest(DigestAlgorithm::Sha256)),
        KeyAlgorithm::P384 => format!("{}withECDSA", digest(DigestAlgorithm::Sha384)),
        KeyAlgorithm::P521 => format!("{}withECDSA", digest(DigestAlgorithm::Sha512)),
        _ => format!("{}withECDSA", digest(DigestAlgorithm::Sha256)),
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::*;
    use crate::compat::line::{Grammar, Takes};

    const GRAMMAR: Grammar = Grammar {
        command: "keytool -genkeypair",
        options: &[
            ("groupname", Takes::Value),
            ("keyalg", Takes::Value),
            ("keysize", Takes::Value),
            ("sigalg", Takes::Value),
        ],
        flags: &[],
        refused: &[],
        operands: 0,
        any_case: true,
        native: "certwright create",
    };

    fn line(text: &str) -> Line {
        GRAMMAR.parse(&text.split_whitespace().map(OsString::from).collect::<Vec<_>>()).unwrap()
    }

    #[test]
    fn keys_have_javas_names_and_defaults() {
        for (text, wanted) in [
            ("-keyalg RSA", KeyAlgorithm::Rsa { bits: 2048 }),
            ("-keyalg rsa -keysize 4096", KeyAlgorithm::Rsa { bits: 4096 }),
            ("-keyalg EC", KeyAlgorithm::P256),
            ("-keyalg EC -keysize 384", KeyAlgorithm::P384),
            ("-keyalg EC -groupname P-521", KeyAlgorithm::P521),
            ("-keyalg Ed25519", KeyAlgorithm::Ed25519),
            ("-keyalg EdDSA -groupname ed25519", KeyAlgorithm::Ed25519),
        ] {
            assert_eq!(key(&line(text)), Ok(wanted), "{text}");
        }
        for (text, named) in [
            ("", "-keyalg"),
            ("-keyalg DSA", "DSA"),
            ("-keyalg X25519", "X25519"),
            ("-keyalg EdDSA -groupname Ed448", "Ed448"),
            ("-keyalg EC -keysize 512", "512"),
            ("-keyalg EC -groupname secp256k1", "secp256k1"),
            ("-keyalg RSA -groupname secp256r1", "secp256r1"),
            ("-keyalg EC -keysize 256 -groupname secp256r1", "-groupname"),
            ("-keyalg RSA -keysize many", "-keysize"),
        ] {
            let failure = key(&line(text)).unwrap_err();
            assert!(failure.message.contains(named), "{text}: {}", failure.message);
        }
    }

    #[test]
    fn signatures_are_the_keys_and_never_weak() {
        let rsa = KeyAlgorithm::Rsa { bits: 2048 };
        for (text, key, wanted, name) in [
            ("", rsa, None, "SHA256withRSA"),
            ("", KeyAlgorithm::P384, None, "SHA384withECDSA"),
            ("", KeyAlgorithm::P521, None, "SHA512withECDSA"),
            ("-sigalg SHA512withRSA", rsa, Some(DigestAlgorithm::Sha512), "SHA512withRSA"),
            ("-sigalg sha384WithEcdsa", KeyAlgorithm::P256, Some(DigestAlgorithm::Sha384), "SHA384withECDSA"),
            ("-sigalg EdDSA", KeyAlgorithm::Ed25519, None, "Ed25519"),
        ] {
            let found = digest(&line(text), key).unwrap();
            assert_eq!((found, signature(key, found).as_str()), (wanted, name), "{text}");
        }
        for (text, key) in [
            ("-sigalg SHA1withRSA", rsa),
            ("-sigalg MD5withRSA", rsa),
            ("-sigalg SHA256withECDSA", rsa),
            ("-sigalg SHA256withRSA", KeyAlgorithm::P256),
            ("-sigalg SHA256withRSA", KeyAlgorithm::Ed25519),
            ("-sigalg Ed25519", rsa),
            ("-sigalg RSASSA-PSS", rsa),
            ("-sigalg SHA256", rsa),
        ] {
            assert!(digest(&line(text), key).is_err(), "{text}");
        }
    }
}
