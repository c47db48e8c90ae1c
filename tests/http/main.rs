//! The login's HTTPS over real connections on loopback: whom it trusts, what it refuses, and that it ends in time.
#![cfg(all(feature = "login", any(target_arch = "x86_64", target_arch = "aarch64")))]
#![allow(clippy::disallowed_methods, clippy::disallowed_types, clippy::unwrap_used)]

mod bounds;
mod certificates;
mod exchange;
mod identity;
mod proxies;
mod server;
