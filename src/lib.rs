//! Keys, CSRs, certificates, PKCS#12 and JKS, made in one step and proved to belong together.
//!
//! | room | what stands in it |
//! |---|---|
//! | [`operations`] | the verbs: one options struct, one function, one report each |
//! | [`formats`] | one room per standard: PEM, PKCS#1, #5, #7, #8, #10, #12, SEC 1, X.509, JKS, JWT, JWK |
//! | [`files`] | reading inputs, writing outputs all or none |
//! | `http` | one form posted over HTTPS, with the feature `login` |
//! | [`crypto`] | keys, signatures, digests, derivations and ciphers |
//! | [`secret`], [`limits`], [`clock`], [`untrusted`], [`workers`] | small types that everyone may use |

pub mod clock;
pub mod crypto;
pub mod files;
pub mod formats;
#[cfg(feature = "login")]
pub mod http;
pub mod limits;
pub mod operations;
pub mod process;
pub mod secret;
pub mod untrusted;
pub mod workers;
