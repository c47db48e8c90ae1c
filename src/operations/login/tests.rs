//! Answers as servers give them, and as they must not.

use std::time::Duration;

use super::*;

fn response(status: u16, media_type: &str, body: &str) -> Response {
    Response {
        status,
        date: Some(Timestamp::from_unix(1_800_000_000).unwrap()),
        media_type: Some(media_type.to_owned()),
        body: body.as_bytes().to_vec().into(),
        elapsed: Duration::from_secs(2),
    }
}

const ASSERTION: &str = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJjb25zdW1lciJ9.c2lnbmF0dXJlLW9mLXRoZS1hc3NlcnRpb24";

fn judge(response: &Response) -> Result<Granted, Fault> {
    judge_from("https://login.salesforce.com/services/oauth2/token", response)
}

fn judge_from(endpoint: &str, response: &Response) -> Result<Granted, Fault> {
    let endpoint = endpoint.parse().unwrap();
    let redaction = Redaction::of(&[Field { name: "assertion", value: ASSERTION }]);
    granted(response, Timestamp::from_unix(1_800_000_043).unwrap(), &endpoint, &redaction)
}

fn json(status: u16, body: &str) -> Result<Granted, Fault> {
    judge(&response(status, "application/json", body))
}

fn unusable(answer: Result<Granted, Fault>) -> AnswerFault {
    match answer {
        Err(Fault::Unusable(fault)) => fault,
        Err(Fault::Refused(refusal)) => panic!("refused: {refusal:?}"),
        Ok(granted) => panic!("{granted:?}"),
    }
}

fn refused(answer: Result<Granted, Fault>) -> Refusal {
    match answer {
        Err(Fault::Refused(refusal)) => refusal,
        Err(Fault::Unusable(fault)) => panic!("{fault}"),
        Ok(granted) => panic!("{granted:?}"),
    }
}

#[test]
fn a_token_is_taken_with_what_stands_beside_it() {
    let body = r#"{"access_token":"00Dxx!AQ.8_z","scope":"api web","instance_url":"https://acme.my.salesforce.com/",
        "id":"https://login.salesforce.com/id/00D/005","token_type":"Bearer","expires_in":"3600"}"#;
    let granted = json(200, body).unwrap_or_else(|_| panic!("{body}"));
    assert_eq!(granted.access_token.expose(), "00Dxx!AQ.8_z");
    assert_eq!(granted.instance_url.as_deref(), Some("https://acme.my.salesforce.com"));
    assert_eq!(granted.scope.as_deref(), Some("api web"));
    assert_eq!(granted.expires_in, Some(3600));
    assert_eq!(granted.clock_ahead, Some(45));
    assert_eq!(granted.answer.expose()["id"], "https://login.salesforce.com/id/00D/005");
    assert!(!format!("{granted:?}").contains("00Dxx"), "{granted:?}");
}

#[test]
fn nothing_but_200_grants() {
    let body = r#"{"access_token":"00Dxx!AQ","token_type":"Bearer"}"#;
    for status in [201, 204, 302, 400, 401, 403, 500] {
        assert_eq!(unusable(json(status, body)), AnswerFault::Status(status));
    }
    assert_eq!(refused(json(200, r#"{"access_token":"x","error":"invalid_grant"}"#)).error, "invalid_grant");
}

#[test]
fn a_refusal_is_read_in_each_form_that_servers_give_it() {
    for (body, error, description) in [
        (r#"{"error":"invalid_grant","error_description":"expired"}"#, "invalid_grant", Some("expired")),
        (r#"{"error":"invalid_grant"}"#, "invalid_grant", None),
        (r#"[{"message":"gone","errorCode":"INVALID_SESSION_ID"}]"#, "INVALID_SESSION_ID", Some("gone")),
        (r#"{"errorCode":"E0000006","errorSummary":"no"}"#, "E0000006", Some("no")),
        (r#"{"error":{"code":403,"message":"no","status":"PERMISSION_DENIED"}}"#, "PERMISSION_DENIED", Some("no")),
        (r#"{"error":17}"#, "17", None),
    ] {
        let refusal = refused(json(400, body));
        assert_eq!((refusal.error.as_str(), refusal.description.as_deref()), (error, description), "{body}");
        assert_eq!((refusal.status, refusal.clock_ahead), (400, Some(45)));
    }
}

#[test]
fn a_refusal_repeats_nothing_of_the_assertion() {
    let body = format!(r#"{{"error":"{ASSERTION}","error_description":"bad: {ASSERTION}."}}"#);
    let refusal = refused(json(400, &body));
    assert_eq!((refusal.error.as_str(), refusal.description.as_deref()), ("[redacted]", Some("bad: [redacted].")));
    let twice = format!(r#"{{"{ASSERTION}":1,"{ASSERTION}":2}}"#);
    let fault = unusable(json(200, &twice)).to_string();
    assert!(fault.contains("has the member `[redacted]` twice"), "{fault}");
    let kind = unusable(json(200, &format!(r#"{{"access_token":"a","token_type":"{ASSERTION}"}}"#)));
    assert_eq!(kind, AnswerFault::TokenType("[redacted]".to_owned()));
}

#[test]
fn what_is_no_object_of_json_is_named() {
    for (body, part) in [
        ("", "it is empty (HTTP 200)"),
        ("{\"access_token\":\"a\"", "cut short"),
        ("access_token=a", "no JSON"),
        ("\"a\"", "no object"),
        ("[]", "no object"),
        ("[{\"access_token\":\"a\"}]", "no object"),
        (r#"{"access_token":"a","access_token":"b"}"#, "the member `access_token` twice"),
        (r#"{"access_token":"a","x":{"y":1,"y":2}}"#, "the member `y` twice"),
        (&format!("{{\"x\":{}1{}}}", "[".repeat(500), "]".repeat(500)), "nested more than"),
    ] {
        let AnswerFault::NotAnObject(what) = unusable(json(200, body)) else { panic!("{body}") };
        assert!(what.contains(part), "{body}: {what}");
    }
    for page in ["<!DOCTYPE html><p>URL No Longer Exists", "  <html>"] {
        assert_eq!(unusable(json(404, page)), AnswerFault::WebPage(404));
    }
    assert_eq!(unusable(judge(&response(200, "text/html", "Sign in"))), AnswerFault::WebPage(200));
}

#[test]
fn no_token_is_taken_that_a_shell_or_header_would_take_apart() {
    for token in ["a b", "a'b", "a\\\"b", "a`b", "a\\\\b", "a\\nb", "a\\u0000b", "zoë", "a\\tb"] {
        assert_eq!(unusable(json(200, &format!(r#"{{"access_token":"{token}"}}"#))), AnswerFault::Token, "{token}");
    }
    for body in [r#"{"access_token":""}"#, "{}", r#"{"access_tokens":"a"}"#] {
        assert_eq!(unusable(json(200, body)), AnswerFault::NoToken, "{body}");
    }
    assert_eq!(unusable(json(200, r#"{"access_token":["a"]}"#)), AnswerFault::Token);
    let kind = unusable(json(200, r#"{"access_token":"a","token_type":"DPoP"}"#));
    assert_eq!(kind, AnswerFault::TokenType("DPoP".to_owned()));
    assert!(json(200, r#"{"access_token":"a","token_type":"bearer"}"#).is_ok());
}

#[test]
fn no_address_is_taken_that_a_token_must_not_go_to() {
    let body =
        |url: &str| response(200, "application/json", &format!(r#"{{"access_token":"a","instance_url":{url}}}"#));
    let answer = |url: &str| judge(&body(url));
    for url in [
        r#""http://localhost:8080""#,
        r#""http://[::1]:9""#,
        r#""http://acme.my.salesforce.com""#,
        r#""https://u:p@acme.example""#,
        r#""https://acme.example?x=1""#,
        r#""https://acme.example/$(id)""#,
        r#""https://acme.example/';id;'""#,
        r#""https://acme.example/a b""#,
        r#""javascript:alert(1)""#,
        r#""""#,
        "null",
        "7",
    ] {
        assert_eq!(unusable(answer(url)), AnswerFault::InstanceUrl, "{url}");
    }
    for url in ["https://acme--dev.sandbox.my.salesforce.com:443", "http://localhost:8080", "http://[::1]:9"] {
        let answer = judge_from("http://localhost:8080/token", &body(&format!("\"{url}\"")));
        let granted = answer.unwrap_or_else(|_| panic!("{url}"));
        assert_eq!(granted.instance_url.as_deref(), Some(url));
    }
}
