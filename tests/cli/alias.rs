//! `alias list`, `rename` and `delete` on both keystores.

use crate::support::Sandbox;

const STORES: [&str; 2] = ["keystore.p12", "servercert.jks"];

fn made() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.done("create --cn jwt --alias jwt_example -t p256 --passout generate");
    sandbox
}

#[test]
fn a_rename_there_and_back_gives_the_same_jks() {
    let sandbox = made();
    let before = sandbox.read("servercert.jks");
    sandbox.done("alias rename servercert.jks jwt_example other --passin file:server.pass");
    assert_ne!(before, sandbox.read("servercert.jks"));
    sandbox.done("alias rename servercert.jks other jwt_example --passin file:server.pass");
    assert_eq!(before, sandbox.read("servercert.jks"));
}

#[test]
fn a_rename_needs_no_force_and_keeps_the_key() {
    let sandbox = made();
    for store in STORES {
        sandbox.done(&format!("alias rename {store} jwt_example other --passin file:server.pass"));
        sandbox.done(&format!("verify {store} server.key server.crt --passin file:server.pass"));
    }
}

#[test]
fn unknown_and_taken_aliases() {
    let sandbox = made();
    for store in STORES {
        for line in ["rename S nobody other", "delete S nobody"] {
            let line = format!("alias {line} --passin file:server.pass").replace('S', store);
            drop(sandbox.refused(1, &line).says("`nobody`").says("jwt_example"));
        }
    }
}

#[test]
fn an_empty_alias_is_refused() {
    let sandbox = made();
    for store in STORES {
        let outcome =
            sandbox.certwright(&format!("alias rename {store} jwt_example '' --passin file:server.pass")).run();
        assert!(matches!(outcome.code, Some(1 | 2)), "{outcome}");
        drop(sandbox.done(&format!("alias list {store} --passin file:server.pass")).shows("jwt_example"));
    }
}

#[test]
fn the_last_entry_is_deleted() {
    let sandbox = made();
    for store in STORES {
        sandbox.done(&format!("alias delete {store} jwt_example --passin file:server.pass"));
        let list = sandbox.done(&format!("alias list {store} --passin file:server.pass"));
        assert!(!list.stdout.contains("jwt_example"), "{list}");
    }
}

#[test]
fn aliases_of_other_scripts() {
    let sandbox = Sandbox::new();
    sandbox.done("create --cn jwt --alias 'ключ 鍵' -t p256 --passout generate");
    for store in STORES {
        drop(sandbox.done(&format!("alias list {store} --passin file:server.pass")).shows("ключ 鍵"));
    }
    // What an alias says cannot steer the terminal, nor hide.
    for alias in ["a\u{1b}[31mb", "a\u{202e}b", "a\u{200b}b", "\u{9b}31m"] {
        let line = format!("alias rename keystore.p12 'ключ 鍵' '{alias}' --passin file:server.pass");
        drop(sandbox.refused(2, &line).says("error: the new alias has characters"));
    }
}

#[test]
fn json_lists_every_entry() {
    let sandbox = made();
    for store in STORES {
        let json = sandbox.done(&format!("alias list {store} --passin file:server.pass --json")).json();
        let schema = json["schema"].as_str().unwrap_or_default();
        assert!(schema.starts_with("certwright/alias"), "{json}");
        assert!(json.to_string().contains("jwt_example"), "{json}");
    }
}
