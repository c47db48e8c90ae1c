//! Sessions as files under `cmd/`: one help page for each command, and refusals word for word.

/// `TRYCMD=dump` writes what the program says now; `cmd/README.md` tells how to add a session.
#[test]
fn every_session_under_cmd() {
    let cases = trycmd::TestCases::new();
    // Help is wrapped to the terminal's width, and there is none.
    cases.env("COLUMNS", "120").default_bin_name("certwright").case("tests/cli/cmd/*/*.toml");
}
