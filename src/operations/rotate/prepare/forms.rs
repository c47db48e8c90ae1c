//! How the files of the current version are written, so that the next ones are written the same way.

use crate::files::Input;
use crate::formats::detect::{Format, detect};
use crate::formats::pkcs12::{Profile, Scan};
use crate::formats::{pem, pkcs1, sec1};
use crate::limits::Limits;
use crate::operations::create::{FileForms, Part};
use crate::operations::key_encoding::KeyForm;
use crate::operations::load::label_of;

/// The forms of `files`.
pub(super) fn forms_of(files: &[(Part, Input)], limits: &Limits) -> FileForms {
    let mut forms = FileForms::default();
    for (part, input) in files {
        let octets = input.bytes();
        let is_pem = detect(octets) == Some(Format::Pem);
        match part {
            Part::Key => {
                forms.key = key_form(octets, limits);
                forms.key_is_der = !is_pem;
            }
            Part::Request => forms.request_is_der = !is_pem,
            Part::Certificate => {
                forms.certificate_is_der = !is_pem;
                forms.has_issuers = is_pem && pem::decode(octets, limits).is_ok_and(|it| it.blocks.len() > 1);
            }
            Part::Pkcs12 => {
                // Java 8 before 8u301 and old Windows open no other, and a rotation must not lock them out.
                let is_modern = Scan::of(octets, limits).is_ok_and(|scan| {
                    scan.safes.iter().flat_map(|safe| safe.protections()).all(|it| it.scheme == "PBES2")
                });
                forms.profile = if is_modern { Profile::Modern } else { Profile::Legacy };
            }
            Part::Jks => {}
        }
    }
    forms
}

fn key_form(octets: &[u8], limits: &Limits) -> KeyForm {
    match detect(octets) {
        Some(Format::Pkcs1) => KeyForm::Pkcs1,
        Some(Format::Sec1) => KeyForm::Sec1,
        Some(Format::Pem) => {
            let blocks = pem::decode(octets, limits).map(|document| document.blocks).unwrap_or_default();
            let has = |label: &str| blocks.iter().any(|block| label_of(block) == label);
            if has(pkcs1::LABEL) {
                KeyForm::Pkcs1
            } else if has(sec1::LABEL) {
                KeyForm::Sec1
            } else {
                KeyForm::Pkcs8
            }
        }
        _ => KeyForm::Pkcs8,
    }
}
