//! `openssl x509 -req`: a certificate for a request, signed by the request's own key or by a CA's.

use super::{Display, Encoding};
use crate::compat::line::Line;
use crate::compat::session::Session;
use crate::exit::ExitStatus;
use crate::report::Failure;

pub(super) fn run(
    _line: &Line,
    _display: &Display,
    _encoding: Encoding,
    _session: &Session<'_>,
) -> Result<ExitStatus, Failure> {
    Err(Failure::usage("not yet"))
}
