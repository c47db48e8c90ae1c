//! Another password for a key file or keystore, whose other content stays as it is.

mod key_file;
mod read_back;

use crate::crypto::CryptoRng;
use crate::files::Input;
use crate::formats::detect::{Format, detect};
use crate::formats::jks::{self, Integrity};
use crate::formats::pkcs12::{Pfx, Profile};
use crate::formats::{self, Place, Reason};
use crate::limits::Limits;
use crate::secret::{Password, PasswordProvider, PasswordPurpose, SecretBytes};
use crate::untrusted::Untrusted;
use crate::workers::Workers;

use super::load::{Opener, open_purpose};
use super::{Error, Notice};
use key_file::KeyFile;
use read_back::Before;

/// What the new protection is to be.
#[derive(Clone, Debug)]
pub struct ChangePassword {
    /// The new password.
    pub new: Password,
    /// Who must be able to open the file. Without one a PKCS#12 stays as strong as it is; keys become PBES2.
    pub profile: Option<Profile>,
    /// How often each derivation iterates, if the password is not to decide.
    pub iterations: Option<u32>,
}

/// A file that lies open, to be closed with another password.
#[derive(Debug)]
pub struct Opened {
    name: String,
    content: Content,
    limits: Limits,
}

#[derive(Debug)]
enum Content {
    /// A keystore of which one entry's password changes, with that entry's key in the clear.
    Entry {
        store: jks::Store,
        password: Password,
        alias: String,
        key: SecretBytes,
        /// The password that the entry had so far.
        opened_by: Password,
    },
    Jks {
        store: jks::Store,
        password: Password,
    },
    Keys(KeyFile),
    Pkcs12 {
        pfx: Box<Pfx>,
        password: Password,
    },
}

/// A file under its new password.
#[derive(Debug)]
pub struct PasswordChanged {
    /// The file's octets.
    pub octets: SecretBytes,
    /// The iterations of each derivation, where the format has any.
    pub iterations: Option<u32>,
    /// What the user should know.
    pub notices: Vec<Notice>,
}

/// Opens a key file, PKCS#12 or JKS with its present password; `entry` names the one entry of a JKS whose own password is
/// to change. A key that is not encrypted needs no password.
///
/// ```
/// # use certwright::crypto::{KeyAlgorithm, SystemRandom};
/// # use certwright::files::Input;
/// # use certwright::limits::Limits;
/// # use certwright::operations::*;
/// # use certwright::secret::{NoPasswords, Password, Passwords};
/// # let mut rng = SystemRandom::new();
/// # let limits = Limits::default();
/// # let encoding = KeyEncoding::Plain { form: KeyForm::Pkcs8, der: false };
/// # let made = generate_key(&GenerateKey { algorithm: KeyAlgorithm::P256, encoding }, &mut rng)?;
/// # let key = Input::new("server.key", made.encoded);
/// let opened = open_protected(&key, None, &NoPasswords, &limits)?;
/// let new = Password::generate(&mut rng);
/// let changed = opened.change(&ChangePassword { new, profile: None, iterations: None }, &mut rng)?;
/// assert!(changed.octets.expose().starts_with(b"-----BEGIN ENCRYPTED PRIVATE KEY-----"));
/// assert_eq!(changed.iterations, Some(10_000), "a generated password needs no more");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`Error::CannotEdit`] for an entry that does not exist or has no password of its own; else as opening the input.
pub fn open_protected(
    input: &Input,
    entry: Option<&str>,
    passwords: &dyn PasswordProvider,
    limits: &Limits,
) -> Result<Opened, Error> {
    let (name, octets) = (input.name(), input.bytes());
    let opener = Opener { passwords, limits };
    let no_entries = |format| Error::CannotEdit {
        action: format!("change the password of `{}` alone", Untrusted(entry.unwrap_or_default())),
        store: name.to_owned(),
        source: formats::Error::new(format, Reason::CannotHold("it has one password for all that it holds".to_owned())),
    };
    let content = match detect(octets) {
        Some(Format::Jks) => {
            let (store, password) = opener.with_password(open_purpose(name), |password| {
                Ok((jks::Store::decode(octets, Integrity::Checked(password), limits)?, password.clone()))
            })?;
            match entry {
                Some(alias) => open_entry(opener, name, store, password, alias)?,
                None => Content::Jks { store, password },
            }
        }
        Some(Format::Pkcs12) if entry.is_some() => return Err(no_entries("PKCS#12")),
        Some(Format::Pkcs12) => {
            let ((pfx, password), _) = opener.opened_pkcs12(name, octets, true, |password| {
                Ok((Pfx::decode(octets, password, limits, Workers::available())?, password.clone()))
            })?;
            Content::Pkcs12 { pfx: Box::new(pfx), password }
        }
        Some(Format::Jceks) => {
            let source = formats::Error::unsupported("JCEKS", "writing this old kind of keystore");
            let action = "change the password".to_owned();
            return Err(Error::CannotEdit { action, store: name.to_owned(), source });
        }
        Some(Format::Jwk) => {
            let source = formats::Error::unsupported("JWK", "an encrypted JWK");
            let action = "set a password".to_owned();
            return Err(Error::CannotEdit { action, store: name.to_owned(), source });
        }
        Some(_) if entry.is_some() => return Err(no_entries("a key file")),
        _ => Content::Keys(KeyFile::open(opener, input)?),
    };
    Ok(Opened { name: name.to_owned(), content, limits: limits.clone() })
}

fn open_entry(
    opener: Opener<'_>,
    name: &str,
    store: jks::Store,
    password: Password,
    alias: &str,
) -> Result<Content, Error> {
    let refused = |reason| Error::CannotEdit {
        action: format!("change the password of `{}`", Untrusted(alias)),
        store: name.to_owned(),
        source: formats::Error::new("JKS", reason),
    };
    let Some(entry) = store.find(alias) else {
        let known = store.entries().iter().map(|entry| entry.alias.clone()).collect();
        return Err(refused(Reason::UnknownAlias(alias.to_owned(), known)));
    };
    let jks::Content::PrivateKey { protected_key, .. } = &entry.content else {
        return Err(refused(Reason::CannotHold("a certificate has no password".to_owned())));
    };
    let alias = entry.alias.clone();
    let (key, opened_by) = match jks::key_protector::recover(protected_key, &password) {
        Err(fault) if matches!(fault.reason, Reason::IntegrityMismatch(_)) => {
            let purpose = PasswordPurpose::OpenEntry { file: name.to_owned(), alias: alias.clone() };
            opener.with_password(purpose, |password| {
                let recovered = jks::key_protector::recover(protected_key, password);
                let recovered = recovered.map_err(|fault| fault.at(Place::Entry(alias.clone())))?;
                Ok((recovered, password.clone()))
            })?
        }
        Err(source) => {
            let source = source.at(Place::Entry(alias));
            return Err(Error::CannotRead { input: name.to_owned(), source });
        }
        Ok(key) => (key, password.clone()),
    };
    Ok(Content::Entry { store, password, alias, key, opened_by })
}

impl Opened {
    /// What kind of file it is: `PKCS#12`, `JKS` or `key`.
    #[must_use]
    pub fn format(&self) -> &'static str {
        match self.content {
            Content::Entry { .. } | Content::Jks { .. } => "JKS",
            Content::Keys(_) => "key",
            Content::Pkcs12 { .. } => "PKCS#12",
        }
    }

    /// The alias, as the file has it, of the one entry whose password is to change.
    #[must_use]
    pub fn entry(&self) -> Option<&str> {
        match &self.content {
            Content::Entry { alias, .. } => Some(alias),
            _ => None,
        }
    }

    /// The file under the new password: what was encrypted is encrypted anew, everything else stays. It is opened and
    /// compared with what was there before it is given out.
    ///
    /// # Errors
    /// [`Error::CannotOpen`] for a key of a PKCS#12 whose password is another than the file's; [`Error::Unproved`] where
    /// the comparison fails; [`Error::CannotMake`] for a file that the limits would not let anybody open.
    pub fn change(self, options: &ChangePassword, rng: &mut dyn CryptoRng) -> Result<PasswordChanged, Error> {
        let (before, limits) = (Before::of(&self.content), self.limits.clone());
        let changed = self.close(options, rng)?;
        before.check(&changed, &options.new, &limits)?;
        Ok(changed)
    }

    fn close(self, options: &ChangePassword, rng: &mut dyn CryptoRng) -> Result<PasswordChanged, Error> {
        let broken = |source| Error::CannotMake { what: "the file under its new password", source };
        match self.content {
            Content::Entry { mut store, password, alias, key, .. } => {
                protect(&mut store, &alias, &key, &options.new, rng).map_err(broken)?;
                let octets = SecretBytes::from(store.encode(&password).map_err(broken)?);
                Ok(PasswordChanged { octets, iterations: None, notices: Vec::new() })
            }
            Content::Jks { mut store, password } => {
                let mut notices = Vec::new();
                for (alias, recovered) in private_keys(&store, &password) {
                    match recovered {
                        Ok(key) => protect(&mut store, &alias, &key, &options.new, rng).map_err(broken)?,
                        Err(_) => notices.push(Notice::EntryKeepsPassword(alias)),
                    }
                }
                let octets = SecretBytes::from(store.encode(&options.new).map_err(broken)?);
                Ok(PasswordChanged { octets, iterations: None, notices })
            }
            Content::Keys(file) => file.close(options, rng).map_err(broken),
            Content::Pkcs12 { pfx, password } => {
                let passwords = (&password, &options.new);
                let (profile, iterations) = (options.profile, options.iterations);
                let written = pfx.change_password(passwords, profile, iterations, rng, Workers::available());
                let written = written.map_err(|source| Error::CannotOpen { input: self.name.clone(), source })?;
                let mut notices: Vec<Notice> = written.kept.into_iter().map(Notice::KeptUnderOldPassword).collect();
                if written.lowered {
                    notices.push(Notice::IterationsLowered(written.iterations));
                }
                if !pfx.is_authenticated() {
                    notices.push(Notice::NowAuthenticated);
                }
                if options.profile.is_none() && written.profile == Profile::Legacy {
                    notices.push(Notice::WeakProtectionKept);
                }
                let octets = SecretBytes::from(written.der);
                Ok(PasswordChanged { octets, iterations: Some(written.iterations), notices })
            }
        }
    }
}

/// Each private key of a JKS as far as the store's password opens it.
fn private_keys(store: &jks::Store, password: &Password) -> Vec<(String, Result<SecretBytes, formats::Error>)> {
    let keys = store.entries().iter().filter_map(|entry| match &entry.content {
        jks::Content::PrivateKey { protected_key, .. } => Some((entry.alias.clone(), protected_key)),
        jks::Content::SecretKey | jks::Content::TrustedCertificate(_) => None,
    });
    keys.map(|(alias, key)| (alias, jks::key_protector::recover(key, password))).collect()
}

fn protect(
    store: &mut jks::Store,
    alias: &str,
    key: &SecretBytes,
    password: &Password,
    rng: &mut dyn CryptoRng,
) -> Result<(), formats::Error> {
    let mut salt = [0; 20];
    rng.fill_bytes(&mut salt);
    if let Some(jks::Content::PrivateKey { protected_key, .. }) = store.content_mut(alias) {
        *protected_key = jks::key_protector::protect(key, password, salt)?;
    }
    Ok(())
}
