//! PEM: the textual encoding of RFC 7468, read as it comes from Windows and CI, written canonically.
//!
//! Read: UTF-8 with or without byte-order mark, UTF-16, LF, CRLF and CR, indentation, one line, literal `\n`, text
//! around the blocks, and base64 of a whole PEM. Written: lines of 64 characters that end with LF.

mod bag_attributes;
mod decode;
mod encode;
pub mod encrypted;
mod replace;
mod text;
mod wrapped;

pub use bag_attributes::{BagAttributes, bag_attributes};
pub(crate) use decode::bare_base64;
pub use decode::{Block, Document, Repair, decode, looks_like_pem};
pub use encode::{encode, encode_line};
pub(crate) use replace::replace;

/// The standard's name in messages.
const FORMAT: &str = "PEM";
