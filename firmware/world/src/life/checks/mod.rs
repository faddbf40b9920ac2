//! What must hold whatever happens, each in a file of its own. They look at a world from the
//! outside once a second, and know of the firmware what its API says.

mod answers;
mod contactor;
mod energy;
mod progress;
mod retained;
mod secrets;
mod settings;

use std::fmt;

pub(crate) use self::answers::Answers;
pub(crate) use self::contactor::Contactor;
pub(crate) use self::energy::{Energy, Seen as EnergySeen};
pub(crate) use self::progress::{Progress, Seen as ProgressSeen};
pub(crate) use self::retained::Retained;
pub(crate) use self::secrets::Secrets;
pub(crate) use self::settings::Settings;

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

/// How calm it is, which decides what can be asked of whom.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Calm {
    pub(crate) now_ms: u64,
    /// Power, network, broker and flash are as they should be since then; `None` when they
    /// are not.
    pub(crate) since_ms: Option<u64>,
    /// Power and the network are since then, whatever becomes of single connections.
    pub(crate) reachable_since_ms: Option<u64>,
}

impl Calm {
    pub(crate) fn lasts_ms(&self) -> u64 {
        self.since_ms.map_or(0, |since_ms| self.now_ms - since_ms)
    }
}
