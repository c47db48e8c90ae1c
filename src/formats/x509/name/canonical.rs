//! Names as they are compared, RFC 5280 section 7.1: neither the kind of string, nor the case of letters, nor white space
//! around and between words counts.

use der::asn1::{BitStringRef, ObjectIdentifier};
use der::{Encode, Tag, Tagged};
use x509_cert::attr::AttributeTypeAndValue;
use x509_cert::name::{Name, RelativeDistinguishedName};

use super::{DistinguishedName, display};

/// An RDN as it is compared: its attributes in an order that does not depend on how they were written.
pub(in crate::formats::x509) type CanonicalRdn = Vec<(ObjectIdentifier, Value)>;

/// The value of an attribute as it is compared.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::formats::x509) enum Value {
    /// What is no text, or is text that cannot be read, as its DER.
    Octets(Vec<u8>),
    /// Words, in lower case as far as they are ASCII, which is as far as OpenSSL goes too.
    Text(String),
}

impl DistinguishedName {
    /// Whether both are one name to a reader who builds certification paths.
    #[must_use]
    pub fn matches(&self, other: &Self) -> bool {
        self == other || canonical(&self.0) == canonical(&other.0)
    }
}

/// The RDNs of a name in the order of the DER, as they are compared.
pub(in crate::formats::x509) fn canonical(name: &Name) -> Vec<CanonicalRdn> {
    name.iter_rdn().map(canonical_rdn).collect()
}

/// Whether every value is of a kind that stands in names, and can be read: else OpenSSL refuses the certificate.
pub(in crate::formats::x509) fn is_readable(name: &Name) -> bool {
    name.iter().all(|attribute| match attribute.value.tag() {
        Tag::Utf8String => display::text(&attribute.value).is_some(),
        // Beyond the sixteen bits of its characters there is nothing.
        Tag::BmpString => display::text(&attribute.value).is_some_and(|text| text.chars().all(|it| it <= '\u{ffff}')),
        Tag::BitString => attribute.value.decode_as::<BitStringRef<'_>>().is_ok(),
        Tag::Ia5String | Tag::NumericString | Tag::PrintableString | Tag::Sequence | Tag::TeletexString => true,
        _ => false,
    })
}

fn canonical_rdn(rdn: &RelativeDistinguishedName) -> CanonicalRdn {
    let mut attributes: CanonicalRdn = rdn.iter().map(|attribute| (attribute.oid, value(attribute))).collect();
    attributes.sort();
    attributes
}

fn value(attribute: &AttributeTypeAndValue) -> Value {
    // OpenSSL compares a NumericString octet for octet, with its tag.
    let is_text = attribute.value.tag() != Tag::NumericString;
    match display::text(&attribute.value).filter(|_| is_text) {
        Some(text) => {
            let words: Vec<&str> = text.split_ascii_whitespace().collect();
            Value::Text(words.join(" ").to_ascii_lowercase())
        }
        None => Value::Octets(attribute.value.to_der().unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests {
    use der::asn1::{Any, PrintableStringRef, SetOfVec, Utf8StringRef};
    use x509_cert::name::RdnSequence;

    use super::*;
    use crate::formats::x509::AttributeKind;

    fn name(value: Any) -> DistinguishedName {
        let attribute = AttributeTypeAndValue { oid: AttributeKind::Organization.oid(), value };
        let rdn = RelativeDistinguishedName::from(SetOfVec::from_iter([attribute]).unwrap());
        DistinguishedName(Name::hazmat_from_rdn_sequence(RdnSequence::from(vec![rdn])))
    }

    #[test]
    fn only_the_words_count() {
        let utf8 = |text: &str| name(Any::from(Utf8StringRef::new(text).unwrap()));
        let printable = |text: &str| name(Any::from(PrintableStringRef::new(text).unwrap()));
        for (one, other, is_same) in [
            (utf8("Example Org"), printable("example  ORG "), true),
            (utf8(" Example\tOrg"), utf8("example org"), true),
            (utf8("Example Org"), utf8("ExampleOrg"), false),
            (utf8("Ä"), utf8("ä"), false),
            (name(Any::new(Tag::NumericString, *b"12").unwrap()), utf8("12"), false),
        ] {
            assert_eq!(one.matches(&other), is_same, "{one} {other}");
        }
    }

    #[test]
    fn the_order_of_rdns_counts_and_that_within_one_does_not() {
        let parse = |text: &str| DistinguishedName::parse(text).unwrap();
        assert!(parse("CN=a+O=b,C=DE").matches(&parse("O=b+CN=A,C=de")));
        assert!(!parse("CN=a,O=b").matches(&parse("O=b,CN=a")));
        assert!(!parse("CN=a").matches(&parse("CN=a,O=b")));
    }

    #[test]
    fn values_are_strings_that_can_be_read() {
        let of = |tag, octets: &[u8]| is_readable(&name(Any::new(tag, octets.to_vec()).unwrap()).0);
        assert!(of(Tag::Utf8String, "ä".as_bytes()) && !of(Tag::Utf8String, b"\xff"));
        assert!(of(Tag::BmpString, b"\0a") && !of(Tag::BmpString, b"a") && !of(Tag::BmpString, b"\xd8\x3d\xde\0"));
        assert!(of(Tag::BitString, b"\0a") && !of(Tag::BitString, b"\x09a"));
        // Some of these are beyond what the type allows, and met all the same.
        assert!(of(Tag::PrintableString, b"*.example.com") && of(Tag::TeletexString, b"\xe4"));
        assert!(!of(Tag::Boolean, b"\xff") && !of(Tag::OctetString, b"a") && !of(Tag::Null, b""));
    }
}
