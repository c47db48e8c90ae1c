//! PKCS#7 and CMS `SignedData`, RFC 2315 and RFC 5652, as the bag of certificates that `.p7b` files are.
//!
//! Read: the certificates, from DER and BER, whoever signed whatever else is in it; no signature is checked, since a
//! `.p7b` has none. Written: nothing. Refused by name: every other content type, such as envelopedData.

use ::der::{Tag, TagNumber};

use crate::formats::der::{Element, Room, walk};
use crate::formats::x509::Certificate;
use crate::formats::x509::chain::Pool;
use crate::formats::{Error, ber, oid};
use crate::limits::Limits;

const FORMAT: &str = "PKCS#7";

/// The PEM labels: those of RFC 2315's users, of RFC 7468 section 9, and of old Netscape and Windows tools.
pub const LABELS: [&str; 3] = ["PKCS7", "CMS", "PKCS #7 SIGNED DATA"];

const CONSTRUCTED_0: Tag = Tag::ContextSpecific { constructed: true, number: TagNumber(0) };

/// The certificates in a DER or BER `ContentInfo` of type signedData, each chain from its leaf towards the root.
///
/// ```
/// use certwright::{formats::pkcs7, limits::Limits};
///
/// // What `openssl crl2pkcs7 -nocrl` makes of no certificates at all.
/// let empty = b"\x30\x23\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0\x16\x30\x14\x02\x01\x01\x31\x00\
///     \x30\x0b\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01\x31\x00";
/// assert!(pkcs7::certificates(empty, &Limits::default())?.is_empty());
/// # Ok::<(), certwright::formats::Error>(())
/// ```
///
/// # Errors
/// [`Reason::Unsupported`](super::Reason::Unsupported) names another content type;
/// [`Reason::LimitExceeded`](super::Reason::LimitExceeded) for more certificates than [`Limits::entries`];
/// [`Reason::Malformed`](super::Reason::Malformed) for anything else, a certificate that cannot be read included.
pub fn certificates(octets: &[u8], limits: &Limits) -> Result<Vec<Certificate>, Error> {
    let broken = |what: &str| Error::malformed(FORMAT, what);
    let der = ber::to_der(FORMAT, octets)?;
    let content_info = Element::only(FORMAT, der.expose())?.children(FORMAT, Tag::Sequence)?;
    let (content_type, content) = match content_info.as_slice() {
        [content_type] => (content_type.oid(FORMAT)?, None),
        [content_type, content] => (content_type.oid(FORMAT)?, Some(content)),
        _ => return Err(broken("a ContentInfo has a type and a content")),
    };
    if content_type != oid::SIGNED_DATA {
        return Err(Error::unsupported(FORMAT, format!("content of type {}", oid::name(content_type))));
    }
    let content = content.ok_or_else(|| broken("a signedData has no content"))?.expect(FORMAT, CONSTRUCTED_0)?;
    // Digest algorithms and signers may be many, or none (CVE-2026-45447): nothing of them is looked at.
    let parts = Element::only(FORMAT, content)?.children(FORMAT, Tag::Sequence)?;
    let [_version, _digests, _content, rest @ ..] = parts.as_slice() else {
        return Err(broken("a SignedData has at least a version, digest algorithms and a content"));
    };
    let Some(set) = rest.iter().find(|part| part.tag == CONSTRUCTED_0) else { return Ok(Vec::new()) };
    let room = Room { what: "certificates", before: 0, limit: limits.entries };
    let choices = set.many(FORMAT, CONSTRUCTED_0, &room)?;
    // RFC 5652 section 10.2.2: a certificate is a SEQUENCE; attribute certificates and others have tags of their own.
    let found = choices.iter().filter(|choice| choice.tag == Tag::Sequence);
    let found = found.map(|choice| Certificate::from_der(choice.raw)).collect::<Result<Vec<_>, _>>()?;
    Ok(ordered(&found))
}

/// Each chain from its leaf on, the leaves in the order of the file; every certificate once.
fn ordered(found: &[Certificate]) -> Vec<Certificate> {
    let mut pool = Pool::new();
    let mut numbers: Vec<usize> = found.iter().map(|certificate| pool.insert(certificate)).collect();
    numbers.dedup();
    let chains: Vec<Vec<usize>> = numbers.iter().map(|number| pool.chain(*number)).collect();
    let mut is_issuer = vec![false; pool.certificates().len()];
    for issuer in chains.iter().flat_map(|chain| chain.iter().skip(1)) {
        is_issuer[*issuer] = true;
    }
    let mut is_written = vec![false; is_issuer.len()];
    let leaves = chains.iter().filter(|chain| chain.first().is_some_and(|leaf| !is_issuer[*leaf]));
    let mut order = Vec::with_capacity(numbers.len());
    for number in leaves.flatten().chain(&numbers) {
        if !std::mem::replace(&mut is_written[*number], true) {
            order.push(pool.get(*number).clone());
        }
    }
    order
}

/// Whether these octets are a `ContentInfo` of RFC 5652: a SEQUENCE that begins with one of its types.
pub(crate) fn looks_like(outer: &Element<'_>) -> bool {
    let mut parts = walk(FORMAT, outer.value);
    let first = parts.next().and_then(Result::ok).and_then(|first| first.oid(FORMAT).ok());
    first.is_some_and(|id| oid::CONTENT_TYPES.contains(&id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::Reason;
    use crate::formats::der::wrap;
    use crate::formats::x509::chain::issue::Key;

    /// A SignedData with these certificates, around an eContent of type data, with one digest algorithm or none.
    fn signed_data(certificates: &[&Certificate], digests: &[u8]) -> Vec<u8> {
        let all: Vec<&[u8]> = certificates.iter().map(|it| it.der()).collect();
        let seq = |parts: &[&[u8]]| wrap("test", Tag::Sequence, parts).unwrap();
        let id = |last| [0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, last];
        let set = wrap("test", CONSTRUCTED_0, &all).unwrap();
        let digests = wrap("test", Tag::Set, &[digests]).unwrap();
        let inner = seq(&[&[0x02, 0x01, 0x01], &digests, &seq(&[&id(1)]), &set, &[0x31, 0x00]]);
        seq(&[&id(2), &wrap("test", CONSTRUCTED_0, &[&inner]).unwrap()])
    }

    #[test]
    fn certificates_come_leaf_first_whatever_their_order() {
        let (root, middle, leaf) = (Key::generate(), Key::generate(), Key::generate());
        let root_certificate = root.issue("root", "root", &root, 1);
        let middle_certificate = root.issue("root", "middle", &middle, 2);
        let leaf_certificate = middle.issue("middle", "leaf", &leaf, 3);
        let stranger = leaf.issue("alone", "alone", &leaf, 4);
        let file = signed_data(&[&root_certificate, &stranger, &leaf_certificate, &middle_certificate], &[]);
        let read = certificates(&file, &Limits::default()).unwrap();
        assert_eq!(read, [stranger, leaf_certificate, middle_certificate, root_certificate]);
        let fault = certificates(&file, &Limits { entries: 3, ..Limits::default() }).unwrap_err();
        assert_eq!(fault.reason, Reason::LimitExceeded { what: "certificates", asked: 4, limit: 3 });
    }

    #[test]
    fn other_content_is_refused_by_name_and_damage_never_panics() {
        let key = Key::generate();
        let file = signed_data(&[&key.issue("a", "a", &key, 1)], &[]);
        let mut enveloped = file.clone();
        let at = enveloped.windows(2).position(|pair| pair == [0x07, 0x02]).unwrap();
        enveloped[at + 1] = 3;
        let fault = certificates(&enveloped, &Limits::default()).unwrap_err();
        assert_eq!(fault.to_string(), "PKCS#7: content of type envelopedData is not supported");
        for end in 0..file.len() {
            assert!(certificates(&file[..end], &Limits::default()).is_err());
        }
        for index in 0..file.len() {
            let mut flipped = file.clone();
            flipped[index] ^= 0x80;
            drop(certificates(&flipped, &Limits::default()));
        }
    }
}
