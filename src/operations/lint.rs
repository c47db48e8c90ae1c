//! Would this target take this file? Holds each file to each of the target's rules.

mod facts;
mod judge;
mod mend;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use crate::clock::Timestamp;
use crate::crypto::CryptoRng;
use crate::crypto::key_health::{RsaNumbers, Weakness, shared_primes};
use crate::files::Input;
use crate::formats::pem::Repair;
use crate::limits::Limits;
use crate::secret::PasswordProvider;

use super::Error;
use super::load::Opener;
use super::target::{FileKind, RuleKind, Target, TargetRule};
use facts::Facts;

pub use mend::{Mend, NewSubject};

/// What was found in one file.
#[derive(Debug)]
pub struct Linted {
    /// The file, as the user named it.
    pub file: String,
    /// What it is; none when it could not be read at all.
    pub kind: Option<FileKind>,
    /// What the target would refuse or mind, in the order of its rules.
    pub findings: Vec<Finding>,
    /// The rules that could not be checked.
    pub unchecked: Vec<Unchecked>,
    /// The rules that the file keeps.
    pub kept: Vec<&'static TargetRule>,
    /// Why the file, or its protected content, could not be read.
    pub unopened: Option<Error>,
    /// How its text was damaged.
    pub repairs: Vec<Repair>,
    /// Its RSA keys, to be compared with those of other files.
    keys: Vec<LintedKey>,
}

/// An RSA key of a file, and what would mend it.
#[derive(Debug)]
struct LintedKey {
    entry: Option<String>,
    numbers: RsaNumbers,
    mend: Mend,
}

/// A rule that a file breaks.
#[derive(Debug)]
pub struct Finding {
    /// The rule.
    pub rule: &'static TargetRule,
    /// The keystore's entry in question.
    pub entry: Option<String>,
    /// What was met, as a phrase.
    pub met: String,
    /// What makes it good.
    pub mend: Mend,
}

/// A rule that could not be checked.
#[derive(Debug)]
pub struct Unchecked {
    /// The rule.
    pub rule: &'static TargetRule,
    /// The keystore's entry in question.
    pub entry: Option<String>,
    /// Why not, as a phrase.
    pub why: String,
}

impl Linted {
    /// Whether the file keeps every rule, and every rule was checked.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.findings.is_empty() && self.unchecked.is_empty() && self.unopened.is_none()
    }
}

/// Holds the file in `input` to the rules of `target`. A password is asked for only where a rule needs what it protects.
///
/// ```
/// use certwright::clock::Timestamp;
/// use certwright::crypto::{KeyAlgorithm, SystemRandom};
/// use certwright::files::Input;
/// use certwright::limits::Limits;
/// use certwright::operations::{GenerateKey, KeyEncoding, KeyForm, Mend, generate_key, lint};
/// use certwright::secret::NoPasswords;
///
/// let mut rng = SystemRandom::new();
/// let encoding = KeyEncoding::Plain { form: KeyForm::Pkcs8, der: false };
/// let made = generate_key(&GenerateKey { algorithm: KeyAlgorithm::P256, encoding }, &mut rng)?;
/// let now: Timestamp = "2026-11-21T12:00:00Z".parse()?;
/// let key = Input::new("server.key", made.encoded);
/// let linted = lint(&key, "salesforce".parse()?, &NoPasswords, &Limits::default(), now, &mut rng);
/// let rules: Vec<&str> = linted.findings.iter().map(|finding| finding.rule.id).collect();
/// // It is no certificate, and it is no RSA key either.
/// assert_eq!(rules, ["file_kind", "key_kind"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn lint(
    input: &Input,
    target: &'static Target,
    passwords: &dyn PasswordProvider,
    limits: &Limits,
    now: Timestamp,
    rng: &mut dyn CryptoRng,
) -> Linted {
    let mut linted = Linted {
        file: input.name().to_owned(),
        kind: None,
        findings: Vec::new(),
        unchecked: Vec::new(),
        kept: Vec::new(),
        unopened: None,
        repairs: Vec::new(),
        keys: Vec::new(),
    };
    let facts = match Facts::gather(input, target, Opener { passwords, limits }) {
        Ok(facts) => facts,
        Err(error) => {
            linted.unopened = Some(error);
            return linted;
        }
    };
    linted.kind = Some(facts.kind);
    let mut judge = judge::Judge { facts: &facts, now, rng };
    for rule in target.rules {
        let verdicts = judge.verdicts(rule.kind);
        let mut is_kept = !verdicts.is_empty();
        for (entry, verdict) in verdicts {
            match verdict {
                judge::Verdict::Kept => {}
                judge::Verdict::Broken(met) => {
                    let mend = mend::mend(rule, &facts, entry, target);
                    let entry = entry.and_then(|it| it.alias.clone());
                    linted.findings.push(Finding { rule, entry, met, mend });
                    is_kept = false;
                }
                judge::Verdict::Unknown(why) => {
                    let entry = entry.and_then(|it| it.alias.clone());
                    linted.unchecked.push(Unchecked { rule, entry, why });
                    is_kept = false;
                }
            }
        }
        if is_kept {
            linted.kept.push(rule);
        }
    }
    if let Some(rule) = soundness_rule(target) {
        let keys = facts.entries.iter().filter_map(|entry| {
            let mend = mend::mend(rule, &facts, Some(entry), target);
            Some(LintedKey { entry: entry.alias.clone(), numbers: entry.rsa_numbers()?, mend })
        });
        linted.keys = keys.collect();
    }
    linted.repairs = facts.repairs;
    linted.unopened = facts.locked;
    linted
}

/// Compares the RSA keys of files that were linted for `target`: a prime that two have in common gives away both, and
/// neither file shows it alone. What is found joins the findings. The answer is how many keys were not compared, because
/// they are too long or too many.
pub fn lint_shared_primes(linted: &mut [Linted], target: &'static Target) -> usize {
    let Some(rule) = soundness_rule(target) else { return 0 };
    let place = |file: &Linted, key: &LintedKey| match &key.entry {
        Some(alias) => format!("entry `{alias}` of `{}`", file.file),
        None => format!("`{}`", file.file),
    };
    let keys = linted.iter().flat_map(|file| file.keys.iter().map(move |key| (place(file, key), key.numbers.clone())));
    let (places, numbers): (Vec<String>, Vec<RsaNumbers>) = keys.unzip();
    let shared = shared_primes(&numbers);
    let mut partners: HashMap<usize, Option<usize>> =
        shared.found.into_iter().map(|found| (found.key, found.partner)).collect();
    let mut number = 0;
    for file in linted {
        for key in std::mem::take(&mut file.keys) {
            if let Some(partner) = partners.remove(&number) {
                let with = partner.map(|partner| format!(": with that in {}", places[partner])).unwrap_or_default();
                let met = format!("the key {}{with}", Weakness::SharedPrime);
                file.findings.push(Finding { rule, entry: key.entry, met, mend: key.mend });
                file.kept.retain(|kept| kept.id != rule.id);
            }
            number += 1;
        }
    }
    shared.left_out
}

fn soundness_rule(target: &'static Target) -> Option<&'static TargetRule> {
    target.rules.iter().find(|rule| rule.kind == RuleKind::KeysAreSound)
}
