//! Counts what reading costs: octets of memory, by an allocator that counts, and derivation work, by the library.

use std::alloc::{GlobalAlloc, Layout, System};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::SeqCst};
use std::sync::{Mutex, MutexGuard, Once, PoisonError};
use std::time::{Duration, Instant};

use certwright::limits::{Limits, derivation_work};

/// What one case may allocate beyond what scrypt is allowed.
const SLACK: usize = 64 << 20;

/// The longest that one case may take. It tells a hang from slowness, and measures nothing.
const WATCHDOG: Duration = Duration::from_secs(60);

static LIVE: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);
static LARGEST: AtomicUsize = AtomicUsize::new(0);

/// The system's allocator, counting.
struct Counting;

#[global_allocator]
static COUNTING: Counting = Counting;

#[allow(unsafe_code, reason = "the trait is unsafe; every call goes to the system's allocator as it came")]
// SAFETY: the layout and the pointer are handed on unchanged, and counting touches no memory of theirs.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        grown(layout.size(), layout.size());
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        grown(layout.size(), layout.size());
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        LIVE.fetch_sub(layout.size(), SeqCst);
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        LIVE.fetch_sub(layout.size(), SeqCst);
        grown(new_size, new_size);
        unsafe { System.realloc(pointer, layout, new_size) }
    }
}

fn grown(by: usize, request: usize) {
    let live = LIVE.fetch_add(by, SeqCst) + by;
    PEAK.fetch_max(live, SeqCst);
    LARGEST.fetch_max(request, SeqCst);
}

/// What a case has cost.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cost {
    /// The most octets that were allocated at once, beyond those there were before.
    pub(crate) peak: usize,
    /// The largest single allocation.
    pub(crate) largest: usize,
    /// Iterations of derivation.
    pub(crate) work: u64,
}

impl Cost {
    /// Whether it is within `limits` and the slack. A scheme of PKCS#12 derives key and initialisation vector one after
    /// the other for one charge, hence twice the work.
    pub(crate) fn is_within(self, limits: &Limits) -> bool {
        let scrypt = usize::try_from(limits.scrypt_memory).unwrap();
        self.peak <= scrypt + SLACK && self.work <= 2 * limits.kdf_total_iterations
    }
}

/// The counters are the process's, so one test runs at a time: each takes a meter before it does anything else.
pub(crate) struct Meter(#[allow(dead_code)] MutexGuard<'static, ()>);

static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

impl Meter {
    pub(crate) fn new() -> Self {
        static START: Once = Once::new();
        START.call_once(|| drop(std::thread::spawn(watch)));
        Self(ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Runs `case` and counts. `Err` is a panic. A case that hangs ends the process with its name.
    pub(crate) fn run<T>(&self, name: &str, case: impl FnOnce() -> T) -> Result<(T, Cost), String> {
        *CASE.lock().unwrap_or_else(PoisonError::into_inner) = Some((name.to_owned(), Instant::now()));
        let (before, work) = (LIVE.load(SeqCst), derivation_work());
        PEAK.store(before, SeqCst);
        LARGEST.store(0, SeqCst);
        let result = catch_unwind(AssertUnwindSafe(case));
        let cost = Cost {
            peak: PEAK.load(SeqCst).saturating_sub(before),
            largest: LARGEST.load(SeqCst),
            work: derivation_work() - work,
        };
        *CASE.lock().unwrap_or_else(PoisonError::into_inner) = None;
        CASES.fetch_add(1, SeqCst);
        match result {
            Ok(value) => Ok((value, cost)),
            Err(_) => Err(format!("{name}: a panic")),
        }
    }
}

static CASE: Mutex<Option<(String, Instant)>> = Mutex::new(None);
static CASES: AtomicU64 = AtomicU64::new(0);

/// Ends the process when a case hangs: nothing else could stop it.
#[allow(clippy::print_stderr, reason = "the last words of a test that hangs")]
fn watch() {
    loop {
        std::thread::sleep(Duration::from_secs(1));
        let case = CASE.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((name, since)) = case.as_ref()
            && since.elapsed() > WATCHDOG
        {
            eprintln!("{name} has run for {} s, after {} cases", since.elapsed().as_secs(), CASES.load(SeqCst));
            std::process::abort();
        }
    }
}

/// The counters count: else every bound would hold.
#[test]
fn memory_and_work_are_counted() {
    let meter = Meter::new();
    let ((), cost) = meter.run("a vector", || drop(vec![0_u8; 3 << 20])).unwrap();
    // The harness's own thread may let go of a few octets meanwhile.
    let peak = (3 << 20) - 4096..4 << 20;
    assert!(peak.contains(&cost.peak) && cost.largest == 3 << 20 && cost.work == 0, "{cost:?}");
    let key = crate::manifest::octets("pkcs8/aes256.der");
    let passwords = || crate::Passwords::of([certwright::secret::Password::new("changeit")]);
    let (_, cost) = meter.run("a key", || crate::open(&key, &passwords(), &Limits::default())).unwrap();
    assert_eq!(cost.work, 2048);
    let key = crate::manifest::octets("pkcs8/scrypt.key");
    let (_, cost) = meter.run("scrypt", || crate::open(&key, &passwords(), &Limits::default())).unwrap();
    assert!(cost.work == 16384 && cost.largest >= 16 << 20, "{cost:?}");
    assert!(meter.run("a panic", || panic!("on purpose")).is_err());
}
