//! On how many phases the car charges, and how that changes: never under load,
//! not for a wish that passes, and not too often.
//!
//! A change takes the car off the mains, moves the relay once the contactor is
//! seen to be open, and gives the car some seconds to notice.

/// The number of phases, or who decides it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::charger) enum PhaseMode {
    /// The surplus.
    #[default]
    Auto,
    One,
    Three,
}

/// The wish for phases in one step.
#[derive(Clone, Copy, Debug)]
pub(in crate::charger) struct Wish {
    pub(in crate::charger) three: bool,
    /// The owner says so: nothing is waited for.
    pub(in crate::charger) forced: bool,
    /// The contactor is closed, or was told to be.
    pub(in crate::charger) loaded: bool,
}

/// The relay's order, and what leads to another.
#[derive(Debug)]
pub(in crate::charger) struct Phases {
    pub(in crate::charger) mode: PhaseMode,
    /// Time that another number must be wanted before a change, ms.
    pub(in crate::charger) wish_ms: u32,
    /// Shortest time between two changes, ms.
    pub(in crate::charger) between_ms: u32,
    /// From the relay's order until the car may charge again, ms.
    pub(in crate::charger) settle_ms: u32,
    three: bool,
    pending: Option<bool>,
    wished_since_ms: Option<u64>,
    changed_at_ms: Option<u64>,
}

impl Phases {
    pub(in crate::charger) fn new() -> Self {
        Phases {
            mode: PhaseMode::Auto,
            wish_ms: 120_000,
            between_ms: 600_000,
            settle_ms: 10_000,
            three: true,
            pending: None,
            wished_since_ms: None,
            changed_at_ms: None,
        }
    }

    /// Boots: the relay stays, waits are forgotten.
    pub(in crate::charger) fn reboot(&mut self) {
        self.pending = None;
        self.wished_since_ms = None;
        self.changed_at_ms = None;
    }

    /// Returns whether the relay shall let all phases through.
    pub(in crate::charger) fn three(&self) -> bool {
        self.three
    }

    /// Returns whether the car has to stay off the mains.
    pub(in crate::charger) fn is_changing(&self, now_ms: u64) -> bool {
        let settling = self
            .changed_at_ms
            .is_some_and(|ms| now_ms.saturating_sub(ms) < self.settle_ms.into());
        self.pending.is_some() || settling
    }

    /// When the number last changed, ms since boot.
    pub(in crate::charger) fn changed_at_ms(&self) -> Option<u64> {
        self.changed_at_ms
    }

    /// Since when another number is wanted, ms since boot.
    pub(in crate::charger) fn wished_since_ms(&self) -> Option<u64> {
        self.wished_since_ms
    }

    /// Returns whether the last change is long enough ago for another.
    pub(in crate::charger) fn may_change(&self, now_ms: u64) -> bool {
        let between_ms = u64::from(self.between_ms);
        self.changed_at_ms
            .is_none_or(|ms| now_ms.saturating_sub(ms) >= between_ms)
    }

    pub(in crate::charger) fn step(&mut self, now_ms: u64, wish: Wish) {
        if let Some(three) = self.pending {
            if wish.loaded {
                return;
            }
            self.three = three;
            self.pending = None;
            self.changed_at_ms = Some(now_ms);
        }
        if wish.three == self.three || self.is_changing(now_ms) {
            self.wished_since_ms = None;
            return;
        }
        let since_ms = *self.wished_since_ms.get_or_insert(now_ms);
        // Without load only the relay wears.
        let lasts = !wish.loaded || now_ms.saturating_sub(since_ms) >= u64::from(self.wish_ms);
        if wish.forced || (lasts && self.may_change(now_ms)) {
            self.pending = Some(wish.three);
            self.wished_since_ms = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `(t_s, three, forced, loaded)`, then `(three, changing)`.
    type Row = ((u64, bool, bool, bool), (bool, bool));

    fn check(rows: &[Row]) {
        let mut phases = Phases::new();
        phases.settle_ms = 5_000;
        for &((second, three, forced, loaded), expected) in rows {
            let wish = Wish {
                three,
                forced,
                loaded,
            };
            phases.step(second * 1_000, wish);
            let is = (phases.three(), phases.is_changing(second * 1_000));
            assert_eq!(is, expected, "at {second} s");
        }
    }

    #[test]
    fn a_wish_has_to_last_and_changes_are_rare() {
        check(&[
            ((0, true, false, true), (true, false)),
            ((10, false, false, true), (true, false)),
            ((100, true, false, true), (true, false)),
            ((110, false, false, true), (true, false)),
            ((229, false, false, true), (true, false)),
            ((230, false, false, true), (true, true)),
            // Not before the contactor is open.
            ((231, false, false, true), (true, true)),
            ((232, false, false, false), (false, true)),
            ((236, false, false, false), (false, true)),
            ((237, true, false, false), (false, false)),
            ((800, true, false, true), (false, false)),
            ((831, true, false, true), (false, false)),
            ((832, true, false, true), (false, true)),
            ((833, true, false, false), (true, true)),
        ]);
    }

    #[test]
    fn the_owner_does_not_wait() {
        check(&[
            ((0, false, true, true), (true, true)),
            ((2, false, true, false), (false, true)),
            ((7, false, true, true), (false, false)),
            ((8, true, true, true), (false, true)),
            ((9, true, true, false), (true, true)),
        ]);
    }

    #[test]
    fn without_load_a_wish_need_not_last() {
        check(&[
            ((0, false, false, false), (true, true)),
            ((1, false, false, false), (false, true)),
            ((6, true, false, false), (false, false)),
            ((601, true, false, false), (false, true)),
        ]);
    }
}
