//! Which keystore a line of keytool means, and of which type it is.

use std::path::{Path, PathBuf};

use certwright::files::Input;
use certwright::formats::detect::{Format, detect};
use certwright::untrusted::Untrusted;

use crate::compat::line::Line;
use crate::compat::session::Session;
use crate::exit::ExitStatus;
use crate::report::Failure;

/// Options of keytool's commands that are not offered here.
pub(super) const REFUSED: &[(&str, &str)] = &[
    ("addprovider", ""),
    ("cacerts", "name the keystore's file with `-keystore FILE`"),
    ("conf", "write the options into the line itself"),
    ("destprotected", ""),
    ("destprovidername", ""),
    ("protected", ""),
    ("provider", ""),
    ("providerarg", ""),
    ("providerclass", ""),
    ("providername", ""),
    ("providerpath", ""),
    ("srcprotected", ""),
    ("srcprovidername", ""),
];

/// A type of keystore that is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum StoreType {
    Jks,
    /// What JDK 17 makes where nothing else is asked for.
    #[default]
    Pkcs12,
}

impl StoreType {
    /// The type that `option`, such as `-storetype`, asks for in a keystore that is to be made.
    ///
    /// # Errors
    /// A usage failure for a type that is not written here.
    pub(super) fn wanted(line: &Line, option: &str) -> Result<Option<Self>, Failure> {
        let Some(name) = line.text(option)? else { return Ok(None) };
        match name.to_ascii_lowercase().as_str() {
            "jks" => Ok(Some(Self::Jks)),
            "pkcs12" => Ok(Some(Self::Pkcs12)),
            "jceks" => Err(Failure::usage(format!("`-{option} {name}` is a type that is read here and never written"))
                .hint(format!("write `-{option} pkcs12` or `-{option} jks`"))),
            _ => Err(Failure::usage(format!("`-{option} {}` is no type that is known here", Untrusted(name)))
                .hint(format!("write `-{option} pkcs12` or `-{option} jks`"))),
        }
    }

    /// Refuses a keystore that exists and is not what `option` says. Java takes JKS and PKCS#12 for each other.
    ///
    /// # Errors
    /// A usage failure for a type that is not known, or not the keystore's.
    pub(super) fn check(line: &Line, option: &str, input: &Input) -> Result<(), Failure> {
        let is_jceks = detect(input.bytes()) == Some(Format::Jceks);
        let says_jceks = line.text(option)?.is_some_and(|name| name.eq_ignore_ascii_case("jceks"));
        if !says_jceks {
            Self::wanted(line, option)?;
        }
        if line.has(option) && is_jceks != says_jceks {
            let (name, it) = (Untrusted(input.name()), if is_jceks { "is a JCEKS" } else { "is no JCEKS" });
            return Err(Failure::usage(format!("`{name}` {it}, and `-{option}` says otherwise"))
                .hint(format!("leave `-{option}` out: the type is told from the file")));
        }
        Ok(())
    }

    /// The type of a keystore that exists, by its content; `None` for what is not written here.
    pub(super) fn of(input: &Input) -> Option<Self> {
        match detect(input.bytes()) {
            Some(Format::Jks) => Some(Self::Jks),
            Some(Format::Pkcs12) => Some(Self::Pkcs12),
            _ => None,
        }
    }

    /// Its name as `convert --to` takes it.
    pub(super) const fn native(self) -> &'static str {
        match self {
            Self::Jks => "jks",
            Self::Pkcs12 => "p12",
        }
    }
}

/// The file that `option`, such as `-keystore`, names; without it `.keystore` in the home folder, as for keytool.
///
/// # Errors
/// A usage failure when there is neither, or it is no file.
pub(super) fn path(line: &Line, option: &str, session: &Session<'_>) -> Result<PathBuf, Failure> {
    match line.path(option) {
        Some(path) if path.as_os_str().eq_ignore_ascii_case("NONE") => {
            Err(Failure::usage(format!("`-{option} NONE` is a keystore without a file, which is not offered here"))
                .hint(format!("name a file with `-{option} FILE`")))
        }
        Some(path) => Ok(path.to_owned()),
        None => match session.context.home() {
            Some(home) => Ok(home.join(".keystore")),
            None => Err(Failure::usage(format!("there is no `-{option}`, and no home folder with a `.keystore`"))
                .hint(format!("name the keystore with `-{option} FILE`"))),
        },
    }
}

/// Reads the keystore at `path`; `option` says of which type it is to be.
///
/// # Errors
/// A [`Failure`] that names the file and what stopped it.
pub(super) fn read(path: &Path, line: &Line, option: &str, session: &Session<'_>) -> Result<Input, Failure> {
    let input = session.context.exact_input(path)?;
    if input.bytes().is_empty() {
        let name = Untrusted(input.name());
        return Err(Failure::new("unknown_format", ExitStatus::Failed, format!("the keystore `{name}` is empty")));
    }
    StoreType::check(line, option, &input)?;
    Ok(input)
}
