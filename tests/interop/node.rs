//! Node.js opens every file of a set as a service does, and verifies our tokens with our certificates.

use certwright::crypto::SystemRandom;
use certwright::formats::{jwt, pem, pkcs8};
use certwright::limits::Limits;

use crate::support::{Sandbox, tool};

#[test]
fn every_algorithm_of_a_jwt() {
    let Some(node) = tool("node") else { return };
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/interop/node/read_set.js");
    for (key_type, algorithm) in
        [("rsa:2048", "RS256"), ("p256", "ES256"), ("p384", "ES384"), ("p521", "ES512"), ("ed25519", "EdDSA")]
    {
        let sandbox = Sandbox::new();
        sandbox.done(&format!("create --name set --cn jwt --alias one -t {key_type} --passout generate"));
        // Who needs the old protection knows no Ed25519.
        let target = if key_type == "ed25519" { "openssl3" } else { "macos" };
        let export = "export p12 --key set.key --cert set.crt --alias one --passout file:set.pass -o set.old.p12";
        sandbox.done(&format!("{export} --for {target}"));
        let document = pem::decode(&sandbox.read("set.key"), &Limits::default()).unwrap();
        let key = pkcs8::decode(document.blocks[0].contents.expose()).unwrap();
        let header = jwt::Header::new(jwt::Algorithm::usual(key.algorithm()));
        let token = jwt::sign(&header, &serde_json::Map::new(), &key, &mut SystemRandom::new()).unwrap();
        let token = token.expose();
        assert_eq!(node.run(&sandbox, &format!("'{script}' set {algorithm} {token}")), "read\n", "{algorithm}");
    }
}
