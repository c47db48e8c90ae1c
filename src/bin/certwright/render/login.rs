//! A login as text for people and as JSON for programs; what of a token may be shown, and what not.

mod next;

use std::fmt::Write as _;

use certwright::crypto::DigestAlgorithm;
use certwright::formats::x509::Certificate;
use certwright::operations::{FormField, Grant, Target, UnsignedToken};
use certwright::untrusted::Untrusted;
use serde_json::{Value, json};

use super::{DIM, GOOD};
use crate::args::Shell;

/// A login that was granted. The token is not part of it.
pub(crate) struct Login<'a> {
    /// Where.
    pub(crate) target: &'a Target,
    /// Where the API stands.
    pub(crate) address: &'a str,
    /// As whom, where there is a user.
    pub(crate) username: Option<&'a str>,
    /// What the token is good for, as the server says it.
    pub(crate) scope: Option<&'a str>,
    /// When the token ends, where that is known.
    pub(crate) valid_until: Option<String>,
    /// The words of the command that prints a token.
    pub(crate) again: &'a [String],
    /// An address that answers only to a good token.
    pub(crate) trial: &'a str,
    /// The file of the authority that was trusted for this login, where curl can read it.
    pub(crate) authority: Option<&'a str>,
    /// Header fields of a request there.
    pub(crate) headers: &'a [(&'a str, &'a str)],
    /// How the Salesforce CLI logs in, where it can.
    pub(crate) salesforce_cli: Option<SalesforceCli<'a>>,
}

/// What the Salesforce CLI is told.
pub(crate) struct SalesforceCli<'a> {
    pub(crate) username: &'a str,
    pub(crate) client_id: &'a str,
    pub(crate) instance_url: &'a str,
    /// The key's file; none where the key came from a variable or from standard input.
    pub(crate) key: Option<&'a str>,
    /// Whether it reads that file.
    pub(crate) reads_key: bool,
}

/// The report for people. It ends with what to do next.
pub(crate) fn granted(login: &Login<'_>) -> String {
    // Writing to a String cannot fail.
    let mut text = String::new();
    let user = login.username.map(|user| format!(" as {}", Untrusted(user))).unwrap_or_default();
    let _ = writeln!(text, "{GOOD}logged in{GOOD:#} to {}{user}", login.target.title);
    let mut line = |name: &str, value: &str| {
        let _ = writeln!(text, "  {name:<12} {}", Untrusted(value));
    };
    line("address", login.address);
    login.scope.iter().for_each(|scope| line("scope", scope));
    line("token", "[redacted]; to print it, add `--token-only`");
    login.valid_until.iter().for_each(|end| line("valid until", end));
    text.push('\n');
    text.push_str(&next::steps(login));
    text
}

/// What would be sent, and is not.
pub(crate) struct DryRun<'a> {
    pub(crate) target: &'a Target,
    /// The token endpoint.
    pub(crate) address: &'a str,
    pub(crate) token: &'a UnsignedToken,
    pub(crate) client_id: &'a str,
    pub(crate) scope: Option<&'a str>,
    /// The certificate that the key was proved to belong to.
    pub(crate) certificate: Option<&'a Certificate>,
}

impl DryRun<'_> {
    /// The fields of the form, those that hold a secret without their value.
    fn form(&self) -> Vec<(&'static str, Option<String>)> {
        let Some(rules) = self.target.token else { return Vec::new() };
        let mut form = match rules.exchange.grant {
            Grant::ClientCredentials => vec![
                ("grant_type", Some("client_credentials".to_owned())),
                ("client_assertion_type", Some("urn:ietf:params:oauth:client-assertion-type:jwt-bearer".to_owned())),
                ("client_assertion", None),
            ],
            _ => vec![
                ("grant_type", Some("urn:ietf:params:oauth:grant-type:jwt-bearer".to_owned())),
                ("assertion", None),
            ],
        };
        form.extend(rules.exchange.fields.iter().filter_map(|field| match *field {
            FormField::ClientId => Some(("client_id", Some(self.client_id.to_owned()))),
            FormField::ClientSecret => Some(("client_secret", None)),
            FormField::Scope { usual, .. } => Some(("scope", Some(self.scope.unwrap_or(usual).to_owned()))),
            _ => None,
        }));
        form
    }

    fn certificate_sha256(&self) -> Option<String> {
        self.certificate.map(|certificate| certificate.fingerprint(DigestAlgorithm::Sha256).to_string())
    }

    /// The report for people.
    pub(crate) fn text(&self) -> String {
        let mut text = format!("POST {}\n", Untrusted(self.address));
        for (name, value) in self.form() {
            let _ = match value {
                Some(value) => writeln!(text, "  {name} = {}", Untrusted(&value)),
                None => writeln!(text, "  {name} = {DIM}[left out]{DIM:#}"),
            };
        }
        let pretty = |value: &Value| super::json::pretty(value);
        let header = Value::Object(self.token.header.members().clone());
        let _ = write!(text, "\nheader\n{}", pretty(&header));
        let _ = write!(text, "\nclaims\n{}", pretty(&Value::Object(self.token.claims.clone())));
        if let Some(end) = self.token.expires {
            let _ = writeln!(text, "\nexpires at {end}");
        }
        if let Some(fingerprint) = self.certificate_sha256() {
            let _ = writeln!(text, "proved: the key belongs to the certificate sha256:{fingerprint}");
        }
        text
    }

    /// The report for programs.
    pub(crate) fn json(&self) -> Value {
        let form: serde_json::Map<String, Value> =
            self.form().into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
        json!({
            "target": self.target.name,
            "address": self.address,
            "form": form,
            "header": self.token.header.members(),
            "claims": self.token.claims,
            "expires_at": self.token.expires.map(|end| end.to_string()),
            "certificate_sha256": self.certificate_sha256(),
        })
    }
}

/// The lines that set variables to values of a server, or nothing where a value has a character besides those that
/// tokens and addresses are made of: what is pasted into a shell is held to that once more.
pub(crate) fn assignments(values: &[(String, &str)], shell: Shell) -> Option<String> {
    let is_fit = |octet: u8| octet.is_ascii_graphic() && !matches!(octet, b'"' | b'\'' | b'`' | b'\\');
    let all_fit = values.iter().all(|(_, value)| !value.is_empty() && value.bytes().all(is_fit));
    all_fit.then(|| values.iter().map(|(name, value)| shell.assignment(name, value)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_values_become_assignments() {
        let lines = |value: &str| assignments(&[("SF_ACCESS_TOKEN".to_owned(), value)], Shell::Bash);
        assert_eq!(lines("00D!a.b_c").as_deref(), Some("export SF_ACCESS_TOKEN='00D!a.b_c'\n"));
        for hostile in ["", "a'b", "a b", "a\nb", "a`id`", "a\\", "\"", "zoë", "\u{2019};id", "a\0", "a\u{7f}"] {
            assert_eq!(lines(hostile), None, "{hostile:?}");
        }
    }
}
