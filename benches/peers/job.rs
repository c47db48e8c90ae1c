//! What is measured: a job, the sides that do it in turn, and what is claimed of them.

use std::cell::RefCell;
use std::fs::{self, File};
use std::process::{Command, Stdio};

use certwright::crypto::Simd;

use crate::build::Build;
use crate::generator::Generator;
use crate::support::measure::{Sample, run, run_into, timed};
use crate::support::programs::{self, command};

/// One thing that several programs can do.
pub(crate) struct Job {
    /// How the command line and the data call it.
    pub(crate) name: &'static str,
    /// One line about it.
    pub(crate) title: &'static str,
    /// What the reader must know to judge it.
    pub(crate) note: &'static str,
    /// How often each side runs.
    pub(crate) rounds: usize,
    pub(crate) claims: Vec<Claim>,
    /// Makes the inputs in the current folder.
    pub(crate) prepare: fn(),
    pub(crate) sides: fn() -> Vec<Side>,
}

/// What is said of one side, or of two.
#[derive(Clone, Copy)]
pub(crate) enum Claim {
    /// The mean of `peer` is at least so many times that of `ours`; `None` only shows the ratio.
    Times { ours: &'static str, peer: &'static str, measure: Measure, at_least: Option<f64> },
    /// The largest peak of memory is below so many MiB; `None` only shows it.
    Peak { side: &'static str, below: Option<f64> },
}

/// What a number counts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Measure {
    /// Milliseconds from start to end.
    Wall,
    /// Milliseconds of processor time.
    Cpu,
    /// MiB in use at the most.
    Peak,
}

impl Measure {
    pub(crate) const ALL: [Self; 3] = [Self::Wall, Self::Cpu, Self::Peak];

    /// As the data call it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Wall => "wall ms",
            Self::Cpu => "CPU ms",
            Self::Peak => "peak MiB",
        }
    }
}

/// One way of doing a job.
pub(crate) struct Side {
    pub(crate) name: &'static str,
    pub(crate) program: Program,
    pub(crate) work: Work,
    /// Files that each run gets anew: from, to.
    pub(crate) copies: Vec<(&'static str, &'static str)>,
    /// Files that a run makes, and that must not be there before.
    pub(crate) makes: Vec<String>,
    /// The exit code of a good run.
    pub(crate) exit: i32,
    /// Looks at what a run made; outside the timing.
    pub(crate) check: Box<dyn Fn()>,
    /// Whether the peak of memory is asked for.
    pub(crate) with_peak: bool,
}

/// What a side needs to be there.
#[derive(Clone, Copy)]
pub(crate) enum Program {
    Certwright,
    /// Ours, on a processor that has these instructions.
    CertwrightWith(Simd),
    Openssl,
    Keytool,
    OpensslAndKeytool,
    PythonCryptography,
}

impl Program {
    /// Which build it is, where it is ours.
    pub(crate) fn build(self, ours: &Build) -> String {
        match self {
            Self::Certwright | Self::CertwrightWith(_) => ours.shown(),
            Self::Openssl | Self::Keytool | Self::OpensslAndKeytool | Self::PythonCryptography => String::new(),
        }
    }

    /// Its version, or what is missing.
    pub(crate) fn version(self) -> Result<String, String> {
        match self {
            Self::Certwright => Ok(format!("certwright {}", env!("CARGO_PKG_VERSION"))),
            Self::CertwrightWith(simd) if !simd.is_available() => Err(format!("this processor has no {simd}")),
            Self::CertwrightWith(_) => Self::Certwright.version(),
            Self::Openssl => programs::openssl().ok_or_else(|| "openssl not found".to_owned()),
            Self::Keytool => programs::keytool().ok_or_else(|| "keytool not found".to_owned()),
            Self::OpensslAndKeytool => Ok(format!("{}; {}", Self::Openssl.version()?, Self::Keytool.version()?)),
            Self::PythonCryptography => programs::python_cryptography()
                .ok_or_else(|| "Python with cryptography not found; CERTWRIGHT_PYTHON names it".to_owned()),
        }
    }
}

/// What is timed.
pub(crate) enum Work {
    /// Lines, one after the other.
    Lines(Vec<String>),
    /// What the first line takes longer than the second, run one after the other.
    Difference(String, String),
    /// RSA key generation alone, in a process that stays.
    Generator { bits: u32, started: RefCell<Option<Generator>> },
}

impl Side {
    /// A side of lines that end well and leave no file.
    pub(crate) fn new(name: &'static str, program: Program, lines: &[&str]) -> Self {
        Self::of(name, program, Work::Lines(lines.iter().map(|line| (*line).to_owned()).collect()))
    }

    /// The same of any work.
    pub(crate) fn of(name: &'static str, program: Program, work: Work) -> Self {
        let (copies, makes) = (Vec::new(), Vec::new());
        Self { name, program, work, copies, makes, exit: 0, check: Box::new(|| ()), with_peak: false }
    }

    pub(crate) fn copies(mut self, from: &'static str, to: &'static str) -> Self {
        self.copies.push((from, to));
        self
    }

    pub(crate) fn makes(mut self, files: &[&str]) -> Self {
        self.makes.extend(files.iter().map(|file| (*file).to_owned()));
        self
    }

    pub(crate) fn checked(mut self, check: impl Fn() + 'static) -> Self {
        self.check = Box::new(check);
        self
    }

    pub(crate) fn ends_with(mut self, exit: i32) -> Self {
        self.exit = exit;
        self
    }

    pub(crate) fn with_peak(mut self) -> Self {
        self.with_peak = true;
        self
    }

    /// One run.
    pub(crate) fn run(&self) -> Sample {
        for (from, to) in &self.copies {
            fs::copy(from, to).unwrap();
        }
        for file in &self.makes {
            // The first run finds none.
            let _ = fs::remove_file(file);
        }
        let sample = match &self.work {
            Work::Lines(lines) => {
                let commands: Vec<_> = lines.iter().map(|line| redirected(line)).collect();
                timed(|| commands.into_iter().for_each(|(mut line, output)| run_into(output, &mut line, self.exit)))
            }
            Work::Difference(whole, rest) => {
                let [whole, rest] = [whole, rest].map(|line| timed(|| run(&mut command(line), self.exit)));
                Sample { wall: whole.wall - rest.wall, cpu: whole.cpu.zip(rest.cpu).map(|(whole, rest)| whole - rest) }
            }
            Work::Generator { bits, started } => {
                started.borrow_mut().get_or_insert_with(Generator::start).generate(*bits)
            }
        };
        for file in &self.makes {
            assert!(fs::exists(file).unwrap(), "{}: {file} was not written", self.name);
        }
        (self.check)();
        sample
    }

    /// The lines as a reader types them.
    pub(crate) fn shown(&self) -> String {
        match &self.work {
            Work::Lines(lines) => lines.join("\n"),
            Work::Difference(whole, rest) => format!("{whole}\n# less the time of\n{rest}"),
            Work::Generator { bits, .. } => {
                format!("rsa.generate_private_key(public_exponent=65537, key_size={bits})  # in Python, the call alone")
            }
        }
    }
}

/// The command of a line, and where its output goes: `> FILE` at the line's end, as a shell has it, or nowhere.
fn redirected(line: &str) -> (Command, Stdio) {
    match line.split_once(" > ") {
        Some((line, file)) => (command(line), File::create(file).unwrap().into()),
        None => (command(line), Stdio::null()),
    }
}
