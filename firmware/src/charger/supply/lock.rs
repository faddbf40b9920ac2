//! The bolt that holds the plug: when it shall, and whether it does.
//!
//! A cable of one's own is held while it is in use, so that nobody pulls it under
//! load or takes it along. The bolt has three seconds; after that it has failed.

use super::vehicle::Vehicle;
use crate::board::LockState;

/// Longest time that the bolt may take, ms.
const TRAVEL_MS: u64 = 3_000;

/// When the plug is held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::charger) enum Rule {
    /// While a car is there.
    #[default]
    Normal,
    /// Until the car has finished.
    AutoUnlock,
    /// As long as there is a plug.
    AlwaysLock,
}

/// The state of the bolt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::charger) enum Bolt {
    Unknown,
    Unlocked,
    UnlockFailed,
    Locked,
    LockFailed,
}

/// The lock.
#[derive(Debug)]
pub(in crate::charger) struct Lock {
    pub(in crate::charger) rule: Rule,
    wanted: bool,
    wanted_since_ms: u64,
    bolt: Bolt,
}

impl Lock {
    pub(in crate::charger) fn new() -> Self {
        Lock {
            rule: Rule::Normal,
            wanted: false,
            wanted_since_ms: 0,
            bolt: Bolt::Unknown,
        }
    }

    /// Decides anew; `plugged` is whether there is a cable in the socket.
    pub(in crate::charger) fn step(
        &mut self,
        now_ms: u64,
        vehicle: Vehicle,
        plugged: bool,
        state: LockState,
    ) {
        let wanted = match self.rule {
            Rule::AlwaysLock => plugged,
            Rule::Normal => plugged && vehicle != Vehicle::Away,
            Rule::AutoUnlock => plugged && !matches!(vehicle, Vehicle::Away | Vehicle::Finished),
        };
        if wanted != self.wanted {
            self.wanted = wanted;
            self.wanted_since_ms = now_ms;
        }
        let late = now_ms.saturating_sub(self.wanted_since_ms) >= TRAVEL_MS;
        self.bolt = match (state, self.wanted) {
            (LockState::Open, true) if late => Bolt::LockFailed,
            (LockState::Locked, false) if late => Bolt::UnlockFailed,
            (LockState::Moving, true) if late => Bolt::LockFailed,
            (LockState::Moving, false) if late => Bolt::UnlockFailed,
            (LockState::Open, _) => Bolt::Unlocked,
            (LockState::Locked, _) => Bolt::Locked,
            (LockState::Moving, _) => Bolt::Unknown,
        };
    }

    /// Returns whether the bolt shall hold the plug.
    pub(in crate::charger) fn is_wanted(&self) -> bool {
        self.wanted
    }

    pub(in crate::charger) fn bolt(&self) -> Bolt {
        self.bolt
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use LockState::{Locked, Moving, Open};
    use Vehicle::{Awaited, Away, Charging, Error, Finished};

    #[test]
    fn each_rule_holds_the_plug_in_its_time() {
        for (vehicle, plugged, normal, auto, always) in [
            (Away, false, false, false, false),
            (Away, true, false, false, true),
            (Awaited, true, true, true, true),
            (Charging, true, true, true, true),
            (Finished, true, true, false, true),
            (Error, true, true, true, true),
        ] {
            let rules = [Rule::Normal, Rule::AutoUnlock, Rule::AlwaysLock];
            for (rule, held) in rules.into_iter().zip([normal, auto, always]) {
                let mut lock = Lock::new();
                lock.rule = rule;
                lock.step(0, vehicle, plugged, Open);
                assert_eq!(lock.is_wanted(), held, "{rule:?} {vehicle:?} {plugged}");
            }
        }
    }

    #[test]
    fn a_bolt_that_does_not_move_has_failed() {
        let mut lock = Lock::new();
        for (now_ms, vehicle, state, bolt) in [
            (0, Away, Open, Bolt::Unlocked),
            (1_000, Awaited, Open, Bolt::Unlocked),
            (2_000, Awaited, Moving, Bolt::Unknown),
            (3_000, Awaited, Locked, Bolt::Locked),
            (9_000, Away, Locked, Bolt::Locked),
            (11_999, Away, Locked, Bolt::Locked),
            (12_000, Away, Locked, Bolt::UnlockFailed),
            (13_000, Away, Open, Bolt::Unlocked),
            (14_000, Awaited, Open, Bolt::Unlocked),
            (17_000, Awaited, Open, Bolt::LockFailed),
            (18_000, Awaited, Moving, Bolt::LockFailed),
        ] {
            lock.step(now_ms, vehicle, true, state);
            assert_eq!(lock.bolt(), bolt, "at {now_ms} ms");
        }
    }
}
