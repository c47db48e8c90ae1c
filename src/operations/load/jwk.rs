//! Opens JSON Web Keys: private keys with their certificates, and the certificates of public ones.

use crate::formats::jwk::{self, Key};
use crate::formats::spki::{self, PublicKeyInfo};
use crate::formats::x509::Certificate;
use crate::operations::Error;

use super::{Loaded, Material, Opener, item};

impl Opener<'_> {
    pub(super) fn jwk(self, name: &str, octets: &[u8]) -> Result<Loaded, Error> {
        let read = |source| Error::CannotRead { input: name.to_owned(), source };
        let mut items = Vec::new();
        for jwk in jwk::decode(octets, self.limits).map_err(read)? {
            let certificates = jwk.certificates.iter().map(|der| Certificate::from_der(der));
            let certificates = certificates.collect::<Result<Vec<_>, _>>().map_err(read)?;
            match jwk.key {
                Key::Private(key) => {
                    let chain = (!certificates.is_empty()).then_some(certificates);
                    items.push(item(name, Material::PrivateKey { key, chain }));
                }
                Key::Public(key) => {
                    let der = spki::encode(&key).map_err(read)?;
                    items.push(item(name, Material::PublicKey(PublicKeyInfo::from_der(&der).map_err(read)?)));
                    items.extend(certificates.into_iter().map(|it| item(name, Material::Certificate(it))));
                }
            }
        }
        Ok(Loaded { items, repairs: Vec::new(), notices: Vec::new() })
    }
}
