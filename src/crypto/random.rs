//! The system's random generator, as a value that is handed to whoever draws from it.

use std::convert::Infallible;

use getrandom::SysRng;
use rand_core::{TryCryptoRng, TryRng, UnwrapErr};

/// The operating system's generator. The only source of randomness of a shipped program.
///
/// A system that cannot give random octets leaves nothing safe to do; drawing then panics, as the standard library
/// does for its hash maps.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemRandom(());

impl SystemRandom {
    /// The generator; nothing is read before the first draw.
    #[must_use]
    pub fn new() -> Self {
        Self(())
    }
}

impl TryRng for SystemRandom {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        UnwrapErr(SysRng).try_next_u32()
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        UnwrapErr(SysRng).try_next_u64()
    }

    fn try_fill_bytes(&mut self, octets: &mut [u8]) -> Result<(), Infallible> {
        UnwrapErr(SysRng).try_fill_bytes(octets)
    }
}

impl TryCryptoRng for SystemRandom {}
