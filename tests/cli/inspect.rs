//! `inspect`: what it tells, with and without passwords, and what it never shows.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;

use crate::support::Sandbox;

fn made() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.done("create --cn jwt.example.com -t p256 --alias example --encrypt-key --passout generate");
    sandbox
}

/// Every run is searched for the secrets of the files beside it; here all kinds of files are shown, open and locked.
#[test]
fn all_that_was_made_is_told_and_no_secret_with_it() {
    let sandbox = made();
    let files = "server.key server.csr server.crt keystore.p12 servercert.jks";
    let locked = sandbox.done(&format!("inspect {files}"));
    assert!(locked.stderr.contains("locked; to see all of it"), "{locked}");
    assert!(locked.stdout.contains("integrity: unchecked") && locked.stdout.contains("PBES2"), "{locked}");
    let open = sandbox.done(&format!("inspect {files} --passin file:server.pass"));
    assert!(!open.stderr.contains("locked") && open.stdout.contains("EC P-256 private key"), "{open}");
    assert_eq!(open.stdout.matches("integrity: checked").count(), 2, "{open}");
    let json = sandbox.done(&format!("inspect {files} --passin file:server.pass --json")).json();
    assert_eq!((&json["schema"], &json["complete"]), (&"certwright/inspect/1".into(), &true.into()));
    let keys: BTreeSet<&str> = (json["files"].as_array().unwrap().iter())
        .flat_map(|file| file["contents"].as_array().unwrap())
        .filter_map(|it| {
            let key = [&it["key"], &it["private_key"]["key"]].into_iter().find(|key| key.is_object())?;
            key["spki_sha256"].as_str()
        })
        .collect();
    assert_eq!(keys.len(), 1, "all of one key: {keys:?}");
}

#[test]
fn a_password_for_one_file_is_no_question_about_the_others() {
    let sandbox = made();
    let outcome = sandbox.done("inspect keystore.p12 servercert.jks --passin keystore.p12=file:server.pass");
    assert!(outcome.stdout.contains("integrity: checked") && outcome.stdout.contains("integrity: unchecked"));
    let unused = sandbox.done("inspect server.crt --passin other.p12=file:server.pass");
    assert!(unused.stderr.contains("was not used"), "{unused}");
}

#[test]
fn what_cannot_be_read_fails_and_the_rest_is_told() {
    let sandbox = made();
    sandbox.write("notes.txt", "not a certificate");
    let outcome = sandbox.certwright("inspect notes.txt server.crt missing.crt .").run();
    assert_eq!(outcome.code, Some(1), "{outcome}");
    assert!(outcome.stdout.contains("server.crt: self-signed certificate of jwt.example.com"), "{outcome}");
    assert_eq!(outcome.stderr.matches("error:").count(), 3, "{outcome}");
    assert!(!outcome.stderr.contains("nothing was written"), "{outcome}");
    let json = sandbox.certwright("inspect --json notes.txt server.crt").run();
    assert_eq!((json.code, json.json()["problems"][0]["kind"].clone()), (Some(1), "unknown_format".into()), "{json}");
}

#[test]
fn standard_input_is_shown_like_a_file() {
    let sandbox = made();
    let outcome = sandbox.certwright("inspect -").stdin(sandbox.read("server.crt")).done();
    assert!(outcome.stdout.starts_with("standard input: self-signed certificate of jwt.example.com"), "{outcome}");
}

#[cfg(unix)]
#[test]
fn a_key_that_others_can_read_is_told() {
    use std::os::unix::fs::PermissionsExt;
    let sandbox = Sandbox::new();
    sandbox.done("genkey -t p256 -o app.key");
    assert!(!sandbox.done("inspect app.key").stdout.contains("warning"));
    fs::set_permissions(sandbox.path("app.key"), fs::Permissions::from_mode(0o644)).unwrap();
    let outcome = sandbox.done("inspect app.key");
    assert!(outcome.stdout.contains("mode 0644"), "{outcome}");
}

/// Names of members with their places, without what differs from run to run.
fn members(value: &Value, place: &str, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => map.iter().for_each(|(name, value)| {
            found.insert(format!("{place}.{name}"));
            members(value, &format!("{place}.{name}"), found);
        }),
        Value::Array(list) => list.iter().for_each(|value| members(value, &format!("{place}[]"), found)),
        _ => {}
    }
}

#[test]
fn the_documented_example_has_the_members_of_a_run() {
    let page = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/reference/json.md")).unwrap();
    let (_, section) = page.split_once("## `certwright/inspect/1`").unwrap();
    let (_, example) = section.split_once("```json\n").unwrap();
    let example: Value = serde_json::from_str(example.split("```").next().unwrap()).unwrap();
    let sandbox = Sandbox::new();
    sandbox.done("create --cn jwt.example.com --only key,crt");
    let run = sandbox.done("inspect server.crt --json").json();
    let [mut documented, mut printed] = [BTreeSet::new(), BTreeSet::new()];
    members(&example, "", &mut documented);
    members(&run, "", &mut printed);
    assert_eq!(documented, printed);
    assert_eq!(example["files"][0]["contents"][0]["subject"], run["files"][0]["contents"][0]["subject"]);
}

/// Each kind of finding that the sources name is in the reference.
#[test]
fn every_kind_of_finding_is_documented() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/");
    let page = fs::read_to_string(format!("{root}docs/reference/json.md")).unwrap();
    let mut count = 0;
    for entry in fs::read_dir(format!("{root}src/operations/inspect")).unwrap() {
        let source = fs::read_to_string(entry.unwrap().path()).unwrap();
        for constructor in ["Finding::note(", "Finding::warning(", "Finding::problem("] {
            for rest in source.split(constructor).skip(1) {
                let kinds = match rest.trim_start().strip_prefix('"') {
                    Some(literal) => vec![literal.split('"').next().unwrap()],
                    // What is wrong with a claim that no one expects to hold anything.
                    None if rest.trim_start().starts_with("fault.kind()") => {
                        vec!["issued_in_the_future", "malformed_claim", "time_in_wrong_unit"]
                    }
                    None => panic!("no kind: {rest:.80}"),
                };
                for kind in kinds {
                    assert!(page.contains(&format!("`{kind}`")), "{kind} is not documented");
                    count += 1;
                }
            }
        }
    }
    assert!(count > 20, "only {count} findings were found");
}
