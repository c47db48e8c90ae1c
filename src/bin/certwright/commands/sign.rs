//! `sign`: a certificate from a request, signed by one's own CA.

use std::path::{Path, PathBuf};

use certwright::clock::Timestamp;
use certwright::crypto::{DigestAlgorithm, SystemRandom};
use certwright::files::Sensitivity;
use certwright::formats::x509::Details;
use certwright::operations::{End, Role, SignRequest, Signed, certificate_pem, sign_request};
use clap::Args;
use serde_json::json;

use super::{Example, pages, wrote};
use crate::args::{OutArg, PassinArgs, SanArgs, ValidityArgs};
use crate::context::Context;
use crate::exit::ExitStatus;
use crate::render::json::document;
use crate::report::Failure;

const EXAMPLES: &[Example] = &[
    Example {
        what: "Sign a server's request with your own CA, for one year",
        command: "certwright sign server.csr --ca-cert ca.crt --ca-key ca.key -o server.crt",
    },
    Example {
        what: "Make a CA below your own that signs servers only, and put your own behind it",
        command: "certwright sign server.csr --ca-cert ca.crt --ca-key ca.key --ca --path-length 0 --chain -o issuing.crt",
    },
];

/// Make a certificate from a request, signed by your CA's key
///
/// The request's own signature is verified first, and the CA's key is proved against its certificate. The request's
/// subject and names are taken over. Of what else it asks for, keyUsage is granted without the right to sign
/// certificates, and extKeyUsage for servers, clients and mail; what is left out is said.
#[derive(Args, Debug)]
#[command(after_help = pages(EXAMPLES))]
pub(crate) struct Sign {
    /// Sign the request in this file
    #[arg(value_name = "CSR")]
    csr: PathBuf,
    /// Take the CA's certificate from FILE; issuers in it are used too
    #[arg(long, value_name = "FILE")]
    ca_cert: PathBuf,
    /// Take the CA's private key from FILE [default: the file of `--ca-cert`, such as a keystore]
    #[arg(long, value_name = "FILE")]
    ca_key: Option<PathBuf>,
    #[command(flatten)]
    san: SanArgs,
    #[command(flatten)]
    validity: ValidityArgs,
    /// Let the key sign other certificates
    #[arg(long)]
    ca: bool,
    /// Let at most N CAs stand below the new one [default: what its issuers let]
    #[arg(long, value_name = "N", requires = "ca")]
    path_length: Option<u8>,
    /// Put the CA's certificate and its issuers behind the new one
    #[arg(long)]
    chain: bool,
    #[command(flatten)]
    passin: PassinArgs,
    #[command(flatten)]
    out: OutArg,
}

impl Sign {
    pub(super) fn run(self, context: &Context) -> Result<ExitStatus, Failure> {
        let options = SignRequest {
            subject_alt_names: self.san.names()?,
            end: self.end(context.now)?,
            role: if self.ca { Role::Authority { path_length: self.path_length } } else { Role::EndEntity },
            details: Details::default(),
        };
        let passwords = context.passwords(&self.passin)?;
        let request = context.input(&self.csr)?;
        let ca_certificate = context.input(&self.ca_cert)?;
        let ca_key = match &self.ca_key {
            Some(path) if *path != self.ca_cert => context.input(path)?,
            _ => ca_certificate.clone(),
        };
        let path = self.out.or("server.crt");
        let mut outputs = context.outputs();
        outputs.declare_passin(&self.passin)?;
        for input in [&request, &ca_certificate, &ca_key] {
            outputs.declare_input(input)?;
        }
        let slot = outputs.declare(path, Sensitivity::Public)?;
        let (limits, mut rng) = (&context.limits, SystemRandom::new());
        let signed =
            sign_request(&options, &request, &ca_certificate, &ca_key, &passwords, limits, context.now, &mut rng)
                .map_err(|error| context.failure(&error))?;
        context.check_exposure(&ca_key);
        context.check_unused(&passwords);
        context.notices(&signed.notices);
        let appended = if self.chain { signed.issuers.as_slice() } else { &[] };
        let mut octets = Vec::new();
        for certificate in std::iter::once(&signed.certificate).chain(appended) {
            octets.extend(certificate_pem(certificate).map_err(|error| context.failure(&error))?);
        }
        outputs.fill(slot, &octets);
        outputs.commit()?;
        self.tell(context, path, &signed, appended.len())
    }

    /// Says what was written.
    fn tell(&self, context: &Context, path: &Path, signed: &Signed, issuers: usize) -> Result<ExitStatus, Failure> {
        let certificate = &signed.certificate;
        let validity = certificate.validity();
        let end = validity.map(|validity| validity.not_after.to_string()).unwrap_or_default();
        let behind = match issuers {
            0 => String::new(),
            1 => ", and its CA's".to_owned(),
            more => format!(", and those of {more} issuers"),
        };
        let subject = certificate.subject().to_string();
        let issuer = certificate.issuer().to_string();
        wrote(context, path, &format!("certificate for {subject}, valid until {end}, issued by {issuer}{behind}"));
        if context.json {
            let names = certificate.subject_alt_names().unwrap_or_default();
            let members = json!({
                "path": path.display().to_string(),
                "subject": subject,
                "subject_alt_names": names.iter().map(ToString::to_string).collect::<Vec<_>>(),
                "issuer": issuer,
                "is_ca": self.ca,
                "not_after": end,
                "certificate_sha256": certificate.fingerprint(DigestAlgorithm::Sha256).to_string(),
                "issuers_appended": issuers,
                "notices": signed.notices.iter().map(ToString::to_string).collect::<Vec<_>>(),
            });
            context.printer.data(&document("sign", members));
        }
        Ok(ExitStatus::Done)
    }

    /// What was asked for is done or refused; the usual year ends with the CA where that is nearer.
    fn end(&self, now: Timestamp) -> Result<End, Failure> {
        let end =
            self.validity.end(now).map_err(|fault| Failure::usage(format!("`--days` cannot be used: {fault}")))?;
        let asked = self.validity.days.is_some() || self.validity.not_after.is_some();
        Ok(if asked { End::At(end) } else { End::AtLatest(end) })
    }
}
