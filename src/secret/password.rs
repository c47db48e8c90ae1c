//! A password, and the octet forms in which the standards feed it to their key derivations.

use std::fmt;

use rand_core::CryptoRng;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::SecretBytes;

/// The characters of a generated password: 62 letters and digits, safe in every shell, file and form.
const ALPHABET: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// 24 characters of a 62-letter alphabet carry 142 bits, above the 128 that make a long derivation pointless.
const GENERATED_LENGTH: usize = 24;

/// The shortest password that Java's keytool accepts for a keystore, in characters.
const MINIMUM_LENGTH: usize = 6;

/// A password: wiped on drop, compared in constant time, redacted in `Debug`, without `Display`.
///
/// ```
/// use certwright::secret::Password;
///
/// let password = Password::new("correct horse");
/// assert_eq!(password.expose(), "correct horse");
/// assert_eq!(format!("{password:?}"), "Password([redacted])");
/// ```
#[derive(Clone)]
pub struct Password {
    text: Zeroizing<String>,
    origin: PasswordOrigin,
    /// Whether the empty password is no octets at all in [`expose_bmp`](Self::expose_bmp), without terminator.
    is_bare: bool,
}

/// How a password came to be, which decides how much work its key derivations need.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordOrigin {
    /// A person chose it: it may be guessable, so that a derivation must be slow.
    Chosen,
    /// [`Password::generate`] made it with at least 128 bits of entropy: no derivation makes it safer.
    Generated,
}

/// Why a text cannot serve as a new password.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PasswordError {
    /// Fewer characters than Java opens.
    #[error("the new password is shorter than 6 characters, the fewest that Java accepts")]
    TooShort,
}

impl Password {
    /// A password that a person chose or that came from a file. The text is taken over and wiped on drop.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: Zeroizing::new(text.into()), origin: PasswordOrigin::Chosen, is_bare: false }
    }

    /// A fresh password of 24 letters and digits, 142 bits drawn evenly from `rng`.
    #[must_use]
    pub fn generate(rng: &mut dyn CryptoRng) -> Self {
        // Octets from 248 up are drawn again: 248 is the largest multiple of 62, so every character is equally likely.
        let mut text = Zeroizing::new(String::with_capacity(GENERATED_LENGTH));
        while text.len() < GENERATED_LENGTH {
            let mut octet = Zeroizing::new([0_u8; 1]);
            rng.fill_bytes(&mut octet[..]);
            let index = usize::from(octet[0]);
            if index < ALPHABET.len() * 4 {
                text.push(char::from(ALPHABET[index % ALPHABET.len()]));
            }
        }
        Self { text, origin: PasswordOrigin::Generated, is_bare: false }
    }

    /// The password's text.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.text
    }

    /// UTF-16 big-endian without terminator: what a Sun JKS hashes.
    #[must_use]
    pub fn expose_utf16be(&self) -> SecretBytes {
        self.utf16be(0)
    }

    /// A BMPString's octets with two zero octets at the end: what RFC 7292 appendix B.1 feeds to its derivation.
    ///
    /// Characters beyond U+FFFF become surrogate pairs, as OpenSSL writes them.
    #[must_use]
    pub fn expose_bmp(&self) -> SecretBytes {
        self.utf16be(if self.is_bare { 0 } else { 2 })
    }

    /// The empty password as some writers of PKCS#12 have it: no octets at all, not even a terminator. `None` for any
    /// other password, which all writers take alike.
    #[must_use]
    pub fn bare(&self) -> Option<Self> {
        self.is_empty().then(|| Self { is_bare: true, ..self.clone() })
    }

    /// Whether a person chose the password or [`Password::generate`] made it.
    #[must_use]
    pub fn origin(&self) -> PasswordOrigin {
        self.origin
    }

    /// Whether Java can open a PKCS#12 file with this password: Java refuses all but ASCII.
    #[must_use]
    pub fn is_ascii(&self) -> bool {
        self.text.is_ascii()
    }

    /// Whether the password has no characters at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Checks that the password may protect a new file.
    ///
    /// # Errors
    /// [`PasswordError::TooShort`] under six characters.
    pub fn check_new(&self) -> Result<(), PasswordError> {
        if self.text.chars().count() < MINIMUM_LENGTH { Err(PasswordError::TooShort) } else { Ok(()) }
    }

    fn utf16be(&self, terminator: usize) -> SecretBytes {
        let mut octets = SecretBytes::zeroed(self.text.encode_utf16().count() * 2 + terminator);
        for (slot, unit) in octets.expose_mut().chunks_exact_mut(2).zip(self.text.encode_utf16()) {
            slot.copy_from_slice(&unit.to_be_bytes());
        }
        octets
    }
}

impl PartialEq for Password {
    fn eq(&self, other: &Self) -> bool {
        self.is_bare == other.is_bare && bool::from(self.text.as_bytes().ct_eq(other.text.as_bytes()))
    }
}

impl Eq for Password {}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use getrandom::SysRng;
    use rand_core::UnwrapErr;

    use super::*;

    #[test]
    fn forms_follow_the_standards() {
        let password = Password::new("sm\u{e5}\u{1f511}");
        assert_eq!(password.expose_utf16be().expose(), b"\0s\0m\0\xe5\xd8\x3d\xdd\x11");
        assert_eq!(password.expose_bmp().expose(), b"\0s\0m\0\xe5\xd8\x3d\xdd\x11\0\0");
        assert_eq!(Password::new("").expose_bmp().expose(), b"\0\0");
        assert_eq!(Password::new("").bare().unwrap().expose_bmp().expose(), b"");
        assert_eq!(Password::new("a").bare(), None);
        assert_ne!(Password::new("").bare().unwrap(), Password::new(""));
    }

    #[test]
    fn generated_passwords_are_long_ascii_and_distinct() {
        let mut rng = UnwrapErr(SysRng);
        let [first, second] = [Password::generate(&mut rng), Password::generate(&mut rng)];
        assert_eq!(first.expose().len(), GENERATED_LENGTH);
        assert!(first.expose().bytes().all(|octet| octet.is_ascii_alphanumeric()));
        assert!(first != second);
        assert_eq!(first.origin(), PasswordOrigin::Generated);
    }

    #[test]
    fn short_new_passwords_are_refused_by_characters_not_octets() {
        assert_eq!(Password::new("\u{e5}\u{e5}\u{e5}").check_new(), Err(PasswordError::TooShort));
        assert_eq!(Password::new("\u{e5}bcdef").check_new(), Ok(()));
    }

    #[test]
    fn debug_never_shows_the_text() {
        assert_eq!(format!("{:?}", Some(Password::new("hunter22"))), "Some(Password([redacted]))");
    }
}
