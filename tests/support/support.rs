//! What all outside tests share: a sandbox for our program, a runner for other tools, and the scan for secrets.

mod der;
mod issuer;
mod message;
mod sandbox;
mod secret_scan;
mod snapshot;
mod terminal;
mod tool;
mod words;

#[allow(unused_imports, reason = "each test binary uses a part of it")]
pub(crate) use issuer::{NOW, self_signed};
#[allow(unused_imports, reason = "the same")]
pub(crate) use message::assert_form;
#[allow(unused_imports, reason = "the same")]
pub(crate) use sandbox::{Invocation, Outcome, Sandbox};
#[allow(unused_imports, reason = "the same")]
pub(crate) use secret_scan::Credential;
#[allow(unused_imports, reason = "the same")]
pub(crate) use terminal::on_terminal;
#[allow(unused_imports, reason = "the same")]
pub(crate) use tool::missing;
#[allow(unused_imports, reason = "the same")]
pub(crate) use tool::{Tool, tool};
#[allow(unused_imports, reason = "the same")]
pub(crate) use words::words;

/// Every `--type`, with what OpenSSL calls the key and the signature that it makes.
pub(crate) const KEY_TYPES: &[KeyType] = &[
    KeyType { name: "rsa:2048", openssl: "Public-Key: (2048 bit)", signature: "sha256WithRSAEncryption" },
    KeyType { name: "rsa:3072", openssl: "Public-Key: (3072 bit)", signature: "sha256WithRSAEncryption" },
    KeyType { name: "rsa:4096", openssl: "Public-Key: (4096 bit)", signature: "sha256WithRSAEncryption" },
    KeyType { name: "p256", openssl: "NIST CURVE: P-256", signature: "ecdsa-with-SHA256" },
    KeyType { name: "p384", openssl: "NIST CURVE: P-384", signature: "ecdsa-with-SHA384" },
    KeyType { name: "p521", openssl: "NIST CURVE: P-521", signature: "ecdsa-with-SHA512" },
    KeyType { name: "ed25519", openssl: "ED25519 Public-Key:", signature: "ED25519" },
];

/// One `--type`.
pub(crate) struct KeyType {
    /// As our program calls it.
    pub(crate) name: &'static str,
    /// What `openssl x509 -text` shows for it.
    pub(crate) openssl: &'static str,
    /// The signature algorithm that a certificate of such a key bears.
    pub(crate) signature: &'static str,
}

/// Whether `needle` stands in `haystack`.
pub(crate) fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    !needle.is_empty() && haystack.windows(needle.len()).any(|window| window == needle)
}
