//! Python's PyJWT verifies our tokens with our certificates, and signs with our keys.

use certwright::crypto::{PrivateKey, SystemRandom};
use certwright::formats::{jwt, pem, pkcs8, x509};
use certwright::limits::Limits;

use crate::support::{Sandbox, tool};

const ALGORITHMS: &[(&str, &str)] = &[("rsa:2048", "RS256"), ("p256", "ES256"), ("ed25519", "EdDSA")];

/// Two pairs of one type, so that a token can be shown to the wrong certificate.
fn made(key_type: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    for name in ["ours", "other"] {
        sandbox.done(&format!("create --name {name} --cn {name} -t {key_type} --only key,crt"));
    }
    sandbox
}

fn script(name: &str) -> String {
    format!("'{}/tests/interop/python/{name}'", env!("CARGO_MANIFEST_DIR"))
}

fn contents(sandbox: &Sandbox, file: &str) -> Vec<u8> {
    let document = pem::decode(&sandbox.read(file), &Limits::default()).unwrap();
    document.blocks[0].contents.expose().to_vec()
}

fn key(sandbox: &Sandbox) -> PrivateKey {
    pkcs8::decode(&contents(sandbox, "ours.key")).unwrap()
}

#[test]
fn pyjwt_verifies_our_token_with_our_certificate() {
    let Some(python) = tool("python") else { return };
    for (key_type, algorithm) in ALGORITHMS {
        let sandbox = made(key_type);
        let claims = serde_json::json!({ "sub": "interop", "aud": "urn:certwright:interop" });
        let key = key(&sandbox);
        let header = jwt::Header::new(jwt::Algorithm::usual(key.algorithm()));
        let token = jwt::sign(&header, claims.as_object().unwrap(), &key, &mut SystemRandom::new()).unwrap();
        sandbox.write("token.jwt", token.expose());
        let said =
            python.run(&sandbox, &format!("{} token.jwt ours.crt other.crt {algorithm}", script("verify_jwt.py")));
        assert_eq!(said, "verified\n", "{algorithm}");
    }
}

#[test]
fn our_certificate_verifies_a_token_that_pyjwt_signed_with_our_key() {
    let Some(python) = tool("python") else { return };
    for (key_type, algorithm) in ALGORITHMS {
        let sandbox = made(key_type);
        let token = python.run(&sandbox, &format!("{} ours.key {algorithm}", script("sign_jwt.py")));
        let verify = |file: &str| {
            let certificate = x509::Certificate::from_der(&contents(&sandbox, file)).unwrap();
            jwt::verify(token.trim(), &jwt::VerifyingKey::usual(certificate.public_key().unwrap()))
        };
        assert_eq!(verify("ours.crt").unwrap().claims["sub"], "interop", "{algorithm}");
        assert!(verify("other.crt").is_err(), "{algorithm}");
    }
}
