//! OpenSSL shows the names, alternative names and dates that were asked for.

use crate::support::{Sandbox, Tool, tool};

fn key(sandbox: &Sandbox) {
    sandbox.done("genkey -t p256");
}

/// The subject in the order of RFC 4514, which is the reverse of the order in the certificate.
fn subject(openssl: &Tool, sandbox: &Sandbox, file: &str) -> String {
    let line = format!("x509 -in {file} -noout -subject -nameopt RFC2253,-esc_msb,utf8");
    openssl.run(sandbox, &line).trim().trim_start_matches("subject=").to_owned()
}

#[test]
fn subjects_in_both_forms() {
    let Some(openssl) = tool("openssl") else { return };
    let sandbox = Sandbox::new();
    key(&sandbox);
    for (number, (given, wanted)) in [
        ("CN=jwt,OU=one,OU=two,O=Acme\\, Inc.,C=DE", "CN=jwt,OU=one,OU=two,O=Acme\\, Inc.,C=DE"),
        ("/C=DE/O=Acme, Inc./OU=two/OU=one/CN=jwt", "CN=jwt,OU=one,OU=two,O=Acme\\, Inc.,C=DE"),
        ("CN=Jürgen Groß,O=名前,L=Zürich", "CN=Jürgen Groß,O=名前,L=Zürich"),
        ("CN=a,DC=example,DC=com", "CN=a,DC=example,DC=com"),
        ("/DC=com/DC=example/CN=a", "CN=a,DC=example,DC=com"),
    ]
    .iter()
    .enumerate()
    {
        let file = format!("{number}.crt");
        sandbox.certwright(&format!("selfsign --key server.key -o {file}")).arg("--subject").arg(given).done();
        assert_eq!(subject(&openssl, &sandbox, &file), *wanted, "{given}");
    }
}

#[test]
fn multi_valued_attributes_stay_together() {
    let Some(openssl) = tool("openssl") else { return };
    let sandbox = Sandbox::new();
    key(&sandbox);
    for (file, given) in [("comma.crt", "OU=sales+UID=jj,O=Acme"), ("slash.crt", "/O=Acme/OU=sales+UID=jj")] {
        sandbox.done(&format!("selfsign --key server.key -o {file} --subject {given}"));
        let shown = subject(&openssl, &sandbox, file);
        assert!(["OU=sales+UID=jj,O=Acme", "UID=jj+OU=sales,O=Acme"].contains(&shown.as_str()), "{shown}");
    }
}

#[test]
fn each_attribute_has_its_own_kind_of_text() {
    let Some(openssl) = tool("openssl") else { return };
    let sandbox = Sandbox::new();
    key(&sandbox);
    sandbox.done(
        "csr --key server.key --cn jwt --org Acme --org-unit IT --country DE --state Bayern --locality München \
         --email ops@example.com",
    );
    let text = openssl.run(&sandbox, "asn1parse -in server.csr");
    let kinds = ["IA5STRING         :ops@example.com", "PRINTABLESTRING   :DE", "UTF8STRING        :jwt"];
    for kind in kinds {
        assert!(text.contains(kind), "{kind}: {text}");
    }
}

#[test]
fn alternative_names_of_every_kind() {
    let Some(openssl) = tool("openssl") else { return };
    let sandbox = Sandbox::new();
    key(&sandbox);
    let names = "--san dns:a.example --san b.example --san ip:192.0.2.7 --san 2001:db8::1 --san email:ops@example.com \
                 --san uri:urn:example:one";
    sandbox.done(&format!("csr --key server.key --cn jwt {names}"));
    sandbox.done(&format!("selfsign --key server.key --cn jwt {names}"));
    // The names of a CSR are taken over.
    sandbox.done("selfsign --key server.key --csr server.csr -o from-csr.crt");
    let wanted = "DNS:a.example, DNS:b.example, IP Address:192.0.2.7, IP Address:2001:DB8:0:0:0:0:0:1, \
                  email:ops@example.com, URI:urn:example:one";
    for line in ["req -in server.csr", "x509 -in server.crt", "x509 -in from-csr.crt"] {
        let text = openssl.run(&sandbox, &format!("{line} -noout -text"));
        assert!(text.contains(wanted), "{line}: {text}");
    }
    assert!(openssl.run(&sandbox, "x509 -in from-csr.crt -noout -subject").contains("CN = jwt"));
}

#[test]
fn a_certificate_authority() {
    let Some(openssl) = tool("openssl") else { return };
    let sandbox = Sandbox::new();
    key(&sandbox);
    sandbox.done("selfsign --key server.key --cn root --ca");
    let text = openssl.run(&sandbox, "x509 -in server.crt -noout -text");
    assert!(text.contains("Basic Constraints: critical\n                CA:TRUE"), "{text}");
    assert!(text.contains("Certificate Sign"), "{text}");
    // OpenSSL itself issues below it.
    openssl.run(&sandbox, "req -newkey ed25519 -noenc -keyout leaf.key -out leaf.csr -subj /CN=leaf");
    openssl.run(&sandbox, "x509 -req -in leaf.csr -CA server.crt -CAkey server.key -CAcreateserial -out leaf.crt");
    assert!(openssl.run(&sandbox, "verify -CAfile server.crt leaf.crt").contains("leaf.crt: OK"));
}

#[test]
fn dates_before_and_after_2050() {
    let Some(openssl) = tool("openssl") else { return };
    let sandbox = Sandbox::new();
    key(&sandbox);
    for (end, kind, shown) in [
        ("2049-12-31T23:59:59Z", "UTCTIME", "2049-12-31 23:59:59Z"),
        ("2050-01-01T00:00:00Z", "GENERALIZEDTIME", "2050-01-01 00:00:00Z"),
        ("2050-01-01T01:00:00+01:00", "GENERALIZEDTIME", "2050-01-01 00:00:00Z"),
    ] {
        sandbox.done(&format!("selfsign --key server.key --cn jwt --not-after {end} --force"));
        let text = openssl.run(&sandbox, "asn1parse -in server.crt");
        let kinds: Vec<_> = text.lines().filter(|line| line.contains("TIME")).collect();
        assert!(kinds.len() == 2 && kinds[0].contains("UTCTIME") && kinds[1].contains(kind), "{end}: {kinds:?}");
        let dates = openssl.run(&sandbox, "x509 -in server.crt -noout -dates -dateopt iso_8601");
        assert!(dates.contains(&format!("notAfter={shown}")), "{end}: {dates}");
    }
}

#[test]
fn validity_begins_five_minutes_back() {
    let Some(openssl) = tool("openssl") else { return };
    let sandbox = Sandbox::new();
    key(&sandbox);
    sandbox.done("selfsign --key server.key --cn jwt --days 30");
    let dates = openssl.run(&sandbox, "x509 -in server.crt -noout -dates -dateopt iso_8601");
    let date = |name: &str| {
        let line = dates.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        line.parse::<jiff::Timestamp>().unwrap().as_second()
    };
    let back = jiff::Timestamp::now().as_second() - date("notBefore=");
    assert!((300..330).contains(&back), "{back} seconds back: {dates}");
    let days = date("notAfter=") - date("notBefore=") - 300;
    assert!((days - 30 * 86_400).abs() <= 300, "{dates}");
}
