//! The wall time, processor time and memory of programs that are run.
//!
//! The system counts the processor time of children that were waited for, their threads and their own children among it
//! (`getrusage`). Windows has no such count, and only wall time is told there.

use std::process::{Command, Stdio};
use std::time::Instant;

/// What one run took, in milliseconds.
#[derive(Clone, Copy)]
pub(crate) struct Sample {
    /// From before the start to after the end.
    pub(crate) wall: f64,
    /// Of all threads, in user mode and in the kernel.
    pub(crate) cpu: Option<f64>,
}

/// Runs a command without input and output, and fails if it does not end with `exit`.
pub(crate) fn run(command: &mut Command, exit: i32) {
    run_into(Stdio::null(), command, exit);
}

/// The same with a place for its output.
pub(crate) fn run_into(output: Stdio, command: &mut Command, exit: i32) {
    let status = command.stdin(Stdio::null()).stdout(output).stderr(Stdio::null()).status();
    let status = status.unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert_eq!(status.code(), Some(exit), "{command:?}");
}

/// What the children that `work` starts and waits for take.
pub(crate) fn timed(work: impl FnOnce()) -> Sample {
    let before = children_cpu();
    let start = Instant::now();
    work();
    let wall = start.elapsed().as_secs_f64() * 1000.0;
    Sample { wall, cpu: children_cpu().zip(before).map(|(after, before)| after - before) }
}

/// The middle one, or the mean of the two in the middle.
pub(crate) fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let half = sorted.len() / 2;
    if sorted.len() % 2 == 1 { sorted[half] } else { (sorted[half - 1] + sorted[half]) / 2.0 }
}

/// In milliseconds.
#[cfg(unix)]
fn children_cpu() -> Option<f64> {
    use nix::sys::resource::{UsageWho, getrusage};
    use nix::sys::time::TimeValLike;
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).unwrap();
    Some((usage.user_time() + usage.system_time()).num_microseconds() as f64 / 1000.0)
}

#[cfg(not(unix))]
fn children_cpu() -> Option<f64> {
    None
}

/// The first argument of a benchmark that was started to run another program and to tell the memory of it.
const INTERMEDIARY: &str = "--peak-of";

/// The most memory that a run of `command` has in use, in MiB; `None` where the system does not tell.
///
/// What the system tells of a child begins with the memory of the process that starts it, of which a benchmark may have
/// much. So a fresh and small one is put between, which starts with [`be_intermediary`].
#[cfg(target_os = "linux")]
pub(crate) fn peak(command: &Command) -> Option<f64> {
    let mut between = Command::new(std::env::current_exe().unwrap());
    between.arg(INTERMEDIARY).arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => between.env(name, value),
            None => between.env_remove(name),
        };
    }
    let output = between.stdin(Stdio::null()).stderr(Stdio::inherit()).output().unwrap();
    assert!(output.status.success(), "{command:?}");
    let told = String::from_utf8(output.stdout).unwrap();
    let kibibytes: Vec<f64> = told.split_whitespace().map(|number| number.parse().unwrap()).collect();
    assert!(kibibytes[0] > kibibytes[1], "{command:?} used less memory than the process that told of it");
    Some(kibibytes[0] / 1024.0)
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn peak(_: &Command) -> Option<f64> {
    None
}

/// If this process was started by [`peak`], does what it was started for, and answers that it was.
///
/// To be called before anything else.
#[cfg(target_os = "linux")]
pub(crate) fn be_intermediary() -> bool {
    use nix::sys::resource::{UsageWho, getrusage};
    let mut arguments = std::env::args_os().skip(1);
    if arguments.next().is_none_or(|first| first != INTERMEDIARY) {
        return false;
    }
    let mut command = Command::new(arguments.next().unwrap());
    let status = command.args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap();
    assert!(status.code().is_some(), "{command:?}: {status}");
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let own = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap().trim().trim_end_matches(" kB");
    println!("{} {own}", getrusage(UsageWho::RUSAGE_CHILDREN).unwrap().max_rss());
    true
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn be_intermediary() -> bool {
    std::env::args_os().nth(1).is_some_and(|first| first == INTERMEDIARY)
}
