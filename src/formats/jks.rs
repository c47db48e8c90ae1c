//! Sun JKS, the keystore of Java before version 9 and of Salesforce's import; and JCEKS, its kin, to be read.
//!
//! Versions 1 and 2 of both are read, version 2 of JKS is written. There is no standard; the sources are the readers and
//! writers of OpenJDK, `sun.security.provider.JavaKeyStore` and `com.sun.crypto.provider.JceKeyStore`. All numbers are
//! big-endian, and all text is a u16 length with Java's modified UTF-8:
//!
//! ```text
//! store       FEEDFEED (JCEKS: CECECECE), u32 version, u32 count, entry*, SHA-1(password "Mighty Aphrodite" all of the above)
//! entry       u32 1, alias, i64 milliseconds, blob EncryptedPrivateKeyInfo, u32 count, certificate*
//!           | u32 2, alias, i64 milliseconds, certificate
//!           | u32 3, alias, i64 milliseconds, a serialised Java object   (JCEKS only: a secret key)
//! certificate text "X.509" (not in version 1), blob DER
//! blob        u32 length, octets
//! ```
//!
//! JCEKS protects private keys with triple DES instead ([`key_protector::recover_any`] opens both). Its secret keys are
//! stepped over: that they are there is told, and no more.
//!
//! An entry that is not touched keeps all its octets: [`Store::decode`] followed by [`Store::encode`] with the same
//! password is the same file, and a rename changes an alias and the digest.
//!
//! <div class="warning">
//!
//! JKS protects a private key with nothing but SHA-1 and XOR. There is no work factor: a graphics card tries billions
//! of passwords a second (CVE-2017-10356; Focardi and others, "Mind Your Keys?", NDSS 2018). Certificates and aliases
//! are not protected at all. Write it only for those who take nothing else, with a long random password, and delete
//! the file after the import.
//!
//! </div>

mod decode;
mod encode;
mod java_object;
pub mod key_protector;
mod modified_utf8;
mod pbe_md5_3des;
mod store;
#[cfg(test)]
mod tests;

pub use decode::Integrity;
pub use store::{CertificateBlob, Content, Entry, Store, Variant, java_alias};

/// The name of JCEKS in faults.
const FORMAT_JCEKS: &str = "JCEKS";
