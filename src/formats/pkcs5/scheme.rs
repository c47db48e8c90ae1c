//! One encryption scheme with its salt and parameters: parsed, counted, and run.

use der::asn1::ObjectIdentifier;
use der::{Encode, Tag};
use rand_core::CryptoRng;

use super::{FORMAT, pbes1, pbes2};
use crate::formats::der::{Element, malformed, wrap};
use crate::formats::oid;
use crate::formats::{Error, Place, Reason};
use crate::limits::{Budget, Exceeded};
use crate::secret::{Password, SecretBytes};

/// How something is to be encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Encryption {
    /// PBES2 with AES-256-CBC, RFC 8018 section 6.2.
    Pbes2(Kdf),
    /// pbeWithSHAAnd3-KeyTripleDES-CBC, RFC 7292 appendix C: weak, for readers from before 2020.
    PbeSha1TripleDes {
        /// Iterations of the derivation.
        iterations: u32,
    },
}

/// How PBES2 makes a key from a password; the salt has 16 octets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kdf {
    /// PBKDF2 with HMAC-SHA-256, RFC 8018 section 5.2.
    Pbkdf2 {
        /// Iterations.
        iterations: u32,
    },
    /// scrypt with N = 2^14, r = 8 and p = 1, RFC 7914: the largest cost that OpenSSL opens by default.
    Scrypt,
}

impl Kdf {
    /// PBKDF2 as a password that a person chose needs it: 600,000 iterations (OWASP, 2023).
    pub const STRONG: Self = Self::Pbkdf2 { iterations: 600_000 };
}

/// A scheme with its salt: what an `AlgorithmIdentifier` of password-based encryption says.
#[derive(Clone, Debug)]
pub(crate) struct Scheme(Kind);

#[derive(Clone, Debug)]
enum Kind {
    Pbes2(pbes2::Parameters),
    TripleDes(pbes1::Parameters),
}

impl Scheme {
    /// A scheme to encrypt with; salt and initialisation vector come from `rng`.
    pub(crate) fn new(encryption: Encryption, rng: &mut dyn CryptoRng) -> Result<Self, Error> {
        Ok(Self(match encryption {
            Encryption::Pbes2(kdf) => Kind::Pbes2(pbes2::Parameters::new(kdf, rng)?),
            Encryption::PbeSha1TripleDes { iterations } => Kind::TripleDes(pbes1::Parameters::new(iterations, rng)),
        }))
    }

    /// The scheme that a DER `AlgorithmIdentifier` names.
    pub(crate) fn parse(algorithm_identifier: &[u8]) -> Result<Self, Error> {
        let element = Element::only(FORMAT, algorithm_identifier)?;
        let children = element.children(FORMAT, Tag::Sequence)?;
        let [algorithm, parameters] = children.as_slice() else {
            return Err(Error::malformed(FORMAT, "the encryption algorithm has no parameters"));
        };
        Ok(Self(match algorithm.oid(FORMAT)? {
            oid::PBES2 => Kind::Pbes2(pbes2::Parameters::parse(parameters.raw)?),
            oid::PBE_SHA1_3DES => Kind::TripleDes(pbes1::Parameters::parse(parameters.raw)?),
            other => return Err(Error::unsupported(FORMAT, format!("the encryption {}", oid::name(other)))),
        }))
    }

    /// The same algorithms and work with fresh salt and initialisation vector, to encrypt changed content with.
    pub(crate) fn renewed(&self, rng: &mut dyn CryptoRng) -> Result<Self, Error> {
        Ok(Self(match &self.0 {
            Kind::Pbes2(parameters) => Kind::Pbes2(parameters.renewed(rng)?),
            Kind::TripleDes(parameters) => Kind::TripleDes(pbes1::Parameters::new(parameters.iterations, rng)),
        }))
    }

    /// Whether it is PBES2, and so as strong as its iterations.
    pub(crate) fn is_pbes2(&self) -> bool {
        matches!(self.0, Kind::Pbes2(_))
    }

    /// Charges the derivation that [`decrypt`](Self::decrypt) will do; `field` names it in the refusal.
    pub(crate) fn charge(&self, budget: &mut Budget, field: &'static str) -> Result<(), Error> {
        let charged = match &self.0 {
            Kind::Pbes2(parameters) => parameters.charge(budget),
            Kind::TripleDes(parameters) => budget.charge_iterations(u64::from(parameters.iterations)),
        };
        charged.map_err(|exceeded| refuse(exceeded).at(Place::Field(field)))
    }

    /// The DER `AlgorithmIdentifier`.
    pub(crate) fn algorithm_identifier(&self) -> Result<Vec<u8>, Error> {
        let (algorithm, parameters): (ObjectIdentifier, _) = match &self.0 {
            Kind::Pbes2(parameters) => (oid::PBES2, parameters.to_der()?),
            Kind::TripleDes(parameters) => (oid::PBE_SHA1_3DES, parameters.to_der()?),
        };
        let algorithm = algorithm.to_der().map_err(|fault| malformed(FORMAT, &fault))?;
        wrap(FORMAT, Tag::Sequence, &[&algorithm, &parameters])
    }

    /// The ciphertext of `plaintext`. Slow: this is where the password is derived.
    pub(crate) fn encrypt(&self, password: &Password, plaintext: &[u8]) -> Result<Vec<u8>, Error> {
        match &self.0 {
            Kind::Pbes2(parameters) => parameters.encrypt(password, plaintext),
            Kind::TripleDes(parameters) => parameters.encrypt(password, plaintext),
        }
    }

    /// The plaintext of `ciphertext`. Slow; [`charge`](Self::charge) comes first.
    pub(crate) fn decrypt(&self, password: &Password, ciphertext: &[u8]) -> Result<SecretBytes, Error> {
        match &self.0 {
            Kind::Pbes2(parameters) => parameters.decrypt(password, ciphertext),
            Kind::TripleDes(parameters) => parameters.decrypt(password, ciphertext),
        }
    }
}

/// The refusal of work that goes over a limit.
pub(crate) fn refuse(exceeded: Exceeded) -> Error {
    let Exceeded { what, asked, limit } = exceeded;
    Error::new(FORMAT, Reason::LimitExceeded { what, asked, limit })
}

/// The fault of a wrong password, as far as padding can show one.
pub(super) fn padding_mismatch() -> Error {
    Error::new(FORMAT, Reason::IntegrityMismatch("the padding of the decrypted content".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::SystemRandom;
    use crate::limits::Limits;

    const FAST: [Encryption; 3] = [
        Encryption::Pbes2(Kdf::Pbkdf2 { iterations: 10 }),
        Encryption::Pbes2(Kdf::Scrypt),
        Encryption::PbeSha1TripleDes { iterations: 10 },
    ];

    #[test]
    fn what_is_written_is_read_and_a_wrong_password_is_told() {
        let mut rng = SystemRandom::new();
        for encryption in FAST {
            let written = Scheme::new(encryption, &mut rng).unwrap();
            let ciphertext = written.encrypt(&Password::new("right"), b"plaintext").unwrap();
            let read = Scheme::parse(&written.algorithm_identifier().unwrap()).unwrap();
            assert_eq!(read.decrypt(&Password::new("right"), &ciphertext).unwrap().expose(), b"plaintext");
            // A wrong key leaves valid padding once in 256 tries, so the content is compared as well.
            match read.decrypt(&Password::new("wrong"), &ciphertext) {
                Ok(plaintext) => assert_ne!(plaintext.expose(), b"plaintext"),
                Err(fault) => assert!(matches!(fault.reason, Reason::IntegrityMismatch(_)), "{fault}"),
            }
        }
    }

    #[test]
    fn salts_have_sixteen_octets_and_differ() {
        let mut rng = SystemRandom::new();
        for encryption in FAST {
            let [first, second] =
                [0, 1].map(|_| Scheme::new(encryption, &mut rng).unwrap().algorithm_identifier().unwrap());
            assert_ne!(first, second);
            assert!(first.windows(2).any(|pair| pair == [0x04, 0x10]), "an OCTET STRING of 16 octets");
        }
    }

    #[test]
    fn costs_are_charged_before_any_work() {
        let scheme = Scheme::new(Encryption::Pbes2(Kdf::STRONG), &mut SystemRandom::new()).unwrap();
        let limits = Limits { kdf_iterations: 599_999, ..Limits::default() };
        let fault = scheme.charge(&mut Budget::new(&limits), "the key").unwrap_err();
        assert_eq!(
            fault.to_string(),
            "PKCS#5, the key: it asks for 600_000 key-derivation iterations, and the limit is 599_999"
        );
    }
}
