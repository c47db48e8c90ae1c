//! What an input holds, each key with its certificates: what `extract` and `convert` write in another form.

use std::collections::{HashMap, HashSet};

use crate::crypto::{CryptoRng, Fingerprint, PrivateKey, PublicKey};
use crate::files::Input;
use crate::formats::detect::{Format, detect};
use crate::formats::keystore::{self, Kind};
use crate::formats::pem::{self, BagAttributes};
use crate::formats::pkcs10::CertificationRequest;
use crate::formats::x509::Certificate;
use crate::formats::x509::chain::{self, Pool};
use crate::formats::{self, Reason, jks, jwk, spki};
use crate::untrusted::Untrusted;

use super::error::Aliases;
use super::load::{Material, Opener};
use super::verify::leaf_of;
use super::{Error, Notice};

/// Everything in one input, in its order.
pub(super) struct Contents {
    pub(super) name: String,
    /// Whether it is a keystore, whose entries have aliases.
    pub(super) is_store: bool,
    pub(super) entries: Vec<Found>,
    /// What opening it showed.
    pub(super) notices: Vec<Notice>,
}

/// One thing in an input.
pub(super) struct Found {
    pub(super) alias: Option<String>,
    pub(super) thing: Thing,
}

pub(super) enum Thing {
    /// A certificate that belongs to no key here.
    Certificate(Certificate),
    /// A private key with its certificates, leaf first; none where there are none.
    Key {
        key: PrivateKey,
        chain: Vec<Certificate>,
    },
    /// An entry of a kind that is not read.
    Other,
    Public(PublicKey),
    Request(CertificationRequest),
}

impl Contents {
    /// Opens `input`, and finds each key's certificates; a key is proved against its certificate. With `picked`, only the
    /// entry of this alias is there afterwards, and no other one has to be sound or to open.
    pub(super) fn of(
        opener: Opener<'_>,
        input: &Input,
        picked: Option<&str>,
        rng: &mut dyn CryptoRng,
    ) -> Result<Self, Error> {
        let (name, octets) = (input.name().to_owned(), input.bytes());
        let read = |source| Error::CannotRead { input: input.name().to_owned(), source };
        let (entries, notices) = match detect(octets) {
            Some(Format::Pkcs12) => pkcs12(opener, &name, octets)?,
            Some(Format::Jwk) => (jwks(opener, &name, octets)?, Vec::new()),
            Some(Format::Jceks | Format::Jks) => (java_keystore(opener, input, picked)?, Vec::new()),
            _ => {
                let loaded = opener.load(input)?;
                let found = loaded.items.into_iter().map(|item| found(item.origin.entry, item.material).map_err(read));
                (found.collect::<Result<_, _>>()?, loaded.notices)
            }
        };
        let is_store = matches!(detect(octets), Some(Format::Pkcs12 | Format::Jks | Format::Jceks));
        let mut contents = Self { name, is_store, entries, notices };
        if !is_store {
            let attributes = match detect(octets) {
                Some(Format::Pem) => pem::bag_attributes(octets, opener.limits).map_err(read)?,
                _ => Vec::new(),
            };
            contents.link(&attributes);
        }
        if let Some(alias) = picked {
            contents.pick(alias)?;
        }
        contents.prove(rng)?;
        Ok(contents)
    }

    /// Gives each key of a file without entries the chain that its certificates make, and the alias that stands before
    /// them.
    fn link(&mut self, attributes: &[(pem::Block, BagAttributes)]) {
        let mut described: HashMap<&[u8], BagAttributes> = HashMap::new();
        for (block, it) in attributes {
            let known = described.entry(block.contents.expose()).or_default();
            known.friendly_name = known.friendly_name.take().or_else(|| it.friendly_name.clone());
            known.trusted |= it.trusted;
        }
        let name_of = |it: &Certificate| described.get(it.der()).and_then(|known| known.friendly_name.clone());
        let is_trusted = |it: &Certificate| described.get(it.der()).is_some_and(|known| known.trusted);
        let certificates: Vec<Certificate> = self.certificates().cloned().collect();
        let mut pool = Pool::new();
        let mut by_key: HashMap<Fingerprint, usize> = HashMap::new();
        for certificate in &certificates {
            let number = pool.insert(certificate);
            if let Ok(fingerprint) = certificate.key_fingerprint() {
                by_key.entry(fingerprint).or_insert(number);
            }
        }
        let mut chained: HashSet<Vec<u8>> = HashSet::new();
        for found in &mut self.entries {
            let Thing::Key { key, chain } = &mut found.thing else { continue };
            let leaf = spki::fingerprint(&key.public_key()).ok().and_then(|fingerprint| by_key.get(&fingerprint));
            if let Some(leaf) = leaf.filter(|_| chain.is_empty()) {
                *chain = pool.chain(*leaf).into_iter().map(|number| pool.get(number).clone()).collect();
            }
            if let Some(name) = chain.first().and_then(name_of) {
                found.alias = Some(name);
            }
            chained.extend(chain.iter().map(|it| it.der().to_vec()));
        }
        let mut met: HashSet<Vec<u8>> = HashSet::new();
        self.entries.retain_mut(|found| match &found.thing {
            Thing::Certificate(it) => {
                let is_entry = !chained.contains(it.der()) || is_trusted(it);
                found.alias = name_of(it);
                is_entry && met.insert(it.der().to_vec())
            }
            _ => true,
        });
    }

    /// Proves each key against its own certificate.
    fn prove(&self, rng: &mut dyn CryptoRng) -> Result<(), Error> {
        for found in &self.entries {
            if let Thing::Key { key, chain } = &found.thing
                && let Some(leaf) = chain.first()
            {
                let leaf = std::slice::from_ref(leaf);
                leaf_of(key, &self.name, leaf, &self.name, rng)?;
            }
        }
        Ok(())
    }

    /// Refuses a key without a certificate where there are certificates, none of which is its own.
    pub(super) fn refuse_strangers(&self, rng: &mut dyn CryptoRng) -> Result<(), Error> {
        let certificates: Vec<Certificate> = self.certificates().cloned().collect();
        for found in self.entries.iter().filter(|_| !certificates.is_empty()) {
            if let Thing::Key { key, chain } = &found.thing
                && chain.is_empty()
            {
                leaf_of(key, &self.name, &certificates, &self.name, rng)?;
            }
        }
        Ok(())
    }

    /// Leaves only the entry `alias`.
    fn pick(&mut self, alias: &str) -> Result<(), Error> {
        let index = self.position(alias).map_err(|reason| not_found(&self.name, alias, reason))?;
        let picked = self.entries.swap_remove(index);
        self.entries = vec![picked];
        Ok(())
    }

    /// Where the entry `alias` stands.
    pub(super) fn position(&self, alias: &str) -> Result<usize, Reason> {
        let names: Vec<Option<&str>> = self.entries.iter().map(|it| it.alias.as_deref()).collect();
        position(&names, alias)
    }

    /// The aliases of the entries that `wanted` takes.
    pub(super) fn aliases(&self, wanted: impl Fn(&Thing) -> bool) -> Vec<String> {
        self.entries.iter().filter(|it| wanted(&it.thing)).filter_map(|it| it.alias.clone()).collect()
    }

    /// The refusal to choose among the entries that `wanted` takes.
    pub(super) fn several(&self, wanted: impl Fn(&Thing) -> bool) -> Error {
        let aliases = self.aliases(wanted);
        let (input, found) = (self.name.clone(), self.summary());
        if aliases.is_empty() {
            return Error::NotWhatIsNeeded { input, found, wanted: "one of them alone" };
        }
        Error::AliasNeeded { input, found, source: Aliases(aliases) }
    }

    /// The certificates that belong to no key.
    pub(super) fn certificates(&self) -> impl Iterator<Item = &Certificate> {
        self.entries.iter().filter_map(|found| match &found.thing {
            Thing::Certificate(certificate) => Some(certificate),
            _ => None,
        })
    }

    /// The chain, leaf first, that the certificates of a file without entries and keys make, as a PKCS#7 holds it in any
    /// order; `None` where they make more than one.
    pub(super) fn chain_alone(&self) -> Option<Vec<Certificate>> {
        if self.is_store || self.entries.iter().any(|it| it.thing.is_key()) {
            return None;
        }
        let bundle: Vec<Certificate> = self.certificates().cloned().collect();
        chain::whole(&bundle)
    }

    /// What there is, in words: "2 private keys and one certificate".
    pub(super) fn summary(&self) -> String {
        let chains: usize = self.entries.iter().map(|it| it.thing.chain().len()).sum();
        let count = |wanted: fn(&Thing) -> bool| self.entries.iter().filter(|it| wanted(&it.thing)).count();
        let counts = [
            (count(|it| matches!(it, Thing::Key { .. })), "private key"),
            (count(|it| matches!(it, Thing::Certificate(_))) + chains, "certificate"),
            (count(|it| matches!(it, Thing::Request(_))), "certificate request"),
            (count(|it| matches!(it, Thing::Public(_))), "public key"),
            (count(|it| matches!(it, Thing::Other)), "entry of another kind"),
        ];
        let words: Vec<String> = counts
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, word)| match (*count, *word) {
                (1, word) => format!("one {word}"),
                (count, "entry of another kind") => format!("{count} entries of other kinds"),
                (count, word) => format!("{count} {word}s"),
            })
            .collect();
        match words.split_last() {
            None => "nothing of use here".to_owned(),
            Some((last, [])) => last.clone(),
            Some((last, others)) => format!("{} and {last}", others.join(", ")),
        }
    }
}

impl Thing {
    pub(super) fn is_key(&self) -> bool {
        matches!(self, Self::Key { .. })
    }

    /// The certificates of a key.
    pub(super) fn chain(&self) -> &[Certificate] {
        match self {
            Self::Key { chain, .. } => chain,
            _ => &[],
        }
    }

    /// The public key in it.
    pub(super) fn public_key(&self) -> Result<Option<PublicKey>, formats::Error> {
        match self {
            Self::Certificate(certificate) => certificate.public_key().map(Some),
            Self::Key { key, .. } => Ok(Some(key.public_key())),
            Self::Other => Ok(None),
            Self::Public(key) => Ok(Some(key.clone())),
            Self::Request(request) => request.public_key().map(Some),
        }
    }
}

fn found(alias: Option<String>, material: Material) -> Result<Found, formats::Error> {
    let thing = match material {
        Material::Certificate(certificate) => Thing::Certificate(certificate),
        Material::PrivateKey { key, chain } => Thing::Key { key, chain: chain.unwrap_or_default() },
        Material::PublicKey(info) => Thing::Public(info.public_key()?),
        Material::Request(request) => Thing::Request(request),
    };
    Ok(Found { alias, thing })
}

/// Where among `names` the one stands that is called just `alias`, or the only one that differs in the case of its letters.
fn position(names: &[Option<&str>], alias: &str) -> Result<usize, Reason> {
    let called = |is_meant: &dyn Fn(&str) -> bool| -> Vec<usize> {
        let named = names.iter().enumerate().filter_map(|(index, name)| Some((index, (*name)?)));
        named.filter(|(_, name)| is_meant(name)).map(|(index, _)| index).collect()
    };
    let folded = alias.to_lowercase();
    match (called(&|name| name == alias).as_slice(), called(&|name| name.to_lowercase() == folded).as_slice()) {
        ([only], _) | ([], [only]) => Ok(*only),
        ([], _) => {
            let known = names.iter().flatten().map(|name| (*name).to_owned()).collect();
            Err(Reason::UnknownAlias(alias.to_owned(), known))
        }
        (many, _) => Err(Reason::AmbiguousAlias(alias.to_owned(), many.len())),
    }
}

/// The refusal of an alias that `store` does not have.
pub(super) fn not_found(store: &str, alias: &str, reason: Reason) -> Error {
    Error::CannotEdit {
        action: format!("find `{}`", Untrusted(alias)),
        store: store.to_owned(),
        source: formats::Error::new("the file", reason),
    }
}

/// The entries of a Java keystore, those of other kinds included; with `picked` only the one of this alias, so that no
/// other one's password is needed.
fn java_keystore(opener: Opener<'_>, input: &Input, picked: Option<&str>) -> Result<Vec<Found>, Error> {
    let read = |source| Error::CannotRead { input: input.name().to_owned(), source };
    let store = jks::Store::decode(input.bytes(), jks::Integrity::Unchecked, opener.limits).map_err(read)?;
    let names: Vec<Option<&str>> = store.entries().iter().map(|entry| Some(entry.alias.as_str())).collect();
    let only = picked.map(|alias| position(&names, alias).map_err(|reason| not_found(input.name(), alias, reason)));
    let only = only.transpose()?;
    let is_wanted = |number: usize| only.is_none_or(|only| only == number);
    let mut opened = opener.jks_entries(input.name(), input.bytes(), is_wanted)?.items.into_iter();
    let mut entries = Vec::with_capacity(store.entries().len());
    for (_, entry) in store.entries().iter().enumerate().filter(|(number, _)| is_wanted(*number)) {
        // Opening passes secret keys over.
        if matches!(entry.content, jks::Content::SecretKey) {
            entries.push(Found { alias: Some(entry.alias.clone()), thing: Thing::Other });
        } else if let Some(item) = opened.next() {
            entries.push(found(item.origin.entry, item.material).map_err(read)?);
        }
    }
    Ok(entries)
}

/// The entries of a PKCS#12, those of other kinds included.
fn pkcs12(opener: Opener<'_>, name: &str, octets: &[u8]) -> Result<(Vec<Found>, Vec<Notice>), Error> {
    let (pfx, opened, notice) = opener.pkcs12_entries(name, octets)?;
    let mut opened = opened.into_iter();
    let entries = pfx.entries().into_iter().map(|summary| {
        let thing = match (summary.kind, summary.chain.is_empty()) {
            (Kind::PrivateKey, _) | (Kind::TrustedCertificate, false) => match opened.next()?.content {
                keystore::Content::PrivateKey { key, chain } => Thing::Key { key, chain },
                keystore::Content::TrustedCertificate(certificate) => Thing::Certificate(*certificate),
            },
            _ => Thing::Other,
        };
        Some(Found { alias: Some(summary.alias), thing })
    });
    let unauthenticated = (!pfx.is_authenticated()).then(|| Notice::Unauthenticated(name.to_owned()));
    Ok((entries.flatten().collect(), notice.into_iter().chain(unauthenticated).collect()))
}

fn jwks(opener: Opener<'_>, name: &str, octets: &[u8]) -> Result<Vec<Found>, Error> {
    let read = |source| Error::CannotRead { input: name.to_owned(), source };
    let keys = jwk::decode(octets, opener.limits).map_err(read)?;
    let mut entries = Vec::with_capacity(keys.len());
    for jwk in keys {
        let chain = jwk.certificates.iter().map(|der| Certificate::from_der(der)).collect::<Result<Vec<_>, _>>();
        let chain = chain.map_err(read)?;
        match jwk.key {
            jwk::Key::Private(key) => entries.push(Found { alias: jwk.kid, thing: Thing::Key { key, chain } }),
            jwk::Key::Public(key) => {
                let of_leaf = chain.first().is_some_and(|leaf| leaf.public_key().is_ok_and(|held| held == key));
                entries.extend(chain.into_iter().map(|it| Found { alias: None, thing: Thing::Certificate(it) }));
                if !of_leaf {
                    entries.push(Found { alias: jwk.kid, thing: Thing::Public(key) });
                }
            }
        }
    }
    Ok(entries)
}

/// Names for entries that have none: as [`default_alias`](super::default_alias) makes them, none twice. The answer is the
/// names that were given.
pub(super) fn name_entries(entries: &mut [Found]) -> Vec<String> {
    let mut given = Vec::new();
    let mut taken: HashMap<String, usize> = HashMap::new();
    for alias in entries.iter().filter_map(|it| it.alias.as_ref()) {
        taken.insert(alias.to_lowercase(), 1);
    }
    // A key without certificate stays without a name, since no keystore takes it.
    let is_lonely = |thing: &Thing| thing.is_key() && thing.chain().is_empty();
    for found in entries.iter_mut().filter(|it| it.alias.is_none() && !is_lonely(&it.thing)) {
        let certificate = match &found.thing {
            Thing::Certificate(certificate) => Some(certificate),
            thing => thing.chain().first(),
        };
        let common_name = certificate.and_then(|it| it.subject().common_name());
        let base = common_name.and_then(|name| super::default_alias(&name)).unwrap_or_else(|| "entry".to_owned());
        let mut alias = base.clone();
        while taken.contains_key(&alias) {
            let count = taken.entry(base.clone()).or_insert(1);
            *count += 1;
            alias = format!("{base}_{count}");
        }
        taken.insert(alias.clone(), 1);
        given.push(alias.clone());
        found.alias = Some(alias);
    }
    given
}
