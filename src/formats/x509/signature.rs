//! Signature `AlgorithmIdentifier`s, RFC 8017 appendix A.2.4, RFC 5758 section 3.2 and RFC 8410 section 3.

use der::asn1::{Any, Null, ObjectIdentifier};
use der::{Tag, TagNumber};
use spki::AlgorithmIdentifierOwned;

use super::FORMAT;
use crate::crypto::{DigestAlgorithm, SignatureAlgorithm};
use crate::formats::der::{Element, elements};
use crate::formats::{Error, oid};

/// The identifier of a signature made here.
///
/// # Errors
/// For RSASSA-PSS, with which tokens are signed here and certificates are not.
pub(crate) fn identifier(algorithm: SignatureAlgorithm) -> Result<AlgorithmIdentifierOwned, Error> {
    let (oid, parameters) = match algorithm {
        // RFC 8017 asks for NULL parameters with RSA, RFC 5758 and RFC 8410 for none with the others.
        SignatureAlgorithm::RsaPkcs1v15(digest) => (rsa(digest), Some(Any::from(Null))),
        SignatureAlgorithm::Ecdsa(digest) => (ecdsa(digest), None),
        SignatureAlgorithm::Ed25519 => (oid::ED25519, None),
        SignatureAlgorithm::RsaPss(_) => return Err(Error::unsupported(FORMAT, format!("signing with {algorithm}"))),
    };
    Ok(AlgorithmIdentifierOwned { oid, parameters })
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

/// The name of the algorithm, whether or not it can be used here.
pub(crate) fn name(identifier: &AlgorithmIdentifierOwned) -> String {
    match (identifier.oid, digest(identifier)) {
        (oid::RSASSA_PSS, Some(digest)) => format!("RSASSA-PSS with {digest}"),
        (other, _) => oid::name(other),
    }
}

/// The digest that is signed, where the algorithm has one and it can be told.
pub(crate) fn digest(identifier: &AlgorithmIdentifierOwned) -> Option<String> {
    if identifier.oid == oid::RSASSA_PSS {
        return pss_digest(identifier.parameters.as_ref());
    }
    let name = oid::name(identifier.oid).to_ascii_lowercase().replace('-', "");
    // The longest first: `sha1` begins nothing else, but `md5` and `md2` are looked for in names that hold no other.
    const DIGESTS: [(&str, &str); 9] = [
        ("sha3256", "SHA3-256"),
        ("sha3384", "SHA3-384"),
        ("sha3512", "SHA3-512"),
        ("sha224", "SHA-224"),
        ("sha256", "SHA-256"),
        ("sha384", "SHA-384"),
        ("sha512", "SHA-512"),
        ("sha1", "SHA-1"),
        ("md5", "MD5"),
    ];
    let known = DIGESTS.iter().find(|(word, _)| name.contains(word) && !name.starts_with("slh"));
    known.map(|(_, digest)| (*digest).to_owned()).or_else(|| name.starts_with("md2").then(|| "MD2".to_owned()))
}

/// The digest of `RSASSA-PSS-params`, RFC 8017 appendix A.2.3: SHA-1 unless `[0]` names another.
fn pss_digest(parameters: Option<&Any>) -> Option<String> {
    const HASH: Tag = Tag::ContextSpecific { constructed: true, number: TagNumber(0) };
    let fields = elements(FORMAT, parameters.map_or(&[][..], Any::value)).ok()?;
    let Some(hash) = fields.iter().find(|field| field.tag == HASH) else { return Some("SHA-1".to_owned()) };
    let algorithm = Element::only(FORMAT, hash.value).ok()?.children(FORMAT, Tag::Sequence).ok()?;
    algorithm.first()?.oid(FORMAT).ok().map(oid::name)
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
