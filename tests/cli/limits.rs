//! Every limit: what goes over it is refused, the hint names the option that lifts it, and with that it is lifted.

use crate::support::Sandbox;

const PASSWORD: &str = "limits of it";

/// Two keystores, a scrypt key, PEMs of several keys and certificates, and a `.p7b`.
fn made() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("it.pass", format!("{}\n", sandbox.secret(PASSWORD)));
    sandbox.done("create --cn limits.example --alias one -t p256 --passout file:it.pass --iterations 1000");
    sandbox.done("genkey -t p256 --encrypt --kdf scrypt --passout file:it.pass -o scrypt.key");
    for number in [1, 2, 3] {
        let line = format!("genkey -t p256 --encrypt --iterations {number}000 --passout file:it.pass -o {number}.key");
        sandbox.done(&line);
    }
    let all = ["1.key", "2.key", "3.key"].map(|name| sandbox.text(name)).concat();
    sandbox.write("keys.pem", all);
    sandbox.write("lanes.key", lanes());
    // Its own password is another: with the limit raised, it is refused for that.
    sandbox.write("two.jks", include_bytes!("../../testdata/jks/two-keys-one-certificate.jks"));
    sandbox
}

/// A key whose scrypt has eight lanes, over octets that no password decrypts.
fn lanes() -> Vec<u8> {
    let oid = |octets: &[u8]| tlv(0x06, octets);
    let number = |octets: &[u8]| tlv(0x02, octets);
    let scrypt = [tlv(0x04, &[7; 16]), number(&[0x10]), number(&[8]), number(&[8])].concat();
    let kdf = [oid(&[0x2b, 0x06, 0x01, 0x04, 0x01, 0xda, 0x47, 0x04, 0x0b]), tlv(0x30, &scrypt)].concat();
    let aes = [oid(&[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x2a]), tlv(0x04, &[9; 16])].concat();
    let parameters = tlv(0x30, &[tlv(0x30, &kdf), tlv(0x30, &aes)].concat());
    let pbes2 = [oid(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05, 0x0d]), parameters].concat();
    tlv(0x30, &[tlv(0x30, &pbes2), tlv(0x04, &[1; 32])].concat())
}

/// One DER element of fewer than 128 octets.
fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
    [&[tag, u8::try_from(content.len()).unwrap()][..], content].concat()
}

#[test]
fn each_refusal_names_the_option_that_lifts_it() {
    let sandbox = made();
    let table = [
        ("--max-iterations", "10", "keystore.p12"),
        ("--max-iterations", "10", "3.key"),
        ("--max-iterations", "10", "keys.pem"),
        ("--max-total-iterations", "10", "keystore.p12"),
        ("--max-total-iterations", "2_999", "keys.pem"),
        ("--max-total-iterations", "16K", "scrypt.key"),
        ("--max-scrypt-memory", "16K", "scrypt.key"),
        ("--max-scrypt-lanes", "7", "lanes.key"),
        ("--max-input-size", "100", "keystore.p12"),
        ("--max-input-size", "1K", "keys.pem"),
        ("--max-entries", "1", "keystore.p12"),
        ("--max-entries", "1", "keys.pem"),
        ("--max-entries", "1", "two.jks"),
    ];
    for (option, value, file) in table {
        if option == "--max-total-iterations" && value == "16K" {
            // A count takes no K.
            drop(sandbox.refused(2, &format!("verify {file} {option} {value}")).says("whole number"));
            continue;
        }
        let limits = raised(&sandbox, option, value, file);
        assert!(limits.iter().any(|(name, now)| name == option && now != value), "{file}: {limits:?}");
    }
}

/// Follows each hint until the file is refused for no limit any more.
fn raised(sandbox: &Sandbox, option: &str, value: &str, file: &str) -> Vec<(String, String)> {
    let mut limits = vec![(option.to_owned(), value.to_owned())];
    let mut causes: Vec<String> = Vec::new();
    for _ in 0..5 {
        let options: Vec<String> = limits.iter().map(|(name, value)| format!("{name} {value}")).collect();
        let said = sandbox.certwright(&format!("verify {file} --passin file:it.pass {}", options.join(" "))).run();
        let Some((_, hint)) = said.stderr.split_once("add `--max-") else {
            assert!(!causes.is_empty(), "{option} {value} refuses {file}: {said}");
            return limits;
        };
        let (name, value) = hint.split('`').next().unwrap().split_once(' ').unwrap();
        let name = format!("--max-{name}");
        let cause = said.stderr.lines().find(|line| line.contains("limit")).unwrap().to_owned();
        assert!(!causes.contains(&cause), "the hint did not lift it: {said}");
        causes.push(cause);
        limits.retain(|(known, _)| *known != name);
        limits.push((name, value.to_owned()));
    }
    panic!("{file} is never let in: {limits:?}")
}

#[test]
fn standard_input_has_no_size_and_is_let_in_by_doubling() {
    let sandbox = made();
    let said =
        sandbox.certwright("csr --key - --cn x --max-input-size 100").stdin(sandbox.read("server.key")).refused(1);
    drop(said.says("larger than the limit of 100 bytes").says("add `--max-input-size 200`"));
}

#[test]
fn the_short_help_leaves_the_limits_out_and_the_long_one_has_them_all() {
    let sandbox = Sandbox::new();
    assert!(!sandbox.done("verify -h").stdout.contains("--max-"));
    let help = sandbox.done("verify --help").stdout;
    let options = ["iterations", "total-iterations", "scrypt-memory", "scrypt-lanes", "input-size", "entries"];
    for option in options.map(|name| format!("--max-{name} <")) {
        assert!(help.contains(&option), "{option}: {help}");
    }
    assert!(help.contains("--allow-unauthenticated"));
}
