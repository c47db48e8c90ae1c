//! The members that a set of a list may have: one row each, for TOML and CSV alike.

use certwright::untrusted::Untrusted;

/// What a list is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ListFor {
    /// `create --batch`.
    Create,
    /// `rotate auto --config`.
    Rotate,
}

/// One member.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    /// Whether `create` has a use for it too.
    is_common: bool,
}

/// What a member holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Number,
    Switch,
    Text,
    Texts,
}

/// The parts of a subject that stand in place of a whole one.
pub(super) const SUBJECT_PARTS: &[&str] = &["cn", "org", "org_unit", "country", "state", "locality", "email"];

/// What each set has of its own, so that no default can give it.
const OWN: &[&str] = &["name", "key"];

const fn common(name: &'static str, kind: Kind) -> Member {
    Member { name, kind, is_common: true }
}

const fn of_rotation(name: &'static str, kind: Kind) -> Member {
    Member { name, kind, is_common: false }
}

const MEMBERS: &[Member] = &[
    of_rotation("activate", Kind::Switch),
    common("alias", Kind::Text),
    of_rotation("allow_weaker", Kind::Switch),
    of_rotation("before", Kind::Text),
    common("cn", Kind::Text),
    common("country", Kind::Text),
    common("days", Kind::Number),
    common("dir", Kind::Text),
    common("email", Kind::Text),
    common("encrypt_key", Kind::Switch),
    of_rotation("grace", Kind::Text),
    of_rotation("hook", Kind::Texts),
    of_rotation("hook_timeout", Kind::Text),
    of_rotation("keep", Kind::Number),
    of_rotation("key", Kind::Text),
    of_rotation("link", Kind::Switch),
    common("locality", Kind::Text),
    common("name", Kind::Text),
    common("only", Kind::Texts),
    common("org", Kind::Text),
    common("org_unit", Kind::Texts),
    of_rotation("passin", Kind::Texts),
    common("passout", Kind::Text),
    of_rotation("play", Kind::Text),
    common("san", Kind::Texts),
    common("state", Kind::Text),
    common("subject", Kind::Text),
    common("target", Kind::Text),
    common("type", Kind::Text),
];

impl Kind {
    /// The kind, as what a value has to be.
    pub(super) const fn wanted(self) -> &'static str {
        match self {
            Self::Number => "a number from 0 to 4294967295",
            Self::Switch => "true or false",
            Self::Text => "a text",
            Self::Texts => "a text or a list of texts",
        }
    }
}

impl Member {
    /// The member of this name, where `wanted` has a use for it; in the defaults only what sets can share.
    ///
    /// # Errors
    /// What is wrong with the name, as a phrase.
    pub(super) fn named(name: &str, wanted: ListFor, in_defaults: bool) -> Result<&'static Self, String> {
        let Some(member) = MEMBERS.iter().find(|member| member.name == name) else {
            let shown = Untrusted(name);
            return Err(match near(name) {
                Some(near) => format!("`{shown}` is no member; there is `{near}`"),
                None => format!("`{shown}` is no member; there are {}", all(wanted)),
            });
        };
        if wanted == ListFor::Create && !member.is_common {
            return Err(format!("`{name}` is for `rotate auto --config`, and `create --batch` has no use for it"));
        }
        if in_defaults && OWN.contains(&member.name) {
            return Err(format!("`{name}` is each set's own, so the defaults cannot give it"));
        }
        Ok(member)
    }
}

/// The member that somebody may have meant: written as an option, or as other lists write it.
fn near(name: &str) -> Option<&'static str> {
    let plain = |name: &str| name.to_lowercase().replace(['-', '_', ' '], "");
    let plainly = plain(name);
    let meant = match plainly.as_str() {
        "for" => "target",
        "commonname" => "cn",
        "keytype" => "type",
        "sans" | "subjectaltname" => "san",
        "parts" => "only",
        "folder" | "directory" => "dir",
        "threshold" => "before",
        "password" => "passout",
        _ => return MEMBERS.iter().find(|member| plain(member.name) == plainly).map(|member| member.name),
    };
    Some(meant)
}

/// The names of all members, in a sentence.
fn all(wanted: ListFor) -> String {
    let usable = MEMBERS.iter().filter(|member| wanted == ListFor::Rotate || member.is_common);
    usable.map(|member| member.name).collect::<Vec<_>>().join(", ")
}
