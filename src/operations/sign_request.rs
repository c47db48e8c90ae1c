//! A certificate from a request, signed by one's own CA, after checking all that the CA promises.

use crate::clock::Timestamp;
use crate::crypto::key_health::{RsaNumbers, Severity, Weakness, examine};
use crate::crypto::{CryptoRng, KeyAlgorithm};
use crate::files::Input;
use crate::formats::x509::{
    self, Certificate, CertificateParameters, Details, DistinguishedName, ExtendedKeyUse, KeyUse, Purposes, Requested,
    SubjectAltName, Validity, chain,
};
use crate::limits::Limits;
use crate::secret::PasswordProvider;

use super::error::IssueFault;
use super::load::Opener;
use super::self_sign::validity;
use super::verify::leaf_of;
use super::{Error, Notice, prove};

/// What a request does not decide.
#[derive(Clone, Debug)]
pub struct SignRequest {
    /// Names beside those that the request asks for.
    pub subject_alt_names: Vec<SubjectAltName>,
    /// When the certificate ends.
    pub end: End,
    /// Whether its key may sign other certificates.
    pub role: Role,
    /// Serial number and digest, where they are chosen, and uses of the key that the CA states: each kind in place of
    /// what the request asks for.
    pub details: Details,
}

/// When a certificate ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// At this moment, or it is not made.
    At(Timestamp),
    /// At this moment, or with its CA if that ends before.
    AtLatest(Timestamp),
}

/// Whose certificate it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A CA's.
    Authority {
        /// How many CAs may stand below it; none for as many as its issuer lets.
        path_length: Option<u8>,
    },
    /// A server's, a client's, a person's.
    EndEntity,
}

/// A certificate that was made.
#[derive(Debug)]
pub struct Signed {
    /// The certificate.
    pub certificate: Certificate,
    /// Those of its issuers that were given: the CA's, then that one's issuer, as far as they are there.
    pub issuers: Vec<Certificate>,
    /// What the user should know.
    pub notices: Vec<Notice>,
}

/// What a host, a client or a mailbox needs. The other purposes make its holder speak for others: who may sign code,
/// time stamps or OCSP answers is not for a request to say.
const HARMLESS_PURPOSES: [ExtendedKeyUse; 3] =
    [ExtendedKeyUse::SERVER_AUTH, ExtendedKeyUse::CLIENT_AUTH, ExtendedKeyUse::EMAIL_PROTECTION];

/// The RSA keys that are certified have so many bits at least: NIST SP 800-131A, CA/Browser Forum.
const LEAST_RSA_BITS: u32 = 2048;

/// Makes the certificate that `request` asks for, signed by the key in `ca_key`, which must be that of a certificate in
/// `ca_certificate`. It begins five minutes before `now`, but not before its CA.
///
/// The request's subject and alternative names are taken over. Of its other wishes, keyUsage is granted without
/// keyCertSign and cRLSign, and extKeyUsage for TLS servers, TLS clients and mail; what is left out is told in
/// [`Signed::notices`]. To be a CA is granted by [`Role::Authority`] alone.
///
/// ```
/// # use certwright::clock::Timestamp;
/// # use certwright::crypto::{KeyAlgorithm, SystemRandom};
/// # use certwright::files::Input;
/// # use certwright::formats::x509::{Details, DistinguishedName};
/// # use certwright::limits::Limits;
/// # use certwright::operations::*;
/// # use certwright::secret::NoPasswords;
/// # let mut rng = SystemRandom::new();
/// # let limits = Limits::default();
/// # let now: Timestamp = "2026-11-21T12:00:00Z".parse()?;
/// # let encoding = KeyEncoding::Plain { form: KeyForm::Pkcs8, der: false };
/// # let mut key = |name: &str| generate_key(&GenerateKey { algorithm: KeyAlgorithm::P256, encoding: encoding.clone() }, &mut rng)
/// #     .map(|made| Input::new(name, made.encoded));
/// # let (ca_key, key) = (key("ca.key")?, key("server.key")?);
/// # let named = Named::Subject { subject: DistinguishedName::parse("CN=Our CA")?, subject_alt_names: Vec::new() };
/// # let ca = SelfSign { named, not_after: now.plus_days(3650)?, is_ca: true, details: Details::default() };
/// # let ca = self_sign(&ca, &ca_key, &NoPasswords, &limits, now, &mut rng)?;
/// # let ca = Input::new("ca.crt", certificate_pem(&ca)?.into());
/// # let csr = CreateCsr { subject: DistinguishedName::parse("CN=example.com")?, extensions: Vec::new(), digest: None };
/// # let csr = create_csr(&csr, &key, &NoPasswords, &limits, &mut rng)?;
/// # let csr = Input::new("server.csr", request_pem(&csr)?.into());
/// let options = SignRequest {
///     subject_alt_names: vec!["dns:example.com".parse()?],
///     end: End::AtLatest(now.plus_days(365)?),
///     role: Role::EndEntity,
///     details: Details::default(),
/// };
/// let signed = sign_request(&options, &csr, &ca, &ca_key, &NoPasswords, &limits, now, &mut rng)?;
/// assert!(signed.certificate.is_issued_by(&signed.issuers[0]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// When an input does not open or hold what is needed; [`Error::Mismatch`] when the key is not the CA's;
/// [`Error::CannotRead`] for a request whose own signature does not verify; [`Error::CannotIssue`] when the CA must not
/// sign this; [`Error::Dates`] for an end before the beginning.
#[expect(clippy::too_many_arguments, reason = "three inputs, and what every operation takes")]
pub fn sign_request(
    options: &SignRequest,
    request: &Input,
    ca_certificate: &Input,
    ca_key: &Input,
    passwords: &dyn PasswordProvider,
    limits: &Limits,
    now: Timestamp,
    rng: &mut dyn CryptoRng,
) -> Result<Signed, Error> {
    let opener = Opener { passwords, limits };
    let read = |source| Error::CannotRead { input: request.name().to_owned(), source };
    let csr = opener.request(request)?;
    csr.verify().map_err(read)?;
    let public_key = csr.public_key().map_err(read)?;
    let requested = csr.requested().map_err(read)?;
    let mut names = csr.subject_alt_names().map_err(read)?;
    let unfit = unfit_name(&csr.subject(), &names);
    for name in &options.subject_alt_names {
        if !names.contains(name) {
            names.push(name.clone());
        }
    }
    let subject = csr.subject();
    if subject.is_empty() && (names.is_empty() || options.role != Role::EndEntity) {
        return Err(Error::NoSubject { what: "a certificate without alternative names, and each CA," });
    }

    let pool = opener.certificates(ca_certificate)?;
    let key = opener.private_key(ca_key)?;
    let authority = leaf_of(&key, ca_key.name(), &pool, ca_certificate.name(), rng)?;
    let issuers = chain::order(authority, &pool);
    let refuse = |source| Error::CannotIssue { authority: ca_certificate.name().to_owned(), source };
    if let Some(why) = authority.cannot_sign() {
        return Err(refuse(IssueFault::NotAnAuthority(why)));
    }
    if let Some((name, why)) = unfit {
        return Err(refuse(IssueFault::NameUnfit { name, why }));
    }
    check_strength("the CA's key", key.algorithm()).map_err(refuse)?;
    check_strength("the request's key", public_key.algorithm()).map_err(refuse)?;
    if let Some(weakness) = prove::broken(&key) {
        return Err(refuse(IssueFault::BrokenKey { whose: "the CA's key", weakness }));
    }
    if let Some(weakness) = csr.rsa_numbers().map_err(read)?.and_then(|numbers| broken(&numbers)) {
        return Err(refuse(IssueFault::BrokenKey { whose: "the request's key", weakness }));
    }
    let stated = &options.details.purposes;
    let (granted, mut notices) = grant(&without(requested.clone(), stated), options.role);
    let granted = stated_over(granted, stated);
    let purposes = match options.role {
        Role::EndEntity => granted,
        Role::Authority { path_length } => {
            let wished = path_length.or(requested.purposes.path_length);
            Purposes { path_length: path_length_below(&issuers, path_length, wished).map_err(refuse)?, ..granted }
        }
    };
    for issuer in &issuers {
        let stated = |source| Error::CannotRead { input: ca_certificate.name().to_owned(), source };
        if let Some((name, why)) = issuer.forbids(&subject, &names).map_err(stated)? {
            return Err(refuse(IssueFault::NameNotPermitted { name, why }));
        }
    }
    let stated = authority.validity();
    let stated = stated.map_err(|source| Error::CannotRead { input: ca_certificate.name().to_owned(), source })?;
    let validity = validity_within(stated, now, options.end, &mut notices, refuse)?;

    let parameters = CertificateParameters {
        subject,
        subject_alt_names: names,
        validity,
        public_key,
        is_ca: options.role != Role::EndEntity,
    };
    let details = Details { purposes, ..options.details.clone() };
    let certificate = x509::issue(&parameters, &details, authority, &key, rng)
        .map_err(|source| Error::CannotMake { what: "the certificate", source })?;
    if !certificate.is_issued_by(authority) {
        return Err(Error::Unproved { finding: "the CA's key does not verify the certificate's signature".into() });
    }
    Ok(Signed { certificate, issuers, notices })
}

fn check_strength(whose: &'static str, algorithm: KeyAlgorithm) -> Result<(), IssueFault> {
    match algorithm {
        KeyAlgorithm::Rsa { bits } if bits < LEAST_RSA_BITS => {
            Err(IssueFault::WeakKey { whose, algorithm, least: LEAST_RSA_BITS })
        }
        _ => Ok(()),
    }
}

fn broken(numbers: &RsaNumbers) -> Option<Weakness> {
    examine(numbers).into_iter().find(|weakness| weakness.severity() == Severity::Broken)
}

/// A name that a request asks for and that is none, with the reason. A control character, such as the NUL of
/// `bank.example\0.evil.example`, makes some programs see another name than others.
fn unfit_name(subject: &DistinguishedName, names: &[SubjectAltName]) -> Option<(String, String)> {
    if subject.has_control_characters() {
        return Some((format!("subject `{subject}`"), "it has control characters".to_owned()));
    }
    names.iter().find_map(|name| match name {
        SubjectAltName::Dns(_) | SubjectAltName::Email(_) | SubjectAltName::Uri(_) => {
            let fault = SubjectAltName::parse(&name.to_string()).err()?;
            Some(("alternative name".to_owned(), fault.to_string()))
        }
        SubjectAltName::Ip(_) | SubjectAltName::Other(_) => None,
    })
}

/// From five minutes before `now`, and not outside the CA's own `stated` time.
fn validity_within(
    stated: Validity,
    now: Timestamp,
    end: End,
    notices: &mut Vec<Notice>,
    refuse: impl Fn(IssueFault) -> Error,
) -> Result<Validity, Error> {
    if now < stated.not_before {
        return Err(refuse(IssueFault::NotYetValid(stated.not_before)));
    }
    if now > stated.not_after {
        return Err(refuse(IssueFault::Expired(stated.not_after)));
    }
    let not_after = match end {
        End::At(end) if end > stated.not_after => {
            return Err(refuse(IssueFault::BeyondAuthority { asked: end, end: stated.not_after }));
        }
        End::AtLatest(end) if end > stated.not_after => {
            notices.push(Notice::EndsWithAuthority(stated.not_after));
            stated.not_after
        }
        End::At(end) | End::AtLatest(end) => end,
    };
    let mut validity = validity(now, not_after)?;
    validity.not_before = validity.not_before.max(stated.not_before);
    Ok(validity)
}

/// The pathLenConstraint of a CA below `issuers`, the nearest first: what was `asked` for, else the least of what is
/// `wished` and what they let.
fn path_length_below(issuers: &[Certificate], asked: Option<u8>, wished: Option<u8>) -> Result<Option<u8>, IssueFault> {
    // Each CA between an issuer and the new one uses up one; those that issue to themselves do not (RFC 5280 section
    // 4.2.1.9).
    let mut between = 0_u8;
    let mut allowed: Option<u8> = None;
    for issuer in issuers {
        if let Some(stated) = issuer.path_length() {
            let left = stated.checked_sub(between).and_then(|left| left.checked_sub(1));
            let left = left.ok_or_else(|| IssueFault::NoAuthorityBelow {
                issuer: issuer.subject().to_string(),
                path_length: stated,
            })?;
            allowed = Some(allowed.map_or(left, |so_far| so_far.min(left)));
        }
        between = between.saturating_add(u8::from(issuer.issuer() != issuer.subject()));
    }
    match (asked, allowed) {
        (Some(asked), Some(allowed)) if asked > allowed => Err(IssueFault::PathTooLong { asked, allowed }),
        (_, allowed) => Ok(match (wished, allowed) {
            (Some(wished), Some(allowed)) => Some(wished.min(allowed)),
            (wished, allowed) => wished.or(allowed),
        }),
    }
}

/// What a request asks for, but for the kinds that the CA states.
fn without(mut requested: Requested, stated: &Purposes) -> Requested {
    if !stated.key_uses.is_empty() {
        requested.purposes.key_uses.clear();
    }
    if !stated.extended_key_uses.is_empty() {
        requested.purposes.extended_key_uses.clear();
    }
    requested
}

/// What was granted, with what the CA states in its place.
fn stated_over(granted: Purposes, stated: &Purposes) -> Purposes {
    let mut uses = stated.clone();
    if uses.key_uses.is_empty() {
        uses.key_uses = granted.key_uses;
    }
    if uses.extended_key_uses.is_empty() {
        uses.extended_key_uses = granted.extended_key_uses;
        uses.extended_key_uses_are_critical = granted.extended_key_uses_are_critical;
    }
    uses
}

/// What of a request's wishes is granted, and what is not.
fn grant(requested: &Requested, role: Role) -> (Purposes, Vec<Notice>) {
    let mut left_out = Vec::new();
    if requested.is_ca && role == Role::EndEntity {
        left_out.push("basicConstraints CA:TRUE".to_owned());
    }
    let mut granted = Purposes::default();
    for wish in &requested.purposes.key_uses {
        match (role, wish) {
            (Role::Authority { .. }, KeyUse::KeyCertSign | KeyUse::CrlSign) => {}
            (_, KeyUse::KeyCertSign | KeyUse::CrlSign | KeyUse::EncipherOnly | KeyUse::DecipherOnly) => {
                left_out.push(format!("keyUsage {}", wish.name()));
            }
            (_, wish) => granted.key_uses.push(*wish),
        }
    }
    for wish in &requested.purposes.extended_key_uses {
        if HARMLESS_PURPOSES.contains(wish) {
            granted.extended_key_uses.push(*wish);
        } else {
            left_out.push(format!("extKeyUsage {}", wish.name()));
        }
    }
    left_out.extend(requested.others.iter().cloned());
    (granted, left_out.into_iter().map(Notice::RequestNotGranted).collect())
}

#[cfg(test)]
mod tests;
