//! What an operation did that its user might not expect.

use crate::clock::Timestamp;
use crate::formats::pem::Repair;
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
    /// A token's header names the key by its thumbprint, because no other name was given.
    #[error(
        "the token names its key by the thumbprint of RFC 7638, which {target} knows only if the key was registered under it: {found}"
    )]
    KeyNameIsThumbprint {
        /// The target's name.
        target: &'static str,
        /// Where the name is found, as a phrase.
        found: &'static str,
    },
    /// A token's header does not name the key.
    #[error("the token does not say which key signed it, and {target} may not find out if it knows several: {found}")]
    NoKeyName {
        /// The target's name.
        target: &'static str,
        /// Where the name is found, as a phrase.
        found: &'static str,
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
    /// What the form asked for has no room for.
    #[error("{0} left out: {1}")]
    LeftOut(String, &'static str),
    /// An entry was given a name because it had none.
    #[error("the entry had no name, and is called `{}`", Untrusted(.0))]
    Named(String),
    /// An entry's password is not the store's, and stays.
    #[error("the entry `{}` has a password of its own and keeps it", Untrusted(.0))]
    EntryKeepsPassword(String),
    /// An entry of a kind that is not known here was kept as it is.
    #[error("the entry `{}` is of a kind that is not read here: it was kept, and what is encrypted inside it keeps the old password", Untrusted(.0))]
    KeptUnderOldPassword(String),
    /// A PKCS#12 file that had no MAC has one.
    #[error("the file had no MAC, and now it has one: later changes show, and earlier ones do not")]
    NowAuthenticated,
    /// A key that was not encrypted is.
    #[error("the key was not encrypted, and now it is")]
    NowEncrypted,
    /// A key that was in an older form is PKCS#8; the field names that form.
    #[error("the key was in the older form {0}, and now it is PKCS#8, which encrypts it better")]
    NowPkcs8(&'static str),
    /// A keystore stays protected by triple DES and SHA-1.
    #[error("the file stays protected by triple DES and SHA-1, as old readers need it; that is weak")]
    WeakProtectionKept,
    /// A text that was not as PEM should be is written plainly.
    #[error("the file was {0}, and is written as plain PEM")]
    WrittenPlainly(Repair),
}

impl Notice {
    /// What is said of a repaired text that is written again: its line layout stays, another encoding does not.
    pub(super) fn written_plainly(repair: Repair) -> Option<Self> {
        match repair {
            Repair::Indented | Repair::OneLine => None,
            repair => Some(Self::WrittenPlainly(repair)),
        }
    }
}
