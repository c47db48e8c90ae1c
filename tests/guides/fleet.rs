//! The list of the guide, rotated as its page and its playbook say.

use crate::shown;
use crate::support::Sandbox;

const SETS: [&str; 3] = ["billing", "gateway", "reports"];

/// The playbook asks `changed` whether anything happened.
#[test]
fn the_list_is_prepared_once_and_then_left_alone() {
    let sandbox = Sandbox::new();
    let list = shown("fleet.toml");
    let folder = sandbox.folder().display().to_string();
    assert!(list.contains("\"/srv/pki\""));
    sandbox.write("fleet.toml", list.replace("/srv/pki", &folder.replace('\\', "/")));
    let changed = |line: &str| sandbox.done(line).json()["changed"].as_bool();

    assert_eq!(changed("rotate auto --config fleet.toml --dry-run --json"), Some(false));
    assert!(SETS.iter().all(|name| !sandbox.path(name).exists()), "a dry run made something");
    assert_eq!(changed("rotate auto --config fleet.toml --json"), Some(true));
    assert_eq!(changed("rotate auto --config fleet.toml --json"), Some(false));
    for name in SETS {
        sandbox.done(&format!("rotate activate {name}"));
        assert!(sandbox.path(&format!("{name}/live/{name}.key")).exists(), "{name}");
        sandbox.done(&format!("verify {name}/live/{name}.key {name}/live/{name}.crt"));
    }
    assert_eq!(changed("rotate auto --config fleet.toml --json"), Some(false));
    sandbox.done("rotate status billing gateway reports");
    sandbox.done("audit verify billing gateway reports");
}
