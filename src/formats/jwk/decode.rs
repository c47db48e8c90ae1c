//! Reading keys and sets: each number at its length, each private member held against the public ones.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use der::Encode;
use der::asn1::UintRef;
use pkcs1::DecodeRsaPublicKey;
use rsa::{BoxedUint, RsaPrivateKey, RsaPublicKey};

use super::json::Json;
use super::{FORMAT, Jwk, Key};
use crate::crypto::{DigestAlgorithm, KeyAlgorithm, PrivateKey, PrivateKeyKind, PublicKey, PublicKeyKind};
use crate::formats::{Error, Place, Reason};
use crate::limits::Limits;
use crate::secret::SecretBytes;

/// Whether these octets are meant to be a JWK or a set of them.
#[must_use]
pub fn looks_like_jwk(octets: &[u8]) -> bool {
    let octets = octets.strip_prefix(b"\xef\xbb\xbf").unwrap_or(octets);
    let begins = octets.iter().find(|octet| !octet.is_ascii_whitespace()) == Some(&b'{');
    begins && octets.windows(5).any(|window| window == b"\"kty\"")
}

/// The keys in a JWK or a set, in its order.
///
/// A set may hold kinds of key that are not known here, which are passed over as RFC 7517 section 5 asks; one key must be
/// known.
///
/// # Errors
/// [`Reason::Unsupported`] for a kind or curve that is not read, and for symmetric keys wherever they stand;
/// [`Reason::Malformed`] with the member that is wrong; [`Reason::LimitExceeded`] for more keys than
/// [`Limits::entries`].
pub fn decode(octets: &[u8], limits: &Limits) -> Result<Vec<Jwk>, Error> {
    let mut found = Vec::new();
    let mut passed_over = None;
    for (index, Scanned { kid, is_symmetric, key, in_set, .. }) in scan(octets, limits)?.into_iter().enumerate() {
        match key {
            Ok(jwk) => found.push(jwk),
            Err(fault) if !in_set => return Err(fault),
            Err(fault) if is_symmetric => {
                return Err(fault.at(Place::Entry(kid.unwrap_or_else(|| (index + 1).to_string()))));
            }
            Err(fault) => passed_over = Some(fault),
        }
    }
    match passed_over {
        Some(fault) if found.is_empty() => Err(fault),
        _ => Ok(found),
    }
}

/// A key of a JWK or a set, or why it is not used here.
#[derive(Debug)]
pub struct Scanned {
    /// The name that it states.
    pub kid: Option<String>,
    /// Whether it is of the kind `oct`: a secret without a public half.
    pub is_symmetric: bool,
    /// The key; the fault is always [`Reason::Unsupported`].
    pub key: Result<Jwk, Error>,
    /// What it says that it may be used for.
    pub purpose: Purpose,
    in_set: bool,
}

/// What a key says that it may be used for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Purpose {
    /// The one algorithm, `alg`: RFC 7517 section 4.4.
    pub algorithm: Option<String>,
    /// `use`: `sig` or `enc`, RFC 7517 section 4.2.
    pub usage: Option<String>,
    /// `key_ops`: such as `sign` and `verify`, RFC 7517 section 4.3.
    pub operations: Option<Vec<String>>,
    /// The first of these members that is of another type than the standard's. What it would restrict is unknown, so that
    /// nobody may take the key for unrestricted.
    pub unreadable: Option<&'static str>,
}

impl Purpose {
    fn of(json: &Json<'_>) -> Self {
        let mut purpose = Self::default();
        let mut texts = [("alg", &mut purpose.algorithm), ("use", &mut purpose.usage)];
        for (name, stated) in &mut texts {
            match json.member(name) {
                None => {}
                Some(value) => match value.text() {
                    Some(text) => **stated = Some(text.to_owned()),
                    None => purpose.unreadable = purpose.unreadable.or(Some(name)),
                },
            }
        }
        let names = |list: &[Json<'_>]| list.iter().map(|it| it.text().map(ToOwned::to_owned)).collect();
        match json.member("key_ops") {
            None => {}
            Some(Json::List(list)) if list.iter().all(|it| it.text().is_some()) => purpose.operations = names(list),
            Some(_) => purpose.unreadable = purpose.unreadable.or(Some("key_ops")),
        }
        purpose
    }
}

/// Everything in a JWK or a set, in its order, also what is not used here.
///
/// # Errors
/// [`Reason::Malformed`] with the member that is wrong; [`Reason::LimitExceeded`] as [`decode`].
pub fn scan(octets: &[u8], limits: &Limits) -> Result<Vec<Scanned>, Error> {
    let document = Json::parse(octets).map_err(|fault| Error::malformed(FORMAT, fault))?;
    let (keys, in_set) = match document.member("keys") {
        None => (std::slice::from_ref(&document), false),
        Some(Json::List(keys)) => (keys.as_slice(), true),
        Some(_) => return Err(Error::malformed(FORMAT, "`keys` is no list")),
    };
    if keys.len() > limits.entries {
        let (asked, limit) = (keys.len() as u64, limits.entries as u64);
        return Err(Error::new(FORMAT, Reason::LimitExceeded { what: "keys", asked, limit }));
    }
    let mut found = Vec::with_capacity(keys.len());
    for (index, it) in keys.iter().enumerate() {
        let kid = it.member("kid").and_then(Json::text).map(ToOwned::to_owned);
        let key = key(it);
        if let Err(fault) = &key
            && !matches!(fault.reason, Reason::Unsupported(_))
        {
            let place = in_set.then(|| Place::Entry(kid.unwrap_or_else(|| (index + 1).to_string())));
            return Err(match place {
                Some(place) => fault.clone().at(place),
                None => fault.clone(),
            });
        }
        let is_symmetric = it.member("kty").and_then(Json::text) == Some("oct");
        found.push(Scanned { kid, is_symmetric, key, purpose: Purpose::of(it), in_set });
    }
    Ok(found)
}

fn key(json: &Json<'_>) -> Result<Jwk, Error> {
    if !matches!(json, Json::Object(_)) {
        return Err(Error::malformed(FORMAT, "a key is no JSON object"));
    }
    let kind = text(json, "kty")?.ok_or_else(|| missing("kty"))?;
    let key = match kind {
        "EC" => ec(json)?,
        "OKP" => okp(json)?,
        "RSA" => rsa(json)?,
        "oct" => return Err(Error::unsupported(FORMAT, "a symmetric key (`oct`), which has no public half,")),
        other => return Err(Error::unsupported(FORMAT, format!("a key of kind `{other}`"))),
    };
    let certificates = certificates(json)?;
    if let (Some(leaf), Some(stated)) = (certificates.first(), text(json, "x5t#S256")?)
        && stated != URL_SAFE_NO_PAD.encode(DigestAlgorithm::Sha256.digest(leaf))
    {
        return Err(Error::malformed(FORMAT, "`x5t#S256` is not the digest of the first certificate in `x5c`"));
    }
    Ok(Jwk { key, kid: text(json, "kid")?.map(ToOwned::to_owned), certificates })
}

fn certificates(json: &Json<'_>) -> Result<Vec<Vec<u8>>, Error> {
    let wrong = || Error::malformed(FORMAT, "`x5c` is no list of certificates in base64");
    match json.member("x5c") {
        None => Ok(Vec::new()),
        Some(Json::List(list)) => list
            .iter()
            .map(|it| STANDARD.decode(it.text().ok_or_else(wrong)?).map_err(|_| wrong()))
            .collect::<Result<_, _>>(),
        Some(_) => Err(wrong()),
    }
}

fn rsa(json: &Json<'_>) -> Result<Key, Error> {
    let (n, e) = (number(json, "n")?.ok_or_else(|| missing("n"))?, number(json, "e")?.ok_or_else(|| missing("e"))?);
    let unfit = || Error::malformed(FORMAT, "`n` and `e` are no RSA key");
    let encoded = sequence(&[n.expose(), e.expose()])?;
    let public = RsaPublicKey::from_pkcs1_der(encoded.expose()).map_err(|_| unfit())?;
    let public = PublicKey(PublicKeyKind::Rsa(Box::new(public)));
    if let KeyAlgorithm::Rsa { bits } = public.algorithm()
        && bits < 1024
    {
        return Err(Error::unsupported(FORMAT, format!("an RSA key of {bits} bits")));
    }
    if json.member("oth").is_some() {
        return Err(Error::unsupported(FORMAT, "an RSA key of more than two primes"));
    }
    let names = ["d", "p", "q", "dp", "dq", "qi"];
    let parts = names.map(|name| number(json, name));
    let [d, p, q, dp, dq, qi] = parts;
    match [d?, p?, q?, dp?, dq?, qi?] {
        [None, None, None, None, None, None] => Ok(Key::Public(public)),
        [Some(d), Some(p), Some(q), Some(dp), Some(dq), Some(qi)] => {
            let parts = [&n, &e, &d, &p, &q, &dp, &dq, &qi].map(SecretBytes::expose);
            let encoded = sequence(&[&[&[0_u8][..]], &parts[..]].concat())?;
            let unfit = |_| Error::malformed(FORMAT, "its private members do not fit `n` and `e`");
            let key = crate::formats::pkcs1::decode(encoded.expose()).map_err(unfit)?;
            // The library makes these three anew from the others; those that stand here must be the same.
            let again = crate::formats::pkcs1::encode(&key)?;
            if again != encoded {
                return Err(Error::malformed(FORMAT, "`dp`, `dq` or `qi` do not fit the other private members"));
            }
            Ok(Key::Private(key))
        }
        [Some(d), None, None, None, None, None] => with_primes(&n, &e, &d).map(Key::Private),
        _ => Err(Error::malformed(FORMAT, "some of `d`, `p`, `q`, `dp`, `dq` and `qi` are missing")),
    }
}

/// The key whose JWK has `d` alone, as RFC 7518 section 6.3.2 allows: its primes are worked out.
fn with_primes(n: &SecretBytes, e: &SecretBytes, d: &SecretBytes) -> Result<PrivateKey, Error> {
    let unfit = || Error::malformed(FORMAT, "the private member `d` does not fit `n` and `e`");
    // The search needs exponents of more than 16 bits, NIST SP 800-56B appendix C.2.
    if e.expose().len() < 3 {
        return Err(Error::unsupported(FORMAT, "an RSA key that leaves its primes out and has an exponent this small"));
    }
    let bits = u32::try_from(n.expose().len()).map_err(|_| unfit())?.saturating_mul(8);
    let number = |octets: &SecretBytes| BoxedUint::from_be_slice(octets.expose(), bits).map_err(|_| unfit());
    let (n, e, d) = (number(n)?, number(e)?, number(d)?);
    let one = BoxedUint::one_with_precision(bits);
    if d <= one || d >= n {
        return Err(unfit());
    }
    let key = RsaPrivateKey::from_components(n, e, d, Vec::new()).map_err(|_| unfit())?;
    // What was worked out is held to the same rules as a key that states its primes.
    let key = PrivateKey(PrivateKeyKind::Rsa(Box::new(key)));
    crate::formats::pkcs1::decode(crate::formats::pkcs1::encode(&key)?.expose()).map_err(|_| unfit())
}

/// A DER SEQUENCE of INTEGERs: the structures of PKCS#1.
fn sequence(numbers: &[&[u8]]) -> Result<SecretBytes, Error> {
    let broken = |_| Error::malformed(FORMAT, "a number is too long");
    let mut integers = Vec::with_capacity(numbers.len());
    for number in numbers {
        integers.push(SecretBytes::from(UintRef::new(number).and_then(|it| it.to_der()).map_err(broken)?));
    }
    let parts: Vec<&[u8]> = integers.iter().map(SecretBytes::expose).collect();
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let header = der::Length::try_from(length).and_then(|length| der::Header::new(der::Tag::Sequence, length).to_der());
    Ok(SecretBytes::concat(&[&[header.map_err(broken)?.as_slice()], &parts[..]].concat()))
}

fn ec(json: &Json<'_>) -> Result<Key, Error> {
    let curve = text(json, "crv")?.ok_or_else(|| missing("crv"))?;
    let length = match curve {
        "P-256" => 32,
        "P-384" => 48,
        "P-521" => 66,
        other => return Err(Error::unsupported(FORMAT, format!("the curve `{other}`"))),
    };
    let (x, y) = (octets(json, "x", length)?, octets(json, "y", length)?);
    let (x, y) = (x.ok_or_else(|| missing("x"))?, y.ok_or_else(|| missing("y"))?);
    let point = [&[4], x.expose(), y.expose()].concat();
    let off = |_| Error::malformed(FORMAT, format!("`x` and `y` are no point on the curve {curve}"));
    let public = PublicKey(match length {
        32 => PublicKeyKind::P256(p256::ecdsa::VerifyingKey::from_sec1_bytes(&point).map_err(off)?),
        48 => PublicKeyKind::P384(p384::ecdsa::VerifyingKey::from_sec1_bytes(&point).map_err(off)?),
        _ => PublicKeyKind::P521(p521::ecdsa::VerifyingKey::from_sec1_bytes(&point).map_err(off)?),
    });
    let Some(d) = octets(json, "d", length)? else { return Ok(Key::Public(public)) };
    let none = |_| Error::malformed(FORMAT, format!("`d` is no private key on the curve {curve}"));
    let d = d.expose();
    let key = PrivateKey(match length {
        32 => PrivateKeyKind::P256(Box::new(p256::SecretKey::from_slice(d).map_err(none)?.into())),
        48 => PrivateKeyKind::P384(Box::new(p384::SecretKey::from_slice(d).map_err(none)?.into())),
        _ => PrivateKeyKind::P521(Box::new(p521::SecretKey::from_slice(d).map_err(none)?.into())),
    });
    paired(key, &public)
}

fn okp(json: &Json<'_>) -> Result<Key, Error> {
    match text(json, "crv")?.ok_or_else(|| missing("crv"))? {
        "Ed25519" => {}
        other => return Err(Error::unsupported(FORMAT, format!("the curve `{other}`"))),
    }
    let x = octets(json, "x", 32)?.ok_or_else(|| missing("x"))?;
    let off = |_| Error::malformed(FORMAT, "`x` is no point on the curve Ed25519");
    let public = ed25519_dalek::VerifyingKey::try_from(x.expose()).map_err(off)?;
    let public = PublicKey(PublicKeyKind::Ed25519(public));
    let Some(d) = octets(json, "d", 32)? else { return Ok(Key::Public(public)) };
    let key = ed25519_dalek::SigningKey::try_from(d.expose()).map_err(off)?;
    paired(PrivateKey(PrivateKeyKind::Ed25519(Box::new(key))), &public)
}

fn paired(key: PrivateKey, public: &PublicKey) -> Result<Key, Error> {
    if key.public_key() == *public {
        return Ok(Key::Private(key));
    }
    Err(Error::malformed(FORMAT, "the private member `d` does not fit the public ones"))
}

fn missing(name: &str) -> Error {
    Error::malformed(FORMAT, format!("the member `{name}` is missing"))
}

/// The text of the member `name`, if there is one.
fn text<'a>(json: &'a Json<'_>, name: &str) -> Result<Option<&'a str>, Error> {
    match json.member(name) {
        None => Ok(None),
        Some(value) => match value.text() {
            Some(text) => Ok(Some(text)),
            None => Err(Error::malformed(FORMAT, format!("the member `{name}` is no text"))),
        },
    }
}

/// The octets that the member `name` stands for in base64url.
fn decoded(json: &Json<'_>, name: &str) -> Result<Option<SecretBytes>, Error> {
    let Some(text) = text(json, name)? else { return Ok(None) };
    let mut octets = SecretBytes::zeroed(text.len().div_ceil(4) * 3);
    let length = URL_SAFE_NO_PAD
        .decode_slice(text, octets.expose_mut())
        .map_err(|_| Error::malformed(FORMAT, format!("the member `{name}` is not base64url without padding")))?;
    Ok(Some(SecretBytes::concat(&[&octets.expose()[..length]])))
}

/// A member of just `length` octets, RFC 7518 sections 6.2.1.2 and 6.2.2.1.
fn octets(json: &Json<'_>, name: &str, length: usize) -> Result<Option<SecretBytes>, Error> {
    match decoded(json, name)? {
        Some(octets) if octets.expose().len() != length => {
            let met = octets.expose().len();
            Err(Error::malformed(FORMAT, format!("the member `{name}` has {met} bytes, and {length} are needed")))
        }
        octets => Ok(octets),
    }
}

/// A member that is a number of any length, without leading zero octets: RFC 7518 section 2, Base64urlUInt.
fn number(json: &Json<'_>, name: &str) -> Result<Option<SecretBytes>, Error> {
    match decoded(json, name)? {
        Some(octets) if octets.expose().first().is_none_or(|first| *first == 0) => Err(Error::malformed(
            FORMAT,
            format!("the number `{name}` is empty or begins with a zero byte, which RFC 7518 leaves out"),
        )),
        octets => Ok(octets),
    }
}
