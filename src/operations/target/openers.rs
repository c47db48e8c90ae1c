//! The programs that open keystores, one row each.

use super::rule::{Level, RuleKind, TargetRule, Told};
use super::shared::{
    ALIAS_THERE, CHAIN_MATCHES, EC_AND_RSA, IMPORTED, LEGACY_CIPHERS, LEGACY_MACS, NO_PBMAC1, NOT_IN_OPENSSL_3,
    OF_JAVA, OF_OPENSSL, PASSWORD_ASCII, PLAIN_PEM, PRIVATE_KEY_ENTRY, SHA1_MAC_OR_NONE, SOUND, files,
};
use super::{ROW, Target};
use crate::formats::pkcs12::Profile;

pub(super) const JAVA8: Target = Target {
    name: "java8",
    title: "Java 8 before 8u301",
    rules: &[
        TargetRule {
            text: "Java opens keystores of type PKCS#12, JKS and JCEKS, and reads certificates, also in PKCS#7",
            ..files(OF_JAVA)
        },
        TargetRule {
            kind: RuleKind::PlainPem { marked: false },
            text: "a PEM file is ASCII in lines that begin with no white space, and without a byte-order mark",
            told: Told::RefusedWith("keytool error: java.lang.Exception: Input not an X.509 certificate"),
            ..PLAIN_PEM
        },
        TargetRule { text: "Java 8 takes RSA keys, and EC keys of P-256, P-384 and P-521", ..EC_AND_RSA },
        TargetRule {
            text: "Java 8 before 8u301 decrypts triple DES, RC2 and RC4 under SHA-1 only",
            told: Told::RefusedWith("keystore password was incorrect"),
            source: "JDK-8278989; openssl/openssl#18349",
            ..LEGACY_CIPHERS
        },
        TargetRule {
            text: "Java 8 before 8u301 checks a MAC with HMAC-SHA-1 only",
            kind: RuleKind::Macs(SHA1_MAC_OR_NONE),
            told: Told::RefusedWith("keystore password was incorrect"),
            source: "JDK-8278989; openssl/openssl#18349",
            ..LEGACY_MACS
        },
        TargetRule { text: "Java opens no PKCS#12 file whose password is not ASCII", ..PASSWORD_ASCII },
        TargetRule {
            id: "alias_lower_case",
            kind: RuleKind::AliasIsLowerCase,
            level: Level::Refused,
            text: "Java lists an entry of a JKS whose alias has capital letters, and then does not find it",
            told: Told::RefusedWith("keytool error: Alias <…> does not exist"),
            source: "OpenJDK, JavaKeyStore.java, convertAlias",
        },
        ALIAS_THERE,
        TargetRule {
            kind: RuleKind::PrivateKeyEntry { or_trusted: true },
            text: "a keystore holds a private key with its certificate, or certificates that Java is to trust",
            source: "Java Cryptography Architecture, class KeyStore",
            ..PRIVATE_KEY_ENTRY
        },
        CHAIN_MATCHES,
        SOUND,
    ],
    profile: Profile::Legacy,
    ..ROW
};

pub(super) const MACOS: Target = Target {
    name: "macos",
    title: "the Keychain of older macOS",
    rules: &[
        TargetRule { text: "the Keychain imports PKCS#12 files and certificates, also in PKCS#7", ..files(IMPORTED) },
        TargetRule { text: "the Keychain takes RSA keys, and EC keys of P-256, P-384 and P-521", ..EC_AND_RSA },
        TargetRule {
            text: "the Keychain of older macOS decrypts triple DES, RC2 and RC4 under SHA-1 only",
            told: Told::RefusedWith("MAC verification failed during PKCS12 import (wrong password?)"),
            source: "chris2511/xca#474; pyca/cryptography#7293",
            ..LEGACY_CIPHERS
        },
        TargetRule {
            text: "the Keychain of older macOS checks a MAC with HMAC-SHA-1 only",
            told: Told::RefusedWith("MAC verification failed during PKCS12 import (wrong password?)"),
            source: "chris2511/xca#474; pyca/cryptography#7293",
            ..LEGACY_MACS
        },
        PRIVATE_KEY_ENTRY,
        CHAIN_MATCHES,
        SOUND,
    ],
    profile: Profile::Legacy,
    ..ROW
};

pub(super) const OPENSSL3: Target = Target {
    name: "openssl3",
    title: "OpenSSL 3",
    rules: &[
        TargetRule {
            text: "OpenSSL opens PKCS#12 and PKCS#7 files, keys, certificates and requests, and no keystores of Java",
            ..files(OF_OPENSSL)
        },
        TargetRule {
            text: "OpenSSL 3 decrypts RC2, RC4 and single DES only with `-legacy`",
            told: Told::RefusedWith("inner_evp_generic_fetch:unsupported"),
            source: "openssl/openssl#19167",
            kind: RuleKind::Ciphers(NOT_IN_OPENSSL_3),
            ..LEGACY_CIPHERS
        },
        TargetRule {
            id: "readable_key",
            text: "OpenSSL 3 decrypts RC2, RC4 and single DES only with the provider `legacy`",
            told: Told::RefusedWith("inner_evp_generic_fetch:unsupported"),
            source: "openssl/openssl#19167",
            kind: RuleKind::KeyCiphers(NOT_IN_OPENSSL_3),
            ..LEGACY_CIPHERS
        },
        TargetRule { told: Told::RefusedWith("Could not read"), ..PLAIN_PEM },
        TargetRule {
            text: "OpenSSL before 3.4 checks no PBMAC1, RFC 9579",
            told: Told::Nothing,
            source: "bcgit/bc-java#2076; OpenSSL 3.4 changes",
            kind: RuleKind::Macs(NO_PBMAC1),
            ..LEGACY_MACS
        },
        CHAIN_MATCHES,
        SOUND,
    ],
    ..ROW
};

pub(super) const WINDOWS2016: Target = Target {
    name: "windows2016",
    title: "Windows Server 2016",
    rules: &[
        TargetRule { text: "Windows imports PKCS#12 files and certificates, also in PKCS#7", ..files(IMPORTED) },
        TargetRule { text: "Windows Server 2016 takes RSA keys, and EC keys of P-256, P-384 and P-521", ..EC_AND_RSA },
        TargetRule {
            text: "Windows Server 2016 decrypts triple DES, RC2 and RC4 under SHA-1 only",
            told: Told::RefusedWith("network password is not correct"),
            source: "openssl/openssl#27035; kaikramer/keystore-explorer#318",
            ..LEGACY_CIPHERS
        },
        TargetRule {
            text: "Windows Server 2016 checks a MAC with HMAC-SHA-1 only",
            told: Told::RefusedWith("network password is not correct"),
            source: "openssl/openssl#27035; kaikramer/keystore-explorer#318",
            ..LEGACY_MACS
        },
        PRIVATE_KEY_ENTRY,
        CHAIN_MATCHES,
        SOUND,
    ],
    profile: Profile::Legacy,
    ..ROW
};
