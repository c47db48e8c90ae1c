//! Values in the very forms in which openssl 3.0 prints them, for scripts that read its output.

pub(crate) mod certificate;
pub(crate) mod dates;
pub(crate) mod extensions;
pub(crate) mod name;
pub(crate) mod objects;

/// Octets as pairs of upper-case hexadecimal digits with colons between.
pub(crate) fn colons(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02X}")).collect::<Vec<_>>().join(":")
}
