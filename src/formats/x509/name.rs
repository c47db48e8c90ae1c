//! Distinguished names: RFC 4514 and OpenSSL text, to and from DER.

mod attribute;
pub(super) mod canonical;
mod display;
mod error;
mod parse;
#[cfg(test)]
mod tests;

use std::fmt;

use der::{Decode, Encode};
use x509_cert::name::{Name, RdnSequence, RelativeDistinguishedName};

use crate::formats::Error;

pub use attribute::AttributeKind;
pub use error::NameError;

/// Who a certificate names, or who issued it, RFC 5280 section 4.1.2.4.
///
/// ```text
/// Name        ::= CHOICE { rdnSequence  SEQUENCE OF RelativeDistinguishedName }
/// RelativeDistinguishedName ::= SET SIZE (1..MAX) OF AttributeTypeAndValue
/// ```
///
/// # Order
///
/// The two ways to write a name run in opposite directions:
///
/// - `/C=DE/O=Example/CN=example.com`, OpenSSL's form, lists the attributes as they stand in the DER;
/// - `CN=example.com,O=Example,C=DE`, RFC 4514 section 2.1, begins with the *last* of the DER. Java's `keytool -dname`
///   does the same.
///
/// Both lines above are the same name. `Display` writes RFC 4514, so that `parse(name.to_string())` is `name` again,
/// repeated and multi-valued attributes included. (A name that another program made may lose the choice between, say,
/// PrintableString and UTF8String on the way: text does not tell them apart.)
///
/// ```
/// use certwright::formats::x509::DistinguishedName;
///
/// let name = DistinguishedName::parse("/C=DE/O=Foo, Inc./CN=example.com")?;
/// assert_eq!(name.to_string(), r"CN=example.com,O=Foo\, Inc.,C=DE");
/// assert_eq!(name, DistinguishedName::parse(&name.to_string())?);
/// # Ok::<(), certwright::formats::x509::NameError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct DistinguishedName(Name);

impl DistinguishedName {
    /// Reads a name that a person typed: the slash form when it begins with `/`, otherwise RFC 4514.
    ///
    /// Keywords may be of either case, or dotted OIDs. Unescaped spaces around `=`, `,`, `;`, `+` and `/` are not part
    /// of a value. In RFC 4514, `\` stands before a special character or two hexadecimal digits of a UTF-8 octet,
    /// `#` before the hexadecimal DER of a value, and RFC 2253's `"…"` round a value is read too. In the slash form
    /// `\` stands before any character that is to be taken as it is. An empty text, or `/` alone, is the empty name.
    ///
    /// # Errors
    /// [`NameError`] names the first piece that cannot be read, or the value that its attribute cannot hold.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        parse::rdns(text.trim_ascii_start()).map(|rdns| Self(Name::hazmat_from_rdn_sequence(rdns)))
    }

    /// Appends an RDN of one attribute: the next in the DER, the first in the RFC 4514 text.
    ///
    /// # Errors
    /// [`NameError`] when the attribute cannot hold `value`; the name is then as before.
    pub fn push(&mut self, kind: AttributeKind, value: &str) -> Result<(), NameError> {
        let rdn = RelativeDistinguishedName::try_from(vec![kind.encode(value)?]).map_err(|_| NameError::Encoding)?;
        let mut rdns = RdnSequence::from(std::mem::take(&mut self.0));
        rdns.push(rdn);
        self.0 = Name::hazmat_from_rdn_sequence(rdns);
        Ok(())
    }

    /// Whether the name has no attributes at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The text of the common name, if there is one that is text. Of several it is the most specific: the last of the
    /// DER, the first of the RFC 4514 text.
    #[must_use]
    pub fn common_name(&self) -> Option<String> {
        self.values(AttributeKind::CommonName).pop()
    }

    /// Whether a text in it has control characters, NUL among them.
    pub(crate) fn has_control_characters(&self) -> bool {
        let texts = self.0.iter().filter_map(|attribute| display::text(&attribute.value));
        texts.into_iter().any(|text| text.contains(char::is_control))
    }

    /// The texts of all attributes of a kind, in the order of the DER; one that is no text is left out.
    #[must_use]
    pub fn values(&self, kind: AttributeKind) -> Vec<String> {
        let attributes = self.0.iter().filter(|attribute| attribute.oid == kind.oid());
        attributes.filter_map(|attribute| display::text(&attribute.value)).collect()
    }

    /// The DER of the name.
    ///
    /// # Errors
    /// [`Error`] for a name of more than 256 MiB, which DER as it is written here cannot hold.
    pub fn to_der(&self) -> Result<Vec<u8>, Error> {
        self.0.to_der().map_err(|fault| Error::malformed("X.509", format!("the name cannot be encoded: {fault}")))
    }

    /// Reads the DER of a name.
    ///
    /// # Errors
    /// [`Error`] when `octets` are not the DER of one name, with the attributes of each RDN in the order that DER
    /// asks for.
    pub fn from_der(octets: &[u8]) -> Result<Self, Error> {
        let name = Name::from_der(octets)
            .map(Self)
            .map_err(|fault| Error::malformed("X.509", format!("not the DER of a name: {fault}")))?;
        if name.0.iter_rdn().any(RelativeDistinguishedName::is_empty) {
            return Err(Error::malformed("X.509", "a relative distinguished name has no attributes"));
        }
        // The decoder sorts the attributes of an RDN, so what is not sorted would come out as another name.
        if name.to_der()? != octets {
            return Err(Error::malformed("X.509", "the name is not in the canonical form that DER asks for"));
        }
        Ok(name)
    }

    /// The name as the ASN.1 library holds it.
    pub(crate) fn as_x509(&self) -> &Name {
        &self.0
    }
}

impl From<Name> for DistinguishedName {
    /// A name that the ASN.1 library decoded, as it is.
    fn from(name: Name) -> Self {
        Self(name)
    }
}

impl From<DistinguishedName> for Name {
    fn from(name: DistinguishedName) -> Self {
        name.0
    }
}

impl std::str::FromStr for DistinguishedName {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        Self::parse(text)
    }
}

impl fmt::Display for DistinguishedName {
    /// RFC 4514, with control characters as `\XX`. Text from a file still goes through
    /// [`Untrusted`](crate::untrusted::Untrusted) on its way to a terminal, for what is invisible without being a
    /// control character.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        display::rdns(&self.0, f)
    }
}
