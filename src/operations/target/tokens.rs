//! The tokens that targets ask their clients for, one row each.

use super::token::{
    Accounts, Audience, Claim, Demand, Exchange, FormField, Grant, KeyName, Lifetime, LoginAddress, Party, ScopeForm,
    TokenRules,
};
use crate::formats::jwt::Algorithm;

/// No exchange of its own, which each target changes where it has some.
const EXCHANGE: Exchange = Exchange {
    grant: Grant::JwtBearer,
    login: LoginAddress { usual: None, pattern: "https://{}", account: "", accounts: Accounts::None },
    path: "",
    below: &[],
    fields: &[],
    trial: "",
    headers: &[],
};

/// Box's JWT authentication: a minute at most, and an identifier that is used once.
pub(super) static BOX: TokenRules = TokenRules {
    algorithms: &[Algorithm::Rs512, Algorithm::Rs256, Algorithm::Rs384],
    key_name: KeyName::Given {
        // "Not required, though essential when multiple key pairs are defined."
        demand: Demand::Should,
        found: "Box calls it the public key id: `publicKeyID` in the app's config.json",
    },
    client: "the app's client id",
    user: "the id of the enterprise or of the user, in digits",
    issuer: Party::Client,
    subject: Party::UserId,
    audience: Audience::Endpoint,
    lifetime: Lifetime { usual: 45, longest: Some(60) },
    claims: &[
        Claim::OneOf { name: "box_sub_type", values: &["enterprise", "user"] },
        Claim::TokenId { lengths: Some((16, 128)) },
    ],
    exchange: Exchange {
        login: LoginAddress { usual: Some("https://api.box.com"), ..EXCHANGE.login },
        path: "/oauth2/token",
        fields: &[FormField::ClientId, FormField::ClientSecret],
        trial: "https://api.box.com/2.0/users/me",
        ..EXCHANGE
    },
    source: "developer.box.com, JWT without SDK",
};

/// DocuSign's JWT grant, for one user who has consented.
pub(super) static DOCUSIGN: TokenRules = TokenRules {
    algorithms: &[Algorithm::Rs256],
    key_name: KeyName::None,
    client: "the app's integration key",
    user: "the user id, a GUID, and not the mail address",
    issuer: Party::Client,
    subject: Party::UserId,
    audience: Audience::Host,
    lifetime: Lifetime { usual: 300, longest: Some(3600) },
    claims: &[
        Claim::IssuedAt,
        Claim::Scope {
            form: ScopeForm::Spaced,
            usual: &["signature", "impersonation"],
            words: "`signature` and `impersonation` at least",
        },
    ],
    exchange: Exchange {
        login: LoginAddress { usual: Some("https://account.docusign.com"), ..EXCHANGE.login },
        path: "/oauth/token",
        trial: "/oauth/userinfo",
        ..EXCHANGE
    },
    source: "docusign/docusign-esign-python-client, api_client.py; developers.docusign.com, jwt-get-token",
};

/// Microsoft Entra's certificate credentials: an assertion that shows who the client is.
pub(super) static ENTRA: TokenRules = TokenRules {
    algorithms: &[Algorithm::Ps256, Algorithm::Rs256],
    key_name: KeyName::CertificateSha256,
    client: "the application (client) id",
    user: "",
    issuer: Party::Client,
    subject: Party::Client,
    audience: Audience::Endpoint,
    lifetime: Lifetime { usual: 300, longest: None },
    claims: &[Claim::NotBefore, Claim::IssuedAt, Claim::TokenId { lengths: None }],
    exchange: Exchange {
        grant: Grant::ClientCredentials,
        login: LoginAddress {
            usual: None,
            pattern: "https://login.microsoftonline.com/{}",
            account: "the tenant id, or a domain of the tenant such as contoso.onmicrosoft.com",
            accounts: Accounts::InPath,
        },
        path: "/oauth2/v2.0/token",
        fields: &[
            FormField::ClientId,
            FormField::Scope { usual: "https://graph.microsoft.com/.default", words: "the API and `/.default`" },
        ],
        trial: "https://graph.microsoft.com/v1.0/organization",
        ..EXCHANGE
    },
    source: "learn.microsoft.com, Entra identity platform, certificate-credentials",
};

/// A Google service account, for itself or for a user of its domain.
pub(super) static GOOGLE: TokenRules = TokenRules {
    algorithms: &[Algorithm::Rs256],
    key_name: KeyName::Given { demand: Demand::May, found: "`private_key_id` in the service account's JSON file" },
    client: "the service account's mail address, `client_email` in its JSON file",
    user: "the mail address of the user whom the service account stands for",
    issuer: Party::Client,
    subject: Party::UserIfAny,
    audience: Audience::Endpoint,
    lifetime: Lifetime { usual: 300, longest: Some(3600) },
    claims: &[
        Claim::IssuedAt,
        Claim::Scope {
            form: ScopeForm::Spaced,
            usual: &[],
            words: "a scope of the API, such as https://www.googleapis.com/auth/cloud-platform",
        },
    ],
    exchange: Exchange {
        login: LoginAddress { usual: Some("https://oauth2.googleapis.com"), ..EXCHANGE.login },
        path: "/token",
        trial: "https://cloudresourcemanager.googleapis.com/v1/projects",
        ..EXCHANGE
    },
    source: "developers.google.com, OAuth 2.0 for server to server applications",
};

/// NetSuite's client credentials: RSASSA-PSS or ECDSA, and the certificate's id in the header.
pub(super) static NETSUITE: TokenRules = TokenRules {
    algorithms: &[
        Algorithm::Ps256,
        Algorithm::Ps384,
        Algorithm::Ps512,
        Algorithm::Es256,
        Algorithm::Es384,
        Algorithm::Es512,
    ],
    key_name: KeyName::Given {
        demand: Demand::Must,
        found: "NetSuite calls it the certificate id, and shows it under Setup > Integration > OAuth 2.0 Client \
                Credentials (M2M) Setup once the certificate is uploaded",
    },
    client: "the integration's client id",
    user: "",
    issuer: Party::Client,
    subject: Party::Nobody,
    audience: Audience::Endpoint,
    lifetime: Lifetime { usual: 300, longest: Some(3599) },
    claims: &[
        Claim::IssuedAt,
        Claim::Scope {
            form: ScopeForm::TextOrList,
            usual: &[],
            words: "`restlets`, `rest_webservices` or `suite_analytics`, or several of them",
        },
    ],
    exchange: Exchange {
        grant: Grant::ClientCredentials,
        login: LoginAddress {
            usual: None,
            pattern: "https://{}.suitetalk.api.netsuite.com",
            account: "the account id, such as 1234567 or 1234567_SB1",
            accounts: Accounts::InHost,
        },
        path: "/services/rest/auth/oauth2/v1/token",
        trial: "/services/rest/record/v1/metadata-catalog/",
        ..EXCHANGE
    },
    source: "docs.oracle.com, NetSuite, section_162790605110",
};

/// An API Services app of Okta: `private_key_jwt`.
pub(super) static OKTA: TokenRules = TokenRules {
    algorithms: &[
        Algorithm::Rs256,
        Algorithm::Rs384,
        Algorithm::Rs512,
        Algorithm::Es256,
        Algorithm::Es384,
        Algorithm::Es512,
    ],
    key_name: KeyName::Thumbprint { found: "Okta shows the key ids beside the app's public keys" },
    client: "the app's client id",
    user: "",
    issuer: Party::Client,
    subject: Party::Client,
    audience: Audience::Endpoint,
    lifetime: Lifetime { usual: 300, longest: Some(3600) },
    // No `iat`: it is optional, and one that is ahead of the server's clock is refused.
    claims: &[Claim::TokenId { lengths: None }],
    exchange: Exchange {
        grant: Grant::ClientCredentials,
        login: LoginAddress { account: "the org's domain, such as https://example.okta.com", ..EXCHANGE.login },
        path: "/oauth2/v1/token",
        // A custom authorization server: https://example.okta.com/oauth2/default.
        below: &[("/oauth2/", "/v1/token")],
        fields: &[FormField::Scope { usual: "", words: "scopes that the app was granted, such as okta.users.read" }],
        trial: "/api/v1/users?limit=1",
        ..EXCHANGE
    },
    source: "developer.okta.com, build a JWT for client authentication",
};

/// Salesforce's JWT bearer flow: one algorithm, three minutes.
pub(super) static SALESFORCE: TokenRules = TokenRules {
    algorithms: &[Algorithm::Rs256],
    key_name: KeyName::None,
    client: "the app's consumer key",
    user: "the user name, such as admin@example.com",
    issuer: Party::Client,
    subject: Party::User,
    audience: Audience::Login {
        // The Government Cloud: sfdx-core, sfdcUrl.ts.
        except: &[("gs1.", "https://gs1.salesforce.com"), ("gs1-", "https://gs1.salesforce.com")],
    },
    lifetime: Lifetime { usual: 180, longest: Some(180) },
    claims: &[Claim::IssuedAt],
    exchange: Exchange {
        login: LoginAddress { usual: Some("https://login.salesforce.com"), ..EXCHANGE.login },
        path: "/services/oauth2/token",
        trial: "/services/oauth2/userinfo",
        ..EXCHANGE
    },
    source: "Salesforce Help, remoteaccess_oauth_jwt_flow",
};

/// Snowflake's key-pair authentication: the token is the access token.
pub(super) static SNOWFLAKE: TokenRules = TokenRules {
    algorithms: &[Algorithm::Rs256],
    key_name: KeyName::None,
    client: "the account identifier, such as myorg-myaccount",
    user: "the user's LOGIN_NAME",
    issuer: Party::AccountUserFingerprint,
    subject: Party::AccountUser,
    audience: Audience::None,
    lifetime: Lifetime { usual: 3540, longest: Some(3600) },
    claims: &[Claim::IssuedAt],
    exchange: Exchange {
        grant: Grant::Bearer,
        login: LoginAddress {
            usual: None,
            pattern: "https://{}.snowflakecomputing.com",
            account: "the account identifier, such as myorg-myaccount",
            accounts: Accounts::Issuer,
        },
        trial: "/api/v2/databases",
        // It refuses requests without a User-Agent (391903), which every HTTP client sends.
        headers: &[("X-Snowflake-Authorization-Token-Type", "KEYPAIR_JWT"), ("Accept", "application/json")],
        ..EXCHANGE
    },
    source: "docs.snowflake.com, SQL API, authenticating; snowflake-connector-python, auth/keypair.py",
};
