//! Rules that several targets have, for their rows to take over as they are or with words of their own.

use super::rule::{FileKind, KeysTaken, Level, NO_MAC, Readable, RsaSizes, RuleKind, TargetRule, Told};

pub(super) const ONLY_RSA: KeysTaken = KeysTaken { rsa: RsaSizes::Any, ec: false, ed25519: false };

/// What readers from before 2020 decrypt: RFC 7292 appendix C.
const PBE_SHA1: Readable = Readable::Only(&[
    "PKCS#12 PBE DES-EDE3-CBC",
    "PKCS#12 PBE DES-EDE-CBC",
    "PKCS#12 PBE RC2-128-CBC",
    "PKCS#12 PBE RC2-40-CBC",
    "PKCS#12 PBE RC4-128",
    "PKCS#12 PBE RC4-40",
]);

/// What OpenSSL 3 has in its provider `legacy` alone.
pub(super) const NOT_IN_OPENSSL_3: Readable = Readable::AllBut(&[
    "PKCS#12 PBE RC2-128-CBC",
    "PKCS#12 PBE RC2-40-CBC",
    "PKCS#12 PBE RC4-128",
    "PKCS#12 PBE RC4-40",
    "PBES1 DES-CBC",
    "PBES1 RC2-CBC",
    "PBES1 RC2-64-CBC",
    "PBES2 DES-CBC",
    "PBES2 RC2-CBC",
    "traditional PEM DES-CBC",
    "traditional PEM RC2-CBC",
    "traditional PEM RC2-64-CBC",
    "traditional PEM RC2-40-CBC",
]);

/// Java checks a MAC where there is one.
pub(super) const SHA1_MAC_OR_NONE: Readable = Readable::Only(&["PKCS#12 MAC HMAC-SHA-1", NO_MAC]);

pub(super) const NO_PBMAC1: Readable = Readable::AllBut(&["PBMAC1"]);

const fn keys(taken: KeysTaken) -> TargetRule {
    TargetRule {
        id: "key_kind",
        kind: RuleKind::Keys(taken),
        level: Level::Refused,
        text: "it takes keys of some kinds only",
        told: Told::Nothing,
        source: "its documentation on keys",
    }
}

pub(super) const RSA_2048_UP: TargetRule = keys(KeysTaken { rsa: RsaSizes::AtLeast(2048), ec: false, ed25519: false });

pub(super) const EC_AND_RSA: TargetRule = keys(KeysTaken { rsa: RsaSizes::Any, ec: true, ed25519: false });

pub(super) const LEGACY_CIPHERS: TargetRule = TargetRule {
    id: "readable_cipher",
    kind: RuleKind::Ciphers(PBE_SHA1),
    level: Level::Refused,
    text: "",
    told: Told::Nothing,
    source: "",
};

pub(super) const LEGACY_MACS: TargetRule = TargetRule {
    id: "readable_mac",
    kind: RuleKind::Macs(Readable::Only(&["PKCS#12 MAC HMAC-SHA-1"])),
    level: Level::Refused,
    text: "",
    told: Told::Nothing,
    source: "",
};

pub(super) const PASSWORD_ASCII: TargetRule = TargetRule {
    id: "password_ascii",
    kind: RuleKind::PasswordIsAscii,
    level: Level::Refused,
    text: "the password is ASCII",
    told: Told::Nothing,
    source: "OpenJDK, PBEKey.java: only ASCII is taken",
};

pub(super) const ALIAS_THERE: TargetRule = TargetRule {
    id: "alias_empty",
    kind: RuleKind::AliasIsThere,
    level: Level::Warned,
    text: "an entry is found by its alias, and an empty one cannot be named in most programs",
    told: Told::Nothing,
    source: "OpenJDK, KeyStore.getKey",
};

pub(super) const PLAIN_PEM: TargetRule = TargetRule {
    id: "plain_pem",
    kind: RuleKind::PlainPem { marked: true },
    level: Level::Refused,
    text: "a PEM file is ASCII in lines that begin with no white space",
    told: Told::Nothing,
    source: "RFC 7468 section 2; measured with OpenSSL 3.0 and keytool 17",
};

pub(super) const PRIVATE_KEY_ENTRY: TargetRule = TargetRule {
    id: "private_key_entry",
    kind: RuleKind::PrivateKeyEntry { or_trusted: false },
    level: Level::Refused,
    text: "a keystore that is to sign holds a private key with its certificate",
    told: Told::Nothing,
    source: "RFC 7292 section 4.2",
};

pub(super) const CHAIN_MATCHES: TargetRule = TargetRule {
    id: "key_matches_chain",
    kind: RuleKind::ChainMatchesKey,
    level: Level::Refused,
    text: "an entry's certificate holds the public half of its private key",
    told: Told::Nothing,
    source: "RFC 7292 section 4.2",
};

pub(super) const NO_PRIVATE_KEY: TargetRule = TargetRule {
    id: "no_private_key",
    kind: RuleKind::NoPrivateKey,
    level: Level::Refused,
    text: "only the certificate is uploaded; whoever has the private key is you",
    told: Told::Nothing,
    source: "RFC 7523 section 3: the verifier needs the public key",
};

pub(super) const CURRENT: TargetRule = TargetRule {
    id: "current",
    kind: RuleKind::Current { days: 30 },
    level: Level::Warned,
    text: "a certificate is valid now, and for 30 days more",
    told: Told::Nothing,
    source: "RFC 5280 section 4.1.2.5",
};

pub(super) const SHA1: TargetRule = TargetRule {
    id: "signature_digest",
    kind: RuleKind::SignatureDigest,
    level: Level::Warned,
    text: "SHA-1 signatures can be forged, and more and more programs refuse them",
    told: Told::Nothing,
    source: "NIST, 2022-12-15: SHA-1 is to be phased out",
};

pub(super) const SOUND: TargetRule = TargetRule {
    id: "weak_key",
    kind: RuleKind::KeysAreSound,
    level: Level::Refused,
    text: "a key whose private half anybody can find protects nothing",
    told: Told::Nothing,
    source: "CA/Browser Forum Baseline Requirements 6.1.1.3 and 6.1.6",
};

/// What a program takes that keeps keys and certificates in a store of its own.
pub(super) const IMPORTED: &[FileKind] = &[FileKind::Pkcs12, FileKind::Certificate, FileKind::Pkcs7];

pub(super) const KEY_FILES: &[FileKind] = &[FileKind::PrivateKey, FileKind::PublicKey];

/// What Java opens.
pub(super) const OF_JAVA: &[FileKind] =
    &[FileKind::Pkcs12, FileKind::Jks, FileKind::Jceks, FileKind::Certificate, FileKind::Pkcs7];

/// What OpenSSL opens.
pub(super) const OF_OPENSSL: &[FileKind] = &[
    FileKind::Pkcs12,
    FileKind::Pkcs7,
    FileKind::Certificate,
    FileKind::PrivateKey,
    FileKind::PublicKey,
    FileKind::Request,
];

/// The rule on kinds of files.
pub(super) const fn files(kinds: &'static [FileKind]) -> TargetRule {
    TargetRule {
        id: "file_kind",
        kind: RuleKind::Files(kinds),
        level: Level::Refused,
        text: "",
        told: Told::Nothing,
        source: "its documentation on key and certificate upload",
    }
}
