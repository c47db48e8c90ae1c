//! What a set may be called: a name that is one file's name on every system, and nothing else.

/// As many characters as a name has at most; the longest file made of it stays well under what file systems take.
const LONGEST: usize = 100;

/// Names that Windows gives to devices, whatever follows them after a dot.
const DEVICES: &[&str] = &["aux", "con", "conin$", "conout$", "nul", "prn"];

/// Checks the name of a set, which becomes the name of its folder and the beginning of its files' names.
///
/// # Errors
/// What is wrong with it, as a phrase.
pub(crate) fn check_name(name: &str) -> Result<(), String> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    if name.is_empty() {
        return Err("it is empty".to_owned());
    }
    if name.chars().count() > LONGEST {
        return Err(format!("it has {} characters, and the limit is {LONGEST}", name.chars().count()));
    }
    if !name.chars().all(is_plain) {
        return Err("it has other characters than letters from a to z, digits, `.`, `_` and `-`".to_owned());
    }
    if !name.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        return Err("it begins with neither a letter nor a digit".to_owned());
    }
    if name.ends_with('.') {
        return Err("it ends with a dot, which Windows leaves out".to_owned());
    }
    let stem = name.split('.').next().unwrap_or_default().to_ascii_lowercase();
    let is_port = |kind: &str| {
        stem.strip_prefix(kind)
            .is_some_and(|rest| rest.len() == 1 && rest != "0" && rest.bytes().all(|it| it.is_ascii_digit()))
    };
    if DEVICES.contains(&stem.as_str()) || is_port("com") || is_port("lpt") {
        return Err("it is a device's name on Windows".to_owned());
    }
    Ok(())
}
