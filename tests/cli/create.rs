//! The main job: one command makes the whole set, or nothing.

use crate::support::Sandbox;

const SET: [&str; 6] = ["keystore.p12", "server.crt", "server.csr", "server.key", "server.pass", "servercert.jks"];

#[test]
fn the_whole_set() {
    let sandbox = Sandbox::new();
    let outcome = sandbox.done("create --cn jwt.example.com --alias jwt_example --dir certs --passout generate");
    let files = SET.map(|file| format!("certs/{file}"));
    assert_eq!(sandbox.snapshot().files(), files);
    for file in SET {
        assert!((outcome.stdout.clone() + &outcome.stderr).contains(file), "{file} is not explained\n{outcome}");
    }
    assert!(sandbox.text("certs/server.key").starts_with("-----BEGIN PRIVATE KEY-----\n"));
    assert!(sandbox.text("certs/server.csr").starts_with("-----BEGIN CERTIFICATE REQUEST-----\n"));
    assert!(sandbox.text("certs/server.crt").starts_with("-----BEGIN CERTIFICATE-----\n"));
    sandbox.done("verify certs --passin file:certs/server.pass");
}

#[test]
fn the_folder_is_made_but_not_the_one_above_it() {
    let sandbox = Sandbox::new();
    sandbox.done("create --cn x -t p256 --only key --dir new");
    assert_eq!(sandbox.snapshot().files(), ["new/server.key"]);
    sandbox.refused(1, "create --cn x -t p256 --only key --dir a/b");
}

#[test]
fn another_stem() {
    let sandbox = Sandbox::new();
    sandbox.done("create --cn x -t p256 --name api --passout generate");
    assert_eq!(sandbox.snapshot().files(), ["api.crt", "api.csr", "api.jks", "api.key", "api.p12", "api.pass"]);
}

#[test]
fn a_part_of_the_set() {
    for (only, files) in [
        ("key", ["server.key"].as_slice()),
        ("key,crt", &["server.crt", "server.key"]),
        ("key,csr", &["server.csr", "server.key"]),
        ("jks", &["server.pass", "servercert.jks"]),
        ("p12,crt", &["keystore.p12", "server.crt", "server.pass"]),
    ] {
        let sandbox = Sandbox::new();
        let passout = if files.contains(&"server.pass") { "--passout generate" } else { "" };
        sandbox.done(&format!("create --cn x -t p256 --only {only} {passout}"));
        assert_eq!(sandbox.snapshot().files(), files, "{only}");
    }
}

#[test]
fn an_alias_that_follows_from_the_common_name() {
    let sandbox = Sandbox::new();
    sandbox.done("create --cn 'My JWT -- Example.com!' -t p256 --passout generate");
    for store in ["keystore.p12", "servercert.jks"] {
        drop(sandbox.done(&format!("alias list {store} --passin file:server.pass")).shows("my_jwt_example_com"));
    }
}

#[test]
fn an_encrypted_key() {
    let sandbox = Sandbox::new();
    sandbox.done("create --cn x -t p256 --encrypt-key --passout generate");
    assert!(sandbox.text("server.key").starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----\n"));
    assert_eq!(sandbox.snapshot().files(), SET);
    sandbox.done("verify . --passin file:server.pass");
    let only = Sandbox::new();
    only.done("create --cn x -t p256 --encrypt-key --only key --passout generate:here.txt");
    assert_eq!(only.snapshot().files(), ["here.txt", "server.key"]);
}

#[test]
fn a_receipt() {
    let sandbox = Sandbox::new();
    sandbox.done("create --cn jwt.example.com --alias jwt -t p256 --passout generate --receipt receipt.json");
    let receipt: serde_json::Value = serde_json::from_str(&sandbox.text("receipt.json")).unwrap();
    let text = receipt.to_string();
    for fact in ["P-256", "jwt", env!("CARGO_PKG_VERSION"), "server.key", "servercert.jks"] {
        assert!(text.contains(fact), "{fact}: {text}");
    }
    sandbox.done("create --name two --cn jwt.example.com --alias jwt -t p256 --passout generate --receipt receipt.md");
    let text = sandbox.text("receipt.md");
    assert!(text.starts_with('#') && text.contains("P-256") && text.contains("two.key"), "{text}");
    sandbox.refused(1, "create --name three --cn x -t p256 --passout generate --receipt receipt.md");
    sandbox.refused(2, "create --name three --cn x -t p256 --passout generate --receipt receipt.txt");
}

/// A receipt holds no secret: the sandbox looks for the password and the key in every file that is not one.
#[test]
fn for_a_target() {
    let sandbox = Sandbox::new();
    let outcome = sandbox.done("create --cn x --alias sfdc --for salesforce --passout generate");
    assert!((outcome.stdout + &outcome.stderr).to_lowercase().contains("salesforce"));
    sandbox.done("verify . --passin file:server.pass");
    // Salesforce takes RSA keys of 2048, 3072 and 4096 bits, and nothing else.
    sandbox.refused(1, "create --name ec --cn x -t p256 --for salesforce --passout generate");
}

#[test]
fn names_and_dates_stand_in_request_and_certificate() {
    let sandbox = Sandbox::new();
    sandbox.done(
        "create --subject '/C=DE/O=Acme, Inc./CN=jwt.example.com' --san dns:jwt.example.com --san 192.0.2.1 -t p256 \
         --not-after 2030-01-01T00:00:00Z --passout generate",
    );
    let limits = certwright::limits::Limits::default();
    let contents = |file: &str| {
        let document = certwright::formats::pem::decode(&sandbox.read(file), &limits).unwrap();
        document.blocks[0].contents.expose().to_vec()
    };
    let certificate = certwright::formats::x509::Certificate::from_der(&contents("server.crt")).unwrap();
    let request = certwright::formats::pkcs10::CertificationRequest::from_der(&contents("server.csr")).unwrap();
    assert_eq!(certificate.subject().to_string(), "CN=jwt.example.com,O=Acme\\, Inc.,C=DE");
    assert_eq!(certificate.subject(), request.subject());
    assert_eq!(certificate.subject_alt_names().unwrap(), request.subject_alt_names().unwrap());
    assert_eq!(certificate.subject_alt_names().unwrap().len(), 2);
    assert_eq!(certificate.validity().unwrap().not_after.to_string(), "2030-01-01T00:00:00Z");
}

#[test]
fn one_json_document() {
    let sandbox = Sandbox::new();
    let json = sandbox.done("create --cn x -t p256 --passout generate --json").json();
    assert!(json["schema"].as_str().is_some_and(|schema| schema.starts_with("certwright/create/")), "{json}");
    let text = json.to_string();
    for file in SET {
        assert!(text.contains(file), "{file}: {text}");
    }
}
