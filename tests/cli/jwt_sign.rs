//! `jwt sign`: what it prints, where it writes, and what it refuses.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::support::{Outcome, Sandbox};

/// A pair in files and keystores, a stranger's certificate, and a key on a curve.
fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.done("create --cn jwt --alias jwt_example --passout generate");
    sandbox.done("create --name other --cn other -t p256 --only key,crt");
    sandbox
}

/// A run whose output is a token: the one secret that standard output may show.
#[track_caller]
fn signed(sandbox: &Sandbox, line: &str) -> Outcome {
    sandbox.certwright(line).shows_only("signed token").done()
}

/// Header and claims of a token.
fn parts(token: &str) -> (Value, Value) {
    let part = |text: &str| serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).unwrap()).unwrap();
    let [header, claims, _] = token.trim_end().split('.').collect::<Vec<_>>()[..] else { panic!("{token}") };
    (part(header), part(claims))
}

const SALESFORCE: &str = "jwt sign --for salesforce --iss KEY --sub a@b.example";

#[test]
fn the_token_and_nothing_else_is_printed() {
    let sandbox = sandbox();
    let outcome = signed(&sandbox, &format!("{SALESFORCE} --key server.key"));
    assert_eq!(outcome.stdout.lines().count(), 1, "{outcome}");
    assert!(outcome.stdout.ends_with('\n'), "{outcome}");
    assert!(outcome.stderr.starts_with("token for Salesforce, signed with RS256, expires at 20"), "{outcome}");
    assert!(!outcome.stderr.contains("eyJ"), "{outcome}");
    let (header, claims) = parts(&outcome.stdout);
    assert_eq!(header, json!({ "alg": "RS256", "typ": "JWT" }));
    let life = claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap();
    assert_eq!((claims["aud"].as_str(), life), (Some("https://login.salesforce.com"), 180));
    let quiet = signed(&sandbox, &format!("{SALESFORCE} --key server.key --quiet"));
    assert_eq!(quiet.stderr, "");
}

#[test]
fn a_file_has_the_token_for_its_owner_only() {
    let sandbox = sandbox();
    let outcome = sandbox.done(&format!("{SALESFORCE} --key server.key -o token.jwt"));
    assert!(!format!("{outcome}").contains("eyJ"), "{outcome}");
    parts(&sandbox.text("token.jwt"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(sandbox.path("token.jwt")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    drop(sandbox.refused(1, &format!("{SALESFORCE} --key server.key -o token.jwt")).says("already exists"));
    drop(sandbox.refused(1, &format!("{SALESFORCE} --key server.key -o server.key --force")).says("server.key"));
    let document = sandbox.done(&format!("{SALESFORCE} --key server.key -o token.jwt --force --json")).json();
    assert_eq!((&document["path"], &document["token"]), (&json!("token.jwt"), &Value::Null));
}

#[test]
fn json_shows_what_was_signed() {
    let sandbox = sandbox();
    let document = signed(&sandbox, &format!("{SALESFORCE} --key server.key --json --jti=one")).json();
    assert_eq!(
        (document["schema"].as_str(), document["target"].as_str()),
        (Some("certwright/jwt-sign/1"), Some("salesforce"))
    );
    let (header, claims) = parts(document["token"].as_str().unwrap());
    assert_eq!((&document["header"], &document["claims"]), (&header, &claims));
    assert_eq!(claims["jti"], "one");
    assert!(document["expires_at"].as_str().unwrap().ends_with('Z'));
}

#[test]
fn keys_come_from_every_source() {
    let sandbox = sandbox();
    sandbox.done("convert server.key --to jwk -o server.jwk");
    sandbox.done("convert server.key --to der -o server.der");
    sandbox.done(
        "extract keystore.p12 --key locked.key --encrypt-key --passin file:server.pass --passout generate:locked.pass",
    );
    for file in ["server.key", "server.jwk", "server.der", "locked.key", "keystore.p12", "servercert.jks"] {
        let line =
            format!("{SALESFORCE} --key {file} --passin file:server.pass --passin file:locked.pass --cert server.crt");
        parts(&signed(&sandbox, &line).stdout);
    }
    let locked = sandbox.refused(2, &format!("{SALESFORCE} --key locked.key --no-input --json")).json();
    assert_eq!(locked["error"]["kind"], "password_needed");
    drop(sandbox.refused(1, &format!("{SALESFORCE} --key server.crt")).says("holds one certificate"));
}

#[test]
fn a_keystores_certificate_is_named_where_it_is_asked_for() {
    let sandbox = sandbox();
    let key = "--key keystore.p12 --passin file:server.pass";
    let entra = format!("jwt sign {key} --for entra --iss CLIENT --login-url acme.example");
    let (by_store, _) = parts(&signed(&sandbox, &entra).stdout);
    let (by_file, _) = parts(&signed(&sandbox, &entra.replace(key, "--key server.key --cert server.crt")).stdout);
    assert_eq!(by_store["x5t#S256"].as_str().map(str::len), Some(43));
    assert_eq!(by_store, by_file);
    let (bare, _) = parts(&signed(&sandbox, &format!("jwt sign {key}")).stdout);
    assert_eq!(bare.get("x5t#S256"), None);
    let (asked, _) = parts(&signed(&sandbox, &format!("jwt sign {key} --cert server.crt")).stdout);
    assert_eq!(asked["x5t#S256"], by_store["x5t#S256"]);
    drop(
        sandbox
            .refused(1, &format!("{SALESFORCE} {key} --cert other.crt"))
            .says("`keystore.p12` and `other.crt` do not"),
    );
}

#[test]
fn one_of_several_keys_is_chosen_by_its_alias() {
    let sandbox = sandbox();
    sandbox.done("export jks --key other.key --cert other.crt --alias other --passout file:server.pass -o other.jks");
    let source = "keytool -importkeystore -srckeystore other.jks -destkeystore servercert.jks";
    let pass = sandbox.text("server.pass").trim().to_owned();
    drop(sandbox.certwright(&format!("{source} -srcstorepass {pass} -deststorepass {pass} -noprompt")).done());
    let line = "jwt sign --key servercert.jks --passin file:server.pass";
    let failure = sandbox.refused(1, &format!("{line} --json")).json();
    assert_eq!(failure["error"]["kind"], "alias_needed");
    assert_eq!(parts(&signed(&sandbox, &format!("{line} --alias other")).stdout).0["alg"], "ES256");
    assert_eq!(parts(&signed(&sandbox, &format!("{line} --alias jwt_example")).stdout).0["alg"], "RS256");
}

#[test]
fn claims_are_text_unless_json_is_asked_for() {
    let sandbox = sandbox();
    let line = "jwt sign --key other.key --exp 10m --aud you --claim a=1 --claim b:=1 --claim c:=[true] --scope 'x y'";
    let (header, claims) = parts(&signed(&sandbox, line).stdout);
    assert_eq!(header, json!({ "alg": "ES256", "typ": "JWT" }));
    let exp = claims["exp"].as_i64().unwrap();
    assert_eq!(claims, json!({ "aud": "you", "exp": exp, "scope": "x y", "a": "1", "b": 1, "c": [true] }));
}

#[test]
fn every_refusal_has_its_kind_and_names_what_to_do() {
    let sandbox = sandbox();
    sandbox.write("weak.key", std::fs::read("testdata/weak/near-primes.key").unwrap());
    sandbox.write("short.key", std::fs::read("testdata/pkcs8/rsa-1024.key").unwrap());
    let rows = [
        (2, "token_incomplete", "--key server.key --for salesforce --sub x", "`--iss`"),
        (2, "token_incomplete", "--key server.key --for salesforce --iss x", "`--sub`"),
        (2, "token_incomplete", "--key server.key --for google --iss x", "`--scope`"),
        (2, "token_incomplete", "--key server.key --for entra --iss x --login-url t", "`--cert FILE`"),
        (2, "token_incomplete", "--key server.key --for entra --iss x --cert server.crt", "`--login-url`"),
        (2, "token_incomplete", "--key other.key --for netsuite --iss x --login-url 1 --scope restlets", "`--kid ID`"),
        (1, "target_refuses", "--key server.key --for salesforce --iss x --sub y --exp 181", "`--exp`"),
        (1, "target_refuses", "--key server.key --for salesforce --iss x --sub y --alg PS256", "`--alg`"),
        (1, "target_refuses", "--key server.key --for box --iss x --sub 1 --jti=short", "`--jti`"),
        (1, "target_refuses", "--key server.key --for box --iss x --sub 1 --claim box_sub_type=a", "`--claim`"),
        (1, "target_refuses", "--key server.key --for docusign --iss x --sub a@b", "`--sub`"),
        (1, "target_refuses", "--key other.key --for salesforce --iss x --sub y", "certwright genkey"),
        (1, "algorithm_mismatch", "--key other.key --alg RS256", "`--alg`"),
        (1, "weak_key", "--key weak.key", "certwright genkey"),
        (1, "weak_key", "--key short.key", "certwright genkey"),
        (1, "pairing_mismatch", "--key server.key --cert other.crt", "certwright verify"),
        (2, "claim_unfit", "--key server.key --claim exp:=1", "`--exp`"),
        (2, "claim_unfit", "--key server.key --claim iat=1", "`--claim iat:=1796000000`"),
        (2, "login_address", "--key server.key --for okta --iss x --login-url ftp://a.example", "`--login-url"),
        (2, "no_login", "--key server.key --for java8", "salesforce"),
        (2, "usage", "--key server.key --for box --iss x --sub 1 --scope y", "`--scope`"),
        (2, "usage", "--key server.key --claim a=1 --claim a=2", ""),
        (2, "usage", "--key server.key --login-url https://a.example", "`--aud`"),
        (
            2,
            "usage",
            "--key server.key --for salesforce --iss x --sub y --login-url a.example --aud z",
            "one of the two",
        ),
        (2, "usage", "--key server.key --for snowflake --iss x --sub y --login-url a.example", "`--login-url`"),
        (2, "usage", "--key server.key --for google --iss x --scope y --sub ''", ""),
        (2, "usage", "--key server.key --for salesforce --iss x --sub y --aud ''", ""),
        (2, "usage", "--key other.key --for netsuite --iss x --login-url 1 --scope restlets --kid ''", ""),
        (2, "usage", r#"--key server.key --claim 'a:={"b":1,"b":2}'"#, ""),
        (2, "usage", "--key server.key --claim a:=123456789012345678901", ""),
        (2, "claim_unfit", "--key server.key --claim iat:=1796000000000", "`--claim iat:=1796000000`"),
        (2, "claim_unfit", "--key server.key --claim aud:=[]", ""),
        (2, "usage", "--key server.key --exp 0s", ""),
        (2, "usage", "--key server.key --alg none", ""),
        (2, "usage", "--key server.key --alg HS256", ""),
        (2, "usage", "--key server.key --claim a", ""),
    ];
    for (code, kind, options, hint) in rows {
        let outcome = sandbox.refused(code, &format!("jwt sign {options} -o token.jwt --json"));
        let error = &outcome.json()["error"];
        assert_eq!(error["kind"], kind, "{options}\n{outcome}");
        assert!(hint.is_empty() || error["hints"].to_string().contains(hint), "{options}\n{outcome}");
        assert!(!sandbox.path("token.jwt").exists(), "{options}");
    }
}

#[test]
fn what_may_not_work_is_said_beforehand() {
    let sandbox = sandbox();
    let okta = "jwt sign --key other.key --for okta --iss x --login-url acme.okta.com";
    drop(signed(&sandbox, okta).says("thumbprint of RFC 7638").says("name the key with `--kid ID`"));
    let named = signed(&sandbox, &format!("{okta} --kid mine"));
    assert!(!named.stderr.contains("warning"), "{named}");
    assert_eq!(parts(&named.stdout).0["kid"], "mine");
    drop(signed(&sandbox, "jwt sign --key server.key --for box --iss x --sub 1").says("publicKeyID"));
}
