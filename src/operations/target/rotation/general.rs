//! A service that is not known, or a program that opens keystores.

use super::Piece::{File, Text};
use super::Way::Command;
use super::Which::{Current, Next};
use super::shared::{PLAIN, WATCH};
use super::{Change, Expiry, PlayRow, Rotation, Step};
use crate::operations::create::Part::{Certificate, Key};
use crate::operations::rotate::Play;

/// What holds for it.
pub(super) const ROW: Rotation = Rotation {
    target: "",
    holds: "one certificate, unless its documentation says that it takes more",
    finds_by: "what its documentation says",
    expiry: Expiry::Unclear,
    wait: "as long as its documentation says",
    plays: &[
        PlayRow {
            play: Play::InPlace,
            when: "the service holds one certificate, or a program reads the files",
            before: &[
                Step {
                    what: &[
                        Text("have the client try "),
                        File(Next, Key),
                        Text(" where "),
                        File(Current, Key),
                        Text(" is refused, or choose minutes in which nothing needs it"),
                    ],
                    ways: &[],
                    source: PLAIN,
                },
                Step {
                    what: &[Text("give "), File(Next, Certificate), Text(" to whoever trusts the certificate in use")],
                    ways: &[],
                    source: PLAIN,
                },
            ],
            proof: &[LOGIN],
            changes: &[Change::Files],
            after: &[WATCH],
            back: &[Step {
                what: &[Text("give "), File(Current, Certificate), Text(" again to whoever trusts the certificate")],
                ways: &[],
                source: PLAIN,
            }],
        },
        PlayRow {
            play: Play::Overlap,
            when: "the service holds two keys or certificates",
            before: &[Step {
                what: &[Text("add "), File(Next, Certificate), Text(" beside the certificate in use")],
                ways: &[],
                source: PLAIN,
            }],
            proof: &[LOGIN],
            changes: &[Change::Files],
            after: &[
                WATCH,
                Step {
                    what: &[
                        Text("remove "),
                        File(Current, Certificate),
                        Text(" from the service once nothing uses it"),
                    ],
                    ways: &[],
                    source: PLAIN,
                },
            ],
            back: &[],
        },
        PlayRow {
            play: Play::SameKey,
            when: "only the end date is the trouble",
            before: &[Step {
                what: &[Text("give "), File(Next, Certificate), Text(" to whoever trusts the certificate in use")],
                ways: &[],
                source: PLAIN,
            }],
            proof: &[LOGIN],
            changes: &[Change::Files],
            after: &[],
            back: &[],
        },
        PlayRow {
            play: Play::SecondApp,
            when: "the service holds one certificate for an app, and there can be two apps",
            before: &[Step {
                what: &[
                    Text("register a second app with the rights of the first, and give it "),
                    File(Next, Certificate),
                ],
                ways: &[],
                source: PLAIN,
            }],
            proof: &[LOGIN],
            changes: &[Change::Files, Change::ClientId],
            after: &[
                WATCH,
                Step { what: &[Text("remove the first app after a quiet period")], ways: &[], source: PLAIN },
            ],
            back: &[],
        },
    ],
    source: PLAIN,
};

const LOGIN: Step = Step {
    what: &[Text("use the next pair once, as the client will, before the client depends on it")],
    ways: &[Command(&[Text("certwright verify"), File(Next, Key), File(Next, Certificate)])],
    source: PLAIN,
};
