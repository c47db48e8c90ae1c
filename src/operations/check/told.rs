//! What a file gives to tell: its items, and how many more are well and left out.

use super::judge::Judge;
use super::report::{CheckItem, CheckStatus};

/// What is told of a file, or of all.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub(super) items: Vec<CheckItem>,
    /// How many things are well and not among the items.
    pub(super) left_out: usize,
}

impl Told {
    /// All of `items`; where faults alone are asked for, without what is well and stays so: what has a key may be found to
    /// be no pair yet.
    pub(super) fn of(items: Vec<CheckItem>, judge: &Judge) -> Self {
        let mut told = Self { items, left_out: 0 };
        if judge.faults_alone {
            told.leave_out(|item| item.key.is_none());
        }
        told
    }

    /// Leaves out what is well, of those of which `is_done` says so.
    pub(super) fn leave_out(&mut self, is_done: impl Fn(&CheckItem) -> bool) {
        let all = self.items.len();
        self.items.retain(|item| item.status != CheckStatus::Ok || !is_done(item));
        self.left_out += all - self.items.len();
    }

    /// How many things there are in all.
    pub(super) fn count(&self) -> usize {
        self.items.len() + self.left_out
    }

    pub(super) fn extend(&mut self, more: Self) {
        self.items.extend(more.items);
        self.left_out += more.left_out;
    }
}
