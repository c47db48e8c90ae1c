//! OpenSSL accepts every file that `create` writes, for every type of key.

use crate::support::{KEY_TYPES, KeyType, Sandbox, Tool, tool};

#[test]
fn rsa_2048() {
    accepts("rsa:2048");
}

#[test]
fn rsa_3072() {
    accepts("rsa:3072");
}

#[test]
fn rsa_4096() {
    accepts("rsa:4096");
}

#[test]
fn p256() {
    accepts("p256");
}

#[test]
fn p384() {
    accepts("p384");
}

#[test]
fn p521() {
    accepts("p521");
}

#[test]
fn ed25519() {
    accepts("ed25519");
}

/// However the primes were found: with each kind of instructions that the processor has, and without.
#[test]
fn rsa_keys_of_every_kind_of_instructions() {
    let Some(openssl) = tool("openssl") else { return };
    let sandbox = Sandbox::new();
    for simd in ["none", "avx2", "avx512f", "avx512ifma"] {
        for bits in [2048, 3072, 4096] {
            let line = format!("genkey -t rsa:{bits} --form pkcs1 --force -o {simd}.key");
            sandbox.certwright(&line).env("CERTWRIGHT_SIMD", simd).done();
            let told = openssl.run(&sandbox, &format!("rsa -in {simd}.key -check -noout"));
            assert!(told.contains("RSA key ok"), "{simd}, {bits} bits: {told}");
        }
    }
}

fn accepts(name: &str) {
    let Some(openssl) = tool("openssl") else { return };
    let key_type = KEY_TYPES.iter().find(|key_type| key_type.name == name).unwrap();
    let sandbox = Sandbox::new();
    sandbox.done(&format!("create --cn jwt.example.com --alias Jwt_Example -t {name} --passout generate"));
    key_and_request(&openssl, &sandbox);
    certificate(&openssl, &sandbox, key_type);
    keystore(&openssl, &sandbox);
}

fn key_and_request(openssl: &Tool, sandbox: &Sandbox) {
    assert!(openssl.run(sandbox, "pkey -in server.key -check -noout").contains("Key is valid"));
    assert!(openssl.run(sandbox, "req -in server.csr -verify -noout").contains("verify OK"));
    let text = openssl.run(sandbox, "req -in server.csr -noout -text");
    assert!(text.contains("Subject: CN = jwt.example.com\n"), "{text}");
    // A server may stumble over an extensionRequest without extensions; `-text` shows its heading also when there is
    // none.
    let structure = openssl.run(sandbox, "asn1parse -in server.csr");
    assert!(text.contains("(none)") && !structure.contains(":Extension Request"), "{structure}");
    let public = openssl.run(sandbox, "pkey -in server.key -pubout");
    assert_eq!(public, openssl.run(sandbox, "req -in server.csr -noout -pubkey"));
    assert_eq!(public, openssl.run(sandbox, "x509 -in server.crt -noout -pubkey"));
}

fn certificate(openssl: &Tool, sandbox: &Sandbox, key_type: &KeyType) {
    let text = openssl.run(sandbox, "x509 -in server.crt -noout -text");
    for part in [
        "Version: 3 (0x2)\n",
        "Issuer: CN = jwt.example.com\n",
        "Subject: CN = jwt.example.com\n",
        "X509v3 Basic Constraints: critical\n                CA:FALSE\n",
        "X509v3 Key Usage: critical\n                Digital Signature",
        "X509v3 Subject Key Identifier:",
        "X509v3 Authority Key Identifier:",
        key_type.openssl,
    ] {
        assert!(text.contains(part), "{part:?} is missing: {text}");
    }
    let signature = format!("Signature Algorithm: {}\n", key_type.signature);
    assert_eq!(text.matches(&signature).count(), 2, "{text}");
    let identifier = |heading: &str| text.split(heading).nth(1).and_then(|rest| rest.lines().nth(1)).map(str::trim);
    let subject = identifier("X509v3 Subject Key Identifier:").unwrap();
    assert_eq!(
        identifier("X509v3 Authority Key Identifier:").map(|key| key.trim_start_matches("keyid:")),
        Some(subject)
    );
    let serial = openssl.run(sandbox, "x509 -in server.crt -noout -serial");
    assert_eq!(serial.trim().trim_start_matches("serial=").len(), 32, "a serial number of 16 octets: {serial}");
    let verified = openssl.run(sandbox, "verify -CAfile server.crt -check_ss_sig server.crt");
    assert!(verified.contains("server.crt: OK"), "{verified}");
}

fn keystore(openssl: &Tool, sandbox: &Sandbox) {
    let text = openssl.run(sandbox, "pkcs12 -in keystore.p12 -info -noenc -passin file:server.pass");
    assert!(text.contains("MAC: sha256, Iteration 10000\n"), "{text}");
    let encryption = "PBES2, PBKDF2, AES-256-CBC, Iteration 10000, PRF hmacWithSHA256";
    assert_eq!(text.matches(encryption).count(), 2, "key and certificate: {text}");
    named_alike(&text, "Jwt_Example");
    let key = openssl.run(sandbox, "pkcs12 -in keystore.p12 -nocerts -noenc -passin file:server.pass -out p12.key");
    assert!(!key.contains("rror"), "{key}");
    let public = openssl.run(sandbox, "pkey -in p12.key -pubout");
    assert_eq!(public, openssl.run(sandbox, "pkey -in server.key -pubout"));
}

/// Key and certificate bear the alias and one localKeyID.
fn named_alike(text: &str, alias: &str) {
    assert_eq!(text.matches(&format!("friendlyName: {alias}\n")).count(), 2, "{text}");
    let ids: Vec<&str> = text.lines().filter(|line| line.contains("localKeyID:")).map(str::trim).collect();
    assert!(ids.len() == 2 && ids[0] == ids[1], "{text}");
}

#[test]
fn keystores_for_old_readers() {
    let Some(openssl) = tool("openssl") else { return };
    let sandbox = Sandbox::new();
    sandbox.done("create --cn old --only key,crt");
    for target in ["java8", "windows2016", "macos"] {
        sandbox.done(&format!(
            "export p12 --key server.key --cert server.crt --alias old --for {target} -o {target}.p12 \
             --passout generate:{target}.pass"
        ));
        // No `-legacy`: triple DES is in OpenSSL's default provider, RC2 is not.
        let open = format!("pkcs12 -in {target}.p12 -info -passin file:{target}.pass");
        named_alike(&openssl.run(&sandbox, &format!("{open} -noenc")), "old");
        // Without the key and the certificate, whose base64 may spell any short word.
        let text = openssl.run(&sandbox, &format!("{open} -noout"));
        assert!(text.contains("MAC: sha1, Iteration 10000\n"), "{target}: {text}");
        let encryption = "pbeWithSHA1And3-KeyTripleDES-CBC, Iteration 10000";
        assert_eq!(text.matches(encryption).count(), 2, "{target}: {text}");
        assert!(!text.contains("RC2"), "{target}: {text}");
    }
}

#[test]
fn keystore_with_a_chosen_password() {
    let Some(openssl) = tool("openssl") else { return };
    let sandbox = Sandbox::new();
    let create = sandbox.certwright("create --cn chosen --only key,crt,p12 -t p256 --passout env:STORE");
    create.password_env("STORE", "correct horse battery").done();
    sandbox.write("store.pass", "correct horse battery\n");
    let text = openssl.run(&sandbox, "pkcs12 -in keystore.p12 -info -noenc -passin file:store.pass");
    let encryption = "PBES2, PBKDF2, AES-256-CBC, Iteration 600000, PRF hmacWithSHA256";
    assert_eq!(text.matches(encryption).count(), 2, "{text}");
    // The alias that follows from the CN.
    named_alike(&text, "chosen");
}

/// PKCS#12 passwords are UTF-16, where OpenSSL and we agree and Java does not follow.
#[test]
fn keystore_with_a_password_beyond_ascii() {
    let Some(openssl) = tool("openssl") else { return };
    let sandbox = Sandbox::new();
    for (number, password) in ["pässwörter", "пароль-пароль", "日本語日本語", "key-🔑-beyond"].iter().enumerate()
    {
        let line = format!("create --cn x -t p256 --only p12 --name {number} --iterations 1000 --passout env:P");
        drop(sandbox.certwright(&line).password_env("P", password).done().says("warning: "));
        sandbox.write("store.pass", format!("{password}\n"));
        openssl.run(&sandbox, &format!("pkcs12 -in {number}.p12 -noout -passin file:store.pass"));
    }
}
