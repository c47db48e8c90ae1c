//! What the comparison with openssl does not show: what keys there are, refusals by name, native words.

use certwright::crypto::KeyAlgorithm;
use certwright::formats::x509::{DistinguishedName, SubjectAltName};

use super::*;
use crate::compat::line::Line;
use crate::compat::native::Native;
use crate::compat::openssl::config::Config;

fn line(text: &str) -> Line {
    GRAMMAR.parse(&text.split_whitespace().map(OsString::from).collect::<Vec<_>>()).unwrap()
}

fn settings(text: &str) -> Settings {
    Settings { config: Config::parse("my.cnf", text, &|_| None).unwrap(), section: "req".to_owned() }
}

#[test]
fn a_new_key_is_of_the_kind_that_is_named() {
    let configured = settings("[req]\ndefault_bits = 4096\n");
    for (text, algorithm) in [
        ("-new", KeyAlgorithm::Rsa { bits: 4096 }),
        ("-newkey rsa", KeyAlgorithm::Rsa { bits: 4096 }),
        ("-newkey RSA:2048", KeyAlgorithm::Rsa { bits: 2048 }),
        ("-newkey 3072", KeyAlgorithm::Rsa { bits: 3072 }),
        ("-newkey rsa:2048 -pkeyopt rsa_keygen_bits:3072", KeyAlgorithm::Rsa { bits: 3072 }),
        ("-newkey ec -pkeyopt ec_paramgen_curve:prime256v1", KeyAlgorithm::P256),
        ("-newkey EC -pkeyopt ec_paramgen_curve:P-521 -pkeyopt ec_param_enc:named_curve", KeyAlgorithm::P521),
        ("-newkey ed25519", KeyAlgorithm::Ed25519),
    ] {
        assert_eq!(key::algorithm(&line(text), &configured), Ok(algorithm), "{text}");
    }
    for (text, message) in [
        ("-newkey rsa:", "`-newkey rsa:` names no length in bits"),
        ("-newkey rsa:big", "`-newkey rsa:big` names no length in bits"),
        ("-newkey dsa:2048", "keys of type `dsa` are not offered here"),
        ("-newkey ec:p256.pem", "files of parameters are not offered here"),
        ("-newkey param:p.pem", "files of parameters are not offered here"),
        ("-newkey ec", "an EC key needs its curve"),
        ("-newkey rsa -pkeyopt nonsense:1", "`-pkeyopt nonsense` is not offered here for keys of type RSA"),
    ] {
        assert_eq!(key::algorithm(&line(text), &configured).unwrap_err().message, message, "{text}");
    }
    let wrong = settings("[req]\ndefault_bits = many\n");
    let failure = key::algorithm(&line("-newkey rsa"), &wrong).unwrap_err();
    assert_eq!(failure.message, "`my.cnf`, line 2: `default_bits`: it is no length in bits");
}

#[test]
fn fields_may_be_told_apart_by_what_stands_before_the_type() {
    for (name, read) in [
        ("CN", ("CN", false)),
        ("0.organizationName", ("organizationName", false)),
        ("1:OU", ("OU", false)),
        ("+CN", ("CN", true)),
        ("2.+OU", ("OU", true)),
        ("x.", ("x.", false)),
    ] {
        assert_eq!(questions::kind(name), read, "{name}");
    }
}

#[test]
fn days_are_at_least_one() {
    assert_eq!(make::days(&line("-new")), Ok(None));
    assert_eq!(make::days(&line("-days 30 -days 365")), Ok(Some(365)));
    for text in ["-days 0", "-days -1", "-days many", "-days 99999999999"] {
        assert_eq!(make::days(&line(text)).unwrap_err().message, "`-days` takes a number of days, from 1", "{text}");
    }
}

#[test]
fn what_is_not_offered_is_refused_by_its_name() {
    for name in ["CA", "copy_extensions", "engine", "precert", "sha3-256", "sigopt", "vfyopt", "writerand"] {
        let failure = GRAMMAR.parse(&[format!("-{name}").into()]).unwrap_err();
        assert_eq!(failure.message, format!("`-{name}` of `openssl req` is not offered here"));
        assert!(matches!(failure.hints.len(), 1 | 2), "{name}");
    }
    let refusal = |text: &str| Shown::parse(&line(text)).map(drop).unwrap_err().message;
    assert_eq!(refusal("-x509 -verify"), "`-verify` is for requests, and `-x509` makes a certificate");
    assert_eq!(refusal("-nameopt nonsense"), "`nonsense` of `-nameopt` is not offered here");
    assert_eq!(refusal("-reqopt ext_dump"), "`ext_dump` of `-reqopt` is not offered here");
}

#[test]
fn a_subject_stands_natively_as_one_word() {
    let subject = DistinguishedName::parse("/O=Acme, Inc./CN=x").unwrap();
    let names = ["dns:a.example", "ip:192.0.2.1"].map(|name| SubjectAltName::parse(name).unwrap());
    let native = make::with_names(Native::new("csr"), Some(&subject), &names);
    let quoted = if cfg!(windows) { r#""CN=x,O=Acme\, Inc.""# } else { r"'CN=x,O=Acme\, Inc.'" };
    assert_eq!(native.text(), format!("certwright csr --subject {quoted} --san dns:a.example --san ip:192.0.2.1"));
    let nobody = make::with_names(Native::new("csr"), Some(&DistinguishedName::default()), &names[..1]);
    assert_eq!(nobody.text(), "certwright csr --subject / --san dns:a.example");
}

#[test]
fn a_configuration_says_whether_keys_stay_open() {
    for (text, is_open) in [
        ("[req]\nencrypt_key = no\n", true),
        ("[req]\nencrypt_rsa_key = no\nencrypt_key = yes\n", true),
        ("[req]\nencrypt_key = yes\n", false),
        ("[req]\n", false),
    ] {
        assert_eq!(settings(text).leaves_keys_open(), is_open, "{text}");
    }
    let passwords = settings("[req]\noutput_password = \"a # b\"\n");
    assert_eq!(passwords.password("output_password"), Some(certwright::secret::Password::new("a # b")));
    assert_eq!(passwords.password("input_password"), None);
}
