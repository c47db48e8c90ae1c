//! A token that a client signs: planned by the rules of its target, then signed.

use serde_json::{Map, Value};

use crate::clock::Timestamp;
use crate::crypto::{CryptoRng, PrivateKey, PublicKey};
use crate::formats::jwt::{self, Algorithm, Header};
use crate::formats::x509::Certificate;
use crate::secret::Token;

use super::error::{Refused, Rule};
use super::target::{Audience, Claim, KeyName, Party};
use super::{Error, Target};

/// What a token is to say. Without a target, it says just what stands here.
#[derive(Clone, Debug, Default)]
pub struct SignToken<'a> {
    /// Whose rules hold.
    pub target: Option<&'static Target>,
    /// The algorithm; without it the target's usual one for such a key, else the key's.
    pub algorithm: Option<Algorithm>,
    /// `iss`: the client, where the target does not ask for something else.
    pub issuer: Option<&'a str>,
    /// `sub`: the user, likewise.
    pub subject: Option<&'a str>,
    /// `aud`, where it is not to be what the target asks for.
    pub audience: Option<&'a str>,
    /// The login address, such as `https://login.salesforce.com`, without the path of the token endpoint.
    pub login: Option<&'a str>,
    /// Seconds from now to `exp`.
    pub lifetime: Option<u32>,
    /// `kid`.
    pub key_name: Option<&'a str>,
    /// What the access token is to be good for, where the target asks for it in a claim.
    pub scopes: &'a [String],
    /// The key's certificate, where the header names it.
    pub certificate: Option<&'a Certificate>,
    /// Further claims.
    pub claims: Map<String, Value>,
}

/// Header and claims before they are signed: no secret.
#[derive(Clone, Debug, PartialEq)]
pub struct UnsignedToken {
    /// The header.
    pub header: Header,
    /// The claims; every number is an integer.
    pub claims: Map<String, Value>,
}

/// Settles header and claims of a token that `key` is to sign now.
///
/// # Errors
/// [`Error::TargetRefuses`] for an algorithm or lifetime that the target does not take.
pub fn plan_token(
    wanted: &SignToken<'_>,
    key: &PublicKey,
    now: Timestamp,
    _rng: &mut dyn CryptoRng,
) -> Result<UnsignedToken, Error> {
    let rules = wanted.target.and_then(|target| target.token);
    let kind = key.algorithm();
    let fitting = rules.and_then(|rules| rules.algorithms.iter().copied().find(|algorithm| algorithm.fits(kind)));
    let algorithm = wanted.algorithm.or(fitting).unwrap_or_else(|| Algorithm::usual(kind));
    let header = Header::new(algorithm);
    let mut claims = Map::new();
    let mut put = |name: &str, value: Option<Value>| {
        value.map(|value| claims.insert(name.to_owned(), value));
    };
    let party = |party: Party| match party {
        Party::Client => wanted.issuer,
        Party::User => wanted.subject,
    };
    let audience = rules.and_then(|rules| match rules.audience {
        Audience::LoginOrigin => wanted.login,
    });
    put("iss", rules.map_or(wanted.issuer, |rules| party(rules.issuer)).map(Value::from));
    put("sub", rules.map_or(wanted.subject, |rules| party(rules.subject)).map(Value::from));
    put("aud", wanted.audience.or(audience).map(Value::from));
    let lifetime = wanted.lifetime.or(rules.map(|rules| rules.longest));
    put("exp", lifetime.map(|seconds| (now.unix() + i64::from(seconds)).into()));
    for claim in rules.map_or(&[][..], |rules| rules.claims) {
        match claim {
            Claim::IssuedAt => put("iat", Some(now.unix().into())),
        }
    }
    claims.extend(wanted.claims.clone());
    match rules.map(|rules| rules.key_name) {
        Some(KeyName::None) | None => {}
    }
    if let (Some(target), Some(rules)) = (wanted.target, rules)
        && !rules.algorithms.contains(&algorithm)
    {
        let what = Refused::TokenAlgorithm(algorithm);
        return Err(Error::TargetRefuses { target: target.title, what, source: Rule(rules.source) });
    }
    Ok(UnsignedToken { header, claims })
}

/// Signs what was planned.
///
/// # Errors
/// [`Error::CannotMake`] when the key cannot sign so.
pub fn sign_token(token: &UnsignedToken, key: &PrivateKey, rng: &mut dyn CryptoRng) -> Result<Token, Error> {
    jwt::sign(&token.header, &token.claims, key, rng).map_err(|source| Error::CannotMake { what: "the token", source })
}
