//! Checks a path, in the order of OpenSSL: extensions from the first certificate up, then signatures and dates from the
//! last down, then names.

use crate::formats::Reason;
use crate::formats::x509::name_constraints::Breach;

use super::build::Built;
use super::facts::{Facts, Standing};
use super::{Fault, Finding, PathOptions};

/// Nothing further is looked at.
struct Stop;

/// What is wrong with the path.
pub(super) fn findings(built: &Built<'_, '_>, options: &PathOptions<'_>) -> Vec<Finding> {
    let mut checks = Checks { chain: &built.chain, options, findings: Vec::new() };
    // The findings tell whether the checks were stopped.
    let _ = checks.all(built.fault);
    checks.findings
}

struct Checks<'c, 'f, 'a> {
    chain: &'c [&'f Facts<'a>],
    options: &'c PathOptions<'c>,
    findings: Vec<Finding>,
}

impl Checks<'_, '_, '_> {
    fn all(&mut self, building: Option<Fault>) -> Result<(), Stop> {
        if let Some(fault) = building {
            let last = self.chain.len() - 1;
            let detail = self.chain[last].flaw.clone();
            self.report(last, fault, detail)?;
        }
        self.extensions()?;
        self.signatures_and_dates()?;
        self.names()
    }

    fn report(&mut self, depth: usize, fault: Fault, detail: Option<String>) -> Result<(), Stop> {
        let subject = self.chain[depth].certificate.subject();
        self.findings.push(Finding { depth, subject, fault, detail });
        if fault.lets_go_on() { Ok(()) } else { Err(Stop) }
    }

    fn extensions(&mut self) -> Result<(), Stop> {
        let count = self.chain.len();
        let mut authorities = 0_usize;
        for depth in 0..count {
            let facts = self.chain[depth];
            if let Some(name) = facts.unhandled() {
                self.report(depth, Fault::UnhandledCriticalExtension, Some(format!("{name} is not processed")))?;
            }
            let is_fit = match facts.standing() {
                _ if depth == 0 => true,
                Standing::Authority => true,
                Standing::NoAuthority => false,
                Standing::OldRoot => depth + 1 == count,
            };
            if !is_fit {
                self.report(depth, Fault::InvalidAuthority, None)?;
            }
            if count > 1 && facts.has_explicit_curve() {
                self.report(depth, Fault::ExplicitCurve, None)?;
            }
            if let Some(why) = facts.unreadable_key() {
                self.report(depth, Fault::KeyUnreadable, Some(why))?;
            }
            if depth > 1 && facts.path_length().is_some_and(|length| authorities > usize::from(length)) {
                self.report(depth, Fault::PathLengthExceeded, None)?;
            }
            // Section 6.1.4 (l): what a CA issued to itself, as when it renews its key, does not count.
            authorities += usize::from(depth > 0 && !facts.is_self_issued);
        }
        Ok(())
    }

    fn signatures_and_dates(&mut self) -> Result<(), Stop> {
        let last = self.chain.len() - 1;
        for depth in (0..=last).rev() {
            let is_top = depth == last;
            // The signature of the last one, which is trusted as it is, says nothing.
            let issuer = if is_top { depth } else { depth + 1 };
            if !is_top || (self.options.checks_root_signature && self.chain[depth].is_self_signed) {
                self.signature(depth, issuer)?;
            } else {
                self.agreement(depth)?;
            }
            self.dates(depth)?;
        }
        Ok(())
    }

    fn signature(&mut self, depth: usize, issuer_depth: usize) -> Result<(), Stop> {
        let (subject, issuer) = (self.chain[depth], self.chain[issuer_depth]);
        let signs_itself = depth == issuer_depth && !issuer.constraints.is_some_and(|(is_ca, _)| is_ca);
        if issuer.forbids_signing() && !signs_itself {
            self.report(issuer_depth, Fault::NoCertSign, None)?;
        }
        let key = match issuer.certificate.public_key() {
            Ok(key) => key,
            Err(fault) => return self.report(issuer_depth, Fault::PublicKeyUnreadable, Some(fault.to_string())),
        };
        self.agreement(depth)?;
        match subject.certificate.verify_signature(&key) {
            Ok(()) => Ok(()),
            Err(fault) => {
                let detail = match fault.reason {
                    Reason::IntegrityMismatch(_) => None,
                    _ => Some(fault.to_string()),
                };
                self.report(depth, Fault::SignatureFailure, detail)
            }
        }
    }

    fn agreement(&mut self, depth: usize) -> Result<(), Stop> {
        if self.chain[depth].algorithms_agree() {
            return Ok(());
        }
        let detail = "the signed part names another algorithm than the signature".to_owned();
        self.report(depth, Fault::SignatureFailure, Some(detail))
    }

    fn dates(&mut self, depth: usize) -> Result<(), Stop> {
        let Some(at) = self.options.at else { return Ok(()) };
        match &self.chain[depth].validity {
            Err(fault) => self.report(depth, Fault::DateUnreadable, Some(fault.to_string())),
            Ok(validity) if at < validity.not_before => self.report(depth, Fault::NotYetValid, None),
            Ok(validity) if at > validity.not_after => self.report(depth, Fault::Expired, None),
            Ok(_) => Ok(()),
        }
    }

    fn names(&mut self) -> Result<(), Stop> {
        for depth in (0..self.chain.len()).rev() {
            let facts = self.chain[depth];
            if depth != 0 && facts.is_self_issued {
                continue;
            }
            for above in (depth + 1..self.chain.len()).rev() {
                let breach = self.chain[above].certificate.breach_by(facts.certificate, depth == 0);
                let (fault, detail) = match breach {
                    None => continue,
                    Some(Breach::Excluded(detail)) => (Fault::NameExcluded, detail),
                    Some(Breach::NotPermitted(detail)) => (Fault::NameNotPermitted, detail),
                    Some(Breach::Unsupported(detail)) => (Fault::NameUnsupported, detail),
                };
                self.report(depth, fault, Some(detail))?;
            }
        }
        Ok(())
    }
}
