//! PKCS#12 `PFX`, RFC 7292: keys and certificates behind one password.
//!
//! A file is decoded to its bags with all their attributes, the bags are edited, and the file is encoded again. A bag
//! that was not touched keeps its octets, so a protected key is renamed without being opened, and bags or attributes
//! that are not known here are kept.
//!
//! Read: password-protected integrity (HMAC-SHA-1 and SHA-2) and the encryption that [`pkcs5`](super::pkcs5) reads.
//! Written: [`Profile::Modern`] and [`Profile::Legacy`]. Refused by name: files without a MAC, PBMAC1, and encryption
//! that cannot be read.

mod bag;
mod content_info;
mod create;
mod mac;
mod pfx;
mod profile;

pub use create::{Written, create};
pub use pfx::{Pfx, Rewritten};
pub use profile::Profile;

/// The standard's name in messages.
const FORMAT: &str = "PKCS#12";
