//! The form of what the program says on standard error: `error:`, `cause:`, `hint:` and `warning:` lines.

/// Names that are written with a capital letter wherever they stand.
const NAMES: &[&str] = &["Java ", "Salesforce "];

/// Checks every line of a failed run's standard error.
pub(crate) fn assert_form(stderr: &str) {
    let mut lines = stderr.lines().peekable();
    let (mut errors, mut hints) = (0, 0);
    while let Some(line) = lines.next() {
        if let Some(text) = line.strip_prefix("error: ") {
            errors += 1;
            let first = text.chars().next().unwrap_or('E');
            let named = NAMES.iter().any(|name| text.starts_with(name));
            assert!(named || !first.is_uppercase(), "an error begins with a small letter: {line}");
            check_text(line);
        } else if let Some(text) = line.strip_prefix("warning: ") {
            assert!(errors == 0, "warnings come before the error:\n{stderr}");
            assert!(!text.is_empty());
            check_text(line);
            while lines.next_if(|next| next.starts_with("  cause: ") || next.starts_with("hint: ")).is_some() {}
        } else if line.starts_with("  cause: ") {
            assert!(errors == 1 && hints == 0, "causes stand under the error:\n{stderr}");
            check_text(line);
        } else if line.starts_with("hint: ") {
            hints += 1;
            assert!(errors == 1, "hints stand under the error:\n{stderr}");
            check_text(line);
        } else {
            panic!("{line:?} is no error, cause, hint or warning:\n{stderr}");
        }
    }
    assert_eq!(errors, 1, "one error is said:\n{stderr}");
    assert!(hints <= 2, "two hints at most:\n{stderr}");
}

fn check_text(line: &str) {
    assert!(!line.ends_with('.'), "no full stop: {line}");
    assert_eq!(line.matches('`').count() % 2, 0, "backticks come in pairs: {line}");
    for word in ["please", "oops", "invalid data", "Some(", "Os {", "Error {", "kind: "] {
        assert!(!line.contains(word), "{word:?} has no place in {line}");
    }
}
