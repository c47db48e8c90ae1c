//! `openssl pkcs12 -export`: a key and its certificates into a keystore.

use std::ffi::OsStr;
use std::path::Path;

use certwright::crypto::{PublicKey, SystemRandom};
use certwright::files::{Input, Sensitivity};
use certwright::formats::pkcs12::Profile;
use certwright::limits::Grouped;
use certwright::operations::{self, Gathered, PackPkcs12, gather_pkcs12, pack_pkcs12};
use certwright::secret::{Password, Passwords};
use certwright::untrusted::Untrusted;

use super::arguments;
use crate::compat::line::Line;
use crate::compat::native::Native;
use crate::compat::openssl::pass::{Pass, key_question};
use crate::compat::session::Session;
use crate::exit::ExitStatus;
use crate::report::Failure;

/// How often openssl 3.0 iterates where nothing is asked for.
const THEIR_ITERATIONS: u32 = 2048;
/// The shortest password that keytool takes.
const JAVAS_LEAST: usize = 6;

pub(super) fn run(line: &Line, session: &Session<'_>) -> Result<ExitStatus, Failure> {
    if line.has("noout") || (line.has("nocerts") && line.has("nokeys")) {
        return Err(Failure::usage("`-noout` leaves nothing to export"));
    }
    if line.has("nocerts") {
        return Err(Failure::usage("`-nocerts` is not offered together with `-export`")
            .hint("a key is written only with its certificate; to encrypt a key alone, run `certwright passwd KEY`"));
    }
    let profile = profile(line, session)?;
    let (passin, passout) = arguments(line);
    let pass = Pass::parse(session, ("-passin", "-passout"), passin, passout)?;
    let certificates = session.input(line.path("in"))?;
    let key = match line.path("inkey") {
        _ if line.has("nokeys") => None,
        Some(path) if Some(path) == line.path("in") => Some(certificates.clone()),
        Some(path) => Some(session.input(Some(path))?),
        None => Some(certificates.clone()),
    };
    let mut inputs = vec![certificates];
    if let Some(path) = line.path("certfile") {
        inputs.push(session.input(Some(path))?);
    }
    let gathered = gather(key.as_ref(), &inputs, &pass, session)?;
    let kept: Vec<PublicKey> = gathered.key.iter().map(|(key, _)| key.public_key()).collect();
    let password = pass.new_password("Enter Export Password:", "Verifying - Enter Export Password:", 0)?;
    // A keystore that is made anew, as for a new certificate, opens with the password of the old one.
    let over = Passwords::from([password.clone()]);
    let mut results = session.results();
    let inputs: Vec<&Input> = inputs.iter().collect();
    let place = results.declare_over(line.path("out"), Sensitivity::Secret, (&kept, &over), &inputs)?;
    let options = PackPkcs12 {
        name: text(line.value("name"))?,
        other_names: line
            .values("caname")
            .map(|name| text(Some(name)))
            .collect::<Result<Vec<_>, _>>()?
            .into_iter()
            .flatten()
            .collect(),
        profile,
        iterations: iterations(line, profile, &password, usize::from(gathered.key.is_some()) + 2, session)?,
        password,
    };
    let (octets, iterations) =
        pack_pkcs12(&options, &gathered, &mut SystemRandom::new()).map_err(|error| session.context.failure(&error))?;
    results.fill(place, &octets);
    let native = natively(&options, line, &pass).map(|native| results.natively(native));
    results.commit()?;
    tell(&options, &gathered, iterations, line, session);
    if let Some(native) = native {
        session.natively(&native);
    }
    Ok(ExitStatus::Done)
}

/// Opens everything. openssl says in its own words that key and certificate are strangers.
fn gather(key: Option<&Input>, inputs: &[Input], pass: &Pass<'_>, session: &Session<'_>) -> Result<Gathered, Failure> {
    let opening = pass.opening(key_question);
    let limits = &session.context.limits;
    gather_pkcs12(key, inputs, &opening, limits, &mut SystemRandom::new()).map_err(|error| {
        let mut failure = opening.failure(&error);
        if let (operations::Error::Mismatch { .. }, [first, ..]) = (&error, inputs) {
            let theirs = format!("No cert in -in file '{}' matches private key", Untrusted(first.name()));
            let ours = std::mem::replace(&mut failure.message, theirs);
            failure.causes.insert(0, ours);
        }
        failure
    })
}

/// Who must be able to open the file, by what openssl's options say of its algorithms.
fn profile(line: &Line, session: &Session<'_>) -> Result<Profile, Failure> {
    let is_old = |option: &str| -> Result<Option<bool>, Failure> {
        let Some(name) = line.text(option)? else { return Ok(None) };
        match name.to_ascii_lowercase().as_str() {
            "aes-256-cbc" | "aes256" => Ok(Some(false)),
            "pbe-sha1-3des" => Ok(Some(true)),
            _ => Err(Failure::usage(format!("`{}` is no value of `-{option}` that is offered here", Untrusted(name)))
                .hint(format!("leave `-{option}` out for AES-256-CBC; for old readers, use `-legacy`"))),
        }
    };
    let (key, certificates) = (is_old("keypbe")?, is_old("certpbe")?);
    let certificates = certificates.or(line.has("descert").then_some(true));
    let profile = match (line.has("legacy"), key, certificates) {
        (true, None | Some(true), None | Some(true)) | (false, Some(true), Some(true)) => Profile::Legacy,
        (_, key, certificates) => {
            if key == Some(true) || certificates == Some(true) {
                session.notice("all of the file is encrypted with AES-256-CBC: triple DES beside it helps no reader");
            }
            Profile::Modern
        }
    };
    if line.has("legacy") && profile == Profile::Legacy {
        session.notice("the certificates are encrypted with triple DES and not with RC2-40: the same readers open it");
    }
    let made = if profile == Profile::Legacy { "sha1" } else { "sha256" };
    match line.text("macalg")?.map(|name| name.to_ascii_lowercase().replace('-', "")) {
        Some(asked) if asked != made => {
            Err(Failure::usage(format!("`-macalg {}` is not offered with these ciphers", Untrusted(&asked)))
                .hint(format!("the MAC is made with {made}: leave `-macalg` out")))
        }
        _ => Ok(profile),
    }
}

/// The iterations that are asked for, where they are more than there would be anyway.
fn iterations(
    line: &Line,
    profile: Profile,
    password: &Password,
    derivations: usize,
    session: &Session<'_>,
) -> Result<Option<u32>, Failure> {
    let Some(asked) = line.number::<u32>("iter")? else { return Ok(None) };
    if asked == 0 {
        return Err(Failure::usage("`-iter` takes a number from 1 on"));
    }
    let limit = session.context.limits.kdf_total_iterations / derivations as u64;
    if u64::from(asked) > limit {
        return Err(Failure::usage(format!("`-iter {asked}` is more than is written: {limit} at most")));
    }
    Ok(Some(asked).filter(|asked| *asked > profile.iterations(password.origin(), derivations).0))
}

fn text(value: Option<&OsStr>) -> Result<Option<String>, Failure> {
    let read = |value: &OsStr| value.to_str().map(str::to_owned);
    value.map(|value| read(value).ok_or_else(|| Failure::usage("a name is not UTF-8 text"))).transpose()
}

/// What is not as the reader of a tutorial may think.
fn tell(options: &PackPkcs12, gathered: &Gathered, iterations: u32, line: &Line, session: &Session<'_>) {
    let asked = line.number::<u32>("iter").ok().flatten().unwrap_or(THEIR_ITERATIONS);
    if iterations > asked {
        let (ours, theirs) = (Grouped(iterations.into()), Grouped(asked.into()));
        session.notice(&format!("{ours} iterations guard the password, in place of {theirs}"));
    }
    if gathered.key.is_none() {
        session.notice("Java finds no entry in a PKCS#12 of certificates that openssl makes");
    } else if options.name.is_none() {
        session.notice(
            "without `-name` Java calls the entry `1`, an alias that Salesforce refuses; `-name` gives another",
        );
    }
    if options.password.expose().chars().count() < JAVAS_LEAST {
        session.notice(&format!("Java and keytool want a password of at least {JAVAS_LEAST} characters"));
    }
    if !options.password.is_ascii() {
        session.notice("the password has characters beyond ASCII: Java cannot open the file");
    }
}

/// The native form. Certificates without a key have none.
fn natively(options: &PackPkcs12, line: &Line, pass: &Pass<'_>) -> Option<Native> {
    let input = line.path("in").filter(|_| !line.has("nokeys"))?;
    let key = line.path("inkey").unwrap_or(input);
    // Natively an entry has a name.
    if options.name.as_ref().is_some_and(String::is_empty) {
        return None;
    }
    let native = Native::new("export p12").file("--key", key).file("--cert", input);
    let native = match line.path("certfile") {
        Some(chain) => native.file("--chain", chain),
        None => native,
    };
    let native = native
        .option("--alias", options.name.as_deref().unwrap_or("1"))
        .option_if("--for", (options.profile == Profile::Legacy).then_some("java8"))
        .option_if("--iterations", options.iterations.map(|it| it.to_string()).as_deref());
    Some(pass.natively(native).file("-o", line.path("out").unwrap_or(Path::new("-"))))
}
