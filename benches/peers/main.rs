//! Each job beside the programs that do it today, as whole processes in turn; writes docs/benchmarks.md and its raw numbers.
//!
//! `cargo bench --bench peers` runs all jobs, `cargo bench --bench peers -- genkey-2048 inspect` those whose names begin so;
//! a job's new runs replace its former ones on the page, and leave the others. `-- page` runs none, and only writes the page
//! anew from the raw numbers. `CERTWRIGHT_BENCH_ROUNDS=5` runs each side
//! five times, to try: then nothing is written, unless `CERTWRIGHT_BENCH_PAGE` names a folder to write the page into.
//! `CERTWRIGHT_PYTHON` names the Python that has `cryptography`. Peers that are not there are named as skipped.
#![allow(
    clippy::cast_possible_truncation,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::unwrap_used
)]

mod build;
mod generator;
mod job;
mod jobs;
mod machine;
mod order;
mod page;
mod record;
mod statistics;
#[allow(dead_code, reason = "each benchmark uses a part of it")]
#[path = "../support/support.rs"]
mod support;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use std::{env, fs};

use certwright::clock::Timestamp;

use build::Build;
use job::{Job, Measure, Side, Work};
use page::digits;
use record::{Records, Series};
use statistics::mean;
use support::measure::{Sample, be_intermediary, median, peak};
use support::programs::command;

/// What is chosen to run no job.
const PAGE: &str = "page";

/// How many further runs tell the peak of memory.
const PEAKS: usize = 20;

fn main() {
    if be_intermediary() {
        return;
    }
    let all = jobs::all();
    let chosen: Vec<String> = env::args().skip(1).filter(|word| word != "--bench").collect();
    let known: Vec<&str> = all.iter().map(|job| job.name).collect();
    for name in chosen.iter().filter(|name| *name != PAGE) {
        assert!(
            known.iter().any(|job| job.starts_with(name)),
            "no job is called {name}; there are {}",
            known.join(", ")
        );
    }
    let wanted = |job: &&Job| chosen.is_empty() || chosen.iter().any(|name| job.name.starts_with(name));
    let rounds = env::var("CERTWRIGHT_BENCH_ROUNDS").ok().map(|text| text.parse().unwrap());
    let written = env::var_os("CERTWRIGHT_BENCH_PAGE")
        .map(PathBuf::from)
        .or_else(|| rounds.is_none().then(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("docs")));
    let written = written.map(|folder| fs::canonicalize(folder).unwrap());

    let build = Build::current();
    let folder = tempfile::Builder::new().tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let ready: Vec<Ready> = all.iter().filter(wanted).map(|job| Ready::new(job, folder.path(), rounds)).collect();
    let expected: Duration = ready.iter().map(|job| job.expected).sum();
    eprintln!("about {} minutes in all", expected.as_secs().div_ceil(60));
    let mut records =
        written.as_ref().map_or_else(Records::default, |folder| Records::read(&folder.join("benchmarks.csv")));
    let write = |records: &Records| {
        if let Some(folder) = &written {
            records.write(&folder.join("benchmarks.csv"), known.iter().copied());
            fs::write(folder.join("benchmarks.md"), page::page(&all, records)).unwrap();
        }
    };
    write(&records);
    for job in ready {
        records.replace(job.job.name, job.run(&build));
        // After each job, so that a run that is broken off keeps what it has.
        write(&records);
    }
    if written.is_none() {
        println!("\n{}", page::page(&all, &records));
        eprintln!("nothing was written: CERTWRIGHT_BENCH_PAGE names a folder for fewer rounds");
    }
    // It cannot be removed while it is the current one.
    env::set_current_dir(env!("CARGO_MANIFEST_DIR")).unwrap();
}

/// A job whose inputs are made, and whose sides were tried.
struct Ready<'a> {
    job: &'a Job,
    folder: PathBuf,
    rounds: usize,
    sides: Vec<(Side, String)>,
    expected: Duration,
}

impl<'a> Ready<'a> {
    /// Makes the inputs and has each side run once; that run does not count, but tells how long all will take.
    fn new(job: &'a Job, parent: &Path, rounds: Option<usize>) -> Self {
        let folder = parent.join(job.name);
        fs::create_dir(&folder).unwrap();
        env::set_current_dir(&folder).unwrap();
        eprintln!("{}: prepares", job.name);
        (job.prepare)();
        let mut sides = Vec::new();
        for side in (job.sides)() {
            match side.program.version() {
                Ok(version) => sides.push((side, version)),
                Err(missing) => eprintln!("{}: {} skipped: {missing}", job.name, side.name),
            }
        }
        let rounds = rounds.unwrap_or(job.rounds);
        let mut round = Duration::ZERO;
        for (side, _) in &sides {
            let start = Instant::now();
            side.run();
            let cost = start.elapsed();
            eprintln!("{}: {:<26} {} ms a run", job.name, side.name, cost.as_millis());
            round += cost;
        }
        let expected = round * u32::try_from(rounds).unwrap();
        eprintln!("{}: about {} s for {rounds} rounds", job.name, expected.as_secs());
        Self { job, folder, rounds, sides, expected }
    }

    /// All rounds.
    fn run(self, build: &Build) -> Vec<Series> {
        let (name, rounds) = (self.job.name, self.rounds);
        env::set_current_dir(&self.folder).unwrap();
        let mut samples: Vec<Vec<Sample>> = self.sides.iter().map(|_| Vec::with_capacity(rounds)).collect();
        let start = Instant::now();
        for round in 0..rounds {
            for at in order::of_round(round, self.sides.len()) {
                samples[at].push(self.sides[at].0.run());
            }
            if (round + 1) % rounds.div_ceil(10) == 0 {
                eprintln!("{name}: {} of {rounds} rounds, {} s", round + 1, start.elapsed().as_secs());
            }
        }
        build.check();
        let machine = machine::describe();
        let measured = Timestamp::now().to_string();
        let mut all = Vec::new();
        for ((side, version), samples) in self.sides.iter().zip(&samples) {
            let walls: Vec<f64> = samples.iter().map(|sample| sample.wall).collect();
            let cpus: Vec<f64> = samples.iter().filter_map(|sample| sample.cpu).collect();
            let peaks = peaks(side);
            for (measure, values) in Measure::ALL.into_iter().zip([walls, cpus, peaks]) {
                if values.is_empty() {
                    continue;
                }
                eprintln!(
                    "{name}: {:<26} {:<8} mean {:>7}, median {:>7}",
                    side.name,
                    measure.name(),
                    digits(mean(&values)),
                    digits(median(&values))
                );
                all.push(Series {
                    job: name.to_owned(),
                    measured: measured.clone(),
                    machine: machine.clone(),
                    side: side.name.to_owned(),
                    version: version.clone(),
                    build: side.program.build(build),
                    command: side.shown(),
                    measure: measure.name().to_owned(),
                    runs: record::joined(&values),
                });
            }
        }
        all
    }
}

/// The peak of each of some further runs, where they are asked for and the system tells them.
fn peaks(side: &Side) -> Vec<f64> {
    match &side.work {
        Work::Lines(lines) if side.with_peak => (0..PEAKS).filter_map(|_| peak(&command(&lines[0]))).collect(),
        _ => Vec::new(),
    }
}
