//! The vectors of the RFCs, every kind of key there and back, and what is refused.

use serde_json::{Value, json};

use super::*;
use crate::crypto::{KeyAlgorithm, SystemRandom};
use crate::formats::{Error, Reason};
use crate::limits::Limits;

const A1: &[u8] = include_bytes!("../../../testdata/jwk/rfc7517-a1-public.jwks");
const A2: &[u8] = include_bytes!("../../../testdata/jwk/rfc7517-a2-private.jwks");
const OKP: &[u8] = include_bytes!("../../../testdata/jwk/rfc8037-a1-private.jwk");

fn read(octets: &[u8]) -> Result<Vec<Jwk>, Error> {
    decode(octets, &Limits::default())
}

fn fault(value: &Value) -> String {
    read(value.to_string().as_bytes()).unwrap_err().to_string()
}

fn private_rsa() -> Value {
    serde_json::from_slice::<Value>(A2).unwrap()["keys"][1].clone()
}

#[test]
fn thumbprints_of_rfc_7638_and_rfc_8037() {
    let keys = read(A1).unwrap();
    assert_eq!(thumbprint(&keys[1].key.public_key()), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
    let okp = read(OKP).unwrap();
    assert_eq!(thumbprint(&okp[0].key.public_key()), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
}

#[test]
fn the_sets_of_rfc_7517_are_read_and_their_halves_fit() {
    let (public, private) = (read(A1).unwrap(), read(A2).unwrap());
    assert_eq!(public.len(), 2);
    for (public, private) in public.iter().zip(&private) {
        assert!(matches!((&public.key, &private.key), (Key::Public(_), Key::Private(_))));
        assert_eq!(public.key.public_key(), private.key.public_key());
        assert_eq!(public.kid, private.kid);
    }
    assert_eq!(public[1].kid.as_deref(), Some("2011-04-29"));
}

#[test]
fn the_numbers_of_the_rfcs_are_written_as_they_stand_there() {
    for (octets, index) in [(A2, Some(0)), (A2, Some(1)), (OKP, None)] {
        let wanted: Value = serde_json::from_slice(octets).unwrap();
        let wanted = index.map_or(&wanted, |index: usize| &wanted["keys"][index]);
        let jwk = read(wanted.to_string().as_bytes()).unwrap().remove(0);
        let written: Value = serde_json::from_slice(encode(&jwk).unwrap().expose()).unwrap();
        for (name, value) in wanted.as_object().unwrap().iter().filter(|(name, _)| *name != "use") {
            assert_eq!(written[name], *value, "{name}");
        }
    }
}

/// RFC 7518 section 6.3.2 allows `d` without the primes.
#[test]
fn the_primes_of_an_rsa_key_are_worked_out() {
    let whole = private_rsa();
    let only_d = |d: &Value| json!({"kty": "RSA", "n": whole["n"], "e": whole["e"], "d": d});
    let key = read(only_d(&whole["d"]).to_string().as_bytes()).unwrap().remove(0);
    let written: Value = serde_json::from_slice(encode(&key).unwrap().expose()).unwrap();
    // Which of the two is called `p` is not told by `d`.
    let sorted = |key: &Value| {
        let mut primes = [key["p"].to_string(), key["q"].to_string()];
        primes.sort();
        primes
    };
    assert_eq!(sorted(&written), sorted(&whole));
    let changed = whole["d"].as_str().unwrap().replacen(|it: char| it.is_ascii_lowercase(), "A", 1);
    for wrong in [json!("AQ"), json!("Aw"), whole["n"].clone(), whole["e"].clone(), json!(changed)] {
        assert!(fault(&only_d(&wrong)).contains("does not fit"), "{wrong}");
    }
    let small = json!({"kty": "RSA", "n": whole["n"], "e": "Aw", "d": whole["d"]});
    assert!(fault(&small).contains("leaves its primes out"));
}

#[test]
fn every_kind_of_key_goes_there_and_back() {
    let mut rng = SystemRandom::new();
    let kinds = [
        KeyAlgorithm::Rsa { bits: 2048 },
        KeyAlgorithm::P256,
        KeyAlgorithm::P384,
        KeyAlgorithm::P521,
        KeyAlgorithm::Ed25519,
    ];
    let keys: Vec<Jwk> = kinds
        .iter()
        .map(|kind| {
            let key = Key::Private(PrivateKey::generate(*kind, &mut rng).unwrap());
            Jwk { key, kid: None, certificates: vec![vec![1, 2, 3], vec![4]] }
        })
        .collect();
    for jwk in &keys {
        let again = read(encode(jwk).unwrap().expose()).unwrap().remove(0);
        assert!(matches!(again.key, Key::Private(_)));
        assert_eq!(again.key.public_key(), jwk.key.public_key());
        assert_eq!(again.kid, Some(thumbprint(&jwk.key.public_key())));
        assert_eq!(again.certificates, jwk.certificates);
    }
    let set = read(&encode_set(&keys)).unwrap();
    assert_eq!(set.len(), keys.len());
    assert!(set.iter().all(|jwk| matches!(jwk.key, Key::Public(_))), "a set is public");
}

#[test]
fn coordinates_keep_the_width_of_their_curve() {
    // One key in 256 has an x that begins with a zero octet, which must be written.
    let mut rng = SystemRandom::new();
    for _ in 0..600 {
        let key = Key::Public(PrivateKey::generate(KeyAlgorithm::P256, &mut rng).unwrap().public_key());
        let jwk = Jwk { key, kid: None, certificates: Vec::new() };
        let written: Value = serde_json::from_slice(encode(&jwk).unwrap().expose()).unwrap();
        assert_eq!((written["x"].as_str().unwrap().len(), written["y"].as_str().unwrap().len()), (43, 43));
    }
}

#[test]
fn a_member_that_stands_twice_is_refused() {
    let okp = String::from_utf8(OKP.to_vec()).unwrap();
    let twice = okp.replacen('{', r#"{"kty": "OKP","#, 1);
    let fault = read(twice.as_bytes()).unwrap_err().to_string();
    assert!(fault.contains("the member `kty` stands twice"), "{fault}");
}

#[test]
fn private_members_that_do_not_fit_are_refused() {
    let other = json!("AQAB");
    for (name, said) in [
        ("p", "do not fit `n` and `e`"),
        ("d", "do not fit `n` and `e`"),
        ("dp", "`dp`, `dq` or `qi` do not fit"),
        ("dq", "`dp`, `dq` or `qi` do not fit"),
        ("qi", "`dp`, `dq` or `qi` do not fit"),
    ] {
        let mut key = private_rsa();
        key[name] = other.clone();
        let fault = fault(&key);
        assert!(fault.contains(said), "{name}: {fault}");
        key.as_object_mut().unwrap().remove(name);
        let missing = read(key.to_string().as_bytes()).unwrap_err();
        assert!(matches!(missing.reason, Reason::Malformed(_) | Reason::Unsupported(_)), "{name}: {missing}");
    }
    let (mut okp, mut ec): (Value, Value) = (serde_json::from_slice(OKP).unwrap(), Value::Null);
    okp["d"] = okp["x"].clone();
    assert!(fault(&okp).contains("does not fit the public ones"));
    ec.clone_from(&serde_json::from_slice::<Value>(A2).unwrap()["keys"][0]);
    ec["d"] = ec["x"].clone();
    assert!(fault(&ec).contains("does not fit the public ones"));
}

#[test]
fn lengths_and_encodings_are_held_to_the_standard() {
    let mut key = serde_json::from_slice::<Value>(A1).unwrap()["keys"][0].clone();
    key["x"] = json!("AAAA");
    assert!(fault(&key).contains("the member `x` has 3 bytes, and 32 are needed"));
    key["x"] = key["y"].clone();
    assert!(fault(&key).contains("no point on the curve P-256"));
    key["x"] = json!("MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4=");
    assert!(fault(&key).contains("is not base64url without padding"));
    let mut key = serde_json::from_slice::<Value>(A1).unwrap()["keys"][1].clone();
    key["e"] = json!("AAEAAQ");
    assert!(fault(&key).contains("begins with a zero byte"));
    key["e"] = json!(65537);
    assert!(fault(&key).contains("the member `e` is no text"));
}

#[test]
fn symmetric_keys_are_refused_everywhere_and_unknown_kinds_are_passed_over_in_a_set() {
    let symmetric = json!({ "kty": "oct", "k": "GawgguFyGrWKav7AX4VKUg" });
    assert!(fault(&symmetric).contains("a symmetric key"));
    let known = private_rsa();
    assert!(fault(&json!({ "keys": [known, symmetric] })).contains("JWK, entry `2`: a symmetric key"));
    let unknown = json!({ "kty": "OKP", "crv": "X25519", "x": "AAAA" });
    assert!(fault(&unknown).contains("the curve `X25519`"));
    assert_eq!(read(json!({ "keys": [known, unknown] }).to_string().as_bytes()).unwrap().len(), 1);
    assert!(fault(&json!({ "keys": [unknown] })).contains("X25519"));
}

#[test]
fn a_certificate_digest_is_held_against_its_certificate() {
    let mut key = private_rsa();
    key["x5c"] = json!(["AQID"]);
    key["x5t#S256"] = json!("A5BYxvLAyzsTnO5ZGl0ijMnBA5bObqhd9sDSGWE6hYE");
    assert!(fault(&key).contains("`x5t#S256` is not the digest"));
    key["x5t#S256"] = json!("A5BYxvLAy0ksUzsKTRTvd8wPeKvMztUofYShogEc-4E");
    assert_eq!(read(key.to_string().as_bytes()).unwrap()[0].certificates, [[1, 2, 3]]);
}

#[test]
fn no_cut_and_no_flip_makes_it_panic() {
    for octets in [A2, OKP] {
        for end in 0..octets.len() {
            assert!(read(&octets[..end]).is_err() || octets[end..].trim_ascii().is_empty(), "cut at {end}");
        }
    }
    for index in 0..OKP.len() {
        let mut octets = OKP.to_vec();
        octets[index] ^= 1;
        // A flip of white space is no matter; what is read must still be the key.
        if let Ok(keys) = read(&octets) {
            assert_eq!(keys[0].key.public_key(), read(OKP).unwrap()[0].key.public_key());
        }
    }
}
