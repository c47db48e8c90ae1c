//! Puts the certificates of a bundle in order, from the leaf towards the root.

use super::Certificate;

/// `leaf`, then its issuer, then that one's issuer, as far as `pool` has them; a self-signed certificate ends the chain.
///
/// A certificate counts as issuer only when its name and its key both fit, so that two CAs of one name are told apart.
#[must_use]
pub fn order(leaf: &Certificate, pool: &[Certificate]) -> Vec<Certificate> {
    let mut chain = vec![leaf.clone()];
    while let Some(last) = chain.last() {
        let next = pool.iter().find(|candidate| !chain.contains(candidate) && last.is_issued_by(candidate));
        match next {
            Some(issuer) if last.issuer() != last.subject() => chain.push(issuer.clone()),
            _ => break,
        }
    }
    chain
}
