//! Who a certificate is for: the subject and its alternative names, as they are typed.

use certwright::formats::x509::{AttributeKind, SubjectAltName, SubjectAltNameError};
use clap::Args;

/// One part of a subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum SubjectField {
    Country,
    State,
    Locality,
    Organization,
    OrganizationalUnit,
    CommonName,
    Email,
}

impl SubjectField {
    /// Each part with the words in which openssl asks for it, in openssl's order.
    pub(crate) const QUESTIONS: [(Self, &'static str); 7] = [
        (Self::Country, "Country Name (2 letter code)"),
        (Self::State, "State or Province Name"),
        (Self::Locality, "Locality Name"),
        (Self::Organization, "Organization Name"),
        (Self::OrganizationalUnit, "Organizational Unit Name"),
        (Self::CommonName, "Common Name"),
        (Self::Email, "Email Address"),
    ];

    /// The part's attribute in X.520.
    pub(crate) const fn kind(self) -> AttributeKind {
        match self {
            Self::Country => AttributeKind::Country,
            Self::State => AttributeKind::State,
            Self::Locality => AttributeKind::Locality,
            Self::Organization => AttributeKind::Organization,
            Self::OrganizationalUnit => AttributeKind::OrganizationalUnit,
            Self::CommonName => AttributeKind::CommonName,
            Self::Email => AttributeKind::Email,
        }
    }

    /// Whether the part can be `value`: what its attribute takes, and for an e-mail address one `@` between two words
    /// of ASCII.
    ///
    /// # Errors
    /// What is wrong with it, as a phrase.
    pub(crate) fn validate(self, value: &str) -> Result<(), String> {
        self.kind().validate(value).map_err(|fault| fault.to_string())?;
        let is_address = || match value.split_once('@') {
            Some((mailbox, domain)) => {
                let is_part = |part: &str| !part.is_empty() && part.bytes().all(|octet| octet.is_ascii_graphic());
                is_part(mailbox) && is_part(domain) && !domain.contains('@')
            }
            None => false,
        };
        if self == Self::Email && !is_address() {
            return Err("an e-mail address is ASCII and has one `@` with something on both sides".to_owned());
        }
        Ok(())
    }

    /// The option that gives this part.
    pub(crate) const fn option(self) -> &'static str {
        match self {
            Self::Country => "--country",
            Self::State => "--state",
            Self::Locality => "--locality",
            Self::Organization => "--org",
            Self::OrganizationalUnit => "--org-unit",
            Self::CommonName => "--cn",
            Self::Email => "--email",
        }
    }
}

/// Under which heading help pages list what names the subject.
const SUBJECT: &str = "Subject";

/// Who the certificate is for.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct SubjectArgs {
    /// Give the common name, such as a host or a service
    #[arg(long, help_heading = SUBJECT, value_name = "NAME")]
    pub(crate) cn: Option<String>,
    /// Give the organization
    #[arg(long, help_heading = SUBJECT, value_name = "NAME")]
    pub(crate) org: Option<String>,
    /// Give an organizational unit; may be repeated
    #[arg(long, help_heading = SUBJECT, value_name = "NAME")]
    pub(crate) org_unit: Vec<String>,
    /// Give the country in two letters
    #[arg(long, help_heading = SUBJECT, value_name = "CC")]
    pub(crate) country: Option<String>,
    /// Give the state or province
    #[arg(long, help_heading = SUBJECT, value_name = "NAME")]
    pub(crate) state: Option<String>,
    /// Give the town
    #[arg(long, help_heading = SUBJECT, value_name = "NAME")]
    pub(crate) locality: Option<String>,
    /// Give the e-mail address that stands in the subject
    #[arg(long, help_heading = SUBJECT, value_name = "ADDRESS")]
    pub(crate) email: Option<String>,
    /// Give the whole subject, as `CN=…,O=…` or `/CN=…/O=…`
    #[arg(
        long,
        help_heading = SUBJECT,
        value_name = "TEXT",
        conflicts_with_all = ["cn", "org", "org_unit", "country", "state", "locality", "email"]
    )]
    pub(crate) subject: Option<String>,
}

/// The subject that was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SubjectInput {
    /// Nothing was given.
    Missing,
    /// `--subject`, still to be parsed by the library.
    Text(String),
    /// The single options, in the order in which openssl writes them.
    Fields(Vec<(SubjectField, String)>),
}

/// Why `--subject` cannot be what the user typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SubjectFault {
    /// Git Bash took `/CN=…` for a path and put its own folder before it.
    #[error("`--subject` is a Windows path, not a name: Git Bash made it out of `/CN=…`")]
    ChangedByGitBash,
    /// `//CN=x\O=y`, which guards against the above in Git Bash and means nothing elsewhere.
    #[error("`--subject` begins with `//`, a form that only Git Bash turns into a name")]
    WrittenForGitBash,
}

impl SubjectArgs {
    /// The subject, once.
    ///
    /// # Errors
    /// [`SubjectFault`] when a shell has changed the text.
    pub(crate) fn input(&self) -> Result<SubjectInput, SubjectFault> {
        if let Some(text) = &self.subject {
            check_shell(text)?;
            return Ok(SubjectInput::Text(text.clone()));
        }
        let single = |field, value: &Option<String>| value.clone().map(|value| (field, value));
        let mut fields = Vec::new();
        fields.extend(single(SubjectField::Country, &self.country));
        fields.extend(single(SubjectField::State, &self.state));
        fields.extend(single(SubjectField::Locality, &self.locality));
        fields.extend(single(SubjectField::Organization, &self.org));
        fields.extend(self.org_unit.iter().map(|unit| (SubjectField::OrganizationalUnit, unit.clone())));
        fields.extend(single(SubjectField::CommonName, &self.cn));
        fields.extend(single(SubjectField::Email, &self.email));
        Ok(if fields.is_empty() { SubjectInput::Missing } else { SubjectInput::Fields(fields) })
    }
}

/// Refuses what Git Bash makes of `/CN=…`. No name begins with a drive letter and `:/`, nor with `//`.
fn check_shell(text: &str) -> Result<(), SubjectFault> {
    match text.as_bytes() {
        [drive, b':', b'/' | b'\\', ..] if drive.is_ascii_alphabetic() => Err(SubjectFault::ChangedByGitBash),
        [b'/', b'/', ..] => Err(SubjectFault::WrittenForGitBash),
        _ => Ok(()),
    }
}

/// The other names a certificate holds for.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct SanArgs {
    /// Add an alternative name, such as dns:example.com or ip:192.0.2.1; may be repeated
    #[arg(long, help_heading = SUBJECT, value_name = "KIND:VALUE")]
    pub(crate) san: Vec<String>,
}

impl SanArgs {
    /// The names, each once.
    ///
    /// # Errors
    /// [`SubjectAltNameError`] for the first that is no name.
    pub(crate) fn names(&self) -> Result<Vec<SubjectAltName>, SubjectAltNameError> {
        let mut names = Vec::with_capacity(self.san.len());
        for name in &self.san {
            let name = SubjectAltName::parse(name)?;
            if !names.contains(&name) {
                names.push(name);
            }
        }
        Ok(names)
    }
}
