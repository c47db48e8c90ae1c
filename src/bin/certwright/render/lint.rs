//! What a target would refuse, file by file, with its words and the command that mends it.

use std::fmt::Write as _;

use certwright::operations::{Finding, Level, Linted, Mend, Target, TargetRule, Told, Unchecked};
use certwright::untrusted::Untrusted;
use serde_json::{Value, json};

use super::{BAD, DIM, GOOD, WARN};

/// One file with the command for each of its findings.
pub(crate) struct File {
    pub(crate) linted: Linted,
    pub(crate) mends: Vec<String>,
}

/// The report for people.
pub(crate) fn text(files: &[File], target: &Target) -> String {
    let mut text = String::new();
    for file in files {
        file_text(&mut text, file, target);
    }
    text
}

fn file_text(text: &mut String, file: &File, target: &Target) {
    let linted = &file.linted;
    let name = Untrusted(&linted.file);
    let kind = linted.kind.map(|kind| format!(" {DIM}{}{DIM:#}", kind.describe())).unwrap_or_default();
    if linted.is_clean() {
        let _ = writeln!(text, "{GOOD}good{GOOD:#}      `{name}`{kind} {DIM}for {}{DIM:#}", target.title);
        return;
    }
    let refused = linted.findings.iter().any(|finding| finding.rule.level == Level::Refused);
    let (style, word) = match (linted.kind, refused, linted.findings.is_empty()) {
        (None, ..) => (BAD, "unread"),
        (_, true, _) => (BAD, "refused"),
        (_, false, false) => (WARN, "doubtful"),
        _ => (WARN, "unchecked"),
    };
    let space = " ".repeat(10 - word.len());
    let _ = writeln!(text, "{style}{word}{style:#}{space}`{name}`{kind} {DIM}for {}{DIM:#}", target.title);
    for (finding, mend) in linted.findings.iter().zip(&file.mends) {
        finding_text(text, finding, mend, target);
    }
    unchecked_text(text, &linted.unchecked);
}

fn finding_text(text: &mut String, finding: &Finding, mend: &str, target: &Target) {
    let rule = finding.rule;
    let style = if rule.level == Level::Refused { BAD } else { WARN };
    let entry = finding.entry.as_ref().map(|alias| format!("entry `{}`: ", Untrusted(alias))).unwrap_or_default();
    let _ = writeln!(text, "  {style}{}{style:#}  {entry}{}", rule.id, Untrusted(&finding.met));
    let mut paragraph = |said: &str| {
        for (index, line) in wrapped(said.split(' '), " ").iter().enumerate() {
            let _ = writeln!(text, "{}{line}", if index == 0 { "    " } else { "      " });
        }
    };
    paragraph(&format!("rule: {}", rule.text));
    if let Some(said) = told(rule, target) {
        paragraph(&said);
    }
    paragraph(&format!("source: {}", rule.source));
    // One line whatever its length, to be copied.
    let _ = writeln!(text, "    mend: {}", Untrusted(mend));
    if finding.mend == Mend::OneCertificate {
        let _ = writeln!(text, "    then: save the one certificate that you mean in a file of its own");
    }
}

/// What the target itself says, where it is known.
fn told(rule: &TargetRule, target: &Target) -> Option<String> {
    let title = target.title;
    match rule.told {
        Told::RefusedWith(words) => Some(format!("refused by {title} with: \"{words}\"")),
        Told::Documented(words) => Some(format!("the documentation of {title} says: \"{words}\"")),
        Told::Reported(words) => Some(format!("people report: {words}")),
        _ => None,
    }
}

fn unchecked_text(text: &mut String, unchecked: &[Unchecked]) {
    let mut reasons: Vec<&str> = Vec::new();
    for item in unchecked {
        if !reasons.contains(&item.why.as_str()) {
            reasons.push(&item.why);
        }
    }
    for reason in reasons {
        let mut rules: Vec<&str> = Vec::new();
        for item in unchecked.iter().filter(|item| item.why == reason) {
            if !rules.contains(&item.rule.id) {
                rules.push(item.rule.id);
            }
        }
        let _ = writeln!(text, "  {WARN}not checked{WARN:#}  {}", Untrusted(reason));
        for line in wrapped(rules.into_iter(), ", ") {
            let _ = writeln!(text, "    {DIM}{line}{DIM:#}");
        }
    }
}

/// Words in lines that fit a terminal of 80 columns.
pub(super) fn wrapped<'a>(words: impl Iterator<Item = &'a str>, between: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in words {
        match lines.last_mut() {
            Some(line) if line.chars().count() + between.len() + word.chars().count() <= 73 => {
                line.push_str(between);
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// The report for programs.
pub(crate) fn json(files: &[File], target: &Target) -> Value {
    json!({
        "target": target.name,
        "clean": files.iter().all(|file| file.linted.is_clean()),
        "files": files.iter().map(file_json).collect::<Vec<_>>(),
    })
}

fn file_json(file: &File) -> Value {
    let linted = &file.linted;
    let findings: Vec<Value> =
        linted.findings.iter().zip(&file.mends).map(|(it, mend)| finding_json(it, mend)).collect();
    let unchecked: Vec<Value> =
        linted.unchecked.iter().map(|it| json!({ "rule": it.rule.id, "alias": it.entry, "why": it.why })).collect();
    json!({
        "file": linted.file,
        "kind": linted.kind.map(|kind| kind.word()),
        "clean": linted.is_clean(),
        "findings": findings,
        "unchecked": unchecked,
        "kept": linted.kept.iter().map(|rule| rule.id).collect::<Vec<_>>(),
        "unopened": linted.unopened.as_ref().map(ToString::to_string),
    })
}

fn finding_json(finding: &Finding, mend: &str) -> Value {
    let rule = finding.rule;
    let (said, quote) = match rule.told {
        Told::RefusedWith(words) => ("refused_with", Some(words)),
        Told::Documented(words) => ("documented", Some(words)),
        Told::Reported(words) => ("reported", Some(words)),
        _ => ("unknown", None),
    };
    json!({
        "rule": rule.id,
        "level": if rule.level == Level::Refused { "refused" } else { "warned" },
        "alias": finding.entry,
        "met": finding.met,
        "text": rule.text,
        "said": said,
        "quote": quote,
        "source": rule.source,
        "mend": mend,
    })
}
