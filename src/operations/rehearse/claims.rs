//! The claims of an assertion: RFC 7519 section 4 and RFC 7523 section 3, as the target has them.

use serde_json::{Map, Value};

use super::app::SeenTokens;
use super::audience;
use super::judge::Bench;
use super::words::Fault;
use crate::operations::target::{Claim, Party};

const NUMERIC_DATE: &str = "RFC 7519 section 2, NumericDate";
const JWT_PROFILE: &str = "RFC 7523 section 3";

/// Of this size a number of seconds is in the year 5138, and a number of milliseconds in 1973.
const FIRST_OF_MILLISECONDS: f64 = 1e11;

/// The claims of one token.
pub(super) struct Claims<'a> {
    pub(super) claims: &'a Map<String, Value>,
}

/// A moment as it stands in a claim.
enum Moment {
    Seconds(f64),
    Text(f64),
    Missing,
    NoNumber,
}

impl Claims<'_> {
    pub(super) fn judge(&self, bench: &mut Bench<'_>, seen: &mut SeenTokens) {
        self.party(bench, "client", "iss", Fault::Client, bench.rules.issuer);
        self.party(bench, "subject", "sub", Fault::Subject, bench.rules.subject);
        audience::judge(bench, self.claims.get("aud"));
        let expires = self.expiry(bench);
        self.issued(bench);
        for claim in bench.rules.claims {
            self.claim(bench, *claim);
        }
        self.replay(bench, seen, expires);
    }

    fn party(&self, bench: &mut Bench<'_>, id: &'static str, name: &str, fault: Fault, party: Party) {
        let wanted = match party {
            Party::Client => Some(bench.app.client),
            Party::User | Party::UserId | Party::UserIfAny => bench.app.user,
            _ => None,
        };
        match (self.claims.get(name), wanted) {
            (None, None) => {}
            (Some(Value::String(met)), Some(wanted)) if met == wanted => {
                bench.kept(id, format!("`{name}` is `{met}`, as registered here"));
            }
            (Some(Value::String(met)), Some(wanted)) => {
                bench.refused(id, fault, format!("`{name}` is `{met}`, and `{wanted}` is registered"));
            }
            (Some(Value::String(met)), None) => {
                bench.refused(id, fault, format!("`{name}` is `{met}`, and nobody is named to the rehearsal"));
            }
            (Some(_), _) => bench.refused(id, fault, format!("`{name}` is no text")),
            (None, Some(_)) => bench.refused(id, fault, format!("`{name}` is missing")),
        }
    }

    /// RFC 7523 section 3, item 4. The answer is the moment, where it can be read.
    fn expiry(&self, bench: &mut Bench<'_>) -> Option<i64> {
        let seconds = match self.moment("exp") {
            Moment::Missing => {
                bench.refused("expiry", Fault::Claim, "`exp` is missing");
                return None;
            }
            Moment::NoNumber => {
                bench.refused("expiry", Fault::Claim, "`exp` is no number of seconds since 1970");
                return None;
            }
            Moment::Text(seconds) => {
                bench.warned("expiry", "`exp` is a text, and a number is wanted", NUMERIC_DATE);
                seconds
            }
            Moment::Seconds(seconds) => seconds,
        };
        if seconds.fract() != 0.0 {
            bench.warned("expiry", "`exp` is no whole number, which some readers do not take", NUMERIC_DATE);
        }
        #[expect(clippy::cast_precision_loss, reason = "a moment of these millennia fits")]
        let ahead = seconds - bench.now.unix() as f64;
        let longest = bench.rules.lifetime.longest;
        if seconds >= FIRST_OF_MILLISECONDS {
            let met = "`exp` is in milliseconds, and seconds are wanted";
            bench.refused_if_known("expiry", Fault::Lifetime, met, NUMERIC_DATE);
        } else if ahead <= 0.0 {
            let hint = if ahead < -1500.0 { ": is local time taken for UTC?" } else { "" };
            bench.refused("expiry", Fault::Expired, format!("`exp` is {:.0} s in the past{hint}", -ahead));
        } else if let Some(longest) = longest.filter(|longest| ahead > f64::from(*longest)) {
            let older = if bench.app.target.name == "salesforce" && ahead <= 300.0 {
                ", which is what its older documentation says (5 minutes)"
            } else {
                ""
            };
            let met = format!(
                "`exp` is {ahead:.0} s ahead, and the documentation of {} says {longest} s{older}",
                bench.app.target.title
            );
            bench.refused_if_known("expiry", Fault::Lifetime, met, bench.rules.source);
        } else {
            bench.kept("expiry", format!("`exp` is {ahead:.0} s ahead"));
        }
        #[expect(clippy::cast_possible_truncation, reason = "what is too large ends with the largest number")]
        Some(seconds as i64)
    }

    /// `iat` and `nbf`: RFC 7523 section 3, items 5 and 6.
    fn issued(&self, bench: &mut Bench<'_>) {
        for (id, name, fault) in [("issued_at", "iat", Fault::IssuedLater), ("not_before", "nbf", Fault::NotYetValid)] {
            match self.moment(name) {
                Moment::Missing => {}
                Moment::NoNumber => {
                    bench.warned(id, format!("`{name}` is no number of seconds since 1970"), NUMERIC_DATE)
                }
                Moment::Text(_) => {
                    bench.warned(id, format!("`{name}` is a text, and a number is wanted"), NUMERIC_DATE)
                }
                Moment::Seconds(seconds) => {
                    #[expect(clippy::cast_precision_loss, reason = "a moment of these millennia fits")]
                    let ahead = seconds - bench.now.unix() as f64;
                    if ahead > 0.0 {
                        let met = format!("`{name}` is {ahead:.0} s in the future");
                        bench.refused_if_known(id, fault, met, JWT_PROFILE);
                    } else {
                        bench.kept(id, format!("`{name}` is {:.0} s ago", ahead.abs()));
                    }
                }
            }
        }
    }

    /// What the target asks for besides.
    fn claim(&self, bench: &mut Bench<'_>, claim: Claim) {
        let text = |name: &str| self.claims.get(name).and_then(Value::as_str);
        match claim {
            Claim::OneOf { name, values } => match text(name) {
                Some(met) if values.contains(&met) => bench.kept("claim", format!("`{name}` is `{met}`")),
                _ => {
                    let met = format!("`{name}` is none of {}", values.join(", "));
                    bench.refused("claim", Fault::Claim, met);
                }
            },
            Claim::Scope { words, .. } => {
                let is_there = match self.claims.get("scope") {
                    Some(Value::String(scope)) => !scope.trim().is_empty(),
                    Some(Value::Array(scopes)) => !scopes.is_empty() && scopes.iter().all(Value::is_string),
                    _ => false,
                };
                if is_there {
                    bench.kept("scope", "`scope` is stated");
                } else {
                    bench.refused("scope", Fault::Scope, format!("`scope` is missing; it says {words}"));
                }
            }
            _ => {}
        }
    }

    /// `jti`: RFC 7523 section 3, item 7.
    fn replay(&self, bench: &mut Bench<'_>, seen: &mut SeenTokens, expires: Option<i64>) {
        let bounds = bench.rules.claims.iter().find_map(|claim| match claim {
            Claim::TokenId { lengths } => *lengths,
            _ => None,
        });
        let issuer = self.claims.get("iss").and_then(Value::as_str).unwrap_or_default();
        match self.claims.get("jti") {
            None if bounds.is_some() => {
                bench.refused("token_id", Fault::Replay, "`jti` is missing");
            }
            None => {}
            Some(Value::String(id)) => {
                let length = id.chars().count();
                if bounds.is_some_and(|(shortest, longest)| length < shortest || length > longest) {
                    let met = format!("`jti` has {length} characters");
                    bench.refused("token_id", Fault::Replay, met);
                } else if seen.note(issuer, id, expires.unwrap_or(i64::MAX), bench.now) {
                    bench.refused("token_id", Fault::Replay, "`jti` was sent before, and a token is taken once");
                } else {
                    bench.kept("token_id", "`jti` was not sent before");
                }
            }
            Some(_) => bench.refused("token_id", Fault::Replay, "`jti` is no text"),
        }
    }

    fn moment(&self, name: &str) -> Moment {
        match self.claims.get(name) {
            None => Moment::Missing,
            Some(Value::Number(number)) => number.as_f64().map_or(Moment::NoNumber, Moment::Seconds),
            Some(Value::String(text)) => match text.parse() {
                Ok(seconds) if text.bytes().all(|octet| octet.is_ascii_digit()) => Moment::Text(seconds),
                _ => Moment::NoNumber,
            },
            Some(_) => Moment::NoNumber,
        }
    }
}
