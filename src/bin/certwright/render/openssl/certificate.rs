//! A certificate as `openssl x509 -text` shows it.
