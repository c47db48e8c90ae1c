//! Tokens are signed and verified by one algorithm, and read without being believed.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};

use super::*;
use crate::crypto::{KeyAlgorithm, PrivateKey, PublicKey, SignatureForm, SystemRandom};

fn usual(key: &PrivateKey) -> Header {
    Header::new(Algorithm::usual(key.algorithm()))
}

fn verify_usual(token: &str, key: PublicKey) -> Result<Verified, Fault> {
    verify(token, &VerifyingKey::usual(key))
}

fn made(algorithm: KeyAlgorithm) -> PrivateKey {
    PrivateKey::generate(algorithm, &mut SystemRandom::new()).unwrap()
}

fn base64url(octets: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(octets)
}

/// A compact JWS over just this header and payload, truly signed by `key`.
fn signed(header: &str, payload: &str, key: &PrivateKey) -> String {
    let signed_part = format!("{}.{}", base64url(header), base64url(payload));
    let signature = Algorithm::usual(key.algorithm()).signature();
    let octets = key.sign(signature, SignatureForm::Fixed, signed_part.as_bytes(), &mut SystemRandom::new()).unwrap();
    format!("{signed_part}.{}", base64url(octets))
}

fn kind(token: &str, key: &PrivateKey) -> &'static str {
    verify_usual(token, key.public_key()).map_or_else(|fault| fault.kind(), |_| "verified")
}

#[test]
fn every_key_signs_and_a_change_of_any_part_is_found() {
    let mut rng = SystemRandom::new();
    for algorithm in [KeyAlgorithm::Rsa { bits: 2048 }, KeyAlgorithm::P521, KeyAlgorithm::Ed25519] {
        let key = made(algorithm);
        let token = sign(&usual(&key), &Map::new(), &key, &mut rng).unwrap();
        assert!(verify_usual(token.expose(), key.public_key()).unwrap().claims.is_empty());
        assert!(verify_usual(token.expose(), made(KeyAlgorithm::P256).public_key()).is_err());
        let [header, _, signature] = token.expose().split('.').collect::<Vec<_>>()[..] else { panic!("three parts") };
        let changed = format!("{header}.{}.{signature}", base64url("{\"sub\":1}"));
        assert_eq!(kind(&changed, &key), "signature_mismatch");
    }
}

#[test]
fn each_rsa_signature_verifies_as_its_own_algorithm_only() {
    let key = made(KeyAlgorithm::Rsa { bits: 2048 });
    let all = Algorithm::ALL.into_iter().filter(|it| it.fits(key.algorithm()));
    for signing in all.clone() {
        let token = sign(&Header::new(signing), &Map::new(), &key, &mut SystemRandom::new()).unwrap();
        for bound in all.clone() {
            let verified = verify(token.expose(), &VerifyingKey::new(key.public_key(), bound).unwrap());
            match verified {
                Ok(_) => assert_eq!(signing, bound),
                Err(fault) => assert_eq!(fault, Fault::AlgorithmMismatch { named: signing, bound }),
            }
        }
    }
}

#[test]
fn a_token_is_read_without_being_believed() {
    let key = made(KeyAlgorithm::Ed25519);
    let claims = json!({ "iss": "a" });
    let token = sign(&usual(&key), claims.as_object().unwrap(), &key, &mut SystemRandom::new()).unwrap();
    let read = read_unchecked(token.expose()).unwrap();
    assert_eq!((read.header["alg"].as_str(), read.signature_length), (Some("EdDSA"), 64));
    assert_eq!(read.claims.unwrap()["iss"], "a");
    assert!(looks_like_token(format!(" {}\r\n", token.expose()).as_bytes()));
    let jwe = read_unchecked("eyJhbGciOiJSU0EtT0FFUCJ9.AA.AA.AA.AA").unwrap();
    assert!(jwe.is_encrypted && jwe.claims.is_none() && jwe.claims_fault.is_none());
    for other in ["", "a.b.c", "example.com", "1.2.3", "e30.e30.", "eyJhbGciOjF9.e30.", "-----BEGIN X-----"] {
        assert!(!looks_like_token(other.as_bytes()), "{other}");
    }
    assert_eq!(read_unchecked("eyJhbGciOiJub25lIn0.e30.").unwrap().signature_length, 0);
    let twice = format!("eyJhbGciOiJub25lIn0.{}.", base64url(r#"{"aud":"a","aud":"b"}"#));
    let fault = read_unchecked(&twice).unwrap().claims_fault.unwrap();
    assert_eq!(fault.to_string(), "its payload has the member `aud` twice");
}

#[test]
fn what_is_no_compact_token_is_named() {
    let key = made(KeyAlgorithm::P256);
    for (token, word) in [
        ("", "empty"),
        ("abc", "no dot"),
        ("a.b", "two"),
        ("a.b.c.d", "this has 4"),
        ("a.b.c.d.e.f", "this has 6"),
        (r#"{"payload":"e30","signatures":[]}"#, "JWS in JSON serialization"),
        (r#"{"payload":"e30","protected":"e30","signature":"AA"}"#, "JWS in JSON serialization"),
        (r#"{"ciphertext":"AA"}"#, "JWE in JSON serialization"),
        (r#"{"access_token":"a.b.c"}"#, "a server's whole answer"),
        (r#"{"kty":"EC"}"#, "JSON Web Key"),
        ("-----BEGIN CERTIFICATE-----", "PEM"),
    ] {
        let fault = verify_usual(token, key.public_key()).unwrap_err();
        assert!(fault.kind() == "not_a_token" && fault.to_string().contains(word), "{token}: {fault}");
    }
    assert_eq!(kind("eyJhbGciOiJSU0EtT0FFUCJ9.AA.AA.AA.AA", &key), "encrypted_token");
    let long = "a.".to_owned() + &"b".repeat(1 << 20) + ".c";
    assert_eq!(kind(&long, &key), "not_a_token");
}

#[test]
fn a_header_that_a_signer_could_have_signed_is_refused_all_the_same() {
    let key = made(KeyAlgorithm::P256);
    for (header, wanted) in [
        (r#"{"alg":"ES256"}"#, "verified"),
        (r#"{"typ":"at+jwt","alg":"ES256","b64":true}"#, "verified"),
        (r#"{"alg":"none"}"#, "unsigned_token"),
        (r#"{"alg":"NonE"}"#, "unsigned_token"),
        (r#"{"alg":"HS256"}"#, "shared_secret"),
        (r#"{"alg":"es256"}"#, "unknown_algorithm"),
        (r#"{"alg":"ES256K"}"#, "unknown_algorithm"),
        (r#"{"alg":"Ed25519"}"#, "unknown_algorithm"),
        (r#"{"alg":"ES384"}"#, "algorithm_mismatch"),
        (r#"{"alg":"RS256"}"#, "algorithm_mismatch"),
        (r#"{"alg":["ES256"]}"#, "malformed_token"),
        (r#"{}"#, "malformed_token"),
        (r#"["ES256"]"#, "malformed_token"),
        (r#"{"alg":"ES256","alg":"ES256"}"#, "malformed_token"),
        (r#"{"alg":"ES256","jwk":{"kty":"EC","kty":"EC"}}"#, "malformed_token"),
        (r#"{"alg":"ES256","crit":["exp"],"exp":1}"#, "critical_header"),
        (r#"{"alg":"ES256","crit":[]}"#, "malformed_token"),
        (r#"{"alg":"ES256","crit":"exp"}"#, "malformed_token"),
        (r#"{"alg":"ES256","crit":["b64"],"b64":false}"#, "unencoded_payload"),
        (r#"{"alg":"ES256","b64":false}"#, "unencoded_payload"),
    ] {
        assert_eq!(kind(&signed(header, "{}", &key), &key), wanted, "{header}");
    }
}

#[test]
fn claims_are_one_object_and_another_token_is_told() {
    let key = made(KeyAlgorithm::P256);
    for (payload, wanted) in [
        ("{}", "verified"),
        ("", "malformed_token"),
        ("foo", "malformed_token"),
        ("[]", "malformed_token"),
        (r#"{"exp":1,"exp":2}"#, "malformed_token"),
        (r#"{"a":{"b":1,"b":2}}"#, "malformed_token"),
    ] {
        assert_eq!(kind(&signed(r#"{"alg":"ES256"}"#, payload, &key), &key), wanted, "{payload}");
    }
    let nested = signed(r#"{"alg":"ES256","cty":"JWT"}"#, "eyJhbGciOiJub25lIn0.e30.", &key);
    assert_eq!(kind(&nested, &key), "nested_token");
    let any = signed(r#"{"alg":"ES256"}"#, "foo", &key);
    assert_eq!(verify_signature(&any, &VerifyingKey::usual(key.public_key())).unwrap().payload, b"foo");
}

#[test]
fn base64url_has_one_form() {
    let key = made(KeyAlgorithm::P256);
    // 64 octets leave four bits over, which are zero.
    let token = signed(r#"{"alg":"ES256"}"#, "{}", &key);
    assert_eq!(kind(&token, &key), "verified");
    let (rest, last) = token.split_at(token.len() - 1);
    let other = match last {
        "A" => "B",
        "Q" => "R",
        "g" => "h",
        _ => "x",
    };
    let [header, claims, signature] = token.split('.').collect::<Vec<_>>()[..] else { panic!("three parts") };
    for (changed, word) in [
        (format!("{rest}{other}"), "the last bits are not zero"),
        (format!("{token}=="), "padded"),
        (format!("{header}=.{claims}.{signature}"), "padded"),
        (format!("{header}.{claims}.{}+", &signature[1..]), "is base64, and not base64url"),
        (format!("{header}.{claims}. {signature}"), "white space"),
        (format!("{header}.{claims}.{}?", &signature[1..]), "characters that base64url has not"),
        (format!("{header}.{claims}.{}", &signature[1..]), "cut short"),
    ] {
        let fault = verify_usual(&changed, key.public_key()).unwrap_err();
        assert!(fault.kind() == "malformed_token" && fault.to_string().contains(word), "{word}: {fault}");
    }
}

#[test]
fn a_signature_has_one_length() {
    let mut rng = SystemRandom::new();
    for (algorithm, length) in [(KeyAlgorithm::P256, 64), (KeyAlgorithm::P384, 96), (KeyAlgorithm::P521, 132)] {
        let key = made(algorithm);
        let usual = Algorithm::usual(algorithm);
        assert_eq!(usual.fixed_length(), Some(length));
        let signed_part = format!("{}.e30", base64url(json!({ "alg": usual.name() }).to_string()));
        let der = key.sign(usual.signature(), SignatureForm::Asn1, signed_part.as_bytes(), &mut rng).unwrap();
        let token = format!("{signed_part}.{}", base64url(&der));
        let fault = verify_usual(&token, key.public_key()).unwrap_err();
        assert_eq!(fault, Fault::DerSignature(usual));
        assert!(fault.to_string().contains(&format!("side by side, {length} bytes")), "{fault}");
        let fixed = key.sign(usual.signature(), SignatureForm::Fixed, signed_part.as_bytes(), &mut rng).unwrap();
        for changed in [&fixed[1..], &[&[0][..], &fixed[..]].concat(), &[0; 132][..length / 2]] {
            assert_eq!(kind(&format!("{signed_part}.{}", base64url(changed)), &key), "signature_length");
        }
        assert_eq!(kind(&format!("{signed_part}."), &key), "unsigned_token");
    }
    let key = made(KeyAlgorithm::Rsa { bits: 2048 });
    let token = signed(r#"{"alg":"RS256"}"#, "{}", &key);
    assert_eq!(kind(&token, &key), "verified");
    assert_eq!(kind(&format!("{token}AAAA"), &key), "signature_length");
}

#[test]
fn ed25519_has_two_names() {
    let key = made(KeyAlgorithm::Ed25519);
    for (name, wanted) in [
        ("EdDSA", "verified"),
        ("Ed25519", "verified"),
        ("ed25519", "unknown_algorithm"),
        ("Ed448", "unknown_algorithm"),
    ] {
        let token = signed(&json!({ "alg": name }).to_string(), "{}", &key);
        assert_eq!(kind(&token, &key), wanted, "{name}");
    }
}

#[test]
fn short_rsa_keys_are_named_by_who_asks() {
    let short = KeyAlgorithm::Rsa { bits: 1024 };
    assert_eq!(Algorithm::Rs256.check_length(short).unwrap_err().kind(), "short_key");
    assert_eq!(Algorithm::Ps512.check_length(KeyAlgorithm::Rsa { bits: 2047 }).unwrap_err().kind(), "short_key");
    assert_eq!(Algorithm::Rs256.check_length(KeyAlgorithm::Rsa { bits: 2048 }), Ok(()));
    assert_eq!(Algorithm::Es256.check_length(KeyAlgorithm::P256), Ok(()));
}

#[test]
fn no_fault_repeats_the_token() {
    let key = made(KeyAlgorithm::P256);
    let token = signed(r#"{"alg":"ES256","crit":["x"]}"#, r#"{"sub":"secret-subject"}"#, &key);
    let claims = token.split('.').nth(1).unwrap();
    for end in 0..token.len() {
        let Err(fault) = verify_usual(&token[..end], key.public_key()) else { panic!("cut at {end}") };
        let text = format!("{fault} {fault:?}");
        assert!(!text.contains(claims) && !text.contains("secret-subject"), "{text}");
    }
}

#[test]
fn members_are_written_in_order() {
    let header = Header::new(Algorithm::Rs256).with("kid", "a").with("alg", Value::from("none"));
    assert_eq!(header.to_string(), r#"{"alg":"RS256","typ":"JWT","kid":"a"}"#);
}
