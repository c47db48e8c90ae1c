//! `login` without a server, and against one on loopback that answers what the test says.

use std::io::{Read, Write};
use std::net::TcpListener;
#[cfg(unix)]
use std::process::{Command, Stdio};
use std::thread;

use crate::support::{Invocation, Outcome, Sandbox};

const TOKEN: &str =
    "00Dxx0000001gPL!AQcAQH0dMHZfz972Szmpkb58urFRkgeBGsxL_QJWwYMfAbUeeG7c1E6LYUfiDUkWe6H34r1AAwOR8B8fLEz6n04NPGRrq0FM";

/// A folder with a pair in it.
fn folder() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.done("create --cn jwt.example.com --alias jwt_example --passout generate");
    sandbox
}

/// What would be sent.
fn planned(invocation: Invocation<'_>) -> serde_json::Value {
    invocation.arg("--dry-run").arg("--json").done().json()
}

const WHO: &str = "login --client-id CK --username admin@example.com --key server.key";

#[test]
fn a_dry_run_tells_all_but_the_signature() {
    let sandbox = folder();
    let plan = planned(sandbox.certwright(&format!("{WHO} --cert server.crt")));
    assert_eq!(plan["schema"], "certwright/login-dry-run/1");
    assert_eq!(plan["address"], "https://login.salesforce.com/services/oauth2/token");
    assert_eq!(plan["header"]["alg"], "RS256");
    let claims = &plan["claims"];
    assert_eq!((&claims["iss"], &claims["sub"]), (&"CK".into(), &"admin@example.com".into()));
    assert_eq!(claims["aud"], "https://login.salesforce.com");
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 180);
    assert_eq!(plan["form"]["assertion"], serde_json::Value::Null);
    assert!(plan["certificate_sha256"].is_string());
    let text = sandbox.done(&format!("{WHO} --dry-run"));
    text.says("nothing was sent").shows("POST https://login.salesforce.com").shows("\"sub\": \"admin@example.com\"");
}

#[test]
fn options_count_before_the_environment_and_that_before_the_file() {
    let sandbox = folder();
    sandbox.write(
        "app/.env",
        "# T4\r\nKeyFile=../server.key\r\nClientId=file\r\nexport UserName='file@example.com'\r\nDomain=test\r\n",
    );
    let login = || sandbox.certwright("login --env-file app/.env");
    let from_file = planned(login());
    assert_eq!(
        (&from_file["claims"]["iss"], &from_file["claims"]["sub"]),
        (&"file".into(), &"file@example.com".into())
    );
    assert_eq!(from_file["claims"]["aud"], "https://test.salesforce.com");
    let from_environment = planned(
        login()
            .env("SF_CLIENT_ID", "environment")
            .env("SF_USERNAME", "")
            .env("SF_LOGIN_URL", "https://acme.my.salesforce.com/")
            .env("SF_AUDIENCE_URL", "https://login.salesforce.com"),
    );
    assert_eq!(from_environment["claims"]["iss"], "environment");
    assert_eq!(from_environment["claims"]["sub"], "file@example.com", "an empty variable is none");
    assert_eq!(from_environment["address"], "https://acme.my.salesforce.com/services/oauth2/token");
    assert_eq!(from_environment["claims"]["aud"], "https://login.salesforce.com");
    let typed = planned(login().env("SF_CLIENT_ID", "environment").arg("--client-id").arg("typed"));
    assert_eq!(typed["claims"]["iss"], "typed");
    // Names of Salesforce say nothing of other services.
    let other = sandbox.certwright("login --for google --key server.key --scope x --no-input --dry-run");
    other.env("SF_CLIENT_ID", "environment").refused(2).says("`--client-id` is missing");
}

#[test]
fn a_key_as_text_is_taken_in_every_form_that_variables_have() {
    let sandbox = folder();
    let pem = sandbox.text("server.key");
    let body: String = pem.lines().filter(|line| !line.starts_with("--")).collect();
    for text in [pem.clone(), pem.replace('\n', "\\n"), pem.replace('\n', " "), body] {
        let login = sandbox.certwright("login --client-id CK --username a@example.com");
        let plan = planned(login.env("SF_PRIVATE_KEY", &text));
        assert_eq!(plan["claims"]["iss"], "CK");
    }
    sandbox.write("quoted.env", format!("SF_PRIVATE_KEY=\"{pem}\"\nClientId=CK\nUserName=a@example.com\n"));
    let quoted = sandbox.certwright("login --env-file quoted.env").arg("--dry-run").done();
    assert!(!quoted.stderr.contains("BEGIN"), "{quoted}");
    let broken =
        sandbox.certwright("login --client-id CK --username a --dry-run").env("SF_PRIVATE_KEY", "no-key-at-all-xyz");
    let told = broken.refused(1).says("`SF_PRIVATE_KEY`");
    assert!(!told.stderr.contains("no-key-at-all-xyz"), "{told}");
    let lost = sandbox.certwright("login --client-id CK --username a --dry-run").env("SF_PRIVATE_KEY_PATH", "gone.key");
    lost.refused(1).says("`gone.key`").says("`SF_PRIVATE_KEY_PATH` names it");
}

#[test]
fn what_is_missing_is_named_and_a_file_is_read_only_when_it_is_named() {
    let sandbox = folder();
    let all = sandbox.refused(2, "login");
    all.says("`--client-id`, `--username` and `--key` are missing").says("`SF_CLIENT_ID`");
    sandbox.write(".env", "ClientId=CK\nUserName=a\nKeyFile=server.key\n");
    sandbox.refused(2, "login").says("`.env` is here and was not read; to read it, add `--env-file .env`");
    sandbox.done("login --env-file .env --dry-run");
    sandbox.write("bad.env", "ClientId=CK\nhunter2secret\n");
    let told = sandbox.refused(1, "login --env-file bad.env").says("cannot read `bad.env`: line 2 is no `NAME=VALUE`");
    assert!(!told.stderr.contains("hunter2"), "{told}");
    sandbox.refused(1, "login --env-file none.env");
}

#[test]
fn the_password_flow_is_named_as_not_offered() {
    let sandbox = folder();
    let login = sandbox.certwright(&format!("{WHO} --dry-run"));
    let told = login.password_env("SF_PASSWORD", "opensesame").password_env("SF_SECURITY_TOKEN", "Tok3nTok3n").done();
    let told = told.says("`SF_PASSWORD` and `SF_SECURITY_TOKEN` are set and not used");
    assert_eq!(told.stderr.matches("warning:").count(), 1, "{told}");
}

#[test]
fn what_cannot_be_is_refused_before_anything_is_sent() {
    let sandbox = folder();
    sandbox.done("genkey -o other.key");
    let other = "login --client-id CK --username a --key other.key --cert server.crt --login-url http://localhost:9";
    sandbox.refused(1, other).says("do not belong together").says("nothing was sent");
    for (line, said) in [
        ("--login-url http://login.salesforce.com", "not encrypted"),
        ("--login-url https://user@login.salesforce.com", "user name"),
        ("--token-only --json", "each say what is printed"),
        ("--env --dry-run", "cannot stand together"),
        ("--shell bash", "`--env` is missing"),
        ("--client-secret env:X", "`--client-secret` cannot be used"),
        ("--client-secret env:X --dry-run", "`--client-secret` cannot be used"),
        ("--client-secret env:X --rehearse --cert server.crt", "`--client-secret` cannot be used"),
        ("--audience= --dry-run", "--audience"),
        ("--login-url= --dry-run", "--login-url"),
        ("--timeout 0s", "`--timeout <TIME>` cannot be `0s`: it is over as soon as it begins"),
    ] {
        let line = format!("{WHO} {line}");
        let outcome = sandbox.certwright(&line).run();
        assert_eq!(outcome.code, Some(2), "{line}\n{outcome}");
        let all = format!("{}{}", outcome.stdout, outcome.stderr);
        assert!(all.contains(said), "{line}: {said}\n{outcome}");
    }
    sandbox.refused(1, &format!("{WHO} --login-url https://localhost:9 --ca-file server.key")).says("nothing was sent");
    sandbox.refused(2, "login --for snowflake").says("certwright jwt sign --for snowflake");
    sandbox.refused(2, "login --for java8").says("there is no login for Java 8");
    sandbox.refused(1, &format!("{WHO} --exp 5m --dry-run")).says("180");
}

/// Answers one request on loopback with `status` and `body`; hands back the address, and the form that came.
fn answering(status: &str, body: &str) -> (String, thread::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://127.0.0.1:{}", listener.local_addr().unwrap().port());
    let length = body.len();
    let answer =
        format!("HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}");
    let server = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let (mut request, mut buffer) = (Vec::new(), [0; 4096]);
        loop {
            let text = String::from_utf8_lossy(&request).into_owned();
            if let Some((head, form)) = text.split_once("\r\n\r\n") {
                let head = head.to_ascii_lowercase();
                let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
                if form.len() >= length.unwrap().trim().parse().unwrap() {
                    stream.write_all(answer.as_bytes()).unwrap();
                    return form.to_owned();
                }
            }
            match stream.read(&mut buffer).unwrap() {
                0 => return String::new(),
                read => request.extend_from_slice(&buffer[..read]),
            }
        }
    });
    (address, server)
}

/// A login that is answered so, and the form that was sent.
fn answered<'a>(
    sandbox: &'a Sandbox,
    status: &str,
    body: &str,
    more: &str,
) -> (Invocation<'a>, thread::JoinHandle<String>) {
    let (address, server) = answering(status, body);
    (sandbox.certwright(&format!("{WHO} --login-url {address} {more}")), server)
}

fn grant(instance_url: &str) -> String {
    format!(
        r#"{{"access_token":"{TOKEN}","scope":"api web","instance_url":"{instance_url}","token_type":"Bearer","x":[1,null]}}"#
    )
}

#[test]
fn the_token_is_printed_where_it_was_asked_for_and_nowhere_else() {
    let sandbox = folder();
    sandbox.secret(TOKEN);
    let acme = grant("https://acme.my.salesforce.com");
    let run = |more: &str, shows: bool| -> Outcome {
        let (login, server) = answered(&sandbox, "200 OK", &acme, more);
        let outcome = if shows { login.shows_secrets().done() } else { login.done() };
        let form = server.join().unwrap();
        assert!(
            form.starts_with("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=eyJ"),
            "{form}"
        );
        outcome
    };
    let human = run("", false);
    for part in
        ["logged in to Salesforce as admin@example.com", "https://acme.my.salesforce.com", "api web", "[redacted]"]
    {
        assert!(human.stdout.contains(part), "{part}\n{human}");
    }
    assert_eq!(run("--token-only", true).stdout, format!("{TOKEN}\n"));
    let json = run("--json", true).json();
    assert_eq!((&json["access_token"], &json["x"][0]), (&TOKEN.into(), &1.into()));
    assert!(json.get("schema").is_none(), "these are the server's members: {json}");
    let powershell = run("--env --shell powershell", true).stdout;
    assert_eq!(
        powershell,
        format!("$env:SF_ACCESS_TOKEN = '{TOKEN}'\n$env:SF_INSTANCE_URL = 'https://acme.my.salesforce.com'\n")
    );
    assert!(run("--quiet", false).stdout.is_empty());
}

#[test]
fn the_next_steps_can_be_pasted_and_hold_no_token() {
    let sandbox = folder();
    sandbox.secret(TOKEN);
    let (login, server) = answered(&sandbox, "200 OK", &grant("https://acme.my.salesforce.com"), "");
    let human = login.done();
    server.join().unwrap();
    let steps: Vec<&str> = human.stdout.lines().filter_map(|line| line.strip_prefix("  ")).collect();
    let step = |beginning: &str| {
        steps.iter().find(|step| step.starts_with(beginning)).copied().unwrap_or_else(|| panic!("{beginning}\n{human}"))
    };
    step("token=$(certwright login --client-id CK --username 'admin@example.com' ");
    let curl = step("printf");
    assert!(curl.ends_with("| curl --header @- https://acme.my.salesforce.com/services/oauth2/userinfo"), "{curl}");
    step("Invoke-RestMethod -Headers @{ Authorization = \"Bearer $token\" } -Uri 'https://acme.my.salesforce.com/");
    step(
        "sf org login jwt --username 'admin@example.com' --jwt-key-file server.key --client-id CK --instance-url https://acme.my.salesforce.com",
    );
    // A key that the Salesforce CLI cannot read is made into one that it can.
    let (address, server) = answering("200 OK", &grant("https://acme.my.salesforce.com"));
    let login = sandbox.certwright("login --client-id CK --key keystore.p12 --passin file:server.pass --username");
    let locked = login.arg("o'neil x").arg("--login-url").arg(address).done();
    server.join().unwrap();
    assert!(locked.stdout.contains("certwright convert keystore.p12 --to pkcs8 -o salesforce-cli.key"), "{locked}");
    assert!(locked.stdout.contains(r"--username 'o'\''neil x'"), "{locked}");
    assert!(locked.stdout.contains("--username 'o''neil x'"), "{locked}");
}

#[cfg(unix)]
#[test]
fn bash_takes_the_assignments_and_nothing_else_from_a_hostile_server() {
    let sandbox = folder();
    let (login, server) = answered(&sandbox, "200 OK", &grant("https://acme.my.salesforce.com"), "--env --shell bash");
    let lines = login.shows_secrets().done().stdout;
    server.join().unwrap();
    let script = format!("{lines}printf '%s|%s' \"$SF_ACCESS_TOKEN\" \"$SF_INSTANCE_URL\"");
    let mut bash = Command::new("bash").arg("-s").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    bash.stdin.take().unwrap().write_all(script.as_bytes()).unwrap();
    let told = String::from_utf8(bash.wait_with_output().unwrap().stdout).unwrap();
    assert_eq!(told, format!("{TOKEN}|https://acme.my.salesforce.com"));

    for (name, value) in [
        ("access_token", "a';touch harm;'"),
        ("access_token", "a\\ntouch harm"),
        ("access_token", "$(touch harm) "),
        ("access_token", "a`touch harm`"),
        ("instance_url", "https://a.example/';touch harm;'"),
        ("instance_url", "https://a.example/$(touch${IFS}harm)"),
        ("instance_url", "http://evil.example"),
        ("instance_url", "javascript:alert"),
    ] {
        let mut answer: serde_json::Value = serde_json::from_str(&grant("https://acme.my.salesforce.com")).unwrap();
        answer[name] = value.into();
        for form in ["--env --shell bash", "--env --shell powershell", "--token-only", "--json", ""] {
            let (login, server) = answered(&sandbox, "200 OK", &answer.to_string(), form);
            let told = login.refused(1);
            server.join().unwrap();
            assert!(!format!("{told}").contains("harm"), "{name} {value} {form}\n{told}");
        }
    }
}

#[test]
fn a_refusal_is_explained_and_repeats_nothing() {
    let sandbox = folder();
    let body = r#"{"error":"invalid_grant","error_description":"user hasn't approved this consumer"}"#;
    let (login, server) = answered(&sandbox, "400 Bad Request", body, "--cert server.crt");
    let told = login
        .refused(1)
        .says("`invalid_grant`")
        .says("hasn't approved this consumer")
        .says("it was signed by RSA 2048");
    server.join().unwrap();
    assert!(told.stderr.contains("its certificate is sha256:"), "{told}");
    let (login, server) = answered(&sandbox, "400 Bad Request", body, "--json");
    let error = login.refused(1).json()["error"].clone();
    server.join().unwrap();
    assert_eq!(error["kind"], "login_refused");
    assert_eq!(error["login"]["error_description"], "user hasn't approved this consumer");
    assert_eq!(error["login"]["http_status"], 400);
}
