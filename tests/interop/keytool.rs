//! keytool opens both keystores, under the alias that was asked for.

use crate::support::{Sandbox, Tool, tool};

/// Both keystores of `create`, with the `-storetype` that names each format.
const STORES: &[(&str, &str)] = &[("keystore.p12", "PKCS12"), ("servercert.jks", "JKS")];

#[test]
fn rsa_2048() {
    opens_both("rsa:2048");
}

#[test]
fn p256() {
    opens_both("p256");
}

#[test]
fn p384() {
    opens_both("p384");
}

#[test]
fn p521() {
    opens_both("p521");
}

#[test]
fn ed25519() {
    opens_both("ed25519");
}

fn made(key_type: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.done(&format!("create --cn jwt.example.com --alias jwt_example -t {key_type} --passout generate"));
    sandbox
}

fn on(store: &str, storetype: &str) -> String {
    format!("-keystore {store} -storetype {storetype} -storepass:file server.pass")
}

fn opens_both(key_type: &str) {
    let Some(keytool) = tool("keytool") else { return };
    let sandbox = made(key_type);
    for (store, storetype) in STORES {
        let text = keytool.run(&sandbox, &format!("-list -v {}", on(store, storetype)));
        for part in [
            "Your keystore contains 1 entry\n",
            "Alias name: jwt_example\n",
            "Entry type: PrivateKeyEntry\n",
            "Certificate chain length: 1\n",
            "Owner: CN=jwt.example.com\n",
        ] {
            assert!(text.contains(part), "{store}: {part}: {text}");
        }
        // A request is signed by the key, so the key opens with the store's password.
        let request = keytool.run(&sandbox, &format!("-certreq -alias jwt_example {}", on(store, storetype)));
        assert!(request.contains("-----BEGIN NEW CERTIFICATE REQUEST-----"), "{store}: {request}");
        sandbox.write(&format!("{storetype}.csr"), request);
    }
    sandbox.done("verify server.key server.crt PKCS12.csr JKS.csr");
}

#[test]
fn after_a_rename_only_the_new_alias_works() {
    let Some(keytool) = tool("keytool") else { return };
    let sandbox = made("p256");
    for (store, storetype) in STORES {
        sandbox.done(&format!("alias rename {store} jwt_example renamed --passin file:server.pass"));
        let on = on(store, storetype);
        let request = keytool.run(&sandbox, &format!("-certreq -alias renamed {on}"));
        assert!(request.contains("BEGIN NEW CERTIFICATE REQUEST"), "{store}: {request}");
        let refusal = keytool.refuses(&sandbox, &format!("-list -alias jwt_example {on}"));
        assert!(refusal.contains("Alias <jwt_example> does not exist"), "{store}: {refusal}");
        let one = sandbox.done(&format!("alias list {store} --passin file:server.pass")).shows("renamed");
        assert!(!one.stdout.contains("jwt_example"), "{one}");
    }
    sandbox.done("verify . --passin file:server.pass");
}

#[test]
fn capital_letters_in_an_alias() {
    let Some(keytool) = tool("keytool") else { return };
    let sandbox = Sandbox::new();
    let outcome = sandbox.done("create --cn jwt --alias JWT_Example -t p256 --passout generate");
    // Java looks an alias up in small letters, and would not find another one in a JKS.
    outcome.says("jwt_example");
    sandbox.done("alias list servercert.jks --passin file:server.pass").shows("jwt_example");
    sandbox.done("alias list keystore.p12 --passin file:server.pass").shows("JWT_Example");
    for (store, storetype) in STORES {
        let text = keytool.run(&sandbox, &format!("-list -alias JWT_Example {}", on(store, storetype)));
        assert!(text.contains("PrivateKeyEntry"), "{store}: {text}");
    }
}

#[test]
fn entries_that_keytool_adds_to_our_jks() {
    let Some(keytool) = tool("keytool") else { return };
    let sandbox = made("p256");
    let on = on("servercert.jks", "JKS");
    keytool.run(&sandbox, &format!("-importcert -noprompt -alias trusted -file server.crt {on}"));
    keytool.run(&sandbox, &format!("-genkeypair -alias theirs -keyalg EC -groupname secp256r1 -dname CN=theirs {on}"));
    let list = sandbox.done("alias list servercert.jks --passin file:server.pass");
    let list = list.shows("jwt_example").shows("trusted").shows("theirs");
    drop(list);
    sandbox.done("verify servercert.jks server.key server.crt --passin file:server.pass");
    sandbox.done("alias delete servercert.jks theirs --passin file:server.pass");
    let text = keytool.run(&sandbox, &format!("-list {on}"));
    assert!(text.contains("jwt_example,") && text.contains("trusted,") && !text.contains("theirs,"), "{text}");
    keytool.run(&sandbox, &format!("-certreq -alias jwt_example {on}"));
}

#[test]
fn an_entry_with_a_password_of_its_own() {
    let Some(keytool) = tool("keytool") else { return };
    let sandbox = made("p256");
    sandbox.write("entry.pass", format!("{}\n", sandbox.secret("entry-only-password")));
    sandbox.done(
        "export jks --key server.key --cert server.crt --alias own --passout file:server.pass \
         --entry-pass file:entry.pass -o own.jks",
    );
    let on = on("own.jks", "JKS");
    let request = keytool.run(&sandbox, &format!("-certreq -alias own {on} -keypass:file entry.pass"));
    assert!(request.contains("BEGIN NEW CERTIFICATE REQUEST"), "{request}");
    let refusal = keytool.refuses(&sandbox, &format!("-certreq -alias own {on} -keypass:file server.pass"));
    assert!(refusal.contains("Cannot recover key"), "{refusal}");
    sandbox.done("verify own.jks server.crt --passin file:server.pass --passin file:entry.pass");
}

#[test]
fn a_jks_password_beyond_ascii() {
    let Some(keytool) = tool("keytool") else { return };
    let sandbox = Sandbox::new();
    sandbox.write("server.pass", format!("{}\n", sandbox.secret("pässwörd-🔑-пароль")));
    sandbox.done("create --cn x --alias Ünïcode-鍵 -t p256 --only jks --passout file:server.pass");
    let text = keytool.run(&sandbox, &format!("-certreq -alias ünïcode-鍵 {}", on("servercert.jks", "JKS")));
    assert!(text.contains("BEGIN NEW CERTIFICATE REQUEST"), "{text}");
}

/// A JVM spends seconds on 600,000 iterations; one store of each cipher shows that it opens them.
#[test]
fn chosen_passwords_and_old_targets() {
    let Some(keytool) = tool("keytool") else { return };
    let sandbox = made("p256");
    sandbox.write("chosen.pass", format!("{}\n", sandbox.secret("correct horse battery")));
    let export = "export p12 --key server.key --cert server.crt --alias one --passout file:chosen.pass";
    for (store, options) in [
        ("modern.p12", ""),
        ("java8.p12", "--for java8"),
        ("java8-slow.p12", "--for java8 --iterations 600000"),
        ("few.p12", "--iterations 20000"),
    ] {
        sandbox.done(&format!("{export} {options} -o {store}"));
        let line = format!("-certreq -alias one -keystore {store} -storetype PKCS12 -storepass:file chosen.pass");
        assert!(keytool.run(&sandbox, &line).contains("BEGIN NEW CERTIFICATE REQUEST"), "{store}");
    }
}

#[test]
fn two_keys_in_one_keystore_stay_apart() {
    let Some(keytool) = tool("keytool") else { return };
    let sandbox = made("p256");
    sandbox.done("create --name second --cn second --alias second -t ed25519 --passout file:server.pass");
    for ((store, storetype), (second, _)) in STORES.iter().zip([("second.p12", ""), ("second.jks", "")]) {
        let line = format!(
            "-importkeystore -srckeystore {second} -srcstoretype {storetype} -srcstorepass:file server.pass \
             -destkeystore {store} -deststoretype {storetype} -deststorepass:file server.pass"
        );
        keytool.run(&sandbox, &line);
        sandbox.done(&format!("alias list {store} --passin file:server.pass")).shows("jwt_example").shows("second");
        sandbox.done(&format!("alias rename {store} second other --passin file:server.pass"));
        for alias in ["jwt_example", "other"] {
            certreq(&keytool, &sandbox, alias, store, storetype);
        }
        sandbox.done(&format!("alias delete {store} other --passin file:server.pass"));
        certreq(&keytool, &sandbox, "jwt_example", store, storetype);
    }
    sandbox.done("verify keystore.p12 servercert.jks server.key server.crt --passin file:server.pass");
}

fn certreq(keytool: &Tool, sandbox: &Sandbox, alias: &str, store: &str, storetype: &str) {
    let request = keytool.run(sandbox, &format!("-certreq -alias {alias} {}", on(store, storetype)));
    assert!(request.contains("BEGIN NEW CERTIFICATE REQUEST"), "{store}: {request}");
}
