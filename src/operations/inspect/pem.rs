//! The blocks of a PEM file, each described; one that is damaged leaves the others readable.

use crate::formats::pem::{self, Block};
use crate::formats::pkcs10::CertificationRequest;
use crate::formats::spki::PublicKeyInfo;
use crate::formats::x509::Certificate;
use crate::formats::{self, Place, pkcs1, pkcs7, pkcs8, sec1, spki};
use crate::limits::Budget;
use crate::operations::Error;
use crate::operations::load::label_of;

use super::report::{FileFormat, FileReport, Thing};
use super::{Inspector, certificate, key, request};

impl Inspector<'_> {
    pub(super) fn pem(&self, file: &mut FileReport, octets: &[u8]) {
        let document = match pem::decode(octets, self.limits) {
            Ok(document) => document,
            Err(source) => return self.cannot_read(file, source),
        };
        file.repairs = document.repairs;
        if let [only] = document.blocks.as_slice()
            && pkcs7::LABELS.contains(&label_of(only))
        {
            file.format = Some(FileFormat::Pkcs7);
        }
        let mut budget = Budget::new(self.limits);
        for block in &document.blocks {
            match self.block(&file.name, block, &mut budget) {
                Ok((thing, failure)) => {
                    file.things.extend(thing);
                    file.failures.extend(failure.map(Into::into));
                }
                Err(fault) => {
                    file.things.push(Thing::Unreadable { label: block.label.clone(), line: block.line });
                    self.cannot_read(file, fault.at(Place::Line(block.line)));
                }
            }
        }
    }

    fn block(
        &self,
        name: &str,
        block: &Block,
        budget: &mut Budget,
    ) -> Result<(Vec<Thing>, Option<Error>), formats::Error> {
        let der = block.contents.expose();
        let one = |thing| Ok((vec![thing], None));
        let of_key = |(report, failure): (_, Option<Error>)| Ok((vec![Thing::PrivateKey(Box::new(report))], failure));
        let of_certificate = |read: Certificate| Thing::Certificate(Box::new(certificate::describe(read, self.now)));
        match label_of(block) {
            Certificate::LABEL | "X509 CERTIFICATE" => one(of_certificate(Certificate::from_der(der)?)),
            Certificate::TRUSTED_LABEL => one(of_certificate(Certificate::from_trusted_der(der)?)),
            CertificationRequest::LABEL | CertificationRequest::OLD_LABEL => {
                one(Thing::Request(Box::new(request::describe(&CertificationRequest::from_der(der)?))))
            }
            pkcs8::ENCRYPTED_LABEL => of_key(self.encrypted_key(name, der, budget)?),
            pkcs8::LABEL | pkcs1::LABEL | sec1::LABEL | pkcs8::DSA_LABEL if pem::encrypted::is_encrypted(block) => {
                of_key(self.encrypted_block(name, block)?)
            }
            label @ (pkcs8::LABEL | pkcs1::LABEL | sec1::LABEL | pkcs8::DSA_LABEL) => {
                of_key((key::open(key::encoding(label)).read(pkcs8::read_labelled(label, der)?), None))
            }
            label @ (spki::LABEL | spki::RSA_LABEL) => {
                let is_bare = label == spki::RSA_LABEL;
                let key = if is_bare { PublicKeyInfo::from_rsa_der(der)? } else { PublicKeyInfo::from_der(der)? };
                let described = spki::describe(key.der())?;
                let findings = key::public_findings(&described);
                one(Thing::PublicKey(Box::new(described), findings))
            }
            label if pkcs7::LABELS.contains(&label) => Ok((self.bundle(der)?, None)),
            label => one(Thing::Other { label: label.to_owned(), line: Some(block.line), length: der.len() }),
        }
    }
}
