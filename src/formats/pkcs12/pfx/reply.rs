//! Another certificate for a key, such as a CA's answer to a request, with the chain above it.

use std::collections::HashSet;

use super::links::{Change, Links};
use super::{FORMAT, Pfx};
use crate::formats::pkcs12::bag::Bag;
use crate::formats::x509::Certificate;
use crate::formats::{Error, Place, Reason};

impl Pfx {
    /// Gives the key of the entry `alias` these certificates, its own first, in place of those it has. The key's bag keeps
    /// its octets and its certificate's bag its attributes. Issuers that are there are not written again, and those that
    /// nothing needs any more are taken out.
    ///
    /// Whether the certificates are the key's is not checked here.
    ///
    /// # Errors
    /// [`Reason::UnknownAlias`]; [`Reason::AmbiguousAlias`]; [`Reason::CannotHold`] for an entry that is no key, or whose
    /// certificate the file does not link to it alone.
    pub fn set_chain(&mut self, alias: &str, chain: &[Certificate]) -> Result<(), Error> {
        let refused =
            |why: &str| Error::new(FORMAT, Reason::CannotHold(why.to_owned())).at(Place::Entry(alias.to_owned()));
        let Some((leaf, issuers)) = chain.split_first() else { return Err(refused("a chain has a certificate")) };
        let links = Links::of(&self.safes);
        let entry = links.find(alias)?;
        if !links.bags[links.entries[entry].bag].1.is_key() {
            return Err(refused("only a key has a chain"));
        }
        let own =
            links.own_leaf(entry).ok_or_else(|| refused("the file does not link one certificate to this key alone"))?;
        let kept: HashSet<&[u8]> = chain.iter().map(Certificate::der).collect();
        let at = |position: (usize, usize)| &self.safes[position.0].bags[position.1];
        let is_kept = |position| at(position).x509().is_some_and(|it| kept.contains(it.der()));
        let useless: Vec<(usize, usize)> = links
            .removal(entry)
            .into_iter()
            .filter(|(position, change)| *change == Change::Remove && *position != own && !at(*position).is_key())
            .map(|(position, _)| position)
            .filter(|position| !is_kept(*position))
            .collect();
        let mut held: HashSet<Vec<u8>> = links
            .bags
            .iter()
            .filter(|(position, _)| *position != own && !useless.contains(position))
            .filter_map(|(_, bag)| bag.x509().map(|it| it.der().to_vec()))
            .collect();
        held.insert(leaf.der().to_vec());
        let mut further = Vec::new();
        for issuer in issuers {
            if held.insert(issuer.der().to_vec()) {
                further.push(Bag::certificate(issuer, None, None)?);
            }
        }
        self.safes[own.0].bags[own.1].set_certificate(leaf)?;
        self.safes[own.0].bags.extend(further);
        self.safes[own.0].changed = true;
        // From the end, so that what is removed moves nothing that is still to be removed.
        for (safe, bag) in useless.into_iter().rev() {
            self.safes[safe].bags.remove(bag);
            self.safes[safe].changed = true;
        }
        Ok(())
    }
}
