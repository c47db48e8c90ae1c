//! Looks for a path: among trusted certificates first, then among others, one issuer at a time and never back.

use crate::clock::Timestamp;

use super::facts::Facts;
use super::{Fault, LONGEST, PathOptions};

/// What was found.
pub(super) struct Built<'f, 'a> {
    /// The certificates, the one in question first.
    pub(super) chain: Vec<&'f Facts<'a>>,
    /// How many of them, from the first, are not trusted by themselves.
    pub(super) untrusted: usize,
    /// Why the path leads to no trust.
    pub(super) fault: Option<Fault>,
}

/// The path from `leaf`, as far as it goes.
pub(super) fn build<'f, 'a>(
    leaf: &'f Facts<'a>,
    trusted: &'f [Facts<'a>],
    others: &'f [Facts<'a>],
    options: &PathOptions<'_>,
) -> Built<'f, 'a> {
    let mut chain = vec![leaf];
    let mut untrusted = 1;
    if leaf.flaw.is_some() {
        return Built { chain, untrusted, fault: Some(Fault::InvalidExtension) };
    }
    let mut is_trusted = false;
    while chain.len() < LONGEST {
        let last = chain[chain.len() - 1];
        match find(trusted, last, &chain, options.at) {
            Some(issuer) if !last.is_self_signed => {
                chain.push(issuer);
                is_trusted = issuer.is_self_signed || options.partial;
            }
            // Another certificate of the same name and key identifier might be a forgery: only the very same counts.
            Some(issuer) if issuer.certificate == last.certificate => {
                untrusted = chain.len() - 1;
                is_trusted = true;
            }
            _ => {
                let above_trusted = untrusted < chain.len();
                let next =
                    if above_trusted || last.is_self_signed { None } else { find(others, last, &chain, options.at) };
                let Some(issuer) = next else { break };
                chain.push(issuer);
                untrusted += 1;
                continue;
            }
        }
        if is_trusted {
            break;
        }
    }
    if !is_trusted && options.partial && untrusted == chain.len() && holds(trusted, leaf) {
        (is_trusted, untrusted) = (true, 0);
    }
    let fault = if is_trusted { None } else { Some(fault(&chain, untrusted)) };
    Built { chain, untrusted, fault }
}

/// Why a path that leads to no trust ends where it does.
fn fault(chain: &[&Facts<'_>], untrusted: usize) -> Fault {
    match chain {
        chain if chain.len() >= LONGEST => Fault::TooLong,
        [leaf] if leaf.is_self_signed => Fault::SelfSignedLeaf,
        [.., last] if last.is_self_signed => Fault::SelfSignedInChain,
        _ if untrusted < chain.len() => Fault::IssuerMissing,
        _ => Fault::IssuerMissingLocally,
    }
}

/// The issuer of `last` in `pool`: the first that is valid at the time, else the one that expires last.
fn find<'f, 'a>(
    pool: &'f [Facts<'a>],
    last: &Facts<'_>,
    chain: &[&Facts<'_>],
    at: Option<Timestamp>,
) -> Option<&'f Facts<'a>> {
    let is_new = |it: &Facts<'_>| {
        it.certificate == last.certificate || !chain.iter().any(|met| met.certificate == it.certificate)
    };
    let mut best: Option<&Facts<'_>> = None;
    for candidate in pool.iter().filter(|it| it.flaw.is_none() && it.may_have_issued(last) && is_new(it)) {
        if candidate.is_valid_at(at) {
            return Some(candidate);
        }
        if best.is_none_or(|best| candidate.not_after() > best.not_after()) {
            best = Some(candidate);
        }
    }
    best
}

fn holds(pool: &[Facts<'_>], wanted: &Facts<'_>) -> bool {
    pool.iter().any(|it| it.certificate == wanted.certificate)
}
