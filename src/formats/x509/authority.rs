//! A certificate as the issuer of others: whether it may sign, how deep, and for which names.

use der::Tag;
use x509_cert::ext::pkix::{BasicConstraints, KeyUsage, NameConstraints, SubjectKeyIdentifier};

use super::name_constraints::{Bounds, Breach, NameToCheck};
use super::{Certificate, DistinguishedName, FORMAT, KeyUse, SubjectAltName};
use crate::formats::Error;
use crate::formats::der::{Element, malformed};

impl Certificate {
    /// Why its key may not sign certificates (RFC 5280 sections 4.2.1.9 and 4.2.1.3), or `None` when it may.
    #[must_use]
    pub fn cannot_sign(&self) -> Option<String> {
        let tbs = self.tbs();
        match tbs.get_extension::<BasicConstraints>() {
            Ok(Some((_, constraints))) if constraints.ca => {}
            Ok(Some(_)) => return Some("its basicConstraints say CA:FALSE".to_owned()),
            Ok(None) => return Some(format!("it has no basicConstraints (X.509 version {})", self.version())),
            Err(_) => return Some("its basicConstraints cannot be read".to_owned()),
        }
        match tbs.get_extension::<KeyUsage>() {
            Ok(Some((_, usage))) if !usage.key_cert_sign() => {
                let uses: Vec<&str> = KeyUse::all_in(usage).into_iter().map(KeyUse::name).collect();
                Some(format!("its keyUsage has no keyCertSign, only {}", uses.join(", ")))
            }
            Ok(_) => None,
            Err(_) => Some("its keyUsage cannot be read".to_owned()),
        }
    }

    /// How many CAs may stand between this one and the last certificate of a path; `None` for any number.
    #[must_use]
    pub fn path_length(&self) -> Option<u8> {
        let found = self.tbs().get_extension::<BasicConstraints>();
        found.ok().flatten().and_then(|(_, constraints)| constraints.path_len_constraint)
    }

    /// The first of these names that its nameConstraints forbid (RFC 5280 section 4.2.1.10), and why; `None` when all
    /// may stand in certificates below it. A subject without alternative names is also held to the rules for hosts, by
    /// its common name, as OpenSSL holds it.
    ///
    /// # Errors
    /// When its nameConstraints cannot be read.
    pub fn forbids(
        &self,
        subject: &DistinguishedName,
        names: &[SubjectAltName],
    ) -> Result<Option<(String, String)>, Error> {
        let found = self.tbs().get_extension::<NameConstraints>().map_err(|fault| malformed(FORMAT, &fault))?;
        let Some((_, constraints)) = found else { return Ok(None) };
        let bounds = Bounds::of(&constraints);
        for name in NameToCheck::all(subject, names)? {
            match bounds.forbid(&name) {
                Some(Breach::Excluded(why) | Breach::NotPermitted(why) | Breach::Unsupported(why)) => {
                    return Ok(Some((name.to_string(), why)));
                }
                None => {}
            }
        }
        Ok(None)
    }

    /// How a certificate that stands below it in a path breaks its nameConstraints; `None` when it does not. What cannot
    /// be told breaks them too.
    pub(super) fn breach_by(&self, below: &Self, is_last: bool) -> Option<Breach> {
        let constraints = match self.tbs().get_extension::<NameConstraints>() {
            Ok(found) => found?.1,
            Err(_) => return Some(Breach::Unsupported("the nameConstraints cannot be read".to_owned())),
        };
        let bounds = Bounds::of(&constraints);
        match NameToCheck::all_of(below, is_last) {
            Ok(names) => names.iter().find_map(|name| {
                let breach = bounds.doubt(name).or_else(|| bounds.forbid(name))?;
                Some(breach.with(name))
            }),
            Err(breach) => Some(breach),
        }
    }

    /// The octets of its subjectKeyIdentifier, where it has one.
    pub(super) fn subject_key_identifier(&self) -> Option<Vec<u8>> {
        let found = self.tbs().get_extension::<SubjectKeyIdentifier>();
        found.ok().flatten().map(|(_, identifier)| identifier.0.into_bytes().into_vec())
    }

    /// Its subject as it stands in the certificate, octet for octet: a reader compares names by their octets, and not
    /// every issuer sorts the attributes of a multi-valued RDN as DER asks for.
    pub(super) fn raw_subject(&self) -> Result<&[u8], Error> {
        let outer = Element::only(FORMAT, self.der())?;
        let parts = outer.children(FORMAT, Tag::Sequence)?;
        let tbs = parts.first().ok_or_else(|| Error::malformed(FORMAT, "it is empty"))?;
        let fields = tbs.children(FORMAT, Tag::Sequence)?;
        // serialNumber, signature, issuer, validity, subject, after the version where there is one.
        let versioned = usize::from(fields.first().is_some_and(|first| first.tag != Tag::Integer));
        let subject = fields.get(versioned + 4).ok_or_else(|| Error::malformed(FORMAT, "it has no subject"))?;
        Ok(subject.raw)
    }
}
