//! PKCS#12 `PFX`, RFC 7292: keys and certificates behind one password.
//!
//! A file is decoded to its bags with all their attributes, the bags are edited, and the file is encoded again. A bag
//! that was not touched keeps its octets, so a protected key is renamed without being opened, and bags or attributes
//! that are not known here are kept.
//!
//! Read: a MAC with HMAC over any hash of SHA-1 and SHA-2, or MD5; PBMAC1, RFC 9579; files without a MAC where
//! [`Limits::allow_unauthenticated`](crate::limits::Limits::allow_unauthenticated) says so; the encryption that
//! [`pkcs5`](super::pkcs5) reads; BER of indefinite length. [`Scan`] tells without a password what there is.
//! Written: [`Profile::Modern`] and [`Profile::Legacy`], in DER. Refused by name: files whose integrity rests on a
//! signature, and algorithms that cannot be read.

mod bag;
mod content_info;
mod create;
mod mac;
mod pfx;
mod profile;
mod scan;

pub use create::{Loose, Written, create, create_loose};
pub use pfx::{AttributeValue, BagContent, LockedKey, OpenBag, OpenSafe, Opened, Pfx, Rewritten, StatedAttribute};
pub use profile::Profile;
pub use scan::{Scan, ScannedBag, ScannedSafe};

/// The PEM label under which GnuTLS writes it.
pub const LABEL: &str = "PKCS12";

/// The standard's name in messages.
const FORMAT: &str = "PKCS#12";
