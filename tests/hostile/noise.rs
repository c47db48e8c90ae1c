//! Octets that nobody meant: noise behind the beginnings of every format, and golden files run into each other.

use certwright::formats::detect::detect;
use certwright::secret::Password;

use crate::cost::Meter;
use crate::manifest::{Passwords, octets};
use crate::shards::{self, is_all};
use crate::{open, tight, verbs};

/// The beginnings that recognition goes by.
const BEGINNINGS: [&[u8]; 16] = [
    b"",
    b"\x30",
    b"\x30\x80",
    b"\x30\x80\x02\x01\x03\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01\xa0\x80\x24\x80",
    b"\x30\x82\x01\x00",
    b"\x30\x82\x01\x00\x02\x01\x00\x30",
    b"\x30\x82\x01\x00\x02\x01\x03\x30",
    b"\x30\x84\xff\xff\xff\xff",
    b"\xfe\xed\xfe\xed\x00\x00\x00\x02\x00\x00\x00\x01",
    b"\xce\xce\xce\xce\x00\x00\x00\x02\x00\x00\x00\x01\x00\x00\x00\x03",
    b"-----BEGIN PRIVATE KEY-----\n",
    b"-----BEGIN ENCRYPTED PRIVATE KEY-----\n",
    b"-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,",
    b"\xff\xfe-\0-\0-\0-\0-\0B\0E\0G\0I\0N\0 \0",
    b"\xef\xbb\xbf-----BEGIN ",
    b"LS0tLS1CRUdJTi",
];

/// SplitMix64, so that a failing case is the same each time.
pub(crate) struct Noise(pub(crate) u64);

impl Noise {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound as u64).unwrap()
    }

    /// Octets that are now anything, now digits of base64, and now small DER elements, so that they get far.
    pub(crate) fn octets(&mut self, length: usize) -> Vec<u8> {
        const BASE64: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=\n\r -";
        const DER: &[u8] = &[0x02, 0x03, 0x04, 0x05, 0x06, 0x0c, 0x1e, 0x24, 0x30, 0x31, 0xa0, 0xa1, 0x80, 0, 1, 2, 3];
        match self.below(3) {
            0 => (0..length).map(|_| self.next().to_le_bytes()[0]).collect(),
            1 => (0..length).map(|_| BASE64[self.below(BASE64.len())]).collect(),
            _ => (0..length).map(|_| DER[self.below(DER.len())]).collect(),
        }
    }
}

fn harmless(meter: &Meter, name: &str, file: &[u8]) {
    let (limits, passwords) = (tight(), Passwords::of([Password::new("changeit")]));
    let (report, cost) = meter
        .run(name, || {
            let _ = detect(file);
            open(file, &passwords, &limits)
        })
        .unwrap();
    assert!(cost.is_within(&limits), "{name}: {cost:?}");
    assert!(!report.is_proved(), "{name}");
    let faults = verbs::faults(meter, name, file, &passwords, &limits);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn noise_behind_every_beginning_is_harmless() {
    shards::run("noise::noise_behind_every_beginning_is_harmless", |share| {
        let meter = Meter::new();
        for round in (0..if is_all() { 50_000 } else { 300 }).filter(|round| share.takes(*round)) {
            // Each round has its own seed, so that it is the same in whichever process it runs.
            let mut noise = Noise(round as u64);
            for beginning in BEGINNINGS {
                let length = noise.below(600);
                let file = [beginning, &noise.octets(length)].concat();
                harmless(&meter, &format!("round {round}, {beginning:02x?}"), &file);
            }
        }
    });
}

#[test]
fn golden_files_run_into_each_other_are_harmless() {
    const FILES: [&str; 8] = [
        "jks/keytool-p256.jks",
        "pkcs10/p256.der",
        "pkcs12/one-iteration-open-bags.p12",
        "pkcs12/one-iteration.p12",
        "pkcs7/chain.p7b",
        "pkcs8/one-iteration.der",
        "pkcs8/scrypt-n-2.key",
        "x509/every-extension.crt",
    ];
    shards::run("noise::golden_files_run_into_each_other_are_harmless", |share| {
        let (meter, files) = (Meter::new(), FILES.map(octets));
        for round in (0..if is_all() { 50_000 } else { 500 }).filter(|round| share.takes(*round)) {
            let mut noise = Noise(round as u64);
            let (one, two) = (&files[noise.below(files.len())], &files[noise.below(files.len())]);
            let (cut, rest) = (noise.below(one.len() - 1), 1 + noise.below(two.len() - 1));
            let spliced = [&one[..cut], &two[rest..]].concat();
            // A file that goes on in itself where it was cut is that file, and may be proved.
            if !files.contains(&spliced) {
                harmless(&meter, &format!("splice {round}"), &spliced);
            }
        }
    });
}
