//! What a rehearsal can say of the clock, and what it cannot know at all.

use super::app::RegisteredApp;
use super::{Check, Outcome};
use crate::clock::Timestamp;
use crate::operations::target::Target;

/// 2026-11-21: no copy of this program ran before it was written.
const WRITTEN: i64 = 1_795_219_200;

/// Whether this machine's time can be right. How far it is off, only the service's own time would tell.
pub(super) fn clock(app: &RegisteredApp<'_>, now: Timestamp) -> Vec<Check> {
    let check = |id, outcome, met| Check { id, outcome, met, answered: None, source: "this machine" };
    let validity = app.certificate.validity().ok();
    let local = match validity {
        _ if now.unix() < WRITTEN => {
            check("clock", Outcome::Warned, format!("it is {now} here, which is before this program was written"))
        }
        Some(validity) if now < validity.not_before => {
            let met = format!("it is {now} here, and the certificate begins at {}", validity.not_before);
            check(
                "clock",
                Outcome::Warned,
                format!("{met}: this clock is behind, or that of whoever made it was ahead"),
            )
        }
        _ => check("clock", Outcome::Kept, format!("it is {now} here, which can be right")),
    };
    let met = format!("how far this clock is from that of {}: a login says it when it is refused", app.target.title);
    vec![local, check("server_clock", Outcome::Unknowable, met)]
}

/// What only the service can tell.
pub(super) fn unknowable(target: &Target) -> impl Iterator<Item = Check> {
    const SALESFORCE: &[(&str, &str)] = &[
        (
            "app",
            "whether the consumer key is that of an app in this org, and this very certificate is in it: a change takes 2 to 10 minutes to arrive",
        ),
        (
            "user",
            "whether the user is active in this org and approved: Permitted Users, with the user's profile or permission set among the app's",
        ),
        (
            "policies",
            "whether the app's policies and scopes, the profile's login IP ranges and its login hours let the login through",
        ),
    ];
    const OTHERS: &[(&str, &str)] = &[
        ("app", "whether the client is registered, and this very key or certificate is registered with it"),
        ("policies", "whether the service lets the client have what it asks for: consent, scopes, policies"),
    ];
    let list = if target.name == "salesforce" { SALESFORCE } else { OTHERS };
    list.iter().map(|(id, met)| Check {
        id,
        outcome: Outcome::Unknowable,
        met: (*met).to_owned(),
        answered: None,
        source: "known to the service alone",
    })
}
