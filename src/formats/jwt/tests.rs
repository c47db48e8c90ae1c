//! Tokens are signed and verified by one algorithm, and read without being believed.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Map;

use super::*;
use crate::crypto::{KeyAlgorithm, PrivateKey, PublicKey, SystemRandom};
use crate::formats::Reason;

fn usual(key: &PrivateKey) -> Header {
    Header::new(Algorithm::usual(key.algorithm()))
}

fn verify_usual(token: &str, key: PublicKey) -> Result<Verified, crate::formats::Error> {
    verify(token, &VerifyingKey::usual(key))
}

#[test]
fn every_key_signs_and_a_change_of_any_part_is_found() {
    let mut rng = SystemRandom::new();
    for algorithm in [KeyAlgorithm::Rsa { bits: 2048 }, KeyAlgorithm::P521, KeyAlgorithm::Ed25519] {
        let key = PrivateKey::generate(algorithm, &mut rng).unwrap();
        let token = sign(&usual(&key), &Map::new(), &key, &mut rng).unwrap();
        assert!(verify_usual(token.expose(), key.public_key()).unwrap().claims.is_empty());
        let stranger = PrivateKey::generate(KeyAlgorithm::P256, &mut rng).unwrap();
        assert!(verify_usual(token.expose(), stranger.public_key()).is_err());
        let [header, _, signature] = token.expose().split('.').collect::<Vec<_>>()[..] else { panic!("three parts") };
        let changed = format!("{header}.{}.{signature}", URL_SAFE_NO_PAD.encode("{\"sub\":1}"));
        assert!(matches!(verify_usual(&changed, key.public_key()).unwrap_err().reason, Reason::IntegrityMismatch(_)));
    }
}

#[test]
fn a_token_is_read_without_being_believed() {
    let mut rng = SystemRandom::new();
    let key = PrivateKey::generate(KeyAlgorithm::Ed25519, &mut rng).unwrap();
    let claims = serde_json::json!({ "iss": "a" });
    let token = sign(&usual(&key), claims.as_object().unwrap(), &key, &mut rng).unwrap();
    let read = read_unchecked(token.expose()).unwrap();
    assert_eq!((read.header["alg"].as_str(), read.signature_length), (Some("EdDSA"), 64));
    assert_eq!(read.claims.unwrap()["iss"], "a");
    assert!(looks_like_token(format!(" {}\r\n", token.expose()).as_bytes()));
    let jwe = read_unchecked("eyJhbGciOiJSU0EtT0FFUCJ9.AA.AA.AA.AA").unwrap();
    assert!(jwe.is_encrypted && jwe.claims.is_none());
    for other in ["", "a.b.c", "example.com", "1.2.3", "e30.e30.", "eyJhbGciOjF9.e30.", "-----BEGIN X-----"] {
        assert!(!looks_like_token(other.as_bytes()), "{other}");
    }
    assert_eq!(read_unchecked("eyJhbGciOiJub25lIn0.e30.").unwrap().signature_length, 0);
}

#[test]
fn malformed_tokens_are_refused() {
    let key = PrivateKey::generate(KeyAlgorithm::P256, &mut SystemRandom::new()).unwrap().public_key();
    for token in ["", ".", "..", "a.b", "a.b.c", "e30.e30.", "eyJhbGciOiJub25lIn0.e30."] {
        assert!(verify_usual(token, key.clone()).is_err(), "{token}");
    }
}
