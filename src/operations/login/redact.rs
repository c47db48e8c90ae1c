//! Strikes out what a server repeats of the credentials that were sent to it.

use std::collections::HashSet;
use std::fmt::Write as _;

use zeroize::Zeroizing;

use crate::http::Field;

/// What stands in place of a credential.
const MARK: &str = "[redacted]";

/// The longest text of a server that is kept, in octets: errors are sentences, not pages.
const LONGEST: usize = 2048;

/// The parts of the credentials that were sent, in small letters. Wiped on drop.
pub(super) struct Redaction {
    /// Each credential with the shortest part of it that must not be shown.
    secrets: Vec<(Zeroizing<String>, usize)>,
}

impl Redaction {
    /// What must not be repeated of a form.
    pub(super) fn of(fields: &[Field<'_>]) -> Self {
        let secrets = fields.iter().flat_map(|field| {
            let shortest = match field.name {
                // The header of an assertion is the same for everyone; less of it than this tells nothing.
                "assertion" | "client_assertion" => 20,
                "client_secret" => 8,
                _ => return Vec::new(),
            };
            let plain = Zeroizing::new(field.value.to_ascii_lowercase());
            let posted = percent_encoded(&plain);
            let mut forms = vec![plain];
            // A server that repeats the form as it came repeats it so.
            if forms[0] != posted {
                forms.push(posted);
            }
            let shown = |form: Zeroizing<String>| (!form.is_empty()).then(|| (shortest.min(form.len()), form));
            forms.into_iter().filter_map(shown).map(|(shortest, form)| (form, shortest)).collect()
        });
        Self { secrets: secrets.collect() }
    }

    /// `text` with each part of a credential replaced, and no longer than a few sentences.
    pub(super) fn apply(&self, text: &str) -> String {
        let text = cut(text);
        let lower = Zeroizing::new(text.to_ascii_lowercase());
        let octets = lower.as_bytes();
        let mut secret = vec![false; octets.len()];
        for (value, shortest) in &self.secrets {
            let parts: HashSet<&[u8]> = value.as_bytes().windows(*shortest).collect();
            for (at, part) in octets.windows(*shortest).enumerate() {
                if parts.contains(part) {
                    secret[at..at + shortest].fill(true);
                }
            }
        }
        let mut shown = String::with_capacity(text.len());
        let mut before = false;
        for (at, character) in text.char_indices() {
            match (secret[at], before) {
                (false, _) => shown.push(character),
                (true, false) => shown.push_str(MARK),
                (true, true) => {}
            }
            before = secret[at];
        }
        shown
    }
}

/// A value, in small letters, as a form has it: the WHATWG's URL standard, section 5.2.
fn percent_encoded(value: &str) -> Zeroizing<String> {
    // Room for all, so that no copy is left behind.
    let mut encoded = Zeroizing::new(String::with_capacity(3 * value.len()));
    for octet in value.bytes() {
        match octet {
            b'a'..=b'z' | b'0'..=b'9' | b'*' | b'-' | b'.' | b'_' => encoded.push(char::from(octet)),
            b' ' => encoded.push('+'),
            // Writing to a String cannot fail.
            _ => drop(write!(encoded, "%{octet:02x}")),
        }
    }
    encoded
}

/// The beginning of `text`, and a mark where there is more.
fn cut(text: &str) -> String {
    if text.len() <= LONGEST {
        return text.to_owned();
    }
    let end = (0..=LONGEST).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default();
    format!("{}…", &text[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    const ASSERTION: &str =
        "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJjb25zdW1lciIsInN1YiI6InVzZXIifQ.c2lnbmF0dXJlLW9mLXRoZS1hc3NlcnRpb24";

    fn redaction() -> Redaction {
        Redaction::of(&[
            Field { name: "assertion", value: ASSERTION },
            Field { name: "client_secret", value: "bX9-secret-Zk2" },
            Field { name: "client_id", value: "consumer-key-that-is-no-secret" },
        ])
    }

    #[test]
    fn what_was_sent_is_struck_out_however_it_is_repeated() {
        let redaction = redaction();
        let signature = ASSERTION.rsplit('.').next().unwrap();
        for (said, shown) in [
            (format!("bad assertion {ASSERTION}!"), "bad assertion [redacted]!".to_owned()),
            (format!("signature {signature}"), "signature [redacted]".to_owned()),
            (format!("é{}ü", &signature[3..23]), "é[redacted]ü".to_owned()),
            (signature.to_ascii_uppercase(), "[redacted]".to_owned()),
            ("secret bX9-secret-Zk2".to_owned(), "secret [redacted]".to_owned()),
            ("part 9-secret-Z".to_owned(), "part [redacted]".to_owned()),
        ] {
            assert_eq!(redaction.apply(&said), shown, "{said}");
        }
    }

    #[test]
    fn a_secret_is_struck_out_as_the_form_has_it_too() {
        let redaction = Redaction::of(&[Field { name: "client_secret", value: "a/b+C d=e&f" }]);
        for said in ["a/b+C d=e&f", "a%2Fb%2BC+d%3De%26f", "a%2fb%2bc+d%3de%26f"] {
            assert_eq!(redaction.apply(&format!("form {said}.")), "form [redacted].", "{said}");
        }
    }

    #[test]
    fn what_is_no_secret_stays() {
        let redaction = redaction();
        for text in ["user hasn’t approved this consumer", "", "consumer-key-that-is-no-secret", &ASSERTION[30..49]] {
            assert_eq!(redaction.apply(text), text);
        }
    }

    #[test]
    fn a_page_is_cut_short() {
        let shown = redaction().apply(&"ü".repeat(5000));
        assert!(shown.len() <= LONGEST + 3 && shown.ends_with("ü…"), "{}", shown.len());
    }
}
