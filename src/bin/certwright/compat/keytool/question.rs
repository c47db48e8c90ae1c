//! keytool's questions that are no passwords: yes or no, and who somebody is.

use certwright::formats::x509::{AttributeKind, DistinguishedName};
use certwright::untrusted::Untrusted;

use crate::compat::session::Session;
use crate::exit::ExitStatus;
use crate::render::keytool::name;
use crate::report::Failure;

/// How often something is asked again.
const TRIES: usize = 10;

/// What keytool takes for a part of a name that nobody gives.
const UNKNOWN: &str = "Unknown";

/// The parts of a name in the order of the questions.
const PARTS: [(AttributeKind, &str); 6] = [
    (AttributeKind::CommonName, "What is your first and last name?"),
    (AttributeKind::OrganizationalUnit, "What is the name of your organizational unit?"),
    (AttributeKind::Organization, "What is the name of your organization?"),
    (AttributeKind::Locality, "What is the name of your City or Locality?"),
    (AttributeKind::State, "What is the name of your State or Province?"),
    (AttributeKind::Country, "What is the two-letter country code for this unit?"),
];

/// Shows `before` and asks `question`, which ends in `[no]:  `; `option` would have answered yes.
///
/// # Errors
/// A [`Failure`] when there is no answer.
pub(super) fn agrees(session: &Session<'_>, before: &str, question: &str, option: &str) -> Result<bool, Failure> {
    for _ in 0..TRIES {
        session.context.printer.say(before);
        match session.answers.line(question, option)?.trim().to_ascii_lowercase().as_str() {
            "y" | "yes" => return Ok(true),
            "" | "n" | "no" => return Ok(false),
            _ => session.context.printer.say("Wrong answer, try again\n"),
        }
    }
    Err(too_many(option))
}

/// Asks for the parts of a name until somebody says that they are right. As in keytool, what is not answered is
/// `Unknown`; only a country is left out then, since X.520 has two letters for one.
///
/// # Errors
/// A [`Failure`] when there is no answer.
pub(super) fn distinguished_name(session: &Session<'_>) -> Result<DistinguishedName, Failure> {
    const OPTION: &str = "-dname NAME";
    let mut answers = PARTS.map(|_| UNKNOWN.to_owned());
    for _ in 0..TRIES {
        for ((kind, question), answer) in PARTS.iter().zip(&mut answers) {
            *answer = part(session, *kind, question, answer, OPTION)?;
        }
        let mut subject = DistinguishedName::default();
        // keytool's text begins with the last part of the DER.
        for ((kind, _), answer) in PARTS.iter().zip(&answers).rev() {
            if !(*kind == AttributeKind::Country && answer == UNKNOWN) {
                subject.push(*kind, answer).map_err(|fault| Failure::usage(fault.to_string()))?;
            }
        }
        let shown = format!("Is {} correct?\n", name::distinguished(&subject));
        if agrees(session, &shown, "  [no]:  ", OPTION)? {
            return Ok(subject);
        }
    }
    Err(too_many(OPTION))
}

/// One part, asked for again until its attribute can hold it.
fn part(
    session: &Session<'_>,
    kind: AttributeKind,
    question: &str,
    default: &str,
    option: &str,
) -> Result<String, Failure> {
    for _ in 0..TRIES {
        session.context.printer.say(&format!("{question}\n"));
        let answer = session.answers.line(&format!("  [{}]:  ", Untrusted(default)), option)?;
        let answer = match answer.trim() {
            "" => default,
            answer => answer,
        };
        match kind.validate(answer) {
            Err(fault) if answer != UNKNOWN => session.context.printer.say(&format!("{fault}\n")),
            _ => return Ok(answer.to_owned()),
        }
    }
    Err(too_many(option))
}

fn too_many(option: &str) -> Failure {
    Failure::new("unanswered", ExitStatus::Failed, "too many retries: none of the answers will do")
        .hint(format!("nothing was written; give the answer with `{option}`"))
}
