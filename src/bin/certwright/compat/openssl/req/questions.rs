//! The subject where the line does not give it: asked for with openssl's questions, or as the configuration says it.

use certwright::formats::x509::DistinguishedName;
use certwright::untrusted::Untrusted;

use super::settings::Settings;
use crate::compat::openssl::config::{Config, Entry};
use crate::compat::openssl::subject::escaped;
use crate::compat::session::Session;
use crate::report::Failure;

const PREAMBLE: &str = "You are about to be asked to enter information that will be incorporated\n\
    into your certificate request.\n\
    What you are about to enter is what is called a Distinguished Name or a DN.\n\
    There are quite a few fields but you can leave some blank\n\
    For some fields there will be a default value,\n\
    If you enter '.', the field will be left blank.\n\
    -----\n";
const EXTRA: &str = "\nPlease enter the following 'extra' attributes\nto be sent with your certificate request\n";

/// The option that answers all of them.
const OPTION: &str = "-subj";

/// Endings of names that say something of another entry.
const ABOUT: [&str; 4] = ["_min", "_max", "_default", "_value"];

/// Gets the subject by the configuration; `asks` is off with `-batch`. `is_request` tells a request from a certificate,
/// which has no further attributes.
///
/// # Errors
/// A [`Failure`] when an answer is missing, or the configuration names what cannot be written.
pub(super) fn subject(
    settings: &Settings,
    session: &Session<'_>,
    asks: bool,
    is_request: bool,
) -> Result<DistinguishedName, Failure> {
    let config = &settings.config;
    let entry = settings
        .entry("distinguished_name")
        .ok_or_else(|| config.fault_of_file("it has no `distinguished_name`, and no `-subj` was given"))?;
    let fields = config.section_of(entry)?;
    let extra = match settings.entry("attributes") {
        Some(entry) if is_request => config.section_of(entry)?,
        _ => &[],
    };
    let speaks = settings.value("prompt") != Some("no");
    let form = Form { config, section: &entry.value, session, asks };
    let (name, taken) = if speaks { form.by_asking(fields)? } else { (form.as_stated(fields)?, Vec::new()) };
    if name.is_empty() {
        return Err(
            Failure::usage("every field of the subject was left empty").hint("give at least one, or use `-subj`")
        );
    }
    match (speaks, extra.first()) {
        (true, Some(_)) if asks => {
            let extra_section = settings.value("attributes").unwrap_or_default();
            Form { section: extra_section, ..form }.attributes(extra)?;
        }
        (false, Some(first)) => {
            return Err(config.fault_at(first, "attributes of a request other than extensions are not offered here"));
        }
        _ => {}
    }
    if config.is_built_in() && !taken.is_empty() {
        let how = if asks { "`.` leaves a field empty" } else { "`-subj` gives another subject" };
        session.notice(&format!("openssl's own defaults stand in the subject: {}; {how}", taken.join(", ")));
    }
    Ok(name)
}

struct Form<'a> {
    config: &'a Config,
    section: &'a str,
    session: &'a Session<'a>,
    asks: bool,
}

/// The type of a field, without what stands before it to tell several apart, and whether it joins the one before it.
fn kind(name: &str) -> (&str, bool) {
    let bare = match name.find([':', ',', '.']) {
        Some(at) if at + 1 < name.len() => &name[at + 1..],
        _ => name,
    };
    bare.strip_prefix('+').map_or((bare, false), |bare| (bare, true))
}

impl Form<'_> {
    /// `prompt = no`: the values are the subject.
    fn as_stated(&self, fields: &[Entry]) -> Result<DistinguishedName, Failure> {
        let mut slashes = String::new();
        for entry in fields {
            self.check(entry, &entry.value).map_err(|fault| self.config.fault_at(entry, &fault))?;
            push(&mut slashes, entry, &entry.value);
        }
        parsed(&slashes)
    }

    /// Asks for each field; also gives the defaults that Enter took.
    fn by_asking(&self, fields: &[Entry]) -> Result<(DistinguishedName, Vec<String>), Failure> {
        if self.asks {
            self.session.context.printer.say(PREAMBLE);
        }
        let mut slashes = String::new();
        let mut taken = Vec::new();
        for entry in fields.iter().filter(|entry| !ABOUT.iter().any(|ending| entry.name.ends_with(ending))) {
            self.known(entry)?;
            let (value, is_default) = self.answer(entry, |value| self.check(entry, value))?;
            if value.is_empty() {
                continue;
            }
            if is_default {
                taken.push(format!("{}={value}", kind(&entry.name).0));
            }
            push(&mut slashes, entry, &value);
        }
        Ok((parsed(&slashes)?, taken))
    }

    /// The further attributes of a request. Its reader would read a challenge password too: it is not written.
    fn attributes(&self, fields: &[Entry]) -> Result<(), Failure> {
        self.session.context.printer.say(EXTRA);
        let mut left_out = Vec::new();
        for entry in fields.iter().filter(|entry| !ABOUT.iter().any(|ending| entry.name.ends_with(ending))) {
            let (value, _) = self.answer(entry, |_| Ok(()))?;
            left_out.extend((!value.is_empty()).then(|| kind(&entry.name).0.to_owned()));
        }
        if !left_out.is_empty() {
            let names = left_out.join(" and ");
            self.session.notice(&format!(
                "left out of the request, where everybody could read it, and for which few CAs ask: {names}"
            ));
        }
        Ok(())
    }

    /// The answer to a field's question, which may be empty, and whether it is the default.
    fn answer(&self, entry: &Entry, check: impl Fn(&str) -> Result<(), String>) -> Result<(String, bool), Failure> {
        let about = |ending: &str| self.config.value(self.section, &format!("{}{ending}", entry.name));
        let default = about("_default").unwrap_or_default();
        let number = |ending: &str| about(ending).and_then(|text| text.parse::<usize>().ok());
        let (least, most) = (number("_min"), number("_max"));
        let fits = |value: &str| match value.len() {
            length if least.is_some_and(|least| length < least) => {
                Err(format!("String too short, must be at least {} bytes long", least.unwrap_or_default()))
            }
            length if most.is_some_and(|most| length > most) => {
                Err(format!("String too long, must be at most {} bytes long", most.unwrap_or_default()))
            }
            _ => check(value),
        };
        if let Some(stated) = about("_value").or((!self.asks).then_some(default)) {
            let fault = |fault: String| self.config.fault_at(entry, &fault);
            return if stated.is_empty() {
                Ok((String::new(), true))
            } else {
                fits(stated).map_err(fault).map(|()| (stated.to_owned(), true))
            };
        }
        loop {
            let typed = self.session.answers.line(&format!("{} [{default}]:", entry.value), OPTION)?;
            let typed = typed.trim_ascii();
            let value = match typed {
                "." => return Ok((String::new(), false)),
                "" if default.is_empty() => return Ok((String::new(), false)),
                "" => default,
                typed => typed,
            };
            match fits(value) {
                Ok(()) => return Ok((value.to_owned(), typed.is_empty())),
                Err(reason) => self.session.context.printer.say(&format!("{}\n", Untrusted(&reason))),
            }
        }
    }

    /// Whether the field's attribute can hold `value`.
    fn check(&self, entry: &Entry, value: &str) -> Result<(), String> {
        let (kind, _) = kind(&entry.name);
        DistinguishedName::parse(&format!("/{}", escaped(kind, value))).map(drop).map_err(|fault| fault.to_string())
    }

    fn known(&self, entry: &Entry) -> Result<(), Failure> {
        match DistinguishedName::parse(&format!("/{}=x", kind(&entry.name).0)) {
            Err(fault @ certwright::formats::x509::NameError::UnknownAttribute { .. }) => {
                Err(self.config.fault_at(entry, &fault.to_string()))
            }
            _ => Ok(()),
        }
    }
}

fn push(slashes: &mut String, entry: &Entry, value: &str) {
    let (kind, joins) = kind(&entry.name);
    slashes.push(if joins && !slashes.is_empty() { '+' } else { '/' });
    slashes.push_str(&escaped(kind, value));
}

fn parsed(slashes: &str) -> Result<DistinguishedName, Failure> {
    DistinguishedName::parse(slashes).map_err(|fault| Failure::usage(fault.to_string()))
}
