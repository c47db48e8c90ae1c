//! `MacData`, RFC 7292 section 4: the integrity of the whole file under the password, also as PBMAC1, RFC 9579.

use der::asn1::{ObjectIdentifier, OctetString};
use der::{Encode, Tag};
use pkcs12::{DigestInfo, MacData};
use rand_core::CryptoRng;
use spki::AlgorithmIdentifierOwned;

use super::FORMAT;
use crate::crypto::DigestAlgorithm;
use crate::crypto::kdf::{self, Hash, Purpose};
use crate::formats::der::{Element, malformed, wrap};
use crate::formats::pkcs5::{Derivation, Description, PseudoRandom, SALT_LENGTH, feasible, refuse};
use crate::formats::{Error, Place, Reason, oid};
use crate::limits::Budget;
use crate::secret::{Password, SecretBytes};

const FIELD: Place = Place::Field("MacData");

/// The longest salt that is taken, in octets, as for encryption.
const LONGEST_SALT: usize = 1024;

/// The digests that a MAC may be made with.
const DIGESTS: [(ObjectIdentifier, Hash); 8] = [
    (oid::MD5, Hash::Md5),
    (oid::SHA1, Hash::Sha1),
    (oid::SHA224, Hash::Sha224),
    (oid::SHA256, Hash::Sha256),
    (oid::SHA384, Hash::Sha384),
    (oid::SHA512, Hash::Sha512),
    (oid::SHA512_224, Hash::Sha512_224),
    (oid::SHA512_256, Hash::Sha512_256),
];

/// How the MAC is made.
#[derive(Clone, Debug)]
pub(super) struct Mac(Kind);

#[derive(Clone, Debug)]
enum Kind {
    /// HMAC under a key of RFC 7292 appendix B.
    Pkcs12 { hash: Hash, salt: Vec<u8>, iterations: u64 },
    /// HMAC under a key of PBKDF2 with so many octets, RFC 9579.
    Pbmac1 { derivation: Derivation, hash: Hash, key_length: usize },
    /// A kind that is known by its name only.
    Unread(Box<Description>),
}

impl Mac {
    /// A MAC with a fresh salt of 16 octets.
    pub(super) fn new(digest: DigestAlgorithm, iterations: u32, rng: &mut dyn CryptoRng) -> Self {
        let hash = match digest {
            DigestAlgorithm::Sha1 => Hash::Sha1,
            DigestAlgorithm::Sha256 => Hash::Sha256,
            DigestAlgorithm::Sha384 => Hash::Sha384,
            DigestAlgorithm::Sha512 => Hash::Sha512,
        };
        Self(Kind::Pkcs12 { hash, salt: fresh_salt(rng), iterations: u64::from(iterations) })
    }

    /// The same strength with a fresh salt; SHA-256 in place of MD5.
    pub(super) fn renewed(&self, rng: &mut dyn CryptoRng) -> Self {
        Self(match &self.0 {
            Kind::Pkcs12 { hash, iterations, .. } => {
                let hash = if *hash == Hash::Md5 { Hash::Sha256 } else { *hash };
                Kind::Pkcs12 { hash, salt: fresh_salt(rng), iterations: *iterations }
            }
            Kind::Pbmac1 { derivation, hash, key_length } => {
                Kind::Pbmac1 { derivation: derivation.salted(fresh_salt(rng)), hash: *hash, key_length: *key_length }
            }
            Kind::Unread(description) => Kind::Unread(description.clone()),
        })
    }

    /// Whether [`renewed`](Self::renewed) would make it no stronger, so that its key may go on: one key is good for the HMAC
    /// of any number of contents.
    pub(super) fn may_continue(&self) -> bool {
        match &self.0 {
            Kind::Pkcs12 { hash, salt, .. } => *hash != Hash::Md5 && salt.len() >= SALT_LENGTH,
            Kind::Pbmac1 { derivation, .. } => derivation.salt_length() >= SALT_LENGTH,
            Kind::Unread(_) => false,
        }
    }

    /// How many iterations its key takes, where each is one call of SHA-256 at least.
    pub(super) fn sha2_iterations(&self) -> Option<u64> {
        match &self.0 {
            Kind::Pkcs12 { hash: Hash::Sha256 | Hash::Sha384 | Hash::Sha512, iterations, .. } => Some(*iterations),
            Kind::Pbmac1 { derivation, .. } => derivation.hmac_sha256_iterations(),
            Kind::Pkcs12 { .. } | Kind::Unread(_) => None,
        }
    }

    /// The parameters and the expected value in a DER `MacData`.
    pub(super) fn parse(data: &Element<'_>) -> Result<(Self, Vec<u8>), Error> {
        let broken = |what: &str| Error::malformed(FORMAT, what).at(FIELD);
        let parts = data.children(FORMAT, Tag::Sequence).map_err(|fault| fault.at(FIELD))?;
        let [digest_info, salt, iterations @ ..] = parts.as_slice() else { return Err(broken("it has no salt")) };
        let info = digest_info.children(FORMAT, Tag::Sequence).map_err(|fault| fault.at(FIELD))?;
        let [algorithm, expected] = info.as_slice() else { return Err(broken("it has no digest")) };
        let expected = expected.expect(FORMAT, Tag::OctetString).map_err(|fault| fault.at(FIELD))?.to_vec();
        let algorithm = algorithm.children(FORMAT, Tag::Sequence).map_err(|fault| fault.at(FIELD))?;
        let [id, parameters @ ..] = algorithm.as_slice() else { return Err(broken("its algorithm has no name")) };
        let id = id.oid(FORMAT).map_err(|fault| fault.at(FIELD))?;
        if id == oid::PBMAC1 {
            // RFC 9579 section 4: the salt and the iterations beside it are not used.
            let parameters = parameters.first().ok_or_else(|| broken("PBMAC1 has no parameters"))?;
            return pbmac1(parameters).map(|mac| (mac, expected)).map_err(|fault| fault.at(FIELD));
        }
        let salt = salt.expect(FORMAT, Tag::OctetString).map_err(|fault| fault.at(FIELD))?.to_vec();
        if salt.len() > LONGEST_SALT {
            return Err(broken(&format!("the salt has {} octets, and at most {LONGEST_SALT} are taken", salt.len())));
        }
        let iterations = match iterations {
            [] => 1,
            [count] => count.positive(FORMAT).map_err(|fault| fault.at(Place::Field("MacData.iterations")))?,
            _ => return Err(broken("it has more than three parts")),
        };
        let kind = match DIGESTS.iter().find(|(known, _)| *known == id) {
            Some((_, hash)) => Kind::Pkcs12 { hash: *hash, salt, iterations },
            None => Kind::Unread(Box::new(pkcs12_description(oid::name(id), iterations, salt.len(), true))),
        };
        Ok((Self(kind), expected))
    }

    /// What it is, in words.
    pub(super) fn describe(&self) -> Description {
        match &self.0 {
            Kind::Pkcs12 { hash, salt, iterations } => {
                pkcs12_description(hash.name().to_owned(), *iterations, salt.len(), false)
            }
            Kind::Pbmac1 { derivation, hash, .. } => pbmac1_description(derivation, PseudoRandom::Hmac(*hash)),
            Kind::Unread(description) => (**description).clone(),
        }
    }

    /// Charges the derivation of the MAC's key, and refuses a MAC that is not read.
    pub(super) fn charge(&self, budget: &mut Budget) -> Result<(), Error> {
        let charged = match &self.0 {
            Kind::Pkcs12 { iterations, .. } => budget.charge_iterations(*iterations),
            Kind::Pbmac1 { derivation, .. } => derivation.charge(budget),
            Kind::Unread(description) => {
                let what = description.unread.clone().unwrap_or_default();
                return Err(Error::unsupported(FORMAT, format!("a MAC with {what}")));
            }
        };
        charged.map_err(|exceeded| Error::new(FORMAT, refuse(exceeded).reason).at(Place::Field("MacData.iterations")))
    }

    /// The MAC's key. Slow; [`charge`](Self::charge) comes first.
    pub(super) fn derive(&self, password: &Password) -> Result<SecretBytes, Error> {
        match &self.0 {
            Kind::Pkcs12 { hash, salt, iterations } => {
                let (octets, length) = (password.expose_bmp(), hash.output_length());
                Ok(kdf::pkcs12(*hash, &octets, salt, Purpose::Mac, feasible(*iterations)?, length))
            }
            Kind::Pbmac1 { derivation, key_length, .. } => derivation.derive(password, *key_length),
            Kind::Unread(_) => {
                self.charge(&mut Budget::new(&crate::limits::Limits::default())).map(|()| SecretBytes::zeroed(0))
            }
        }
    }

    /// Checks `expected` against `content`.
    pub(super) fn verify(&self, key: &SecretBytes, content: &[u8], expected: &[u8]) -> Result<(), Error> {
        match &self.0 {
            Kind::Pkcs12 { hash, .. } | Kind::Pbmac1 { hash, .. } if hash.verifies(key, content, expected) => Ok(()),
            _ => {
                let description = self.describe().to_string();
                let described = description.strip_prefix("PKCS#12 MAC, ").unwrap_or(&description);
                Err(Error::new(FORMAT, Reason::IntegrityMismatch(format!("the MAC ({described})"))))
            }
        }
    }

    /// The DER `MacData` over `content`.
    pub(super) fn to_der(&self, key: &SecretBytes, content: &[u8]) -> Result<Vec<u8>, Error> {
        let broken = |fault: der::Error| malformed(FORMAT, &fault);
        match &self.0 {
            Kind::Pkcs12 { hash, salt, iterations } => {
                let id = DIGESTS.iter().find(|(_, known)| known == hash).map_or(oid::SHA256, |(id, _)| *id);
                // Readers from before RFC 4055 ask for NULL parameters beside the digest.
                let algorithm = AlgorithmIdentifierOwned { oid: id, parameters: Some(der::asn1::Null.into()) };
                let digest = OctetString::new(hash.hmac(key, content)).map_err(broken)?;
                let data = MacData {
                    mac: DigestInfo { algorithm, digest },
                    mac_salt: OctetString::new(salt.clone()).map_err(broken)?,
                    iterations: i32::try_from(*iterations)
                        .map_err(|_| Error::malformed(FORMAT, "too many iterations"))?,
                };
                data.to_der().map_err(broken)
            }
            Kind::Pbmac1 { derivation, hash, .. } => {
                let scheme = PseudoRandom::Hmac(*hash).algorithm_identifier()?;
                let parameters = wrap(FORMAT, Tag::Sequence, &[&derivation.to_der()?, &scheme])?;
                let id = oid::PBMAC1.to_der().map_err(broken)?;
                let algorithm = wrap(FORMAT, Tag::Sequence, &[&id, &parameters])?;
                let value = wrap(FORMAT, Tag::OctetString, &[&hash.hmac(key, content)])?;
                let info = wrap(FORMAT, Tag::Sequence, &[&algorithm, &value])?;
                // RFC 9579 section 4: readers ignore salt and iterations here, and they stand for old parsers.
                let salt = wrap(FORMAT, Tag::OctetString, &[b"NOT USED"])?;
                wrap(FORMAT, Tag::Sequence, &[&info, &salt, &[0x02, 0x01, 0x01]])
            }
            Kind::Unread(_) => Err(Error::malformed(FORMAT, "a MAC that is not read cannot be written")),
        }
    }
}

/// `PBMAC1-params`, RFC 8018 appendix A.5, held to RFC 9579 section 5: PBKDF2, and a keyLength that is stated.
///
/// CVE-2025-11187 was a keyLength that was trusted: here it is from 20 octets to the 64 that the longest hash has.
fn pbmac1(parameters: &Element<'_>) -> Result<Mac, Error> {
    let parts = parameters.children(FORMAT, Tag::Sequence)?;
    let [derivation, scheme] = parts.as_slice() else {
        return Err(Error::malformed(FORMAT, "PBMAC1 has a key derivation and a MAC, and nothing else"));
    };
    let (derivation, scheme) = (Derivation::parse(derivation)?, PseudoRandom::parse(scheme)?);
    let mut description = pbmac1_description(&derivation, scheme);
    let unread = match scheme {
        PseudoRandom::Unread(_) => Some(scheme.name()),
        PseudoRandom::Hmac(_) if !derivation.is_pbkdf2() => Some(derivation.unread().unwrap_or("scrypt".to_owned())),
        PseudoRandom::Hmac(_) => derivation.unread(),
    };
    if let Some(part) = unread {
        description.unread = Some(format!("PBMAC1 and {part}"));
        return Ok(Mac(Kind::Unread(Box::new(description))));
    }
    let PseudoRandom::Hmac(hash) = scheme else {
        return Err(Error::malformed(FORMAT, "PBMAC1 has no MAC"));
    };
    match derivation.key_length().map(usize::try_from) {
        Some(Ok(key_length @ 20..=64)) => Ok(Mac(Kind::Pbmac1 { derivation, hash, key_length })),
        None => Err(Error::malformed(FORMAT, "PBMAC1 states no key length, which RFC 9579 asks for")),
        _ => Err(Error::malformed(FORMAT, "the key length of PBMAC1 is not from 20 to 64 octets")),
    }
}

fn pbmac1_description(derivation: &Derivation, scheme: PseudoRandom) -> Description {
    let mut description = Description { mac: Some(scheme.name()), ..Description::default() };
    description.scheme.push_str("PBMAC1");
    derivation.describe(&mut description);
    description
}

fn pkcs12_description(hash: String, iterations: u64, salt_length: usize, is_unread: bool) -> Description {
    Description {
        scheme: "PKCS#12 MAC".to_owned(),
        kdf: Some("PKCS#12 KDF".to_owned()),
        mac: Some(format!("HMAC-{hash}")),
        iterations: Some(iterations),
        salt_length: Some(salt_length),
        weak: hash == Hash::Md5.name(),
        unread: is_unread.then_some(hash.clone()),
        prf: Some(hash),
        ..Description::default()
    }
}

fn fresh_salt(rng: &mut dyn CryptoRng) -> Vec<u8> {
    let mut salt = vec![0; SALT_LENGTH];
    rng.fill_bytes(&mut salt);
    salt
}
