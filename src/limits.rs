//! What a hostile file may cost before it is refused.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

/// Bounds on the work, memory and counts that reading one file may take. Each is raised only by name.
///
/// Depth needs no bound here: no reader descends further than its standard's structure does.
///
/// ```
/// use certwright::limits::Limits;
///
/// let patient = Limits { kdf_iterations: 20_000_000, ..Limits::default() };
/// assert!(patient.kdf_iterations > Limits::default().kdf_iterations);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Iterations of one password-based derivation. The JDK stops at the same 5,000,000.
    pub kdf_iterations: u64,
    /// Iterations of all derivations that one file asks for, so that many entries cannot add up to hours.
    pub kdf_total_iterations: u64,
    /// Memory of one scrypt derivation in octets, `128 · N · r` (RFC 7914 section 2).
    pub scrypt_memory: u64,
    /// Parallelisation of one scrypt derivation, `p`.
    pub scrypt_parallelization: u64,
    /// Size of one input in octets. Keystores are the largest files of this trade; 16 MiB holds thousands of entries.
    pub input_size: u64,
    /// Entries of one keystore, and blocks of one PEM file.
    pub entries: usize,
    /// Whether PKCS#12 files without a MAC are opened, whose content anybody may have changed.
    pub allow_unauthenticated: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            kdf_iterations: 5_000_000,
            kdf_total_iterations: 10_000_000,
            scrypt_memory: 256 << 20,
            scrypt_parallelization: 4,
            input_size: 16 << 20,
            entries: 10_000,
            allow_unauthenticated: false,
        }
    }
}

/// The work that one file has asked for so far, held against [`Limits`] before any of it is done.
#[derive(Clone, Debug)]
pub struct Budget {
    limits: Limits,
    iterations: u64,
}

/// More than a limit allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exceeded {
    /// What there is too much of, such as `key-derivation iterations`.
    pub what: &'static str,
    /// How much was asked for.
    pub asked: u64,
    /// How much is allowed.
    pub limit: u64,
}

impl Budget {
    /// A budget of which nothing is spent.
    #[must_use]
    pub fn new(limits: &Limits) -> Self {
        Self { limits: limits.clone(), iterations: 0 }
    }

    /// Charges one derivation of `iterations` iterations.
    ///
    /// # Errors
    /// [`Exceeded`] when it is more than one derivation may take, or brings the file over its total.
    pub fn charge_iterations(&mut self, iterations: u64) -> Result<(), Exceeded> {
        check("key-derivation iterations", iterations, self.limits.kdf_iterations)?;
        self.iterations = self.iterations.saturating_add(iterations);
        check(IN_ALL, self.iterations, self.limits.kdf_total_iterations)
    }

    /// Charges one scrypt derivation with cost `n`, block size `r` and parallelisation `p` (RFC 7914 section 2).
    ///
    /// Its time is counted as if every 1,024 octets of memory were one iteration, which is near its real cost.
    ///
    /// # Errors
    /// [`Exceeded`] when memory, parallelisation or the file's total work is over its limit.
    pub fn charge_scrypt(&mut self, n: u64, r: u64, p: u64) -> Result<(), Exceeded> {
        check("octets of scrypt memory", scrypt_memory(n, r), self.limits.scrypt_memory)?;
        check("lanes of scrypt", p, self.limits.scrypt_parallelization)?;
        self.charge_iterations(scrypt_iterations(n, r, p))
    }

    /// Iterations charged so far.
    #[must_use]
    pub fn spent(&self) -> u64 {
        self.iterations
    }
}

/// What a file has too much of when its derivations add up to more than one file may take.
pub(crate) const IN_ALL: &str = "key-derivation iterations in all";

/// The derivation work that this process has begun so far, in the unit of [`Budget::spent`]. It only grows.
static WORK: AtomicU64 = AtomicU64::new(0);

/// The iterations of password-based derivation that this process has begun so far, scrypt counted as
/// [`Budget::charge_scrypt`] counts it. A server can hold against it what its callers' files have cost.
///
/// It counts what is done, and [`Budget`] what is asked for: a scheme of PKCS#12 derives key and initialisation vector
/// one after the other, so its work is twice its charge, and a second password is work again.
///
/// ```
/// use certwright::limits::derivation_work;
///
/// let before = derivation_work();
/// // … a file is read …
/// assert_eq!(derivation_work() - before, 0, "no password was derived");
/// ```
#[must_use]
pub fn derivation_work() -> u64 {
    WORK.load(Ordering::Relaxed)
}

/// Notes work that begins now.
pub(crate) fn note_work(iterations: u64) {
    WORK.fetch_add(iterations, Ordering::Relaxed);
}

/// The memory of one scrypt derivation in octets, RFC 7914 section 2.
pub(crate) fn scrypt_memory(n: u64, r: u64) -> u64 {
    n.saturating_mul(r).saturating_mul(128)
}

/// Every 1,024 octets that scrypt fills are one iteration.
pub(crate) fn scrypt_iterations(n: u64, r: u64, p: u64) -> u64 {
    scrypt_memory(n, r).saturating_mul(p) >> 10
}

fn check(what: &'static str, asked: u64, limit: u64) -> Result<(), Exceeded> {
    if asked > limit { Err(Exceeded { what, asked, limit }) } else { Ok(()) }
}

/// A number as messages show it, its digits in groups of three: `5_000_000`.
pub struct Grouped(pub u64);

impl fmt::Display for Grouped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.0.to_string();
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                f.write_str("_")?;
            }
            write!(f, "{digit}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_derivation_and_all_of_them_are_bounded() {
        let limits = Limits { kdf_iterations: 10, kdf_total_iterations: 15, ..Limits::default() };
        let mut budget = Budget::new(&limits);
        assert_eq!(budget.charge_iterations(11).unwrap_err().limit, 10);
        assert_eq!(budget.spent(), 0);
        budget.charge_iterations(10).unwrap();
        assert_eq!(budget.charge_iterations(6).unwrap_err().asked, 16);
    }

    #[test]
    fn scrypt_is_bounded_by_memory_and_lanes() {
        let mut budget = Budget::new(&Limits::default());
        budget.charge_scrypt(1 << 14, 8, 1).unwrap();
        assert_eq!(budget.charge_scrypt(1 << 30, 8, 1).unwrap_err().what, "octets of scrypt memory");
        assert_eq!(budget.charge_scrypt(2, 8, 5).unwrap_err().what, "lanes of scrypt");
        assert_eq!(budget.charge_scrypt(u64::MAX, 8, 1).unwrap_err().asked, u64::MAX);
    }
}
