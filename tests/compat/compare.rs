//! Compares what ours wrote with what the real program wrote, as the real programs read them.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::Timestamp;

use crate::row::Wanted;
use crate::run::Peers;
use crate::support::Sandbox;

/// Two runs of a line do not end in the same second.
const TOLERANCE_SECONDS: i64 = 300;

/// What is known of one output, by the names that `differs` may list.
type Facts = BTreeMap<String, String>;

/// The two sides of a comparison: a name and the octets.
pub(crate) struct Pair<'a> {
    pub(crate) ours: (&'a Sandbox, &'a [u8]),
    pub(crate) theirs: (&'a Sandbox, &'a [u8]),
}

/// Fails where the two are not what `wanted` says; `place` names them.
#[track_caller]
pub(crate) fn check(peers: &Peers, place: &str, wanted: &Wanted, pair: &Pair<'_>) {
    let (ours, theirs) = (pair.ours.1, pair.theirs.1);
    for text in &wanted.contains {
        for (side, octets) in [("ours", ours), ("theirs", theirs)] {
            let shown = String::from_utf8_lossy(octets);
            assert!(shown.contains(text.as_str()), "{place}: {text:?} is not in {side}:\n{shown}");
        }
    }
    match wanted.kind.as_str() {
        "free" | "contains" => return,
        "bytes" => {
            let shown = |octets| String::from_utf8_lossy(octets).into_owned();
            assert!(ours == theirs, "{place}\n--- ours\n{}\n--- theirs\n{}", shown(ours), shown(theirs));
            return;
        }
        _ => {}
    }
    let scratch = Sandbox::new();
    let mut facts = [("ours", pair.ours), ("theirs", pair.theirs)].map(|(side, (folder, octets))| {
        scratch.write(side, octets);
        let reader = Reader { peers, scratch: &scratch, side, folder, wanted, place };
        match wanted.kind.as_str() {
            "certificate" => reader.certificate(&scratch.path(side)),
            "request" => reader.request(),
            "key" => reader.key(true),
            "new-key" => reader.key(false),
            "public-key" => reader.public_key(),
            "p12" => reader.p12(&scratch.path(side), &wanted.password),
            "jks" => reader.jks(),
            other => panic!("{place}: {other:?} is no way to compare"),
        }
    });
    // Identifiers of keys say no more than the keys.
    if wanted.differs.iter().any(|fact| fact == "public key") {
        for facts in &mut facts {
            for text in facts.values_mut() {
                *text = without_octets(text);
            }
        }
    }
    let [ours, theirs] = &facts;
    let names: std::collections::BTreeSet<_> = ours.keys().chain(theirs.keys()).collect();
    for name in names {
        let (one, other) = (ours.get(name), theirs.get(name));
        let is_same = match (one, other) {
            (Some(one), Some(other)) if name.starts_with("not ") => are_near(one, other),
            _ => one == other,
        };
        let may_differ = wanted.differs.iter().any(|fact| fact == name);
        assert!(
            is_same != may_differ,
            "{place}: {name} is {}\n--- ours\n{}\n--- theirs\n{}",
            if is_same { "the same, although the row says that it differs" } else { "another" },
            one.map_or("(none)", String::as_str),
            other.map_or("(none)", String::as_str)
        );
    }
    for fact in &wanted.differs {
        assert!(ours.contains_key(fact) || theirs.contains_key(fact), "{place}: there is no fact {fact:?}: {ours:?}");
    }
}

/// Reads one side.
struct Reader<'a> {
    peers: &'a Peers,
    scratch: &'a Sandbox,
    side: &'a str,
    folder: &'a Sandbox,
    wanted: &'a Wanted,
    place: &'a str,
}

impl Reader<'_> {
    #[track_caller]
    fn ask(&self, line: &[&str]) -> String {
        self.peers.openssl(self.scratch.folder(), line, b"")
    }

    fn octets(&self) -> Vec<u8> {
        self.scratch.read(self.side)
    }

    /// The label of a PEM, else that there is none.
    fn form(&self) -> String {
        let octets = self.octets();
        let text = String::from_utf8_lossy(&octets);
        let label = text.lines().find_map(|line| line.strip_prefix("-----BEGIN ")?.strip_suffix("-----"));
        label.unwrap_or("DER").to_owned()
    }

    fn certificate(&self, path: &Path) -> Facts {
        let path = path.to_str().unwrap();
        let mut facts = self.common("x509", path);
        let dates = self.ask(&["x509", "-in", path, "-noout", "-dates", "-dateopt", "iso_8601"]);
        for line in dates.lines() {
            let (name, date) = line.split_once('=').unwrap();
            let name = if name == "notBefore" { "not before" } else { "not after" };
            facts.insert(name.to_owned(), date.replace(' ', "T"));
        }
        let issuer = self.ask(&["x509", "-in", path, "-noout", "-issuer", "-nameopt", "RFC2253"]);
        facts.insert("issuer".to_owned(), issuer);
        if self.wanted.also.iter().any(|fact| fact == "serial") {
            facts.insert("serial".to_owned(), self.ask(&["x509", "-in", path, "-noout", "-serial"]));
        }
        let names = ["-subject", "-issuer"].map(|name| {
            let name = self.ask(&["x509", "-in", path, "-noout", name, "-nameopt", "RFC2253"]);
            name.split_once('=').unwrap().1.to_owned()
        });
        if let Some(ca) = &self.wanted.ca {
            let ca = self.folder.path(ca).to_str().unwrap().to_owned();
            let shown = self.ask(&["verify", "-partial_chain", "-no_check_time", "-trusted", &ca, path]);
            assert!(shown.contains(": OK"), "{}: {shown}", self.place);
        } else if names[0] == names[1] {
            self.check_own_signature(path, &facts);
        }
        facts
    }

    /// Checks the signature by the certificate's own key. `openssl verify` would ask for the right to sign certificates,
    /// which a self-signed one need not have.
    fn check_own_signature(&self, path: &str, facts: &Facts) {
        use x509_cert::der::{Decode, Encode};
        let pem = self.ask(&["x509", "-in", path]);
        let block = certwright::formats::pem::decode(pem.as_bytes(), &Default::default()).unwrap();
        let certificate = x509_cert::Certificate::from_der(block.blocks[0].contents.expose()).unwrap();
        self.scratch.write("signed", certificate.tbs_certificate().to_der().unwrap());
        self.scratch.write("signature", certificate.signature().raw_bytes());
        self.scratch.write("signer", &facts["public key"]);
        let algorithm = facts["signature algorithm"].to_lowercase();
        let digest = ["sha1", "sha224", "sha256", "sha384", "sha512"].into_iter().find(|name| algorithm.contains(name));
        let mut line = vec![
            "pkeyutl",
            "-verify",
            "-pubin",
            "-inkey",
            "signer",
            "-in",
            "signed",
            "-sigfile",
            "signature",
            "-rawin",
        ];
        if let Some(digest) = digest {
            line.extend(["-digest", digest]);
        }
        assert!(self.ask(&line).contains("Signature Verified"), "{}: {}", self.place, self.side);
    }

    fn request(&self) -> Facts {
        let path = self.scratch.path(self.side);
        let path = path.to_str().unwrap();
        // Fails where the signature is not the key's.
        self.ask(&["req", "-in", path, "-noout", "-verify"]);
        self.common("req", path)
    }

    /// What certificates and requests have in common.
    fn common(&self, tool: &str, path: &str) -> Facts {
        let text = self.ask(&[tool, "-in", path, "-noout", "-text", "-nameopt", "RFC2253"]);
        let line = |label: &str| {
            let lines = text.lines().map(str::trim);
            lines.filter_map(|line| line.strip_prefix(label)).next().unwrap_or_default().trim().to_owned()
        };
        let extensions = text.split_once("xtensions:\n").map_or("", |(_, rest)| rest);
        let extensions = extensions.split("    Signature Algorithm:").next().unwrap_or_default();
        let public_key = self.ask(&[tool, "-in", path, "-noout", "-pubkey"]);
        if let Some(key) = &self.wanted.key {
            let key = self.folder.path(key);
            let pass = format!("pass:{}", self.wanted.password);
            let of_key = self.ask(&["pkey", "-in", key.to_str().unwrap(), "-passin", &pass, "-pubout"]);
            assert_eq!(of_key, public_key, "{}: {} is not of its key", self.place, self.side);
        }
        let facts = [
            ("form", if path.ends_with(self.side) { self.form() } else { String::new() }),
            ("version", line("Version:")),
            ("subject", self.ask(&[tool, "-in", path, "-noout", "-subject", "-nameopt", "RFC2253"])),
            ("signature algorithm", line("Signature Algorithm:")),
            ("public key algorithm", line("Public Key Algorithm:") + &line("Public-Key:") + &line("ASN1 OID:")),
            ("public key", public_key),
            ("extensions", extensions.to_owned()),
        ];
        facts.into_iter().map(|(name, text)| (name.to_owned(), text)).collect()
    }

    fn key(&self, is_same: bool) -> Facts {
        let path = self.scratch.path(self.side);
        let pass = format!("pass:{}", self.wanted.password);
        let read =
            |more: &[&str]| self.ask(&[&["pkey", "-in", path.to_str().unwrap(), "-passin", &pass], more].concat());
        let text = read(&["-text", "-noout"]);
        let described = text.lines().filter(|line| !line.starts_with(' ') && !line.ends_with(':'));
        let described: Vec<&str> = described.filter(|line| !line.starts_with("publicExponent")).collect();
        // The second try shows whether the password is needed, and is the key's.
        let is_encrypted = String::from_utf8_lossy(&self.octets()).contains("ENCRYPTED");
        if is_encrypted {
            let wrong = self.peers.run(
                self.scratch.folder(),
                "openssl",
                &["pkey", "-in", path.to_str().unwrap(), "-passin", "pass:it is not this", "-noout"].map(str::to_owned),
                &[],
                b"",
            );
            assert_ne!(wrong.code, Some(0), "{}: {} opens with any password", self.place, self.side);
        }
        let mut facts = Facts::from([
            ("form".to_owned(), self.form()),
            ("algorithm".to_owned(), described.join("\n")),
            ("encrypted".to_owned(), is_encrypted.to_string()),
        ]);
        if is_same {
            facts.insert("key".to_owned(), read(&[]));
        } else {
            // A new key is a whole one.
            let checked = read(&["-check", "-noout"]);
            assert!(checked.contains("Key is valid"), "{}: {checked}", self.place);
        }
        facts
    }

    fn public_key(&self) -> Facts {
        let path = self.scratch.path(self.side);
        let read = self.ask(&["pkey", "-pubin", "-in", path.to_str().unwrap(), "-pubout"]);
        Facts::from([("form".to_owned(), self.form()), ("key".to_owned(), read)])
    }

    /// Everything in a PKCS#12 file, entry by entry, in the order of alias and content.
    fn p12(&self, path: &Path, password: &str) -> Facts {
        let path = path.to_str().unwrap();
        let pass = format!("pass:{password}");
        let line = ["pkcs12", "-in", path, "-passin", &pass, "-nodes"].map(str::to_owned);
        let mut run = self.peers.run(self.scratch.folder(), "openssl", &line, &[], b"");
        let is_legacy = run.code != Some(0);
        if is_legacy {
            let line = [&line[..], &["-legacy".to_owned()]].concat();
            run = self.peers.run(self.scratch.folder(), "openssl", &line, &[], b"");
        }
        assert!(run.code == Some(0), "{}: openssl does not open {}\n{run}", self.place, self.side);
        let mut facts = bags(&String::from_utf8_lossy(&run.stdout));
        facts.insert("legacy".to_owned(), is_legacy.to_string());
        self.with_certificate_facts(facts)
    }

    /// The keys and certificates are compared as such where they are new.
    fn with_certificate_facts(&self, mut facts: Facts) -> Facts {
        if !self.wanted.differs.iter().any(|fact| fact == "public key") {
            return facts;
        }
        let mut new = Facts::new();
        for (number, pem) in facts["certificates"].split_inclusive("-----END CERTIFICATE-----\n").enumerate() {
            let file = self.scratch.path(&format!("{}-{number}.pem", self.side));
            std::fs::write(&file, pem).unwrap();
            for (name, text) in self.certificate(&file) {
                *new.entry(name).or_default() += &text;
            }
        }
        facts.remove("certificates");
        facts.remove("keys");
        facts.append(&mut new);
        facts
    }

    /// Everything in a JKS, as keytool reads it: it is made into PKCS#12.
    fn jks(&self) -> Facts {
        let octets = self.octets();
        let magic: String = octets.iter().take(4).map(|octet| format!("{octet:02x}")).collect();
        let of_store = &self.wanted.password;
        let of_keys = match (&self.wanted.theirs_key_password, self.side) {
            (Some(password), "theirs") => password,
            _ => of_store,
        };
        let target = format!("{}.read.p12", self.side);
        let line = [
            "-importkeystore",
            "-noprompt",
            "-srckeystore",
            self.side,
            "-srcstorepass",
            of_store,
            "-destkeystore",
            &target,
            "-deststoretype",
            "PKCS12",
            "-deststorepass",
            "read-with-this",
        ];
        // An entry whose key has another password is asked for on standard input.
        let answers = format!("{of_keys}\n").repeat(4);
        let run = self.peers.run(self.scratch.folder(), "keytool", &line.map(str::to_owned), &[], answers.as_bytes());
        assert!(run.code == Some(0), "{}: keytool does not open {}\n{run}", self.place, self.side);
        let asked = run.stderr.contains("Enter key password for");
        assert_eq!(
            asked,
            self.side == "theirs" && self.wanted.theirs_key_password.is_some(),
            "{}: whether the keys of {} have another password than the store\n{run}",
            self.place,
            self.side
        );
        let mut facts = self.p12(&self.scratch.path(&target), "read-with-this");
        facts.insert("store".to_owned(), magic);
        facts
    }
}

/// The bags that `openssl pkcs12 -nodes` shows: their names, their keys and their certificates, each sorted by name.
fn bags(text: &str) -> Facts {
    let (mut entries, mut attributes, mut block) = (Vec::new(), Vec::new(), None::<String>);
    for line in text.lines() {
        if let Some(pem) = &mut block {
            pem.push_str(&format!("{line}\n"));
            if line.starts_with("-----END") {
                entries.push((std::mem::take(&mut attributes).join(", "), block.take().unwrap()));
            }
        } else if line.starts_with("-----BEGIN") {
            block = Some(format!("{line}\n"));
        } else if let Some((name, value)) = line.trim().split_once(": ") {
            // Each program numbers the pairs in its own way; that there is a number counts.
            let value = if name == "localKeyID" { "…" } else { value.trim() };
            attributes.push(format!("{name}={value}"));
        }
    }
    entries.sort();
    let of = |label: &str| -> String {
        entries.iter().filter(|(_, pem)| pem.contains(label)).map(|(_, pem)| pem.as_str()).collect()
    };
    let names: Vec<String> = entries
        .iter()
        .map(|(names, pem)| format!("{}: {names}", if pem.contains("PRIVATE KEY") { "key" } else { "certificate" }))
        .collect();
    [("entries", names.join("\n")), ("keys", of("PRIVATE KEY")), ("certificates", of("BEGIN CERTIFICATE"))]
        .map(|(name, text)| (name.to_owned(), text))
        .into()
}

fn are_near(one: &str, other: &str) -> bool {
    let [one, other] = [one, other].map(|date| date.trim().parse::<Timestamp>().unwrap().as_second());
    (one - other).abs() <= TOLERANCE_SECONDS
}

/// The text with each `12:34:AB` as one dot.
fn without_octets(text: &str) -> String {
    let is_octets = |word: &str| word.len() > 8 && word.split(':').all(|octet| octet.len() == 2);
    let words = |line: &str| -> String {
        line.split(' ').map(|word| if is_octets(word) { "…" } else { word }).collect::<Vec<_>>().join(" ")
    };
    text.lines().map(words).collect::<Vec<_>>().join("\n")
}
