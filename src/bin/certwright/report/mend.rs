//! The command that makes a finding of `lint` good.

use std::ffi::OsString;
use std::path::Path;

use certwright::crypto::KeyAlgorithm;
use certwright::operations::{FileKind, Mend, NewSubject, Target};

use super::word;

/// One complete command that mends `file` for `target`; what it writes stands beside the file, under a name of its own.
/// `passin` are the values with which the file was opened.
pub(crate) fn command(mend: &Mend, file: &str, target: &Target, passin: &[OsString]) -> String {
    let input = word(file);
    let name = target.name;
    let out = |ending: &str| word(&beside(file, name, ending));
    let passin: String = passin.iter().map(|value| format!(" --passin {}", word(&value.to_string_lossy()))).collect();
    match mend {
        Mend::NewSet { subject, alias, algorithm } => {
            let subject = match subject {
                NewSubject::AsBefore(name) => format!("--subject={}", quoted(&name.to_string())),
                NewSubject::CommonName(name) => format!("--cn={}", quoted(name)),
            };
            let folder = word(&beside(file, name, ""));
            let key = key_type(*algorithm);
            format!(
                "certwright create {subject} --alias {}{key} --for {name} --dir {folder} --passout generate",
                word(alias)
            )
        }
        Mend::SelfSign { common_name } => {
            format!("certwright selfsign --key {input} --cn={}{passin} -o {}", quoted(common_name), out(".crt"))
        }
        Mend::Certificate => format!("certwright extract {input} --cert {}{passin}", out(".crt")),
        Mend::OneCertificate => format!("certwright inspect{passin} -- {input}"),
        Mend::PrivateKey { encrypted } => {
            let (encrypt, passout) = if *encrypted { (" --encrypt", " --passout generate") } else { ("", "") };
            format!("certwright convert {input} --to pkcs8{encrypt}{passin}{passout} -o {}", out(".key"))
        }
        Mend::PublicKey => format!("certwright convert {input} --to public -o {}", out(".pub")),
        Mend::Repack { kind, alias, renamed, own_password } => {
            let format = if *kind == FileKind::Jks { "jks" } else { "p12" };
            let out = out(&format!(".{format}"));
            // Where sources were named, nothing is asked unless asking is one of them.
            let asks = *own_password && !passin.is_empty();
            let passin = if asks { format!("{passin} --passin prompt") } else { passin };
            let renamed: String =
                renamed.iter().map(|(old, new)| format!(" --alias={}", quoted(&format!("{old}={new}")))).collect();
            match alias {
                Some(alias) => format!(
                    "certwright export {format} --key {input} --cert {input} --alias={} --for {name}{passin} --passout generate -o {out}",
                    quoted(alias)
                ),
                None => {
                    format!(
                        "certwright convert {input} --to {format}{renamed} --for {name}{passin} --passout generate -o {out}"
                    )
                }
            }
        }
        Mend::Rename { from, to } => {
            // Behind `--`, an alias that begins with `-` is no option.
            format!("certwright alias rename{passin} -- {input} {} {}", quoted(from), word(to))
        }
        Mend::Delete { alias } => format!("certwright alias delete{passin} -- {input} {}", quoted(alias)),
        Mend::PlainPem => format!("certwright convert {input} --to pem{passin} -o {}", out(".pem")),
        _ => "certwright --help".to_owned(),
    }
}

/// A word that is no path, so that a `-` at its beginning stays as it is.
fn quoted(text: &str) -> String {
    word(text).strip_prefix("./-").map_or_else(|| word(text), |rest| format!("-{rest}"))
}

fn key_type(algorithm: KeyAlgorithm) -> String {
    match algorithm {
        KeyAlgorithm::Rsa { bits: 2048 } => String::new(),
        KeyAlgorithm::Rsa { bits } => format!(" -t rsa:{bits}"),
        KeyAlgorithm::P256 => " -t p256".to_owned(),
        KeyAlgorithm::P384 => " -t p384".to_owned(),
        KeyAlgorithm::P521 => " -t p521".to_owned(),
        _ => " -t ed25519".to_owned(),
    }
}

/// A name beside `file` that says for whom it is: `certs/server.salesforce.jks` for `certs/server.p12`.
fn beside(file: &str, target: &str, ending: &str) -> String {
    let path = Path::new(file);
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    path.with_file_name(format!("{stem}.{target}{ending}")).display().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_stands_beside_the_file() {
        let there = Path::new("certs").join("server.java8.p12").display().to_string();
        assert_eq!(beside("certs/server.p12", "java8", ".p12"), there);
        assert_eq!(beside("server", "box", ".key"), "server.box.key");
    }
}
