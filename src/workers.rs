//! How many threads a slow step may use, and the one place that starts them.

use std::num::NonZeroUsize;
use std::sync::Mutex;
use std::sync::OnceLock;
use std::sync::PoisonError;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

/// A number of threads. Key derivations are slow by design, so those that do not depend on each other run side by side.
///
/// ```
/// use certwright::workers::{Job, Workers};
///
/// let jobs: Vec<Job<'_, u32>> = vec![Box::new(|| 1), Box::new(|| 2), Box::new(|| 3)];
/// assert_eq!(Workers::available().run(jobs), [1, 2, 3]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Workers(Count);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Count {
    /// As many as the machine runs at once. Linux reads files to say it, so it is asked once, and only for work that can be
    /// shared.
    Available,
    Exactly(NonZeroUsize),
}

/// As many threads as are ever started at once: beyond this each costs memory and helps nobody.
const MOST: usize = 256;

/// How long a thread works, where single items take less, before it hands its results over: waking the thread that takes
/// them costs as much as some of the shortest work, and whoever waits should see it go on. Also how long it should work on
/// the items that it takes at once.
const BATCH_TIME: Duration = Duration::from_millis(1);

/// As many items as a thread takes at once: those behind the first wait for it, however busy or idle the others are.
const CLAIM: usize = 32;

/// One step that depends on no other.
pub type Job<'a, T> = Box<dyn FnOnce() -> T + Send + 'a>;

impl Workers {
    /// One after the other, without a thread: for WebAssembly and tests.
    pub const ONE: Self = Self(Count::Exactly(NonZeroUsize::MIN));

    /// As many as the machine runs at once.
    #[must_use]
    pub fn available() -> Self {
        Self(Count::Available)
    }

    /// So many, whatever the machine runs at once.
    #[must_use]
    pub fn exactly(count: NonZeroUsize) -> Self {
        Self(Count::Exactly(count))
    }

    /// Whether two things may happen at once.
    #[must_use]
    pub(crate) fn are_several(self) -> bool {
        self.count() > 1
    }

    fn count(self) -> usize {
        static AVAILABLE: OnceLock<NonZeroUsize> = OnceLock::new();
        let count = match self.0 {
            Count::Available => *AVAILABLE.get_or_init(|| thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)),
            Count::Exactly(count) => count,
        };
        count.get()
    }

    /// Runs all `jobs` and gives their results in order. A job that panics panics here.
    #[must_use]
    pub fn run<'a, T: Send + 'a>(self, jobs: Vec<Job<'a, T>>) -> Vec<T> {
        let threads = if jobs.len() < 2 { 1 } else { self.count().min(jobs.len()) };
        if threads == 1 {
            return jobs.into_iter().map(|job| job()).collect();
        }
        let queue = Mutex::new(jobs.into_iter().enumerate());
        let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).next();
        let work = || {
            let jobs = std::iter::from_fn(next);
            jobs.map(|(index, job)| (index, job())).collect::<Vec<_>>()
        };
        let mut done = thread::scope(|scope| {
            // This thread works too; where the system gives no others, it does all.
            let others: Vec<_> =
                (1..threads).map_while(|_| thread::Builder::new().spawn_scoped(scope, work).ok()).collect();
            let mut done = work();
            for thread in others {
                done.extend(thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
            }
            done
        });
        done.sort_by_key(|(index, _)| *index);
        done.into_iter().map(|(_, result)| result).collect()
    }

    /// Does `work` on every item and gives each result to `take`, in this thread and as they come, not in order.
    ///
    /// Each thread takes the next item when it is done with its last, so items may cost as unlike as they like; and no
    /// more results wait to be taken than there are threads, so a long list need not fit into memory. Work that panics
    /// panics here.
    ///
    /// ```
    /// use certwright::workers::Workers;
    ///
    /// let mut sum = 0;
    /// Workers::available().stream(1..=100, |n| n * n, |square| sum += square);
    /// assert_eq!(sum, 338_350);
    /// ```
    pub fn stream<I: Send, T: Send>(
        self,
        items: impl Iterator<Item = I> + Send,
        work: impl Fn(I) -> T + Sync,
        take: impl FnMut(T),
    ) {
        self.stream_in_batches(NonZeroUsize::MIN, items, work, take);
    }

    /// The same for work so short that handing over each result would cost as much: each thread hands up to `batch` results
    /// over at once, as many as it has after a millisecond or a little later. It takes one item, then two, four and so on up to
    /// 32 at once, and fewer again when these take longer than that. No more than twice `batch` results wait for each thread,
    /// and 32.
    ///
    /// ```
    /// use std::num::NonZeroUsize;
    ///
    /// use certwright::workers::Workers;
    ///
    /// let (mut sum, batch) = (0, NonZeroUsize::MIN.saturating_add(255));
    /// Workers::available().stream_in_batches(batch, 1..=100, |n| n * n, |square| sum += square);
    /// assert_eq!(sum, 338_350);
    /// ```
    pub fn stream_in_batches<I: Send, T: Send>(
        self,
        batch: NonZeroUsize,
        items: impl Iterator<Item = I> + Send,
        work: impl Fn(I) -> T + Sync,
        mut take: impl FnMut(T),
    ) {
        let count = self.count();
        if count == 1 {
            return items.for_each(|item| take(work(item)));
        }
        let items = Mutex::new(items);
        let next =
            |count| -> Vec<I> { items.lock().unwrap_or_else(PoisonError::into_inner).by_ref().take(count).collect() };
        let most = items.lock().unwrap_or_else(PoisonError::into_inner).size_hint().1.unwrap_or(MOST).min(MOST);
        let threads = count.min(most).max(1);
        let (sender, receiver) = mpsc::sync_channel(threads);
        thread::scope(|scope| {
            let threads: Vec<_> = (0..threads)
                .map_while(|_| {
                    let (sender, next, work) = (sender.clone(), &next, &work);
                    let body = move || {
                        // First few at a time, so that no thread sits on what another could do when there are few in all.
                        let (mut size, mut done, mut since) = (1, Vec::new(), Instant::now());
                        loop {
                            let items = next(size);
                            let is_end = items.is_empty();
                            let begin = Instant::now();
                            done.extend(items.into_iter().map(work));
                            size = match begin.elapsed() < BATCH_TIME {
                                true => (2 * size).min(CLAIM).min(batch.get()),
                                false => (size / 2).max(1),
                            };
                            let is_time = is_end || done.len() >= batch.get() || since.elapsed() >= BATCH_TIME;
                            if is_time && !done.is_empty() {
                                if sender.send(std::mem::take(&mut done)).is_err() {
                                    break;
                                }
                                since = Instant::now();
                            }
                            if is_end {
                                break;
                            }
                        }
                    };
                    // Where the system gives no more threads, those do that there are.
                    thread::Builder::new().spawn_scoped(scope, body).ok()
                })
                .collect();
            drop(sender);
            if threads.is_empty() {
                while let Some(item) = next(1).pop() {
                    take(work(item));
                }
            }
            receiver.into_iter().flatten().for_each(&mut take);
            for thread in threads {
                thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            }
        });
    }
}

/// Runs `aside` in a thread of its own while `here` runs in this one, however few the machine runs at once, and waits for
/// both. A panic of either goes on here.
///
/// ```
/// use certwright::workers::side_by_side;
///
/// let (sender, receiver) = std::sync::mpsc::channel();
/// assert_eq!(side_by_side(move || receiver.recv(), || sender.send(7)), (Ok(7), Ok(())));
/// ```
pub fn side_by_side<A: Send, H>(aside: impl FnOnce() -> A + Send, here: impl FnOnce() -> H) -> (A, H) {
    thread::scope(|scope| {
        let thread = scope.spawn(aside);
        let here = here();
        (thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)), here)
    })
}

/// Runs `here`, and `aside` in a thread of its own meanwhile if the system gives one: for what may be left out.
///
/// ```
/// use certwright::workers::with_company;
///
/// let (sender, receiver) = std::sync::mpsc::channel::<()>();
/// assert_eq!(with_company(move || drop(receiver.recv()), move || drop(sender)), ());
/// ```
pub fn with_company<H>(aside: impl FnOnce() + Send, here: impl FnOnce() -> H) -> H {
    thread::scope(|scope| {
        let thread = thread::Builder::new().spawn_scoped(scope, aside).ok();
        let here = here();
        if let Some(Err(panic)) = thread.map(|thread| thread.join()) {
            std::panic::resume_unwind(panic);
        }
        here
    })
}

/// Runs `aside` in a thread of its own that nobody waits for: for what may wait for ever, such as the output of another
/// program.
pub(crate) fn aside(aside: impl FnOnce() + Send + 'static) {
    drop(thread::spawn(aside));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_keep_the_order_of_their_jobs() {
        for threads in 1..6 {
            for count in 0..20 {
                let jobs: Vec<Job<'_, usize>> = (0..count).map(|n| Box::new(move || n) as Job<'_, usize>).collect();
                let workers = Workers::exactly(NonZeroUsize::new(threads).unwrap());
                assert_eq!(workers.run(jobs), (0..count).collect::<Vec<_>>(), "{threads} threads");
            }
        }
    }

    #[test]
    fn a_stream_starts_no_more_threads_than_it_can_use() {
        use std::collections::HashSet;
        for (items, most) in [(3, 3), (5_000, MOST)] {
            let mut threads = HashSet::new();
            let mut count = 0;
            Workers::exactly(NonZeroUsize::MAX).stream(
                0..items,
                |_| thread::current().id(),
                |thread| {
                    count += 1;
                    threads.insert(thread);
                },
            );
            assert_eq!(count, items);
            assert!(threads.len() <= most, "{} threads", threads.len());
        }
    }

    #[test]
    fn a_stream_takes_every_item_once_and_holds_few() {
        use std::sync::atomic::AtomicUsize;
        use std::sync::atomic::Ordering;
        for threads in 1..6 {
            let (made, mut taken) = (AtomicUsize::new(0), Vec::new());
            let items = (0..500).inspect(|_| {
                made.fetch_add(1, Ordering::SeqCst);
            });
            Workers::exactly(NonZeroUsize::new(threads).unwrap()).stream(
                items,
                |n| n,
                |n| {
                    taken.push(n);
                    // One in each thread's hands, and as many again on their way.
                    assert!(made.load(Ordering::SeqCst) <= taken.len() + 2 * threads);
                },
            );
            taken.sort_unstable();
            assert_eq!(taken, (0..500).collect::<Vec<_>>(), "{threads} threads");
        }
    }
}
