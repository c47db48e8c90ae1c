//! keytool's warnings of weak keys and signatures.

use certwright::formats::x509::Certificate;
use certwright::untrusted::Untrusted;

use crate::compat::session::Session;
use crate::printer::Warning;
use crate::render::keytool::certificate;

/// Says once of each certificate what is weak about it.
pub(super) fn warn<'a>(certificates: impl IntoIterator<Item = &'a Certificate>, session: &Session<'_>) {
    let mut told: Vec<&Certificate> = Vec::new();
    for it in certificates {
        if told.contains(&it) {
            continue;
        }
        told.push(it);
        for weakness in certificate::weaknesses(it) {
            let subject = it.subject().to_string();
            let warning = Warning::new(format!("the certificate of `{}` {weakness}", Untrusted(&subject)));
            session.context.printer.warning(&warning);
        }
    }
}
