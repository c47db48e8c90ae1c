//! What to do with an access token, as lines to paste. None of them holds the token.

use std::fmt::Write as _;

use certwright::untrusted::Untrusted;

use super::{Login, SalesforceCli};
use crate::args::Shell;
use crate::render::DIM;

/// The next steps. The token goes from one program to the other through a pipe or a variable of the shell: on a command
/// line, every user of the machine could read it.
pub(super) fn steps(login: &Login<'_>) -> String {
    let mut text = String::new();
    let mut step = |title: &str, lines: &[String]| {
        let _ = writeln!(text, "{DIM}{title}{DIM:#}");
        for line in lines {
            let _ = writeln!(text, "  {}", Untrusted(line));
        }
    };
    step("try the token, in bash:", &curl(login));
    step("try the token, in PowerShell:", &powershell(login));
    match &login.salesforce_cli {
        Some(SalesforceCli { key: Some(key), reads_key: true, .. }) => {
            step("log in with the Salesforce CLI:", &[salesforce_cli(login, key)]);
        }
        Some(SalesforceCli { key: Some(key), .. }) => {
            let shell = Shell::usual();
            let convert = format!("certwright convert {} --to pkcs8 -o salesforce-cli.key", shell.word(key));
            let title = "the Salesforce CLI reads an unencrypted PEM key only; to log in with it:";
            step(title, &[convert, salesforce_cli(login, "salesforce-cli.key")]);
        }
        Some(SalesforceCli { key: None, .. }) => {
            step("the Salesforce CLI takes a key from a file only: `sf org login jwt --jwt-key-file FILE`", &[]);
        }
        None => {}
    }
    text
}

fn curl(login: &Login<'_>) -> Vec<String> {
    let shell = Shell::Bash;
    let further: String = login
        .headers
        .iter()
        .map(|(name, value)| format!(" --header {}", shell.quoted(&format!("{name}: {value}"))))
        .collect();
    let trust = login.authority.map(|file| format!(" --cacert {}", shell.word(file))).unwrap_or_default();
    vec![
        format!("token=$({})", shell.line(login.again)),
        format!(
            r#"printf 'Authorization: Bearer %s\n' "$token" | curl --header @-{further}{trust} {}"#,
            shell.word(login.trial)
        ),
    ]
}

fn powershell(login: &Login<'_>) -> Vec<String> {
    let shell = Shell::PowerShell;
    let further: String = login
        .headers
        .iter()
        .map(|(name, value)| format!("; {} = {}", shell.quoted(name), shell.quoted(value)))
        .collect();
    vec![
        format!("$token = {}", shell.line(login.again)),
        format!(
            r#"Invoke-RestMethod -Headers @{{ Authorization = "Bearer $token"{further} }} -Uri {}"#,
            shell.quoted(login.trial)
        ),
    ]
}

fn salesforce_cli(login: &Login<'_>, key: &str) -> String {
    let Some(cli) = &login.salesforce_cli else { return String::new() };
    let words = [
        "sf",
        "org",
        "login",
        "jwt",
        "--username",
        cli.username,
        "--jwt-key-file",
        key,
        "--client-id",
        cli.client_id,
        "--instance-url",
        cli.instance_url,
    ];
    Shell::usual().line(&words.map(str::to_owned))
}
