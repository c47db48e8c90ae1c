//! Into a file without entries: PEM, DER, one key, a public key, a JWK or a set of them.

use std::collections::{HashMap, HashSet};

use crate::crypto::{CryptoRng, PublicKey};
use crate::formats::jwk::{self, Jwk, Key};
use crate::formats::pem::{self, BagAttributes};
use crate::formats::pkcs5::Kdf;
use crate::formats::pkcs10::CertificationRequest;
use crate::formats::pkcs12::Profile;
use crate::formats::x509::Certificate;
use crate::formats::x509::chain::Pool;
use crate::formats::{self, Error as Fault, Reason, spki};
use crate::operations::contents::{Contents, Thing};
use crate::operations::unpack_keystore::certificates_pem;
use crate::operations::{Error, KeyEncoding, Notice};
use crate::secret::{PasswordOrigin, SecretBytes};

use super::{Converted, Form};

/// A public key with what is known of it: its private half, and its certificates.
pub(super) struct Known<'a> {
    public: PublicKey,
    thing: &'a Thing,
    chain: Vec<Certificate>,
}

/// What `contents` holds in a form that it has.
pub(super) fn write(form: &Form, contents: &Contents, rng: &mut dyn CryptoRng) -> Result<Converted, Error> {
    let broken = |source| Error::CannotMake { what: "the new form", source };
    let has_keys = contents.entries.iter().any(|it| it.thing.is_key());
    let mut converted = Converted {
        octets: SecretBytes::zeroed(0),
        is_secret: has_keys,
        holds_key: false,
        what: contents.summary(),
        aliases: Vec::new(),
        notices: Vec::new(),
    };
    match form {
        Form::Der(encoding) => converted.octets = der(contents, encoding, rng).map_err(broken)?,
        Form::Env(encoding) => {
            let encoding = affordable(encoding, contents, &mut converted.notices);
            let text = text(contents, &encoding, false, rng).map_err(broken)?;
            converted.octets = SecretBytes::concat(&[pem::encode_line(&text).expose(), b"\n"]);
        }
        Form::Jwk { public } => {
            let keys = public_keys(contents).map_err(broken)?;
            let jwk = keys.first().map(|known| known.jwk(*public)).ok_or_else(|| broken(nothing()))?;
            converted.is_secret = matches!(jwk.key, Key::Private(_));
            let half = if converted.is_secret { "private" } else { "public" };
            converted.what = format!("{half} JWK {}", jwk::thumbprint(&jwk.key.public_key()));
            converted.octets = jwk::encode(&jwk).map_err(broken)?;
        }
        Form::Jwks => {
            let keys: Vec<Jwk> = public_keys(contents).map_err(broken)?.iter().map(|it| it.jwk(true)).collect();
            converted.is_secret = false;
            converted.what = match keys.len() {
                1 => "a set of one public JWK".to_owned(),
                count => format!("a set of {count} public JWKs"),
            };
            converted.octets = SecretBytes::from(jwk::encode_set(&keys));
        }
        Form::Key(encoding) => {
            let key = contents.entries.iter().find_map(|it| match &it.thing {
                Thing::Key { key, .. } => Some(key),
                _ => None,
            });
            let key = key.ok_or_else(|| broken(nothing()))?;
            converted.octets = encoding.encode(key, rng).map_err(broken)?;
            converted.what = format!("{} private key", key.algorithm());
            let left: usize = contents.certificates().count()
                + contents.entries.iter().map(|it| it.thing.chain().len()).sum::<usize>();
            if left > 0 {
                let what =
                    if left == 1 { "one certificate was".to_owned() } else { format!("{left} certificates were") };
                converted.notices.push(Notice::LeftOut(what, "the form holds a private key alone"));
            }
        }
        Form::Pem(encoding) => {
            let encoding = affordable(encoding, contents, &mut converted.notices);
            converted.octets = text(contents, &encoding, true, rng).map_err(broken)?;
            converted.aliases = contents.aliases(|_| true);
        }
        Form::Public { der } => {
            let keys = public_keys(contents).map_err(broken)?;
            let public = &keys.first().ok_or_else(|| broken(nothing()))?.public;
            let encoded = spki::encode(public).map_err(broken)?;
            converted.is_secret = false;
            converted.what = format!("{} public key", public.algorithm());
            converted.octets = match der {
                true => SecretBytes::from(encoded),
                false => pem::encode(spki::LABEL, &encoded).map_err(broken)?,
            };
        }
        Form::Jks { .. } | Form::Pkcs12 { .. } => {}
    }
    // What has no entries is a secret for its key only.
    converted.holds_key = converted.is_secret;
    Ok(converted)
}

/// The encoding with so few iterations for each key that a file of this many is still opened.
fn affordable(encoding: &KeyEncoding, contents: &Contents, notices: &mut Vec<Notice>) -> KeyEncoding {
    let keys = contents.entries.iter().filter(|it| it.thing.is_key()).count();
    match encoding {
        KeyEncoding::Encrypted { kdf, password, der } if *kdf == Kdf::STRONG => {
            let (iterations, lowered) = Profile::Modern.iterations(PasswordOrigin::Chosen, keys);
            if lowered {
                notices.push(Notice::IterationsLowered(iterations));
            }
            KeyEncoding::Encrypted { kdf: Kdf::Pbkdf2 { iterations }, password: password.clone(), der: *der }
        }
        encoding => encoding.clone(),
    }
}

fn nothing() -> Fault {
    Fault::new("the form", Reason::CannotHold("there is nothing to convert".to_owned()))
}

/// Each public key once, in the order of the input: a certificate that issued another one of a file without entries counts
/// as part of that one's chain.
pub(super) fn public_keys(contents: &Contents) -> Result<Vec<Known<'_>>, formats::Error> {
    let mut pool = Pool::new();
    let mut issuers: HashSet<usize> = HashSet::new();
    if !contents.is_store {
        for certificate in contents.certificates() {
            pool.insert(certificate);
        }
        for number in 0..pool.certificates().len() {
            issuers.extend(pool.chain(number).get(1));
        }
    }
    let mut numbers: HashMap<Vec<u8>, usize> = HashMap::new();
    let mut found: Vec<Known<'_>> = Vec::new();
    for thing in contents.entries.iter().map(|it| &it.thing) {
        let number = match thing {
            Thing::Certificate(certificate) => Some(pool.insert(certificate)),
            _ => None,
        };
        if number.is_some_and(|number| issuers.contains(&number)) {
            continue;
        }
        let Some(public) = thing.public_key()? else { continue };
        let chain = match number {
            Some(number) => pool.chain(number).into_iter().map(|it| pool.get(it).clone()).collect(),
            None => thing.chain().to_vec(),
        };
        match numbers.get(&spki::encode(&public)?).and_then(|index| found.get_mut(*index)) {
            // A private key knows more than its certificate, request or public half.
            Some(known) if thing.is_key() => *known = Known { public, thing, chain },
            Some(known) if known.chain.is_empty() => known.chain = chain,
            Some(_) => {}
            None => {
                numbers.insert(spki::encode(&public)?, found.len());
                found.push(Known { public, thing, chain });
            }
        }
    }
    if found.is_empty() { Err(nothing()) } else { Ok(found) }
}

impl Known<'_> {
    fn jwk(&self, public: bool) -> Jwk {
        let key = match self.thing {
            Thing::Key { key, .. } if !public => Key::Private(key.clone()),
            _ => Key::Public(self.public.clone()),
        };
        Jwk { key, kid: None, certificates: self.chain.iter().map(|it| it.der().to_vec()).collect() }
    }
}

/// The one thing, in DER.
fn der(contents: &Contents, encoding: &KeyEncoding, rng: &mut dyn CryptoRng) -> Result<SecretBytes, Fault> {
    match contents.entries.first().map(|it| &it.thing) {
        Some(Thing::Certificate(certificate)) => Ok(SecretBytes::concat(&[certificate.der()])),
        Some(Thing::Key { key, .. }) => encoding.encode(key, rng),
        Some(Thing::Public(key)) => spki::encode(key).map(SecretBytes::from),
        Some(Thing::Request(request)) => Ok(SecretBytes::concat(&[request.der()])),
        Some(Thing::Other) | None => Err(nothing()),
    }
}

/// Everything in PEM: each key, then its certificates from its own to the last issuer's. With `names`, the aliases of
/// entries stand before them as `openssl pkcs12` writes them, and are read back.
fn text(
    contents: &Contents,
    encoding: &KeyEncoding,
    names: bool,
    rng: &mut dyn CryptoRng,
) -> Result<SecretBytes, Fault> {
    let mut parts: Vec<SecretBytes> = Vec::new();
    for found in &contents.entries {
        let alias = found.alias.clone().filter(|_| names);
        let trusted = contents.is_store && matches!(found.thing, Thing::Certificate(_));
        let heading = match alias {
            Some(alias) => BagAttributes { friendly_name: Some(alias), trusted }.encode()?,
            None => SecretBytes::zeroed(0),
        };
        match &found.thing {
            Thing::Certificate(certificate) => {
                parts.push(heading);
                parts.push(certificates_pem(std::slice::from_ref(certificate))?.into());
            }
            Thing::Key { key, chain } => {
                parts.push(heading.clone());
                parts.push(encoding.encode(key, rng)?);
                if !chain.is_empty() {
                    parts.push(heading);
                    parts.push(certificates_pem(chain)?.into());
                }
            }
            Thing::Public(key) => parts.push(pem::encode(spki::LABEL, &spki::encode(key)?)?),
            Thing::Request(request) => parts.push(pem::encode(CertificationRequest::LABEL, request.der())?),
            Thing::Other => {}
        }
    }
    Ok(SecretBytes::concat(&parts.iter().map(SecretBytes::expose).collect::<Vec<_>>()))
}
