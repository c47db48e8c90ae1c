//! `rotate auto --config`: a file that names many rotations, looked at side by side.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::time::Duration;

use certwright::crypto::SystemRandom;
use certwright::files::is_file;
use certwright::operations::rotate::{
    Activate, Auto as Options, CertificateEnd, NewPassword, Play, Prepare, Retire, Store, auto,
};
use certwright::operations::{Actor, Part, Threshold};
use certwright::process::Hook;
use certwright::secret::{Password, Passwords};
use certwright::untrusted::Untrusted;
use certwright::workers::Workers;

use super::{Auto, operand, stopped};
use crate::args::{ListFor, Span, SubjectArgs};
use crate::commands::Progress;
use crate::commands::listed::{Listed, ListedSource, Places, read_list};
use crate::context::Context;
use crate::exit::ExitStatus;
use crate::prompt::Unattended;
use crate::render::rotate::auto::{End, Row};
use crate::report::Failure;

/// How long a hook may take if nothing is said.
const HOOK_TIMEOUT: Duration = Duration::from_secs(600);

/// How long a version must have been out of use if nothing is said: a week, as `rotate retire` has it.
const GRACE: Span = Span { seconds: 7 * 86_400 };

/// One rotation of the fleet, as it is written.
struct Planned {
    name: String,
    path: PathBuf,
    /// Whether the path is the key in use, not the rotation's folder.
    is_key: bool,
    options: Options,
    passin: Vec<OsString>,
    passout: Option<ListedSource>,
}

/// One rotation with its passwords.
struct Job {
    name: String,
    path: PathBuf,
    options: Options,
    passwords: Passwords,
}

/// Does what is due for every rotation of the fleet at `path`.
///
/// # Errors
/// A [`Failure`] when the file cannot be used; nothing is done then.
pub(super) fn run(asked: &Auto, path: &Path, context: &Context) -> Result<Vec<Row>, Failure> {
    let planned = plan(asked, path, context)?;
    let mut rows: Vec<Option<Row>> = Vec::new();
    let mut jobs = Vec::new();
    for (index, set) in planned.into_iter().enumerate() {
        let (name, store) = (set.name.clone(), operand(&set.path));
        match set.with_key().and_then(|set| set.with_passwords(context)) {
            Ok(job) => {
                rows.push(None);
                jobs.push((index, job));
            }
            Err(failure) => rows.push(Some(Row { name, store, end: stopped(&failure.of_set()) })),
        }
    }
    let workers = asked.jobs.map_or_else(Workers::available, Workers::exactly);
    let progress = Progress::new(context, "rotations looked at");
    let (actor, now, limits) = (Actor::current(), context.now, &context.limits);
    let mut done = rows.iter().flatten().count();
    workers.stream(
        jobs.into_iter(),
        |(index, job)| {
            let store = Store::at(&job.path);
            let rng = &mut SystemRandom::new();
            let end = match auto(&store, &job.options, now, &actor, &job.passwords, limits, rng) {
                Ok(report) => End::Done(report.into()),
                Err(error) => {
                    let failure = Failure::from_change(&error, &store, &job.path, Unattended::List);
                    stopped(&failure.of_rotated_set(&job.path))
                }
            };
            (index, Row { name: job.name, store: operand(&job.path), end })
        },
        |(index, row)| {
            rows[index] = Some(row);
            done += 1;
            progress.tell(done);
        },
    );
    progress.end();
    Ok(rows.into_iter().flatten().collect())
}

/// Reads the whole file, so that nothing is done while anything in it is wrong.
fn plan(asked: &Auto, path: &Path, context: &Context) -> Result<Vec<Planned>, Failure> {
    let mut list = read_list(path, ListFor::Rotate, context)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let (mut planned, mut places, mut names) = (Vec::new(), Places::default(), BTreeSet::new());
    for set in &list.sets {
        let mut listed = Listed { set, faults: &mut list.faults, folder };
        let set = plan_set(&mut listed, asked.dry_run, context.force);
        if let Some(set) = set {
            let (line, name) = (listed.set.line_of("name"), set.name.to_lowercase());
            if !names.insert(name) {
                listed.faults.add(line, format!("`{}` is the name of another set too", set.name));
            }
            places.take(Store::at(&set.path).root(), listed.set.line, listed.faults);
            planned.push(set);
        }
    }
    if !list.faults.is_empty() {
        return Err(Failure::from_list(path, &list.faults));
    }
    if let Some(unknown) = asked.only.iter().find(|only| !planned.iter().any(|set| set.name == **only)) {
        return Err(Failure::usage(format!("`--only {unknown}` names no set of `{}`", path.display()))
            .hint("name a set as the file does, in capital and small letters too"));
    }
    // No hook is to see the password of any set, so all are gathered before some sets are left out.
    let variables: BTreeSet<OsString> = planned.iter().flat_map(Planned::variables).collect();
    planned.retain(|set| asked.only.is_empty() || asked.only.contains(&set.name));
    for activate in planned.iter_mut().filter_map(|set| set.options.activate.as_mut()) {
        activate.hook.iter_mut().for_each(|hook| hook.without.extend(variables.iter().cloned()));
    }
    Ok(planned)
}

fn plan_set(listed: &mut Listed<'_>, dry_run: bool, force: bool) -> Option<Planned> {
    let set = listed.set;
    let name = listed.name();
    let (key, dir) = (listed.path("key"), listed.path("dir"));
    let path = match (&key, &name) {
        (Some(key), _) => key.clone(),
        (None, Some(name)) => match dir.or_else(|| Some(listed.folder.to_owned())) {
            Some(dir) if dir == Path::new(".") => PathBuf::from(name),
            dir => dir?.join(name),
        },
        (None, None) => PathBuf::new(),
    };
    let subject = listed.subject(&SubjectArgs::default());
    let parts = listed.parts();
    let holds_certificate = |part: &Part| *part == Part::Certificate || part.is_keystore();
    if parts.as_ref().is_some_and(|parts| !parts.iter().any(holds_certificate)) {
        listed.fault("only", "it leaves out every file that holds the certificate, and its end says what is due");
    }
    let (passin, passout) = (listed.passin(), listed.passout());
    let is_new = key.is_none() && name.is_some() && !Store::at(&path).exists();
    if is_new && subject.is_none() && !set.has("subject") {
        listed.faults.add(set.line, "the set has no subject: its first version needs `cn`, or the whole as `subject`");
    }
    let encrypt_key = set.switch("encrypt_key");
    let is_protected = encrypt_key == Some(true)
        || parts.as_ref().is_none_or(|parts: &Vec<Part>| parts.iter().any(|part| part.is_keystore()));
    if is_new && is_protected && !set.has("passout") {
        listed.faults.add(set.line, "the set has no `passout`: its first version needs one, such as \"generate\"");
    }
    let prepare = Prepare {
        algorithm: listed.algorithm(),
        subject,
        subject_alt_names: listed.names(),
        end: listed.days().map(CertificateEnd::After),
        alias: listed.alias(),
        parts,
        encrypt_key,
        target: listed.target(),
        play: listed.parsed("play", str::parse::<Play>),
        link: set.switch("link").unwrap_or(false),
        allow_weaker: set.switch("allow_weaker").unwrap_or(false),
        ..Prepare::default()
    };
    let activates = set.switch("activate").unwrap_or(false);
    let hook = hook(listed);
    if hook.is_some() && !activates {
        listed.fault("hook", "it is run when a version comes into use: add `activate = true`, or leave it out");
    }
    let activate = Activate { hook, force, ..Activate::default() };
    let grace = listed.parsed("grace", str::parse::<Span>);
    if set.has("grace") && !set.has("keep") {
        listed.fault("grace", "it says how old the versions are that go, and without `keep` none goes");
    }
    let keep = set.number("keep").and_then(|keep| usize::try_from(keep).ok());
    let retire = keep.map(|keep| Retire { keep, grace: grace.unwrap_or(GRACE).seconds, dry_run });
    let before = listed.parsed("before", str::parse::<Threshold>).unwrap_or(Options::BEFORE);
    let options = Options { before, prepare, activate: activates.then_some(activate), retire, dry_run };
    Some(Planned { name: name?, path, is_key: key.is_some(), options, passin, passout })
}

/// The program that tells the service. A path with a folder in it starts from the file's folder; a bare name is looked for
/// as the system does.
fn hook(listed: &mut Listed<'_>) -> Option<Hook> {
    let timeout = listed.parsed("hook_timeout", str::parse::<Span>);
    if listed.set.has("hook_timeout") && !listed.set.has("hook") {
        listed.fault("hook_timeout", "there is no `hook`");
    }
    let set = listed.set;
    let Some((program, arguments)) = set.texts("hook").split_first() else {
        if set.has("hook") {
            listed.fault("hook", "it names no program");
        }
        return None;
    };
    let is_path = program.contains(std::path::is_separator);
    let program = if is_path { listed.folder.join(program) } else { PathBuf::from(program) };
    Some(Hook {
        program,
        arguments: arguments.iter().map(OsString::from).collect(),
        folder: None,
        variables: Vec::new(),
        without: Vec::new(),
        timeout: timeout.map_or(HOOK_TIMEOUT, |span| Duration::from_secs(span.seconds.into())),
    })
}

impl Planned {
    /// The variables in which passwords stand.
    fn variables(&self) -> impl Iterator<Item = OsString> {
        let sources = self.passin.iter().chain(match &self.passout {
            Some(ListedSource::At(source)) => Some(source),
            _ => None,
        });
        sources.filter_map(|source| source.to_str()?.strip_prefix("env:").map(OsString::from))
    }

    /// The same if the key that it names is there: what does not exist would be taken for a folder to be made.
    fn with_key(self) -> Result<Self, Failure> {
        if !self.is_key || is_file(&self.path) {
            return Ok(self);
        }
        let path = self.path.display().to_string();
        let failure =
            Failure::new("not_found", ExitStatus::Failed, format!("the key `{}` does not exist", Untrusted(&path)));
        Err(failure.hint("`key` names the file of the key in use; a set that has none yet has a `name` and no `key`"))
    }

    /// Reads the passwords, each source once in a run. The new one opens what the version before was protected with, if
    /// no other source is named.
    fn with_passwords(self, context: &Context) -> Result<Job, Failure> {
        let mut options = self.options;
        let read = |source: &OsStr| context.password_at(source);
        let mut passwords: Vec<Password> = Vec::new();
        for source in &self.passin {
            passwords.push(read(source)?);
        }
        options.prepare.password = match &self.passout {
            None => NewPassword::AsCurrent,
            Some(ListedSource::Generate) => NewPassword::Generated,
            Some(ListedSource::At(source)) => {
                let new = context.new_password_from(Some(source), "protect the next version", "passout")?.password;
                passwords.push(new.clone());
                NewPassword::Given(new)
            }
        };
        Ok(Job { name: self.name, path: self.path, options, passwords: passwords.into_iter().collect() })
    }
}
