//! Extensions as tutorials write them.

use certwright::formats::x509::{ExtendedKeyUse, KeyUse};

use super::*;

const NO_VARIABLES: Environment<'static> = &|_| None;

fn section(whose: For, text: &str) -> Result<Wanted, Failure> {
    let config = Config::parse("my.cnf", text, NO_VARIABLES)?;
    let mut wanted = Wanted::nothing(whose);
    wanted.add_section(&config, "v3")?;
    Ok(wanted)
}

#[test]
fn a_section_of_a_tutorial_is_read_whole() {
    let text = "[v3]\nbasicConstraints = CA:FALSE\nkeyUsage = critical, nonRepudiation, digitalSignature,keyEncipherment\n\
                extendedKeyUsage = critical,serverAuth, 1.3.6.1.5.5.7.3.2\nsubjectAltName = @alt\n\
                subjectKeyIdentifier = hash\nauthorityKeyIdentifier = keyid:always, issuer\n\
                [alt]\nDNS.1 = example.com\nDNS.2 = *.example.com\nIP.1 = 192.0.2.1\nemail = me@example.com\nURI.x = https://a.example/b,c\n";
    let wanted = section(For::Certificate, text).unwrap();
    let certified = wanted.certified();
    let names: Vec<String> = certified.subject_alt_names.iter().map(ToString::to_string).collect();
    assert_eq!(
        names,
        ["dns:example.com", "dns:*.example.com", "ip:192.0.2.1", "email:me@example.com", "uri:https://a.example/b,c"]
    );
    assert!(!certified.is_ca && wanted.notices().is_empty());
    let expected = Purposes {
        path_length: None,
        key_uses: vec![KeyUse::NonRepudiation, KeyUse::DigitalSignature, KeyUse::KeyEncipherment],
        extended_key_uses: vec![ExtendedKeyUse::SERVER_AUTH, ExtendedKeyUse::CLIENT_AUTH],
        extended_key_uses_are_critical: true,
    };
    assert_eq!(certified.purposes, expected);
    let without_issuer = text.replace("authorityKeyIdentifier", "#");
    let asked = section(For::Request, &without_issuer).unwrap();
    let shown: Vec<_> = asked.extensions().iter().map(|it| (it.name(), it.critical)).collect();
    assert_eq!(
        shown,
        [
            ("basicConstraints", false),
            ("keyUsage", true),
            ("extKeyUsage", true),
            ("subjectAltName", false),
            ("subjectKeyIdentifier", false)
        ]
    );
}

#[test]
fn texts_on_the_line_replace_what_the_file_says() {
    let mut wanted = section(For::Certificate, "[v3]\nbasicConstraints = critical,CA:true,pathlen:2\n").unwrap();
    assert!(wanted.certified().is_ca);
    assert_eq!(wanted.certified().purposes.path_length, Some(2));
    let texts = ["basicConstraints=critical, CA:FALSE", "subjectAltName = DNS:a.example, IP:2001:db8::1"];
    wanted.add_texts(&texts, NO_VARIABLES).unwrap();
    let certified = wanted.certified();
    assert!(!certified.is_ca);
    let names: Vec<String> = certified.subject_alt_names.iter().map(ToString::to_string).collect();
    assert_eq!(names, ["dns:a.example", "ip:2001:db8::1"]);
    let twice = wanted.add_texts(&["keyUsage=cRLSign", "keyUsage=keyCertSign"], NO_VARIABLES).unwrap_err();
    assert_eq!(twice.message, "`-addext`, line 1: `keyUsage`: two `-addext` give it");
}

#[test]
fn what_cannot_be_made_is_refused_by_file_line_and_name() {
    for (text, fault) in [
        ("nsComment = x", "`my.cnf`, line 2: `nsComment`: this extension is not offered here"),
        ("1.2.3.4 = ASN1:UTF8String:x", "`my.cnf`, line 2: `1.2.3.4`: this extension is not offered here"),
        ("subjectAltName = @none", "`my.cnf`, line 2: `subjectAltName`: the section `none` is not there"),
        (
            "subjectAltName = dirName:dn",
            "`my.cnf`, line 2: `subjectAltName`: `dirName` is no kind of name that is offered here; there are DNS, IP, \
             email and URI",
        ),
        (
            "subjectAltName = email:copy",
            "`my.cnf`, line 2: `subjectAltName`: `email:copy` is not offered here: write the address itself",
        ),
        (
            "subjectAltName = critical,DNS:a",
            "`my.cnf`, line 2: `subjectAltName`: it is critical only beside an empty subject (RFC 5280 section 4.2.1.6)",
        ),
        ("subjectAltName =", "`my.cnf`, line 2: `subjectAltName`: it says nothing"),
        ("keyUsage = digitalsignature", "`my.cnf`, line 2: `keyUsage`: `digitalsignature` is no use of a key"),
        ("keyUsage = critical", "`my.cnf`, line 2: `keyUsage`: `critical` is no use of a key"),
        (
            "extendedKeyUsage = nonsense",
            "`my.cnf`, line 2: `extendedKeyUsage`: `nonsense` is no purpose that is known here",
        ),
        ("basicConstraints = CA:maybe", "`my.cnf`, line 2: `basicConstraints`: `CA:maybe` is neither true nor false"),
        (
            "basicConstraints = CA:FALSE,pathlen:1",
            "`my.cnf`, line 2: `basicConstraints`: `pathlen` has a meaning only with `CA:TRUE` (RFC 5280 section 4.2.1.9)",
        ),
        (
            "subjectKeyIdentifier = none",
            "`my.cnf`, line 2: `subjectKeyIdentifier`: only `hash` is offered here, the identifier that is made of the key",
        ),
        (
            "authorityKeyIdentifier = none",
            "`my.cnf`, line 2: `authorityKeyIdentifier`: `none` is not offered here; there are `keyid` and `issuer`",
        ),
    ] {
        let failure = section(For::Certificate, &format!("[v3]\n{text}\n")).unwrap_err();
        assert_eq!(failure.message, fault, "{text}");
    }
    let failure = section(For::Request, "[v3]\nauthorityKeyIdentifier = keyid\n").unwrap_err();
    assert!(failure.message.ends_with("a request has no issuer yet: leave it out"));
    assert!(section(For::Certificate, "[other]\n").unwrap_err().message.contains("there is no section `v3`"));
}

#[test]
fn an_issuer_that_is_left_out_is_told() {
    let wanted = section(For::Certificate, "[v3]\nauthorityKeyIdentifier = keyid, issuer:always\n").unwrap();
    assert_eq!(wanted.notices().len(), 1);
    assert!(wanted.extensions().is_empty());
}
