//! Canonical PEM blocks.

use der::pem::{LineEnding, encapsulated_len, encode as encode_into};

use super::FORMAT;
use crate::formats::Error;
use crate::secret::SecretBytes;

/// The block `-----BEGIN label-----` with `contents` in lines of 64 characters.
///
/// The text is held as a secret because it may be a private key.
///
/// ```
/// let block = certwright::formats::pem::encode("TEST", b"contents")?;
/// assert_eq!(block.expose(), b"-----BEGIN TEST-----\nY29udGVudHM=\n-----END TEST-----\n");
/// # Ok::<(), certwright::formats::Error>(())
/// ```
///
/// # Errors
/// When the label has characters that RFC 7468 section 2 does not allow.
pub fn encode(label: &str, contents: &[u8]) -> Result<SecretBytes, Error> {
    let refused = |_| Error::malformed(FORMAT, format!("`{label}` cannot be a block's label"));
    let length = encapsulated_len(label, LineEnding::LF, contents.len().div_ceil(3) * 4).map_err(refused)?;
    let mut text = SecretBytes::zeroed(length + contents.len().div_ceil(48));
    let written = encode_into(label, LineEnding::LF, contents, text.expose_mut()).map_err(refused)?.len();
    Ok(SecretBytes::concat(&[&text.expose()[..written]]))
}

/// A PEM text on one line, with `\n` in letters for its line ends, as an environment variable or a JSON text takes it.
/// [`decode`](super::decode) reads it back.
///
/// ```
/// # use certwright::formats::pem;
/// let line = pem::encode_line(&pem::encode("TEST", b"contents")?);
/// assert_eq!(line.expose(), br"-----BEGIN TEST-----\nY29udGVudHM=\n-----END TEST-----\n");
/// # Ok::<(), certwright::formats::Error>(())
/// ```
#[must_use]
pub fn encode_line(text: &SecretBytes) -> SecretBytes {
    let mut parts: Vec<&[u8]> = Vec::new();
    for line in text.expose().split_inclusive(|octet| *octet == b'\n') {
        match line.strip_suffix(b"\n") {
            Some(line) => parts.extend([line, br"\n"]),
            None => parts.push(line),
        }
    }
    SecretBytes::concat(&parts)
}
