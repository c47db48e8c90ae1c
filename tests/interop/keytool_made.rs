//! We read and edit the keystores that keytool makes, and keytool still opens what was not edited.

use crate::support::{Sandbox, Tool, tool};

const PASSWORD: &str = "keytool-made-it";

/// Two keys, of which one is RSA, and a trusted certificate.
fn made(keytool: &Tool, storetype: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("store.pass", format!("{}\n", sandbox.secret(PASSWORD)));
    for (alias, algorithm) in [("first", "RSA -keysize 2048"), ("second", "EC -groupname secp384r1")] {
        keytool.run(
            &sandbox,
            &format!("-genkeypair -alias {alias} -keyalg {algorithm} -dname CN={alias} {}", on(storetype)),
        );
    }
    keytool.run(&sandbox, &format!("-exportcert -rfc -alias first -file first.crt {}", on(storetype)));
    keytool.run(&sandbox, &format!("-importcert -noprompt -alias root -file first.crt {}", on(storetype)));
    sandbox
}

fn on(storetype: &str) -> String {
    format!("-keystore theirs -storetype {storetype} -storepass:file store.pass")
}

fn is_edited(storetype: &str) {
    let Some(keytool) = tool("keytool") else { return };
    let sandbox = made(&keytool, storetype);
    let list = sandbox.done("alias list theirs --passin file:store.pass");
    let list = list.shows("first").shows("second").shows("root");
    drop(list);
    sandbox.done("verify theirs --passin file:store.pass");
    sandbox.refused(1, "alias rename theirs second first --passin file:store.pass");
    sandbox.refused(1, "alias rename theirs third fourth --passin file:store.pass");
    sandbox.done("alias rename theirs first renamed --passin file:store.pass");
    let text = keytool.run(&sandbox, &format!("-list {}", on(storetype)));
    for part in ["renamed, ", "second, ", "root, ", "contains 3 entries", "trustedCertEntry"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!text.contains("first, "), "{text}");
    for alias in ["renamed", "second"] {
        keytool.run(&sandbox, &format!("-certreq -alias {alias} {}", on(storetype)));
    }
    sandbox.done("alias delete theirs renamed --passin file:store.pass");
    let text = keytool.run(&sandbox, &format!("-list {}", on(storetype)));
    assert!(text.contains("contains 2 entries") && !text.contains("renamed, "), "{text}");
    keytool.run(&sandbox, &format!("-certreq -alias second {}", on(storetype)));
    sandbox.done("alias list theirs --passin file:store.pass").shows("second").shows("root");
}

#[test]
fn jks() {
    is_edited("JKS");
}

#[test]
fn pkcs12() {
    is_edited("PKCS12");
}

/// How Java 8 protects a PKCS#12 file.
#[test]
fn legacy_pkcs12() {
    let Some(keytool) = tool("keytool") else { return };
    let sandbox = Sandbox::new();
    sandbox.write("store.pass", format!("{}\n", sandbox.secret(PASSWORD)));
    keytool.run(
        &sandbox,
        &format!(
            "-J-Dkeystore.pkcs12.legacy=true -J-Dkeystore.pkcs12.certPbeIterationCount=1024 -genkeypair -alias old \
             -keyalg RSA -keysize 2048 -dname CN=old {}",
            on("PKCS12")
        ),
    );
    // Its certificates are in RC2-40, which is read, or else refused by name and never called a wrong password.
    let outcome = sandbox.certwright("alias list theirs --passin file:store.pass").run();
    match outcome.code {
        Some(0) => drop(outcome.shows("old")),
        _ => {
            assert!(outcome.stderr.contains("RC2"), "{outcome}");
            assert!(!outcome.stderr.contains("wrong password"), "{outcome}");
        }
    }
}

#[test]
fn key_passwords_that_differ() {
    let Some(keytool) = tool("keytool") else { return };
    let sandbox = Sandbox::new();
    sandbox.write("store.pass", format!("{}\n", sandbox.secret(PASSWORD)));
    sandbox.write("key.pass", format!("{}\n", sandbox.secret("the-key's-own")));
    let generate = "-genkeypair -keyalg EC -groupname secp256r1";
    keytool.run(&sandbox, &format!("{generate} -alias plain -dname CN=plain {}", on("JKS")));
    keytool.run(&sandbox, &format!("{generate} -alias own -dname CN=own -keypass:file key.pass {}", on("JKS")));
    sandbox.done("verify theirs --passin file:store.pass --passin file:key.pass");
    // A key that could not be opened is not called proved.
    let outcome = sandbox.certwright("verify theirs --passin file:store.pass").run();
    assert_eq!(outcome.code, Some(1), "{outcome}");
    // A rename needs no key's password.
    sandbox.done("alias rename theirs own mine --passin file:store.pass");
    keytool.run(&sandbox, &format!("-certreq -alias mine -keypass:file key.pass {}", on("JKS")));
}

/// A JCEKS with keys of both kinds of passwords, a trusted certificate and a secret key.
#[test]
fn jceks() {
    let Some(keytool) = tool("keytool") else { return };
    let sandbox = made(&keytool, "JCEKS");
    sandbox.write("key.pass", format!("{}\n", sandbox.secret("the-key's-own")));
    let generate = "-genkeypair -keyalg EC -groupname secp256r1 -alias own -dname CN=own -keypass:file key.pass";
    keytool.run(&sandbox, &format!("{generate} {}", on("JCEKS")));
    keytool.run(&sandbox, &format!("-genseckey -alias aes -keyalg AES -keysize 256 {}", on("JCEKS")));
    let before = sandbox.read("theirs");
    let json = sandbox.done("alias list theirs --passin file:store.pass --json").json();
    assert_eq!((&json["format"], &json["integrity_checked"]), (&"JCEKS".into(), &true.into()));
    let mut kinds: Vec<(&str, &str)> = json["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| (entry["alias"].as_str().unwrap(), entry["kind"].as_str().unwrap()))
        .collect();
    kinds.sort_unstable();
    let key = "private_key";
    assert_eq!(
        kinds,
        [("aes", "other"), ("first", key), ("own", key), ("root", "trusted_certificate"), ("second", key)]
    );
    let unchecked = sandbox.done("alias list theirs --no-input --json").json();
    assert_eq!((&unchecked["entries"], &unchecked["integrity_checked"]), (&json["entries"], &false.into()));

    let outcome = sandbox.done("verify theirs first.crt --passin file:store.pass --passin file:key.pass");
    drop(outcome.shows("RSA 2048").shows("EC P-384").shows("EC P-256").shows("entry `own`"));
    let outcome = sandbox.certwright("verify theirs --passin file:store.pass").run();
    assert_eq!(outcome.code, Some(1), "{outcome}");
    drop(sandbox.certwright("verify theirs --passin file:key.pass").run().says("wrong password"));
    // The derivation is counted before it is done.
    let outcome = sandbox.certwright("verify theirs --passin file:store.pass --max-iterations 199999").run();
    assert_eq!(outcome.code, Some(1), "{outcome}");
    drop(outcome.says("200_000").says("limit is 199_999"));
    for edit in ["rename theirs first other", "delete theirs first"] {
        let outcome = sandbox.refused(1, &format!("alias {edit} --no-input"));
        drop(outcome.says("JCEKS: changing this old kind of keystore is not supported").says("--to p12"));
    }
    assert_eq!(sandbox.read("theirs"), before);
}

/// Aliases that modified UTF-8 writes in another way than UTF-8, and a certificate that has long ended.
#[test]
fn unusual_entries() {
    let Some(keytool) = tool("keytool") else { return };
    for storetype in ["JKS", "JCEKS"] {
        let sandbox = Sandbox::new();
        sandbox.write("store.pass", format!("{}\n", sandbox.secret(PASSWORD)));
        let old = "-genkeypair -keyalg EC -groupname secp256r1 -dname CN=old -startdate 2015/01/01 -validity 365";
        keytool.run(&sandbox, &format!("-J-Dsun.jnu.encoding=UTF-8 {old} -alias schlüssel {}", on(storetype)));
        let list = sandbox.done("alias list theirs --passin file:store.pass --json").json();
        assert_eq!(list["format"], storetype);
        assert_eq!(list["entries"][0]["chain"][0]["not_after"].as_str().unwrap()[..4], *"2016", "{list}");
        drop(sandbox.done("verify theirs --passin file:store.pass").shows("expired"));
    }
}
