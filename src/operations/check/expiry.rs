//! The certificates of a file and their dates, with nothing else of it looked at: no key is read, none is asked for a
//! password, and no signature is checked.

use crate::files::Input;
use crate::formats::detect::{Format, detect};
use crate::formats::pem::{self, Block};
use crate::formats::x509::{Certificate, Outline};
use crate::formats::{self, Place, pkcs7};
use crate::limits::Limits;
use crate::operations::Error;
use crate::operations::load::label_of;
use crate::operations::verify::UnopenedReason;

use super::item::{facts, of_failures, of_whole};
use super::judge::Judge;
use super::report::{CheckItem, CheckedKind};
use super::told::Told;

/// What was read for its dates.
pub(super) struct Dated {
    /// One item for each certificate, and one for what could not be read.
    pub(super) told: Told,
    /// Whether it was to be PEM and is none.
    pub(super) is_no_pem: bool,
}

/// Reads the certificates in PEM, DER and PKCS#7. `None` for anything else, such as a keystore, which is opened as always.
pub(super) fn look_into(input: &Input, judge: &Judge, limits: &Limits) -> Option<Dated> {
    let mut reading = Reading { judge, limits, file: input.name(), told: Told::default(), failures: Vec::new() };
    let mut is_no_pem = false;
    match detect(input.bytes())? {
        Format::Pem => match pem::decode(input.bytes(), limits) {
            Ok(document) => {
                for block in &document.blocks {
                    let read = reading.block(block);
                    reading.note(read.map_err(|fault| fault.at(Place::Line(block.line))));
                }
            }
            Err(fault) => {
                is_no_pem = true;
                reading.note(Err(fault));
            }
        },
        Format::Certificate => {
            let read = reading.certificate(Outline::from_der(input.bytes()));
            reading.note(read);
        }
        Format::Pkcs7 => {
            let read = reading.bundle(input.bytes());
            reading.note(read);
        }
        Format::CertificationRequest
        | Format::EncryptedPrivateKey
        | Format::Pkcs1
        | Format::PrivateKey
        | Format::PublicKey
        | Format::RsaPublicKey
        | Format::Sec1 => {}
        Format::Jceks | Format::Jks | Format::Jwk | Format::Pkcs12 => return None,
    }
    Some(Dated { told: reading.told(), is_no_pem })
}

/// What was read of a file so far.
struct Reading<'a> {
    judge: &'a Judge,
    limits: &'a Limits,
    file: &'a str,
    /// The certificates, in the order of the file.
    told: Told,
    failures: Vec<UnopenedReason>,
}

impl Reading<'_> {
    /// A block of a PEM; one that holds no certificates is passed by.
    fn block(&mut self, block: &Block) -> Result<(), formats::Error> {
        let der = block.contents.expose();
        // Nearly every block is what it calls itself, and what it holds is looked at only where it is not.
        if block.label == Certificate::LABEL
            && let Ok(outline) = Outline::from_der(der)
        {
            return self.certificate(Ok(outline));
        }
        match label_of(block) {
            Certificate::LABEL | "X509 CERTIFICATE" => self.certificate(Outline::from_der(der)),
            Certificate::TRUSTED_LABEL => self.certificate(Outline::from_trusted_der(der)),
            label if pkcs7::LABELS.contains(&label) => self.bundle(der),
            _ => Ok(()),
        }
    }

    fn bundle(&mut self, octets: &[u8]) -> Result<(), formats::Error> {
        let mut certificates = pkcs7::certificates(octets, self.limits)?.into_iter();
        certificates.try_for_each(|certificate| self.certificate(Outline::from_der(certificate.der())))
    }

    fn certificate(&mut self, read: Result<Outline<'_>, formats::Error>) -> Result<(), formats::Error> {
        let outline = read?;
        let finding = self.judge.dates(outline.validity);
        // Nearly every certificate is well: where that is not told, nothing is made of it.
        if finding.is_none() && self.judge.faults_alone {
            self.told.left_out += 1;
            return Ok(());
        }
        let (subject, issuer) = (outline.subject()?, outline.issuer()?);
        let certificate = facts(outline.der, &subject, &issuer, outline.serial_number, outline.validity);
        self.told.items.push(CheckItem {
            kind: if outline.is_ca() { CheckedKind::ChainCertificate } else { CheckedKind::Certificate },
            position: self.told.count() + 1,
            certificate: Some(certificate),
            ..of_whole(self.file, finding.into_iter().collect())
        });
        Ok(())
    }

    fn note(&mut self, read: Result<(), formats::Error>) {
        if let Err(source) = read {
            self.failures.push(Error::CannotRead { input: self.file.to_owned(), source }.into());
        }
    }

    /// In the order of the file; what could not be read is one of the file as a whole.
    fn told(self) -> Told {
        let mut told = self.told;
        // An authority's certificate that stands alone is of no chain.
        if let (1, [alone]) = (told.count(), told.items.as_mut_slice()) {
            alone.kind = CheckedKind::Certificate;
        }
        let findings = of_failures(self.file, &self.failures);
        told.items.extend((!findings.is_empty()).then(|| of_whole(self.file, findings)));
        told
    }
}
