//! One request, and what the client makes of the answer.

use certwright::http::{Bounds, Client, Error, ProtocolFault, TlsFault};

use crate::identity::good;
use crate::server::{SECRET, Server, client, fault, fields, post, request};

#[test]
fn the_request_is_what_it_should_be_and_no_more() {
    let server = Server::plain("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    post(&client(), &server.http()).unwrap();
    let requests = server.requests(1);
    let (head, content) = requests[0].split_once("\r\n\r\n").unwrap();
    assert_eq!(content, format!("assertion={SECRET}"));
    assert_eq!(head.lines().next(), Some("POST /token HTTP/1.1"));
    let mut fields: Vec<(String, &str)> = fields(head).collect();
    fields.sort_unstable();
    let (host, length) = (format!("127.0.0.1:{}", server.port), content.len().to_string());
    // No cookie, no credential in a header, no `Expect`, and no coding that would have to be undone.
    let wanted = [
        ("accept", "application/json"),
        ("accept-encoding", "identity"),
        ("connection", "close"),
        ("content-length", &length),
        ("content-type", "application/x-www-form-urlencoded"),
        ("host", &host),
        ("user-agent", concat!("certwright/", env!("CARGO_PKG_VERSION"))),
    ]
    .map(|(name, value)| (name.to_owned(), value));
    assert_eq!(fields, wanted);
}

#[test]
fn an_answer_of_any_status_is_given_with_its_time_and_type() {
    let server = Server::tls(
        &good(),
        "HTTP/1.1 400 Bad Request\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n\
         Content-Type: Application/JSON; charset=UTF-8\r\nContent-Length: 2\r\n\r\n{}",
    );
    let answer = post(&client(), &server.https("localhost")).unwrap();
    assert_eq!(answer.status, 400);
    assert_eq!(answer.body.expose(), b"{}");
    assert_eq!(answer.date.unwrap().to_string(), "1994-11-06T08:49:37Z");
    assert_eq!(answer.media_type.as_deref(), Some("application/json"));
    assert!(!format!("{answer:?}").contains("{}"));
    let bare = Server::plain("HTTP/1.0 200 OK\r\nDate: yesterday\r\n\r\n{}");
    let answer = post(&client(), &bare.http()).unwrap();
    assert_eq!((answer.status, answer.date, answer.media_type), (200, None, None));
    assert_eq!(answer.body.expose(), b"{}");
}

#[test]
fn a_redirect_is_told_and_never_followed() {
    let elsewhere = Server::plain("HTTP/1.1 200 OK\r\n\r\n");
    for status in [300, 301, 302, 303, 304, 305, 307, 308] {
        let location = format!("http://u:p@127.0.0.1:{}/x\u{7}y?session=canary#f", elsewhere.port);
        // A control character is no part of a header, so it goes as it would come: percent-encoded, or not at all.
        let location = location.replace('\u{7}', "%07");
        let server =
            Server::plain(&format!("HTTP/1.1 {status} X\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n"));
        match fault(&client(), &server.http()) {
            Error::Redirect { status: told, location: Some(location), .. } => {
                assert_eq!(told, status);
                assert_eq!(location, format!("http://127.0.0.1:{}/x%07y", elsewhere.port));
            }
            other => panic!("{other:?}"),
        }
        assert_eq!(server.requests(1).len(), 1);
    }
    let nowhere = Server::plain("HTTP/1.1 302 Found\r\n\r\n");
    assert!(fault(&client(), &nowhere.http()).to_string().contains("redirects to nowhere (HTTP 302)"));
    assert!(elsewhere.requests(0).is_empty());
}

#[test]
fn a_request_is_never_sent_twice() {
    // The server takes the request and closes, which is where a client with a pool of connections tries again.
    let server = Server::run(|mut connection| request(&mut connection));
    let told = fault(&client(), &server.http());
    assert!(matches!(told, Error::Connection { .. }), "{told:?}");
    assert_eq!(server.requests(1).len(), 1);
    let broken = Server::plain("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}");
    assert!(matches!(fault(&client(), &broken.http()), Error::Connection { .. }));
    assert_eq!(broken.requests(1).len(), 1);
}

#[test]
fn an_answer_over_tls_that_is_cut_short_is_no_answer() {
    // RFC 9112 section 9.8: without a close_notify, the end of the connection does not tell the end of the content.
    let config = crate::server::config(&good());
    let server = Server::run(move |connection| {
        let tls = rustls::ServerConnection::new(config.clone()).unwrap();
        crate::server::answered(&mut rustls::StreamOwned::new(tls, connection), "HTTP/1.1 200 OK\r\n\r\n{")
    });
    let told = fault(&client(), &server.https("localhost"));
    assert!(matches!(told, Error::Connection { .. }), "{told:?}");
}

#[test]
fn what_cannot_be_read_is_refused_by_its_reason() {
    let of = |answer: &str| fault(&client(), &Server::plain(answer).http());
    let gzip = of("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n\u{1f}\u{8b}");
    assert!(matches!(&gzip, Error::Encoded { coding, .. } if coding == "gzip"), "{gzip:?}");
    for (answer, wanted) in [
        ("SSH-2.0-x\r\n", ProtocolFault::NoHttp),
        ("HTTP/1.1 101 X\r\n\r\n", ProtocolFault::OtherProtocol),
        ("HTTP/1.1 099 X\r\n\r\n", ProtocolFault::NoHttp),
        ("HTTP/2 200\r\n\r\n", ProtocolFault::NoHttp),
        ("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", ProtocolFault::Framing),
        ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello", ProtocolFault::Framing),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nhello\r\n0\r\n\r\n", ProtocolFault::Framing),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhelloX\r\n0\r\n\r\n", ProtocolFault::Framing),
        (&format!("HTTP/1.1 200 OK\r\nX: {}", "x".repeat(17_000)), ProtocolFault::LargeHeader),
    ] {
        match of(answer) {
            Error::Protocol { source, .. } => assert_eq!(source, wanted),
            other => panic!("{other:?}"),
        }
    }
    let large = format!("HTTP/1.1 200 OK\r\n\r\n{}", "x".repeat((64 << 10) + 1));
    assert!(matches!(of(&large), Error::TooLarge { limit: 65_536, .. }));
    assert!(post(&client(), &Server::plain(&large[..large.len() - 1]).http()).is_ok());
    // TLS on the port that was to speak plain HTTP.
    let told = fault(&client(), &Server::tls(&good(), "").http());
    assert!(matches!(told, Error::Protocol { source: ProtocolFault::NoHttp, .. }), "{told:?}");
}

#[test]
fn a_port_where_nobody_listens_refuses() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    match fault(&client(), &format!("https://localhost:{port}").parse().unwrap()) {
        Error::Connection { host, source } => {
            assert_eq!((host.as_str(), source.kind()), ("localhost", std::io::ErrorKind::ConnectionRefused));
        }
        Error::Tls { reason: TlsFault::Closed, .. } => panic!("another program took the port"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn each_framing_gives_the_content() {
    let hints = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n";
    for answer in [
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello and more",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\ncontent-length: 5\r\n\r\nhello",
        "HTTP/1.0 200 OK\r\n\r\nhello",
        "HTTP/1.1 200\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n03;a=b\r\nllo\r\n0\r\nX: y\r\n\r\n",
        &format!("{hints}HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"),
    ] {
        let given = post(&client(), &Server::plain(answer).http()).unwrap();
        assert_eq!((given.status, given.body.expose()), (200, &b"hello"[..]), "{answer:?}");
    }
    let empty = post(&client(), &Server::plain("HTTP/1.1 204 No Content\r\n\r\n").http()).unwrap();
    assert_eq!((empty.status, empty.body.expose()), (204, &b""[..]));
}

#[test]
fn no_content_passes_its_bound_by_one_octet() {
    let text = "x".repeat(5_000);
    let bounded = |answer: u64| Client { bounds: Bounds { answer, ..client().bounds }, ..client() };
    for answer in [
        format!("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n{text}"),
        format!("HTTP/1.1 200 OK\r\n\r\n{text}"),
        format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1388\r\n{text}\r\n0\r\n\r\n"),
    ] {
        let server = Server::plain(&answer);
        assert_eq!(post(&bounded(5_000), &server.http()).unwrap().body.expose(), text.as_bytes());
        let told = fault(&bounded(4_999), &server.http());
        assert!(matches!(told, Error::TooLarge { limit: 4_999, .. }), "{told:?}");
    }
    // What is stated is refused before any memory is taken for it.
    let stated = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", u64::MAX);
    assert!(matches!(fault(&bounded(u64::MAX - 1), &Server::plain(&stated).http()), Error::TooLarge { .. }));
}

#[test]
fn a_header_has_its_bounds_too() {
    let field = |length: usize| format!("HTTP/1.1 204 X\r\nA: {}\r\n\r\n", "x".repeat(length));
    let room = (16 << 10) - field(0).len();
    let fields = |count: usize| format!("HTTP/1.1 204 X\r\n{}\r\n", "A: b\r\n".repeat(count));
    for (largest, too_large) in [(field(room), field(room + 1)), (fields(128), fields(129))] {
        assert_eq!(post(&client(), &Server::plain(&largest).http()).unwrap().status, 204);
        match fault(&client(), &Server::plain(&too_large).http()) {
            Error::Protocol { source, .. } => assert_eq!(source, ProtocolFault::LargeHeader),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_field_that_is_repeated_with_another_value_says_nothing() {
    let time = "Sun, 06 Nov 1994 08:49:37 GMT";
    for (fields, is_told) in [
        (format!("Date: {time}\r\ndate:  {time} \r\n"), true),
        (format!("Date: {time}\r\nDate: Sun, 06 Nov 1994 08:49:38 GMT\r\n"), false),
        ("Date: \u{e9}\r\n".to_owned(), false),
    ] {
        let given = post(&client(), &Server::plain(&format!("HTTP/1.1 204 X\r\n{fields}\r\n")).http()).unwrap();
        assert_eq!(given.date.is_some(), is_told, "{fields}");
    }
}
