//! The digital input: a contact by which somebody else reduces the charger.

/// What is set of it, and where its contact is.
#[derive(Debug)]
pub(in crate::charger) struct DigitalInput {
    pub(in crate::charger) is_enabled: bool,
    /// It is active while the contact is open.
    pub(in crate::charger) is_inverted: bool,
    /// The car charges on one phase while it is active.
    pub(in crate::charger) one_phase: bool,
    is_closed: bool,
}

impl DigitalInput {
    pub(in crate::charger) fn new() -> Self {
        DigitalInput {
            is_enabled: true,
            is_inverted: false,
            one_phase: false,
            is_closed: false,
        }
    }

    pub(in crate::charger) fn step(&mut self, closed: bool) {
        self.is_closed = closed;
    }

    /// Returns whether the charger is to be reduced.
    pub(in crate::charger) fn is_active(&self) -> bool {
        self.is_enabled && self.is_closed != self.is_inverted
    }

    /// Returns whether the car has to charge on one phase.
    pub(in crate::charger) fn wants_one_phase(&self) -> bool {
        self.one_phase && self.is_active()
    }

    /// The contact, as the first of the bits.
    pub(in crate::charger) fn states(&self) -> u32 {
        self.is_closed.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_active_as_it_is_set() {
        for (is_enabled, is_inverted, closed, active) in [
            (true, false, false, false),
            (true, false, true, true),
            (true, true, false, true),
            (true, true, true, false),
            (false, false, true, false),
            (false, true, false, false),
        ] {
            let mut input = DigitalInput {
                is_enabled,
                is_inverted,
                one_phase: true,
                ..DigitalInput::new()
            };
            input.step(closed);
            assert_eq!(input.is_active(), active, "{input:?}");
            assert_eq!(input.wants_one_phase(), active, "{input:?}");
            assert_eq!(input.states(), u32::from(closed));
        }
    }
}
