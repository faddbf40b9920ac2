//! The button on the front, which steps through currents where it may.

use crate::board::Press;

/// What keeps it from changing the current.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::charger) enum ButtonRule {
    Always,
    /// A car is there.
    #[default]
    Plugged,
    /// A car charges.
    Charging,
    Never,
}

/// The button.
#[derive(Debug, Default)]
pub(in crate::charger) struct Button {
    pub(in crate::charger) rule: ButtonRule,
    pressed_at_ms: Option<u64>,
    held_at_ms: Option<u64>,
    /// It has set the current, and flash does not know.
    has_set: bool,
}

impl Button {
    /// Takes a press, and returns whether the current shall change.
    pub(in crate::charger) fn press(
        &mut self,
        now_ms: u64,
        press: Press,
        plugged: bool,
        charging: bool,
    ) -> bool {
        if press == Press::Long {
            self.held_at_ms = Some(now_ms);
            return false;
        }
        self.pressed_at_ms = Some(now_ms);
        let allowed = match self.rule {
            ButtonRule::Always => false,
            ButtonRule::Plugged => !plugged,
            ButtonRule::Charging => !charging,
            ButtonRule::Never => true,
        };
        self.has_set |= allowed;
        allowed
    }

    /// When it was last pressed, ms since boot.
    pub(in crate::charger) fn pressed_at_ms(&self) -> Option<u64> {
        self.pressed_at_ms
    }

    /// When it was last held for long, ms since boot.
    pub(in crate::charger) fn held_at_ms(&self) -> Option<u64> {
        self.held_at_ms
    }

    /// Boots: only the rule stays.
    pub(in crate::charger) fn reboot(&mut self) {
        (self.pressed_at_ms, self.held_at_ms) = (None, None);
    }

    /// Returns whether it has set the current since this was last asked.
    pub(in crate::charger) fn take_set(&mut self) -> bool {
        core::mem::take(&mut self.has_set)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_the_current_where_it_may() {
        for (rule, allows) in [
            (ButtonRule::Always, [false, false, false]),
            (ButtonRule::Plugged, [true, false, false]),
            (ButtonRule::Charging, [true, true, false]),
            (ButtonRule::Never, [true, true, true]),
        ] {
            let cars = [(false, false), (true, false), (true, true)];
            for ((plugged, charging), allowed) in cars.into_iter().zip(allows) {
                let mut button = Button {
                    rule,
                    ..Button::default()
                };
                assert!(!button.press(1_000, Press::Long, plugged, charging));
                assert!(!button.take_set());
                let is = button.press(2_000, Press::Short, plugged, charging);
                assert_eq!((is, button.take_set()), (allowed, allowed), "{rule:?}");
                let times = (button.pressed_at_ms(), button.held_at_ms());
                assert_eq!(times, (Some(2_000), Some(1_000)));
            }
        }
    }
}
