//! Tests of which names lie in which subtree, after RFC 5280 section 4.2.1.10.

use der::asn1::OctetString;

use super::*;

fn general(text: &str) -> GeneralName {
    match text.split_once(':') {
        Some(("dns", host)) => GeneralName::DnsName(ia5(host).unwrap()),
        Some(("email", address)) => GeneralName::Rfc822Name(ia5(address).unwrap()),
        Some(("uri", uri)) => GeneralName::UniformResourceIdentifier(ia5(uri).unwrap()),
        Some(("ip", octets)) => {
            let octets: Vec<u8> = octets.split('.').map(|octet| octet.parse().unwrap()).collect();
            GeneralName::IpAddress(OctetString::new(octets).unwrap())
        }
        _ => GeneralName::DirectoryName(DistinguishedName::parse(text).unwrap().as_x509().clone()),
    }
}

#[test]
fn names_and_their_subtrees() {
    let table = [
        ("dns:example.com", "dns:example.com", true),
        ("dns:www.EXAMPLE.com", "dns:example.com", true),
        ("dns:badexample.com", "dns:example.com", false),
        ("dns:example.com", "dns:.example.com", false),
        ("dns:a.example.com", "dns:.example.com", true),
        ("dns:anything", "dns:", true),
        ("email:me@example.com", "email:example.com", true),
        ("email:me@mail.example.com", "email:example.com", false),
        ("email:me@mail.example.com", "email:.example.com", true),
        ("email:me@example.com", "email:me@example.com", true),
        ("email:you@example.com", "email:me@example.com", false),
        ("uri:https://user@host.example.com:8443/a?b", "uri:.example.com", true),
        ("uri:https://example.com/", "uri:.example.com", false),
        ("uri:https://example.com", "uri:example.com", true),
        ("ip:10.1.2.3", "ip:10.0.0.0.255.0.0.0", true),
        ("ip:11.1.2.3", "ip:10.0.0.0.255.0.0.0", false),
        ("ip:1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1", "ip:1.1.1.1.255.255.255.255", false),
        ("/C=DE/O=ACME/CN=x", "/C=DE/O=Acme", true),
        ("/O=Acme/C=DE", "/C=DE/O=Acme", false),
    ];
    for (name, base, lies) in table {
        assert_eq!(lies_in(&general(name), &general(base)), Some(lies), "{name} in {base}");
    }
    // A mail address without host, and a URI without one, lie nowhere that is known.
    assert_eq!(lies_in(&general("email:me"), &general("email:example.com")), None);
    assert_eq!(lies_in(&general("uri:urn:x"), &general("uri:example.com")), None);
}

fn forbidden(permitted: &[&str], excluded: &[&str], name: &str) -> Option<String> {
    let trees = |names: &[&str]| {
        let tree = |base: &&str| GeneralSubtree { base: general(base), minimum: 0, maximum: None };
        Some(names.iter().map(tree).collect::<Vec<_>>()).filter(|trees| !trees.is_empty())
    };
    let constraints = NameConstraints { permitted_subtrees: trees(permitted), excluded_subtrees: trees(excluded) };
    Bounds::of(&constraints).forbid(&NameToCheck(general(name))).map(|breach| match breach {
        Breach::Excluded(why) | Breach::NotPermitted(why) | Breach::Unsupported(why) => why,
    })
}

#[test]
fn what_readers_take_otherwise_is_in_doubt() {
    let constraints = |base: &str, minimum| NameConstraints {
        permitted_subtrees: Some(vec![GeneralSubtree { base: general(base), minimum, maximum: None }]),
        excluded_subtrees: None,
    };
    for (base, minimum, name, is_in_doubt) in [
        ("dns:example.com", 0, "dns:www.example.com", false),
        ("dns:example.com", 1, "dns:www.example.com", true),
        ("dns:example.com", 1, "email:me@example.com", false),
        ("email:@example.com", 0, "email:me@example.com", true),
        ("email:example.com", 0, "email:nobody", true),
        ("uri:example.com", 0, "uri:https://example.com/x", false),
        ("uri:example.com", 0, "uri:https://me@example.com/x", true),
        ("uri:example.com", 0, "uri:https://example.com?x", true),
    ] {
        let constraints = constraints(base, minimum);
        let doubt = Bounds::of(&constraints).doubt(&NameToCheck(general(name)));
        assert_eq!(doubt.is_some(), is_in_doubt, "{base} {name}");
    }
}

#[test]
fn a_common_name_of_two_labels_can_be_a_host() {
    for (name, is_host) in [
        ("www.example.com", true),
        ("server", false),
        ("a b.c", false),
        ("-a.b", false),
        ("*.b", false),
        ("a..b", false),
    ] {
        assert_eq!(can_be_host(name), is_host, "{name}");
    }
}

#[test]
fn a_kind_without_subtrees_is_free_and_what_is_unknown_is_forbidden() {
    assert_eq!(forbidden(&["dns:example.com"], &[], "ip:10.0.0.1"), None);
    assert_eq!(forbidden(&["dns:a.example", "dns:b.example"], &[], "dns:b.example"), None);
    let only = "the nameConstraints permit only dns:a.example, dns:b.example";
    assert_eq!(forbidden(&["dns:a.example", "dns:b.example"], &[], "dns:c.example").as_deref(), Some(only));
    let excluded = "the nameConstraints exclude dns:b.example";
    assert_eq!(forbidden(&["dns:example"], &["dns:b.example"], "dns:x.b.example").as_deref(), Some(excluded));
    assert!(forbidden(&["uri:example.com"], &[], "uri:urn:x").is_some());
    assert!(forbidden(&[], &["uri:example.com"], "uri:urn:x").is_some());
}

#[test]
fn a_common_name_is_a_host_where_there_are_no_alternative_names() {
    let subject = DistinguishedName::parse("CN=host.example,emailAddress=me@example").unwrap();
    let checked = |names: &[SubjectAltName]| {
        NameToCheck::all(&subject, names).unwrap().iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(checked(&[])[1..], ["email:me@example", "dns:host.example"]);
    assert_eq!(checked(&["dns:a.example".parse().unwrap()])[1..], ["email:me@example", "dns:a.example"]);
}
