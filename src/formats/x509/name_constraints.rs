//! nameConstraints, RFC 5280 section 4.2.1.10: the names that a CA may vouch for.

use std::fmt;

use der::asn1::ObjectIdentifier;
use x509_cert::ext::pkix::NameConstraints;
use x509_cert::ext::pkix::constraints::name::GeneralSubtree;
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::name::Name;

use super::name::canonical::canonical;
use super::{AttributeKind, Certificate, DistinguishedName, FORMAT, SubjectAltName};
use crate::formats::Error;
use crate::untrusted::Untrusted;

/// id-on-SmtpUTF8Mailbox, RFC 9598 section 3.
const SMTP_UTF8_MAILBOX: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.8.9");

/// A name that is to be held to the bounds.
pub(super) struct NameToCheck(GeneralName);

/// How a name breaks the bounds; the text says which bound it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Breach {
    Excluded(String),
    NotPermitted(String),
    /// It cannot be told whether it does.
    Unsupported(String),
}

impl Breach {
    /// The same with the name that it is about.
    pub(super) fn with(self, name: &NameToCheck) -> Self {
        match self {
            Self::Excluded(why) => Self::Excluded(format!("{name}: {why}")),
            Self::NotPermitted(why) => Self::NotPermitted(format!("{name}: {why}")),
            Self::Unsupported(why) => Self::Unsupported(format!("{name}: {why}")),
        }
    }
}

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

impl NameToCheck {
    /// The names of a certificate: its subject, the mail addresses in it, its alternative names and, for the last
    /// certificate of a path that names no host otherwise, the common names that can be hosts.
    ///
    /// # Errors
    /// A [`Breach`] when one cannot be told.
    pub(super) fn all_of(certificate: &Certificate, is_last: bool) -> Result<Vec<Self>, Breach> {
        let tbs = certificate.tbs();
        let mut all = Vec::new();
        if !tbs.subject().is_empty() {
            all.push(GeneralName::DirectoryName(tbs.subject().clone()));
        }
        for attribute in tbs.subject().iter().filter(|it| it.oid == AttributeKind::Email.oid()) {
            let address = attribute.value.decode_as::<der::asn1::Ia5String>();
            let odd = |_| Breach::Unsupported("a mail address in the subject is no IA5String".to_owned());
            all.push(GeneralName::Rfc822Name(address.map_err(odd)?));
        }
        let names = tbs.get_extension::<x509_cert::ext::pkix::SubjectAltName>();
        let odd = |_| Breach::Unsupported("its subjectAltName cannot be read".to_owned());
        let names = names.map_err(odd)?.map(|(_, names)| names.0).unwrap_or_default();
        if is_last && !names.iter().any(|name| matches!(name, GeneralName::DnsName(_))) {
            let names = certificate.subject().values(AttributeKind::CommonName);
            // Some readers take it to end there.
            if names.iter().any(|name| name.trim_end_matches('\0').contains('\0')) {
                return Err(Breach::Unsupported("a common name has a NUL within it".to_owned()));
            }
            for host in names.iter().filter(|it| can_be_host(it)) {
                all.extend(ia5(host).map(GeneralName::DnsName));
            }
        }
        all.extend(names);
        Ok(all.into_iter().map(Self).collect())
    }
}

/// Whether a common name is what a reader may take for a host: two labels or more.
fn can_be_host(name: &str) -> bool {
    let is_label = |label: &str| {
        let is_inner = |it: char| it.is_ascii_alphanumeric() || matches!(it, '-' | '_');
        !label.is_empty() && label.chars().all(is_inner) && !label.starts_with('-') && !label.ends_with('-')
    };
    let name = name.trim_end_matches('\0');
    name.contains('.') && name.split('.').all(is_label)
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

    /// How `name` lies outside the bounds, or `None` when it lies inside.
    pub(super) fn forbid(&self, name: &NameToCheck) -> Option<Breach> {
        let same_kind = |tree: &&GeneralSubtree| std::mem::discriminant(&tree.base) == std::mem::discriminant(&name.0);
        let shown = |tree: &GeneralSubtree| Untrusted(&SubjectAltName::from(&tree.base).to_string()).to_string();
        for tree in self.excluded.iter().filter(same_kind) {
            match lies_in(&name.0, &tree.base) {
                Some(false) => {}
                Some(true) => return Some(Breach::Excluded(format!("the nameConstraints exclude {}", shown(tree)))),
                None => {
                    let why = "the nameConstraints exclude some names of this kind";
                    return Some(Breach::Unsupported(why.to_owned()));
                }
            }
        }
        let permitted: Vec<&GeneralSubtree> = self.permitted.iter().filter(same_kind).collect();
        if permitted.is_empty() || permitted.iter().any(|tree| lies_in(&name.0, &tree.base) == Some(true)) {
            return None;
        }
        let only: Vec<String> = permitted.into_iter().map(shown).collect();
        Some(Breach::NotPermitted(format!("the nameConstraints permit only {}", only.join(", "))))
    }

    /// What of `name` or of the bounds for its kind is of a form on which readers disagree, so that nobody may take the
    /// name to lie inside.
    pub(super) fn doubt(&self, name: &NameToCheck) -> Option<Breach> {
        let is_about = |tree: &&GeneralSubtree| match (&name.0, &tree.base) {
            // The bounds for mail apply to mailboxes beyond ASCII too, RFC 9598 section 6.
            (GeneralName::OtherName(name), GeneralName::Rfc822Name(_)) => name.type_id == SMTP_UTF8_MAILBOX,
            (name, base) => std::mem::discriminant(name) == std::mem::discriminant(base),
        };
        let all = || self.excluded.iter().chain(self.permitted).filter(is_about);
        if all().any(|tree| tree.minimum != 0 || tree.maximum.is_some() || !is_plain_base(&tree.base)) {
            return Some(Breach::Unsupported("a subtree of the nameConstraints has an unusual form".to_owned()));
        }
        if all().next().is_some() && !is_plain(&name.0) {
            return Some(Breach::Unsupported("it has an unusual form".to_owned()));
        }
        None
    }
}

/// Whether a name has the form in which all readers take it for the same.
fn is_plain(name: &GeneralName) -> bool {
    match name {
        GeneralName::DirectoryName(_) | GeneralName::DnsName(_) => true,
        GeneralName::IpAddress(octets) => matches!(octets.as_bytes().len(), 4 | 16),
        GeneralName::Rfc822Name(address) => address.as_str().contains('@'),
        GeneralName::UniformResourceIdentifier(uri) => match uri.as_str().split_once("://") {
            Some((scheme, rest)) => {
                let host = rest.split(['/', ':']).next().unwrap_or_default();
                let is_of_host = |it: char| it.is_ascii_alphanumeric() || matches!(it, '-' | '.' | '_');
                !scheme.contains(':') && !host.is_empty() && host.chars().all(is_of_host)
            }
            None => false,
        },
        _ => false,
    }
}

/// The same for the base of a subtree.
fn is_plain_base(base: &GeneralName) -> bool {
    match base {
        GeneralName::DirectoryName(_) | GeneralName::DnsName(_) => true,
        GeneralName::IpAddress(octets) => matches!(octets.as_bytes().len(), 8 | 32),
        GeneralName::Rfc822Name(text) => !text.as_str().is_empty() && !text.as_str().starts_with('@'),
        GeneralName::UniformResourceIdentifier(text) => !text.as_str().is_empty(),
        _ => false,
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

/// Whether the RDNs of `base` begin `name`, compared as section 7.1 has it.
fn directory_lies_in(name: &Name, base: &Name) -> bool {
    canonical(name).starts_with(&canonical(base))
}

#[cfg(test)]
mod tests;
