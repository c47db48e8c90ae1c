//! The program: parses what was typed, runs it, reports, and exits.

fn main() {}
