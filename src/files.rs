//! Reads inputs up to a limit, and writes outputs all or none, secret ones for the owner only from their first byte.
//!
//! This room knows bytes, paths and secrets, never a format, and no other room touches the file system.
//!
//! | part | what it does |
//! |---|---|
//! | [`Input`], [`collect`] | a file, standard input or a folder's files, read to a limit into memory that is wiped |
//! | [`walk`] | the files of whole trees, of which only what is wanted is read |
//! | [`read_first_line`], [`read_descriptor_line`], [`claim_standard_input`] | a password's sources |
//! | [`OutputSet`] | every path that a run will write: declared first, checked for clashes, then committed together |
//! | [`publish_folder`], [`remove_folder`], [`point_link`] | a folder or a link that changes at once |
//! | [`Lock`] | one run at a time |
//! | [`append_line`], [`read_lines`] | a log that several runs share: whole lines added under its lock, and read one at a time |
//! | [`Sensitivity`], [`Exposure`] | who may read a new file, and who can read one that exists |
//!
//! What a killed process left behind has a name such as `.certwright-3f….tmp`; the next run that writes into the same
//! folder removes it.

mod append;
mod atomic;
mod bounded;
mod error;
mod folder;
mod input;
mod lines;
mod location;
mod lock;
mod output;
mod owner;
mod permissions;
mod scratch;
mod standard_input;
mod walk;
#[cfg(windows)]
mod windows;

pub use append::{Tail, TailLine, append_line};
pub use bounded::LONGEST_PASSWORD_LINE;
pub use error::Error;
pub use folder::{
    FolderFile, ensure_private_folder, folders_in, link_target, point_link, publish_folder, remove_folder,
    remove_leftovers, remove_link,
};
pub use input::{
    Collected, Input, Origin, collect, is_file, read_beginning, read_descriptor_line, read_first_line, read_first_lines,
};
pub use lines::{Line, Lines, find_in_folders, is_folder, read_lines};
pub use location::location;
pub use lock::Lock;
pub use output::{OutputId, OutputSet, Overwrite};
pub use owner::{host, user};
pub use permissions::{Exposure, Sensitivity};
pub use standard_input::{StandardInput, claim_standard_input};
pub use walk::{Found, FoundKind, Inside, walk};
