//! A PKCS#12 bag by bag, for those who show the file as it is and not as a keystore.

use crate::files::Input;
use crate::formats::detect::{Format, detect};
use crate::formats::pkcs5::Description;
use crate::formats::pkcs12::{OpenSafe, Pfx, Scan};
use crate::limits::Limits;
use crate::secret::PasswordProvider;
use crate::workers::Workers;

use super::load::{Opener, looks_like};
use super::{Error, Notice};

/// What a PKCS#12 file holds.
#[derive(Debug)]
pub struct OpenedBags {
    /// How its integrity is protected; `None` for a file without MAC.
    pub mac: Option<Description>,
    /// Its safes in the order of the file.
    pub safes: Vec<OpenSafe>,
    /// What is worth knowing about how it opened.
    pub notices: Vec<Notice>,
}

/// Opens the PKCS#12 in `input`, and with `keys` every private key in it.
///
/// ```no_run
/// # use certwright::files::Input;
/// # use certwright::limits::Limits;
/// # use certwright::operations::open_bags;
/// # use certwright::secret::{Password, Passwords, SecretBytes};
/// # let octets = Vec::new();
/// let input = Input::new("keystore.p12", SecretBytes::from(octets));
/// let passwords = Passwords::from([Password::new("changeit")]);
/// let opened = open_bags(&input, true, &passwords, &Limits::default())?;
/// println!("{} safes", opened.safes.len());
/// # Ok::<(), certwright::operations::Error>(())
/// ```
///
/// # Errors
/// [`Error::UnknownFormat`] for what is no PKCS#12; else as the input does not open.
pub fn open_bags(
    input: &Input,
    keys: bool,
    passwords: &dyn PasswordProvider,
    limits: &Limits,
) -> Result<OpenedBags, Error> {
    let (name, octets) = (input.name(), input.bytes());
    match detect(octets) {
        Some(Format::Pkcs12) => {}
        None => return Err(Error::UnknownFormat { input: name.to_owned(), source: looks_like(octets) }),
        Some(_) => {
            let found = "something else".to_owned();
            return Err(Error::NotWhatIsNeeded { input: name.to_owned(), found, wanted: "a PKCS#12 file" });
        }
    }
    let opener = Opener { passwords, limits };
    let (safes, notice) = opener.opened_pkcs12(name, octets, keys, |password| {
        Pfx::decode(octets, password, limits, Workers::available())?.open_bags(password, keys, Workers::available())
    })?;
    let scan = Scan::of(octets, limits).map_err(|source| Error::CannotRead { input: name.to_owned(), source })?;
    let unauthenticated = scan.mac.is_none().then(|| Notice::Unauthenticated(name.to_owned()));
    Ok(OpenedBags { mac: scan.mac, safes, notices: notice.into_iter().chain(unauthenticated).collect() })
}
