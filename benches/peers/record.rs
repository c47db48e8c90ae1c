//! The raw numbers: every run of every side, in a CSV file that each run of the benchmark takes up and writes anew.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::job::Measure;

/// All runs of one side, by one measure.
#[derive(Serialize, Deserialize)]
pub(crate) struct Series {
    pub(crate) job: String,
    pub(crate) measured: String,
    pub(crate) machine: String,
    pub(crate) side: String,
    pub(crate) version: String,
    /// Which build it is, where the side is ours.
    #[serde(default)]
    pub(crate) build: String,
    /// The lines, as a reader types them.
    pub(crate) command: String,
    pub(crate) measure: String,
    /// The runs in their order, in what `measure` says, with a space between.
    pub(crate) runs: String,
}

impl Series {
    pub(crate) fn values(&self) -> Vec<f64> {
        self.runs.split(' ').map(|value| value.parse().unwrap()).collect()
    }
}

/// Runs as they are noted, to hundredths.
pub(crate) fn joined(values: &[f64]) -> String {
    let values: Vec<String> = values.iter().map(|value| format!("{value:.2}")).collect();
    values.join(" ")
}

/// What is known of all jobs.
#[derive(Default)]
pub(crate) struct Records(Vec<Series>);

impl Records {
    /// As the last run left them; empty where there was none.
    pub(crate) fn read(path: &Path) -> Self {
        if !fs::exists(path).unwrap() {
            return Self::default();
        }
        Self(csv::Reader::from_path(path).unwrap().deserialize().map(Result::unwrap).collect())
    }

    /// Takes the runs of a job in place of all former ones: only runs in turn may be compared.
    pub(crate) fn replace(&mut self, job: &str, series: Vec<Series>) {
        self.0.retain(|known| known.job != job);
        self.0.extend(series);
    }

    /// The builds of ours that were measured, each once; an empty one where it was not noted.
    pub(crate) fn builds(&self) -> BTreeSet<&str> {
        let ours = self.0.iter().filter(|known| known.version.starts_with("certwright "));
        ours.map(|known| known.build.as_str()).collect()
    }

    /// The runs of one side, if it was there.
    pub(crate) fn find(&self, job: &str, side: &str, measure: Measure) -> Option<&Series> {
        self.0.iter().find(|known| known.job == job && known.side == side && known.measure == measure.name())
    }

    /// Writes those of the jobs that there are, in their order.
    pub(crate) fn write<'a>(&self, path: &Path, jobs: impl Iterator<Item = &'a str>) {
        let mut writer = csv::Writer::from_path(path).unwrap();
        for job in jobs {
            for series in self.0.iter().filter(|known| known.job == job) {
                writer.serialize(series).unwrap();
            }
        }
        writer.flush().unwrap();
    }
}
