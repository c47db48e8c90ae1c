//! The server serves what is well formed, refuses the rest, and ends with its exchange whatever the other side does.

use std::io::{Read, Write};
use std::net::TcpStream;

use super::*;

const BOUNDS: RequestBounds = RequestBounds { head: 1024, body: 256, time: Duration::from_millis(300) };

fn echo(form: &[u8]) -> Answer {
    Answer { status: 200, media_type: "text/plain", body: form.to_vec() }
}

/// What comes back over a connection of its own.
fn sent(address: &Address, octets: &[u8]) -> String {
    let mut stream = connected(address);
    stream.write_all(octets).unwrap();
    let mut answer = String::new();
    // A server that breaks the connection off has said what it had to say.
    let _ = stream.read_to_string(&mut answer);
    answer
}

fn connected(address: &Address) -> TcpStream {
    TcpStream::connect(place(address)).unwrap()
}

fn place(address: &Address) -> &str {
    address.as_str().trim_start_matches("http://").split('/').next().unwrap()
}

fn post(address: &Address, fields: &str, body: &str) -> String {
    format!(
        "POST /token HTTP/1.1\r\nHost: {}\r\nContent-Type: application/x-www-form-urlencoded\r\n{fields}\r\n{body}",
        place(address)
    )
}

fn good(address: &Address) -> String {
    sent(address, post(address, "Content-Length: 3\r\n", "a=1").as_bytes())
}

#[test]
fn a_form_is_answered_and_the_next_one_too() {
    serve_forms("/token", BOUNDS, echo, |address| {
        for _ in 0..2 {
            let answer = good(address);
            assert!(answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.ends_with("\r\n\r\na=1"), "{answer}");
            assert!(!answer.contains("\nDate:"), "{answer}");
        }
        // Two requests in one connection: the first is answered, and the connection ends.
        let one = post(address, "Content-Length: 3\r\n", "a=1");
        let answer = sent(address, format!("{one}{one}").as_bytes());
        assert_eq!(answer.matches("HTTP/1.1").count(), 1, "{answer}");
    })
    .unwrap();
}

#[test]
fn what_is_no_posted_form_is_refused() {
    serve_forms("/token", BOUNDS, echo, |address| {
        let length = "Content-Length: 3\r\n";
        let form = post(address, length, "a=1");
        let long = format!("X: {}\r\n{length}", "x".repeat(2000));
        let many = format!("{}{length}", "X: y\r\n".repeat(80));
        for (request, status) in [
            (form.replace("POST", "GET"), 405),
            (form.replace("/token", "/"), 404),
            (form.replace("/token", "/token?a"), 404),
            (form.replace("Host", "Guest"), 400),
            (form.replace("127.0.0.1", "rebound.example"), 421),
            (form.replace("x-www-form-urlencoded", "json"), 415),
            (post(address, "", "a=1"), 411),
            (post(address, "Transfer-Encoding: chunked\r\n", "3\r\na=1\r\n0\r\n\r\n"), 411),
            (post(address, "Content-Length: 3\r\nContent-Length: 4\r\n", "a=1"), 400),
            (post(address, "Content-Length: +3\r\n", "a=1"), 400),
            (post(address, "Content-Length: \r\n", "a=1"), 400),
            (post(address, "Content-Length: 257\r\n", ""), 413),
            (post(address, "Content-Length: 99999999999999999999999\r\n", ""), 413),
            (post(address, &long, "a=1"), 431),
            (post(address, &many, "a=1"), 431),
            ("x".repeat(5000), 431),
            ("\0\0\0\r\n\r\n".to_owned(), 400),
            ("POST /token SMTP/9\r\n\r\n".to_owned(), 400),
        ] {
            let answer = sent(address, request.as_bytes());
            assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{request}\n{status}\n{answer}");
            assert!(good(address).ends_with("a=1"));
        }
    })
    .unwrap();
}

#[test]
fn the_slow_and_the_faithless_do_not_keep_it() {
    let begin = Instant::now();
    serve_forms("/token", BOUNDS, echo, |address| {
        drop(connected(address));
        let mut slow = connected(address);
        slow.write_all(b"POST /tok").unwrap();
        let mut answer = String::new();
        slow.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
        // One that promises more than it sends.
        assert!(sent(address, post(address, "Content-Length: 9\r\n", "a=1").as_bytes()).starts_with("HTTP/1.1 408 "));
        assert!(good(address).ends_with("a=1"));
    })
    .unwrap();
    assert!(begin.elapsed() < Duration::from_secs(5), "{:?}", begin.elapsed());
}

#[test]
fn it_is_gone_when_the_exchange_is_over() {
    let bounds = RequestBounds { time: Duration::from_secs(3600), ..BOUNDS };
    let begin = Instant::now();
    let (address, mut open) = serve_forms("/token", bounds, echo, |address| {
        let mut open = connected(address);
        open.write_all(b"POST").unwrap();
        (address.clone(), open)
    })
    .unwrap();
    assert!(begin.elapsed() < Duration::from_secs(5), "{:?}", begin.elapsed());
    let mut rest = Vec::new();
    let _ = open.read_to_end(&mut rest);
    assert!(TcpStream::connect(place(&address)).is_err());
    // Nobody came at all, and the exchange failed.
    let panicked = std::panic::catch_unwind(|| serve_forms("/token", bounds, echo, |_| panic!("the exchange failed")));
    assert!(panicked.is_err());
}
