//! Ends the run, or fails, at its n-th change of the file system, so that a test sees every state that a killed run or a
//! full disk can leave behind.
//!
//! Only with the feature `failpoints`, which release builds refuse; without it nothing of this is compiled. The variable
//! `CERTWRIGHT_FAILPOINT` says what happens: `kill:7` ends the process by SIGKILL before its seventh change, and `full:7`
//! has the seventh change fail as on a full disk.

use std::io;

#[cfg(all(feature = "failpoints", not(debug_assertions)))]
compile_error!("the feature `failpoints` is for tests; a release build must not have it");

/// To be called right before each change of the file system.
///
/// # Errors
/// [`io::ErrorKind::StorageFull`] at the change that a test chose. Never without the feature.
#[cfg(not(feature = "failpoints"))]
#[inline]
#[expect(clippy::unnecessary_wraps, reason = "with the feature it may fail")]
pub(crate) fn before_change() -> io::Result<()> {
    Ok(())
}

/// To be called right before each change of the file system.
///
/// # Errors
/// [`io::ErrorKind::StorageFull`] at the change that a test chose.
#[cfg(feature = "failpoints")]
pub(crate) fn before_change() -> io::Result<()> {
    use std::sync::OnceLock;
    use std::sync::atomic::AtomicUsize;
    use std::sync::atomic::Ordering;
    static CHOSEN: OnceLock<Option<(Action, usize)>> = OnceLock::new();
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let Some((action, number)) = *CHOSEN.get_or_init(chosen) else { return Ok(()) };
    if COUNT.fetch_add(1, Ordering::SeqCst) + 1 != number {
        return Ok(());
    }
    match action {
        Action::Full => Err(io::ErrorKind::StorageFull.into()),
        Action::Kill => {
            // Nothing of the process runs after this: no destructor, no handler.
            #[cfg(unix)]
            let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
            std::process::abort()
        }
    }
}

#[cfg(feature = "failpoints")]
#[derive(Clone, Copy)]
enum Action {
    Full,
    Kill,
}

/// What the environment asks for.
#[cfg(feature = "failpoints")]
#[expect(clippy::disallowed_methods, reason = "a test can reach into a run through its environment alone")]
fn chosen() -> Option<(Action, usize)> {
    let text = std::env::var("CERTWRIGHT_FAILPOINT").ok()?;
    let (action, number) = text.split_once(':')?;
    let action = match action {
        "full" => Action::Full,
        "kill" => Action::Kill,
        _ => return None,
    };
    Some((action, number.parse().ok()?))
}
