//! Policies that a certificate was issued under, RFC 5280 sections 4.2.1.4, 4.2.1.5 and 4.2.1.11.

use certwright::formats::asn1::{Item, tag};

use super::{expect, integer, joined, object, sequence, text};

/// The policies with their qualifiers.
pub(super) fn policies(policies: &[Item<'_>], indent: usize) -> Option<String> {
    let mut lines = Vec::new();
    for policy in policies {
        let parts = sequence(policy)?;
        lines.push(format!("{:indent$}Policy: {}", "", object(parts.first()?)?));
        for qualifier in parts.get(1).map(sequence).unwrap_or_default().unwrap_or_default() {
            lines.push(qualified(&sequence(&qualifier)?, indent + 2)?);
        }
    }
    Some(lines.join("\n"))
}

fn qualified(parts: &[Item<'_>], indent: usize) -> Option<String> {
    let [kind, value] = parts else { return None };
    match kind.oid()?.as_str() {
        "1.3.6.1.5.5.7.2.1" => Some(format!("{:indent$}CPS: {}", "", text(value.content))),
        "1.3.6.1.5.5.7.2.2" => {
            let mut lines = vec![format!("{:indent$}User Notice:", "")];
            lines.extend(notice(&sequence(value)?, indent + 2)?);
            Some(lines.join("\n"))
        }
        other => Some(format!("{:indent$}Unknown Qualifier: {other}", "")),
    }
}

fn notice(parts: &[Item<'_>], indent: usize) -> Option<Vec<String>> {
    let mut lines = Vec::new();
    for part in parts {
        if part.identifier != tag::SEQUENCE {
            lines.push(format!("{:indent$}Explicit Text: {}", "", display_text(part)));
            continue;
        }
        let reference = sequence(part)?;
        let [organization, numbers] = reference.as_slice() else { return None };
        lines.push(format!("{:indent$}Organization: {}", "", display_text(organization)));
        let numbers: Vec<String> = sequence(numbers)?.iter().map(|number| integer(number.content)).collect();
        let s = if numbers.len() > 1 { "s" } else { "" };
        lines.push(format!("{:indent$}Number{s}: {}", "", numbers.join(", ")));
    }
    Some(lines)
}

/// A DisplayText, which openssl shows octet for octet.
/// As far as openssl shows it: to the first NUL, which in a BMPString may be the first octet.
fn display_text(item: &Item<'_>) -> String {
    text(item.content.split(|octet| *octet == 0).next().unwrap_or_default())
}

/// Policies of one domain and their equals in another.
pub(super) fn mappings(mappings: &[Item<'_>]) -> Option<String> {
    let mut words = Vec::new();
    for mapping in mappings {
        let parts = sequence(mapping)?;
        let [issuer, subject] = parts.as_slice() else { return None };
        words.push(format!("{}:{}", object(issuer)?, object(subject)?));
    }
    Some(joined(&words))
}

/// policyConstraints.
pub(super) fn constraints(parts: &[Item<'_>]) -> Option<String> {
    let mut words = Vec::new();
    for part in parts {
        let name = match part.identifier & 0x1f {
            0 => "Require Explicit Policy",
            1 => "Inhibit Policy Mapping",
            _ => return None,
        };
        words.push(format!("{name}:{}", integer(expect(part, part.identifier)?)));
    }
    Some(joined(&words))
}
