//! Snowflake: two public keys for a user, told apart by their fingerprints.

use super::Piece::{File, PublicKey, Text, Yours};
use super::Way::{Command, Statement};
use super::Which::{Current, Next};
use super::shared::{WATCH, WRITE_PUBLIC_KEY};
use super::{Change, Expiry, Mark, Piece, PlayRow, Rotation, Step};
use crate::operations::create::Part::Key;
use crate::operations::rotate::Play;

/// What is known of it.
pub(super) const ROW: Rotation = Rotation {
    target: "snowflake",
    holds: "two public keys for a user, and key pairs with names",
    finds_by: "the fingerprint at the end of `iss`",
    expiry: Expiry::NoCertificate,
    wait: "nothing is said of a wait",
    plays: &[PlayRow {
        play: Play::Overlap,
        when: "the user holds both keys for a while",
        before: &[
            WRITE_PUBLIC_KEY,
            Step {
                what: &[
                    Text("see which slot is taken: the one whose fingerprint is SHA256:"),
                    Piece::Mark(Current, Mark::KeyBase64),
                    Text(" has the key in use; never write over it"),
                ],
                ways: &[Statement(&[Text("DESC USER "), Yours("USER_NAME"), Text(";")])],
                source: "docs.snowflake.com, key-pair-auth: RSA_PUBLIC_KEY_FP and RSA_PUBLIC_KEY_2_FP",
            },
            Step {
                what: &[
                    Text("set the other slot to the lines of "),
                    PublicKey,
                    Text(" between the first and the last, joined"),
                ],
                ways: &[Statement(&[
                    Text("ALTER USER "),
                    Yours("USER_NAME"),
                    Text(" SET RSA_PUBLIC_KEY_2='"),
                    Yours("MII…"),
                    Text("'; (or RSA_PUBLIC_KEY, if that is the free one)"),
                ])],
                source: "docs.snowflake.com, key-pair-auth",
            },
        ],
        proof: &[Step {
            what: &[
                Text("see that DESC USER shows SHA256:"),
                Piece::Mark(Next, Mark::KeyBase64),
                Text(" now, and make a token with the next key for a login of your driver"),
            ],
            ways: &[
                Statement(&[Text("DESC USER "), Yours("USER_NAME"), Text(";")]),
                Command(&[
                    Text("certwright jwt sign --for snowflake --iss"),
                    Yours("ACCOUNT"),
                    Text("--sub"),
                    Yours("USER_NAME"),
                    Text("--key"),
                    File(Next, Key),
                ]),
            ],
            source: "docs.snowflake.com, key-pair-auth; key-pair-auth-troubleshooting",
        }],
        changes: &[Change::Files, Change::ComputedKeyId("iss")],
        after: &[
            WATCH,
            Step {
                what: &[Text("empty the slot of the old key; sessions that are open are not said to end")],
                ways: &[Statement(&[
                    Text("ALTER USER "),
                    Yours("USER_NAME"),
                    Text(" UNSET RSA_PUBLIC_KEY; (or RSA_PUBLIC_KEY_2, whichever held the old key)"),
                ])],
                source: "docs.snowflake.com, key-pair-auth",
            },
        ],
        back: &[],
    }],
    source: "docs.snowflake.com, key-pair-auth",
};
