//! A login that succeeds, in each form of its output, and what the server was asked for.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::org::{CLIENT, Org, USER};
use crate::support::{Outcome, contains, tool};

#[test]
fn for_people() {
    let Some(org) = Org::new() else { return };
    let told = org.login("--cert app.crt").done();
    let told = told.shows(&org.url()).shows("api").shows("curl").shows("Invoke-RestMethod").shows("sf org login jwt");
    assert!(told.stdout.contains("app.key"), "{told}");
    assert!(!told.stdout.contains("AQ"), "the token is not even begun\n{told}");
}

#[test]
fn one_post_says_what_the_flow_wants() {
    let Some(org) = Org::new() else { return };
    org.login("").done();
    let asked = org.request();
    assert_eq!((&asked["method"], &asked["path"]), (&"POST".into(), &"/services/oauth2/token".into()), "{asked:#}");
    assert_eq!(asked["query"], serde_json::json!([]), "a credential in a URL stands in every log");
    assert_eq!(asked["headers"]["content-type"], "application/x-www-form-urlencoded");
    assert_eq!(asked["headers"].get("authorization"), None);
    assert_eq!(asked["headers"].get("cookie"), None);
    assert_eq!(asked["headers"]["host"], org.url().trim_start_matches("https://"));
    let grant = serde_json::json!({ "grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer" });
    assert_eq!(asked["form"], grant, "nothing but the assertion besides");
    assert_eq!(asked["tls"]["version"], "TLSv1.3");
    assert_eq!(asked["tls"]["server_name"], "localhost");
    let (header, claims) = (&asked["assertions"]["assertion"]["header"], &asked["assertions"]["assertion"]["claims"]);
    assert_eq!(header["alg"], "RS256");
    assert_eq!((&claims["iss"], &claims["sub"], &claims["aud"]), (&CLIENT.into(), &USER.into(), &org.url().into()));
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let expires = claims["exp"].as_u64().unwrap_or_else(|| panic!("`exp` is no integer: {claims}"));
    assert!((now..=now + 180).contains(&expires), "{expires} is not within 180 s of {now}");
}

#[test]
fn two_logins_are_two_assertions() {
    let Some(org) = Org::new() else { return };
    org.login("").done();
    org.login("").done();
    assert_eq!(org.requests().len(), 2, "a used assertion would have been refused");
}

#[test]
fn the_answer_of_the_server_as_it_is() {
    let Some(org) = Org::new() else { return };
    let answer = org.login("--json").shows_only("access_token").done().json();
    assert_eq!(answer["access_token"], org.token());
    assert_eq!((&answer["instance_url"], &answer["scope"]), (&org.url().into(), &"api".into()));
    assert_eq!(answer["token_type"], "Bearer");
    assert!(answer["id"].as_str().unwrap().starts_with("https://login.salesforce.com/id/00D"), "{answer:#}");
}

#[test]
fn the_token_alone() {
    let Some(org) = Org::new() else { return };
    let outcome = org.login("--token-only").shows_only("access_token").done();
    assert_eq!(outcome.stdout, format!("{}\n", org.token()));
    assert!(api_takes(&org, outcome.stdout.trim_end()));
    assert!(!api_takes(&org, "00Dxx0000001gPL!AQ4AQFz1Xo9qK3w7Tn5Lr2Vb8Yc6"), "or this test proves nothing");
}

/// Whether the server's API answers to the token, asked by Python.
fn api_takes(org: &Org, token: &str) -> bool {
    let python = tool("authlib").unwrap();
    let ask = "import os, ssl, sys, urllib.request as r\n\
        trust = ssl.create_default_context(cafile=sys.argv[1])\n\
        asked = r.Request(sys.argv[2], headers={'Authorization': 'Bearer ' + os.environ['TOKEN']})\n\
        direct = r.build_opener(r.ProxyHandler({}), r.HTTPSHandler(context=trust))\n\
        print(direct.open(asked).read().decode())";
    let mut command = python.command(org.sandbox.folder());
    let output = command.args(["-c", ask]).arg(org.authority()).arg(format!("{}/services/data/", org.url()));
    let output = output.env("TOKEN", token).output().unwrap();
    output.status.success() && contains(&output.stdout, b"totalSize")
}

#[test]
fn assignments_for_bash() {
    let Some(org) = Org::new() else { return };
    let outcome = org.login("--env --shell bash").shows_only("access_token").done();
    let names = assigned(&outcome, |line| line.strip_prefix("export ")?.split_once("='"));
    let Some(bash) = tool("bash") else { return };
    let mut command = bash.command(org.sandbox.folder());
    command.env_clear().env("ASSIGNMENTS", &outcome.stdout).args(["-euc", "eval \"$ASSIGNMENTS\"; env"]);
    let output = command.output().unwrap();
    let evaluated = Outcome::of(&output);
    assert_eq!((evaluated.code, evaluated.stderr.as_str()), (Some(0), ""), "{outcome}");
    for (name, value) in names.iter().zip([org.token(), org.url()]) {
        assert!(evaluated.stdout.lines().any(|line| line == format!("{name}={value}")), "{name}\n{outcome}");
    }
}

#[test]
fn assignments_for_powershell() {
    let Some(org) = Org::new() else { return };
    let outcome = org.login("--env --shell powershell").shows_only("access_token").done();
    let names = assigned(&outcome, |line| line.strip_prefix("$env:")?.split_once(" = '"));
    for (name, value) in names.iter().zip([org.token(), org.url()]) {
        let line = format!("$env:{name} = '{value}'");
        assert!(outcome.stdout.lines().any(|one| one == line), "{line}\n{outcome}");
    }
}

/// The names of the token's and the address's variable. Nothing else stands there, and each value in single quotes.
#[track_caller]
fn assigned(outcome: &Outcome, read: impl Fn(&str) -> Option<(&str, &str)>) -> Vec<String> {
    let lines: Vec<_> = outcome.stdout.lines().collect();
    assert_eq!(lines.len(), 2, "a token and an address\n{outcome}");
    let one = |line: &str| {
        let (name, value) = read(line).unwrap_or_else(|| panic!("{line:?} is no assignment\n{outcome}"));
        assert!(value.ends_with('\'') && value.matches('\'').count() == 1, "{line}");
        name.to_owned()
    };
    lines.iter().copied().map(one).collect()
}

#[test]
fn the_next_steps_work_as_they_are_pasted() {
    let Some(org) = Org::new() else { return };
    let told = org.login("--cert app.crt").done();
    let lines = step(&told.stdout, "in bash:");
    let (Some(bash), Some(_)) = (tool("bash"), tool("curl")) else { return };
    let mut command = bash.command(org.sandbox.folder());
    command.args(["-euo", "pipefail", "-c", &lines]);
    // The line is for a machine that has certwright. The authority, which the system does not trust, is part of it.
    command.env("NO_PROXY", "localhost").env("PATH", path_with_certwright());
    let answered = Outcome::of(&command.output().unwrap());
    assert!(answered.code == Some(0) && answered.stdout.contains(USER), "{lines}\n{answered}");
    let asked = org.requests();
    assert_eq!(asked.last().unwrap()["headers"]["authorization"], "Bearer", "{asked:#?}");
}

/// The lines of one of the next steps: those that are indented under its title.
#[track_caller]
fn step(stdout: &str, title: &str) -> String {
    let under = stdout.lines().skip_while(|line| !line.ends_with(title)).skip(1);
    let lines: Vec<_> = under.map_while(|line| line.strip_prefix("  ")).collect();
    assert!(!lines.is_empty(), "no step {title:?} in\n{stdout}");
    lines.join("\n")
}

fn path_with_certwright() -> std::ffi::OsString {
    let folder = std::path::Path::new(env!("CARGO_BIN_EXE_certwright")).parent().unwrap().to_owned();
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::join_paths(std::iter::once(folder).chain(std::env::split_paths(&path))).unwrap()
}

#[test]
fn what_would_be_sent_can_be_seen_before() {
    let Some(org) = Org::new() else { return };
    let told = org.login("--dry-run").done().shows(&org.url()).shows("RS256").shows(CLIENT).shows(USER);
    assert!(!told.stdout.contains("eyJ"), "{told}");
    assert!(org.requests().is_empty(), "a dry run asks nobody");
}

#[test]
fn quiet_is_quiet() {
    let Some(org) = Org::new() else { return };
    let quiet = org.login("--token-only --quiet").shows_only("access_token").done();
    assert_eq!((quiet.stdout.trim_end(), quiet.stderr.as_str()), (org.token().as_str(), ""));
}

#[test]
fn nothing_is_left_in_the_folder() {
    let Some(org) = Org::new() else { return };
    let before = org.sandbox.snapshot();
    org.login("").done();
    org.login("--json").shows_only("access_token").done();
    assert_eq!(org.sandbox.snapshot(), before);
}
