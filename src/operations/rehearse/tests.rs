//! Each refusal by a request that is wrong in one thing, in the words that Salesforce is known for; what it is not known
//! to refuse is a warning.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::*;
use crate::crypto::{KeyAlgorithm, PrivateKey, SignatureForm, SystemRandom};
use crate::formats::jwt::Algorithm;
use crate::formats::x509::{self, Certificate, CertificateParameters, Details, DistinguishedName, Validity};
use crate::operations::{Found, ServerWords, explain};

mod whole;

const LOGIN: &str = "https://login.salesforce.com";
const MY_DOMAIN: &str = "https://acme.my.salesforce.com";
const SANDBOX: &str = "https://acme--dev.sandbox.my.salesforce.com";
const GRANT: &str = "urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer";

fn now() -> Timestamp {
    "2026-11-21T12:00:00Z".parse().unwrap()
}

/// A key with its certificate, and the app that holds it.
struct Pair {
    key: PrivateKey,
    certificate: Certificate,
}

impl Pair {
    fn new(algorithm: KeyAlgorithm) -> Self {
        let mut rng = SystemRandom::new();
        let key = PrivateKey::generate(algorithm, &mut rng).unwrap();
        let not_before = now().plus_seconds(-300).unwrap();
        let parameters = CertificateParameters {
            subject: DistinguishedName::parse("CN=example").unwrap(),
            subject_alt_names: Vec::new(),
            validity: Validity { not_before, not_after: not_before.plus_days(90).unwrap() },
            public_key: key.public_key(),
            is_ca: false,
        };
        let certificate = x509::self_sign(&parameters, &Details::default(), &key, &mut rng).unwrap();
        Self { key, certificate }
    }

    fn app<'a>(&'a self, target: &str, login: &'a str) -> RegisteredApp<'a> {
        let target: &'static Target = target.parse().unwrap();
        let endpoint = format!("{login}{}", target.token.unwrap().exchange.path);
        RegisteredApp {
            target,
            client: "3MVG9",
            user: Some("admin@example.com"),
            certificate: &self.certificate,
            login,
            endpoint: endpoint.leak(),
        }
    }

    /// A token over whatever header and claims.
    fn token(&self, algorithm: Algorithm, header: &str, claims: &str) -> String {
        let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
        let mut rng = SystemRandom::new();
        let signature =
            self.key.sign(algorithm.signature(), SignatureForm::Fixed, signed.as_bytes(), &mut rng).unwrap();
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    fn salesforce(&self, claims: &Value) -> String {
        self.token(Algorithm::Rs256, r#"{"alg":"RS256","typ":"JWT"}"#, &claims.to_string())
    }
}

fn rsa() -> Pair {
    Pair::new(KeyAlgorithm::Rsa { bits: 2048 })
}

fn good() -> Value {
    json!({ "iss": "3MVG9", "sub": "admin@example.com", "aud": MY_DOMAIN, "exp": now().unix() + 180 })
}

/// The good claims with another value, or without the claim where that is null.
fn but(name: &str, value: Value) -> Value {
    let mut claims = good();
    match value {
        Value::Null => drop(claims.as_object_mut().unwrap().remove(name)),
        value => claims[name] = value,
    }
    claims
}

fn form(token: &str) -> String {
    format!("grant_type={GRANT}&assertion={token}")
}

fn judge(form: &str, app: &RegisteredApp<'_>) -> Judgement {
    judge_request(form.as_bytes(), app, now(), &mut SeenTokens::default())
}

/// What is refused, in the words of the answer, and the checks that refuse.
#[track_caller]
fn refused(judgement: &Judgement) -> (&'static str, Option<&'static str>, Vec<&'static str>) {
    let answered = judgement.refusal().unwrap_or_else(|| panic!("it was taken: {:?}", judgement.checks));
    (answered.error, answered.description, of(judgement, Outcome::Refused))
}

fn of(judgement: &Judgement, outcome: Outcome) -> Vec<&'static str> {
    judgement.checks.iter().filter(|check| check.outcome == outcome).map(|check| check.id).collect()
}

#[test]
fn what_salesforce_takes_is_taken() {
    let pair = rsa();
    for (login, audience) in [
        (MY_DOMAIN, MY_DOMAIN),
        (SANDBOX, SANDBOX),
        ("https://gs1.my.salesforce.com", "https://gs1.salesforce.com"),
        ("https://acme.my.site.com/partners", "https://acme.my.site.com/partners"),
    ] {
        let judged = judge(&form(&pair.salesforce(&but("aud", audience.into()))), &pair.app("salesforce", login));
        assert_eq!((judged.refusal(), of(&judged, Outcome::Warned)), (None, vec![]), "{login} {judged:?}");
        assert_eq!(judged.answer().status, 200);
    }
    // The order of the fields, and further claims and fields, are no matter.
    let token = pair.salesforce(&but("purpose", "test".into()));
    let turned = format!("assertion={token}&x=y&grant_type={GRANT}");
    assert_eq!(judge(&turned, &pair.app("salesforce", MY_DOMAIN)).refusal(), None);
}

#[test]
fn each_fault_is_refused_in_the_words_of_salesforce() {
    let pair = rsa();
    let other = rsa();
    let app = pair.app("salesforce", MY_DOMAIN);
    let of = |claims: &Value| form(&pair.salesforce(claims));
    let token = pair.salesforce(&good());
    let (head, rest) = token.split_once('.').unwrap();
    let (claims, signature) = rest.split_once('.').unwrap();
    let changed = URL_SAFE_NO_PAD.encode(but("added", 1.into()).to_string());
    let assertion = |token: String| (form(&token), "invalid_grant", "invalid assertion", "assertion");
    let signature_of = |token: String| (form(&token), "invalid_grant", "invalid assertion", "signature");
    let algorithm = |algorithm: Algorithm, header: &str| {
        let token = pair.token(algorithm, header, &good().to_string());
        (form(&token), "invalid_grant", "invalid assertion", "algorithm")
    };
    let audience = |value: Value| (of(&but("aud", value)), "invalid_grant", "audience is invalid", "audience");
    let client = |value: Value| (of(&but("iss", value)), "invalid_client_id", "client identifier invalid", "client");
    let user =
        |value: Value| (of(&but("sub", value)), "invalid_grant", "user hasn't approved this consumer", "subject");
    let expired = |ago: i64| {
        (of(&but("exp", (now().unix() - ago).into())), "invalid_grant", "expired authorization code", "expiry")
    };
    let grant = |form: String| (form, "unsupported_grant_type", "grant type not supported", "grant_type");
    for (form, error, description, check) in [
        grant(format!("grant_type=password&assertion={token}")),
        grant(format!("assertion={token}")),
        grant(format!("grant_type={}&assertion={token}", GRANT.to_uppercase())),
        grant("{\"grant_type\":\"x y\"}".to_owned()),
        (format!("grant_type={GRANT}"), "invalid_grant", "invalid assertion", "assertion"),
        assertion(String::new()),
        assertion("a.b.c".to_owned()),
        assertion(format!("{head}.{claims}")),
        assertion(format!("{token}.x")),
        assertion(format!("{head}.{claims}%3D.{signature}")),
        assertion(format!("{head}.bm90IGpzb24.{signature}")),
        assertion(format!("bm90IGpzb24.{claims}.{signature}")),
        algorithm(Algorithm::Rs512, r#"{"alg":"RS512"}"#),
        algorithm(Algorithm::Ps256, r#"{"alg":"PS256"}"#),
        signature_of(format!("{head}.{changed}.{signature}")),
        signature_of(other.salesforce(&good())),
        signature_of(pair.token(Algorithm::Rs512, r#"{"alg":"RS256"}"#, &good().to_string())),
        client("3MVG8".into()),
        client(7.into()),
        client(Value::Null),
        user("other@example.com".into()),
        user(Value::Null),
        audience(Value::Null),
        audience("https://test.salesforce.com".into()),
        audience("http://acme.my.salesforce.com".into()),
        audience("https://acme.my.salesforce.com/services/oauth2/token".into()),
        audience("https://acme.my.salesforce.com.example".into()),
        audience(json!([MY_DOMAIN, LOGIN])),
        audience(7.into()),
        expired(0),
        expired(3600),
    ] {
        let judged = judge(&form, &app);
        assert_eq!(refused(&judged), (error, Some(description), vec![check]), "{form}\n{judged:?}");
        let answer: Value = serde_json::from_slice(&judged.answer().body).unwrap();
        assert_eq!(answer, json!({ "error": error, "error_description": description }));
        assert_eq!(judged.answer().status, 400);
    }
}

#[test]
fn what_is_unsigned_or_signed_with_the_public_key_is_refused() {
    let pair = rsa();
    let app = pair.app("salesforce", MY_DOMAIN);
    for header in [r#"{"alg":"none"}"#, r#"{"alg":"HS256"}"#, r#"{"alg":"rs256"}"#] {
        let token = format!("{}.{}.", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(good().to_string()));
        let (error, description, _) = refused(&judge(&form(&token), &app));
        assert_eq!((error, description), ("invalid_grant", Some("invalid assertion")), "{header}");
    }
    let token = pair.token(Algorithm::Rs256, r#"{"alg":"RS256","crit":["x"],"x":1}"#, &good().to_string());
    assert!(judge(&form(&token), &app).refusal().is_some());
}

#[test]
fn what_salesforce_is_not_known_to_refuse_is_a_warning() {
    let pair = rsa();
    let app = pair.app("salesforce", MY_DOMAIN);
    let at = |seconds: i64| Value::from(now().unix() + seconds);
    for (name, value, check, said) in [
        ("exp", at(181), "expiry", "older documentation says (5 minutes)"),
        ("exp", at(301), "expiry", "301 s ahead"),
        ("exp", json!((now().unix() + 60) * 1000), "expiry", "milliseconds"),
        ("exp", json!((now().unix() + 60).to_string()), "expiry", "is a text"),
        ("exp", json!((now().unix() + 60) as f64 + 0.5), "expiry", "no whole number"),
        ("iat", at(60), "issued_at", "60 s in the future"),
        ("nbf", at(60), "not_before", "60 s in the future"),
        ("aud", json!("https://acme.my.salesforce.com/"), "audience", "slash at its end"),
        ("aud", json!([MY_DOMAIN]), "audience", "a list of one"),
        ("aud", json!(LOGIN), "audience", "External Client App"),
    ] {
        let judged = judge(&form(&pair.salesforce(&but(name, value.clone()))), &app);
        assert_eq!((judged.refusal(), of(&judged, Outcome::Warned)), (None, vec![check]), "{name} {value}");
        let warned = judged.checks.iter().find(|check| check.outcome == Outcome::Warned).unwrap();
        assert!(warned.met.contains(said), "{warned:?}");
    }
    let longer = judge(&form(&pair.salesforce(&but("exp", at(301)))), &app);
    assert!(!longer.checks.iter().any(|check| check.met.contains("older")), "{longer:?}");
    for value in [Value::Null, json!("soon"), json!("-1"), json!(null), json!([1]), json!(true)] {
        let judged = judge(&form(&pair.salesforce(&but("exp", value.clone()))), &app);
        assert_eq!(refused(&judged), ("invalid_grant", None, vec!["expiry"]), "{value}");
    }
}

#[test]
fn production_and_sandbox_are_never_mixed() {
    let pair = rsa();
    let test = "https://test.salesforce.com";
    let judged = |login: &str, audience: &str| {
        let login = login.to_owned().leak();
        judge(&form(&pair.salesforce(&but("aud", audience.into()))), &pair.app("salesforce", login))
    };
    for (login, audience) in [(LOGIN, test), (test, LOGIN), (MY_DOMAIN, test), (SANDBOX, LOGIN), (LOGIN, MY_DOMAIN)] {
        assert_eq!(refused(&judged(login, audience)).1, Some("audience is invalid"), "{login} {audience}");
    }
    for (login, audience) in [(LOGIN, LOGIN), (test, test)] {
        let judged = judged(login, audience);
        assert_eq!((judged.refusal(), of(&judged, Outcome::Warned)), (None, vec!["login_address"]));
    }
    assert_eq!(of(&judged(SANDBOX, test), Outcome::Warned), ["audience"]);
}

#[test]
fn a_token_with_an_identifier_is_taken_once() {
    let pair = rsa();
    let app = pair.app("salesforce", MY_DOMAIN);
    let mut seen = SeenTokens::default();
    let mut send = |id: &str, at: i64| {
        let form = form(&pair.salesforce(&but("jti", id.into())));
        let judged = judge_request(form.as_bytes(), &app, now().plus_seconds(at).unwrap(), &mut seen);
        of(&judged, Outcome::Refused)
    };
    assert_eq!((send("a", 0), send("b", 0), send("a", 1)), (vec![], vec![], vec!["token_id"]));
    let again = form(&pair.salesforce(&good()));
    for _ in 0..2 {
        assert_eq!(judge_request(again.as_bytes(), &app, now(), &mut SeenTokens::default()).refusal(), None);
    }
}

#[test]
fn every_fault_is_found_at_once_and_the_first_is_answered() {
    let pair = rsa();
    let claims = json!({ "iss": "x", "sub": "y", "aud": "z", "exp": 1 });
    let judged = judge(&form(&pair.salesforce(&claims)), &pair.app("salesforce", MY_DOMAIN));
    assert_eq!(refused(&judged).2, ["client", "subject", "audience", "expiry"]);
    assert_eq!(judged.refusal().unwrap().error, "invalid_client_id");
    let form = format!("grant_type=a&grant_type={GRANT}&assertion={}", pair.salesforce(&good()));
    assert_eq!(refused(&judge(&form, &pair.app("salesforce", MY_DOMAIN))).2, ["grant_type", "form"]);
}

#[test]
fn words_that_are_known_are_explained() {
    for row in words::ROWS {
        let Some(description) = row.answered.description else { continue };
        let target: &Target = row.target.parse().unwrap();
        let words = ServerWords::new(row.answered.error, Some(description));
        let found = explain(&words, Some(target)).first().map(|(_, found)| *found);
        let is_known = matches!(found, Some(Found::BySentence | Found::ByCode));
        assert!(is_known, "{}: {} / {description}", row.target, row.answered.error);
    }
}

#[test]
fn other_targets_refuse_by_their_rows() {
    let pair = rsa();
    let app = pair.app("okta", "https://acme.okta.com");
    let endpoint = app.endpoint;
    let good = json!({
        "iss": "3MVG9", "sub": "3MVG9", "aud": endpoint, "exp": now().unix() + 300, "iat": now().unix(), "jti": "a"
    });
    let header = format!(r#"{{"alg":"RS256","kid":"{}"}}"#, crate::formats::jwk::thumbprint(&pair.key.public_key()));
    let send = |header: &str, claims: &Value| {
        let token = pair.token(Algorithm::Rs256, header, &claims.to_string());
        let kind = "urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer";
        let form = format!("grant_type=client_credentials&client_assertion_type={kind}&client_assertion={token}");
        judge(&form, &app)
    };
    let with = |name: &str, value: Value| {
        let mut claims = good.clone();
        claims[name] = value;
        claims
    };
    assert_eq!(send(&header, &good).refusal(), None);
    for (judged, check, words) in [
        (send(r#"{"alg":"RS256"}"#, &good), "key_name", "The client_assertion JWT kid is invalid."),
        (
            send(&header, &with("aud", "https://acme.okta.com".into())),
            "audience",
            "The audience claim for client_assertion must be the endpoint invoked for the request.",
        ),
        (send(&header, &with("exp", now().unix().into())), "expiry", "The client_assertion token is expired."),
        (
            send(&header, &with("exp", (now().unix() + 3601).into())),
            "expiry",
            "The client_assertion token has an expiration too far into the future.",
        ),
    ] {
        assert_eq!(refused(&judged), ("invalid_client", Some(words), vec![check]), "{judged:?}");
        assert_eq!(judged.answer().status, 401);
    }
    // A key of a curve that the target takes.
    let ec = Pair::new(KeyAlgorithm::P256);
    let token = ec.token(Algorithm::Es256, &header.replace("RS256", "ES256"), &good.to_string());
    let kind = "urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer";
    let form = format!("grant_type=client_credentials&client_assertion_type={kind}&client_assertion={token}");
    assert_eq!(judge(&form, &ec.app("okta", "https://acme.okta.com")).refusal(), None);
}
