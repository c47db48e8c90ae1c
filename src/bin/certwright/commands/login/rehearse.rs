//! `login --rehearse`: the whole exchange, against a strict verifier on this machine.

use std::path::Path;

use certwright::crypto::SystemRandom;
use certwright::files::Input;
use certwright::formats::x509::Certificate;
use certwright::http::Field;
use certwright::operations::{
    KeyName, Outcome, RegisteredApp, Rehearsal, Rehearse, RehearseError, RequestForm, Target, TokenRules,
    check_can_rehearse, lint, open_certificates, rehearse, request_form, sign_token,
};
use certwright::secret::Token;
use certwright::untrusted::Untrusted;

use super::answers::Answers;
use super::{Login, Plan, again, exchange, not_sent};
use crate::args::Shell;
use crate::context::Context;
use crate::exit::ExitStatus;
use crate::render::json::document;
use crate::render::rehearse as render;
use crate::report::{Failure, word};

/// Rehearses the login that the options ask for.
///
/// # Errors
/// A [`Failure`] when there is nothing to rehearse with; a refusal is reported.
pub(super) fn run(
    login: &Login,
    target: &'static Target,
    rules: &'static TokenRules,
    answers: &Answers,
    context: &Context,
) -> Result<ExitStatus, Failure> {
    check_can_rehearse(target).map_err(|error| failed(&error))?;
    let Some(path) = &login.cert else {
        return Err(Failure::usage("a rehearsal needs the certificate that is, or is to be, in the app")
            .hint("nothing was sent; name its file with `--cert FILE`"));
    };
    let input = context.input(path)?;
    // The pair is for the verifier to judge, except where the header itself is made of the certificate.
    let certificate = (rules.key_name == KeyName::CertificateSha256).then_some(&input);
    let plan = login.plan(target, rules, answers, certificate, context)?;
    exchange::prepared(login, &plan, context)?;
    let rehearsal = exchanged(login, &plan, &input, context)?;
    let refusal = rehearsal.refusal.as_ref().map(|error| refused(exchange::failure(error, &plan), &plan));
    let refusal = refusal.map(|refusal| of_the_pair(refusal, &rehearsal, &plan, path));
    let refusal = refusal.or_else(|| certificate_refused(&rehearsal, &plan, &word(&path.display().to_string())));
    let again = Shell::usual().line(&again::words(login, answers));
    let report = render::Report { target, address: &plan.address, now: plan.now, rehearsal: &rehearsal };
    if context.json {
        let mut members = report.json();
        members["refusal"] = refusal.as_ref().map_or(serde_json::Value::Null, Failure::to_value);
        members["next"] = if refusal.is_none() { again.as_str().into() } else { serde_json::Value::Null };
        context.printer.data(&document("rehearsal", members));
    } else {
        context.printer.report(&report.text());
    }
    match refusal {
        None => {
            context.printer.report(&render::next(&again));
            Ok(ExitStatus::Done)
        }
        Some(failure) => Err(failure),
    }
}

/// Signs what the login would sign, and posts what it would post.
fn exchanged(login: &Login, plan: &Plan<'_>, input: &Input, context: &Context) -> Result<Rehearsal, Failure> {
    let target = plan.target;
    let passwords = context.passwords(&login.passin)?;
    let certificates =
        open_certificates(input, &passwords, &context.limits).map_err(|error| not_sent(context, &error))?;
    let mut rng = SystemRandom::new();
    let given = context.given_passwords(&login.passin)?;
    let linted = lint(input, target, &given, &context.limits, plan.now, &mut rng);
    let assertion = sign_token(&plan.token, &plan.signer.key, &mut rng).map_err(|error| not_sent(context, &error))?;
    let scope = login.scope();
    // The verifier does not look at it, so the real one is not asked for.
    let secret = Token::new("rehearsal");
    let form = RequestForm {
        assertion: &assertion,
        client_id: Some(&plan.answers.client_id),
        client_secret: Some(&secret),
        scope: scope.as_deref(),
    };
    let form = request_form(target, &form).map_err(|error| not_sent(context, &error))?;
    let fields: Vec<Field<'_>> = form.into_iter().map(|(name, value)| Field { name, value }).collect();
    let app = RegisteredApp {
        target,
        client: &plan.answers.client_id,
        user: plan.answers.username.as_deref(),
        certificate: leaf(&certificates, plan),
        login: &plan.endpoint.login,
        endpoint: &plan.address,
    };
    rehearse(&Rehearse { app, fields: &fields, certificate: &linted }, plan.now).map_err(|error| failed(&error))
}

/// The certificate that an app would hold: of several that of the key, else the first.
fn leaf<'a>(certificates: &'a [Certificate], plan: &Plan<'_>) -> &'a Certificate {
    let key = plan.signer.key.public_key();
    let own = certificates.iter().find(|it| it.public_key().is_ok_and(|held| held == key));
    own.unwrap_or(&certificates[0])
}

fn failed(error: &RehearseError) -> Failure {
    let failure = Failure::from_error(error, "rehearsal_failed", ExitStatus::Failed);
    match error {
        RehearseError::NoEndpoint { .. } => failure.hint("nothing was sent; see what would be with `--dry-run`"),
        _ => failure.hint("nothing left this machine; see whether something here forbids programs to listen"),
    }
}

/// The refusal as what it is: one that would be, with the explanation that it has.
fn refused(failure: Failure, plan: &Plan<'_>) -> Failure {
    let title = plan.target.title;
    let words = failure.members.get("login").and_then(|login| login.get("error")).and_then(|error| error.as_str());
    let message = format!("{title} would refuse this login: `{}`", Untrusted(words.unwrap_or_default()));
    let causes = failure.causes.iter().map(|cause| match cause.strip_prefix("the server said ") {
        Some(said) => format!("it is known to say {said}"),
        None => cause.replace("the server said no more than that", "its further words are not known"),
    });
    Failure { kind: "rehearsal_refused", causes: causes.collect(), message, ..failure.clone() }
}

/// Where the verifier has the very certificate, and the signature is refused, it is known that key and certificate do not
/// belong together: which of the two is the wrong one, the user has to say before anything is uploaded anywhere.
fn of_the_pair(mut failure: Failure, rehearsal: &Rehearsal, plan: &Plan<'_>, certificate: &Path) -> Failure {
    if rehearsal.first_refused().is_some_and(|check| check.id == "signature") {
        let path = |path: &Path| word(&path.display().to_string());
        let key = plan.answers.key.path().map_or_else(|| "FILE".to_owned(), path);
        let command = format!("certwright verify --key {key} --cert {}", path(certificate));
        let hint =
            format!("the key and this certificate do not belong together, as `{command}` shows: name those that do");
        // Which of the two is to be uploaded is not settled yet.
        failure.hints = std::iter::once(hint).chain(failure.hints.drain(..).skip(1)).collect();
    }
    failure
}

/// The refusal of the certificate alone, before any token.
fn certificate_refused(rehearsal: &Rehearsal, plan: &Plan<'_>, file: &str) -> Option<Failure> {
    let check = rehearsal.checks.iter().find(|check| check.outcome == Outcome::Refused)?;
    let (title, name) = (plan.target.title, plan.target.name);
    let message = format!("{title} would refuse the certificate in {file}");
    Some(
        Failure::new("rehearsal_refused", ExitStatus::Failed, message)
            .cause(Untrusted(&check.met).to_string())
            .hint(format!("for the command that mends it, run `certwright lint {file} --for {name}`")),
    )
}
