//! What openssl 3.0 prints, in its form: a script that reads its output reads ours. Pure: values in, text out.

pub(crate) mod base64;
pub(crate) mod certificate;
pub(crate) mod dates;
pub(crate) mod extensions;
pub(crate) mod hex;
pub(crate) mod key;
pub(crate) mod name;
pub(crate) mod objects;
pub(crate) mod pkcs12;
pub(crate) mod request;
pub(crate) mod verified;
