//! How long the car has charged since it was plugged in. It stays to be read until the
//! next car comes, as its energy does.

/// The time spent charging.
#[derive(Debug, Default)]
pub(in crate::charger) struct Charged {
    is_plugged: bool,
    counts: bool,
    seen_at_ms: u64,
    total_ms: u64,
}

impl Charged {
    /// Lets a step pass; `charging` is whether the car has charged since the last.
    pub(in crate::charger) fn step(&mut self, now_ms: u64, plugged: bool, charging: bool) {
        if plugged && !self.is_plugged {
            self.total_ms = 0;
        }
        if self.counts && charging {
            self.total_ms += now_ms.saturating_sub(self.seen_at_ms);
        }
        self.is_plugged = plugged;
        self.counts = charging;
        self.seen_at_ms = now_ms;
    }

    /// Returns whether it counts now.
    pub(in crate::charger) fn counts(&self) -> bool {
        self.counts
    }

    pub(in crate::charger) fn total_ms(&self) -> u64 {
        self.total_ms
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_while_a_car_charges_and_stays_until_the_next() {
        let mut charged = Charged::default();
        for (second, plugged, charging, counts, total_s) in [
            (0, false, false, false, 0),
            (10, true, false, false, 0),
            (20, true, true, true, 0),
            (30, true, true, true, 10),
            (45, true, true, true, 25),
            (50, true, false, false, 25),
            (60, true, true, true, 25),
            (61, true, true, true, 26),
            (70, false, false, false, 26),
            (80, true, false, false, 0),
        ] {
            charged.step(second * 1_000, plugged, charging);
            assert_eq!(charged.counts(), counts, "at {second} s");
            assert_eq!(charged.total_ms(), total_s * 1_000, "at {second} s");
        }
    }
}
