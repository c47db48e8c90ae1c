//! How a target wants the token that a client signs, and where the client sends it, in data.

use crate::formats::jwt::Algorithm;

/// What a target asks of the assertion (RFC 7521, RFC 7523) that a client signs.
#[derive(Debug, PartialEq, Eq)]
pub struct TokenRules {
    /// The algorithms that are taken, the usual one first.
    pub algorithms: &'static [Algorithm],
    /// How the header names the key.
    pub key_name: KeyName,
    /// Who stands in `iss`.
    pub issuer: Party,
    /// Who stands in `sub`.
    pub subject: Party,
    /// What stands in `aud`.
    pub audience: Audience,
    /// The longest time from now to `exp`, in seconds, which is also what is used unless another is asked for.
    pub longest: u32,
    /// The claims besides these.
    pub claims: &'static [Claim],
    /// How the token becomes an access token.
    pub exchange: Exchange,
    /// Where this is known from.
    pub source: &'static str,
}

/// How a header names the key that signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyName {
    /// Not at all.
    None,
}

/// Who stands in `iss` or `sub`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Party {
    /// The client: consumer key, client id, integration key.
    Client,
    /// The user for whom the client asks.
    User,
}

/// What stands in `aud`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Audience {
    /// The login address, without what follows its host.
    LoginOrigin,
}

/// A claim that a target asks for besides `iss`, `sub`, `aud` and `exp`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Claim {
    /// `iat`: now.
    IssuedAt,
}

/// How a signed token becomes an access token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Exchange {
    /// As the grant itself, RFC 7523 section 2.1.
    JwtBearer {
        /// The login address that holds unless another is named.
        login: Option<&'static str>,
        /// What is appended to it.
        path: &'static str,
    },
}
