//! The rehearsal as a whole: over the wire, with what is known of certificate and clock, and with what is not.

use super::*;
use crate::files::Input;
use crate::limits::Limits;
use crate::operations::lint;
use crate::secret::NoPasswords;

fn linted(pair: &Pair) -> Linted {
    let input = Input::new("server.crt", pair.certificate.der().to_vec().into());
    lint(&input, "salesforce".parse().unwrap(), &NoPasswords, &Limits::default(), now(), &mut SystemRandom::new())
}

#[test]
fn the_whole_exchange_runs_over_the_wire() {
    let pair = rsa();
    for (claims, accepted) in [(good(), true), (but("aud", "https://example.com".into()), false)] {
        let token = pair.salesforce(&claims);
        let fields = [
            Field { name: "grant_type", value: "urn:ietf:params:oauth:grant-type:jwt-bearer" },
            Field { name: "assertion", value: &token },
        ];
        let app = pair.app("salesforce", MY_DOMAIN);
        let rehearsal = rehearse(&Rehearse { app, fields: &fields, certificate: &linted(&pair) }, now()).unwrap();
        assert_eq!(rehearsal.is_accepted(), accepted, "{rehearsal:?}");
        match rehearsal.refusal {
            None => assert!(accepted),
            Some(LoginError::Refused { refusal, .. }) => {
                assert_eq!(refusal.description.as_deref(), Some("audience is invalid"));
            }
            Some(other) => panic!("{other}"),
        }
        let unknowable: Vec<&str> = rehearsal
            .checks
            .iter()
            .filter(|check| check.outcome == Outcome::Unknowable)
            .map(|check| check.id)
            .collect();
        assert_eq!(unknowable, ["server_clock", "app", "user", "policies"]);
    }
}

#[test]
fn a_certificate_that_is_refused_is_refused_before_any_token() {
    let pair = Pair::new(KeyAlgorithm::P256);
    let checks = of_certificate(&pair.app("salesforce", MY_DOMAIN), &linted(&pair));
    let refused: Vec<&Check> = checks.iter().filter(|check| check.outcome == Outcome::Refused).collect();
    assert!(refused[0].met.contains("The key is not an RSA key."), "{checks:?}");
}

#[test]
fn a_clock_that_cannot_be_right_is_told() {
    let pair = rsa();
    let app = pair.app("salesforce", MY_DOMAIN);
    let outcome = |now: Timestamp| unknown::clock(&app, now)[0].outcome;
    assert_eq!(outcome(now()), Outcome::Kept);
    assert_eq!(outcome(now().plus_seconds(-301).unwrap()), Outcome::Warned);
    assert_eq!(outcome("1970-01-01T00:10:00Z".parse().unwrap()), Outcome::Warned);
}

#[test]
fn what_has_no_token_endpoint_is_named() {
    let said = |target: &str| check_can_rehearse(target.parse().unwrap()).unwrap_err().to_string();
    assert!(said("snowflake").starts_with("a login to Snowflake cannot be rehearsed: it has no token endpoint"));
    assert!(said("java8").contains("it takes no signed token"));
    for target in ["salesforce", "entra", "google", "netsuite", "docusign", "box", "okta"] {
        check_can_rehearse(target.parse().unwrap()).unwrap();
    }
}
