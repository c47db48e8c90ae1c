//! The clients of the tutorials log in with what `create` makes: PyJWT, simple-salesforce and jsonwebtoken, as published.

use std::process::Command;

use serde_json::json;

use crate::org::{CLIENT, Org, Setup, USER};
use crate::peer::Peer;
use crate::support::{Outcome, Tool, tool};

const SCRIPTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/login");

/// What the client says with this key: the server's answer, and whether it is a token.
fn run(client: &Tool, org: &Org, script: &str, key: &str) -> (Option<i32>, serde_json::Value) {
    let mut command = client.command(org.sandbox.folder());
    command.arg(format!("{SCRIPTS}/{script}")).args([key, CLIENT, USER, &org.url(), &org.url()]).arg(org.authority());
    answer(command.env("NO_PROXY", "localhost"))
}

#[track_caller]
fn answer(command: &mut Command) -> (Option<i32>, serde_json::Value) {
    let outcome = Outcome::of(&command.output().unwrap());
    (outcome.code, serde_json::from_str(&outcome.stdout).unwrap_or_else(|_| panic!("{outcome}")))
}

#[track_caller]
fn logs_in(client: &Tool, script: &str) {
    let Some(org) = Org::new() else { return };
    let (code, answer) = run(client, &org, script, "app.key");
    assert_eq!((code, answer["access_token"].as_str()), (Some(0), Some(org.token().as_str())), "{answer:#}");
    let (code, answer) = run(client, &org, script, "other.key");
    assert_eq!((code, &answer["error_description"]), (Some(1), &"invalid assertion".into()), "{answer:#}");
    // And ours does with the same files.
    org.login("--cert app.crt").done();
}

#[test]
fn pyjwt_logs_in_with_our_key() {
    let Some(python) = tool("pyjwt_requests") else { return };
    logs_in(&python, "python/pyjwt_client.py");
}

#[test]
fn jsonwebtoken_logs_in_with_our_key() {
    let Some(node) = tool("jsonwebtoken") else { return };
    logs_in(&node, "node/jsonwebtoken_client.js");
}

#[test]
fn simple_salesforce_logs_in_with_our_key() {
    let Some(python) = tool("simple_salesforce") else { return };
    let audiences = &["https://login.salesforce.com"];
    let setup = Setup { certificate: "salesforce", audiences, ..Setup::default() };
    let Some(org) = Org::with(setup) else { return };
    let proxy = Peer::start(&python, "proxy.py", &json!({ "routes": { "login.salesforce.com:443": org.server.port } }));
    let run = |key: &str| {
        let mut command = python.command(org.sandbox.folder());
        command.arg(format!("{SCRIPTS}/python/simple_salesforce_client.py")).args([key, CLIENT, USER]);
        let command = command.env("HTTPS_PROXY", format!("http://127.0.0.1:{}", proxy.port)).env_remove("NO_PROXY");
        answer(command.env_remove("no_proxy").env("REQUESTS_CA_BUNDLE", org.authority()))
    };
    let (code, told) = run("app.key");
    assert_eq!((code, told["access_token"].as_str()), (Some(0), Some(org.token().as_str())), "{told:#}");
    let (code, told) = run("other.key");
    assert_eq!((code, &told["error_description"]), (Some(1), &"invalid assertion".into()), "{told:#}");
}
