//! A server's words without what may be a secret: some answer with the assertion that was sent.

/// What stands where something was left out. It tells nothing of it, its length included.
const LEFT_OUT: &str = "[left out]";

/// The longest run of characters of base64 that is shown.
const LONGEST_RUN: usize = 32;

/// The text with every run left out that is as long as a token, key or signature, but for hexadecimal digits such as a
/// thumbprint's, and UUIDs; cut after `longest` characters.
///
/// ```
/// use certwright::operations::without_secrets;
///
/// let assertion = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiIzTVZHOSJ9.c2lnbmF0dXJl";
/// assert_eq!(without_secrets(&format!("bad assertion {assertion}!"), 80), "bad assertion [left out]");
/// assert_eq!(without_secrets("invalid assertion", 80), "invalid assertion");
/// ```
#[must_use]
pub fn without_secrets(text: &str, longest: usize) -> String {
    let mut shown = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let end = rest.find(|character| !in_token(character)).unwrap_or(rest.len());
        let (run, after) = rest.split_at(end.max(first.len_utf8()));
        shown.push_str(if is_secret(run, shown.ends_with(':')) { LEFT_OUT } else { run });
        rest = after;
    }
    match shown.char_indices().nth(longest) {
        Some((end, _)) => format!("{}…", &shown[..end]),
        None => shown,
    }
}

/// The characters of base64 and base64url, and those that stand between the parts of tokens.
fn in_token(character: char) -> bool {
    character.is_ascii_alphanumeric() || "-_+/=.!%".contains(character)
}

fn is_secret(run: &str, after_colon: bool) -> bool {
    // A JSON object in base64url, whose quote and brace are always these letters: the header of a JWS.
    if run.contains("eyJ") {
        return true;
    }
    if run.len() <= LONGEST_RUN || is_digest(run) || is_uuid(run) {
        return false;
    }
    // An address or a name of words is long as a whole, and short in its parts.
    if after_colon && run.starts_with("//") {
        return run.split(['/', '.']).any(|part| part.len() > LONGEST_RUN && !is_uuid(part));
    }
    !run.split(['/', '.', '_', '-']).all(is_spoken)
}

/// Whether this may be a word or a number. Of the letters and digits of a token, hardly eight stand between two marks.
fn is_spoken(part: &str) -> bool {
    let all = |is: fn(&u8) -> bool| part.as_bytes().iter().all(is);
    match part.len() {
        0..=8 => all(u8::is_ascii_alphanumeric),
        9..=24 => all(u8::is_ascii_alphabetic) || all(u8::is_ascii_digit),
        _ => false,
    }
}

/// SHA-1 or SHA-256 in hexadecimal: 40 or 64 digits of one case.
fn is_digest(run: &str) -> bool {
    let is_hex =
        |range: std::ops::RangeInclusive<u8>| run.bytes().all(|octet| octet.is_ascii_digit() || range.contains(&octet));
    matches!(run.trim_end_matches('.').len(), 40 | 64) && (is_hex(b'a'..=b'f') || is_hex(b'A'..=b'F'))
}

fn is_uuid(run: &str) -> bool {
    let run = run.trim_end_matches('.');
    run.split('-').map(str::len).eq([8, 4, 4, 4, 12])
        && run.bytes().all(|octet| octet == b'-' || octet.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_and_keys_are_left_out_wherever_they_stand() {
        let run = "Ab3".repeat(20);
        for secret in [
            run.as_str(),
            "00DB0000000TfcR!AQQAQFhoK8vTMg_rKA.esrJ2bCs.OOIjJgl.9Cx6O7KqjZmHMLOyVb.U61BU9tm4x",
            "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7+/x=",
            "eyJhbGciOiJSUzI1NiJ9",
            "https//AbcdAbcdAbcdAbcdAbcdAbcdAbcdAbcd1",
        ] {
            for text in [
                secret.to_owned(),
                format!("a '{secret}' b"),
                format!("token={secret}\nb"),
                format!("https://x/{secret}"),
            ] {
                let shown = without_secrets(&text, 1000);
                assert!(
                    !shown.contains(&secret[..8]) && shown.contains(LEFT_OUT) || secret.starts_with("https"),
                    "{shown}"
                );
                assert!(!shown.contains(secret), "{shown}");
            }
        }
    }

    #[test]
    fn what_servers_say_stays() {
        for text in [
            "user hasn't approved this consumer",
            "AADSTS700027: Thumbprint of key used by client: '0123456789ABCDEF0123456789ABCDEF01234567'.",
            "JWT token is invalid. [0123abcd-0123-4567-89ab-0123456789ab]",
            "see https://login.microsoftonline.com/0123abcd-0123-4567-89ab-0123456789ab/oauth2/v2.0/token, and more",
            "JWT_TOKEN_INVALID_PUBLIC_KEY_FINGERPRINT_MISMATCH",
            "日本語 \u{1b}[31m",
        ] {
            assert_eq!(without_secrets(text, 1000), text);
        }
        assert_eq!(without_secrets("äöü", 2), "äö…");
    }
}
