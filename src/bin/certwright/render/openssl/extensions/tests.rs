//! Extensions, each as openssl 3.0.19 showed it.

use super::*;

fn shown(oid: &str, octets: &[u8]) -> String {
    let extension = StatedExtension {
        oid: oid.to_owned(),
        name: String::new(),
        critical: true,
        value: Ok(certwright::formats::x509::ExtensionValue::Other(octets.len())),
        octets: octets.to_vec(),
    };
    listed([&extension], 0)
}

#[test]
fn what_cannot_be_read_is_shown_by_its_octets_and_draws_no_lines() {
    assert_eq!(shown("1.2.3.4", b"\x0c\x05hello"), "1.2.3.4: critical\n    ..hello\n");
    // basicConstraints with a text in place of the BOOLEAN.
    assert_eq!(shown("2.5.29.19", b"\x30\x04\x0c\x02a\nb"), "X509v3 Basic Constraints: critical\n    0...a.b\n");
    assert_eq!(
        shown("2.5.29.17", b"\x30\x06\x82\x04a\nb\x1b"),
        "X509v3 Subject Alternative Name: critical\n    DNS:a\\u{a}b\\u{1b}\n"
    );
}

#[test]
fn bits_and_numbers_are_told_by_name() {
    assert_eq!(
        shown("2.5.29.15", &[3, 3, 7, 0x81, 0x80]),
        "X509v3 Key Usage: critical\n    Digital Signature, Encipher Only, Decipher Only\n"
    );
    assert_eq!(
        shown("2.5.29.19", &[0x30, 6, 1, 1, 0xff, 2, 1, 3]),
        "X509v3 Basic Constraints: critical\n    CA:TRUE, pathlen:3\n"
    );
    assert_eq!(shown("2.5.29.19", &[0x30, 0]), "X509v3 Basic Constraints: critical\n    CA:FALSE\n");
    assert_eq!((integer(&[0]), integer(&[0xff]), integer(&[0, 0x80])), ("0".into(), "-1".into(), "128".into()));
}

#[test]
fn a_hostile_extension_is_shown_and_not_believed() {
    for oid in ["2.5.29.15", "2.5.29.17", "2.5.29.19", "2.5.29.30", "2.5.29.31", "2.5.29.32", "2.5.29.35"] {
        for octets in [&b""[..], &[0x30], &[0x30, 0x80], &[0x30, 2, 0x30, 0], &[3, 0], &[0x30, 3, 0xa0, 1, 0xa0]] {
            assert!(shown(oid, octets).ends_with('\n'), "{oid} {octets:?}");
        }
    }
}

#[test]
fn a_serial_number_has_no_octet_for_its_sign_and_a_text_ends_at_a_nul() {
    let shown_serial = shown("2.5.29.35", b"\x30\x0a\x80\x04\x01\x02\x03\x04\x82\x02\0\xfe");
    assert_eq!(shown_serial, "X509v3 Authority Key Identifier: critical\n    keyid:01:02:03:04\n    serial:FE\n");
    // A BMPString `A` as the explicit text of a user notice.
    let policy =
        b"\x30\x1a\x30\x18\x06\x02\x2a\x03\x30\x12\x30\x10\x06\x08\x2b\x06\x01\x05\x05\x07\x02\x02\x30\x04\x1e\x02\0A";
    let shown_text = shown("2.5.29.32", policy);
    assert!(shown_text.ends_with("Explicit Text: \n"), "{shown_text}");
}
