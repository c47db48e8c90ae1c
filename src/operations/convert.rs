//! Any key, certificate, request or keystore in another form; what has no such form is refused with the forms it has.

mod form;
mod single;
mod store;

use crate::crypto::CryptoRng;
use crate::files::Input;
use crate::formats::Reason;
use crate::limits::Limits;
use crate::secret::{PasswordProvider, SecretBytes};
use crate::untrusted::Untrusted;

use super::contents::{Contents, name_entries};
use super::load::Opener;
use super::{Error, Notice, Target};

pub use form::Form;

/// What form to give.
#[derive(Clone, Debug)]
pub struct Convert {
    /// The form.
    pub form: Form,
    /// The alias of the one entry that is meant; all of them when `None`.
    pub entry: Option<String>,
    /// New names on the way into a keystore or PEM, in turn.
    pub aliases: Vec<Alias>,
    /// Whose rules hold.
    pub target: Option<&'static Target>,
}

/// A name that an entry is to have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Alias {
    /// The only entry's.
    Only(String),
    /// That of the entry `from`.
    Rename {
        /// The alias it has.
        from: String,
        /// The alias it is to have.
        to: String,
    },
}

/// Something in another form.
#[derive(Debug)]
pub struct Converted {
    /// Its octets.
    pub octets: SecretBytes,
    /// Whether a private key is in it, protected or not, or it is a keystore.
    pub is_secret: bool,
    /// Whether a private key is in it; a keystore of certificates is secret without one.
    pub holds_key: bool,
    /// What it is, in words.
    pub what: String,
    /// The aliases in it, where the form has any.
    pub aliases: Vec<String>,
    /// What the user should know.
    pub notices: Vec<Notice>,
}

/// Gives what is in `input` in another form.
///
/// ```
/// use certwright::crypto::{KeyAlgorithm, SystemRandom};
/// use certwright::files::Input;
/// use certwright::limits::Limits;
/// use certwright::operations::*;
/// use certwright::secret::NoPasswords;
///
/// let mut rng = SystemRandom::new();
/// let encoding = KeyEncoding::Plain { form: KeyForm::Pkcs8, der: false };
/// let made = generate_key(&GenerateKey { algorithm: KeyAlgorithm::Ed25519, encoding }, &mut rng)?;
/// let key = Input::new("server.key", made.encoded);
/// let options = Convert { form: Form::Jwks, entry: None, aliases: Vec::new(), target: None };
/// let set = convert(&options, &key, &NoPasswords, &Limits::default(), &mut rng)?;
/// assert!(!set.is_secret, "a set is what one publishes");
///
/// let sec1 = Form::Key(KeyEncoding::Plain { form: KeyForm::Sec1, der: false });
/// let refused = convert(&Convert { form: sec1, ..options }, &key, &NoPasswords, &Limits::default(), &mut rng);
/// assert_eq!(refused.unwrap_err().kind(), "cannot_convert");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`Error::CannotConvert`] names the forms that there are; [`Error::AliasNeeded`] where one entry must be chosen;
/// [`Error::CannotEdit`] for an alias that does not exist or is taken; [`Error::TargetRefuses`]; else as opening the
/// input.
pub fn convert(
    options: &Convert,
    input: &Input,
    passwords: &dyn PasswordProvider,
    limits: &Limits,
    rng: &mut dyn CryptoRng,
) -> Result<Converted, Error> {
    let mut contents = Contents::of(Opener { passwords, limits }, input, options.entry.as_deref(), rng)?;
    let is_keystore = matches!(options.form, Form::Jks { .. } | Form::Pkcs12 { .. });
    if is_keystore {
        contents.refuse_strangers(rng)?;
    }
    // In a keystore every entry has a name; one that is made here can be exchanged for another at once.
    let made = if is_keystore { name_entries(&mut contents.entries) } else { Vec::new() };
    rename(&mut contents, &options.aliases)?;
    if let Some(target) = options.target {
        for public in contents.entries.iter().filter(|it| it.thing.is_key()).map(|it| it.thing.public_key()) {
            if let Ok(Some(public)) = public {
                target.check_public_key(&public)?;
            }
        }
    }
    form::check(&options.form, &contents)?;
    let notices = std::mem::take(&mut contents.notices);
    let mut converted = match &options.form {
        Form::Jks { .. } | Form::Pkcs12 { .. } => store::write(&options.form, contents, options.target, rng)?,
        form => single::write(form, &contents, rng)?,
    };
    converted.notices.splice(..0, notices);
    let named = made.into_iter().filter(|name| converted.aliases.contains(name)).map(Notice::Named);
    converted.notices.extend(named);
    Ok(converted)
}

fn rename(contents: &mut Contents, aliases: &[Alias]) -> Result<(), Error> {
    for alias in aliases {
        let (action, index, to) = match alias {
            Alias::Only(name) => {
                let index = match contents.entries.as_slice() {
                    [_] => Ok(0),
                    _ => return Err(contents.several(|_| true)),
                };
                (format!("name the entry `{}`", Untrusted(name)), index, name)
            }
            Alias::Rename { from, to } => {
                let action = format!("rename `{}` to `{}`", Untrusted(from), Untrusted(to));
                (action, contents.position(from), to)
            }
        };
        let refused = |reason: Reason| Error::CannotEdit {
            action: action.clone(),
            store: contents.name.clone(),
            source: crate::formats::Error::new("the file", reason),
        };
        let index = index.map_err(refused)?;
        let taken = contents.entries.iter().enumerate().find(|(other, it)| {
            *other != index && it.alias.as_ref().is_some_and(|it| it.to_lowercase() == to.to_lowercase())
        });
        if let Some((_, taken)) = taken {
            return Err(refused(Reason::AliasTaken(taken.alias.clone().unwrap_or_default())));
        }
        contents.entries[index].alias = Some(to.clone());
    }
    Ok(())
}
