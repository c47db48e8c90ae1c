//! No run shows a secret: not on its standard streams, not in a file that is not meant to hold it.

use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};

use super::der::private_parts;
use super::snapshot::{Content, Snapshot};
use super::{contains, der};

/// The octets of a private number that are looked for: long enough to be no accident.
const WINDOW: usize = 18;

/// What must not be shown, in every form it might take.
#[derive(Default)]
pub(super) struct SecretScan {
    needles: Vec<(String, Vec<u8>)>,
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
            for part in keys_in(octets).iter().flat_map(|der| private_parts(der)) {
                scan.add_key(&name, &part);
            }
        }
        scan
    }

    fn add_password(&mut self, name: &str, password: &str) {
        // A shorter one would be found by accident.
        if password.len() >= 6 {
            self.needles.push((format!("the password of {name}"), password.as_bytes().to_vec()));
        }
    }

    fn add_key(&mut self, name: &str, part: &[u8]) {
        let middle = part.len().saturating_sub(WINDOW) / 2;
        let window = &part[middle..(middle + WINDOW).min(part.len())];
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
        let found = self.needles.iter().filter(|(_, needle)| contains(octets, needle) || contains(&joined, needle));
        found.map(|(name, _)| format!("{place} shows {name}")).collect()
    }
}

/// Whether the file is meant to hold secrets, and so must be its owner's alone.
pub(super) fn is_secret(path: &Path, octets: &[u8]) -> bool {
    let kind = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    ["p12", "pfx", "jks", "pass"].contains(&kind)
        || contains(octets, b"PRIVATE KEY-----")
        || contains(octets, b"\"d\": \"")
        || !der::private_parts(octets).is_empty()
}

/// The DER of every unencrypted key in a file.
fn keys_in(octets: &[u8]) -> Vec<Vec<u8>> {
    if !contains(octets, b"PRIVATE KEY-----") {
        return vec![octets.to_vec()];
    }
    let text = String::from_utf8_lossy(octets);
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
