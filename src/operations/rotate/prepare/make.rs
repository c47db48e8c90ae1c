//! The files of the next version, made as values before any of them is written.

use crate::crypto::{CryptoRng, DigestAlgorithm, KeyAlgorithm, PrivateKey};
use crate::files::Input;
use crate::formats::pkcs10::CertificationRequest;
use crate::formats::spki;
use crate::formats::x509::WantedExtension;
use crate::formats::x509::{Certificate, Details, KeyUse, Purposes};
use crate::operations::create::{FileForms, Part, Protection, SetContent};
use crate::operations::create_csr::request_pem;
use crate::operations::key_encoding::KeyForm;
use crate::operations::load::{Material, Opener};
use crate::operations::rotate::error::RotateError;
use crate::operations::rotate::form::PasswordKept;
use crate::operations::rotate::play::Play;
use crate::operations::rotate::version::{Proved, VersionFile};
use crate::operations::self_sign::{certify, validity};
use crate::operations::sign_request::{End, Role, SignRequest, sign_request};
use crate::operations::{Error, Notice, prove};
use crate::secret::{Password, SecretBytes};

use super::base::{Base, Surroundings};
use super::forms::forms_of;
use super::options::{NewPassword, PreparePlan, Signer};
use super::weaker;

/// A version that was made and not written.
pub(super) struct Made {
    pub(super) files: Vec<(VersionFile, SecretBytes)>,
    pub(super) certificate: Certificate,
    /// The password of what is protected.
    pub(super) password: Option<Password>,
    pub(super) notices: Vec<Notice>,
}

/// Makes what `plan` says.
pub(super) fn make(
    base: &Base,
    plan: &PreparePlan,
    with: &Surroundings<'_>,
    rng: &mut dyn CryptoRng,
) -> Result<Made, RotateError> {
    let key = match (plan.play, &base.current) {
        (Some(Play::SameKey), Some(current)) => current_key(base, current, with)?,
        _ => PrivateKey::generate(plan.algorithm, rng).map_err(|source| Error::CannotMakeKey { source })?,
    };
    let (chain, mut notices) = certificate(base, plan, &key, with, rng)?;
    let Some(certificate) = chain.first().cloned() else {
        return Err(Error::Unproved { finding: "there is no certificate".to_owned() }.into());
    };
    if let (Some(current), false) = (&base.current, with.options.allow_weaker) {
        weaker::check_made(&current.certificate, &certificate)?;
    }
    let password = password(base, plan, with, rng)?;
    let protection = match &password {
        None => Protection::None,
        Some(password) if plan.form.key_is_encrypted => Protection::KeystoresAndKey(password.clone()),
        Some(password) => Protection::Keystores(password.clone()),
    };
    let content = SetContent {
        key: &key,
        chain: &chain,
        subject: &plan.subject,
        subject_alt_names: &plan.subject_alt_names,
        alias: plan.form.alias.as_deref().unwrap_or_default(),
        protection: &protection,
        iterations: with.options.iterations,
        forms: forms(base, plan, with),
        now: with.now,
    };
    let mut files = Vec::with_capacity(plan.form.parts.len() + 2);
    for part in &plan.form.parts {
        files.push((VersionFile::Part(*part), content.make(*part, &mut notices, rng)?.0));
    }
    if let (PasswordKept::InVersion, Some(password)) = (plan.form.password, &password) {
        files.push((VersionFile::Password, SecretBytes::concat(&[password.expose().as_bytes(), b"\n"])));
    }
    Ok(Made { files, certificate, password, notices })
}

/// The forms of the current files; a first version has the usual ones, and the target's PKCS#12.
fn forms(base: &Base, plan: &PreparePlan, with: &Surroundings<'_>) -> FileForms {
    let Some(current) = &base.current else {
        let profile = plan.form.target.map(|target| target.profile).unwrap_or_default();
        return FileForms { profile, ..FileForms::default() };
    };
    let mut forms = forms_of(&current.files, with.limits);
    let is_rsa = matches!(plan.algorithm, KeyAlgorithm::Rsa { .. });
    let has_room = match forms.key {
        KeyForm::Pkcs8 => true,
        KeyForm::Pkcs1 => is_rsa,
        KeyForm::Sec1 => !is_rsa && plan.algorithm != KeyAlgorithm::Ed25519,
    };
    if !has_room {
        forms.key = KeyForm::Pkcs8;
    }
    forms
}

/// The private key of the version in use.
fn current_key(base: &Base, current: &Proved, with: &Surroundings<'_>) -> Result<PrivateKey, RotateError> {
    let passwords = match &base.state {
        Some(state) => with.store.version_passwords(state, current.number, with.passwords)?,
        None => crate::operations::rotate::version::VersionPasswords {
            own: None,
            folder: with.store.root().to_owned(),
            given: with.passwords,
        },
    };
    let opener = Opener { passwords: &passwords, limits: with.limits };
    for (_, input) in current.files.iter().filter(|(part, _)| part.holds_key()) {
        for item in opener.load(input)?.items {
            let Material::PrivateKey { key, .. } = item.material else { continue };
            if spki::fingerprint(&key.public_key()).is_ok_and(|held| held == current.key) {
                return match prove::broken(&key) {
                    Some(weakness) => Err(Error::BrokenKey { input: input.name().to_owned(), weakness }.into()),
                    None => Ok(key),
                };
            }
        }
    }
    Err(Error::Unproved { finding: "the current version holds no private key".to_owned() }.into())
}

/// The certificate, then its issuers as far as they are there.
fn certificate(
    base: &Base,
    plan: &PreparePlan,
    key: &PrivateKey,
    with: &Surroundings<'_>,
    rng: &mut dyn CryptoRng,
) -> Result<(Vec<Certificate>, Vec<Notice>), RotateError> {
    let (is_ca, purposes) = purposes(base)?;
    let details = Details { purposes, digest: digest(base, plan), serial_number: None };
    let Signer::Authority { certificate, key: ca_key } = &with.options.signer else {
        let (subject, names) = (plan.subject.clone(), plan.subject_alt_names.clone());
        let made = certify(key, subject, names, validity(with.now, plan.not_after)?, is_ca, &details, rng)?;
        return Ok((vec![made], Vec::new()));
    };
    let wanted = WantedExtension::names(plan.subject_alt_names.clone());
    let request = CertificationRequest::build(&plan.subject, &wanted, None, key, rng)
        .map_err(|source| Error::CannotMake { what: "the certificate request", source })?;
    let request = Input::new("the request", SecretBytes::from(request_pem(&request)?));
    let end = if with.options.end.is_some() { End::At(plan.not_after) } else { End::AtLatest(plan.not_after) };
    // The CA's key has a digest of its own.
    let details = Details { digest: None, purposes: Purposes { path_length: None, ..details.purposes }, ..details };
    let options = SignRequest { subject_alt_names: Vec::new(), end, role: Role::EndEntity, details };
    let (passwords, limits) = (with.passwords, with.limits);
    let signed = sign_request(&options, &request, certificate, ca_key, passwords, limits, with.now, rng)?;
    let mut chain = vec![signed.certificate];
    chain.extend(signed.issuers);
    Ok((chain, signed.notices))
}

/// The uses of the key that the current certificate states, and whether it is marked as a CA's, which is what
/// `openssl req -x509` does: who trusts it so must be able to trust the next one so.
fn purposes(base: &Base) -> Result<(bool, Purposes), RotateError> {
    let Some(current) = &base.current else { return Ok((false, Purposes::default())) };
    let requested = super::plan::of_certificate(current, Certificate::requested)?;
    let is_ca = requested.is_ca;
    let mut purposes = requested.purposes;
    purposes.key_uses.retain(|wish| !matches!(wish, KeyUse::KeyCertSign | KeyUse::CrlSign));
    purposes.extended_key_uses_are_critical =
        current.certificate.extensions().iter().any(|it| it.name == "extKeyUsage" && it.critical);
    if !is_ca {
        purposes.path_length = None;
    }
    Ok((is_ca, purposes))
}

/// A stronger digest than the usual one is kept with an RSA key; elsewhere the digest follows the key.
fn digest(base: &Base, plan: &PreparePlan) -> Option<DigestAlgorithm> {
    let KeyAlgorithm::Rsa { .. } = plan.algorithm else { return None };
    match base.current.as_ref()?.certificate.signature_digest()?.as_str() {
        "SHA-384" => Some(DigestAlgorithm::Sha384),
        "SHA-512" => Some(DigestAlgorithm::Sha512),
        _ => None,
    }
}

/// What is to protect the next version, if anything does.
fn password(
    base: &Base,
    plan: &PreparePlan,
    with: &Surroundings<'_>,
    rng: &mut dyn CryptoRng,
) -> Result<Option<Password>, RotateError> {
    if !plan.form.key_is_encrypted && !plan.form.parts.iter().any(|part: &Part| part.is_keystore()) {
        return Ok(None);
    }
    match (&with.options.password, plan.form.password, &base.current) {
        (NewPassword::Given(password), ..) => Ok(Some(password.clone())),
        (_, PasswordKept::InVersion, _) => Ok(Some(Password::generate(rng))),
        (NewPassword::AsCurrent, _, Some(current)) => {
            let mut opened = with.passwords.opened(&current.files);
            match (opened.pop(), opened.is_empty()) {
                (Some(password), true) => Ok(Some(password)),
                (Some(_), false) => Err(RotateError::PasswordsDiffer {
                    store: with.store.root().display().to_string(),
                    version: current.number,
                }),
                (None, _) => Ok(None),
            }
        }
        _ => Ok(None),
    }
}
