//! A server of `python/`, in a process of its own that ends with the test.

use std::cell::RefCell;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::{Credential, Tool};

/// What it tells of itself, one JSON object a line, is read when the test asks for it.
pub(crate) struct Peer {
    child: Child,
    pub(crate) port: u64,
    pipes: RefCell<(ChildStdin, BufReader<ChildStdout>)>,
    journal: RefCell<Vec<Value>>,
}

impl Peer {
    /// Starts `script` and waits until it listens.
    pub(crate) fn start(python: &Tool, script: &str, configuration: &Value) -> Self {
        let scripts = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/login/python/");
        let mut command = python.command(scripts.as_ref());
        // No bytecode is left in the checkout.
        command.arg("-B").arg(format!("{scripts}{script}")).arg(configuration.to_string());
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let pipes = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        let mut peer = Self { child, port: 0, pipes: RefCell::new(pipes), journal: RefCell::default() };
        let ready = peer.read_until("ready");
        peer.port = ready["port"].as_u64().unwrap();
        peer
    }

    /// Everything that happened before this call.
    pub(crate) fn journal(&self) -> Vec<Value> {
        self.pipes.borrow_mut().0.write_all(b"\n").unwrap();
        self.read_until("mark");
        self.journal.borrow().clone()
    }

    /// What happened, of one kind.
    pub(crate) fn events(&self, event: &str) -> Vec<Value> {
        self.journal().into_iter().filter(|one| one["event"] == event).collect()
    }

    /// The first event of a kind that comes when the client may be gone already.
    #[track_caller]
    pub(crate) fn wait_for(&self, event: &str) -> Value {
        let begin = Instant::now();
        loop {
            if let Some(found) = self.events(event).first() {
                return found.clone();
            }
            assert!(begin.elapsed() < Duration::from_secs(20), "no event {event:?}: {:#?}", self.journal());
            sleep(Duration::from_millis(20));
        }
    }

    /// The assertions and tokens that it met.
    pub(crate) fn credentials(&self) -> Vec<Credential> {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let events = self.events("credential");
        events.iter().map(|event| Credential { name: text(&event["name"]), value: text(&event["value"]) }).collect()
    }

    fn read_until(&self, event: &str) -> Value {
        loop {
            let mut line = String::new();
            let length = self.pipes.borrow_mut().1.read_line(&mut line).unwrap();
            assert!(length > 0, "the server has ended before {event:?}; its standard error says why");
            let told: Value = serde_json::from_str(&line).unwrap();
            if told["event"] == event {
                return told;
            }
            self.journal.borrow_mut().push(told);
        }
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
