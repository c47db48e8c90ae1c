//! Runs a line: by the real program, by ours under its name, and natively. Nothing waits for ever.

use std::ffi::OsString;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};
use std::{env, fmt, fs, thread};

use crate::support::{Tool, tool};

/// As long as a line may take on a machine that is busy.
const LIMIT: Duration = Duration::from_secs(90);

/// The release whose data ours is byte-equal to.
const RELEASE: &str = "OpenSSL 3.0.";

/// The real programs.
pub(crate) struct Peers {
    openssl: Tool,
    keytool: Tool,
}

impl Peers {
    /// Both, or nothing where one is missing or openssl is of another release; that is a failure where
    /// `CERTWRIGHT_REQUIRE` names it.
    pub(crate) fn find() -> Option<Self> {
        let peers = Self { openssl: tool("openssl")?, keytool: tool("keytool")? };
        let version = &peers.versions()[0];
        if version.starts_with(RELEASE) {
            return Some(peers);
        }
        let required = env::var("CERTWRIGHT_REQUIRE").unwrap_or_default();
        assert!(!required.split(',').any(|tool| tool == "openssl"), "{}", Self::unfit(version));
        println!("skipped: {}", Self::unfit(version));
        None
    }

    fn unfit(version: &str) -> String {
        format!("the table is compared with {RELEASE}x, and the openssl on the PATH is {}", version.trim())
    }

    /// What the programs say that they are.
    pub(crate) fn versions(&self) -> &'static [String; 2] {
        static VERSIONS: OnceLock<[String; 2]> = OnceLock::new();
        VERSIONS.get_or_init(|| {
            let openssl = self.run(Path::new("."), "openssl", &["version".to_owned()], &[], b"");
            let keytool = fs::canonicalize(self.keytool.path()).unwrap();
            [String::from_utf8(openssl.stdout).unwrap(), keytool.display().to_string()]
        })
    }

    /// Runs the real program `name`.
    pub(crate) fn run(
        &self,
        folder: &Path,
        name: &str,
        words: &[String],
        environment: &[(String, String)],
        input: &[u8],
    ) -> Run {
        let tool = match name {
            "keytool" => &self.keytool,
            "openssl" => &self.openssl,
            _ => panic!("{name} is neither openssl nor keytool"),
        };
        let mut command = tool.command(folder);
        command.args(words).env("TZ", "UTC").envs(environment.iter().cloned());
        Run::of(&command, input)
    }

    /// What openssl answers to `line`, which must succeed.
    #[track_caller]
    pub(crate) fn openssl(&self, folder: &Path, line: &[&str], input: &[u8]) -> String {
        let words: Vec<String> = line.iter().map(|word| (*word).to_owned()).collect();
        let run = self.run(folder, "openssl", &words, &[], input);
        assert!(run.code == Some(0), "openssl {}\n{run}", words.join(" "));
        String::from_utf8_lossy(&run.stdout).into_owned()
    }
}

/// A folder that holds our program by the names `openssl` and `keytool`, and neither original.
pub(crate) fn links() -> &'static Path {
    static LINKS: OnceLock<PathBuf> = OnceLock::new();
    LINKS.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("compat-links");
        fs::create_dir_all(&folder).unwrap();
        for name in ["openssl", "keytool"] {
            let program = Path::new(env!("CARGO_BIN_EXE_certwright"));
            let link = folder.join(format!("{name}{}", env::consts::EXE_SUFFIX));
            #[cfg(unix)]
            if fs::read_link(&link).ok().as_deref() != Some(program) {
                let _ = fs::remove_file(&link);
                std::os::unix::fs::symlink(program, &link).unwrap();
            }
            #[cfg(not(unix))]
            fs::copy(program, &link).map(drop).unwrap();
        }
        folder
    })
}

/// How a program ended and what it wrote.
#[derive(Clone, Debug)]
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: String,
}

impl Run {
    /// Runs `command` without a terminal and with `input` on its standard input.
    pub(crate) fn of(command: &Command, input: &[u8]) -> Self {
        let mut command = without_terminal(command);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (mut stdin, stdout, stderr) = (child.stdin.take().unwrap(), child.stdout.take(), child.stderr.take());
        let (status, stdout, stderr) = thread::scope(|scope| {
            scope.spawn(move || {
                // The program may end without reading its input.
                let _ = stdin.write_all(input);
            });
            let stdout = scope.spawn(|| all_of(stdout.unwrap()));
            let stderr = scope.spawn(|| all_of(stderr.unwrap()));
            let status = wait(&mut child);
            (status, stdout.join().unwrap(), stderr.join().unwrap())
        });
        let stderr = String::from_utf8_lossy(&stderr).into_owned();
        let status = status.unwrap_or_else(|| panic!("{command:?} does not end; it said {stderr:?}"));
        Self { code: status.code(), stdout, stderr }
    }

    /// The lines on standard error that give the native form, without what introduces them.
    pub(crate) fn native_lines(&self) -> Vec<&str> {
        self.stderr.lines().filter_map(|line| line.strip_prefix("in certwright: ")).collect()
    }
}

impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stdout = String::from_utf8_lossy(&self.stdout);
        write!(f, "exit code {:?}\nstdout:\n{stdout}\nstderr:\n{}", self.code, self.stderr)
    }
}

/// The same command in a session of its own, so that nobody is asked at the terminal that the tests were started from.
fn without_terminal(command: &Command) -> Command {
    let setsid = Path::new("/usr/bin/setsid");
    let mut wrapped = if setsid.exists() {
        let mut wrapped = Command::new(setsid);
        wrapped.arg(command.get_program());
        wrapped
    } else {
        Command::new(command.get_program())
    };
    wrapped.args(command.get_args()).env_clear();
    let environment: Vec<(OsString, OsString)> = if command.get_envs().any(|(name, _)| name == "LC_ALL") {
        // A real program keeps what the tests have, but for what would change its answers.
        let ours = env::vars_os().filter(|(name, _)| name == "PATH" || name == "HOME" || name == "SystemRoot");
        ours.collect()
    } else {
        Vec::new()
    };
    wrapped.envs(environment).envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    if let Some(folder) = command.get_current_dir() {
        wrapped.current_dir(folder);
    }
    wrapped
}

fn all_of(mut from: impl Read) -> Vec<u8> {
    let mut octets = Vec::new();
    let _ = from.read_to_end(&mut octets);
    octets
}

/// How the child ended; `None` when it had to be ended.
fn wait(child: &mut std::process::Child) -> Option<ExitStatus> {
    let end = Instant::now() + LIMIT;
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return Some(status);
        }
        if Instant::now() > end {
            let _ = child.kill();
            let _ = child.wait();
            return None;
        }
        thread::sleep(Duration::from_millis(3));
    }
}
