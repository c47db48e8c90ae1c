//! A Java program takes the key out of each keystore with the store's password, signs, and verifies.

use crate::support::{Sandbox, tool};

/// Every type of key that Java 17 knows, in both formats, in one virtual machine: its start is what costs.
#[test]
fn java_signs_with_every_key() {
    let Some(java) = tool("java") else { return };
    let sandbox = Sandbox::new();
    let mut stores = Vec::new();
    for key_type in ["rsa:2048", "rsa:3072", "p256", "p384", "p521", "ed25519"] {
        let stem = key_type.replace(':', "");
        sandbox.done(&format!(
            "create --name {stem} --cn {stem} --alias my_{stem} -t {key_type} --passout generate --only key,crt,p12,jks"
        ));
        for (format, extension) in [("PKCS12", "p12"), ("JKS", "jks")] {
            stores.push(format!("{format} {stem}.{extension} my_{stem} {stem}.pass"));
        }
    }
    sandbox.done(
        "export p12 --key rsa2048.key --cert rsa2048.crt --alias old --for java8 --passout generate:old.pass -o old.p12",
    );
    stores.push("PKCS12 old.p12 old old.pass".to_owned());
    let program = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/interop/java/SignWithStore.java");
    let said = java.run(&sandbox, &format!("'{program}' {}", stores.join(" ")));
    for store in &stores {
        let file = store.split(' ').nth(1).unwrap();
        assert!(said.contains(&format!("{file}: signed and verified\n")), "{file}: {said}");
    }
}
