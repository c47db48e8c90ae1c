//! One encryption scheme with its salt and parameters: parsed, counted, and run.

use der::asn1::ObjectIdentifier;
use der::{Encode, Tag};
use rand_core::CryptoRng;

use super::{Description, FORMAT, LONGEST_SALT, pbes1, pbes2};
use crate::crypto::cipher::{Cipher, ReadOnlyCipher};
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

/// A scheme with its salt: what an `AlgorithmIdentifier` of password-based encryption says. One that cannot be read is
/// kept with its name, so that it can be told before any password is asked for.
#[derive(Clone, Debug)]
pub(crate) struct Scheme(Kind);

#[derive(Clone, Debug)]
enum Kind {
    Fixed(pbes1::Parameters),
    Pbes2(pbes2::Parameters),
    Unread(ObjectIdentifier),
}

impl Scheme {
    /// A scheme to encrypt with; salt and initialisation vector come from `rng`.
    pub(crate) fn new(encryption: Encryption, rng: &mut dyn CryptoRng) -> Self {
        Self(match encryption {
            Encryption::Pbes2(kdf) => Kind::Pbes2(pbes2::Parameters::new(kdf, rng)),
            Encryption::PbeSha1TripleDes { iterations } => {
                Kind::Fixed(pbes1::Parameters::triple_des(u64::from(iterations), rng))
            }
        })
    }

    /// The scheme that a DER `AlgorithmIdentifier` names, whether it can be read or not.
    pub(crate) fn parse(algorithm_identifier: &[u8]) -> Result<Self, Error> {
        let element = Element::only(FORMAT, algorithm_identifier)?;
        let children = element.children(FORMAT, Tag::Sequence)?;
        let (algorithm, parameters) = match children.as_slice() {
            [algorithm, parameters] => (algorithm.oid(FORMAT)?, Some(parameters)),
            [algorithm] => (algorithm.oid(FORMAT)?, None),
            _ => return Err(Error::malformed(FORMAT, "the encryption algorithm has no name")),
        };
        let missing = || Error::malformed(FORMAT, "the encryption algorithm has no parameters");
        if algorithm == oid::PBES2 {
            return pbes2::Parameters::parse(parameters.ok_or_else(missing)?).map(Kind::Pbes2).map(Self);
        }
        let fixed = match parameters {
            Some(parameters) => pbes1::Parameters::parse(algorithm, parameters)?,
            None => None,
        };
        Ok(Self(fixed.map_or(Kind::Unread(algorithm), Kind::Fixed)))
    }

    /// What it is, in words.
    pub(crate) fn describe(&self) -> Description {
        match &self.0 {
            Kind::Fixed(parameters) => parameters.describe(),
            Kind::Pbes2(parameters) => parameters.describe(),
            Kind::Unread(other) => {
                let name = oid::name(*other);
                Description { scheme: name.clone(), unread: Some(name), ..Description::default() }
            }
        }
    }

    /// Whether it is PBES2, and so as strong as its iterations.
    pub(crate) fn is_pbes2(&self) -> bool {
        matches!(self.0, Kind::Pbes2(_))
    }

    /// How many iterations its key takes, where that is derived by PBKDF2 with HMAC-SHA-256.
    pub(crate) fn hmac_sha256_iterations(&self) -> Option<u64> {
        match &self.0 {
            Kind::Pbes2(parameters) => parameters.hmac_sha256_iterations(),
            Kind::Fixed(_) | Kind::Unread(_) => None,
        }
    }

    /// The same work with fresh salt and initialisation vector, to encrypt changed content with: PBES2 with AES-256-CBC
    /// for PBES2, and triple DES for the older schemes, whose readers know it.
    pub(crate) fn renewed(&self, rng: &mut dyn CryptoRng) -> Self {
        Self(match &self.0 {
            Kind::Pbes2(parameters) => Kind::Pbes2(parameters.renewed(rng)),
            Kind::Fixed(parameters) => Kind::Fixed(pbes1::Parameters::triple_des(parameters.iterations(), rng)),
            Kind::Unread(_) => Kind::Pbes2(pbes2::Parameters::new(Kdf::STRONG, rng)),
        })
    }

    /// The same for the key that [`open`](Self::open) gave, which is then not derived again: only the initialisation vector
    /// is fresh, and for CBC that is enough. `None` where that key is to be replaced with everything else of the scheme, and
    /// for the older schemes, which make the vector from salt and password as they make the key.
    pub(crate) fn continued(&self, rng: &mut dyn CryptoRng) -> Option<Self> {
        match &self.0 {
            Kind::Pbes2(parameters) => parameters.continued(rng).map(Kind::Pbes2).map(Self),
            Kind::Fixed(_) | Kind::Unread(_) => None,
        }
    }

    /// What [`renewed`](Self::renewed) takes in place of a cipher that is read and never written.
    pub(crate) fn replacement(&self) -> Option<&'static str> {
        match &self.0 {
            Kind::Fixed(parameters) => parameters.is_read_only().then_some("triple DES"),
            Kind::Pbes2(parameters) => parameters.is_read_only().then_some("AES-256"),
            Kind::Unread(_) => None,
        }
    }

    /// Refuses a scheme that cannot be read, by its name.
    pub(crate) fn check_readable(&self) -> Result<(), Error> {
        match &self.0 {
            Kind::Fixed(_) => Ok(()),
            Kind::Pbes2(parameters) => match parameters.unread() {
                Some(part) => Err(Error::unsupported(FORMAT, format!("PBES2 with {part}"))),
                None => Ok(()),
            },
            Kind::Unread(other) => Err(Error::unsupported(FORMAT, format!("the encryption {}", oid::name(*other)))),
        }
    }

    /// Charges the derivation that [`decrypt`](Self::decrypt) will do, and refuses what it could not do at all; `field`
    /// names it in the refusal.
    pub(crate) fn charge(&self, budget: &mut Budget, field: &'static str) -> Result<(), Error> {
        self.check_readable().map_err(|fault| fault.at(Place::Field(field)))?;
        let charged = match &self.0 {
            Kind::Pbes2(parameters) => parameters.charge(budget),
            Kind::Fixed(parameters) => budget.charge_iterations(parameters.iterations()),
            Kind::Unread(_) => Ok(()),
        };
        charged.map_err(|exceeded| refuse(exceeded).at(Place::Field(field)))
    }

    /// The DER `AlgorithmIdentifier`.
    pub(crate) fn algorithm_identifier(&self) -> Result<Vec<u8>, Error> {
        let (algorithm, parameters): (ObjectIdentifier, _) = match &self.0 {
            Kind::Pbes2(parameters) => (oid::PBES2, parameters.to_der()?),
            Kind::Fixed(parameters) => (parameters.oid(), parameters.to_der()?),
            Kind::Unread(_) => return Err(self.unreadable()),
        };
        let algorithm = algorithm.to_der().map_err(|fault| malformed(FORMAT, &fault))?;
        wrap(FORMAT, Tag::Sequence, &[&algorithm, &parameters])
    }

    /// The ciphertext of `plaintext`. Slow: this is where the password is derived.
    ///
    /// # Errors
    /// [`Reason::CannotHold`] for a cipher that is only read.
    pub(crate) fn encrypt(&self, password: &Password, plaintext: &[u8]) -> Result<Vec<u8>, Error> {
        match &self.0 {
            Kind::Pbes2(parameters) => parameters.encrypt(&parameters.derive(password)?, plaintext),
            Kind::Fixed(parameters) => parameters.encrypt(password, plaintext),
            Kind::Unread(_) => Err(self.unreadable()),
        }
    }

    /// The ciphertext of `plaintext` by a scheme that [`continued`](Self::continued) gave, and the key it is meant for.
    pub(crate) fn encrypt_with(&self, key: &SecretBytes, plaintext: &[u8]) -> Result<Vec<u8>, Error> {
        match &self.0 {
            Kind::Pbes2(parameters) => parameters.encrypt(key, plaintext),
            Kind::Fixed(_) | Kind::Unread(_) => Err(self.unreadable()),
        }
    }

    /// The plaintext of `ciphertext`. Slow; [`charge`](Self::charge) comes first.
    pub(crate) fn decrypt(&self, password: &Password, ciphertext: &[u8]) -> Result<SecretBytes, Error> {
        self.open(password, ciphertext).map(|(plaintext, _)| plaintext)
    }

    /// The same with the key, for [`encrypt_with`](Self::encrypt_with); the older schemes give none.
    pub(crate) fn open(
        &self,
        password: &Password,
        ciphertext: &[u8],
    ) -> Result<(SecretBytes, Option<SecretBytes>), Error> {
        match &self.0 {
            Kind::Pbes2(parameters) => {
                let key = parameters.derive(password)?;
                Ok((parameters.decrypt(&key, ciphertext)?, Some(key)))
            }
            Kind::Fixed(parameters) => Ok((parameters.decrypt(password, ciphertext)?, None)),
            Kind::Unread(_) => Err(self.unreadable()),
        }
    }

    fn unreadable(&self) -> Error {
        self.check_readable().err().unwrap_or_else(padding_mismatch)
    }
}

/// A cipher that may be written, or one that is only read.
#[derive(Clone, Copy, Debug)]
pub(super) enum AnyCipher {
    Writable(Cipher),
    ReadOnly(ReadOnlyCipher),
}

impl AnyCipher {
    pub(super) fn name(self) -> String {
        match self {
            Self::Writable(cipher) => cipher.name().to_owned(),
            Self::ReadOnly(cipher) => cipher.name(),
        }
    }

    pub(super) fn is_weak(self) -> bool {
        !matches!(self, Self::Writable(Cipher::Aes128 | Cipher::Aes192 | Cipher::Aes256))
    }

    pub(super) fn key_length(self) -> usize {
        match self {
            Self::Writable(cipher) => cipher.key_length(),
            Self::ReadOnly(cipher) => cipher.key_length(),
        }
    }

    pub(super) fn iv_length(self) -> usize {
        match self {
            Self::Writable(cipher) => cipher.block_length(),
            Self::ReadOnly(cipher) => cipher.iv_length(),
        }
    }

    /// The cipher to encrypt with, if it is one.
    pub(super) fn writable(self) -> Result<Cipher, Error> {
        match self {
            Self::Writable(cipher) => Ok(cipher),
            Self::ReadOnly(cipher) => {
                let why = format!("{} is read and never written", cipher.name());
                Err(Error::new(FORMAT, Reason::CannotHold(why)))
            }
        }
    }

    pub(super) fn decrypt(self, key: &SecretBytes, iv: &[u8], ciphertext: &[u8]) -> Option<SecretBytes> {
        match self {
            Self::Writable(cipher) => cipher.decrypt(key, iv, ciphertext),
            Self::ReadOnly(cipher) => cipher.decrypt(key, iv, ciphertext),
        }
    }
}

/// The salt that an OCTET STRING is.
pub(super) fn salt_of(element: &Element<'_>) -> Result<Vec<u8>, Error> {
    let salt = element.expect(FORMAT, Tag::OctetString)?;
    if salt.len() > LONGEST_SALT {
        let met = salt.len();
        return Err(Error::malformed(
            FORMAT,
            format!("the salt has {met} octets, and at most {LONGEST_SALT} are taken"),
        ));
    }
    Ok(salt.to_vec())
}

/// As many iterations as a derivation can count, whatever the limits allow.
pub(crate) fn feasible(iterations: u64) -> Result<u32, Error> {
    let most = i32::MAX.unsigned_abs();
    u32::try_from(iterations).ok().filter(|count| *count <= most).ok_or_else(|| {
        refuse(Exceeded { what: "key-derivation iterations", asked: iterations, limit: u64::from(most) })
    })
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
            let written = Scheme::new(encryption, &mut rng);
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
            let [first, second] = [0, 1].map(|_| Scheme::new(encryption, &mut rng).algorithm_identifier().unwrap());
            assert_ne!(first, second);
            assert!(first.windows(2).any(|pair| pair == [0x04, 0x10]), "an OCTET STRING of 16 octets");
        }
    }

    #[test]
    fn costs_are_charged_before_any_work() {
        let scheme = Scheme::new(Encryption::Pbes2(Kdf::STRONG), &mut SystemRandom::new());
        let limits = Limits { kdf_iterations: 599_999, ..Limits::default() };
        let fault = scheme.charge(&mut Budget::new(&limits), "the key").unwrap_err();
        assert_eq!(
            fault.to_string(),
            "PKCS#5, the key: it asks for 600_000 key-derivation iterations, and the limit is 599_999"
        );
    }
}
