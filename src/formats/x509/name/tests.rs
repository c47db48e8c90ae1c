//! What is read as a name, what is refused and how, and that text and DER give the same name back.

use proptest::prelude::*;

use super::*;

fn parsed(text: &str) -> DistinguishedName {
    DistinguishedName::parse(text).unwrap_or_else(|fault| panic!("{text}: {fault}"))
}

#[test]
fn accepted() {
    let cases = [
        ("CN=example.com,O=Example,C=DE", "CN=example.com,O=Example,C=DE"),
        ("/C=DE/O=Example/CN=example.com", "CN=example.com,O=Example,C=DE"),
        (" cn = example.com , o = Example ; c = de ", "CN=example.com,O=Example,C=DE"),
        ("/ c = de / cn = a /", "CN=a,C=DE"),
        ("", ""),
        (" / ", ""),
        (r"O=Foo\, Inc.", r"O=Foo\, Inc."),
        ("O=\"Foo, Inc.\" , C=DE", r"O=Foo\, Inc.,C=DE"),
        (r#"O="a \"b\" \\ c+d" "#, r#"O=a \"b\" \\ c\+d"#),
        ("/O=Foo, Inc./CN=x", r"CN=x,O=Foo\, Inc."),
        (r"/CN=http:\/\/x\+y\\", r"CN=http://x\+y\\"),
        (r"/CN=a\/", "CN=a/"),
        ("/CN=#x\"y\"", r#"CN=\#x\"y\""#),
        ("CN=a+OU=b,O=c", "CN=a+OU=b,O=c"),
        ("/O=c/OU=b+CN=a", "CN=a+OU=b,O=c"),
        ("OU=a,OU=b,DC=example,DC=com", "OU=a,OU=b,DC=example,DC=com"),
        (r"CN=\ a\ ", r"CN=\ a\ "),
        (r"CN=a\20\20 ", r"CN=a \ "),
        (r"CN=Z\C3\BCrich", "CN=Zürich"),
        (r"CN=\#1,OU=a#b=c<d>", r"CN=\#1,OU=a#b=c\<d\>"),
        ("CN=#0c0161", "CN=a"),
        ("CN=#0500", "CN=#0500"),
        ("OID.2.5.4.3=a,1.2.3=b", "CN=a,1.2.3=#0c0162"),
        ("1.2.3=#020101", "1.2.3=#020101"),
        ("E=a@b,EMAIL=c@d,emailAddress=e@f", "emailAddress=a@b,emailAddress=c@d,emailAddress=e@f"),
        ("S=a,ST=b,T=c,SN=d,givenName=e,UID=f,DNQ=g", "ST=a,ST=b,title=c,SN=d,GN=e,UID=f,dnQualifier=g"),
        ("jurisdictionC=us,JURISDICTIONST=a,serialNumber=1-2", "jurisdictionC=US,jurisdictionST=a,serialNumber=1-2"),
        ("CN=\u{1f511}東京\u{a0}", "CN=\u{1f511}東京\u{a0}"),
    ];
    for (text, shown) in cases {
        let name = parsed(text);
        assert_eq!(name.to_string(), shown, "{text}");
        assert_eq!(DistinguishedName::from_der(&name.to_der().unwrap()).unwrap(), name);
        assert_eq!(parsed(shown).to_string(), shown);
    }
}

#[test]
fn refused_with_the_way_out() {
    let keywords = "use CN, O, OU, C, ST, L, emailAddress or another of RFC 4519, or a dotted OID";
    let comma = "; if the `,` before it belongs to the value, write `\\,`";
    let cases = [
        ("O=Foo, Inc.", format!("`Inc.` is not an attribute such as `CN=example.com`{comma}")),
        ("example.com", "`example.com` is not an attribute such as `CN=example.com`".to_owned()),
        (
            "/CN=http://x",
            "an attribute such as `CN=example.com` is missing beside `/`".to_owned(),
        ),
        (
            "/CN=a+b",
            "`b` is not an attribute such as `CN=example.com`; if the `+` before it belongs to the value, write `\\+`"
                .to_owned(),
        ),
        ("CN=a,O=b,B=c", format!("`B` is no attribute known by name; {keywords}{comma}")),
        ("FOO=a", format!("`FOO` is no attribute known by name; {keywords}")),
        ("3.1=a", format!("`3.1` is no attribute known by name; {keywords}")),
        ("CN=a,", "an attribute such as `CN=example.com` is missing beside `,`".to_owned()),
        (";CN=a", "an attribute such as `CN=example.com` is missing beside `;`".to_owned()),
        ("CN=,O=a", "the value of `CN` is empty".to_owned()),
        ("/OU=/CN=a", "the value of `OU` is empty".to_owned()),
        ("CN=\"\"", "the value of `CN` is empty".to_owned()),
        ("CN=#0c00", "the value of `CN` is empty".to_owned()),
        ("C=Germany", "`Germany` is no country: `C` takes the two letters of ISO 3166, such as `DE`".to_owned()),
        ("C=D1", "`D1` is no country: `C` takes the two letters of ISO 3166, such as `DE`".to_owned()),
        ("CN=a\u{1b}[2J", "the value of `CN` holds the control character `\\u{1b}`".to_owned()),
        (r"CN=a\00b", "the value of `CN` holds the control character `\\u{0}`".to_owned()),
        ("1.2.3=\u{85}", "the value of `1.2.3` holds the control character `\\u{85}`".to_owned()),
        ("E=jürgen@example.com", "`ü` cannot stand in `emailAddress`, which takes ASCII only".to_owned()),
        ("DC=bücher", "`ü` cannot stand in `DC`, which takes ASCII only".to_owned()),
        (
            "serialNumber=a_b",
            "`_` cannot stand in `serialNumber`, which takes only letters, digits, space and '()+,-./:=? of ASCII"
                .to_owned(),
        ),
        (r"CN=a\qb", "`\\q` is no escape: `\\` stands before a special character or two hexadecimal digits, and a `\\` itself is written `\\\\`".to_owned()),
        ("CN=a\\", "`\\` is no escape: `\\` stands before a special character or two hexadecimal digits, and a `\\` itself is written `\\\\`".to_owned()),
        (r"CN=\FF", "the `\\XX` octets in the value of `CN` are not UTF-8".to_owned()),
        ("CN=#1", "the value of `CN` begins with `#`, but no hexadecimal DER follows; to mean the character, write `\\#`".to_owned()),
        ("CN=#0c0261", "the value of `CN` begins with `#`, but no hexadecimal DER follows; to mean the character, write `\\#`".to_owned()),
        ("CN=a \"b\" c", "a `\"` inside the value of `CN` is written `\\\"`".to_owned()),
        ("CN=\"a", "the `\"` that opens a value is not closed".to_owned()),
    ];
    for (text, message) in cases {
        assert_eq!(DistinguishedName::parse(text).unwrap_err().to_string(), message, "{text}");
    }
    let bounds = [
        ("CN", 64),
        ("O", 64),
        ("OU", 64),
        ("title", 64),
        ("serialNumber", 64),
        ("L", 128),
        ("ST", 128),
        ("STREET", 128),
        ("pseudonym", 128),
        ("postalCode", 40),
        ("UID", 256),
        ("emailAddress", 255),
        ("SN", 32_768),
    ];
    for (keyword, limit) in bounds {
        assert!(!parsed(&format!("{keyword}={}", "x".repeat(limit))).is_empty());
        let fault = DistinguishedName::parse(&format!("{keyword}={}", "x".repeat(limit + 1))).unwrap_err();
        let length = limit + 1;
        assert_eq!(fault, NameError::TooLong { attribute: keyword.to_owned(), length, limit });
    }
    // Characters are counted, not octets.
    assert!(!parsed(&format!("CN={}", "東".repeat(64))).is_empty());
}

#[test]
fn the_der_is_what_openssl_writes() {
    // openssl req -subj '/C=DE/O=Ex/CN=a+OU=b/emailAddress=a@b.de' (OpenSSL 3.0.19), the subject's DER.
    let expected = hex("3047310b3009060355040613024445310b3009060355040a0c024578311430080603550403\
         0c01613008060355040b0c01623115301306092a864886f70d01090116066140622e6465");
    assert_eq!(parsed("/C=DE/O=Ex/CN=a+OU=b/emailAddress=a@b.de").to_der().unwrap(), expected);
    assert_eq!(parsed("E=a@b.de,CN=a+OU=b,O=Ex,C=DE").to_der().unwrap(), expected);
}

fn hex(text: &str) -> Vec<u8> {
    let digits: String = text.chars().filter(|character| !character.is_whitespace()).collect();
    (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap()).collect()
}

#[test]
fn old_string_types_are_shown_as_text() {
    let name = |value: &str| {
        let value = hex(value);
        let content = [&[6, 3, 0x55, 4, 3], value.as_slice()].concat();
        let mut octets = vec![0x30, content.len() as u8 + 4, 0x31, content.len() as u8 + 2, 0x30, content.len() as u8];
        octets.extend(content);
        DistinguishedName::from_der(&octets).unwrap()
    };
    let cases = [
        ("1403 5afc72", "CN=Zür", Some("Zür")),
        ("1e04 67714eac", "CN=東京", Some("東京")),
        ("1e03 677100", "CN=#1e03677100", None),
        ("1e02 d83d", "CN=#1e02d83d", None),
        ("0c01 ff", "CN=#0c01ff", None),
        ("1301 61", "CN=a", Some("a")),
        ("0c03 611b5b", "CN=a\\1B[", Some("a\u{1b}[")),
        ("0c02 c285", "CN=\\C2\\85", Some("\u{85}")),
        ("0c03 002061", "CN=\\00 a", Some("\0 a")),
        ("0c01 20", "CN=\\ ", Some(" ")),
    ];
    for (value, shown, text) in cases {
        assert_eq!(name(value).to_string(), shown);
        assert_eq!(name(value).common_name().as_deref(), text);
    }
}

#[test]
fn der_that_would_change_is_refused() {
    let sorted = parsed("CN=a+OU=b").to_der().unwrap();
    let (head, attributes) = sorted.split_at(4);
    let swapped = [head, &attributes[10..], &attributes[..10]].concat();
    assert!(DistinguishedName::from_der(&sorted).is_ok());
    assert!(DistinguishedName::from_der(&swapped).is_err());
    assert!(DistinguishedName::from_der(&[0x30, 2, 0x31, 0]).is_err());
    assert!(DistinguishedName::from_der(&[&sorted[..], &[0]].concat()).is_err());
}

#[test]
fn attributes_are_appended_in_the_order_of_the_der() {
    let mut name = DistinguishedName::default();
    assert!(name.is_empty() && name.common_name().is_none());
    for (kind, value) in AttributeKind::USUAL.into_iter().zip(["de", "Bayern", "München", "Ex", "IT", "a, b", "a@b.de"])
    {
        kind.validate(value).unwrap();
        name.push(kind, value).unwrap();
    }
    let before = name.clone();
    assert_eq!(name.push(AttributeKind::CommonName, ""), Err(NameError::Empty("CN".to_owned())));
    assert!(AttributeKind::Country.validate("Germany").is_err());
    assert_eq!(name, before);
    assert_eq!(name.to_string(), r"emailAddress=a@b.de,CN=a\, b,OU=IT,O=Ex,L=München,ST=Bayern,C=DE");
    assert_eq!(name, parsed("/C=DE/ST=Bayern/L=München/O=Ex/OU=IT/CN=a, b/emailAddress=a@b.de"));
    name.push(AttributeKind::CommonName, "last").unwrap();
    assert_eq!(name.common_name().as_deref(), Some("last"));
}

/// RDNs of one to three attributes, some with dotted OIDs, with values of any characters but control characters.
fn rdns() -> impl Strategy<Value = Vec<Vec<(&'static str, String)>>> {
    let keyword = prop::sample::select(vec!["CN", "O", "OU", "L", "title", "SN", "1.2.3.4", "2.5.4.97"]);
    let value = prop::collection::vec(any::<char>().prop_map(|c| if c.is_control() { 'x' } else { c }), 1..20)
        .prop_map(|characters| characters.into_iter().collect::<String>());
    let specials = "[ #,+\"\\\\<>;=/a]{1,6}";
    let attribute = (keyword, prop_oneof![value, specials]);
    prop::collection::vec(prop::collection::vec(attribute, 1..4), 0..5)
}

proptest! {
    #[test]
    fn what_is_displayed_is_read_back(rdns in rdns()) {
        // Every character of the slash form may be escaped.
        let escaped = |value: &str| value.chars().flat_map(|c| ['\\', c]).collect::<String>();
        let text: String = rdns.iter().map(|rdn| {
            let rdn: Vec<String> = rdn.iter().map(|(keyword, value)| format!("{keyword}={}", escaped(value))).collect();
            format!("/{}", rdn.join("+"))
        }).collect();
        let name = parsed(if text.is_empty() { "/" } else { &text });
        prop_assert_eq!(name.as_x509().len(), rdns.len());
        prop_assert_eq!(&parsed(&name.to_string()), &name);
        prop_assert_eq!(&DistinguishedName::from_der(&name.to_der().unwrap()).unwrap(), &name);
    }

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,60}|[CNO=,;+/\\\\\"# 0-9a.]{0,60}") {
        if let Ok(name) = DistinguishedName::parse(&text) {
            prop_assert_eq!(parsed(&name.to_string()).to_string(), name.to_string());
        }
    }

    #[test]
    fn any_octets_are_read_or_refused(mut octets in prop::collection::vec(any::<u8>(), 0..60), sound in any::<bool>()) {
        if sound {
            octets = parsed("CN=a+OU=b,C=DE,1.2.840.99999=x").to_der().unwrap().into_iter()
                .zip(octets.into_iter().chain(std::iter::repeat(0)))
                .map(|(octet, noise)| if noise < 12 && noise > 0 { octet ^ noise } else { octet })
                .collect();
        }
        if let Ok(name) = DistinguishedName::from_der(&octets) {
            prop_assert_eq!(name.to_der().unwrap(), octets);
            let _ = (name.to_string(), name.common_name());
        }
    }
}
