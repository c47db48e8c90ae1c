//! Rotations as text and as JSON.

pub(crate) mod auto;
pub(crate) mod change;
pub(crate) mod prepare;
pub(crate) mod retire;
pub(crate) mod status;
pub(crate) mod steps;

use std::path::Path;

/// A path as a command takes it: one that begins with `-` would be an option.
fn as_operand(path: &Path) -> String {
    let path = path.display().to_string();
    if path.starts_with('-') { format!("./{path}") } else { path }
}
