//! A reader that closes its end: `goe-codegen check spec | head -1`.

use std::io;

/// Whoever reads our output has seen enough: that is no fault, and what the command
/// found counts as it would otherwise.
pub(crate) fn closed_is_fine(written: io::Result<()>) -> io::Result<()> {
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}
