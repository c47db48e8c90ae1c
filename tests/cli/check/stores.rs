//! The stores of rotations: what of them is judged, and what a folder that only looks like one may not do.

use super::{NOW, checked, items, one_of_each};
use crate::support::Sandbox;

/// The state of a store with three versions that keeps its passwords.
pub(super) fn write_state(sandbox: &Sandbox, current: &str, next: &str, previous: &str, name: &str) {
    let version =
        |number: u32| format!(r#"{{"number":{number},"made":"{NOW}","play":null,"live_from":null,"live_until":null}}"#);
    let versions = [1, 2, 3].map(version).join(",");
    let set = r#"{"parts":["crt"],"alias":null,"key_is_encrypted":false,"password":"in-version","target":null,"live":"state"}"#;
    let text = format!(
        r#"{{"schema":"certwright/rotate-state/1","name":"{name}","current":{current},"next":{next},"previous":{previous},"doing":null,"set":{set},"versions":[{versions}]}}"#
    );
    sandbox.write("app/state.json", text);
}

/// A store `app` with a certificate in each version: one that is critical, one that is a warning and one that is well.
fn store() -> Sandbox {
    let sandbox = one_of_each();
    for (number, certificate) in [(1, "critical.crt"), (2, "warning.crt"), (3, "ok.crt")] {
        let folder = format!("app/versions/{number:04}");
        std::fs::create_dir_all(sandbox.path(&folder)).unwrap();
        sandbox.write(&format!("{folder}/app.crt"), sandbox.text(certificate));
    }
    sandbox
}

#[test]
fn the_store_of_a_rotation_is_judged_by_what_is_in_use() {
    let sandbox = store();
    for (current, next, code) in [("3", "null", 0), ("2", "3", 1), ("3", "2", 1), ("1", "3", 2)] {
        write_state(&sandbox, current, next, "1", "app");
        checked(&sandbox, code, &format!("app --now {NOW}"));
        checked(&sandbox, code, &format!("app --recursive --now {NOW}"));
    }
    // What belongs to a key may be what was in use before.
    write_state(&sandbox, "3", "null", "1", "app");
    let document = checked(&sandbox, 0, "app --find-partner unknown.key --json").json();
    assert_eq!(document["belonging"].as_array().unwrap().len(), 3, "{document}");
    sandbox.write("app/state.json", "{}");
    assert_eq!(items(&sandbox, 3, &format!("app --now {NOW}"))[0].2, "cannot_read");
}

#[test]
fn a_version_that_is_in_use_and_gone_is_unknown() {
    let sandbox = store();
    write_state(&sandbox, "2", "3", "null", "app");
    std::fs::remove_dir_all(sandbox.path("app/versions/0002")).unwrap();
    let found = items(&sandbox, 3, &format!("app --now {NOW}"));
    assert_eq!(found, [("UNKNOWN".to_owned(), "app".to_owned(), "cannot_read".to_owned())]);
}

#[test]
fn the_state_of_another_program_hides_nothing() {
    let sandbox = one_of_each();
    std::fs::create_dir(sandbox.path("other")).unwrap();
    sandbox.write("other/it.crt", sandbox.text("critical.crt"));
    // None of ours, and more than is read of a state.
    for state in [b"{}".to_vec(), vec![b' '; 17 << 20]] {
        sandbox.write("other/state.json", state);
        checked(&sandbox, 2, &format!("other --now {NOW}"));
    }
}

#[test]
fn the_password_in_a_store_is_tried_first_and_not_alone() {
    let sandbox = store();
    std::fs::rename(sandbox.path("unknown.p12"), sandbox.path("app/versions/0003/app.p12")).unwrap();
    let kept = "app/versions/0003/app.pass";
    write_state(&sandbox, "3", "null", "null", "app");
    let line = format!("app --now {NOW}");
    checked(&sandbox, 3, &line);
    sandbox.write(kept, sandbox.text("unknown.pass"));
    checked(&sandbox, 0, &line);
    checked(&sandbox, 0, &format!("app/versions/0003/app.p12 --now {NOW}"));
    sandbox.write(kept, "another one\n");
    checked(&sandbox, 3, &line);
    checked(&sandbox, 0, &format!("{line} --passin file:unknown.pass"));
    // A state leads nobody to a file elsewhere.
    sandbox.write("app/app.pass", sandbox.text("unknown.pass"));
    write_state(&sandbox, "3", "null", "null", "../../app");
    let found = items(&sandbox, 3, &line);
    assert_eq!(found, [("UNKNOWN".to_owned(), "app".to_owned(), "cannot_read".to_owned())]);
}
