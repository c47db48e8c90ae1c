//! `openssl dgst`: what the table of cases cannot show.

use super::*;

fn parsed(line: &str) -> Line {
    let words: Vec<OsString> = line.split_whitespace().map(OsString::from).collect();
    GRAMMAR.parse(&words).unwrap()
}

#[test]
fn every_digest_that_is_taken_has_its_name() {
    for flag in GRAMMAR.flags {
        let digest = digest_named(flag).unwrap();
        let bits = flag.trim_start_matches(|letter: char| letter.is_alphabetic());
        assert!(digests::label(digest).ends_with(bits), "{flag}: {}", digests::label(digest));
    }
}

#[test]
fn only_the_padding_of_version_1_5_is_taken() {
    assert_eq!(check_padding(&parsed("-sigopt rsa_padding_mode:pkcs1 file")), Ok(()));
    for line in ["-sigopt rsa_padding_mode:pss", "-sigopt rsa_padding_mode:pkcs1 -sigopt rsa_pss_saltlen:32"] {
        let failure = check_padding(&parsed(line)).unwrap_err();
        assert_eq!(failure.message, "`-sigopt` is offered here with `rsa_padding_mode:pkcs1` only", "{line}");
    }
}

#[test]
fn the_last_of_two_forms_counts() {
    let shown = |line: &str| digests::shown(&parsed(line), "SHA1", "file", &[0xab, 0xcd]);
    assert_eq!(shown("file"), "SHA1(file)= abcd\n");
    assert_eq!(shown("-r -c file"), "SHA1(file)= ab:cd\n");
    assert_eq!(shown("-c -r file"), "abcd *file\n");
}

#[test]
fn ed25519_signs_no_digests() {
    let failure = signature(KeyAlgorithm::Ed25519, DEFAULT).unwrap_err();
    assert_eq!(failure.message, "a key of type Ed25519 signs messages and not digests");
}
