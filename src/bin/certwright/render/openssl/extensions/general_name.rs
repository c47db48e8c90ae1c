//! `GeneralName`, RFC 5280 section 4.2.1.6, in openssl's two ways of showing it.

use certwright::formats::asn1::{Item, tag};

use super::{joined as commas, text};
use crate::render::openssl::name::{self, NameOptions};
use crate::render::openssl::objects::long_name;

/// The kinds by their tag number.
const OTHER_NAME: u8 = 0;
const EMAIL: u8 = 1;
const DNS: u8 = 2;
const X400: u8 = 3;
const DIRECTORY: u8 = 4;
const EDI: u8 = 5;
const URI: u8 = 6;
const IP: u8 = 7;
const REGISTERED_ID: u8 = 8;

/// The names with commas between.
pub(super) fn joined(names: &[Item<'_>]) -> Option<String> {
    names.iter().map(slashed).collect::<Option<Vec<_>>>().map(|names| commas(&names))
}

/// One name where directory names have the slash form: alternative names, issuers, places of information.
pub(super) fn slashed(item: &Item<'_>) -> Option<String> {
    shown(item, name::slashes_of_der)
}

/// One name where directory names are written `CN = x`: revocation lists, constraints.
pub(super) fn spaced(item: &Item<'_>) -> Option<String> {
    shown(item, |der| name::of_der(der, 0, &NameOptions::ONELINE))
}

fn shown(item: &Item<'_>, directory: fn(&[u8]) -> String) -> Option<String> {
    if item.identifier & 0xc0 != 0x80 {
        return None;
    }
    Some(match item.identifier & 0x1f {
        OTHER_NAME => other_name(item)?,
        EMAIL => format!("email:{}", text(item.content)),
        DNS => format!("DNS:{}", text(item.content)),
        X400 => "X400Name:<unsupported>".to_owned(),
        DIRECTORY => format!("DirName:{}", directory(item.children().ok()?.first()?.raw)),
        EDI => "EdiPartyName:<unsupported>".to_owned(),
        URI => format!("URI:{}", text(item.content)),
        IP => format!("IP Address:{}", address(item.content).unwrap_or_else(|| "<invalid>".to_owned())),
        REGISTERED_ID => format!("Registered ID:{}", long_name(&item.oid()?)),
        _ => return None,
    })
}

fn other_name(item: &Item<'_>) -> Option<String> {
    let parts = item.children().ok()?;
    let [kind, value] = parts.as_slice() else { return None };
    let value = Item::only(value.content).ok()?;
    let oid = kind.oid()?;
    let kind = match oid.as_str() {
        "1.3.6.1.4.1.311.20.2.3" => "UPN",
        "1.3.6.1.5.5.7.8.5" => "XmppAddr",
        "1.3.6.1.5.5.7.8.7" => "SRVName",
        "1.3.6.1.5.5.7.8.8" => "NAIRealm",
        "1.3.6.1.5.5.7.8.9" => "SmtpUTF8Mailbox",
        other => long_name(other),
    };
    let value = match value.identifier {
        tag::UTF8_STRING | tag::IA5_STRING => text(value.content),
        _ => "<unsupported>".to_owned(),
    };
    Some(format!("othername: {kind}::{value}"))
}

/// An address of version 4, or one of version 6 with no group left out.
pub(super) fn address(octets: &[u8]) -> Option<String> {
    match octets.len() {
        4 => Some(octets.iter().map(u8::to_string).collect::<Vec<_>>().join(".")),
        16 => {
            let groups = octets.chunks_exact(2).map(|pair| u16::from(pair[0]) << 8 | u16::from(pair[1]));
            Some(groups.map(|group| format!("{group:X}")).collect::<Vec<_>>().join(":"))
        }
        _ => None,
    }
}

/// The address and mask of a constraint, or `None` for a name of another kind.
pub(super) fn constraint(item: &Item<'_>) -> Option<String> {
    if item.identifier != tag::implicit(IP) {
        return None;
    }
    let (base, mask) = item.content.split_at_checked(item.content.len() / 2)?;
    match (address(base), address(mask)) {
        (Some(base), Some(mask)) => Some(format!("IP:{base}/{mask}")),
        _ => Some("IP Address:<invalid>".to_owned()),
    }
}
