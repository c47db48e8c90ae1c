//! Python's cryptography, with its own strict X.509 parser and the newest OpenSSL inside, reads every file of a set.

use crate::support::{KEY_TYPES, Sandbox, tool};

#[test]
fn every_type_of_key() {
    let Some(python) = tool("python") else { return };
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/interop/python/read_set.py");
    // The longest keys take long to make and are no different in the files.
    for key_type in KEY_TYPES.iter().filter(|key_type| key_type.name != "rsa:4096") {
        let sandbox = Sandbox::new();
        sandbox.done(&format!(
            "create --name set --cn jwt --alias Ключ -t {} --encrypt-key --passout generate",
            key_type.name
        ));
        // Who needs the old protection knows no Ed25519.
        let target = if key_type.name == "ed25519" { "openssl3" } else { "windows2016" };
        sandbox.done(&format!(
            "export p12 --key set.key --cert set.crt --alias Ключ --for {target} --passin file:set.pass \
             --passout file:set.pass -o set.old.p12"
        ));
        assert_eq!(python.run(&sandbox, &format!("'{script}' set Ключ")), "read\n", "{}", key_type.name);
    }
}
