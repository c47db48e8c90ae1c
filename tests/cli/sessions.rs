//! Sessions as files under `cmd/`: one help page for each command, and refusals word for word.

use std::fs;
use std::path::Path;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cli/cmd");

/// `cmd/README.md` tells how to add a session, and how to take over a change of words.
#[test]
fn every_session_under_cmd() {
    close_keys(Path::new(FOLDER));
    let cases = trycmd::TestCases::new();
    // Help is wrapped to the terminal's width, and there is none.
    cases.env("COLUMNS", "120").default_bin_name("certwright").case("tests/cli/cmd/*/*.toml");
}

/// Git keeps no modes, and a key that others may read is warned about.
fn close_keys(folder: &Path) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            close_keys(&path);
        } else if path
            .extension()
            .is_some_and(|extension| ["jceks", "jks", "key", "p12"].contains(&extension.to_string_lossy().as_ref()))
        {
            #[cfg(unix)]
            fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        }
    }
}
