//! The claims of a token, RFC 7519 section 4.1 and what targets add to them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};

use super::{Ruled, SignToken, one_of, token_endpoint};
use crate::clock::Timestamp;
use crate::crypto::{CryptoRng, PublicKey};
use crate::formats::jwt::numeric_date;
use crate::formats::spki;
use crate::operations::Error;
use crate::operations::error::{Needed, Refused};
use crate::operations::target::{Audience, Claim, Party, ScopeForm};

/// The claims that have a field of their own, so that nobody states them twice.
const STATED_BY_THEMSELVES: [&str; 6] = ["iss", "sub", "aud", "exp", "jti", "scope"];

/// The claims, and when the token expires.
pub(super) fn settle(
    wanted: &SignToken<'_>,
    key: &PublicKey,
    now: Timestamp,
    rules: Option<&Ruled>,
    rng: &mut dyn CryptoRng,
) -> Result<(Map<String, Value>, Option<Timestamp>), Error> {
    check_further(wanted, rules)?;
    let mut claims = Map::new();
    let mut put = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            claims.insert(name.to_owned(), value);
        }
    };
    let parties = Parties { wanted, key, rules };
    put("iss", parties.issuer()?.map(Value::from));
    put("sub", parties.subject()?.map(Value::from));
    put("aud", audience(wanted, rules)?.map(Value::from));
    let expires = match lifetime(wanted, rules)? {
        Some(seconds) => Some(now.plus_seconds(i64::from(seconds)).map_err(|_| unfit("exp", "it lies too far ahead"))?),
        None => None,
    };
    put("exp", expires.map(|moment| moment.unix().into()));
    let asked = rules.map_or(&[][..], |ruled| ruled.rules.claims);
    let mut token_id = wanted.token_id.map(|id| (id, None));
    let mut scope = None;
    for claim in asked {
        match *claim {
            Claim::IssuedAt => put("iat", Some(now.unix().into())),
            Claim::NotBefore => put("nbf", Some(now.unix().into())),
            // Another of the values stands among the further claims.
            Claim::OneOf { name, values } => put(name, values.first().map(|usual| (*usual).into())),
            Claim::Scope { form, usual, words } => scope = Some((form, usual, words)),
            Claim::TokenId { lengths } => token_id = Some((wanted.token_id.unwrap_or_default(), lengths)),
        }
    }
    put("scope", stated_scope(wanted.scopes, scope, rules)?);
    if let Some((id, lengths)) = token_id {
        let id = if id.is_empty() { fresh_id(rng) } else { id.to_owned() };
        let length = id.chars().count();
        if let (Some(ruled), Some((shortest, longest))) = (rules, lengths)
            && !(shortest..=longest).contains(&length)
        {
            let rule = format!("it has {shortest} to {longest} characters");
            return Err(ruled.refuses(Refused::TokenId(length), rule));
        }
        put("jti", Some(id.into()));
    }
    claims.extend(wanted.claims.clone());
    Ok((claims, expires))
}

fn unfit(claim: &str, why: &'static str) -> Error {
    Error::ClaimUnfit { claim: claim.to_owned(), why }
}

/// Refuses further claims that would say something else than the fields and the target's rules.
fn check_further(wanted: &SignToken<'_>, rules: Option<&Ruled>) -> Result<(), Error> {
    for (name, value) in &wanted.claims {
        // A list of audiences has no field (RFC 7519 section 4.1.3).
        let audiences = value.as_array().filter(|_| name == "aud" && rules.is_none() && wanted.audience.is_none());
        if let Some(audiences) = audiences {
            if audiences.is_empty() || !audiences.iter().all(Value::is_string) {
                return Err(unfit(name, "it is a list of one text or more"));
            }
            continue;
        }
        if STATED_BY_THEMSELVES.contains(&name.as_str()) {
            return Err(unfit(name, "it is stated by itself"));
        }
        let is_date = matches!(name.as_str(), "iat" | "nbf");
        if is_date && !(value.is_i64() && numeric_date("", value).is_ok()) {
            return Err(unfit(name, "it is a number of whole seconds since 1970, in a year up to 9999"));
        }
        for claim in rules.map_or(&[][..], |ruled| ruled.rules.claims) {
            match *claim {
                Claim::IssuedAt if name == "iat" => return Err(unfit(name, "its target asks for the present time")),
                Claim::NotBefore if name == "nbf" => return Err(unfit(name, "its target asks for the present time")),
                Claim::OneOf { name: one, values } if one == name => {
                    let taken = value.as_str().is_some_and(|value| values.contains(&value));
                    if let (Some(ruled), false) = (rules, taken) {
                        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                        let refused = Refused::TokenClaim { name: one, value };
                        return Err(ruled.refuses(refused, format!("it is {}", one_of(values))));
                    }
                }
                _ => {}
            }
        }
    }
    Ok(())
}

fn lifetime(wanted: &SignToken<'_>, rules: Option<&Ruled>) -> Result<Option<u32>, Error> {
    let Some(ruled) = rules else { return Ok(wanted.lifetime) };
    let lifetime = ruled.rules.lifetime;
    let seconds = wanted.lifetime.unwrap_or(lifetime.usual);
    match lifetime.longest {
        Some(longest) if seconds > longest => {
            let rule = format!("{} takes tokens of {longest} seconds at most", ruled.target.title);
            Err(ruled.refuses(Refused::TokenLifetime(seconds), rule))
        }
        _ => Ok(Some(seconds)),
    }
}

fn audience(wanted: &SignToken<'_>, rules: Option<&Ruled>) -> Result<Option<String>, Error> {
    match rules {
        _ if wanted.audience.is_some() => Ok(wanted.audience.map(str::to_owned)),
        Some(ruled) if ruled.rules.audience != Audience::None => {
            Ok(token_endpoint(ruled.target, wanted.login, wanted.issuer)?.audience)
        }
        _ => Ok(None),
    }
}

type ScopeRule = (ScopeForm, &'static [&'static str], &'static str);

fn stated_scope(given: &[String], rule: Option<ScopeRule>, rules: Option<&Ruled>) -> Result<Option<Value>, Error> {
    let (form, usual, words) = match (rules, rule) {
        (Some(_), Some(rule)) => rule,
        // It goes into the form, or nowhere.
        (Some(_), None) => return Ok(None),
        (None, _) => (ScopeForm::Spaced, &[][..], ""),
    };
    // No scope of these targets has a comma in it, and some are written with commas between them.
    let is_between = |letter: char| letter.is_whitespace() || (rules.is_some() && letter == ',');
    let mut scopes: Vec<&str> = given.iter().flat_map(|text| text.split(is_between)).collect();
    scopes.retain(|scope| !scope.is_empty());
    if scopes.is_empty() {
        scopes.extend(usual);
    }
    match (scopes.as_slice(), rules) {
        ([], None) => Ok(None),
        ([], Some(ruled)) => {
            let rule = format!("{} reads it from the token", ruled.target.title);
            Err(ruled.needs(Needed::Scope(words), rule))
        }
        ([_, _, ..], _) if form == ScopeForm::TextOrList => Ok(Some(scopes.into())),
        (scopes, _) => Ok(Some(scopes.join(" ").into())),
    }
}

/// A random UUID, RFC 9562 section 5.4.
fn fresh_id(rng: &mut dyn CryptoRng) -> String {
    let mut octets = [0; 16];
    rng.fill_bytes(&mut octets);
    let number = u128::from_be_bytes(octets) & !(0xf << 76) & !(0x3 << 62) | (0x4 << 76) | (0x2 << 62);
    let digits = format!("{number:032x}");
    let parts: Vec<&str> = [0..8, 8..12, 12..16, 16..20, 20..32].into_iter().filter_map(|it| digits.get(it)).collect();
    parts.join("-")
}

/// Who stands in `iss` and `sub`.
struct Parties<'a> {
    wanted: &'a SignToken<'a>,
    key: &'a PublicKey,
    rules: Option<&'a Ruled>,
}

impl Parties<'_> {
    fn issuer(&self) -> Result<Option<String>, Error> {
        match self.rules {
            None => Ok(self.wanted.issuer.map(str::to_owned)),
            Some(ruled) => self.party(ruled.rules.issuer, ruled),
        }
    }

    fn subject(&self) -> Result<Option<String>, Error> {
        let given = self.wanted.subject;
        let Some(ruled) = self.rules else { return Ok(given.map(str::to_owned)) };
        let refuses = |given: &str, rule: String| {
            Err(ruled.refuses(Refused::TokenClaim { name: "sub", value: given.to_owned() }, rule))
        };
        match (ruled.rules.subject, given) {
            (Party::Client, Some(given)) if self.wanted.issuer != Some(given) => {
                refuses(given, format!("the subject is the issuer: {}", ruled.rules.client))
            }
            (Party::Nobody, Some(given)) => {
                refuses(given, format!("its claims have no subject for {}", ruled.target.title))
            }
            (Party::UserId, Some(given)) if given.contains('@') => {
                refuses(given, format!("the subject is {}", ruled.rules.user))
            }
            (party, _) => self.party(party, ruled),
        }
    }

    /// What stands for `party`, which must have been given.
    fn party(&self, party: Party, ruled: &Ruled) -> Result<Option<String>, Error> {
        let rule = || format!("{} reads it from the token", ruled.target.title);
        let given = |text: Option<&str>, needed: Needed| {
            text.filter(|text| !text.is_empty()).map(str::to_owned).ok_or_else(|| ruled.needs(needed, rule()))
        };
        let client = || given(self.wanted.issuer, Needed::Issuer(ruled.rules.client));
        let user = || given(self.wanted.subject, Needed::Subject(ruled.rules.user));
        Ok(match party {
            Party::AccountUser => Some(format!("{}.{}", account(&client()?), user()?.to_uppercase())),
            Party::AccountUserFingerprint => {
                let digest =
                    spki::fingerprint(self.key).map_err(|source| Error::CannotMake { what: "the token", source })?;
                let digest = STANDARD.encode(digest.as_bytes());
                Some(format!("{}.{}.SHA256:{digest}", account(&client()?), user()?.to_uppercase()))
            }
            Party::Client => Some(client()?),
            Party::Nobody => None,
            Party::User | Party::UserId => Some(user()?),
            Party::UserIfAny => self.wanted.subject.map(str::to_owned),
        })
    }
}

/// A Snowflake account as its claims name it: without the region, in capitals. The rule is that of Snowflake's connector
/// for Python, auth/keypair.py.
fn account(identifier: &str) -> String {
    let end = if identifier.contains(".global") { '-' } else { '.' };
    identifier.split(end).next().unwrap_or_default().to_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::SystemRandom;

    #[test]
    fn accounts_are_named_as_snowflakes_connector_names_them() {
        // snowflake-connector-python, test_key_pair_authentication.py
        for (identifier, named) in [
            ("s3testaccount.global", "S3TESTACCOUNT.GLOBAL"),
            ("acct-with-dashes", "ACCT-WITH-DASHES"),
            ("testaccount.extra", "TESTACCOUNT"),
            ("testaccount-user.global", "TESTACCOUNT"),
            ("normalaccount", "NORMALACCOUNT"),
        ] {
            assert_eq!(account(identifier), named);
        }
    }

    #[test]
    fn fresh_identifiers_are_random_uuids() {
        let mut rng = SystemRandom::new();
        let ids: std::collections::HashSet<String> = (0..200).map(|_| fresh_id(&mut rng)).collect();
        assert_eq!(ids.len(), 200);
        for id in &ids {
            let octets = id.as_bytes();
            assert_eq!(id.len(), 36);
            assert_eq!(
                (octets[8], octets[13], octets[14], octets[18], octets[23]),
                (b'-', b'-', b'4', b'-', b'-'),
                "{id}"
            );
            assert!(b"89ab".contains(&octets[19]), "{id}");
        }
        for place in (0..36).filter(|place| ![8, 13, 14, 18, 19, 23].contains(place)) {
            let digits: std::collections::HashSet<u8> = ids.iter().map(|id| id.as_bytes()[place]).collect();
            assert!(digits.len() > 8, "place {place}");
        }
    }
}
