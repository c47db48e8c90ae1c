//! openssl's configuration files, config(5): text to sections of names and values.
//!
//! Read: sections, comments, lines continued by `\`, the three kinds of quotes, escapes, and the variables `$name`,
//! `${name}`, `$(name)`, `$section::name` and `$ENV::NAME`, each as far as it is defined above its use. Refused:
//! `.include`, which reads another file, and any `.pragma` that changes these rules.

mod text;

use certwright::untrusted::Untrusted;

use crate::exit::ExitStatus;
use crate::report::Failure;

/// Where names stand that no section has.
const DEFAULT_SECTION: &str = "default";

/// A file that was read.
#[derive(Debug)]
pub(super) struct Config {
    file: String,
    /// Whether it is the one that openssl comes with, and the reader never saw.
    built_in: bool,
    sections: Sections,
}

/// Each section's name and entries.
type Sections = Vec<(String, Vec<Entry>)>;

/// One `name = value`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) value: String,
    /// Its line in the file, from 1; of several that are one by continuation, the last.
    pub(super) line: usize,
}

/// How a variable of the environment is looked up.
pub(super) type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

impl Config {
    /// Reads the `text` of `file`.
    ///
    /// # Errors
    /// A [`Failure`] that names file and line.
    pub(super) fn parse(file: &str, text: &str, environment: Environment<'_>) -> Result<Self, Failure> {
        let sections = vec![(DEFAULT_SECTION.to_owned(), Vec::new())];
        let mut config = Self { file: file.to_owned(), built_in: false, sections };
        text::read(text, &mut config.sections, environment).map_err(|(line, fault)| config.fault(line, &fault))?;
        Ok(config)
    }

    /// The file of openssl's own defaults, as far as requests go.
    ///
    /// # Errors
    /// Never in practice: the text is fixed.
    pub(super) fn built_in() -> Result<Self, Failure> {
        let config = Self::parse("openssl's own openssl.cnf", BUILT_IN, &|_| None)?;
        Ok(Self { built_in: true, ..config })
    }

    /// Whether this is the file of openssl's own defaults.
    pub(super) const fn is_built_in(&self) -> bool {
        self.built_in
    }

    /// The entries of a section, each name once, or `None` where there is no such section.
    pub(super) fn section(&self, name: &str) -> Option<&[Entry]> {
        self.sections.iter().find(|(known, _)| known == name).map(|(_, entries)| entries.as_slice())
    }

    /// The entries before all sections.
    pub(super) fn top(&self) -> &[Entry] {
        self.section(DEFAULT_SECTION).unwrap_or_default()
    }

    /// The entry of this name in the section, else before all sections.
    pub(super) fn entry(&self, section: &str, name: &str) -> Option<&Entry> {
        let in_section = |section: &str| self.section(section)?.iter().find(|entry| entry.name == name);
        in_section(section).or_else(|| in_section(DEFAULT_SECTION))
    }

    /// The value of this name in the section, else before all sections.
    pub(super) fn value(&self, section: &str, name: &str) -> Option<&str> {
        self.entry(section, name).map(|entry| entry.value.as_str())
    }

    /// The section that `entry` names.
    ///
    /// # Errors
    /// A [`Failure`] when there is none.
    pub(super) fn section_of(&self, entry: &Entry) -> Result<&[Entry], Failure> {
        let name = entry.value.as_str();
        self.section(name).ok_or_else(|| {
            self.fault(entry.line, &format!("`{}` names the section `{}`, which is not there", entry.name, shown(name)))
        })
    }

    /// What is wrong with an entry.
    pub(super) fn fault_at(&self, entry: &Entry, fault: &str) -> Failure {
        self.fault(entry.line, &format!("`{}`: {fault}", shown(&entry.name)))
    }

    /// What is wrong with the file as a whole.
    pub(super) fn fault_of_file(&self, fault: &str) -> Failure {
        Failure::new("configuration", ExitStatus::Failed, format!("`{}`: {}", shown(&self.file), shown(fault)))
    }

    fn fault(&self, line: usize, fault: &str) -> Failure {
        Failure::new(
            "configuration",
            ExitStatus::Failed,
            format!("`{}`, line {line}: {}", shown(&self.file), shown(fault)),
        )
    }
}

fn shown(text: &str) -> String {
    Untrusted(text).to_string()
}

/// The sections of upstream's `openssl.cnf` that make a request, with the questions that it asks.
const BUILT_IN: &str = r#"
[req]
default_bits = 2048
default_keyfile = privkey.pem
distinguished_name = req_distinguished_name
attributes = req_attributes
x509_extensions = v3_ca
string_mask = utf8only

[req_distinguished_name]
countryName = Country Name (2 letter code)
countryName_default = AU
countryName_min = 2
countryName_max = 2
stateOrProvinceName = State or Province Name (full name)
stateOrProvinceName_default = Some-State
localityName = Locality Name (eg, city)
0.organizationName = Organization Name (eg, company)
0.organizationName_default = Internet Widgits Pty Ltd
organizationalUnitName = Organizational Unit Name (eg, section)
commonName = Common Name (e.g. server FQDN or YOUR name)
commonName_max = 64
emailAddress = Email Address
emailAddress_max = 64

[req_attributes]
challengePassword = A challenge password
challengePassword_min = 4
challengePassword_max = 20
unstructuredName = An optional company name

[usr_cert]
basicConstraints = CA:FALSE
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid,issuer

[v3_req]
basicConstraints = CA:FALSE
keyUsage = nonRepudiation, digitalSignature, keyEncipherment

[v3_ca]
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid:always,issuer
basicConstraints = critical,CA:true
"#;

#[cfg(test)]
mod tests;
