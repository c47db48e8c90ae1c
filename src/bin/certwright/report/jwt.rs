//! Why a token is not verified, with what to do about each reason.

use certwright::formats::jwt::{Algorithm, ClaimFault, Fault, UnknownAlgorithm};
use certwright::operations::{TokenFault, TokenVerdict};

use super::Failure;
use crate::exit::ExitStatus;

/// The failure of a text that is no token.
pub(crate) fn not_readable(fault: &Fault) -> Failure {
    let failure = Failure::new(fault.kind(), ExitStatus::Failed, format!("cannot read the token: {fault}"));
    with(failure, advice(fault))
}

/// One failure for each check that the token did not pass, the signature first; none when it is verified.
pub(crate) fn problems(verdict: &TokenVerdict) -> Vec<Failure> {
    let failed =
        |kind, why: String| Failure::new(kind, ExitStatus::Failed, format!("the token is not verified: {why}"));
    let mut problems = Vec::new();
    if let Err(fault) = &verdict.signature {
        problems.push(with(failed(fault.kind(), fault.to_string()), key_advice(fault)));
    }
    if let Err(fault) = &verdict.media_type {
        problems.push(failed(fault.kind(), fault.to_string()));
    }
    for fault in verdict.claim_faults() {
        problems.push(with(failed(fault.kind(), fault.to_string()), claim_advice(fault)));
    }
    problems
}

impl From<UnknownAlgorithm> for Failure {
    fn from(error: UnknownAlgorithm) -> Self {
        Self::usage(format!("`--alg` cannot be used: {error}"))
    }
}

fn with(failure: Failure, hint: Option<String>) -> Failure {
    match hint {
        Some(hint) => failure.hint(hint),
        None => failure,
    }
}

fn key_advice(fault: &TokenFault) -> Option<String> {
    let hint = match fault {
        TokenFault::AmbiguousKey { .. } => "name the entry of a keystore with `--alias`, or a file with the one key",
        TokenFault::KeyNotForTokens { .. } | TokenFault::NoFittingKey { .. } => {
            "take the key that the issuer signs tokens with; `certwright jwt decode -` shows which one the header names"
        }
        TokenFault::Token(fault) => return advice(fault),
        TokenFault::UnknownKey { .. } => "the token is from another issuer, or newer than the set: fetch the set again",
        _ => return None,
    };
    Some(hint.to_owned())
}

fn advice(fault: &Fault) -> Option<String> {
    let hint = match fault {
        Fault::AlgorithmMismatch { named, bound } if is_rsa(*named) && is_rsa(*bound) => {
            return Some(format!("if {named} is what you and the issuer agreed on, add `--alg {named}`"));
        }
        Fault::AlgorithmMismatch { .. } | Fault::SignatureMismatch => {
            "take the certificate or public key of the key that signed it; `certwright jwt decode -` shows what the header says of it"
        }
        Fault::DerSignature(_) => "whoever signs it must write the signature as JWS wants it, which JWT libraries do",
        Fault::Encrypted => "only its recipient can open it; `certwright jwt decode -` shows its header",
        Fault::Malformed { .. } | Fault::NotCompact(_) => "take the whole token, from the first letter to the last",
        Fault::SharedSecret(_) => "ask its issuer to sign with a private key, such as by RS256 or ES256",
        Fault::ShortKey { .. } => "make a longer key with `certwright genkey --type rsa:3072`",
        Fault::Unsigned(_) => "never take such a token, whoever sent it",
        _ => return None,
    };
    Some(hint.to_owned())
}

fn is_rsa(algorithm: Algorithm) -> bool {
    algorithm.fits(certwright::crypto::KeyAlgorithm::Rsa { bits: 2048 })
}

fn claim_advice(fault: &ClaimFault) -> Option<String> {
    /// Seconds that clocks in real use differ by at most.
    const SKEW: i64 = 600;
    let hint = match fault {
        ClaimFault::Expired { seconds, .. } if *seconds > SKEW => "get a fresh one".to_owned(),
        ClaimFault::Expired { seconds, .. } => {
            format!("get a fresh one, or forgive more between the clocks with `--leeway {}`", seconds + 1)
        }
        ClaimFault::IssuedLater { seconds, .. } | ClaimFault::NotYetValid { seconds, .. } if *seconds <= SKEW => {
            format!("set the clocks of both machines, or forgive more with `--leeway {seconds}`")
        }
        ClaimFault::IssuedLater { .. } | ClaimFault::NotYetValid { .. } => {
            "look at this machine's clock, and at the one that dated the token".to_owned()
        }
        ClaimFault::Missing { claim: "exp", .. } => "to take a token that never ends, add `--allow-no-exp`".to_owned(),
        ClaimFault::Other { wanted, met, .. } if met.iter().any(|it| is_nearly(it, wanted)) => {
            "the two differ in letter case or in a `/` at the end, and are compared letter by letter".to_owned()
        }
        ClaimFault::WrongUnit { .. } => {
            "its maker must count seconds: `Date.now()` of JavaScript and `currentTimeMillis()` of Java do not"
                .to_owned()
        }
        _ => return None,
    };
    Some(hint)
}

fn is_nearly(one: &str, other: &str) -> bool {
    one.trim_end_matches('/').eq_ignore_ascii_case(other.trim_end_matches('/'))
}
