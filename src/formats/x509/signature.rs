//! Signature `AlgorithmIdentifier`s, RFC 8017 appendix A.2.4, RFC 5758 section 3.2 and RFC 8410 section 3.

use der::asn1::{Any, Null, ObjectIdentifier};
use spki::AlgorithmIdentifierOwned;

use super::FORMAT;
use crate::crypto::{DigestAlgorithm, SignatureAlgorithm};
use crate::formats::{Error, oid};

/// The identifier of a signature made here.
pub(crate) fn identifier(algorithm: SignatureAlgorithm) -> AlgorithmIdentifierOwned {
    let (oid, parameters) = match algorithm {
        // RFC 8017 asks for NULL parameters with RSA, RFC 5758 and RFC 8410 for none with the others.
        SignatureAlgorithm::RsaPkcs1v15(digest) => (rsa(digest), Some(Any::from(Null))),
        SignatureAlgorithm::Ecdsa(digest) => (ecdsa(digest), None),
        SignatureAlgorithm::Ed25519 => (oid::ED25519, None),
    };
    AlgorithmIdentifierOwned { oid, parameters }
}

/// The algorithm that a certificate or request says it was signed with.
pub(crate) fn algorithm(identifier: &AlgorithmIdentifierOwned) -> Result<SignatureAlgorithm, Error> {
    const DIGESTS: [DigestAlgorithm; 4] =
        [DigestAlgorithm::Sha1, DigestAlgorithm::Sha256, DigestAlgorithm::Sha384, DigestAlgorithm::Sha512];
    let of = |oids: fn(DigestAlgorithm) -> ObjectIdentifier| {
        DIGESTS.into_iter().find(|digest| oids(*digest) == identifier.oid)
    };
    if identifier.oid == oid::ED25519 {
        return Ok(SignatureAlgorithm::Ed25519);
    }
    (of(rsa).map(SignatureAlgorithm::RsaPkcs1v15))
        .or_else(|| of(ecdsa).map(SignatureAlgorithm::Ecdsa))
        .ok_or_else(|| Error::unsupported(FORMAT, format!("the signature algorithm {}", oid::name(identifier.oid))))
}

fn rsa(digest: DigestAlgorithm) -> ObjectIdentifier {
    match digest {
        DigestAlgorithm::Sha1 => oid::SHA1_WITH_RSA,
        DigestAlgorithm::Sha256 => oid::SHA256_WITH_RSA,
        DigestAlgorithm::Sha384 => oid::SHA384_WITH_RSA,
        DigestAlgorithm::Sha512 => oid::SHA512_WITH_RSA,
    }
}

fn ecdsa(digest: DigestAlgorithm) -> ObjectIdentifier {
    match digest {
        DigestAlgorithm::Sha1 => oid::ECDSA_WITH_SHA1,
        DigestAlgorithm::Sha256 => oid::ECDSA_WITH_SHA256,
        DigestAlgorithm::Sha384 => oid::ECDSA_WITH_SHA384,
        DigestAlgorithm::Sha512 => oid::ECDSA_WITH_SHA512,
    }
}
