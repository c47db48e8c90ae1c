//! NetSuite: what its token endpoint says, and its API after the login.

use super::{documented, reported};
use crate::operations::Explanation;
use crate::operations::Suspect::{Approval, Claims, Host, Key, Lifetime, Request};

/// The rows.
pub(super) static ROWS: &[Explanation] = &[
    Explanation {
        id: "netsuite_login",
        target: "netsuite",
        errors: &["INVALID_LOGIN", "INVALID_LOGIN_ATTEMPT"],
        said: "Invalid login attempt. For more details, see the Login Audit Trail in the NetSuite UI at Setup > Users/Roles > User Management > View Login Audit Trail.",
        phrases: &["invalid login attempt"],
        codes: &[],
        means: "The REST API does not take the access token; the Login Audit Trail knows why.",
        causes: &[
            reported(
                Lifetime,
                "the access token has expired",
                "it is older than 60 minutes",
                "log in again",
                "adaptivesuitesolutions.com/blog/netsuite-401-not-credentials",
            ),
            reported(
                Request,
                "a `Cookie` header was sent beside the token",
                "print the request's headers",
                "send none",
                "adaptivesuitesolutions.com/blog/netsuite-401-not-credentials",
            ),
            reported(
                Host,
                "the host is another account's, or none of an account",
                "the host begins with the account id: `1234567-sb1` for sandbox `1234567_SB1`",
                "use the account's own host",
                "netsuitephp/netsuite-php#121; docs.composio.dev",
            ),
            documented(
                Approval,
                "the role or the integration is not what the token was made for",
                "Setup > Users/Roles > View Login Audit Trail, the column Detail",
                "explain that word, such as `certwright explain EntityOrRoleDisabled --for netsuite`",
                "docs.oracle.com, netsuite, subsect_158324637123",
            ),
        ],
    },
    Explanation {
        id: "netsuite_audit",
        target: "netsuite",
        errors: &[],
        said: "",
        phrases: &[],
        codes: &[
            "AccessTokenExpired",
            "EntityOrRoleDisabled",
            "InvalidSignature",
            "TokenRejected",
            "InvalidIntegration",
            "ScopeMismatched",
            "ClientAuthenticationFailed",
            "UnknownIntegration",
            "InvalidScope",
        ],
        means: "A word of the Login Audit Trail, which names the reason itself.",
        causes: &[
            documented(
                Approval,
                "the integration, the entity or the role of the mapping is disabled or unknown, or scopes differ",
                "the word: EntityOrRoleDisabled, InvalidIntegration, UnknownIntegration, ScopeMismatched, InvalidScope",
                "put it right in Setup > Integration > OAuth 2.0 Client Credentials (M2M) Setup",
                "docs.oracle.com, netsuite, subsect_158324637123",
            ),
            documented(
                Key,
                "the signature or the client's proof was refused",
                "the word: InvalidSignature, ClientAuthenticationFailed",
                "sign with the key of the mapped certificate, and its Certificate ID as `--kid`",
                "docs.oracle.com, netsuite, subsect_158711928134",
            ),
            reported(
                Claims,
                "the token is signed with RS256, which is refused since 2025-03-01",
                "`certwright jwt decode -` shows the `alg`",
                "sign with `certwright jwt sign --for netsuite --key server.key --iss CLIENT_ID --kid CERTIFICATE_ID --login-url ACCOUNT`, which uses PS256 or ES256",
                "wp.jjknowledgebase.com/?p=82220; docs.oracle.com, section_162790605110",
            ),
            documented(
                Key,
                "the certificate is not mapped in this account, revoked or expired; a sandbox's mappings are cleared when it is refreshed",
                "Setup > Integration > OAuth 2.0 Client Credentials (M2M) Setup of that very account",
                "map the certificate there, and use its new Certificate ID as `--kid`",
                "docs.oracle.com, netsuite, section_162686838198",
            ),
        ],
    },
];
