//! Holds a file under its new password against the one that it is to replace, before anything is replaced.

use crate::formats::jks::{self, Integrity, key_protector};
use crate::formats::pkcs12::Pfx;
use crate::limits::Limits;
use crate::operations::Error;
use crate::secret::Password;
use crate::workers::Workers;

use super::key_file::KeyFile;
use super::{Content, PasswordChanged};

/// What a file held before its password was changed.
pub(super) enum Before {
    /// A JKS with the password of its entries, of which only the entry of this alias gets another one, if one is named.
    Jks {
        store: jks::Store,
        password: Password,
        alone: Option<(String, Password)>,
    },
    Keys(KeyFile),
    Pkcs12 {
        pfx: Box<Pfx>,
        password: Password,
    },
}

impl Before {
    pub(super) fn of(content: &Content) -> Self {
        match content {
            Content::Entry { store, password, alias, opened_by, .. } => {
                let alone = Some((alias.clone(), opened_by.clone()));
                Self::Jks { store: store.clone(), password: password.clone(), alone }
            }
            Content::Jks { store, password } => {
                Self::Jks { store: store.clone(), password: password.clone(), alone: None }
            }
            Content::Keys(file) => Self::Keys(file.clone()),
            Content::Pkcs12 { pfx, password } => Self::Pkcs12 { pfx: pfx.clone(), password: password.clone() },
        }
    }

    /// Refuses `changed` unless `new` opens it and everything that was there is in it.
    pub(super) fn check(&self, changed: &PasswordChanged, new: &Password, limits: &Limits) -> Result<(), Error> {
        let octets = changed.octets.expose();
        let is_same = match self {
            Self::Jks { store, password, alone } => {
                let of_store = if alone.is_some() { password } else { new };
                jks::Store::decode(octets, Integrity::Checked(of_store), limits).map(|after| {
                    let (before, after) = (store.entries(), after.entries().to_vec());
                    before.len() == after.len()
                        && before.iter().zip(&after).all(|(before, after)| match alone {
                            None => is_same_entry(before, after, password, new),
                            Some((alias, old)) if *alias == before.alias => is_same_entry(before, after, old, new),
                            Some(_) => before == after,
                        })
                })
            }
            Self::Keys(file) => file.is_held_by(octets, new),
            Self::Pkcs12 { pfx, password } => Pfx::decode(octets, new, limits, Workers::available())
                .and_then(|after| pfx.holds_same(password, (&after, new), Workers::available())),
        };
        match is_same {
            Ok(true) => Ok(()),
            Ok(false) => {
                Err(Error::Unproved { finding: "the file under its new password holds something else".into() })
            }
            Err(source) => Err(Error::CannotMake { what: "the file under its new password", source }),
        }
    }
}

/// Whether `after` is `before` with its key under `new` in place of `old`; a key that `old` does not open stays as it is.
fn is_same_entry(before: &jks::Entry, after: &jks::Entry, old: &Password, new: &Password) -> bool {
    let is_same_key = |before: &[u8], after: &[u8]| match key_protector::recover(before, old) {
        Ok(key) => key_protector::recover(after, new).is_ok_and(|again| again == key),
        Err(_) => before == after,
    };
    let is_same_content = match (&before.content, &after.content) {
        (
            jks::Content::PrivateKey { protected_key, chain },
            jks::Content::PrivateKey { protected_key: protected_again, chain: chain_again },
        ) => chain == chain_again && is_same_key(protected_key, protected_again),
        (before, after) => before == after,
    };
    (&before.alias, before.created) == (&after.alias, after.created) && is_same_content
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::SystemRandom;
    use crate::files::Input;
    use crate::operations::change_password::{ChangePassword, Opened, open_protected};
    use crate::operations::{Edit, edit_keystore, list_aliases};
    use crate::secret::{Passwords, SecretBytes};

    const STORES: [&[u8]; 2] = [
        include_bytes!("../../../testdata/jks/keytool-several.jks"),
        include_bytes!("../../../testdata/pkcs12/keytool-several.p12"),
    ];

    fn input(octets: &[u8]) -> Input {
        Input::new("store", SecretBytes::concat(&[octets]))
    }

    fn opened(octets: &[u8], passwords: &Passwords) -> Opened {
        open_protected(&input(octets), None, passwords, &Limits::default()).unwrap()
    }

    /// Another password and another entry are found; what was changed rightly passes.
    #[test]
    fn what_is_not_the_same_is_refused() {
        let (old, new) = (Password::new("changeit"), Password::new("another"));
        let (passwords, limits) = (Passwords::from([old.clone()]), Limits::default());
        let mut rng = SystemRandom::new();
        let options = ChangePassword { new: new.clone(), profile: None, iterations: Some(1_000) };
        for store in STORES {
            let before = Before::of(&opened(store, &passwords).content);
            let changed = opened(store, &passwords).close(&options, &mut rng).unwrap();
            before.check(&changed, &new, &limits).unwrap();
            assert!(matches!(before.check(&changed, &old, &limits), Err(Error::CannotMake { .. })));
            let aliases = list_aliases(&input(store), &passwords, &limits).unwrap().entries;
            let edits = [
                Edit::Delete(aliases[0].alias.clone()),
                Edit::Rename { from: aliases[0].alias.clone(), to: "renamed".to_owned() },
            ];
            for edit in edits {
                let edited = edit_keystore(&edit, &input(store), &passwords, &limits, &mut rng).unwrap().octets;
                let other = opened(&edited, &passwords).close(&options, &mut rng).unwrap();
                assert!(matches!(before.check(&other, &new, &limits), Err(Error::Unproved { .. })));
            }
        }
    }

    /// A file of other keys in the same form is found, and so is another certificate beside the key.
    #[test]
    fn another_key_file_is_refused() {
        let keys = include_str!("../../../testdata/pkcs8/ca.key");
        let others = include_str!("../../../testdata/pkcs8/ca-sub.key");
        let new = Password::new("another");
        let options = ChangePassword { new: new.clone(), profile: None, iterations: Some(1_000) };
        let (none, limits) = (Passwords::from([]), Limits::default());
        let before = Before::of(&opened(keys.as_bytes(), &none).content);
        let mut rng = SystemRandom::new();
        let right = opened(keys.as_bytes(), &none).close(&options, &mut rng).unwrap();
        before.check(&right, &new, &limits).unwrap();
        for wrong in [others.to_owned(), format!("{keys}{keys}")] {
            let wrong = opened(wrong.as_bytes(), &none).close(&options, &mut rng).unwrap();
            assert!(matches!(before.check(&wrong, &new, &limits), Err(Error::Unproved { .. })));
        }
    }
}
