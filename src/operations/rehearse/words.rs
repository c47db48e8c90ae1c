//! What services answer when they refuse, one row each: their own words where somebody has met them.

use crate::operations::target::Grant;

/// The answer of a token endpoint that refuses, RFC 6749 section 5.2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answered {
    /// The HTTP status.
    pub status: u16,
    /// The value of `error`.
    pub error: &'static str,
    /// The value of `error_description`; `None` where the service's words are not known.
    pub description: Option<&'static str>,
}

/// What is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    Algorithm,
    Audience,
    Claim,
    Client,
    Expired,
    GrantType,
    IssuedLater,
    KeyName,
    Lifetime,
    Malformed,
    NotYetValid,
    Replay,
    Scope,
    Signature,
    Subject,
}

/// A refusal that somebody has met, or that is documented.
pub(super) struct Row {
    pub(super) target: &'static str,
    pub(super) fault: Fault,
    pub(super) answered: Answered,
    pub(super) source: &'static str,
}

/// The row, if this service is known to refuse this.
pub(super) fn known(target: &str, fault: Fault) -> Option<&'static Row> {
    ROWS.iter().find(|row| row.target == target && row.fault == fault)
}

/// What the standards have a server answer: RFC 6749 section 5.2 and RFC 7523 sections 3.1 and 3.2.
pub(super) fn by_standard(grant: Grant, fault: Fault) -> Answered {
    let (status, error) = match (grant, fault) {
        (_, Fault::GrantType) => (400, "unsupported_grant_type"),
        (_, Fault::Scope) => (400, "invalid_scope"),
        (Grant::ClientCredentials, _) => (401, "invalid_client"),
        _ => (400, "invalid_grant"),
    };
    Answered { status, error, description: None }
}

const fn row(
    target: &'static str,
    fault: Fault,
    (status, error, description): (u16, &'static str, &'static str),
    source: &'static str,
) -> Row {
    let description = if description.is_empty() { None } else { Some(description) };
    Row { target, fault, answered: Answered { status, error, description }, source }
}

const INVALID_ASSERTION: (u16, &str, &str) = (400, "invalid_grant", "invalid assertion");
const OKTA_KEYS: &str = "support.okta.com, client assertion errors";
const BOX_ERRORS: &str = "developer.box.com, common errors";
const DOCUSIGN_FAQ: &str = "DocuSign support, Developer FAQs, General Administration and Authentication";
const MSAL: &str = "AzureAD/microsoft-authentication-library-for-dotnet, recorded answers";
const GOOGLE_CODES: &str = "developers.google.com, OAuth 2.0 service accounts, JWT error codes";
const GOOGLE_TIME: &str = "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. \
                           Check your iat and exp values in the JWT claim.";
const DOCUSIGN_KEYS: (u16, &str, &str) = (400, "invalid_grant", "no_valid_keys_or_signatures");

pub(super) static ROWS: &[Row] = &[
    row("box", Fault::Client, (400, "invalid_grant", "Please check the 'iss' claim."), BOX_ERRORS),
    row(
        "box",
        Fault::Expired,
        (400, "invalid_grant", "Current date/time MUST be before the expiration date/time listed in the 'exp' claim"),
        "box/box-windows-sdk-v2#265",
    ),
    row(
        "box",
        Fault::GrantType,
        (400, "invalid_request", "Invalid grant_type parameter or parameter missing"),
        BOX_ERRORS,
    ),
    row("box", Fault::KeyName, (400, "invalid_grant", "kid invalid, unable to lookup correct key."), BOX_ERRORS),
    row("box", Fault::Lifetime, (400, "invalid_grant", "Please check the 'exp' claim."), BOX_ERRORS),
    row("box", Fault::Replay, (400, "invalid_grant", "Please check the 'jti' claim."), BOX_ERRORS),
    row(
        "box",
        Fault::Signature,
        (
            400,
            "invalid_grant",
            "Signature verification error. The public key identified by kid must correspond to the private key used for \
             signing.",
        ),
        BOX_ERRORS,
    ),
    row("box", Fault::Subject, (400, "invalid_grant", "Please check the 'sub' claim."), BOX_ERRORS),
    row("docusign", Fault::Audience, DOCUSIGN_KEYS, DOCUSIGN_FAQ),
    row("docusign", Fault::Client, (400, "invalid_grant", "issuer_not_found"), DOCUSIGN_FAQ),
    row("docusign", Fault::Expired, (400, "invalid_grant", "expired_grant"), DOCUSIGN_FAQ),
    row("docusign", Fault::GrantType, (400, "invalid_grant", "unsupported_grant_type"), "cloud.tencent.com, a report"),
    row("docusign", Fault::NotYetValid, DOCUSIGN_KEYS, DOCUSIGN_FAQ),
    row("docusign", Fault::Signature, DOCUSIGN_KEYS, DOCUSIGN_FAQ),
    row("docusign", Fault::Subject, (400, "invalid_grant", "user_not_found"), DOCUSIGN_FAQ),
    row(
        "entra",
        Fault::Algorithm,
        (401, "invalid_client", "AADSTS5002738: Invalid JWT token. It is not a supported signature algorithm."),
        MSAL,
    ),
    row(
        "entra",
        Fault::Audience,
        (401, "invalid_client", "AADSTS700023: Client assertion audience claim does not match Realm issuer."),
        "AzureAD/azure-activedirectory-library-for-python#79; the number differs between reports",
    ),
    row(
        "entra",
        Fault::Client,
        (
            401,
            "invalid_client",
            "AADSTS700021: Client assertion application identifier doesn't match 'client_id' parameter.",
        ),
        MSAL,
    ),
    row(
        "entra",
        Fault::Expired,
        (401, "invalid_client", "AADSTS700024: Client assertion is not within its valid time range."),
        MSAL,
    ),
    row(
        "entra",
        Fault::KeyName,
        (
            401,
            "invalid_client",
            "AADSTS700027: The certificate with identifier used to sign the client assertion is not registered on \
             application.",
        ),
        "keycloak/keycloak#19425",
    ),
    row("entra", Fault::Malformed, (400, "invalid_request", "AADSTS50027: JWT token is invalid or malformed."), MSAL),
    row(
        "entra",
        Fault::NotYetValid,
        (401, "invalid_client", "AADSTS700024: Client assertion is not within its valid time range."),
        MSAL,
    ),
    row(
        "entra",
        Fault::Signature,
        (401, "invalid_client", "AADSTS700027: Client assertion contains an invalid signature."),
        "learn.microsoft.com, Entra error codes",
    ),
    row(
        "entra",
        Fault::Subject,
        (401, "invalid_client", "AADSTS50048: Subject must match the issuer claim in the client assertion."),
        "learn.microsoft.com, Entra error codes",
    ),
    row(
        "google",
        Fault::Audience,
        (400, "invalid_grant", "Invalid JWT: Failed audience check."),
        "recorded answers in public tests",
    ),
    row(
        "google",
        Fault::Client,
        (400, "invalid_grant", "Invalid JWT: No valid verifier found for issuer"),
        "GAM-team/GAM, list of errors",
    ),
    row("google", Fault::Expired, (400, "invalid_grant", GOOGLE_TIME), GOOGLE_CODES),
    row("google", Fault::IssuedLater, (400, "invalid_grant", GOOGLE_TIME), GOOGLE_CODES),
    row("google", Fault::Lifetime, (400, "invalid_grant", GOOGLE_TIME), GOOGLE_CODES),
    row(
        "google",
        Fault::Scope,
        (400, "invalid_scope", "Invalid OAuth scope or ID token audience provided."),
        GOOGLE_CODES,
    ),
    row("google", Fault::Signature, (400, "invalid_grant", "Invalid JWT Signature."), GOOGLE_CODES),
    row("google", Fault::Subject, (400, "invalid_grant", "Not a valid email or user ID."), GOOGLE_CODES),
    row(
        "okta",
        Fault::Audience,
        (
            401,
            "invalid_client",
            "The audience claim for client_assertion must be the endpoint invoked for the request.",
        ),
        OKTA_KEYS,
    ),
    row("okta", Fault::Expired, (401, "invalid_client", "The client_assertion token is expired."), OKTA_KEYS),
    row("okta", Fault::IssuedLater, (401, "invalid_client", ""), "developer.okta.com, build a JWT"),
    row("okta", Fault::KeyName, (401, "invalid_client", "The client_assertion JWT kid is invalid."), OKTA_KEYS),
    row(
        "okta",
        Fault::Lifetime,
        (401, "invalid_client", "The client_assertion token has an expiration too far into the future."),
        OKTA_KEYS,
    ),
    row("okta", Fault::Replay, (401, "invalid_client", "The client_assertion token has already been used."), OKTA_KEYS),
    row("okta", Fault::Signature, (401, "invalid_client", "The client_assertion signature is invalid."), OKTA_KEYS),
    // Its words for other algorithms are not confirmed; what is documented is RS256 alone.
    row("salesforce", Fault::Algorithm, INVALID_ASSERTION, "Salesforce Help, remoteaccess_oauth_jwt_flow: RS256 only"),
    row(
        "salesforce",
        Fault::Audience,
        (400, "invalid_grant", "audience is invalid"),
        "forcedotcom/cli#3325; Salesforce Help, remoteaccess_oauth_flow_errors",
    ),
    row(
        "salesforce",
        Fault::Client,
        (400, "invalid_client_id", "client identifier invalid"),
        "pozil/salesforce-react-integration#15",
    ),
    row(
        "salesforce",
        Fault::Expired,
        (400, "invalid_grant", "expired authorization code"),
        "salesforce.stackexchange.com/q/282513",
    ),
    row(
        "salesforce",
        Fault::GrantType,
        (400, "unsupported_grant_type", "grant type not supported"),
        "Oyatel/CometD.NET#20",
    ),
    row("salesforce", Fault::Malformed, INVALID_ASSERTION, "forcedotcom/sfdx-travisci#135"),
    row(
        "salesforce",
        Fault::Replay,
        (400, "invalid_grant", ""),
        "Salesforce Help, remoteaccess_auth_challenge_generate_jwt: a jti must not have been sent before",
    ),
    row("salesforce", Fault::Signature, INVALID_ASSERTION, "forcedotcom/sfdx-travisci#135"),
    row(
        "salesforce",
        Fault::Subject,
        (400, "invalid_grant", "user hasn't approved this consumer"),
        "omniphx/forrest#278",
    ),
];
