//! The hash of a name by which openssl looks for a certificate in a folder: of SHA-1, over the name without its accidents.

use certwright::crypto::DigestAlgorithm;
use certwright::formats::asn1::{Item, tag, wrap};
use certwright::formats::x509::DistinguishedName;

use super::value::{characters, width};

/// The eight digits of `-subject_hash` and `-issuer_hash`.
pub(crate) fn hash(name: &DistinguishedName) -> String {
    let octets = DigestAlgorithm::Sha1.digest(&canonical(&name.to_der().unwrap_or_default()));
    let first = octets.iter().take(4).rev().map(|octet| format!("{octet:02x}"));
    first.collect()
}

/// The RDNs one after another, each text as UTF-8 in small letters with single spaces.
fn canonical(der: &[u8]) -> Vec<u8> {
    let mut canonical = Vec::new();
    for rdn in Item::only(der).and_then(|name| name.children()).unwrap_or_default() {
        let mut attributes: Vec<Vec<u8>> = Vec::new();
        for attribute in rdn.children().unwrap_or_default() {
            if let [kind, value] = attribute.children().unwrap_or_default().as_slice() {
                attributes.push(wrap(tag::SEQUENCE, &[kind.raw, &plain(value)].concat()));
            }
        }
        attributes.sort();
        canonical.extend(wrap(tag::SET, &attributes.concat()));
    }
    canonical
}

/// A value without what does not tell names apart; one that is no text stays as it is.
fn plain(value: &Item<'_>) -> Vec<u8> {
    // Digits and times are texts elsewhere, and not here.
    let is_text = !matches!(value.identifier, 0x12 | tag::UTC_TIME | tag::GENERALIZED_TIME);
    let width = width(value.identifier).filter(|_| is_text);
    let Some(characters) = width.and_then(|width| characters(value.content, width)) else { return value.raw.to_vec() };
    let text: String = characters.into_iter().filter_map(char::from_u32).collect();
    let is_space = |character: char| matches!(character, ' ' | '\t'..='\r');
    let words: Vec<&str> = text.split(is_space).filter(|word| !word.is_empty()).collect();
    wrap(tag::UTF8_STRING, words.join(" ").to_ascii_lowercase().as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spaces_and_capitals_do_not_count() {
        let of = |name: &str| hash(&DistinguishedName::parse(name).unwrap());
        assert_eq!(of(""), "eea339da");
        assert_eq!(of("CN=Example  Root,O=Acme"), of("CN=\\ example root\\ ,O=ACME"));
        assert_ne!(of("CN=a,O=b"), of("O=b,CN=a"));
    }
}
