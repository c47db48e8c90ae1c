//! Rotations as their users meet them, also when a run is killed or the disk is full.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, clippy::print_stdout, clippy::unwrap_used)]

#[allow(dead_code, reason = "each test binary uses a part of it")]
#[path = "../support/support.rs"]
mod support;

#[cfg(all(unix, feature = "failpoints"))]
mod broken_off;
mod change;
mod dates;
mod fleet;
mod places;
mod prepare;
#[cfg(all(unix, feature = "failpoints"))]
mod prepare_broken_off;
mod status;
mod stores;

/// Without the feature no run can be killed at a chosen change: that is said, or fails where it is required.
#[cfg(not(feature = "failpoints"))]
#[test]
fn runs_that_are_broken_off() {
    support::missing("failpoints");
}
