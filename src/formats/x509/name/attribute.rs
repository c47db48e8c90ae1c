//! The attributes of names: keywords, OIDs, string types and upper bounds.

use der::asn1::{Any, ObjectIdentifier};
use der::{Decode, Tag};
use x509_cert::attr::AttributeTypeAndValue;

use super::{NameError, display};

/// An attribute that has a keyword. Others are written as dotted OIDs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AttributeKind {
    /// `businessCategory`, X.520.
    BusinessCategory,
    /// `CN`, RFC 5280 appendix A: 64 characters.
    CommonName,
    /// `C`: two letters of ISO 3166.
    Country,
    /// `dnQualifier`.
    DnQualifier,
    /// `DC`, RFC 4519: one label of a domain name.
    DomainComponent,
    /// `emailAddress`, RFC 2985: 255 ASCII characters.
    Email,
    /// `generationQualifier`, such as "Jr.".
    GenerationQualifier,
    /// `GN`, the given name.
    GivenName,
    /// `initials`.
    Initials,
    /// `jurisdictionC`, CA/Browser Forum EV guidelines.
    JurisdictionCountry,
    /// `jurisdictionL`, CA/Browser Forum EV guidelines.
    JurisdictionLocality,
    /// `jurisdictionST`, CA/Browser Forum EV guidelines.
    JurisdictionState,
    /// `L`: 128 characters.
    Locality,
    /// `O`: 64 characters.
    Organization,
    /// `organizationIdentifier`, X.520 and ETSI EN 319 412-1.
    OrganizationIdentifier,
    /// `OU`: 64 characters.
    OrganizationalUnit,
    /// `postalCode`, X.520: 40 characters.
    PostalCode,
    /// `pseudonym`: 128 characters.
    Pseudonym,
    /// `serialNumber` of the subject, not of the certificate: 64 characters.
    SerialNumber,
    /// `ST`, state or province: 128 characters.
    State,
    /// `STREET`, X.520: 128 characters.
    Street,
    /// `SN`, the surname.
    Surname,
    /// `title`: 64 characters.
    Title,
    /// `UID`, RFC 4519: 256 characters.
    UserId,
}

/// How a value is encoded.
#[derive(Clone, Copy)]
enum Syntax {
    Country,
    Ia5,
    Printable,
    Utf8,
}

/// One attribute: kind, keyword as displayed, further names, OID, syntax, and the most characters.
type Row = (AttributeKind, &'static str, &'static [&'static str], ObjectIdentifier, Syntax, usize);

/// ub-name of RFC 5280 appendix A; also the bound where the standards set none.
const UB_NAME: usize = 32_768;

/// RFC 5280 appendix A, X.520, RFC 4519, and the names that OpenSSL and Java give them.
#[rustfmt::skip]
const ROWS: &[Row] = &[
    (AttributeKind::CommonName, "CN", &["commonName"], oid("2.5.4.3"), Syntax::Utf8, 64),
    (AttributeKind::Surname, "SN", &["surname"], oid("2.5.4.4"), Syntax::Utf8, UB_NAME),
    (AttributeKind::SerialNumber, "serialNumber", &[], oid("2.5.4.5"), Syntax::Printable, 64),
    (AttributeKind::Country, "C", &["countryName"], oid("2.5.4.6"), Syntax::Country, 2),
    (AttributeKind::Locality, "L", &["localityName"], oid("2.5.4.7"), Syntax::Utf8, 128),
    (AttributeKind::State, "ST", &["S", "stateOrProvinceName"], oid("2.5.4.8"), Syntax::Utf8, 128),
    (AttributeKind::Street, "STREET", &["streetAddress"], oid("2.5.4.9"), Syntax::Utf8, 128),
    (AttributeKind::Organization, "O", &["organizationName"], oid("2.5.4.10"), Syntax::Utf8, 64),
    (AttributeKind::OrganizationalUnit, "OU", &["organizationalUnitName"], oid("2.5.4.11"), Syntax::Utf8, 64),
    (AttributeKind::Title, "title", &["T"], oid("2.5.4.12"), Syntax::Utf8, 64),
    (AttributeKind::BusinessCategory, "businessCategory", &[], oid("2.5.4.15"), Syntax::Utf8, 128),
    (AttributeKind::PostalCode, "postalCode", &[], oid("2.5.4.17"), Syntax::Utf8, 40),
    (AttributeKind::GivenName, "GN", &["givenName"], oid("2.5.4.42"), Syntax::Utf8, UB_NAME),
    (AttributeKind::Initials, "initials", &[], oid("2.5.4.43"), Syntax::Utf8, UB_NAME),
    (AttributeKind::GenerationQualifier, "generationQualifier", &["generation"], oid("2.5.4.44"), Syntax::Utf8, UB_NAME),
    (AttributeKind::DnQualifier, "dnQualifier", &["DNQ"], oid("2.5.4.46"), Syntax::Printable, UB_NAME),
    (AttributeKind::Pseudonym, "pseudonym", &[], oid("2.5.4.65"), Syntax::Utf8, 128),
    (AttributeKind::OrganizationIdentifier, "organizationIdentifier", &[], oid("2.5.4.97"), Syntax::Utf8, UB_NAME),
    (AttributeKind::UserId, "UID", &["userId"], oid("0.9.2342.19200300.100.1.1"), Syntax::Utf8, 256),
    (AttributeKind::DomainComponent, "DC", &["domainComponent"], oid("0.9.2342.19200300.100.1.25"), Syntax::Ia5, UB_NAME),
    (AttributeKind::Email, "emailAddress", &["E", "EMAIL"], oid("1.2.840.113549.1.9.1"), Syntax::Ia5, 255),
    (AttributeKind::JurisdictionLocality, "jurisdictionL", &["jurisdictionLocalityName"], oid("1.3.6.1.4.1.311.60.2.1.1"), Syntax::Utf8, 128),
    (AttributeKind::JurisdictionState, "jurisdictionST", &["jurisdictionStateOrProvinceName"], oid("1.3.6.1.4.1.311.60.2.1.2"), Syntax::Utf8, 128),
    (AttributeKind::JurisdictionCountry, "jurisdictionC", &["jurisdictionCountryName"], oid("1.3.6.1.4.1.311.60.2.1.3"), Syntax::Country, 2),
];

const fn oid(dotted: &str) -> ObjectIdentifier {
    ObjectIdentifier::new_unwrap(dotted)
}

impl AttributeKind {
    /// The attributes of an ordinary subject, in the order in which OpenSSL asks for them and writes them.
    pub const USUAL: [Self; 7] = [
        Self::Country,
        Self::State,
        Self::Locality,
        Self::Organization,
        Self::OrganizationalUnit,
        Self::CommonName,
        Self::Email,
    ];

    /// The keyword that names are displayed with, such as `CN`.
    #[must_use]
    pub fn keyword(self) -> &'static str {
        self.row().1
    }

    /// Checks a value as a person types it, before a whole name is made of it.
    ///
    /// # Errors
    /// [`NameError`] when the attribute cannot hold `value`.
    pub fn validate(self, value: &str) -> Result<(), NameError> {
        self.encode(value).map(drop)
    }

    pub(in crate::formats::x509) fn oid(self) -> ObjectIdentifier {
        self.row().3
    }

    pub(super) fn encode(self, value: &str) -> Result<AttributeTypeAndValue, NameError> {
        AttributeType(self.oid()).encode(value)
    }

    fn row(self) -> &'static Row {
        // The test `each_kind_has_one_row` keeps the table whole; the first row is never taken for another kind.
        ROWS.iter().find(|row| row.0 == self).unwrap_or(&ROWS[0])
    }
}

/// The type of an attribute, with or without a keyword.
#[derive(Clone, Copy)]
pub(super) struct AttributeType(pub(super) ObjectIdentifier);

impl AttributeType {
    /// Reads a keyword or a dotted OID, also with Java's `OID.` before it.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let named =
            |row: &&Row| row.1.eq_ignore_ascii_case(text) || row.2.iter().any(|name| name.eq_ignore_ascii_case(text));
        if let Some(row) = ROWS.iter().find(named) {
            return Some(Self(row.3));
        }
        let dotted = match text.split_at_checked(4) {
            Some((prefix, dotted)) if prefix.eq_ignore_ascii_case("oid.") => dotted,
            _ => text,
        };
        ObjectIdentifier::new(dotted).ok().map(Self)
    }

    /// The keyword, if it has one.
    pub(super) fn keyword(self) -> Option<&'static str> {
        self.row().map(|row| row.1)
    }

    /// The keyword or the dotted OID.
    pub(super) fn name(self) -> String {
        self.keyword().map_or_else(|| self.0.to_string(), str::to_owned)
    }

    /// The attribute with `value` in the string type that its standard asks for, UTF8String where there is a choice
    /// (RFC 5280 section 4.1.2.4).
    pub(super) fn encode(self, value: &str) -> Result<AttributeTypeAndValue, NameError> {
        let syntax = self.check_text(value)?;
        let attribute = || self.name();
        let (tag, allowed, taken): (_, _, fn(char) -> bool) = match syntax {
            Syntax::Utf8 => (Tag::Utf8String, "", |_| true),
            Syntax::Ia5 => (Tag::Ia5String, "ASCII only", |character| character.is_ascii()),
            Syntax::Printable => {
                (Tag::PrintableString, "only letters, digits, space and '()+,-./:=? of ASCII", is_printable)
            }
            Syntax::Country if value.len() == 2 && value.bytes().all(|octet| octet.is_ascii_alphabetic()) => {
                return self.with(Tag::PrintableString, value.to_ascii_uppercase().as_bytes());
            }
            Syntax::Country => {
                return Err(NameError::Country { attribute: attribute(), value: value.to_owned() });
            }
        };
        if let Some(character) = value.chars().find(|character| !taken(*character)) {
            return Err(NameError::Character { attribute: attribute(), character, allowed });
        }
        self.with(tag, value.as_bytes())
    }

    /// The attribute with the value whose DER is `octets`, in whatever type they have.
    pub(super) fn encode_der(self, octets: &[u8]) -> Result<AttributeTypeAndValue, NameError> {
        let value = Any::from_der(octets).map_err(|_| NameError::BadHex(self.name()))?;
        if self.row().is_some()
            && let Some(text) = display::text(&value)
        {
            self.check_text(&text)?;
        }
        Ok(AttributeTypeAndValue { oid: self.0, value })
    }

    /// What every value must be: not empty, without control characters, not too long.
    fn check_text(self, value: &str) -> Result<Syntax, NameError> {
        let (syntax, limit) = self.row().map_or((Syntax::Utf8, UB_NAME), |row| (row.4, row.5));
        if value.is_empty() {
            return Err(NameError::Empty(self.name()));
        }
        if let Some(character) = value.chars().find(|character| character.is_control()) {
            return Err(NameError::ControlCharacter { attribute: self.name(), character });
        }
        let length = value.chars().count();
        // `Germany` is better told that it is no country than that it is too long.
        if length > limit && !matches!(syntax, Syntax::Country) {
            return Err(NameError::TooLong { attribute: self.name(), length, limit });
        }
        Ok(syntax)
    }

    fn with(self, tag: Tag, octets: &[u8]) -> Result<AttributeTypeAndValue, NameError> {
        let value = Any::new(tag, octets).map_err(|_| NameError::Encoding)?;
        Ok(AttributeTypeAndValue { oid: self.0, value })
    }

    fn row(self) -> Option<&'static Row> {
        ROWS.iter().find(|row| row.3 == self.0)
    }
}

/// PrintableString, X.680 section 41.4.
fn is_printable(character: char) -> bool {
    character.is_ascii_alphanumeric() || " '()+,-./:=?".contains(character)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_has_one_row() {
        for (index, row) in ROWS.iter().enumerate() {
            assert_eq!(row.0.row().3, row.3);
            for other in &ROWS[index + 1..] {
                assert!(row.0 != other.0 && row.3 != other.3, "{} and {}", row.1, other.1);
                for name in row.2.iter().chain([&row.1]) {
                    assert!(!other.1.eq_ignore_ascii_case(name));
                    assert!(other.2.iter().all(|theirs| !theirs.eq_ignore_ascii_case(name)), "{name}");
                }
            }
        }
        assert_eq!(ROWS.len(), AttributeKind::UserId as usize + 1, "each kind has a row; the last counts them");
    }
}
