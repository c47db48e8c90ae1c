//! Whom a client trusts, and in which words it says why not.

use certwright::http::{CertificateFault, Client, Error, TlsFault};
use rcgen::{BasicConstraints, CertificateParams, CustomExtension, ExtendedKeyUsagePurpose, IsCa};

use crate::identity::{Identity, good, issued, issued_by_a_server, parameters, self_signed, signed_with};
use crate::server::{Server, client, fault, post};

const DONE: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";

/// A certificate for the host that is asked, changed in one thing.
fn changed(change: impl Fn(&mut CertificateParams)) -> CertificateParams {
    let mut parameters = parameters("server", &["localhost"]);
    change(&mut parameters);
    parameters
}

fn refused(identity: &Identity, client: &Client, host: &str) -> CertificateFault {
    let server = Server::tls(identity, DONE);
    match fault(client, &server.https(host)) {
        Error::Certificate { host: named, reason } => {
            assert_eq!(named, host);
            assert!(!server.requests(1).iter().any(|request| request.contains("POST")), "something was sent");
            reason
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_certificate_of_a_trusted_authority_is_good_for_its_names() {
    for host in ["localhost", "127.0.0.1"] {
        let server = Server::tls(&good(), DONE);
        assert_eq!(post(&client(), &server.https(host)).unwrap().status, 200, "{host}");
    }
}

#[test]
fn each_fault_of_a_certificate_has_its_reason() {
    let client = client();
    let of = |change: &dyn Fn(&mut CertificateParams)| refused(&issued(&changed(change)), &client, "localhost");
    let stranger = Client { authorities: Vec::new(), ..client.clone() };
    assert_eq!(refused(&good(), &stranger, "localhost"), CertificateFault::UnknownIssuer);
    assert_eq!(
        refused(&issued(&parameters("x", &["a.example", "10.0.0.1"])), &client, "localhost"),
        CertificateFault::OtherName { names: vec!["a.example".to_owned(), "10.0.0.1".to_owned()] }
    );
    assert_eq!(
        refused(&issued(&parameters("x", &["localhost"])), &client, "127.0.0.1"),
        CertificateFault::OtherName { names: vec!["localhost".to_owned()] }
    );
    assert_eq!(
        refused(&issued(&parameters("localhost", &[])), &client, "localhost"),
        CertificateFault::OtherName { names: Vec::new() },
        "a common name is no name of a server, RFC 9525"
    );
    let (start, end) = (rcgen::date_time_ymd(2020, 1, 1), rcgen::date_time_ymd(2020, 1, 2));
    match of(&|it| (it.not_before, it.not_after) = (start, end)) {
        CertificateFault::Expired { ended: Some(ended), now: Some(now) } => {
            assert_eq!(ended.to_string(), "2020-01-02T00:00:00Z");
            assert!(now > ended);
        }
        other => panic!("{other:?}"),
    }
    match of(&|it| it.not_before = rcgen::date_time_ymd(2059, 1, 1)) {
        CertificateFault::NotYetValid { begins: Some(begins), now: Some(now) } => {
            assert_eq!(begins.to_string(), "2059-01-01T00:00:00Z");
            assert!(now < begins);
        }
        other => panic!("{other:?}"),
    }
    let other_key = signed_with(&changed(|_| ()), 13);
    assert_eq!(refused(&other_key, &client, "localhost"), CertificateFault::BadSignature);
    assert_eq!(of(&|it| it.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth]), CertificateFault::Purpose);
    let unknown = || {
        let mut extension = CustomExtension::from_oid_content(&[1, 2, 3, 4], vec![5, 0]);
        extension.set_criticality(true);
        extension
    };
    assert_eq!(of(&|it| it.custom_extensions = vec![unknown()]), CertificateFault::CriticalExtension);
    let below = issued_by_a_server(&changed(|_| ()));
    assert_eq!(refused(&below, &client, "localhost"), CertificateFault::IssuerNotCa);
    assert_eq!(of(&|it| it.is_ca = IsCa::Ca(BasicConstraints::Unconstrained)), CertificateFault::CaAsServer);
}

#[test]
fn a_server_that_signed_its_own_certificate_is_trusted_by_name_unless_that_is_of_a_ca() {
    let trusting = |identity: &Identity| Client { authorities: identity.chain.clone(), ..client() };
    let own = self_signed(&changed(|_| ()));
    assert_eq!(post(&trusting(&own), &Server::tls(&own, DONE).https("localhost")).unwrap().status, 200);
    assert!(matches!(refused(&own, &trusting(&own), "127.0.0.1"), CertificateFault::OtherName { .. }));
    assert_eq!(refused(&own, &client(), "localhost"), CertificateFault::UnknownIssuer);
    // What `openssl req -x509` makes.
    let own = self_signed(&changed(|it| it.is_ca = IsCa::Ca(BasicConstraints::Unconstrained)));
    assert_eq!(refused(&own, &trusting(&own), "localhost"), CertificateFault::CaAsServer);
}

#[test]
fn what_cannot_be_a_root_of_trust_is_told_before_anything_is_sent() {
    let client = Client { authorities: vec![crate::identity::ca(), b"0".to_vec()], ..client() };
    let server = Server::tls(&good(), DONE);
    let fault = fault(&client, &server.https("localhost"));
    assert!(matches!(fault, Error::Authority(1)), "{fault:?}");
    assert!(fault.to_string().starts_with("certificate 2 of those"), "{fault}");
    assert!(server.requests(0).is_empty());
}

#[test]
fn what_is_no_tls_or_not_ours_is_told_apart() {
    let reason = |server: &Server| match fault(&client(), &server.https("localhost")) {
        Error::Tls { reason, .. } => reason,
        other => panic!("{other:?}"),
    };
    let plain = Server::run(|mut connection| {
        use std::io::{Read, Write};
        let _ = connection.read(&mut [0; 4096]);
        let _ = connection.write_all(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
        String::new()
    });
    assert_eq!(reason(&plain), TlsFault::NotTls);
    let silent = Server::run(|mut connection| {
        let _ = std::io::Read::read(&mut connection, &mut [0; 4096]);
        String::new()
    });
    assert_eq!(reason(&silent), TlsFault::Closed);
    // RFC 8446 section 6: level fatal, and the description.
    for (description, told) in [
        (70, TlsFault::OldVersion),
        (40, TlsFault::Alert("handshake_failure".to_owned())),
        (112, TlsFault::Alert("unrecognized_name".to_owned())),
    ] {
        let server = Server::run(move |mut connection| {
            use std::io::{Read, Write};
            let _ = connection.read(&mut [0; 4096]);
            let _ = connection.write_all(&[21, 3, 1, 0, 2, 2, description]);
            String::new()
        });
        assert_eq!(reason(&server), told);
    }
    let nameless = fault(&client(), &"https://a..b".parse().unwrap());
    assert!(matches!(nameless, Error::Tls { reason: TlsFault::HostName, .. }), "{nameless:?}");
}

/// Where the roots are is read from the environment, so this test runs itself once more, in a process that has none.
#[test]
fn a_system_without_roots_is_told() {
    const WITHOUT_ROOTS: &str = "CERTWRIGHT_TEST_HAS_NO_ROOTS";
    if std::env::var_os(WITHOUT_ROOTS).is_some() {
        let client = Client { authorities: Vec::new(), ..client() };
        match post(&client, &"https://localhost:1".parse().unwrap()).unwrap_err() {
            Error::NoRoots { reason: Some(reason) } => assert!(reason.contains("no-such-file"), "{reason}"),
            other => panic!("{other:?}"),
        }
        return;
    }
    let mut child = std::process::Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "certificates::a_system_without_roots_is_told"]).env(WITHOUT_ROOTS, "1");
    let nowhere = format!("{}/testdata/no-such-file", env!("CARGO_MANIFEST_DIR"));
    let output = child.env("SSL_CERT_FILE", nowhere).env_remove("SSL_CERT_DIR").output().unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && told.contains("1 passed"), "{told}");
}
