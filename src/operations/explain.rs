//! What a token endpoint's refusal means, and what to do about it: known refusals as data, one row each.
//!
//! Servers say little (RFC 6749 section 5.2 has six words for everything), and what they say means other things than it
//! seems to. The rows hold what their makers document and what people found out; each cause names its source.

mod circumstances;
mod diagnosis;
mod redacted;
mod rows;
mod search;
mod tokens;
mod words;

pub use circumstances::Circumstances;
pub use diagnosis::{Diagnosis, Judged, Likelihood, diagnose};
pub use redacted::without_secrets;
pub use rows::SET_THE_CLOCK;
pub use search::{Found, closest, explain};
pub use words::ServerWords;

/// One known refusal.
#[derive(Debug, PartialEq, Eq)]
pub struct Explanation {
    /// A stable word for it, its own among all rows.
    pub id: &'static str,
    /// The target that refuses so, by its name.
    pub target: &'static str,
    /// The values of `error` that go with it; empty where that is not known, or there is none.
    pub errors: &'static [&'static str],
    /// The server's words, as its source prints them; empty where only the error tells.
    pub said: &'static str,
    /// What of the words stays the same: any of these has to occur. Case, punctuation and blanks do not count, and
    /// ` … ` stands for up to sixty words. Empty where the error alone tells.
    pub phrases: &'static [&'static str],
    /// Numbers and names by which the refusal may be known besides. They change more often than words do.
    pub codes: &'static [&'static str],
    /// What the server means, as a sentence.
    pub means: &'static str,
    /// What may be the reason, the likeliest first.
    pub causes: &'static [Cause],
}

/// One reason for a refusal.
#[derive(Debug, PartialEq, Eq)]
pub struct Cause {
    /// What it is the fault of, for what is known of a login to weigh it.
    pub suspect: Suspect,
    /// What is wrong, as a phrase.
    pub what: &'static str,
    /// How to tell whether it is this one, as a phrase.
    pub tell: &'static str,
    /// What to do, as a phrase.
    pub mend: &'static str,
    /// How well it is known.
    pub evidence: Evidence,
    /// Where this is known from.
    pub source: &'static str,
}

/// What a cause is the fault of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Suspect {
    /// Who may use the app is not settled, or not for this user.
    Approval,
    /// The `aud` claim.
    Audience,
    /// Claims or header of the token.
    Claims,
    /// The client id, or the app that it names.
    Client,
    /// A clock.
    Clock,
    /// The address that was asked.
    Host,
    /// The key, its certificate, or what names them.
    Key,
    /// The time that the token is good for.
    Lifetime,
    /// Where the request came from.
    Network,
    /// How the program that logged in makes tokens and requests, which [`login`](super::login) does right.
    Program,
    /// The form of the request.
    Request,
    /// The scope that was asked for.
    Scope,
    /// The server itself.
    Server,
    /// The user.
    User,
}

impl Suspect {
    /// A stable word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Approval => "approval",
            Self::Audience => "audience",
            Self::Claims => "claims",
            Self::Client => "client",
            Self::Clock => "clock",
            Self::Host => "host",
            Self::Key => "key",
            Self::Lifetime => "lifetime",
            Self::Network => "network",
            Self::Program => "program",
            Self::Request => "request",
            Self::Scope => "scope",
            Self::Server => "server",
            Self::User => "user",
        }
    }
}

/// How well a cause is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Evidence {
    /// The target's own documentation says so.
    Documented,
    /// People who met it say so.
    Reported,
    /// A program that talks to the target says so in its source code.
    InCode,
    /// It stands to reason, and nobody confirmed it.
    Presumed,
}

impl Evidence {
    /// The word for it, which is stable.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Documented => "documented",
            Self::Reported => "reported",
            Self::InCode => "in_code",
            Self::Presumed => "presumed",
        }
    }
}

impl Explanation {
    /// Every row, target by target.
    pub fn all() -> impl Iterator<Item = &'static Self> {
        rows::ROWS.iter().copied().flatten()
    }
}

/// What the standard says of an `error`: RFC 6749 sections 4.1.2.1 and 5.2, RFC 9449 section 5.
///
/// ```
/// use certwright::operations::standard_meaning;
///
/// assert!(standard_meaning("invalid_grant").is_some());
/// assert_eq!(standard_meaning("app_not_found"), None);
/// ```
#[must_use]
pub fn standard_meaning(error: &str) -> Option<&'static str> {
    Some(match error.to_ascii_lowercase().as_str() {
        "invalid_request" => "the request lacks a parameter, repeats one, or is malformed otherwise",
        "invalid_client" => "the client is unknown, or did not prove who it is",
        "invalid_grant" => {
            "what was to be exchanged, here the signed token, is invalid, expired, revoked, or another client's"
        }
        "unauthorized_client" => "the client is known, but may not get a token in this way",
        "unsupported_grant_type" => "the server does not know this grant_type",
        "invalid_scope" => "the scope is invalid, unknown, malformed, or more than was granted",
        "access_denied" => "the user or the server refused",
        "unsupported_response_type" => "the server does not give out codes or tokens in this way",
        "server_error" => "the server met a fault of its own",
        "temporarily_unavailable" => "the server is overloaded, or being maintained",
        "invalid_dpop_proof" => "the proof that the client holds its key is missing or invalid",
        "use_dpop_nonce" => "the server wants a nonce of its own in the proof that the client holds its key",
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
