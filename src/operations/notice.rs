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
    /// A part of a keystore was encrypted with a cipher that is read and not written; it has a stronger one now.
    #[error("a changed part of `{}` had a cipher of the last century (RC2, RC4 or DES): it is encrypted with {instead} now", Untrusted(.file))]
    CipherReplaced {
        /// The keystore.
        file: String,
        /// What it is encrypted with now, such as "triple DES".
        instead: &'static str,
    },
    /// Java cannot open the file: its PKCS#12 passwords are ASCII.
    #[error("the password of `{}` has characters beyond ASCII: Java cannot open it", Untrusted(.0))]
    PasswordNotAscii(String),
    /// The file has no MAC, and was read because that was asked for.
    #[error("`{}` has no MAC: anybody may have changed its content, and nothing would show it", Untrusted(.0))]
    Unauthenticated(String),
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
