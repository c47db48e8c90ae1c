//! The exchange: whom to trust, what to send, and what a refusal means.

use std::time::Duration;

use certwright::crypto::{DigestAlgorithm, SystemRandom};
use certwright::formats::spki;
use certwright::http::{Address, Bounds, Client, Field, Proxy};
use certwright::operations::{
    Circumstances, FormField, Granted, Login as Exchange, RequestForm, Target, TokenRules, login, open_certificates,
    request_form, sign_token,
};
use certwright::secret::Token;

use super::{Login, Plan, not_sent};
use crate::context::Context;
use crate::exit::ExitStatus;
use crate::printer::Warning;
use crate::report::{Failure, Login as Attempt};

/// Signs the token and exchanges it.
///
/// # Errors
/// A [`Failure`] with what is known of the reason.
pub(super) fn exchange(options: &Login, plan: &Plan<'_>, context: &Context) -> Result<Granted, Failure> {
    let (address, client) = prepared(options, plan, context)?;
    let secret = client_secret(options, plan, context)?;
    let assertion = sign_token(&plan.token, &plan.signer.key, &mut SystemRandom::new())
        .map_err(|error| not_sent(context, &error))?;
    let scope = options.scope();
    let form = RequestForm {
        assertion: &assertion,
        client_id: Some(&plan.answers.client_id),
        client_secret: secret.as_ref(),
        scope: scope.as_deref(),
    };
    let form = request_form(plan.target, &form).map_err(|error| not_sent(context, &error))?;
    let fields: Vec<Field<'_>> = form.into_iter().map(|(name, value)| Field { name, value }).collect();
    let granted = login(&Exchange { endpoint: &address, fields: &fields }, &client, plan.now)
        .map_err(|error| failure(&error, plan))?;
    let clock = Circumstances { clock_ahead: granted.clock_ahead, ..Circumstances::default() }.clock();
    if let Some(clock) = clock {
        let warning = Warning::new(clock).hint("set this machine's clock: a login fails when the difference grows");
        context.printer.warning(&warning);
    }
    Ok(granted)
}

/// Where the token goes, and a client that goes there as the options say. Nothing is sent yet: a rehearsal asks for this
/// too, so that it does not accept a login that this program would then refuse to try.
///
/// # Errors
/// A [`Failure`] when the options do not allow the exchange.
pub(super) fn prepared(options: &Login, plan: &Plan<'_>, context: &Context) -> Result<(Address, Client), Failure> {
    let address: Address = plan.address.parse().map_err(|fault| {
        Failure::new("login_address", ExitStatus::Usage, format!("cannot log in at `{}`: {fault}", plan.address))
            .hint("nothing was sent; give a URL such as `--login-url https://login.salesforce.com`")
    })?;
    let client = client(options, &address, context)?;
    Ok((address, client))
}

fn client(options: &Login, address: &Address, context: &Context) -> Result<Client, Failure> {
    let proxy = Proxy::from_variables(&|name| context.variable(name), address).map_err(|error| {
        Failure::from_error(&error, "login_proxy", ExitStatus::Usage)
            .hint("nothing was sent; write it as `http://proxy.example.com:3128`, or name this host in `NO_PROXY`")
    })?;
    let mut client = Client { proxy, ..Client::default() };
    if let Some(path) = &options.connection.ca_file {
        let passwords = context.given_passwords(&options.passin)?;
        let input = context.input(path)?;
        let roots = open_certificates(&input, &passwords, &context.limits).map_err(|it| not_sent(context, &it))?;
        client.authorities = roots.iter().map(|root| root.der().to_vec()).collect();
    }
    if let Some(span) = options.connection.timeout {
        let exchange = Duration::from_secs(span.seconds.into());
        let usual = Bounds::default();
        client.bounds = Bounds { connect: usual.connect.min(exchange), exchange, ..usual };
    }
    Ok(client)
}

/// Refuses a client's secret that would not be sent.
///
/// # Errors
/// A usage failure.
pub(super) fn check_client_secret(options: &Login, target: &Target, rules: &TokenRules) -> Result<(), Failure> {
    if options.token.client_secret.is_none() || asks_for_secret(rules) {
        return Ok(());
    }
    Err(Failure::usage(format!("`--client-secret` cannot be used: {} asks for none", target.title))
        .hint("nothing was sent; leave `--client-secret` out: the signed token says who the client is"))
}

/// The client's secret, where the service asks for one.
fn client_secret(options: &Login, plan: &Plan<'_>, context: &Context) -> Result<Option<Token>, Failure> {
    if !asks_for_secret(plan.rules) {
        return Ok(None);
    }
    let given = options.token.client_secret.as_ref();
    let question = format!("client secret for {}: ", plan.target.title);
    let secret = context.secret(given, "--client-secret", &question, &format!("log in to {}", plan.target.title))?;
    Ok(Some(Token::new(secret.expose())))
}

fn asks_for_secret(rules: &TokenRules) -> bool {
    rules.exchange.fields.contains(&FormField::ClientSecret)
}

/// The failure, weighed with all that is known of this login.
pub(super) fn failure(error: &certwright::operations::LoginError, plan: &Plan<'_>) -> Failure {
    let certificate = plan.signer.certificate.as_ref();
    let certificate = certificate.map(|it| format!("sha256:{}", it.fingerprint(DigestAlgorithm::Sha256)));
    let key = spki::fingerprint(&plan.signer.key.public_key()).ok();
    let attempt = Attempt {
        target: plan.target,
        endpoint: &plan.address,
        audience: plan.token.claims.get("aud").and_then(|audience| audience.as_str()),
        lifetime: plan.token.expires.map(|end| end.unix() - plan.now.unix()),
        longest: plan.rules.lifetime.longest,
        key: key.map(|fingerprint| format!("{} with public key sha256:{fingerprint}", plan.signer.key.algorithm())),
        certificate,
    };
    Failure::from_login(error, &attempt)
}
