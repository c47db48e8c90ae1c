//! What is printed of an access token: all of it where that was asked for, and nothing of it otherwise.

use certwright::formats::jwt;
use certwright::operations::Granted;
use serde_json::Value;

use super::again::{is_for_curl, is_for_salesforce_cli, words};
use super::{Login, Plan};
use crate::args::Shell;
use crate::context::Context;
use crate::exit::ExitStatus;
use crate::render::json::{document, pretty};
use crate::render::login as render;
use crate::report::Failure;

/// Prints what would be sent.
pub(super) fn dry_run(dry_run: &render::DryRun<'_>, context: &Context) -> ExitStatus {
    if context.json {
        context.printer.data(&document("login-dry-run", dry_run.json()));
    } else {
        context.printer.report(&dry_run.text());
        context.printer.note("nothing was signed, and nothing was sent");
    }
    ExitStatus::Done
}

/// Prints what was granted, in the form that was asked for.
///
/// # Errors
/// A [`Failure`] when the values cannot stand in a shell's line.
pub(super) fn granted(
    login: &Login,
    plan: &Plan<'_>,
    granted: &Granted,
    context: &Context,
) -> Result<ExitStatus, Failure> {
    let printer = &context.printer;
    if login.output.token_only {
        printer.data(&format!("{}\n", granted.access_token.expose()));
    } else if login.output.env {
        let shell = login.output.shell.unwrap_or(Shell::usual());
        printer.data(&assignments(plan, granted, shell)?);
    } else if context.json {
        printer.data(&pretty(granted.answer.expose()));
    } else {
        printer.report(&human(login, plan, granted, context));
    }
    Ok(ExitStatus::Done)
}

fn assignments(plan: &Plan<'_>, granted: &Granted, shell: Shell) -> Result<String, Failure> {
    let is_salesforce = plan.target.name == "salesforce";
    // Beside the address that an earlier login left in the variable, this token would go to that other org.
    if is_salesforce && granted.instance_url.is_none() {
        return Err(Failure::new("login_answer", ExitStatus::Failed, "the server gave a token, but no `instance_url`")
            .hint("the token was not printed, since `SF_INSTANCE_URL` cannot be set; take it with `--token-only`"));
    }
    let prefix = if is_salesforce { "SF_" } else { "" };
    let token = (format!("{prefix}ACCESS_TOKEN"), granted.access_token.expose());
    let url = granted.instance_url.as_deref().map(|url| (format!("{prefix}INSTANCE_URL"), url));
    let values: Vec<(String, &str)> = std::iter::once(token).chain(url).collect();
    render::assignments(&values, shell).ok_or_else(|| {
        Failure::new("login_answer", ExitStatus::Failed, "what the server gave cannot stand in a shell's line")
            .hint("the token was not printed; take it with `--token-only`")
    })
}

fn human(login: &Login, plan: &Plan<'_>, granted: &Granted, context: &Context) -> String {
    let mut again = words(login, plan.answers);
    again.push("--token-only".to_owned());
    let trial = plan.endpoint.trial_url(granted.instance_url.as_deref());
    let path = plan.answers.key.path().map(|path| path.display().to_string());
    let authority = login.connection.ca_file.as_deref().filter(|path| is_for_curl(path, &context.limits));
    let authority = authority.map(|path| path.display().to_string());
    let salesforce_cli = (plan.target.name == "salesforce").then(|| render::SalesforceCli {
        username: plan.answers.username.as_deref().unwrap_or_default(),
        client_id: &plan.answers.client_id,
        instance_url: granted.instance_url.as_deref().unwrap_or(&plan.endpoint.login),
        key: path.as_deref(),
        reads_key: is_for_salesforce_cli(&plan.answers.key, &context.limits),
    });
    render::granted(&render::Login {
        target: plan.target,
        address: granted.instance_url.as_deref().unwrap_or(&plan.endpoint.login),
        username: plan.answers.username.as_deref(),
        scope: granted.scope.as_deref(),
        valid_until: valid_until(plan, granted),
        again: &again,
        trial: &trial,
        authority: authority.as_deref(),
        headers: plan.rules.exchange.headers,
        salesforce_cli,
    })
}

/// When the access token ends: as the server says, else as the token itself does, if it is a JWT.
fn valid_until(plan: &Plan<'_>, granted: &Granted) -> Option<String> {
    let end = granted.expires_in.map(|seconds| plan.now.unix() + i64::from(seconds));
    let stated = || {
        let token = jwt::read_unchecked(granted.access_token.expose()).ok()?;
        token.claims?.get("exp").and_then(Value::as_i64)
    };
    let end = end.or_else(stated)?;
    certwright::clock::Timestamp::from_unix(end).ok().map(|end| end.to_string())
}
