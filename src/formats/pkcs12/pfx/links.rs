//! Which bags make an entry: each key, the certificate it is linked to, and the chain from there.

use std::collections::{HashMap, HashSet};

use super::{Bag, FORMAT, Safe};
use crate::formats::x509::chain::{self, Pool};
use crate::formats::{Error, Reason};

/// Where a bag stands: its safe, and its place in it.
pub(super) type Position = (usize, usize);

/// The bags of a file and the entries they make. It is made in one pass over the bags: everything is found by index, so
/// that a file of thousands of entries costs no more than its length.
#[derive(Debug)]
pub(super) struct Links<'a> {
    pub(super) bags: Vec<(Position, &'a Bag)>,
    /// Every certificate of the file.
    pub(super) pool: Pool<'a>,
    /// The number in the pool of each bag's certificate.
    numbers: Vec<Option<usize>>,
    pub(super) entries: Vec<Linked>,
}

/// One entry.
#[derive(Debug)]
pub(super) struct Linked {
    pub(super) alias: String,
    /// Its own bag, as an index of [`Links::bags`].
    pub(super) bag: usize,
    /// For a key, its certificate's bag.
    leaf: Option<Leaf>,
    /// The numbers of its certificates, leaf first.
    pub(super) chain: Vec<usize>,
}

#[derive(Clone, Copy, Debug)]
struct Leaf {
    bag: usize,
    /// Linked by friendlyName, for want of a localKeyId.
    by_name: bool,
}

/// What happens to a bag when an entry is deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Change {
    /// It stays as another key's certificate and is no longer trusted by itself.
    Distrust,
    Remove,
    /// It stays as a bare issuer in another entry's chain.
    Strip,
}

impl<'a> Links<'a> {
    /// The entries in the order of the file: keys, other kinds, and certificates that belong to no key.
    ///
    /// An entry without a name is called by the lowest number that is no entry's name and was not given yet, those first
    /// that Java numbers too.
    pub(super) fn of(safes: &'a [Safe]) -> Self {
        let in_safe = |(safe, it): (usize, &'a Safe)| {
            it.bags.iter().enumerate().map(move |(bag, it)| ((safe, bag), it)).collect::<Vec<_>>()
        };
        let bags: Vec<(Position, &Bag)> = safes.iter().enumerate().flat_map(in_safe).collect();
        let mut pool = Pool::new();
        let numbers: Vec<Option<usize>> = bags.iter().map(|(_, bag)| bag.x509().map(|it| pool.insert(it))).collect();
        let leaves = leaves(&bags);
        let mut chain_from = |leaf: &Option<Leaf>| -> Vec<usize> {
            leaf.and_then(|leaf| numbers[leaf.bag]).map(|number| pool.chain(number)).unwrap_or_default()
        };
        let mut chains: Vec<Vec<usize>> = leaves.iter().map(&mut chain_from).collect();

        let chained: HashSet<usize> = chains.iter().flatten().copied().collect();
        let has_unlinked_key = bags.iter().zip(&leaves).any(|((_, bag), leaf)| bag.is_key() && leaf.is_none());
        let is_entry = |index: &usize| {
            let bag = bags[*index].1;
            let in_a_chain = numbers[*index].is_some_and(|number| has_unlinked_key || chained.contains(&number));
            bag.is_key() || bag.is_trusted() || !in_a_chain
        };
        let named: Vec<(usize, Option<String>)> =
            (0..bags.len()).filter(is_entry).map(|index| (index, bags[index].1.friendly_name())).collect();
        let taken: HashSet<String> = named.iter().filter_map(|(_, name)| name.clone()).collect();
        let mut free = (1_u64..).map(|number| number.to_string()).filter(|number| !taken.contains(number));
        // Java counts only what it takes for an entry; the others get the numbers behind.
        let mut numbered: HashMap<usize, String> = HashMap::new();
        for is_counted in [true, false] {
            let unnamed = named.iter().filter(|(_, name)| name.is_none()).map(|(index, _)| *index);
            for index in unnamed.filter(|index| bags[*index].1.is_java_entry() == is_counted) {
                numbered.extend(free.next().map(|number| (index, number)));
            }
        }
        let entries = named
            .into_iter()
            .map(|(index, name)| Linked {
                alias: name.or_else(|| numbered.remove(&index)).unwrap_or_default(),
                bag: index,
                leaf: leaves[index],
                chain: match numbers[index] {
                    Some(own) => vec![own],
                    None => std::mem::take(&mut chains[index]),
                },
            })
            .collect();
        Self { bags, pool, numbers, entries }
    }

    /// The entry that is called exactly `alias`, or the only one that differs in the case of its letters.
    pub(super) fn find(&self, alias: &str) -> Result<usize, Error> {
        let called = |is_meant: &dyn Fn(&str) -> bool| -> Vec<usize> {
            (0..self.entries.len()).filter(|index| is_meant(&self.entries[*index].alias)).collect()
        };
        let folded = alias.to_lowercase();
        match (called(&|name| name == alias).as_slice(), called(&|name| name.to_lowercase() == folded).as_slice()) {
            ([only], _) | ([], [only]) => Ok(*only),
            ([], _) => {
                let known = self.entries.iter().map(|entry| entry.alias.clone()).collect();
                Err(Error::new(FORMAT, Reason::UnknownAlias(alias.to_owned(), known)))
            }
            (many, _) => Err(Error::new(FORMAT, Reason::AmbiguousAlias(alias.to_owned(), many.len()))),
        }
    }

    /// The bags that take a new name with the entry: its own, and its certificate's unless that is another entry's too.
    pub(super) fn renaming(&self, entry: usize, new: &str) -> Result<Vec<Position>, Error> {
        let folded = new.to_lowercase();
        if let Some(taken) = self.others(entry).find(|other| other.alias.to_lowercase() == folded) {
            return Err(Error::new(FORMAT, Reason::AliasTaken(taken.alias.clone())));
        }
        let Linked { bag, leaf, .. } = self.entries[entry];
        let is_anothers = |leaf: usize| {
            self.others(entry).any(|it| it.bag == leaf || it.leaf.is_some_and(|it| it.bag == leaf && it.by_name))
        };
        let leaf = leaf.map(|leaf| leaf.bag).filter(|leaf| !is_anothers(*leaf));
        Ok([Some(bag), leaf].into_iter().flatten().map(|bag| self.bags[bag].0).collect())
    }

    /// What happens to which bags when the entry goes, so that every other entry keeps its certificates.
    pub(super) fn removal(&self, entry: usize) -> Vec<(Position, Change)> {
        let gone = &self.entries[entry];
        let mut needed = HashSet::new();
        let mut anothers_leaf = HashSet::new();
        // A key that says nothing of its certificate may need any, and so may a chain that was cut off.
        let (mut unlinked, mut cut) = (false, false);
        for key in self.others(entry).filter(|it| self.bags[it.bag].1.is_key()) {
            needed.extend(key.chain.iter().copied());
            anothers_leaf.extend(key.leaf.map(|leaf| leaf.bag));
            unlinked |= key.leaf.is_none();
            cut |= key.chain.len() >= chain::LONGEST;
        }
        let is_needed = |number: usize| unlinked || needed.contains(&number);
        let mut kept: HashSet<usize> = self.others(entry).map(|it| it.bag).collect();
        kept.extend(&anothers_leaf);

        let own: Vec<usize> = [Some(gone.bag), gone.leaf.map(|leaf| leaf.bag)].into_iter().flatten().collect();
        let held_elsewhere: HashSet<usize> =
            (0..self.bags.len()).filter(|bag| !own.contains(bag)).filter_map(|bag| self.numbers[bag]).collect();
        let change_of_own = |bag: usize| match self.numbers[bag] {
            _ if bag == gone.bag && anothers_leaf.contains(&bag) => Some(Change::Distrust),
            _ if kept.contains(&bag) => None,
            Some(number) if is_needed(number) && !held_elsewhere.contains(&number) => Some(Change::Strip),
            _ => Some(Change::Remove),
        };
        let issuers: HashSet<usize> = gone.chain.iter().skip(1).copied().collect();
        let is_useless = |number: usize| issuers.contains(&number) && !is_needed(number) && !cut;
        let mut changes = Vec::new();
        for (bag, (position, _)) in self.bags.iter().enumerate() {
            let change = if own.contains(&bag) {
                change_of_own(bag)
            } else {
                self.numbers[bag].filter(|number| is_useless(*number) && !kept.contains(&bag)).map(|_| Change::Remove)
            };
            changes.extend(change.map(|change| (*position, change)));
        }
        changes
    }

    /// Where the certificate of a key stands, if the file links it to this entry and to no other.
    pub(super) fn own_leaf(&self, entry: usize) -> Option<Position> {
        let leaf = self.entries[entry].leaf?.bag;
        let is_anothers = self.others(entry).any(|it| it.bag == leaf || it.leaf.is_some_and(|it| it.bag == leaf));
        (!is_anothers).then(|| self.bags[leaf].0)
    }

    fn others(&self, entry: usize) -> impl Iterator<Item = &Linked> {
        self.entries.iter().enumerate().filter(move |(index, _)| *index != entry).map(|(_, it)| it)
    }
}

impl Linked {
    /// Whether it is a key that the file links to no certificate.
    pub(super) fn is_unlinked(&self) -> bool {
        self.leaf.is_none()
    }
}

/// For each key's bag, the certificate bag that belongs to it by localKeyId, or else by friendlyName; the first of them.
fn leaves(bags: &[(Position, &Bag)]) -> Vec<Option<Leaf>> {
    let (mut by_id, mut by_name) = (HashMap::new(), HashMap::new());
    for (index, (_, bag)) in bags.iter().enumerate().filter(|(_, (_, bag))| bag.x509().is_some()) {
        if let Some(id) = bag.local_key_id() {
            by_id.entry(id).or_insert(index);
        }
        if let Some(name) = bag.friendly_name() {
            by_name.entry(name).or_insert(index);
        }
    }
    let leaf_of = |bag: &Bag| {
        let linked = bag.local_key_id().and_then(|id| by_id.get(&id)).map(|bag| Leaf { bag: *bag, by_name: false });
        let named = || bag.friendly_name().and_then(|it| by_name.get(&it)).map(|bag| Leaf { bag: *bag, by_name: true });
        linked.or_else(named)
    };
    bags.iter().map(|(_, bag)| if bag.is_key() { leaf_of(bag) } else { None }).collect()
}

#[cfg(test)]
mod tests;
