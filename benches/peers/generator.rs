//! RSA key generation in Python's `cryptography`: a process that stays, so that the call alone is timed, in turn with ours.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use crate::support::measure::Sample;
use crate::support::programs::command;

/// Takes lines such as `2048` and answers with milliseconds of wall and processor time.
const SCRIPT: &str = "
import sys, time
from cryptography.hazmat.primitives.asymmetric import rsa
for line in sys.stdin:
    bits = int(line)
    wall, cpu = time.perf_counter(), time.process_time()
    key = rsa.generate_private_key(public_exponent=65537, key_size=bits)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    assert key.private_numbers().public_numbers.n.bit_length() == bits
    print(wall * 1000, cpu * 1000, flush=True)
";

/// The process.
pub(crate) struct Generator {
    child: Child,
    /// Closed before it is waited for.
    asks: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Generator {
    pub(crate) fn start() -> Self {
        let mut python = command("python -c");
        let mut child = python.arg(SCRIPT).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (asks, answers) = (child.stdin.take(), BufReader::new(child.stdout.take().unwrap()));
        Self { child, asks, answers }
    }

    /// Makes one key, whose size Python checks.
    pub(crate) fn generate(&mut self, bits: u32) -> Sample {
        writeln!(self.asks.as_mut().unwrap(), "{bits}").unwrap();
        let mut answer = String::new();
        self.answers.read_line(&mut answer).unwrap();
        let (wall, cpu) = answer.trim().split_once(' ').unwrap();
        Sample { wall: wall.parse().unwrap(), cpu: Some(cpu.parse().unwrap()) }
    }
}

impl Drop for Generator {
    fn drop(&mut self) {
        self.asks = None;
        // It ends with its input; what it ends with says nothing about the figures.
        let _ = self.child.wait();
    }
}
