//! The targets, one row each: nothing that one of them alone wants stands anywhere else.

use super::rule::{FileKind, KeysTaken, Level, RsaSizes, RuleKind, TargetRule, Told};
use super::shared::{
    CHAIN_MATCHES, CURRENT, EC_AND_RSA, KEY_FILES, NO_PRIVATE_KEY, ONLY_RSA, PRIVATE_KEY_ENTRY, RSA_2048_UP, SHA1,
    SOUND, files,
};
use super::{ROW, Target, openers, tokens};
use crate::operations::check::Threshold;
use crate::operations::create::Part;

const SETUP_HELP: &str = "Salesforce Help, security_keys_export_import_certs_with_a_keystore";
const JWT_HELP: &str = "Salesforce Help, remoteaccess_auth_challenge_generate_jwt";

/// Every target, in alphabetical order.
pub(super) static TARGETS: &[Target] = &[
    Target {
        name: "box",
        title: "Box",
        rules: &[
            TargetRule { text: "Box takes the app's private key, or its public half", ..files(KEY_FILES) },
            TargetRule { text: "Box takes RSA keys of 2048 bits or more", ..RSA_2048_UP },
            TargetRule {
                id: "key_encrypted",
                kind: RuleKind::PrivateKeyIsEncrypted,
                level: Level::Warned,
                text: "the app's config holds the private key as encrypted PKCS#8, with its password beside it",
                told: Told::Nothing,
                source: "developer.box.com, JWT without SDK",
            },
            SOUND,
        ],
        uploads: &[(Part::Key, "into the app's config, with its password; public half: Add and Manage Public Keys")],
        token: Some(&tokens::BOX),
        ..ROW
    },
    Target {
        name: "docusign",
        title: "DocuSign",
        rules: &[
            TargetRule { text: "DocuSign takes an RSA key pair in PEM", ..files(KEY_FILES) },
            TargetRule { text: "DocuSign takes RSA keys", ..RSA_2048_UP },
            SOUND,
        ],
        uploads: &[(Part::Key, "stays with your client; public half: Service Integration > RSA Keypairs > Upload RSA")],
        token: Some(&tokens::DOCUSIGN),
        ..ROW
    },
    Target {
        name: "entra",
        title: "Microsoft Entra",
        rules: &[
            TargetRule {
                text: "Microsoft Entra takes the certificate, in PEM or DER",
                ..files(&[FileKind::Certificate])
            },
            TargetRule { text: "Microsoft Entra takes RSA certificates", ..RSA_2048_UP },
            NO_PRIVATE_KEY,
            CURRENT,
            SHA1,
            SOUND,
        ],
        uploads: &[(Part::Certificate, "App registrations > your app > Certificates & secrets > Upload certificate")],
        token: Some(&tokens::ENTRA),
        ..ROW
    },
    Target {
        name: "google",
        title: "Google Cloud",
        rules: &[
            TargetRule { text: "Google Cloud takes a certificate in PEM", ..files(&[FileKind::Certificate]) },
            TargetRule { text: "a Google service account takes RSA keys in an X.509 certificate", ..RSA_2048_UP },
            NO_PRIVATE_KEY,
            CURRENT,
            SOUND,
        ],
        uploads: &[(Part::Certificate, "IAM > Service accounts > Keys > Upload existing key")],
        token: Some(&tokens::GOOGLE),
        ..ROW
    },
    openers::JAVA8,
    openers::MACOS,
    Target {
        name: "netsuite",
        title: "NetSuite",
        rules: &[
            TargetRule { text: "NetSuite takes the certificate, in PEM or DER", ..files(&[FileKind::Certificate]) },
            TargetRule {
                id: "key_kind",
                kind: RuleKind::Keys(KeysTaken { rsa: RsaSizes::OneOf(&[3072, 4096]), ec: true, ed25519: false }),
                level: Level::Refused,
                text: "NetSuite takes RSA keys of 3072 or 4096 bits, and EC keys",
                told: Told::Nothing,
                source: "docs.oracle.com, NetSuite, subsect_162755332391",
            },
            TargetRule {
                id: "longest_validity",
                kind: RuleKind::LongestValidity(730),
                level: Level::Refused,
                text: "it takes 730 days at most",
                told: Told::Nothing,
                source: "docs.oracle.com, NetSuite, subsect_162755332391",
            },
            NO_PRIVATE_KEY,
            CURRENT,
            SHA1,
            SOUND,
        ],
        uploads: &[(
            Part::Certificate,
            "Setup > Integration > Manage Authentication > OAuth 2.0 Client Credentials (M2M) Setup > Create New",
        )],
        token: Some(&tokens::NETSUITE),
        ..ROW
    },
    Target {
        name: "okta",
        title: "Okta",
        rules: &[
            TargetRule { text: "Okta takes the public half of your client's key", ..files(KEY_FILES) },
            TargetRule { text: "Okta takes RSA and EC keys", ..EC_AND_RSA },
            SOUND,
        ],
        uploads: &[(Part::Key, "stays with your client; its public half goes to the app as a JWK")],
        token: Some(&tokens::OKTA),
        ..ROW
    },
    openers::OPENSSL3,
    Target {
        name: "salesforce",
        title: "Salesforce",
        rules: &[
            TargetRule {
                text: "Salesforce takes the app's certificate in PEM or DER, and imports keystores of type JKS only; the \
                       private key by itself goes nowhere but to your client",
                source: SETUP_HELP,
                ..files(&[FileKind::Certificate, FileKind::Jks])
            },
            NO_PRIVATE_KEY,
            TargetRule {
                id: "private_key_entry",
                told: Told::RefusedWith(
                    "No certificate was imported because the keystore file doesn't contain a PrivateKey entry.",
                ),
                source: SETUP_HELP,
                ..PRIVATE_KEY_ENTRY
            },
            TargetRule {
                id: "key_kind",
                kind: RuleKind::Keys(ONLY_RSA),
                level: Level::Refused,
                text: "Salesforce takes RSA keys, and checks RS256 only",
                told: Told::RefusedWith("The key is not an RSA key."),
                source: SETUP_HELP,
            },
            TargetRule {
                id: "key_size",
                kind: RuleKind::Keys(KeysTaken { rsa: RsaSizes::OneOf(&[2048, 3072, 4096]), ec: true, ed25519: true }),
                level: Level::Refused,
                text: "Salesforce takes RSA keys of 2048, 3072 or 4096 bits",
                told: Told::RefusedWith("Imported keys must have a bit size of 2048, 3072, or 4096."),
                source: SETUP_HELP,
            },
            TargetRule {
                id: "key_in_pkcs8",
                kind: RuleKind::KeyIsPkcs8,
                level: Level::Refused,
                text: "the private key in a keystore is PKCS#8",
                told: Told::RefusedWith("The key must be in PKCS#8 format."),
                source: SETUP_HELP,
            },
            TargetRule {
                told: Told::RefusedWith("The private key does not match the certificate chain in the keystore."),
                source: SETUP_HELP,
                ..CHAIN_MATCHES
            },
            TargetRule {
                id: "one_password",
                kind: RuleKind::OnePassword,
                level: Level::Refused,
                text: "the key's password in a keystore must be the keystore's own",
                told: Told::RefusedWith(
                    "The Keystore contains a certificate 'certName' whose per key password is not the same as the \
                     keystore password.",
                ),
                source: "Salesforce Help 000387714",
            },
            TargetRule {
                id: "alias",
                kind: RuleKind::AliasIsDeveloperName,
                level: Level::Refused,
                text: "an alias begins with a letter, has letters, digits and single `_` only, does not end with `_`, \
                       and has 64 characters at most",
                told: Told::RefusedWith("Keystore contains an entry whose alias is not acceptable for import"),
                source: "Salesforce Help 000387657; Tooling API, Certificate.DeveloperName",
            },
            TargetRule {
                id: "alias_lower_case",
                kind: RuleKind::AliasIsLowerCase,
                level: Level::Warned,
                text: "Java, which reads the keystore, lists an entry whose alias has capital letters and does not find it",
                told: Told::Nothing,
                source: "OpenJDK, JavaKeyStore.java, convertAlias",
            },
            TargetRule {
                id: "file_size",
                kind: RuleKind::FileSize(4096),
                level: Level::Refused,
                text: "the file of the app's certificate has 4 KB at most",
                told: Told::Documented(
                    "Certificate size can't exceed 4 KB. If it does, try using a DER-encoded file to reduce the size.",
                ),
                source: JWT_HELP,
            },
            TargetRule {
                id: "one_bare_block",
                kind: RuleKind::OneBareBlock,
                level: Level::Warned,
                text: "an app has one certificate: what Salesforce does with text or further blocks is not documented",
                told: Told::Documented("the PEM-encoded certificate string"),
                source: "Metadata API, ExtlClntAppGlobalOauthSettings.certificate",
            },
            TargetRule {
                text: "Salesforce is reported to take tokens after the certificate's end, and announces a denial of service \
                       for expired ones: count on neither",
                source: "Salesforce Help, shr_proactive_expired_certificate_notification",
                ..CURRENT
            },
            SHA1,
            SOUND,
        ],
        uploads: &[
            (Part::Certificate, "your app's OAuth settings > Enable JWT Bearer Flow, or Use digital signatures"),
            (Part::Jks, "Setup > Certificate and Key Management > Import from Keystore"),
        ],
        token: Some(&tokens::SALESFORCE),
        // Salesforce itself writes 60, 30 and 10 days before the end.
        watch: (Threshold::days(60), Threshold::days(10)),
        ..ROW
    },
    Target {
        name: "snowflake",
        title: "Snowflake",
        rules: &[
            TargetRule { text: "Snowflake takes the public half of your client's key", ..files(KEY_FILES) },
            TargetRule { text: "Snowflake takes RSA keys of 2048 bits or more", ..RSA_2048_UP },
            TargetRule {
                id: "key_in_pkcs8",
                kind: RuleKind::PrivateKeyIsPkcs8,
                level: Level::Refused,
                text: "Snowflake's drivers read private keys in PKCS#8 only",
                told: Told::Nothing,
                source: "docs.snowflake.com, key-pair-auth",
            },
            SOUND,
        ],
        uploads: &[(Part::Key, "stays with your client; public half: ALTER USER … SET RSA_PUBLIC_KEY, or …_2")],
        token: Some(&tokens::SNOWFLAKE),
        ..ROW
    },
    openers::WINDOWS2016,
];
