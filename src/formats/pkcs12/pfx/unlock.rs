//! Checks a file's MAC, and meanwhile opens what is encrypted.

use super::{OpenedKey, OpenedSafe};
use crate::formats::Error;
use crate::formats::pkcs8;
use crate::formats::pkcs12::bag::Bag;
use crate::formats::pkcs12::content_info::EncryptedContent;
use crate::formats::pkcs12::scan::{Part, PartKind, Parts};
use crate::limits::Budget;
use crate::secret::{Password, SecretBytes};
use crate::workers::{Workers, with_company};

/// What a password gave.
pub(super) struct Unlocked {
    /// The bare form of the empty password, when it is the one that fits.
    pub(super) bare: Option<Password>,
    /// The MAC's key; none for a file without MAC.
    pub(super) mac_key: Option<SecretBytes>,
    /// The first encrypted safe, where it was opened meanwhile.
    pub(super) safe: Option<Result<OpenedSafe, Error>>,
    /// A key, where it was wanted and opened meanwhile.
    pub(super) key: Option<OpenedKey>,
}

impl Parts {
    /// Checks the MAC, if there is one. Where another thread may help, that one opens the first encrypted safe meanwhile, and
    /// this one `key` as soon as the MAC has told that the password is right. Slow; [`charge`](Self::charge) comes first.
    ///
    /// Whether the password fits is the MAC's alone to say: what became of the safe is told by whoever takes it.
    pub(super) fn unlock(&self, password: &Password, key: Option<&Bag>, workers: Workers) -> Result<Unlocked, Error> {
        let Some(content) = self.first_ahead(password).filter(|_| workers.are_several()) else {
            let (bare, mac_key) = self.check_mac(password)?;
            return Ok(Unlocked { bare, mac_key, safe: None, key: None });
        };
        let mut safe = None;
        let aside = || safe = Some(OpenedSafe::open(content, password));
        let ((bare, mac_key), key) = with_company(aside, || {
            let checked = self.check_mac(password)?;
            Ok::<_, Error>((checked, key.and_then(|bag| OpenedKey::open(bag, password))))
        })?;
        Ok(Unlocked { bare, mac_key, safe, key })
    }

    /// The first encrypted safe, when its being opened before the MAC has told would not have a wrong password cost more than
    /// three times as much: an iteration of PBKDF2 with HMAC-SHA-256 hashes twice, and one of PKCS#12's own derivation once. A
    /// safe that asks for more iterations than the MAC waits for it, and so does one of another derivation, and one under the
    /// empty password, which the MAC tells the form of.
    fn first_ahead(&self, password: &Password) -> Option<&EncryptedContent> {
        let (mac, _) = self.mac.as_ref()?;
        let first = self.safes.iter().find_map(Part::encrypted)?;
        let (of_safe, of_mac) = (first.scheme.hmac_sha256_iterations()?, mac.sha2_iterations()?);
        (of_safe <= of_mac && !password.is_empty()).then_some(first)
    }

    /// The first key that is encrypted by itself, if `budget` allows it.
    pub(super) fn first_key(&self, budget: &Budget) -> Option<&Bag> {
        let first = self.safes.iter().flat_map(Part::bags).find(|bag| bag.is_shrouded_key())?;
        let (scheme, _) = pkcs8::encrypted_parts(first.value.expose()).ok()?;
        scheme.charge(&mut budget.clone(), "EncryptedPrivateKeyInfo").ok().map(|()| first)
    }

    /// The empty password is taken in both forms that writers have; the bare one is given back when it is the one that fits.
    fn check_mac(&self, password: &Password) -> Result<(Option<Password>, Option<SecretBytes>), Error> {
        let Some((mac, expected)) = &self.mac else { return Ok((None, None)) };
        let check = |password: &Password| {
            let key = mac.derive(password)?;
            mac.verify(&key, self.authenticated_safe.expose(), expected).map(|()| key)
        };
        match (check(password), password.bare()) {
            (Err(_), Some(bare)) => check(&bare).map(|key| (Some(bare), Some(key))),
            (checked, _) => checked.map(|key| (None, Some(key))),
        }
    }
}

impl Part {
    fn encrypted(&self) -> Option<&EncryptedContent> {
        if let PartKind::Encrypted(content) = &self.kind { Some(content) } else { None }
    }

    fn bags(&self) -> &[Bag] {
        if let PartKind::Plain(bags) = &self.kind { bags } else { &[] }
    }
}

impl OpenedSafe {
    /// Slow.
    pub(super) fn open(content: &EncryptedContent, password: &Password) -> Result<Self, Error> {
        let (contents, key) = content.scheme.open(password, &content.ciphertext)?;
        Ok(Self { contents, key })
    }
}

impl OpenedKey {
    /// `None` for what is no protected key. That one does not open is kept as well, so that it costs its work once. Slow.
    fn open(bag: &Bag, password: &Password) -> Option<Self> {
        let (scheme, ciphertext) = pkcs8::encrypted_parts(bag.value.expose()).ok()?;
        Some(Self { protected: bag.value.clone(), info: scheme.decrypt(password, ciphertext) })
    }
}
