//! The tokens that targets ask their clients for, one row each.

use super::token::{Audience, Claim, Exchange, KeyName, Party, TokenRules};
use crate::formats::jwt::Algorithm;

/// Salesforce's JWT bearer flow: one algorithm, three minutes.
pub(super) static SALESFORCE: TokenRules = TokenRules {
    algorithms: &[Algorithm::Rs256],
    key_name: KeyName::None,
    issuer: Party::Client,
    subject: Party::User,
    audience: Audience::LoginOrigin,
    longest: 180,
    claims: &[Claim::IssuedAt],
    exchange: Exchange::JwtBearer { login: Some("https://login.salesforce.com"), path: "/services/oauth2/token" },
    source: "Salesforce Help, remoteaccess_oauth_jwt_flow",
};
