//! The entries of a JKS, and what may be done to them.

use crate::formats::{Error, Reason};

/// The entries of a keystore in the order of the file. No two have the same alias.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Store {
    pub(super) variant: Variant,
    pub(super) entries: Vec<Entry>,
}

/// Which of the two keystores of this shape it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Variant {
    /// Sun's JKS.
    #[default]
    Jks,
    /// JCEKS, of the Java Cryptography Extension: read and never written.
    Jceks,
}

impl Variant {
    /// `JKS` or `JCEKS`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Jks => "JKS",
            Self::Jceks => super::FORMAT_JCEKS,
        }
    }
}

/// A private key or a trusted certificate under an alias.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The entry's name, as it stands in the file.
    pub alias: String,
    /// When the entry was made, in milliseconds since 1970-01-01T00:00:00Z.
    pub created: i64,
    /// What the entry holds.
    pub content: Content,
}

/// What an entry holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// A private key with its certificate chain: Java's PrivateKeyEntry.
    PrivateKey {
        /// The DER of the EncryptedPrivateKeyInfo, as it stands in the file;
        /// [`key_protector::recover_any`](super::key_protector::recover_any) opens it.
        protected_key: Vec<u8>,
        /// The certificates, that of the key first.
        chain: Vec<CertificateBlob>,
    },
    /// A secret key: Java's SecretKeyEntry, in a JCEKS. It is not read.
    SecretKey,
    /// A certificate without key: Java's trustedCertEntry.
    TrustedCertificate(CertificateBlob),
}

/// A certificate as the file holds it; nothing of it is checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateBlob {
    /// Java's name for the kind of certificate, `X.509`.
    pub kind: String,
    /// The certificate's octets.
    pub der: Vec<u8>,
}

impl CertificateBlob {
    /// An X.509 certificate.
    #[must_use]
    pub fn x509(der: Vec<u8>) -> Self {
        Self { kind: "X.509".to_owned(), der }
    }
}

/// `alias` as Java's JKS looks it up: `toLowerCase(Locale.ENGLISH)`.
///
/// A file may hold an alias with capital letters, but Java lists such an entry and then cannot find it.
///
/// Compared with Java 17 over all of Unicode: the same, except for letters that are newer than that Java's Unicode 13
/// and for a final sigma behind `:` and the like, where Java sees two words.
///
/// ```
/// assert_eq!(certwright::formats::jks::java_alias("MyCert_2026"), "mycert_2026");
/// ```
#[must_use]
pub fn java_alias(alias: &str) -> String {
    alias.to_lowercase()
}

impl Store {
    /// A store without entries.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether it is a JKS or a JCEKS.
    #[must_use]
    pub fn variant(&self) -> Variant {
        self.variant
    }

    /// The entries, in the order of the file.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The entry with exactly this alias, or else the one that Java finds under it, in lower case.
    #[must_use]
    pub fn find(&self, alias: &str) -> Option<&Entry> {
        self.position(alias).map(|index| &self.entries[index])
    }

    /// What the entry that [`find`](Self::find) gives holds, to be changed, for instance to protect its key anew.
    pub fn content_mut(&mut self, alias: &str) -> Option<&mut Content> {
        self.position(alias).map(|index| &mut self.entries[index].content)
    }

    /// Appends an entry, with its alias in lower case so that Java finds it.
    ///
    /// # Errors
    /// [`Reason::AliasTaken`] when the store has an entry that Java would not tell apart.
    pub fn push(&mut self, mut entry: Entry) -> Result<(), Error> {
        entry.alias = java_alias(&entry.alias);
        self.refuse_taken(&entry.alias, None)?;
        self.entries.push(entry);
        Ok(())
    }

    /// Gives the entry `old` the alias `new` in lower case. Everything else stays as it is.
    ///
    /// # Errors
    /// [`Reason::UnknownAlias`] when there is no `old`, [`Reason::AliasTaken`] when another entry has `new`.
    pub fn rename(&mut self, old: &str, new: &str) -> Result<(), Error> {
        let index = self.known(old)?;
        let new = java_alias(new);
        self.refuse_taken(&new, Some(index))?;
        self.entries[index].alias = new;
        Ok(())
    }

    /// Takes the entry out of the store.
    ///
    /// # Errors
    /// [`Reason::UnknownAlias`] when there is none.
    pub fn delete(&mut self, alias: &str) -> Result<Entry, Error> {
        let index = self.known(alias)?;
        Ok(self.entries.remove(index))
    }

    fn position(&self, alias: &str) -> Option<usize> {
        let lower = java_alias(alias);
        let exact = self.entries.iter().position(|entry| entry.alias == alias);
        exact.or_else(|| self.entries.iter().position(|entry| entry.alias == lower))
    }

    fn known(&self, alias: &str) -> Result<usize, Error> {
        self.position(alias).ok_or_else(|| {
            let known = self.entries.iter().map(|entry| entry.alias.clone()).collect();
            Error::new(self.variant.name(), Reason::UnknownAlias(alias.to_owned(), known))
        })
    }

    fn refuse_taken(&self, alias: &str, except: Option<usize>) -> Result<(), Error> {
        let taken = |(index, entry): (usize, &Entry)| Some(index) != except && java_alias(&entry.alias) == alias;
        if self.entries.iter().enumerate().any(taken) {
            return Err(Error::new("JKS", Reason::AliasTaken(alias.to_owned())));
        }
        Ok(())
    }
}
