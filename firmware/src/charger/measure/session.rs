//! A session and the energy limit that ends it.
//!
//! A session begins when a car is plugged in and ends when it is unplugged; a
//! fault on the pilot in between does not end it. Its energy stays to be read until
//! the next begins (evcc 14283; recorded of firmware 59.4). It is compared with
//! the limit in every step. Once the limit is reached, only another limit, none,
//! or the end of the session lets a car charge again. A car that is plugged in while
//! the charger boots begins a session there.

use super::sources::{Feeds, Parts};
use crate::board::PilotState;

/// The energy one session may take.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(in crate::charger) struct EnergyLimit {
    /// As it was written, so that it reads back the same.
    wh: Option<f64>,
    /// The same rounded up, for comparing without floats.
    mwh: Option<u64>,
}

/// The energy that the plugged-in car has taken, or took that was the last.
#[derive(Debug)]
pub(in crate::charger) struct Session {
    /// mWh of each origin.
    energy: Parts,
    /// The car has gone.
    is_over: bool,
}

impl EnergyLimit {
    /// No limit for `None`. The table gives no range, so a negative limit is
    /// taken as it is: reached from the start.
    pub(in crate::charger) fn new(wh: Option<f64>) -> Self {
        let mwh = wh.map(|wh| round_up(wh * 1000.0));
        EnergyLimit { wh, mwh }
    }

    /// The limit as it was written, Wh.
    pub(in crate::charger) fn wh(&self) -> Option<f64> {
        self.wh
    }
}

impl Session {
    pub(in crate::charger) fn new() -> Self {
        Session {
            energy: Parts::default(),
            is_over: true,
        }
    }

    /// Counts what was delivered since the last step, which these fed.
    pub(in crate::charger) fn step(
        &mut self,
        pilot: PilotState,
        delivered_mwh: u64,
        feeds: &Feeds,
    ) {
        match pilot {
            // A fault of the pilot brings no car.
            PilotState::A | PilotState::E | PilotState::F if self.is_over => return,
            PilotState::A => self.is_over = true,
            _ if self.is_over => {
                *self = Session {
                    is_over: false,
                    energy: Parts::default(),
                }
            }
            _ => {}
        }
        self.energy.add(feeds.share(delivered_mwh));
    }

    /// Returns the energy it has taken, mWh.
    pub(in crate::charger) fn energy_mwh(&self) -> u64 {
        self.energy.sum()
    }

    /// The same by where it came from, mWh.
    pub(in crate::charger) fn by_source(&self) -> Parts {
        self.energy
    }

    /// Returns whether the limit leaves energy to take. Without a car this says whether
    /// one would be allowed to charge.
    pub(in crate::charger) fn is_within(&self, limit: &EnergyLimit) -> bool {
        let energy_mwh = if self.is_over { 0 } else { self.energy_mwh() };
        limit.mwh.is_none_or(|limit_mwh| energy_mwh < limit_mwh)
    }
}

/// The next whole number; what exceeds the type is its largest.
fn round_up(value: f64) -> u64 {
    let whole = value as u64;
    if (whole as f64) < value {
        whole.saturating_add(1)
    } else {
        whole
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use PilotState::{A, B, C, E};

    #[test]
    fn the_limit_ends_the_session_and_unplugging_begins_another() {
        let limit = EnergyLimit::new(Some(2.5));
        let mut session = Session::new();
        for (pilot, delivered_mwh, within) in [
            (A, 0, true),
            (B, 0, true),
            (C, 1_000, true),
            (C, 1_499, true),
            (C, 1, false),
            (B, 0, false),
            (E, 0, false),
            (B, 0, false),
            (A, 0, true),
            (C, 2_499, true),
            (C, 5_000, false),
        ] {
            session.step(pilot, delivered_mwh, &Feeds::default());
            assert_eq!(session.is_within(&limit), within, "{session:?}");
        }
    }

    #[test]
    fn energy_stays_until_the_next_car_comes() {
        let mut session = Session::new();
        for (pilot, delivered_mwh, energy_mwh) in [
            (A, 0, 0),
            (B, 0, 0),
            (C, 1_000, 1_000),
            (E, 0, 1_000),
            // What flowed in the second of the unplugging is the car's, too.
            (A, 200, 1_200),
            (A, 0, 1_200),
            (E, 0, 1_200),
            (A, 0, 1_200),
            (B, 0, 0),
            (C, 300, 300),
        ] {
            session.step(pilot, delivered_mwh, &Feeds::default());
            assert_eq!(session.energy_mwh(), energy_mwh, "{pilot:?}");
        }
    }

    #[test]
    fn another_limit_or_none_lets_it_go_on() {
        let mut session = Session::new();
        session.step(C, 5_000, &Feeds::default());
        for (limit_wh, within) in [
            (None, true),
            (Some(0.0), false),
            (Some(-5.0), false),
            (Some(4.999), false),
            (Some(5.0), false),
            (Some(5.000_1), true),
            (Some(f64::MAX), true),
        ] {
            let limit = EnergyLimit::new(limit_wh);
            assert_eq!(session.is_within(&limit), within, "{limit_wh:?}");
            assert_eq!(limit.wh(), limit_wh);
        }
    }

    #[test]
    fn what_feeds_it_is_counted_for_itself() {
        let mut session = Session::new();
        let sun = Feeds {
            solar: 1,
            ..Feeds::default()
        };
        let both = Feeds { grid: 3, ..sun };
        for (pilot, feeds, by_source) in [
            (B, both, [0, 0]),
            (C, both, [750, 250]),
            (C, sun, [750, 1_250]),
            (A, sun, [750, 1_250]),
            (B, sun, [0, 0]),
        ] {
            let delivered_mwh = if pilot == C { 1_000 } else { 0 };
            session.step(pilot, delivered_mwh, &feeds);
            let parts = session.by_source();
            assert_eq!([parts.grid, parts.solar], by_source, "{pilot:?}");
            assert_eq!(session.energy_mwh(), parts.sum());
        }
    }
}
