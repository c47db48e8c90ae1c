//! Every truncation and every changed octet of one golden file of each format.

use std::time::Instant;

use certwright::crypto::{KeyAlgorithm, PrivateKey, SystemRandom};
use certwright::formats::jwt;
use certwright::operations::VerifyReport;
use certwright::secret::Password;

use crate::cost::Meter;
use crate::manifest::{Passwords, octets};
use crate::shards::{self, Share, is_all};
use crate::{open, tight, verbs};

/// One golden file of each format, with its password. They ask for as little work as their formats allow, so that every
/// change to each of them can be tried.
const GOLDEN: [(&str, &str); 32] = [
    ("jceks/10000-iterations.jceks", "changeit"),
    ("jceks/10000-iterations-secret-key.jceks", "changeit"),
    ("jks/keytool-p256.jks", "changeit"),
    ("jks/keytool-trust.jks", "changeit"),
    ("jks/version-1.jks", "changeit"),
    ("pem/base64-of-pem.key", ""),
    ("pem/escaped-line-ends.key", ""),
    ("pem/traditional-aes256.key", "changeit"),
    ("pem/utf16-le.key", ""),
    ("pkcs1/rsa-1024.der", ""),
    ("pkcs10/alternative-names.csr", ""),
    ("pkcs10/p256.der", ""),
    ("pkcs12/one-iteration-3des-sha1.p12", "changeit"),
    ("pkcs12/ber-one-iteration.p12", "changeit"),
    ("pkcs12/one-iteration-certificate-only.p12", "changeit"),
    ("pkcs12/one-iteration-md5-des.p12", "changeit"),
    ("pkcs12/one-iteration-open-bags.p12", "changeit"),
    ("pkcs12/one-iteration.p12", "changeit"),
    ("pkcs12/pbmac1-one-iteration.p12", "changeit"),
    ("pkcs12/one-iteration-rc2-40.p12", "changeit"),
    ("pkcs12/one-iteration-rc4-128.p12", "changeit"),
    ("pkcs7/ber.p7b", ""),
    ("pkcs7/cms-signed.p7b", ""),
    ("pkcs8/one-iteration.der", "changeit"),
    ("pkcs8/ed25519.der", ""),
    ("pkcs8/p256.der", ""),
    ("pkcs8/one-iteration-pbe-md5-des.key", "changeit"),
    ("pkcs8/scrypt-n-2.key", "changeit"),
    ("sec1/p256.der", ""),
    ("spki/rsa.der", ""),
    ("x509/certificate-before-key.pem", ""),
    ("x509/every-extension.crt", ""),
];

/// Formats in which a digest covers every octet, so that no changed one may open.
const DIGESTED: [&str; 2] = ["jks/", "jceks/"];

/// The changes to an octet that upset a tag, a length or a count the most.
const MASKS: [u8; 6] = [0x01, 0x80, 0xff, 0x20, 0x7f, 0x10];

/// How many cases of each file the sample takes.
const SAMPLE: usize = 1200;

/// One change to a file.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Mutation {
    Cut(usize),
    Flip(usize, u8),
}

impl Mutation {
    /// Whether the verbs besides `verify` are to meet it too: they open files as it does, and check signatures besides,
    /// which would take hours for all.
    fn is_telling(self) -> bool {
        match self {
            Self::Cut(_) => true,
            Self::Flip(_, mask) => MASKS.contains(&mask),
        }
    }

    fn apply(self, golden: &[u8]) -> Vec<u8> {
        match self {
            Self::Cut(length) => golden[..length].to_vec(),
            Self::Flip(at, mask) => {
                let mut octets = golden.to_vec();
                octets[at] ^= mask;
                octets
            }
        }
    }
}

/// Every truncation, and every other value of every octet.
fn all(length: usize) -> Vec<Mutation> {
    let cuts = (0..length).map(Mutation::Cut);
    let flips = (0..length).flat_map(|at| (1..=255).map(move |mask| Mutation::Flip(at, mask)));
    cuts.chain(flips).collect()
}

/// All of them when they are asked for by name, else a sample that is the same each time: cuts and flips evenly spread,
/// the masks in turn those that upset a tag, a length or a count the most.
pub(crate) fn chosen(length: usize) -> Vec<Mutation> {
    if is_all() {
        return all(length);
    }
    let stride = |count: usize| (length / count).max(1);
    let cuts = (0..length).step_by(stride(SAMPLE / 4)).map(Mutation::Cut);
    // The first octets hold the tags and counts that the rest hangs on.
    let head = (0..length.min(24)).flat_map(|at| [0x01, 0x80, 0xff].map(|mask| Mutation::Flip(at, mask)));
    let flips = (0..length).step_by(stride(SAMPLE / 2)).enumerate();
    let flips = flips.map(|(index, at)| Mutation::Flip(at, MASKS[index % MASKS.len()]));
    cuts.chain(head).chain(flips).collect()
}

/// What is wrong with how a mutated file was taken.
fn fault(path: &str, golden: &VerifyReport, report: &VerifyReport) -> Option<String> {
    let keys = |report: &VerifyReport| -> Vec<String> {
        report.groups.iter().filter(|group| !group.keys.is_empty()).map(|it| it.fingerprint.to_string()).collect()
    };
    if DIGESTED.iter().any(|format| path.starts_with(format)) && report.unopened.is_empty() {
        return Some("opened, although its digest cannot fit".to_owned());
    }
    // A change may spare what the pair is made of, such as the text around it; it must then be the same pair.
    let is_new_key = || keys(report).iter().any(|key| !keys(golden).contains(key));
    (report.is_proved() && is_new_key()).then(|| format!("called proved: {:?}", report.groups))
}

#[test]
fn no_change_to_a_golden_file_costs_more_than_the_limits_or_passes_for_proved() {
    shards::run("mutations::no_change_to_a_golden_file_costs_more_than_the_limits_or_passes_for_proved", changes);
}

fn changes(share: Share) {
    let (meter, limits) = (Meter::new(), tight());
    let mut count = 0_usize;
    let mut note = |fault: String| {
        count += 1;
        shards::say(&fault);
    };
    for (path, password) in GOLDEN {
        let began = Instant::now();
        let passwords = Passwords::of([Password::new(password)]);
        let golden_octets = octets(path);
        let golden = open(&golden_octets, &passwords, &limits);
        let opens = golden.unopened.is_empty() || path.starts_with("spki/");
        if !opens {
            note(format!("{path}: the golden file itself does not open: {:?}", crate::refusal(&golden)));
            continue;
        }
        let (mut cases, mut peak, mut work) = (0_usize, 0, 0);
        let mutations = chosen(golden_octets.len());
        for (_, mutation) in mutations.into_iter().enumerate().filter(|(number, _)| share.takes(*number)) {
            let mutated = mutation.apply(&golden_octets);
            let name = format!("{path} {mutation:?}");
            match meter.run(&name, || open(&mutated, &passwords, &limits)) {
                Err(panic) => note(panic),
                Ok((_, cost)) if !cost.is_within(&limits) => note(format!("{name}: {cost:?}")),
                Ok((report, cost)) => {
                    (peak, work) = (cost.peak.max(peak), cost.work.max(work));
                    fault(path, &golden, &report).into_iter().for_each(|what| note(format!("{name}: {what}")));
                }
            }
            if mutation.is_telling() {
                verbs::faults(&meter, &name, &mutated, &passwords, &limits).into_iter().for_each(&mut note);
            }
            cases += 1;
        }
        if shards::is_all() {
            let seconds = began.elapsed().as_secs();
            shards::say(&format!(
                "{path}: {cases} changes in {seconds} s; at most {peak} octets and {work} iterations"
            ));
        }
    }
    assert_eq!(count, 0, "faults, which stand above");
}

/// A token is verified over its text, which has one form, so no change to it may verify.
#[test]
fn no_change_to_a_token_verifies() {
    let (meter, mut rng) = (Meter::new(), SystemRandom::new());
    let key = PrivateKey::generate(KeyAlgorithm::Ed25519, &mut rng).unwrap();
    let claims = serde_json::json!({ "iss": "a", "exp": 1 });
    let header = jwt::Header::new(jwt::Algorithm::EdDsa);
    let token = jwt::sign(&header, claims.as_object().unwrap(), &key, &mut rng).unwrap();
    let (token, public) = (token.expose(), jwt::VerifyingKey::usual(key.public_key()));
    jwt::verify(token, &public).unwrap();
    for mutation in all(token.len()) {
        // What is no UTF-8 is no text, and never gets as far.
        let Ok(changed) = String::from_utf8(mutation.apply(token.as_bytes())) else { continue };
        let (verified, _) = meter.run(&format!("{mutation:?}"), || jwt::verify(&changed, &public)).unwrap();
        assert!(verified.is_err(), "{mutation:?}: {changed}");
    }
}
