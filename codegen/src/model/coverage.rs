//! Who honours a key.

use std::fmt;

use serde::{Serialize, Serializer};

/// Who honours a key, and how: a claim of the table that the generator or a test of
/// the firmware holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coverage {
    /// The firmware measures or does it.
    Alive,
    /// It is a setting that changes what the firmware does.
    Effect,
    /// It is a setting that is checked, stored and read back, and nothing else.
    Kept,
    /// It never changes: its default, or what the device is made with.
    Constant,
}

impl Coverage {
    /// Each with its word in a table.
    pub(crate) const ALL: &[(&str, Coverage)] = &[
        ("alive", Coverage::Alive),
        ("effect", Coverage::Effect),
        ("kept", Coverage::Kept),
        ("constant", Coverage::Constant),
    ];

    /// Its word in a table.
    pub fn name(self) -> &'static str {
        match self {
            Coverage::Alive => "alive",
            Coverage::Effect => "effect",
            Coverage::Kept => "kept",
            Coverage::Constant => "constant",
        }
    }

    /// What it says of a key, in words.
    pub(crate) fn says(self) -> &'static str {
        match self {
            Coverage::Alive => "alive: the device measures or does it",
            Coverage::Effect => "a setting with effect",
            Coverage::Kept => "a setting that is checked, kept and read back, and nothing else",
            Coverage::Constant => "constant: it never changes",
        }
    }

    /// Generated code can honour it, and does if its value is stated: then no line of the
    /// firmware is needed for it.
    pub(crate) fn is_generated(self) -> bool {
        match self {
            Coverage::Alive | Coverage::Effect => false,
            Coverage::Kept | Coverage::Constant => true,
        }
    }
}

impl fmt::Display for Coverage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Serialize for Coverage {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}
