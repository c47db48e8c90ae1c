//! PyJWT and jsonwebtoken take the token that is made for each target, by rules that were written from its documentation.

use crate::support::{Sandbox, tool};

/// Each target's token on the command line, its algorithm, and its audience.
const TOKENS: &[(&str, &str, &str, &str)] = &[
    (
        "salesforce",
        "--iss 3MVG9.consumer --sub admin@example.com --login-url https://acme.my.salesforce.com/",
        "RS256",
        "https://acme.my.salesforce.com",
    ),
    (
        "entra",
        "--iss 97e0a5b7-d745-40b6-94fe-5f77d35c6e05 --login-url contoso.onmicrosoft.com --cert ours.crt",
        "PS256",
        "https://login.microsoftonline.com/contoso.onmicrosoft.com/oauth2/v2.0/token",
    ),
    (
        "google",
        "--iss robot@project.iam.gserviceaccount.com --sub user@example.com --kid 0a1b2c \
         --scope https://www.googleapis.com/auth/drive --scope https://www.googleapis.com/auth/gmail.send --exp 1h",
        "RS256",
        "https://oauth2.googleapis.com/token",
    ),
    ("snowflake", "--iss xy12345.eu-central-1 --sub robot", "RS256", ""),
    (
        "netsuite",
        "--iss integration --kid NPMnRyPg-WDWhPiAbisjKiH0fqnBpjOZ367wDTe0pqA --login-url 1234567_SB1 \
         --scope restlets --scope rest_webservices",
        "PS256",
        "https://1234567-sb1.suitetalk.api.netsuite.com/services/rest/auth/oauth2/v1/token",
    ),
    (
        "docusign",
        "--iss 5c2b8d7e-0000-4000-8000-000000000001 --sub 5c2b8d7e-0000-4000-8000-000000000002 \
         --login-url https://account-d.docusign.com",
        "RS256",
        "account-d.docusign.com",
    ),
    ("box", "--iss client --sub 123456 --kid 7sbm2q1p", "RS512", "https://api.box.com/oauth2/token"),
    ("okta", "--iss 0oa1 --login-url acme.okta.com", "RS256", "https://acme.okta.com/oauth2/v1/token"),
];

/// The targets that take keys on curves, with the algorithm of each curve.
const CURVES: &[(&str, &str)] = &[("p256", "ES256"), ("p384", "ES384"), ("p521", "ES512")];

/// Two pairs of one type, so that a token can be shown to the wrong certificate.
fn pairs(key_type: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    for name in ["ours", "other"] {
        sandbox.done(&format!("create --name {name} --cn {name} -t {key_type} --only key,crt"));
    }
    sandbox
}

/// Signs each token with each kind of key that its target takes, and gives it to `judge`.
fn each_token(judge: impl Fn(&Sandbox, &str, &str, &str)) {
    let sandbox = pairs("rsa:3072");
    let sign = |sandbox: &Sandbox, target: &str, options: &str| {
        sandbox.done(&format!("jwt sign --key ours.key --for {target} {options} -o {target}.jwt"));
    };
    for (target, options, algorithm, audience) in TOKENS {
        sign(&sandbox, target, options);
        judge(&sandbox, target, algorithm, audience);
    }
    for (key_type, algorithm) in CURVES {
        let sandbox = pairs(key_type);
        for (target, options, _, audience) in TOKENS.iter().filter(|row| ["netsuite", "okta"].contains(&row.0)) {
            sign(&sandbox, target, options);
            judge(&sandbox, target, algorithm, audience);
        }
    }
}

#[test]
fn every_target_takes_its_token() {
    let Some(python) = tool("python") else { return };
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/interop/python/verify_target_token.py");
    each_token(|sandbox, target, _, _| {
        let said = python.run(sandbox, &format!("'{script}' {target} {target}.jwt ours.crt other.crt"));
        assert_eq!(said, "taken\n", "{target}");
    });
}

#[test]
fn jsonwebtoken_verifies_every_targets_token() {
    let Some(node) = tool("jsonwebtoken") else { return };
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/interop/node/verify_target_token.js");
    each_token(|sandbox, target, algorithm, audience| {
        let line = format!("'{script}' {target}.jwt ours.crt other.crt {algorithm} '{audience}'");
        assert_eq!(node.run(sandbox, &line), "verified\n", "{target}");
    });
}

#[test]
fn the_judge_refuses_what_the_targets_refuse() {
    let Some(python) = tool("python") else { return };
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/interop/python/verify_target_token.py");
    let sandbox = pairs("rsa:2048");
    let claims = "--iss 3MVG9.consumer --sub admin@example.com --aud https://acme.my.salesforce.com";
    // The right claims without `iat`, too long a life, another algorithm: each by itself is refused.
    for fault in ["--exp 3m", "--exp 1h", "--alg PS256", "--claim iat:=1000000000"] {
        sandbox.done(&format!("jwt sign --key ours.key {claims} {fault} -o token.jwt --force"));
        python.refuses(&sandbox, &format!("'{script}' salesforce token.jwt ours.crt other.crt"));
    }
}
