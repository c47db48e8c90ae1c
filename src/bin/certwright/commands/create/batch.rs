//! `create --batch`: a set for each name of a list, side by side, each whole or not at all.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use certwright::clock::Timestamp;
use certwright::crypto::{KeyAlgorithm, SystemRandom};
use certwright::files::{OutputSet, Overwrite, Sensitivity};
use certwright::formats::x509::SubjectAltName;
use certwright::operations::{Create as Options, Part, Protection, Target, create, default_alias};
use certwright::secret::Password;
use certwright::workers::Workers;

use super::Create;
use crate::args::{ListFor, ListedSet};
use crate::commands::PasswordFile;
use crate::commands::Progress;
use crate::commands::listed::{Listed, ListedSource, Places, read_list};
use crate::context::{Context, Outputs, Slot};
use crate::exit::ExitStatus;
use crate::password::{Made, NewPassword, PassoutSource};
use crate::printer::Warning;
use crate::prompt::Unattended;
use crate::render::batch::{Batch, Entry, FailedSet, MadeSet, json, text};
use crate::render::create::{Set, json as set_json};
use crate::render::json::document;
use crate::report::Failure;

/// A set that is planned and not made.
struct Planned {
    name: String,
    /// Its folder, and the one above it.
    folder: PathBuf,
    above: PathBuf,
    options: Options,
    passout: Option<ListedSource>,
    encrypts_key: bool,
}

/// A set of which all outputs are declared.
struct Job<'a> {
    options: Options,
    outputs: Outputs<'a>,
    slots: Vec<Slot>,
    password_file: Option<PasswordFile>,
    encrypts_key: bool,
}

impl Create {
    /// Makes the sets that the list at `path` names.
    pub(super) fn run_batch(&self, path: &Path, context: &Context) -> Result<ExitStatus, Failure> {
        let planned = self.plan(path, context)?;
        if let Some(PassoutSource::Generate(Some(_))) = passout_source(self)? {
            return Err(Failure::usage("`generate:PATH` is one file, and each set has a password of its own")
                .hint("with `--passout generate`, each set's password is written beside it"));
        }
        let mut folders: BTreeMap<PathBuf, Result<(), Failure>> = BTreeMap::new();
        let mut passwords = Given { context, batch: self, by_source: BTreeMap::new() };
        let mut entries: Vec<Option<Entry>> = Vec::new();
        let mut jobs = Vec::new();
        for (index, set) in planned.into_iter().enumerate() {
            let name = set.name.clone();
            let folder = folders.entry(set.above.clone()).or_insert_with_key(|folder| make_folder(folder)).clone();
            match folder.and_then(|()| passwords.of(&set)).and_then(|password| set.declare(password, context)) {
                Ok(job) => {
                    entries.push(None);
                    jobs.push((index, name, job));
                }
                // Whoever broke a question off wants none of it.
                Err(failure) if failure.exit == ExitStatus::Interrupted => return Err(failure),
                Err(failure) => entries.push(Some(failed(name, failure))),
            }
        }
        let progress = Progress::new(context, "sets made");
        let (now, mut done, mut notices) = (context.now, 0, BTreeSet::new());
        self.workers().stream(
            jobs.into_iter(),
            |(index, name, job)| match job.make(now) {
                Ok((made, said)) => (index, Entry { name, result: Ok(made) }, said),
                Err(failure) => (index, failed(name, failure), Vec::new()),
            },
            |(index, entry, said)| {
                entries[index] = Some(entry);
                notices.extend(said);
                done += 1;
                progress.tell(done);
            },
        );
        progress.end();
        for notice in notices {
            context.printer.warning(&Warning::new(notice));
        }
        let batch = Batch { entries: entries.into_iter().flatten().collect() };
        if context.json {
            context.printer.data(&document("create-batch", json(&batch)));
        } else {
            context.printer.report(&text(&batch));
        }
        Ok(if batch.failed() == 0 { ExitStatus::Done } else { ExitStatus::Failed })
    }

    /// Reads the whole list, so that nothing is made while anything in it is wrong.
    fn plan(&self, path: &Path, context: &Context) -> Result<Vec<Planned>, Failure> {
        let mut list = read_list(path, ListFor::Create, context)?;
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let (mut planned, mut places) = (Vec::new(), Places::default());
        // The options that every set shares are checked once, before any set.
        let shared = Shared::of(self, context)?;
        for set in &list.sets {
            let listed = Listed { set, faults: &mut list.faults, folder };
            if let Some(set) = self.plan_set(listed, &shared, &mut places) {
                planned.push(set);
            }
        }
        if list.faults.is_empty() { Ok(planned) } else { Err(Failure::from_list(path, &list.faults)) }
    }

    fn plan_set(&self, mut listed: Listed<'_>, shared: &Shared, places: &mut Places) -> Option<Planned> {
        let set: &ListedSet = listed.set;
        let (name, subject) = (listed.name(), listed.subject(&self.subject));
        if subject.is_none() && !set.has("subject") {
            listed.faults.add(set.line, "the set has no subject: give `cn`, or the whole as `subject`");
        }
        let (names, algorithm, target) = (listed.names(), listed.algorithm(), listed.target());
        let (days, parts, passout) = (listed.days(), listed.parts(), listed.passout());
        let above = listed.path("dir").unwrap_or_else(|| self.dir.clone());
        let parts = parts.unwrap_or_else(|| shared.parts.clone());
        let encrypts_key = set.switch("encrypt_key").unwrap_or(self.encrypt_key);
        if encrypts_key && !parts.contains(&Part::Key) {
            listed.fault("encrypt_key", "it encrypts the key's file, and `only` leaves it out");
        }
        let common_name = subject.as_ref().and_then(|subject| subject.common_name());
        let alias = listed.alias().or_else(|| common_name.as_deref().and_then(default_alias)).or_else(|| name.clone());
        let end = match days.map(|days| shared.now.plus_days(days)) {
            Some(Ok(end)) => end,
            Some(Err(fault)) => {
                listed.fault("days", fault);
                return None;
            }
            None => shared.end,
        };
        let (name, subject, alias) = (name?, subject?, alias?);
        let folder = if above == Path::new(".") { PathBuf::from(&name) } else { above.join(&name) };
        places.take(&folder, set.line, listed.faults);
        let files = parts.iter().map(|part| {
            let path = folder.join(format!("{name}.{}", part.word()));
            (*part, path.display().to_string())
        });
        let options = Options {
            algorithm: algorithm.unwrap_or(shared.algorithm),
            subject,
            subject_alt_names: names.unwrap_or_else(|| shared.names.clone()),
            not_after: end,
            alias,
            files: files.collect(),
            protection: Protection::None,
            iterations: self.iterations,
            target: target.or(shared.target),
        };
        Some(Planned { name, folder, above, options, passout, encrypts_key })
    }

    fn workers(&self) -> Workers {
        self.jobs.map_or_else(Workers::available, Workers::exactly)
    }
}

/// What the options say for sets that say nothing themselves.
struct Shared {
    algorithm: KeyAlgorithm,
    target: Option<&'static Target>,
    names: Vec<SubjectAltName>,
    parts: Vec<Part>,
    now: Timestamp,
    end: Timestamp,
}

impl Shared {
    fn of(batch: &Create, context: &Context) -> Result<Self, Failure> {
        let end = batch.validity.end(context.now);
        Ok(Self {
            algorithm: batch.key_type.algorithm()?,
            target: batch.target.target()?,
            names: batch.san.names()?,
            parts: batch.parts()?,
            now: context.now,
            end: end.map_err(|fault| Failure::usage(format!("`--days` cannot be used: {fault}")))?,
        })
    }
}

/// The passwords of the sets: one for each that has one made, else one for each SOURCE, which is read once.
struct Given<'a> {
    context: &'a Context,
    batch: &'a Create,
    by_source: BTreeMap<Option<OsString>, Result<Password, Failure>>,
}

impl Given<'_> {
    fn of(&mut self, set: &Planned) -> Result<Option<NewPassword>, Failure> {
        if !set.needs_password() {
            return Ok(None);
        }
        let source = match (&set.passout, passout_source(self.batch)?) {
            (Some(ListedSource::Generate), _) | (None, Some(PassoutSource::Generate(_))) => {
                let password = Password::generate(&mut SystemRandom::new());
                return Ok(Some(NewPassword { password, made: Made::Generated(None), warning: None }));
            }
            (Some(ListedSource::At(source)), _) => Some(source.clone()),
            (None, _) => None,
        };
        let (context, batch) = (self.context, self.batch);
        let read = self.by_source.entry(source).or_insert_with_key(|source| {
            let what = "protect the sets";
            let new = match source {
                Some(source) => context.new_password_from(Some(source), what, "passout"),
                None => context.new_password(&batch.passout, what),
            };
            new.map(|new| new.password)
        });
        let password = read.clone()?;
        Ok(Some(NewPassword { password, made: Made::Given, warning: None }))
    }
}

impl Planned {
    fn needs_password(&self) -> bool {
        self.encrypts_key || self.options.files.iter().any(|(part, _)| part.is_keystore())
    }

    /// Declares everything that will be written, so that what clashes is found before the first prime.
    fn declare(self, password: Option<NewPassword>, context: &Context) -> Result<Job<'_>, Failure> {
        let mut options = self.options;
        let mut outputs = context.outputs();
        if let Some(ListedSource::At(source)) = &self.passout {
            outputs.declare_new_password(Some(source), "passout")?;
        }
        outputs.declare_folder(&self.folder)?;
        let mut slots = Vec::with_capacity(options.files.len());
        for (part, path) in &options.files {
            let sensitivity = if part.holds_key() { Sensitivity::Secret } else { Sensitivity::Public };
            slots.push(outputs.declare(Path::new(path), sensitivity)?);
        }
        let mut password_file = None;
        if let Some(new) = password {
            let beside = self.folder.join(format!("{}.key", self.name));
            let is_whole = options.files.len() == Part::ALL.len();
            password_file = PasswordFile::declare(&new, &beside, &mut outputs, is_whole)?;
            let protection = if self.encrypts_key { Protection::KeystoresAndKey } else { Protection::Keystores };
            options.protection = protection(new.password);
        }
        Ok(Job { options, outputs, slots, password_file, encrypts_key: self.encrypts_key })
    }
}

impl Job<'_> {
    /// Makes the set and writes it; also gives what its user should know.
    fn make(mut self, now: Timestamp) -> Result<(MadeSet, Vec<String>), Failure> {
        let created = create(&self.options, now, &mut SystemRandom::new());
        let created = created.map_err(|error| Failure::from_operation(&error, Unattended::List))?;
        for (slot, file) in self.slots.iter().zip(&created.files) {
            self.outputs.fill(*slot, file.octets.expose());
        }
        let password_file = self.password_file.map(|file| file.fill(&mut self.outputs).display().to_string());
        self.outputs.commit()?;
        let set = Set {
            created: &created,
            paths: created.files.iter().map(|file| file.name.clone()).collect(),
            password_file,
            target: self.options.target,
            key_is_encrypted: self.encrypts_key,
        };
        let until = created.certificate.validity().ok().map(|validity| validity.not_after);
        let made = MadeSet { value: set_json(&set), until, algorithm: created.algorithm.to_string() };
        Ok((made, created.notices.iter().map(ToString::to_string).collect()))
    }
}

/// Makes the folder that the folders of sets stand in.
fn make_folder(folder: &Path) -> Result<(), Failure> {
    let mut outputs = OutputSet::new(Overwrite::Refuse);
    outputs.declare_folder(folder)?;
    outputs.commit()?;
    Ok(())
}

fn passout_source(batch: &Create) -> Result<Option<PassoutSource>, Failure> {
    let value = batch.passout.passout.as_ref();
    Ok(value.map(|value| PassoutSource::parse(value, "--passout")).transpose()?)
}

fn failed(name: String, failure: Failure) -> Entry {
    let failure = failure.of_set();
    Entry { name, result: Err(FailedSet { message: failure.to_message(), value: failure.to_value() }) }
}
