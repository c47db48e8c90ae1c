//! `aud`: whom a token is for, RFC 7523 section 3, item 3.

use serde_json::Value;

use super::judge::Bench;
use super::words::Fault;
use crate::operations::target::Audience;

const PRODUCTION: &str = "https://login.salesforce.com";
const SANDBOX: &str = "https://test.salesforce.com";
const GENERIC: &str = "n8n-io/n8n#28990; forcedotcom/cli#3482";

/// Judges the claim, and at Salesforce the login address that it goes with.
pub(super) fn judge(bench: &mut Bench<'_>, claim: Option<&Value>) {
    if let Audience::Login { .. } = bench.rules.audience {
        judge_login(bench);
    }
    let taken = taken(bench);
    let list = taken.join("` or `");
    let audience = match claim {
        None if taken.is_empty() => return,
        None => return bench.refused("audience", Fault::Audience, format!("`aud` is missing, and `{list}` is wanted")),
        Some(Value::String(audience)) => audience,
        Some(Value::Array(several)) => match several.as_slice() {
            [Value::String(audience)] => {
                let met = "`aud` is a list of one, which not every server takes: state it as a text";
                bench.warned("audience", met, "RFC 7519 section 4.1.3; zitadel/oidc#887");
                audience
            }
            _ => {
                let met = format!("`aud` is a list of {}, and the text `{list}` is wanted", several.len());
                return bench.refused("audience", Fault::Audience, met);
            }
        },
        Some(_) => {
            return bench.refused("audience", Fault::Audience, format!("`aud` is no text, and `{list}` is wanted"));
        }
    };
    let is_login = matches!(bench.rules.audience, Audience::Login { .. });
    let bare = audience.strip_suffix('/').unwrap_or(audience);
    if taken.first().is_some_and(|usual| usual == audience) {
        bench.kept("audience", format!("`aud` is `{audience}`"));
    } else if taken.contains(audience) {
        let met =
            format!("`aud` is `{audience}`: taken for Connected Apps; an External Client App wants `{}`", taken[0]);
        bench.warned("audience", met, GENERIC);
    } else if is_login && taken.iter().any(|it| it == bare) {
        let met = format!("`aud` is `{audience}`: whether it is taken with the slash at its end is not documented");
        bench.warned("audience", met, bench.rules.source);
    } else {
        let met = format!("`aud` is `{audience}`, and `{list}` is wanted for a login at `{}`", bench.app.login);
        bench.refused("audience", Fault::Audience, met);
    }
}

/// The audiences that are taken, the best first.
fn taken(bench: &Bench<'_>) -> Vec<String> {
    match bench.rules.audience {
        Audience::Endpoint => vec![bench.app.endpoint.to_owned()],
        Audience::Host => vec![host(bench.app.login).to_owned()],
        Audience::Login { except } => salesforce(bench.app.login, except),
        _ => Vec::new(),
    }
}

/// The audiences that Salesforce takes for a login at `login`.
///
/// Its documentation has production, sandbox and the address of an Experience Cloud site. For a My Domain its own command
/// line tries the domain itself, then the generic address of the same kind of org, and never the other one (sfdx-core,
/// `sfdcUrl.ts`, `getLoginAudienceCombos`).
fn salesforce(login: &str, except: &[(&str, &str)]) -> Vec<String> {
    let login = login.trim_end_matches('/');
    let host = host(login);
    if let Some((_, audience)) = except.iter().find(|(start, _)| host.starts_with(start)) {
        return vec![(*audience).to_owned()];
    }
    let mut taken = vec![login.to_owned()];
    if is_my_domain(host) {
        let is_sandbox = host.ends_with(".sandbox.my.salesforce.com") || host.ends_with(".scratch.my.salesforce.com");
        taken.push(if is_sandbox { SANDBOX } else { PRODUCTION }.to_owned());
    }
    taken
}

/// What is known of the login address before anything is sent there.
fn judge_login(bench: &mut Bench<'_>) {
    let login = bench.app.login;
    let host = host(login);
    let generic = [PRODUCTION, SANDBOX].iter().any(|it| host.eq_ignore_ascii_case(it.trim_start_matches("https://")));
    if generic {
        let met = format!(
            "`{login}` serves Connected Apps; an External Client App is refused there with `app_not_found`: it wants \
             the org's My Domain, as Setup > My Domain shows it"
        );
        bench.warned("login_address", met, GENERIC);
    } else if host.ends_with(".lightning.force.com") || host.ends_with(".my.salesforce-setup.com") {
        let met = format!("`{login}` serves pages: the token endpoint stands at `https://….my.salesforce.com`");
        bench.warned("login_address", met, "reported as an answer in HTML");
    } else if is_my_domain(host) {
        bench.kept("login_address", format!("`{login}` is a My Domain"));
    } else {
        bench.unknowable("login_address", format!("whether `{login}` is a site of this org"));
    }
}

fn is_my_domain(host: &str) -> bool {
    host.ends_with(".my.salesforce.com")
}

/// The host of a URL, without its port.
fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split('/').next().unwrap_or_default();
    authority.rsplit_once(':').map_or(authority, |(host, _)| host)
}
