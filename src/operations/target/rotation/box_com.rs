//! Box: several public keys with ids that Box gives.

use super::Piece::{File, PublicKey, Text, Yours};
use super::Way::{Command, Menu};
use super::Which::Next;
use super::shared::{ASK_WITH_NEXT, WATCH, WRITE_PUBLIC_KEY};
use super::{Change, Expiry, PlayRow, Rotation, Step};
use crate::operations::create::Part::Key;
use crate::operations::rotate::Play;

/// What is known of it.
pub(super) const ROW: Rotation = Rotation {
    target: "box",
    holds: "several public keys for an app",
    finds_by: "the header's `kid`, the public key's id",
    expiry: Expiry::NoCertificate,
    wait: "nothing is said of a wait",
    plays: &[PlayRow {
        play: Play::Overlap,
        when: "the app holds both keys for a while",
        before: &[
            WRITE_PUBLIC_KEY,
            Step {
                what: &[Text("add the public key to the app, and note the id that it is given (`publicKeyID`)")],
                ways: &[Menu(&[
                    Text("Developer Console > Platform Apps > "),
                    Yours("APP"),
                    Text(" > Configuration > Add and Manage Public Keys > Add a Public Key > the text of "),
                    PublicKey,
                    Text(" > Verify and Save"),
                ])],
                source: "developer.box.com, jwt-setup; the account needs two-factor authentication",
            },
        ],
        proof: &[Step {
            what: ASK_WITH_NEXT,
            ways: &[Command(&[
                Text("certwright login --for box --client-id"),
                Yours("CLIENT_ID"),
                Text("--username"),
                Yours("ENTERPRISE_ID"),
                Text("--kid"),
                Yours("PUBLIC_KEY_ID"),
                Text("--client-secret prompt --key"),
                File(Next, Key),
            ])],
            source: "developer.box.com, JWT without SDK",
        }],
        changes: &[Change::Files, Change::GivenKeyId("publicKeyID")],
        after: &[WATCH, WITHDRAW],
        back: &[],
    }],
    source: "developer.box.com, jwt-setup; rapltech/box-sdk#37",
};

const WITHDRAW: Step = Step {
    what: &[Text("delete the old key once nothing signs with it; access tokens that were given out end by themselves")],
    ways: &[Menu(&[
        Text("Developer Console > Platform Apps > "),
        Yours("APP"),
        Text(" > Configuration > Add and Manage Public Keys > the old key > Remove"),
    ])],
    source: "developer.box.com, jwt-setup",
};
