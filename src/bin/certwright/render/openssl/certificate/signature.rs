//! Signatures and the algorithms that they name, of certificates and of requests.

use certwright::formats::asn1::{Item, tag};

use crate::render::openssl::hex;
use crate::render::openssl::objects::long_name;

/// So many octets of a signature stand on a line.
const PER_LINE: usize = 18;

/// So many spaces stand before them.
const INDENT: usize = 8;

/// The name of the algorithm in the DER of an AlgorithmIdentifier, with what RSASSA-PSS needs besides, and a line's end.
pub(crate) fn algorithm(der: &[u8]) -> String {
    let (name, parameters) = parts(der);
    format!("{name}{parameters}")
}

/// The end of `-text`: the algorithm once more, and the signature's octets.
pub(crate) fn signature(identifier: &[u8], octets: &[u8]) -> String {
    let (name, parameters) = parts(identifier);
    let octets = hex::lines(octets, PER_LINE, INDENT);
    format!("    Signature Algorithm: {name}\n    Signature Value:{parameters}{octets}")
}

/// The algorithm's name, and the lines of its parameters from the end of its own line on.
fn parts(der: &[u8]) -> (String, String) {
    let parts = Item::only(der).and_then(|identifier| identifier.children()).unwrap_or_default();
    let oid = parts.first().and_then(Item::oid).unwrap_or_default();
    let parameters = if oid == "1.2.840.113549.1.1.10" { pss(parts.get(1)) } else { "\n".to_owned() };
    (long_name(&oid).to_owned(), parameters)
}

/// `RSASSA-PSS-params`, RFC 8017 appendix A.2.3, with the defaults named as such, and openssl's spaces.
fn pss(parameters: Option<&Item<'_>>) -> String {
    let fields = parameters.and_then(|sequence| sequence.children().ok()).unwrap_or_default();
    let inner = |number| {
        let field = fields.iter().find(|field| field.identifier == tag::explicit(number))?;
        Item::only(field.content).ok()
    };
    let name = |item: &Item<'_>| Some(long_name(&item.children().ok()?.first()?.oid()?).to_owned());
    let digest = inner(0).and_then(|it| name(&it)).unwrap_or_else(|| "sha1 (default)".to_owned());
    let mask = inner(1).and_then(|it| {
        let digest = it.children().ok()?.get(1).and_then(name)?;
        Some(format!("{} with {digest}", name(&it)?))
    });
    let mask = mask.unwrap_or_else(|| "mgf1 with sha1 (default)".to_owned());
    let number = |number, default: &str| {
        let stated = inner(number).map(|it| it.content.iter().map(|octet| format!("{octet:02X}")).collect());
        stated.unwrap_or_else(|| format!("{default} (default)"))
    };
    let (salt, trailer) = (number(2, "14"), number(3, "01"));
    format!(
        "{0:INDENT$}\n{0:INDENT$}Hash Algorithm: {digest}\n{0:INDENT$}Mask Algorithm: {mask}\n\
         {0:INDENT$} Salt Length: 0x{salt}\n{0:INDENT$}Trailer Field: 0x{trailer}\n",
        "",
    )
}
