//! We read what OpenSSL writes, and prove with `verify` that it belongs together.

use crate::support::{Sandbox, Tool, tool};

const PASSWORD: &str = "openssl-made-it";

/// A folder with `key.pem`, and OpenSSL's certificate and request for it.
fn made(openssl: &Tool, algorithm: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("open.pass", format!("{}\n", sandbox.secret(PASSWORD)));
    openssl.run(&sandbox, &format!("genpkey {algorithm} -out key.pem"));
    openssl.run(&sandbox, "req -x509 -key key.pem -subj /C=DE/O=Acme/CN=theirs -days 30 -out cert.pem");
    openssl.run(&sandbox, "req -new -key key.pem -subj /CN=theirs -addext subjectAltName=DNS:a.example -out csr.pem");
    sandbox
}

const ALGORITHMS: &[&str] = &[
    "-algorithm RSA -pkeyopt rsa_keygen_bits:2048",
    "-algorithm EC -pkeyopt ec_paramgen_curve:P-256",
    "-algorithm EC -pkeyopt ec_paramgen_curve:P-384",
    "-algorithm EC -pkeyopt ec_paramgen_curve:P-521",
    "-algorithm ED25519",
];

#[test]
fn keys_certificates_and_requests_of_every_algorithm() {
    let Some(openssl) = tool("openssl") else { return };
    for algorithm in ALGORITHMS {
        let sandbox = made(&openssl, algorithm);
        for (from, to) in
            [("x509 -in cert.pem", "cert.der"), ("req -in csr.pem", "csr.der"), ("pkey -in key.pem", "key.der")]
        {
            openssl.run(&sandbox, &format!("{from} -outform DER -out {to}"));
        }
        sandbox.done("verify key.pem cert.pem csr.pem key.der cert.der csr.der");
        sandbox.done("verify --key key.der --cert cert.pem");
        sandbox.done("selfsign --key key.pem --csr csr.pem");
        let text = openssl.run(&sandbox, "x509 -in server.crt -noout -text");
        assert!(text.contains("DNS:a.example") && text.contains("Version: 3 (0x2)"), "{text}");
        assert!(openssl.run(&sandbox, "verify -CAfile server.crt -check_ss_sig server.crt").contains("server.crt: OK"));
    }
}

#[test]
fn encrypted_keys() {
    let Some(openssl) = tool("openssl") else { return };
    let rsa = made(&openssl, ALGORITHMS[0]);
    let p256 = made(&openssl, ALGORITHMS[1]);
    let topk8 = "pkcs8 -topk8 -in key.pem -passout file:open.pass";
    let mut unread = Vec::new();
    for (sandbox, line) in [
        (&p256, format!("{topk8} -v2 aes-256-cbc")),
        (&p256, format!("{topk8} -v2 aes-128-cbc -v2prf hmacWithSHA1")),
        (&p256, format!("{topk8} -v2 aes-256-cbc -v2prf hmacWithSHA512 -iter 600000")),
        (&p256, format!("{topk8} -v2 des3")),
        (&p256, format!("{topk8} -v1 PBE-SHA1-3DES")),
        (&p256, format!("{topk8} -scrypt")),
        (&p256, "ec -in key.pem -aes256 -passout file:open.pass".to_owned()),
        (&p256, "ec -in key.pem -des3 -passout file:open.pass".to_owned()),
        (&rsa, "rsa -in key.pem -aes256 -passout file:open.pass".to_owned()),
        (&rsa, "rsa -in key.pem -traditional -aes128 -passout file:open.pass".to_owned()),
        (&rsa, "rsa -in key.pem -traditional -des3 -passout file:open.pass".to_owned()),
        (&rsa, "pkey -in key.pem -traditional".to_owned()),
    ] {
        openssl.run(sandbox, &format!("{line} -out again.pem"));
        let opened = sandbox.certwright("verify again.pem cert.pem --passin file:open.pass").run();
        if opened.code != Some(0) {
            unread.push(format!("{line}\n{opened}"));
        } else if sandbox.text("again.pem").contains("ENCRYPTED") {
            sandbox.write("wrong.pass", "not the password\n");
            sandbox.refused(1, "csr --key again.pem --cn x --passin file:wrong.pass");
        }
    }
    assert!(unread.is_empty(), "{}", unread.join("\n"));
}

#[test]
fn the_tutorials_key_and_certificate() {
    let Some(openssl) = tool("openssl") else { return };
    let sandbox = Sandbox::new();
    sandbox.write("open.pass", format!("{}\n", sandbox.secret(PASSWORD)));
    openssl.run(&sandbox, "genrsa -des3 -passout file:open.pass -out server.pass.key 2048");
    openssl.run(&sandbox, "rsa -passin file:open.pass -in server.pass.key -out server.key");
    openssl.run(&sandbox, "req -new -key server.key -subj /CN=tutorial -out server.csr");
    openssl.run(&sandbox, "x509 -req -sha256 -days 365 -in server.csr -signkey server.key -out server.crt");
    sandbox.done("verify server.key server.csr server.crt server.pass.key --passin file:open.pass");
}

#[test]
fn keystores() {
    let Some(openssl) = tool("openssl") else { return };
    for algorithm in [ALGORITHMS[0], ALGORITHMS[1], ALGORITHMS[4]] {
        let sandbox = made(&openssl, algorithm);
        let export = "pkcs12 -export -inkey key.pem -in cert.pem -name theirs -passout file:open.pass";
        for (number, options) in [
            "",
            "-legacy -certpbe PBE-SHA1-3DES -keypbe PBE-SHA1-3DES -macalg sha1",
            "-macalg sha512 -iter 100000",
            "-certpbe NONE",
            "-keypbe NONE",
            "-certpbe AES-128-CBC -keypbe AES-192-CBC",
        ]
        .iter()
        .enumerate()
        {
            openssl.run(&sandbox, &format!("{export} {options} -out {number}.p12"));
            sandbox.done(&format!("verify {number}.p12 key.pem cert.pem --passin file:open.pass"));
            sandbox.done(&format!("alias list {number}.p12 --passin file:open.pass")).shows("theirs");
        }
    }
}

#[test]
fn a_keystore_that_openssl_made_is_edited_and_stays_readable() {
    let Some(openssl) = tool("openssl") else { return };
    let sandbox = made(&openssl, ALGORITHMS[1]);
    openssl.run(&sandbox, "req -x509 -newkey ed25519 -noenc -keyout other.key -subj /CN=other -out other.pem");
    openssl.run(
        &sandbox,
        "pkcs12 -export -inkey key.pem -in cert.pem -certfile other.pem -caname friend -name theirs \
         -passout file:open.pass -out both.p12",
    );
    sandbox.done("alias rename both.p12 theirs ours --passin file:open.pass");
    let text = openssl.run(&sandbox, "pkcs12 -in both.p12 -info -noenc -passin file:open.pass");
    assert_eq!(text.matches("friendlyName: ours\n").count(), 2, "{text}");
    assert!(text.contains("friendlyName: friend\n") && !text.contains("theirs\n    local"), "{text}");
    sandbox.done("verify both.p12 key.pem cert.pem --passin file:open.pass");
}

#[test]
fn keystores_without_a_password() {
    let Some(openssl) = tool("openssl") else { return };
    let sandbox = made(&openssl, ALGORITHMS[1]);
    openssl.run(&sandbox, "pkcs12 -export -inkey key.pem -in cert.pem -passout pass: -out empty.p12");
    sandbox.certwright("verify empty.p12 key.pem cert.pem --passin env:NONE").env("NONE", "").done();
}

/// A file that is whole and not read is neither called damaged nor blamed on the password.
#[test]
fn what_is_not_read_is_refused_by_name() {
    let Some(openssl) = tool("openssl") else { return };
    let sandbox = made(&openssl, ALGORITHMS[1]);
    let pack =
        "export jks --key theirs --cert cert.pem --alias x --passin file:open.pass --passout file:open.pass -o new.jks";
    let mut misjudged = Vec::new();
    for (line, name) in [
        ("genpkey -algorithm ED448", "Ed448"),
        ("genpkey -algorithm X25519", "X25519"),
        ("genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048", "PSS"),
        ("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:512", "512"),
        ("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -pkeyopt rsa_keygen_primes:3", "prime"),
        ("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:secp256k1", "secp256k1"),
        ("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -pkeyopt ec_param_enc:explicit", "curve"),
        ("pkcs12 -export -inkey key.pem -in cert.pem -passout file:open.pass -macalg sha3-256", "SHA3-256"),
        ("pkcs12 -export -inkey key.pem -in cert.pem -passout file:open.pass -keypbe camellia-256-cbc", "Camellia"),
        ("pkcs12 -export -inkey key.pem -in cert.pem -passout file:open.pass -certpbe aria-256-cbc", "ARIA"),
    ] {
        openssl.run(&sandbox, &format!("{line} -out theirs"));
        let said = sandbox.refused(1, pack);
        if !said.stderr.contains("what this program does not read") || !said.stderr.contains(name) {
            misjudged.push(format!("{line}\n{said}"));
        }
    }
    assert!(misjudged.is_empty(), "{}", misjudged.join("\n"));
}
