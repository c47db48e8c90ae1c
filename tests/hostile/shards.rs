//! Shares the whole run among processes, since the counters of work and memory are each process's own.

use std::io::Write;
use std::process::{Child, Command};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// The variable that tells a process its share, as `0/2`.
const SHARE: &str = "CERTWRIGHT_HOSTILE_SHARE";

/// One process's share of the cases: those whose number leaves `index` when it is divided by `count`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Share {
    index: usize,
    count: usize,
}

impl Share {
    pub(crate) fn takes(self, case: usize) -> bool {
        case % self.count == self.index
    }
}

/// Whether every case is wanted, and not a sample.
pub(crate) fn is_all() -> bool {
    std::env::var_os("CERTWRIGHT_HOSTILE").is_some_and(|value| value == "all")
}

/// Runs the test called `name`: a sample here and now, and the whole in as many processes as there are cores.
pub(crate) fn run(name: &str, test: impl FnOnce(Share)) {
    /// Two tests side by side would have twice as many processes as cores.
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

    if !is_all() {
        return test(Share { index: 0, count: 1 });
    }
    if let Ok(share) = std::env::var(SHARE) {
        let (index, count) = share.split_once('/').unwrap();
        return test(Share { index: index.parse().unwrap(), count: count.parse().unwrap() });
    }
    let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let (began, count) = (Instant::now(), std::thread::available_parallelism().unwrap().get());
    let start = |index| -> Child {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", name, "--nocapture"]).env(SHARE, format!("{index}/{count}")).spawn().unwrap()
    };
    let shares: Vec<Child> = (0..count).map(start).collect();
    let ended: Vec<bool> = shares.into_iter().map(|mut share| share.wait().unwrap().success()).collect();
    say(&format!("{name}: {} s in {count} processes", began.elapsed().as_secs()));
    assert!(ended.iter().all(|is_well| *is_well), "{name}: faults stand above");
}

/// Tells at once, past the capture of the test's output: who waits for the whole run wants to see it go wrong.
pub(crate) fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}
