//! Names of object identifiers that are only shown: what stands in other people's certificates and is not acted upon.

use der::asn1::ObjectIdentifier;

/// The name that its standard gives the identifier, if it is one that is met in certificates.
pub(super) fn name(oid: ObjectIdentifier) -> Option<&'static str> {
    let text = oid.to_string();
    NAMES.iter().find(|(dotted, _)| *dotted == text).map(|(_, name)| *name)
}

#[rustfmt::skip]
const NAMES: &[(&str, &str)] = &[
    // Signatures: RFC 3279 section 2.2, RFC 5758 section 3, FIPS 204 and 205 as RFC 9881 and RFC 9909 name them.
    ("1.2.840.113549.1.1.2", "md2WithRSAEncryption"),
    ("1.2.840.113549.1.1.14", "sha224WithRSAEncryption"),
    ("1.3.14.3.2.29", "sha1WithRSASignature"),
    ("1.2.840.10040.4.3", "dsa-with-SHA1"),
    ("2.16.840.1.101.3.4.3.1", "dsa-with-SHA224"),
    ("2.16.840.1.101.3.4.3.2", "dsa-with-SHA256"),
    ("2.16.840.1.101.3.4.3.3", "dsa-with-SHA384"),
    ("2.16.840.1.101.3.4.3.4", "dsa-with-SHA512"),
    ("1.2.840.10045.4.3.1", "ecdsa-with-SHA224"),
    ("2.16.840.1.101.3.4.3.10", "ecdsa-with-SHA3-256"),
    ("2.16.840.1.101.3.4.3.11", "ecdsa-with-SHA3-384"),
    ("2.16.840.1.101.3.4.3.12", "ecdsa-with-SHA3-512"),
    ("2.16.840.1.101.3.4.3.17", "ML-DSA-44"),
    ("2.16.840.1.101.3.4.3.18", "ML-DSA-65"),
    ("2.16.840.1.101.3.4.3.19", "ML-DSA-87"),
    ("2.16.840.1.101.3.4.3.20", "SLH-DSA-SHA2-128s"),
    ("2.16.840.1.101.3.4.3.21", "SLH-DSA-SHA2-128f"),
    ("2.16.840.1.101.3.4.3.22", "SLH-DSA-SHA2-192s"),
    ("2.16.840.1.101.3.4.3.23", "SLH-DSA-SHA2-192f"),
    ("2.16.840.1.101.3.4.3.24", "SLH-DSA-SHA2-256s"),
    ("2.16.840.1.101.3.4.3.25", "SLH-DSA-SHA2-256f"),
    ("2.16.840.1.101.3.4.4.1", "ML-KEM-512"),
    ("2.16.840.1.101.3.4.4.2", "ML-KEM-768"),
    ("2.16.840.1.101.3.4.4.3", "ML-KEM-1024"),
    ("1.2.840.10046.2.1", "X9.42 Diffie-Hellman"),
    ("1.2.840.113549.1.3.1", "PKCS#3 Diffie-Hellman"),
    ("1.2.643.7.1.1.1.1", "GOST R 34.10-2012"),
    ("1.2.156.10197.1.301", "SM2"),
    ("1.2.156.10197.1.501", "SM2-with-SM3"),

    // Curves: RFC 5639 section 4.1, SEC 2.
    ("1.2.840.10045.3.1.1", "P-192"),
    ("1.3.36.3.3.2.8.1.1.1", "brainpoolP160r1"),
    ("1.3.36.3.3.2.8.1.1.3", "brainpoolP192r1"),
    ("1.3.36.3.3.2.8.1.1.5", "brainpoolP224r1"),
    ("1.3.36.3.3.2.8.1.1.8", "brainpoolP256t1"),
    ("1.3.36.3.3.2.8.1.1.9", "brainpoolP320r1"),
    ("1.3.36.3.3.2.8.1.1.11", "brainpoolP384r1"),
    ("1.3.36.3.3.2.8.1.1.12", "brainpoolP384t1"),
    ("1.3.36.3.3.2.8.1.1.13", "brainpoolP512r1"),
    ("1.3.36.3.3.2.8.1.1.14", "brainpoolP512t1"),
    ("1.3.132.0.8", "secp160r1"),
    ("1.3.132.0.31", "secp192k1"),
    ("1.3.132.0.32", "secp224k1"),

    // Extensions: RFC 5280 sections 4.2 and 5.2, RFC 6962, RFC 7633, RFC 6960.
    ("2.5.29.9", "subjectDirectoryAttributes"),
    ("2.5.29.14", "subjectKeyIdentifier"),
    ("2.5.29.15", "keyUsage"),
    ("2.5.29.16", "privateKeyUsagePeriod"),
    ("2.5.29.18", "issuerAltName"),
    ("2.5.29.19", "basicConstraints"),
    ("2.5.29.30", "nameConstraints"),
    ("2.5.29.31", "cRLDistributionPoints"),
    ("2.5.29.32", "certificatePolicies"),
    ("2.5.29.33", "policyMappings"),
    ("2.5.29.35", "authorityKeyIdentifier"),
    ("2.5.29.36", "policyConstraints"),
    ("2.5.29.37", "extKeyUsage"),
    ("2.5.29.46", "freshestCRL"),
    ("2.5.29.54", "inhibitAnyPolicy"),
    ("1.3.6.1.5.5.7.1.1", "authorityInfoAccess"),
    ("1.3.6.1.5.5.7.1.3", "qcStatements"),
    ("1.3.6.1.5.5.7.1.11", "subjectInfoAccess"),
    ("1.3.6.1.5.5.7.1.24", "tlsFeature"),
    ("1.3.6.1.5.5.7.48.1.5", "ocspNoCheck"),
    ("1.3.6.1.4.1.11129.2.4.2", "signedCertificateTimestamps"),
    ("1.3.6.1.4.1.11129.2.4.3", "precertificatePoison"),
    ("1.3.6.1.4.1.311.20.2", "microsoftCertificateTemplateName"),
    ("1.3.6.1.4.1.311.21.1", "microsoftCaVersion"),
    ("1.3.6.1.4.1.311.21.2", "microsoftPreviousCaHash"),
    ("1.3.6.1.4.1.311.21.7", "microsoftCertificateTemplate"),
    ("1.3.6.1.4.1.311.21.10", "microsoftApplicationPolicies"),
    ("1.3.6.1.4.1.311.25.2", "microsoftSecurityIdentifier"),
    ("2.16.840.1.113730.1.1", "netscapeCertType"),
    ("2.16.840.1.113730.1.13", "netscapeComment"),

    // Extended key usages: RFC 5280 section 4.2.1.12 and Microsoft's.
    ("1.3.6.1.5.5.7.3.1", "serverAuth"),
    ("1.3.6.1.5.5.7.3.2", "clientAuth"),
    ("1.3.6.1.5.5.7.3.3", "codeSigning"),
    ("1.3.6.1.5.5.7.3.4", "emailProtection"),
    ("1.3.6.1.5.5.7.3.8", "timeStamping"),
    ("1.3.6.1.5.5.7.3.9", "OCSPSigning"),
    ("1.3.6.1.5.5.7.3.17", "ipsecIKE"),
    ("1.3.6.1.4.1.311.10.3.3", "microsoftServerGatedCrypto"),
    ("1.3.6.1.4.1.311.10.3.4", "microsoftEncryptedFileSystem"),
    ("1.3.6.1.4.1.311.10.3.12", "microsoftDocumentSigning"),
    ("1.3.6.1.4.1.311.20.2.2", "microsoftSmartcardLogon"),
    ("1.3.6.1.5.2.3.4", "kerberosClientAuth"),
    ("1.3.6.1.5.2.3.5", "kerberosKeyDistribution"),

    // Policies: CA/Browser Forum.
    ("2.5.29.32.0", "anyPolicy"),
    ("2.23.140.1.1", "extended-validation"),
    ("2.23.140.1.2.1", "domain-validated"),
    ("2.23.140.1.2.2", "organization-validated"),
    ("2.23.140.1.2.3", "individual-validated"),

    // PKCS#9 attributes of a request: RFC 2985 section 5.4, and Microsoft's.
    ("1.2.840.113549.1.9.2", "unstructuredName"),
    ("1.2.840.113549.1.9.7", "challengePassword"),
    ("1.2.840.113549.1.9.8", "unstructuredAddress"),
    ("1.3.6.1.4.1.311.2.1.14", "microsoftCertificateExtensions"),
    ("1.3.6.1.4.1.311.13.2.2", "microsoftEnrollmentCsp"),
    ("1.3.6.1.4.1.311.13.2.3", "microsoftOsVersion"),
    ("1.3.6.1.4.1.311.21.20", "microsoftRequestClientInfo"),
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_identifier_is_one_and_stands_once() {
        let mut seen = HashSet::new();
        for (dotted, name) in NAMES {
            let oid = ObjectIdentifier::new(dotted).unwrap();
            assert!(seen.insert(oid), "{dotted} {name}");
            assert_eq!(crate::formats::oid::name(oid), *name);
        }
    }
}
