//! What a line of openssl's key commands puts out: texts, and the key, whole or its public half, in one output.

use std::path::{Component, Path, PathBuf};

use certwright::crypto::PublicKey;
use certwright::files::Sensitivity;
use certwright::formats::{pem, spki};
use certwright::operations::KeyEncoding;
use certwright::secret::SecretBytes;

use super::key_input::{Key, Read};
use super::key_output::{self, Wanted};
use super::pass::Pass;
use crate::compat::line::Line;
use crate::compat::native::Native;
use crate::compat::results::Results;
use crate::compat::session::Session;
use crate::render::openssl::key as render;
use crate::report::Failure;

/// Texts beside the key.
#[derive(Default)]
pub(super) struct Texts {
    /// What stands before the key.
    pub(super) before: Vec<SecretBytes>,
    /// What stands after it.
    pub(super) after: Vec<SecretBytes>,
    /// Whether secrets are among them.
    pub(super) are_secret: bool,
    /// Whether there are any, so that `inspect` shows the like.
    pub(super) are_shown: bool,
}

impl Texts {
    /// The key as `-text` shows it: of a private key the secrets too, unless only its public half is wanted.
    ///
    /// # Errors
    /// A [`Failure`] for a key whose numbers cannot be written.
    pub(super) fn of_key(&mut self, key: &Key, public_half: bool) -> Result<SecretBytes, Failure> {
        self.are_shown = true;
        match key {
            Key::Private(key) if !public_half => {
                self.are_secret = true;
                render::private(key).map_err(key_output::unwritable)
            }
            key => Ok(SecretBytes::from(render::public(&key.public(), 0).into_bytes())),
        }
    }
}

/// The key as it is written.
pub(super) enum Written {
    Nothing,
    /// The whole key, in this way.
    Private(Wanted),
    /// `SubjectPublicKeyInfo`
    Public {
        der: bool,
    },
    /// `RSAPublicKey`
    RsaPublic {
        der: bool,
    },
}

/// A line of a key command whose key was read.
pub(super) struct Job<'a> {
    pub(super) line: &'a Line,
    pub(super) session: &'a Session<'a>,
    pub(super) pass: &'a Pass<'a>,
    pub(super) read: &'a Read,
}

impl Job<'_> {
    /// Writes texts and key to `-out` or standard output, and says the native form.
    ///
    /// # Errors
    /// A [`Failure`]; nothing was written then.
    pub(super) fn deliver(&self, texts: &Texts, written: Written) -> Result<(), Failure> {
        let public = self.read.key.public();
        let is_private = matches!(written, Written::Private(_));
        let kept: &[PublicKey] = if is_private { std::slice::from_ref(&public) } else { &[] };
        let sensitivity = if is_private || texts.are_secret { Sensitivity::Secret } else { Sensitivity::Public };
        let mut results = self.session.results();
        let place = results.declare(self.line.path("out"), sensitivity, kept, &[&self.read.input])?;
        let (key, native) = self.key(&public, written, texts)?;
        let parts: Vec<&[u8]> =
            texts.before.iter().chain([&key]).chain(&texts.after).map(SecretBytes::expose).collect();
        results.fill(place, SecretBytes::concat(&parts).expose());
        let native = native.map(|native| self.finished(native, &results));
        results.commit()?;
        if let Some(native) = native {
            self.session.natively(&native);
        }
        Ok(())
    }

    /// The octets of the key, and the native line without its output.
    fn key(
        &self,
        public: &PublicKey,
        written: Written,
        texts: &Texts,
    ) -> Result<(SecretBytes, Option<NativeLine>), Failure> {
        let encoding = match written {
            Written::Nothing => {
                let shown = || NativeLine::Whole(self.opening(Native::new("inspect").word(&self.input())));
                return Ok((SecretBytes::zeroed(0), texts.are_shown.then(shown)));
            }
            Written::Public { der } => {
                let encoded = spki::encode(public).map_err(key_output::unwritable)?;
                let native = self.opening(self.convert().flag("--to public").flag_if(der, "--der"));
                return Ok((armoured(spki::LABEL, encoded, der)?, Some(NativeLine::ToOutput(native))));
            }
            Written::RsaPublic { der } => {
                let encoded = spki::encode_rsa(public).map_err(key_output::unwritable)?;
                return Ok((armoured(spki::RSA_LABEL, encoded, der)?, None));
            }
            Written::Private(wanted) => key_output::encoding(self.pass, self.session, wanted)?,
        };
        let Some(key) = self.read.key.private() else {
            return Err(Failure::usage("a public key cannot be written as a private one"));
        };
        let octets = key_output::encode(key, &encoding)?;
        Ok((octets, Some(self.of_private(&encoding))))
    }

    fn of_private(&self, encoding: &KeyEncoding) -> NativeLine {
        let is_encrypted = !matches!(encoding, KeyEncoding::Plain { .. });
        if is_encrypted && self.is_in_place() {
            return NativeLine::Whole(self.pass.natively(Native::new("passwd").word(&self.input())));
        }
        let native = key_output::of_convert(self.convert(), encoding);
        NativeLine::ToOutput(if is_encrypted { self.pass.natively(native) } else { self.opening(native) })
    }

    /// The native line with its output. What is changed in its place is written beside it.
    fn finished(&self, native: NativeLine, results: &Results<'_>) -> Native {
        match native {
            NativeLine::Whole(native) => native,
            NativeLine::ToOutput(native) if self.is_in_place() => native.option("-o", &format!("{}.new", self.input())),
            NativeLine::ToOutput(native) => {
                results.natively(native.file("-o", self.line.path("out").unwrap_or(Path::new("-"))))
            }
        }
    }

    fn is_in_place(&self) -> bool {
        // `./a.key` is `a.key`.
        let plain = |path: &Path| path.components().filter(|part| *part != Component::CurDir).collect::<PathBuf>();
        let input = self.read.input.path().map(plain);
        self.line.path("out").is_some_and(|out| input == Some(plain(out)))
    }

    fn convert(&self) -> Native {
        Native::new("convert").word(&self.input())
    }

    fn opening(&self, native: Native) -> Native {
        self.pass.opening_natively(native)
    }

    fn input(&self) -> String {
        self.read.input.path().map_or_else(|| "-".to_owned(), |path| path.to_string_lossy().into_owned())
    }
}

/// A native line that is put together.
enum NativeLine {
    /// It needs its output yet.
    ToOutput(Native),
    /// It is all there.
    Whole(Native),
}

fn armoured(label: &str, encoded: Vec<u8>, der: bool) -> Result<SecretBytes, Failure> {
    match der {
        true => Ok(SecretBytes::from(encoded)),
        false => pem::encode(label, &encoded).map_err(key_output::unwritable),
    }
}
