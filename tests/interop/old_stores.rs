//! We read the keystores and keys of old, with ciphers nobody writes any more, and those in BER.

use crate::support::{Sandbox, Tool, tool};

const PASSWORD: &str = "made-long-ago";

const LEGACY: &str = "-provider legacy -provider default";

/// A folder with `key.pem` and `cert.pem`.
fn made(openssl: &Tool) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("old.pass", format!("{}\n", sandbox.secret(PASSWORD)));
    sandbox.write("wrong.pass", "certainly not it\n");
    openssl.run(&sandbox, "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out key.pem");
    openssl.run(&sandbox, "req -x509 -key key.pem -subj /CN=old -days 30 -out cert.pem");
    sandbox
}

fn export(openssl: &Tool, sandbox: &Sandbox, options: &str, file: &str) {
    let line =
        format!("pkcs12 -export -inkey key.pem -in cert.pem -name old -passout file:old.pass {options} -out {file}");
    openssl.run(sandbox, &line);
}

const SCHEMES: &[&str] = &[
    "PBE-SHA1-RC2-40",
    "PBE-SHA1-RC2-128",
    "PBE-SHA1-RC4-40",
    "PBE-SHA1-RC4-128",
    "PBE-SHA1-2DES",
    "PBE-SHA1-3DES",
    "PBE-MD5-DES",
    "PBE-MD5-RC2-64",
    "PBE-SHA1-DES",
    "PBE-SHA1-RC2-64",
    "des-cbc",
    "rc2-cbc",
    "rc2-40-cbc",
    "rc2-64-cbc",
];

#[test]
fn every_scheme_of_pkcs12() {
    let Some(openssl) = tool("openssl") else { return };
    let sandbox = made(&openssl);
    for scheme in SCHEMES {
        export(&openssl, &sandbox, &format!("-certpbe {scheme} -keypbe {scheme} -iter 1000 {LEGACY}"), "old.p12");
        sandbox.done("verify old.p12 --passin file:old.pass").shows("entry `old`");
        let wrong = sandbox.refused(1, "csr --key old.p12 --cn x -o new.csr --passin file:wrong.pass");
        drop(wrong.says("wrong password, or the file was changed"));
    }
    for digest in ["md5", "sha224", "sha384", "sha512", "sha512-256"] {
        export(&openssl, &sandbox, &format!("-macalg {digest} -iter 1000"), "old.p12");
        sandbox.done("verify old.p12 --passin file:old.pass");
    }
}

/// Renaming encrypts the certificates anew: never with what is only read, and never silently with something else.
#[test]
fn a_renamed_store_gets_a_cipher_that_is_written() {
    let Some(openssl) = tool("openssl") else { return };
    let sandbox = made(&openssl);
    for (scheme, replaced) in [
        ("PBE-SHA1-RC2-40", Some("pbeWithSHA1And3-KeyTripleDES-CBC")),
        ("PBE-SHA1-RC4-128", Some("pbeWithSHA1And3-KeyTripleDES-CBC")),
        ("PBE-MD5-DES", Some("pbeWithSHA1And3-KeyTripleDES-CBC")),
        ("rc2-40-cbc", Some("AES-256-CBC")),
        ("PBE-SHA1-3DES", None),
        ("aes-128-cbc", None),
    ] {
        export(&openssl, &sandbox, &format!("-certpbe {scheme} -keypbe {scheme} -iter 1000 {LEGACY}"), "old.p12");
        let said = sandbox.done("alias rename old.p12 old new --passin file:old.pass");
        let told = said.stderr.contains("a changed part of `old.p12` had a cipher of the last century");
        assert_eq!(told, replaced.is_some(), "{scheme}: {said}");
        let info = openssl.run(&sandbox, "pkcs12 -in old.p12 -passin file:old.pass -legacy -nokeys -info");
        assert!(info.contains("friendlyName: new"), "{info}");
        if let Some(cipher) = replaced {
            let certificates = info.split("Encrypted data: ").nth(1).unwrap().lines().next().unwrap();
            assert!(
                certificates.contains(cipher) && certificates.contains("Iteration 1000"),
                "{scheme}: {certificates}"
            );
        }
        sandbox.done("verify old.p12 --passin file:old.pass");
    }
}

#[test]
fn every_encryption_of_a_key() {
    let Some(openssl) = tool("openssl") else { return };
    let sandbox = made(&openssl);
    let topk8 = "pkcs8 -topk8 -in key.pem -passout file:old.pass -iter 1000 -out old.key";
    let v1 = SCHEMES.iter().filter(|scheme| scheme.starts_with("PBE")).map(|scheme| format!("{topk8} -v1 {scheme}"));
    let prfs = ["SHA1", "SHA224", "SHA256", "SHA384", "SHA512", "SHA512-224", "SHA512-256"];
    let prfs = prfs.map(|hash| format!("{topk8} -v2 aes-192-cbc -v2prf hmacWith{hash}"));
    let v2 = ["des", "rc2-cbc", "des3"].map(|cipher| format!("{topk8} -v2 {cipher}"));
    let traditional = ["des", "des3", "aes128", "aes192", "aes256"];
    let traditional = traditional.map(|it| format!("ec -in key.pem -{it} -passout file:old.pass -out old.key"));
    for line in v1.chain(prfs).chain(v2).chain(traditional) {
        openssl.run(&sandbox, &format!("{line} {LEGACY}"));
        sandbox.done("verify old.key cert.pem --passin file:old.pass");
        let wrong = sandbox.refused(1, "csr --key old.key --cn x -o new.csr --passin file:wrong.pass");
        drop(wrong.says("wrong password, or the file was changed"));
    }
}

/// What no password would open is told before one is asked for.
#[test]
fn what_cannot_be_read_is_named_without_a_password() {
    let Some(openssl) = tool("openssl") else { return };
    let sandbox = made(&openssl);
    export(&openssl, &sandbox, "-certpbe camellia-256-cbc -keypbe aes-256-cbc -iter 1000", "old.p12");
    let said = sandbox.refused(1, "csr --key old.p12 --cn x -o new.csr");
    drop(said.says("PBES2 with Camellia-256-CBC is not supported").says("openssl pkcs12 -legacy -in old.p12"));
    // The keys are not opened to list them.
    export(&openssl, &sandbox, "-certpbe aes-256-cbc -keypbe camellia-256-cbc -iter 1000", "old.p12");
    drop(
        sandbox.refused(1, "csr --key old.p12 --cn x -o new.csr").says("PBES2 with Camellia-256-CBC is not supported"),
    );
    sandbox.done("alias list old.p12 --passin file:old.pass").shows("old");
    openssl.run(&sandbox, "pkcs8 -topk8 -in key.pem -v2 camellia-128-cbc -passout file:old.pass -out old.key");
    drop(sandbox.refused(1, "csr --key old.key --cn x").says("PBES2 with Camellia-128-CBC is not supported"));
    openssl.run(&sandbox, "ec -in key.pem -camellia256 -passout file:old.pass -out old.key");
    drop(sandbox.refused(1, "csr --key old.key --cn x").says("the block's cipher CAMELLIA-256-CBC is not supported"));
    export(&openssl, &sandbox, "-macalg sha3-256 -iter 1000", "old.p12");
    drop(sandbox.refused(1, "csr --key old.p12 --cn x -o new.csr").says("a MAC with SHA3-256 is not supported"));
}

#[test]
fn a_store_without_mac_is_opened_only_when_asked_to() {
    let Some(openssl) = tool("openssl") else { return };
    let sandbox = made(&openssl);
    for options in ["-nomac", "-nomac -keypbe NONE -certpbe NONE"] {
        export(&openssl, &sandbox, options, "old.p12");
        for line in ["alias list old.p12", "csr --key old.p12 --cn x -o new.csr"] {
            let said = sandbox.refused(1, &format!("{line} --passin file:old.pass"));
            drop(said.says("it has no MAC").says("hint: ").says("`--allow-unauthenticated`"));
            let said = sandbox.done(&format!("{line} --passin file:old.pass --allow-unauthenticated"));
            assert_eq!(said.stderr.matches("`old.p12` has no MAC").count(), 1, "{said}");
        }
        std::fs::remove_file(sandbox.path("new.csr")).unwrap();
        let said = sandbox.done("verify old.p12 --passin file:old.pass --allow-unauthenticated");
        assert_eq!(said.stderr.matches("`old.p12` has no MAC").count(), 1, "{said}");
        sandbox.done("alias rename old.p12 old new --passin file:old.pass --allow-unauthenticated");
        sandbox.done("alias list old.p12 --passin file:old.pass --allow-unauthenticated").shows("new");
    }
    // Nothing in the second file needs a password.
    sandbox.done("verify old.p12 --allow-unauthenticated");
    export(&openssl, &sandbox, "-nomac", "old.p12");
    let said =
        sandbox.refused(1, "csr --key old.p12 --cn x -o new.csr --passin file:wrong.pass --allow-unauthenticated");
    drop(said.says("wrong password, or the file was changed"));
}

#[test]
fn pbmac1() {
    let (Some(openssl), Some(python)) = (tool("openssl"), tool("python3")) else { return };
    let sandbox = made(&openssl);
    export(&openssl, &sandbox, "-nomac", "bare.p12");
    let pbmac1 = |prf: &str, mac: &str, length: u32| {
        let arguments = format!("bare.p12 old.p12 old.pass {prf} {mac} 2000 {length}");
        python.run(&sandbox, &format!("'{}/tests/interop/python/pbmac1.py' {arguments}", env!("CARGO_MANIFEST_DIR")));
    };
    for (prf, mac, length) in [("sha256", "sha256", 32), ("sha512", "sha512", 64), ("sha1", "sha384", 20)] {
        pbmac1(prf, mac, length);
        sandbox.done("verify old.p12 --passin file:old.pass");
        drop(
            sandbox
                .refused(1, "csr --key old.p12 --cn x -o new.csr --passin file:wrong.pass")
                .says("the MAC (PBMAC1, HMAC-SHA-"),
        );
        sandbox.done("alias rename old.p12 old new --passin file:old.pass");
        sandbox.done("alias list old.p12 --passin file:old.pass").shows("new");
    }
    for (length, why) in [(0, "states no key length"), (19, "not from 20 to 64"), (65, "not from 20 to 64")] {
        pbmac1("sha256", "sha256", length);
        drop(sandbox.refused(1, "csr --key old.p12 --cn x -o new.csr --passin file:old.pass").says(why));
    }
}

#[test]
fn passwords_that_are_empty_or_not_ascii() {
    let Some(openssl) = tool("openssl") else { return };
    let sandbox = made(&openssl);
    sandbox.write("old.pass", "\n");
    for options in ["-iter 1000", "-legacy -iter 1000"] {
        export(&openssl, &sandbox, options, "old.p12");
        sandbox.done("verify old.p12 --passin file:old.pass");
        drop(sandbox.refused(1, "csr --key old.p12 --cn x -o new.csr --passin file:wrong.pass").says("wrong password"));
        sandbox.done("alias rename old.p12 old new --passin file:old.pass");
        openssl.run(&sandbox, "pkcs12 -in old.p12 -passin file:old.pass -nodes -legacy");
    }
    sandbox.write("old.pass", "pässwörd-🔑\n");
    for options in ["-iter 1000", "-legacy -iter 1000"] {
        export(&openssl, &sandbox, options, "old.p12");
        let said = sandbox.done("verify old.p12 --passin file:old.pass");
        assert_eq!(said.stderr.matches("beyond ASCII: Java cannot open it").count(), 1, "{said}");
    }
}

#[test]
fn ber_of_nss() {
    let (Some(openssl), Some(certutil), Some(pk12util)) = (tool("openssl"), tool("certutil"), tool("pk12util")) else {
        return;
    };
    let sandbox = made(&openssl);
    export(&openssl, &sandbox, "-iter 1000", "in.p12");
    std::fs::create_dir(sandbox.path("nss")).unwrap();
    certutil.run(&sandbox, "-N -d sql:nss --empty-password");
    pk12util.run(&sandbox, "-i in.p12 -d sql:nss -w old.pass");
    pk12util.run(&sandbox, "-o old.p12 -n old -d sql:nss -w old.pass");
    is_ber_and_edited(&openssl, &sandbox);
}

#[test]
fn ber_of_bouncy_castle() {
    let (Some(openssl), Some(keytool), Some(jar)) = (tool("openssl"), tool("keytool"), tool("bouncycastle")) else {
        return;
    };
    let jar = jar.path().display();
    let sandbox = made(&openssl);
    export(&openssl, &sandbox, "-iter 1000", "in.p12");
    let stores = "-srckeystore in.p12 -srcstoretype PKCS12 -srcstorepass:file old.pass \
        -destkeystore old.p12 -deststoretype BCPKCS12 -deststorepass:file old.pass";
    let provider = "org.bouncycastle.jce.provider.BouncyCastleProvider";
    keytool.run(&sandbox, &format!("-importkeystore -noprompt {stores} -providerpath {jar} -providerclass {provider}"));
    is_ber_and_edited(&openssl, &sandbox);
}

/// `old.p12` is BER of indefinite length; we read it, and what we make of it is read by OpenSSL.
fn is_ber_and_edited(openssl: &Tool, sandbox: &Sandbox) {
    assert_eq!(sandbox.read("old.p12")[..2], [0x30, 0x80]);
    sandbox.done("verify old.p12 --passin file:old.pass");
    drop(sandbox.refused(1, "csr --key old.p12 --cn x -o new.csr --passin file:wrong.pass").says("wrong password"));
    sandbox.done("alias rename old.p12 old new --passin file:old.pass");
    assert_ne!(sandbox.read("old.p12")[1], 0x80, "what is written is DER");
    let info = openssl.run(sandbox, "pkcs12 -in old.p12 -passin file:old.pass -nodes -legacy");
    assert!(info.contains("friendlyName: new") && info.contains("PRIVATE KEY"), "{info}");
}

#[test]
fn keytool_of_before_2021() {
    let (Some(openssl), Some(keytool)) = (tool("openssl"), tool("keytool")) else { return };
    let sandbox = made(&openssl);
    let store = "-J-Dkeystore.pkcs12.legacy -keystore old.p12 -storetype PKCS12 -storepass:file old.pass";
    keytool.run(&sandbox, &format!("-genkeypair -alias old -keyalg EC -groupname secp256r1 -dname CN=old {store}"));
    keytool.run(&sandbox, &format!("-importcert -noprompt -alias root -file cert.pem {store}"));
    sandbox.done("verify old.p12 --passin file:old.pass").shows("entry `old`").shows("entry `root`");
}

#[test]
fn pkcs7_in_every_form() {
    let Some(openssl) = tool("openssl") else { return };
    let sandbox = made(&openssl);
    openssl.run(&sandbox, "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out leaf.key");
    openssl.run(&sandbox, "req -new -key leaf.key -subj /CN=leaf -out leaf.csr");
    openssl.run(&sandbox, "x509 -req -in leaf.csr -CA cert.pem -CAkey key.pem -CAcreateserial -days 9 -out leaf.pem");
    let chain = "-certfile cert.pem -certfile leaf.pem";
    let sign = "cms -sign -signer leaf.pem -inkey leaf.key -certfile cert.pem -in leaf.csr -nodetach";
    for line in [
        format!("crl2pkcs7 -nocrl {chain} -out chain.p7b"),
        format!("crl2pkcs7 -nocrl {chain} -outform der -out chain.p7b"),
        format!("{sign} -outform der -out chain.p7b"),
        format!("{sign} -outform der -stream -out chain.p7b"),
        format!("{sign} -outform pem -stream -out chain.p7b"),
    ] {
        openssl.run(&sandbox, &line);
        sandbox.done("verify leaf.key chain.p7b");
        sandbox.done("verify --key leaf.key --cert chain.p7b");
        let export = "export p12 --key leaf.key --cert chain.p7b --alias x --passout file:old.pass -o new.p12 --force";
        sandbox.done(export);
        let list = sandbox.done("alias list new.p12 --passin file:old.pass --json").json();
        assert_eq!(list["entries"].as_array().unwrap().len(), 1, "{line}: {list}");
        sandbox.done("verify new.p12 --passin file:old.pass");
    }
    let pem = sandbox.text("chain.p7b");
    for label in ["PKCS7", "PKCS #7 SIGNED DATA"] {
        sandbox.write("chain.p7b", pem.replace("CMS", label));
        sandbox.done("verify leaf.key chain.p7b");
    }
    openssl.run(&sandbox, "cms -digest_create -in leaf.csr -outform der -out chain.p7b");
    let said =
        sandbox.refused(1, "export p12 --key leaf.key --cert chain.p7b --alias x --passout file:old.pass -o x.p12");
    drop(said.says("content of type digestedData is not supported"));
}
