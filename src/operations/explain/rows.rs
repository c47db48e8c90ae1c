//! The refusals that are known, target by target.

mod r#box;
mod docusign;
mod entra;
mod entra_request;
mod google;
mod netsuite;
mod okta;
mod salesforce;
mod salesforce_api;
mod salesforce_app;
mod salesforce_user;
mod snowflake;

use super::{Cause, Evidence, Explanation, Suspect};

/// What to do about a clock.
pub const SET_THE_CLOCK: &str =
    "set this machine's clock: on Linux `timedatectl set-ntp true`, on Windows `w32tm /resync`";

/// Every row.
pub(super) static ROWS: &[&[Explanation]] = &[
    salesforce::ROWS,
    salesforce_app::ROWS,
    salesforce_user::ROWS,
    salesforce_api::ROWS,
    entra::ROWS,
    entra_request::ROWS,
    google::ROWS,
    okta::ROWS,
    snowflake::ROWS,
    netsuite::ROWS,
    docusign::ROWS,
    r#box::ROWS,
];

/// A cause that the target documents.
const fn documented(
    suspect: Suspect,
    what: &'static str,
    tell: &'static str,
    mend: &'static str,
    source: &'static str,
) -> Cause {
    Cause { suspect, what, tell, mend, evidence: Evidence::Documented, source }
}

/// A cause that people found.
const fn reported(
    suspect: Suspect,
    what: &'static str,
    tell: &'static str,
    mend: &'static str,
    source: &'static str,
) -> Cause {
    Cause { suspect, what, tell, mend, evidence: Evidence::Reported, source }
}

/// A cause that a program's source code names.
const fn in_code(
    suspect: Suspect,
    what: &'static str,
    tell: &'static str,
    mend: &'static str,
    source: &'static str,
) -> Cause {
    Cause { suspect, what, tell, mend, evidence: Evidence::InCode, source }
}

/// A cause that nobody confirmed.
const fn presumed(
    suspect: Suspect,
    what: &'static str,
    tell: &'static str,
    mend: &'static str,
    source: &'static str,
) -> Cause {
    Cause { suspect, what, tell, mend, evidence: Evidence::Presumed, source }
}
