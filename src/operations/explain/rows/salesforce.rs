//! Salesforce: what the token endpoint says of the token, the app and the user.

use super::super::Explanation;
use super::super::Suspect::{Approval, Audience, Claims, Client, Clock, Host, Key, Lifetime, Request, User};
use super::{documented, in_code, presumed, reported};

/// The rows.
pub(super) static ROWS: &[Explanation] = &[
    Explanation {
        id: "user_not_approved",
        target: "salesforce",
        errors: &["invalid_grant"],
        said: "user hasn't approved this consumer",
        phrases: &["user hasn't approved this consumer", "user has not approved this consumer"],
        codes: &[],
        means: "The user may not use this app without asking, and a token cannot ask.",
        causes: &[
            reported(
                Approval,
                "the app does not let its users in beforehand, or not this user",
                "the app's policies: Permitted Users, and the profiles and permission sets below it",
                "set Permitted Users to \"Admin approved users are pre-authorized\" and add the user's profile or a permission set",
                "omniphx/forrest#278; simstudioai/sim#6526",
            ),
            reported(
                User,
                "`sub` is another user than was meant, or of another org: a sandbox's user names have a suffix",
                "`sub` is not letter by letter the user name in Setup > Users of the org that was asked",
                "give the user name of that org with `--username`",
                "salesforce.stackexchange.com/q/184363",
            ),
            reported(
                Host,
                "the login went to production for a sandbox's user, or the reverse",
                "the host is `login.salesforce.com` or `test.salesforce.com`",
                "log in at the org's My Domain: `certwright login --login-url https://MYDOMAIN.my.salesforce.com --client-id ID --username USER --key FILE`",
                "salesforce.stackexchange.com/q/184363",
            ),
            documented(
                Approval,
                "the user's permission set is of the licence Salesforce API Integration, which cannot hold assigned apps",
                "Setup > Permission Sets: the set's licence, and whether it has Assigned Connected Apps",
                "assign the app by the user's profile, or by a second permission set of another licence",
                "Salesforce Help 001453686",
            ),
        ],
    },
    Explanation {
        id: "wrong_key",
        target: "salesforce",
        errors: &["invalid_grant"],
        said: "invalid assertion",
        phrases: &["invalid assertion"],
        codes: &[],
        means: "The signature was not made with the key of the app's certificate, or this is no token at all.",
        causes: &[
            reported(
                Key,
                "the app has another certificate than the one that belongs to this key",
                "the fingerprint that `certwright inspect server.crt` shows is not that of the certificate in the app",
                "upload the certificate of this key under \"Use digital signatures\" or \"Enable JWT Bearer Flow\", and wait ten minutes",
                "forcedotcom/sfdx-travisci#135",
            ),
            reported(
                Request,
                "what was sent as `assertion` is no signed token: the private key itself, or a token with a line end in it",
                "`certwright jwt decode -` does not read it",
                "send what `certwright jwt sign` prints, and nothing else",
                "life-improver.com, a copy of a Salesforce forum thread",
            ),
            presumed(
                Claims,
                "the token is not signed with RS256",
                "`certwright jwt decode -` shows another `alg`",
                "sign it with an RSA key: `certwright jwt sign --for salesforce --key server.key`",
                "Salesforce Help documents RS256 alone; what it answers to others is not known",
            ),
        ],
    },
];
