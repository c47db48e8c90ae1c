//! `sign` as a CA, with OpenSSL as the judge of every path.

use crate::support::{Sandbox, Tool, tool};

/// A folder with our CA `ca.crt` of a key type, its key, and a server's request.
fn with_ca(key_type: &str, subject: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.done(&format!("genkey -t {key_type} -o ca.key"));
    sandbox.done(&format!("selfsign --key ca.key --ca --days 3650 --subject '{subject}' -o ca.crt"));
    sandbox.done("genkey -t p256 -o server.key");
    sandbox.done("csr --key server.key --cn host.example.com --san host.example.com --san 192.0.2.7 -o server.csr");
    sandbox
}

#[track_caller]
fn verifies(openssl: &Tool, sandbox: &Sandbox, line: &str) {
    let said = openssl.run(sandbox, &format!("verify -x509_strict -check_ss_sig {line}"));
    assert!(said.trim_end().ends_with(": OK"), "{said}");
}

#[test]
fn a_ca_of_every_kind_of_key() {
    let Some(openssl) = tool("openssl") else { return };
    for key_type in ["rsa:3072", "p256", "p384", "p521", "ed25519"] {
        let sandbox = with_ca(key_type, "CN=Our CA,O=Acme+OU=Ops,C=DE");
        sandbox.done("sign server.csr --ca-cert ca.crt --ca-key ca.key -o server.crt");
        verifies(&openssl, &sandbox, "-CAfile ca.crt -purpose sslserver -verify_hostname host.example.com server.crt");
        let text = openssl.run(&sandbox, "x509 -in server.crt -noout -text -certopt ext_dump");
        for part in ["Version: 3 (0x2)", "DNS:host.example.com, IP Address:192.0.2.7", "CA:FALSE"] {
            assert!(text.contains(part), "{part} is not in {text}");
        }
        let der = |file: &str| openssl.run(&sandbox, &format!("x509 -in {file} -noout -subject -nameopt dn_rev,utf8"));
        let issuer = openssl.run(&sandbox, "x509 -in server.crt -noout -issuer -nameopt dn_rev,utf8");
        assert_eq!(issuer.trim_start_matches("issuer="), der("ca.crt").trim_start_matches("subject="));
        // Two from one request have serial numbers of their own.
        sandbox.done("sign server.csr --ca-cert ca.crt --ca-key ca.key -o again.crt");
        let serial = |file: &str| openssl.run(&sandbox, &format!("x509 -in {file} -noout -serial"));
        assert_ne!(serial("server.crt"), serial("again.crt"));
        assert_eq!(serial("server.crt").trim().len(), "serial=".len() + 32);
        sandbox.done("verify server.crt server.key ca.crt ca.key");
    }
}

#[test]
fn path_lengths_hold_as_openssl_holds_them() {
    let Some(openssl) = tool("openssl") else { return };
    let sandbox = with_ca("p256", "CN=Root");
    sandbox.done("genkey -t p256 -o one.key");
    sandbox.done("csr --key one.key --cn One -o one.csr");
    sandbox.done("sign one.csr --ca-cert ca.crt --ca-key ca.key --ca --path-length 0 --chain --days 900 -o one.crt");
    sandbox.done("sign server.csr --ca-cert one.crt --ca-key one.key --chain -o server.crt");
    verifies(&openssl, &sandbox, "-CAfile ca.crt -untrusted one.crt server.crt");
    assert_eq!(sandbox.text("server.crt").matches("BEGIN CERTIFICATE").count(), 3);
    sandbox.done("verify server.crt server.key one.key ca.key");

    // A CA below a path length of nought: we refuse it, OpenSSL signs it, and its `verify` refuses the path.
    sandbox.done("genkey -t p256 -o two.key");
    sandbox.done("csr --key two.key --cn Two -o two.csr");
    sandbox
        .refused(1, "sign two.csr --ca-cert one.crt --ca-key one.key --ca -o two.crt")
        .says("the path length of `CN=One` is 0");
    sandbox.write("ca.ext", "basicConstraints=critical,CA:TRUE\n");
    openssl.run(&sandbox, "x509 -req -in two.csr -CA one.crt -CAkey one.key -extfile ca.ext -out two.crt");
    openssl.run(&sandbox, "x509 -req -in server.csr -CA two.crt -CAkey two.key -out deep.crt");
    sandbox.write("between.pem", sandbox.text("one.crt") + &sandbox.text("two.crt"));
    let refused = openssl.refuses(&sandbox, "verify -CAfile ca.crt -untrusted between.pem deep.crt");
    assert!(refused.contains("path length constraint exceeded"), "{refused}");
}

#[test]
fn name_constraints_hold_as_openssl_holds_them() {
    let Some(openssl) = tool("openssl") else { return };
    let sandbox = Sandbox::new();
    openssl.run(
        &sandbox,
        "req -x509 -newkey rsa:2048 -noenc -keyout ca.key -out ca.crt -days 30 -subj /C=DE/O=Acme/CN=Bound \
         -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign -addext \
         nameConstraints=critical,permitted;DNS:example.com,excluded;DNS:no.example.com,permitted;IP:10.0.0.0/255.0.0.0",
    );
    sandbox.done("genkey -t p256 -o server.key");
    for (names, fits) in [
        ("--san www.example.com --san 10.9.8.7", true),
        ("--san dns:example.com --san email:me@elsewhere.example", true),
        ("--san www.example.org", false),
        ("--san www.no.example.com", false),
        ("--san www.example.com --san 11.0.0.1", false),
        // A common name that is a host counts where there are no alternative names.
        ("--org Acme", true),
    ] {
        sandbox.done(&format!("--force csr --key server.key --cn www.example.com {names} -o server.csr"));
        if fits {
            sandbox.done("--force sign server.csr --ca-cert ca.crt --ca-key ca.key -o server.crt");
            verifies(&openssl, &sandbox, "-CAfile ca.crt server.crt");
        } else {
            sandbox.refused(1, "--force sign server.csr --ca-cert ca.crt --ca-key ca.key -o refused.crt");
        }
        openssl
            .run(&sandbox, "x509 -req -in server.csr -CA ca.crt -CAkey ca.key -copy_extensions copy -out theirs.crt");
        assert_eq!(openssl.try_run(&sandbox, "verify -CAfile ca.crt theirs.crt").code == Some(0), fits, "{names}");
    }
    sandbox.done("--force csr --key server.key --cn www.example.org -o server.csr");
    sandbox
        .refused(1, "sign server.csr --ca-cert ca.crt --ca-key ca.key -o refused.crt")
        .says("dns:www.example.org must not stand in it: the nameConstraints permit only dns:example.com");
    openssl.run(&sandbox, "x509 -req -in server.csr -CA ca.crt -CAkey ca.key -out theirs.crt");
    openssl.refuses(&sandbox, "verify -CAfile ca.crt theirs.crt");
}

#[test]
fn a_request_of_openssl_gets_what_is_harmless() {
    let Some(openssl) = tool("openssl") else { return };
    let sandbox = with_ca("p256", "CN=Root");
    openssl.run(
        &sandbox,
        "req -new -newkey rsa:2048 -noenc -keyout theirs.key -out theirs.csr -subj /CN=theirs \
         -addext subjectAltName=DNS:a.example,DNS:b.example -addext keyUsage=digitalSignature,keyEncipherment,keyCertSign \
         -addext extendedKeyUsage=serverAuth,codeSigning -addext basicConstraints=CA:TRUE \
         -addext certificatePolicies=1.2.3.4",
    );
    let outcome = sandbox.done("sign theirs.csr --ca-cert ca.crt --ca-key ca.key --san c.example -o theirs.crt");
    for left_out in
        ["basicConstraints CA:TRUE", "keyUsage keyCertSign", "extKeyUsage codeSigning", "certificatePolicies"]
    {
        assert!(outcome.stderr.contains(&format!("asks for {left_out}, which was left out")), "{outcome}");
    }
    let text = openssl.run(&sandbox, "x509 -in theirs.crt -noout -text");
    for part in [
        "DNS:a.example, DNS:b.example, DNS:c.example",
        "Digital Signature, Key Encipherment\n",
        "TLS Web Server Authentication\n",
        "CA:FALSE",
    ] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
    assert!(!text.contains("Code Signing") && !text.contains("Policy"), "{text}");
    verifies(&openssl, &sandbox, "-CAfile ca.crt -purpose sslserver theirs.crt");
}

#[test]
fn what_no_ca_may_do_is_refused() {
    let Some(openssl) = tool("openssl") else { return };
    let sandbox = with_ca("p256", "CN=Root");
    let sign = |ca: &str, csr: &str| format!("sign {csr} --ca-cert {ca} --ca-key ca.key -o refused.crt");
    openssl.run(&sandbox, "req -new -newkey rsa:1024 -noenc -keyout weak.key -out weak.csr -subj /CN=weak");
    sandbox.refused(1, &sign("ca.crt", "weak.csr")).says("the request's key is RSA 1024, and 2048 bits are the least");
    // OpenSSL's recipe makes a certificate of version 1, which is no CA's.
    sandbox.done("csr --key ca.key --cn Old -o ca.csr");
    openssl.run(&sandbox, "x509 -req -in ca.csr -signkey ca.key -out v1.crt");
    sandbox.refused(1, &sign("v1.crt", "server.csr")).says("it has no basicConstraints (X.509 version 1)");
    sandbox.write("sign.ext", "basicConstraints=CA:TRUE\nkeyUsage=digitalSignature,cRLSign\n");
    openssl.run(&sandbox, "x509 -req -in ca.csr -signkey ca.key -extfile sign.ext -out nosign.crt");
    sandbox.refused(1, &sign("nosign.crt", "server.csr")).says("no keyCertSign, only digitalSignature, cRLSign");
    sandbox.write("old.ext", "basicConstraints=CA:TRUE\n");
    openssl.run(&sandbox, "x509 -req -in ca.csr -signkey ca.key -extfile old.ext -days -1 -out expired.crt");
    sandbox.refused(1, &sign("expired.crt", "server.csr")).says("the CA's certificate expired at ");
    sandbox.refused(1, &format!("{} --days 9999", sign("ca.crt", "server.csr"))).says("it is to end at ");
    sandbox
        .refused(1, "sign server.csr --ca-cert ca.crt --ca-key server.key -o refused.crt")
        .says("do not belong together");
    openssl.run(&sandbox, "req -in server.csr -outform DER -out broken.der");
    let mut octets = sandbox.read("broken.der");
    *octets.last_mut().unwrap() ^= 1;
    sandbox.write("broken.der", octets);
    sandbox.refused(1, &sign("ca.crt", "broken.der")).says("its signature was not made by the key it holds");
}

#[test]
fn a_ca_in_a_keystore_and_behind_a_password() {
    let Some(openssl) = tool("openssl") else { return };
    let sandbox = with_ca("rsa:2048", "CN=Kept CA");
    sandbox.done("export p12 --key ca.key --cert ca.crt --alias ca --passout generate:ca.pass -o ca.p12");
    sandbox.done("export jks --key ca.key --cert ca.crt --alias ca --passout file:ca.pass -o ca.jks");
    openssl.run(&sandbox, "pkcs8 -topk8 -in ca.key -passout file:ca.pass -iter 10000 -out locked.key");
    for ca in ["--ca-cert ca.p12", "--ca-cert ca.jks --ca-key ca.jks", "--ca-cert ca.crt --ca-key locked.key"] {
        sandbox.done(&format!("--force sign server.csr {ca} --passin file:ca.pass -o server.crt"));
        verifies(&openssl, &sandbox, "-CAfile ca.crt server.crt");
        sandbox.refused(2, &format!("--force sign server.csr {ca} --no-input -o server.crt"));
    }
}

#[test]
fn keytools_ca_signs_too() {
    let (Some(openssl), Some(keytool)) = (tool("openssl"), tool("keytool")) else { return };
    let sandbox = with_ca("p256", "CN=unused");
    sandbox.write("ca.pass", format!("{}\n", sandbox.secret("keytool-made-it")));
    keytool.run(
        &sandbox,
        "-genkeypair -alias ca -keyalg RSA -keysize 2048 -dname 'CN=Java CA+OU=Ops, O=Acme' -ext bc:c=ca:true,pathlen:1 \
         -ext ku=keyCertSign -keystore java.p12 -storepass:file ca.pass",
    );
    sandbox.done("sign server.csr --ca-cert java.p12 --passin file:ca.pass --chain -o server.crt");
    let pem = sandbox.text("server.crt");
    let at = pem.rfind("-----BEGIN").unwrap();
    sandbox.write("java.crt", &pem[at..]);
    verifies(&openssl, &sandbox, "-CAfile java.crt server.crt");
}

#[test]
fn java_takes_the_reply_to_its_own_request() {
    let Some(keytool) = tool("keytool") else { return };
    let sandbox = with_ca("rsa:2048", "CN=Our CA,O=Acme");
    sandbox.done("export p12 --key ca.key --cert ca.crt --alias ca --passout generate:ca.pass -o ca.p12");
    sandbox.done("export jks --key ca.key --cert ca.crt --alias ca --passout file:ca.pass -o ca.jks");
    sandbox.write("java.pass", format!("{}\n", sandbox.secret("keytool-made-it")));
    let ca_serial = serial_of(&sandbox, "ca.crt");
    for (ca, storetype, with_chain) in
        [("ca.p12", "PKCS12", true), ("ca.jks", "JKS", true), ("ca.p12", "JKS", false), ("ca.jks", "PKCS12", false)]
    {
        let name = format!("{}-{storetype}", ca.replace('.', "-"));
        let store = format!("-keystore {name} -storetype {storetype} -storepass:file java.pass");
        let own = if storetype == "JKS" { " -keypass:file java.pass" } else { "" };
        keytool.run(&sandbox, &format!("-genkeypair -alias app -keyalg RSA -keysize 2048 -dname CN=app {store}{own}"));
        keytool.run(&sandbox, &format!("-certreq -alias app -file {name}.csr {store}"));
        let chain = if with_chain { " --chain" } else { "" };
        sandbox.done(&format!("sign {name}.csr --ca-cert {ca} --passin file:ca.pass{chain} -o {name}.crt"));
        // Leaf first, then whoever signed it.
        let blocks: Vec<String> = sandbox
            .text(&format!("{name}.crt"))
            .split_inclusive("-----END CERTIFICATE-----\n")
            .map(str::to_owned)
            .collect();
        assert_eq!(blocks.len(), if with_chain { 2 } else { 1 }, "{name}");
        sandbox.write("leaf.crt", &blocks[0]);
        let leaf = serial_of(&sandbox, "leaf.crt");
        if let Some(issuer) = blocks.get(1) {
            sandbox.write("issuer.crt", issuer);
            assert_eq!(serial_of(&sandbox, "issuer.crt"), ca_serial, "{name}");
        }
        // By itself, Java finds no path to the CA; with the CA, or the chain that ends with it, it does.
        if !with_chain {
            let refused =
                keytool.refuses(&sandbox, &format!("-importcert -noprompt -alias app -file {name}.crt {store}"));
            assert!(refused.contains("Failed to establish chain from reply"), "{refused}");
        }
        keytool.run(&sandbox, &format!("-importcert -noprompt -alias ca -file ca.crt {store}"));
        keytool.run(&sandbox, &format!("-importcert -noprompt -alias app -file {name}.crt {store}"));
        let text = keytool.run(&sandbox, &format!("-list -v -alias app {store}"));
        assert!(text.contains("Certificate chain length: 2\n"), "{name}: {text}");
        let serials: Vec<String> =
            text.lines().filter_map(|line| line.strip_prefix("Serial number: ")).map(str::to_owned).collect();
        assert_eq!(serials, [leaf, ca_serial.clone()], "{name}: {text}");
        sandbox.done(&format!("verify {name} ca.crt --passin file:java.pass"));
    }
}

/// The serial number as keytool writes it.
fn serial_of(sandbox: &Sandbox, file: &str) -> String {
    let json = sandbox.done(&format!("inspect {file} --json")).json();
    let serial = json["files"][0]["contents"][0]["serial_number"].as_str().unwrap().replace(':', "").to_lowercase();
    serial.trim_start_matches('0').to_owned()
}
