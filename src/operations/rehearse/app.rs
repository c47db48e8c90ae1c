//! The app as the service would know it, and the tokens that it has seen.

use std::collections::BTreeMap;

use crate::clock::Timestamp;
use crate::formats::x509::Certificate;
use crate::operations::target::{Target, TokenRules};

/// An app as it is registered with the service.
#[derive(Clone, Copy, Debug)]
pub struct RegisteredApp<'a> {
    /// The service.
    pub target: &'static Target,
    /// The client: consumer key, client id.
    pub client: &'a str,
    /// The user who is approved, where the service logs users in.
    pub user: Option<&'a str>,
    /// The certificate in the app.
    pub certificate: &'a Certificate,
    /// The address that is logged in at, such as `https://login.salesforce.com`.
    pub login: &'a str,
    /// The token endpoint.
    pub endpoint: &'a str,
}

impl RegisteredApp<'_> {
    /// The target's rules on tokens.
    pub(super) fn rules(&self) -> Option<&'static TokenRules> {
        self.target.token
    }

    /// The path of the token endpoint.
    pub(super) fn path(&self) -> &str {
        let rest = self.endpoint.split_once("://").map_or(self.endpoint, |(_, rest)| rest);
        rest.find('/').map_or("/", |at| &rest[at..])
    }
}

/// The identifiers of tokens that were taken, each until its token expires: RFC 7519 section 4.1.7.
#[derive(Clone, Debug, Default)]
pub struct SeenTokens(BTreeMap<(String, String), i64>);

impl SeenTokens {
    /// Notes the token, and says whether its issuer has used this identifier before.
    pub(super) fn note(&mut self, issuer: &str, id: &str, expires: i64, now: Timestamp) -> bool {
        self.0.retain(|_, end| *end > now.unix());
        self.0.insert((issuer.to_owned(), id.to_owned()), expires).is_some()
    }
}
