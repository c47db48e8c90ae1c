//! What a hostile file may cost before it is refused.

/// Bounds on the work, memory and depth that reading one file may take. Each is raised only by name.
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
        }
    }
}
