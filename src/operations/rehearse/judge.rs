//! The verifier: a posted form against what is registered, by the rules of its target.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use super::app::{RegisteredApp, SeenTokens};
use super::claims::Claims;
use super::words::{self, Answered, Fault};
use super::{Check, Judgement, Outcome};
use crate::clock::Timestamp;
use crate::crypto::{DigestAlgorithm, PublicKey};
use crate::formats::jwk;
use crate::formats::jwt::{self, Algorithm, Unchecked, VerifyingKey};
use crate::http::{Field, read_form};
use crate::operations::target::{Demand, Grant, KeyName, TokenRules};
use crate::secret::Token;

const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const CLIENT_ASSERTION: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// The checks of one request, as they are made.
pub(super) struct Bench<'a> {
    pub(super) app: &'a RegisteredApp<'a>,
    pub(super) rules: &'static TokenRules,
    pub(super) now: Timestamp,
    checks: Vec<Check>,
}

impl Bench<'_> {
    /// The service takes it.
    pub(super) fn kept(&mut self, id: &'static str, met: impl Into<String>) {
        self.note(id, Outcome::Kept, met, None, self.rules.source);
    }

    /// The standard in `source` asks for something else; the service is not known to insist on it.
    pub(super) fn warned(&mut self, id: &'static str, met: impl Into<String>, source: &'static str) {
        self.note(id, Outcome::Warned, met, None, source);
    }

    /// Only the service can tell.
    pub(super) fn unknowable(&mut self, id: &'static str, met: impl Into<String>) {
        self.note(id, Outcome::Unknowable, met, None, self.rules.source);
    }

    /// The service refuses it, in its own words where they are known.
    pub(super) fn refused(&mut self, id: &'static str, fault: Fault, met: impl Into<String>) {
        let (answered, source) = match words::known(self.app.target.name, fault) {
            Some(row) => (row.answered, row.source),
            None => (words::by_standard(self.rules.exchange.grant, fault), "RFC 7523 section 3"),
        };
        self.note(id, Outcome::Refused, met, Some(answered), source);
    }

    /// Refused where this service is known to insist on it, and a warning elsewhere.
    pub(super) fn refused_if_known(
        &mut self,
        id: &'static str,
        fault: Fault,
        met: impl Into<String>,
        source: &'static str,
    ) {
        match words::known(self.app.target.name, fault) {
            Some(_) => self.refused(id, fault, met),
            None => self.warned(id, met, source),
        }
    }

    fn note(
        &mut self,
        id: &'static str,
        outcome: Outcome,
        met: impl Into<String>,
        answered: Option<Answered>,
        source: &'static str,
    ) {
        self.checks.push(Check { id, outcome, met: met.into(), answered, source });
    }
}

/// Judges the form that was posted to the token endpoint of `app` at the moment `now`. `seen` are the tokens that it has
/// taken before.
///
/// ```
/// use certwright::formats::x509::Certificate;
/// use certwright::operations::{RegisteredApp, SeenTokens, judge_request};
///
/// # let pem = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/x509/leaf.crt"))?;
/// # let pem = certwright::files::Input::new("a", pem.into());
/// # let (passwords, limits) = (certwright::secret::NoPasswords, certwright::limits::Limits::default());
/// # let opened = certwright::operations::open_certificates(&pem, &passwords, &limits)?;
/// let certificate: &Certificate = &opened[0];
/// let app = RegisteredApp {
///     target: "salesforce".parse()?,
///     client: "3MVG9",
///     user: Some("admin@example.com"),
///     certificate,
///     login: "https://login.salesforce.com",
///     endpoint: "https://login.salesforce.com/services/oauth2/token",
/// };
/// let now = "2026-11-21T12:00:00Z".parse()?;
/// let judged = judge_request(b"grant_type=password&assertion=a.b.c", &app, now, &mut SeenTokens::default());
/// let answered = judged.refusal().ok_or("it was taken")?;
/// assert_eq!((answered.error, answered.description), ("unsupported_grant_type", Some("grant type not supported")));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn judge_request(form: &[u8], app: &RegisteredApp<'_>, now: Timestamp, seen: &mut SeenTokens) -> Judgement {
    let Some(rules) = app.rules() else { return Judgement::default() };
    let mut bench = Bench { app, rules, now, checks: Vec::new() };
    match read_form(form) {
        Err(fault) => bench.refused("grant_type", Fault::GrantType, format!("the request is no form: {fault}")),
        Ok(fields) => {
            if let Some(assertion) = judge_form(&mut bench, &fields) {
                judge_assertion(&mut bench, assertion, seen);
            }
        }
    }
    Judgement { checks: bench.checks }
}

/// The assertion among the fields of a form that is to be posted.
pub(super) fn assertion_among<'a>(fields: &[Field<'a>]) -> &'a str {
    let field = fields.iter().find(|field| matches!(field.name, "assertion" | "client_assertion"));
    field.map_or("", |field| field.value)
}

/// Whether the posted form holds this assertion.
pub(super) fn holds(form: &[u8], assertion: &str) -> bool {
    read_form(form).is_ok_and(|fields| fields.iter().any(|(_, value)| value.expose() == assertion))
}

/// The fields besides the assertion's content; the answer is the assertion.
fn judge_form<'a>(bench: &mut Bench<'_>, fields: &'a [(String, Token)]) -> Option<&'a str> {
    // RFC 6749 section 3.2: no parameter stands twice.
    let mut twice = Vec::new();
    let mut field = |name: &str| {
        let mut found = fields.iter().filter(|(field, _)| field == name).map(|(_, value)| value.expose());
        let first = found.next().filter(|value| !value.is_empty());
        if found.next().is_some() {
            twice.push(name.to_owned());
        }
        first
    };
    let is_grant = bench.rules.exchange.grant == Grant::JwtBearer;
    let wanted = if is_grant { JWT_BEARER } else { "client_credentials" };
    let name = if is_grant { "assertion" } else { "client_assertion" };
    let (grant_type, assertion) = (field("grant_type"), field(name));
    let (kind, client) = (field("client_assertion_type"), field("client_id"));
    match grant_type {
        Some(met) if met == wanted => bench.kept("grant_type", format!("`{wanted}`")),
        Some(met) => bench.refused("grant_type", Fault::GrantType, format!("`{met}`, and `{wanted}` is wanted")),
        None => bench.refused("grant_type", Fault::GrantType, format!("there is none, and `{wanted}` is wanted")),
    }
    for name in twice {
        let met = format!("the parameter `{name}` stands twice in the form");
        bench.refused("form", Fault::Malformed, met);
    }
    if !is_grant && kind != Some(CLIENT_ASSERTION) {
        let met = format!("`client_assertion_type` is not `{CLIENT_ASSERTION}`");
        bench.refused("form", Fault::Malformed, met);
    }
    if let Some(client) = client.filter(|client| *client != bench.app.client) {
        bench.refused("form", Fault::Client, format!("`client_id` is `{client}`, and the app is another"));
    }
    if assertion.is_none() {
        bench.refused("assertion", Fault::Malformed, format!("the form has no `{name}`"));
    }
    assertion
}

fn judge_assertion(bench: &mut Bench<'_>, assertion: &str, seen: &mut SeenTokens) {
    let read = match jwt::read_unchecked(assertion) {
        Err(fault) => return bench.refused("assertion", Fault::Malformed, phrase(&fault)),
        Ok(Unchecked { is_encrypted: true, .. }) => {
            return bench.refused("assertion", Fault::Malformed, "it is encrypted (JWE), and a signed token is wanted");
        }
        Ok(Unchecked { claims: None, .. }) => {
            return bench.refused("assertion", Fault::Malformed, "its claims are no JSON object");
        }
        Ok(read) => read,
    };
    bench.kept("assertion", "three parts in base64url; header and claims are JSON objects");
    judge_signature(bench, assertion, &read.header);
    judge_key_name(bench, &read.header);
    if let Some(claims) = &read.claims {
        Claims { claims }.judge(bench, seen);
    }
}

fn judge_signature(bench: &mut Bench<'_>, assertion: &str, header: &Map<String, Value>) {
    let named = header.get("alg").and_then(Value::as_str).unwrap_or_default();
    let taken = bench.rules.algorithms;
    let Some(algorithm) = taken.iter().copied().find(|algorithm| algorithm.name() == named) else {
        let list: Vec<&str> = taken.iter().map(|algorithm| algorithm.name()).collect();
        let met = format!("`{named}`, and {} takes {}", bench.app.target.title, list.join(", "));
        bench.refused("algorithm", Fault::Algorithm, met);
        return bench.unknowable("signature", "it was not looked at, since the algorithm is not taken");
    };
    bench.kept("algorithm", algorithm.name());
    let (key, of) = match bench.app.certificate.public_key() {
        Ok(key) => {
            let fingerprint: String = match bench.app.certificate.key_fingerprint() {
                Ok(fingerprint) => fingerprint.to_string().chars().take(16).collect(),
                Err(_) => String::new(),
            };
            let of = format!("the key of the certificate ({}, sha256:{fingerprint}…)", key.algorithm());
            (key, of)
        }
        Err(fault) => {
            let met = format!("the certificate's key cannot be read: {}", phrase(&fault));
            return bench.refused("signature", Fault::Signature, met);
        }
    };
    match verified(assertion, key, algorithm) {
        Ok(()) => bench.kept("signature", format!("{of} verifies it")),
        Err(why) => bench.refused("signature", Fault::Signature, format!("{of} does not verify it: {why}")),
    }
}

fn verified(assertion: &str, key: PublicKey, algorithm: Algorithm) -> Result<(), String> {
    let key = VerifyingKey::new(key, algorithm).map_err(|fault| fault.to_string())?;
    jwt::verify(assertion, &key).map(drop).map_err(|fault| fault.to_string())
}

/// How the header names the key.
fn judge_key_name(bench: &mut Bench<'_>, header: &Map<String, Value>) {
    let text = |name: &str| header.get(name).and_then(Value::as_str);
    match bench.rules.key_name {
        KeyName::CertificateSha256 => {
            let own = URL_SAFE_NO_PAD.encode(bench.app.certificate.fingerprint(DigestAlgorithm::Sha256).as_bytes());
            match text("x5t#S256") {
                Some(met) if met == own => bench.kept("key_name", "`x5t#S256` is that of the certificate"),
                Some(met) => {
                    let met = format!("`x5t#S256` is `{met}`, and that of the certificate is `{own}`");
                    bench.refused("key_name", Fault::KeyName, met);
                }
                None => bench.refused("key_name", Fault::KeyName, "the header has no `x5t#S256`"),
            }
        }
        KeyName::Given { demand, found } => match text("kid") {
            Some(kid) => bench.unknowable("key_name", format!("whether `kid` `{kid}` is right: {found}")),
            None if demand == Demand::Must => {
                bench.refused("key_name", Fault::KeyName, format!("the header has no `kid`: {found}"))
            }
            None => bench.kept("key_name", "the header has no `kid`, and needs none for the only key"),
        },
        KeyName::Thumbprint { found } => {
            let own = bench.app.certificate.public_key().ok().map(|key| jwk::thumbprint(&key));
            match text("kid") {
                Some(kid) if own.as_deref() == Some(kid) => {
                    bench.unknowable(
                        "key_name",
                        format!("`kid` is the key's thumbprint; whether it is registered so: {found}"),
                    );
                }
                Some(kid) => bench.unknowable("key_name", format!("whether `kid` `{kid}` is right: {found}")),
                None => bench.refused("key_name", Fault::KeyName, "the header has no `kid`"),
            }
        }
        _ => {}
    }
}

/// What an error says, with the facts below it.
fn phrase(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(below) = source {
        text = format!("{text}: {below}");
        source = below.source();
    }
    text
}
