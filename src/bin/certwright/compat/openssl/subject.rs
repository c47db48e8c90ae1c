//! `-subj`: a name in openssl's slash form, also as Git Bash changes it.

use certwright::formats::x509::{DistinguishedName, NameError};
use certwright::untrusted::Untrusted;

use crate::report::Failure;

/// A name that was given, and what is to be said of how it was read.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Subject {
    pub(super) name: DistinguishedName,
    pub(super) notices: Vec<String>,
}

/// One attribute, unescaped.
struct Attribute {
    kind: String,
    value: String,
    /// Whether it stands in one RDN with the one before it.
    joins: bool,
}

/// Reads `/type0=value0/type1=value1`, where `\` takes the next character as it is and `+` joins two attributes.
///
/// What openssl leaves out with a warning, an attribute without value, is left out with a notice; a type that is not
/// known is refused.
///
/// # Errors
/// A usage failure that says what of the text is no name.
pub(super) fn parse(text: &str, is_declared_utf8: bool) -> Result<Subject, Failure> {
    let mut notices = Vec::new();
    let mended = mended(text);
    if let Some(mended) = &mended {
        let (before, after) = (Untrusted(text), Untrusted(mended));
        notices.push(format!("`-subj` arrived as `{before}`, which Git Bash made of a name; it was read as `{after}`"));
    }
    let text = mended.as_deref().unwrap_or(text);
    let wrong = |fault: &str| Failure::usage(format!("`-subj` cannot be used: {fault}"));
    let Some(inner) = text.strip_prefix('/') else {
        return Err(wrong(&format!("`{}` does not begin with `/`", Untrusted(text)))
            .hint("write it as in `-subj \"/C=GB/O=Example Ltd/CN=example.com\"`"));
    };
    if !text.is_ascii() && !is_declared_utf8 {
        notices.push("`-subj` was read as UTF-8, as with `-utf8`".to_owned());
    }
    let mut slashes = String::new();
    for attribute in attributes(inner).map_err(|fault| wrong(&fault))? {
        if attribute.value.is_empty() {
            notices.push(format!("`{}` has no value in `-subj` and was left out", Untrusted(&attribute.kind)));
            continue;
        }
        slashes.push(if attribute.joins && !slashes.is_empty() { '+' } else { '/' });
        slashes.push_str(&escaped(&attribute.kind, &attribute.value));
    }
    let name = DistinguishedName::parse(&slashes).map_err(|fault| wrong(&fault.to_string()))?;
    Ok(Subject { name, notices })
}

/// One attribute in the form that the library reads, whatever the value holds.
pub(super) fn escaped(kind: &str, value: &str) -> String {
    let mut text = format!("{kind}=");
    for character in value.chars() {
        if matches!(character, '\\' | '/' | '+') || character.is_ascii_whitespace() {
            text.push('\\');
        }
        text.push(character);
    }
    text
}

fn attributes(text: &str) -> Result<Vec<Attribute>, String> {
    let mut attributes = Vec::new();
    let mut joins = false;
    let mut rest = text;
    while !rest.is_empty() {
        let (kind, after) =
            rest.split_once('=').ok_or_else(|| format!("`=` is missing after `{}`", Untrusted(rest)))?;
        let mut value = String::new();
        let mut next_joins = false;
        let mut characters = after.chars();
        while let Some(character) = characters.next() {
            match character {
                '\\' => value.push(characters.next().ok_or("it ends with the escape character `\\`")?),
                '/' => break,
                '+' => {
                    next_joins = true;
                    break;
                }
                other => value.push(other),
            }
        }
        // openssl takes a second `/` for a part of the next type, which it then leaves out.
        let kind = kind.trim_start_matches('/').trim_ascii().to_owned();
        attributes.push(Attribute { kind, value, joins });
        (joins, rest) = (next_joins, characters.as_str());
    }
    Ok(attributes)
}

/// What was typed, where Git Bash has changed it or its reader wrote around that.
///
/// MSYS takes `/CN=x` for a path and puts its own folder before it: `C:/Program Files/Git/CN=x`. The known way round
/// is `//CN=x\O=y`, of which MSYS makes `/CN=x\O=y`, and other shells nothing.
fn mended(text: &str) -> Option<String> {
    let is_path = matches!(text.as_bytes(), [drive, b':', b'/' | b'\\', ..] if drive.is_ascii_alphabetic());
    if is_path {
        let (at, separator) = text
            .char_indices()
            .find(|(at, character)| matches!(character, '/' | '\\') && names_attribute(&text[at + 1..]))?;
        let name = &text[at + 1..];
        return Some(if separator == '\\' { format!("/{}", with_slashes(name)) } else { format!("/{name}") });
    }
    let name = text.trim_start_matches('/');
    let slashes = text.len() - name.len();
    let turned = with_slashes(name);
    match slashes {
        0 => None,
        1 if turned == name => None,
        _ => Some(format!("/{turned}")),
    }
}

/// The same with `/` for each `\` that stands before an attribute.
fn with_slashes(name: &str) -> String {
    let mut turned = String::new();
    for (at, character) in name.char_indices() {
        let begins = character == '\\' && !name[..at].ends_with('\\') && names_attribute(&name[at + 1..]);
        turned.push(if begins { '/' } else { character });
    }
    turned
}

/// Whether `text` begins with the keyword of an attribute, or a dotted OID, and `=`.
fn names_attribute(text: &str) -> bool {
    let Some((keyword, _)) = text.split_once('=') else { return false };
    let is_word = |character: char| character.is_ascii_alphanumeric() || character == '.';
    keyword.starts_with(|first: char| first.is_ascii_alphanumeric())
        && keyword.chars().all(is_word)
        && !matches!(DistinguishedName::parse(&format!("/{keyword}=x")), Err(NameError::UnknownAttribute { .. }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> String {
        parse(text, true).map_or_else(|failure| failure.message, |subject| subject.name.to_string())
    }

    #[test]
    fn names_are_read_as_openssl_reads_them() {
        for (text, read) in [
            ("/CN=x", "CN=x"),
            ("/C=DE/O=Acme, Inc./CN=a b", r"CN=a b,O=Acme\, Inc.,C=DE"),
            (r"/O=A\/B \+ C\\D/CN=x", r"CN=x,O=A/B \+ C\\D"),
            ("/OU=a+CN=b/O=c", "O=c,CN=b+OU=a"),
            ("/CN= x ", r"CN=\ x\ "),
            ("/CN=https://example.com", "`-subj` cannot be used: `=` is missing after `/example.com`"),
            ("/CN=x//O=y", "O=y,CN=x"),
            ("/CN=x/", "CN=x"),
            ("/", ""),
            ("/CN=Müller", "CN=Müller"),
            ("/CN=x/O", "`-subj` cannot be used: `=` is missing after `O`"),
            (r"/CN=x\", r"`-subj` cannot be used: it ends with the escape character `\`"),
            ("CN=x,O=y", "`-subj` cannot be used: `CN=x,O=y` does not begin with `/`"),
            (
                "/C=DEU",
                "`-subj` cannot be used: `DEU` is no country: `C` takes the two letters of ISO 3166, such as `DE`",
            ),
        ] {
            assert_eq!(name(text), read, "{text}");
        }
        assert!(name("/XX=x/CN=y").starts_with("`-subj` cannot be used: `XX` is no attribute known by name"));
    }

    #[test]
    fn what_is_left_out_is_told() {
        let subject = parse("/C=/ST=+CN=x", false).unwrap();
        assert_eq!(subject.name.to_string(), "CN=x");
        assert_eq!(
            subject.notices,
            ["`C` has no value in `-subj` and was left out", "`ST` has no value in `-subj` and was left out"]
        );
        assert_eq!(parse("/CN=ü", false).unwrap().notices, ["`-subj` was read as UTF-8, as with `-utf8`"]);
    }

    #[test]
    fn what_git_bash_makes_of_a_name_is_mended() {
        for (arrived, typed) in [
            ("C:/Program Files/Git/CN=x", "/CN=x"),
            ("C:/Program Files/Git/C=US/ST=New York/O=Acme/CN=a.example", "/C=US/ST=New York/O=Acme/CN=a.example"),
            ("D:/PortableGit/CN=x/emailAddress=a@b.example", "/CN=x/emailAddress=a@b.example"),
            ("C:/Users/me/AppData/Local/Programs/Git/CN=localhost", "/CN=localhost"),
            ("c:/msys64/2.5.4.3=x", "/2.5.4.3=x"),
            (r"C:\Program Files\Git\CN=x", "/CN=x"),
            (r"C:\Program Files\Git\C=US\O=A B\CN=x", "/C=US/O=A B/CN=x"),
            (r"C:/Program Files/Git/O=A\/B/CN=x", r"/O=A\/B/CN=x"),
            ("C:/Program Files/Git/CN=svc/host.example", "/CN=svc/host.example"),
            ("//CN=x", "/CN=x"),
            (r"//CN=x\O=y", "/CN=x/O=y"),
            (r"/CN=x\O=y z\C=DE", "/CN=x/O=y z/C=DE"),
            (r"//C=US\ST=New York/O=mixed\CN=x", "/C=US/ST=New York/O=mixed/CN=x"),
        ] {
            assert_eq!(mended(arrived).as_deref(), Some(typed), "{arrived}");
        }
        for kept in
            ["/CN=x", r"/CN=a\/b", r"/O=A\+B/CN=x", r"/CN=a\=b", "/", "CN=x", "C:/no/name", r"/CN=x\\O=y", "/CN=C:/x"]
        {
            assert_eq!(mended(kept), None, "{kept}");
        }
        let notice = &parse("C:/Program Files/Git/CN=x", false).unwrap().notices[0];
        assert!(
            notice.starts_with("`-subj` arrived as `C:/Program Files/Git/CN=x`") && notice.ends_with("read as `/CN=x`")
        );
    }
}
