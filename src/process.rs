//! Leaves nothing behind when the run is interrupted, keeps secrets out of core dumps, and starts other programs.

mod failpoints;
mod hook;

use std::cell::Cell;
use std::collections::BTreeMap;
use std::marker::PhantomData;
use std::sync::Condvar;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;

pub(crate) use failpoints::before_change;
pub use hook::{Hook, HookEnd, HookRun};

type Cleanup = Box<dyn FnOnce() + Send>;

/// What is to be done before the process ends, by registration number.
static CLEANUPS: Mutex<BTreeMap<u64, Cleanup>> = Mutex::new(BTreeMap::new());

/// How many threads do what an interruption would leave half-done.
static BUSY: Busy = Busy::new();

thread_local! {
    /// Whether this thread is one of them.
    static IS_BUSY: Cell<bool> = const { Cell::new(false) };
}

/// The exit code of an interrupted run: 128 and the number of SIGINT, as shells count.
const INTERRUPTED: i32 = 130;

/// Why interruptions cannot be handled.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The system did not let a handler be set.
    #[error("cannot watch for interruptions: {reason}")]
    Handler {
        /// What the system said.
        reason: String,
    },
}

/// Takes over Ctrl-C, SIGTERM, SIGHUP and the console's closing: waits for work that must not be cut in two, runs what
/// was given to [`register`], newest first, and exits with 130.
///
/// A signal that was ignored when the program started, as under `nohup`, leaves everything as it was: what an
/// interruption then leaves behind, the next run removes. So it is when a Windows console is closed, because the system
/// then ends the process without waiting.
///
/// # Errors
/// [`Error::Handler`] when the system refuses.
pub fn install() -> Result<(), Error> {
    match ctrlc::try_set_handler(end) {
        Ok(()) | Err(ctrlc::Error::MultipleHandlers) => Ok(()),
        Err(fault) => Err(Error::Handler { reason: fault.to_string() }),
    }
}

/// Has `cleanup` run if the process is interrupted while the returned guard lives. It must not call this module.
///
/// Dropping the guard only forgets `cleanup`. Register before what is to be cleaned up exists, or both within
/// [`uninterrupted`].
pub fn register(cleanup: impl FnOnce() + Send + 'static) -> Registered {
    let mut cleanups = lock(&CLEANUPS);
    let number = cleanups.last_key_value().map_or(0, |(last, _)| last + 1);
    cleanups.insert(number, Box::new(cleanup));
    Registered(number)
}

/// Holds interruptions back until the returned guard is dropped. Threads do not wait for each other here; only once an
/// interruption came, whoever wants to begin waits for the end of the process. Not to be nested.
pub fn uninterrupted() -> Uninterrupted {
    let was_busy = IS_BUSY.replace(true);
    debug_assert!(!was_busy, "an interruption between the two would wait for ever");
    BUSY.begin();
    Uninterrupted(PhantomData)
}

/// Keeps a cleanup registered; see [`register`].
#[derive(Debug)]
#[must_use = "a cleanup is forgotten when this is dropped"]
pub struct Registered(u64);

impl Drop for Registered {
    fn drop(&mut self) {
        lock(&CLEANUPS).remove(&self.0);
    }
}

/// Holds interruptions back; see [`uninterrupted`]. It stays in its thread.
#[derive(Debug)]
#[must_use = "interruptions are let through when this is dropped"]
pub struct Uninterrupted(PhantomData<MutexGuard<'static, ()>>);

impl Drop for Uninterrupted {
    fn drop(&mut self) {
        IS_BUSY.set(false);
        BUSY.done();
    }
}

/// Counts who is busy, and keeps everybody from beginning once the end has come.
struct Busy {
    state: Mutex<BusyState>,
    changed: Condvar,
}

struct BusyState {
    count: usize,
    is_over: bool,
}

impl Busy {
    const fn new() -> Self {
        Self { state: Mutex::new(BusyState { count: 0, is_over: false }), changed: Condvar::new() }
    }

    fn begin(&self) {
        let state = lock(&self.state);
        let mut state = self.changed.wait_while(state, |state| state.is_over).unwrap_or_else(PoisonError::into_inner);
        state.count += 1;
    }

    fn done(&self) {
        lock(&self.state).count -= 1;
        self.changed.notify_all();
    }

    /// Returns when nobody is busy; nobody begins any more then.
    fn wait_for_all(&self) {
        let mut state = lock(&self.state);
        state.is_over = true;
        drop(self.changed.wait_while(state, |state| state.count > 0));
    }
}

/// Keeps the memory of this process, with its keys and passwords, out of core dumps and, on Linux, away from debuggers
/// of the same user. Where the system has no such switch or refuses, nothing happens.
pub fn forbid_core_dumps() {
    #[cfg(unix)]
    {
        use rustix::process;
        let none = process::Rlimit { current: Some(0), maximum: Some(0) };
        // A refusal leaves the run no less safe than other programs, so it does not end it.
        let _ = process::setrlimit(process::Resource::Core, none);
        #[cfg(target_os = "linux")]
        let _ = process::set_dumpable_behavior(process::DumpableBehavior::NotDumpable);
    }
}

#[expect(clippy::exit, reason = "an interrupted program has no caller to return to")]
fn end() {
    BUSY.wait_for_all();
    // Held to the end, so that nothing more is registered.
    let mut cleanups = lock(&CLEANUPS);
    run_all(&mut cleanups);
    std::process::exit(INTERRUPTED);
}

fn run_all(cleanups: &mut BTreeMap<u64, Cleanup>) {
    while let Some((_, cleanup)) = cleanups.pop_last() {
        cleanup();
    }
}

/// A panic elsewhere must not keep an interruption from cleaning up.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn cleanups_run_newest_first_and_forgotten_ones_do_not() {
        let done = Arc::new(Mutex::new(Vec::new()));
        let note = |name: &'static str| {
            let done = Arc::clone(&done);
            move || lock(&done).push(name)
        };
        let kept = [register(note("first")), register(note("second"))];
        drop(register(note("forgotten")));
        // Other tests register too, so only this test's own are taken out and run.
        let mut mine: BTreeMap<_, _> = kept.iter().filter_map(|guard| lock(&CLEANUPS).remove_entry(&guard.0)).collect();
        run_all(&mut mine);
        assert_eq!(*lock(&done), ["second", "first"]);
    }

    #[test]
    fn the_end_waits_for_all_who_are_busy_and_lets_nobody_begin() {
        use std::sync::atomic::AtomicUsize;
        use std::sync::atomic::Ordering::SeqCst;
        use std::thread;
        use std::time::Duration;
        // Leaked, because the thread that may not begin waits for the end of the process.
        let busy: &'static Busy = Box::leak(Box::new(Busy::new()));
        let done: &'static AtomicUsize = Box::leak(Box::default());
        // Both at once: neither waits for the other.
        busy.begin();
        busy.begin();
        let end = thread::spawn(|| {
            busy.wait_for_all();
            done.load(SeqCst)
        });
        while !lock(&busy.state).is_over {
            thread::yield_now();
        }
        thread::spawn(|| {
            busy.begin();
            done.store(100, SeqCst);
        });
        thread::sleep(Duration::from_millis(20));
        for _ in 0..2 {
            done.fetch_add(1, SeqCst);
            busy.done();
        }
        assert_eq!(end.join().unwrap(), 2);
        thread::sleep(Duration::from_millis(20));
        assert_eq!(done.load(SeqCst), 2, "something began after the end");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn core_dumps_are_off() {
        use rustix::process;
        forbid_core_dumps();
        assert_eq!(process::getrlimit(process::Resource::Core).current, Some(0));
        assert_eq!(process::dumpable_behavior().unwrap(), process::DumpableBehavior::NotDumpable);
    }
}
