//! `rotate prepare`: what is made, what other tools make of it, and what is refused before anything is made.

use std::process::{Child, Stdio};

use serde_json::Value;

use crate::support::{Sandbox, tool};

/// A set in use, as `create` leaves it.
fn in_use() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.done(
        "create --cn jwt.example.com --san dns:jwt.example.com -t p256 --name app --passout generate --iterations 1000",
    );
    sandbox
}

/// The words that open what `in_use` made.
const OPEN: &str = "--passin file:app.pass";

#[test]
fn files_in_use_become_version_1_and_the_next_one_is_like_them() {
    let sandbox = in_use();
    let made = sandbox.done(&format!("rotate prepare app.key {OPEN} --iterations 1000 --json")).json();
    assert_eq!((&made["changed"], &made["adopted"], &made["version"]), (&true.into(), &true.into(), &2.into()));
    for form in ["key", "csr", "crt", "p12", "jks"] {
        let (live, kept) =
            (sandbox.read(&format!("app.{form}")), sandbox.read(&format!("app.rotate/versions/0001/app.{form}")));
        assert_eq!(live, kept, "{form}");
    }
    let (current, next) = (&made["current"], &made["next"]);
    for member in ["subject", "subject_alt_names", "algorithm", "issuer"] {
        assert_eq!(current[member], next[member], "{member}");
    }
    for member in ["serial_number", "spki_sha256", "certificate_sha256"] {
        assert_ne!(current[member], next[member], "{member}");
    }
    assert_eq!(made["then"], serde_json::json!(["certwright", "rotate", "activate", "app.key"]));
    sandbox.done(&format!("verify app.rotate/versions/0002 {OPEN}"));
}

#[test]
fn preparing_again_changes_nothing() {
    let sandbox = in_use();
    sandbox.done(&format!("rotate prepare app.key {OPEN} --iterations 1000"));
    let before = sandbox.snapshot();
    let again = sandbox.done(&format!("rotate prepare app.key {OPEN} --json")).json();
    assert_eq!(again["changed"], false);
    assert_eq!(again["version"], 2);
    assert_eq!(sandbox.snapshot(), before);
}

#[test]
fn a_dry_run_touches_nothing() {
    let sandbox = in_use();
    let before = sandbox.snapshot();
    sandbox
        .done(&format!("rotate prepare app.key {OPEN} --dry-run"))
        .shows("would be prepared")
        .shows("nothing was made");
    let plan = sandbox.done("rotate prepare other --cn other --passout generate --dry-run --json").json();
    assert_eq!((&plan["dry_run"], &plan["would_change"], &plan["version"]), (&true.into(), &true.into(), &1.into()));
    assert_eq!(sandbox.snapshot(), before);
}

/// Two at once: one wins, and the other is told so, unless it came when all was done.
#[test]
fn of_two_runs_at_once_one_prepares() {
    let start = |sandbox: &Sandbox| -> Child {
        let mut command = sandbox.certwright("rotate prepare app --json").command();
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let mut losers = 0;
    for _ in 0..4 {
        let sandbox = Sandbox::new();
        sandbox.done("rotate prepare app --cn app -t rsa:2048 --only key,crt");
        activate_first(&sandbox);
        let runs: Vec<Child> = (0..3).map(|_| start(&sandbox)).collect();
        let mut winners = 0;
        for run in runs {
            let output = run.wait_with_output().unwrap();
            let document: Value = serde_json::from_slice(&output.stdout).unwrap();
            match output.status.code() {
                Some(0) => winners += usize::from(document["changed"] == true),
                Some(1) => {
                    assert_eq!(document["error"]["kind"], "busy", "{document}");
                    losers += 1;
                }
                code => panic!("{code:?}: {document}"),
            }
        }
        assert_eq!(winners, 1);
        let versions = sandbox.snapshot().files();
        assert_eq!(versions.iter().filter(|file| file.ends_with(".key")).count(), 2, "{versions:?}");
        sandbox.done("rotate status app").shows("prepared");
    }
    assert!(losers > 0, "no run met another");
}

/// What an activation leaves in the state of a folder's rotation.
pub(crate) fn activate_first(sandbox: &Sandbox) {
    let mut state: Value = serde_json::from_slice(&sandbox.read("app/state.json")).unwrap();
    (state["current"], state["next"]) = (state["next"].clone(), Value::Null);
    sandbox.write("app/state.json", state.to_string());
}

#[test]
fn a_token_of_the_old_key_verifies_with_the_same_keys_new_certificate() {
    let Some(python) = tool("python") else { return };
    let sandbox = Sandbox::new();
    sandbox.done("create --cn app --name app -t rsa:2048 --only key,crt");
    sandbox.done("create --cn other --name other -t rsa:2048 --only key,crt --dir elsewhere");
    sandbox.done("rotate prepare app.key --play same-key --days 500").shows("which is the one in use");
    let script = |name: &str| format!("'{}/tests/interop/python/{name}'", env!("CARGO_MANIFEST_DIR"));
    let token = python.run(&sandbox, &format!("{} app.key RS256", script("sign_jwt.py")));
    sandbox.write("token.jwt", token.trim());
    let next = "app.rotate/versions/0002/app.crt";
    let said = python.run(&sandbox, &format!("{} token.jwt {next} elsewhere/other.crt RS256", script("verify_jwt.py")));
    assert_eq!(said, "verified\n");
    assert_ne!(sandbox.read(next), sandbox.read("app.crt"));
}

#[test]
fn keytool_and_openssl_open_the_next_keystores_under_the_same_alias() {
    let (Some(keytool), Some(openssl)) = (tool("keytool"), tool("openssl")) else { return };
    let sandbox = in_use();
    sandbox.done(&format!("rotate prepare app.key {OPEN} --iterations 1000"));
    for form in ["jks", "p12"] {
        let store = format!("app.rotate/versions/0002/app.{form}");
        let text = keytool.run(&sandbox, &format!("-list -keystore {store} -storepass:file app.pass"));
        assert!(text.contains("jwt_example_com, ") && text.contains("PrivateKeyEntry"), "{form}: {text}");
    }
    let p12 = "app.rotate/versions/0002/app.p12";
    openssl.run(&sandbox, &format!("pkcs12 -in {p12} -passin file:app.pass -nokeys -out p12.pem"));
    let of = |file: &str| openssl.run(&sandbox, &format!("x509 -in {file} -noout -fingerprint -sha256"));
    assert_eq!(of("p12.pem"), of("app.rotate/versions/0002/app.crt"));
}

#[test]
fn the_report_ends_with_what_to_run_and_says_what_to_upload() {
    let sandbox = Sandbox::new();
    sandbox.done("create --cn app --name app -t rsa:2048 --only key,crt");
    let made = sandbox.done("rotate prepare app.key --for salesforce --play in-place");
    assert!(made.stdout.ends_with("then run:\n  certwright rotate activate app.key\n"), "{made}");
    assert!(made.stdout.contains("app.rotate/versions/0002/app.crt"), "{made}");
    made.shows("play in-place for salesforce").shows("before the activation:");
}

/// An administrator of Salesforce has an app of either kind, and may want another play than the usual one.
#[test]
fn salesforce_is_told_for_both_kinds_of_app_and_with_the_plays_that_there_are() {
    let sandbox = Sandbox::new();
    sandbox.done("create --cn app --name app -t rsa:2048 --only key,crt");
    let usual = sandbox.done("rotate prepare app.key --for salesforce").stdout;
    for said in [
        "\nplay second-app for salesforce\n  a new key in production: ",
        "\nother plays, which `--play` chooses; `--force` prepares anew:\n  same-key: only the end date is the trouble: ",
        "\n  in-place: a new key without a second app: ",
        "> SECOND_APP > Settings > OAuth Settings > Consumer Key and Secret\n",
    ] {
        assert!(usual.contains(said), "{said:?} is not in\n{usual}");
    }
    let both = |text: &str, file: &str| {
        for menu in [
            "     Setup > External Client App Manager > APP > ",
            "     or: for a Connected App: Setup > App Manager > ",
        ] {
            let shown = text.lines().any(|line| line.starts_with(menu) && line.contains(file));
            assert!(shown, "{menu:?} with {file} is not in\n{text}");
        }
    };
    let other = sandbox.done("rotate prepare app.key --play in-place --force").stdout;
    both(&other, "/0003/app.crt`");
    sandbox.done("rotate activate app.key");
    both(&sandbox.done("rotate rollback app.key").stdout, "/0001/app.crt`");
}

#[test]
fn what_must_not_be_made_is_refused_before_anything_is() {
    let sandbox = Sandbox::new();
    sandbox.done("create --cn app --name app -t p384 --only key,crt");
    sandbox.refused(1, "rotate prepare app.key -t p256").says("--allow-weaker");
    sandbox.refused(1, "rotate prepare app.key --days 3").says("would end at");
    sandbox.refused(1, "rotate prepare app.key --for salesforce");
    sandbox.refused(1, "rotate prepare app.key --for snowflake -t rsa:2048 --allow-weaker --play in-place");
    sandbox.refused(2, "rotate prepare missing.key").says("is no file");
    sandbox.refused(2, "rotate prepare app.key --play same-key -t p384");
    sandbox.refused(2, "rotate prepare app --cn app --passout generate:here");
    sandbox.refused(1, "rotate prepare . --cn app --only key,crt").says("no rotation");
    sandbox.refused(2, "rotate prepare new --no-input").says("--cn");
}

#[test]
fn a_cas_certificate_is_followed_by_one_of_the_same_ca() {
    let sandbox = Sandbox::new();
    sandbox.done("genkey -t p256 -o ca.key");
    sandbox.done("selfsign --key ca.key --cn ca --ca --days 3650 -o ca.crt");
    sandbox.done("create --cn app --name app -t p256 --only key,csr --dir app");
    sandbox.done("sign app/app.csr --ca-cert ca.crt --ca-key ca.key -o app/app.crt");
    sandbox.refused(1, "rotate prepare app/app.key").says("--ca-cert").says("--self-signed");
    let made = sandbox.done("rotate prepare app/app.key --ca-cert ca.crt --ca-key ca.key --json").json();
    assert_eq!(made["next"]["issuer"], "CN=ca");
    assert_eq!(made["next"]["issuer"], made["current"]["issuer"]);
    // What is prepared needs the CA no more.
    assert_eq!(sandbox.done("rotate prepare app/app.key --json").json()["changed"], false);
}
