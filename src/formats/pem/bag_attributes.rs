//! The lines `Bag Attributes` that `openssl pkcs12` writes before each block: a keystore's aliases in a PEM text.

use super::decode::{Located, locate};
use super::{Block, FORMAT};
use crate::formats::{Error, Reason};
use crate::limits::Limits;
use crate::secret::SecretBytes;

/// What stands before a block.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BagAttributes {
    /// The alias.
    pub friendly_name: Option<String>,
    /// Whether it is a certificate that Java trusts by itself.
    pub trusted: bool,
}

const HEADING: &str = "Bag Attributes";
const NAME: &str = "friendlyName:";
/// What OpenSSL prints of the attribute of Java's trusted certificates: its name, or its arcs where it has none.
const TRUSTED: [&str; 2] = ["Trusted key usage (Oracle):", "2.16.840.1.113894.746875.1.1:"];

impl BagAttributes {
    /// The lines, as OpenSSL writes them.
    ///
    /// # Errors
    /// [`Reason::CannotHold`] for an alias that would not be read back from a line of text.
    pub fn encode(&self) -> Result<SecretBytes, Error> {
        let mut text = format!("{HEADING}\n");
        if let Some(name) = &self.friendly_name {
            let harmless = !name.chars().any(char::is_control) && name.trim() == name && !name.contains("-----");
            if !harmless || name.is_empty() {
                let why = format!("the alias `{name}` cannot stand on a line of its own");
                return Err(Error::new(FORMAT, Reason::CannotHold(why)));
            }
            text.push_str(&format!("    {NAME} {name}\n"));
        }
        if self.trusted {
            text.push_str(&format!("    {} Any Extended Key Usage (2.5.29.37.0)\n", TRUSTED[0]));
        }
        Ok(SecretBytes::from(text.into_bytes()))
    }

    /// What the text before a block says, from its last heading on.
    fn parse(before: &str) -> Self {
        let Some((_, lines)) = before.rsplit_once(HEADING) else { return Self::default() };
        let value = |name: &str| lines.lines().find_map(|line| line.trim().strip_prefix(name)).map(str::trim);
        Self {
            friendly_name: value(NAME).filter(|name| !name.is_empty()).map(ToOwned::to_owned),
            trusted: TRUSTED.iter().any(|name| value(name).is_some()),
        }
    }
}

/// All blocks of a PEM text, each with what stands before it.
///
/// ```
/// use certwright::{formats::pem, limits::Limits};
///
/// let text = b"Bag Attributes\n    friendlyName: jwt\n-----BEGIN TEST-----\nAQID\n-----END TEST-----\n";
/// let blocks = pem::bag_attributes(text, &Limits::default())?;
/// assert_eq!(blocks[0].1.friendly_name.as_deref(), Some("jwt"));
/// # Ok::<(), certwright::formats::Error>(())
/// ```
///
/// # Errors
/// As [`decode`](super::decode).
pub fn bag_attributes(octets: &[u8], limits: &Limits) -> Result<Vec<(Block, BagAttributes)>, Error> {
    let Located { text, blocks, offset, .. } = locate(octets, limits)?;
    let mut position = 0;
    let described = blocks.into_iter().map(|(block, place)| {
        // Names beyond ASCII stand in the file only, not in the text that was made of it.
        let before = match offset {
            Some(offset) => String::from_utf8_lossy(&octets[offset + position..offset + place.start]).into_owned(),
            None => text[position..place.start].to_owned(),
        };
        position = place.end;
        (block, BagAttributes::parse(&before))
    });
    Ok(described.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::pem;

    #[test]
    fn names_beyond_ascii_are_read_back_and_belong_to_their_block_only() {
        let named = BagAttributes { friendly_name: Some("schlüssel 鍵".to_owned()), trusted: true };
        let block = pem::encode("TEST", b"contents").unwrap();
        let text = SecretBytes::concat(&[named.encode().unwrap().expose(), block.expose(), b"notes\n", block.expose()]);
        let read = bag_attributes(text.expose(), &Limits::default()).unwrap();
        assert_eq!((&read[0].1, &read[1].1), (&named, &BagAttributes::default()));
    }

    #[test]
    fn an_alias_that_would_write_lines_of_its_own_is_refused() {
        for name in ["a\n-----BEGIN X-----", "a-----BEGIN", " a", "a\u{7f}", ""] {
            let named = BagAttributes { friendly_name: Some(name.to_owned()), trusted: false };
            assert!(matches!(named.encode().unwrap_err().reason, Reason::CannotHold(_)), "{name:?}");
        }
    }
}
