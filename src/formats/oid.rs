//! Every object identifier that the format rooms name, once, with its standard.

mod names;

use der::asn1::ObjectIdentifier;

macro_rules! identifiers {
    ($($(#[$meta:meta])* $name:ident = $arcs:literal, $text:literal;)*) => {
        $($(#[$meta])* pub(crate) const $name: ObjectIdentifier = ObjectIdentifier::new_unwrap($arcs);)*

        /// The identifier's name as tools print it, or its arcs.
        pub(crate) fn name(oid: ObjectIdentifier) -> String {
            match oid {
                $($name => $text.to_owned(),)*
                other => names::name(other).map_or_else(|| other.to_string(), str::to_owned),
            }
        }
    };
}

/// The content types of RFC 2315 and RFC 5652.
pub(crate) const CONTENT_TYPES: [ObjectIdentifier; 7] =
    [DATA, SIGNED_DATA, ENVELOPED_DATA, SIGNED_AND_ENVELOPED_DATA, DIGESTED_DATA, ENCRYPTED_DATA, COMPRESSED_DATA];

identifiers! {
    // Public keys: RFC 8017 appendix C, RFC 5480 section 2.1, RFC 8410 section 3.
    RSA_ENCRYPTION = "1.2.840.113549.1.1.1", "rsaEncryption";
    RSASSA_PSS = "1.2.840.113549.1.1.10", "RSASSA-PSS";
    DSA = "1.2.840.10040.4.1", "DSA";
    EC_PUBLIC_KEY = "1.2.840.10045.2.1", "id-ecPublicKey";
    X25519 = "1.3.101.110", "X25519";
    X448 = "1.3.101.111", "X448";
    ED25519 = "1.3.101.112", "Ed25519";
    ED448 = "1.3.101.113", "Ed448";
    P256 = "1.2.840.10045.3.1.7", "P-256";
    P384 = "1.3.132.0.34", "P-384";
    P521 = "1.3.132.0.35", "P-521";
    P224 = "1.3.132.0.33", "P-224";
    SECP256K1 = "1.3.132.0.10", "secp256k1";
    BRAINPOOL_P256R1 = "1.3.36.3.3.2.8.1.1.7", "brainpoolP256r1";

    // Signatures: RFC 8017 appendix C, RFC 5758 section 3.2.
    SHA1_WITH_RSA = "1.2.840.113549.1.1.5", "sha1WithRSAEncryption";
    SHA256_WITH_RSA = "1.2.840.113549.1.1.11", "sha256WithRSAEncryption";
    SHA384_WITH_RSA = "1.2.840.113549.1.1.12", "sha384WithRSAEncryption";
    SHA512_WITH_RSA = "1.2.840.113549.1.1.13", "sha512WithRSAEncryption";
    MD5_WITH_RSA = "1.2.840.113549.1.1.4", "md5WithRSAEncryption";
    ECDSA_WITH_SHA1 = "1.2.840.10045.4.1", "ecdsa-with-SHA1";
    ECDSA_WITH_SHA256 = "1.2.840.10045.4.3.2", "ecdsa-with-SHA256";
    ECDSA_WITH_SHA384 = "1.2.840.10045.4.3.3", "ecdsa-with-SHA384";
    ECDSA_WITH_SHA512 = "1.2.840.10045.4.3.4", "ecdsa-with-SHA512";

    // Digests: RFC 8017 appendix B.1.
    SHA1 = "1.3.14.3.2.26", "SHA-1";
    SHA224 = "2.16.840.1.101.3.4.2.4", "SHA-224";
    SHA256 = "2.16.840.1.101.3.4.2.1", "SHA-256";
    SHA384 = "2.16.840.1.101.3.4.2.2", "SHA-384";
    SHA512 = "2.16.840.1.101.3.4.2.3", "SHA-512";
    SHA512_224 = "2.16.840.1.101.3.4.2.5", "SHA-512/224";
    SHA512_256 = "2.16.840.1.101.3.4.2.6", "SHA-512/256";
    SHA3_224 = "2.16.840.1.101.3.4.2.7", "SHA3-224";
    SHA3_256 = "2.16.840.1.101.3.4.2.8", "SHA3-256";
    SHA3_384 = "2.16.840.1.101.3.4.2.9", "SHA3-384";
    SHA3_512 = "2.16.840.1.101.3.4.2.10", "SHA3-512";
    MD2 = "1.2.840.113549.2.2", "MD2";
    MD5 = "1.2.840.113549.2.5", "MD5";

    // Password-based encryption: RFC 8018 appendix A, RFC 7292 appendix C.
    PBES2 = "1.2.840.113549.1.5.13", "PBES2";
    PBMAC1 = "1.2.840.113549.1.5.14", "PBMAC1";
    PBE_MD2_DES = "1.2.840.113549.1.5.1", "pbeWithMD2AndDES-CBC";
    PBE_MD5_DES = "1.2.840.113549.1.5.3", "pbeWithMD5AndDES-CBC";
    PBE_MD5_RC2 = "1.2.840.113549.1.5.6", "pbeWithMD5AndRC2-CBC";
    PBE_SHA1_RC2 = "1.2.840.113549.1.5.11", "pbeWithSHA1AndRC2-CBC";
    PBE_MD2_RC2 = "1.2.840.113549.1.5.4", "pbeWithMD2AndRC2-CBC";
    PBKDF2 = "1.2.840.113549.1.5.12", "PBKDF2";
    SCRYPT = "1.3.6.1.4.1.11591.4.11", "scrypt";
    HMAC_MD5 = "1.2.840.113549.2.6", "HMAC-MD5";
    HMAC_SHA1 = "1.2.840.113549.2.7", "HMAC-SHA-1";
    HMAC_SHA224 = "1.2.840.113549.2.8", "HMAC-SHA-224";
    HMAC_SHA256 = "1.2.840.113549.2.9", "HMAC-SHA-256";
    HMAC_SHA384 = "1.2.840.113549.2.10", "HMAC-SHA-384";
    HMAC_SHA512 = "1.2.840.113549.2.11", "HMAC-SHA-512";
    HMAC_SHA512_224 = "1.2.840.113549.2.12", "HMAC-SHA-512/224";
    HMAC_SHA512_256 = "1.2.840.113549.2.13", "HMAC-SHA-512/256";
    AES_128_CBC = "2.16.840.1.101.3.4.1.2", "AES-128-CBC";
    AES_192_CBC = "2.16.840.1.101.3.4.1.22", "AES-192-CBC";
    AES_256_CBC = "2.16.840.1.101.3.4.1.42", "AES-256-CBC";
    AES_128_GCM = "2.16.840.1.101.3.4.1.6", "AES-128-GCM";
    AES_192_GCM = "2.16.840.1.101.3.4.1.26", "AES-192-GCM";
    AES_256_GCM = "2.16.840.1.101.3.4.1.46", "AES-256-GCM";
    CAMELLIA_128_CBC = "1.2.392.200011.61.1.1.1.2", "Camellia-128-CBC";
    CAMELLIA_192_CBC = "1.2.392.200011.61.1.1.1.3", "Camellia-192-CBC";
    CAMELLIA_256_CBC = "1.2.392.200011.61.1.1.1.4", "Camellia-256-CBC";
    ARIA_256_CBC = "1.2.410.200046.1.1.12", "ARIA-256-CBC";
    SEED_CBC = "1.2.410.200004.1.4", "SEED-CBC";
    DES_EDE3_CBC = "1.2.840.113549.3.7", "DES-EDE3-CBC";
    RC5_CBC = "1.2.840.113549.3.9", "RC5-CBC-Pad";
    GOST_28147_CFB = "1.2.643.2.2.21", "GOST 28147-89";
    PBE_SHA1_DES = "1.2.840.113549.1.5.10", "pbeWithSHA1AndDES-CBC";
    PBE_SHA1_RC4_128 = "1.2.840.113549.1.12.1.1", "pbeWithSHAAnd128BitRC4";
    PBE_SHA1_RC4_40 = "1.2.840.113549.1.12.1.2", "pbeWithSHAAnd40BitRC4";
    PBE_SHA1_3DES = "1.2.840.113549.1.12.1.3", "pbeWithSHAAnd3-KeyTripleDES-CBC";
    PBE_SHA1_2DES = "1.2.840.113549.1.12.1.4", "pbeWithSHAAnd2-KeyTripleDES-CBC";
    PBE_SHA1_RC2_128 = "1.2.840.113549.1.12.1.5", "pbeWithSHAAnd128BitRC2-CBC";
    PBE_SHA1_RC2_40 = "1.2.840.113549.1.12.1.6", "pbeWithSHAAnd40BitRC2-CBC";
    DES_CBC = "1.3.14.3.2.7", "DES-CBC";
    RC2_CBC = "1.2.840.113549.3.2", "RC2-CBC";
    RC4 = "1.2.840.113549.3.4", "RC4";
    JKS_KEY_PROTECTOR = "1.3.6.1.4.1.42.2.17.1.1", "Sun JKS key protection";

    // Content types: RFC 5652 sections 4, 6 and 8.
    DATA = "1.2.840.113549.1.7.1", "data";
    SIGNED_DATA = "1.2.840.113549.1.7.2", "signedData";
    ENVELOPED_DATA = "1.2.840.113549.1.7.3", "envelopedData";
    SIGNED_AND_ENVELOPED_DATA = "1.2.840.113549.1.7.4", "signedAndEnvelopedData";
    DIGESTED_DATA = "1.2.840.113549.1.7.5", "digestedData";
    ENCRYPTED_DATA = "1.2.840.113549.1.7.6", "encryptedData";
    COMPRESSED_DATA = "1.2.840.113549.1.9.16.1.9", "compressedData";

    // PKCS#12 bags and attributes: RFC 7292 section 4.2 and RFC 2985 section 5.5.
    KEY_BAG = "1.2.840.113549.1.12.10.1.1", "keyBag";
    SHROUDED_KEY_BAG = "1.2.840.113549.1.12.10.1.2", "pkcs8ShroudedKeyBag";
    CERT_BAG = "1.2.840.113549.1.12.10.1.3", "certBag";
    CRL_BAG = "1.2.840.113549.1.12.10.1.4", "crlBag";
    SECRET_BAG = "1.2.840.113549.1.12.10.1.5", "secretBag";
    SAFE_CONTENTS_BAG = "1.2.840.113549.1.12.10.1.6", "safeContentsBag";
    X509_CERTIFICATE = "1.2.840.113549.1.9.22.1", "x509Certificate";
    FRIENDLY_NAME = "1.2.840.113549.1.9.20", "friendlyName";
    LOCAL_KEY_ID = "1.2.840.113549.1.9.21", "localKeyId";
    // Set by Java on entries that are trusted without a key.
    JAVA_TRUSTED_KEY_USAGE = "2.16.840.1.113894.746875.1.1", "trustedKeyUsage";
    ANY_EXTENDED_KEY_USAGE = "2.5.29.37.0", "anyExtendedKeyUsage";

    // Extensions: RFC 5280 section 4.2.1.
    SUBJECT_KEY_IDENTIFIER = "2.5.29.14", "subjectKeyIdentifier";
    KEY_USAGE = "2.5.29.15", "keyUsage";
    SUBJECT_ALT_NAME = "2.5.29.17", "subjectAltName";
    BASIC_CONSTRAINTS = "2.5.29.19", "basicConstraints";
    NAME_CONSTRAINTS = "2.5.29.30", "nameConstraints";
    CRL_DISTRIBUTION_POINTS = "2.5.29.31", "cRLDistributionPoints";
    CERTIFICATE_POLICIES = "2.5.29.32", "certificatePolicies";
    EXTENDED_KEY_USAGE = "2.5.29.37", "extKeyUsage";
    AUTHORITY_INFO_ACCESS = "1.3.6.1.5.5.7.1.1", "authorityInfoAccess";
    TLS_FEATURE = "1.3.6.1.5.5.7.1.24", "tlsFeature";

    // Purposes of a key: RFC 5280 section 4.2.1.12.
    SERVER_AUTH = "1.3.6.1.5.5.7.3.1", "serverAuth";
    CLIENT_AUTH = "1.3.6.1.5.5.7.3.2", "clientAuth";
    CODE_SIGNING = "1.3.6.1.5.5.7.3.3", "codeSigning";
    EMAIL_PROTECTION = "1.3.6.1.5.5.7.3.4", "emailProtection";
    TIME_STAMPING = "1.3.6.1.5.5.7.3.8", "timeStamping";
    OCSP_SIGNING = "1.3.6.1.5.5.7.3.9", "OCSPSigning";

    // PKCS#9 attributes of a request: RFC 2985 section 5.4.
    EXTENSION_REQUEST = "1.2.840.113549.1.9.14", "extensionRequest";
}
