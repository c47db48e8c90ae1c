//! Where more is to be had, RFC 5280 sections 4.2.1.13 and 4.2.2, and nameConstraints, section 4.2.1.10.

use certwright::formats::asn1::{Item, tag, wrap};

use super::{general_name, object, sequence, stacked};
use crate::render::openssl::name::{self, NameOptions};

/// The names of ReasonFlags' bits in their order.
const REASONS: [&str; 9] = [
    "Unused",
    "Key Compromise",
    "CA Compromise",
    "Affiliation Changed",
    "Superseded",
    "Cessation Of Operation",
    "Certificate Hold",
    "Privilege Withdrawn",
    "AA Compromise",
];

/// `OCSP - URI:…`, one below another.
pub(super) fn access_descriptions(descriptions: &[Item<'_>], indent: usize) -> Option<String> {
    let mut lines = Vec::new();
    for description in descriptions {
        let parts = sequence(description)?;
        let [method, place] = parts.as_slice() else { return None };
        lines.push(format!("{} - {}", object(method)?, general_name::slashed(place)?));
    }
    Some(stacked(&lines, indent))
}

/// Revocation lists, with openssl's own way of breaking lines: none before the reasons, one too many after a relative name.
pub(super) fn distribution_points(points: &[Item<'_>], indent: usize) -> Option<String> {
    points.iter().map(|point| distribution_point(point, indent)).collect::<Option<Vec<_>>>().map(|all| all.join("\n"))
}

fn distribution_point(point: &Item<'_>, indent: usize) -> Option<String> {
    let mut shown = String::new();
    for part in sequence(point)? {
        match part.identifier & 0x1f {
            0 => {
                let choice = Item::only(part.content).ok()?;
                if choice.identifier == tag::explicit(0) {
                    shown.push_str(&format!("{:indent$}Full Name:\n{}", "", names(&choice, indent)?));
                } else {
                    let relative = relative(&choice);
                    shown.push_str(&format!("{:indent$}Relative Name:\n{:indent$}  {relative}\n", "", ""));
                }
            }
            1 => {
                let set = |at: &usize| part.bits().get(at / 8).is_some_and(|octet| octet & (0x80 >> (at % 8)) != 0);
                let reasons: Vec<_> = (0..REASONS.len()).filter(set).map(|at| REASONS[at]).collect();
                let reasons = if reasons.is_empty() { "<EMPTY>".to_owned() } else { reasons.join(", ") };
                shown.push_str(&format!("{:indent$}Reasons:\n{:indent$}  {reasons}\n", "", ""));
            }
            2 => shown.push_str(&format!("{:indent$}CRL Issuer:\n{}", "", names(&part, indent)?)),
            _ => return None,
        }
    }
    Some(shown)
}

/// A RelativeDistinguishedName, shown as the name that it is alone.
fn relative(choice: &Item<'_>) -> String {
    let name = wrap(tag::SEQUENCE, &wrap(tag::SET, choice.content));
    name::of_der(&name, 0, &NameOptions::ONELINE)
}

fn names(list: &Item<'_>, indent: usize) -> Option<String> {
    let names = list.children().ok()?.iter().map(general_name::spaced).collect::<Option<Vec<_>>>()?;
    Some(stacked(&names, indent + 2))
}

/// What may and what may not be certified.
pub(super) fn name_constraints(parts: &[Item<'_>], indent: usize) -> Option<String> {
    let mut shown = Vec::new();
    for part in parts {
        let title = if part.identifier & 0x1f == 0 { "Permitted" } else { "Excluded" };
        shown.push(format!("{:indent$}{title}:", ""));
        for subtree in part.children().ok()? {
            let base = sequence(&subtree)?.first().copied()?;
            let name = general_name::constraint(&base).or_else(|| general_name::spaced(&base))?;
            shown.push(format!("{:indent$}  {name}", ""));
        }
    }
    Some(shown.join("\n"))
}
