//! What `openssl verify` says of a certificate.

use certwright::formats::x509::path::Path;
use certwright::untrusted::Untrusted;

use super::name::{self, NameOptions};

/// That the certificate in the file `shown` is verified, and with `-show_chain` by which path.
pub(crate) fn verified(shown: &str, path: &Path, with_chain: bool) -> String {
    let mut text = format!("{}: OK\n", Untrusted(shown));
    if with_chain {
        text.push_str("Chain:\n");
        for (depth, certificate) in path.chain.iter().enumerate() {
            let subject = name::text(&certificate.subject(), 0, &NameOptions::ONELINE);
            let mark = if depth < path.untrusted { " (untrusted)" } else { "" };
            text.push_str(&format!("depth={depth}: {subject}{mark}\n"));
        }
    }
    text
}

/// That it is not, and why: each fault behind the name of the certificate that has it.
pub(crate) fn refused(shown: &str, path: &Path) -> String {
    let mut text = String::new();
    for finding in &path.findings {
        let subject = name::text(&finding.subject, 0, &NameOptions::ONELINE);
        let (code, depth, fault) = (finding.fault.code(), finding.depth, finding.fault);
        text.push_str(&format!("{}\nerror {code} at {depth} depth lookup: {fault}\n", Untrusted(&subject)));
    }
    text + &format!("error {}: verification failed\n", Untrusted(shown))
}
