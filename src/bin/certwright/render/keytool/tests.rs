//! What the differential table does not show: odd names, numbers and dates.

use certwright::clock::Timestamp;
use certwright::formats::keystore::{Kind, Summary};
use certwright::formats::x509::{AttributeKind, DistinguishedName};
use certwright::operations::AliasList;

use super::listing::{self, Detail};
use super::{day, hex_dump, moment, name};

#[test]
fn dates_are_javas() {
    for (text, whole, short) in [
        ("2026-11-21T10:07:41Z", "Sat Nov 21 10:07:41 UTC 2026", "Nov 21, 2026"),
        ("1970-01-01T00:00:00Z", "Thu Jan 01 00:00:00 UTC 1970", "Jan 1, 1970"),
        ("1969-12-31T23:59:59Z", "Wed Dec 31 23:59:59 UTC 1969", "Dec 31, 1969"),
        ("9999-12-31T23:59:59Z", "Fri Dec 31 23:59:59 UTC 9999", "Dec 31, 9999"),
    ] {
        let at: Timestamp = text.parse().unwrap();
        assert_eq!((moment(at).as_str(), day(at).as_str()), (whole, short));
    }
}

#[test]
fn octets_are_dumped_as_java_dumps_them() {
    let octets: Vec<u8> = (0x15..0x29).collect();
    let expected = "0000: 15 16 17 18 19 1A 1B 1C   1D 1E 1F 20 21 22 23 24  ........... !\"#$\n\
                    0010: 25 26 27 28                                        %&'(\n";
    assert_eq!(hex_dump(&octets), expected);
    assert_eq!(hex_dump(&[]), "");
}

#[test]
fn values_are_quoted_where_java_quotes_them_and_steer_no_terminal() {
    for (value, shown) in [
        ("plain", "CN=plain"),
        ("Foo, Inc.", "CN=\"Foo, Inc.\""),
        ("a=b", "CN=\"a=b\""),
        ("two  spaces", "CN=\"two  spaces\""),
        (" before", "CN=\" before\""),
        ("a\"b\\", "CN=\"a\\\"b\\\\\""),
        ("\"quoted\"", "CN=\"quoted\""),
        ("M\u{fc}ller", "CN=M\u{fc}ller"),
    ] {
        let mut subject = DistinguishedName::default();
        subject.push(AttributeKind::CommonName, value).unwrap();
        assert_eq!(name::distinguished(&subject), shown);
    }
    // Only a name that was read, not one that is made here, can hold a control character.
    let mut hostile = DistinguishedName::default();
    hostile.push(AttributeKind::CommonName, "!]0;x").unwrap();
    let mut der = hostile.to_der().unwrap();
    let at = der.iter().position(|octet| *octet == b'!').unwrap();
    der[at] = 0x1b;
    assert_eq!(name::distinguished(&DistinguishedName::from_der(&der).unwrap()), "CN=\"\\u{1b}]0;x\"");
    let whole = DistinguishedName::parse("CN=a,OU=b+O=c,E=x@y.z,1.2.3=#0c0164,C=DE").unwrap();
    let shown = name::distinguished(&whole);
    assert!(shown.starts_with("CN=a, O=c + OU=b, EMAILADDRESS=x@y.z, OID.1.2.3=d, C=DE"), "{shown}");
    assert_eq!(name::distinguished(&DistinguishedName::default()), "");
}

#[test]
fn entries_are_sorted_and_lowered_as_java_lists_them() {
    let entry = |alias: &str, kind| Summary {
        alias: alias.to_owned(),
        kind,
        created: None,
        is_java_entry: true,
        chain: Vec::new(),
    };
    let entries = vec![entry("b", Kind::Other), entry("A", Kind::PrivateKey), entry("\u{1b}c", Kind::PrivateKey)];
    let list = AliasList { format: "PKCS#12", entries, integrity_checked: true, notices: Vec::new() };
    let now: Timestamp = "2026-01-02T00:00:00Z".parse().unwrap();
    assert_eq!(
        listing::store(&list, Detail::Plain, now),
        "Keystore type: PKCS12\nKeystore provider: SUN\n\nYour keystore contains 3 entries\n\n\
         \\u{1b}c, Jan 2, 2026, PrivateKeyEntry, \na, Jan 2, 2026, PrivateKeyEntry, \nb, Jan 2, 2026, SecretKeyEntry, \n"
    );
}
