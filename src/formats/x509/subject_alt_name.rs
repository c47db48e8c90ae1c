//! Subject alternative names: the kinds that are accepted, checked as they are typed.

#[cfg(test)]
mod tests;

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use der::Encode;
use der::asn1::{Ia5String, OctetString};
use x509_cert::ext::pkix::name::GeneralName;

use super::DistinguishedName;
use crate::untrusted::Untrusted;

/// One of the names in a subjectAltName extension, RFC 5280 section 4.2.1.6.
///
/// ```text
/// GeneralName ::= CHOICE {
///     rfc822Name                      [1]  IA5String,
///     dNSName                         [2]  IA5String,
///     uniformResourceIdentifier       [6]  IA5String,
///     iPAddress                       [7]  OCTET STRING,
///     ... }
/// ```
///
/// ```
/// use certwright::formats::x509::SubjectAltName;
///
/// assert_eq!(SubjectAltName::parse("DNS:example.com")?.to_string(), "dns:example.com");
/// assert_eq!(SubjectAltName::parse("10.0.0.1")?.to_string(), "ip:10.0.0.1");
/// # Ok::<(), certwright::formats::x509::SubjectAltNameError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SubjectAltName {
    /// A host name, `dNSName`.
    Dns(String),
    /// A mail address, `rfc822Name`.
    Email(String),
    /// An address of version 4 or 6, `iPAddress`.
    Ip(IpAddr),
    /// A kind that is kept when read and never made, such as a `directoryName`.
    Other(OtherGeneralName),
    /// An absolute URI, `uniformResourceIdentifier`.
    Uri(String),
}

/// A GeneralName of another kind, kept as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherGeneralName(Box<GeneralName>);

/// Why a text is not a subject alternative name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SubjectAltNameError {
    /// Not a host name, and why.
    #[error("`{}` is no DNS name: {reason}", Untrusted(.name))]
    Dns {
        /// What was given.
        name: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Not a mail address, and why.
    #[error("`{}` is no e-mail address: {reason}", Untrusted(.address))]
    Email {
        /// What was given.
        address: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Nothing at all.
    #[error("a subject alternative name is empty")]
    Empty,
    /// Not an IP address.
    #[error("`{}` is no IP address such as `192.0.2.1` or `2001:db8::1`, without port or prefix length", Untrusted(.0))]
    Ip(String),
    /// A kind that is not accepted.
    #[error("`{}` is no kind of subject alternative name: use dns:, ip:, email: or uri:", Untrusted(.0))]
    Kind(String),
    /// Not an absolute URI, and why.
    #[error("`{}` is no absolute URI: {reason}", Untrusted(.uri))]
    Uri {
        /// What was given.
        uri: String,
        /// What is wrong with it.
        reason: String,
    },
}

/// The most octets of a host name as text, RFC 1035 section 2.3.4 without the root's length octet and dot.
const MAX_DNS_NAME: usize = 253;

/// The most octets of one label, RFC 1035 section 2.3.4.
const MAX_LABEL: usize = 63;

/// The most octets before the `@`, RFC 5321 section 4.5.3.1.1.
const MAX_LOCAL_PART: usize = 64;

impl SubjectAltName {
    /// Reads `dns:…`, `ip:…`, `email:…` or `uri:…`, the kind in either case as in OpenSSL's `DNS:`.
    ///
    /// Without a kind it is guessed: an IP address if it is one, a URI if there is `://`, a mail address if there is
    /// an `@`, otherwise a host name. Nothing in the text makes this function read anything else, unlike OpenSSL's
    /// `email:copy` or `dirName:section`.
    ///
    /// # Errors
    /// [`SubjectAltNameError`] says what is wrong with the name.
    pub fn parse(text: &str) -> Result<Self, SubjectAltNameError> {
        let text = text.trim_ascii();
        if text.is_empty() {
            return Err(SubjectAltNameError::Empty);
        }
        if let Some((kind, name)) = text.split_once(':') {
            let name = name.trim_ascii_start();
            match kind.trim_ascii_end().to_ascii_lowercase().as_str() {
                "dns" => return dns(name),
                "email" => return email(name),
                "ip" | "ip address" => return ip(name),
                "uri" => return uri(name),
                _ => {}
            }
        }
        if let Ok(address) = text.parse() {
            Ok(Self::Ip(address))
        } else if text.contains("://") {
            uri(text)
        } else if let Some(kind) = unknown_kind(text) {
            Err(SubjectAltNameError::Kind(kind.to_owned()))
        } else if text.contains('@') {
            email(text)
        } else {
            dns(text)
        }
    }

    /// The name as the ASN.1 library holds it.
    ///
    /// # Errors
    /// [`SubjectAltNameError`] for a value made by hand that is not ASCII, which an IA5String cannot hold.
    pub(crate) fn to_general_name(&self) -> Result<GeneralName, SubjectAltNameError> {
        match self {
            Self::Dns(name) => Ia5String::new(name)
                .map(GeneralName::DnsName)
                .map_err(|_| SubjectAltNameError::Dns { name: name.clone(), reason: not_ascii_name() }),
            Self::Email(address) => Ia5String::new(address)
                .map(GeneralName::Rfc822Name)
                .map_err(|_| SubjectAltNameError::Email { address: address.clone(), reason: NOT_ASCII.to_owned() }),
            Self::Ip(address) => Ok(GeneralName::from(*address)),
            Self::Other(other) => Ok((*other.0).clone()),
            Self::Uri(uri) => Ia5String::new(uri)
                .map(GeneralName::UniformResourceIdentifier)
                .map_err(|_| SubjectAltNameError::Uri { uri: uri.clone(), reason: NOT_ASCII.to_owned() }),
        }
    }
}

impl std::str::FromStr for SubjectAltName {
    type Err = SubjectAltNameError;

    fn from_str(text: &str) -> Result<Self, SubjectAltNameError> {
        Self::parse(text)
    }
}

impl From<&GeneralName> for SubjectAltName {
    /// A name from a certificate or request, as it is; nothing of it is checked.
    fn from(name: &GeneralName) -> Self {
        let other = || Self::Other(OtherGeneralName(Box::new(name.clone())));
        match name {
            GeneralName::DnsName(text) => Self::Dns(text.as_str().to_owned()),
            GeneralName::Rfc822Name(text) => Self::Email(text.as_str().to_owned()),
            GeneralName::UniformResourceIdentifier(text) => Self::Uri(text.as_str().to_owned()),
            GeneralName::IpAddress(octets) => address(octets).map_or_else(other, Self::Ip),
            _ => other(),
        }
    }
}

impl fmt::Display for SubjectAltName {
    /// The kind, a colon, and the name. Text from a file still goes through [`Untrusted`] on its way to a terminal.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dns(name) => write!(f, "dns:{name}"),
            Self::Email(address) => write!(f, "email:{address}"),
            Self::Ip(address) => write!(f, "ip:{address}"),
            Self::Other(other) => other.fmt(f),
            Self::Uri(uri) => write!(f, "uri:{uri}"),
        }
    }
}

impl fmt::Display for OtherGeneralName {
    /// The kind and what can be said of the name, which [`SubjectAltName::parse`] does not read back.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            GeneralName::DirectoryName(name) => write!(f, "dirname:{}", DistinguishedName::from(name.clone())),
            GeneralName::OtherName(name) => write!(f, "othername:{}", name.type_id),
            GeneralName::RegisteredId(oid) => write!(f, "rid:{oid}"),
            other => {
                let octets = other.to_der().map_err(|_| fmt::Error)?;
                f.write_str("#")?;
                octets.iter().try_for_each(|octet| write!(f, "{octet:02x}"))
            }
        }
    }
}

fn address(octets: &OctetString) -> Option<IpAddr> {
    let octets = octets.as_bytes();
    let four = <[u8; 4]>::try_from(octets).map(|four| IpAddr::V4(Ipv4Addr::from(four)));
    four.or_else(|_| <[u8; 16]>::try_from(octets).map(|sixteen| IpAddr::V6(Ipv6Addr::from(sixteen)))).ok()
}

/// The word before the first colon, where a kind would stand: `rid:1.2.3`, but not `example.com:443`.
fn unknown_kind(text: &str) -> Option<&str> {
    let (kind, _) = text.split_once(':')?;
    (!kind.is_empty() && kind.bytes().all(|octet| octet.is_ascii_alphanumeric())).then_some(kind)
}

const NOT_ASCII: &str = "it is not ASCII";

fn not_ascii_name() -> String {
    "it is not ASCII; an internationalised name stands here in its `xn--` form".to_owned()
}

fn ip(text: &str) -> Result<SubjectAltName, SubjectAltNameError> {
    text.parse().map(SubjectAltName::Ip).map_err(|_| SubjectAltNameError::Ip(text.to_owned()))
}

fn dns(name: &str) -> Result<SubjectAltName, SubjectAltNameError> {
    let checked = check_host(name.strip_prefix("*.").unwrap_or(name)).and_then(|()| check_length(name));
    match checked {
        Ok(()) => Ok(SubjectAltName::Dns(name.to_owned())),
        Err(reason) => Err(SubjectAltNameError::Dns { name: name.to_owned(), reason }),
    }
}

fn check_length(name: &str) -> Result<(), String> {
    match name.len() {
        length if length > MAX_DNS_NAME => Err(format!("it has {length} characters, and the limit is {MAX_DNS_NAME}")),
        _ => Ok(()),
    }
}

/// The preferred name syntax of RFC 1034 section 3.5, which RFC 5280 asks for, with the underscores that are met.
fn check_host(name: &str) -> Result<(), String> {
    if !name.is_ascii() {
        return Err(not_ascii_name());
    }
    for label in name.split('.') {
        if label.is_empty() {
            return Err("a label between the dots is empty".to_owned());
        }
        if label == "*" {
            return Err("`*` may only be the whole first label, as in `*.example.com`".to_owned());
        }
        let taken = |character: &char| character.is_ascii_alphanumeric() || matches!(character, '-' | '_');
        if let Some(character) = label.chars().find(|character| !taken(character)) {
            return Err(format!("`{}` cannot stand in it", Untrusted(&character.to_string())));
        }
        if label.starts_with('-') || label.ends_with('-') {
            return Err(format!("the label `{label}` begins or ends with `-`"));
        }
        if label.len() > MAX_LABEL {
            return Err(format!("a label has {} characters, and the limit is {MAX_LABEL}", label.len()));
        }
    }
    // No top-level domain is a number; such a name is a mistyped address.
    let last = name.rsplit('.').next().unwrap_or_default();
    if last.bytes().all(|octet| octet.is_ascii_digit()) {
        return Err("its last label is a number, as in an IP address".to_owned());
    }
    Ok(())
}

/// `local-part@domain` with a dot-atom before the `@`, RFC 5280 section 4.2.1.6 and RFC 5321 section 4.1.2.
fn email(address: &str) -> Result<SubjectAltName, SubjectAltNameError> {
    match check_email(address) {
        Ok(()) => Ok(SubjectAltName::Email(address.to_owned())),
        Err(reason) => Err(SubjectAltNameError::Email { address: address.to_owned(), reason }),
    }
}

fn check_email(address: &str) -> Result<(), String> {
    let Some((local, domain)) = address.split_once('@') else {
        return Err("it has no `@`".to_owned());
    };
    if domain.contains('@') {
        return Err("it has more than one `@`".to_owned());
    }
    if !address.is_ascii() {
        return Err(NOT_ASCII.to_owned());
    }
    if local.split('.').any(str::is_empty) {
        return Err("before the `@`, a part between the dots is empty".to_owned());
    }
    let taken = |character: &char| character.is_ascii_alphanumeric() || "!#$%&'*+-./=?^_`{|}~".contains(*character);
    if let Some(character) = local.chars().find(|character| !taken(character)) {
        return Err(format!("`{}` cannot stand before the `@`", Untrusted(&character.to_string())));
    }
    if local.len() > MAX_LOCAL_PART {
        return Err(format!("{} characters stand before the `@`, and the limit is {MAX_LOCAL_PART}", local.len()));
    }
    check_host(domain).and_then(|()| check_length(domain)).map_err(|reason| format!("after the `@`, {reason}"))
}

/// RFC 3986 section 3, as far as its characters go.
fn uri(uri: &str) -> Result<SubjectAltName, SubjectAltNameError> {
    match check_uri(uri) {
        Ok(()) => Ok(SubjectAltName::Uri(uri.to_owned())),
        Err(reason) => Err(SubjectAltNameError::Uri { uri: uri.to_owned(), reason }),
    }
}

fn check_uri(uri: &str) -> Result<(), String> {
    if !uri.is_ascii() {
        return Err(format!(
            "{NOT_ASCII}; other characters are percent-encoded, and host names take their `xn--` form"
        ));
    }
    let no_scheme = || "it does not begin with a scheme such as `https:`".to_owned();
    let (scheme, rest) = uri.split_once(':').ok_or_else(no_scheme)?;
    let begins = scheme.bytes().next().is_some_and(|octet| octet.is_ascii_alphabetic());
    if !begins || !scheme.bytes().all(|octet| octet.is_ascii_alphanumeric() || b"+-.".contains(&octet)) {
        return Err(no_scheme());
    }
    if rest.trim_start_matches('/').is_empty() {
        return Err("nothing follows its scheme".to_owned());
    }
    let refused = |character: &char| !character.is_ascii_graphic() || "\"<>\\^`{|}".contains(*character);
    if let Some(character) = rest.chars().find(refused) {
        return Err(format!("`{}` cannot stand in it unless percent-encoded", Untrusted(&character.to_string())));
    }
    Ok(())
}
