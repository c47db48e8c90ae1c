//! A certificate that comes into a keystore: how the store knows it, and a CA's reply for a key that is there.

use crate::crypto::CryptoRng;
use crate::files::Input;
use crate::formats::keystore::Kind;
use crate::formats::x509::{Certificate, chain};
use crate::formats::{self, Reason, jks};
use crate::limits::Limits;
use crate::secret::PasswordProvider;
use crate::untrusted::Untrusted;

use super::Error;
use super::contents::{Contents, Thing};
use super::edit_keystore::{AliasList, Edited, Store, list_aliases, open};
use super::load::Opener;
use super::verify::leaf_of;

/// How a keystore knows a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Acquaintance {
    /// It holds it, under this alias.
    Held(String),
    /// What it holds leads from the certificate to a root: no further word is needed.
    Issued,
    /// Not at all: somebody must say whether to trust it.
    Unknown,
}

/// A CA's reply for a key, in order and proved to be the key's.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The entry of the key.
    pub alias: String,
    /// The key's certificate, and its issuers as far as they are there.
    pub chain: Vec<Certificate>,
    /// Whether the keystore holds the last of them, or the key itself signed the only one. If not, somebody must say
    /// whether to trust it.
    pub is_known: bool,
}

/// Tells how the keystore of these entries knows `certificate`.
#[must_use]
pub fn acquaintance(list: &AliasList, certificate: &Certificate) -> Acquaintance {
    let holder = list.entries.iter().find(|it| it.chain.first() == Some(certificate));
    if let Some(holder) = holder {
        return Acquaintance::Held(holder.alias.clone());
    }
    let chain = chain::order(certificate, &held(list));
    // A certificate that signs itself is vouched for by nobody.
    if chain.len() > 1 && chain.last().is_some_and(is_root) { Acquaintance::Issued } else { Acquaintance::Unknown }
}

/// Reads the certificates of `reply` as the answer to a request for the key of the entry `alias`, in any order; the issuers
/// that they lack are taken from the keystore. The key must be that of a certificate in the reply.
///
/// ```
/// # use certwright::clock::Timestamp;
/// # use certwright::crypto::{KeyAlgorithm, SystemRandom};
/// # use certwright::files::Input;
/// # use certwright::formats::x509::{Details, DistinguishedName};
/// # use certwright::limits::Limits;
/// # use certwright::operations::*;
/// # use certwright::secret::{NoPasswords, Password, Passwords};
/// # let mut rng = SystemRandom::new();
/// # let limits = Limits::default();
/// # let now: Timestamp = "2026-11-21T12:00:00Z".parse()?;
/// # let options = Create {
/// #     algorithm: KeyAlgorithm::P256,
/// #     subject: DistinguishedName::parse("CN=example")?,
/// #     subject_alt_names: Vec::new(),
/// #     not_after: now.plus_days(30)?,
/// #     alias: "example".to_owned(),
/// #     files: [Part::Key, Part::Pkcs12].map(|part| (part, format!("{part:?}"))).into(),
/// #     protection: Protection::Keystores(Password::new("changeit")),
/// #     iterations: None,
/// #     target: None,
/// # };
/// # let made = create(&options, now, &mut rng)?;
/// # let (key, store) = (&made.files[0], &made.files[1]);
/// # let key = Input::new("server.key", key.octets.clone());
/// # let store = Input::new("keystore.p12", store.octets.clone());
/// # let named = Named::Subject { subject: DistinguishedName::parse("CN=renewed")?, subject_alt_names: Vec::new() };
/// # let renewed = SelfSign { named, not_after: now.plus_days(60)?, is_ca: false, details: Details::default() };
/// # let renewed = self_sign(&renewed, &key, &NoPasswords, &limits, now, &mut rng)?;
/// # let answer = Input::new("reply.crt", certificate_pem(&renewed)?.into());
/// let passwords = Passwords::from([Password::new("changeit")]);
/// let reply = read_reply("example", &store, &answer, &passwords, &limits, &mut rng)?;
/// assert!(reply.is_known, "the key itself signed it");
///
/// let edited = install_reply(&reply, &store, &passwords, &limits, &mut rng)?;
/// let edited = Input::new("keystore.p12", edited.octets.into());
/// let list = list_aliases(&edited, &passwords, &limits)?;
/// assert_eq!(list.entries[0].chain, reply.chain);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`Error::Mismatch`] for a reply to another key; [`Error::CannotEdit`] for an alias that does not exist or is no key's,
/// a reply that is there already, or one certificate whose issuer is nowhere; else as opening the inputs.
pub fn read_reply(
    alias: &str,
    store: &Input,
    reply: &Input,
    passwords: &dyn PasswordProvider,
    limits: &Limits,
    rng: &mut dyn CryptoRng,
) -> Result<Reply, Error> {
    let opener = Opener { passwords, limits };
    let certificates = opener.certificates(reply)?;
    let list = list_aliases(store, passwords, limits)?;
    let contents = Contents::of(opener, store, Some(alias), rng)?;
    let Some(Thing::Key { key, chain }) = contents.entries.first().map(|it| &it.thing) else {
        return Err(refused(alias, store, "the entry holds no private key"));
    };
    let leaf = leaf_of(key, store.name(), &certificates, reply.name(), rng)?;
    if chain.first() == Some(leaf) && certificates.len() == 1 {
        return Err(refused(alias, store, "the reply is the certificate that is there already"));
    }
    let held = held(&list);
    let mut pool = certificates.clone();
    pool.extend(held.iter().cloned());
    let ordered = chain::order(leaf, &pool);
    let top = ordered.last().unwrap_or(leaf);
    if certificates.len() == 1 && !is_root(top) {
        return Err(refused(alias, store, "the issuer of the certificate is neither in the reply nor in the keystore"));
    }
    if let Some(stranger) = certificates.iter().find(|it| !ordered.contains(it)) {
        let why = format!("the reply's certificate of `{}` did not issue any other in it", stranger.subject());
        return Err(refused(alias, store, &why));
    }
    // One certificate is here for its key's own signature, or for issuers that the keystore holds.
    let is_known = certificates.len() == 1 || held.contains(top);
    Ok(Reply { alias: alias.to_owned(), chain: ordered, is_known })
}

/// Puts a reply that was [read](read_reply) in the place of the certificates that its key has, and gives the whole file
/// back. The key and every other entry keep their octets.
///
/// # Errors
/// [`Error::CannotEdit`]; else as opening the keystore.
pub fn install_reply(
    reply: &Reply,
    store: &Input,
    passwords: &dyn PasswordProvider,
    limits: &Limits,
    rng: &mut dyn CryptoRng,
) -> Result<Edited, Error> {
    let (mut opened, password, mut notices) = open(store, passwords, limits)?;
    let wrong = |source| Error::CannotEdit { action: action(&reply.alias), store: store.name().to_owned(), source };
    match &mut opened {
        Store::Jks(store) if store.variant() == jks::Variant::Jceks => {
            return Err(wrong(formats::Error::unsupported("JCEKS", "changing this old kind of keystore")));
        }
        Store::Jks(store) => match store.content_mut(&reply.alias) {
            Some(jks::Content::PrivateKey { chain, .. }) => {
                let blobs = reply.chain.iter().map(|it| jks::CertificateBlob::x509(it.der().to_vec()));
                *chain = blobs.collect();
            }
            _ => return Err(wrong(cannot_hold("the entry holds no private key"))),
        },
        Store::Pkcs12(pfx) => pfx.set_chain(&reply.alias, &reply.chain).map_err(wrong)?,
    }
    notices.extend(opened.replaced_cipher(store.name()));
    let octets = opened.encode(&password, rng).map_err(wrong)?;
    Ok(Edited { octets, alias: Some(reply.alias.clone()), notices })
}

/// What the keystore holds: the certificates that stand by themselves and each key's own, as Java counts them.
fn held(list: &AliasList) -> Vec<Certificate> {
    let known = list.entries.iter().filter(|it| matches!(it.kind, Kind::PrivateKey | Kind::TrustedCertificate));
    known.filter_map(|it| it.chain.first().cloned()).collect()
}

fn is_root(certificate: &Certificate) -> bool {
    certificate.is_issued_by(certificate)
}

fn action(alias: &str) -> String {
    format!("install the reply for `{}`", Untrusted(alias))
}

fn cannot_hold(why: &str) -> formats::Error {
    formats::Error::new("X.509", Reason::CannotHold(why.to_owned()))
}

fn refused(alias: &str, store: &Input, why: &str) -> Error {
    Error::CannotEdit { action: action(alias), store: store.name().to_owned(), source: cannot_hold(why) }
}

#[cfg(test)]
mod tests;
