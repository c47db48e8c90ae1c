//! What others made, in another form or under another password: only what is meant is opened, and what is said is true.

use std::fs;
use std::path::Path;

use crate::support::Sandbox;

const IN: &str = "--passin file:store.pass";
const OUT: &str = "--passout file:new.pass";

/// A folder with these files of `testdata`, and an old and a new password.
fn with(files: &[&str]) -> Sandbox {
    let sandbox = Sandbox::new();
    for file in files {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata").join(file);
        sandbox.write(path.file_name().unwrap().to_str().unwrap(), fs::read(&path).unwrap());
    }
    sandbox.write("store.pass", "changeit\n");
    sandbox.write("new.pass", "another-one\n");
    sandbox
}

/// The password of an entry that is not asked for is not needed.
#[test]
fn only_the_entry_that_is_meant_is_opened() {
    let sandbox = with(&["jks/keytool-several.jks"]);
    let store = "keytool-several.jks";
    sandbox.done(&format!("passwd {store} --entry second {IN} {OUT}"));
    sandbox.done(&format!("extract {store} --alias first --key first.key --cert first.crt {IN}"));
    sandbox.done(&format!("convert {store} --entry trusted --to pem -o trusted.crt {IN}"));
    sandbox.done("verify --key first.key --cert first.crt");
    let missing = sandbox.refused(1, &format!("extract {store} --alias nobody --cert x.crt {IN}"));
    drop(missing.says("there is no entry `nobody`"));
    // That one of several must be chosen is known without any password.
    let several = sandbox.refused(1, &format!("extract {store} --key x.key"));
    drop(several.says("2 private keys, and it is not said which is meant").says("--key x.key").says("`first`"));
    let closed = sandbox.refused(1, &format!("extract {store} --alias second --key x.key {IN}"));
    drop(closed.says("entry `second`"));
}

/// Windows CAs hand a PKCS#7 out, as PEM, DER or BER, with the certificates in any order.
#[test]
fn a_pkcs7_is_taken_apart_as_a_chain() {
    for file in ["chain.p7b", "chain-ber.p7b", "chain.pem"] {
        let sandbox = with(&[&format!("pkcs7/{file}")]);
        sandbox.done(&format!("extract {file} --cert leaf.crt --chain chain.crt"));
        let leaf = sandbox.done("inspect leaf.crt --json").json().to_string();
        let issuers = sandbox.done("inspect chain.crt --json").json().to_string();
        assert_ne!(leaf, issuers, "{file}");
        sandbox.done(&format!("convert {file} --to pem -o all.pem"));
        let all = sandbox.text("all.pem").matches("BEGIN CERTIFICATE").count();
        let parts = format!("{}{}", sandbox.text("leaf.crt"), sandbox.text("chain.crt"));
        assert_eq!(all, parts.matches("BEGIN CERTIFICATE").count(), "{file}");
        sandbox.done(&format!("convert {file} --to jks -o all.jks {OUT}"));
    }
}

/// An entry that is not read stops the whole, and the way to the others is said.
#[test]
fn a_secret_key_is_named_and_the_other_entries_can_be_had() {
    let sandbox = with(&["jceks/keytool-secret-key.jceks"]);
    let refused = sandbox.refused(1, &format!("convert keytool-secret-key.jceks --to p12 -o new.p12 {IN} {OUT}"));
    drop(refused.says("the entry `secret` is of a kind that is not read here").says("--entry one --to p12 -o new.p12"));
    sandbox.done(&format!("convert keytool-secret-key.jceks --entry one --to p12 -o new.p12 {IN} {OUT}"));
}

/// A certificate that becomes a keystore makes no private key of it.
#[cfg(unix)]
#[test]
fn certificates_are_not_called_private_keys() {
    use std::os::unix::fs::PermissionsExt;

    let sandbox = with(&["pkcs7/chain.p7b"]);
    fs::set_permissions(sandbox.path("chain.p7b"), fs::Permissions::from_mode(0o644)).unwrap();
    for line in [format!("convert chain.p7b --to p12 -o new.p12 {OUT}"), "extract chain.p7b --cert leaf.crt".to_owned()]
    {
        let output = sandbox.certwright(&line).command().output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success() && !said.contains("private key"), "{said}");
    }
}

/// An entry that cannot have the form is not offered.
#[test]
fn only_entries_that_have_the_form_are_offered() {
    let sandbox = with(&["jks/keytool-several.jks"]);
    let refused = sandbox.refused(1, &format!("convert keytool-several.jks --to sec1 -o x.key {IN}"));
    drop(refused.says("the aliases are `first`\n").says("--entry first --to sec1"));
}

#[test]
fn a_jwk_has_no_password() {
    let sandbox = with(&["jwk/rfc8037-a1-private.jwk"]);
    let refused = sandbox.refused(1, &format!("passwd rfc8037-a1-private.jwk {OUT}"));
    drop(refused.says("an encrypted JWK is not supported").says("--to pkcs8 --encrypt"));
}

/// A file that had no MAC has one afterwards, and both is said, once.
#[test]
fn a_new_password_brings_a_mac() {
    let sandbox = with(&["pkcs12/no-mac.p12"]);
    let done = sandbox.done(&format!("passwd no-mac.p12 --allow-unauthenticated {IN} {OUT}"));
    drop(done.says("`no-mac.p12` has no MAC").says("had no MAC, and now it has one"));
    sandbox.done("convert no-mac.p12 --to pem -o all.pem --passin file:new.pass");
}

/// Without a MAC nothing shows that the file's password was right, so that nobody knows of a second one.
#[test]
fn a_second_password_is_spoken_of_only_where_the_first_is_proved() {
    let sandbox = with(&["pkcs12/no-mac.p12", "jks/keytool-own-password.jks"]);
    for line in [
        "verify FILE",
        "inspect FILE",
        "convert FILE --to pem -o new.pem",
        "extract FILE --key new.key",
        "csr --key FILE --cn x -o new.csr",
        "passwd FILE --passout file:store.pass",
    ] {
        let told = |file: &str, passin: &str| {
            let line = line.replace("FILE", file);
            let output = sandbox.certwright(&format!("{line} {passin}")).command().output().unwrap();
            (output.status.code(), String::from_utf8(output.stderr).unwrap())
        };
        let (code, said) = told("no-mac.p12", "--allow-unauthenticated --passin file:new.pass");
        assert!(said.contains("say where the right password is with `--passin file:PATH`"), "{line}: {said}");
        assert!(!said.contains("password of its own"), "{line}: {said}");
        assert_eq!(code, Some(1), "{line}: {said}");
        if line.starts_with("passwd") {
            continue;
        }
        // The digest of a JKS shows that its password is right.
        let (_, said) = told("keytool-own-password.jks", IN);
        assert!(said.contains("the entry has a password of its own"), "{line}: {said}");
    }
}

/// Nothing is written over what it is made of, whatever the way to it.
#[test]
fn a_file_is_not_converted_into_itself() {
    let sandbox = with(&["pkcs12/chain.p12"]);
    for out in ["chain.p12", "./chain.p12", "../chain.p12"] {
        let out = match out.strip_prefix("../") {
            Some(file) => format!("../{}/{file}", sandbox.folder().file_name().unwrap().to_str().unwrap()),
            None => out.to_owned(),
        };
        for force in ["", " --force"] {
            for (form, passout) in [("p12", OUT), ("jks", OUT), ("pem", "")] {
                let line = format!("convert chain.p12 --to {form} -o {out} {IN} {passout}{force}");
                drop(sandbox.refused(1, &line).says("is both an input and an output"));
            }
            let line = format!("extract chain.p12 --key {out} {IN}{force}");
            drop(sandbox.refused(1, &line).says("is both an input and an output"));
        }
    }
    let line = format!("convert chain.p12 --to p12 -o store.pass {IN} {OUT} --force");
    drop(sandbox.refused(1, &line).says("`store.pass` is both an input and an output"));
}

/// Where standard output was asked for, the secret goes there as it would go into a file, and nowhere else.
#[test]
fn standard_output_gets_what_the_file_would_get() {
    let sandbox = with(&["pkcs12/chain.p12"]);
    for form in ["pem", "env", "pkcs8", "jwk"] {
        sandbox.done(&format!("convert chain.p12 --to {form} -o all.out {IN} --force"));
        let before = sandbox.snapshot().files();
        let output =
            sandbox.certwright(&format!("convert chain.p12 --to {form} -o - {IN}")).command().output().unwrap();
        assert!(output.status.success() && output.stdout == sandbox.read("all.out"), "{form}: {output:?}");
        assert_eq!(sandbox.snapshot().files(), before);
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(!said.contains("BEGIN") && !said.contains("\"d\""), "{said}");
    }
    let line = format!("convert chain.p12 --to jks -o - {IN} {OUT}");
    let store = sandbox.certwright(&line).command().output().unwrap();
    assert!(store.stdout.starts_with(&[0xfe, 0xed, 0xfe, 0xed]), "{line}: {:?}", store.status);
    let read = sandbox.certwright("verify - --passin file:new.pass").stdin(&store.stdout).done();
    drop(read.shows("proved"));
}

/// A line of `env` comes back out of its variable as every shell hands it on: with a line end or without, with the `\n`
/// in letters or, from a secret that was pasted, turned into line ends.
#[test]
fn a_line_for_a_variable_is_read_back() {
    let sandbox = with(&["pkcs12/chain.p12"]);
    sandbox.done(&format!("convert chain.p12 --to env -o key.env {IN}"));
    let line = sandbox.text("key.env");
    let value = line.trim_end_matches('\n');
    assert!(!value.contains(['\n', '\r', '"', '\'', '$', '`']), "a shell would change it");
    let forms = [line.clone(), value.to_owned(), format!("{value}\r\n"), format!("{}\n", value.replace("\\n", "\n"))];
    for form in forms {
        let verified = sandbox.certwright("verify -").stdin(&form).done();
        drop(verified.shows("private key  `standard input`").shows("proved"));
        let told = sandbox.certwright("inspect - --json").stdin(&form).done().stdout;
        assert_eq!(told.matches("\"private_key\"").count(), 1, "{told}");
        sandbox.certwright("convert - --to pkcs8 -o again.key --force").stdin(&form).done();
        sandbox.done(&format!("convert chain.p12 --to pkcs8 -o first.key {IN} --force"));
        assert_eq!(sandbox.text("again.key"), sandbox.text("first.key"));
    }
}

/// What the page on formats tells people to type into a shell.
#[cfg(unix)]
#[test]
fn a_shell_hands_the_line_on_unchanged() {
    let sandbox = with(&["pkcs12/chain.p12"]);
    sandbox.done(&format!("convert chain.p12 --to pem -o server.key {IN}"));
    let page = include_str!("../../docs/reference/formats.md");
    let set = r#"export SF_PRIVATE_KEY="$(certwright convert server.key --to env -o -)""#;
    let read = r#"printf '%s' "$SF_PRIVATE_KEY" | certwright inspect -"#;
    let whole = "certwright convert - --to pem -o -";
    assert!([set, read, whole].iter().all(|line| page.contains(line)), "the page says something else");
    let back = format!("printf '%s' \"$SF_PRIVATE_KEY\" | {whole} > back.key");
    let script = format!("set -e\ncertwright() {{ \"$PROGRAM\" \"$@\"; }}\n{set}\n{read}\n{back}\n");
    let mut shell = std::process::Command::new("sh");
    shell.args(["-c", &script]).current_dir(sandbox.folder()).env("PROGRAM", env!("CARGO_BIN_EXE_certwright"));
    let output = shell.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stdout).contains("private key, PKCS#8, not protected"), "{output:?}");
    sandbox.done("verify back.key");
    let blocks = |file: &str| sandbox.text(file).matches("-----BEGIN ").count();
    assert_eq!(blocks("back.key"), blocks("server.key"));
}
