//! The file in which openssl counts a CA's serial numbers: the last one that was used, in hexadecimal.

use std::path::{Path, PathBuf};

use certwright::crypto::SystemRandom;
use certwright::files::{self, Input};
use certwright::formats::x509::SerialNumber;

use crate::compat::line::Line;
use crate::compat::session::Session;
use crate::exit::ExitStatus;
use crate::report::Failure;

/// A serial number, and the file that is to hold it.
#[derive(Debug)]
pub(super) struct Counted {
    pub(super) number: SerialNumber,
    pub(super) path: PathBuf,
}

/// The next serial number of the CA whose certificate is at `authority`; none where nobody counts, and the number is
/// random.
///
/// # Errors
/// A [`Failure`] for a file that is wanted and not there, or holds no number.
pub(super) fn next(line: &Line, authority: &Path, session: &Session<'_>) -> Result<Option<Counted>, Failure> {
    let named = line.path("CAserial");
    let path = named.map_or_else(|| authority.with_extension("srl"), Path::to_path_buf);
    let before = match Input::read(&path, &session.context.limits) {
        Ok(before) => before,
        Err(files::Error::NotFound { .. }) if line.has("CAcreateserial") => {
            let number = SerialNumber::random(&mut SystemRandom::new());
            return Ok(Some(Counted { number, path }));
        }
        Err(files::Error::NotFound { .. }) if named.is_none() => return Ok(None),
        Err(error @ files::Error::NotFound { .. }) => {
            return Err(Failure::from(error).hint("to begin counting, add `-CAcreateserial`"));
        }
        Err(error) => return Err(error.into()),
    };
    let number = after(before.bytes()).ok_or_else(|| {
        let message = format!("`{}` holds no serial number that another can follow", before.name());
        Failure::new("malformed", ExitStatus::Failed, message).cause("it is one hexadecimal number on a line")
    })?;
    Ok(Some(Counted { number, path }))
}

/// What stands in the file once `number` is used.
pub(super) fn content(number: &SerialNumber) -> String {
    format!("{number}\n")
}

/// The number after the one in `octets`.
fn after(octets: &[u8]) -> Option<SerialNumber> {
    let digits = std::str::from_utf8(octets).ok()?.trim_ascii();
    let digits = if digits.len().is_multiple_of(2) { digits.to_owned() } else { format!("0{digits}") };
    let pairs = digits.as_bytes().chunks_exact(2).map(|pair| {
        let pair = std::str::from_utf8(pair).ok()?;
        pair.bytes().all(|digit| digit.is_ascii_hexdigit()).then(|| u8::from_str_radix(pair, 16).ok())?
    });
    let mut number = pairs.collect::<Option<Vec<u8>>>()?;
    // One more octet than the number has, for what is carried.
    number.insert(0, 0);
    for octet in number.iter_mut().rev() {
        *octet = octet.wrapping_add(1);
        if *octet != 0 {
            break;
        }
    }
    SerialNumber::from_octets(&number).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_number_follows_the_one_in_the_file() {
        let next = |text: &str| after(text.as_bytes()).map(|number| content(&number));
        for (before, number) in [
            ("01\n", "02\n"),
            ("1", "02\n"),
            ("ff\n", "0100\n"),
            ("00\n", "01\n"),
            ("365B0AAF39C5D89621316B62176D1F90FC3D60CF\n", "365B0AAF39C5D89621316B62176D1F90FC3D60D0\n"),
        ] {
            assert_eq!(next(before).as_deref(), Some(number), "{before}");
        }
        for wrong in ["xy\n", "1 2\n", "+1", "ffffffffffffffffffffffffffffffffffffffff\n"] {
            assert_eq!(next(wrong), None, "{wrong}");
        }
    }
}
