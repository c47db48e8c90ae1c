//! A token that a client signs: planned by the rules of its target, then signed.

mod claims;
mod endpoint;
mod signer;
#[cfg(test)]
mod tests;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use crate::clock::Timestamp;
use crate::crypto::{CryptoRng, DigestAlgorithm, KeyAlgorithm, PrivateKey, PublicKey};
use crate::formats::jwk;
use crate::formats::jwt::{self, Algorithm, Header};
use crate::formats::x509::Certificate;
use crate::secret::Token;

use super::error::{DifferentKeys, Needed, Refused, Rule};
use super::target::{Demand, KeyName, TokenRules};
use super::{Error, Notice, Target, prove};

pub use endpoint::{RequestForm, TokenEndpoint, request_form, token_endpoint};
pub use signer::{Signer, open_signer};

/// What a token is to say. Without a target, it says just what stands here.
#[derive(Clone, Debug, Default)]
pub struct SignToken<'a> {
    /// Whose rules hold.
    pub target: Option<&'static Target>,
    /// The algorithm; without it the target's usual one for such a key, else the key's.
    pub algorithm: Option<Algorithm>,
    /// `iss`: the client, where the target does not ask for something else; at Snowflake, the account.
    pub issuer: Option<&'a str>,
    /// `sub`: the user, likewise.
    pub subject: Option<&'a str>,
    /// `aud`, where it is not to be what the target asks for.
    pub audience: Option<&'a str>,
    /// The login address as it was typed, of which [`token_endpoint`] makes the audience.
    pub login: Option<&'a str>,
    /// Seconds from now to `exp`; without it the target's usual time, and without a target no `exp`.
    pub lifetime: Option<u32>,
    /// `kid`.
    pub key_name: Option<&'a str>,
    /// `jti`; an empty one is made afresh.
    pub token_id: Option<&'a str>,
    /// What the access token is to be good for, where the target asks for it in a claim; without a target, `scope`.
    pub scopes: &'a [String],
    /// The key's certificate: the header names it where the target, or without one the caller, asks for that.
    pub certificate: Option<&'a Certificate>,
    /// Further claims, none of those that have a field here.
    pub claims: Map<String, Value>,
}

/// Header and claims before they are signed: no secret.
#[derive(Clone, Debug, PartialEq)]
pub struct UnsignedToken {
    /// The header.
    pub header: Header,
    /// The claims; every number that is put in here is an integer.
    pub claims: Map<String, Value>,
    /// When it expires, where it does.
    pub expires: Option<Timestamp>,
    /// What the user should know.
    pub notices: Vec<Notice>,
}

/// Settles header and claims of a token that `key` is to sign now.
///
/// ```
/// use certwright::clock::Timestamp;
/// use certwright::crypto::{KeyAlgorithm, PrivateKey, SystemRandom};
/// use certwright::operations::{SignToken, Target, plan_token, sign_token};
///
/// let mut rng = SystemRandom::new();
/// let key = PrivateKey::generate(KeyAlgorithm::Rsa { bits: 2048 }, &mut rng)?;
/// let salesforce: &Target = "salesforce".parse()?;
/// let wanted = SignToken {
///     target: Some(salesforce),
///     issuer: Some("3MVG9example"),
///     subject: Some("admin@example.com"),
///     ..SignToken::default()
/// };
/// let now: Timestamp = "2026-11-21T12:00:00Z".parse()?;
/// let planned = plan_token(&wanted, &key.public_key(), now, &mut rng)?;
/// assert_eq!(planned.claims["aud"], "https://login.salesforce.com");
/// assert_eq!(planned.claims["exp"], now.unix() + 180);
/// let token = sign_token(&planned, &key, &mut rng)?;
/// assert_eq!(token.expose().split('.').count(), 3);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`Error::TargetRefuses`] with the rule for what the target does not take; [`Error::TokenNeeds`] for what it asks for and
/// was not given; [`Error::AlgorithmUnfit`]; [`Error::ShortKey`]; [`Error::Mismatch`] for another key's certificate;
/// [`Error::ClaimUnfit`] for a claim that is stated by a field of its own.
pub fn plan_token(
    wanted: &SignToken<'_>,
    key: &PublicKey,
    now: Timestamp,
    rng: &mut dyn CryptoRng,
) -> Result<UnsignedToken, Error> {
    let rules = match wanted.target {
        Some(target) => Some(Ruled { target, rules: target.token.ok_or(Error::NoLogin { target: target.title })? }),
        None => None,
    };
    check_key(key, rules.as_ref())?;
    check_certificate(wanted.certificate, key)?;
    let algorithm = choose_algorithm(wanted.algorithm, key.algorithm(), rules.as_ref())?;
    let mut notices = Vec::new();
    let header = header(wanted, algorithm, key, now, rules.as_ref(), &mut notices)?;
    let (claims, expires) = claims::settle(wanted, key, now, rules.as_ref(), rng)?;
    Ok(UnsignedToken { header, claims, expires, notices })
}

/// Signs what was planned.
///
/// # Errors
/// [`Error::CannotMake`] when the key cannot sign so.
pub fn sign_token(token: &UnsignedToken, key: &PrivateKey, rng: &mut dyn CryptoRng) -> Result<Token, Error> {
    jwt::sign(&token.header, &token.claims, key, rng).map_err(|source| Error::CannotMake { what: "the token", source })
}

/// A target together with its rules on tokens.
struct Ruled {
    target: &'static Target,
    rules: &'static TokenRules,
}

impl Ruled {
    fn rule(&self, text: String) -> Rule {
        Rule { text: text.into(), known_from: self.rules.source }
    }

    fn refuses(&self, what: Refused, rule: String) -> Error {
        Error::TargetRefuses { target: self.target.title, what, source: self.rule(rule) }
    }

    fn needs(&self, what: Needed, rule: String) -> Error {
        Error::TokenNeeds { target: self.target.title, what, source: self.rule(rule) }
    }
}

fn check_key(key: &PublicKey, rules: Option<&Ruled>) -> Result<(), Error> {
    if let Some(ruled) = rules {
        ruled.target.check_public_key(key)?;
    }
    match key.algorithm() {
        KeyAlgorithm::Rsa { bits } if bits < 2048 => Err(Error::ShortKey { bits }),
        _ => Ok(()),
    }
}

fn check_certificate(certificate: Option<&Certificate>, key: &PublicKey) -> Result<(), Error> {
    let Some(certificate) = certificate else { return Ok(()) };
    let held = match certificate.public_key() {
        Ok(held) if held == *key => return Ok(()),
        Ok(held) => prove::describe(&held),
        Err(fault) => fault.to_string(),
    };
    let source = DifferentKeys { key: prove::describe(key), kind: "certificate", held };
    Err(Error::Mismatch { key: String::new(), other: String::new(), source })
}

fn choose_algorithm(asked: Option<Algorithm>, key: KeyAlgorithm, rules: Option<&Ruled>) -> Result<Algorithm, Error> {
    let taken = rules.map_or(&[][..], |ruled| ruled.rules.algorithms);
    let usual = taken.iter().copied().find(|algorithm| algorithm.fits(key));
    let algorithm = asked.or(usual).unwrap_or_else(|| Algorithm::usual(key));
    if let Some(ruled) = rules
        && !taken.contains(&algorithm)
    {
        let names: Vec<&str> = taken.iter().map(|it| it.name()).collect();
        let rule = format!("{} takes {}", ruled.target.title, one_of(&names));
        return Err(ruled.refuses(Refused::TokenAlgorithm(algorithm), rule));
    }
    if algorithm.fits(key) { Ok(algorithm) } else { Err(Error::AlgorithmUnfit { algorithm, key }) }
}

fn header(
    wanted: &SignToken<'_>,
    algorithm: Algorithm,
    key: &PublicKey,
    now: Timestamp,
    rules: Option<&Ruled>,
    notices: &mut Vec<Notice>,
) -> Result<Header, Error> {
    let mut header = Header::new(algorithm);
    let thumbprint =
        |certificate: &Certificate| URL_SAFE_NO_PAD.encode(certificate.fingerprint(DigestAlgorithm::Sha256).as_bytes());
    let mut key_name = wanted.key_name.map(str::to_owned);
    match rules.map(|ruled| (ruled, ruled.rules.key_name)) {
        None => {
            if let Some(certificate) = wanted.certificate {
                header = header.with("x5t#S256", thumbprint(certificate));
            }
        }
        Some((ruled, KeyName::CertificateSha256)) => {
            let rule = || format!("{} finds the key by its certificate", ruled.target.title);
            let certificate = wanted.certificate.ok_or_else(|| ruled.needs(Needed::Certificate, rule()))?;
            match certificate.validity() {
                Ok(validity) if validity.not_after < now => {
                    let rule = format!("{} refuses a key once its certificate has expired", ruled.target.title);
                    return Err(ruled.refuses(Refused::TokenCertificate(validity.not_after), rule));
                }
                _ => {}
            }
            header = header.with("x5t#S256", thumbprint(certificate));
        }
        Some((ruled, KeyName::Given { demand: Demand::Must, found })) if key_name.is_none() => {
            return Err(ruled.needs(Needed::KeyName(found), found.to_owned()));
        }
        Some((ruled, KeyName::Given { demand: Demand::Should, found })) if key_name.is_none() => {
            notices.push(Notice::NoKeyName { target: ruled.target.title, found });
        }
        Some((ruled, KeyName::Thumbprint { found })) if key_name.is_none() => {
            notices.push(Notice::KeyNameIsThumbprint { target: ruled.target.title, found });
            key_name = Some(jwk::thumbprint(key));
        }
        Some((_, KeyName::Given { .. } | KeyName::None | KeyName::Thumbprint { .. })) => {}
    }
    Ok(match key_name {
        Some(name) => header.with("kid", name),
        None => header,
    })
}

/// `A`, `A or B`, `A, B or C`; with "only" where there is one.
fn one_of(names: &[&str]) -> String {
    match names {
        [] => "none".to_owned(),
        [only] => format!("{only} only"),
        [names @ .., last] => format!("{} or {last}", names.join(", ")),
    }
}
