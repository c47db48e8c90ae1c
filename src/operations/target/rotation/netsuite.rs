//! NetSuite: a mapping for each certificate, with an id that NetSuite gives.

use super::Piece::{File, Text, Yours};
use super::Way::{Command, Menu, Statement};
use super::Which::Next;
use super::shared::{ASK_WITH_NEXT, WATCH};
use super::{Change, Expiry, PlayRow, Rotation, Step};
use crate::operations::create::Part::{Certificate, Key};
use crate::operations::rotate::Play;

/// What is known of it.
pub(super) const ROW: Rotation = Rotation {
    target: "netsuite",
    holds: "several certificates, each in a mapping of its own to an application, role and entity",
    finds_by: "the header's `kid`, the certificate's id",
    expiry: Expiry::Refused,
    wait: "nothing is said of a wait",
    plays: &[
        PlayRow {
            play: Play::Overlap,
            when: "both mappings are active for a while",
            before: ADD,
            proof: PROOF,
            changes: &[Change::Files, Change::GivenKeyId("Certificate ID")],
            after: &[WATCH, REVOKE],
            back: &[],
        },
        PlayRow {
            play: Play::SameKey,
            when: "only the end date is the trouble; the new certificate gets an id of its own all the same",
            before: ADD,
            proof: PROOF,
            changes: &[Change::Files, Change::GivenKeyId("Certificate ID")],
            after: &[WATCH, REVOKE],
            back: &[],
        },
    ],
    source: "docs.oracle.com, NetSuite, section_162686838198, subsect_162755332391",
};

const ADD: &[Step] = &[Step {
    what: &[
        Text("make a mapping with the same application, role and entity for "),
        File(Next, Certificate),
        Text(", and note the certificate id that it is given"),
    ],
    ways: &[
        Menu(&[
            Text(
                "Setup > Integration > Manage Authentication > OAuth 2.0 Client Credentials (M2M) Setup > Create New > ",
            ),
            File(Next, Certificate),
            Text(" > Save"),
        ]),
        Statement(&[
            Text("POST https://"),
            Yours("ACCOUNT"),
            Text(".restlets.api.netsuite.com/services/rest/auth/oauth2/v1/clients/"),
            Yours("CLIENT_ID"),
            Text("/certificates, with the text of the file in \"fileContent\", and with \"role\" and \"entity\""),
        ]),
    ],
    source: "docs.oracle.com, NetSuite, section_162686838198, article_92130837826",
}];

const PROOF: &[Step] = &[Step {
    what: ASK_WITH_NEXT,
    ways: &[Command(&[
        Text("certwright login --for netsuite --login-url"),
        Yours("ACCOUNT"),
        Text("--client-id"),
        Yours("CLIENT_ID"),
        Text("--scope rest_webservices --kid"),
        Yours("CERTIFICATE_ID"),
        Text("--key"),
        File(Next, Key),
        Text("--cert"),
        File(Next, Certificate),
    ])],
    source: "docs.oracle.com, NetSuite, section_162686838198",
}];

const REVOKE: Step = Step {
    what: &[Text(
        "revoke the old mapping, which cannot be undone; access tokens that were given out end by themselves",
    )],
    ways: &[Menu(&[Text(
        "Setup > Integration > Manage Authentication > OAuth 2.0 Client Credentials (M2M) Setup > the old mapping > Revoke",
    )])],
    source: "docs.oracle.com, NetSuite, subsect_162755332391",
};
