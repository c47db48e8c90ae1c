//! Targets get what they ask for, and what they would refuse is refused here.

use std::sync::{LazyLock, OnceLock};

use serde_json::json;

use super::*;
use crate::crypto::SystemRandom;
use crate::formats::pkcs1;
use crate::formats::x509::{self, DistinguishedName};
use crate::operations::target::{Audience, Claim, Grant, Party};

const NOW: i64 = 1_795_262_400;

/// RSA keys take a while to make, so that all tests share these.
static RSA: LazyLock<PrivateKey> = LazyLock::new(|| generate(KeyAlgorithm::Rsa { bits: 2048 }));
static RSA_3072: LazyLock<PrivateKey> = LazyLock::new(|| generate(KeyAlgorithm::Rsa { bits: 3072 }));

fn generate(algorithm: KeyAlgorithm) -> PrivateKey {
    PrivateKey::generate(algorithm, &mut SystemRandom::new()).unwrap()
}

fn now() -> Timestamp {
    Timestamp::from_unix(NOW).unwrap()
}

/// A certificate that was made a month ago, for so many days.
fn certificate(key: &PrivateKey, days: u32) -> Certificate {
    let not_before = now().plus_seconds(-86_400 * 30).unwrap();
    let not_after = not_before.plus_days(days).unwrap();
    let parameters = x509::CertificateParameters {
        subject: DistinguishedName::parse("CN=test").unwrap(),
        subject_alt_names: Vec::new(),
        validity: x509::Validity { not_before, not_after },
        public_key: key.public_key(),
        is_ca: false,
    };
    x509::self_sign(&parameters, &x509::Details::default(), key, &mut SystemRandom::new()).unwrap()
}

/// A token of `name` with all that any target asks for.
fn wanted<'a>(name: &str) -> SignToken<'a> {
    let target: &'static Target = name.parse().unwrap();
    SignToken {
        target: Some(target),
        issuer: Some("client"),
        subject: target.token.is_some_and(|rules| !rules.user.is_empty()).then_some("user"),
        login: matches!(name, "entra" | "netsuite" | "okta").then_some("acme"),
        key_name: (name == "netsuite").then_some("certificate-id"),
        scopes: SCOPES.get_or_init(|| vec!["one".to_owned()]),
        ..SignToken::default()
    }
}

static SCOPES: OnceLock<Vec<String>> = OnceLock::new();

fn key_for(name: &str) -> &'static PrivateKey {
    if name == "netsuite" { &RSA_3072 } else { &RSA }
}

fn plan(wanted: &SignToken<'_>, key: &PrivateKey) -> Result<UnsignedToken, Error> {
    plan_token(wanted, &key.public_key(), now(), &mut SystemRandom::new())
}

/// Every target that takes tokens.
fn all() -> impl Iterator<Item = (&'static str, &'static TokenRules)> {
    Target::all().iter().filter_map(|target| target.token.map(|rules| (target.name, rules)))
}

/// The token of `name`, with a certificate where one is needed.
fn planned(name: &str, change: impl FnOnce(&mut SignToken<'_>)) -> Result<UnsignedToken, Error> {
    let key = key_for(name);
    let certificate = certificate(key, 365);
    let mut wanted = wanted(name);
    wanted.certificate = (name == "entra").then_some(&certificate);
    change(&mut wanted);
    plan(&wanted, key)
}

fn kind(name: &str, change: impl FnOnce(&mut SignToken<'_>)) -> &'static str {
    planned(name, change).unwrap_err().kind()
}

/// The message of an error and its cause.
fn said(name: &str, change: impl FnOnce(&mut SignToken<'_>)) -> (String, String) {
    let error = planned(name, change).unwrap_err();
    let cause = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
    (error.to_string(), cause)
}

#[test]
fn every_target_has_the_claims_of_its_documentation() {
    let rows = [
        ("salesforce", "iss sub aud exp iat", 180),
        ("entra", "iss sub aud exp nbf iat jti", 300),
        ("google", "iss sub aud exp iat scope", 300),
        ("snowflake", "iss sub exp iat", 3540),
        ("netsuite", "iss aud exp iat scope", 300),
        ("docusign", "iss sub aud exp iat scope", 300),
        ("box", "iss sub aud exp box_sub_type jti", 45),
        ("okta", "iss sub aud exp jti", 300),
    ];
    assert_eq!(rows.len(), all().count());
    for (name, claims, lifetime) in rows {
        let token = planned(name, |_| {}).unwrap();
        assert_eq!(token.claims.keys().map(String::as_str).collect::<Vec<_>>().join(" "), claims, "{name}");
        assert_eq!(token.claims["exp"], json!(NOW + lifetime), "{name}");
        assert_eq!(token.expires.map(Timestamp::unix), Some(NOW + lifetime), "{name}");
        for (claim, value) in &token.claims {
            assert!(!value.is_number() || value.is_i64(), "{name} {claim} {value}");
        }
    }
}

#[test]
fn no_target_takes_ed25519_or_hears_of_another_algorithm() {
    let key = generate(KeyAlgorithm::Ed25519);
    for (name, rules) in all() {
        let error = plan(&wanted(name), &key).unwrap_err();
        assert!(error.to_string().ends_with("would refuse a key of type Ed25519"), "{name}: {error}");
        for algorithm in Algorithm::ALL {
            let planned = planned(name, |wanted| wanted.algorithm = Some(algorithm));
            let rsa = KeyAlgorithm::Rsa { bits: 2048 };
            match (rules.algorithms.contains(&algorithm), algorithm.fits(rsa)) {
                (true, true) => assert_eq!(planned.unwrap().header.algorithm(), algorithm, "{name}"),
                (true, false) => assert_eq!(planned.unwrap_err().kind(), "algorithm_mismatch", "{name} {algorithm}"),
                (false, _) => assert_eq!(planned.unwrap_err().kind(), "target_refuses", "{name} {algorithm}"),
            }
        }
    }
    let usual = |name: &str, key: &PrivateKey| plan(&wanted(name), key).unwrap().header.algorithm();
    assert_eq!(usual("okta", &generate(KeyAlgorithm::P384)), Algorithm::Es384);
    assert_eq!(usual("netsuite", &generate(KeyAlgorithm::P521)), Algorithm::Es512);
    assert_eq!((usual("box", &RSA), usual("netsuite", &RSA_3072)), (Algorithm::Rs512, Algorithm::Ps256));
}

#[test]
fn what_a_target_needs_and_was_not_given_is_named() {
    for (name, rules) in all() {
        assert_eq!(kind(name, |wanted| wanted.issuer = None), "token_incomplete", "{name}");
        assert_eq!(kind(name, |wanted| wanted.issuer = Some("")), "token_incomplete", "{name}");
        let without_subject = planned(name, |wanted| wanted.subject = None);
        let is_needed = ["box", "docusign", "salesforce", "snowflake"].contains(&name);
        assert_eq!(without_subject.is_err(), is_needed, "{name}");
        let without_scope = planned(name, |wanted| wanted.scopes = &[]);
        assert_eq!(without_scope.is_err(), ["google", "netsuite"].contains(&name), "{name}");
        assert!(!rules.client.is_empty() && !rules.source.is_empty(), "{name}");
    }
    let (message, cause) = said("netsuite", |wanted| wanted.key_name = None);
    assert_eq!(message, "a token for NetSuite needs a `kid`, by which the key is found again");
    assert!(cause.contains("OAuth 2.0 Client Credentials") && cause.contains("docs.oracle.com"), "{cause}");
    let (message, cause) = said("entra", |wanted| wanted.certificate = None);
    assert!(message.starts_with("a token for Microsoft Entra needs the key's certificate"), "{message}");
    assert!(cause.contains("certificate-credentials"), "{cause}");
    for name in ["entra", "netsuite", "okta"] {
        assert_eq!(kind(name, |wanted| wanted.login = None), "token_incomplete", "{name}");
        planned(name, |wanted| (wanted.login, wanted.audience) = (None, Some("https://a.example"))).unwrap();
    }
}

#[test]
fn a_longer_life_than_the_target_takes_is_refused() {
    let rows = [
        ("salesforce", Some(180)),
        ("entra", None),
        ("google", Some(3600)),
        ("snowflake", Some(3600)),
        ("netsuite", Some(3599)),
        ("docusign", Some(3600)),
        ("box", Some(60)),
        ("okta", Some(3600)),
    ];
    for (name, longest) in rows {
        let lasts = |seconds: u32| planned(name, |wanted| wanted.lifetime = Some(seconds));
        let most = longest.unwrap_or(864_000);
        assert_eq!(lasts(most).unwrap().claims["exp"], json!(NOW + i64::from(most)), "{name}");
        assert_eq!(lasts(most + 1).is_err(), longest.is_some(), "{name}");
    }
    let (message, cause) = said("salesforce", |wanted| wanted.lifetime = Some(181));
    assert_eq!(message, "Salesforce would refuse a token that is valid for 181 seconds");
    assert_eq!(cause, "Salesforce takes tokens of 180 seconds at most (Salesforce Help, remoteaccess_oauth_jwt_flow)");
}

#[test]
fn the_subject_is_what_the_target_asks_for() {
    for name in ["entra", "okta"] {
        let token = planned(name, |wanted| wanted.subject = Some("client")).unwrap();
        assert_eq!(token.claims["sub"], "client");
        assert_eq!(kind(name, |wanted| wanted.subject = Some("user")), "target_refuses", "{name}");
    }
    assert_eq!(kind("netsuite", |wanted| wanted.subject = Some("user")), "target_refuses");
    for name in ["box", "docusign"] {
        assert_eq!(kind(name, |wanted| wanted.subject = Some("a@b.example")), "target_refuses", "{name}");
    }
    let named = |wanted: &mut SignToken<'_>| (wanted.issuer, wanted.subject) = (Some("xy1.eu-west-1"), Some("Joe"));
    let token = planned("snowflake", named).unwrap();
    assert_eq!(token.claims["sub"], "XY1.JOE");
    assert!(token.claims["iss"].as_str().unwrap().starts_with("XY1.JOE.SHA256:"));
}

#[test]
fn headers_name_the_key_as_each_target_asks() {
    let members = |name: &str, key_name: Option<&'static str>| {
        let token = planned(name, |wanted| wanted.key_name = key_name.or(wanted.key_name)).unwrap();
        let names: Vec<String> = token.header.members().keys().cloned().collect();
        (names.join(" "), token.header.members().get("kid").cloned().unwrap_or_default(), token.notices.len())
    };
    let row = |names: &str, kid: serde_json::Value, notices| (names.to_owned(), kid, notices);
    for name in ["salesforce", "google", "snowflake", "docusign"] {
        assert_eq!(members(name, None), row("alg typ", Value::Null, 0), "{name}");
    }
    assert_eq!(members("google", Some("id")), row("alg typ kid", json!("id"), 0));
    assert_eq!(members("netsuite", None), row("alg typ kid", json!("certificate-id"), 0));
    assert_eq!(members("entra", None), row("alg typ x5t#S256", Value::Null, 0));
    assert_eq!(members("box", None), row("alg typ", Value::Null, 1));
    assert_eq!(members("box", Some("id")), row("alg typ kid", json!("id"), 0));
    assert_eq!(members("okta", Some("id")), row("alg typ kid", json!("id"), 0));
    assert_eq!(members("okta", None), row("alg typ kid", jwk::thumbprint(&RSA.public_key()).into(), 1));
}

#[test]
fn identifiers_are_made_where_they_are_asked_for() {
    for (name, is_made) in [("box", true), ("entra", true), ("okta", true), ("salesforce", false), ("google", false)] {
        assert_eq!(planned(name, |_| {}).unwrap().claims.contains_key("jti"), is_made, "{name}");
        let token = planned(name, |wanted| wanted.token_id = Some("0123456789abcdef")).unwrap();
        assert_eq!(token.claims["jti"], "0123456789abcdef", "{name}");
        let fresh = planned(name, |wanted| wanted.token_id = Some("")).unwrap();
        assert_eq!(fresh.claims["jti"].as_str().map(str::len), Some(36), "{name}");
    }
    let long = "x".repeat(128);
    let id =
        |id: &str| planned("box", |wanted| wanted.token_id = Some(Box::leak(id.to_owned().into_boxed_str()))).is_ok();
    assert!(id(&long) && !id(&format!("{long}x")) && !id("0123456789abcde"));
}

#[test]
fn scopes_are_written_as_each_target_reads_them() {
    let scope = |name: &str, scopes: &[&str]| {
        let scopes: Vec<String> = scopes.iter().map(|&it| it.to_owned()).collect();
        planned(name, |wanted| wanted.scopes = Vec::leak(scopes)).unwrap().claims.get("scope").cloned()
    };
    assert_eq!(scope("google", &["a", "b"]), Some(json!("a b")));
    assert_eq!(scope("google", &["a,b  c"]), Some(json!("a b c")));
    assert_eq!(scope("netsuite", &["restlets"]), Some(json!("restlets")));
    assert_eq!(scope("netsuite", &["restlets,rest_webservices"]), Some(json!(["restlets", "rest_webservices"])));
    assert_eq!(scope("docusign", &[]), Some(json!("signature impersonation")));
    for name in ["salesforce", "entra", "okta", "box", "snowflake"] {
        assert_eq!(scope(name, &["a"]), None, "{name}");
        let target: &Target = name.parse().unwrap();
        assert!(!target.reads_scope_in_token(), "{name}");
    }
}

#[test]
fn further_claims_say_nothing_twice() {
    let with = |name: &str, claim: &str, value: Value| {
        planned(name, |wanted| drop(wanted.claims.insert(claim.to_owned(), value)))
    };
    for claim in ["iss", "sub", "aud", "exp", "jti", "scope", "iat"] {
        assert_eq!(with("salesforce", claim, json!("x")).unwrap_err().kind(), "claim_unfit", "{claim}");
    }
    assert_eq!(with("entra", "nbf", json!(NOW)).unwrap_err().kind(), "claim_unfit");
    assert_eq!(with("salesforce", "nbf", json!(NOW)).unwrap().claims["nbf"], NOW);
    assert_eq!(with("salesforce", "nbf", json!(1.5)).unwrap_err().kind(), "claim_unfit");
    assert_eq!(with("salesforce", "role", json!([1, true])).unwrap().claims["role"], json!([1, true]));
    assert_eq!(with("box", "box_sub_type", json!("user")).unwrap().claims["box_sub_type"], "user");
    assert_eq!(with("box", "box_sub_type", json!("admin")).unwrap_err().kind(), "target_refuses");
    assert_eq!(planned("box", |_| {}).unwrap().claims["box_sub_type"], "enterprise");
}

#[test]
fn without_a_target_a_token_says_just_what_was_asked() {
    let key = generate(KeyAlgorithm::P256);
    let bare = plan(&SignToken::default(), &key).unwrap();
    assert_eq!((bare.claims, bare.expires), (Map::new(), None));
    assert_eq!(bare.header.to_string(), r#"{"alg":"ES256","typ":"JWT"}"#);
    let scopes = vec!["a".to_owned(), "b".to_owned()];
    let mut wanted = SignToken {
        issuer: Some("me"),
        audience: Some("you"),
        lifetime: Some(60),
        key_name: Some("k"),
        scopes: &scopes,
        ..SignToken::default()
    };
    let token = plan(&wanted, &key).unwrap();
    assert_eq!(json!(token.claims), json!({ "iss": "me", "aud": "you", "exp": NOW + 60, "scope": "a b" }));
    assert_eq!(token.header.members()["kid"], "k");
    wanted.claims.insert("aud".to_owned(), json!(["a", "b"]));
    assert_eq!(plan(&wanted, &key).unwrap_err().kind(), "claim_unfit");
    wanted.audience = None;
    assert_eq!(plan(&wanted, &key).unwrap().claims["aud"], json!(["a", "b"]));
    wanted.claims.insert("aud".to_owned(), json!(["a", 1]));
    assert_eq!(plan(&wanted, &key).unwrap_err().kind(), "claim_unfit");
}

#[test]
fn keys_and_certificates_that_do_not_serve_are_refused() {
    let short = pkcs1::decode(include_bytes!("../../../testdata/pkcs1/rsa-1024.der")).unwrap();
    let bare = SignToken::default();
    assert_eq!(plan(&bare, &short).unwrap_err().kind(), "weak_key");
    for (name, _) in all() {
        assert!(plan(&wanted(name), &short).is_err(), "{name}");
    }
    let (ours, others) = (certificate(&RSA, 365), certificate(&RSA_3072, 365));
    for (name, _) in all().filter(|(name, _)| *name != "netsuite") {
        let with = |certificate| plan(&SignToken { certificate: Some(certificate), ..wanted(name) }, &RSA);
        with(&ours).unwrap();
        let error = with(&others).unwrap_err();
        assert_eq!(error.kind(), "pairing_mismatch", "{name}");
        assert_eq!(error.to_string(), "the key and the certificate do not belong together");
    }
    let expired = certificate(&RSA, 29);
    let error = plan(&SignToken { certificate: Some(&expired), ..wanted("entra") }, &RSA).unwrap_err();
    assert_eq!(
        error.to_string(),
        "Microsoft Entra would refuse a token of a certificate that expired at 2026-11-20T12:00:00Z"
    );
    plan(&SignToken { certificate: Some(&expired), ..wanted("salesforce") }, &RSA).unwrap();
}

/// The cells of the rows in `docs/reference/tokens.md` that speak of `name`, of both tables.
fn documented(name: &str) -> Vec<String> {
    let page = include_str!("../../../docs/reference/tokens.md");
    let rows = page.lines().filter(|line| line.starts_with(&format!("| `{name}` |")));
    let cells = rows.flat_map(|line| line.trim_matches('|').split('|').skip(1));
    cells.map(|cell| cell.replace('`', "").trim().to_owned()).collect()
}

#[test]
fn the_page_says_what_the_rows_say() {
    for (name, rules) in all() {
        let exchange = &rules.exchange;
        let algorithms: Vec<&str> = rules.algorithms.iter().map(|it| it.name()).collect();
        let key_name = match rules.key_name {
            KeyName::CertificateSha256 => "x5t#S256",
            KeyName::Given { demand: Demand::Must, .. } => "kid, needed",
            KeyName::Given { .. } => "kid, if given",
            KeyName::None => "",
            KeyName::Thumbprint { .. } => "kid, else RFC 7638",
        };
        let audience = match rules.audience {
            Audience::Endpoint => "the token endpoint",
            Audience::Host => "the host alone",
            Audience::Login { .. } => "the login address",
            Audience::None => "",
        };
        let claims = rules.claims.iter().map(|claim| match *claim {
            Claim::IssuedAt => "iat",
            Claim::NotBefore => "nbf",
            Claim::OneOf { name, .. } => name,
            Claim::Scope { .. } => "scope",
            Claim::TokenId { .. } => "jti",
        });
        let grant = match exchange.grant {
            Grant::Bearer => "none",
            Grant::ClientCredentials => "client credentials",
            Grant::JwtBearer => "JWT bearer",
        };
        let cells = documented(name);
        let [alg, key, _, sub, aud, further, usual, longest, login, path, how] = cells.as_slice() else {
            panic!("{name}: {cells:?}");
        };
        assert_eq!(*alg, algorithms.join(", "), "{name}");
        assert_eq!((key.as_str(), aud.as_str()), (key_name, audience), "{name}");
        assert_eq!(*further, claims.collect::<Vec<_>>().join(", "), "{name}");
        assert_eq!(sub.is_empty(), rules.subject == Party::Nobody, "{name}");
        assert_eq!(sub == "the issuer", rules.subject == Party::Client, "{name}");
        assert_eq!(*usual, format!("{} s", rules.lifetime.usual), "{name}");
        let most = rules.lifetime.longest.map_or_else(|| "none".to_owned(), |most| format!("{most} s"));
        assert_eq!(*longest, most, "{name}");
        assert_eq!(login, exchange.login.usual.unwrap_or(exchange.login.pattern), "{name}");
        assert_eq!((path.as_str(), how.as_str()), (exchange.path, grant), "{name}");
    }
}
