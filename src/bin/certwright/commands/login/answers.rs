//! Who logs in, as whom, with which key, and where: options, then the environment, then the env file, then questions.

use std::path::{Path, PathBuf};

use certwright::files::Input;
use certwright::operations::{Party, Target, TokenRules};

use super::Login;
use crate::context::{Context, Names, Settings};
use crate::exit::ExitStatus;
use crate::printer::Warning;
use crate::prompt::{PromptError, Unattended};
use crate::report::Failure;

const CLIENT_ID: Names = Names { everywhere: &["SF_CLIENT_ID"], in_file: &["ClientId"] };
const USERNAME: Names = Names { everywhere: &["SF_USERNAME"], in_file: &["UserName"] };
const KEY_PATH: Names = Names { everywhere: &["SF_PRIVATE_KEY_PATH"], in_file: &["KeyFile"] };
const KEY_TEXT: Names = Names { everywhere: &["SF_PRIVATE_KEY"], in_file: &[] };
/// What `login --env` prints would otherwise be read back, so the instance's address counts in a file only.
const LOGIN_URL: Names = Names { everywhere: &["SF_LOGIN_URL"], in_file: &["Domain", "SF_INSTANCE_URL"] };
const AUDIENCE: Names = Names { everywhere: &["SF_AUDIENCE_URL"], in_file: &[] };

/// What belongs to the username-password flow, which is not offered.
const PASSWORD_FLOW: [&str; 3] = ["SF_CLIENT_SECRET", "SF_PASSWORD", "SF_SECURITY_TOKEN"];

/// Everything that a login needs to be told.
#[derive(Debug)]
pub(super) struct Answers {
    pub(super) client_id: String,
    /// The user; none where the service has none.
    pub(super) username: Option<String>,
    pub(super) key: Input,
    /// The address as it was given; none for the usual one.
    pub(super) login_url: Option<String>,
    pub(super) audience: Option<String>,
    /// What was answered at the terminal, by its option.
    pub(super) typed: Vec<(&'static str, String)>,
}

/// What has to be answered.
#[derive(Clone, Copy)]
struct Question {
    option: &'static str,
    variable: Option<&'static str>,
    text: &'static str,
}

const KEY: Question =
    Question { option: "--key", variable: Some("SF_PRIVATE_KEY_PATH"), text: "file of the private key" };

/// Settles the answers; a missing one is asked for at the terminal.
///
/// # Errors
/// A [`Failure`] that names the option and the variable of each missing answer.
pub(super) fn settle(
    login: &Login,
    target: &Target,
    rules: &TokenRules,
    context: &Context,
) -> Result<Answers, Failure> {
    let settings = settings(login, target, context)?;
    let from = |typed: &Option<String>, names: Names| match (typed, &settings) {
        (Some(text), _) => Ok(Some(text.clone())),
        (None, Some(settings)) => settings.find(names)?.map(|setting| setting.text()).transpose(),
        (None, None) => Ok(None),
    };
    let is_salesforce = settings.is_some();
    let variable = |name| is_salesforce.then_some(name);
    let client = Question { option: "--client-id", variable: variable("SF_CLIENT_ID"), text: rules.client };
    let user = Question { option: "--username", variable: variable("SF_USERNAME"), text: rules.user };
    let key = Question { variable: variable("SF_PRIVATE_KEY_PATH"), ..KEY };
    let needs_user = !matches!(rules.subject, Party::Client | Party::Nobody | Party::UserIfAny);

    let mut client_id = from(&login.client_id, CLIENT_ID)?;
    let mut username = from(&login.username, USERNAME)?;
    let mut key_input = match (&login.key, &settings) {
        (Some(path), _) => Some(context.input(path)?),
        (None, Some(settings)) => key_setting(settings, context)?,
        (None, None) => None,
    };
    let login_url = from(&login.login_url, LOGIN_URL)?.map(|text| whole_domain(text, is_salesforce));
    let audience = from(&login.audience, AUDIENCE)?;

    let mut missing = Vec::new();
    missing.extend(client_id.is_none().then_some(client));
    missing.extend((needs_user && username.is_none()).then_some(user));
    missing.extend(key_input.is_none().then_some(key));
    if let (false, Some(why)) = (missing.is_empty(), context.prompt().unattended()) {
        return Err(needed(&missing, why, login.env_file.is_none() && is_salesforce && context.has_file(".env")));
    }
    let mut typed = Vec::new();
    for question in missing {
        let answer = ask(question, context)?;
        match question.option {
            "--client-id" => client_id = Some(answer.clone()),
            "--username" => username = Some(answer.clone()),
            _ => key_input = Some(context.input(Path::new(&answer))?),
        }
        typed.push((question.option, answer));
    }
    // Whoever is not asked has answered.
    let (Some(client_id), Some(key)) = (client_id, key_input) else { return Err(Failure::usage("no key was named")) };
    Ok(Answers { client_id, username, key, login_url, audience, typed })
}

/// The settings, for Salesforce alone: their names are its own.
fn settings(login: &Login, target: &Target, context: &Context) -> Result<Option<Settings>, Failure> {
    if target.name != "salesforce" {
        return match login.env_file {
            Some(_) => Err(Failure::usage(format!(
                "`--env-file` cannot be used: its names are Salesforce's, not those of {}",
                target.title
            ))
            .hint("give the answers as options")),
            None => Ok(None),
        };
    }
    let settings = context.settings(login.env_file.as_deref())?;
    let unused = settings.set_among(&PASSWORD_FLOW);
    if !unused.is_empty() {
        let names: Vec<String> = unused.iter().map(|name| format!("`{name}`")).collect();
        let are = if unused.len() == 1 { "is" } else { "are" };
        let warning = Warning::new(format!(
            "{} {are} set and not used: the username-password flow is not offered",
            listed(&names)
        ))
        .cause("that flow hands the user's password to every program that logs in; a signed token needs the key alone")
        .hint("the login goes on with the key; take these variables away where nothing else needs them");
        context.printer.warning(&warning);
    }
    Ok(Some(settings))
}

/// The key that a variable names the file of, or holds itself.
fn key_setting(settings: &Settings, context: &Context) -> Result<Option<Input>, Failure> {
    let Some((which, setting)) = settings.find_any(&[KEY_PATH, KEY_TEXT])? else { return Ok(None) };
    if which == 1 {
        return Ok(Some(setting.input()));
    }
    let path: PathBuf = setting.path()?;
    let named = |mut failure: Failure| {
        failure.causes.push(format!("{} names it", setting.origin));
        failure
    };
    context.input(&path).map(Some).map_err(named)
}

/// A domain of Salesforce in whole: `test` and `acme.my` stand for hosts below `salesforce.com`, as in the tutorials'
/// libraries.
fn whole_domain(text: String, is_salesforce: bool) -> String {
    let is_short = !text.contains(['.', '/', ':']) || (text.ends_with(".my") && !text.contains(['/', ':']));
    if is_salesforce && is_short { format!("https://{text}.salesforce.com") } else { text }
}

fn ask(question: Question, context: &Context) -> Result<String, Failure> {
    let validate = |answer: &str| match answer {
        "" => Err(format!("this is needed; it can also be given with `{}`", question.option)),
        answer => Ok(answer.to_owned()),
    };
    context.prompt().line(question.text, None, validate).map_err(|error| match error {
        PromptError::Unattended(why) => needed(&[question], why, false),
        error => Failure::from_prompt(error, "no login"),
    })
}

fn needed(missing: &[Question], why: Unattended, has_env_file: bool) -> Failure {
    let options: Vec<String> = missing.iter().map(|question| format!("`{}`", question.option)).collect();
    let (are, them) = if options.len() == 1 { ("is", "it") } else { ("are", "them") };
    let message = format!("{} {are} missing, {}", listed(&options), why.clause());
    let variables: Vec<String> =
        missing.iter().filter_map(|question| question.variable.map(|name| format!("`{name}`"))).collect();
    let hint = match variables.as_slice() {
        [] => format!("give {them} on the command line"),
        variables => format!("give {them} on the command line, or set {}", listed(variables)),
    };
    let failure = Failure::new("answer_needed", ExitStatus::Usage, message).hint(hint);
    match has_env_file {
        true => failure.hint("`.env` is here and was not read; to read it, add `--env-file .env`"),
        false => failure,
    }
}

/// `A`, `A and B`, `A, B and C`.
fn listed(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [only] => only.clone(),
        [names @ .., last] => format!("{} and {last}", names.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_domain_is_below_salesforce_com() {
        let whole = |text: &str| whole_domain(text.to_owned(), true);
        assert_eq!(whole("login"), "https://login.salesforce.com");
        assert_eq!(whole("test"), "https://test.salesforce.com");
        assert_eq!(whole("acme--dev.sandbox.my"), "https://acme--dev.sandbox.my.salesforce.com");
        for text in ["https://login.salesforce.com", "login.salesforce.com", "localhost:8443", "http://[::1]:1"] {
            assert_eq!(whole(text), text);
        }
        assert_eq!(whole_domain("contoso".to_owned(), false), "contoso");
    }

    #[test]
    fn everything_that_is_missing_is_named_at_once() {
        let all = [
            Question { option: "--client-id", variable: Some("SF_CLIENT_ID"), text: "" },
            Question { option: "--username", variable: Some("SF_USERNAME"), text: "" },
            KEY,
        ];
        let failure = needed(&all, Unattended::NoInput, true);
        assert_eq!(
            failure.message,
            "`--client-id`, `--username` and `--key` are missing, and `--no-input` forbids to ask"
        );
        assert!(failure.hints[0].ends_with("or set `SF_CLIENT_ID`, `SF_USERNAME` and `SF_PRIVATE_KEY_PATH`"));
        assert!(failure.hints[1].contains("`--env-file .env`"));
        let one = needed(&all[2..], Unattended::NoTerminal, false);
        assert!(one.message.starts_with("`--key` is missing,") && one.hints.len() == 1, "{one:?}");
    }
}
