//! Starts another program without a shell, shows what it says, and does not wait for it longer than it may take.

use std::ffi::OsString;
use std::fmt;
use std::io;
use std::io::PipeReader;
use std::io::Read;
use std::path::PathBuf;
use std::process::Child;
use std::process::Command;
use std::process::ExitStatus;
use std::process::Stdio;
use std::sync::mpsc;
use std::sync::mpsc::Receiver;
use std::sync::mpsc::RecvTimeoutError;
use std::time::Duration;
use std::time::Instant;

use super::register;
use crate::workers;

/// How much of what the program said last is kept.
const KEPT: usize = 4 << 10;

/// How often is looked whether the program has ended, when it says nothing.
const PAUSE: Duration = Duration::from_millis(10);

/// How long a program that was told to end may take to do so before it is killed.
const GRACE: Duration = Duration::from_secs(5);

/// How long is listened after the program's end to what it left running in the background.
const AFTERMATH: Duration = Duration::from_millis(500);

/// As many pieces of output as wait to be shown; the program waits when there are more.
const WAITING: usize = 16;

/// A program to be run, with its arguments. No shell reads them: they arrive as they are.
///
/// On Windows a program without an extension is looked for with `.exe`. A batch file is named with its `.cmd` or `.bat`;
/// arguments that cannot be handed to it safely are refused ([`HookEnd::Refused`]). A PowerShell script is no program:
/// `powershell` is, with `-File` and the script as arguments.
#[derive(Clone, Debug)]
pub struct Hook {
    /// The program: a path, or a name that is looked for as the system does, in `PATH`.
    pub program: PathBuf,
    /// What it is given.
    pub arguments: Vec<OsString>,
    /// The folder that it runs in; else the one of this process.
    pub folder: Option<PathBuf>,
    /// Variables that it gets beside those of this process.
    pub variables: Vec<(OsString, OsString)>,
    /// Variables that it does not get, such as those with passwords.
    pub without: Vec<OsString>,
    /// How long it may take.
    pub timeout: Duration,
}

/// How a program ended, and what it said last.
#[derive(Debug)]
pub struct HookRun {
    /// How it ended.
    pub end: HookEnd,
    /// The last 4 KiB of its standard output and standard error, as they came. Show it as
    /// [`Untrusted`](crate::untrusted::Untrusted), and write it to no log: nobody knows what a program says.
    pub said: Vec<u8>,
    /// Whether it said more than that.
    pub said_more: bool,
}

/// How a program ended. Its `Display` is a phrase such as "exit 3".
#[derive(Debug)]
#[non_exhaustive]
pub enum HookEnd {
    /// It ended by itself with this number; 0 is success.
    Exited(i32),
    /// A signal ended it.
    Killed(i32),
    /// There is no such program, or the folder to run it in is not there.
    NotFound(&'static str),
    /// It cannot be executed: the file's mode, or what stands in it.
    NotExecutable(&'static str),
    /// The system refused.
    Refused(io::Error),
    /// It took longer than it may and was ended.
    TimedOut(Duration),
}

impl HookEnd {
    /// Whether the program did what it was to do.
    #[must_use]
    pub fn is_success(&self) -> bool {
        matches!(self, Self::Exited(0))
    }

    /// Whether the program ran at all.
    #[must_use]
    pub fn has_run(&self) -> bool {
        matches!(self, Self::Exited(_) | Self::Killed(_) | Self::TimedOut(_))
    }
}

impl fmt::Display for HookEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exited(number) => write!(f, "exit {number}"),
            Self::Killed(signal) => write!(f, "killed by signal {signal}"),
            Self::NotFound(why) | Self::NotExecutable(why) => f.write_str(why),
            Self::Refused(cause) => write!(f, "the system refused: {cause}"),
            Self::TimedOut(timeout) => write!(f, "timed out after {} s", timeout.as_secs_f64()),
        }
    }
}

impl Hook {
    /// Runs the program to its end. It reads nothing; what it says on standard output and standard error is handed to
    /// `show` as it comes.
    ///
    /// A program that takes too long is ended with all that it started: on Unix by SIGTERM to its process group and, if
    /// that does not help, by SIGKILL; on Windows the program itself is ended at once. Nothing is waited for that it
    /// leaves running in the background. An interruption of this process kills it.
    ///
    /// ```no_run
    /// use std::time::Duration;
    ///
    /// use certwright::process::Hook;
    ///
    /// let hook = Hook {
    ///     program: "systemctl".into(),
    ///     arguments: vec!["reload".into(), "gateway".into()],
    ///     folder: None,
    ///     variables: vec![("CERTWRIGHT_NAME".into(), "gateway".into())],
    ///     without: vec!["KEYSTORE_PASSWORD".into()],
    ///     timeout: Duration::from_secs(600),
    /// };
    /// let run = hook.run(|_said| {});
    /// if !run.end.is_success() {
    ///     // Such as "exit 5".
    ///     let why = run.end.to_string();
    /// }
    /// ```
    pub fn run(&self, mut show: impl FnMut(&[u8])) -> HookRun {
        let mut said = Said::default();
        let end = match self.start() {
            Ok((child, output)) => self.attend(child, &output, |piece| {
                said.keep(piece);
                show(piece);
            }),
            Err(cause) => self.why_not(cause),
        };
        HookRun { end, said: said.last, said_more: said.more }
    }

    fn start(&self) -> io::Result<(Child, Receiver<Vec<u8>>)> {
        let (reader, writer) = io::pipe()?;
        let mut command = self.command()?;
        command.stdin(Stdio::null()).stdout(writer.try_clone()?).stderr(writer);
        let child = command.spawn()?;
        // The command holds this process's ends of the pipe, which would keep the reader waiting for ever.
        drop(command);
        let (sender, receiver) = mpsc::sync_channel(WAITING);
        workers::aside(move || read_pieces(reader, |piece| sender.send(piece).is_ok()));
        Ok((child, receiver))
    }

    #[expect(clippy::disallowed_methods, reason = "the one place that starts programs")]
    fn command(&self) -> io::Result<Command> {
        // A path is one from here, not from the folder that the program is to run in; a bare name is looked for.
        let program = if self.is_path() { std::path::absolute(&self.program)? } else { self.program.clone() };
        let mut command = Command::new(program);
        command.args(&self.arguments);
        for name in &self.without {
            command.env_remove(name);
        }
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        if let Some(folder) = &self.folder {
            command.current_dir(folder);
        }
        #[cfg(unix)]
        {
            use std::os::unix::process::CommandExt;
            // A group of its own, so that all that it starts can be ended with it.
            command.process_group(0);
        }
        Ok(command)
    }

    fn is_path(&self) -> bool {
        self.program.components().count() > 1
    }

    /// Hands on what the program says until it ends or must end.
    fn attend(&self, mut child: Child, output: &Receiver<Vec<u8>>, mut take: impl FnMut(&[u8])) -> HookEnd {
        let begun = Instant::now();
        let id = child.id();
        let registered = register(move || kill_group(id, End::Now));
        let mut told_to_end: Option<Instant> = None;
        let end = loop {
            match output.recv_timeout(PAUSE) {
                Ok(piece) => take(&piece),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => std::thread::sleep(PAUSE),
            }
            match child.try_wait() {
                Ok(Some(_)) if told_to_end.is_some() => break HookEnd::TimedOut(self.timeout),
                Ok(Some(status)) => break ended(status),
                Ok(None) => {}
                Err(cause) => break HookEnd::Refused(cause),
            }
            match told_to_end {
                None if begun.elapsed() >= self.timeout => {
                    told_to_end = Some(Instant::now());
                    kill(&mut child, End::Soon);
                }
                Some(since) if since.elapsed() >= GRACE => kill(&mut child, End::Now),
                _ => {}
            }
        };
        if matches!(end, HookEnd::TimedOut(_)) {
            // The program is gone; what it started and left may not be.
            kill_group(id, End::Now);
        }
        drop(registered);
        // The last words are in the pipe already, unless something in the background keeps it open.
        let until = Instant::now() + AFTERMATH;
        while let Ok(piece) = output.recv_timeout(until.saturating_duration_since(Instant::now())) {
            take(&piece);
        }
        end
    }

    /// Why the program did not start.
    fn why_not(&self, cause: io::Error) -> HookEnd {
        let is_there = self.is_path() && self.program.exists();
        match cause.kind() {
            io::ErrorKind::NotFound if self.folder.as_deref().is_some_and(|folder| !folder.is_dir()) => {
                HookEnd::NotFound("the folder to run it in was not found")
            }
            io::ErrorKind::NotFound if is_there => {
                HookEnd::NotExecutable("the interpreter that its first line names was not found")
            }
            io::ErrorKind::NotFound if self.is_path() => HookEnd::NotFound("not found"),
            io::ErrorKind::NotFound => HookEnd::NotFound("not found in PATH"),
            _ if is_there && self.program.is_dir() => HookEnd::NotExecutable("it is a folder"),
            io::ErrorKind::PermissionDenied => HookEnd::NotExecutable("it is not executable"),
            // ENOEXEC, and Windows' ERROR_BAD_EXE_FORMAT.
            _ if matches!((cfg!(windows), cause.raw_os_error()), (false, Some(8)) | (true, Some(193))) => {
                HookEnd::NotExecutable("it is no program: a script begins with a line such as `#!/bin/sh`")
            }
            _ => HookEnd::Refused(cause),
        }
    }
}

/// The end of what was said.
#[derive(Default)]
struct Said {
    last: Vec<u8>,
    more: bool,
}

impl Said {
    fn keep(&mut self, piece: &[u8]) {
        self.last.extend_from_slice(piece);
        let over = self.last.len().saturating_sub(KEPT);
        self.last.drain(..over);
        self.more |= over > 0;
    }
}

/// Hands on what comes until the other end is closed, or nobody takes it any more.
fn read_pieces(mut reader: PipeReader, mut hand_on: impl FnMut(Vec<u8>) -> bool) {
    let mut buffer = [0; 8 << 10];
    loop {
        match reader.read(&mut buffer) {
            Ok(0) => return,
            Ok(read) if hand_on(buffer[..read].to_vec()) => {}
            Err(cause) if cause.kind() == io::ErrorKind::Interrupted => {}
            _ => return,
        }
    }
}

fn ended(status: ExitStatus) -> HookEnd {
    #[cfg(unix)]
    {
        use std::os::unix::process::ExitStatusExt;
        if let Some(signal) = status.signal() {
            return HookEnd::Killed(signal);
        }
    }
    HookEnd::Exited(status.code().unwrap_or(-1))
}

/// How a program is ended.
#[derive(Clone, Copy)]
enum End {
    /// It may put things in order first.
    Soon,
    /// At once.
    Now,
}

fn kill(child: &mut Child, end: End) {
    if cfg!(unix) {
        kill_group(child.id(), end);
    } else {
        // It may have ended by itself meanwhile.
        let _ = child.kill();
    }
}

/// Ends the process group that the program leads. On Windows there are none.
fn kill_group(id: u32, end: End) {
    #[cfg(unix)]
    {
        use rustix::process;
        use rustix::process::Pid;
        use rustix::process::Signal;
        let signal = match end {
            End::Soon => Signal::TERM,
            End::Now => Signal::KILL,
        };
        if let Some(group) = i32::try_from(id).ok().and_then(Pid::from_raw) {
            // All of the group may be gone already.
            let _ = process::kill_process_group(group, signal);
        }
    }
    #[cfg(not(unix))]
    let _ = (id, end);
}

#[cfg(test)]
mod tests;
