//! The delay before the next attempt to connect.
//!
//! The delay doubles with every failure up to ten seconds, and half of it is
//! left to chance, so that the chargers of a car park do not come back to
//! their broker in step. A connection that held for a while starts it over;
//! one that breaks at once does not. All in real time, in milliseconds.

/// No delay is longer, in milliseconds.
pub const CAP_MS: u32 = 10_000;

/// A connection that held this long counts as stable, in milliseconds.
pub const STABLE_MS: u64 = 10_000;

/// The first delay lies between half of this and this, in milliseconds.
const FIRST_MS: u32 = 500;

/// The delays of one client.
#[derive(Clone, Debug)]
pub struct Backoff {
    ceiling_ms: u32,
    random: u32,
}

impl Backoff {
    /// Delays whose jitter is drawn from `seed`: equal for equal seeds, so
    /// give each device its own.
    pub const fn new(seed: u64) -> Self {
        // Serials make good seeds and differ in a digit; the multiplication
        // (by 2^64 over the golden ratio) spreads that over all bits.
        let spread = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let folded = (spread >> 32) as u32 ^ spread as u32;
        Self {
            ceiling_ms: FIRST_MS,
            // xorshift never leaves 0, and never comes to it from elsewhere.
            random: if folded == 0 { 0x9E37_79B9 } else { folded },
        }
    }

    /// The delay after a failure, in milliseconds; the next one will be longer.
    pub fn next_ms(&mut self) -> u32 {
        let half = self.ceiling_ms / 2;
        let delay = half + self.draw() % (self.ceiling_ms - half + 1);
        self.ceiling_ms = (self.ceiling_ms * 2).min(CAP_MS);
        delay
    }

    /// Says that a connection which held for `up_ms` milliseconds is over.
    pub fn was_up(&mut self, up_ms: u64) {
        if up_ms >= STABLE_MS {
            self.ceiling_ms = FIRST_MS;
        }
    }

    /// A number by chance: Marsaglia's xorshift with 13, 17, 5.
    pub(super) fn draw(&mut self) -> u32 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 17;
        self.random ^= self.random << 5;
        self.random
    }
}
