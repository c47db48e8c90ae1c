//! `openssl genpkey`: a key of any kind.

use std::ffi::OsString;

use certwright::crypto::{KeyAlgorithm, SystemRandom};
use certwright::files::Sensitivity;
use certwright::operations::{GenerateKey, KeyForm, generate_key};
use certwright::secret::SecretBytes;
use certwright::untrusted::Untrusted;

use super::key_input::{self, FileForm};
use super::key_output::{self, CIPHERS, Questions, Wanted};
use super::pass::Pass;
use crate::compat::line::{Grammar, Line, Takes};
use crate::compat::native::Native;
use crate::compat::session::Session;
use crate::exit::ExitStatus;
use crate::render::openssl::key as render;
use crate::report::Failure;

pub(super) const GRAMMAR: Grammar = Grammar {
    command: "openssl genpkey",
    options: &[
        ("algorithm", Takes::Value),
        ("pkeyopt", Takes::Value),
        ("out", Takes::Value),
        ("outform", Takes::Value),
        ("pass", Takes::Value),
        ("text", Takes::Nothing),
        ("quiet", Takes::Nothing),
    ],
    flags: CIPHERS,
    refused: &[
        ("config", "leave `-config` out: nothing in it changes a key"),
        ("engine", ""),
        ("genparam", "a key names its curve itself: leave `-genparam` out"),
        ("paramfile", "name the curve, as in `-algorithm EC -pkeyopt ec_paramgen_curve:P-256`"),
        ("provider", ""),
        ("provider-path", ""),
        ("propquery", ""),
    ],
    operands: 0,
    any_case: false,
    native: "certwright genkey",
};

/// The length of an RSA key where none is given, in bits.
const DEFAULT_BITS: u32 = 2048;

/// The lengths of RSA keys that are made, in bits.
const LENGTHS: [u32; 3] = [2048, 3072, 4096];

pub(super) fn run(words: &[OsString], session: &Session<'_>) -> Result<ExitStatus, Failure> {
    let line = GRAMMAR.parse(words)?;
    let algorithm = algorithm(&line)?;
    let der = key_input::file_form(&line, "outform")? == Some(FileForm::Der);
    let pass = Pass::parse(session, ("-passin", "-pass"), None, line.value("pass"))?;
    let mut results = session.results();
    let place = results.declare(line.path("out"), Sensitivity::Secret, &[], &[])?;
    let encrypted = key_output::encrypted(&line, session);
    let form = match encrypted {
        // In DER, openssl writes the structure that the key had before PKCS#8.
        None if der => key_output::traditional_form(algorithm).unwrap_or(KeyForm::Pkcs8),
        Some(_) if der => {
            session.notice("the key is encrypted; openssl would write it open, since it encrypts no DER here");
            KeyForm::Pkcs8
        }
        _ => KeyForm::Pkcs8,
    };
    let encoding = key_output::encoding(&pass, session, Wanted { form, der, encrypted, questions: Questions::PEM })?;
    let native = Native::new("genkey").option_if("-t", native_name(algorithm).as_deref());
    let native = key_output::of_genkey(native, &encoding, &pass);
    let made = generate_key(&GenerateKey { algorithm, encoding }, &mut SystemRandom::new())
        .map_err(|error| session.context.failure(&error))?;
    let text = match line.has("text") {
        true => render::private(&made.key).map_err(key_output::unwritable)?,
        false => SecretBytes::zeroed(0),
    };
    results.fill(place, SecretBytes::concat(&[made.encoded.expose(), text.expose()]).expose());
    let native = results.natively(native.file("-o", line.path("out").unwrap_or("-".as_ref())));
    results.commit()?;
    session.natively(&native);
    Ok(ExitStatus::Done)
}

/// What `genkey -t` calls the kind, where it is not the default.
pub(super) fn native_name(algorithm: KeyAlgorithm) -> Option<String> {
    match algorithm {
        KeyAlgorithm::Ed25519 => Some("ed25519".to_owned()),
        KeyAlgorithm::P256 => Some("p256".to_owned()),
        KeyAlgorithm::P384 => Some("p384".to_owned()),
        KeyAlgorithm::P521 => Some("p521".to_owned()),
        KeyAlgorithm::Rsa { bits: DEFAULT_BITS } => None,
        KeyAlgorithm::Rsa { bits } => Some(format!("rsa:{bits}")),
        _ => None,
    }
}

/// What `-algorithm` and its `-pkeyopt`s ask for.
fn algorithm(line: &Line) -> Result<KeyAlgorithm, Failure> {
    let Some(name) = line.text("algorithm")? else {
        return Err(Failure::usage("`openssl genpkey` needs `-algorithm`").hint("for instance, `-algorithm RSA`"));
    };
    of_type(name, line, DEFAULT_BITS)
}

/// The kind of key by its `name` and the line's `-pkeyopt`s; an RSA key without length has `bits`.
///
/// # Errors
/// A usage failure that names what is not offered.
pub(super) fn of_type(name: &str, line: &Line, bits: u32) -> Result<KeyAlgorithm, Failure> {
    let mut options = Vec::new();
    for value in line.values("pkeyopt") {
        let option = value.to_str().and_then(|text| text.split_once(':'));
        options.push(option.ok_or_else(|| Failure::usage("`-pkeyopt` takes a name and a value, as `name:value`"))?);
    }
    match name.to_ascii_uppercase().as_str() {
        "RSA" => rsa(&options, bits),
        "EC" => ec(&options),
        "ED25519" => match options.first() {
            Some((option, _)) => Err(no_option(name, option)),
            None => Ok(KeyAlgorithm::Ed25519),
        },
        _ => Err(Failure::usage(format!("keys of type `{}` are not offered here", Untrusted(name)))
            .hint("there are RSA, EC and ED25519")),
    }
}

fn rsa(options: &[(&str, &str)], mut bits: u32) -> Result<KeyAlgorithm, Failure> {
    for (option, value) in options {
        match *option {
            "rsa_keygen_bits" | "bits" => {
                bits = value
                    .parse()
                    .map_err(|_| Failure::usage(format!("`{option}` takes the length in bits, such as 2048")))?;
            }
            "rsa_keygen_pubexp" if *value == "65537" => {}
            "rsa_keygen_pubexp" => {
                return Err(Failure::usage("`rsa_keygen_pubexp` is offered here with 65537 only"));
            }
            _ => return Err(no_option("RSA", option)),
        }
    }
    of_length(bits)
}

/// An RSA key of `bits` bits.
///
/// # Errors
/// A usage failure for a length that is not made.
pub(super) fn of_length(bits: u32) -> Result<KeyAlgorithm, Failure> {
    if LENGTHS.contains(&bits) {
        return Ok(KeyAlgorithm::Rsa { bits });
    }
    let lengths = LENGTHS.map(|bits| bits.to_string()).join(", ");
    Err(Failure::usage(format!("RSA keys of {bits} bits are not made here"))
        .hint(format!("nothing was written; give one of the lengths {lengths}")))
}

fn ec(options: &[(&str, &str)]) -> Result<KeyAlgorithm, Failure> {
    const CURVES: &str = "there are P-256 (prime256v1), P-384 (secp384r1) and P-521 (secp521r1)";
    let mut curve = None;
    for (option, value) in options {
        match *option {
            "ec_paramgen_curve" | "group" => {
                curve = Some(match *value {
                    "P-256" | "prime256v1" => KeyAlgorithm::P256,
                    "P-384" | "secp384r1" => KeyAlgorithm::P384,
                    "P-521" | "secp521r1" => KeyAlgorithm::P521,
                    other => {
                        let message = format!("the curve `{}` is not offered here", Untrusted(other));
                        return Err(Failure::usage(message).hint(CURVES));
                    }
                });
            }
            "ec_param_enc" if *value == "named_curve" => {}
            "ec_param_enc" => {
                return Err(Failure::usage("`ec_param_enc` is offered here with named_curve only"));
            }
            _ => return Err(no_option("EC", option)),
        }
    }
    curve.ok_or_else(|| {
        Failure::usage("an EC key needs its curve")
            .hint("for instance, `-pkeyopt ec_paramgen_curve:P-256`")
            .hint(CURVES)
    })
}

fn no_option(algorithm: &str, option: &str) -> Failure {
    Failure::usage(format!(
        "`-pkeyopt {}` is not offered here for keys of type {}",
        Untrusted(option),
        Untrusted(algorithm)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(line: &str) -> Result<KeyAlgorithm, Failure> {
        let words: Vec<OsString> = line.split_whitespace().map(OsString::from).collect();
        GRAMMAR.parse(&words).and_then(|line| algorithm(&line))
    }

    #[test]
    fn kinds_and_curves_go_by_openssls_names() {
        for (line, algorithm) in [
            ("-algorithm RSA", KeyAlgorithm::Rsa { bits: 2048 }),
            ("-algorithm rsa -pkeyopt rsa_keygen_bits:4096", KeyAlgorithm::Rsa { bits: 4096 }),
            ("-algorithm EC -pkeyopt ec_paramgen_curve:prime256v1", KeyAlgorithm::P256),
            ("-algorithm EC -pkeyopt group:secp384r1 -pkeyopt ec_param_enc:named_curve", KeyAlgorithm::P384),
            ("-algorithm EC -pkeyopt ec_paramgen_curve:P-521", KeyAlgorithm::P521),
            ("-algorithm ed25519", KeyAlgorithm::Ed25519),
        ] {
            assert_eq!(asked(line), Ok(algorithm), "{line}");
        }
    }

    #[test]
    fn what_is_not_offered_is_refused_by_name() {
        for (line, message) in [
            ("", "`openssl genpkey` needs `-algorithm`"),
            ("-algorithm X25519", "keys of type `X25519` are not offered here"),
            ("-algorithm EC", "an EC key needs its curve"),
            ("-algorithm EC -pkeyopt group:secp256k1", "the curve `secp256k1` is not offered here"),
            ("-algorithm EC -pkeyopt group", "`-pkeyopt` takes a name and a value, as `name:value`"),
            ("-algorithm EC -pkeyopt ec_param_enc:explicit", "`ec_param_enc` is offered here with named_curve only"),
            ("-algorithm RSA -pkeyopt rsa_keygen_pubexp:3", "`rsa_keygen_pubexp` is offered here with 65537 only"),
            ("-algorithm RSA -pkeyopt group:P-256", "`-pkeyopt group` is not offered here for keys of type RSA"),
            ("-algorithm ED25519 -pkeyopt bits:1", "`-pkeyopt bits` is not offered here for keys of type ED25519"),
            ("-paramfile x", "`-paramfile` of `openssl genpkey` is not offered here"),
        ] {
            assert_eq!(asked(line).unwrap_err().message, message, "{line}");
        }
    }
}
