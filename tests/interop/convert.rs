//! What `convert`, `extract` and `passwd` write is opened by openssl, keytool, node and Python, and what they write is
//! taken apart by us.

use crate::support::{Sandbox, Tool, tool};

/// Everything opens with the password in this file.
const IN: &str = "--passin file:open.pass";
const OUT: &str = "--passout file:open.pass";

/// As many iterations as a generated password gets.
const FEW: &str = "--iterations 10000";

/// A folder with a root, an intermediate and a leaf that openssl made, and a second key of another kind.
fn made(openssl: &Tool) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.done("create --name unused --cn unused --alias unused -t p256 --only p12 --passout generate:open.pass");
    sandbox.write("ca.ext", "basicConstraints=critical,CA:TRUE\nkeyUsage=keyCertSign\n");
    let sign = |name: &str, issuer: &str, extensions: &str| {
        openssl.run(&sandbox, &format!("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out {name}.key"));
        openssl.run(&sandbox, &format!("req -new -key {name}.key -subj /CN={name} -out {name}.csr"));
        openssl.run(
            &sandbox,
            &format!(
                "x509 -req -in {name}.csr -CA {issuer}.crt -CAkey {issuer}.key -CAcreateserial -days 30 {extensions} -out {name}.crt"
            ),
        );
    };
    openssl.run(&sandbox, "req -x509 -newkey ed25519 -noenc -keyout root.key -subj /CN=root -days 30 -out root.crt");
    sign("middle", "root", "-extfile ca.ext");
    sign("leaf", "middle", "");
    let chain = format!("{}{}", sandbox.text("middle.crt"), sandbox.text("root.crt"));
    sandbox.write("chain.pem", chain);
    openssl.run(
        &sandbox,
        "pkcs12 -export -inkey leaf.key -in leaf.crt -certfile chain.pem -name theirs -passout file:open.pass -out start.p12",
    );
    sandbox
}

fn listed(keytool: &Tool, sandbox: &Sandbox, store: &str, storetype: &str) -> String {
    keytool.run(sandbox, &format!("-list -v -keystore {store} -storetype {storetype} -storepass:file open.pass"))
}

#[test]
fn round_trip_keeps_keys_chains_and_aliases() {
    let (Some(openssl), Some(keytool), Some(java)) = (tool("openssl"), tool("keytool"), tool("java")) else { return };
    let sandbox = made(&openssl);
    // A second entry and a certificate that is trusted by itself come from keytool.
    let store = "-keystore start.p12 -storetype PKCS12 -storepass:file open.pass";
    keytool.run(&sandbox, &format!("-genkeypair -alias second -keyalg RSA -keysize 2048 -dname CN=second {store}"));
    keytool.run(&sandbox, &format!("-importcert -noprompt -alias anchor -file root.crt {store}"));
    let steps = [
        ("start.p12", "jks", "one.jks"),
        ("one.jks", "p12", "two.p12"),
        ("two.p12", "pem", "three.pem"),
        ("three.pem", "p12", "four.p12"),
    ];
    for (from, form, to) in steps {
        let passout = match form {
            "p12" => format!("{OUT} {FEW}"),
            "jks" => OUT.to_owned(),
            _ => String::new(),
        };
        sandbox.done(&format!("convert {from} --to {form} {IN} {passout} -o {to}"));
    }
    for (store, storetype) in [("one.jks", "JKS"), ("two.p12", "PKCS12"), ("four.p12", "PKCS12")] {
        let text = listed(&keytool, &sandbox, store, storetype);
        for part in [
            "Your keystore contains 3 entries",
            "Alias name: theirs\n",
            "Alias name: second\n",
            "Alias name: anchor\n",
            "Certificate chain length: 3\n",
            "Entry type: trustedCertEntry\n",
        ] {
            assert!(text.contains(part), "{store}: {part}: {text}");
        }
        for alias in ["theirs", "second"] {
            let line =
                format!("-certreq -alias {alias} -keystore {store} -storetype {storetype} -storepass:file open.pass");
            assert!(keytool.run(&sandbox, &line).contains("BEGIN NEW CERTIFICATE REQUEST"), "{store} {alias}");
        }
    }
    let text = openssl.run(&sandbox, "pkcs12 -in four.p12 -noenc -passin file:open.pass");
    assert_eq!(text.matches("-----BEGIN PRIVATE KEY-----").count(), 2, "{text}");
    // What came out at the end is the key that went in.
    sandbox.done(&format!("extract four.p12 --alias theirs --key back.key --cert back.crt --chain back.pem {IN}"));
    assert_eq!(openssl.run(&sandbox, "pkey -in back.key"), openssl.run(&sandbox, "pkey -in leaf.key"));
    assert_eq!(sandbox.text("back.pem"), sandbox.text("chain.pem"));
    openssl.run(&sandbox, "verify -CAfile root.crt -untrusted back.pem back.crt");
    let program = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/interop/java/SignWithStore.java");
    sandbox.done(&format!("convert four.p12 --entry second --to p12 {FEW} {IN} {OUT} -o alone.p12"));
    sandbox.done(&format!("convert four.p12 --entry second --to jks {IN} {OUT} -o alone.jks"));
    java.run(&sandbox, &format!("'{program}' PKCS12 alone.p12 second open.pass JKS alone.jks second open.pass"));
}

#[test]
fn one_command_encrypts_a_store_for_newer_and_for_older_readers() {
    let Some(openssl) = tool("openssl") else { return };
    let sandbox = made(&openssl);
    let info = |store: &str| openssl.run(&sandbox, &format!("pkcs12 -in {store} -info -noenc -passin file:open.pass"));
    sandbox.done(&format!("convert start.p12 --to p12 --for java8 {IN} {OUT} -o old.p12"));
    let text = info("old.p12");
    assert!(text.contains("pbeWithSHA1And3-KeyTripleDES-CBC") && text.contains("MAC: sha1"), "{text}");
    assert!(!text.contains("PBES2"), "{text}");
    sandbox.done(&format!("convert old.p12 --to p12 --for openssl3 {FEW} {IN} {OUT} -o new.p12"));
    let text = info("new.p12");
    assert!(text.contains("PBES2, PBKDF2, AES-256-CBC") && text.contains("MAC: sha256"), "{text}");
    assert!(!text.contains("TripleDES"), "{text}");
    if let Some(keytool) = tool("keytool") {
        for store in ["old.p12", "new.p12"] {
            assert!(listed(&keytool, &sandbox, store, "PKCS12").contains("Certificate chain length: 3"), "{store}");
        }
    }
}

#[test]
fn single_forms_are_what_openssl_makes() {
    let Some(openssl) = tool("openssl") else { return };
    let sandbox = made(&openssl);
    openssl.run(&sandbox, "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out rsa.key");
    for (ours, theirs) in [
        ("convert leaf.crt --to der", "x509 -in leaf.crt -outform DER"),
        ("convert leaf.csr --to der", "req -in leaf.csr -outform DER"),
        ("convert leaf.csr --to public", "req -in leaf.csr -noout -pubkey"),
        ("convert leaf.crt --to public", "x509 -in leaf.crt -noout -pubkey"),
        ("convert leaf.key --to public --der", "pkey -in leaf.key -pubout -outform DER"),
        ("convert rsa.key --to pkcs1", "pkey -in rsa.key -traditional"),
        ("convert leaf.key --to sec1", "pkey -in leaf.key -traditional"),
        ("convert leaf.key --to der", "pkcs8 -topk8 -nocrypt -in leaf.key -outform DER"),
        ("convert rsa.key --to pkcs8 --der", "pkcs8 -topk8 -nocrypt -in rsa.key -outform DER"),
    ] {
        let command = theirs.split(' ').next().unwrap();
        sandbox.done(&format!("{ours} -o ours.out --force"));
        let out = if theirs.contains("-pubkey") { String::new() } else { " -out theirs.out".to_owned() };
        let printed = openssl.run(&sandbox, &format!("{theirs}{out}"));
        let wanted = if out.is_empty() { printed.into_bytes() } else { sandbox.read("theirs.out") };
        assert!(sandbox.read("ours.out") == wanted, "{command}: {ours}");
    }
    sandbox.done(&format!("convert leaf.key --to pkcs8 --encrypt --iterations 10000 {OUT} -o encrypted.key"));
    openssl.run(&sandbox, "pkey -in encrypted.key -passin file:open.pass -noout");
    sandbox.done("convert rsa.key --to env -o key.env");
    assert_eq!(sandbox.text("key.env").lines().count(), 1);
    sandbox.done("convert key.env --to pkcs1 -o again.key");
    sandbox.done("convert rsa.key --to pkcs1 -o first.key");
    assert_eq!(sandbox.text("again.key"), sandbox.text("first.key"));
}

#[test]
fn keystores_of_keytool_are_taken_apart() {
    let (Some(keytool), Some(openssl)) = (tool("keytool"), tool("openssl")) else { return };
    let sandbox = made(&openssl);
    for (store, storetype) in [("theirs.jks", "JKS"), ("theirs.p12", "PKCS12")] {
        let line = format!(
            "-genkeypair -alias mine -keyalg EC -groupname secp256r1 -dname CN=mine -validity 30 \
             -keystore {store} -storetype {storetype} -storepass:file open.pass"
        );
        let own = if storetype == "JKS" { " -keypass:file open.pass" } else { "" };
        keytool.run(&sandbox, &format!("{line}{own}"));
        sandbox.done(&format!("extract {store} {IN} --key mine.key --cert mine.crt --force"));
        let key = openssl.run(&sandbox, "pkey -in mine.key -pubout");
        assert_eq!(key, openssl.run(&sandbox, "x509 -in mine.crt -noout -pubkey"), "{store}");
    }
}

#[test]
fn a_new_password_opens_and_the_old_one_does_not() {
    let (Some(openssl), Some(keytool)) = (tool("openssl"), tool("keytool")) else { return };
    let sandbox = made(&openssl);
    sandbox.done(&format!("convert start.p12 --to jks {IN} {OUT} -o start.jks"));
    openssl.run(&sandbox, "pkey -in leaf.key -aes256 -passout file:open.pass -out encrypted.key");
    for file in ["start.p12", "start.jks", "encrypted.key"] {
        sandbox.done(&format!("passwd {file} {IN} --passout generate:{file}.pass"));
    }
    openssl.run(&sandbox, "pkcs12 -in start.p12 -noout -passin file:start.p12.pass");
    openssl.refuses(&sandbox, "pkcs12 -in start.p12 -noout -passin file:open.pass");
    openssl.run(&sandbox, "pkey -in encrypted.key -noout -passin file:encrypted.key.pass");
    openssl.refuses(&sandbox, "pkey -in encrypted.key -noout -passin file:open.pass");
    for (store, storetype) in [("start.p12", "PKCS12"), ("start.jks", "JKS")] {
        let certreq = format!("-certreq -alias theirs -keystore {store} -storetype {storetype}");
        keytool.run(&sandbox, &format!("{certreq} -storepass:file {store}.pass"));
        keytool.refuses(&sandbox, &format!("{certreq} -storepass:file open.pass"));
    }
    sandbox.done("verify start.p12 start.jks encrypted.key leaf.crt --passin file:start.p12.pass --passin file:start.jks.pass --passin file:encrypted.key.pass");
    // One entry's own password, as Java asks for it.
    sandbox.done("passwd start.jks --entry theirs --passin file:start.jks.pass --passout generate:entry.pass");
    let certreq = "-certreq -alias theirs -keystore start.jks -storetype JKS -storepass:file start.jks.pass";
    keytool.run(&sandbox, &format!("{certreq} -keypass:file entry.pass"));
    keytool.refuses(&sandbox, &format!("{certreq} -keypass:file start.jks.pass"));
}

/// Every kind of key, private, public and in a set.
#[test]
fn json_web_keys() {
    let node = tool("node");
    let python = tool("python");
    for key_type in ["rsa:2048", "p256", "p384", "p521", "ed25519"] {
        let sandbox = Sandbox::new();
        sandbox.done(&format!("create --name set --cn jwk -t {key_type} --only key,crt"));
        sandbox.done("convert set.key --to jwk -o private.jwk");
        sandbox.done("convert set.key --to jwk --public -o public.jwk");
        sandbox.done("convert set.crt --to jwks -o set.jwks");
        assert!(!sandbox.text("public.jwk").contains("\"d\"") && !sandbox.text("set.jwks").contains("\"d\""));
        sandbox.done("convert private.jwk --to pkcs8 -o back.key");
        assert_eq!(sandbox.text("back.key"), sandbox.text("set.key"), "{key_type}");
        for (tool, script) in [(&node, "node/read_jwk.js"), (&python, "python/read_jwk.py")] {
            let Some(tool) = tool else { continue };
            let script = format!("{}/tests/interop/{script}", env!("CARGO_MANIFEST_DIR"));
            assert_eq!(tool.run(&sandbox, &format!("'{script}'")), "read\n", "{key_type}");
        }
    }
}

/// A PKCS#12 may call entries `One` and `one`; a keystore that does not tell them apart gets neither before one has
/// another name.
#[test]
fn aliases_that_java_would_not_tell_apart_are_named() {
    let (Some(openssl), Some(keytool)) = (tool("openssl"), tool("keytool")) else { return };
    let sandbox = made(&openssl);
    let three = format!("{}{}", sandbox.text("leaf.crt"), sandbox.text("chain.pem"));
    sandbox.write("three.pem", three);
    openssl.run(
        &sandbox,
        "pkcs12 -export -nokeys -in three.pem -caname One -caname one -caname other -passout file:open.pass -out ones.p12",
    );
    for form in ["jks", "p12"] {
        let line = format!("convert ones.p12 --to {form} {IN} {OUT} -o new.{form}");
        let refused = sandbox.refused(1, &line);
        drop(refused.says("does not tell the entries `One` and `one` apart").says("`--alias one=NEW`"));
    }
    sandbox.done(&format!("convert ones.p12 --to jks {IN} {OUT} --alias one=two -o new.jks"));
    let text = listed(&keytool, &sandbox, "new.jks", "JKS");
    for alias in ["one", "two", "other"] {
        assert!(text.contains(&format!("Alias name: {alias}\n")), "{alias}: {text}");
    }
}

/// Entries keep their order, as far as a PKCS#12, in which the certificates stand together, has one.
#[test]
fn every_entry_of_a_jks_is_in_the_p12_in_its_order() {
    let (Some(openssl), Some(keytool)) = (tool("openssl"), tool("keytool")) else { return };
    let sandbox = made(&openssl);
    let store = "-keystore start.jks -storetype JKS -storepass:file open.pass";
    keytool.run(&sandbox, &format!("-importcert -noprompt -alias zebra -file root.crt {store}"));
    let key = "-keyalg EC -groupname secp256r1 -dname CN=mine -validity 30 -keypass:file open.pass";
    keytool.run(&sandbox, &format!("-genkeypair -alias mine {key} {store}"));
    keytool.run(&sandbox, &format!("-importcert -noprompt -alias ant -file middle.crt {store}"));
    let list = sandbox.done(&format!("alias list start.jks {IN} --json")).json();
    let order: Vec<String> =
        list["entries"].as_array().unwrap().iter().map(|it| it["alias"].as_str().unwrap().to_owned()).collect();
    assert_eq!(order.len(), 3, "{list}");
    sandbox.done(&format!("convert start.jks --to p12 {IN} {OUT} {FEW} -o new.p12"));
    let text = listed(&keytool, &sandbox, "new.p12", "PKCS12");
    assert!(text.contains("Your keystore contains 3 entries"), "{text}");
    for (alias, kind) in [("ant", "trustedCertEntry"), ("mine", "PrivateKeyEntry"), ("zebra", "trustedCertEntry")] {
        let (_, entry) = text.split_once(&format!("Alias name: {alias}\n")).expect(alias);
        let (_, found) = entry.split_once("Entry type: ").unwrap();
        assert!(found.starts_with(kind), "{alias}: {text}");
    }
    let shown = openssl.run(&sandbox, "pkcs12 -in new.p12 -nokeys -passin file:open.pass");
    let names: Vec<&str> = shown.lines().filter_map(|line| line.trim().strip_prefix("friendlyName: ")).collect();
    assert_eq!(names, order);
}
