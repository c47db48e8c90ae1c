//! Tests of the framings.
