//! What is read as a subject alternative name, what is refused and how, and that nothing is lost.

use der::Decode;
use proptest::prelude::*;

use super::*;

#[test]
fn accepted() {
    let long = format!("{}.example", "a".repeat(63));
    let cases = [
        ("dns:example.com", "dns:example.com"),
        ("DNS: Example.com ", "dns:Example.com"),
        ("example.com", "dns:example.com"),
        ("*.example.com", "dns:*.example.com"),
        ("localhost", "dns:localhost"),
        ("_dmarc.xn--bcher-kva.example", "dns:_dmarc.xn--bcher-kva.example"),
        (&long, &format!("dns:{long}")),
        ("IP:192.0.2.1", "ip:192.0.2.1"),
        ("IP Address:192.0.2.1", "ip:192.0.2.1"),
        ("192.0.2.1", "ip:192.0.2.1"),
        ("::1", "ip:::1"),
        ("ip:2001:DB8::1", "ip:2001:db8::1"),
        ("fe80::1", "ip:fe80::1"),
        ("jane.doe+x@example.com", "email:jane.doe+x@example.com"),
        ("email:a@b", "email:a@b"),
        ("https://example.com:8443/a?b#c", "uri:https://example.com:8443/a?b#c"),
        ("URI:urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6", "uri:urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6"),
        ("spiffe://example.org/ns@1", "uri:spiffe://example.org/ns@1"),
    ];
    for (text, shown) in cases {
        let name = SubjectAltName::parse(text).unwrap_or_else(|fault| panic!("{text}: {fault}"));
        assert_eq!(name.to_string(), shown);
        assert_eq!(SubjectAltName::parse(shown), Ok(name.clone()));
        let general = name.to_general_name().unwrap();
        assert_eq!(SubjectAltName::from(&general), name);
        assert_eq!(GeneralName::from_der(&general.to_der().unwrap()).unwrap(), general);
    }
}

#[test]
fn refused_with_the_reason() {
    let label = "a".repeat(64);
    let cases = [
        ("", "a subject alternative name is empty"),
        ("dns:", "`` is no DNS name: a label between the dots is empty"),
        ("example.com.", "`example.com.` is no DNS name: a label between the dots is empty"),
        (
            "bücher.example",
            "`bücher.example` is no DNS name: it is not ASCII; an internationalised name stands here in its `xn--` form",
        ),
        ("a b.example", "`a b.example` is no DNS name: ` ` cannot stand in it"),
        ("a\0.example", "`a\\u{0}.example` is no DNS name: `\\u{0}` cannot stand in it"),
        ("example.com:443", "`example.com:443` is no DNS name: `:` cannot stand in it"),
        ("a.*.example", "`a.*.example` is no DNS name: `*` may only be the whole first label, as in `*.example.com`"),
        ("*", "`*` is no DNS name: `*` may only be the whole first label, as in `*.example.com`"),
        ("w*.example", "`w*.example` is no DNS name: `*` cannot stand in it"),
        ("-a.example", "`-a.example` is no DNS name: the label `-a` begins or ends with `-`"),
        ("192.0.2.256", "`192.0.2.256` is no DNS name: its last label is a number, as in an IP address"),
        (
            "ip:192.0.2.0/24",
            "`192.0.2.0/24` is no IP address such as `192.0.2.1` or `2001:db8::1`, without port or prefix length",
        ),
        ("email:copy", "`copy` is no e-mail address: it has no `@`"),
        ("a@b@c.example", "`a@b@c.example` is no e-mail address: it has more than one `@`"),
        ("jürgen@example.com", "`jürgen@example.com` is no e-mail address: it is not ASCII"),
        (
            "a..b@example.com",
            "`a..b@example.com` is no e-mail address: before the `@`, a part between the dots is empty",
        ),
        ("a b@example.com", "`a b@example.com` is no e-mail address: ` ` cannot stand before the `@`"),
        ("a@", "`a@` is no e-mail address: after the `@`, a label between the dots is empty"),
        ("uri:example", "`example` is no absolute URI: it does not begin with a scheme such as `https:`"),
        ("1x://a", "`1x://a` is no absolute URI: it does not begin with a scheme such as `https:`"),
        ("https://", "`https://` is no absolute URI: nothing follows its scheme"),
        ("https://a b", "`https://a b` is no absolute URI: ` ` cannot stand in it unless percent-encoded"),
        ("dirName:section", "`dirName` is no kind of subject alternative name: use dns:, ip:, email: or uri:"),
        ("mailto:a@b.example", "`mailto` is no kind of subject alternative name: use dns:, ip:, email: or uri:"),
        (&label, &format!("`{label}` is no DNS name: a label has 64 characters, and the limit is 63")),
    ];
    for (text, message) in cases {
        assert_eq!(SubjectAltName::parse(text).unwrap_err().to_string(), message);
    }
    let long = vec!["a"; 127].join(".");
    assert!(SubjectAltName::parse(&long).is_ok());
    let fault = SubjectAltName::parse(&format!("{long}.b")).unwrap_err().to_string();
    assert!(fault.ends_with("it has 255 characters, and the limit is 253"), "{fault}");
}

#[test]
fn other_kinds_are_kept() {
    let cases: [(&[u8], &str); 4] = [
        (&[0x88, 2, 0x2a, 3], "rid:1.2.3"),
        (
            &[0xa4, 0x11, 0x30, 0x0f, 0x31, 0x0d, 0x30, 0x0b, 6, 3, 0x55, 4, 3, 0x0c, 4, b'a', b',', b' ', b'b'],
            "dirname:CN=a\\, b",
        ),
        (&[0x87, 3, 1, 2, 3], "#8703010203"),
        (&[0xa0, 0x08, 6, 2, 0x2a, 3, 0xa0, 2, 5, 0], "othername:1.2.3"),
    ];
    for (octets, shown) in cases {
        let name = SubjectAltName::from(&GeneralName::from_der(octets).unwrap());
        assert!(matches!(name, SubjectAltName::Other(_)));
        assert_eq!(name.to_string(), shown);
        assert_eq!(name.to_general_name().unwrap().to_der().unwrap(), octets);
    }
}

#[test]
fn a_value_made_by_hand_is_checked_when_it_is_encoded() {
    assert!(SubjectAltName::Dns("bücher.example".to_owned()).to_general_name().is_err());
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,40}|[a-z:@/.*0-9 -]{0,40}") {
        if let Ok(name) = SubjectAltName::parse(&text) {
            prop_assert_eq!(SubjectAltName::parse(&name.to_string()), Ok(name.clone()));
            let general = name.to_general_name().unwrap();
            prop_assert_eq!(SubjectAltName::from(&general), name);
        }
    }
}
