//! The library's errors as failures, with the advice that only the program can give.

use std::error::Error as _;
use std::path::Path;

use certwright::files;
use certwright::formats::{self, Place, Reason};
use certwright::operations::{Error, IssueFault, Refused};

use super::{Failure, tokens, word};
use crate::args::raise;
use crate::exit::ExitStatus;
use crate::prompt::Unattended;

/// What to do where a keystore opened and one of its entries did not.
pub(super) const OWN_PASSWORD: &str =
    "the entry has a password of its own: say where that is with one more `--passin file:PATH`";

impl Failure {
    /// The failure that an operation's error is; `why` says why nobody can be asked for a password.
    pub(crate) fn from_operation(error: &Error, why: Unattended) -> Self {
        if let Error::NoPassword { purpose, source } = error {
            return Self::from_provider(source, &purpose.to_string(), why);
        }
        let exit = match error {
            Error::ClaimUnfit { .. }
            | Error::LoginAddress { .. }
            | Error::NoLogin { .. }
            | Error::NoSubject { .. }
            | Error::TokenNeeds { .. } => ExitStatus::Usage,
            _ => ExitStatus::Failed,
        };
        let mut failure = Self::from_error(error, error.kind(), exit);
        failure.hints.extend(advice(error));
        failure
    }
}

impl From<files::Error> for Failure {
    fn from(error: files::Error) -> Self {
        Self::from(&error)
    }
}

impl From<&files::Error> for Failure {
    fn from(error: &files::Error) -> Self {
        let failure = Self::from_error(error, error.kind(), ExitStatus::Failed);
        match error {
            files::Error::AlreadyExists { .. } => {
                failure.hint("nothing was written; choose another name, or replace the file with `--force`")
            }
            files::Error::CannotRead { path, .. } if cfg!(windows) && path.contains(['*', '?']) => {
                failure.hint("the shells of Windows leave `*` and `?` as they are: name the files, or their folder")
            }
            // A drive or a share is not there, and no command makes it.
            files::Error::FolderNotFound { folder, .. } if Path::new(folder).file_name().is_none() => {
                failure.hint("nothing was written; choose another place for the output")
            }
            files::Error::FolderNotFound { folder, .. } => {
                failure.hint(format!("nothing was written; make the folder first with `mkdir {}`", word(folder)))
            }
            files::Error::IsSymlink { .. } => {
                failure.hint("nothing was written; name the file that the link points to, or remove the link")
            }
            files::Error::CannotWrite { .. } | files::Error::NotAFolder { .. } | files::Error::SameFile { .. } => {
                failure.hint("nothing was written; choose another place for the output")
            }
            files::Error::ChangedMeanwhile { .. } => {
                failure.hint("nothing was written, and the other change stands; run the command again")
            }
            files::Error::TooLarge { limit, size, .. } if *limit != files::LONGEST_PASSWORD_LINE => {
                failure.hint(format!(
                    "if it is the file that you mean, add `{}`",
                    raise("bytes", size.unwrap_or(limit.saturating_mul(2)))
                ))
            }
            files::Error::OutputIsInput { .. } => {
                failure.hint("nothing was written; choose another name for the output")
            }
            files::Error::NotAFile { .. } => failure.hint("nothing was written; name a file"),
            files::Error::NotFound { .. } => failure.hint("check the name, and the folder that you are in"),
            _ => failure,
        }
    }
}

fn advice(error: &Error) -> Vec<String> {
    let format_fault = error.source().and_then(|source| source.downcast_ref::<formats::Error>());
    if let Some(hint) = format_fault.and_then(|fault| limit(&fault.reason)) {
        return vec![hint];
    }
    let of_tokens = tokens::advice(error);
    if !of_tokens.is_empty() {
        return of_tokens;
    }
    match error {
        Error::CannotEdit { store, source, .. } => match source.reason {
            Reason::UnknownAlias(..) => {
                vec![format!("nothing was changed; to see the aliases, run `certwright alias list {}`", word(store))]
            }
            Reason::AmbiguousAlias(..) => {
                vec!["nothing was changed, since nobody can tell which one is meant".to_owned()]
            }
            Reason::AliasTaken(_) => {
                vec!["nothing was changed; rename or delete the other entry first, or choose another name".to_owned()]
            }
            Reason::Unsupported(_) if source.format == "JCEKS" => vec![format!(
                "nothing was changed; make a PKCS#12 file of it with `certwright convert {} --to p12 --out FILE`, and change that",
                word(store)
            )],
            Reason::Unsupported(_) if source.format == "JWK" => vec![format!(
                "nothing was changed; make an encrypted key of it with `certwright convert {} --to pkcs8 --encrypt --out FILE`",
                word(store)
            )],
            _ => vec!["nothing was changed".to_owned()],
        },
        Error::BrokenKey { .. } => {
            vec!["nothing was written; make a new key with `certwright genkey`".to_owned()]
        }
        Error::CannotIssue { source, .. } => vec![issuing(source)],
        Error::CannotMake { what, source } => match source.reason {
            Reason::CannotHold(_) if what.ends_with(" file") => {
                vec!["nothing was written; choose another name with `--alias`, or another kind of keystore".to_owned()]
            }
            Reason::CannotHold(_) => {
                vec!["nothing was written; choose another `--form`, or another `--type`".to_owned()]
            }
            _ => vec!["nothing was written".to_owned()],
        },
        Error::CannotOpen { input, source } | Error::CannotRead { input, source }
            if matches!(source.reason, Reason::Unsupported(_)) =>
        {
            other_readers(input, source)
        }
        Error::CannotOpen { source, .. } => match source.reason {
            Reason::Unauthenticated => {
                vec!["nothing was written; if you know where the file has been since it was made, add `--allow-unauthenticated`".to_owned()]
            }
            Reason::PartUnreadable(_) => {
                vec!["nothing was written; who made the file may know a second password: `openssl pkcs12 -twopass` asks for both, and keytool for each entry's".to_owned()]
            }
            // A Java keystore's own digest has shown that its password is right. Where a key of a PKCS#12 gets here, there is
            // no MAC, and nothing has.
            Reason::IntegrityMismatch(_)
                if matches!(source.place, Some(Place::Entry(_))) && matches!(source.format, "JKS" | "JCEKS") =>
            {
                vec![format!("nothing was written; {OWN_PASSWORD}")]
            }
            Reason::IntegrityMismatch(_) => {
                vec!["nothing was written; say where the right password is with `--passin file:PATH`, or leave `--passin` out to be asked".to_owned()]
            }
            _ => Vec::new(),
        },
        Error::CannotRead { source, .. } => match source.reason {
            Reason::Malformed(_) => vec!["nothing was written; get the file again from where it was made".to_owned()],
            _ => Vec::new(),
        },
        Error::Dates { .. } => {
            vec!["give a later moment with `--not-after`, or a number of days with `--days`".to_owned()]
        }
        Error::Mismatch { .. } => vec!["to list every pair in this folder, run `certwright verify .`".to_owned()],
        Error::NoSubject { .. } => vec!["nothing was written; give at least `--cn NAME`".to_owned()],
        Error::NotWhatIsNeeded { .. } | Error::UnknownFormat { .. } => {
            vec!["nothing was written; check that this is the file that you mean".to_owned()]
        }
        Error::TargetRefuses { what, .. } => vec![match what {
            Refused::Alias(_) => "nothing was written; choose a name such as `jwt_example` with `--alias`".to_owned(),
            Refused::EntryPassword => "nothing was written; leave `--entry-pass` out".to_owned(),
            Refused::Key(_) | Refused::WeakKey(_) => {
                "nothing was written; a key of another kind is made with `certwright genkey --type TYPE`".to_owned()
            }
            _ => "nothing was written; choose fewer days with `--days`".to_owned(),
        }],
        Error::Unproved { .. } => {
            vec!["nothing was written; this machine or this program is faulty, so do not use what it makes".to_owned()]
        }
        _ => Vec::new(),
    }
}

/// Who may read what this program does not.
fn other_readers(input: &str, fault: &formats::Error) -> Vec<String> {
    let Reason::Unsupported(what) = &fault.reason else { return Vec::new() };
    let file = word(input);
    match fault.format {
        "PKCS#12" | "PKCS#5" if fault.place == Some(Place::Field("EncryptedPrivateKeyInfo")) => {
            vec![format!(
                "nothing was written; OpenSSL may read it: `openssl pkcs8 -provider legacy -provider default -in {file}`"
            )]
        }
        "PKCS#12" if what.contains("signature") => {
            vec!["nothing was written; export it again with a password, from Windows for instance".to_owned()]
        }
        "PKCS#12" | "PKCS#5" => {
            vec![format!(
                "nothing was written; `openssl pkcs12 -legacy -in {file}` or Java's keytool may read it: convert it there first"
            )]
        }
        "PKCS#7" => {
            vec!["nothing was written; only the certificates of signedData, as in a `.p7b`, are read".to_owned()]
        }
        _ => Vec::new(),
    }
}

/// What to do where a CA must not sign.
fn issuing(fault: &IssueFault) -> String {
    let advice = match fault {
        IssueFault::BeyondAuthority { end, .. } => {
            return format!(
                "nothing was written; let it end with the CA by `--not-after {end}`, or renew the CA first"
            );
        }
        IssueFault::NameNotPermitted { .. } => "ask for other names, or use a CA that may vouch for these",
        IssueFault::NameUnfit { .. } => "get a request for names that can be used",
        IssueFault::NoAuthorityBelow { .. } => "leave `--ca` out, or sign with the CA above this one",
        IssueFault::NotAnAuthority(_) => "a CA certificate is made with `certwright selfsign --ca --key KEY --cn NAME`",
        IssueFault::PathTooLong { .. } => "give a smaller `--path-length`, or leave it out",
        IssueFault::BrokenKey { .. } | IssueFault::WeakKey { .. } => {
            "make a new key with `certwright genkey`, and a request with `certwright csr`"
        }
        _ => "renew the CA's certificate first",
    };
    format!("nothing was written; {advice}")
}

/// How to raise the limit that a file went over.
fn limit(reason: &Reason) -> Option<String> {
    match reason {
        Reason::LimitExceeded { what, asked, .. } => {
            Some(format!("a file like this can stall a machine; if you trust its maker, add `{}`", raise(what, *asked)))
        }
        _ => None,
    }
}

impl From<certwright::crypto::Error> for Failure {
    /// A key type that was typed wrongly.
    fn from(error: certwright::crypto::Error) -> Self {
        Self::new("usage", ExitStatus::Usage, format!("`--type` cannot be used: {error}"))
    }
}

impl From<certwright::formats::x509::SubjectAltNameError> for Failure {
    fn from(error: certwright::formats::x509::SubjectAltNameError) -> Self {
        Self::new("usage", ExitStatus::Usage, format!("`--san` cannot be used: {error}"))
    }
}

impl From<certwright::operations::UnknownTarget> for Failure {
    fn from(error: certwright::operations::UnknownTarget) -> Self {
        Self::new("usage", ExitStatus::Usage, format!("`--for` cannot be used: {error}"))
    }
}
