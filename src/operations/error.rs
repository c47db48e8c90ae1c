//! Why an operation failed: which step, on which input, and the fact below it.

mod refused;

use crate::clock::Timestamp;
use crate::crypto;
use crate::crypto::key_health::Weakness;
use crate::formats::{self, Reason};
use crate::secret::{PasswordPurpose, ProviderError};
use crate::untrusted::Untrusted;

pub use refused::{Needed, Refused, Rule};

/// A failed operation. [`kind`](Self::kind) is the stable word for programs; `Display` and the chain of sources are for
/// people.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A key of this kind has no such signatures.
    #[error("{key} does not sign tokens with {algorithm}")]
    AlgorithmUnfit {
        /// What was asked for.
        algorithm: formats::jwt::Algorithm,
        /// The kind of key.
        key: crypto::KeyAlgorithm,
    },
    /// There is more than one entry that could be meant.
    #[error("`{}` holds {found}, and it is not said which is meant", Untrusted(.input))]
    AliasNeeded {
        /// The file.
        input: String,
        /// What it holds, such as "2 private keys".
        found: String,
        /// The aliases to choose from.
        source: Aliases,
    },
    /// The private key protects nothing: anybody can find it out, or sign without it.
    #[error("the key in `{}` {weakness}", Untrusted(.input))]
    BrokenKey {
        /// The file.
        input: String,
        /// What is wrong with the key.
        weakness: Weakness,
    },
    /// What the input holds has no such form.
    #[error("`{}` cannot become {form}: it holds {found}", Untrusted(.input))]
    CannotConvert {
        /// The file.
        input: String,
        /// The form that was asked for, in words.
        form: &'static str,
        /// What it holds, such as "one certificate".
        found: String,
        /// Why that has no such form, and which forms it has.
        source: NoSuchForm,
    },
    /// The entry cannot be renamed, deleted or added.
    #[error("cannot {action} in `{}`", Untrusted(.store))]
    CannotEdit {
        /// What was attempted, such as "rename `a` to `b`".
        action: String,
        /// The keystore.
        store: String,
        /// Why not.
        source: formats::Error,
    },
    /// The CA must not sign the certificate that is asked for.
    #[error("`{}` cannot issue this certificate", Untrusted(.authority))]
    CannotIssue {
        /// The file of the CA's certificate.
        authority: String,
        /// Why not.
        source: IssueFault,
    },
    /// Something could not be made.
    #[error("cannot make {what}")]
    CannotMake {
        /// What, such as "the certificate".
        what: &'static str,
        /// Why not.
        source: formats::Error,
    },
    /// The key could not be made.
    #[error("cannot make the key")]
    CannotMakeKey {
        /// Why not.
        source: crypto::Error,
    },
    /// A protected file did not open: the password is wrong or the file was changed.
    #[error("cannot open `{}`: {}", Untrusted(.input), opening(.source))]
    CannotOpen {
        /// The file.
        input: String,
        /// Which check failed.
        source: formats::Error,
    },
    /// A file that cannot be read as what it is or should be.
    #[error("cannot read `{}`: {}", Untrusted(.input), reading(.source))]
    CannotRead {
        /// The file.
        input: String,
        /// What is wrong with it.
        source: formats::Error,
    },
    /// A claim that is stated another way, or not so.
    #[error("the claim `{}` cannot be stated so: {why}", Untrusted(.claim))]
    ClaimUnfit {
        /// Its name.
        claim: String,
        /// Why not, as a phrase.
        why: &'static str,
    },
    /// The certificate would end before it begins.
    #[error("a certificate cannot end at {not_after}: it would begin at {not_before}")]
    Dates {
        /// The first moment.
        not_before: Timestamp,
        /// The last moment, which is not after it.
        not_after: Timestamp,
    },
    /// The text is no address to log in at.
    #[error("`{}` is no address to log in at: {why}", Untrusted(.address))]
    LoginAddress {
        /// The text.
        address: String,
        /// Why not, as a phrase.
        why: &'static str,
    },
    /// Key and certificate, or key and request, hold different public keys.
    #[error("{} do not belong together", pair(.key, .other))]
    Mismatch {
        /// The file of the key.
        key: String,
        /// The file of the certificate or request.
        other: String,
        /// Both public keys.
        source: DifferentKeys,
    },
    /// The target gives no access tokens, or not for a form that is posted.
    #[error("{target} has no token endpoint")]
    NoLogin {
        /// The target's name.
        target: &'static str,
    },
    /// A certificate or request would name nobody.
    #[error("{what} needs a subject")]
    NoSubject {
        /// What: `a self-signed certificate`, or `a request without alternative names`.
        what: &'static str,
    },
    /// A password is needed and there is none.
    #[error("a password is needed to {purpose}")]
    NoPassword {
        /// What for.
        purpose: PasswordPurpose,
        /// Why there is none.
        source: ProviderError,
    },
    /// The file does not hold what is needed from it.
    #[error("`{}` holds {found}, and {wanted} is needed", Untrusted(.input))]
    NotWhatIsNeeded {
        /// The file.
        input: String,
        /// What it holds, such as "2 certificates".
        found: String,
        /// What it should hold, such as "one private key".
        wanted: &'static str,
    },
    /// An RSA key is too short to sign tokens.
    #[error("an RSA key of {bits} bits cannot sign tokens: RFC 7518 sections 3.3 and 3.5 ask for 2048 bits or more")]
    ShortKey {
        /// Its length.
        bits: u32,
    },
    /// The one who is to take the result would refuse it.
    #[error("{target} would refuse {what}")]
    TargetRefuses {
        /// The target's name.
        target: &'static str,
        /// What it would refuse.
        what: Refused,
        /// Its rule.
        source: Rule,
    },
    /// There is no token for the target without something that was not given.
    #[error("a token for {target} needs {what}")]
    TokenNeeds {
        /// The target's name.
        target: &'static str,
        /// What is missing.
        what: Needed,
        /// Its rule.
        source: Rule,
    },
    /// The file is nothing that is known here.
    #[error("cannot read `{}`: it is no key, certificate, request or keystore", Untrusted(.input))]
    UnknownFormat {
        /// The file.
        input: String,
        /// What it looks like instead, where that can be told.
        source: Option<LooksLike>,
    },
    /// What was just made did not pass its own proof; nothing of it is given out.
    #[error("what was made does not pass its own proof: {finding}")]
    Unproved {
        /// What the proof found.
        finding: String,
    },
}

/// The files of a pair, which may be one.
fn pair(key: &str, other: &str) -> String {
    if key.is_empty() && other.is_empty() {
        return "the key and the certificate".to_owned();
    }
    if key == other {
        return format!("the key and the certificate in `{}`", Untrusted(key));
    }
    format!("`{}` and `{}`", Untrusted(key), Untrusted(other))
}

/// Two different public keys.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the key is {key}, the {kind} holds {held}")]
pub struct DifferentKeys {
    /// The private key's public half: algorithm and SHA-256 of its SubjectPublicKeyInfo.
    pub key: String,
    /// `certificate` or `request`.
    pub kind: &'static str,
    /// The other public key in the same form.
    pub held: String,
}

/// Why a CA must not sign a certificate.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IssueFault {
    /// The certificate was asked to outlive its CA.
    #[error("it is to end at {asked}, and the CA's certificate ends at {end}")]
    BeyondAuthority {
        /// The end that was asked for.
        asked: Timestamp,
        /// The end of the CA's certificate.
        end: Timestamp,
    },
    /// A key that protects nothing: anybody can find out its private half, or sign without it.
    #[error("{whose} {weakness}")]
    BrokenKey {
        /// Whose key.
        whose: &'static str,
        /// What is wrong with it.
        weakness: Weakness,
    },
    /// The CA's certificate has expired.
    #[error("the CA's certificate expired at {0}")]
    Expired(Timestamp),
    /// The CA's nameConstraints forbid a name.
    #[error("{name} must not stand in it: {why}")]
    NameNotPermitted {
        /// The name.
        name: String,
        /// Which constraint forbids it.
        why: String,
    },
    /// The request asks for a name that is none, and that programs may take for another.
    #[error("the request's {} is no name to vouch for: {why}", Untrusted(.name))]
    NameUnfit {
        /// Which name.
        name: String,
        /// What is wrong with it.
        why: String,
    },
    /// No CA may stand below the issuer.
    #[error("the path length of `{}` is {path_length}, so that no further CA may stand here", Untrusted(.issuer))]
    NoAuthorityBelow {
        /// The issuer whose path length is used up.
        issuer: String,
        /// Its pathLenConstraint.
        path_length: u8,
    },
    /// The certificate is no CA's; the text says what is missing.
    #[error("it is no CA certificate: {0}")]
    NotAnAuthority(String),
    /// The CA's certificate is not valid yet.
    #[error("the CA's certificate is valid from {0} only")]
    NotYetValid(Timestamp),
    /// More CAs were asked for below the new one than the issuers let.
    #[error("a path length of {asked} was asked for, and the issuers leave {allowed}")]
    PathTooLong {
        /// What was asked for.
        asked: u8,
        /// What is left.
        allowed: u8,
    },
    /// A key that is too weak to certify or to sign with.
    #[error("{whose} is {algorithm}, and {least} bits are the least")]
    WeakKey {
        /// Whose key.
        whose: &'static str,
        /// What it is.
        algorithm: crypto::KeyAlgorithm,
        /// The bits that an RSA key needs.
        least: u32,
    },
}

/// The aliases among which one is to be chosen.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the aliases are {}", formats::List(.0))]
pub struct Aliases(pub Vec<String>);

/// Why something has no such form.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", Untrusted(.why))]
pub struct NoSuchForm {
    /// The reason, as a phrase.
    pub why: String,
    /// The forms that it has, by the names of [`Form::names`](super::Form::names).
    pub possible: Vec<&'static str>,
    /// The aliases of entries that have the form by themselves, where the whole file has it not.
    pub entries: Vec<String>,
}

/// What an unknown file looks like, as a phrase.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct LooksLike(pub(crate) String);

impl Error {
    /// A stable word for the kind of failure, for programs.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::CannotEdit { source, .. }
            | Self::CannotMake { source, .. }
            | Self::CannotOpen { source, .. }
            | Self::CannotRead { source, .. } => kind_of(source),
            Self::AlgorithmUnfit { .. } => "algorithm_mismatch",
            Self::AliasNeeded { .. } => "alias_needed",
            Self::BrokenKey { .. } | Self::ShortKey { .. } => "weak_key",
            Self::CannotConvert { .. } => "cannot_convert",
            Self::ClaimUnfit { .. } => "claim_unfit",
            Self::LoginAddress { .. } => "login_address",
            Self::TokenNeeds { .. } => "token_incomplete",
            Self::CannotIssue { .. } => "cannot_issue",
            Self::CannotMakeKey { .. } => "key_generation",
            Self::Dates { .. } => "invalid_dates",
            Self::Mismatch { .. } => "pairing_mismatch",
            Self::NoLogin { .. } => "no_login",
            Self::NoPassword { .. } => "password_needed",
            Self::NoSubject { .. } => "subject_needed",
            Self::NotWhatIsNeeded { .. } => "wrong_content",
            Self::TargetRefuses { .. } => "target_refuses",
            Self::UnknownFormat { .. } => "unknown_format",
            Self::Unproved { .. } => "proof_failed",
        }
    }
}

fn kind_of(fault: &formats::Error) -> &'static str {
    match fault.reason {
        Reason::AliasTaken(_) | Reason::AliasesAlike(..) => "alias_taken",
        Reason::AmbiguousAlias(..) => "ambiguous_alias",
        Reason::CannotHold(_) => "cannot_hold",
        Reason::IntegrityMismatch(_) => "wrong_password",
        Reason::LimitExceeded { .. } => "limit_exceeded",
        Reason::Malformed(_) => "malformed",
        Reason::PartUnreadable(_) => "part_unreadable",
        Reason::PasswordNeeded => "password_needed",
        Reason::Unauthenticated => "unauthenticated",
        Reason::UnknownAlias(..) => "unknown_alias",
        Reason::Unsupported(_) => "unsupported",
    }
}

/// What stopped the opening, as far as it is known.
fn opening(fault: &formats::Error) -> &'static str {
    match fault.reason {
        Reason::IntegrityMismatch(_) => "wrong password, or the file was changed",
        _ => reading(fault),
    }
}

fn reading(fault: &formats::Error) -> &'static str {
    match fault.reason {
        Reason::LimitExceeded { .. } => "it asks for more than the limits allow",
        Reason::PartUnreadable(_) => "a part of it does not open",
        Reason::Unauthenticated => "nobody can tell whether it was changed",
        Reason::Unsupported(_) => "it holds what this program does not read",
        _ => "its content is damaged",
    }
}
