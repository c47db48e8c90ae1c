//! What every command is handed: printer, passwords, the time, limits, and the options that mean the same everywhere.

mod input;
mod output;
#[cfg(feature = "login")]
mod settings;
mod subject;

use std::env;
use std::ffi::{OsStr, OsString};
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use certwright::clock::Timestamp;
use certwright::crypto::{Simd, SystemRandom};
use certwright::files::{Exposure, Input};
use certwright::formats::detect::{Format, detect, from_base64};
use certwright::formats::pem::{self, Repair};
use certwright::formats::pkcs12::Scan;
use certwright::limits::Limits;
use certwright::operations::{self, Notice};
use certwright::secret::Password;

use crate::args::{GlobalArgs, PassinArgs, PassoutArgs};
use crate::password::{NewPassword, PassoutSource, Passwords, SecretInput, Sources};
use crate::printer::{Printer, Warning};
use crate::prompt::{Prompt, Unattended};
use crate::report::{Failure, word};

pub(crate) use input::Files;
pub(crate) use output::{Outputs, Slot};
#[cfg(feature = "login")]
pub(crate) use settings::{Names, Settings};

/// The surroundings of one run.
pub(crate) struct Context {
    /// Standard output and standard error.
    pub(crate) printer: Printer,
    /// When this run takes place.
    pub(crate) now: Timestamp,
    /// What hostile files may cost.
    pub(crate) limits: Limits,
    /// Whether files that exist may be replaced.
    pub(crate) force: bool,
    /// Whether the result is one JSON document.
    pub(crate) json: bool,
    sources: Sources,
}

impl Context {
    /// The surroundings that `global` asks for; secrets that are not typed are read through `input`.
    pub(crate) fn new(global: &GlobalArgs, printer: Printer, input: Box<dyn SecretInput>) -> Self {
        Self {
            printer,
            now: Timestamp::now(),
            limits: global.limits.limits(),
            force: global.force,
            json: global.json,
            sources: Sources::new(input, Prompt::new(global.no_input, can_erase())),
        }
    }

    /// The terminal at which questions are asked.
    pub(crate) fn prompt(&self) -> &Prompt {
        self.sources.prompt()
    }

    /// Whether a line of openssl or keytool is followed by its native form. `CERTWRIGHT_NO_NATIVE`, set to anything,
    /// turns that off.
    #[expect(clippy::disallowed_methods, reason = "the switch stands in the environment")]
    pub(crate) fn says_native_forms(&self) -> bool {
        env::var_os("CERTWRIGHT_NO_NATIVE").is_none_or(|value| value.is_empty())
    }

    /// Has the generation of RSA keys use no wider instructions than `CERTWRIGHT_SIMD` names, where it is set. A name that
    /// is none changes how long that takes, and nothing else, so it is told and passed over.
    #[expect(clippy::disallowed_methods, reason = "the setting stands in the environment")]
    pub(crate) fn choose_simd(&self) {
        let Some(name) = env::var_os("CERTWRIGHT_SIMD").filter(|name| !name.is_empty()) else { return };
        match name.to_string_lossy().parse() {
            Ok(simd) => Simd::use_at_most(simd),
            Err(error) => {
                self.printer.warning(&Warning::new(format!("the variable `CERTWRIGHT_SIMD` was passed over: {error}")));
            }
        }
    }

    /// The user's home folder, where keytool looks for a keystore that no option names.
    pub(crate) fn home(&self) -> Option<PathBuf> {
        env::home_dir().filter(|home| !home.as_os_str().is_empty())
    }

    /// Whether there is somebody who can be asked.
    pub(crate) fn somebody_is_there(&self) -> bool {
        self.prompt().unattended().is_none()
    }

    /// Whether it is worth telling how far a long run is: on a terminal that takes it back, with somebody before it who
    /// did not ask for `--quiet` or `--json`.
    pub(crate) fn shows_progress(&self) -> bool {
        !self.printer.is_quiet() && !self.json && io::stderr().is_terminal() && can_erase() && !is_ci()
    }

    /// Why nobody can be asked; what to say when the library found nobody to ask.
    pub(crate) fn unattended(&self) -> Unattended {
        self.prompt().unattended().unwrap_or(Unattended::NoTerminal)
    }

    /// Reads an input that a command names, and says what of its text had to be repaired.
    ///
    /// # Errors
    /// A [`Failure`] that names the file and what stopped it.
    pub(crate) fn input(&self, path: &Path) -> Result<Input, Failure> {
        let input = self.exact_input(path)?;
        if detect(input.bytes()).is_none() && from_base64(input.bytes()).is_some() {
            self.printer.warning(&repaired(input.name(), Repair::BareBase64));
        }
        Ok(input)
    }

    /// The same for a command that judges a file or changes it in its place, and takes no base64 without header for it.
    ///
    /// # Errors
    /// As above.
    pub(crate) fn exact_input(&self, path: &Path) -> Result<Input, Failure> {
        let input = Input::read(path, &self.limits)?;
        for repair in pem::decode(input.bytes(), &self.limits).map(|document| document.repairs).unwrap_or_default() {
            self.printer.warning(&repaired(input.name(), repair));
        }
        if self.limits.allow_unauthenticated && is_unauthenticated(&input, &self.limits) {
            self.printer.warning(&Warning::new(Notice::Unauthenticated(input.name().to_owned()).to_string()));
        }
        Ok(input)
    }

    /// The failure that an operation's error is to the user of this run.
    pub(crate) fn failure(&self, error: &operations::Error) -> Failure {
        Failure::from_operation(error, self.unattended())
    }

    /// Says what an operation did that its user might not expect. That a file has no MAC was said when it was
    /// [read](Self::input).
    pub(crate) fn notices(&self, notices: &[Notice]) {
        for notice in notices.iter().filter(|notice| !matches!(notice, Notice::Unauthenticated(_))) {
            self.printer.warning(&Warning::new(notice.to_string()));
        }
    }

    /// Warns of an input with a private key that others than its owner can read.
    pub(crate) fn check_exposure(&self, input: &Input) {
        if let Some(exposure) = input.exposure() {
            self.printer.warning(&exposed(input.name(), exposure));
        }
    }

    /// The passwords that open this run's inputs. Nothing is read or asked yet.
    ///
    /// # Errors
    /// A usage failure when a value is no SOURCE.
    pub(crate) fn passwords(&self, args: &PassinArgs) -> Result<Passwords<'_>, Failure> {
        Ok(Passwords::parse(&self.sources, &args.passin)?)
    }

    /// The passwords that `--passin` gives, and no question where it gives none.
    ///
    /// # Errors
    /// A usage failure when a value is no SOURCE.
    pub(crate) fn given_passwords(&self, args: &PassinArgs) -> Result<Passwords<'_>, Failure> {
        Ok(Passwords::parse(&self.sources, &args.passin)?.only_given())
    }

    /// The password at a SOURCE that nobody is asked for, to open files with.
    ///
    /// # Errors
    /// A [`Failure`] when it cannot be read.
    pub(crate) fn password_at(&self, source: &OsStr) -> Result<Password, Failure> {
        Ok(self.sources.password_at(source)?)
    }

    /// Warns of each `--passin FILE=SOURCE` whose file needed no password: its name may be misspelt.
    pub(crate) fn check_unused(&self, passwords: &Passwords<'_>) {
        for file in passwords.unused() {
            self.printer
                .warning(&Warning::new(format!("`--passin {file}=…` was not used: no such input needed a password")));
        }
    }

    /// The password of this run's outputs, to do `what`, such as "protect `x.p12`". Call it once for all of them.
    ///
    /// # Errors
    /// A [`Failure`] when there is none or it is no good.
    pub(crate) fn new_password(&self, args: &PassoutArgs, what: &str) -> Result<NewPassword, Failure> {
        self.new_password_from(args.passout.as_ref(), what, "--passout")
    }

    /// The same from another option than `--passout`.
    ///
    /// # Errors
    /// A [`Failure`] when there is none or it is no good.
    pub(crate) fn new_password_from(
        &self,
        value: Option<&OsString>,
        what: &str,
        option: &'static str,
    ) -> Result<NewPassword, Failure> {
        let source = value.map(|value| PassoutSource::parse(value, option)).transpose()?;
        let new = NewPassword::resolve(&self.sources, source.as_ref(), what, option, &mut SystemRandom::new())?;
        if let Some(warning) = &new.warning {
            self.printer.warning(warning);
        }
        Ok(new)
    }
}

#[cfg(feature = "login")]
impl Context {
    /// The secret whose place `value` of `option` says, else the answer at the terminal; `what` says what for.
    ///
    /// # Errors
    /// A [`Failure`] when there is none.
    pub(crate) fn secret(
        &self,
        value: Option<&OsString>,
        option: &'static str,
        question: &str,
        what: &str,
    ) -> Result<Password, Failure> {
        Ok(self.sources.secret(value.map(OsString::as_os_str), option, question, what)?)
    }
}

/// The warning that the private key in the file `name` can be read by others.
pub(crate) fn exposed(name: &str, exposure: Exposure) -> Warning {
    Warning::new(format!("`{name}` holds a private key and {exposure}"))
        .hint(format!("to close it to all but its owner, run `chmod 600 {}`", word(name)))
}

/// The warning that the text of the file `name` was not what it should be.
pub(crate) fn repaired(name: &str, repair: Repair) -> Warning {
    Warning::new(format!("`{name}` is {repair}; it was read all the same"))
}

/// Whether the input is a keystore whose content anybody may have changed.
fn is_unauthenticated(input: &Input, limits: &Limits) -> bool {
    detect(input.bytes()) == Some(Format::Pkcs12)
        && Scan::of(input.bytes(), limits).is_ok_and(|scan| scan.mac.is_none())
}

/// Whether the terminal takes back what was written to it. A dumb one, such as a shell inside Emacs, does not.
#[expect(clippy::disallowed_methods, reason = "the terminal's kind stands in the environment")]
fn can_erase() -> bool {
    cfg!(windows) || env::var_os("TERM").is_some_and(|kind| !kind.is_empty() && kind != "dumb")
}

/// Whether this run is a job of a CI service: they set `CI`, and some give their jobs a terminal that only fills a log.
#[expect(clippy::disallowed_methods, reason = "services tell their jobs so in the environment")]
fn is_ci() -> bool {
    env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false")
}
