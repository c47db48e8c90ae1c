//! The set that a plain key in use belongs to: the files that were named, or those beside it that hold its public key.

use std::path::{Path, PathBuf};

use crate::crypto::Fingerprint;
use crate::files::{self, Input, Origin, collect};
use crate::formats::detect::{Format, detect};
use crate::formats::pkcs12::{Scan, ScannedSafe};
use crate::formats::x509::Certificate;
use crate::formats::{jks, pem, pkcs8, spki};
use crate::limits::Limits;
use crate::operations::Error;
use crate::operations::create::Part;
use crate::operations::load::{Material, Opener, label_of};
use crate::operations::rotate::error::RotateError;
use crate::untrusted::Untrusted;

use super::options::LeftOut;

/// The files in use, as they were read.
pub(super) struct InUse {
    /// Each with its path as it was found, in the order of [`Part::ALL`].
    pub(super) files: Vec<(Part, PathBuf, Input)>,
    pub(super) left_out: Vec<LeftOut>,
}

/// What a file is to a key.
enum Role {
    /// It is this part of the set.
    Is(Part),
    /// It holds the key in another way.
    Holds(&'static str),
    /// It holds the key, in a form that is not made here.
    NotKept(&'static str),
    Foreign,
}

/// Finds the set of the key in the file at `key`.
pub(super) fn find(key: &Path, named: &[(Part, PathBuf)], opener: Opener<'_>) -> Result<InUse, RotateError> {
    let input = read(key, opener.limits)?;
    let fingerprint = own_fingerprint(&input, opener)?;
    let finder = Finder { key: &input, fingerprint, opener };
    let own = match finder.role(&input)? {
        Role::Is(part) if part.holds_key() => part,
        Role::NotKept(form) => return Err(RotateError::FormNotKept { file: input.name().to_owned(), form }),
        _ => {
            let form = "a file of more than the key alone";
            return Err(RotateError::FormNotKept { file: input.name().to_owned(), form });
        }
    };
    let mut in_use = InUse { files: vec![(own, key.to_owned(), input.clone())], left_out: Vec::new() };
    if named.is_empty() {
        finder.search(key, &mut in_use)?
    } else {
        finder.take(named, &mut in_use)?
    }
    in_use.files.sort_by_key(|(part, ..)| *part);
    if !in_use.files.iter().any(|(part, ..)| *part == Part::Certificate || part.is_keystore()) {
        return Err(RotateError::NoCertificate { key: input.name().to_owned() });
    }
    Ok(in_use)
}

/// A file that activation will replace: no link, and of a name that the state can hold.
fn read(path: &Path, limits: &Limits) -> Result<Input, RotateError> {
    let shown = || path.display().to_string();
    if files::link_target(path).is_some() {
        return Err(files::Error::IsSymlink { path: shown() }.into());
    }
    if !path.to_str().is_some_and(|text| Untrusted(text).is_harmless()) {
        return Err(RotateError::UnusablePath { path: shown() });
    }
    Ok(Input::read(path, limits)?)
}

fn own_fingerprint(input: &Input, opener: Opener<'_>) -> Result<Fingerprint, RotateError> {
    let mut held = Vec::new();
    for item in opener.load(input)?.items {
        if let Material::PrivateKey { key, .. } = item.material {
            let read = |source| Error::CannotRead { input: input.name().to_owned(), source };
            held.push(spki::fingerprint(&key.public_key()).map_err(read)?);
        }
    }
    match held.as_slice() {
        [only] => Ok(only.clone()),
        held => Err(Error::NotWhatIsNeeded {
            input: input.name().to_owned(),
            found: if held.is_empty() { "no private key".to_owned() } else { format!("{} private keys", held.len()) },
            wanted: "one private key",
        }
        .into()),
    }
}

struct Finder<'a> {
    key: &'a Input,
    fingerprint: Fingerprint,
    opener: Opener<'a>,
}

impl Finder<'_> {
    /// Takes the files that were named, each of which must be what its option says.
    fn take(&self, named: &[(Part, PathBuf)], in_use: &mut InUse) -> Result<(), RotateError> {
        for (part, path) in named {
            let input = read(path, self.opener.limits)?;
            match self.role(&input)? {
                Role::Is(is) if is == *part => {}
                Role::NotKept(form) => return Err(RotateError::FormNotKept { file: input.name().to_owned(), form }),
                _ => return Err(self.foreign(&input)),
            }
            self.add(*part, path, input, in_use)?;
        }
        Ok(())
    }

    /// Takes the files beside the key that hold it.
    fn search(&self, key: &Path, in_use: &mut InUse) -> Result<(), RotateError> {
        let folder = key.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        for found in collect(&[folder.to_owned()], self.opener.limits) {
            // What cannot be read, or is too large for any of these, belongs to nothing here.
            let (Origin::Folder, Ok(input)) = (found.origin, found.content) else { continue };
            let path = if folder == Path::new(".") { beside(&found.path) } else { found.path };
            if self.key.is_at(&path) {
                continue;
            }
            match self.role(&input)? {
                Role::Is(part) => {
                    let input = read(&path, self.opener.limits)?;
                    self.add(part, &path, input, in_use)?;
                }
                Role::Holds(holds) => {
                    in_use.left_out.push(LeftOut { file: path.display().to_string(), holds });
                }
                Role::NotKept(form) => {
                    return Err(RotateError::FormNotKept { file: path.display().to_string(), form });
                }
                Role::Foreign => {}
            }
        }
        Ok(())
    }

    fn add(&self, part: Part, path: &Path, input: Input, in_use: &mut InUse) -> Result<(), RotateError> {
        if let Some((_, first, _)) = in_use.files.iter().find(|(it, ..)| *it == part) {
            return Err(RotateError::Ambiguous {
                key: self.key.name().to_owned(),
                part,
                files: format!("{} and {}", first.display(), path.display()),
            });
        }
        in_use.files.push((part, path.to_owned(), input));
        Ok(())
    }

    fn foreign(&self, input: &Input) -> RotateError {
        RotateError::Foreign { file: input.name().to_owned(), key: self.key.name().to_owned() }
    }

    fn has_key(&self, certificate: &Certificate) -> bool {
        certificate.key_fingerprint().is_ok_and(|held| held == self.fingerprint)
    }

    fn role(&self, input: &Input) -> Result<Role, RotateError> {
        let octets = input.bytes();
        let is_key_itself = std::ptr::eq(input, self.key);
        Ok(match detect(octets) {
            None => Role::Foreign,
            Some(format @ (Format::Jks | Format::Jceks)) => {
                // Whoever opened it already has its password; others look at what lies open.
                let Ok(store) = jks::Store::decode(octets, jks::Integrity::Unchecked, self.opener.limits) else {
                    return Ok(Role::Foreign);
                };
                let holds = store.entries().iter().any(|entry| match &entry.content {
                    jks::Content::PrivateKey { chain, .. } => {
                        let leaf = chain.first().and_then(|blob| Certificate::from_der(&blob.der).ok());
                        leaf.is_some_and(|leaf| self.has_key(&leaf))
                    }
                    _ => false,
                });
                match (holds || is_key_itself, format) {
                    (false, _) => Role::Foreign,
                    (true, Format::Jks) => Role::Is(Part::Jks),
                    (true, _) => Role::NotKept("a JCEKS"),
                }
            }
            Some(Format::Pkcs12) if is_key_itself || self.is_in_pkcs12(input)? => Role::Is(Part::Pkcs12),
            Some(Format::Pkcs12) => Role::Foreign,
            _ => self.role_of_plain(input, is_key_itself),
        })
    }

    fn is_in_pkcs12(&self, input: &Input) -> Result<bool, RotateError> {
        let Ok(scan) = Scan::of(input.bytes(), self.opener.limits) else { return Ok(false) };
        let open = |safe: &ScannedSafe| match safe {
            ScannedSafe::Plain(bags) => bags.iter().filter_map(|bag| bag.certificate.clone()).collect(),
            _ => Vec::new(),
        };
        if scan.safes.iter().flat_map(open).any(|certificate| self.has_key(&certificate)) {
            return Ok(true);
        }
        match self.opener.load(input) {
            Ok(loaded) => Ok(loaded.items.iter().any(|item| match &item.material {
                Material::PrivateKey { key, .. } => {
                    spki::fingerprint(&key.public_key()).is_ok_and(|held| held == self.fingerprint)
                }
                _ => false,
            })),
            Err(source) => {
                Err(RotateError::Locked { file: input.name().to_owned(), key: self.key.name().to_owned(), source })
            }
        }
    }

    fn role_of_plain(&self, input: &Input, is_key_itself: bool) -> Role {
        // Whose an encrypted key is takes its password, and a second copy of the key is no part of the set.
        if !is_key_itself && is_encrypted_key(input, self.opener.limits) {
            return Role::Foreign;
        }
        let Ok(loaded) = self.opener.load(input) else { return Role::Foreign };
        let fits = |held: Option<Fingerprint>| held.is_some_and(|held| held == self.fingerprint);
        let (mut keys, mut certificates, mut requests, mut publics) = (0, 0, 0, 0);
        for item in &loaded.items {
            match &item.material {
                Material::PrivateKey { key, .. } => {
                    keys += usize::from(fits(spki::fingerprint(&key.public_key()).ok()));
                }
                Material::Certificate(certificate) => certificates += usize::from(self.has_key(certificate)),
                Material::Request(request) => {
                    let held = request.public_key().ok().and_then(|key| spki::fingerprint(&key).ok());
                    requests += usize::from(fits(held));
                }
                Material::PublicKey(info) => {
                    let held = info.public_key().ok().and_then(|key| spki::fingerprint(&key).ok());
                    publics += usize::from(fits(held));
                }
            }
        }
        let is_alone = loaded.items.len() == 1;
        let only_certificates = loaded.items.iter().all(|item| matches!(item.material, Material::Certificate(_)));
        match (detect(input.bytes()), keys, certificates, requests) {
            (Some(Format::Jwk), 1.., ..) if is_key_itself => Role::NotKept("a JSON Web Key"),
            (_, 1.., ..) if is_key_itself && is_alone => Role::Is(Part::Key),
            (_, 1.., ..) => Role::Holds("the same private key"),
            (Some(Format::Pkcs7), _, 1.., _) => Role::Holds("the certificate, as PKCS#7"),
            (_, _, 1.., _) if only_certificates => Role::Is(Part::Certificate),
            (_, _, 1.., _) => Role::Holds("the certificate, among other things"),
            (_, _, _, 1..) if is_alone => Role::Is(Part::Request),
            (_, _, _, 1..) => Role::Holds("the request, among other things"),
            _ if publics > 0 => Role::Holds("the public key"),
            _ => Role::Foreign,
        }
    }
}

/// Whether the file is a private key under a password.
pub(super) fn is_encrypted_key(input: &Input, limits: &Limits) -> bool {
    match detect(input.bytes()) {
        Some(Format::EncryptedPrivateKey) => true,
        Some(Format::Pem) => pem::decode(input.bytes(), limits).is_ok_and(|document| {
            let is_encrypted =
                |block: &pem::Block| label_of(block) == pkcs8::ENCRYPTED_LABEL || pem::encrypted::is_encrypted(block);
            document.blocks.iter().any(is_encrypted)
        }),
        _ => false,
    }
}

/// `./app.crt` as people write it.
fn beside(path: &Path) -> PathBuf {
    path.strip_prefix(".").unwrap_or(path).to_owned()
}
