//! `MacData`, RFC 7292 section 4: the integrity of the whole file under the password.

use der::asn1::OctetString;
use der::{Decode, Encode};
use hmac::{Hmac, KeyInit, Mac as _};
use pkcs12::{DigestInfo, MacData};
use rand_core::CryptoRng;
use sha1::Sha1;
use sha2::{Sha256, Sha384, Sha512};
use spki::AlgorithmIdentifierOwned;

use super::FORMAT;
use crate::crypto::DigestAlgorithm;
use crate::crypto::kdf::{self, Purpose};
use crate::formats::der::malformed;
use crate::formats::pkcs5::refuse;
use crate::formats::{Error, Place, Reason, oid};
use crate::limits::{Budget, Grouped};
use crate::secret::{Password, SecretBytes};

/// How the MAC is made: digest, salt and iterations.
#[derive(Clone, Debug)]
pub(super) struct Mac {
    digest: DigestAlgorithm,
    salt: Vec<u8>,
    iterations: u32,
}

impl Mac {
    /// A MAC with a fresh salt of 16 octets.
    pub(super) fn new(digest: DigestAlgorithm, iterations: u32, rng: &mut dyn CryptoRng) -> Self {
        let mut salt = vec![0; 16];
        rng.fill_bytes(&mut salt);
        Self { digest, salt, iterations }
    }

    /// The same strength with a fresh salt.
    pub(super) fn renewed(&self, rng: &mut dyn CryptoRng) -> Self {
        Self::new(self.digest, self.iterations, rng)
    }

    /// The parameters and the expected value in a DER `MacData`.
    pub(super) fn parse(der: &[u8]) -> Result<(Self, Vec<u8>), Error> {
        let data = MacData::from_der(der).map_err(|fault| malformed(FORMAT, &fault).at(Place::Field("MacData")))?;
        let digest = match data.mac.algorithm.oid {
            oid::SHA1 => DigestAlgorithm::Sha1,
            oid::SHA256 => DigestAlgorithm::Sha256,
            oid::SHA384 => DigestAlgorithm::Sha384,
            oid::SHA512 => DigestAlgorithm::Sha512,
            other => return Err(Error::unsupported(FORMAT, format!("a MAC with {}", oid::name(other)))),
        };
        let iterations = u32::try_from(data.iterations).ok().filter(|count| *count > 0).ok_or_else(|| {
            Error::malformed(FORMAT, "the iteration count is not positive").at(Place::Field("MacData.iterations"))
        })?;
        let mac = Self { digest, salt: data.mac_salt.into_bytes().into_vec(), iterations };
        Ok((mac, data.mac.digest.into_bytes().into_vec()))
    }

    /// Charges the derivation of the MAC's key.
    pub(super) fn charge(&self, budget: &mut Budget) -> Result<(), Error> {
        budget.charge_iterations(u64::from(self.iterations)).map_err(|exceeded| {
            let refused = refuse(exceeded);
            Error::new(FORMAT, refused.reason).at(Place::Field("MacData.iterations"))
        })
    }

    /// The MAC's key. Slow.
    pub(super) fn derive(&self, password: &Password) -> SecretBytes {
        let length = self.digest.digest(b"").len();
        kdf::pkcs12(self.digest, password, &self.salt, Purpose::Mac, self.iterations, length)
    }

    /// Checks `expected` against `content`.
    pub(super) fn verify(&self, key: &SecretBytes, content: &[u8], expected: &[u8]) -> Result<(), Error> {
        let verified = match self.digest {
            DigestAlgorithm::Sha1 => started::<Hmac<Sha1>>(key, content).map(|mac| mac.verify_slice(expected)),
            DigestAlgorithm::Sha256 => started::<Hmac<Sha256>>(key, content).map(|mac| mac.verify_slice(expected)),
            DigestAlgorithm::Sha384 => started::<Hmac<Sha384>>(key, content).map(|mac| mac.verify_slice(expected)),
            DigestAlgorithm::Sha512 => started::<Hmac<Sha512>>(key, content).map(|mac| mac.verify_slice(expected)),
        };
        match verified {
            Some(Ok(())) => Ok(()),
            _ => Err(Error::new(FORMAT, Reason::IntegrityMismatch(self.describe()))),
        }
    }

    /// The DER `MacData` over `content`.
    pub(super) fn to_der(&self, key: &SecretBytes, content: &[u8]) -> Result<Vec<u8>, Error> {
        let (algorithm, value) = match self.digest {
            DigestAlgorithm::Sha1 => (oid::SHA1, finished(started::<Hmac<Sha1>>(key, content))),
            DigestAlgorithm::Sha256 => (oid::SHA256, finished(started::<Hmac<Sha256>>(key, content))),
            DigestAlgorithm::Sha384 => (oid::SHA384, finished(started::<Hmac<Sha384>>(key, content))),
            DigestAlgorithm::Sha512 => (oid::SHA512, finished(started::<Hmac<Sha512>>(key, content))),
        };
        let broken = |fault: der::Error| malformed(FORMAT, &fault);
        // Readers from before RFC 4055 ask for NULL parameters beside the digest.
        let algorithm = AlgorithmIdentifierOwned { oid: algorithm, parameters: Some(der::asn1::Null.into()) };
        let data = MacData {
            mac: DigestInfo { algorithm, digest: OctetString::new(value).map_err(broken)? },
            mac_salt: OctetString::new(self.salt.clone()).map_err(broken)?,
            iterations: i32::try_from(self.iterations).map_err(|_| Error::malformed(FORMAT, "too many iterations"))?,
        };
        data.to_der().map_err(broken)
    }

    fn describe(&self) -> String {
        format!("the MAC (HMAC-{}, {} iterations)", self.digest.name(), Grouped(u64::from(self.iterations)))
    }
}

fn started<M: hmac::Mac + KeyInit>(key: &SecretBytes, content: &[u8]) -> Option<M> {
    let mut mac = <M as KeyInit>::new_from_slice(key.expose()).ok()?;
    mac.update(content);
    Some(mac)
}

fn finished<M: hmac::Mac>(mac: Option<M>) -> Vec<u8> {
    mac.map(|mac| mac.finalize().into_bytes().to_vec()).unwrap_or_default()
}
