//! Reading `application/x-www-form-urlencoded`: URL Standard, section 5.1, but that nothing broken is put right.

use zeroize::Zeroizing;

use crate::secret::Token;

/// Why octets are no form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FormFault {
    /// A percent sign without two hexadecimal digits after it.
    #[error("a `%` is not followed by two hexadecimal digits")]
    Escape,
    /// An octet that stands in a form only escaped.
    #[error("it has an octet that stands in a form only escaped")]
    Octet,
    /// A name or value that is not UTF-8.
    #[error("a name or value is not UTF-8")]
    Utf8,
}

/// The fields of a form in their order. A value may be a credential.
///
/// ```
/// use certwright::http::read_form;
///
/// let fields = read_form(b"grant_type=urn%3Aexample&scope=a+b")?;
/// assert_eq!((fields[1].0.as_str(), fields[1].1.expose()), ("scope", "a b"));
/// assert!(read_form(b"a=%F").is_err());
/// # Ok::<(), certwright::http::FormFault>(())
/// ```
///
/// # Errors
/// [`FormFault`] where a browser would guess.
pub fn read_form(octets: &[u8]) -> Result<Vec<(String, Token)>, FormFault> {
    octets
        .split(|octet| *octet == b'&')
        .filter(|field| !field.is_empty())
        .map(|field| {
            let at = field.iter().position(|octet| *octet == b'=');
            let (name, value) = at.map_or((field, &[][..]), |at| (&field[..at], &field[at + 1..]));
            Ok((text(name)?.to_string(), Token::new(text(value)?.as_str())))
        })
        .collect()
}

/// One name or value.
fn text(octets: &[u8]) -> Result<Zeroizing<String>, FormFault> {
    let mut plain = Zeroizing::new(Vec::with_capacity(octets.len()));
    let mut rest = octets;
    while let Some((octet, after)) = rest.split_first() {
        rest = after;
        plain.push(match octet {
            b'+' => b' ',
            b'%' => {
                let (digits, after) = rest.split_at_checked(2).ok_or(FormFault::Escape)?;
                rest = after;
                digit(digits[0])? << 4 | digit(digits[1])?
            }
            b'!'..=b'~' => *octet,
            _ => return Err(FormFault::Octet),
        });
    }
    std::str::from_utf8(&plain).map(|text| Zeroizing::new(text.to_owned())).map_err(|_| FormFault::Utf8)
}

fn digit(octet: u8) -> Result<u8, FormFault> {
    char::from(octet).to_digit(16).and_then(|digit| u8::try_from(digit).ok()).ok_or(FormFault::Escape)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(form: &str) -> Result<Vec<(String, String)>, FormFault> {
        let fields = read_form(form.as_bytes())?;
        Ok(fields.into_iter().map(|(name, value)| (name, value.expose().to_owned())).collect())
    }

    #[test]
    fn fields_are_read_in_their_order() {
        let pairs = |form: &str| read(form).unwrap();
        assert_eq!(pairs("a=1&b=2&a=3"), [("a", "1"), ("b", "2"), ("a", "3")].map(|(a, b)| (a.into(), b.into())));
        assert_eq!(pairs("%C3%A4+%2B=x=y&&z"), [("ä +", "x=y"), ("z", "")].map(|(a, b)| (a.into(), b.into())));
        assert!(pairs("").is_empty());
    }

    #[test]
    fn what_is_broken_is_refused() {
        for (form, fault) in [
            ("a=%", FormFault::Escape),
            ("a=%4", FormFault::Escape),
            ("a=%G0", FormFault::Escape),
            ("a=%+1", FormFault::Escape),
            ("a=b c", FormFault::Octet),
            ("a=ä", FormFault::Octet),
            ("a=\0", FormFault::Octet),
            ("a=%FF", FormFault::Utf8),
            ("%C3=1", FormFault::Utf8),
        ] {
            assert_eq!(read(form), Err(fault), "{form:?}");
        }
    }
}
