//! The way through a proxy: a tunnel, inside of which is TLS with the server itself.

use std::io::Write;
use std::net::TcpStream;
use std::sync::Arc;

use certwright::http::{CertificateFault, Client, Error, Phase, ProxyFault, TlsFault};
use rustls::{ServerConnection, StreamOwned};

use crate::identity::{good, issued, parameters};
use crate::server::{Duplex, Server, answered, client, config, fault, fields, hasty, post, request};

const DONE: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";

/// A client that goes through `proxy`, whose password must never be told.
fn through(proxy: &str) -> Client {
    Client { proxy: Some(proxy.parse().unwrap()), ..client() }
}

/// Opens the tunnel and then is the server at its end.
fn tunnel(mut connection: impl Duplex, established: &str) -> String {
    let connect = answered(&mut connection, established);
    let mut tls = StreamOwned::new(ServerConnection::new(config(&good())).unwrap(), connection);
    let posted = answered(&mut tls, DONE);
    tls.conn.send_close_notify();
    let _ = tls.flush();
    connect + &posted
}

fn far() -> certwright::http::Address {
    "https://login.example/token".parse().unwrap()
}

#[test]
fn a_tunnel_leads_to_the_server_and_keeps_the_two_apart() {
    for established in ["HTTP/1.1 200 Connection established\r\n\r\n", "HTTP/1.0 200 OK\r\nA: b\r\n\r\n"] {
        let proxy = Server::run(move |connection| tunnel(connection, established));
        let client = through(&format!("http://user:can%40ary@127.0.0.1:{}", proxy.port));
        assert_eq!(post(&client, &far()).unwrap().body.expose(), b"{}");
        let requests = proxy.requests(1);
        let (connect, posted) = requests[0].split_once("POST /token HTTP/1.1").unwrap();
        let mut lines = connect.lines();
        assert_eq!(lines.next(), Some("CONNECT login.example:443 HTTP/1.1"));
        assert_eq!(lines.next(), Some("Host: login.example:443"));
        // RFC 7617: `user:can@ary`.
        assert!(connect.contains("\r\nProxy-Authorization: Basic dXNlcjpjYW5AYXJ5\r\n"), "{connect}");
        let fields: Vec<(String, &str)> = fields(posted).collect();
        assert!(!fields.iter().any(|(name, _)| name.starts_with("proxy-")), "{posted}");
        assert!(fields.contains(&("host".to_owned(), "login.example")), "{posted}");
    }
}

#[test]
fn a_proxy_may_be_encrypted_itself() {
    let outer = config(&issued(&parameters("proxy", &["localhost"])));
    let proxy = Server::run(move |connection: TcpStream| {
        let tls = StreamOwned::new(ServerConnection::new(Arc::clone(&outer)).unwrap(), connection);
        tunnel(tls, "HTTP/1.1 200 OK\r\n\r\n")
    });
    let named = |host: &str| through(&format!("https://{host}:{}", proxy.port));
    assert_eq!(post(&named("localhost"), &far()).unwrap().status, 200);
    match fault(&named("127.0.0.1"), &far()) {
        Error::Proxy { source: ProxyFault::Unreachable(inner), .. } => {
            assert!(
                matches!(&*inner, Error::Certificate { reason: CertificateFault::OtherName { .. }, .. }),
                "{inner:?}"
            );
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_certificate_behind_a_proxy_must_be_that_of_the_server() {
    let proxy = Server::run(|connection| tunnel(connection, "HTTP/1.1 200 OK\r\n\r\n"));
    let told = fault(&through(&format!("http://127.0.0.1:{}", proxy.port)), &"https://other.example".parse().unwrap());
    assert!(matches!(&told, Error::Certificate { host, .. } if host == "other.example"), "{told:?}");
}

#[test]
fn a_refusal_names_the_proxy_without_its_password() {
    let of = |user: &str, answer: &str| {
        let proxy = Server::plain(answer);
        let url = format!("http://127.0.0.1:{}", proxy.port);
        match fault(&through(&url.replace("//", &format!("//{user}"))), &far()) {
            Error::Proxy { proxy, source } => {
                assert_eq!(proxy, url);
                source
            }
            other => panic!("{other:?}"),
        }
    };
    let wanted = "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n\r\n";
    assert!(matches!(of("", wanted), ProxyFault::AuthenticationRequired));
    assert!(matches!(of("user:canary@", wanted), ProxyFault::AuthenticationRefused));
    assert!(matches!(of("", "HTTP/1.1 403 Forbidden\r\n\r\n"), ProxyFault::Refused(403)));
    assert!(matches!(of("", "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 1\r\n\r\nx"), ProxyFault::Refused(502)));
    assert!(matches!(of("", "HTTP/1.1 302 X\r\nLocation: http://a.example\r\n\r\n"), ProxyFault::Refused(302)));
    assert!(matches!(of("", "SSH-2.0-x\r\n"), ProxyFault::NoHttp));
    assert!(matches!(of("", &format!("HTTP/1.1 200 OK\r\nX: {}", "x".repeat(17_000))), ProxyFault::NoHttp));
    assert!(matches!(of("user:canary@", "HTTP/1.1 200"), ProxyFault::NoHttp));
    let silent = Server::run(|mut connection| request(&mut connection));
    let told = fault(&through(&format!("http://user:canary@127.0.0.1:{}", silent.port)), &far());
    assert!(matches!(told, Error::Proxy { source: ProxyFault::NoHttp, .. }), "{told:?}");
}

#[test]
fn a_proxy_that_is_not_there_is_told_from_a_server_that_is_not() {
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    // No label of a name has more than 63 octets (RFC 1035 section 2.3.4), so no server need be asked.
    let unknown = format!("{}.example", "x".repeat(64));
    for (place, is_unknown) in [(format!("127.0.0.1:{nobody}"), false), (unknown, true)] {
        let Error::Proxy { source: ProxyFault::Unreachable(inner), proxy } =
            fault(&through(&format!("http://user:canary@{place}")), &far())
        else {
            panic!("{place}");
        };
        assert!(proxy.contains(&place), "{proxy}");
        match *inner {
            Error::HostNotFound { host, .. } => assert!(is_unknown && host == place, "{host}"),
            Error::Connection { host, source } => {
                assert!(!is_unknown && host == "127.0.0.1" && source.kind() == std::io::ErrorKind::ConnectionRefused);
            }
            other => panic!("{other:?}"),
        }
    }
    let proxy = Server::run(|mut connection| answered(&mut connection, "HTTP/1.1 200 OK\r\n\r\n"));
    let told = fault(&through(&format!("http://127.0.0.1:{}", proxy.port)), &far());
    assert!(matches!(&told, Error::Tls { host, reason: TlsFault::Closed } if host == "login.example"), "{told:?}");
}

#[test]
fn the_time_of_a_proxy_is_not_taken_from_the_server() {
    // The answer comes later than the proxy's own time, which is over when the tunnel is there.
    let proxy = Server::run(|mut connection| {
        let connect = answered(&mut connection, "HTTP/1.1 200 OK\r\n\r\n");
        let mut tls = StreamOwned::new(ServerConnection::new(config(&good())).unwrap(), connection);
        let posted = request(&mut tls);
        std::thread::sleep(std::time::Duration::from_millis(3_500));
        let _ = tls.write_all(DONE.as_bytes());
        connect + &posted
    });
    let url = format!("http://127.0.0.1:{}", proxy.port);
    let client = Client { proxy: Some(url.parse().unwrap()), ..hasty(3_000, 20_000) };
    assert_eq!(post(&client, &far()).unwrap().status, 200);
}

#[test]
fn a_proxy_that_drips_is_left() {
    let proxy = Server::run(|mut connection| {
        let request = request(&mut connection);
        let _ = connection.write_all(b"HTTP/1.1 200 OK\r\nX: ");
        while connection.write_all(b".").is_ok() {
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        request
    });
    let url = format!("http://127.0.0.1:{}", proxy.port);
    let client = Client { proxy: Some(url.parse().unwrap()), ..hasty(300, 60_000) };
    match fault(&client, &far()) {
        Error::Proxy { source: ProxyFault::Unreachable(inner), .. } => {
            assert!(matches!(*inner, Error::TimedOut { phase: Phase::Connecting, .. }), "{inner:?}");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn no_proxy_is_asked_the_way_to_this_machine() {
    let proxy = Server::plain("HTTP/1.1 403 Forbidden\r\n\r\n");
    let server = Server::tls(&good(), DONE);
    let client = through(&format!("http://127.0.0.1:{}", proxy.port));
    assert_eq!(post(&client, &server.https("localhost")).unwrap().status, 200);
    assert!(proxy.requests(0).is_empty());
}
