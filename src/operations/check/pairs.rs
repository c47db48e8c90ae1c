//! Files of one name but for the ending, such as `app.key` and `app.crt`, that should be pairs.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::untrusted::Untrusted;

use super::report::{CheckFinding, CheckItem, CheckStatus, CheckedKind};

/// What stands in the files of one name, each as a place among the items.
#[derive(Default)]
struct Namesakes {
    keys: Vec<usize>,
    certificates: Vec<usize>,
}

/// Finds certificates beside a private key of the same name that is not theirs.
pub(super) fn compare(items: &mut [CheckItem]) {
    // The entries of a keystore are judged by themselves.
    let alone = |item: &CheckItem| item.entry.is_none() && item.key.is_some();
    let name = |item: &CheckItem| Path::new(&item.file).with_extension("");
    let mut groups: BTreeMap<PathBuf, Namesakes> = BTreeMap::new();
    let of_kind = |kind| items.iter().enumerate().filter(move |(_, item)| item.kind == kind && alone(item));
    for (index, item) in of_kind(CheckedKind::PrivateKey) {
        groups.entry(name(item)).or_default().keys.push(index);
    }
    // Most trees hold few keys or none, and a name without one has no pair to be.
    for (index, item) in of_kind(CheckedKind::Certificate).filter(|_| !groups.is_empty()).collect::<Vec<_>>() {
        if let Some(group) = groups.get_mut(&name(item)) {
            group.certificates.push(index);
        }
    }
    let mut found: Vec<(usize, String)> = Vec::new();
    for group in groups.values() {
        let is_paired = |index: &usize| group.keys.iter().any(|key| items[*key].key == items[*index].key);
        for certificates in group.certificates.chunk_by(|one, other| items[*one].file == items[*other].file) {
            if let (false, [first, ..]) = (certificates.iter().any(is_paired), certificates) {
                let own = items[*first].file.as_str();
                let keys = || group.keys.iter().map(|key| items[*key].file.as_str());
                // The same each time, whichever file was done first.
                let what = if keys().any(|key| key == own) {
                    "the private key in the same file belongs to another certificate".to_owned()
                } else {
                    let key = keys().min().unwrap_or_default();
                    format!("the private key in `{}` belongs to another certificate", Untrusted(key))
                };
                found.push((*first, what));
            }
        }
    }
    for (index, what) in found {
        items[index].findings.push(CheckFinding::new("key_mismatch", CheckStatus::Critical, what));
        items[index].judge();
    }
}
