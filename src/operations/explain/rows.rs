//! The refusals that are known, by target.

use super::{Cause, Explanation};

/// Every row.
pub(super) static ROWS: &[Explanation] = &[Explanation {
    id: "wrong_key",
    target: "salesforce",
    error: "invalid_grant",
    description: "invalid assertion",
    causes: &[Cause {
        what: "the certificate in the app is not that of this key",
        tell: "the app's certificate has another fingerprint than the one that belongs to the key",
        mend: "upload the certificate of this key to the app, and wait ten minutes",
        source: "forcedotcom/sfdx-travisci#135",
    }],
}];
