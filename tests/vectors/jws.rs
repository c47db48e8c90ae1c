//! JSON Web Signatures: the examples of RFC 7515 and RFC 8037, and Project Wycheproof's, by the operation that verifies.

use std::collections::BTreeMap;

use certwright::clock::Timestamp;
use certwright::crypto::SystemRandom;
use certwright::files::Input;
use certwright::formats::jwt::{Algorithm, Fault};
use certwright::limits::Limits;
use certwright::operations::{self, TokenFault, TokenVerdict, VerifyToken, open_token_keys, verify_token};
use certwright::secret::{NoPasswords, SecretBytes};
use serde_json::{Value, json};

use crate::manifest::octets;

/// The payload of RFC 7515 appendix A.1.1, signed in A.1, A.2, A.3, A.5 and A.6.
const JOE: &str = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";

/// A token held against a JWK or a set, a second before the tokens of RFC 7515 expire.
fn judged(token: &str, jwk: &Value, algorithm: Option<Algorithm>) -> Result<TokenVerdict, operations::Error> {
    let input = Input::new("key.jwk", SecretBytes::concat(&[jwk.to_string().as_bytes()]));
    let keys = open_token_keys(&input, None, &NoPasswords, &Limits::default(), &mut SystemRandom::new())?;
    let wanted = VerifyToken { algorithm, ..VerifyToken::default() };
    Ok(verify_token(token, &keys, &wanted, Timestamp::from_unix(1_300_819_379).unwrap()))
}

/// Whether the signature was proved. A payload that is no JSON object is found only when it was.
fn is_signed(verdict: &TokenVerdict) -> bool {
    match &verdict.signature {
        Ok(_) => true,
        Err(TokenFault::Token(Fault::Malformed { part: "payload", fault })) => fault.contains("JSON"),
        Err(_) => false,
    }
}

fn kind(verdict: &TokenVerdict) -> &'static str {
    verdict.signature.as_ref().map_or_else(TokenFault::kind, |_| "signed")
}

fn rs256_key() -> Value {
    json!({ "kty": "RSA", "e": "AQAB", "n": concat!(
        "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMs",
        "D1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdV",
        "MTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ",
    ) })
}

fn es256_key() -> Value {
    json!({ "kty": "EC", "crv": "P-256", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0" })
}

const RS256_SIGNATURE: &str = concat!(
    "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZ",
    "cAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-e",
    "OkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw",
);

const ES256_SIGNATURE: &str = "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";

#[test]
fn rfc_7515_a_2_and_a_3_verify_and_expire() {
    for (header, signature, key) in
        [("eyJhbGciOiJSUzI1NiJ9", RS256_SIGNATURE, rs256_key()), ("eyJhbGciOiJFUzI1NiJ9", ES256_SIGNATURE, es256_key())]
    {
        let verdict = judged(&format!("{header}.{JOE}.{signature}"), &key, None).unwrap();
        assert!(verdict.is_verified(), "{:?}", verdict.signature);
        assert_eq!(verdict.said.unwrap().claims.unwrap()["iss"], "joe");
        let other = if key["kty"] == "EC" { rs256_key() } else { es256_key() };
        assert!(!is_signed(&judged(&format!("{header}.{JOE}.{signature}"), &other, None).unwrap()));
    }
}

#[test]
fn rfc_7515_a_4_verifies_and_is_no_jwt() {
    let key = json!({ "kty": "EC", "crv": "P-521",
        "x": "AekpBQ8ST8a8VcfVOTNl353vSrDCLLJXmPk06wTjxrrjcBpXp5EOnYG_NjFZ6OvLFV1jSfS9tsz4qUxcWceqwQGk",
        "y": "ADSmRA43Z1DSNx_RvcLI87cdL07l6jQyyBXMoxVg_l2Th-x3S1WDhjDly79ajL4Kkd0AZMaZmh9ubmf63e3kyMj2" });
    let token = concat!(
        "eyJhbGciOiJFUzUxMiJ9.UGF5bG9hZA.AdwMgeerwtHoh-l192l60hp9wAHZFVJbLfD_UxMi70cwnZOYaRI1bKPWROc-mZZqwqT2SI-KGDKB34XO0aw_",
        "7XdtAG8GaSwFKdCAPZgoXD2YBJZCPEX3xKpRwcdOO8KpEHwJjyqOgzDO7iKvU8vcnwNrmxYbSW9ERBXukOXolLzeO_Jn",
    );
    let verdict = judged(token, &key, None).unwrap();
    assert!(is_signed(&verdict) && !verdict.is_verified());
    assert_eq!(kind(&verdict), "malformed_token");
    assert!(!is_signed(&judged(&token.replace("UGF5bG9hZA", "UGF5bG9hZB"), &key, None).unwrap()));
}

#[test]
fn rfc_7515_a_1_a_5_and_a_6_are_refused_by_name() {
    let verdict = |token: &str| kind(&judged(token, &es256_key(), None).unwrap());
    let hmac = format!("eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.{JOE}.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
    assert_eq!(verdict(&hmac), "shared_secret");
    assert_eq!(verdict(&format!("eyJhbGciOiJub25lIn0.{JOE}.")), "unsigned_token");
    let signatures = json!([
        { "protected": "eyJhbGciOiJSUzI1NiJ9", "header": { "kid": "2010-12-29" }, "signature": RS256_SIGNATURE },
        { "protected": "eyJhbGciOiJFUzI1NiJ9", "header": { "kid": "e9bc097a-ce51-4036-9562-d2ade882db0d" },
          "signature": ES256_SIGNATURE },
    ]);
    let general = json!({ "payload": JOE, "signatures": signatures }).to_string();
    let mut flattened = signatures[1].clone();
    flattened["payload"] = JOE.into();
    for token in [general, flattened.to_string()] {
        let verdict = judged(&token, &es256_key(), None).unwrap();
        assert!(verdict.signature.unwrap_err().to_string().contains("JSON serialization"));
    }
}

#[test]
fn rfc_8037_a_4_verifies() {
    let key = json!({ "kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" });
    let token = concat!(
        "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.",
        "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg",
    );
    assert!(is_signed(&judged(token, &key, None).unwrap()));
    assert!(!is_signed(&judged(&token.replace("RXhh", "RXhi"), &key, None).unwrap()));
}

/// What Wycheproof calls valid and is refused here, and why. Nothing that it calls invalid is taken.
fn deviation(number: u64) -> Option<&'static str> {
    match number {
        1 | 348 | 352 | 357..=359 | 376 | 377 => Some("HMAC: there is no shared secret here"),
        372 | 373 => Some("HMAC, and a `?` in the base64url, which RFC 7515 section 2 does not let pass"),
        346 | 350 => Some("the JWK is for PS256 (RFC 7517 section 4.4), and the token is signed with PS384"),
        347 | 351 => Some("the JWK is for `ES521`, which is no algorithm of RFC 7518"),
        _ => None,
    }
}

#[test]
fn wycheproof() {
    let document: Value = serde_json::from_slice(&octets("jws/wycheproof-json-web-signature.json")).unwrap();
    let mut outcomes: BTreeMap<&str, u32> = BTreeMap::new();
    let mut faults: Vec<String> = Vec::new();
    for group in document["testGroups"].as_array().unwrap() {
        let is_symmetric = group.get("public").is_none();
        // The signature of a shared secret is held against the key of another group, which it must not verify with.
        let key = if is_symmetric { es256_key() } else { group["public"].clone() };
        for test in group["tests"].as_array().unwrap() {
            let (number, token) = (test["tcId"].as_u64().unwrap(), test["jws"].as_str().unwrap());
            let verdict = judged(token, &key, None).unwrap();
            let (taken, valid) = (is_signed(&verdict), test["result"] == "valid");
            *outcomes.entry(if taken { "taken" } else { kind(&verdict) }).or_default() += 1;
            if taken != (valid && deviation(number).is_none()) || (deviation(number).is_some() && !valid) {
                faults.push(format!(
                    "{number} {}: taken is {taken}, {:?}",
                    test["comment"],
                    verdict.signature.as_ref().err()
                ));
            }
            // Where the standard's form is kept, an HMAC is named for what it is.
            let names_hmac = matches!(verdict.signature, Err(TokenFault::Token(Fault::SharedSecret(_))));
            if is_symmetric && valid && number != 372 && number != 373 && !names_hmac {
                faults.push(format!("{number}: an HMAC that is not named"));
            }
        }
    }
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
    let all: u32 = outcomes.values().sum();
    assert_eq!((all, document["numberOfTests"].as_u64()), (401, Some(401)));
    // All that it calls valid but for those that `deviation` lists.
    assert_eq!(outcomes["taken"], 32, "{outcomes:?}");
    for wanted in ["signature_mismatch", "signature_length", "shared_secret", "key_not_for_tokens", "unknown_key"] {
        assert!(outcomes.contains_key(wanted), "{wanted} was never met: {outcomes:?}");
    }
}

#[test]
fn rfc_7520_section_4_2_verifies_with_the_algorithm_that_it_states() {
    let document: Value = serde_json::from_slice(&octets("jws/wycheproof-json-web-signature.json")).unwrap();
    let groups = document["testGroups"].as_array().unwrap();
    for (number, algorithm) in [(346, Algorithm::Ps384), (347, Algorithm::Es512)] {
        let group = groups.iter().find(|it| it["tests"][0]["tcId"] == number).unwrap();
        let mut key = group["public"].clone();
        key.as_object_mut().unwrap().remove("alg");
        let token = group["tests"][0]["jws"].as_str().unwrap();
        assert!(is_signed(&judged(token, &key, Some(algorithm)).unwrap()), "{number}");
    }
}
