//! What the configuration file says of requests: the section `req`, openssl-req(1).

use std::path::{Path, PathBuf};

use certwright::crypto::DigestAlgorithm;
use certwright::secret::Password;

use crate::compat::line::Line;
use crate::compat::openssl::config::Config;
use crate::compat::session::Session;
use crate::password::from_environment;
use crate::report::Failure;

/// The digests that `req` signs over, as its options.
pub(super) const DIGESTS: &[&str] = &[
    "sha256",
    "sha384",
    "sha512",
    "SHA256",
    "SHA384",
    "SHA512",
    "sha1",
    "SHA1",
    "sha224",
    "SHA224",
    "md5",
    "MD5",
    "md4",
    "ripemd160",
];

/// Where openssl finds its configuration without `-config`.
const VARIABLE: &str = "OPENSSL_CONF";

/// The section, with what the line overrides.
pub(super) struct Settings {
    pub(super) config: Config,
    pub(super) section: String,
}

impl Settings {
    /// Reads the file that `line` or the environment names, or openssl's own defaults.
    ///
    /// # Errors
    /// A [`Failure`] that names file, line and name of what is not offered.
    pub(super) fn read(line: &Line, session: &Session<'_>) -> Result<Self, Failure> {
        let named = line.path("config").map(Path::to_owned);
        let config = match named.or_else(|| environment(VARIABLE).filter(|path| !path.is_empty()).map(PathBuf::from)) {
            None => Config::built_in()?,
            Some(path) => {
                let input = session.input(Some(&path))?;
                let text = std::str::from_utf8(input.bytes())
                    .map_err(|_| Failure::usage(format!("`{}` is not UTF-8 text", input.name())))?;
                Config::parse(input.name(), text, &environment)?
            }
        };
        let section = line.text("section")?.unwrap_or("req").to_owned();
        let settings = Self { config, section };
        if let Some(entry) = settings.entry("string_mask")
            && !matches!(entry.value.as_str(), "utf8only" | "default" | "pkix")
        {
            session.notice("texts are written as UTF8String, whatever `string_mask` says (RFC 5280 section 4.1.2.4)");
        }
        Ok(settings)
    }

    /// A value of the section.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        self.config.value(&self.section, name)
    }

    /// An entry of the section.
    pub(super) fn entry(&self, name: &str) -> Option<&crate::compat::openssl::config::Entry> {
        self.config.entry(&self.section, name)
    }

    /// How long an RSA key is where the line does not say it.
    ///
    /// # Errors
    /// A [`Failure`] when the value is no number.
    pub(super) fn bits(&self) -> Result<Option<u32>, Failure> {
        let Some(entry) = self.entry("default_bits") else { return Ok(None) };
        entry.value.parse().map(Some).map_err(|_| self.config.fault_at(entry, "it is no length in bits"))
    }

    /// Whether a new key is left in the clear without a word on the line.
    pub(super) fn leaves_keys_open(&self) -> bool {
        self.value("encrypt_rsa_key").or_else(|| self.value("encrypt_key")) == Some("no")
    }

    /// A password that stands in the file itself.
    pub(super) fn password(&self, name: &str) -> Option<Password> {
        self.value(name).map(Password::new)
    }

    /// The digest to sign over: the line's, else the file's, else SHA-256 as in openssl 3.0.
    ///
    /// # Errors
    /// A [`Failure`] for one that is not offered.
    pub(super) fn digest(&self, line: &Line, session: &Session<'_>) -> Result<DigestAlgorithm, Failure> {
        let entry = self.entry("default_md").filter(|entry| entry.value != "default");
        let name = match (line.last_of(DIGESTS), entry) {
            (Some(typed), _) => typed,
            (None, Some(entry)) => DIGESTS
                .iter()
                .find(|known| known.eq_ignore_ascii_case(entry.value.trim_ascii()))
                .ok_or_else(|| self.config.fault_at(entry, "this digest is not offered here; there is sha256"))?,
            (None, None) => return Ok(DigestAlgorithm::Sha256),
        };
        Ok(match name.to_ascii_lowercase().as_str() {
            "sha256" => DigestAlgorithm::Sha256,
            "sha384" => DigestAlgorithm::Sha384,
            "sha512" => DigestAlgorithm::Sha512,
            weak => {
                session.notice(&format!("it is signed over SHA-256, since signatures over {weak} are refused today"));
                DigestAlgorithm::Sha256
            }
        })
    }
}

/// A variable of the environment, where it is set and UTF-8.
pub(super) fn environment(name: &str) -> Option<String> {
    from_environment(name).ok().map(|value| value.expose().to_owned())
}
