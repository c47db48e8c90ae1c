//! What an operation did that its user might not expect.

use crate::clock::Timestamp;
use crate::untrusted::Untrusted;

/// Something that went well and is worth knowing; its `Display` is a whole sentence without a full stop.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Notice {
    /// The alias was written in lower case.
    #[error("the alias `{}` is written as `{}`, because Java looks for lower-case aliases in a JKS", Untrusted(.asked), Untrusted(.written))]
    AliasLowerCased {
        /// The alias that was asked for.
        asked: String,
        /// The alias in the file.
        written: String,
    },
    /// A certificate that was given is not in the chain.
    #[error("the certificate of `{}` was left out: it issued nothing in the chain", Untrusted(.0))]
    CertificateLeftOut(String),
    /// The certificate ends with its CA's, before the end that is usual.
    #[error("the certificate ends with its CA's, at {0}")]
    EndsWithAuthority(Timestamp),
    /// Each derivation iterates less often than the password asks for.
    #[error("each key derivation iterates {0} times only, so that a file of so many entries still opens")]
    IterationsLowered(u32),
    /// Something that a request asks for is not in its certificate.
    #[error("the request asks for {}, which was left out", Untrusted(.0))]
    RequestNotGranted(String),
}
