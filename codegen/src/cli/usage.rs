//! Words on the command line that clap takes and a command does not know.

use std::{error::Error, fmt};

/// An error in the use of a word, as a sentence with its help. The program ends
/// with it as clap ends for words that it does not know: with code 2.
#[derive(Debug)]
pub(crate) struct Usage(pub(crate) String);

impl fmt::Display for Usage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for Usage {}
