//! Outside judges: each reads what we write, and writes what we read.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, clippy::print_stdout, clippy::unwrap_used)]

#[allow(dead_code, reason = "each test binary uses a part of it")]
#[path = "../support/support.rs"]
mod support;

mod check_outputs;
mod convert;
mod java_keystore;
mod keytool;
mod keytool_made;
mod lint;
mod node;
mod old_stores;
mod openssl;
mod openssl_forms;
mod openssl_made;
mod openssl_names;
mod python_cryptography;
mod python_jwt;
#[cfg(feature = "login")]
mod rehearse;
mod rust_peers;
mod sign;
mod token_targets;
