//! What `lint` says of the files of openssl and keytool, and whether those agree.

use serde_json::Value;

use crate::support::{Sandbox, tool};

#[track_caller]
fn rules(sandbox: &Sandbox, line: &str) -> Vec<String> {
    let outcome = sandbox.certwright(&format!("lint {line} --json")).run();
    let report = outcome.json();
    let findings = report["files"][0]["findings"].as_array().unwrap();
    assert_eq!(outcome.code == Some(0), findings.is_empty(), "{outcome}");
    findings.iter().map(|it: &Value| it["rule"].as_str().unwrap().to_owned()).collect()
}

fn set() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.done("create --cn example --alias example --passout generate");
    sandbox
}

#[test]
fn openssl_3_and_lint_agree_on_old_pkcs12() {
    let Some(openssl) = tool("openssl") else { return };
    let export = "pkcs12 -export -inkey server.key -in server.crt -name example -passout file:server.pass -legacy";
    let read = |file: &str| format!("pkcs12 -in {file} -noenc -passin file:server.pass");
    for (ciphers, readable) in [
        ("-certpbe PBE-SHA1-3DES -keypbe PBE-SHA1-3DES -macalg sha1", true),
        ("-certpbe PBE-SHA1-RC2-40 -keypbe PBE-SHA1-3DES -macalg sha1", false),
        ("-certpbe PBE-SHA1-RC4-128 -keypbe PBE-SHA1-RC4-128 -macalg sha1", false),
    ] {
        let sandbox = set();
        openssl.run(&sandbox, &format!("{export} {ciphers} -out old.p12"));
        assert_eq!(openssl.try_run(&sandbox, &read("old.p12")).code == Some(0), readable, "{ciphers}");
        let found = rules(&sandbox, "old.p12 --for openssl3 --passin file:server.pass");
        assert_eq!(found.is_empty(), readable, "{ciphers}: {found:?}");
        // All of them are what Java 8 reads.
        assert!(rules(&sandbox, "old.p12 --for java8 --passin file:server.pass").is_empty(), "{ciphers}");
        if !readable {
            assert_eq!(found, ["readable_cipher"]);
            let outcome = sandbox.certwright("lint old.p12 --for openssl3 --passin file:server.pass --json").run();
            let mend = outcome.json()["files"][0]["findings"][0]["mend"].as_str().unwrap().to_owned();
            sandbox.done(mend.strip_prefix("certwright ").unwrap());
            openssl.run(&sandbox, "pkcs12 -in old.openssl3.p12 -noenc -passin file:old.openssl3.pass");
        }
    }
}

#[test]
fn keytools_key_password_of_its_own() {
    let Some(keytool) = tool("keytool") else { return };
    let sandbox = Sandbox::new();
    sandbox.write("store.pass", format!("{}\n", sandbox.secret("store-password")));
    sandbox.write("key.pass", format!("{}\n", sandbox.secret("key-password")));
    let make = "-genkeypair -keyalg RSA -keysize 2048 -storetype JKS -dname CN=example -storepass:file store.pass";
    keytool.run(&sandbox, &format!("{make} -alias 1 -keypass:file key.pass -validity 90 -keystore two.jks"));
    let lint = |file: &str| rules(&sandbox, &format!("{file} --for salesforce --passin file:store.pass"));
    assert_eq!(lint("two.jks"), ["one_password", "alias"]);
    keytool.run(&sandbox, &format!("{make} -alias example -keypass:file store.pass -validity 90 -keystore one.jks"));
    assert_eq!(lint("one.jks"), Vec::<String>::new());
    let small = make.replace("2048", "1024");
    keytool.run(&sandbox, &format!("{small} -alias a -keypass:file store.pass -validity 90 -keystore small.jks"));
    assert_eq!(lint("small.jks"), ["key_size", "weak_key"]);
}

#[test]
fn openssls_weak_certificates() {
    let Some(openssl) = tool("openssl") else { return };
    let sandbox = set();
    openssl.run(&sandbox, "x509 -req -sha1 -days 90 -in server.csr -signkey server.key -out sha1.crt");
    assert_eq!(rules(&sandbox, "sha1.crt --for salesforce"), ["signature_digest"]);
    // The preamble that `-text` writes is what takes a certificate over 4 KB.
    openssl.run(&sandbox, "x509 -in server.crt -text -certopt ext_dump -out text.crt");
    let found = rules(&sandbox, "text.crt --for salesforce");
    assert!(found.contains(&"one_bare_block".to_owned()), "{found:?}");
}

#[test]
fn keytools_other_stores() {
    let Some(keytool) = tool("keytool") else { return };
    let sandbox = Sandbox::new();
    sandbox.write("store.pass", format!("{}\n", sandbox.secret("store-password")));
    sandbox.write("key.pass", format!("{}\n", sandbox.secret("key-password")));
    let make = "-genkeypair -dname CN=example -validity 90 -storepass:file store.pass";
    let rsa = format!("{make} -keyalg RSA -keysize 2048");
    let same = "-keypass:file store.pass";
    let lint = |file: &str| rules(&sandbox, &format!("{file} --for salesforce --passin file:store.pass"));
    keytool
        .run(&sandbox, &format!("{make} -keyalg DSA -keysize 2048 -storetype JKS {same} -alias a -keystore dsa.jks"));
    assert_eq!(lint("dsa.jks"), ["key_kind"]);
    keytool.run(&sandbox, &format!("{rsa} -storetype JCEKS {same} -alias a -keystore a.jceks"));
    assert_eq!(lint("a.jceks"), ["file_kind"]);
    // Several entries, of which one has a password of its own and one a name that is not taken.
    keytool.run(&sandbox, &format!("{rsa} -storetype JKS {same} -alias a-1 -keystore two.jks"));
    keytool.run(&sandbox, &format!("{rsa} -storetype JKS -keypass:file key.pass -alias b -keystore two.jks"));
    let line = "lint two.jks --for salesforce --passin file:store.pass --passin file:key.pass --json";
    let outcome = sandbox.certwright(line).run();
    let mend = outcome.json()["files"][0]["findings"][0]["mend"].as_str().unwrap().to_owned();
    sandbox.done(mend.strip_prefix("certwright ").unwrap());
    sandbox.done("lint two.salesforce.jks --for salesforce --passin file:two.salesforce.pass");
    // A certificate that is only trusted need be no RSA.
    sandbox.done("create --cn ca -t p256 --name ca --only crt,key");
    keytool.run(&sandbox, &format!("{rsa} -storetype JKS {same} -alias a -keystore a.jks"));
    keytool.run(&sandbox, "-importcert -noprompt -alias ca -file ca.crt -keystore a.jks -storepass:file store.pass");
    assert_eq!(lint("a.jks"), Vec::<String>::new());
}

#[test]
fn openssl_3_and_lint_agree_on_old_keys() {
    let Some(openssl) = tool("openssl") else { return };
    let sandbox = set();
    for (scheme, readable) in [("PBE-SHA1-3DES", true), ("PBE-SHA1-RC2-40", false), ("PBE-MD5-DES", false)] {
        let make = format!("pkcs8 -topk8 -in server.key -v1 {scheme} -passout file:server.pass -out {scheme}.key");
        openssl.run(&sandbox, &format!("{make} -provider legacy -provider default"));
        let read = format!("pkey -in {scheme}.key -passin file:server.pass -noout");
        assert_eq!(openssl.try_run(&sandbox, &read).code == Some(0), readable, "{scheme}");
        let found = rules(&sandbox, &format!("{scheme}.key --for openssl3 --passin file:server.pass"));
        assert_eq!(found.is_empty(), readable, "{scheme}: {found:?}");
    }
}
