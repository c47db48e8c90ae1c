//! Opens PEM files: every block that can take part in a proof.

use crate::crypto::PrivateKey;
use crate::files::Input;
use crate::formats::detect::{Format, detect};
use crate::formats::pem::{self, Block};
use crate::formats::pkcs5::Tally;
use crate::formats::pkcs8::Reading;
use crate::formats::pkcs10::CertificationRequest;
use crate::formats::spki::PublicKeyInfo;
use crate::formats::x509::Certificate;
use crate::formats::{self, Place, Reason, pkcs1, pkcs7, pkcs8, pkcs12, sec1, spki};
use crate::limits::Budget;
use crate::operations::Error;
use crate::secret::Password;

use super::{Loaded, Material, Opener, item, label_of, open_purpose};

impl Opener<'_> {
    /// The key in a block of traditional encrypted PEM.
    pub(in crate::operations) fn decrypt_traditional(self, name: &str, block: &Block) -> Result<PrivateKey, Error> {
        self.with_password(open_purpose(name), |password| read_traditional(block, password)?.usable())
    }

    /// All certificates in `input`, in the order of the file; at least one. Keys beside them in a PEM file stay closed, so
    /// that no password is asked for.
    pub(in crate::operations) fn certificates_alone(self, input: &Input) -> Result<Vec<Certificate>, Error> {
        if detect(input.bytes()) != Some(Format::Pem) {
            return self.certificates(input);
        }
        let read = |source| Error::CannotRead { input: input.name().to_owned(), source };
        let mut certificates = Vec::new();
        for block in &pem::decode(input.bytes(), self.limits).map_err(read)?.blocks {
            let here = |fault: formats::Error| read(fault.at(Place::Line(block.line)));
            let der = block.contents.expose();
            match label_of(block) {
                Certificate::LABEL | "X509 CERTIFICATE" => {
                    certificates.push(Certificate::from_der(der).map_err(here)?);
                }
                Certificate::TRUSTED_LABEL => certificates.push(Certificate::from_trusted_der(der).map_err(here)?),
                label if pkcs7::LABELS.contains(&label) => {
                    certificates.extend(pkcs7::certificates(der, self.limits).map_err(here)?);
                }
                _ => {}
            }
        }
        // What else there is says the refusal of the usual way.
        if certificates.is_empty() { self.certificates(input) } else { Ok(certificates) }
    }

    pub(super) fn pem(self, name: &str, octets: &[u8]) -> Result<Loaded, Error> {
        let read = |source| Error::CannotRead { input: name.to_owned(), source };
        let document = pem::decode(octets, self.limits).map_err(read)?;
        // All the work is counted, and what cannot be read is named, before the first password is asked for.
        let (mut budget, mut tally) = (Budget::new(self.limits), Tally::default());
        for block in document.blocks.iter().filter(|block| label_of(block) == pkcs8::ENCRYPTED_LABEL) {
            let open = |fault: formats::Error| Error::CannotOpen {
                input: name.to_owned(),
                source: fault.at(Place::Line(block.line)),
            };
            tally.add(pkcs8::charge(block.contents.expose(), &mut budget)).map_err(open)?;
        }
        tally.finish(&budget).map_err(|source| Error::CannotOpen { input: name.to_owned(), source })?;
        let (mut items, mut notices) = (Vec::new(), Vec::new());
        for block in &document.blocks {
            let here = |fault: formats::Error| read(fault.at(Place::Line(block.line)));
            let der = block.contents.expose();
            let label = label_of(block);
            if pkcs7::LABELS.contains(&label) {
                let certificates = pkcs7::certificates(der, self.limits).map_err(here)?;
                items.extend(certificates.into_iter().map(|it| item(name, Material::Certificate(it))));
                continue;
            }
            if label == pkcs12::LABEL {
                let store = self.pkcs12(name, der)?;
                items.extend(store.items);
                notices.extend(store.notices);
                continue;
            }
            let material = match label {
                Certificate::LABEL | "X509 CERTIFICATE" => {
                    Material::Certificate(Certificate::from_der(der).map_err(here)?)
                }
                Certificate::TRUSTED_LABEL => Material::Certificate(Certificate::from_trusted_der(der).map_err(here)?),
                CertificationRequest::LABEL | CertificationRequest::OLD_LABEL => {
                    Material::Request(CertificationRequest::from_der(der).map_err(here)?)
                }
                pkcs8::ENCRYPTED_LABEL => {
                    Material::PrivateKey { key: self.decrypt_charged_key(name, der)?, chain: None }
                }
                pkcs8::LABEL | pkcs1::LABEL | sec1::LABEL if pem::encrypted::is_encrypted(block) => {
                    pem::encrypted::check_readable(block).map_err(here)?;
                    Material::PrivateKey { key: self.decrypt_traditional(name, block)?, chain: None }
                }
                pkcs8::LABEL | pkcs1::LABEL | sec1::LABEL => Material::PrivateKey {
                    key: pkcs8::read_labelled(label, der).and_then(Reading::usable).map_err(here)?,
                    chain: None,
                },
                spki::LABEL => Material::PublicKey(PublicKeyInfo::from_der(der).map_err(here)?),
                spki::RSA_LABEL => Material::PublicKey(PublicKeyInfo::from_rsa_der(der).map_err(here)?),
                // Parameters and CRLs take no part in a proof.
                _ => continue,
            };
            items.push(item(name, material));
        }
        Ok(Loaded { items, repairs: document.repairs, notices })
    }
}

/// The key in a block of traditional encrypted PEM, or what it says of itself where it is of a kind that is not used.
pub(in crate::operations) fn read_traditional(block: &Block, password: &Password) -> Result<Reading, formats::Error> {
    let der = pem::encrypted::decrypt(block, password)?;
    pkcs8::read_labelled(&block.label, der.expose()).map_err(|fault| match fault.reason {
        // Padding fits a wrong password once in 256 times; what comes out is then no key.
        Reason::Malformed(_) => formats::Error::new("PEM", Reason::IntegrityMismatch("the decrypted block".to_owned())),
        _ => fault,
    })
}
