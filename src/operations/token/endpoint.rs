//! Where a token is sent, for whom it is then, and what is sent along.

use crate::operations::error::{Needed, Rule};
use crate::operations::target::{Accounts, Audience, FormField, Grant, TokenRules};
use crate::operations::{Error, Target};
use crate::secret::Token;

/// Where a target gives access tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenEndpoint {
    /// The address to log in at, without the endpoint's path and without a slash at its end.
    pub login: String,
    /// Its scheme, host and port.
    pub origin: String,
    /// Where the form is posted; `None` where the token itself is the access token.
    pub url: Option<String>,
    /// What `aud` is, unless another audience is asked for; `None` where it is not stated.
    pub audience: Option<String>,
    /// A GET that only a good access token is answered to: a whole address, or a path after that of the API.
    pub trial: &'static str,
}

impl TokenEndpoint {
    /// The address of the GET that tries an access token. `api` is where the server said that the API stands, which
    /// otherwise is the host that was logged in at.
    #[must_use]
    pub fn trial_url(&self, api: Option<&str>) -> String {
        if self.trial.starts_with("https://") {
            return self.trial.to_owned();
        }
        let api = api.unwrap_or(&self.origin);
        format!("{}{}", api.trim_end_matches('/'), self.trial)
    }
}

/// What a form holds that asks for an access token.
#[derive(Clone, Copy, Debug)]
pub struct RequestForm<'a> {
    /// The signed token.
    pub assertion: &'a Token,
    /// The client id.
    pub client_id: Option<&'a str>,
    /// The client's secret, for the targets that ask for one.
    pub client_secret: Option<&'a Token>,
    /// What the access token is to be good for, with spaces between, for the targets that ask for it here.
    pub scope: Option<&'a str>,
}

/// Where `target` gives access tokens, for a login address as it was typed: a URL with or without the endpoint's path, a
/// host, or the account alone where the target's addresses are made of it. `issuer` is what `iss` is made of, which is
/// the account at Snowflake.
///
/// ```
/// use certwright::operations::{Target, token_endpoint};
///
/// let salesforce: &Target = "salesforce".parse()?;
/// let endpoint = token_endpoint(salesforce, Some("https://acme.my.salesforce.com/"), None)?;
/// assert_eq!(endpoint.url.as_deref(), Some("https://acme.my.salesforce.com/services/oauth2/token"));
/// assert_eq!(endpoint.audience.as_deref(), Some("https://acme.my.salesforce.com"));
/// let netsuite: &Target = "netsuite".parse()?;
/// assert_eq!(token_endpoint(netsuite, Some("1234567_SB1"), None)?.login, "https://1234567-sb1.suitetalk.api.netsuite.com");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`Error::TokenNeeds`] where no address was given and the target has none for everybody, or the tenant is missing in it;
/// [`Error::LoginAddress`] for a text that is none; [`Error::NoLogin`] for a target that gives no tokens.
pub fn token_endpoint(target: &Target, login: Option<&str>, issuer: Option<&str>) -> Result<TokenEndpoint, Error> {
    let rules = target.token.ok_or(Error::NoLogin { target: target.title })?;
    let exchange = &rules.exchange;
    let needs = || Error::TokenNeeds {
        target: target.title,
        what: Needed::Login(exchange.login.account),
        source: Rule { text: "its address is not the same for everybody".into(), known_from: rules.source },
    };
    let typed = login.map(str::trim).filter(|text| !text.is_empty());
    let issuer = issuer.filter(|_| exchange.login.accounts == Accounts::Issuer);
    let typed = typed.or(exchange.login.usual).or(issuer).ok_or_else(needs)?;
    let address = Parts::of(&whole(typed, rules), typed)?;
    let below = exchange.below.iter().find(|(beginning, _)| address.path.starts_with(beginning));
    let path = match below {
        Some((_, path)) if !address.path.ends_with(exchange.path) => path,
        _ => exchange.path,
    };
    // A path that stands there already is not appended once more.
    let base = address.path.strip_suffix(path).unwrap_or(&address.path).trim_end_matches('/');
    if exchange.login.accounts == Accounts::InPath && base.is_empty() {
        return Err(needs());
    }
    let login = format!("{}{base}", address.origin);
    let url = (exchange.grant != Grant::Bearer).then(|| format!("{login}{path}"));
    let audience = match rules.audience {
        Audience::Endpoint => url.clone(),
        Audience::Host => Some(address.host.clone()),
        Audience::Login { except } => {
            let other = except.iter().find(|(beginning, _)| address.host.starts_with(beginning));
            Some(other.map_or_else(|| login.clone(), |(_, audience)| (*audience).to_owned()))
        }
        Audience::None => None,
    };
    Ok(TokenEndpoint { login, origin: address.origin, url, audience, trial: exchange.trial })
}

/// The fields of the form that asks `target` for an access token, in the order in which they are sent. Two of the values
/// are secrets: the assertion and the client's secret.
///
/// # Errors
/// [`Error::TokenNeeds`] for a field that is missing; [`Error::NoLogin`] for a target that gives no tokens for a form.
pub fn request_form<'a>(target: &Target, form: &RequestForm<'a>) -> Result<Vec<(&'static str, &'a str)>, Error> {
    let no_login = Error::NoLogin { target: target.title };
    let Some(rules) = target.token else { return Err(no_login) };
    let needs = |what| Error::TokenNeeds {
        target: target.title,
        what,
        source: Rule { text: "it is a field of the request".into(), known_from: rules.source },
    };
    let assertion = form.assertion.expose();
    let mut fields = match rules.exchange.grant {
        Grant::Bearer => return Err(no_login),
        Grant::ClientCredentials => vec![
            ("grant_type", "client_credentials"),
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            ("client_assertion", assertion),
        ],
        Grant::JwtBearer => {
            vec![("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"), ("assertion", assertion)]
        }
    };
    for field in rules.exchange.fields {
        fields.push(match *field {
            FormField::ClientId => ("client_id", form.client_id.ok_or_else(|| needs(Needed::Issuer(rules.client)))?),
            FormField::ClientSecret => {
                ("client_secret", form.client_secret.map(Token::expose).ok_or_else(|| needs(Needed::ClientSecret))?)
            }
            FormField::Scope { usual, words } => {
                let usual = Some(usual).filter(|usual| !usual.is_empty());
                ("scope", form.scope.or(usual).ok_or_else(|| needs(Needed::Scope(words)))?)
            }
        });
    }
    Ok(fields)
}

/// The URL that a typed text stands for: itself, or that of a host or an account.
fn whole(typed: &str, rules: &TokenRules) -> String {
    let login = &rules.exchange.login;
    if typed.contains("://") {
        return typed.to_owned();
    }
    let tail = login.pattern.rsplit_once("{}").map_or("", |(_, tail)| tail);
    let is_host = match login.accounts {
        Accounts::InHost => typed.contains(['.', '/', ':']),
        Accounts::InPath => typed.contains('/'),
        Accounts::Issuer => typed.contains(['/', ':']) || typed.to_ascii_lowercase().ends_with(tail),
        Accounts::None => true,
    };
    if is_host {
        return format!("https://{typed}");
    }
    let account = match login.accounts {
        Accounts::InPath => typed.to_owned(),
        // In host names an account's `_` is `-`: NetSuite's sandboxes, Snowflake's accounts.
        _ => typed.to_ascii_lowercase().replace('_', "-"),
    };
    login.pattern.replace("{}", &account)
}

/// A URL in its parts. Only what is needed to put others together is looked at; the program judges the rest before it
/// sends anything.
struct Parts {
    /// Scheme, host and port, in lower case.
    origin: String,
    host: String,
    /// The path, without slashes at its end.
    path: String,
}

impl Parts {
    fn of(url: &str, typed: &str) -> Result<Self, Error> {
        let fault = |why| Error::LoginAddress { address: without_user(typed), why };
        let (scheme, rest) = url.split_once("://").unwrap_or_default();
        let scheme = scheme.to_ascii_lowercase();
        if !matches!(scheme.as_str(), "http" | "https") {
            return Err(fault("it begins with neither `https://` nor `http://`"));
        }
        if rest.contains(['?', '#']) {
            return Err(fault("it has a query or fragment"));
        }
        let (authority, path) = rest.find('/').map_or((rest, ""), |slash| rest.split_at(slash));
        if authority.contains('@') {
            return Err(fault("it has a user name or password before the host"));
        }
        let authority = authority.to_ascii_lowercase();
        let host = match authority.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|octet| octet.is_ascii_digit()) => host,
            _ => &authority,
        };
        let is_bracketed = host.starts_with('[') && host.ends_with(']');
        let is_part = |letter: char| letter.is_ascii_alphanumeric() || "-._".contains(letter);
        if host.is_empty() || !(is_bracketed || host.chars().all(is_part)) {
            return Err(fault("it has no host name"));
        }
        if path.chars().any(|letter| letter.is_whitespace() || letter.is_control()) {
            return Err(fault("it has white space in it"));
        }
        let path = path.trim_end_matches('/').to_owned();
        Ok(Self { origin: format!("{scheme}://{authority}"), host: host.to_owned(), path })
    }
}

/// The text without what stands before an `@`, where people write passwords.
fn without_user(typed: &str) -> String {
    let Some((before, after)) = typed.rsplit_once('@') else { return typed.to_owned() };
    let scheme = before.split_once("://").map(|(scheme, _)| format!("{scheme}://"));
    format!("{}…@{after}", scheme.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(target: &str, login: Option<&str>) -> TokenEndpoint {
        token_endpoint(target.parse().unwrap(), login, Some("xy12345.eu-central-1")).unwrap()
    }

    #[test]
    fn every_way_to_write_an_address_leads_to_the_same_endpoint() {
        let rows: &[(&str, &str, &[&str])] = &[
            (
                "salesforce",
                "https://acme.my.salesforce.com/services/oauth2/token",
                &[
                    "https://acme.my.salesforce.com",
                    "https://acme.my.salesforce.com//",
                    " acme.my.salesforce.com ",
                    "HTTPS://ACME.my.salesforce.com/services/oauth2/token/",
                ],
            ),
            (
                "entra",
                "https://login.microsoftonline.com/contoso.onmicrosoft.com/oauth2/v2.0/token",
                &[
                    "contoso.onmicrosoft.com",
                    "https://login.microsoftonline.com/contoso.onmicrosoft.com/",
                    "login.microsoftonline.com/contoso.onmicrosoft.com/oauth2/v2.0/token",
                ],
            ),
            (
                "netsuite",
                "https://1234567-sb1.suitetalk.api.netsuite.com/services/rest/auth/oauth2/v1/token",
                &["1234567_SB1", "1234567-sb1.suitetalk.api.netsuite.com"],
            ),
            ("okta", "https://example.okta.com/oauth2/v1/token", &["example.okta.com", "https://example.okta.com"]),
            (
                "okta",
                "https://example.okta.com/oauth2/default/v1/token",
                &["https://example.okta.com/oauth2/default", "https://example.okta.com/oauth2/default/v1/token"],
            ),
            ("okta", "https://example.okta.com/oauth2/v1/token", &["https://example.okta.com/oauth2/v1/token"]),
            ("google", "https://oauth2.googleapis.com/token", &["https://oauth2.googleapis.com/token", ""]),
        ];
        for (target, url, ways) in rows {
            for way in *ways {
                assert_eq!(at(target, Some(way)).url.as_deref(), Some(*url), "{target} {way}");
            }
        }
    }

    #[test]
    fn audiences_are_what_each_target_asks_for() {
        let rows = [
            ("salesforce", None, "https://login.salesforce.com"),
            ("salesforce", Some("https://site.force.com/customers"), "https://site.force.com/customers"),
            ("salesforce", Some("https://gs1-acme.my.salesforce.com"), "https://gs1.salesforce.com"),
            ("salesforce", Some("http://localhost:8080/"), "http://localhost:8080"),
            ("docusign", None, "account.docusign.com"),
            ("docusign", Some("https://account-d.docusign.com:443/oauth/token"), "account-d.docusign.com"),
            ("box", None, "https://api.box.com/oauth2/token"),
            ("google", None, "https://oauth2.googleapis.com/token"),
        ];
        for (target, login, audience) in rows {
            assert_eq!(at(target, login).audience.as_deref(), Some(audience), "{target} {login:?}");
        }
    }

    #[test]
    fn snowflake_is_called_with_the_token_itself() {
        let endpoint = at("snowflake", None);
        assert_eq!((endpoint.url.as_deref(), endpoint.audience.as_deref()), (None, None));
        assert_eq!(endpoint.trial_url(None), "https://xy12345.eu-central-1.snowflakecomputing.com/api/v2/databases");
        assert_eq!(at("snowflake", Some("My_Org-Acme")).login, "https://my-org-acme.snowflakecomputing.com");
        assert_eq!(
            at("snowflake", Some("a.privatelink.snowflakecomputing.com")).login,
            "https://a.privatelink.snowflakecomputing.com"
        );
    }

    #[test]
    fn what_is_no_address_and_what_is_missing_is_said() {
        let kind = |target: &str, login: Option<&str>| {
            token_endpoint(target.parse().unwrap(), login, None).unwrap_err().kind()
        };
        for text in [
            "ftp://a.example",
            "https://",
            "https://a b",
            "https://u:p@a.example",
            "https://a.example?x",
            "https://a/ b",
        ] {
            assert_eq!(kind("salesforce", Some(text)), "login_address", "{text}");
        }
        for text in ["https://u:s3cr3t@a.example", "https://u:s3cr3t@a.example?x", "u:s3cr3t/s3cr3t?@a.example"] {
            let said = token_endpoint("salesforce".parse().unwrap(), Some(text), None).unwrap_err().to_string();
            assert!(said.contains("…@a.example") && !said.contains("s3cr3t"), "{said}");
        }
        for target in ["entra", "netsuite", "okta", "snowflake"] {
            assert_eq!(kind(target, None), "token_incomplete", "{target}");
        }
        assert_eq!(kind("entra", Some("https://login.microsoftonline.com/")), "token_incomplete");
        assert_eq!(kind("java8", None), "no_login");
    }

    #[test]
    fn forms_hold_what_each_target_asks_for() {
        let assertion = Token::new("a.b.c");
        let secret = Token::new("hidden");
        let form =
            RequestForm { assertion: &assertion, client_id: Some("id"), client_secret: Some(&secret), scope: None };
        let fields = |target: &str, form: &RequestForm<'_>| {
            let fields = request_form(target.parse().unwrap(), form).map_err(|error| error.kind())?;
            Ok::<_, &str>(
                fields.into_iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&"),
            )
        };
        let bearer = "grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer&assertion=a.b.c";
        let client = "grant_type=client_credentials&client_assertion_type=\
                      urn:ietf:params:oauth:client-assertion-type:jwt-bearer&client_assertion=a.b.c";
        for target in ["salesforce", "google", "docusign"] {
            assert_eq!(fields(target, &form).unwrap(), bearer, "{target}");
        }
        assert_eq!(fields("box", &form).unwrap(), format!("{bearer}&client_id=id&client_secret=hidden"));
        assert_eq!(fields("netsuite", &form).unwrap(), client);
        let entra = "client_id=id&scope=https://graph.microsoft.com/.default";
        assert_eq!(fields("entra", &form).unwrap(), format!("{client}&{entra}"));
        assert_eq!(fields("okta", &form), Err("token_incomplete"));
        let scoped = RequestForm { scope: Some("okta.users.read"), ..form };
        assert_eq!(fields("okta", &scoped).unwrap(), format!("{client}&scope=okta.users.read"));
        assert_eq!(fields("box", &RequestForm { client_secret: None, ..form }), Err("token_incomplete"));
        assert_eq!(fields("snowflake", &form), Err("no_login"));
    }
}
