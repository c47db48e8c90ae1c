//! Tests of the questions, at a terminal played by a script.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use super::*;
use crate::args::SubjectField;

/// A terminal at which a script answers; everything shown is kept.
#[derive(Clone, Default)]
pub(crate) struct Script {
    answers: Arc<Mutex<VecDeque<&'static str>>>,
    shown: Arc<Mutex<String>>,
}

impl Script {
    /// A prompt whose questions are answered with `answers` in turn, and then by hanging up.
    pub(crate) fn prompt(answers: &[&'static str]) -> (Prompt, Self) {
        let script = Self { answers: Arc::new(Mutex::new(answers.iter().copied().collect())), shown: Arc::default() };
        let terminal = script.clone();
        (Prompt { open: Box::new(move || Ok(Box::new(terminal.clone()))) }, script)
    }

    pub(crate) fn shown(&self) -> String {
        self.shown.lock().unwrap().clone()
    }
}

impl Terminal for Script {
    fn show(&mut self, text: &str) -> Result<(), PromptError> {
        self.shown.lock().unwrap().push_str(text);
        Ok(())
    }

    fn line(&mut self) -> Result<String, PromptError> {
        self.answers.lock().unwrap().pop_front().map(str::to_owned).ok_or(PromptError::Closed)
    }

    fn hidden_line(&mut self) -> Result<String, PromptError> {
        self.line()
    }

    fn erase(&mut self, _: &str) -> Result<(), PromptError> {
        self.show("⌫")
    }
}

/// A prompt at which nobody sits.
pub(crate) fn nobody() -> Prompt {
    Prompt { open: Box::new(|| Err(PromptError::Unattended(Unattended::NoTerminal))) }
}

#[test]
fn a_new_password_is_asked_for_until_two_answers_agree() {
    let (prompt, script) = Script::prompt(&["five5", "secret1", "secret2", "secret1", "secret1"]);
    assert_eq!(prompt.new_password("new password: ").unwrap(), Password::new("secret1"));
    assert_eq!(
        script.shown(),
        "new password: ⌫the new password is shorter than 6 characters, the fewest that Java accepts\n\
         new password: ⌫the same again: ⌫the two passwords differ\n\
         new password: ⌫the same again: ⌫"
    );
}

#[test]
fn three_wrong_answers_end_it() {
    let (prompt, _) = Script::prompt(&["secret1", "x", "secret2", "y", "secret3", "z", "secret4", "secret4"]);
    let fault = prompt.new_password("new password: ").unwrap_err();
    assert!(matches!(&fault, PromptError::TooManyTries(reason) if reason == "the two passwords differ"), "{fault}");
}

#[test]
fn hanging_up_is_no_answer_and_no_terminal_is_no_question() {
    let (prompt, _) = Script::prompt(&[]);
    assert!(matches!(prompt.password("password: "), Err(PromptError::Closed)));
    let silent = Prompt::new(true, true);
    assert_eq!(silent.unattended(), Some(Unattended::NoInput));
    assert!(matches!(silent.password("password: "), Err(PromptError::Unattended(Unattended::NoInput))));
}

#[test]
fn enter_takes_the_default_and_wrong_answers_are_asked_again() {
    let (prompt, script) = Script::prompt(&["x", ""]);
    let number = |answer: &str| answer.parse::<u8>().map_err(|_| "a number is wanted".to_owned());
    assert_eq!(prompt.line("days", Some("7"), number).unwrap(), 7);
    assert_eq!(script.shown(), "days [7]: a number is wanted\ndays [7]: ");
}

#[test]
fn a_subject_is_asked_for_in_the_order_of_openssl_until_something_is_given() {
    let nothing = ["", ".", "", "", "", "", ""];
    let answers = ["Germany", "DE", "", ".", "Müller & Söhne", "", "example.com", ""];
    let (prompt, script) = Script::prompt(&[&nothing[..], &answers[..]].concat());
    let subject = ask_subject(&prompt).unwrap();
    let expected = [
        (SubjectField::Country, "DE"),
        (SubjectField::Organization, "Müller & Söhne"),
        (SubjectField::CommonName, "example.com"),
    ];
    assert_eq!(subject, expected.map(|(field, answer)| (field, answer.to_owned())));
    let questions = "Country Name (2 letter code): State or Province Name: Locality Name: Organization Name: \
                     Organizational Unit Name: Common Name: Email Address: ";
    assert!(script.shown().contains(&format!("{questions}a subject needs at least one of these\n")));
    assert!(script.shown().contains("Country Name (2 letter code): `Germany` is no country"));
}
