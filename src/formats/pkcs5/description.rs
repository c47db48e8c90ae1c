//! What a protected file says of its encryption before any password is known.

use std::fmt;

use crate::limits::Grouped;
use crate::untrusted::Untrusted;

/// An encryption or MAC in its parts, as text: for people through `Display`, and one by one for programs.
///
/// It displays as `PBES2, AES-256-CBC, PBKDF2 HMAC-SHA-256, 600_000 iterations, 16-byte salt`, or
/// `PKCS#12 PBE, SHA-1, RC2-40-CBC, 2_048 iterations`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Description {
    /// The family: `PBES2`, `PBES1`, `PKCS#12 PBE`, `PBMAC1`, `PKCS#12 MAC`, `traditional PEM`, or the name of a scheme
    /// that is not known.
    pub scheme: String,
    /// The cipher, such as `AES-256-CBC`; none for a MAC.
    pub cipher: Option<String>,
    /// The key derivation: `PBKDF2`, `PBKDF1`, `scrypt`, `PKCS#12 KDF`, `EVP_BytesToKey`.
    pub kdf: Option<String>,
    /// The pseudo-random function or hash inside the derivation, such as `HMAC-SHA-256` or `SHA-1`.
    pub prf: Option<String>,
    /// The MAC's own algorithm, such as `HMAC-SHA-256`; none for an encryption.
    pub mac: Option<String>,
    /// Iterations of the derivation.
    pub iterations: Option<u64>,
    /// scrypt's cost, block size and parallelisation: N, r and p of RFC 7914.
    pub scrypt: Option<(u64, u64, u64)>,
    /// Length of the salt in octets.
    pub salt_length: Option<usize>,
    /// What of it this program does not read, by the standard's name; `None` when it reads all.
    pub unread: Option<String>,
    /// Whether it protects little today: DES, RC2, RC4, two- and three-key triple DES, PBES1, or one MD5 of the password.
    pub weak: bool,
}

impl Description {
    /// What its derivation takes, in iterations; scrypt's memory counts as one for each KiB, as the limits count it.
    #[must_use]
    pub fn work(&self) -> u64 {
        match self.scrypt {
            Some((n, r, p)) => n.saturating_mul(r).saturating_mul(128).saturating_mul(p) >> 10,
            None => self.iterations.unwrap_or(0),
        }
    }
}

impl fmt::Display for Description {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = vec![Untrusted(&self.scheme).to_string()];
        let pkcs12 = self.kdf.as_deref() == Some("PKCS#12 KDF") || self.kdf.as_deref() == Some("PBKDF1");
        let derivation = match (&self.kdf, &self.prf) {
            // The scheme's name says the derivation already.
            (Some(_), Some(prf)) if pkcs12 => self.mac.is_none().then(|| prf.clone()),
            (Some(kdf), Some(prf)) => Some(format!("{kdf} {prf}")),
            (Some(kdf), None) => Some(kdf.clone()),
            (None, _) => None,
        };
        let derivation = match (derivation, self.scrypt) {
            (Some(kdf), Some((n, r, p))) => Some(format!("{kdf} N={} r={r} p={p}", Grouped(n))),
            (derivation, _) => derivation,
        };
        let (mac, cipher) = (self.mac.clone(), self.cipher.clone());
        parts.extend(if pkcs12 { [derivation, mac, cipher] } else { [mac, cipher, derivation] }.into_iter().flatten());
        if let Some(iterations) = self.iterations {
            parts.push(format!("{} iteration{}", Grouped(iterations), if iterations == 1 { "" } else { "s" }));
        }
        if let Some(length) = self.salt_length.filter(|_| !pkcs12) {
            parts.push(format!("{length}-byte salt"));
        }
        f.write_str(&parts.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_reads_as_one_phrase() {
        let text = |text: &str| Some(text.to_owned());
        let mut it = Description {
            scheme: "PBES2".to_owned(),
            cipher: text("AES-256-CBC"),
            kdf: text("PBKDF2"),
            prf: text("HMAC-SHA-256"),
            iterations: Some(600_000),
            salt_length: Some(16),
            ..Description::default()
        };
        assert_eq!(it.to_string(), "PBES2, AES-256-CBC, PBKDF2 HMAC-SHA-256, 600_000 iterations, 16-byte salt");
        it.scrypt = Some((16384, 8, 1));
        (it.kdf, it.prf, it.iterations) = (text("scrypt"), None, None);
        assert_eq!(it.to_string(), "PBES2, AES-256-CBC, scrypt N=16_384 r=8 p=1, 16-byte salt");
        it = Description {
            scheme: "PKCS#12 PBE".to_owned(),
            cipher: text("RC2-40-CBC"),
            kdf: text("PKCS#12 KDF"),
            prf: text("SHA-1"),
            iterations: Some(2048),
            salt_length: Some(8),
            ..Description::default()
        };
        assert_eq!(it.to_string(), "PKCS#12 PBE, SHA-1, RC2-40-CBC, 2_048 iterations");
    }
}
