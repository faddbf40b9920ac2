//! Why nothing more comes or goes.

use std::fmt;

use embedded_io_async::{Error, ErrorKind};

/// The connection is over, or there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Broken;

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the connection is broken")
    }
}

impl std::error::Error for Broken {}

impl Error for Broken {
    fn kind(&self) -> ErrorKind {
        ErrorKind::ConnectionReset
    }
}
