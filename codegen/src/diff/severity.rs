//! The severity of a change, and the version that it asks for.

use std::fmt;

use serde::Serialize;

/// The severity of a change, least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Only words changed.
    Editorial,
    /// Nobody notices who does not want to.
    Compatible,
    /// It may break somebody; a person should look.
    Risky,
    /// It breaks somebody who kept to what was stated.
    Breaking,
}

impl Severity {
    /// Worst first, the order of every output.
    pub const ALL: &[Severity] = &[
        Severity::Breaking,
        Severity::Risky,
        Severity::Compatible,
        Severity::Editorial,
    ];
}

impl Severity {
    /// Returns the word of hosts for it: `error`, `warning`, or a remark.
    pub(super) fn level(self, remark: &'static str) -> &'static str {
        match self {
            Severity::Breaking => "error",
            Severity::Risky => "warning",
            Severity::Compatible | Severity::Editorial => remark,
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Serde spells it as a word.
        self.serialize(f)
    }
}

/// The part of a semantic version that has to be raised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs, reason = "each is the part of this name")]
pub enum Bump {
    None,
    Patch,
    Minor,
    Major,
}

impl fmt::Display for Bump {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(f)
    }
}
