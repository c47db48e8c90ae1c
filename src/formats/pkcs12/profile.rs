//! Which algorithms a new file uses, and how often it derives.

use crate::crypto::DigestAlgorithm;
use crate::formats::pkcs5::{Encryption, Kdf};
use crate::limits::Limits;
use crate::secret::PasswordOrigin;

/// The iterations that a derivation has at least, whatever the password (PKCS#12 readers have no trouble with them).
const FLOOR: u32 = 10_000;

/// The iterations against guessing a password that a person chose (OWASP, 2023, PBKDF2-HMAC-SHA-256).
const AGAINST_GUESSING: u32 = 600_000;

/// Who must be able to open the file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Profile {
    /// OpenSSL 3, Java from 8u301, Windows from Server 2019: PBES2 with AES-256-CBC and PBKDF2-HMAC-SHA-256, MAC with
    /// HMAC-SHA-256.
    #[default]
    Modern,
    /// Java 8 before 8u301, Windows Server 2016, older macOS: triple DES and SHA-1, never RC2.
    Legacy,
}

impl Profile {
    /// The iterations of each of `derivations` derivations, and whether there are fewer than the password asks for.
    ///
    /// A password of 128 random bits gains nothing from more than the floor; legacy readers are slow, so they get the
    /// floor as well. Many entries share the work that [`Limits::default`] lets a reader do, so that no file is made
    /// that this program then refuses.
    #[must_use]
    pub fn iterations(self, origin: PasswordOrigin, derivations: usize) -> (u32, bool) {
        let wanted = match (self, origin) {
            (Self::Modern, PasswordOrigin::Chosen) => AGAINST_GUESSING,
            _ => FLOOR,
        };
        let share = Limits::default().kdf_total_iterations / derivations.max(1) as u64;
        let affordable = u32::try_from(share).unwrap_or(u32::MAX).max(FLOOR);
        (wanted.min(affordable), affordable < wanted)
    }

    /// How something is encrypted for such readers.
    pub(crate) fn encryption(self, iterations: u32) -> Encryption {
        match self {
            Self::Modern => Encryption::Pbes2(Kdf::Pbkdf2 { iterations }),
            Self::Legacy => Encryption::PbeSha1TripleDes { iterations },
        }
    }

    pub(super) fn mac_digest(self) -> DigestAlgorithm {
        match self {
            Self::Modern => DigestAlgorithm::Sha256,
            Self::Legacy => DigestAlgorithm::Sha1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_follows_the_password_and_stays_within_what_readers_allow() {
        let modern = |origin, derivations| Profile::Modern.iterations(origin, derivations);
        assert_eq!(modern(PasswordOrigin::Chosen, 3), (600_000, false));
        assert_eq!(modern(PasswordOrigin::Generated, 3), (10_000, false));
        assert_eq!(modern(PasswordOrigin::Chosen, 100), (100_000, true));
        assert_eq!(modern(PasswordOrigin::Chosen, 5000), (10_000, true));
        assert_eq!(Profile::Legacy.iterations(PasswordOrigin::Chosen, 3), (10_000, false));
    }
}
