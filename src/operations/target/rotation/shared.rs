//! Steps and phrases that several services share.

use super::Piece::{File, PublicKey, Text};
use super::Way::Command;
use super::Which::Next;
use super::{Piece, Step};
use crate::operations::create::Part::Key;

pub(super) const PLAIN: &str = "follows from the play";

pub(super) const ASK_WITH_NEXT: &[Piece] =
    &[Text("log in once with the next key; while the service does not know it, wait and try again")];

pub(super) const WATCH: Step =
    Step { what: &[Text("watch for logins that fail until every client has the new files")], ways: &[], source: PLAIN };

pub(super) const WRITE_PUBLIC_KEY: Step = Step {
    what: &[Text("write the public half of the next key to "), PublicKey],
    ways: &[Command(&[Text("certwright convert"), File(Next, Key), Text("--to public --out"), PublicKey])],
    source: PLAIN,
};
