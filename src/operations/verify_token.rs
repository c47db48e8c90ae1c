//! Verifies a token with keys that the receiver chose, and tells what was proved and what was not.
//!
//! The algorithm comes from the key, the JWK's `alg` or the caller. The token's header selects at most which of the
//! receiver's keys is tried, by its `kid` or thumbprint; it never selects an algorithm (RFC 8725 sections 3.1 and 3.10).

mod keys;

use serde_json::Value;

use crate::clock::Timestamp;
use crate::crypto::{DigestAlgorithm, KeyAlgorithm};
use crate::formats::jwt::{self, Algorithm, Check, ClaimFault, Expected, Fault, Outcome, Unchecked, Verified};
use crate::formats::x509::Validity;
use crate::untrusted::Untrusted;

use super::inspect::{self, TokenReport};
use super::load::Origin;

pub use keys::{TokenKey, TokenKeys, open_token_keys};

/// What the receiver of a token asks of it.
#[derive(Clone, Copy, Debug, Default)]
pub struct VerifyToken<'a> {
    /// What the claims must be.
    pub expected: Expected<'a>,
    /// The one algorithm, where it is not the key's usual one.
    pub algorithm: Option<Algorithm>,
    /// What `typ` must be, such as `at+jwt`: RFC 8725 section 3.11.
    pub media_type: Option<&'a str>,
}

/// What came of verifying a token.
#[derive(Debug)]
pub struct TokenVerdict {
    /// What the token says, where it can be read. Believe it only when [`is_verified`](Self::is_verified) is true.
    pub said: Option<Unchecked>,
    /// Whose signature it carries, or why that was not proved.
    pub signature: Result<SignedBy, TokenFault>,
    /// What came of `typ`, where one was asked for.
    pub media_type: Result<(), TokenFault>,
    /// What came of each registered claim.
    pub checks: Vec<Check>,
    /// Seconds that were forgiven in all comparisons of times.
    pub leeway: u32,
    /// The moment of the check.
    pub now: Timestamp,
}

/// The key that verified a token.
#[derive(Clone, Debug)]
pub struct SignedBy {
    /// Where the key stands.
    pub origin: Origin,
    /// Its name in a JWK.
    pub name: Option<String>,
    /// What kind of key.
    pub key: KeyAlgorithm,
    /// The algorithm that it was bound to.
    pub algorithm: Algorithm,
    /// SHA-256 of its SubjectPublicKeyInfo, as hexadecimal digits.
    pub fingerprint: String,
    /// Whom its certificate names, and when that is valid. Neither is judged: the receiver chose the certificate.
    pub certificate: Option<(String, Option<Validity>)>,
}

/// Why it is not proved who signed a token.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TokenFault {
    /// Several keys could have signed it.
    #[error("{count} keys of `{}` could have signed it, and its header does not say which (`kid`)", Untrusted(.file))]
    AmbiguousKey {
        /// The keys' file.
        file: String,
        /// How many.
        count: usize,
    },
    /// A key that may not be used for this.
    #[error("the key in {origin} is not for it: {why}")]
    KeyNotForTokens {
        /// Where it stands.
        origin: String,
        /// Why not.
        why: String,
    },
    /// None of several keys is for the token's algorithm.
    #[error("no key of `{}` verifies {}", Untrusted(.file), Untrusted(.algorithm))]
    NoFittingKey {
        /// The keys' file.
        file: String,
        /// What the header names.
        algorithm: String,
    },
    /// The token itself.
    #[error(transparent)]
    Token(#[from] Fault),
    /// The header names a key that is not here.
    #[error("no key of `{}` is called `{}`; there {}", Untrusted(.file), Untrusted(.name), names(.known))]
    UnknownKey {
        /// The keys' file.
        file: String,
        /// The `kid`.
        name: String,
        /// The names there are.
        known: Vec<String>,
    },
    /// A token of another kind.
    #[error("its `typ` is {}, and must be `{}`", .met.as_deref().map_or("missing".to_owned(), |it| format!("`{}`", Untrusted(it))), Untrusted(.wanted))]
    WrongType {
        /// What it is.
        met: Option<String>,
        /// What it must be.
        wanted: String,
    },
}

impl TokenFault {
    /// A stable word for the kind of fault, for programs.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::AmbiguousKey { .. } => "ambiguous_key",
            Self::KeyNotForTokens { .. } => "key_not_for_tokens",
            Self::NoFittingKey { .. } => "no_fitting_key",
            Self::Token(fault) => fault.kind(),
            Self::UnknownKey { .. } => "unknown_key",
            Self::WrongType { .. } => "wrong_type",
        }
    }
}

impl TokenVerdict {
    /// Whether the signature verifies and every check was passed.
    #[must_use]
    pub fn is_verified(&self) -> bool {
        self.signature.is_ok() && self.media_type.is_ok() && self.claim_faults().next().is_none()
    }

    /// What is wrong with the claims.
    pub fn claim_faults(&self) -> impl Iterator<Item = &ClaimFault> {
        self.checks.iter().filter_map(|check| match &check.outcome {
            Outcome::Failed(fault) => Some(fault),
            _ => None,
        })
    }
}

/// Verifies `token` with that one of `keys` that its header names, and holds its claims against what is wanted.
///
/// ```
/// use certwright::clock::Timestamp;
/// use certwright::crypto::{KeyAlgorithm, PrivateKey, SystemRandom};
/// use certwright::files::Input;
/// use certwright::formats::jwt::{self, Algorithm, Expected, Header};
/// use certwright::formats::spki;
/// use certwright::limits::Limits;
/// use certwright::operations::{VerifyToken, open_token_keys, verify_token};
/// use certwright::secret::NoPasswords;
///
/// let mut rng = SystemRandom::new();
/// let key = PrivateKey::generate(KeyAlgorithm::Ed25519, &mut rng)?;
/// let claims = serde_json::json!({ "aud": "urn:example", "exp": 1_795_226_191 });
/// let claims = claims.as_object().cloned().unwrap_or_default();
/// let token = jwt::sign(&Header::new(Algorithm::EdDsa), &claims, &key, &mut rng)?;
///
/// let input = Input::new("server.pub", spki::encode(&key.public_key())?.into());
/// let keys = open_token_keys(&input, None, &NoPasswords, &Limits::default(), &mut rng)?;
/// let expected = Expected { audience: Some("urn:example"), ..Expected::default() };
/// let wanted = VerifyToken { expected, ..VerifyToken::default() };
/// let verified = |at: i64| Timestamp::from_unix(at).map(|now| verify_token(token.expose(), &keys, &wanted, now).is_verified());
/// assert!(verified(1_795_226_000)?);
/// assert!(!verified(1_795_227_000)?, "expired");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn verify_token(token: &str, keys: &TokenKeys, wanted: &VerifyToken<'_>, now: Timestamp) -> TokenVerdict {
    let (said, signature) = match jwt::read_unchecked(token) {
        Ok(said) => {
            let signature = signed_by(token, &said, keys, wanted);
            (Some(said), signature)
        }
        Err(fault) => (None, Err(fault.into())),
    };
    let claims = said.as_ref().and_then(|said| said.claims.as_ref());
    let checks = claims.map(|claims| jwt::check_claims(claims, &wanted.expected, now)).unwrap_or_default();
    let media_type = match (wanted.media_type, &said) {
        (Some(wanted), Some(said)) => check_media_type(said, wanted),
        _ => Ok(()),
    };
    TokenVerdict { said, signature, media_type, checks, leeway: wanted.expected.leeway, now }
}

/// What a token says; nothing of it is checked or believed.
///
/// # Errors
/// [`Fault::NotCompact`] and [`Fault::Malformed`].
pub fn decode_token(token: &str, now: Timestamp) -> Result<TokenReport, Fault> {
    inspect::describe_token(token, now)
}

fn signed_by(
    token: &str,
    said: &Unchecked,
    keys: &TokenKeys,
    wanted: &VerifyToken<'_>,
) -> Result<SignedBy, TokenFault> {
    if said.is_encrypted {
        return Err(Fault::Encrypted.into());
    }
    let named = said.header.get("alg").and_then(Value::as_str).unwrap_or_default();
    // No key is looked for where none can help, so that the first word is the one that matters.
    if named.eq_ignore_ascii_case("none") {
        return Err(Fault::Unsigned("`alg` is `none`").into());
    }
    if named.len() == 5 && named.starts_with("HS") {
        return Err(Fault::SharedSecret(named.to_owned()).into());
    }
    let key = keys.select(&said.header, wanted.algorithm)?;
    let bound = key.bind(wanted.algorithm)?;
    let Verified { .. } = jwt::verify(token, &bound)?;
    let certificate = key.certificate.as_ref();
    Ok(SignedBy {
        origin: key.origin.clone(),
        name: key.name.clone(),
        key: key.key.algorithm(),
        algorithm: bound.algorithm(),
        fingerprint: crate::formats::spki::fingerprint(&key.key).map(|it| it.to_string()).unwrap_or_default(),
        certificate: certificate.map(|it| (it.subject().to_string(), it.validity().ok())),
    })
}

/// RFC 7515 section 4.1.9: `application/` may be left out, and letters have no case.
fn check_media_type(said: &Unchecked, wanted: &str) -> Result<(), TokenFault> {
    let short = |name: &str| {
        let name = name.to_ascii_lowercase();
        name.strip_prefix("application/").map_or(name.clone(), str::to_owned)
    };
    let met = said.header.get("typ").map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned));
    match met {
        Some(met) if short(&met) == short(wanted) => Ok(()),
        met => Err(TokenFault::WrongType { met, wanted: wanted.to_owned() }),
    }
}

fn names(names: &[String]) -> String {
    if names.is_empty() { "are none with a name".to_owned() } else { format!("are {}", crate::formats::List(names)) }
}

/// The thumbprint of a certificate as `x5t#S256` states it, RFC 7515 section 4.1.8, or as `x5t` does.
fn thumbprint(certificate: &crate::formats::x509::Certificate, digest: DigestAlgorithm) -> String {
    use base64::Engine;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(certificate.fingerprint(digest).as_bytes())
}
