//! Several commands that were pasted as one line, as a tutorial prints them: `$ openssl … 2048$ openssl rsa …`.

use std::ffi::OsString;

use super::Tool;
use crate::report::Failure;

/// Commands of the tutorials that can follow a shell's `$`.
const COMMANDS: [&str; 7] = ["openssl", "keytool", "rm", "cp", "sfdx", "sf", "python"];

/// Refuses a line that is several run together, and shows each on a line of its own.
///
/// # Errors
/// A usage failure when it is one.
pub(super) fn check(tool: Tool, words: &[OsString]) -> Result<(), Failure> {
    let words: Vec<String> = words.iter().map(|word| word.to_string_lossy().into_owned()).collect();
    let commands = apart(tool.name(), &words);
    if commands.len() < 2 {
        return Ok(());
    }
    let mut failure = Failure::usage(format!("{} commands stand on one line", commands.len()))
        .cause("a tutorial that prints its prompts, `$`, was pasted whole");
    failure.causes.extend(commands.iter().map(|command| command.join(" ")));
    Err(failure.hint("nothing was done; run each of these by itself, without the `$`"))
}

/// The single commands, without their prompts.
fn apart(first: &str, words: &[String]) -> Vec<Vec<String>> {
    let mut commands = vec![vec![first.to_owned()]];
    for (at, word) in words.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|before| words.get(before));
        let shown = |word: &str| without_password(before.map(String::as_str), word);
        let is_next = |next: &String| COMMANDS.contains(&next.as_str());
        let before_command = words.get(at + 1).is_some_and(is_next);
        match (word.strip_suffix('$'), commands.last_mut()) {
            (Some(end), Some(command)) if before_command => {
                command.extend((!end.is_empty()).then(|| shown(end)));
                commands.push(Vec::new());
            }
            (_, Some(command)) => command.push(shown(word)),
            (_, None) => {}
        }
    }
    commands
}

/// A message is read by others than the one who typed the line: openssl's passwords begin with `pass:`, and keytool's
/// stand after options such as `-storepass`.
fn without_password(before: Option<&str>, word: &str) -> String {
    let is_keytools = |option: &str| {
        let option = option.to_ascii_lowercase();
        option == "-new" || (option.starts_with('-') && option.ends_with("pass"))
    };
    match word.split_once("pass:") {
        // openssl has `-pass` too, whose value says where the password is.
        Some((source, _)) if !word.starts_with('-') => format!("{source}pass:…"),
        None if before.is_some_and(is_keytools) && !word.starts_with('-') => "…".to_owned(),
        _ => word.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<OsString> {
        line.split_whitespace().map(OsString::from).collect()
    }

    #[test]
    fn a_tutorial_pasted_whole_is_taken_apart() {
        let line = "genrsa -des3 -passout pass:x$y -out a.key 2048$ openssl rsa -in a.key$ rm a.key $ openssl version";
        let failure = check(Tool::Openssl, &words(line)).unwrap_err();
        assert_eq!(failure.message, "4 commands stand on one line");
        assert_eq!(
            failure.causes[1..],
            [
                "openssl genrsa -des3 -passout pass:… -out a.key 2048",
                "openssl rsa -in a.key",
                "rm a.key",
                "openssl version"
            ]
        );
    }

    #[test]
    fn no_password_is_shown_wherever_it_stands() {
        for (tool, line) in [
            (Tool::Openssl, "genrsa -out a.key -passout pass:secret$ openssl version"),
            (Tool::Keytool, "-list -keystore a.jks -storepass secret$ keytool -list -keystore b.jks"),
            (Tool::Openssl, "version $ keytool -keypasswd -StorePass secret -keypass secret -new secret"),
        ] {
            let failure = check(tool, &words(line)).unwrap_err();
            assert_eq!(failure.causes.len(), 3, "{failure:?}");
            assert!(!failure.causes.concat().contains("secret"), "{failure:?}");
        }
    }

    #[test]
    fn a_dollar_elsewhere_is_left_alone() {
        for line in ["genrsa -passout pass:a$ -out x", "req -subj /CN=openssl", "x509 -in $ -text", "rsa -in rm"] {
            assert_eq!(check(Tool::Openssl, &words(line)), Ok(()), "{line}");
        }
    }
}
