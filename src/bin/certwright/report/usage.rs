//! What clap says of a wrong command line, in our own form.

use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::Failure;

/// Names under which other tools take a password on the command line; `-p` is what clap sees of `-passin`.
const PASSWORD_OPTIONS: &[&str] = &["--password", "--pass", "-p"];

impl Failure {
    /// A wrong command line for `command`, such as `certwright genkey`.
    pub(crate) fn from_usage(error: &clap::Error, command: &str) -> Self {
        let text = |kind| error.get(kind).map(words).unwrap_or_default();
        let arguments = quoted(&text(ContextKind::InvalidArg));
        let value = quoted(&text(ContextKind::InvalidValue));
        let message = match error.kind() {
            ErrorKind::ArgumentConflict => match quoted(&text(ContextKind::PriorArg)) {
                prior if prior.is_empty() || prior == arguments => format!("{arguments} was given more than once"),
                prior => format!("{arguments} cannot stand together with {prior}"),
            },
            ErrorKind::InvalidSubcommand => {
                format!("{} is not a command of `{command}`", quoted(&text(ContextKind::InvalidSubcommand)))
            }
            ErrorKind::InvalidUtf8 => "an argument is not UTF-8 text".to_owned(),
            ErrorKind::InvalidValue if value == "``" || value.is_empty() => format!("{arguments} needs a value"),
            ErrorKind::InvalidValue => format!("{arguments} cannot be {value}"),
            ErrorKind::MissingRequiredArgument => format!("{arguments} is missing"),
            ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand | ErrorKind::MissingSubcommand => {
                "a command is missing".to_owned()
            }
            ErrorKind::UnknownArgument if arguments.starts_with("`-") => {
                format!("{arguments} is not an option of `{command}`")
            }
            ErrorKind::UnknownArgument => format!("{arguments} is one argument too many"),
            ErrorKind::ValueValidation => match std::error::Error::source(error) {
                Some(reason) => format!("{arguments} cannot be {value}: {reason}"),
                None => format!("{arguments} cannot be {value}"),
            },
            _ => first_line(error),
        };
        let mut failure = Self::usage(message);
        let values = text(ContextKind::ValidValue);
        if error.kind() == ErrorKind::InvalidValue && !values.is_empty() {
            failure = failure.cause(format!("it takes {}", quoted(&values)));
        }
        failure.hint(hint(error, &text(ContextKind::InvalidArg), command))
    }
}

fn hint(error: &clap::Error, arguments: &[String], command: &str) -> String {
    if error.kind() == ErrorKind::UnknownArgument
        && arguments.iter().any(|argument| PASSWORD_OPTIONS.contains(&argument.as_str()))
    {
        return "passwords never stand on the command line; say where they are, as in `--passin file:PATH`".to_owned();
    }
    for kind in [ContextKind::SuggestedSubcommand, ContextKind::SuggestedArg, ContextKind::SuggestedValue] {
        // The likeliest is the last.
        if let Some(suggestion) = error.get(kind).map(words).and_then(|mut words| words.pop()) {
            return format!("there is `{suggestion}`");
        }
    }
    format!("to see what there is, run `{command} --help`")
}

/// The texts in a context value, without styles.
fn words(value: &ContextValue) -> Vec<String> {
    match value {
        ContextValue::String(text) => vec![text.clone()],
        ContextValue::Strings(texts) => texts.clone(),
        ContextValue::StyledStr(text) => vec![text.to_string()],
        ContextValue::StyledStrs(texts) => texts.iter().map(ToString::to_string).collect(),
        _ => Vec::new(),
    }
}

/// The texts in backticks; what looks like another tool's password source keeps its secret.
fn quoted(texts: &[String]) -> String {
    let quoted: Vec<String> = texts
        .iter()
        .map(|text| match text.find("pass:") {
            Some(at) => format!("`{}pass:…`", &text[..at]),
            None => format!("`{text}`"),
        })
        .collect();
    quoted.join(", ")
}

fn first_line(error: &clap::Error) -> String {
    let text = error.render().to_string();
    text.lines().next().unwrap_or_default().trim_start_matches("error: ").to_owned()
}
