//! Rotations as text and as JSON.

pub(crate) mod steps;
