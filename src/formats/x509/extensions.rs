//! Extensions that certificates and requests share, RFC 5280 section 4.2.1.

mod stated;

use x509_cert::ext::pkix::SubjectAltName as SubjectAltNameExtension;
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::ext::{Extension, ToExtension};

use super::{DistinguishedName, FORMAT, SubjectAltName};
use crate::formats::Error;
use crate::formats::der::malformed;

pub(crate) use stated::requested;
pub use stated::{ExtensionValue, StatedExtension};

/// The subjectAltName extension of `names`, or `None` when there are none; critical only when the subject is empty
/// (section 4.2.1.6).
pub(crate) fn subject_alt_name(
    subject: &DistinguishedName,
    names: &[SubjectAltName],
) -> Result<Option<Extension>, Error> {
    if names.is_empty() {
        return Ok(None);
    }
    let names = general_names(names)?;
    let extension = (subject.is_empty(), &SubjectAltNameExtension(names)).to_extension(subject.as_x509(), &[]);
    extension.map(Some).map_err(|fault| malformed(FORMAT, &fault))
}

/// The names as the ASN.1 library holds them.
pub(super) fn general_names(names: &[SubjectAltName]) -> Result<Vec<GeneralName>, Error> {
    let names: Result<Vec<_>, _> = names.iter().map(SubjectAltName::to_general_name).collect();
    names.map_err(|fault| Error::malformed(FORMAT, fault.to_string()))
}
