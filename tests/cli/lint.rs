//! `lint`: each rule is broken by a file, found, and mended by the very command that is printed.

use serde_json::Value;

use crate::support::{Sandbox, words};

/// What `lint` says of the file in `line`, which must break rules.
#[track_caller]
fn findings(sandbox: &Sandbox, line: &str) -> Vec<Value> {
    let outcome = sandbox.certwright(&format!("lint {line} --json")).run();
    assert_eq!(outcome.code, Some(1), "{line}\n{outcome}");
    let report = outcome.json();
    assert_eq!((&report["schema"], &report["clean"]), (&"certwright/lint/1".into(), &false.into()), "{outcome}");
    report["files"][0]["findings"].as_array().unwrap().clone()
}

/// Lints, expects exactly these rules to be broken, runs the first one's command, and lints what it writes.
#[track_caller]
fn mended(sandbox: &Sandbox, line: &str, rules: &[&str]) -> String {
    let found = findings(sandbox, line);
    let broken: Vec<&str> = found.iter().map(|finding| finding["rule"].as_str().unwrap()).collect();
    assert_eq!(broken, rules, "{line}");
    let mend = found[0]["mend"].as_str().unwrap();
    sandbox.done(mend.strip_prefix("certwright ").unwrap());
    let words = words(mend);
    let after = |option: &str| words.iter().position(|word| word == option).map(|at| words[at + 1].clone());
    let target = line.split_once(" --for ").unwrap().1.split(' ').next().unwrap();
    let results = match (after("-o").or(after("--cert")), after("--dir")) {
        (_, Some(folder)) => made_for(target).iter().map(|file| format!("{folder}/{file}")).collect(),
        (Some(file), _) => vec![file],
        _ => vec![line.split(' ').next().unwrap().to_owned()],
    };
    for result in &results {
        let passin = match (after("--passout"), after("--dir")) {
            (Some(_), Some(folder)) => format!(" --passin file:{folder}/server.pass"),
            (Some(_), None) => format!(" --passin file:{}.pass", result.rsplit_once('.').unwrap().0),
            (None, _) => after("--passin").map_or_else(String::new, |value| format!(" --passin {value}")),
        };
        sandbox.done(&format!("lint {result} --for {target}{passin}"));
    }
    mend.to_owned()
}

/// What of a new set the target takes.
fn made_for(target: &str) -> &'static [&'static str] {
    match target {
        "salesforce" => &["server.crt", "servercert.jks"],
        "java8" => &["keystore.p12", "servercert.jks"],
        "windows2016" | "macos" => &["keystore.p12"],
        "openssl3" => &["keystore.p12", "server.crt", "server.key"],
        _ => &["server.crt"],
    }
}

fn set(options: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.done(&format!(
        "create --subject \"CN=jwt.example.com,O=It's \\\\, B\" --alias jwt --passout generate {options}"
    ));
    sandbox
}

#[test]
fn a_new_set_is_good_for_those_who_take_its_files() {
    let sandbox = set("");
    for target in ["salesforce", "openssl3"] {
        for file in made_for(target) {
            sandbox.done(&format!("lint {file} --for {target} --passin file:server.pass")).shows("good");
        }
    }
    for target in ["entra", "google"] {
        sandbox.done(&format!("lint server.crt --for {target}"));
    }
    for target in ["docusign", "okta", "snowflake"] {
        sandbox.done(&format!("lint server.key --for {target}"));
    }
}

#[test]
fn keys_that_a_target_does_not_take() {
    let sandbox = set("-t p256");
    mended(&sandbox, "server.crt --for salesforce", &["key_kind"]);
    mended(&sandbox, "servercert.jks --for salesforce --passin file:server.pass", &["key_kind"]);
    let sandbox = set("");
    let mend = mended(&sandbox, "server.crt --for netsuite", &["key_kind"]);
    assert!(mend.contains(" -t rsa:3072 ") && mend.contains("--subject="), "{mend}");
    let sandbox = set("-t ed25519");
    mended(
        &sandbox,
        "keystore.p12 --for macos --passin file:server.pass",
        &["key_kind", "readable_cipher", "readable_mac"],
    );
}

#[test]
fn a_file_of_another_kind() {
    let sandbox = set("");
    mended(&sandbox, "server.key --for salesforce", &["file_kind"]);
    mended(&sandbox, "server.csr --for salesforce", &["file_kind"]);
    mended(&sandbox, "keystore.p12 --for salesforce --passin file:server.pass", &["file_kind"]);
    mended(&sandbox, "servercert.jks --for windows2016 --passin file:server.pass", &["file_kind"]);
    // Without the password the alias is not known, and the command asks for none that it needs not.
    let found = findings(&sandbox, "keystore.p12 --for salesforce --no-input");
    assert!(found[0]["mend"].as_str().unwrap().contains("--alias=keystore "), "{found:?}");
}

#[test]
fn keystores_that_old_readers_cannot_decrypt() {
    for target in ["java8", "windows2016", "macos"] {
        let sandbox = set("");
        let rules = ["readable_cipher", "readable_mac"];
        mended(&sandbox, &format!("keystore.p12 --for {target} --passin file:server.pass"), &rules);
        // Ciphers are told without a password; the other rules are named as not checked.
        let outcome = sandbox.certwright(&format!("lint keystore.p12 --for {target} --no-input")).run();
        assert_eq!(outcome.code, Some(1), "{outcome}");
        drop(outcome.shows("readable_cipher").shows("not checked").says("a password is needed to open `keystore.p12`"));
    }
}

#[test]
fn aliases_and_passwords_that_salesforce_refuses() {
    let sandbox = set("");
    let export = "export jks --key server.key --cert server.crt";
    sandbox.done(&format!("{export} --alias 1 --passout file:server.pass -o one.jks"));
    let mend = mended(&sandbox, "one.jks --for salesforce --passin file:server.pass", &["alias"]);
    assert!(mend.ends_with(" -- one.jks 1 key_1"), "{mend}");
    sandbox.write("entry.pass", format!("{}\n", sandbox.secret("entry-secret-42")));
    sandbox.done(&format!("{export} --alias jwt --passout file:server.pass --entry-pass file:entry.pass -o two.jks"));
    let line = "two.jks --for salesforce --passin file:server.pass --passin file:entry.pass";
    mended(&sandbox, line, &["one_password"]);
    let found = findings(&sandbox, line);
    let quote = found[0]["quote"].as_str().unwrap();
    assert!(quote.contains("whose per key password is not the same as the keystore password."), "{quote}");
}

#[test]
fn a_password_that_java_cannot_type() {
    let sandbox = set("");
    sandbox.write("odd.pass", format!("{}\n", sandbox.secret("pässwörter")));
    sandbox.done(
        "export p12 --key server.key --cert server.crt --alias jwt --for java8 --passout file:odd.pass -o odd.p12",
    );
    mended(&sandbox, "odd.p12 --for java8 --passin file:odd.pass", &["password_ascii"]);
}

#[test]
fn dates() {
    let sandbox = set("--days 9");
    mended(&sandbox, "server.crt --for salesforce", &["current"]);
    let sandbox = set("-t rsa:3072 --days 800");
    mended(&sandbox, "server.crt --for netsuite", &["longest_validity"]);
}

#[test]
fn what_stands_beside_the_one_certificate() {
    let sandbox = set("");
    let (certificate, key) = (sandbox.text("server.crt"), sandbox.text("server.key"));
    sandbox.write("text.crt", format!("Certificate:\n    Data:\n{certificate}"));
    sandbox.write("both.pem", format!("{certificate}{key}"));
    sandbox.write("chain.pem", format!("{certificate}{certificate}{certificate}{certificate}"));
    let rules = |line: &str| -> Vec<String> {
        findings(&sandbox, line).iter().map(|it| it["rule"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(rules("text.crt --for salesforce"), ["one_bare_block"]);
    assert_eq!(rules("both.pem --for salesforce"), ["no_private_key", "one_bare_block"]);
    assert_eq!(rules("chain.pem --for salesforce"), ["file_size", "one_bare_block"]);
    assert_eq!(rules("both.pem --for entra"), ["no_private_key"]);
    let utf16: Vec<u8> = certificate.encode_utf16().flat_map(u16::to_le_bytes).collect();
    sandbox.write("utf16.crt", [&[0xff, 0xfe], utf16.as_slice()].concat());
    assert_eq!(rules("utf16.crt --for salesforce"), ["one_bare_block"]);
}

#[test]
fn what_stands_beside_the_one_certificate_is_taken_away() {
    let sandbox = set("");
    let (certificate, key) = (sandbox.text("server.crt"), sandbox.text("server.key"));
    sandbox.write("text.crt", format!("Certificate:\n    Data:\n{certificate}"));
    sandbox.write("both.pem", format!("{certificate}{key}"));
    mended(&sandbox, "text.crt --for salesforce", &["one_bare_block"]);
    mended(&sandbox, "both.pem --for salesforce", &["no_private_key", "one_bare_block"]);
    mended(&sandbox, "keystore.p12 --for entra --passin file:server.pass", &["file_kind"]);
    mended(&sandbox, "server.crt --for snowflake", &["file_kind"]);
    mended(&sandbox, "server.key --for box", &["key_encrypted"]);
    sandbox.done("genkey --form pkcs1 -o old.key");
    mended(&sandbox, "old.key --for snowflake", &["key_in_pkcs8"]);
}

#[test]
fn exit_codes() {
    let sandbox = set("");
    sandbox.refused(2, "lint server.crt").says("`--for TARGET` is missing").says("salesforce, snowflake");
    sandbox.refused(2, "lint server.crt --for acme").says("`acme` is no target");
    let code = |line: &str| sandbox.certwright(line).run().code;
    assert_eq!(code("lint server.crt --for salesforce"), Some(0));
    // Nothing found, and something not checked: the answer is missing.
    assert_eq!(code("lint servercert.jks --for salesforce --no-input"), Some(2));
    assert_eq!(code("lint servercert.jks server.key --for salesforce --no-input"), Some(1));
    sandbox.write("wrong.pass", "not the password\n");
    assert_eq!(code("lint servercert.jks --for salesforce --passin file:wrong.pass"), Some(1));
    assert_eq!(code("lint server.crt no.crt --for salesforce"), Some(1));
    sandbox.write("notes.txt", "hello");
    assert_eq!(code("lint notes.txt --for salesforce"), Some(1));
}

#[test]
fn damaged_text_is_none_that_openssl_or_java_read() {
    let sandbox = set("");
    let text = sandbox.read("server.crt");
    let wide: Vec<u8> = [0xff, 0xfe].into_iter().chain(text.iter().flat_map(|octet| [*octet, 0])).collect();
    sandbox.write("wide.crt", wide);
    mended(&sandbox, "wide.crt --for openssl3", &["plain_pem"]);
    mended(&sandbox, "wide.crt --for java8", &["plain_pem"]);
    // A byte-order mark is passed over by OpenSSL, and by keytool only where text follows it.
    sandbox.write("marked.crt", [b"\xef\xbb\xbf", text.as_slice()].concat());
    mended(&sandbox, "marked.crt --for java8", &["plain_pem"]);
    sandbox.done("lint marked.crt --for openssl3");
    sandbox.write("text.crt", [b"\xef\xbb\xbfmine\n", text.as_slice()].concat());
    sandbox.done("lint text.crt --for java8");
    // It is one block with nothing around it, and is not said to have more.
    let met = findings(&sandbox, "wide.crt --for salesforce")[0]["met"].as_str().unwrap().to_owned();
    assert_eq!(met, "it has a form that few read (UTF-16 text, but PEM is ASCII)");
    sandbox.done("lint server.crt --for java8");
    sandbox.done("lint server.crt --for windows2016");
}

#[test]
fn a_chain_is_cut_down_to_the_one_certificate() {
    let sandbox = Sandbox::new();
    sandbox.done("genkey -o ca.key");
    sandbox.done("selfsign --key ca.key --ca --cn CA --days 900 -o ca.crt");
    sandbox.done("genkey -o server.key");
    sandbox.done("csr --key server.key --cn example -o server.csr");
    sandbox.done("sign server.csr --ca-cert ca.crt --ca-key ca.key --chain -o chain.crt");
    mended(&sandbox, "chain.crt --for salesforce", &["one_bare_block"]);
    sandbox.done("inspect chain.salesforce.crt").shows("CN=example");
}

#[test]
fn of_unrelated_certificates_the_user_must_choose() {
    let sandbox = Sandbox::new();
    for name in ["a", "b"] {
        sandbox.done(&format!("create --cn {name} --only key,crt --name {name}"));
    }
    sandbox.write("both.pem", sandbox.text("a.crt") + &sandbox.text("b.crt"));
    let found = findings(&sandbox, "both.pem --for salesforce");
    assert_eq!(
        (&found[0]["rule"], &found[0]["mend"]),
        (&"one_bare_block".into(), &"certwright inspect -- both.pem".into())
    );
    sandbox.done("inspect -- both.pem").shows("CN=a").shows("CN=b");
    let outcome = sandbox.certwright("lint both.pem --for salesforce").run();
    drop(outcome.shows("then: save the one certificate that you mean in a file of its own"));
    // Beside the key of one of them it is clear which is meant.
    sandbox.write("with-key.pem", sandbox.text("b.key") + &sandbox.text("both.pem"));
    mended(&sandbox, "with-key.pem --for entra", &["no_private_key"]);
    sandbox.done("inspect with-key.entra.crt").shows("CN=b");
}

#[test]
fn pbmac1_is_read_by_few() {
    let sandbox = Sandbox::new();
    sandbox.write("new.p12", std::fs::read("testdata/pkcs12/pbmac1.p12").unwrap());
    sandbox.write("new.pass", "changeit\n");
    let met = |target: &str| {
        let found = findings(&sandbox, &format!("new.p12 --for {target} --passin file:new.pass"));
        found.iter().find(|it| it["rule"] == "readable_mac").map(|it| it["met"].as_str().unwrap().to_owned())
    };
    for target in ["openssl3", "java8"] {
        assert_eq!(met(target).as_deref(), Some("it is protected with PBMAC1 HMAC-SHA-256"), "{target}");
    }
    mended(&sandbox, "new.p12 --for openssl3 --passin file:new.pass", &["readable_mac"]);
    mended(&sandbox, "new.p12 --for java8 --passin file:new.pass", &["readable_cipher", "readable_mac"]);
    mended(&sandbox, "new.p12 --for salesforce --passin file:new.pass", &["file_kind", "key_kind"]);
}

#[test]
fn keys_of_two_files_that_share_a_prime() {
    let sandbox = Sandbox::new();
    for name in ["shared-prime-1.crt", "shared-prime-2.crt"] {
        sandbox.write(name, std::fs::read(format!("testdata/weak/{name}")).unwrap());
        sandbox.done(&format!("lint {name} --for salesforce"));
    }
    let found = findings(&sandbox, "shared-prime-1.crt shared-prime-2.crt --for salesforce");
    assert_eq!(found[0]["rule"], "weak_key");
    assert_eq!(found[0]["met"], "the key shares a prime with another key: with that in `shared-prime-2.crt`");
}
