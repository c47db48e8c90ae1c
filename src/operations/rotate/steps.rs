//! What stands in the places of a play's steps for one store: paths, fingerprints and thumbprints.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::crypto::DigestAlgorithm;
use crate::formats::jwk;
use crate::operations::create::Part;
use crate::operations::target::{Mark, Which};

use super::prepare::PreparePlan;
use super::state::State;
use super::store::Store;
use super::version::{Proved, VersionFile};

/// Values for the places in a play's steps.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StepValues {
    files: BTreeMap<(Which, Part), String>,
    marks: BTreeMap<(Which, Mark), String>,
    public_key: String,
    public_jwk: String,
    extract: Vec<ExtractCertificate>,
}

/// A set without a certificate of its own: it is in a keystore, and is taken out first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExtractCertificate {
    /// Whose.
    pub which: Which,
    /// The keystore.
    pub keystore: String,
    /// Where the certificate is then.
    pub certificate: String,
}

impl StepValues {
    /// The values for the version `next` of a store, and for the one in use, if there is one.
    #[must_use]
    pub fn of(store: &Store, state: &State, current: Option<&Proved>, next: &Proved) -> Self {
        let beside = |number: u32, form: &str| {
            let name = format!("{}-{number:04}.{form}", state.name);
            store.root().join(name).display().to_string()
        };
        let mut values =
            Self { public_key: beside(next.number, "pub"), public_jwk: beside(next.number, "jwk"), ..Self::default() };
        for (which, version) in [(Which::Current, current), (Which::Next, Some(next))] {
            let Some(version) = version else { continue };
            for part in &state.form.parts {
                let path = store.version_file(state, version.number, VersionFile::Part(*part));
                values.files.insert((which, *part), path.display().to_string());
            }
            values.stand_in(which, &beside(version.number, "crt"));
            values.mark(which, version);
        }
        values
    }

    /// The values that are known before the next version is made: paths, but no fingerprints.
    #[must_use]
    pub fn planned(store: &Store, plan: &PreparePlan) -> Self {
        let beside = |number: u32, form: &str| {
            let name = format!("{}-{number:04}.{form}", plan.name);
            store.root().join(name).display().to_string()
        };
        let (public_key, public_jwk) = (beside(plan.number, "pub"), beside(plan.number, "jwk"));
        let mut values = Self { public_key, public_jwk, ..Self::default() };
        for (which, number) in [(Which::Current, plan.current), (Which::Next, Some(plan.number))] {
            let Some(number) = number else { continue };
            for part in &plan.form.parts {
                let path = store.version_folder(number).join(VersionFile::Part(*part).name(&plan.name));
                values.files.insert((which, *part), path.display().to_string());
            }
            values.stand_in(which, &beside(number, "crt"));
        }
        values
    }

    /// Where the set has no file for the key or the certificate, a keystore has them.
    fn stand_in(&mut self, which: Which, certificate: &str) {
        let keystore = [Part::Pkcs12, Part::Jks].iter().find_map(|part| self.files.get(&(which, *part)).cloned());
        let Some(keystore) = keystore else { return };
        self.files.entry((which, Part::Key)).or_insert_with(|| keystore.clone());
        if let Entry::Vacant(place) = self.files.entry((which, Part::Certificate)) {
            place.insert(certificate.to_owned());
            self.extract.push(ExtractCertificate { which, keystore, certificate: certificate.to_owned() });
        }
    }

    fn mark(&mut self, which: Which, version: &Proved) {
        let sha1 = version.certificate.fingerprint(DigestAlgorithm::Sha1);
        let jwk = version.certificate.public_key().map(|key| jwk::thumbprint(&key)).unwrap_or_default();
        let marks = [
            (Mark::Certificate, version.certificate.fingerprint(DigestAlgorithm::Sha256).to_string()),
            (Mark::CertificateSha1, sha1.to_string().to_ascii_uppercase()),
            (Mark::KeyBase64, STANDARD.encode(version.key.as_bytes())),
            (Mark::Jwk, jwk),
        ];
        self.marks.extend(marks.map(|(mark, value)| ((which, mark), value)));
    }

    /// The path of a file; a word in capitals where the store has no such version.
    #[must_use]
    pub fn file(&self, which: Which, part: Part) -> String {
        let path = self.files.get(&(which, part)).cloned();
        path.unwrap_or_else(|| format!("{}.{}", which.word().to_ascii_uppercase(), part.word()))
    }

    /// A fingerprint or thumbprint; a word in capitals where the store has no such version.
    #[must_use]
    pub fn mark_of(&self, which: Which, mark: Mark) -> String {
        let value = self.marks.get(&(which, mark)).cloned();
        value.unwrap_or_else(|| format!("{}_FINGERPRINT", which.word().to_ascii_uppercase()))
    }

    /// The file into which a step writes the next key's public half.
    #[must_use]
    pub fn public_key(&self) -> &str {
        &self.public_key
    }

    /// The same as a JWK.
    #[must_use]
    pub fn public_jwk(&self) -> &str {
        &self.public_jwk
    }

    /// Which certificates are to be taken out of keystores before the steps can be done.
    #[must_use]
    pub fn certificates_to_extract(&self) -> &[ExtractCertificate] {
        &self.extract
    }
}
