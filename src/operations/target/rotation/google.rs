//! Google: ten keys for a service account, with ids that Google gives.

use super::Piece::{File, Text, Yours};
use super::Way::{Command, Menu};
use super::Which::Next;
use super::shared::WATCH;
use super::{Change, Expiry, PlayRow, Rotation, Step};
use crate::operations::create::Part::{Certificate, Key};
use crate::operations::rotate::Play;

/// What is known of it.
pub(super) const ROW: Rotation = Rotation {
    target: "google",
    holds: "ten keys for a service account",
    finds_by: "the header's `kid`, the key's id",
    expiry: Expiry::Refused,
    wait: "a minute or more; changes of IAM take usually 2 minutes, at times 7 or more",
    plays: &[
        PlayRow {
            play: Play::Overlap,
            when: "the service account holds both keys for a while",
            before: ADD,
            proof: PROOF,
            changes: &[Change::Files, Change::GivenKeyId("private_key_id")],
            after: &[WATCH, DISABLE, DELETE],
            back: &[ENABLE],
        },
        PlayRow {
            play: Play::SameKey,
            when: "only the end date is the trouble; the upload is one more key with an id of its own all the same",
            before: ADD,
            proof: PROOF,
            changes: &[Change::Files, Change::GivenKeyId("private_key_id")],
            after: &[WATCH, DISABLE, DELETE],
            back: &[ENABLE],
        },
    ],
    source: "cloud.google.com, iam/docs/keys-upload; access-change-propagation",
};

const ADD: &[Step] = &[Step {
    what: &[
        Text("upload "),
        File(Next, Certificate),
        Text(" to the service account, and note the id that the key is given"),
    ],
    ways: &[
        Menu(&[
            Text("IAM & Admin > Service Accounts > "),
            Yours("SERVICE_ACCOUNT"),
            Text(" > Keys > Add key > Upload existing key > "),
            File(Next, Certificate),
        ]),
        Command(&[
            Text("gcloud iam service-accounts keys upload"),
            File(Next, Certificate),
            Text("--iam-account"),
            Yours("SERVICE_ACCOUNT_EMAIL"),
        ]),
    ],
    source: "cloud.google.com, iam/docs/keys-upload; a policy of the organisation can forbid it",
}];

const PROOF: &[Step] = &[Step {
    what: &[Text(
        "log in with the next key: `invalid_grant`, \"Invalid JWT Signature\", means that it is not in effect yet",
    )],
    ways: &[Command(&[
        Text("certwright login --for google --client-id"),
        Yours("SERVICE_ACCOUNT_EMAIL"),
        Text("--scope"),
        Yours("SCOPE"),
        Text("--kid"),
        Yours("KEY_ID"),
        Text("--key"),
        File(Next, Key),
        Text("--cert"),
        File(Next, Certificate),
    ])],
    source: "google-github-actions/setup-gcloud#76",
}];

const DISABLE: Step = Step {
    what: &[Text("disable the old key, and watch: this can be taken back")],
    ways: &[Command(&[
        Text("gcloud iam service-accounts keys disable"),
        Yours("OLD_KEY_ID"),
        Text("--iam-account"),
        Yours("SERVICE_ACCOUNT_EMAIL"),
    ])],
    source: "cloud.google.com, iam/docs/keys-disable-enable",
};

const DELETE: Step = Step {
    what: &[Text("delete the old key when nothing fails; access tokens end within the hour")],
    ways: &[Command(&[
        Text("gcloud iam service-accounts keys delete"),
        Yours("OLD_KEY_ID"),
        Text("--iam-account"),
        Yours("SERVICE_ACCOUNT_EMAIL"),
    ])],
    source: "cloud.google.com, projects.serviceAccounts.keys.delete",
};

const ENABLE: Step = Step {
    what: &[Text("enable the old key again, unless it was deleted")],
    ways: &[Command(&[
        Text("gcloud iam service-accounts keys enable"),
        Yours("OLD_KEY_ID"),
        Text("--iam-account"),
        Yours("SERVICE_ACCOUNT_EMAIL"),
    ])],
    source: "cloud.google.com, iam/docs/keys-disable-enable",
};
