//! The offer to the car, and when the contactor closes and opens.
//!
//! It closes when an allowed car asks for current (state C). When the car stops
//! by itself, is unplugged, or there is a fault, it opens at once. When
//! the charger ends it, the offer goes first and the contactor follows as soon
//! as the car has let go of the current, or after three seconds, which
//! IEC 61851-1 gives it: contacts that open without load last a hundred times
//! as long. State D is not supplied, since nothing here can ventilate.
//!
//! A car that was held off by force is left alone for some seconds more, so that a
//! pause ends 10 to 15 s after that (API 156), what the car itself takes included.

use crate::board::{Inputs, PilotState};

/// Longest time that a car may take to let go, ms.
const LET_GO_MS: u64 = 3_000;

/// Below this on every phase the contactor opens without load, mA.
const LOAD_FREE_MA: u32 = 500;

/// From the end of a pause by force to the offer, ms; a car takes three to five
/// seconds more.
const PAUSED_MS: u64 = 7_000;

/// The decision of the last step.
#[derive(Debug)]
pub(in crate::charger) struct Supply {
    offer_ma: Option<u32>,
    closed: bool,
    /// Since when the car is asked to let go.
    ending_since_ms: Option<u64>,
    /// When a car was last held off by force.
    paused_at_ms: Option<u64>,
}

impl Supply {
    pub(in crate::charger) fn new() -> Self {
        Supply {
            offer_ma: None,
            closed: false,
            ending_since_ms: None,
            paused_at_ms: None,
        }
    }

    /// The car that is there is held off by force now; to be told before each step.
    pub(in crate::charger) fn pause(&mut self, now_ms: u64) {
        self.paused_at_ms = Some(now_ms);
    }

    /// Decides anew; `allowed_ma` is `None` while the car may not charge.
    pub(in crate::charger) fn step(
        &mut self,
        now_ms: u64,
        inputs: &Inputs<'_>,
        allowed_ma: Option<u32>,
        faulty: bool,
    ) {
        // Another car has not been held off.
        self.paused_at_ms = self.paused_at_ms.filter(|&at_ms| {
            inputs.pilot != PilotState::A && now_ms.saturating_sub(at_ms) < PAUSED_MS
        });
        let offered =
            matches!(inputs.pilot, PilotState::B | PilotState::C) && self.paused_at_ms.is_none();
        self.offer_ma = allowed_ma.filter(|_| offered);
        let drawing = inputs.pilot == PilotState::C && !faulty;
        if self.offer_ma.is_some() || !drawing || !self.closed {
            self.ending_since_ms = None;
            self.closed = drawing && self.offer_ma.is_some();
            return;
        }
        let since_ms = *self.ending_since_ms.get_or_insert(now_ms);
        let load_free = inputs.meter.current_ma.iter().all(|&ma| ma < LOAD_FREE_MA);
        self.closed = !load_free && now_ms.saturating_sub(since_ms) < LET_GO_MS;
    }

    /// Current offered to the car, mA.
    pub(in crate::charger) fn offer_ma(&self) -> Option<u32> {
        self.offer_ma
    }

    /// Returns whether the contactor shall be closed.
    pub(in crate::charger) fn is_closed(&self) -> bool {
        self.closed
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::board::MeterReading;
    use PilotState::{A, B, C, D, E, F};

    /// `(t_ms, pilot, load_ma, allowed_ma)` and what must come of it:
    /// `(offer_ma, closed)`.
    type Row = ((u64, PilotState, u32, Option<u32>), (Option<u32>, bool));

    fn check(rows: &[Row]) {
        let mut supply = Supply::new();
        for (row, &((now_ms, pilot, load_ma, allowed_ma), expected)) in rows.iter().enumerate() {
            let inputs = Inputs {
                pilot,
                contactor_closed: supply.is_closed(),
                meter: MeterReading {
                    current_ma: [0, 0, load_ma],
                    ..MeterReading::default()
                },
                ..Inputs::IDLE
            };
            supply.step(now_ms, &inputs, allowed_ma, false);
            assert_eq!(
                (supply.offer_ma(), supply.is_closed()),
                expected,
                "row {row}"
            );
        }
    }

    const MAY: Option<u32> = Some(16_000);

    #[test]
    fn closes_when_the_car_asks_and_opens_when_it_stops() {
        check(&[
            ((0, A, 0, MAY), (None, false)),
            ((1_000, B, 0, MAY), (MAY, false)),
            ((2_000, C, 0, MAY), (MAY, true)),
            ((3_000, C, 16_000, MAY), (MAY, true)),
            ((4_000, C, 16_000, Some(10_000)), (Some(10_000), true)),
            ((5_000, B, 0, MAY), (MAY, false)),
            ((6_000, C, 0, MAY), (MAY, true)),
            ((7_000, A, 0, MAY), (None, false)),
        ]);
    }

    #[test]
    fn lets_the_car_go_before_it_opens() {
        check(&[
            ((0, C, 0, MAY), (MAY, true)),
            ((1_000, C, 16_000, None), (None, true)),
            ((2_000, C, 499, None), (None, false)),
            ((3_000, C, 0, None), (None, false)),
            ((4_000, B, 0, None), (None, false)),
            ((5_000, C, 0, MAY), (MAY, true)),
            ((6_000, C, 16_000, None), (None, true)),
            ((7_000, B, 16_000, None), (None, false)),
        ]);
    }

    #[test]
    fn a_car_that_does_not_let_go_is_cut_off() {
        check(&[
            ((0, C, 0, MAY), (MAY, true)),
            ((1_000, C, 16_000, None), (None, true)),
            ((3_999, C, 16_000, None), (None, true)),
            ((4_000, C, 16_000, None), (None, false)),
            // It stays open while the current takes a moment to vanish.
            ((4_100, C, 16_000, None), (None, false)),
        ]);
    }

    #[test]
    fn a_change_of_mind_starts_the_three_seconds_anew() {
        check(&[
            ((0, C, 0, MAY), (MAY, true)),
            ((1_000, C, 16_000, None), (None, true)),
            ((2_000, C, 16_000, MAY), (MAY, true)),
            ((4_500, C, 16_000, None), (None, true)),
            ((7_499, C, 16_000, None), (None, true)),
            ((7_500, C, 16_000, None), (None, false)),
        ]);
    }

    #[test]
    fn a_pause_by_force_ends_some_seconds_later() {
        let mut supply = Supply::new();
        for (now_ms, pilot, paused, offer_ma) in [
            (0, B, false, MAY),
            (1_000, B, true, None),
            (2_000, B, true, None),
            (3_000, B, false, None),
            (8_999, B, false, None),
            (9_000, B, false, MAY),
            (10_000, B, true, None),
            // Another car.
            (11_000, A, true, None),
            (12_000, B, false, MAY),
        ] {
            if paused {
                supply.pause(now_ms);
            }
            let inputs = Inputs {
                pilot,
                ..Inputs::IDLE
            };
            supply.step(now_ms, &inputs, MAY.filter(|_| !paused), false);
            assert_eq!(supply.offer_ma(), offer_ma, "at {now_ms} ms");
        }
    }

    #[test]
    fn a_fault_of_the_charger_opens_at_once() {
        let mut supply = Supply::new();
        let inputs = Inputs {
            pilot: C,
            ..Inputs::IDLE
        };
        for (now_ms, allowed_ma, faulty, closed) in [
            (0, MAY, false, true),
            (1_000, None, true, false),
            (2_000, MAY, false, true),
        ] {
            supply.step(now_ms, &inputs, allowed_ma, faulty);
            assert_eq!(supply.is_closed(), closed, "at {now_ms} ms");
        }
    }

    #[test]
    fn faults_and_ventilation_open_at_once() {
        for pilot in [D, E, F] {
            check(&[
                ((0, C, 0, MAY), (MAY, true)),
                ((1_000, pilot, 16_000, MAY), (None, false)),
            ]);
        }
    }
}
