//! What expires, and what is unhealthy, in many files: each thing judged against thresholds, the worst first.

mod report;
mod threshold;

pub use report::{CertificateFacts, CheckFinding, CheckItem, CheckReport, CheckStatus, CheckedKind};
pub use threshold::{Threshold, ThresholdError};
