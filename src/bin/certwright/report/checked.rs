//! What to do about what a check found: one line for each common kind, with the first thing of it as the example.

use std::path::Path;

use certwright::operations::{CheckItem, CheckOnly, CheckReport, CheckStatus};

use super::word;

/// At most this many pieces of advice stand below a report.
const MOST: usize = 4;

/// What to do, the worst first.
pub(crate) fn what_to_do(report: &CheckReport) -> Vec<String> {
    let mut advised: Vec<(&str, String)> = Vec::new();
    for item in report.items.iter().filter(|item| item.status != CheckStatus::Ok) {
        for finding in &item.findings {
            let Some((topic, advice)) = advice(finding.kind, item, report.only) else { continue };
            if advised.iter().all(|(known, _)| *known != topic) {
                advised.push((topic, advice));
            }
        }
        if advised.len() >= MOST {
            break;
        }
    }
    advised.truncate(MOST);
    advised.into_iter().map(|(_, advice)| advice).collect()
}

/// The advice for a kind of finding, and what it is about: each is given once.
fn advice(kind: &str, item: &CheckItem, only: Option<CheckOnly>) -> Option<(&'static str, String)> {
    let file = word(&item.file);
    let folder = Path::new(&item.file).parent().and_then(Path::to_str).filter(|folder| !folder.is_empty());
    let folder = word(folder.unwrap_or("."));
    Some(match kind {
        "expired" | "expires_soon" => (
            "end",
            format!("to find the key and all that goes with it, run `certwright check {folder} --find-partner {file}`"),
        ),
        "exposed_key" => ("exposure", format!("to close it to all but its owner, run `chmod 600 {file}`")),
        "key_mismatch" => {
            ("pair", format!("to see what belongs together in its folder, run `certwright verify {folder}`"))
        }
        "locked" => ("lock", format!("to look into it, add `--passin {file}=file:PATH`")),
        "wrong_password" => ("lock", format!("say where its password is with `--passin {file}=file:PATH`")),
        // Neither option is of use for a file: it holds what it holds.
        "nothing_found" if !Path::new(&item.file).is_dir() => {
            let wanted = match only {
                Some(CheckOnly::Expiry) => "certificates",
                _ => "certificates, keys or requests",
            };
            ("nothing_in_file", format!("name files that hold {wanted}, or the folder that they are in"))
        }
        "nothing_found" => {
            ("nothing", "add `--recursive` for the folders in it, or `--allow-empty` where that is no fault".to_owned())
        }
        "close_primes" | "roca" | "short_modulus" | "short_key" | "shared_prime" | "small_factor" | "exponent_one" => (
            "weakness",
            format!(
                "to see what that means, run `certwright inspect {file}`; a new key is made with `certwright genkey`"
            ),
        ),
        _ => return None,
    })
}
