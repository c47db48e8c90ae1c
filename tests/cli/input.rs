//! Inputs are recognised by what they hold, and PEM is read as Windows and CI leave it.

use base64::Engine;

use crate::support::Sandbox;

fn pair() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.done("create --cn x -t p256 --only key,crt");
    sandbox
}

#[test]
fn pem_as_it_comes_from_windows_and_ci() {
    let sandbox = pair();
    for file in ["server.key", "server.crt"] {
        let text = sandbox.text(file);
        let utf16 = |bytes: fn(u16) -> [u8; 2]| {
            std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(bytes).collect::<Vec<u8>>()
        };
        let forms = [
            ("bom", [b"\xef\xbb\xbf", text.as_bytes()].concat()),
            ("utf16le", utf16(u16::to_le_bytes)),
            ("utf16be", utf16(u16::to_be_bytes)),
            ("crlf", text.replace('\n', "\r\n").into_bytes()),
            ("cr", text.replace('\n', "\r").into_bytes()),
            ("indented", text.replace('\n', "\n    ").into_bytes()),
            ("one-line", text.replace('\n', " ").into_bytes()),
            ("escaped", text.replace('\n', "\\n").into_bytes()),
            ("around", format!("Bag Attributes\n    friendlyName: x\n{text}that is all\n").into_bytes()),
            ("base64", base64::engine::general_purpose::STANDARD.encode(&text).into_bytes()),
        ];
        for (form, content) in forms {
            sandbox.write(&format!("{form}-{file}"), content);
        }
    }
    for form in ["bom", "utf16le", "utf16be", "crlf", "cr", "indented", "one-line", "escaped", "around", "base64"] {
        let (key, certificate) = (format!("{form}-server.key"), format!("{form}-server.crt"));
        sandbox.done(&format!("verify --key {key} --cert server.crt"));
        let outcome = sandbox.done(&format!("verify --key server.key --cert {certificate}"));
        // What a strict reader would stumble over is said.
        if ["utf16le", "escaped", "one-line"].contains(&form) {
            assert!(outcome.stderr.contains("warning: ") && outcome.stderr.contains(&certificate), "{form}\n{outcome}");
        }
    }
}

#[test]
fn names_of_files_mean_nothing() {
    let sandbox = Sandbox::new();
    sandbox.done("create --cn x -t p256 --passout generate");
    for (from, to) in [
        ("keystore.p12", "a.pem"),
        ("servercert.jks", "b.p12"),
        ("server.crt", "c.key"),
        ("server.key", "d.txt"),
        ("server.csr", "e"),
    ] {
        std::fs::rename(sandbox.path(from), sandbox.path(to)).unwrap();
    }
    sandbox.done("verify a.pem b.p12 c.key d.txt e --passin file:server.pass");
}

#[test]
fn standard_input_and_output() {
    let sandbox = pair();
    let key = sandbox.text("server.key");
    let request = sandbox.certwright("csr --key - --cn piped -o -").stdin(&key).done();
    assert!(request.stdout.starts_with("-----BEGIN CERTIFICATE REQUEST-----\n"), "{request}");
    let certificate = sandbox.certwright("selfsign --key server.key --csr - -o -").stdin(&request.stdout).done();
    assert!(certificate.stdout.starts_with("-----BEGIN CERTIFICATE-----\n"), "{certificate}");
    sandbox.certwright("verify --key server.key --cert -").stdin(&certificate.stdout).done();
    assert_eq!(sandbox.snapshot().files(), ["server.crt", "server.key"]);
}
