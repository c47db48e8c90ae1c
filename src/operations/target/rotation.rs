//! How a service comes to trust the next key or certificate: for each target the plays, and the steps of each, as data.

mod box_com;
mod docusign;
mod entra;
mod general;
mod google;
mod netsuite;
mod okta;
mod salesforce;
mod shared;
mod snowflake;

use crate::operations::create::Part;
use crate::operations::rotate::Play;

use super::Target;

/// Every service that has rules of its own, in alphabetical order.
static ROTATIONS: &[Rotation] =
    &[box_com::ROW, docusign::ROW, entra::ROW, google::ROW, netsuite::ROW, okta::ROW, salesforce::ROW, snowflake::ROW];

/// What holds for all others.
static GENERAL: Rotation = general::ROW;

/// What is known of a service that matters when its key or certificate is changed.
#[derive(Debug, PartialEq, Eq)]
pub struct Rotation {
    /// The target's name on the command line; empty in the row for services that are not known.
    pub target: &'static str,
    /// How many keys or certificates the service holds for one app, as a phrase.
    pub holds: &'static str,
    /// How it finds the one that a token was signed for, as a phrase.
    pub finds_by: &'static str,
    /// What it does when the certificate has ended.
    pub expiry: Expiry,
    /// How long it may be until it knows what was uploaded, as a phrase.
    pub wait: &'static str,
    /// The plays that there are; the first is the usual one.
    pub plays: &'static [PlayRow],
    /// Where this is known from.
    pub source: &'static str,
}

/// What a service does when a certificate has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expiry {
    /// It does not look, since it holds no certificate.
    NoCertificate,
    /// It refuses the key.
    Refused,
    /// Nobody can tell: its sources contradict each other, or there are none.
    Unclear,
}

/// One play for one service.
#[derive(Debug, PartialEq, Eq)]
pub struct PlayRow {
    /// Which play.
    pub play: Play,
    /// When it is the one to choose, as a phrase.
    pub when: &'static str,
    /// What to do before the next version is activated, in order.
    pub before: &'static [Step],
    /// How to know that the service took it, before the client depends on it.
    pub proof: &'static [Step],
    /// What the client must change, all at once.
    pub changes: &'static [Change],
    /// What to do once the next version is in use.
    pub after: &'static [Step],
    /// What to do at the service so that the version before can be used again.
    pub back: &'static [Step],
}

/// Something for a person to do.
#[derive(Debug, PartialEq, Eq)]
pub struct Step {
    /// What, as a sentence without its full stop.
    pub what: &'static [Piece],
    /// How: one or more ways, of which one is enough.
    pub ways: &'static [Way],
    /// Where this is known from.
    pub source: &'static str,
}

/// A way to do a step.
#[derive(Debug, PartialEq, Eq)]
pub enum Way {
    /// A line for a shell.
    Command(&'static [Piece]),
    /// Menus to go through.
    Menu(&'static [Piece]),
    /// A statement or a request, in the service's own language.
    Statement(&'static [Piece]),
}

/// A piece of a step's text. In a command each piece is one word, but for [`Piece::Text`], which may hold several between
/// spaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece {
    /// These words.
    Text(&'static str),
    /// The path of a file of the set.
    File(Which, Part),
    /// The same after these characters, as one word.
    FileAfter(&'static str, Which, Part),
    /// The path of the file with the next key's public half, which an earlier step writes.
    PublicKey,
    /// The path of the file with the next key's public half as a JWK, which an earlier step writes.
    PublicJwk,
    /// Something that tells a key or certificate from others.
    Mark(Which, Mark),
    /// What only its reader knows, such as `APP_ID`.
    Yours(&'static str),
}

/// Which version of the set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Which {
    /// The one in use.
    Current,
    /// The one that is prepared.
    Next,
}

/// What tells a key or certificate from others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Mark {
    /// SHA-256 of the certificate, in hexadecimal digits.
    Certificate,
    /// SHA-1 of the certificate, in hexadecimal digits: the thumbprint that portals show.
    CertificateSha1,
    /// SHA-256 of the key's SubjectPublicKeyInfo in base64, as Snowflake writes it.
    KeyBase64,
    /// The JWK thumbprint of RFC 7638.
    Jwk,
}

/// Something that the client must change together with all else in its list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// The files of the set; activation swaps them.
    Files,
    /// The id of the app.
    ClientId,
    /// The name of the key in the header, which the service gave when the key was uploaded.
    GivenKeyId(&'static str),
    /// The name of the key in the header, which follows from the key or certificate.
    ComputedKeyId(&'static str),
}

impl Rotation {
    /// The row of a target; the general one for services that are not known and for what only opens keystores.
    #[must_use]
    pub fn of(target: Option<&Target>) -> &'static Self {
        let named = target.and_then(|target| ROTATIONS.iter().find(|row| row.target == target.name));
        named.unwrap_or(&GENERAL)
    }

    /// Every row, the general one last.
    pub fn all() -> impl Iterator<Item = &'static Self> {
        ROTATIONS.iter().chain(std::iter::once(&GENERAL))
    }

    /// The play that is chosen unless somebody chooses another.
    #[must_use]
    pub fn usual(&self) -> Play {
        self.plays.first().map_or(Play::InPlace, |row| row.play)
    }

    /// The steps of a play; `None` where the service has no such play.
    #[must_use]
    pub fn play(&self, play: Play) -> Option<&'static PlayRow> {
        self.plays.iter().find(|row| row.play == play)
    }
}

impl PlayRow {
    /// What the service calls the key's id that the client must be given, if it makes one up at the upload.
    #[must_use]
    pub fn given_key_id(&self) -> Option<&'static str> {
        self.changes.iter().find_map(|change| match change {
            Change::GivenKeyId(name) => Some(*name),
            _ => None,
        })
    }
}

impl Which {
    /// A stable word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::Next => "next",
        }
    }
}

impl Expiry {
    /// A stable word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::NoCertificate => "no_certificate",
            Self::Refused => "refused",
            Self::Unclear => "unclear",
        }
    }

    /// A sentence without its full stop.
    #[must_use]
    pub fn describe(self) -> &'static str {
        match self {
            Self::NoCertificate => "it holds no certificate, so no date ends the key",
            Self::Refused => "it refuses a certificate that has ended",
            Self::Unclear => "whether it takes a certificate that has ended is not known: renew in time",
        }
    }
}

impl Change {
    /// What to change, as a phrase.
    #[must_use]
    pub fn describe(self) -> String {
        match self {
            Self::Files => "the files of the set, which activation swaps".to_owned(),
            Self::ClientId => "the id of the app".to_owned(),
            Self::GivenKeyId(name) => format!("`{name}`, which the service gave for the new key"),
            Self::ComputedKeyId(name) => format!("`{name}`, which follows from the new files"),
        }
    }
}

#[cfg(test)]
mod tests;
