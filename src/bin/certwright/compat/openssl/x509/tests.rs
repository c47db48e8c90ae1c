//! What the comparison with openssl does not show: what is refused, and in which words.

use super::*;

fn line(text: &str) -> Result<Line, Failure> {
    GRAMMAR.parse(&text.split_whitespace().map(OsString::from).collect::<Vec<_>>())
}

#[test]
fn what_is_not_offered_is_refused_by_its_name() {
    for (option, _) in GRAMMAR.refused {
        let message = line(&format!("-{option}")).unwrap_err().message;
        assert_eq!(message, format!("`-{option}` of `openssl x509` is not offered here"));
        assert!(GRAMMAR.options.iter().all(|(offered, _)| offered != option), "{option} is offered too");
    }
}

#[test]
fn what_cannot_stand_together_is_told_with_both_names() {
    for (text, message) in [
        ("-req", "a key is needed to sign with"),
        ("-req -CA ca.crt -signkey a.key", "`-CA` and `-signkey` both say who signs"),
        ("-req -key a.key -CAserial ca.srl", "`-CAserial` needs `-CA`"),
        ("-req -key a.key -extensions v3", "`-extensions` needs the `-extfile` that has the section"),
        ("-req -key a.key -copy_extensions none", "`-copy_extensions none` of `openssl x509` is not offered here"),
        ("-req -key a.key -copy_extensions all", "`-copy_extensions` is copy or copyall"),
        ("-req -key a.key -clrext", "`-clrext` of `openssl x509` is not offered here"),
    ] {
        assert_eq!(issue::check(&line(text).unwrap()).unwrap_err().message, message, "{text}");
    }
    for text in ["-req -signkey a.key", "-req -CA ca.crt -CAcreateserial", "-req -key a.key -copy_extensions copyall"] {
        assert_eq!(issue::check(&line(text).unwrap()), Ok(()), "{text}");
    }
}

#[test]
fn the_digest_that_stands_last_counts_and_keeps_its_spelling() {
    assert_eq!(digest(&line("-sha512 -SHA1").unwrap()), Some(("SHA1", DigestAlgorithm::Sha1)));
    assert_eq!(digest(&line("-sha384").unwrap()), Some(("sha384", DigestAlgorithm::Sha384)));
    assert_eq!(digest(&line("-text").unwrap()), None);
}

#[test]
fn an_encoding_is_pem_or_der_and_the_file_has_it() {
    let of = |text: &str| Encoding::parse(&line(text).unwrap(), "inform");
    assert_eq!(of("-inform der").unwrap(), Some(Encoding::Der));
    assert_eq!(of("-inform PEM").unwrap(), Some(Encoding::Pem));
    assert_eq!(of("-noout").unwrap(), None);
    assert_eq!(of("-inform NET").unwrap_err().message, "`-inform` of `openssl x509` is PEM or DER");
    let pem = Input::new("a.crt", b"-----BEGIN CERTIFICATE-----\n".to_vec().into());
    assert!(check_encoding(&pem, None).is_ok() && check_encoding(&pem, Some(Encoding::Pem)).is_ok());
    let failure = check_encoding(&pem, Some(Encoding::Der)).unwrap_err();
    assert_eq!(failure.message, "`a.crt` is not DER, as `-inform` says");
}
