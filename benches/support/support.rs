//! What the benchmarks share: certificates to work on, programs to run, and the time and memory that these take.

pub(crate) mod certificates;
pub(crate) mod measure;
pub(crate) mod programs;
