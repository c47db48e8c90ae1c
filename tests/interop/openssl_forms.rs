//! OpenSSL opens every form of key that `genkey` writes.

use crate::support::{Sandbox, Tool, tool};

const PASSWORD: &str = "a pass phrase for tests";

/// `genkey` with a password, which OpenSSL then reads from `key.pass`.
fn encrypted(sandbox: &Sandbox, options: &str) -> String {
    sandbox.write("key.pass", format!("{PASSWORD}\n"));
    let line = format!("genkey {options} --passout env:KEY_PASSWORD");
    sandbox.certwright(&line).password_env("KEY_PASSWORD", PASSWORD).done().stderr
}

fn opens(openssl: &Tool, sandbox: &Sandbox, options: &str) {
    assert!(
        openssl.run(sandbox, &format!("pkey -check -noout -passin file:key.pass {options}")).contains("Key is valid")
    );
    sandbox.write("wrong.pass", "another pass phrase\n");
    openssl.refuses(sandbox, &format!("pkey -noout -passin file:wrong.pass {options}"));
}

/// The lines of `openssl asn1parse`.
fn asn1(openssl: &Tool, sandbox: &Sandbox, file: &str) -> String {
    openssl.run(sandbox, &format!("asn1parse -in {file}"))
}

#[test]
fn pbes2_with_pbkdf2() {
    let Some(openssl) = tool("openssl") else { return };
    let sandbox = Sandbox::new();
    encrypted(&sandbox, "-t p256 --encrypt");
    assert!(sandbox.text("server.key").starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----\n"));
    let text = asn1(&openssl, &sandbox, "server.key");
    // 0x0927C0 is 600,000.
    for part in [":PBES2", ":PBKDF2", ":0927C0", ":hmacWithSHA256", ":aes-256-cbc"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let short = text.lines().filter(|line| line.contains("l=  16 prim: OCTET STRING")).count();
    assert_eq!(short, 2, "a salt and an initialisation vector of 16 octets: {text}");
    opens(&openssl, &sandbox, "-in server.key");
}

#[test]
fn pbes2_with_chosen_iterations() {
    let Some(openssl) = tool("openssl") else { return };
    let sandbox = Sandbox::new();
    encrypted(&sandbox, "-t ed25519 --encrypt --iterations 20000 --der -o key.der");
    let text = openssl.run(&sandbox, "asn1parse -inform DER -in key.der");
    assert!(text.contains(":4E20"), "{text}");
    opens(&openssl, &sandbox, "-inform DER -in key.der");
}

#[test]
fn pbes2_with_scrypt() {
    let Some(openssl) = tool("openssl") else { return };
    let sandbox = Sandbox::new();
    encrypted(&sandbox, "-t p384 --encrypt --kdf scrypt");
    let text = asn1(&openssl, &sandbox, "server.key");
    for part in [":scrypt", ":4000", ":aes-256-cbc"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    opens(&openssl, &sandbox, "-in server.key");
}

#[test]
fn traditional_encrypted_pem() {
    let Some(openssl) = tool("openssl") else { return };
    for (key_type, label) in [("rsa", "RSA"), ("p256", "EC")] {
        let sandbox = Sandbox::new();
        let said = encrypted(&sandbox, &format!("-t {key_type} --legacy-pem"));
        assert!(said.contains("warning: "), "{said}");
        let text = sandbox.text("server.key");
        let head = format!("-----BEGIN {label} PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,");
        assert!(text.starts_with(&head), "{text}");
        opens(&openssl, &sandbox, "-in server.key");
    }
}

#[test]
fn the_algorithms_own_forms() {
    let Some(openssl) = tool("openssl") else { return };
    let sandbox = Sandbox::new();
    for (options, label) in [
        ("-t rsa --form pkcs1 -o pkcs1.key", "RSA PRIVATE KEY"),
        ("-t p256 --form sec1 -o sec1-p256.key", "EC PRIVATE KEY"),
        ("-t p521 --form sec1 -o sec1-p521.key", "EC PRIVATE KEY"),
        ("-t p384 --form pkcs8 -o pkcs8.key", "PRIVATE KEY"),
    ] {
        sandbox.done(&format!("genkey {options}"));
        let file = options.rsplit(' ').next().unwrap();
        assert!(sandbox.text(file).starts_with(&format!("-----BEGIN {label}-----\n")), "{options}");
        assert!(openssl.run(&sandbox, &format!("pkey -in {file} -check -noout")).contains("Key is valid"));
    }
    for options in ["-t rsa --form pkcs1", "-t p256 --form sec1", "-t ed25519"] {
        let file = format!("{}.der", options.replace(['-', ' ', ':'], ""));
        sandbox.done(&format!("genkey {options} --der -o {file}"));
        assert!(openssl.run(&sandbox, &format!("pkey -inform DER -in {file} -check -noout")).contains("Key is valid"));
    }
}

#[test]
fn a_key_on_standard_output() {
    let Some(openssl) = tool("openssl") else { return };
    let sandbox = Sandbox::new();
    let outcome = sandbox.certwright("genkey -t p256 -o -").shows_secrets().done();
    sandbox.write("piped.key", &outcome.stdout);
    assert!(openssl.run(&sandbox, "pkey -in piped.key -check -noout").contains("Key is valid"));
    assert_eq!(sandbox.snapshot().files(), ["piped.key"]);
}
