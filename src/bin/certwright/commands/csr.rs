//! `csr`: a certificate signing request.

use std::path::PathBuf;

use certwright::crypto::SystemRandom;
use certwright::files::Sensitivity;
use certwright::formats::x509::WantedExtension;
use certwright::operations::{CreateCsr, Error, create_csr, request_pem};
use clap::Args;
use serde_json::json;

use super::{Example, pages, wrote};
use crate::args::{OutArg, PassinArgs, SanArgs, SubjectArgs};
use crate::context::Context;
use crate::exit::ExitStatus;
use crate::render::json::document;
use crate::report::Failure;

const EXAMPLES: &[Example] = &[
    Example {
        what: "Ask for a certificate for a host with two names",
        command: "certwright csr --key server.key --cn example.com --san example.com --san www.example.com",
    },
    Example {
        what: "Give the whole subject in one text",
        command: "certwright csr --key server.key --subject \"CN=jwt,O=Example Ltd,C=GB\" -o jwt.csr",
    },
];

/// Make a certificate signing request for a key
#[derive(Args, Debug)]
#[command(after_help = pages(EXAMPLES))]
pub(crate) struct Csr {
    /// Sign the request with the private key in FILE
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    #[command(flatten)]
    subject: SubjectArgs,
    #[command(flatten)]
    san: SanArgs,
    #[command(flatten)]
    passin: PassinArgs,
    #[command(flatten)]
    out: OutArg,
}

impl Csr {
    pub(super) fn run(self, context: &Context) -> Result<ExitStatus, Failure> {
        let subject_alt_names = self.san.names()?;
        let passwords = context.passwords(&self.passin)?;
        let key = context.input(&self.key)?;
        let path = self.out.or("server.csr");
        let mut outputs = context.outputs();
        outputs.declare_passin(&self.passin)?;
        outputs.declare_input(&key)?;
        let slot = outputs.declare(path, Sensitivity::Public)?;
        let subject = context.subject(&self.subject)?;
        if subject.is_empty() && subject_alt_names.is_empty() {
            return Err(context.failure(&Error::NoSubject { what: "a request without alternative names" }));
        }
        let extensions = WantedExtension::names(subject_alt_names.clone());
        let options = CreateCsr { subject, extensions, digest: None };
        let request = create_csr(&options, &key, &passwords, &context.limits, &mut SystemRandom::new())
            .map_err(|error| context.failure(&error))?;
        context.check_exposure(&key);
        context.check_unused(&passwords);
        outputs.fill(slot, &request_pem(&request).map_err(|error| context.failure(&error))?);
        outputs.commit()?;
        wrote(context, path, &format!("certificate request for {}", options.subject));
        if context.json {
            let names: Vec<String> = subject_alt_names.iter().map(ToString::to_string).collect();
            let members = json!({
                "path": path.display().to_string(),
                "subject": options.subject.to_string(),
                "subject_alt_names": names,
            });
            context.printer.data(&document("csr", members));
        }
        Ok(ExitStatus::Done)
    }
}
