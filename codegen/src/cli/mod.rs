//! What the commands share, and those that are more than a call.

pub(crate) mod diff;
pub(crate) mod explain;
pub(crate) mod findings;
pub(crate) mod fmt;

use clap::{CommandFactory as _, error::ErrorKind};

/// Ends the program as clap does for words that it does not know: code 2.
pub(crate) fn usage_error(message: impl std::fmt::Display) -> ! {
    crate::Cli::command()
        .error(ErrorKind::ValueValidation, message)
        .exit()
}
