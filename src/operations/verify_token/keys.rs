//! The keys that may have signed a token, and which one of them is meant.

use serde_json::{Map, Value};

use crate::crypto::{CryptoRng, DigestAlgorithm, PublicKey};
use crate::files::Input;
use crate::formats::detect::{Format, detect};
use crate::formats::jwk::{self, Purpose};
use crate::formats::jwt::{Algorithm, VerifyingKey};
use crate::formats::x509::{Certificate, chain};
use crate::formats::{self, Reason};
use crate::limits::Limits;
use crate::operations::Error;
use crate::operations::contents::{Contents, Thing, not_found};
use crate::operations::load::{Opener, Origin};
use crate::secret::PasswordProvider;
use crate::untrusted::Untrusted;

use super::{TokenFault, thumbprint};

/// A key that the receiver takes tokens from.
#[derive(Clone, Debug)]
pub struct TokenKey {
    /// Where it stands.
    pub origin: Origin,
    /// Its name in a JWK, `kid`.
    pub name: Option<String>,
    /// The key.
    pub key: PublicKey,
    pub(super) certificate: Option<Certificate>,
    purpose: Purpose,
}

/// The keys of one file.
#[derive(Clone, Debug)]
pub struct TokenKeys {
    file: String,
    keys: Vec<TokenKey>,
    passed_over: Vec<formats::Error>,
}

/// The keys in `input`, which may be a certificate with its chain, a public or private key, a JWK or a set, or a keystore,
/// of which `alias` picks one entry; of a set, the keys of this `kid`.
///
/// Of a private key its public half is taken, and of a chain the leaf's key: no CA signs tokens.
///
/// # Errors
/// [`Error::NotWhatIsNeeded`] when there is none; [`Error::CannotRead`] for a key that is not used here; else as the input
/// does not open.
pub fn open_token_keys(
    input: &Input,
    alias: Option<&str>,
    passwords: &dyn PasswordProvider,
    limits: &Limits,
    rng: &mut dyn CryptoRng,
) -> Result<TokenKeys, Error> {
    let file = input.name().to_owned();
    let mut found = TokenKeys { file: file.clone(), keys: Vec::new(), passed_over: Vec::new() };
    if detect(input.bytes()) == Some(Format::Jwk) {
        found.take_set(input, alias, limits)?;
    } else {
        found.take_contents(Contents::of(Opener { passwords, limits }, input, alias, rng)?)?;
    }
    match found.keys.as_slice() {
        [] => {
            let held = "neither a key nor a certificate".to_owned();
            Err(match found.passed_over.pop() {
                Some(source) => Error::CannotRead { input: file, source },
                None => Error::NotWhatIsNeeded { input: file, found: held, wanted: "a public key or a certificate" },
            })
        }
        _ => Ok(found),
    }
}

impl TokenKeys {
    /// The keys.
    #[must_use]
    pub fn keys(&self) -> &[TokenKey] {
        &self.keys
    }

    /// What is in the file and is no key that verifies, such as a symmetric key of a set.
    #[must_use]
    pub fn passed_over(&self) -> &[formats::Error] {
        &self.passed_over
    }

    fn take_set(&mut self, input: &Input, alias: Option<&str>, limits: &Limits) -> Result<(), Error> {
        let read = |source| Error::CannotRead { input: input.name().to_owned(), source };
        let mut names = Vec::new();
        for scanned in jwk::scan(input.bytes(), limits).map_err(read)? {
            let name = scanned.kid;
            if alias.is_some() && name.as_deref() != alias {
                names.extend(name);
                continue;
            }
            match scanned.key {
                Ok(jwk) => {
                    let leaf =
                        jwk.certificates.first().map(|der| Certificate::from_der(der)).transpose().map_err(read)?;
                    let (key, purpose) = (jwk.key.public_key(), scanned.purpose);
                    // RFC 7517 section 4.7: the certificate's key must be the JWK's.
                    let certificate = leaf.filter(|it| it.public_key().is_ok_and(|held| held == key));
                    self.push(TokenKey { origin: self.origin(None), name, key, certificate, purpose });
                }
                Err(fault) => self.passed_over.push(fault),
            }
        }
        match alias {
            Some(alias) if self.keys.is_empty() && self.passed_over.is_empty() => {
                Err(not_found(input.name(), alias, Reason::UnknownAlias(alias.to_owned(), names)))
            }
            _ => Ok(()),
        }
    }

    fn take_contents(&mut self, contents: Contents) -> Result<(), Error> {
        let read = |source| Error::CannotRead { input: contents.name.clone(), source };
        let mut alone: Vec<(Option<String>, Certificate)> = Vec::new();
        for found in contents.entries {
            let (key, certificate) = match found.thing {
                Thing::Key { key, chain } => (key.public_key(), chain.into_iter().next()),
                Thing::Public(key) => (key, None),
                Thing::Certificate(it) => {
                    alone.push((found.alias, it));
                    continue;
                }
                Thing::Other | Thing::Request(_) => continue,
            };
            let origin = self.origin(found.alias.filter(|_| contents.is_store));
            self.push(TokenKey { origin, name: None, key, certificate, purpose: Purpose::default() });
        }
        // Beside keys, certificates alone are CAs; one chain stands for its leaf.
        let certificates: Vec<Certificate> = alone.iter().map(|(_, it)| it.clone()).collect();
        match chain::whole(&certificates) {
            _ if !self.keys.is_empty() => alone.clear(),
            Some(chain) => alone.retain(|(_, it)| chain.first().is_some_and(|leaf| leaf.der() == it.der())),
            None => {}
        }
        for (alias, certificate) in alone {
            let key = certificate.public_key().map_err(read)?;
            let origin = self.origin(alias.filter(|_| contents.is_store));
            let certificate = Some(certificate);
            self.push(TokenKey { origin, name: None, key, certificate, purpose: Purpose::default() });
        }
        Ok(())
    }

    /// Keeps a key once: some sets list it under two names, which both stand, but a key beside its own certificate is one.
    fn push(&mut self, key: TokenKey) {
        if !self.keys.iter().any(|known| known.key == key.key && known.name == key.name && known.purpose == key.purpose)
        {
            self.keys.push(key);
        }
    }

    fn origin(&self, entry: Option<String>) -> Origin {
        Origin { file: self.file.clone(), entry }
    }

    /// The key that the header means: by `kid`, by the certificate's thumbprint, or because only one fits.
    pub(super) fn select(
        &self,
        header: &Map<String, Value>,
        algorithm: Option<Algorithm>,
    ) -> Result<&TokenKey, TokenFault> {
        let text = |name: &str| header.get(name).and_then(Value::as_str);
        let mut candidates: Vec<&TokenKey> = self.keys.iter().collect();
        let names: Vec<String> = self.keys.iter().filter_map(|it| it.name.clone()).collect();
        if let Some(kid) = text("kid").filter(|_| !names.is_empty()) {
            candidates.retain(|it| it.name.as_deref() == Some(kid));
            if candidates.is_empty() {
                return Err(TokenFault::UnknownKey { file: self.file.clone(), name: kid.to_owned(), known: names });
            }
        }
        for (member, digest) in [("x5t#S256", DigestAlgorithm::Sha256), ("x5t", DigestAlgorithm::Sha1)] {
            let is_meant =
                |it: &&TokenKey| it.certificate.as_ref().map(|it| thumbprint(it, digest)).as_deref() == text(member);
            if text(member).is_some() && candidates.iter().any(is_meant) {
                candidates.retain(is_meant);
            }
        }
        if let [only] = candidates.as_slice() {
            return Ok(only);
        }
        // Each candidate is bound to one algorithm before the header is looked at, and verifies nothing else.
        let named = text("alg").unwrap_or_default();
        let fits = |key: &&&TokenKey| key.bind(algorithm).is_ok_and(|bound| bound.algorithm().is_called(named));
        let fitting: Vec<&&TokenKey> = candidates.iter().filter(fits).collect();
        match fitting.as_slice() {
            [only] => Ok(only),
            [] => Err(TokenFault::NoFittingKey { file: self.file.clone(), algorithm: named.to_owned() }),
            more => Err(TokenFault::AmbiguousKey { file: self.file.clone(), count: more.len() }),
        }
    }
}

impl TokenKey {
    /// Binds the key to the one algorithm that it verifies: the JWK's own, else `asked`, else the usual one.
    pub(super) fn bind(&self, asked: Option<Algorithm>) -> Result<VerifyingKey, TokenFault> {
        let unfit = |why: String| {
            let name = self.name.as_deref().map(|name| format!(" called `{}`", Untrusted(name))).unwrap_or_default();
            TokenFault::KeyNotForTokens { origin: format!("{}{name}", self.origin), why }
        };
        let Purpose { algorithm, usage, operations, unreadable } = &self.purpose;
        if let Some(member) = unreadable {
            return Err(unfit(format!("its `{member}` is of another type than RFC 7517 gives it")));
        }
        if let Some(usage) = usage.as_deref().filter(|usage| *usage != "sig") {
            return Err(unfit(format!("its `use` is `{}`", Untrusted(usage))));
        }
        // A private JWK says `sign`, and its public half verifies.
        if operations.as_ref().is_some_and(|it| !it.iter().any(|it| it == "verify" || it == "sign")) {
            return Err(unfit("its `key_ops` have no `verify`".to_owned()));
        }
        let own = match algorithm.as_deref() {
            None => None,
            Some(Algorithm::ED25519) => Some(Algorithm::EdDsa),
            Some(name) => Some(name.parse().map_err(|_| unfit(format!("its `alg` is `{}`", Untrusted(name))))?),
        };
        let chosen = match (own, asked) {
            (Some(own), Some(asked)) if own != asked => {
                return Err(unfit(format!("its `alg` is {own}, and {asked} was asked for")));
            }
            (own, asked) => own.or(asked).unwrap_or_else(|| Algorithm::usual(self.key.algorithm())),
        };
        let bound = VerifyingKey::new(self.key.clone(), chosen)
            .map_err(|_| unfit(format!("it is {}, and {chosen} is for other keys", self.key.algorithm())))?;
        chosen.check_length(self.key.algorithm())?;
        Ok(bound)
    }
}
