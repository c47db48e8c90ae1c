//! One line of the log as octets: a JSON object (RFC 8259) whose last member is the digest of all that stands before it.

use std::fmt;
use std::str::FromStr;

use serde_json::{Map, Value, json};

use crate::clock::Timestamp;
use crate::crypto::{DigestAlgorithm, Fingerprint};
use crate::formats::json;
use crate::untrusted::json_escaped;

use super::record::{Actor, AuditOutcome, AuditRecord, AuditVerb, AuditedPair};
use super::verify::AuditFault;

/// What the first member of each line says: which kind of line it is, and which version of it.
const SCHEMA: &str = "certwright/audit/1";

/// What stands before the digest of a line, and after it.
const BEFORE_DIGEST: &str = ",\"sha256\":\"";
const AFTER_DIGEST: &str = "\"}";

/// Hexadecimal digits of a SHA-256.
const DIGITS: usize = 64;

/// As many octets as a text in a record may have; a longer one is cut, so that no line is too long to be read again.
const LONGEST_TEXT: usize = 1 << 10;

/// SHA-256 of a line's octets without its line end: what the next line names, and what can be kept elsewhere to prove
/// later that nothing was cut off or written anew.
///
/// ```
/// use certwright::operations::LineDigest;
///
/// let digest: LineDigest = "ab".repeat(32).parse()?;
/// assert_eq!(digest.to_string(), "ab".repeat(32));
/// # Ok::<(), certwright::operations::NotADigest>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct LineDigest(String);

/// The text is no SHA-256.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it is not 64 hexadecimal digits")]
pub struct NotADigest;

impl LineDigest {
    /// What the first line names, since no line is before it.
    pub(super) fn none() -> Self {
        Self("0".repeat(DIGITS))
    }

    /// The digest of these octets.
    pub(super) fn of(octets: &[u8]) -> Self {
        Self(Fingerprint::of(DigestAlgorithm::Sha256, octets).to_string())
    }

    /// Reads what a line itself says, in its one form.
    fn exact(text: &str) -> Option<Self> {
        text.parse().ok().filter(|digest: &Self| digest.0 == text)
    }
}

impl FromStr for LineDigest {
    type Err = NotADigest;

    /// Reads hexadecimal digits in either case, with or without `sha256:` before them.
    fn from_str(text: &str) -> Result<Self, NotADigest> {
        let digits = text.strip_prefix("sha256:").unwrap_or(text);
        let are_digits = digits.len() == DIGITS && digits.bytes().all(|octet| octet.is_ascii_hexdigit());
        are_digits.then(|| Self(digits.to_ascii_lowercase())).ok_or(NotADigest)
    }
}

impl fmt::Display for LineDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for LineDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LineDigest({self})")
    }
}

/// A line that is as it was written.
#[derive(Debug)]
pub(super) struct Link {
    /// Its number, counted from 1.
    pub(super) number: u64,
    /// The digest of the line before it.
    pub(super) previous: LineDigest,
    /// The digest of an unfinished line that stands between the two.
    pub(super) unfinished: Option<LineDigest>,
    /// All members.
    members: Map<String, Value>,
}

/// The octets of the line for `record`, without a line end.
pub(super) fn encode(
    record: &AuditRecord,
    number: u64,
    previous: &LineDigest,
    unfinished: Option<&LineDigest>,
) -> Vec<u8> {
    let mut members = json!({
        "schema": SCHEMA,
        "n": number,
        "prev": previous.to_string(),
        "time": record.time.to_string(),
        "host": cut(&record.actor.host),
        "user": cut(&record.actor.user),
        "verb": record.verb.word(),
        "outcome": record.outcome.word(),
        "name": cut(&record.name),
        "old": record.old.as_ref().map(pair),
        "new": record.new.as_ref().map(pair),
        "target": record.target.as_deref().map(cut),
        "detail": record.detail.as_deref().map(cut),
    });
    if let Some(unfinished) = unfinished {
        members["unfinished"] = unfinished.to_string().into();
    }
    let text = json_escaped(&members.to_string());
    let body = text.strip_suffix('}').unwrap_or(&text);
    let digest = LineDigest::of(body.as_bytes());
    format!("{body}{BEFORE_DIGEST}{digest}{AFTER_DIGEST}").into_bytes()
}

/// The beginning of `text`, all of it if it is not too long.
fn cut(text: &str) -> &str {
    let mut end = text.len().min(LONGEST_TEXT);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

fn pair(pair: &AuditedPair) -> Value {
    json!({
        "version": pair.version,
        "serial": cut(&pair.serial),
        "certificate_sha256": pair.certificate.to_string(),
        "spki_sha256": pair.key.to_string(),
        "not_after": pair.not_after.to_string(),
    })
}

/// What `octets` say of themselves and of the line before them.
pub(super) fn read(octets: &[u8]) -> Result<Link, AuditFault> {
    let (body, digest) = split(octets).ok_or_else(|| AuditFault::NotARecord(not_a_record(octets)))?;
    if LineDigest::of(body) != digest {
        return Err(AuditFault::Edited);
    }
    let members = json::object(octets).map_err(|why| AuditFault::NotARecord(format!("it {why}")))?;
    let text = |name: &str| members.get(name).and_then(Value::as_str);
    let number = members.get("n").and_then(Value::as_u64).filter(|number| *number > 0);
    let previous = text("prev").and_then(LineDigest::exact);
    let unfinished = text("unfinished").map(LineDigest::exact);
    let fault = |why: &str| Err(AuditFault::NotARecord(why.to_owned()));
    match (text("schema"), number, previous, unfinished) {
        (Some(SCHEMA), _, _, Some(None)) => fault("its `unfinished` is no digest"),
        (Some(SCHEMA), Some(number), Some(previous), unfinished) => {
            Ok(Link { number, previous, unfinished: unfinished.flatten(), members })
        }
        (Some(SCHEMA), None, ..) => fault("it has no number `n`"),
        (Some(SCHEMA), _, None, _) => fault("its `prev` is no digest"),
        _ => fault("its `schema` is not `certwright/audit/1`"),
    }
}

/// What the digest of a line is about, and the digest.
fn split(octets: &[u8]) -> Option<(&[u8], LineDigest)> {
    let rest = octets.strip_suffix(AFTER_DIGEST.as_bytes())?;
    let (rest, digits) = rest.split_at_checked(rest.len().checked_sub(DIGITS)?)?;
    let body = rest.strip_suffix(BEFORE_DIGEST.as_bytes())?;
    Some((body, LineDigest::exact(std::str::from_utf8(digits).ok()?)?))
}

fn not_a_record(octets: &[u8]) -> String {
    match json::object(octets) {
        Ok(_) => "it does not end with its digest".to_owned(),
        Err(why) => format!("it {why}"),
    }
}

impl Link {
    /// The record in the line; a phrase where a member is missing or unknown.
    pub(super) fn record(&self) -> Result<AuditRecord, String> {
        let members = &self.members;
        let unfit = |name: &str| format!("its member `{name}` is not one that this version knows");
        let text = |name: &str| members.get(name).and_then(Value::as_str).ok_or_else(|| unfit(name));
        let optional = |name: &str| match members.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(_) => Err(unfit(name)),
        };
        let pair = |name: &str| match members.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => read_pair(value).map(Some).ok_or_else(|| unfit(name)),
        };
        Ok(AuditRecord {
            time: text("time")?.parse().map_err(|_| unfit("time"))?,
            actor: Actor { host: text("host")?.to_owned(), user: text("user")?.to_owned() },
            verb: AuditVerb::from_word(text("verb")?).ok_or_else(|| unfit("verb"))?,
            outcome: AuditOutcome::from_word(text("outcome")?).ok_or_else(|| unfit("outcome"))?,
            name: text("name")?.to_owned(),
            old: pair("old")?,
            new: pair("new")?,
            target: optional("target")?,
            detail: optional("detail")?,
        })
    }

    /// When the line says that it was written.
    pub(super) fn time(&self) -> Option<Timestamp> {
        self.members.get("time").and_then(Value::as_str).and_then(|text| text.parse().ok())
    }
}

fn read_pair(value: &Value) -> Option<AuditedPair> {
    let text = |name: &str| value.get(name).and_then(Value::as_str);
    Some(AuditedPair {
        version: value.get("version")?.as_u64()?.try_into().ok()?,
        serial: text("serial")?.to_owned(),
        certificate: Fingerprint::from_hex(text("certificate_sha256")?)?,
        key: Fingerprint::from_hex(text("spki_sha256")?)?,
        not_after: text("not_after")?.parse().ok()?,
    })
}
