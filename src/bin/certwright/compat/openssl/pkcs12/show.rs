//! `openssl pkcs12` without `-export`: keys and certificates of a keystore as PEM, with what the file says of each.

use certwright::crypto::{PublicKey, SystemRandom};
use certwright::files::Sensitivity;
use certwright::formats::pem;
use certwright::formats::pkcs5::Kdf;
use certwright::formats::pkcs8::Reading;
use certwright::formats::pkcs12::{BagContent, OpenBag, OpenSafe};
use certwright::formats::x509::Certificate;
use certwright::operations::{KeyEncoding, KeyForm, OpenedBags, open_bags};
use certwright::secret::{PasswordPurpose, SecretBytes};
use certwright::untrusted::Untrusted;

use super::arguments;
use crate::compat::line::Line;
use crate::compat::native::Native;
use crate::compat::openssl::key_output::{self, CIPHERS, Questions};
use crate::compat::openssl::pass::Pass;
use crate::compat::session::Session;
use crate::exit::ExitStatus;
use crate::render::openssl::pkcs12;
use crate::report::Failure;

/// The attribute that links a certificate to a key, RFC 2985 section 5.5.2.
const LOCAL_KEY_ID: &str = "1.2.840.113549.1.9.21";

pub(super) fn run(line: &Line, session: &Session<'_>) -> Result<ExitStatus, Failure> {
    let wants_keys = !line.has("nokeys") && !line.has("noout");
    let (passin, passout) = arguments(line);
    let pass = Pass::parse(session, ("-passin", "-passout"), passin, passout)?;
    let input = session.input(line.path("in"))?;
    let opening = pass.opening(question);
    let opened =
        open_bags(&input, wants_keys, &opening, &session.context.limits).map_err(|error| opening.failure(&error))?;
    session.context.notices(&opened.notices);
    let keys: Vec<PublicKey> = keys(&opened).collect::<Result<_, _>>()?;
    let sensitivity = if keys.is_empty() { Sensitivity::Public } else { Sensitivity::Secret };
    let mut results = session.results();
    let place = results.declare(line.path("out"), sensitivity, &keys, &[&input])?;
    let encoding = if keys.is_empty() { None } else { Some(encoding(line, &pass, session)?) };
    if line.has("info") {
        let mac = opened.mac.as_ref();
        session.context.printer.say(&mac.map_or("Warning: MAC is absent!\n".to_owned(), pkcs12::mac));
    }
    let mut parts = Vec::new();
    for safe in &opened.safes {
        let bags = match safe {
            OpenSafe::Encrypted(description, bags) => {
                say(line, session, &format!("PKCS7 Encrypted data: {}", pkcs12::encryption(description)));
                bags
            }
            OpenSafe::Plain(bags) => {
                say(line, session, "PKCS7 Data");
                bags
            }
            _ => continue,
        };
        for bag in bags {
            show(bag, encoding.as_ref(), line, session, &mut parts)?;
        }
    }
    if !line.has("noout") {
        let parts: Vec<&[u8]> = parts.iter().map(SecretBytes::expose).collect();
        results.fill(place, SecretBytes::concat(&parts).expose());
        results.commit()?;
    }
    natively(line, &pass, session);
    Ok(ExitStatus::Done)
}

fn question(_: &PasswordPurpose) -> String {
    "Enter Import Password:".to_owned()
}

/// A line of `-info`.
fn say(line: &Line, session: &Session<'_>, text: &str) {
    if line.has("info") {
        session.context.printer.say(&format!("{}\n", Untrusted(text)));
    }
}

/// The public halves of the keys that were opened.
fn keys(opened: &OpenedBags) -> impl Iterator<Item = Result<PublicKey, Failure>> {
    let bags = opened.safes.iter().flat_map(|safe| match safe {
        OpenSafe::Encrypted(_, bags) | OpenSafe::Plain(bags) => bags.as_slice(),
        _ => &[],
    });
    bags.filter_map(|bag| match &bag.content {
        BagContent::Key { key: Some(key), .. } => Some(match key.as_ref() {
            Reading::Usable(key) => Ok(key.public_key()),
            Reading::Described { why, .. } => Err(Failure::from_error(why, "unsupported", ExitStatus::Failed)),
        }),
        _ => None,
    })
}

/// How keys are written: encrypted, unless the last word on it says otherwise.
fn encoding(line: &Line, pass: &Pass<'_>, session: &Session<'_>) -> Result<KeyEncoding, Failure> {
    let given: Vec<&str> = CIPHERS.iter().copied().chain(["noenc", "nodes"]).collect();
    match line.last_of(&given) {
        Some("noenc" | "nodes") => return Ok(KeyEncoding::Plain { form: KeyForm::Pkcs8, der: false }),
        Some(cipher) => key_output::notice_cipher(session, cipher),
        None => {}
    }
    let Questions { first, again, least } = Questions::PEM;
    let password = pass.new_password(first, again, least)?;
    Ok(KeyEncoding::Encrypted { kdf: Kdf::STRONG, password, der: false })
}

/// Adds what openssl prints of one bag.
fn show(
    bag: &OpenBag,
    encoding: Option<&KeyEncoding>,
    line: &Line,
    session: &Session<'_>,
    parts: &mut Vec<SecretBytes>,
) -> Result<(), Failure> {
    let text = |text: String| SecretBytes::from(text.into_bytes());
    let own = || text(pkcs12::attributes("Bag Attributes", bag.attributes.as_deref()));
    let fault = |fault| Failure::from_error(&fault, "malformed", ExitStatus::Failed);
    match &bag.content {
        BagContent::Certificate(certificate) => {
            say(line, session, "Certificate bag");
            let is_linked = bag.attributes.iter().flatten().any(|attribute| attribute.oid == LOCAL_KEY_ID);
            let is_left_out = if is_linked { line.has("cacerts") } else { line.has("clcerts") };
            if line.has("nocerts") || line.has("noout") || is_left_out {
                return Ok(());
            }
            parts.push(own());
            if let Some(certificate) = certificate {
                parts.push(text(pkcs12::names(certificate)));
                parts.push(pem::encode(Certificate::LABEL, certificate.der()).map_err(fault)?);
            }
        }
        BagContent::Key { encryption, attributes, key } => {
            let how = encryption.as_deref().map(pkcs12::encryption);
            say(line, session, &how.map_or("Key bag".to_owned(), |how| format!("Shrouded Keybag: {how}")));
            if let (Some(Reading::Usable(key)), Some(encoding)) = (key.as_deref(), encoding) {
                parts.push(own());
                parts.push(text(pkcs12::attributes("Key Attributes", attributes.as_deref())));
                parts.push(encoding.encode(key, &mut SystemRandom::new()).map_err(fault)?);
            }
        }
        BagContent::Other(kind) => {
            session.notice(&format!("a bag of another kind, {}, is not shown", Untrusted(kind)));
        }
        _ => {}
    }
    Ok(())
}

/// The nearest native form: the parts into one file each, or a look.
fn natively(line: &Line, pass: &Pass<'_>, session: &Session<'_>) {
    let Some(input) = line.path("in") else { return };
    let input = input.to_string_lossy();
    if line.has("noout") {
        return session.natively(&pass.opening_natively(Native::new("inspect").word(&input)));
    }
    let is_plain = (line.has("noenc") || line.has("nodes")) && line.last_of(CIPHERS).is_none();
    let (key, certificates) = (!line.has("nokeys"), !line.has("nocerts"));
    let out = line.path("out").map(|path| path.to_string_lossy().into_owned());
    let native = Native::new("extract").word(&input);
    let native = match (key, certificates, out) {
        (true, false, Some(out)) => native.option("--key", &out).flag_if(!is_plain, "--encrypt-key"),
        (false, true, Some(out)) if line.has("clcerts") => native.option("--cert", &out),
        (false, true, Some(out)) if line.has("cacerts") => native.option("--chain", &out),
        (false, false, _) => return,
        (key, _, _) => {
            let encrypts = key && !is_plain;
            native
                .flag_if(key, "--key server.key")
                .flag_if(certificates, "--cert server.crt")
                .flag_if(encrypts, "--encrypt-key")
        }
    };
    let encrypts = key && !is_plain;
    session.natively(&if encrypts { pass.natively(native) } else { pass.opening_natively(native) });
}
