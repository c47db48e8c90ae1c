//! Files that came through a web form, an editor or another program, and what is said of them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::support::Sandbox;

const BARE: &str = "is base64 without the lines `-----BEGIN …-----` and `-----END …-----`";

fn set() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.done("create --cn x -t p256 --alias jwt --passout generate");
    sandbox.done("convert server.crt --to der -o crt.der");
    sandbox.done("convert server.key --to pkcs8 --der -o key.der");
    sandbox
}

#[test]
fn base64_without_header_is_read_and_named() {
    let sandbox = set();
    for (from, to) in [("crt.der", "crt.txt"), ("key.der", "key.txt"), ("keystore.p12", "p12.txt")] {
        let text = STANDARD.encode(sandbox.read(from));
        // As `base64` of GNU folds it.
        let lines: Vec<&str> = (0..text.len()).step_by(76).map(|at| &text[at..text.len().min(at + 76)]).collect();
        sandbox.write(to, lines.join("\n") + "\n");
    }
    let outcome = sandbox.done("verify key.txt crt.txt p12.txt --passin file:server.pass").shows("proved");
    drop(outcome.says(&format!("`crt.txt` {BARE}; it was read all the same")));
    drop(sandbox.done("csr --key key.txt --cn x -o new.csr").says(&format!("`key.txt` {BARE}")));
    drop(sandbox.done("inspect p12.txt --passin file:server.pass").shows("jwt"));
    sandbox.done("convert p12.txt --to p12 -o whole.p12 --passin file:server.pass --passout file:server.pass");
    sandbox.done("verify whole.p12 key.der --passin file:server.pass");
    // What would change it in its place, or asks whether others read it, does not take it for a keystore.
    for line in [
        "alias list p12.txt --passin file:server.pass",
        "alias rename p12.txt jwt new --passin file:server.pass",
        "passwd p12.txt --passin file:server.pass --passout file:server.pass",
        "lint p12.txt --for openssl3 --passin file:server.pass",
    ] {
        let outcome = sandbox.certwright(line).run().says(&format!("it {BARE}"));
        assert_eq!(outcome.code, Some(1), "{line}\n{outcome}");
        assert!(!outcome.stderr.contains("read all the same"), "{line}\n{outcome}");
    }
    // Text that happens to be base64 stands for nothing.
    sandbox.write("words.txt", "hello\n");
    drop(sandbox.certwright("inspect words.txt").run().says("there is no line `-----BEGIN …-----` in it"));
}

#[test]
fn white_space_around_binary_content_is_named() {
    let sandbox = set();
    let der = sandbox.read("crt.der");
    sandbox.write("after.der", [der.as_slice(), b"\r\n"].concat());
    sandbox.write("before.der", [b"\n", der.as_slice()].concat());
    for file in ["after.der", "before.der"] {
        let outcome = sandbox.certwright(&format!("verify {file} server.key")).run();
        assert_eq!(outcome.code, Some(1), "{outcome}");
        drop(outcome.says("white space stands before or after its binary content, as an editor leaves it"));
    }
}

#[test]
fn the_pkcs12_of_gnutls_in_pem_is_opened() {
    let sandbox = set();
    let text = certwright::formats::pem::encode("PKCS12", &sandbox.read("keystore.p12")).unwrap();
    sandbox.write("gnutls.p12", text.expose());
    drop(sandbox.done("verify gnutls.p12 server.key --passin file:server.pass").shows("entry `jwt`"));
}
