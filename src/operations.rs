//! The verbs: what the program can do, each as one options struct, one function and one report.
//!
//! Operations take values and give values. They open inputs in any format, bring formats together, and ask for
//! passwords through a [`PasswordProvider`](crate::secret::PasswordProvider) when a file turns out to need one; they
//! never write a file, so that nothing half-done can stay behind. Outputs go through
//! [`OutputSet`](crate::files::OutputSet).

mod audit;
mod change_password;
mod check;
mod contents;
mod convert;
mod create;
mod create_csr;
mod edit_keystore;
mod error;
mod explain;
mod generate_key;
mod import_certificate;
mod import_entries;
mod inspect;
mod key_encoding;
mod lint;
mod load;
#[cfg(feature = "login")]
mod login;
mod notice;
mod open;
mod open_bags;
mod pack_keystore;
mod pack_pkcs12;
mod prove;
#[cfg(feature = "login")]
mod rehearse;
pub mod rotate;
mod self_sign;
mod sign_request;
mod target;
mod token;
mod unpack_keystore;
mod verify;
mod verify_chain;
mod verify_token;

pub use audit::{
    AUDIT_FILE, AUDIT_LONGEST_LINE, Actor, AuditBreak, AuditEntry, AuditExpectation, AuditFault, AuditOutcome,
    AuditPosition, AuditRecord, AuditReport, AuditVerb, AuditedPair, LineDigest, NotADigest, Unmet, append_audit,
    read_audit_line, verify_audit,
};
pub use change_password::{ChangePassword, Opened, PasswordChanged, open_protected};
pub use check::{
    CertificateFacts, CheckFiles, CheckFinding, CheckItem, CheckOnly, CheckReport, CheckStatus, CheckedKind,
    PartnerReport, Threshold, ThresholdError, check, find_partner, in_use_of, kept_in,
};
pub use convert::{Alias, Convert, Converted, Form, convert};
pub use create::{Create, Created, CreatedFile, Part, Protection, create, default_alias};
pub use create_csr::{CreateCsr, create_csr, request_pem};
pub use edit_keystore::{AliasList, Edit, Edited, edit_keystore, list_aliases};
pub use error::{Aliases, DifferentKeys, Error, IssueFault, LooksLike, Needed, NoSuchForm, Refused, Rule};
pub use explain::{
    Cause, Circumstances, Diagnosis, Evidence, Explanation, Found, Judged, Likelihood, SET_THE_CLOCK, ServerWords,
    Suspect, closest, diagnose, explain, standard_meaning, without_secrets,
};
pub use generate_key::{GenerateKey, GeneratedKey, generate_key};
pub use import_certificate::{Acquaintance, Reply, acquaintance, install_reply, read_reply};
pub use import_entries::{Destination, Import, ImportEntries, Imported, import_entries, open_entries};
pub use inspect::{
    CertificatePlace, CertificateReport, EntryReport, FileFormat, FileReport, Finding as InspectFinding, InspectReport,
    Integrity, IssuerReport, JwkKey, JwkReport, Lock, PrivateKeyReport, RequestReport, SafeReport, Severity,
    StoreReport, Thing, TokenReport, inspect, time_of,
};
pub use key_encoding::{KeyEncoding, KeyForm};
pub use lint::{Finding, Linted, Mend, NewSubject, Unchecked, lint, lint_shared_primes};
pub use load::Origin;
#[cfg(feature = "login")]
pub use login::{Answer, AnswerFault, Granted, Login, LoginError, Refusal, login};
pub use notice::Notice;
pub use open::{KeysHeld, keys_held, open_certificates, open_private_key, open_public_key, open_request};
pub use open_bags::{OpenedBags, open_bags};
pub use pack_keystore::{PackKeystore, Packed, StoreFormat, pack_keystore};
pub use pack_pkcs12::{Gathered, PackPkcs12, gather_pkcs12, pack_pkcs12};
pub use prove::AUDIENCE;
#[cfg(feature = "login")]
pub use rehearse::{
    Answered, Check, Judgement, Outcome, RegisteredApp, Rehearsal, Rehearse, RehearseError, SeenTokens,
    check_can_rehearse, judge_request, rehearse,
};
pub use self_sign::{Named, SelfSign, certificate_pem, self_sign};
pub use sign_request::{End, Role, SignRequest, Signed, sign_request};
pub use target::{
    Accounts, Audience, Claim, Demand, Exchange, FileKind, FormField, Grant, KeyName, KeysTaken, Level, Lifetime,
    LoginAddress, Party, Readable, RsaSizes, RuleKind, ScopeForm, Target, TargetRule, TokenRules, Told, UnknownTarget,
};
pub use token::{
    RequestForm, SignToken, Signer, TokenEndpoint, UnsignedToken, open_signer, plan_token, request_form, sign_token,
    token_endpoint,
};
pub use unpack_keystore::{Unpack, Unpacked, unpack_keystore};
pub use verify::{
    Contradiction, GroupCertificate, KeyGroup, Unopened, UnopenedReason, Verdict, VerifyReport, verify, verify_pair,
};
pub use verify_chain::{VerifyChain, open_trusted, verify_chain};
pub use verify_token::{
    SignedBy, TokenFault, TokenKey, TokenKeys, TokenVerdict, VerifyToken, decode_token, open_token_keys, verify_token,
};
