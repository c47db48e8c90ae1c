//! The forms of names, each as openssl 3.0.19 printed it.

use certwright::formats::x509::DistinguishedName;

use super::*;

fn shown(name: &str, options: &str) -> String {
    let options = match options {
        "" => NameOptions::ONELINE,
        given => NameOptions::parse(None, given).unwrap(),
    };
    titled("subject=", &DistinguishedName::parse(name).unwrap(), &options)
}

#[test]
fn a_name_is_escaped_as_its_form_asks() {
    let name = r##"emailAddress=a@b.c,1.2.3=u,CN=J\C3\BCrgen \E6\9D\B1,OU=\# lead,O=Foo\, "Q" \<x\>\; \\ ,C=DE"##;
    let name = &name.replace(r#" "Q" "#, r#" \"Q\" "#).replace(r"\\ ,", r"\\\ ,");
    for (options, expected) in [
        (
            "",
            r##"C = DE, O = "Foo, \"Q\" <x>; \\ ", OU = "# lead", CN = J\C3\BCrgen \E6\9D\B1, 1.2.3 = u, emailAddress = a@b.c"##,
        ),
        (
            "RFC2253",
            r##"emailAddress=a@b.c,1.2.3=#0C0175,CN=J\C3\BCrgen \E6\9D\B1,OU=\# lead,O=Foo\, \"Q\" \<x\>\; \\\ ,C=DE"##,
        ),
        ("compat", r##"/C=DE/O=Foo, "Q" <x>; \ /OU=# lead/CN=J\xC3\xBCrgen \xE6\x9D\xB1/1.2.3=u/emailAddress=a@b.c"##),
        ("utf8", r##"C=DE, O=Foo, "Q" <x>; \ , OU=# lead, CN=Jürgen 東, 1.2.3=u, emailAddress=a@b.c"##),
        ("sep_comma_plus", "C=DE,O=Foo, \"Q\" <x>; \\ ,OU=# lead,CN=Jürgen \\U6771,1.2.3=u,emailAddress=a@b.c"),
        (
            "multiline",
            "\n    countryName               = DE\n    organizationName          = Foo, \"Q\" <x>; \\\\ \n    \
             organizationalUnitName    = # lead\n    commonName                = J\\FCrgen \\U6771\n    1.2.3 = u\n    \
             emailAddress              = a@b.c",
        ),
    ] {
        assert_eq!(shown(name, options), format!("subject={expected}\n"), "{options}");
    }
}

#[test]
fn several_attributes_of_one_rdn_stay_together_in_either_direction() {
    let name = "/C=DE/O=A+OU=B/CN=x";
    assert_eq!(shown(name, ""), "subject=C = DE, O = A + OU = B, CN = x\n");
    assert_eq!(shown(name, "RFC2253"), "subject=CN=x,OU=B+O=A,C=DE\n");
    assert_eq!(shown(name, "compat"), "subject=/C=DE/O=A+OU=B/CN=x\n");
    assert_eq!(shown("", "multiline"), "subject=\n    \n");
}

#[test]
fn what_steers_a_terminal_is_always_escaped() {
    let mut der = DistinguishedName::parse("CN=aXb").unwrap().to_der().unwrap();
    let at = der.iter().position(|octet| *octet == b'X').unwrap();
    der[at] = 0x1b;
    for options in ["utf8", "oneline", "RFC2253", "multiline", "compat", "utf8,-esc_ctrl"] {
        let options = NameOptions::parse(None, options).unwrap();
        assert!(!of_der(&der, 0, &options).contains('\u{1b}'), "{options:?}");
    }
}

#[test]
fn a_word_that_is_none_is_named() {
    assert_eq!(NameOptions::parse(None, "utf8,fancy"), Err("fancy".to_owned()));
    assert_eq!(NameOptions::parse(None, "ONELINE"), Ok(NameOptions::ONELINE));
    assert!(NameOptions::parse(None, "compat").unwrap().is_compat());
}
