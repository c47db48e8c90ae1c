//! Advice for those who only look: how to open what stayed locked, and nothing of files that would have been written.

use certwright::untrusted::Untrusted;

use super::Failure;
use super::hints::OWN_PASSWORD;

impl Failure {
    /// The failure to someone who only looks, who is asked for no password unless `--passin` says so.
    pub(crate) fn while_looking(mut self) -> Self {
        if self.kind == "wrong_password" {
            let hint = match self.hints.iter().any(|hint| hint.ends_with(OWN_PASSWORD)) {
                true => OWN_PASSWORD,
                false => {
                    "say where the right password is with `--passin file:PATH`, or be asked with `--passin prompt`"
                }
            };
            self.hints = vec![hint.to_owned()];
        }
        for hint in &mut self.hints {
            if let Some(rest) = hint.strip_prefix("nothing was written; ") {
                *hint = rest.to_owned();
            }
        }
        if self.kind == "not_a_file" {
            self.hints.push("to see what belongs together in a folder, run `certwright verify DIR`".to_owned());
        }
        self
    }
}

/// What to add to see what is in `files`, which stayed locked; `some_given` says that there were passwords for others.
/// `None` when nothing is locked.
pub(crate) fn how_to_open(files: &[&str], some_given: bool) -> Option<String> {
    let [first, others @ ..] = files else { return None };
    let more = match others.len() {
        0 => "is".to_owned(),
        1 => "and one other file are".to_owned(),
        more => format!("and {more} other files are"),
    };
    let option = if some_given { "one more `--passin prompt`" } else { "`--passin prompt`" };
    Some(format!("`{}` {more} locked; to see all of it, add {option} or `--passin file:PATH`", Untrusted(first)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_looks_is_told_nothing_of_writing() {
        let failure = Failure::new("malformed", crate::exit::ExitStatus::Failed, "x").hint("nothing was written; look");
        assert_eq!(failure.while_looking().hints, ["look"]);
        let wrong = Failure::new("wrong_password", crate::exit::ExitStatus::Failed, "x").hint("y").while_looking();
        assert!(wrong.hints.len() == 1 && wrong.hints[0].contains("`--passin prompt`"), "{wrong:?}");
    }

    #[test]
    fn it_names_one_file_and_counts_the_others() {
        assert_eq!(how_to_open(&[], false), None);
        let one = how_to_open(&["a.p12"], false).unwrap();
        assert_eq!(one, "`a.p12` is locked; to see all of it, add `--passin prompt` or `--passin file:PATH`");
        assert!(how_to_open(&["a", "b", "c"], true).unwrap().starts_with("`a` and 2 other files are locked; "));
    }
}
