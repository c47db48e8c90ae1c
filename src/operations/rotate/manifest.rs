//! `manifest.json`: what a version is, for people and their records. Nothing is decided by it, and no secret stands in it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

use crate::clock::Timestamp;
use crate::crypto::{DigestAlgorithm, Fingerprint};
use crate::formats::x509::Certificate;
use crate::operations::target::Target;

use super::play::Play;
use super::version::{VersionFile, hexadecimal};

/// The first member of a manifest: its name and version.
const SCHEMA: &str = "certwright/rotate-version/1";

/// What a manifest is made of.
pub(super) struct Manifest<'a> {
    /// What the rotation is called.
    pub(super) name: &'a str,
    pub(super) number: u32,
    pub(super) made: Timestamp,
    /// Whether its files were in use before there was a rotation.
    pub(super) adopted: bool,
    pub(super) play: Option<Play>,
    pub(super) target: Option<&'static Target>,
    pub(super) certificate: &'a Certificate,
    /// Its files, but for the manifest itself.
    pub(super) files: Vec<VersionFile>,
}

impl Manifest<'_> {
    /// As the octets of the file.
    pub(super) fn to_json(&self) -> Vec<u8> {
        let certificate = self.certificate;
        let validity = certificate.validity().ok();
        let names = certificate.subject_alt_names().unwrap_or_default();
        let key = certificate.public_key().map(|key| key.algorithm().to_string()).ok();
        let members = json!({
            "schema": SCHEMA,
            "name": self.name,
            "version": self.number,
            "made": self.made.to_string(),
            "made_by": concat!("certwright ", env!("CARGO_PKG_VERSION")),
            "adopted": self.adopted,
            "play": self.play.map(Play::word),
            "target": self.target.map(|target| target.name),
            "files": self.files.iter().map(|file| file.name(self.name)).collect::<Vec<_>>(),
            "algorithm": key,
            "subject": certificate.subject().to_string(),
            "subject_alt_names": names.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "issuer": certificate.issuer().to_string(),
            "serial_number": hexadecimal(certificate.serial_number()),
            "not_before": validity.map(|it| it.not_before.to_string()),
            "not_after": validity.map(|it| it.not_after.to_string()),
            "certificate_sha256": certificate.fingerprint(DigestAlgorithm::Sha256).to_string(),
            "spki_sha256": certificate.key_fingerprint().ok().map(|it| it.to_string()),
            "x5t": thumbprint(&certificate.fingerprint(DigestAlgorithm::Sha1)),
            "x5t#S256": thumbprint(&certificate.fingerprint(DigestAlgorithm::Sha256)),
        });
        // A map of strings and numbers always has a JSON form.
        let mut text = serde_json::to_string_pretty(&members).unwrap_or_default();
        text.push('\n');
        text.into_bytes()
    }
}

/// As the header of a JWT has it, RFC 7515 sections 4.1.7 and 4.1.8.
pub(super) fn thumbprint(fingerprint: &Fingerprint) -> String {
    URL_SAFE_NO_PAD.encode(fingerprint.as_bytes())
}
