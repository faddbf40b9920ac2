//! The order to charge or not to, which ends with the visit of a car.
//!
//! A few seconds after a car was unplugged it is neutral again, whatever was
//! ordered in between (API 117, syssi 190, evcc 33794): who forces something, forces
//! it for the car that is there, or for the next.

/// From the unplugging to neutral, ms.
const FORGOTTEN_MS: u64 = 3_000;

/// An order to charge or not to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::charger) enum Force {
    #[default]
    Neutral,
    Off,
    On,
}

/// The order in force, and when it ends.
#[derive(Debug, Default)]
pub(in crate::charger) struct Order {
    force: Force,
    /// There was a car in the last step.
    is_plugged: bool,
    unplugged_at_ms: Option<u64>,
    /// It has ended by itself, and flash does not know.
    is_forgotten: bool,
}

impl Order {
    pub(in crate::charger) fn force(&self) -> Force {
        self.force
    }

    pub(in crate::charger) fn set(&mut self, force: Force) {
        self.force = force;
    }

    /// Watches the car come and go.
    pub(in crate::charger) fn step(&mut self, now_ms: u64, is_plugged: bool) {
        if self.is_plugged && !is_plugged {
            self.unplugged_at_ms = Some(now_ms);
        }
        self.is_plugged = is_plugged;
        let elapsed = |at_ms: &mut u64| now_ms.saturating_sub(*at_ms) >= FORGOTTEN_MS;
        if self.unplugged_at_ms.take_if(elapsed).is_some() {
            self.is_forgotten |= self.force != Force::Neutral;
            self.force = Force::Neutral;
        }
    }

    /// Boots: time begins at zero, and what is plugged in is seen anew.
    pub(in crate::charger) fn reboot(&mut self) {
        self.is_plugged = false;
        self.unplugged_at_ms = None;
    }

    /// Returns whether it has ended by itself since this was last asked.
    pub(in crate::charger) fn take_forgotten(&mut self) -> bool {
        core::mem::take(&mut self.is_forgotten)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Force::{Neutral, Off, On};

    #[test]
    fn an_order_ends_with_the_visit_of_a_car() {
        let mut order = Order::default();
        for (second, (set, is_plugged, force, forgotten)) in [
            // It stands as long as no car has gone.
            (Some(Off), false, Off, false),
            (None, false, Off, false),
            (None, true, Off, false),
            (None, true, Off, false),
            (None, false, Off, false),
            (None, false, Off, false),
            // An automation that answers the unplugging is not heard, either.
            (Some(On), false, On, false),
            (None, false, Neutral, true),
            (Some(On), false, On, false),
            (None, true, On, false),
            (Some(Neutral), false, Neutral, false),
            (None, true, Neutral, false),
            (None, true, Neutral, false),
            (None, true, Neutral, false),
        ]
        .into_iter()
        .enumerate()
        {
            set.into_iter().for_each(|force| order.set(force));
            order.step(second as u64 * 1_000, is_plugged);
            assert_eq!(order.force(), force, "at {second} s");
            assert_eq!(order.take_forgotten(), forgotten, "at {second} s");
        }
    }
}
