//! X.509 version 3, RFC 5280: who a certificate names, and by which other names.

mod name;
mod subject_alt_name;

pub use name::{AttributeKind, DistinguishedName, NameError};
pub use subject_alt_name::{OtherGeneralName, SubjectAltName, SubjectAltNameError};
