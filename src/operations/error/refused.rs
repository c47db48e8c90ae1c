//! What a target would refuse or asks for, and the rule that says so.

use std::borrow::Cow;

use crate::clock::Timestamp;
use crate::crypto::KeyAlgorithm;
use crate::crypto::key_health::Weakness;
use crate::formats::jwt::Algorithm;
use crate::untrusted::Untrusted;

/// What a target would refuse.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refused {
    /// An entry's alias.
    #[error("the alias `{}`", Untrusted(&beginning(.0)))]
    Alias(String),
    /// An entry of a keystore with another password than the keystore's.
    #[error("an entry with a password of its own")]
    EntryPassword,
    /// A kind of key.
    #[error("a key of type {0}")]
    Key(KeyAlgorithm),
    /// A token that is signed so.
    #[error("a token that is signed with {0}")]
    TokenAlgorithm(Algorithm),
    /// A token whose header names a certificate that ended then.
    #[error("a token of a certificate that expired at {0}")]
    TokenCertificate(Timestamp),
    /// A token with this value of a claim.
    #[error("a token whose `{name}` is `{}`", Untrusted(&beginning(.value)))]
    TokenClaim {
        /// The claim.
        name: &'static str,
        /// Its value.
        value: String,
    },
    /// A token whose `jti` has so many characters.
    #[error("a token whose `jti` has {0} characters")]
    TokenId(usize),
    /// A token that is valid for so many seconds.
    #[error("a token that is valid for {0} seconds")]
    TokenLifetime(u32),
    /// A weak key.
    #[error("a key that {0}")]
    WeakKey(Weakness),
    /// A certificate that is valid for so many days.
    #[error("a certificate of {0} days")]
    Validity(i64),
}

/// What a token for a target, or the request with it, cannot be made without.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Needed {
    /// The key's certificate, which the header names.
    #[error("the key's certificate, which its header names by `x5t#S256`")]
    Certificate,
    /// The client's secret.
    #[error("the client secret, which is sent with the token")]
    ClientSecret,
    /// `iss`, which is what the text says.
    #[error("an issuer: {0}")]
    Issuer(&'static str),
    /// `kid`, which is found where the text says.
    #[error("a `kid`, by which the key is found again")]
    KeyName(&'static str),
    /// The address to log in at, for this account.
    #[error("an address to log in at: {0}")]
    Login(&'static str),
    /// What the access token is to be good for.
    #[error("a scope: {0}")]
    Scope(&'static str),
    /// `sub`, which is what the text says.
    #[error("a subject: {0}")]
    Subject(&'static str),
}

/// A target's rule, as a phrase.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text}{}", from(.known_from))]
pub struct Rule {
    pub(crate) text: Cow<'static, str>,
    /// Where it is known from; empty where the text says so.
    pub(crate) known_from: &'static str,
}

fn from(source: &str) -> String {
    if source.is_empty() { String::new() } else { format!(" ({source})") }
}

/// As much of a name as a line of text needs.
fn beginning(name: &str) -> String {
    match name.char_indices().nth(64) {
        Some((end, _)) => format!("{}…", &name[..end]),
        None => name.to_owned(),
    }
}
