//! What all connections share: the time, how long a piece is on its way, and who listens
//! to what the charger sends.

use std::cell::RefCell;

use goe_sim::Prng;

use super::link::Port;
use crate::time::VirtualClock;

/// The longest that a piece is on its way, ms, while nothing is wrong.
const LATENCY_MS: u64 = 30;

/// Called with all bytes that leave the charger.
pub(crate) type Tap = Box<dyn FnMut(Port, u64, &[u8])>;

/// The wires.
pub(crate) struct Wires {
    pub(super) clock: VirtualClock,
    pub(super) chance: RefCell<Prng>,
    pub(super) tap: RefCell<Option<Tap>>,
}

impl Wires {
    pub(super) fn tell(&self, port: Port, number: u64, bytes: &[u8]) {
        if let Some(tap) = self.tap.borrow_mut().as_mut() {
            tap(port, number, bytes);
        }
    }

    pub(super) fn latency_ms(&self) -> u64 {
        1 + self.chance.borrow_mut().next() % LATENCY_MS
    }
}
