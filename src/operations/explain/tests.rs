//! Rules that every row keeps, and what is found by which words.

use super::*;
use crate::operations::Target;

#[test]
fn every_row_is_whole() {
    let mut ids: Vec<&str> = Vec::new();
    for row in Explanation::all() {
        let id = row.id;
        assert!(!ids.contains(&id), "{id} stands twice");
        ids.push(id);
        let is_word = |text: &str| text.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'_');
        assert!(is_word(id) && standard_meaning(id).is_none(), "{id}");
        assert!(row.target.parse::<&Target>().is_ok_and(|target| target.name == row.target), "{id}");
        assert!(
            row.target == "salesforce" || id.starts_with(&format!("{}_", row.target)),
            "{id} does not say whose it is"
        );
        assert!(!row.phrases.is_empty() || !row.errors.is_empty() || !row.codes.is_empty(), "{id} fits nothing");
        assert!(row.phrases.iter().all(|phrase| !tokens::tokens(phrase).is_empty()), "{id}");
        assert!(row.means.ends_with('.') && !row.causes.is_empty(), "{id}");
        for cause in row.causes {
            for text in [cause.what, cause.tell, cause.mend] {
                assert_eq!(without_secrets(text, 1000), text, "{id}: what a row says is no secret");
            }
            for text in [cause.what, cause.tell, cause.mend, cause.source] {
                assert!(!text.is_empty() && !text.ends_with('.') && text.trim() == text, "{id}: {text}");
                assert_eq!(text.matches('`').count() % 2, 0, "{id}: {text}");
            }
        }
    }
    assert!(ids.len() >= 120, "only {} rows", ids.len());
}

#[test]
fn every_row_is_the_first_to_be_found_by_the_words_of_its_source() {
    for row in Explanation::all() {
        let error = row.errors.first().or(row.codes.first()).copied().unwrap_or_default();
        let target: &Target = row.target.parse().unwrap();
        let answer = serde_json::json!({ "error": error, "error_description": row.said }).to_string();
        let line = format!("2026-11-21 ERROR request failed: {error}: {}. (400)", row.said.to_uppercase());
        let words = [
            ServerWords::new(error, Some(row.said)),
            ServerWords::read(&answer),
            ServerWords::read(&line),
            ServerWords::read(row.id),
        ];
        for words in words {
            let of_target = explain(&words, Some(target));
            let of_all = explain(&words, None);
            for found in [of_target, of_all] {
                assert_eq!(found.first().map(|(row, _)| row.id), Some(row.id), "{words:?}");
            }
        }
        // A phrase finds its row without the rest.
        for phrase in row.phrases {
            let found = explain(&ServerWords::read(&phrase.replace(" … ", " x ")), Some(target));
            assert!(found.iter().any(|(it, _)| it.id == row.id), "{}: {phrase}", row.id);
        }
    }
}

#[test]
fn no_row_hides_another_by_its_code() {
    for row in Explanation::all() {
        for code in row.codes {
            let found = explain(&ServerWords::read(code), None);
            assert!(found.iter().any(|(it, _)| it.id == row.id), "{}: {code}", row.id);
        }
    }
}

fn ids(text: &str, target: Option<&str>) -> Vec<&'static str> {
    let target = target.map(|name| name.parse::<&Target>().unwrap());
    explain(&ServerWords::read(text), target).into_iter().map(|(row, _)| row.id).collect()
}

#[test]
fn lines_of_clients_are_understood() {
    let sf = "Error (JwtGrantError): We encountered a JSON web token error, which is likely not an issue with Salesforce CLI. \
        Here's the error: Error authenticating with JWT.\nErrors encountered:\nuser hasn\u{2019}t approved this consumer";
    for (text, first) in [
        (sf, "user_not_approved"),
        (
            "simple_salesforce.exceptions.SalesforceAuthenticationFailed: invalid_grant: audience is invalid",
            "audience_invalid",
        ),
        (
            "Authentication failed: 400 response:{\"error\":\"invalid_grant\",\"error_description\":\"invalid assertion\"}",
            "wrong_key",
        ),
        ("{'error': 'invalid_client_id', 'error_description': 'client identifier invalid'}", "client_id_invalid"),
        ("[{\"message\":\"Session expired or invalid\",\"errorCode\":\"INVALID_SESSION_ID\"}]", "session_invalid"),
        ("<!DOCTYPE html><html><title>Login</title>", "html_answer"),
        ("invalid_grant::authentication failure", "password_grant"),
        (
            "google.auth.exceptions.RefreshError: ('invalid_grant: Invalid JWT Signature.', {...})",
            "google_bad_signature",
        ),
        (
            "AADSTS70002: Error validating credentials. AADSTS50012: Client assertion is not within its valid time range.",
            "entra_assertion_time",
        ),
        (
            "{\"code\":\"390144\",\"message\":\"JWT token is invalid. [0123abcd-0123-4567-89ab-0123456789ab]\"}",
            "snowflake_invalid",
        ),
        ("{\"code\":\"394304\",\"message\":\"JWT token is invalid. [x]\"}", "snowflake_fingerprint"),
        (
            "Please check the 'exp' claim. The 'exp' value exceeds the maximum value of 60 seconds beyond the issue time.",
            "box_exp",
        ),
        (
            "http://localhost/?error=invalid_grant&error_description=user%20hasn%27t+approved%20this%20consumer",
            "user_not_approved",
        ),
    ] {
        assert_eq!(ids(text, None).first(), Some(&first), "{text}");
    }
}

#[test]
fn a_sentence_counts_more_than_a_number_and_a_number_more_than_an_error() {
    // Microsoft's own table gives this number to another refusal.
    let audience = "invalid_client AADSTS700023: Client assertion audience claim does not match Realm issuer.";
    assert_eq!(ids(audience, None), ["entra_audience"]);
    let certificate =
        "AADSTS700027: Client assertion contains an invalid signature. [Reason - The key used is expired.]";
    assert_eq!(ids(certificate, None).first(), Some(&"entra_certificate_expired"));
    assert_eq!(ids("AADSTS700027", None).len(), 4);
    assert_eq!(ids("invalid_client", None), ["google_client"]);
    assert_eq!(ids("invalid_client: x", Some("okta")), [""; 0]);
    assert_eq!(ids("ip restricted or invalid login hours", None), ["ip_or_hours"]);
    assert_eq!(ids("AADSTS50027: JWT token is invalid or malformed.", None), ["entra_malformed"]);
    assert_eq!(ids("invalid_grant", None), [""; 0]);
    // Logs and terminals turn the apostrophe into something else; bare numbers are what `error_codes` has.
    for apostrophe in ["\u{b4}", "`", "?", "\u{fffd}", "\u{e2}\u{20ac}\u{2122}"] {
        let text = format!("invalid_grant: user hasn{apostrophe}t approved this consumer");
        assert_eq!(ids(&text, None), ["user_not_approved"], "{text}");
    }
    for text in ["700027", "\"error_codes\":[700027]", "AADSTS700027"] {
        assert_eq!(ids(text, None).first(), Some(&"entra_key_not_found"), "{text}");
    }
    assert_eq!(ids("in 700027 ms", None), [""; 0]);
    assert_eq!(ids("unsupported_grant_type", None), ["grant_type_not_supported"]);
    assert_eq!(ids("", None), [""; 0]);
}

#[test]
fn the_nearest_rows_are_told_where_none_fits() {
    let near =
        |text: &str| closest(&ServerWords::read(text), None, 3).into_iter().map(|row| row.id).collect::<Vec<_>>();
    assert!(near("invalid_grant: this consumer was not approved by anyone").contains(&"user_not_approved"));
    assert_eq!(near("invalid_grant").len(), 3);
    assert!(near("zzz").is_empty());
    // A word in common is chance.
    assert!(near("400 Client Error for url: https://login.salesforce.com/services/oauth2/token").is_empty());
    assert!(near("answer.json").is_empty());
}

#[test]
fn circumstances_put_the_causes_in_order() {
    let first = |text: &str, circumstances: &Circumstances<'_>| {
        let diagnosis = diagnose(&ServerWords::read(text), None, circumstances).unwrap();
        let causes = diagnosis.causes.iter().map(|judged| (judged.cause.suspect, judged.likelihood));
        causes.collect::<Vec<_>>()
    };
    let own = "https://acme.my.salesforce.com/services/oauth2/token";
    let generic = "https://login.salesforce.com/services/oauth2/token";
    let expired = "invalid_grant: expired authorization code";
    let unknown = Circumstances::default();
    assert_eq!(first(expired, &unknown)[0], (Suspect::Clock, Likelihood::Open));
    let agreeing = Circumstances { clock_ahead: Some(1), ..unknown };
    assert_eq!(first(expired, &agreeing)[0], (Suspect::Program, Likelihood::Open));
    assert_eq!(first(expired, &agreeing).last(), Some(&(Suspect::Clock, Likelihood::Unlikely)));
    let early = Circumstances { clock_ahead: Some(400), ..unknown };
    assert_eq!(
        first("invalid_client: The client_assertion token has an expiration too far into the future.", &early)[0],
        (Suspect::Clock, Likelihood::Likely)
    );
    let at = |endpoint| Circumstances { endpoint: Some(endpoint), ..unknown };
    let unapproved = "user hasn't approved this consumer";
    assert_eq!(first(unapproved, &at(own))[0], (Suspect::Approval, Likelihood::Open));
    assert_eq!(first(unapproved, &at(generic))[0], (Suspect::Approval, Likelihood::Open));
    assert_eq!(
        first("External client app is not installed in this org", &at(generic))[0],
        (Suspect::Host, Likelihood::Open)
    );
    assert_eq!(
        first("External client app is not installed in this org", &at(own))[0],
        (Suspect::Client, Likelihood::Open)
    );
    // What this program does right is no reason for a refusal that it met.
    let ours = Circumstances { ours: true, ..unknown };
    assert_eq!(
        first("grant type not supported", &ours).iter().position(|(suspect, _)| *suspect == Suspect::Program),
        Some(3)
    );
    let ours_in_time = Circumstances { clock_ahead: Some(1), ..ours };
    assert!(first(expired, &ours_in_time).iter().all(|(_, likelihood)| *likelihood == Likelihood::Unlikely));
    let of_the_future = Circumstances { clock_ahead: Some(400), ..ours };
    assert_eq!(first("invalid assertion", &of_the_future)[0], (Suspect::Clock, Likelihood::Likely));
    let proved = Circumstances { proved: Some("sha256:1c5e"), ..unknown };
    assert_eq!(first("invalid assertion", &proved)[0], (Suspect::Key, Likelihood::Likely));
}
