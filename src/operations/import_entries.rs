//! Entries into a keystore, new or there already; what is there stays as it was.

use crate::clock::Timestamp;
use crate::crypto::CryptoRng;
use crate::files::Input;
use crate::formats::keystore::{Content, Entry};
use crate::formats::pkcs12::{self, Profile};
use crate::formats::{self, Place, Reason, jks, pkcs8};
use crate::limits::Limits;
use crate::secret::{Password, PasswordProvider, SecretBytes};
use crate::untrusted::Untrusted;
use crate::workers::Workers;

use super::contents::{Contents, Thing};
use super::edit_keystore::{Store, open};
use super::load::Opener;
use super::{Error, Notice};

/// What comes into a keystore.
#[derive(Clone, Debug)]
pub struct ImportEntries {
    /// The entries, in turn.
    pub entries: Vec<Import>,
    /// The password of the entries' keys in a JKS, if it is not the store's. A PKCS#12 has one password for all.
    pub entry_password: Option<Password>,
    /// When the entries are made, which a JKS notes.
    pub created: Timestamp,
}

/// One entry that comes in.
#[derive(Clone, Debug)]
pub struct Import {
    /// The entry, under the alias that it is to have.
    pub entry: Entry,
    /// Whether it takes the place of the entry that has the alias.
    pub replaces: bool,
}

/// Where entries go.
#[derive(Clone, Copy)]
pub enum Destination<'a> {
    /// A keystore that exists, and what opens it.
    Existing(&'a Input, &'a dyn PasswordProvider),
    /// A new JKS of this password.
    NewJks(&'a Password),
    /// A new PKCS#12 of this password.
    NewPkcs12(&'a Password),
}

/// A keystore with its further entries.
#[derive(Debug)]
pub struct Imported {
    /// The file's octets.
    pub octets: SecretBytes,
    /// The aliases that the imported entries have in the file, in turn.
    pub aliases: Vec<String>,
    /// What the user should know.
    pub notices: Vec<Notice>,
}

/// Opens the entries of a keystore, or only the one of the alias `picked`, and proves each key against its certificate.
///
/// ```
/// # use certwright::clock::Timestamp;
/// # use certwright::crypto::{KeyAlgorithm, SystemRandom};
/// # use certwright::files::Input;
/// # use certwright::formats::x509::DistinguishedName;
/// # use certwright::limits::Limits;
/// # use certwright::operations::*;
/// # use certwright::secret::{Password, Passwords};
/// # let mut rng = SystemRandom::new();
/// # let limits = Limits::default();
/// # let now: Timestamp = "2026-11-21T12:00:00Z".parse()?;
/// # let options = Create {
/// #     algorithm: KeyAlgorithm::P256,
/// #     subject: DistinguishedName::parse("CN=example")?,
/// #     subject_alt_names: Vec::new(),
/// #     not_after: now.plus_days(30)?,
/// #     alias: "example".to_owned(),
/// #     files: [Part::Key, Part::Certificate, Part::Pkcs12].map(|part| (part, format!("{part:?}"))).into(),
/// #     protection: Protection::Keystores(Password::new("changeit")),
/// #     iterations: None,
/// #     target: None,
/// # };
/// # let made = create(&options, now, &mut rng)?;
/// # let store = Input::new("keystore.p12", made.files[2].octets.clone());
/// let passwords = Passwords::from([Password::new("changeit")]);
/// let entries = open_entries(&store, Some("example"), &passwords, &limits, &mut rng)?;
/// assert_eq!(entries[0].alias, "example");
///
/// let imports = entries.into_iter().map(|entry| Import { entry, replaces: false }).collect();
/// let options = ImportEntries { entries: imports, entry_password: None, created: now };
/// let password = Password::new("changeit");
/// let jks = import_entries(&options, Destination::NewJks(&password), &limits, &mut rng)?;
///
/// // A second time, the alias is taken.
/// let jks = Input::new("servercert.jks", jks.octets);
/// let again = import_entries(&options, Destination::Existing(&jks, &passwords), &limits, &mut rng);
/// assert_eq!(again.unwrap_err().kind(), "alias_taken");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`Error::NotWhatIsNeeded`] for a file that is no keystore or an entry of a kind that is not read;
/// [`Error::CannotEdit`] for an alias that does not exist; [`Error::Mismatch`] for a key whose certificate is another's;
/// else as opening the input.
pub fn open_entries(
    input: &Input,
    picked: Option<&str>,
    passwords: &dyn PasswordProvider,
    limits: &Limits,
    rng: &mut dyn CryptoRng,
) -> Result<Vec<Entry>, Error> {
    let contents = Contents::of(Opener { passwords, limits }, input, picked, rng)?;
    let refused = |found: String, wanted| Error::NotWhatIsNeeded { input: input.name().to_owned(), found, wanted };
    if !contents.is_store {
        return Err(refused("no keystore".to_owned(), "a PKCS#12, JKS or JCEKS file"));
    }
    let mut entries = Vec::with_capacity(contents.entries.len());
    for found in contents.entries {
        let alias = found.alias.unwrap_or_default();
        let content = match found.thing {
            Thing::Key { key, chain } => Content::PrivateKey { key, chain },
            Thing::Certificate(certificate) => Content::TrustedCertificate(Box::new(certificate)),
            _ => {
                let found = format!("an entry `{}` of a kind that is not read here", Untrusted(&alias));
                return Err(refused(found, "a key or a certificate"));
            }
        };
        entries.push(Entry { alias, content });
    }
    Ok(entries)
}

/// Puts entries into a keystore and gives the whole file back. Every other entry's content stays as it was, no other key
/// is opened, and what is not understood is kept. A JKS gets aliases in lower case. See [`open_entries`] for an example.
///
/// # Errors
/// [`Error::CannotEdit`] for an alias of an entry that is not to be replaced, or an entry that the format
/// cannot hold; [`Error::CannotMake`] for a new file that cannot be made; else as opening the keystore.
pub fn import_entries(
    options: &ImportEntries,
    destination: Destination<'_>,
    limits: &Limits,
    rng: &mut dyn CryptoRng,
) -> Result<Imported, Error> {
    match destination {
        Destination::Existing(input, passwords) => into_existing(options, input, passwords, limits, rng),
        Destination::NewJks(password) => {
            let broken = |source| Error::CannotMake { what: "the JKS file", source };
            let mut store = jks::Store::new();
            let mut notices = Vec::new();
            for import in &options.entries {
                notices.extend(push(&mut store, import, options, password, rng).map_err(broken)?);
            }
            let aliases = options.entries.iter().map(|it| jks::java_alias(&it.entry.alias)).collect();
            Ok(Imported { octets: store.encode(password).map_err(broken)?.into(), aliases, notices })
        }
        Destination::NewPkcs12(password) => {
            let entries: Vec<Entry> = options.entries.iter().map(|it| it.entry.clone()).collect();
            let written = pkcs12::create(&entries, Profile::Modern, None, password, rng, Workers::available())
                .map_err(|source| Error::CannotMake { what: "the PKCS#12 file", source })?;
            let notices = written.lowered.then_some(Notice::IterationsLowered(written.iterations));
            let aliases = entries.into_iter().map(|it| it.alias).collect();
            Ok(Imported { octets: written.der.into(), aliases, notices: notices.into_iter().collect() })
        }
    }
}

fn into_existing(
    options: &ImportEntries,
    input: &Input,
    passwords: &dyn PasswordProvider,
    limits: &Limits,
    rng: &mut dyn CryptoRng,
) -> Result<Imported, Error> {
    let (mut store, password, mut notices) = open(input, passwords, limits)?;
    let mut aliases = Vec::with_capacity(options.entries.len());
    for import in &options.entries {
        let alias = &import.entry.alias;
        let refused = |source| Error::CannotEdit {
            action: format!("put `{}`", Untrusted(alias)),
            store: input.name().to_owned(),
            source,
        };
        match &mut store {
            Store::Jks(store) if store.variant() == jks::Variant::Jceks => {
                return Err(refused(formats::Error::unsupported("JCEKS", "changing this old kind of keystore")));
            }
            Store::Jks(store) => {
                notices.extend(push(store, import, options, &password, rng).map_err(refused)?);
                aliases.push(jks::java_alias(alias));
            }
            Store::Pkcs12(pfx) => {
                let is_there = pfx.entries().iter().any(|it| it.alias.to_lowercase() == alias.to_lowercase());
                if import.replaces && is_there {
                    pfx.delete(alias).map_err(refused)?;
                }
                pfx.insert(&import.entry, &password, rng).map_err(refused)?;
                aliases.push(alias.clone());
            }
        }
    }
    notices.extend(store.replaced_cipher(input.name()));
    let changed = |source| Error::CannotMake { what: "the changed keystore", source };
    Ok(Imported { octets: store.encode(&password, rng).map_err(changed)?.into(), aliases, notices })
}

/// Puts one entry into a JKS.
fn push(
    store: &mut jks::Store,
    import: &Import,
    options: &ImportEntries,
    password: &Password,
    rng: &mut dyn CryptoRng,
) -> Result<Option<Notice>, formats::Error> {
    let alias = &import.entry.alias;
    if import.replaces && store.find(alias).is_some() {
        store.delete(alias)?;
    }
    let password = options.entry_password.as_ref().unwrap_or(password);
    let content =
        jks_content(&import.entry.content, password, rng).map_err(|fault| fault.at(Place::Entry(alias.clone())))?;
    let created = options.created.unix().saturating_mul(1000);
    store.push(jks::Entry { alias: alias.clone(), created, content })?;
    let written = jks::java_alias(alias);
    Ok((written != *alias).then(|| Notice::AliasLowerCased { asked: alias.clone(), written }))
}

/// What an entry holds as a JKS has it, its key under `password`.
pub(super) fn jks_content(
    content: &Content,
    password: &Password,
    rng: &mut dyn CryptoRng,
) -> Result<jks::Content, formats::Error> {
    Ok(match content {
        Content::PrivateKey { chain, .. } if chain.is_empty() => {
            let why = "a key is written only with its certificate".to_owned();
            return Err(formats::Error::new("JKS", Reason::CannotHold(why)));
        }
        Content::PrivateKey { key, chain } => {
            let mut salt = [0; 20];
            rng.fill_bytes(&mut salt);
            jks::Content::PrivateKey {
                protected_key: jks::key_protector::protect(&pkcs8::encode(key)?, password, salt)?,
                chain: chain.iter().map(|it| jks::CertificateBlob::x509(it.der().to_vec())).collect(),
            }
        }
        Content::TrustedCertificate(certificate) => {
            jks::Content::TrustedCertificate(jks::CertificateBlob::x509(certificate.der().to_vec()))
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::{KeyAlgorithm, SystemRandom};
    use crate::formats::x509::DistinguishedName;
    use crate::operations::{Create, Part, Protection, create, list_aliases};
    use crate::secret::Passwords;

    const PASSWORD: &str = "changeit";

    fn store(part: Part, alias: &str) -> Input {
        let now: Timestamp = "2026-11-21T12:00:00Z".parse().unwrap();
        let options = Create {
            algorithm: KeyAlgorithm::P256,
            subject: DistinguishedName::parse(&format!("CN={alias}")).unwrap(),
            subject_alt_names: Vec::new(),
            not_after: now.plus_days(30).unwrap(),
            alias: alias.to_owned(),
            files: [Part::Key, Part::Certificate, part].map(|part| (part, format!("{part:?}"))).into(),
            protection: Protection::Keystores(Password::new(PASSWORD)),
            iterations: Some(10_000),
            target: None,
        };
        let made = create(&options, now, &mut SystemRandom::new()).unwrap();
        Input::new(alias, made.files[2].octets.clone())
    }

    fn passwords() -> Passwords {
        Passwords::from([Password::new(PASSWORD)])
    }

    fn import(from: &Input, to: &str, replaces: bool) -> ImportEntries {
        let limits = Limits::default();
        let entries = open_entries(from, None, &passwords(), &limits, &mut SystemRandom::new()).unwrap();
        let entries =
            entries.into_iter().map(|it| Import { entry: Entry { alias: to.to_owned(), ..it }, replaces }).collect();
        ImportEntries { entries, entry_password: None, created: "2026-11-22T12:00:00Z".parse().unwrap() }
    }

    fn into(options: &ImportEntries, store: &Input) -> Result<Imported, Error> {
        let passwords = passwords();
        let destination = Destination::Existing(store, &passwords);
        import_entries(options, destination, &Limits::default(), &mut SystemRandom::new())
    }

    fn java_entries(octets: &[u8]) -> Vec<jks::Entry> {
        let password = Password::new(PASSWORD);
        let store = jks::Store::decode(octets, jks::Integrity::Checked(&password), &Limits::default());
        store.unwrap().entries().to_vec()
    }

    #[test]
    fn a_jks_keeps_its_other_entries_octet_for_octet() {
        let (first, second) = (store(Part::Jks, "first"), store(Part::Pkcs12, "second"));
        let before = java_entries(first.bytes());
        let made = into(&import(&second, "Second", false), &first).unwrap();
        let lowered = Notice::AliasLowerCased { asked: "Second".to_owned(), written: "second".to_owned() };
        assert_eq!((made.aliases, made.notices), (vec!["second".to_owned()], vec![lowered]));
        let after = java_entries(made.octets.expose());
        assert_eq!(after[..1], before);
        assert_eq!((after.len(), after[1].alias.as_str()), (2, "second"));
    }

    #[test]
    fn an_entry_is_replaced_only_where_that_is_said() {
        for part in [Part::Jks, Part::Pkcs12] {
            let (there, other) = (store(part, "entry"), store(Part::Jks, "other"));
            let refused = into(&import(&other, "ENTRY", false), &there).unwrap_err();
            assert_eq!(refused.kind(), "alias_taken", "{part:?}");
            let made = into(&import(&other, "ENTRY", true), &there).unwrap();
            let made = Input::new("made", made.octets);
            let list = list_aliases(&made, &passwords(), &Limits::default()).unwrap();
            let [entry] = list.entries.as_slice() else { panic!("{part:?}: {list:?}") };
            assert_eq!(entry.chain[0].subject().to_string(), "CN=other", "{part:?}");
        }
    }

    #[test]
    fn a_key_of_a_jks_has_the_password_that_is_asked_for() {
        let other = store(Part::Pkcs12, "other");
        for own in [None, Some(Password::new("its own"))] {
            let options = ImportEntries { entry_password: own.clone(), ..import(&other, "other", false) };
            let password = Password::new(PASSWORD);
            let destination = Destination::NewJks(&password);
            let made = import_entries(&options, destination, &Limits::default(), &mut SystemRandom::new()).unwrap();
            let entries = java_entries(made.octets.expose());
            let jks::Content::PrivateKey { protected_key, .. } = &entries[0].content else { panic!("no key") };
            let opens = |password: &Password| jks::key_protector::recover(protected_key, password).is_ok();
            assert_eq!(
                (opens(&password), own.is_some_and(|own| opens(&own))),
                match options.entry_password {
                    None => (true, false),
                    Some(_) => (false, true),
                }
            );
        }
    }
}
