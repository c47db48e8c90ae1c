//! Okta: many keys, told apart by their `kid`.

use super::Piece::{File, PublicJwk, Text, Yours};
use super::Way::{Command, Menu, Statement};
use super::Which::Next;
use super::shared::{ASK_WITH_NEXT, WATCH};
use super::{Change, Expiry, Mark, Piece, PlayRow, Rotation, Step};
use crate::operations::create::Part::Key;
use crate::operations::rotate::Play;

/// What is known of it.
pub(super) const ROW: Rotation = Rotation {
    target: "okta",
    holds: "many keys for an app",
    finds_by: "the header's `kid`",
    expiry: Expiry::NoCertificate,
    wait: "nothing is said of a wait; where Okta fetches the keys from a URL, as long as it keeps them",
    plays: &[PlayRow {
        play: Play::Overlap,
        when: "the app holds both keys for a while",
        before: &[
            Step {
                what: &[Text("write the public half of the next key as a JWK to "), PublicJwk],
                ways: &[Command(&[
                    Text("certwright convert"),
                    File(Next, Key),
                    Text("--to jwk --public --out"),
                    PublicJwk,
                ])],
                source: "RFC 7517",
            },
            Step {
                what: &[Text(
                    "add the key to the app; every key there needs a `kid`, which this file has. Switching the app to a \
                     URL for its keys deletes those that it has",
                )],
                ways: &[
                    Menu(&[
                        Text("Applications > Applications > "),
                        Yours("APP"),
                        Text(" > General > Client Credentials > Edit > Public Keys > Add key > the text of "),
                        PublicJwk,
                        Text(" > Done > Save"),
                    ]),
                    Statement(&[
                        Text("POST /api/v1/apps/"),
                        Yours("APP_ID"),
                        Text("/credentials/jwks with the content of "),
                        PublicJwk,
                    ]),
                ],
                source: "developer.okta.com, ApplicationSSOPublicKeys",
            },
        ],
        proof: &[Step {
            what: ASK_WITH_NEXT,
            ways: &[Command(&[
                Text("certwright login --for okta --login-url"),
                Yours("ORG.okta.com"),
                Text("--client-id"),
                Yours("CLIENT_ID"),
                Text("--scope"),
                Yours("SCOPE"),
                Text("--kid"),
                Piece::Mark(Next, Mark::Jwk),
                Text("--key"),
                File(Next, Key),
            ])],
            source: "developer.okta.com, client-secret-rotation-key",
        }],
        changes: &[Change::Files, Change::ComputedKeyId("kid")],
        after: &[
            WATCH,
            Step {
                what: &[Text("make the old key inactive, watch, and delete it when nothing fails")],
                ways: &[Statement(&[
                    Text("POST /api/v1/apps/"),
                    Yours("APP_ID"),
                    Text("/credentials/jwks/"),
                    Yours("OLD_KEY_ID"),
                    Text("/lifecycle/deactivate, later DELETE /api/v1/apps/"),
                    Yours("APP_ID"),
                    Text("/credentials/jwks/"),
                    Yours("OLD_KEY_ID"),
                ])],
                source: "developer.okta.com, ApplicationSSOPublicKeys",
            },
        ],
        back: &[Step {
            what: &[Text("make the old key active again, unless it was deleted")],
            ways: &[Statement(&[
                Text("POST /api/v1/apps/"),
                Yours("APP_ID"),
                Text("/credentials/jwks/"),
                Yours("OLD_KEY_ID"),
                Text("/lifecycle/activate"),
            ])],
            source: "developer.okta.com, ApplicationSSOPublicKeys",
        }],
    }],
    source: "developer.okta.com, client-secret-rotation-key",
};
