//! Every exchange ends in time, whatever the other side does.

use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use certwright::http::{Bounds, Client, Error, Phase};
use rustls::{ServerConnection, StreamOwned};

use crate::identity::good;
use crate::server::{Server, client, config, fault, hasty, post, request};

/// Gives `text` and then dots for ever, one octet at a time: each read has something, and the end never comes.
fn drip(connection: &mut dyn Write, text: &str) {
    for octet in text.bytes().chain(std::iter::repeat(b'.')) {
        if connection.write_all(&[octet]).and_then(|()| connection.flush()).is_err() {
            return;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn phase(fault: &Error) -> Phase {
    match fault {
        Error::TimedOut { phase, seconds: 1, .. } => *phase,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_server_that_never_speaks_is_left() {
    // The system takes the connection, and nobody ever reads from it.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let https = format!("https://localhost:{port}").parse().unwrap();
    assert_eq!(phase(&fault(&hasty(150, 60_000), &https)), Phase::Connecting);
    assert_eq!(phase(&fault(&hasty(60_000, 150), &https)), Phase::Exchange);
    let http = format!("http://localhost:{port}").parse().unwrap();
    assert_eq!(phase(&fault(&hasty(60_000, 150), &http)), Phase::Exchange);
}

#[test]
fn a_server_that_drips_is_left() {
    for text in ["HTTP/1.1 200 OK\r\nX: ", "HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n"] {
        let server = Server::run(move |mut connection| {
            let request = request(&mut connection);
            drip(&mut connection, text);
            request
        });
        assert_eq!(phase(&fault(&hasty(60_000, 400), &server.http())), Phase::Exchange, "{text}");
    }
    let config = config(&good());
    let server = Server::run(move |connection: TcpStream| {
        let mut tls = StreamOwned::new(ServerConnection::new(Arc::clone(&config)).unwrap(), connection);
        let request = request(&mut tls);
        drip(&mut tls, "HTTP/1.1 200 OK\r\n\r\n");
        request
    });
    assert_eq!(phase(&fault(&hasty(60_000, 900), &server.https("localhost"))), Phase::Exchange);
}

#[test]
fn a_handshake_that_drips_is_left() {
    // A record of a handshake, RFC 8446 section 5.1, of 16 KiB that never come.
    let server = Server::run(|mut connection| {
        drip(&mut connection, "\u{16}\u{3}\u{3}\u{40}\u{0}\u{2}\u{0}\u{3f}\u{0}");
        String::new()
    });
    assert_eq!(phase(&fault(&hasty(300, 60_000), &server.https("localhost"))), Phase::Connecting);
}

#[test]
fn time_enough_is_enough() {
    let server = Server::tls(&good(), "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    let answer = post(&client(), &server.https("localhost")).unwrap();
    assert!(answer.elapsed < Duration::from_secs(20));
    // More than the clock can count is no fault.
    let bounds = Bounds { connect: Duration::MAX, exchange: Duration::MAX, answer: u64::MAX };
    assert_eq!(post(&Client { bounds, ..client() }, &server.https("localhost")).unwrap().status, 200);
}
