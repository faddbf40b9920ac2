//! Every task ends or makes progress: while nothing is wrong, the client of MQTT is
//! connected, the store has written what there was, and the steps go on.

use super::calm::Calm;
use super::violation::{Invariant, Violation};

/// From calm until it is connected, ms: it has to find out that a connection is dead, which takes
/// one and a half times its 30 s, and waits between two attempts.
const CONNECTED_MS: u64 = 120_000;

/// From calm until everything is written, ms: flash that failed is left alone for five
/// seconds.
const STORED_MS: u64 = 10_000;

/// What is seen of the tasks.
#[derive(Default)]
pub(crate) struct Progress {
    unsaved_since_ms: Option<u64>,
    since_boot_ms: Option<u64>,
}

/// What is seen in a second.
pub(crate) struct Seen {
    pub(crate) is_stuck: bool,
    pub(crate) is_connected: bool,
    pub(crate) has_unsaved: bool,
    /// Since the charger booted, as it says.
    pub(crate) since_boot_ms: u64,
}

impl Progress {
    pub(crate) fn look(&mut self, calm: &Calm, seen: &Seen) -> Result<(), Violation> {
        let fails = |what: String| {
            Err(Violation {
                invariant: Invariant::Progress,
                at_ms: calm.now_ms,
                what,
            })
        };
        if seen.is_stuck {
            return fails("a task goes on and on, and waits for nothing".to_owned());
        }
        if self.since_boot_ms.replace(seen.since_boot_ms) == Some(seen.since_boot_ms) {
            return fails("there was no step in a second".to_owned());
        }
        if !seen.is_connected && calm.lasts_ms() > CONNECTED_MS {
            return fails(format!(
                "no MQTT after {} ms without a fault",
                calm.lasts_ms()
            ));
        }
        if !seen.has_unsaved || calm.since_ms.is_none() {
            self.unsaved_since_ms = None;
            return Ok(());
        }
        let since_ms = *self.unsaved_since_ms.get_or_insert(calm.now_ms);
        match calm.now_ms - since_ms.max(calm.since_ms.unwrap_or(0)) > STORED_MS {
            true => fails("what was set is not written".to_owned()),
            false => Ok(()),
        }
    }

    pub(crate) fn forget(&mut self) {
        *self = Self::default();
    }
}
