//! JSON Web Keys: what each is, and what it calls itself.

use crate::formats::jwk::{self, Key, Scanned};
use crate::formats::x509::Certificate;
use crate::formats::{self, Reason, spki};

use super::report::{JwkKey, JwkReport, Thing};
use super::{Inspector, certificate, key};

impl Inspector<'_> {
    /// Each key of a JWK or a set.
    pub(super) fn json_web_keys(&self, octets: &[u8]) -> Result<Vec<Thing>, formats::Error> {
        let scanned = jwk::scan(octets, self.limits)?;
        let things = scanned.into_iter().map(|it| Ok(Thing::Jwk(Box::new(self.json_web_key(it)?))));
        things.collect()
    }

    fn json_web_key(&self, Scanned { kid, key: read, .. }: Scanned) -> Result<JwkReport, formats::Error> {
        let read = match read {
            Ok(read) => read,
            Err(fault) => {
                let what = match fault.reason {
                    Reason::Unsupported(what) => what,
                    other => other.to_string(),
                };
                return Ok(JwkReport { kid, thumbprint: None, key: JwkKey::NotRead(what), chain: Vec::new() });
            }
        };
        let thumbprint = Some(jwk::thumbprint(&read.key.public_key()));
        let key = match &read.key {
            Key::Private(key) => JwkKey::Private(Box::new(key::open("JWK").opened(key))),
            Key::Public(key) => {
                let described = spki::describe(&spki::encode(key)?)?;
                let findings = key::public_findings(&described);
                JwkKey::Public(Box::new(described), findings)
            }
        };
        let chain =
            read.certificates.iter().map(|der| Ok(certificate::describe(Certificate::from_der(der)?, self.now)));
        Ok(JwkReport { kid, thumbprint, key, chain: chain.collect::<Result<_, formats::Error>>()? })
    }
}
