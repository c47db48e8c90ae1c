//! Salesforce: one certificate for an app, and minutes until a new one is in effect.

use super::Piece::{File, Text, Yours};
use super::Way::{Command, Menu};
use super::Which::{Current, Next};
use super::shared::{PLAIN, WATCH};
use super::{Change, Expiry, PlayRow, Rotation, Step};
use crate::operations::create::Part::{Certificate, Key};
use crate::operations::rotate::Play;

/// What is known of it.
pub(super) const ROW: Rotation = Rotation {
    target: "salesforce",
    holds: "one certificate for an app",
    finds_by: "nothing in the token: it is checked with the app's one certificate",
    expiry: Expiry::Unclear,
    wait: "2 to 10 minutes",
    plays: &[
        PlayRow {
            play: Play::SecondApp,
            when: "a new key in production: both apps work side by side, and going back is changing two settings",
            before: &[
                Step {
                    what: &[
                        Text("make a second app with the settings of the first, whichever kind that is, and upload "),
                        File(Next, Certificate),
                        Text(" to it; an External Client App, since making Connected Apps is restricted"),
                    ],
                    ways: &[Menu(&[
                        Text(
                            "Setup > App Manager > New External Client App > API (Enable OAuth Settings) > Flow Enablement \
                              > Enable JWT Bearer Flow > Upload Files > ",
                        ),
                        File(Next, Certificate),
                        Text(" > Create"),
                    ])],
                    source: "Salesforce DX Developer Guide, sfdx_dev_auth_eca; Salesforce Help 005228017",
                },
                Step {
                    what: &[Text(
                        "pre-authorise it: choose \"Admin approved users are pre-authorized\", and the profile or \
                         permission set of the user that logs in",
                    )],
                    ways: &[Menu(&[
                        Text("Setup > App Manager > "),
                        Yours("SECOND_APP"),
                        Text(" > Edit Policies > OAuth Policies > Permitted Users > Save"),
                    ])],
                    source: "developer.salesforce.com, headless-identity-connected-app-policies",
                },
                Step {
                    what: &[Text("note its consumer key")],
                    ways: &[Menu(&[
                        Text("Setup > External Client App Manager > "),
                        Yours("SECOND_APP"),
                        Text(" > Settings > OAuth Settings > Consumer Key and Secret"),
                    ])],
                    source: "developer.salesforce.com, headless-identity-get-consumer-key",
                },
            ],
            proof: &[Step {
                what: &[Text(
                    "log in with the next key and the second app's consumer key, some minutes after the upload",
                )],
                ways: LOGIN.ways,
                source: LOGIN.source,
            }],
            changes: &[Change::Files, Change::ClientId],
            after: &[
                WATCH,
                Step {
                    what: &[Text(
                        "take the first app away after a quiet period; access tokens that it gave out may live on until \
                         the session's timeout",
                    )],
                    ways: &[
                        Menu(&[Text("Setup > External Client App Manager > "), Yours("FIRST_APP"), Text(" > Delete")]),
                        Menu(&[
                            Text("for a Connected App: Setup > Connected Apps OAuth Usage > "),
                            Yours("FIRST_APP"),
                            Text(" > Block, and some days later Setup > App Manager > "),
                            Yours("FIRST_APP"),
                            Text(" > View > Delete"),
                        ]),
                    ],
                    source: "Salesforce Help, xcloud.connected_app_manage_current_sessions, connected_app_delete; that an \
                             External Client App is deleted there was not read; salesforce.stackexchange.com/q/212976",
                },
            ],
            back: &[],
        },
        PlayRow {
            play: Play::SameKey,
            when: "only the end date is the trouble: the old and the new certificate verify the same signatures, so no login \
                   fails at any moment",
            before: &[UPLOAD],
            proof: &[Step {
                what: &[Text("log in; it works before and after, so look in the app for the new end date as well")],
                ways: LOGIN.ways,
                source: PLAIN,
            }],
            changes: &[Change::Files],
            after: &[],
            back: &[BACK],
        },
        PlayRow {
            play: Play::InPlace,
            when: "a new key without a second app: from the upload until it is in effect logins with the old key end and those \
                   with the next one begin, at a moment that nobody knows",
            before: &[
                Step {
                    what: &[
                        Text("have the client try "),
                        File(Next, Key),
                        Text(" where "),
                        File(Current, Key),
                        Text(" is refused, or choose minutes in which nothing logs in"),
                    ],
                    ways: &[],
                    source: PLAIN,
                },
                UPLOAD,
            ],
            proof: &[LOGIN],
            changes: &[Change::Files],
            after: &[WATCH],
            back: &[BACK],
        },
    ],
    source: "Metadata API, ExtlClntAppGlobalOauthSettings.certificate, one text field",
};

const UPLOAD: Step = Step {
    what: &[
        Text("upload "),
        File(Next, Certificate),
        Text(" to the app; it takes the place of the certificate that is there"),
    ],
    ways: &[
        Menu(&[
            Text("Setup > External Client App Manager > "),
            Yours("APP"),
            Text(" > Edit Settings > OAuth Settings > Enable JWT Bearer Flow > Upload Files > "),
            File(Next, Certificate),
            Text(" > Save"),
        ]),
        Menu(&[
            Text("for a Connected App: Setup > App Manager > "),
            Yours("APP"),
            Text(" > Edit > API (Enable OAuth Settings) > Use digital signatures > Choose File > "),
            File(Next, Certificate),
            Text(" > Save; after a refused Save, choose the file again"),
        ]),
    ],
    source: "Salesforce Help, xcloud.configure_oauth_jwt_flow_external_client_apps; help.aprity.ai, certificate-rotation",
};

const LOGIN: Step = Step {
    what: &[Text(
        "log in with the next key: `invalid_grant` with \"invalid assertion\" for up to 15 minutes means that the upload \
              is not in effect yet; a rehearsal cannot tell",
    )],
    ways: &[Command(&[
        Text("certwright login --client-id"),
        Yours("CONSUMER_KEY"),
        Text("--username"),
        Yours("USER"),
        Text("--login-url"),
        Yours("https://DOMAIN.my.salesforce.com"),
        Text("--key"),
        File(Next, Key),
        Text("--cert"),
        File(Next, Certificate),
    ])],
    source: "help.aprity.ai, certificate-rotation: 2 to 10 minutes",
};

const BACK: Step = Step {
    what: &[Text("upload "), File(Current, Certificate), Text(" again, the certificate that was there before")],
    ways: &[
        Menu(&[
            Text("Setup > External Client App Manager > "),
            Yours("APP"),
            Text(" > Edit Settings > OAuth Settings > Enable JWT Bearer Flow > Upload Files > "),
            File(Current, Certificate),
            Text(" > Save"),
        ]),
        Menu(&[
            Text("for a Connected App: Setup > App Manager > "),
            Yours("APP"),
            Text(" > Edit > API (Enable OAuth Settings) > Use digital signatures > Choose File > "),
            File(Current, Certificate),
            Text(" > Save"),
        ]),
    ],
    source: "follows from the one certificate of an app",
};
