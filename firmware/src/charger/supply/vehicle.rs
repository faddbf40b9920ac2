//! The state of the car, as clients know it, and when that last changed.
//!
//! A car that is plugged in is waited for until it has charged. One that has, and
//! does not any more, has finished, until it charges again or leaves.

use crate::board::PilotState;

/// The state of the car.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::charger) enum Vehicle {
    /// There is none.
    Away,
    Charging,
    /// It has not charged yet.
    Awaited,
    Finished,
    /// A fault of charger, cable or car.
    Error,
    /// The charger is booting and does not know.
    Unknown,
}

/// The state of the car, and the times of changes.
#[derive(Debug)]
pub(in crate::charger) struct Watch {
    vehicle: Vehicle,
    has_charged: bool,
    came_at_ms: Option<u64>,
    ended_at_ms: Option<u64>,
    began_at_ms: Option<u64>,
}

impl Watch {
    pub(in crate::charger) fn new() -> Self {
        Watch {
            vehicle: Vehicle::Away,
            has_charged: false,
            came_at_ms: None,
            ended_at_ms: None,
            began_at_ms: None,
        }
    }

    /// `supplied` is whether the contactor is closed.
    pub(in crate::charger) fn step(
        &mut self,
        now_ms: u64,
        pilot: PilotState,
        supplied: bool,
        faulty: bool,
    ) {
        let charging = pilot == PilotState::C && supplied;
        self.has_charged = pilot != PilotState::A && (self.has_charged || charging);
        let vehicle = match pilot {
            _ if faulty => Vehicle::Error,
            PilotState::A => Vehicle::Away,
            _ if charging => Vehicle::Charging,
            _ if self.has_charged => Vehicle::Finished,
            _ => Vehicle::Awaited,
        };
        let before = core::mem::replace(&mut self.vehicle, vehicle);
        if vehicle == before {
            return;
        }
        match before {
            Vehicle::Away => self.came_at_ms = Some(now_ms),
            Vehicle::Charging => self.ended_at_ms = Some(now_ms),
            _ => {}
        }
        if vehicle == Vehicle::Charging {
            self.began_at_ms = Some(now_ms);
        }
    }

    /// Until the charger has booted.
    pub(in crate::charger) fn forget(&mut self) {
        self.vehicle = Vehicle::Unknown;
    }

    pub(in crate::charger) fn vehicle(&self) -> Vehicle {
        self.vehicle
    }

    /// When a car last came.
    pub(in crate::charger) fn came_at_ms(&self) -> Option<u64> {
        self.came_at_ms
    }

    /// When it last ended to charge.
    pub(in crate::charger) fn ended_at_ms(&self) -> Option<u64> {
        self.ended_at_ms
    }

    /// When it last began to.
    pub(in crate::charger) fn began_at_ms(&self) -> Option<u64> {
        self.began_at_ms
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use PilotState::{A, B, C};
    use Vehicle::{Awaited, Away, Charging, Error, Finished};

    #[test]
    fn a_visit_second_by_second() {
        let mut watch = Watch::new();
        for (second, (pilot, supplied, faulty, vehicle, times)) in [
            (A, false, false, Away, (None, None, None)),
            (B, false, false, Awaited, (Some(1), None, None)),
            (C, false, false, Awaited, (Some(1), None, None)),
            (C, true, false, Charging, (Some(1), None, Some(3))),
            (B, false, false, Finished, (Some(1), Some(4), Some(3))),
            (C, true, false, Charging, (Some(1), Some(4), Some(5))),
            (C, true, true, Error, (Some(1), Some(6), Some(5))),
            (B, false, false, Finished, (Some(1), Some(6), Some(5))),
            (A, false, false, Away, (Some(1), Some(6), Some(5))),
            (B, false, false, Awaited, (Some(9), Some(6), Some(5))),
        ]
        .into_iter()
        .enumerate()
        {
            let now_ms = second as u64 * 1_000;
            watch.step(now_ms, pilot, supplied, faulty);
            assert_eq!(watch.vehicle(), vehicle, "at {second} s");
            let is = (watch.came_at_ms(), watch.ended_at_ms(), watch.began_at_ms());
            let (a, b, c) = times;
            let ms = |second: Option<u64>| second.map(|second| second * 1_000);
            assert_eq!(is, (ms(a), ms(b), ms(c)), "at {second} s");
        }
    }
}
