//! The key of a request: one that is there, or a new one.

use std::path::{Path, PathBuf};

use certwright::crypto::{KeyAlgorithm, PrivateKey, SystemRandom};
use certwright::files::{Input, Sensitivity};
use certwright::formats::pkcs5::Kdf;
use certwright::formats::pkcs8;
use certwright::operations::{GenerateKey, KeyEncoding, KeyForm, generate_key};
use certwright::secret::SecretBytes;

use super::settings::Settings;
use crate::compat::line::Line;
use crate::compat::native::Native;
use crate::compat::openssl::genpkey;
use crate::compat::openssl::key_input;
use crate::compat::openssl::key_output::{self, Questions, Wanted};
use crate::compat::openssl::pass::{Pass, key_question};
use crate::compat::results::{Place, Results};
use crate::compat::session::Session;
use crate::report::Failure;

/// The length of an RSA key where nothing says it, in bits.
const DEFAULT_BITS: u32 = 2048;

/// What openssl encrypts a new key with here.
const THEIR_CIPHER: &str = "des-ede3-cbc";

/// Where the key comes from.
pub(super) enum Source {
    File(Box<Input>),
    New { algorithm: KeyAlgorithm, path: Option<PathBuf> },
}

/// The places of what is written. A key and what is signed with it may stand in one file.
pub(super) struct Places {
    key: Option<Place>,
    document: Place,
    /// Whether a new key and what it signs go to one place.
    is_one: bool,
}

/// A key that is open.
pub(super) struct Key {
    /// The key in the clear, in memory only.
    pub(super) input: Input,
    /// The octets of a new key's file.
    written: Option<SecretBytes>,
    encoding: Option<KeyEncoding>,
}

impl Source {
    /// What the line and the configuration say.
    ///
    /// # Errors
    /// A [`Failure`] for a kind of key that is not offered, or a file that cannot be read.
    pub(super) fn of(line: &Line, settings: &Settings, session: &Session<'_>) -> Result<Self, Failure> {
        if let Some(path) = line.path("key") {
            if let Some(option) = line.last_of(&["newkey", "keyout", "nodes", "noenc", "passout"])
                && matches!(option, "newkey" | "keyout")
            {
                session.notice(&format!("`-{option}` has no effect, since `-key` names the key"));
            }
            let input = session.input(Some(path))?;
            key_input::check_form(&input, line, "keyform")?;
            return Ok(Self::File(Box::new(input)));
        }
        let path =
            line.path("keyout").map(Path::to_owned).or_else(|| settings.value("default_keyfile").map(PathBuf::from));
        Ok(Self::New { algorithm: algorithm(line, settings)?, path })
    }

    /// Declares the outputs: the key's, where it is new, and the document's.
    ///
    /// # Errors
    /// A [`Failure`] when one cannot be written, or another private key would be lost.
    pub(super) fn declare(
        &self,
        out: Option<&Path>,
        writes_document: bool,
        request: Option<&Input>,
        results: &mut Results<'_>,
    ) -> Result<Places, Failure> {
        let mut inputs: Vec<&Input> = request.into_iter().collect();
        let Self::New { path, .. } = self else {
            if let Self::File(input) = self {
                inputs.push(input);
            }
            let document = results.declare(out, Sensitivity::Public, &[], &inputs)?;
            return Ok(Places { key: None, document, is_one: false });
        };
        let is_one = place_name(path.as_deref()) == place_name(out);
        let key = results.declare(path.as_deref(), Sensitivity::Secret, &[], &[])?;
        let document = match (is_one, writes_document || out.is_some()) {
            (true, _) => key,
            (false, true) => results.declare(out, Sensitivity::Public, &[], &inputs)?,
            (false, false) => Place::Nowhere,
        };
        Ok(Places { key: (!is_one).then_some(key), document, is_one })
    }

    /// Opens the key, or makes it.
    ///
    /// # Errors
    /// A [`Failure`] when it does not open, a password is missing, or it cannot be made.
    pub(super) fn open(
        &self,
        line: &Line,
        settings: &Settings,
        pass: &Pass<'_>,
        session: &Session<'_>,
    ) -> Result<Key, Failure> {
        match self {
            Self::File(input) => {
                let key = key_input::private(input, pass, session, key_question)?;
                session.context.check_exposure(input);
                Ok(Key { input: in_memory(input.name(), &key)?, written: None, encoding: None })
            }
            Self::New { algorithm, .. } => {
                let is_open = line.has("nodes") || line.has("noenc") || settings.leaves_keys_open();
                let encoding = if is_open {
                    KeyEncoding::Plain { form: KeyForm::Pkcs8, der: false }
                } else {
                    key_output::notice_cipher(session, THEIR_CIPHER);
                    let encrypted = Some(Kdf::STRONG);
                    let questions = Questions::PEM;
                    let wanted = Wanted { form: KeyForm::Pkcs8, der: false, encrypted, questions };
                    key_output::encoding(pass, session, wanted)?
                };
                let options = GenerateKey { algorithm: *algorithm, encoding: encoding.clone() };
                let made = generate_key(&options, &mut SystemRandom::new())
                    .map_err(|error| session.context.failure(&error))?;
                let input = in_memory("the new key", &made.key)?;
                Ok(Key { input, written: Some(made.encoded), encoding: Some(encoding) })
            }
        }
    }

    /// The file of the key, as native options name it.
    pub(super) fn file(&self) -> &Path {
        match self {
            Self::File(input) => input.path().unwrap_or("-".as_ref()),
            Self::New { path, .. } => path.as_deref().unwrap_or("-".as_ref()),
        }
    }

    /// The native line that makes the key, where it is new.
    pub(super) fn natively(&self, key: &Key, pass: &Pass<'_>) -> Option<Native> {
        let (Self::New { algorithm, .. }, Some(encoding)) = (self, &key.encoding) else { return None };
        let native = Native::new("genkey").option_if("-t", genpkey::native_name(*algorithm).as_deref());
        let native = match encoding {
            KeyEncoding::Encrypted { .. } => pass.new_natively(native.flag("--encrypt")),
            _ => native,
        };
        Some(native.file("-o", self.file()))
    }

    /// The native option that opens the key's file.
    pub(super) fn passwords_natively(&self, key: &Key, pass: &Pass<'_>, native: Native) -> Native {
        match &key.encoding {
            None => pass.opening_natively(native),
            Some(KeyEncoding::Encrypted { .. }) => pass.reopening_natively(native),
            Some(_) => native,
        }
    }
}

impl Places {
    /// Whether the key has a place of its own.
    pub(super) const fn are_apart(&self) -> bool {
        !self.is_one
    }

    /// Gives each place its content.
    pub(super) fn fill(&self, key: &Key, document: &[u8], results: &mut Results<'_>) {
        let written = key.written.as_ref().map_or(&[][..], |written| written.expose());
        match self.key {
            Some(place) => {
                results.fill(place, written);
                results.fill(self.document, document);
            }
            // A new key stands before what it signed, as openssl appends to its file.
            None => results.fill(self.document, SecretBytes::concat(&[written, document]).expose()),
        }
    }
}

/// Standard output by one name.
fn place_name(path: Option<&Path>) -> &Path {
    match path {
        Some(path) if path != Path::new("/dev/stdout") => path,
        _ => Path::new("-"),
    }
}

fn in_memory(name: &str, key: &PrivateKey) -> Result<Input, Failure> {
    pkcs8::encode(key).map(|octets| Input::new(name, octets)).map_err(key_output::unwritable)
}

/// What kind of key `-newkey` asks for: `rsa:BITS`, a length alone, or a type with its `-pkeyopt`s.
///
/// # Errors
/// A usage failure that names what is not offered.
pub(super) fn algorithm(line: &Line, settings: &Settings) -> Result<KeyAlgorithm, Failure> {
    let configured = || settings.bits().map(|bits| bits.unwrap_or(DEFAULT_BITS));
    let typed = line.text("newkey")?.unwrap_or("rsa");
    let length = |text: &str| {
        text.parse::<u32>().map_err(|_| {
            Failure::usage(format!("`-newkey {}` names no length in bits", certwright::untrusted::Untrusted(typed)))
        })
    };
    match typed.split_once(':') {
        Some((name, bits)) if name.eq_ignore_ascii_case("rsa") => genpkey::of_type("rsa", line, length(bits)?),
        Some((name, _)) if name.eq_ignore_ascii_case("ec") || name.eq_ignore_ascii_case("param") => {
            Err(Failure::usage("files of parameters are not offered here")
                .hint("name the curve, as in `-newkey ec -pkeyopt ec_paramgen_curve:P-256`"))
        }
        Some((name, _)) => genpkey::of_type(name, line, DEFAULT_BITS),
        None if typed.starts_with(|first: char| first.is_ascii_digit()) => {
            genpkey::of_type("rsa", line, length(typed)?)
        }
        None => genpkey::of_type(typed, line, configured()?),
    }
}
