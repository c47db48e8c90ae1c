//! Signatures and the algorithms that they name, of certificates and of requests.

use certwright::formats::asn1::{Item, tag};

use super::super::extensions::integer;
use super::super::hex;
use super::super::objects::long_name;

/// So many octets of a signature stand on a line.
const PER_LINE: usize = 18;

/// The name of the algorithm in the DER of an AlgorithmIdentifier, with the end of its line; below it, behind `indent`
/// spaces, what RSASSA-PSS needs besides.
pub(crate) fn algorithm(der: &[u8], indent: usize) -> String {
    let parts = Item::only(der).and_then(|identifier| identifier.children()).unwrap_or_default();
    let oid = parts.first().and_then(Item::oid).unwrap_or_default();
    let mut shown = format!("{}\n", long_name(&oid));
    if oid == "1.2.840.113549.1.1.10" {
        shown.push_str(&pss(parts.get(1), indent));
    }
    shown
}

/// The end of `-text`: the algorithm once more, and the signature's octets.
pub(crate) fn signature(identifier: &[u8], octets: &[u8]) -> String {
    let algorithm = algorithm(identifier, 8);
    format!("    Signature Algorithm: {algorithm}    Signature Value:\n{}", hex::lines(octets, PER_LINE, 8))
}

/// `RSASSA-PSS-params`, RFC 8017 appendix A.2.3, with the defaults named as such.
fn pss(parameters: Option<&Item<'_>>, indent: usize) -> String {
    let fields = parameters.and_then(|sequence| sequence.children().ok()).unwrap_or_default();
    let field = |number| fields.iter().find(|field| field.identifier == tag::explicit(number));
    let name = |item: &Item<'_>| Some(long_name(&item.children().ok()?.first()?.oid()?).to_owned());
    let inner = |number| Item::only(field(number)?.content).ok();
    let digest = inner(0).and_then(|it| name(&it)).unwrap_or_else(|| "sha1 (default)".to_owned());
    let mask = inner(1).and_then(|it| {
        let parts = it.children().ok()?;
        Some(format!("{} with {}", name(&it)?, name(parts.get(1)?)?))
    });
    let mask = mask.unwrap_or_else(|| "mgf1 with sha1 (default)".to_owned());
    let number = |number: u8, default: &str| {
        inner(number).map_or_else(|| format!("0x{default} (default)"), |it| hexadecimal(it.content))
    };
    format!(
        "{0:indent$}Hash Algorithm: {digest}\n{0:indent$}Mask Algorithm: {mask}\n{0:indent$}Salt Length: {1}\n\
         {0:indent$}Trailer Field: {2}\n",
        "",
        number(2, "14"),
        number(3, "01"),
    )
}

fn hexadecimal(octets: &[u8]) -> String {
    integer(octets).parse::<u64>().map_or_else(|_| integer(octets), |number| format!("0x{number:02X}"))
}
