//! One rule of a target: what it is about, in data; what the target says; and where that is known from.

use crate::crypto::KeyAlgorithm;

/// One rule of a target.
#[derive(Debug, PartialEq, Eq)]
pub struct TargetRule {
    /// A stable word for it, the same for the same kind of rule in every target.
    pub id: &'static str,
    /// What it is about, with its numbers and names.
    pub kind: RuleKind,
    /// What becomes of a file that breaks it.
    pub level: Level,
    /// The rule as a phrase.
    pub text: &'static str,
    /// What the target itself says.
    pub told: Told,
    /// Where this is known from.
    pub source: &'static str,
}

/// What becomes of a file that breaks a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// The target refuses it, or whoever uploads it loses something.
    Refused,
    /// The target may refuse it, now or later, or takes it and should not be given it.
    Warned,
}

/// What a target says of its own rule, in its own words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// Its documentation says this.
    Documented(&'static str),
    /// Nothing that could be quoted is known.
    Nothing,
    /// Its message when it refuses.
    RefusedWith(&'static str),
    /// People who met it report this; the target itself does not say so.
    Reported(&'static str),
}

/// A kind of rule with what differs from target to target. Each has its code once, in `lint`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RuleKind {
    /// An alias can become the name of a certificate in a Salesforce org.
    AliasIsDeveloperName,
    /// An alias in a JKS is in lower case, since Java looks for no other.
    AliasIsLowerCase,
    /// An entry has an alias at all.
    AliasIsThere,
    /// The private key of an entry belongs to its certificate.
    ChainMatchesKey,
    /// A PKCS#12 file is encrypted with what the target decrypts.
    Ciphers(Readable),
    /// The certificate is valid now, and for so many days more.
    Current {
        /// The days that it should still be valid.
        days: i64,
    },
    /// A certificate file has at most so many octets.
    FileSize(usize),
    /// The file is of one of these kinds.
    Files(&'static [FileKind]),
    /// A private-key file is encrypted with what the target decrypts.
    KeyCiphers(Readable),
    /// The private key in a JKS is PKCS#8.
    KeyIsPkcs8,
    /// The key is of a kind and size that the target takes.
    Keys(KeysTaken),
    /// The private key shows no weakness.
    KeysAreSound,
    /// A certificate is valid for so many days at most.
    LongestValidity(i64),
    /// A PKCS#12 file has a MAC that the target checks; one without has the name `no MAC`.
    Macs(Readable),
    /// No private key stands beside the certificate.
    NoPrivateKey,
    /// A certificate file is one bare block of PEM, or DER.
    OneBareBlock,
    /// The key of an entry has the keystore's own password.
    OnePassword,
    /// A keystore's password is ASCII.
    PasswordIsAscii,
    /// The text of a PEM file needs no repair.
    PlainPem {
        /// Whether a byte-order mark of UTF-8 may stand right before its first block.
        marked: bool,
    },
    /// A private-key file is encrypted PKCS#8.
    PrivateKeyIsEncrypted,
    /// A private-key file is PKCS#8.
    PrivateKeyIsPkcs8,
    /// The keystore has an entry with a private key.
    PrivateKeyEntry {
        /// Whether one of certificates alone does as well: a truststore.
        or_trusted: bool,
    },
    /// The certificate is not signed with SHA-1.
    SignatureDigest,
}

/// Which keys a target takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeysTaken {
    /// RSA keys.
    pub rsa: RsaSizes,
    /// EC keys of P-256, P-384 and P-521.
    pub ec: bool,
    /// Ed25519 keys.
    pub ed25519: bool,
}

/// Which RSA keys a target takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RsaSizes {
    /// Of any size.
    Any,
    /// Of so many bits or more.
    AtLeast(u32),
    /// Of one of these numbers of bits.
    OneOf(&'static [u32]),
}

/// Which algorithms a target reads, by the names of [`Description`](crate::formats::pkcs5::Description).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readable {
    /// All but these.
    AllBut(&'static [&'static str]),
    /// Only these.
    Only(&'static [&'static str]),
}

/// The name under which a target's row lists PKCS#12 files without a MAC.
pub(in crate::operations) const NO_MAC: &str = "no MAC";

/// What a file is, as far as targets tell files apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FileKind {
    /// X.509 certificates in PEM or DER, whatever else stands in the PEM.
    Certificate,
    /// A Java keystore of type JCEKS.
    Jceks,
    /// A Sun JKS.
    Jks,
    /// A PKCS#12 file.
    Pkcs12,
    /// Certificates in PKCS#7.
    Pkcs7,
    /// A private key in PEM or DER.
    PrivateKey,
    /// A public key in PEM or DER.
    PublicKey,
    /// A certificate signing request.
    Request,
}

impl KeysTaken {
    /// Whether such a key is taken.
    #[must_use]
    pub fn take(&self, algorithm: KeyAlgorithm) -> bool {
        match algorithm {
            KeyAlgorithm::Ed25519 => self.ed25519,
            KeyAlgorithm::P256 | KeyAlgorithm::P384 | KeyAlgorithm::P521 => self.ec,
            KeyAlgorithm::Rsa { bits } => match self.rsa {
                RsaSizes::Any => true,
                RsaSizes::AtLeast(least) => bits >= least,
                RsaSizes::OneOf(sizes) => sizes.contains(&bits),
            },
        }
    }
}

impl Readable {
    /// Whether the algorithm of this name is read.
    #[must_use]
    pub fn reads(&self, name: &str) -> bool {
        match self {
            Self::AllBut(names) => !names.iter().any(|it| covers(it, name)),
            Self::Only(names) => names.iter().any(|it| covers(it, name)),
        }
    }
}

/// A scheme alone stands for it with any algorithm.
fn covers(listed: &str, name: &str) -> bool {
    name.strip_prefix(listed).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
}

impl FileKind {
    /// What it is, in words.
    #[must_use]
    pub fn describe(self) -> &'static str {
        match self {
            Self::Certificate => "a certificate",
            Self::Jceks => "a Java keystore of type JCEKS",
            Self::Jks => "a Java keystore of type JKS",
            Self::Pkcs12 => "a PKCS#12 file",
            Self::Pkcs7 => "certificates in PKCS#7",
            Self::PrivateKey => "a private key",
            Self::PublicKey => "a public key",
            Self::Request => "a certificate request",
        }
    }

    /// A stable word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Certificate => "certificate",
            Self::Jceks => "jceks",
            Self::Jks => "jks",
            Self::Pkcs12 => "pkcs12",
            Self::Pkcs7 => "pkcs7",
            Self::PrivateKey => "private_key",
            Self::PublicKey => "public_key",
            Self::Request => "request",
        }
    }
}

impl RuleKind {
    /// Whether a protected file must be opened to check it.
    #[must_use]
    pub fn needs_content(self) -> bool {
        !matches!(
            self,
            Self::Ciphers(_)
                | Self::FileSize(_)
                | Self::Files(_)
                | Self::KeyCiphers(_)
                | Self::Macs(_)
                | Self::PlainPem { .. }
        )
    }
}
