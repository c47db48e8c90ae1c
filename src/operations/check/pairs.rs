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
    let mut groups: BTreeMap<PathBuf, Namesakes> = BTreeMap::new();
    for (index, item) in items.iter().enumerate() {
        // The entries of a keystore are judged by themselves.
        if item.entry.is_some() || item.key.is_none() {
            continue;
        }
        let group = groups.entry(Path::new(&item.file).with_extension("")).or_default();
        match item.kind {
            CheckedKind::PrivateKey => group.keys.push(index),
            CheckedKind::Certificate => group.certificates.push(index),
            _ => {}
        }
    }
    let mut found: Vec<(usize, String)> = Vec::new();
    for group in groups.values().filter(|group| !group.keys.is_empty()) {
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
