//! What must hold, and what does not.

use std::fmt;

/// What must hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Invariant {
    /// A setting that is older than a second is there after a power cut.
    Settings,
    /// The contactor is never closed on a fault or without a car.
    Contactor,
    /// Nor on a phase that it must not be closed on.
    Phases,
    /// A client that keeps to HTTP is answered within a second.
    Answers,
    /// No secret is on a wire or in the log.
    Secrets,
    /// What the broker retains is the document, once it is quiet.
    Retained,
    /// Energy is the integral of power, and none is lost.
    Energy,
    /// Every task ends or makes progress.
    Progress,
}

/// Something does not hold.
#[derive(Clone, Debug)]
pub struct Violation {
    /// What.
    pub invariant: Invariant,
    /// When it was seen, ms since the beginning.
    pub at_ms: u64,
    /// What there was.
    pub what: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at_s = self.at_ms as f64 / 1_000.0;
        write!(
            f,
            "{:?} does not hold at {at_s:.1} s: {}",
            self.invariant, self.what
        )
    }
}
