//! nameConstraints, RFC 5280 section 4.2.1.10: the names that a CA may vouch for.

use std::fmt;

use x509_cert::ext::pkix::NameConstraints;
use x509_cert::ext::pkix::constraints::name::GeneralSubtree;
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::name::Name;

use super::{AttributeKind, DistinguishedName, FORMAT, SubjectAltName};
use crate::formats::Error;
use crate::untrusted::Untrusted;

/// A name that is to be held to the bounds.
pub(super) struct NameToCheck(GeneralName);

/// What is permitted and what is excluded.
pub(super) struct Bounds<'a> {
    permitted: &'a [GeneralSubtree],
    excluded: &'a [GeneralSubtree],
}

impl NameToCheck {
    /// The subject, its mail addresses and `names`; without any `names`, the common names that can be hosts too.
    pub(super) fn all(subject: &DistinguishedName, names: &[SubjectAltName]) -> Result<Vec<Self>, Error> {
        let mut all = Vec::new();
        if !subject.is_empty() {
            all.push(GeneralName::DirectoryName(subject.as_x509().clone()));
        }
        let text = |kind| subject.values(kind).into_iter();
        for address in text(AttributeKind::Email) {
            all.extend(ia5(&address).map(GeneralName::Rfc822Name));
        }
        if names.is_empty() {
            let is_host = |name: &String| !name.is_empty() && !name.contains([' ', '@', '/', ':']);
            for host in text(AttributeKind::CommonName).filter(is_host) {
                all.extend(ia5(&host).map(GeneralName::DnsName));
            }
        }
        for name in names {
            all.push(name.to_general_name().map_err(|fault| Error::malformed(FORMAT, fault.to_string()))?);
        }
        Ok(all.into_iter().map(Self).collect())
    }
}

fn ia5(text: &str) -> Option<der::asn1::Ia5String> {
    der::asn1::Ia5String::new(text).ok()
}

impl fmt::Display for NameToCheck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", Untrusted(&SubjectAltName::from(&self.0).to_string()))
    }
}

impl<'a> Bounds<'a> {
    pub(super) fn of(constraints: &'a NameConstraints) -> Self {
        Self {
            permitted: constraints.permitted_subtrees.as_deref().unwrap_or_default(),
            excluded: constraints.excluded_subtrees.as_deref().unwrap_or_default(),
        }
    }

    /// Why `name` lies outside the bounds, or `None` when it lies inside.
    pub(super) fn forbid(&self, name: &NameToCheck) -> Option<String> {
        let same_kind = |tree: &&GeneralSubtree| std::mem::discriminant(&tree.base) == std::mem::discriminant(&name.0);
        let shown = |tree: &GeneralSubtree| Untrusted(&SubjectAltName::from(&tree.base).to_string()).to_string();
        for tree in self.excluded.iter().filter(same_kind) {
            match lies_in(&name.0, &tree.base) {
                Some(false) => {}
                Some(true) => return Some(format!("the nameConstraints exclude {}", shown(tree))),
                None => return Some("the nameConstraints exclude some names of this kind".to_owned()),
            }
        }
        let permitted: Vec<&GeneralSubtree> = self.permitted.iter().filter(same_kind).collect();
        if permitted.is_empty() || permitted.iter().any(|tree| lies_in(&name.0, &tree.base) == Some(true)) {
            return None;
        }
        let only: Vec<String> = permitted.into_iter().map(shown).collect();
        Some(format!("the nameConstraints permit only {}", only.join(", ")))
    }
}

/// Whether `name` lies in the subtree of `base`; `None` for a kind or form whose subtrees are not known here.
fn lies_in(name: &GeneralName, base: &GeneralName) -> Option<bool> {
    Some(match (name, base) {
        (GeneralName::DnsName(name), GeneralName::DnsName(base)) => host_lies_in(name.as_str(), base.as_str()),
        (GeneralName::Rfc822Name(name), GeneralName::Rfc822Name(base)) => {
            let (name, base) = (name.as_str(), base.as_str());
            let (local, host) = name.rsplit_once('@')?;
            match base.rsplit_once('@') {
                Some((box_of, at)) => local == box_of && host.eq_ignore_ascii_case(at),
                None => exactly_or_below(host, base),
            }
        }
        (GeneralName::UniformResourceIdentifier(name), GeneralName::UniformResourceIdentifier(base)) => {
            exactly_or_below(uri_host(name.as_str())?, base.as_str())
        }
        (GeneralName::IpAddress(name), GeneralName::IpAddress(base)) => {
            let (name, base) = (name.as_bytes(), base.as_bytes());
            let (network, mask) = base.split_at(base.len() / 2);
            let masked = || name.iter().zip(network).zip(mask).all(|((a, b), mask)| a & mask == b & mask);
            name.len() * 2 == base.len() && masked()
        }
        (GeneralName::DirectoryName(name), GeneralName::DirectoryName(base)) => directory_lies_in(name, base),
        _ => return None,
    })
}

/// A host is in the subtree of a domain when it is the domain or stands below it; a leading dot asks for less than
/// itself.
fn host_lies_in(name: &str, base: &str) -> bool {
    let (name, base) = (name.to_ascii_lowercase(), base.to_ascii_lowercase());
    let below = |domain: &str| name.strip_suffix(domain).is_some_and(|front| front.ends_with('.'));
    match base.strip_prefix('.') {
        Some(domain) => below(domain),
        None => base.is_empty() || name == base || below(&base),
    }
}

/// For mail and URIs a domain without leading dot means that host alone.
fn exactly_or_below(host: &str, base: &str) -> bool {
    if base.starts_with('.') { host_lies_in(host, base) } else { base.is_empty() || host.eq_ignore_ascii_case(base) }
}

fn uri_host(uri: &str) -> Option<&str> {
    let authority = uri.split_once("://")?.1.split(['/', '?', '#']).next()?;
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    // An address is no host, and RFC 5280 lets no constraint permit it.
    if host.starts_with('[') { None } else { host.split(':').next() }
}

/// Whether the RDNs of `base` begin `name`; neither the case of letters nor the kind of string counts (section 7.1).
fn directory_lies_in(name: &Name, base: &Name) -> bool {
    let rdns = |name: &Name| name.iter_rdn().map(|rdn| rdn.to_string().to_lowercase()).collect::<Vec<_>>();
    rdns(name).starts_with(&rdns(base))
}

#[cfg(test)]
mod tests;
