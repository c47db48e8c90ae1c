//! DocuSign: five key pairs, and no name of the key in the token.

use super::Piece::{File, PublicKey, Text, Yours};
use super::Way::{Command, Menu};
use super::Which::Next;
use super::shared::{ASK_WITH_NEXT, WATCH, WRITE_PUBLIC_KEY};
use super::{Change, Expiry, PlayRow, Rotation, Step};
use crate::operations::create::Part::Key;
use crate::operations::rotate::Play;

/// What is known of it.
pub(super) const ROW: Rotation = Rotation {
    target: "docusign",
    holds: "five key pairs for an integration key",
    finds_by: "nothing in the token: it tries the keys that it has",
    expiry: Expiry::NoCertificate,
    wait: "nothing is said of a wait",
    plays: &[PlayRow {
        play: Play::Overlap,
        when: "the integration key holds both keys for a while",
        before: &[
            WRITE_PUBLIC_KEY,
            Step {
                what: &[Text(
                    "note the id of the key pair that is there, since nothing else tells the rows apart, and add the new \
                     one; a demo and a production environment mostly have their own each",
                )],
                ways: &[Menu(&[
                    Text("Settings > Integrations > Apps and Keys > "),
                    Yours("APP"),
                    Text(" > Actions > Edit > Service Integration > RSA Keypairs > Upload RSA > the text of "),
                    PublicKey,
                    Text(" > Save"),
                ])],
                source: "developers.docusign.com, configure-app",
            },
        ],
        proof: &[Step {
            what: ASK_WITH_NEXT,
            ways: &[Command(&[
                Text("certwright login --for docusign --client-id"),
                Yours("INTEGRATION_KEY"),
                Text("--username"),
                Yours("USER_ID"),
                Text("--key"),
                File(Next, Key),
            ])],
            source: "docusign/docusign-esign-csharp-client#323: no_valid_keys_or_signatures while no key fits",
        }],
        changes: &[Change::Files],
        after: &[
            WATCH,
            Step {
                what: &[Text(
                    "delete the old key pair, by the id that was noted; access tokens that were given out end by themselves",
                )],
                ways: &[Menu(&[
                    Text("Settings > Integrations > Apps and Keys > "),
                    Yours("APP"),
                    Text(" > Actions > Edit > Service Integration > RSA Keypairs > Actions > Delete"),
                ])],
                source: "developers.docusign.com, configure-app",
            },
        ],
        back: &[],
    }],
    source: "developers.docusign.com, jwt-get-token",
};
