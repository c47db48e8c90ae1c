//! Servers of one kind of answer each, on loopback, and the clients that ask them.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use certwright::http::{Address, Bounds, Client, Error, Field, Response};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::identity::{Identity, ca};

/// What stands in the form that every client here posts.
pub(crate) const SECRET: &str = "canary.assertion.signature";

/// Both ways of a connection, encrypted or not.
pub(crate) trait Duplex: Read + Write {}
impl<T: Read + Write> Duplex for T {}

/// A server that runs until the tests end. It notes every connection and every request.
pub(crate) struct Server {
    pub(crate) port: u16,
    pub(crate) requests: Receiver<String>,
}

impl Server {
    /// Serves each connection with `serve`, which gives the request that it read.
    pub(crate) fn run(serve: impl Fn(TcpStream) -> String + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (note, requests) = channel();
        std::thread::spawn(move || {
            for connection in listener.incoming() {
                // Nobody may be waiting for the note any longer.
                let _ = note.send(serve(connection.unwrap()));
            }
        });
        Self { port, requests }
    }

    /// Answers every request with `answer`, in plain HTTP, and closes.
    pub(crate) fn plain(answer: &str) -> Self {
        let answer = answer.to_owned();
        Self::run(move |mut connection| answered(&mut connection, &answer))
    }

    /// The same over TLS.
    pub(crate) fn tls(identity: &Identity, answer: &str) -> Self {
        let (config, answer) = (config(identity), answer.to_owned());
        Self::run(move |connection| {
            let mut tls = StreamOwned::new(ServerConnection::new(Arc::clone(&config)).unwrap(), connection);
            let request = answered(&mut tls, &answer);
            tls.conn.send_close_notify();
            let _ = tls.flush();
            request
        })
    }

    pub(crate) fn http(&self) -> Address {
        format!("http://127.0.0.1:{}/token", self.port).parse().unwrap()
    }

    pub(crate) fn https(&self, host: &str) -> Address {
        format!("https://{host}:{}/token", self.port).parse().unwrap()
    }

    /// The requests that came so far, one for each connection.
    pub(crate) fn requests(&self, wanted: usize) -> Vec<String> {
        let wait = Duration::from_secs(10);
        let mut requests: Vec<String> = (0..wanted).map(|_| self.requests.recv_timeout(wait).unwrap()).collect();
        requests.extend(self.requests.try_iter());
        requests
    }
}

pub(crate) fn config(identity: &Identity) -> Arc<ServerConfig> {
    let chain = identity.chain.iter().map(|der| CertificateDer::from(der.clone())).collect();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(identity.key.clone()));
    let provider = rustls_graviola::default_provider();
    // Put together by hand: a server that looks at its own certificate would not show a broken one.
    let certified = CertifiedKey::new(chain, provider.key_provider.load_private_key(key).unwrap());
    let config = ServerConfig::builder_with_provider(Arc::new(provider))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(SingleCertAndKey::from(certified)));
    Arc::new(config)
}

/// Reads a request and gives the answer. What a client that hangs up makes of it does not matter.
pub(crate) fn answered(connection: &mut dyn Duplex, answer: &str) -> String {
    let request = request(connection);
    let _ = connection.write_all(answer.as_bytes());
    let _ = connection.flush();
    request
}

/// Header and content of a request; what came of it, where it breaks off.
pub(crate) fn request(connection: &mut dyn Duplex) -> String {
    let mut text = String::new();
    let mut octet = [0];
    loop {
        if let Some((head, content)) = text.split_once("\r\n\r\n") {
            let length = fields(head).find(|(name, _)| name == "content-length").map(|(_, value)| value);
            if content.len() >= length.map_or(0, |length| length.parse().unwrap()) {
                return text;
            }
        }
        match connection.read(&mut octet) {
            Ok(1) => text.push(char::from(octet[0])),
            _ => return text,
        }
    }
}

/// The header fields of a request, their names in lower case.
pub(crate) fn fields(head: &str) -> impl Iterator<Item = (String, &str)> {
    head.lines().filter_map(|line| line.split_once(": ")).map(|(name, value)| (name.to_ascii_lowercase(), value))
}

/// A client that trusts the tests' CA.
pub(crate) fn client() -> Client {
    let bounds = Bounds { connect: Duration::from_secs(20), exchange: Duration::from_secs(20), ..Bounds::default() };
    Client { authorities: vec![ca()], bounds, ..Client::default() }
}

/// A client that waits so many milliseconds.
pub(crate) fn hasty(connect: u64, exchange: u64) -> Client {
    let (connect, exchange) = (Duration::from_millis(connect), Duration::from_millis(exchange));
    Client { bounds: Bounds { connect, exchange, ..Bounds::default() }, ..client() }
}

pub(crate) fn post(client: &Client, address: &Address) -> Result<Response, Error> {
    client.post_form(address, &[Field { name: "assertion", value: SECRET }])
}

/// The fault of a client that posts to `address`, in which nothing of what it sends occurs. It comes in bounded time.
pub(crate) fn fault(client: &Client, address: &Address) -> Error {
    let begin = Instant::now();
    let fault = post(client, address).unwrap_err();
    assert!(begin.elapsed() < Duration::from_secs(15), "{fault}");
    let told = format!("{fault} {fault:?}");
    assert!(!told.contains("canary"), "{told}");
    fault
}
