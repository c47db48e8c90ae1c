//! `selfsign`: a self-signed certificate.

use std::path::PathBuf;

use certwright::crypto::{DigestAlgorithm, SystemRandom};
use certwright::files::Sensitivity;
use certwright::formats::x509::Details;
use certwright::operations::{Named, SelfSign, certificate_pem, self_sign};
use clap::Args;
use serde_json::json;

use super::{Example, pages, wrote};
use crate::args::{OutArg, PassinArgs, SanArgs, SubjectArgs, ValidityArgs};
use crate::context::Context;
use crate::exit::ExitStatus;
use crate::render::json::document;
use crate::report::Failure;

const EXAMPLES: &[Example] = &[
    Example {
        what: "Sign a certificate of one year for a key",
        command: "certwright selfsign --key server.key --cn jwt.example.com",
    },
    Example {
        what: "Take subject and names from a request, for two years",
        command: "certwright selfsign --key server.key --csr server.csr --days 730 -o server.crt",
    },
];

/// Make a self-signed certificate (X.509 version 3) for a key
#[derive(Args, Debug)]
#[command(after_help = pages(EXAMPLES))]
pub(crate) struct Selfsign {
    /// Sign the certificate with the private key in FILE
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// Take the subject and its names from the request in FILE
    #[arg(long, value_name = "FILE")]
    csr: Option<PathBuf>,
    #[command(flatten)]
    subject: SubjectArgs,
    #[command(flatten)]
    san: SanArgs,
    #[command(flatten)]
    validity: ValidityArgs,
    /// Let the key sign other certificates
    #[arg(long)]
    ca: bool,
    #[command(flatten)]
    passin: PassinArgs,
    #[command(flatten)]
    out: OutArg,
}

impl Selfsign {
    pub(super) fn run(self, context: &Context) -> Result<ExitStatus, Failure> {
        let subject_alt_names = self.san.names()?;
        let not_after = self
            .validity
            .end(context.now)
            .map_err(|fault| Failure::usage(format!("`--days` cannot be used: {fault}")))?;
        let passwords = context.passwords(&self.passin)?;
        let key = context.input(&self.key)?;
        let path = self.out.or("server.crt");
        let mut outputs = context.outputs();
        outputs.declare_passin(&self.passin)?;
        outputs.declare_input(&key)?;
        let named = match &self.csr {
            Some(_) if context.typed_subject(&self.subject)?.is_some() => {
                return Err(Failure::usage("`--csr` gives the subject, and so does another option")
                    .hint("leave one of the two out"));
            }
            Some(csr) => {
                let request = context.input(csr)?;
                outputs.declare_input(&request)?;
                Named::AsRequested { request, subject_alt_names }
            }
            None => Named::Subject { subject: context.subject(&self.subject)?, subject_alt_names },
        };
        let slot = outputs.declare(path, Sensitivity::Public)?;
        let options = SelfSign { named, not_after, is_ca: self.ca, details: Details::default() };
        let certificate = self_sign(&options, &key, &passwords, &context.limits, context.now, &mut SystemRandom::new())
            .map_err(|error| context.failure(&error))?;
        context.check_exposure(&key);
        context.check_unused(&passwords);
        outputs.fill(slot, &certificate_pem(&certificate).map_err(|error| context.failure(&error))?);
        outputs.commit()?;
        wrote(context, path, &format!("certificate for {}, valid until {not_after}", certificate.subject()));
        if context.json {
            let members = json!({
                "path": path.display().to_string(),
                "subject": certificate.subject().to_string(),
                "not_after": not_after.to_string(),
                "certificate_sha256": certificate.fingerprint(DigestAlgorithm::Sha256).to_string(),
            });
            context.printer.data(&document("selfsign", members));
        }
        Ok(ExitStatus::Done)
    }
}
