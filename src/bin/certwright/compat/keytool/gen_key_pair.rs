//! `keytool -genkeypair`: a key with a certificate that it signs itself, as an entry of a keystore.

use std::ffi::OsString;
use std::path::Path;

use certwright::crypto::{KeyAlgorithm, SystemRandom};
use certwright::files::Input;
use certwright::formats::keystore::{Content, Entry};
use certwright::formats::x509::{Details, DistinguishedName};
use certwright::operations::{
    GenerateKey, Import, ImportEntries, KeyEncoding, KeyForm, Named, SelfSign, generate_key, self_sign,
};
use certwright::secret::{NoPasswords, Password};
use certwright::untrusted::Untrusted;

use super::algorithms;
use super::cert_req::dname;
use super::entries::{Target, alias};
use super::extension::{self, OfCertificate};
use super::passwords::Passwords;
use super::question::distinguished_name;
use super::store::StoreType;
use crate::compat::line::{Grammar, Takes};
use crate::compat::native::Native;
use crate::compat::session::Session;
use crate::exit::ExitStatus;
use crate::render::keytool::name;
use crate::report::Failure;

pub(super) const GRAMMAR: Grammar = Grammar {
    command: "keytool -genkeypair",
    options: &[
        ("alias", Takes::Value),
        ("dname", Takes::Value),
        ("ext", Takes::Value),
        ("groupname", Takes::Value),
        ("keyalg", Takes::Value),
        ("keypass", Takes::Password),
        ("keysize", Takes::Value),
        ("keystore", Takes::Value),
        ("sigalg", Takes::Value),
        ("storepass", Takes::Password),
        ("storetype", Takes::Value),
        ("v", Takes::Nothing),
        ("validity", Takes::Value),
    ],
    flags: &[],
    refused: &[
        ("addprovider", ""),
        ("cacerts", "name the keystore's file with `-keystore FILE`"),
        ("conf", "write the options into the line itself"),
        ("protected", ""),
        ("providerarg", ""),
        ("providerclass", ""),
        ("providername", ""),
        ("providerpath", ""),
        (
            "signer",
            "to have a certificate signed by a CA's key, run `certwright sign FILE --ca-cert FILE --ca-key FILE`",
        ),
        (
            "signerkeypass",
            "to have a certificate signed by a CA's key, run `certwright sign FILE --ca-cert FILE --ca-key FILE`",
        ),
        ("startdate", "a certificate begins when it is made"),
    ],
    operands: 0,
    any_case: true,
    native: "certwright create",
};

/// How long a certificate is valid where `-validity` does not say it, in days.
const DAYS: u32 = 90;

pub(super) fn run(words: &[OsString], session: &Session<'_>) -> Result<ExitStatus, Failure> {
    let line = GRAMMAR.parse(words)?;
    let context = session.context;
    let passwords = Passwords::of(&line, session);
    let algorithm = algorithms::key(&line)?;
    let digest = algorithms::digest(&line, algorithm)?;
    let OfCertificate { subject_alt_names, is_ca, details } =
        extension::of_certificate(extension::parse(line.values("ext"))?)?;
    let days = line.number::<u32>("validity")?.unwrap_or(DAYS);
    let not_after = context.now.plus_days(days).ok().filter(|_| days > 0);
    let not_after =
        not_after.ok_or_else(|| Failure::usage(format!("`-validity {days}` is no time that can be stated")))?;
    let name = alias(&line)?;
    let subject = dname(&line)?;
    let target = Target::open(&line, &passwords, session)?;
    if let Some(entries) = target.entries().filter(|entries| entries.get(name).is_some()) {
        let store = Untrusted(entries.input.name());
        let message =
            format!("the key pair was not generated: alias `{}` already exists in `{store}`", Untrusted(name));
        return Err(Failure::new("alias_taken", ExitStatus::Failed, message)
            .hint("nothing was written; choose another with `-alias NAME`"));
    }
    let subject = match subject {
        Some(subject) => subject,
        None => distinguished_name(session)?,
    };
    let entry_password = entry_password(&target, &passwords, session)?;
    let mut results = session.results();
    let place = target.declare(&mut results)?;

    context.printer.note(&format!(
        "Generating {} key pair and self-signed certificate ({}) with a validity of {days} days",
        described(algorithm),
        algorithms::signature(algorithm, digest),
    ));
    context.printer.note(&format!("    for: {}", name::distinguished(&subject)));
    let mut rng = SystemRandom::new();
    let encoding = KeyEncoding::Plain { form: KeyForm::Pkcs8, der: true };
    let failure = |error| context.failure(&error);
    let made = generate_key(&GenerateKey { algorithm, encoding }, &mut rng).map_err(failure)?;
    let is_plain = !is_ca && details == Details::default() && digest.is_none();
    let names = subject_alt_names.clone();
    let options = SelfSign {
        named: Named::Subject { subject: subject.clone(), subject_alt_names },
        not_after,
        is_ca,
        details: Details { digest, ..details },
    };
    let key = Input::new("the new key", made.encoded);
    let certificate =
        self_sign(&options, &key, &NoPasswords, &context.limits, context.now, &mut rng).map_err(failure)?;
    let content = Content::PrivateKey { key: made.key, chain: vec![certificate] };
    let entry = Entry { alias: name.to_owned(), content };
    let options =
        ImportEntries { entries: vec![Import { entry, replaces: false }], entry_password, created: context.now };
    let stored = target.import(&options, &passwords, session)?;
    results.fill(place, stored.octets.expose());
    results.commit()?;
    if let Target::New { path, kind, .. } = &target
        && is_plain
        && options.entry_password.is_none()
    {
        let native = natively(path, *kind, algorithm, days, &subject);
        let native = names.iter().fold(native, |native, name| native.option("--san", &name.to_string()));
        let native = native.option("--alias", stored.aliases.first().map_or(name, String::as_str));
        session.natively(&passwords.natively(native, "--passout", "storepass"));
    }
    Ok(ExitStatus::Done)
}

/// The entry's own password. A PKCS#12 has none; in a JKS it is what `-keypass` gives, and the keystore's without.
fn entry_password(
    target: &Target,
    passwords: &Passwords<'_>,
    session: &Session<'_>,
) -> Result<Option<Password>, Failure> {
    let given = passwords.given("keypass")?.filter(|given| given != target.password());
    match given {
        Some(_) if !target.is_jks() => {
            session.notice("a PKCS12 keystore has one password for all: `-keypass` is ignored, as keytool does it");
            Ok(None)
        }
        Some(given) => {
            if given.check_new().is_err() {
                return Err(Failure::usage("the password of `-keypass` is shorter than 6 characters"));
            }
            session.notice("the entry has a password of its own, `-keypass`: Salesforce refuses such a keystore");
            Ok(Some(given))
        }
        None => Ok(None),
    }
}

/// `certwright create` for a keystore of this one entry; it ends the file's name in `.p12` or `.jks`.
fn natively(path: &Path, kind: StoreType, algorithm: KeyAlgorithm, days: u32, subject: &DistinguishedName) -> Native {
    let kind_of_key = match algorithm {
        KeyAlgorithm::Rsa { bits } => format!("rsa:{bits}"),
        KeyAlgorithm::P256 => "p256".to_owned(),
        KeyAlgorithm::P384 => "p384".to_owned(),
        KeyAlgorithm::P521 => "p521".to_owned(),
        _ => "ed25519".to_owned(),
    };
    let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let native = Native::new("create")
        .option("--only", kind.native())
        .option("-t", &kind_of_key)
        .option("--days", &days.to_string())
        .option("--subject", &subject.to_string());
    let native = folder.map_or(native.clone(), |folder| native.clone().file("--dir", folder));
    native.option("--name", &stem)
}

/// The key in keytool's words, such as `2,048 bit RSA` or `256 bit EC (secp256r1)`.
fn described(algorithm: KeyAlgorithm) -> String {
    match algorithm {
        KeyAlgorithm::Rsa { bits } => format!("{},{:03} bit RSA", bits / 1000, bits % 1000),
        KeyAlgorithm::P256 => "256 bit EC (secp256r1)".to_owned(),
        KeyAlgorithm::P384 => "384 bit EC (secp384r1)".to_owned(),
        KeyAlgorithm::P521 => "521 bit EC (secp521r1)".to_owned(),
        _ => "255 bit Ed25519".to_owned(),
    }
}
