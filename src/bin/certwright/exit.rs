//! The numbers the program exits with, as scripts and monitors rely on them.

use std::process::ExitCode;

use certwright::operations::CheckStatus;

/// How a run ended. The numbers are part of the program's contract and never change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ExitStatus {
    /// Done as asked.
    Done,
    /// Failed or refused; nothing half-done stays behind.
    Failed,
    /// Asked wrongly, a missing answer without a terminal included.
    Usage,
    /// `rotate`: failed after something was changed, and the change was undone.
    RolledBack,
    /// `rotate`: something is half-done, and somebody has to decide how it goes on.
    NeedsPerson,
    /// Broken off with Ctrl-C, or at a question: 128 plus the number of SIGINT, as shells report it.
    Interrupted,
    /// What a monitor is told of what was checked, in its own numbers.
    Checked(CheckStatus),
}

impl ExitStatus {
    /// The statuses that every command may end with, each with its meaning, for help pages and documentation.
    pub(crate) const ALL: [(Self, &'static str); 4] = [
        (Self::Done, "done"),
        (Self::Failed, "failed or refused; nothing is half-done"),
        (Self::Usage, "wrong usage, or an answer is missing and there is no terminal to ask on"),
        (Self::Interrupted, "broken off, with Ctrl-C or at a question"),
    ];

    /// The statuses of `rotate`.
    pub(crate) const OF_ROTATE: [(Self, &'static str); 6] = [
        (Self::Done, "done, or there was nothing to do"),
        (Self::Failed, "failed or refused; nothing was changed"),
        Self::ALL[2],
        (Self::RolledBack, "failed after a change, which was undone"),
        (Self::NeedsPerson, "something is half-done: `rotate status` says what to run"),
        Self::ALL[3],
    ];

    /// The number itself.
    pub(crate) const fn number(self) -> u8 {
        match self {
            Self::Done | Self::Checked(CheckStatus::Ok) => 0,
            Self::Failed | Self::Checked(CheckStatus::Warning) => 1,
            Self::Usage | Self::Checked(CheckStatus::Critical) => 2,
            Self::Checked(CheckStatus::Unknown) => 3,
            Self::RolledBack => 4,
            Self::NeedsPerson => 5,
            Self::Interrupted => 130,
        }
    }
}

impl From<ExitStatus> for ExitCode {
    fn from(status: ExitStatus) -> Self {
        Self::from(status.number())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_the_documented_ones() {
        assert_eq!(ExitStatus::ALL.map(|(status, _)| status.number()), [0, 1, 2, 130]);
        assert_eq!(ExitStatus::OF_ROTATE.map(|(status, _)| status.number()), [0, 1, 2, 4, 5, 130]);
        assert_eq!(ExitCode::from(ExitStatus::Usage), ExitCode::from(2));
        // As monitors count: CRITICAL is 2 and UNKNOWN 3.
        let checked = [CheckStatus::Ok, CheckStatus::Warning, CheckStatus::Critical, CheckStatus::Unknown];
        assert_eq!(checked.map(|status| ExitStatus::Checked(status).number()), [0, 1, 2, 3]);
    }
}
