//! The limits on hostile files, each raised by its own option, and the hint that names it.

use certwright::limits::Limits;
use clap::Args;

const HEADING: &str = "Limits on hostile files (raise one only for a file whose maker you trust)";

/// What a file may ask for. The defaults are those of [`Limits`].
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = HEADING)]
pub(crate) struct LimitArgs {
    /// Iterations of one key derivation [default: 5000000]
    #[arg(long, global = true, hide_short_help = true, value_name = "N", value_parser = count)]
    pub(crate) max_iterations: Option<u64>,
    /// Iterations of all derivations of one file [default: 10000000, or twice --max-iterations]
    #[arg(long, global = true, hide_short_help = true, value_name = "N", value_parser = count)]
    pub(crate) max_total_iterations: Option<u64>,
    /// Memory of one scrypt derivation in bytes; K, M and G are understood [default: 256M]
    #[arg(long, global = true, hide_short_help = true, value_name = "SIZE", value_parser = size)]
    pub(crate) max_scrypt_memory: Option<u64>,
    /// Parallelisation of one scrypt derivation, its p [default: 4]
    #[arg(long, global = true, hide_short_help = true, value_name = "N", value_parser = count)]
    pub(crate) max_scrypt_lanes: Option<u64>,
    /// Size of one input in bytes; K, M and G are understood [default: 16M]
    #[arg(long, global = true, hide_short_help = true, value_name = "SIZE", value_parser = size)]
    pub(crate) max_input_size: Option<u64>,
    /// Entries of one keystore, and blocks of one PEM file [default: 10000]
    #[arg(long, global = true, hide_short_help = true, value_name = "N", value_parser = count)]
    pub(crate) max_entries: Option<u64>,
    /// Open PKCS#12 files without a MAC, whose content anybody may have changed
    #[arg(long, global = true, hide_short_help = true)]
    pub(crate) allow_unauthenticated: bool,
}

impl LimitArgs {
    /// The limits with what was raised, or lowered, by name.
    pub(crate) fn limits(&self) -> Limits {
        let mut limits = Limits::default();
        if let Some(iterations) = self.max_iterations {
            limits.kdf_iterations = iterations;
            // What one derivation may cost, the whole file may cost.
            limits.kdf_total_iterations = limits.kdf_total_iterations.max(iterations.saturating_mul(2));
        }
        let set = |limit: &mut u64, asked: Option<u64>| *limit = asked.unwrap_or(*limit);
        set(&mut limits.kdf_total_iterations, self.max_total_iterations);
        set(&mut limits.scrypt_memory, self.max_scrypt_memory);
        set(&mut limits.scrypt_parallelization, self.max_scrypt_lanes);
        set(&mut limits.input_size, self.max_input_size);
        let entries = self.max_entries.map(|entries| usize::try_from(entries).unwrap_or(usize::MAX));
        limits.entries = entries.unwrap_or(limits.entries);
        limits.allow_unauthenticated = self.allow_unauthenticated;
        limits
    }
}

/// The option that lets a file have `asked` of `what` it has too much of, as
/// [`Reason::LimitExceeded`](certwright::formats::Reason::LimitExceeded) names it.
pub(crate) fn raise(what: &str, asked: u64) -> String {
    match what {
        "key-derivation iterations" => format!("--max-iterations {asked}"),
        "key-derivation iterations in all" => format!("--max-total-iterations {asked}"),
        "octets of scrypt memory" => format!("--max-scrypt-memory {asked}"),
        "lanes of scrypt" => format!("--max-scrypt-lanes {asked}"),
        "bytes" => format!("--max-input-size {asked}"),
        // Bags, safes, entries, blocks, certificates.
        _ => format!("--max-entries {asked}"),
    }
}

/// A number from 1 on, its digits grouped with `_` or not.
fn count(text: &str) -> Result<u64, String> {
    match text.replace('_', "").parse() {
        Ok(number @ 1..) => Ok(number),
        _ => Err("it is a whole number from 1 on".to_owned()),
    }
}

/// The same, in bytes or with K, M or G behind it for powers of 1,024.
fn size(text: &str) -> Result<u64, String> {
    let (number, shift) = match text.char_indices().last() {
        Some((at, 'K' | 'k')) => (&text[..at], 10),
        Some((at, 'M' | 'm')) => (&text[..at], 20),
        Some((at, 'G' | 'g')) => (&text[..at], 30),
        _ => (text, 0),
    };
    let bytes = count(number).ok().and_then(|number| number.checked_mul(1 << shift));
    bytes.ok_or_else(|| "it is a whole number from 1 on, with K, M or G behind it if you like".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_counts_are_read_as_people_write_them() {
        assert_eq!(count("20_000_000"), Ok(20_000_000));
        assert_eq!((size("512"), size("3K"), size("2m"), size("1G")), (Ok(512), Ok(3072), Ok(2 << 20), Ok(1 << 30)));
        for fault in ["", "0", "-1", "K", "1T", "99999999999999999999", "18446744073709551615G", "1.5M"] {
            assert!(size(fault).is_err() && count(fault).is_err(), "{fault}");
        }
    }
}
