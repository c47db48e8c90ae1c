//! Our program and its peers, and the lines that are typed to run them.

use std::env;
use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, Stdio};

/// The end of every certificate in the PEM files of a folder, with Python's `cryptography`.
pub(crate) const PYTHON_EXPIRY: &str = "
import datetime, os, sys
from cryptography import x509
limit = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=30)
for folder, _, names in os.walk(sys.argv[1]):
    for name in names:
        if name.endswith('.pem'):
            path = os.path.join(folder, name)
            with open(path, 'rb') as file:
                certificates = x509.load_pem_x509_certificates(file.read())
            for certificate in certificates:
                if certificate.not_valid_after_utc <= limit:
                    print(certificate.not_valid_after_utc.isoformat(), path)
";

/// The command of a line as it is typed: settings such as `NAME=value` first, then words without quotes. `certwright` is
/// the one of this build, and `python` the interpreter that `CERTWRIGHT_PYTHON` names, as in the tests. What of the
/// environment changes how fast a program computes is taken away, unless the line sets it.
pub(crate) fn command(line: &str) -> Command {
    let mut words = line.split(' ').peekable();
    let mut settings = Vec::new();
    while let Some(setting) = words.next_if(|word| word.split_once('=').is_some_and(|(name, _)| is_name(name))) {
        settings.extend(setting.split_once('='));
    }
    let mut command = Command::new(match words.next().unwrap_or_default() {
        "certwright" => env!("CARGO_BIN_EXE_certwright").into(),
        "python" => python(),
        program => OsString::from(program),
    });
    for name in ["JAVA_TOOL_OPTIONS", "CERTWRIGHT_SIMD", "OPENSSL_CONF", "OPENSSL_ia32cap"] {
        command.env_remove(name);
    }
    command.env("LC_ALL", "C.UTF-8").args(words).envs(settings);
    command
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|octet| octet.is_ascii_uppercase() || octet == b'_')
}

/// The interpreter.
fn python() -> OsString {
    env::var_os("CERTWRIGHT_PYTHON").unwrap_or_else(|| "python3".into())
}

/// The first line that a command prints, if it ends well.
pub(crate) fn first_line(mut command: Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).output().ok().filter(|output| output.status.success())?;
    let told = if output.stdout.is_empty() { output.stderr } else { output.stdout };
    String::from_utf8_lossy(&told).lines().next().map(|line| line.trim().to_owned())
}

/// The version of openssl on the path.
pub(crate) fn openssl() -> Option<String> {
    let told = first_line(command("openssl version"))?;
    Some(told.split(" (").next().unwrap_or_default().to_owned())
}

/// The version of the Java that keytool runs in.
pub(crate) fn keytool() -> Option<String> {
    let told = first_line(command("keytool -J-version"))?;
    let name = told.split(' ').next().unwrap_or_default();
    Some(format!("keytool of {name} {}", told.split('"').nth(1)?))
}

/// The version of Python's `cryptography`, and of the OpenSSL in it.
pub(crate) fn python_cryptography() -> Option<String> {
    let mut asked = command("python -c");
    asked.arg(
        "import cryptography, platform; from cryptography.hazmat.backends.openssl import backend
print('cryptography', cryptography.__version__, 'with', backend.openssl_version_text(), 'in Python', platform.python_version())",
    );
    first_line(asked)
}

/// [`PYTHON_EXPIRY`], to be run on a folder.
pub(crate) fn python_expiry(folder: &Path) -> Command {
    let mut command = command("python -c");
    command.arg(PYTHON_EXPIRY).arg(folder);
    command
}
