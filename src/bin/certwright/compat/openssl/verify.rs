//! `openssl verify`: does a certificate lead to one that is trusted?

use std::ffi::{OsStr, OsString};
use std::path::Path;

use certwright::clock::Timestamp;
use certwright::files::Input;
use certwright::formats::x509::Certificate;
use certwright::formats::x509::path;
use certwright::operations::{VerifyChain, open_certificates, open_trusted, verify_chain};
use certwright::secret::NoPasswords;

use crate::compat::line::{Grammar, Line, Takes};
use crate::compat::session::Session;
use crate::exit::ExitStatus;
use crate::render::openssl::verified;
use crate::report::Failure;

pub(super) const GRAMMAR: Grammar = Grammar {
    command: "openssl verify",
    options: &[
        ("CAfile", Takes::Value),
        ("trusted", Takes::Value),
        ("untrusted", Takes::Value),
        ("no-CAfile", Takes::Nothing),
        ("no-CApath", Takes::Nothing),
        ("no-CAstore", Takes::Nothing),
        ("attime", Takes::Value),
        ("no_check_time", Takes::Nothing),
        ("partial_chain", Takes::Nothing),
        ("check_ss_sig", Takes::Nothing),
        ("show_chain", Takes::Nothing),
        // Without effect in openssl 3.0 as well, or on what is checked here.
        ("verbose", Takes::Nothing),
        ("trusted_first", Takes::Nothing),
        ("no_alt_chains", Takes::Nothing),
        ("issuer_checks", Takes::Nothing),
    ],
    flags: &[],
    refused: &[
        ("CApath", "put the certificates of the folder into one file, and name it with `-CAfile`"),
        ("CAstore", "put the certificates into one file, and name it with `-CAfile`"),
        ("CRLfile", "revocation is not checked here"),
        ("crl_check", "revocation is not checked here"),
        ("crl_check_all", "revocation is not checked here"),
        ("crl_download", "revocation is not checked here"),
        ("extended_crl", "revocation is not checked here"),
        ("use_deltas", "revocation is not checked here"),
        ("x509_strict", "to see what a certificate states, run `certwright inspect FILE`"),
        ("purpose", "a path is checked for no purpose here: leave `-purpose` out"),
        ("verify_hostname", "names are not compared here: run `certwright inspect FILE` to see them"),
        ("verify_email", "names are not compared here: run `certwright inspect FILE` to see them"),
        ("verify_ip", "names are not compared here: run `certwright inspect FILE` to see them"),
        ("verify_name", ""),
        ("verify_depth", ""),
        ("auth_level", "to see how strong keys and signatures are, run `certwright inspect FILE`"),
        ("ignore_critical", "a critical extension that is not processed always ends the check here"),
        ("allow_proxy_certs", "proxy certificates are not accepted here"),
        ("policy", "policies are not checked here"),
        ("policy_check", "policies are not checked here"),
        ("policy_print", "policies are not checked here"),
        ("explicit_policy", "policies are not checked here"),
        ("inhibit_any", "policies are not checked here"),
        ("inhibit_map", "policies are not checked here"),
        ("suiteB_128", ""),
        ("suiteB_128_only", ""),
        ("suiteB_192", ""),
        ("nameopt", ""),
        ("vfyopt", ""),
        ("engine", ""),
        ("provider", ""),
        ("provider-path", ""),
        ("propquery", ""),
    ],
    operands: usize::MAX,
    any_case: false,
    native: "certwright verify",
};

/// How openssl ends when a certificate did not verify. (Its number is that of our own wrong usage.)
const NOT_VERIFIED: ExitStatus = ExitStatus::Usage;

pub(super) fn run(words: &[OsString], session: &Session<'_>) -> Result<ExitStatus, Failure> {
    let line = GRAMMAR.parse(words)?;
    let options = options(&line, session)?;
    let names: Vec<Option<&OsStr>> = match line.operands() {
        [] => vec![None],
        operands => operands.iter().map(|operand| Some(operand.as_os_str())).collect(),
    };
    let mut all_verified = true;
    for name in names {
        all_verified &= is_verified(name.map(Path::new), &options, &line, session);
    }
    if options.trusted.is_empty() {
        session.notice("certwright trusts no certificates of the system; name those to trust with `-CAfile`");
    }
    Ok(if all_verified { ExitStatus::Done } else { NOT_VERIFIED })
}

/// What to check against.
fn options(line: &Line, session: &Session<'_>) -> Result<VerifyChain, Failure> {
    let context = session.context;
    if line.has("trusted") && line.has("CAfile") {
        return Err(Failure::usage("`-trusted` and `-CAfile` are not used together"));
    }
    let at = match line.number::<i64>("attime")? {
        Some(seconds) => Timestamp::from_unix(seconds).map_err(|_| {
            Failure::usage(format!("`-attime` takes seconds since 1970, and {seconds} lies too far off"))
        })?,
        None => context.now,
    };
    let all = |names: &mut dyn Iterator<Item = &OsStr>,
               open: &dyn Fn(&Input) -> Result<Vec<Certificate>, certwright::operations::Error>| {
        let mut certificates = Vec::new();
        for name in names {
            let input = session.input(Some(Path::new(name)))?;
            certificates.extend(open(&input).map_err(|error| context.failure(&error))?);
        }
        Ok::<_, Failure>(certificates)
    };
    let open_trusted = |input: &Input| open_trusted(input, &context.limits);
    let open_others = |input: &Input| open_certificates(input, &NoPasswords, &context.limits);
    let mut trusted = all(&mut line.value("CAfile").into_iter(), &open_trusted)?;
    trusted.extend(all(&mut line.values("trusted"), &open_trusted)?);
    Ok(VerifyChain {
        trusted,
        untrusted: all(&mut line.values("untrusted"), &open_others)?,
        at: (!line.has("no_check_time")).then_some(at),
        partial: line.has("partial_chain"),
        checks_root_signature: line.has("check_ss_sig"),
    })
}

/// Checks one file, or standard input, and says what came of it.
fn is_verified(name: Option<&Path>, options: &VerifyChain, line: &Line, session: &Session<'_>) -> bool {
    let printer = &session.context.printer;
    let checked = session.input(name).and_then(|input| {
        verify_chain(options, &input, &session.context.limits).map_err(|error| session.context.failure(&error))
    });
    let path = match checked {
        Ok(path) => path,
        Err(failure) => {
            failure.report(printer);
            return false;
        }
    };
    let shown = name.map_or("stdin".into(), |name| name.to_string_lossy());
    if path.is_valid() {
        printer.data(&verified::verified(&shown, &path, line.has("show_chain")));
        return true;
    }
    printer.say(&verified::refused(&shown, &path));
    tell_details(&path, session);
    false
}

/// What openssl's words leave open.
fn tell_details(path: &path::Path, session: &Session<'_>) {
    for detail in path.findings.iter().filter_map(|finding| finding.detail.as_deref()) {
        session.notice(detail);
    }
}
