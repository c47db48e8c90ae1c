//! The jobs: what each side types, and what is claimed.

mod expiry;
mod keys;
mod keystores;
mod reading;

use crate::job::Job;

/// All, in the order of the page.
pub(crate) fn all() -> Vec<Job> {
    let mut jobs = keys::jobs();
    jobs.extend(keystores::jobs());
    jobs.extend(reading::jobs());
    jobs.push(expiry::job());
    jobs
}
