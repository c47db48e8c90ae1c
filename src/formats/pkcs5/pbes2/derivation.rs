//! The key derivations of PBES2 and PBMAC1: PBKDF2, RFC 8018 appendix A.2, and scrypt, RFC 7914 section 7.

use der::asn1::ObjectIdentifier;
use der::{Encode, Tag};

use super::{Description, FORMAT};
use crate::crypto::kdf::{self, Hash};
use crate::formats::der::{Element, malformed, wrap};
use crate::formats::pkcs5::scheme::{feasible, salt_of};
use crate::formats::{Error, oid};
use crate::limits::{Budget, Exceeded};
use crate::secret::{Password, SecretBytes};

/// A derivation with its salt.
#[derive(Clone, Debug)]
pub(crate) struct Derivation {
    pub(super) function: Function,
    pub(super) salt: Vec<u8>,
    /// Length of the key in octets, where the file says it.
    pub(super) key_length: Option<u64>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Function {
    Pbkdf2 { prf: PseudoRandom, iterations: u64 },
    Scrypt { n: u64, r: u64, p: u64 },
    Unread(ObjectIdentifier),
}

impl Function {
    /// scrypt as it is written.
    pub(super) const SCRYPT: Self = Self::Scrypt { n: 1 << 14, r: 8, p: 1 };

    /// Whether it is one that is written, with any number of iterations.
    pub(super) fn is_written(&self) -> bool {
        match self {
            Self::Pbkdf2 { prf, .. } => *prf == PseudoRandom::Hmac(Hash::Sha256),
            Self::Scrypt { .. } => *self == Self::SCRYPT,
            Self::Unread(_) => false,
        }
    }
}

/// HMAC with a hash, as pseudo-random function of PBKDF2 and as the MAC of PBMAC1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PseudoRandom {
    /// HMAC, RFC 8018 appendix B.1.
    Hmac(Hash),
    /// One that is not read here.
    Unread(ObjectIdentifier),
}

const HMACS: [(ObjectIdentifier, Hash); 7] = [
    (oid::HMAC_SHA1, Hash::Sha1),
    (oid::HMAC_SHA224, Hash::Sha224),
    (oid::HMAC_SHA256, Hash::Sha256),
    (oid::HMAC_SHA384, Hash::Sha384),
    (oid::HMAC_SHA512, Hash::Sha512),
    (oid::HMAC_SHA512_224, Hash::Sha512_224),
    (oid::HMAC_SHA512_256, Hash::Sha512_256),
];

impl PseudoRandom {
    /// What an `AlgorithmIdentifier` names.
    pub(crate) fn parse(algorithm: &Element<'_>) -> Result<Self, Error> {
        let parts = algorithm.children(FORMAT, Tag::Sequence)?;
        let named = parts.first().ok_or_else(|| Error::malformed(FORMAT, "a pseudo-random function has no name"))?;
        let named = named.oid(FORMAT)?;
        Ok(HMACS.iter().find(|(oid, _)| *oid == named).map_or(Self::Unread(named), |(_, hash)| Self::Hmac(*hash)))
    }

    /// Its name, such as `HMAC-SHA-256`.
    pub(crate) fn name(self) -> String {
        match self {
            Self::Hmac(hash) => format!("HMAC-{}", hash.name()),
            Self::Unread(other) => oid::name(other),
        }
    }

    /// Its DER `AlgorithmIdentifier`.
    pub(crate) fn algorithm_identifier(self) -> Result<Vec<u8>, Error> {
        let oid = match self {
            Self::Hmac(hash) => HMACS.iter().find(|(_, known)| *known == hash).map(|(oid, _)| *oid),
            Self::Unread(other) => Some(other),
        };
        let oid = oid.ok_or_else(|| Error::malformed(FORMAT, "no HMAC with MD5 is written"))?;
        let oid = oid.to_der().map_err(|fault| malformed(FORMAT, &fault))?;
        // RFC 8018 appendix B.1.2 asks for NULL parameters.
        wrap(FORMAT, Tag::Sequence, &[&oid, &[0x05, 0x00]])
    }
}

impl Derivation {
    pub(crate) fn parse(algorithm: &Element<'_>) -> Result<Self, Error> {
        let parts = algorithm.children(FORMAT, Tag::Sequence)?;
        let named = parts.first().ok_or_else(|| Error::malformed(FORMAT, "the key derivation has no name"))?;
        let named = named.oid(FORMAT)?;
        let parameters =
            || parts.get(1).ok_or_else(|| Error::malformed(FORMAT, "the key derivation has no parameters"));
        match named {
            oid::PBKDF2 => Self::pbkdf2(&parameters()?.children(FORMAT, Tag::Sequence)?),
            oid::SCRYPT => Self::scrypt(&parameters()?.children(FORMAT, Tag::Sequence)?),
            other => Ok(Self { function: Function::Unread(other), salt: Vec::new(), key_length: None }),
        }
    }

    /// `PBKDF2-params`: salt, iterations, keyLength OPTIONAL, prf DEFAULT HMAC-SHA-1.
    fn pbkdf2(parts: &[Element<'_>]) -> Result<Self, Error> {
        let [salt, iterations, rest @ ..] = parts else {
            return Err(Error::malformed(FORMAT, "PBKDF2 has no salt and iterations"));
        };
        if salt.tag == Tag::Sequence {
            return Err(Error::unsupported(FORMAT, "PBKDF2 whose salt is not in the file"));
        }
        let (key_length, prf) = match rest {
            [] => (None, None),
            [one] if one.tag == Tag::Integer => (Some(one), None),
            [one] => (None, Some(one)),
            [key_length, prf] => (Some(key_length), Some(prf)),
            _ => return Err(Error::malformed(FORMAT, "PBKDF2 has more than four parameters")),
        };
        let iterations = positive(iterations)?;
        let prf = prf.map_or(Ok(PseudoRandom::Hmac(Hash::Sha1)), PseudoRandom::parse)?;
        let key_length = key_length.map(positive).transpose()?;
        Ok(Self { function: Function::Pbkdf2 { prf, iterations }, salt: salt_of(salt)?, key_length })
    }

    /// `scrypt-params`: salt, cost, block size, parallelisation, keyLength OPTIONAL.
    fn scrypt(parts: &[Element<'_>]) -> Result<Self, Error> {
        let ([salt, n, r, p] | [salt, n, r, p, _]) = parts else {
            return Err(Error::malformed(FORMAT, "scrypt has a salt and three or four numbers"));
        };
        let function = Function::Scrypt { n: positive(n)?, r: positive(r)?, p: positive(p)? };
        Ok(Self { function, salt: salt_of(salt)?, key_length: parts.get(4).map(positive).transpose()? })
    }

    pub(crate) fn to_der(&self) -> Result<Vec<u8>, Error> {
        let broken = |fault: der::Error| malformed(FORMAT, &fault);
        let salt = wrap(FORMAT, Tag::OctetString, &[&self.salt])?;
        let (oid, parameters) = match &self.function {
            Function::Pbkdf2 { prf, iterations } => {
                let key_length = self.key_length.map_or(Ok(Vec::new()), |length| length.to_der().map_err(broken))?;
                let parts = [salt, iterations.to_der().map_err(broken)?, key_length, prf.algorithm_identifier()?];
                (oid::PBKDF2, parts.concat())
            }
            Function::Scrypt { n, r, p } => {
                let numbers = [n, r, p].map(|number| number.to_der().map_err(broken));
                let [n, r, p] = numbers;
                (oid::SCRYPT, [salt, n?, r?, p?].concat())
            }
            Function::Unread(_) => return Err(Error::malformed(FORMAT, "what is not read cannot be written")),
        };
        let parameters = wrap(FORMAT, Tag::Sequence, &[&parameters])?;
        wrap(FORMAT, Tag::Sequence, &[&oid.to_der().map_err(broken)?, &parameters])
    }

    /// The same with another salt.
    pub(crate) fn salted(&self, salt: Vec<u8>) -> Self {
        Self { salt, ..self.clone() }
    }

    /// How many iterations it takes, where it is PBKDF2 with HMAC-SHA-256.
    pub(crate) fn hmac_sha256_iterations(&self) -> Option<u64> {
        match self.function {
            Function::Pbkdf2 { prf: PseudoRandom::Hmac(Hash::Sha256), iterations } => Some(iterations),
            Function::Pbkdf2 { .. } | Function::Scrypt { .. } | Function::Unread(_) => None,
        }
    }

    pub(crate) fn salt_length(&self) -> usize {
        self.salt.len()
    }

    /// Length of the key in octets, where the file says it.
    pub(crate) fn key_length(&self) -> Option<u64> {
        self.key_length
    }

    pub(crate) fn is_pbkdf2(&self) -> bool {
        matches!(self.function, Function::Pbkdf2 { .. })
    }

    pub(crate) fn unread(&self) -> Option<String> {
        match &self.function {
            Function::Pbkdf2 { prf: PseudoRandom::Unread(other), .. } => {
                Some(format!("PBKDF2 with the pseudo-random function {}", oid::name(*other)))
            }
            Function::Unread(other) => Some(format!("the key derivation {}", oid::name(*other))),
            _ => None,
        }
    }

    pub(crate) fn charge(&self, budget: &mut Budget) -> Result<(), Exceeded> {
        match &self.function {
            Function::Pbkdf2 { iterations, .. } => budget.charge_iterations(*iterations),
            Function::Scrypt { n, r, p } => budget.charge_scrypt(*n, *r, *p),
            Function::Unread(_) => Ok(()),
        }
    }

    pub(crate) fn describe(&self, description: &mut Description) {
        match &self.function {
            Function::Pbkdf2 { prf, iterations } => {
                description.kdf = Some("PBKDF2".to_owned());
                description.prf = Some(prf.name());
                description.iterations = Some(*iterations);
            }
            Function::Scrypt { n, r, p } => {
                description.kdf = Some("scrypt".to_owned());
                description.scrypt = Some((*n, *r, *p));
            }
            Function::Unread(other) => {
                description.kdf = Some(oid::name(*other));
                return;
            }
        }
        description.salt_length = Some(self.salt.len());
    }

    /// The key. Slow; [`charge`](Self::charge) comes first.
    pub(crate) fn derive(&self, password: &Password, length: usize) -> Result<SecretBytes, Error> {
        let unfit = || Error::malformed(FORMAT, "the numbers of scrypt are none that RFC 7914 allows");
        match &self.function {
            Function::Pbkdf2 { prf: PseudoRandom::Hmac(hash), iterations } => {
                Ok(kdf::pbkdf2(*hash, password, &self.salt, feasible(*iterations)?, length))
            }
            Function::Scrypt { n, r, p } => {
                let r = u32::try_from(*r).map_err(|_| unfit())?;
                let p = u32::try_from(*p).map_err(|_| unfit())?;
                kdf::scrypt(password, &self.salt, (*n, r, p), length).ok_or_else(unfit)
            }
            Function::Pbkdf2 { .. } | Function::Unread(_) => {
                Err(Error::unsupported(FORMAT, self.unread().unwrap_or_default()))
            }
        }
    }
}

/// A number that RFC 8018 and RFC 7914 want to be at least 1.
fn positive(element: &Element<'_>) -> Result<u64, Error> {
    element.positive(FORMAT)
}
