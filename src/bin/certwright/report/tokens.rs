//! What to do where a token cannot be made.

use certwright::operations::{Error, Needed, Refused, Target};

/// Advice on an error of making tokens; empty for any other.
pub(super) fn advice(error: &Error) -> Vec<String> {
    let hint = match error {
        Error::AlgorithmUnfit { .. } => "leave `--alg` out: the key's own algorithm is taken then".to_owned(),
        Error::ClaimUnfit { claim, .. } => match claim.as_str() {
            name @ ("iss" | "sub" | "aud" | "exp" | "jti" | "scope") => format!("state it with `--{name}`"),
            "iat" | "nbf" => format!("leave it out, or state it as in `--claim {claim}:=1796000000`"),
            _ => "leave it out".to_owned(),
        },
        Error::LoginAddress { .. } => "give a URL such as `--login-url https://login.salesforce.com`".to_owned(),
        Error::NoLogin { .. } => {
            let names: Vec<&str> = Target::all().iter().filter(|it| it.token.is_some()).map(|it| it.name).collect();
            format!("tokens are made with `--for` and one of {}, or without `--for`", names.join(", "))
        }
        Error::ShortKey { .. } => "make a new key with `certwright genkey`, and give its certificate out".to_owned(),
        Error::TargetRefuses { what, .. } => match what {
            Refused::TokenAlgorithm(_) => "leave `--alg` out: an algorithm that is taken is chosen then".to_owned(),
            Refused::TokenCertificate(_) => {
                "make a new certificate with `certwright selfsign`, and upload it".to_owned()
            }
            Refused::TokenClaim { name: "sub", .. } => {
                "give another `--sub`, or leave it out if there is none".to_owned()
            }
            Refused::TokenClaim { .. } => "state one of these values with `--claim`".to_owned(),
            Refused::TokenId(_) => "leave its value out, as in `--jti`: a fresh one is made then".to_owned(),
            Refused::TokenLifetime(_) => "give a shorter `--exp`, or leave it out".to_owned(),
            _ => return Vec::new(),
        },
        Error::TokenNeeds { what, .. } => needed(*what).to_owned(),
        _ => return Vec::new(),
    };
    vec![hint]
}

fn needed(what: Needed) -> &'static str {
    match what {
        Needed::Certificate => {
            "name its file with `--cert FILE`, or take the key from a keystore that holds both, with `--key keystore.p12`"
        }
        Needed::ClientSecret => "it is none of the token's: only a login sends it",
        Needed::Issuer(_) => "give it with `--iss`",
        Needed::KeyName(_) => "give it with `--kid ID`",
        Needed::Login(_) => "give it with `--login-url`",
        Needed::Scope(_) => "give it with `--scope`, which may be repeated",
        Needed::Subject(_) => "give it with `--sub`",
        _ => "give it too",
    }
}
