//! The line that logs in once more, for the next steps: nothing on it is a secret.

use std::path::Path;

use certwright::files::Input;
use certwright::formats::detect::{Format, detect};
use certwright::formats::pem;
use certwright::limits::Limits;

use super::Login;
use super::answers::Answers;

/// The words of this login, with what was answered at the terminal as options.
pub(super) fn words(login: &Login, answers: &Answers) -> Vec<String> {
    let mut words = vec!["certwright".to_owned(), "login".to_owned()];
    let mut put = |option: &str, value: &str| {
        // A value that begins with a dash would be taken for an option.
        if value.starts_with('-') && value != "-" {
            words.push(format!("{option}={value}"));
        } else {
            words.extend([option.to_owned(), value.to_owned()]);
        }
    };
    let texts = [
        ("--client-id", &login.client_id),
        ("--username", &login.username),
        ("--alias", &login.alias),
        ("--login-url", &login.login_url),
        ("--audience", &login.audience),
        ("--kid", &login.token.kid),
    ];
    let paths = [
        ("--key", &login.key),
        ("--cert", &login.cert),
        ("--env-file", &login.env_file),
        ("--ca-file", &login.connection.ca_file),
    ];
    if login.target != "salesforce" {
        put("--for", &login.target);
    }
    for (option, value) in texts {
        value.iter().for_each(|value| put(option, value));
    }
    for (option, path) in paths {
        path.iter().for_each(|path| put(option, &path.to_string_lossy()));
    }
    for (option, answer) in &answers.typed {
        put(option, answer);
    }
    login.token.scope.iter().for_each(|scope| put("--scope", scope));
    for (option, span) in [("--exp", login.token.exp), ("--timeout", login.connection.timeout)] {
        span.iter().for_each(|span| put(option, &format!("{}s", span.seconds)));
    }
    login.passin.passin.iter().for_each(|source| put("--passin", &source.to_string_lossy()));
    login.token.client_secret.iter().for_each(|source| put("--client-secret", &source.to_string_lossy()));
    words
}

/// Whether curl reads the certificates in the file: it takes PEM, and not from our standard input.
pub(super) fn is_for_curl(path: &Path, limits: &Limits) -> bool {
    let input = Input::read_if_file(path, limits);
    matches!(input, Ok(Some(input)) if detect(input.bytes()) == Some(Format::Pem))
}

/// Whether the Salesforce CLI reads this key: it takes PEM from a file, and neither an encrypted key nor UTF-16.
pub(super) fn is_for_salesforce_cli(key: &Input, limits: &Limits) -> bool {
    if key.path().is_none() || detect(key.bytes()) != Some(Format::Pem) {
        return false;
    }
    pem::decode(key.bytes(), limits).is_ok_and(|document| {
        let is_plain = |block: &pem::Block| {
            matches!(block.label.as_str(), "PRIVATE KEY" | "RSA PRIVATE KEY")
                && !block.headers.iter().any(|(name, _)| name == "Proc-Type")
        };
        document.repairs.is_empty() && document.blocks.iter().any(is_plain)
    })
}
