//! `jwt verify` and `jwt decode`: what is proved of a token, what is refused, and what is said.

use certwright::clock::Timestamp;
use certwright::crypto::SystemRandom;
use certwright::formats::jwt::{self, Algorithm, Header};
use certwright::formats::{pem, pkcs8};
use certwright::limits::Limits;
use serde_json::json;

use crate::support::{Outcome, Sandbox};

/// A pair, and a token in `token.jwt` that its key signed just now, good for three minutes.
fn signed(key_type: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.done(&format!("create --cn a -t {key_type} --alias a --passout generate"));
    let document = pem::decode(&sandbox.read("server.key"), &Limits::default()).unwrap();
    let key = pkcs8::decode(document.blocks[0].contents.expose()).unwrap();
    let now = Timestamp::now().unix();
    let claims =
        json!({ "iss": "KEY", "sub": "me@example.com", "aud": "https://login.salesforce.com", "exp": now + 180 });
    let header = Header::new(Algorithm::usual(key.algorithm()));
    let token = jwt::sign(&header, claims.as_object().unwrap(), &key, &mut SystemRandom::new()).unwrap();
    sandbox.write("token.jwt", format!("{}\n", token.expose()));
    sandbox
}

/// A run that ends with `code`; the token stands nowhere in what it prints.
#[track_caller]
fn run(sandbox: &Sandbox, code: i32, line: &str) -> Outcome {
    let outcome = sandbox.certwright(line).run();
    assert_eq!(outcome.code, Some(code), "{line}\n{outcome}");
    assert!(!outcome.stdout.contains("eyJ") && !outcome.stderr.contains("eyJ"), "{outcome}");
    outcome
}

#[test]
fn every_kind_of_key_file_verifies() {
    let sandbox = signed("rsa:2048");
    sandbox.done("convert server.crt --to jwk -o key.jwk");
    sandbox.done("convert server.crt --to jwks -o set.jwks");
    sandbox.done("convert server.key --to public -o server.pub");
    for key in [
        "--cert server.crt",
        "--cert keystore.p12 --passin file:server.pass",
        "--cert servercert.jks --passin file:server.pass --alias a",
        "--public-key server.pub",
        "--public-key server.key",
        "--jwks key.jwk",
        "--jwks set.jwks",
    ] {
        let outcome = run(&sandbox, 0, &format!("jwt verify @token.jwt {key} --aud https://login.salesforce.com"));
        assert!(outcome.stdout.starts_with("verified  RS256 by the key in `"), "{key}\n{outcome}");
        assert!(outcome.stdout.contains("not compared   `iss` KEY: `--iss` says what it must be"), "{outcome}");
        assert!(outcome.stdout.contains("leeway         60 seconds"), "{outcome}");
    }
    let quiet = run(&sandbox, 0, "jwt verify @token.jwt --cert server.crt -q");
    assert_eq!((quiet.stdout.as_str(), quiet.stderr.as_str()), ("", ""));
}

#[test]
fn what_fails_is_told_one_by_one() {
    let sandbox = signed("rsa:2048");
    sandbox.done("create --name other --cn other --only key,crt");
    drop(run(&sandbox, 1, "jwt verify @token.jwt --cert other.crt").says("its signature does not verify"));
    let outcome =
        run(&sandbox, 1, "jwt verify @token.jwt --cert server.crt --aud https://login.salesforce.com/ --iss X");
    assert!(outcome.stdout.starts_with("not verified  RS256"), "{outcome}");
    let outcome = outcome.says("`aud` is `https://login.salesforce.com`, and must be").says("`/` at the end");
    drop(outcome.says("`iss` is `KEY`, and must be `X`"));
    let outcome = run(&sandbox, 1, "jwt verify @token.jwt --cert server.crt --alg PS256");
    drop(outcome.says("its header names RS256, and the key is bound to PS256").says("`--alg RS256`"));
    drop(run(&sandbox, 1, "jwt verify @token.jwt --cert server.crt --typ at+jwt").says("its `typ` is `JWT`"));
    drop(run(&sandbox, 2, "jwt verify @token.jwt --cert server.crt --alg HS256").says("`--alg` cannot be used"));
    drop(run(&sandbox, 2, "jwt verify @token.jwt").says("--cert"));
    drop(run(&sandbox, 2, "jwt verify @token.jwt --cert server.crt --jwks server.crt").says("--jwks"));
}

#[test]
fn tokens_that_nobody_signed_are_refused_by_name() {
    let sandbox = signed("p256");
    for (token, kind) in [
        ("eyJhbGciOiJub25lIn0.e30.", "unsigned_token"),
        ("eyJhbGciOiJIUzI1NiJ9.e30.AAAA", "shared_secret"),
        ("eyJhbGciOiJSU0EtT0FFUCJ9.AA.AA.AA.AA", "encrypted_token"),
        ("eyJhbGciOiJFUzI1NiIsImNyaXQiOlsiYiJdfQ.e30.AAAA", "critical_header"),
        ("eyJhbGciOiJFUzI1NiJ9.e30.", "unsigned_token"),
        ("nothing", "not_a_token"),
    ] {
        sandbox.write("hostile.jwt", token);
        let outcome = run(&sandbox, 1, "jwt verify @hostile.jwt --cert server.crt --json");
        let json = outcome.json();
        assert_eq!((&json["verified"], &json["problems"][0]["kind"]), (&false.into(), &kind.into()), "{outcome}");
        assert!(json["signed_by"].is_null(), "{outcome}");
    }
}

#[test]
fn the_document_tells_each_check() {
    let sandbox = signed("ed25519");
    let json = run(&sandbox, 0, "jwt verify @token.jwt --cert server.crt --iss KEY --json").json();
    assert_eq!((&json["schema"], &json["verified"]), (&"certwright/jwt-verify/1".into(), &true.into()));
    let outcome = |claim: &str| {
        let checks = json["checks"].as_array().unwrap();
        checks.iter().find(|it| it["claim"] == claim).unwrap()["outcome"].as_str().unwrap().to_owned()
    };
    let outcomes = ["exp", "nbf", "aud", "iss"].map(outcome);
    assert_eq!(outcomes, ["passed", "absent", "not_compared", "passed"]);
    assert_eq!(json["signed_by"]["algorithm"], "EdDSA");
}

#[test]
fn a_set_is_searched_by_the_name_that_the_token_states() {
    let sandbox = signed("p256");
    sandbox.done("create --name other --cn other -t p256 --only key,crt");
    sandbox.done("convert server.crt --to jwk -o a.jwk");
    sandbox.done("convert other.crt --to jwk -o b.jwk");
    let named = |file: &str, kid: &str, more: &str| {
        let mut jwk: serde_json::Value = serde_json::from_str(&sandbox.text(file)).unwrap();
        jwk["kid"] = kid.into();
        let more: serde_json::Value = serde_json::from_str(more).unwrap();
        jwk.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        jwk
    };
    let set = |keys: &[serde_json::Value]| {
        let set = serde_json::json!({ "keys": keys }).to_string();
        sandbox.write("set.jwks", set);
    };
    let verify = "jwt verify @token.jwt --jwks set.jwks";
    // The token names no key.
    set(&[named("a.jwk", "a", "{}"), named("b.jwk", "b", "{}")]);
    drop(run(&sandbox, 1, verify).says("2 keys of `set.jwks` could have signed it"));
    set(&[named("a.jwk", "a", "{}"), named("b.jwk", "b", r#"{"use":"enc"}"#)]);
    run(&sandbox, 0, verify);
    set(&[named("a.jwk", "a", r#"{"use":"enc"}"#)]);
    drop(run(&sandbox, 1, verify).says("its `use` is `enc`"));
    set(&[named("a.jwk", "a", r#"{"key_ops":["encrypt"]}"#)]);
    drop(run(&sandbox, 1, verify).says("its `key_ops` have no `verify`"));
    set(&[named("a.jwk", "a", r#"{"alg":"ECDH-ES"}"#)]);
    drop(run(&sandbox, 1, verify).says("its `alg` is `ECDH-ES`"));
    // A restriction that cannot be read is none that may be passed over.
    for (member, value) in [
        ("use", r#"["enc"]"#),
        ("use", "null"),
        ("key_ops", r#""encrypt""#),
        ("key_ops", r#"["verify",5]"#),
        ("alg", r#"["ES384"]"#),
    ] {
        set(&[named("a.jwk", "a", &format!(r#"{{"{member}":{value}}}"#))]);
        drop(run(&sandbox, 1, verify).says(&format!("its `{member}` is of another type")));
    }
    // `--alias` chooses by name where the token does not, and never another than it names.
    set(&[named("a.jwk", "a", "{}"), named("b.jwk", "b", "{}")]);
    drop(run(&sandbox, 0, &format!("{verify} --alias a")).shows("called `a`"));
    drop(run(&sandbox, 1, &format!("{verify} --alias b")).says("its signature does not verify"));
    drop(run(&sandbox, 1, &format!("{verify} --alias c")).says("there is no entry `c`; it holds `a`, `b`"));
}

#[test]
fn a_token_is_taken_as_people_paste_it() {
    let sandbox = signed("p256");
    let token = sandbox.text("token.jwt").trim().to_owned();
    let half = token.len() / 2;
    for (pasted, said) in [
        (format!("Bearer {token}"), "`Bearer`"),
        (format!("\"{token}\""), "quotes"),
        (format!("{}\r\n{}", &token[..half], &token[half..]), "white space"),
    ] {
        let outcome = sandbox.certwright("jwt verify - --cert server.crt").stdin(&pasted).done();
        drop(outcome.says(said));
        let given = sandbox.certwright("jwt verify --cert server.crt").arg(pasted.as_str()).done();
        drop(given.says(said));
    }
    let slip = run(&sandbox, 2, "jwt verify token.jwt --cert server.crt");
    drop(slip.says("`token.jwt` is a file").says("certwright jwt verify @token.jwt"));
    drop(run(&sandbox, 1, "jwt decode @nobody.jwt").says("nobody.jwt"));
}

#[test]
fn decoding_never_claims_that_a_token_is_good() {
    let sandbox = signed("p256");
    let outcome = run(&sandbox, 0, "jwt decode @token.jwt").shows("https://login.salesforce.com");
    drop(outcome.shows("nothing of this was checked"));
    let json = run(&sandbox, 0, "jwt decode @token.jwt --json").json();
    assert_eq!((&json["schema"], &json["signature_checked"]), (&"certwright/jwt-decode/1".into(), &false.into()));
    for (token, said) in [
        ("eyJhbGciOiJub25lIn0.e30.", "it carries no signature"),
        ("eyJhbGciOiJSU0EtT0FFUCJ9.AA.AA.AA.AA", "JWE"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJleHAiOjE3OTUyMjYxOTExNTN9.AAAA", "milliseconds"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJleHAiOjF9.AAAA", "expired"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJhIjoxLCJhIjoyfQ.AAAA", "the member `a` twice"),
    ] {
        sandbox.write("other.jwt", token);
        let outcome = run(&sandbox, 0, "jwt decode @other.jwt");
        let unbroken = outcome.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(unbroken.contains(said) && unbroken.contains("nothing of this was checked"), "{said}\n{outcome}");
    }
    drop(run(&sandbox, 1, "jwt decode nothing").says("there is no dot in it"));
}

#[test]
fn a_claim_cannot_steer_the_terminal() {
    let sandbox = signed("p256");
    // An issuer with an escape character and a right-to-left override, as JSON escapes them.
    let claims = "eyJpc3MiOiJhXHUwMDFiWzMxbVx1MjAyZWIifQ";
    sandbox.write("hostile.jwt", format!("eyJhbGciOiJFUzI1NiJ9.{claims}.AAAA"));
    for line in ["jwt decode @hostile.jwt", "jwt verify @hostile.jwt --cert server.crt --iss a"] {
        let outcome = sandbox.certwright(line).run();
        let all = format!("{}{}", outcome.stdout, outcome.stderr);
        assert!(!all.contains(['\u{1b}', '\u{202e}']) && all.contains("\\u{1b}"), "{outcome}");
    }
}
