//! What cannot be done ends with 1, says why, and leaves every file as it was.

use crate::support::Sandbox;

/// A pair with both keystores, and the key of another.
fn made() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.done("create --cn jwt.example.com --alias jwt -t p256 --passout generate");
    sandbox.done("genkey -t p256 -o stranger.key");
    sandbox
}

#[test]
fn a_key_and_a_certificate_that_do_not_match() {
    let sandbox = made();
    let pair = "--key stranger.key --cert server.crt --alias x --passout file:server.pass";
    for line in [
        format!("export p12 {pair} -o new.p12"),
        format!("export jks {pair} -o new.jks"),
        "verify --key stranger.key --cert server.crt".to_owned(),
        "selfsign --key stranger.key --csr server.csr -o new.crt".to_owned(),
    ] {
        let said = sandbox.refused(1, &line).says("error: `stranger.key` and `server.").says("do not belong together");
        drop(said.says("  cause: "));
    }
    let json = sandbox.refused(1, &format!("export p12 {pair} -o new.p12 --json")).json();
    assert_eq!(json["error"]["kind"], "pairing_mismatch");
}

#[test]
fn a_wrong_password() {
    let sandbox = made();
    sandbox.write("wrong.pass", format!("{}\n", sandbox.secret("certainly-not-it")));
    for store in ["keystore.p12", "servercert.jks"] {
        for line in [
            format!("alias list {store} --passin file:wrong.pass"),
            format!("alias rename {store} jwt new --passin file:wrong.pass"),
            format!("alias delete {store} jwt --passin file:wrong.pass"),
        ] {
            let said = sandbox.refused(1, &line);
            drop(said.says(&format!("error: cannot open `{store}`: ")).says("wrong password").says("  cause: "));
        }
    }
    let encrypted = sandbox.certwright("genkey -t p256 --encrypt --passout env:KEY -o encrypted.key");
    encrypted.password_env("KEY", "the right one").done();
    let said = sandbox.refused(1, "csr --key encrypted.key --cn x --passin file:wrong.pass -o new.csr");
    drop(said.says("cannot open `encrypted.key`: ").says("wrong password"));
}

#[test]
fn a_truncated_pem() {
    let sandbox = made();
    for file in ["server.key", "server.crt", "server.csr"] {
        let text = sandbox.text(file);
        let lines: Vec<&str> = text.lines().collect();
        sandbox.write(&format!("no-end-{file}"), lines[..lines.len() - 1].join("\n"));
        sandbox.write(&format!("short-{file}"), [&lines[..2], &lines[lines.len() - 1..]].concat().join("\n"));
    }
    for kind in ["no-end", "short"] {
        for (file, line) in [
            ("server.key", format!("csr --key {kind}-server.key --cn x -o new.csr")),
            ("server.key", format!("selfsign --key {kind}-server.key --cn x -o new.crt")),
            ("server.csr", format!("selfsign --key server.key --csr {kind}-server.csr -o new.crt")),
            (
                "server.crt",
                format!("export p12 --key server.key --cert {kind}-server.crt --alias x --passout generate"),
            ),
            ("server.crt", format!("verify --key server.key --cert {kind}-server.crt")),
        ] {
            // keystore.p12 and server.pass exist, so nothing but the truncated file is to be the reason.
            let line = line.replace("--passout generate", "--passout generate:new.pass -o new.p12");
            drop(sandbox.refused(1, &line).says(&format!("cannot read `{kind}-{file}`: ")));
        }
    }
}

#[test]
fn an_existing_file() {
    let sandbox = made();
    for line in [
        "create --cn x --passout generate",
        "genkey",
        "genkey -o stranger.key",
        "csr --key server.key --cn x",
        "selfsign --key server.key --cn x",
        "export p12 --key server.key --cert server.crt --alias x --passout file:server.pass -o keystore.p12",
        "export jks --key server.key --cert server.crt --alias x --passout file:server.pass -o servercert.jks",
        "export p12 --key server.key --cert server.crt --alias x --passout generate:server.pass -o new.p12",
    ] {
        drop(sandbox.refused(1, line).says("already exists").says("nothing was written").says("--force"));
    }
    let json = sandbox.refused(1, "genkey --json").json();
    assert_eq!(json["error"]["kind"], "already_exists");
    sandbox.done("genkey -t ed25519 --force");
    sandbox.refused(1, "verify --key server.key --cert server.crt");
}

#[test]
fn one_existing_file_keeps_the_whole_set_from_being_made() {
    for file in ["server.key", "server.csr", "server.crt", "keystore.p12", "servercert.jks", "server.pass"] {
        let sandbox = Sandbox::new();
        sandbox.write(file, "mine");
        let said = sandbox.refused(1, "create --cn x -t p256 --passout generate");
        drop(said.says(&format!("error: `{file}` already exists")));
        assert_eq!(sandbox.snapshot().files(), [file]);
    }
}

#[test]
fn a_folder_that_cannot_be_written() {
    let sandbox = made();
    for line in [
        "genkey -o server.crt/new.key",
        "genkey -o server.crt/sub/new.key",
        "genkey -o missing/new.key",
        "create --cn x --dir server.crt --passout generate",
        "create --cn x --dir server.crt/sub --passout generate",
        "create --cn x --dir missing/sub --passout generate",
        "csr --key server.key --cn x -o server.crt/new.csr",
        "export jks --key server.key --cert server.crt --alias x --passout file:server.pass -o server.crt/new.jks",
    ] {
        drop(sandbox.refused(1, line).says("error: cannot write `"));
    }
    // The system refuses new files here to everyone, root included.
    #[cfg(target_os = "linux")]
    sandbox.refused(1, "genkey -t p256 -o /proc/certwright.key").says("/proc");
}

/// Modes stop nobody who is root, so there it is tried as another user; the program is copied where that one may run it.
#[cfg(unix)]
#[test]
fn a_folder_of_somebody_else() {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;
    use std::process::{Command, Stdio};

    let sandbox = Sandbox::new();
    fs::create_dir(sandbox.path("closed")).unwrap();
    fs::set_permissions(sandbox.path("closed"), fs::Permissions::from_mode(0o555)).unwrap();
    let invocation = sandbox.certwright("genkey -t p256 -o closed/new.key");
    if !rustix::process::geteuid().is_root() {
        drop(invocation.refused(1).says("permission denied"));
        return;
    }
    let open =
        tempfile::Builder::new().prefix("certwright-open-").permissions(fs::Permissions::from_mode(0o755)).tempdir();
    let open = open.unwrap();
    fs::copy(env!("CARGO_BIN_EXE_certwright"), open.path().join("certwright")).unwrap();
    fs::create_dir(open.path().join("closed")).unwrap();
    let nobody = Command::new("setpriv")
        .args(["--reuid=65534", "--regid=65534", "--clear-groups", "./certwright", "genkey", "-t", "p256"])
        .args(["-o", "closed/new.key"])
        .current_dir(open.path())
        .stdin(Stdio::null())
        .output();
    let nobody = nobody.expect("setpriv of util-linux, to be another user than root");
    let stderr = String::from_utf8(nobody.stderr).unwrap();
    assert_eq!(nobody.status.code(), Some(1), "{stderr}");
    crate::support::assert_form(&stderr);
    assert!(stderr.contains("cannot write `closed/new.key`: permission denied"), "{stderr}");
    assert_eq!(fs::read_dir(open.path().join("closed")).unwrap().count(), 0);
}

#[cfg(unix)]
#[test]
fn a_symbolic_link_in_place_of_an_output() {
    use std::os::unix::fs::symlink;

    let sandbox = made();
    symlink("elsewhere.key", sandbox.path("link.key")).unwrap();
    symlink("server.crt", sandbox.path("link.crt")).unwrap();
    for line in
        ["genkey -o link.key", "genkey -o link.key --force", "selfsign --key server.key --cn x -o link.crt --force"]
    {
        drop(sandbox.refused(1, line).says("symbolic link"));
    }
}

#[test]
fn an_output_that_is_an_input_or_another_output() {
    let sandbox = made();
    for line in [
        "selfsign --key server.key --cn x -o server.key --force",
        "csr --key server.key --cn x -o ./server.key --force",
        "export p12 --key server.key --cert server.crt --alias x --passout generate:server.crt -o new.p12 --force",
        "export p12 --key server.key --cert server.crt --alias x --passout generate:same -o same",
    ] {
        let outcome = sandbox.refused(1, line);
        assert!(
            outcome.stderr.contains("both an input and an output") || outcome.stderr.contains("same file"),
            "{outcome}"
        );
    }
}

#[test]
fn files_that_are_something_else() {
    let sandbox = made();
    sandbox.write("notes.txt", "nothing of the kind\n");
    sandbox.write("empty", "");
    for line in [
        "csr --key server.crt --cn x -o new.csr",
        "csr --key notes.txt --cn x -o new.csr",
        "csr --key empty --cn x -o new.csr",
        "csr --key missing.key --cn x -o new.csr",
        "csr --key . --cn x -o new.csr",
        "selfsign --key server.key --csr server.crt -o new.crt",
        "alias list server.crt",
        "alias list notes.txt",
        "export p12 --key server.key --cert server.csr --alias x --passout generate:new.pass -o new.p12",
    ] {
        sandbox.refused(1, line);
    }
}

#[test]
fn a_password_file_is_no_output() {
    let sandbox = made();
    let secret = sandbox.secret("long enough");
    sandbox.write("pw.json", format!("{secret}\n"));
    sandbox.write("keystore.p12", format!("{secret}\n"));
    let pair = "--key server.key --cert server.crt --alias x";
    for line in [
        "create --cn a --passout file:pw.json --receipt pw.json --force".to_owned(),
        "create --cn a --passout file:keystore.p12 --force".to_owned(),
        "genkey --encrypt --passout file:pw.json -o pw.json --force".to_owned(),
        "csr --key server.key --cn a --passin file:pw.json -o pw.json --force".to_owned(),
        format!("export jks {pair} --passin file:pw.json --passout file:server.pass -o pw.json --force"),
        format!("export jks {pair} --entry-pass file:pw.json --passout file:server.pass -o pw.json --force"),
    ] {
        drop(sandbox.refused(1, &line).says("is both an input and an output"));
    }
    drop(sandbox.refused(2, "genkey --encrypt --passout generate:- -o new.key").says("`generate:-`"));
}

#[test]
fn what_a_target_does_not_take() {
    let sandbox = made();
    sandbox.done("genkey -t rsa:2048 -o rsa.key");
    sandbox.done("selfsign --key rsa.key --cn a -o rsa.crt");
    let pair = "--key rsa.key --cert rsa.crt --alias a --passout file:server.pass";
    let own = format!("export jks {pair} --for salesforce --entry-pass file:server.pass -o new.jks");
    drop(sandbox.refused(1, &own).says("must be the keystore's own"));
    let p12 = sandbox.done(&format!("export p12 {pair} --for salesforce -o new.p12"));
    assert!(p12.stderr.contains("warning: Salesforce imports keystores of type JKS only"), "{}", p12.stderr);
    sandbox.done("genkey -t ed25519 -o ed.key");
    sandbox.done("selfsign --key ed.key --cn a -o ed.crt");
    for target in ["java8", "macos"] {
        // The rule comes before the question for a password, which nobody could answer here.
        let line = format!("export p12 --key ed.key --cert ed.crt --alias a --for {target} -o ed.p12");
        drop(sandbox.refused(1, &line).says("would refuse a key of type Ed25519"));
    }
}
