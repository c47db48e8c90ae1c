//! The strict verifier takes what PyJWT signs and Python posts, as the tutorials' scripts do, and refuses what is wrong.

use certwright::clock::Timestamp;
use certwright::files::Input;
use certwright::http::{RequestBounds, serve_forms};
use certwright::limits::Limits;
use certwright::operations::{RegisteredApp, SeenTokens, judge_request, open_certificates};
use certwright::secret::NoPasswords;

use crate::support::{Sandbox, tool};

#[test]
fn a_script_of_the_tutorials_is_judged_as_salesforce_would() {
    let Some(python) = tool("python") else { return };
    let sandbox = Sandbox::new();
    for name in ["ours", "other"] {
        sandbox.done(&format!("create --name {name} --cn {name} --only key,crt"));
    }
    let input = Input::new("ours.crt", sandbox.read("ours.crt").into());
    let certificates = open_certificates(&input, &NoPasswords, &Limits::default()).unwrap();
    let domain = "https://acme.my.salesforce.com";
    let app = RegisteredApp {
        target: "salesforce".parse().unwrap(),
        client: "3MVG9",
        user: Some("admin@example.com"),
        certificate: &certificates[0],
        login: domain,
        endpoint: "https://acme.my.salesforce.com/services/oauth2/token",
    };
    let mut seen = SeenTokens::default();
    let answer = |form: &[u8]| judge_request(form, &app, Timestamp::now(), &mut seen).answer();
    serve_forms("/services/oauth2/token", RequestBounds::default(), answer, |address| {
        let script = format!("'{}/tests/interop/python/log_in.py'", env!("CARGO_MANIFEST_DIR"));
        for (key, audience, seconds, said) in [
            // Three hundred seconds, as the tutorials have it, are a warning and no refusal.
            ("ours.key", domain, 300, "200 Bearer\n"),
            ("other.key", domain, 300, "400 invalid_grant / invalid assertion\n"),
            ("ours.key", "https://test.salesforce.com", 300, "400 invalid_grant / audience is invalid\n"),
            ("ours.key", domain, -60, "400 invalid_grant / expired authorization code\n"),
        ] {
            let met = python.run(&sandbox, &format!("{script} {key} {address} {audience} {seconds}"));
            assert_eq!(met, said, "{key} {audience} {seconds}");
        }
    })
    .unwrap();
}
