//! Microsoft Entra: several certificates, told apart by their thumbprints.

use super::Piece::{File, FileAfter, Text, Yours};
use super::Way::{Command, Menu};
use super::Which::Next;
use super::shared::WATCH;
use super::{Change, Expiry, Mark, Piece, PlayRow, Rotation, Step};
use crate::operations::create::Part::{Certificate, Key};
use crate::operations::rotate::Play;

/// What is known of it.
pub(super) const ROW: Rotation = Rotation {
    target: "entra",
    holds: "several certificates for an app",
    finds_by: "the header's `x5t#S256`, the certificate's thumbprint",
    expiry: Expiry::Refused,
    wait: "seconds, at times minutes; nothing is promised",
    plays: &[
        PlayRow {
            play: Play::Overlap,
            when: "the app holds both certificates for a while",
            before: ADD,
            proof: PROOF,
            changes: &[Change::Files, Change::ComputedKeyId("x5t#S256")],
            after: &[WATCH, WITHDRAW],
            back: &[],
        },
        PlayRow {
            play: Play::SameKey,
            when: "only the end date is the trouble; the new certificate has a thumbprint of its own and is uploaded too",
            before: ADD,
            proof: PROOF,
            changes: &[Change::Files, Change::ComputedKeyId("x5t#S256")],
            after: &[WATCH, WITHDRAW],
            back: &[],
        },
    ],
    source: "learn.microsoft.com, keyCredential; applications-how-to-add-certificate",
};

const ADD: &[Step] = &[
    Step {
        what: &[
            Text("add "),
            File(Next, Certificate),
            Text(" to the app. Without `--append` the command removes every certificate and password that is there"),
        ],
        ways: &[
            Menu(&[
                Text("Entra ID > App registrations > "),
                Yours("APP"),
                Text(" > Certificates & secrets > Certificates > Upload certificate > "),
                File(Next, Certificate),
                Text(" > Add"),
            ]),
            Command(&[
                Text("az ad app credential reset --id"),
                Yours("APP_ID"),
                Text("--cert"),
                FileAfter("@", Next, Certificate),
                Text("--append"),
            ]),
        ],
        source: "learn.microsoft.com, applications-how-to-add-certificate; az ad app credential",
    },
    Step {
        what: &[
            Text("see that both are there; the new one has the thumbprint "),
            Piece::Mark(Next, Mark::CertificateSha1),
        ],
        ways: &[Command(&[Text("az ad app credential list --cert --id"), Yours("APP_ID")])],
        source: "Azure/azure-cli#32467: two additions at once can lose one",
    },
];

const PROOF: &[Step] = &[Step {
    what: &[Text(
        "log in with the next pair: AADSTS700027, \"the key was not found\", means that it is not in effect yet",
    )],
    ways: &[Command(&[
        Text("certwright login --for entra --login-url"),
        Yours("TENANT_ID"),
        Text("--client-id"),
        Yours("CLIENT_ID"),
        Text("--key"),
        File(Next, Key),
        Text("--cert"),
        File(Next, Certificate),
    ])],
    source: "learn.microsoft.com, questions 5829166",
}];

const WITHDRAW: Step = Step {
    what: &[Text("delete the old certificate; access tokens that were given out end by themselves")],
    ways: &[Command(&[
        Text("az ad app credential delete --cert --id"),
        Yours("APP_ID"),
        Text("--key-id"),
        Yours("OLD_KEY_ID"),
    ])],
    source: "learn.microsoft.com, az ad app credential",
};
