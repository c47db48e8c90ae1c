//! X.509 version 3, RFC 5280: names, certificates, and the order of a chain.
//!
//! Read: certificates of versions 1 to 3 in DER, with RSA, ECDSA and Ed25519 keys and signatures, SHA-1 included.
//! Written: version 3, never with SHA-1, with the extensions that `CertificateParameters` names.

mod authority;
mod builder;
mod certificate;
pub mod chain;
pub(crate) mod details;
pub(crate) mod extensions;
mod name;
mod name_constraints;
mod outline;
pub mod path;
mod purposes;
pub(crate) mod signature;
mod subject_alt_name;
mod validity;
pub(crate) mod wanted;

pub use builder::{CertificateParameters, issue, self_sign};
pub use certificate::Certificate;
pub use details::{Details, SerialNumber, SerialNumberError};
pub use extensions::{ExtensionValue, StatedExtension};
pub use name::{AttributeKind, DistinguishedName, NameError};
pub(crate) use outline::Outline;
pub use purposes::{ExtendedKeyUse, KeyUse, Purposes, Requested};
pub use subject_alt_name::{OtherGeneralName, SubjectAltName, SubjectAltNameError};
pub use validity::Validity;
pub use wanted::{WantedExtension, WantedValue};

/// The standard's name in messages.
const FORMAT: &str = "X.509";
