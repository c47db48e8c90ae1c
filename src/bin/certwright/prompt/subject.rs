//! The questions about a subject that openssl users know, in openssl's order.

use crate::args::SubjectField;
use crate::prompt::{Prompt, PromptError, TRIES};

/// Asks for each part of a subject. Enter skips a question, `.` leaves its answer empty, and at least one must be
/// given. An answer that its attribute cannot hold is asked for again with the reason.
///
/// # Errors
/// [`PromptError`] when nobody can be asked, a question was left unanswered, or three rounds gave nothing.
pub(crate) fn ask_subject(prompt: &Prompt) -> Result<Vec<(SubjectField, String)>, PromptError> {
    prompt.show("Who is this for? Enter skips a question, `.` leaves it empty.")?;
    for _ in 0..TRIES {
        let mut answers = Vec::new();
        for (field, question) in SubjectField::QUESTIONS {
            let answer = prompt.line(question, None, |answer| match answer {
                "" | "." => Ok(None),
                answer => field.validate(answer).map(|()| Some(answer.to_owned())),
            })?;
            answers.extend(answer.map(|answer| (field, answer)));
        }
        if !answers.is_empty() {
            return Ok(answers);
        }
        prompt.show("a subject needs at least one of these")?;
    }
    Err(PromptError::TooManyTries("the subject was left empty".to_owned()))
}
