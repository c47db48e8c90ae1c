//! `rotate status`: where a rotation stands, and with which code it ends.

use serde_json::{Value, json};

use crate::prepare::activate_first;
use crate::support::Sandbox;

#[test]
fn each_phase_has_its_word_its_code_and_its_commands() {
    let sandbox = Sandbox::new();
    sandbox.refused(1, "rotate status app").says("certwright rotate prepare app");
    sandbox.done("rotate prepare app --cn app -t p256 --only key,crt");
    let of = |code: i32| {
        let outcome = sandbox.certwright("rotate status app --json").run();
        assert_eq!(outcome.code, Some(code), "{outcome}");
        outcome.json()["rotations"][0].clone()
    };
    let prepared = of(0);
    assert_eq!(
        (&prepared["phase"], &prepared["current"], &prepared["next"]),
        (&"prepared".into(), &Value::Null, &1.into())
    );
    assert_eq!(prepared["then"], json!([["certwright", "rotate", "activate", "app"]]));
    activate_first(&sandbox);
    let idle = of(0);
    assert_eq!((&idle["phase"], &idle["current"]), (&"idle".into(), &1.into()));
    assert_eq!(idle["then"], json!([["certwright", "rotate", "prepare", "app"]]));
    // Two thirds of a year are left, so nobody has to hurry.
    sandbox.done("rotate status app").shows("nothing is due before 20").shows("certwright rotate prepare app");
    sandbox.done("rotate prepare app");
    sandbox.done("rotate status app").shows("next, run:\n  certwright rotate activate app");

    let mut state: Value = serde_json::from_slice(&sandbox.read("app/state.json")).unwrap();
    state["doing"] = json!({ "verb": "activate", "step": "swap", "from": 1, "to": 2, "since": "2026-11-21T12:00:00Z" });
    let whole = sandbox.read("app/state.json");
    sandbox.write("app/state.json", state.to_string());
    let half = of(5);
    assert_eq!((&half["phase"], &half["doing"]["to"]), (&"half-done".into(), &2.into()));
    assert_eq!(half["then"].as_array().unwrap().len(), 2);
    sandbox.refused(5, "rotate prepare app").says("certwright rotate status app");

    sandbox.write("app/state.json", whole);
    sandbox.write("app/versions/0001/app.key", "gone");
    assert_eq!(of(1)["phase"], "broken");
}

#[test]
fn no_password_is_needed_to_tell_dates_and_one_proves() {
    let sandbox = Sandbox::new();
    sandbox.done("create --cn app --name app -t p256 --only jks --passout generate --alias app");
    sandbox.done("rotate prepare app.jks --passin file:app.pass");
    let report = sandbox.done("rotate status app.jks --json").json();
    let first = &report["rotations"][0]["versions"][0];
    assert_eq!((&first["proof"], &first["subject"]), (&"locked".into(), &"CN=app".into()));
    assert!(first["days_left"].as_i64().unwrap() >= 364);
    let report = sandbox.done("rotate status app.jks --passin file:app.pass --json").json();
    assert_eq!(report["rotations"][0]["versions"][0]["proof"], "proved");
    sandbox.done("rotate status app.jks").shows("locked").shows("--passin");
}

#[test]
fn a_file_in_use_that_was_changed_by_hand_is_named() {
    let sandbox = Sandbox::new();
    sandbox.done("create --cn app --name app -t p256 --only key,crt");
    sandbox.done("rotate prepare app.key");
    sandbox.done("rotate status app.key").shows("`app.crt` is version 1's");
    let next = sandbox.read("app.rotate/versions/0002/app.crt");
    sandbox.write("app.crt", next);
    sandbox.done("rotate status app.key").shows("`app.crt` is version 2's, not version 1's");
    sandbox.write("app.crt", "mine");
    sandbox.done("rotate status app.key").shows("`app.crt` was changed by hand");
}
