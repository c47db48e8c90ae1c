//! Counts all derivations of a file before one is refused, so that the refusal says how much the whole file asks for.

use crate::formats::{Error, Reason};
use crate::limits::{Budget, IN_ALL};

/// The worst refusal among a file's derivations so far.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    worst: Option<Error>,
}

impl Tally {
    /// Takes in what charging one derivation gave; another fault than a limit is given back at once.
    pub(crate) fn add(&mut self, charged: Result<(), Error>) -> Result<(), Error> {
        let Err(fault) = charged else { return Ok(()) };
        let Reason::LimitExceeded { what, asked, .. } = fault.reason else { return Err(fault) };
        let is_worse = match self.worst.as_ref().map(|worst| &worst.reason) {
            Some(Reason::LimitExceeded { what: known, asked: before, .. }) => {
                // One derivation that is too long comes before all of them together.
                (*known == what && asked > *before) || (*known == IN_ALL && what != IN_ALL)
            }
            _ => true,
        };
        if is_worse {
            self.worst = Some(fault);
        }
        Ok(())
    }

    /// The refusal, if there is one; of the work in all it names the whole.
    pub(crate) fn finish(self, budget: &Budget) -> Result<(), Error> {
        let Some(mut worst) = self.worst else { return Ok(()) };
        if let Reason::LimitExceeded { what: IN_ALL, asked, .. } = &mut worst.reason {
            *asked = budget.spent();
        }
        Err(worst)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::pkcs5::refuse;
    use crate::limits::Limits;

    fn told(limits: &Limits, works: &[u64]) -> Option<(&'static str, u64)> {
        let (mut budget, mut tally) = (Budget::new(limits), Tally::default());
        for work in works {
            tally.add(budget.charge_iterations(*work).map_err(refuse)).unwrap();
        }
        match tally.finish(&budget).err()?.reason {
            Reason::LimitExceeded { what, asked, .. } => Some((what, asked)),
            reason => panic!("{reason}"),
        }
    }

    #[test]
    fn the_whole_file_is_told_of() {
        let limits = Limits { kdf_iterations: 10, kdf_total_iterations: 25, ..Limits::default() };
        assert_eq!(told(&limits, &[10, 10, 5]), None);
        assert_eq!(told(&limits, &[10, 10, 10, 10]), Some((IN_ALL, 40)));
        assert_eq!(told(&limits, &[10, 10, 10, 11, 30, 12]), Some(("key-derivation iterations", 30)));
    }
}
