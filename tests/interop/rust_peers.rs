//! Two Rust crates that share no code with our rooms: rcgen issues certificates, p12-keystore reads and writes PKCS#12.

use ::pkcs8::EncodePrivateKey;
use certwright::formats::{jks, pem, pkcs8, spki};
use certwright::limits::Limits;
use p12_keystore::{
    Certificate, EncryptionAlgorithm, KeyStore, KeyStoreEntry, MacAlgorithm, Pkcs12ImportPolicy, PrivateKey,
    PrivateKeyChain,
};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyUsagePurpose, PublicKeyData, SignatureAlgorithm};
use rcgen::{KeyIdMethod, SigningKey};
use signature::{SignatureEncoding, Signer};

use crate::support::{KEY_TYPES, Sandbox, tool};

type Sign = Box<dyn Fn(&[u8]) -> Vec<u8>>;

/// A key outside our rooms, for rcgen to sign with. The numbers are fixed: these are test keys.
struct Key {
    algorithm: &'static SignatureAlgorithm,
    pkcs8: Vec<u8>,
    public: Vec<u8>,
    sign: Sign,
}

impl PublicKeyData for Key {
    fn der_bytes(&self) -> &[u8] {
        &self.public
    }

    fn algorithm(&self) -> &'static SignatureAlgorithm {
        self.algorithm
    }
}

impl SigningKey for Key {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, rcgen::Error> {
        Ok((self.sign)(message))
    }
}

fn p256() -> Key {
    let key = p256::ecdsa::SigningKey::from_slice(&[7; 32]).unwrap();
    Key {
        algorithm: &rcgen::PKCS_ECDSA_P256_SHA256,
        pkcs8: key.to_pkcs8_der().unwrap().as_bytes().to_vec(),
        public: key.verifying_key().to_sec1_point(false).as_bytes().to_vec(),
        sign: Box::new(move |message| Signer::<p256::ecdsa::DerSignature>::sign(&key, message).to_vec()),
    }
}

fn p384() -> Key {
    let key = p384::ecdsa::SigningKey::from_slice(&[7; 48]).unwrap();
    Key {
        algorithm: &rcgen::PKCS_ECDSA_P384_SHA384,
        pkcs8: key.to_pkcs8_der().unwrap().as_bytes().to_vec(),
        public: key.verifying_key().to_sec1_point(false).as_bytes().to_vec(),
        sign: Box::new(move |message| Signer::<p384::ecdsa::DerSignature>::sign(&key, message).to_vec()),
    }
}

fn ed25519() -> Key {
    let key = ed25519_dalek::SigningKey::from_bytes(&[7; 32]);
    Key {
        algorithm: &rcgen::PKCS_ED25519,
        pkcs8: key.to_pkcs8_der().unwrap().as_bytes().to_vec(),
        public: key.verifying_key().to_bytes().to_vec(),
        sign: Box::new(move |message| key.sign(message).to_vec()),
    }
}

fn parameters(name: &str) -> CertificateParams {
    let mut parameters = CertificateParams::new(vec![format!("{name}.example")]).unwrap();
    parameters.distinguished_name.push(rcgen::DnType::CommonName, name);
    parameters.serial_number = Some(rcgen::SerialNumber::from_slice(&[1, 2, 3, 4]));
    parameters.not_before = rcgen::date_time_ymd(2024, 1, 1);
    parameters.not_after = rcgen::date_time_ymd(2060, 1, 1);
    parameters.key_identifier_method = KeyIdMethod::PreSpecified(name.as_bytes().to_vec());
    parameters
}

fn write_pem(sandbox: &Sandbox, file: &str, label: &str, der: &[u8]) {
    sandbox.write(file, pem::encode(label, der).unwrap().expose());
}

fn contents(sandbox: &Sandbox, file: &str) -> Vec<u8> {
    pem::decode(&sandbox.read(file), &Limits::default()).unwrap().blocks[0].contents.expose().to_vec()
}

#[test]
fn what_rcgen_writes_belongs_together() {
    for key in [p256(), p384(), ed25519()] {
        let sandbox = Sandbox::new();
        let certificate = parameters("rcgen").self_signed(&key).unwrap();
        let mut request = parameters("rcgen");
        // A request has no place for it.
        request.serial_number = None;
        let request = request.serialize_request(&key).unwrap();
        sandbox.write("key.der", &key.pkcs8);
        sandbox.write("certificate.der", certificate.der());
        sandbox.write("request.der", request.der());
        write_pem(&sandbox, "key.pem", "PRIVATE KEY", &key.pkcs8);
        sandbox.write("certificate.pem", certificate.pem());
        sandbox.write("request.pem", request.pem().unwrap());
        sandbox.done("verify .");
        sandbox.done("verify key.der certificate.pem request.der");
        sandbox.done("selfsign --key key.pem --csr request.pem -o ours.crt");
        sandbox.done("verify --key key.der --cert ours.crt");
    }
}

/// Our key, and its certificate from rcgen's authority.
fn issued() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.done("genkey -t p256");
    let mut root = parameters("root");
    root.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    root.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    let root_key = p384();
    sandbox.write("root.crt", root.self_signed(&root_key).unwrap().pem());
    let ours = pkcs8::decode(&contents(&sandbox, "server.key")).unwrap();
    let info = spki::encode(&ours.public_key()).unwrap();
    // The point itself is the end of the structure: 04, and two coordinates of 32 octets.
    let subject = Key { public: info[info.len() - 65..].to_vec(), ..p256() };
    let leaf = parameters("leaf").signed_by(&subject, &Issuer::new(root, root_key)).unwrap();
    sandbox.write("leaf.crt", leaf.pem());
    sandbox
}

#[test]
fn rcgens_ca_signs_with_us() {
    let Some(openssl) = tool("openssl") else { return };
    for key in [p256(), p384(), ed25519()] {
        let sandbox = Sandbox::new();
        let mut root = parameters("root");
        root.distinguished_name.push(rcgen::DnType::OrganizationName, "Zoë & Söhne");
        root.is_ca = IsCa::Ca(BasicConstraints::Constrained(1));
        root.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        sandbox.write("root.crt", root.self_signed(&key).unwrap().pem());
        write_pem(&sandbox, "root.key", "PRIVATE KEY", &key.pkcs8);
        sandbox.done("genkey -t p256");
        sandbox.done("csr --key server.key --cn host.example --san host.example");
        sandbox.done("sign server.csr --ca-cert root.crt --ca-key root.key -o server.crt");
        let said = openssl.run(&sandbox, "verify -x509_strict -CAfile root.crt server.crt");
        assert!(said.contains("server.crt: OK"), "{said}");
        // The root's own key identifier, which is no digest of its key, names it.
        let text = openssl.run(&sandbox, "x509 -in server.crt -noout -ext authorityKeyIdentifier");
        assert!(text.contains("72:6F:6F:74"), "{text}");
    }
}

#[test]
fn a_chain_that_rcgen_issued_is_packed() {
    let sandbox = issued();
    let export = "--key server.key --cert leaf.crt --chain root.crt --alias chained";
    sandbox.done(&format!("export p12 {export} --passout generate:store.pass -o chained.p12"));
    sandbox.done(&format!("export jks {export} --passout file:store.pass -o chained.jks"));
    let store =
        KeyStore::from_pkcs12(&sandbox.read("chained.p12"), &sandbox.password("store.pass"), Default::default());
    let store = store.unwrap();
    let (alias, chain) = store.private_key_chain().unwrap();
    assert_eq!((alias, store.entries_len()), ("chained", 1));
    assert_eq!(chain.key().as_der(), contents(&sandbox, "server.key"));
    let certificates: Vec<&[u8]> = chain.certs().iter().map(Certificate::as_der).collect();
    assert_eq!(certificates, [contents(&sandbox, "leaf.crt"), contents(&sandbox, "root.crt")]);
    sandbox.done("verify . --passin file:store.pass");
    let Some(keytool) = tool("keytool") else { return };
    for (file, storetype) in [("chained.p12", "PKCS12"), ("chained.jks", "JKS")] {
        let line = format!("-list -v -keystore {file} -storetype {storetype} -storepass:file store.pass");
        let text = keytool.run(&sandbox, &line);
        assert!(text.contains("Certificate chain length: 2\n"), "{file}: {text}");
        assert!(text.contains("Owner: CN=leaf\nIssuer: CN=root\n"), "{file}: {text}");
    }
}

/// CAs hand chains out in any order and in one file or several; Java wants leaf, intermediate, root.
#[test]
fn a_chain_in_any_order() {
    let sandbox = Sandbox::new();
    let authority = |name: &str| {
        let mut parameters = parameters(name);
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        parameters.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        parameters
    };
    let root = authority("root").self_signed(&p384()).unwrap().pem();
    let above = Issuer::new(authority("root"), p384());
    let middle = authority("middle").signed_by(&ed25519(), &above).unwrap().pem();
    let leaf = parameters("leaf").signed_by(&p256(), &Issuer::new(authority("middle"), ed25519())).unwrap().pem();
    write_pem(&sandbox, "leaf.key", "PRIVATE KEY", &p256().pkcs8);
    for (file, content) in [
        ("leaf.crt", leaf.clone()),
        ("root.crt", root.clone()),
        ("middle.crt", middle.clone()),
        ("upside-down.pem", format!("{root}{middle}")),
        ("full.pem", format!("{leaf}{middle}{root}")),
        ("muddled.pem", format!("{root}{leaf}{middle}")),
    ] {
        sandbox.write(file, content);
    }
    sandbox.write("store.pass", sandbox.secret("chained-together"));
    for (number, given) in [
        "--cert leaf.crt --chain root.crt --chain middle.crt",
        "--cert leaf.crt --chain upside-down.pem",
        "--cert full.pem",
        "--cert muddled.pem",
    ]
    .iter()
    .enumerate()
    {
        let export = format!("export p12 --key leaf.key {given} --alias chained --passout file:store.pass");
        sandbox.done(&format!("{export} --iterations 1000 -o {number}.p12"));
        let store =
            KeyStore::from_pkcs12(&sandbox.read(&format!("{number}.p12")), "chained-together", Default::default());
        let store = store.unwrap();
        let (_, chain) = store.private_key_chain().unwrap();
        let subjects: Vec<&str> = chain.certs().iter().map(Certificate::subject).collect();
        assert_eq!(subjects, ["CN=leaf", "CN=middle", "CN=root"], "{given}");
        sandbox.done(&format!("{export} -o {number}.jks").replace("export p12", "export jks"));
        let octets = sandbox.read(&format!("{number}.jks"));
        let store = jks::Store::decode(&octets, jks::Integrity::Unchecked, &Limits::default()).unwrap();
        let jks::Content::PrivateKey { chain, .. } = &store.entries()[0].content else { panic!("no key entry") };
        let ders: Vec<&[u8]> = chain.iter().map(|certificate| certificate.der.as_slice()).collect();
        assert_eq!(ders, ["leaf.crt", "middle.crt", "root.crt"].map(|file| contents(&sandbox, file)), "{given}");
    }
}

#[test]
fn a_certificate_of_another_key_is_not_packed() {
    let sandbox = issued();
    sandbox.done("genkey -t p256 -o stranger.key");
    let export = "--key stranger.key --cert leaf.crt --alias one --passout generate";
    for format in ["p12", "jks"] {
        sandbox.refused(1, &format!("export {format} {export} -o refused.{format}")).says("do not belong together");
    }
}

#[test]
fn p12_keystore_opens_every_type_of_key() {
    // The types in between are as long in the making and no different in the file.
    for key_type in KEY_TYPES.iter().filter(|key_type| !["rsa:3072", "rsa:4096"].contains(&key_type.name)) {
        let sandbox = Sandbox::new();
        let line = "create --cn jwt --alias Jwt --only key,crt,p12 --passout generate";
        sandbox.done(&format!("{line} -t {}", key_type.name));
        let export = "export p12 --key server.key --cert server.crt --alias Jwt --passout file:server.pass";
        // Who needs the old protection knows no Ed25519.
        let target = if key_type.name == "ed25519" { "openssl3" } else { "java8" };
        sandbox.done(&format!("{export} --for {target} -o legacy.p12"));
        for file in ["keystore.p12", "legacy.p12"] {
            let store =
                KeyStore::from_pkcs12(&sandbox.read(file), &sandbox.password("server.pass"), Default::default());
            let store = store.unwrap();
            let (alias, chain) = store.private_key_chain().unwrap();
            assert_eq!(alias, "Jwt", "{file}");
            assert_eq!(chain.key().as_der(), contents(&sandbox, "server.key"), "{file}");
            assert_eq!(chain.certs()[0].as_der(), contents(&sandbox, "server.crt"), "{file}");
        }
    }
}

/// A keystore with the entries `one` and `two`, and the trusted certificate `root`.
fn their_store(password: &str, encryption: EncryptionAlgorithm, mac: MacAlgorithm) -> Vec<u8> {
    let mut store = KeyStore::new();
    for (alias, key) in [("one", p256()), ("two", ed25519())] {
        let certificate = parameters(alias).self_signed(&key).unwrap();
        let certificate = Certificate::from_der(certificate.der()).unwrap();
        let chain = PrivateKeyChain::new(alias.as_bytes(), PrivateKey::from_der(&key.pkcs8).unwrap(), [certificate]);
        store.add_entry(alias, KeyStoreEntry::PrivateKeyChain(chain));
    }
    let root = parameters("root").self_signed(&p384()).unwrap();
    store.add_entry("root", KeyStoreEntry::Certificate(Certificate::from_der(root.der()).unwrap()));
    store.writer(password).encryption_algorithm(encryption).mac_algorithm(mac).write().unwrap()
}

#[test]
fn what_p12_keystore_writes_is_read_and_edited() {
    for (encryption, mac) in [
        (EncryptionAlgorithm::PbeWithHmacSha256AndAes256, MacAlgorithm::HmacSha256),
        (EncryptionAlgorithm::PbeWithHmacSha256AndAes256, MacAlgorithm::HmacSha512),
        (EncryptionAlgorithm::PbeWithShaAnd3KeyTripleDesCbc, MacAlgorithm::HmacSha1),
    ] {
        let sandbox = Sandbox::new();
        let password = sandbox.secret("theirs-and-ours");
        sandbox.write("store.pass", password);
        sandbox.write("theirs.p12", their_store(password, encryption, mac));
        let list = sandbox.done("alias list theirs.p12 --passin file:store.pass");
        drop(list.shows("one").shows("two").shows("root"));
        sandbox.done("verify theirs.p12 --passin file:store.pass");
        sandbox.done("alias rename theirs.p12 one uno --passin file:store.pass");
        sandbox.done("alias delete theirs.p12 two --passin file:store.pass");
        let store = KeyStore::from_pkcs12(&sandbox.read("theirs.p12"), password, Pkcs12ImportPolicy::Strict).unwrap();
        let aliases: Vec<&String> = store.entries().map(|(alias, _)| alias).collect();
        assert_eq!(aliases, ["root", "uno"]);
        let Some(KeyStoreEntry::PrivateKeyChain(chain)) = store.entry("uno") else { panic!("no key at uno") };
        assert_eq!(chain.key().as_der(), p256().pkcs8);
        assert_eq!(chain.certs().len(), 1);
    }
}
