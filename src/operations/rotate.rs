//! The next pair beside the current one, proved before it counts, and the way back.
//!
//! A [`Store`] is a folder with numbered versions of one set of files, and a state that says which version is current.
//! A version is published as a whole folder and never changed; the state is one file that is replaced at once. So a run
//! may be killed at any moment: the state names a version that is whole, and says what was begun.
//!
//! Rotation is about the order of its writes, so unlike the other operations it writes, through [`crate::files`] alone.

mod activate;
mod activated;
mod auto;
mod change;
mod change_error;
mod error;
mod form;
mod hook;
mod in_use;
mod manifest;
mod play;
mod prepare;
mod retire;
mod rollback;
mod state;
mod status;
mod steps;
mod store;
mod version;

pub use crate::operations::target::{Change, Expiry, Mark, Piece, PlayRow, Rotation, Step, Way, Which};
pub use activate::activate;
pub use activated::{Activate, Activated};
pub use auto::{Auto, AutoOutcome, AutoReport, auto, is_due};
pub use change_error::ChangeError;
pub use error::RotateError;
pub use form::{Live, PasswordKept, SetForm};
pub use play::{Play, UnknownPlay};
pub use prepare::{
    CertificateEnd, LeftOut, NewPassword, Prepare, PreparePlan, Prepared, Signer, plan_prepare, prepare,
};
pub use retire::{Retire, Retired, retire};
pub use rollback::rollback;
pub use state::{Doing, DoingStep, DoingVerb, State, VersionRecord};
pub use status::{
    CertificateFacts, LiveCondition, LiveLink, NextStep, Phase, StatusReport, VersionProof, VersionStatus, status,
};
pub use steps::{ExtractCertificate, StepValues};
pub use store::{LockedStore, Store};
pub use version::{Proved, VersionFile};
