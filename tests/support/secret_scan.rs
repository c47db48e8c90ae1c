//! No run shows a secret: not on its standard streams, not in a file that is not meant to hold it.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};

use super::der::private_parts;
use super::snapshot::{Content, Snapshot};
use super::{contains, der};

/// The octets of a private number that are looked for at once: long enough to be no accident.
const WINDOW: usize = 18;

/// The octets from one such window to the next: of a line of PEM, half always holds a whole one.
const STRIDE: usize = 6;

/// The octets by which a needle is found; none is shorter.
const HEAD: usize = 6;

/// The characters of a token or assertion that are looked for at once: to show part of it is to show it.
const CHUNK: usize = 12;

/// A token or assertion, by the name that it has in the protocol: `access_token`, `assertion`.
#[derive(Clone, Debug)]
pub(crate) struct Credential {
    pub(crate) name: String,
    pub(crate) value: String,
}

/// What must not be shown, in every form it might take.
#[derive(Default)]
pub(super) struct SecretScan {
    needles: Vec<(String, Vec<u8>)>,
    /// Whether a compact JWS may be shown that is none of the needles.
    lets_tokens_pass: bool,
}

impl SecretScan {
    /// The secrets that the files of `snapshot` hold, and `passwords`.
    pub(super) fn of(snapshot: &Snapshot, passwords: &[String]) -> Self {
        let mut scan = Self::default();
        for password in passwords {
            scan.add_password("a password", password);
        }
        for (path, item) in &snapshot.0 {
            let Content::File(octets) = &item.content else { continue };
            let name = path.display().to_string();
            if path.extension().is_some_and(|extension| extension == "pass") {
                let text = String::from_utf8_lossy(octets);
                scan.add_password(&name, text.lines().next().unwrap_or_default());
            }
            scan.add_keys(&name, octets);
        }
        scan
    }

    /// The private keys in `octets`, PEM or DER.
    pub(super) fn add_keys(&mut self, name: &str, octets: &[u8]) {
        for part in keys_in(octets).iter().flat_map(|der| private_parts(der)) {
            self.add_key(name, &part);
        }
    }

    /// Each part of a token or assertion that is no short word, in pieces.
    pub(super) fn add_credential(&mut self, credential: &Credential) {
        // What stands before `!` in a token of Salesforce names the organisation, which is no secret.
        let secret = credential.value.rsplit('!').next().unwrap_or_default();
        for part in secret.split('.') {
            for piece in part.as_bytes().chunks_exact(CHUNK) {
                self.needles.push((format!("the {}", credential.name), piece.to_vec()));
            }
        }
    }

    /// The same scan without what `credential` added; `signed token` is any compact JWS.
    pub(super) fn without(mut self, credential: &str) -> Self {
        self.lets_tokens_pass |= credential == "signed token";
        self.needles.retain(|(name, _)| *name != format!("the {credential}"));
        self
    }

    fn add_password(&mut self, name: &str, password: &str) {
        // A shorter one would be found by accident.
        if password.len() >= HEAD {
            self.needles.push((format!("the password of {name}"), password.as_bytes().to_vec()));
        }
    }

    fn add_key(&mut self, name: &str, part: &[u8]) {
        for window in part.windows(WINDOW.min(part.len())).step_by(STRIDE) {
            self.add_window(name, window);
        }
    }

    fn add_window(&mut self, name: &str, window: &[u8]) {
        let hex: String = window.iter().map(|octet| format!("{octet:02x}")).collect();
        let mut add = |form: &str, octets: Vec<u8>| self.needles.push((format!("the key {name} in {form}"), octets));
        add("DER", window.to_vec());
        add("capital hexadecimal", hex.to_uppercase().into_bytes());
        add("hexadecimal", hex.into_bytes());
        // In base64 an octet looks different at each of three places; the ends depend on the neighbours.
        for shift in 0..3 {
            let aligned = &window[shift..shift + (WINDOW - shift) / 3 * 3];
            add("base64", STANDARD.encode(aligned).into_bytes());
            add("base64url", URL_SAFE.encode(aligned).into_bytes());
        }
    }

    /// Which secrets stand in `octets`.
    pub(super) fn faults(&self, place: &str, octets: &[u8]) -> Vec<String> {
        let joined: Vec<u8> = octets.iter().copied().filter(|octet| !b" \r\n\t:".contains(octet)).collect();
        let mut by_head: HashMap<&[u8], Vec<&(String, Vec<u8>)>> = HashMap::new();
        for needle in &self.needles {
            by_head.entry(&needle.1[..HEAD]).or_default().push(needle);
        }
        let mut faults = BTreeSet::new();
        for text in [octets, &joined] {
            for (at, head) in text.windows(HEAD).enumerate() {
                let candidates = by_head.get(head).into_iter().flatten();
                let found = candidates.filter(|(_, needle)| text[at..].starts_with(needle));
                faults.extend(found.map(|(name, _)| format!("{place} shows {name}")));
            }
        }
        if !self.lets_tokens_pass && has_signed_token(octets) {
            faults.insert(format!("{place} shows a signed token"));
        }
        faults.into_iter().collect()
    }
}

/// Whether a compact JWS (RFC 7515 section 7.1) stands in the text: two parts that both begin as a JSON object does.
pub(super) fn has_signed_token(octets: &[u8]) -> bool {
    let is_part = |octet: &u8| octet.is_ascii_alphanumeric() || b"-_.".contains(octet);
    octets.split(|octet| !is_part(octet)).any(|word| {
        let parts: Vec<_> = word.split(|octet| *octet == b'.').collect();
        parts.windows(3).any(|three| three[..2].iter().all(|part| part.starts_with(b"eyJ")) && three[2].len() >= CHUNK)
    })
}

/// Whether the file is meant to hold secrets, and so must be its owner's alone.
pub(super) fn is_secret(path: &Path, octets: &[u8]) -> bool {
    let kind = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    ["p12", "pfx", "jks", "pass"].contains(&kind)
        || contains(octets, b"PRIVATE KEY-----")
        || contains(octets, b"\"d\": \"")
        || has_signed_token(octets)
        || !der::private_parts(octets).is_empty()
}

/// The DER of every unencrypted key in a file.
fn keys_in(octets: &[u8]) -> Vec<Vec<u8>> {
    if !contains(octets, b"PRIVATE KEY-----") {
        return vec![octets.to_vec()];
    }
    // An environment variable or `.env` file writes the line ends as `\n`.
    let text = String::from_utf8_lossy(octets).replace("\\n", "\n");
    let blocks = text.split("-----BEGIN ").skip(1).filter_map(|block| {
        let (label, rest) = block.split_once("-----")?;
        let (body, _) = rest.split_once("-----END")?;
        label.ends_with("PRIVATE KEY").then_some(body)
    });
    blocks.filter_map(|body| STANDARD.decode(body.split_whitespace().collect::<String>()).ok()).collect()
}

#[test]
fn a_key_is_found_in_every_form() {
    // A version, an algorithm, and 32 octets in two octet strings: an Ed25519 key that counts upwards.
    let mut der = [0x30, 46, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 34, 4, 32].to_vec();
    der.extend(0..32);
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", STANDARD.encode(&der));
    for file in [der.clone(), pem.clone().into_bytes()] {
        assert!(is_secret(Path::new("x.bin"), &file));
        let content = Content::File(file);
        let snapshot = Snapshot([("x".into(), super::snapshot::Item { mode: 0, content })].into());
        let scan = SecretScan::of(&snapshot, &["pass-word".to_owned()]);
        let hex: String = der.iter().map(|octet| format!("{octet:02X}")).collect();
        for shown in [der.clone(), pem.clone().into_bytes(), hex.into_bytes(), b"the pass-word is".to_vec()] {
            assert!(!scan.faults("here", &shown).is_empty());
        }
        for before in 0..3 {
            assert!(!scan.faults("here", URL_SAFE.encode([&der[..before], &der[..]].concat()).as_bytes()).is_empty());
        }
        assert!(scan.faults("here", b"nothing at all").is_empty());
    }
}

#[test]
fn a_token_is_found_whole_and_in_part() {
    let mut scan = SecretScan::default();
    let credential = |name: &str, value: &str| Credential { name: name.to_owned(), value: value.to_owned() };
    let token = "00Dxx0000001gPL!AQ4AQFz1Xo9qK3w7Tn5Lr2Vb8Yc6";
    let assertion = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJjbGllbnQifQ.c2lnbmF0dXJlLW9mLXRoZS10b2tlbg";
    scan.add_credential(&credential("access_token", token));
    scan.add_credential(&credential("assertion", assertion));
    for shown in [token, &token[16..28], assertion, &assertion[..20], &assertion[21..42], &assertion[43..60]] {
        assert!(!scan.faults("here", format!("the answer is {shown}, and no more").as_bytes()).is_empty(), "{shown}");
    }
    for harmless in ["", "00Dxx0000001gPL", "RS256", "eyJ", "access_token"] {
        assert!(scan.faults("here", harmless.as_bytes()).is_empty(), "{harmless}");
    }
    let scan = scan.without("access_token");
    assert!(scan.faults("here", token.as_bytes()).is_empty());
    assert!(!scan.faults("here", &assertion.as_bytes()[43..]).is_empty());
    let asked_for = SecretScan::default().without("signed token");
    assert!(asked_for.faults("here", assertion.as_bytes()).is_empty());
    // Also one that nobody told of.
    assert!(!SecretScan::default().faults("here", format!("\"{assertion}\"").as_bytes()).is_empty());
    assert!(SecretScan::default().faults("here", b"eyJ.eyJ.\na.example.com 1.2.3").is_empty());
}

#[test]
fn a_key_is_found_that_an_environment_variable_gave() {
    let mut der = [0x30, 46, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 34, 4, 32].to_vec();
    der.extend(0..32);
    let value = format!("-----BEGIN PRIVATE KEY-----\\n{}\\n-----END PRIVATE KEY-----\\n", STANDARD.encode(&der));
    let mut scan = SecretScan::default();
    scan.add_keys("SF_PRIVATE_KEY", value.as_bytes());
    assert!(!scan.faults("here", &der).is_empty());
}
