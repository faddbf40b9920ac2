//! Cuts a day in which something does not hold down to a short one.
//!
//! Events are left out by Zeller's delta debugging for as long as the same invariant fails,
//! then the rest is moved to the beginning. Each try is a life of its own from the same seed.

use super::checks::Violation;
use super::day::live;
use super::plan::Event;
use super::trace::Trace;
use crate::plant::Plant;

/// Tries at most, each as long as the day until the failure.
const TRIES: usize = 120;

/// A failing world goes on for a while after the moment at which it was seen to fail, ms.
const AFTER_MS: u64 = 60_000;

/// A short day that fails in the same way.
#[derive(Clone, Debug)]
pub struct Short {
    /// Its events; their numbers are those of the whole day.
    pub events: Vec<Event>,
    /// How much earlier they happen than in the whole day, ms.
    pub earlier_ms: u64,
    /// How it fails.
    pub violation: Violation,
}

/// Makes a failing day as short as it can.
pub fn shrink(seed: u64, events: &[Event], violation: Violation, plant: Option<Plant>) -> Short {
    let before: Vec<Event> = {
        let before = events.iter().filter(|event| event.at_ms <= violation.at_ms);
        before.cloned().collect()
    };
    let mut tries = Tries {
        seed,
        plant,
        left: TRIES,
        short: Short {
            events: before,
            earlier_ms: 0,
            violation,
        },
    };
    tries.leave_out();
    tries.move_up();
    tries.leave_out();
    tries.short
}

struct Tries {
    seed: u64,
    plant: Option<Plant>,
    left: usize,
    short: Short,
}

impl Tries {
    /// Takes the events if the world fails with them as before.
    fn fails(&mut self, events: Vec<Event>, earlier_ms: u64) -> bool {
        if self.left == 0 {
            return false;
        }
        self.left -= 1;
        let moved = earlier_ms - self.short.earlier_ms;
        let until_ms = self.short.violation.at_ms.saturating_sub(moved) + AFTER_MS;
        let lived = live(self.seed, &events, until_ms, self.plant, &Trace::new(None));
        match lived {
            Err(violation) if violation.invariant == self.short.violation.invariant => {
                self.short = Short {
                    events,
                    earlier_ms,
                    violation: *violation,
                };
                true
            }
            _ => false,
        }
    }

    fn leave_out(&mut self) {
        let mut parts = 2;
        while self.left > 0 && !self.short.events.is_empty() {
            let events = self.short.events.clone();
            let size = events.len().div_ceil(parts);
            let mut without = (0..events.len()).step_by(size).map(|from| {
                let (head, tail) = (&events[..from], &events[(from + size).min(events.len())..]);
                [head, tail].concat()
            });
            let earlier_ms = self.short.earlier_ms;
            if without.any(|events| self.fails(events, earlier_ms)) {
                parts = parts.saturating_sub(1).max(2);
            } else if size == 1 {
                return;
            } else {
                parts = (parts * 2).min(events.len());
            }
        }
    }

    /// Moves all events so that the first comes soon.
    fn move_up(&mut self) {
        let Some(first) = self.short.events.first() else {
            return;
        };
        let spare_ms = first.at_ms;
        for by_ms in [spare_ms.saturating_sub(20_000), spare_ms / 2, spare_ms / 4] {
            let mut events = self.short.events.clone();
            events.iter_mut().for_each(|event| event.at_ms -= by_ms);
            let earlier_ms = self.short.earlier_ms + by_ms;
            if by_ms > 0 && self.fails(events, earlier_ms) {
                return;
            }
        }
    }
}
