//! The comparisons themselves: each passes the same content, and finds another.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::compare::{Pair, check};
use crate::fixtures;
use crate::row::Wanted;
use crate::run::Peers;
use crate::support::Sandbox;

/// A kind, two files with the same content for it, and files with another.
const KINDS: &[(&str, &str, &str, &[&str])] = &[
    ("bytes", "rsa.key", "rsa.key", &["rsa.pkcs1.key", "other.key"]),
    ("key", "rsa.enc.key", "rsa.enc.key", &["rsa.key", "rsa.legacy.key", "ec.enc.key"]),
    ("key", "rsa.key", "rsa.key", &["other.key", "rsa.pkcs1.key", "rsa.key.der", "rsa.pub"]),
    ("new-key", "rsa.key", "other.key", &["rsa.pkcs1.key", "ec.key", "rsa.enc.key"]),
    ("new-key", "ec.key", "sub.key", &["p384.key", "ed25519.key"]),
    ("public-key", "rsa.pub", "rsa.pub", &["ec.pub", "rsa.key"]),
    ("certificate", "rsa.crt", "rsa.crt", &["rsa.v1.crt", "rsa.crt.der", "other.crt", "leaf.crt"]),
    ("request", "rsa.csr", "rsa.csr", &["rsa.san.csr", "rsa.csr.der", "ec.csr", "rsa.crt"]),
    ("p12", "rsa.p12", "rsa.p12", &["noname.p12", "legacy.p12", "leaf.p12", "certs.p12", "rsa.jks"]),
    ("jks", "rsa.jks", "rsa.jks", &["one.jks", "two.jks", "keypass.jks", "trust.jks", "rsa.p12"]),
];

#[test]
fn each_comparison_tells_one_thing_from_another() {
    let Some(peers) = Peers::find() else { return };
    let folder = Sandbox::new();
    let read = |name: &str| fs::read(fixtures::folder(&peers).join(name)).unwrap();
    let holds = |wanted: &Wanted, one: &str, other: &str| {
        let (one, other) = (read(one), read(other));
        let pair = Pair { ours: (&folder, &one), theirs: (&folder, &other) };
        catch_unwind(AssertUnwindSafe(|| check(&peers, "here", wanted, &pair))).is_ok()
    };
    for (kind, one, same, others) in KINDS {
        let wanted = Wanted { password: "fixture-pass".to_owned(), ..Wanted::of(kind) };
        assert!(holds(&wanted, one, same), "{kind}: {one} and {same} are the same");
        for other in *others {
            assert!(!holds(&wanted, one, other), "{kind}: {one} and {other} are not the same");
        }
        let wanted = Wanted { contains: vec!["in neither".to_owned()], ..wanted };
        assert!(!holds(&wanted, one, one), "{kind}: a text that is not there was found");
    }
}

#[test]
fn what_a_row_says_differs_must_differ() {
    let Some(peers) = Peers::find() else { return };
    let folder = Sandbox::new();
    let read = |name: &str| fs::read(fixtures::folder(&peers).join(name)).unwrap();
    folder.write("rsa.key", read("rsa.key"));
    folder.write("other.key", read("other.key"));
    folder.write("sub.crt", read("sub.crt"));
    let holds = |wanted: &Wanted, one: &str, other: &str| {
        let (one, other) = (read(one), read(other));
        let pair = Pair { ours: (&folder, &one), theirs: (&folder, &other) };
        catch_unwind(AssertUnwindSafe(|| check(&peers, "here", wanted, &pair))).is_ok()
    };
    let certificate = |differs: &[&str]| Wanted {
        differs: differs.iter().map(|fact| (*fact).to_owned()).collect(),
        ..Wanted::of("certificate")
    };
    let version = certificate(&["version", "extensions", "subject", "issuer"]);
    assert!(holds(&version, "rsa.crt", "rsa.v1.crt"));
    assert!(!holds(&version, "rsa.crt", "rsa.crt"), "nothing differs");
    assert!(!holds(&certificate(&["no such fact"]), "rsa.crt", "rsa.crt"));

    let of_key = |key: &str| Wanted { key: Some(key.to_owned()), ..certificate(&[]) };
    assert!(holds(&of_key("rsa.key"), "rsa.crt", "rsa.crt") && !holds(&of_key("other.key"), "rsa.crt", "rsa.crt"));
    let of_issuer = |ca: &str| Wanted { ca: Some(ca.to_owned()), ..certificate(&[]) };
    assert!(
        holds(&of_issuer("sub.crt"), "leaf.crt", "leaf.crt") && !holds(&of_issuer("sub.crt"), "rsa.crt", "rsa.crt")
    );
}
