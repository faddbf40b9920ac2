//! Why the car may charge now, or why it may not: the first reason that applies,
//! in the order of the table's own list.

use super::force::Force;

/// A reason. Which of them let the car charge, [`Reason::allows`] says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::charger) enum Reason {
    /// The charger is booting.
    Initializing,
    Overtemperature,
    /// Any other fault.
    Error,
    /// Somebody has to show a card or begin a transaction first.
    AccessControl,
    /// Adapter or digital input leave too little.
    AdapterBlocking,
    ForceOn,
    ForceOff,
    EnergyLimit,
    PvSurplus,
    /// Nothing is planned for the next trip, so that the car charges.
    NextTrip,
    /// No price is known, and there is no surplus.
    NoPrice,
    NoSurplus,
    /// Nothing speaks against it.
    Default,
    /// The car may charge as soon as it is on another number of phases.
    PhaseSwitch,
}

impl Reason {
    /// Returns whether the car may charge.
    pub(in crate::charger) fn allows(self) -> bool {
        matches!(
            self,
            Reason::ForceOn | Reason::PvSurplus | Reason::NextTrip | Reason::Default
        )
    }
}

/// The aim of the charger when nobody forces it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::charger) enum Mode {
    #[default]
    Default,
    /// Surplus and low prices.
    Eco,
    /// Surplus, and what the next trip needs.
    NextTrip,
}

/// Everything that decides.
#[derive(Clone, Copy, Debug)]
pub(in crate::charger) struct Situation {
    pub(in crate::charger) initializing: bool,
    pub(in crate::charger) too_hot: bool,
    pub(in crate::charger) faulty: bool,
    /// Access is open, or somebody was let in.
    pub(in crate::charger) authorized: bool,
    /// Adapter or digital input leave too little.
    pub(in crate::charger) blocked: bool,
    pub(in crate::charger) force: Force,
    pub(in crate::charger) within_energy_limit: bool,
    pub(in crate::charger) mode: Mode,
    /// There is surplus to charge with.
    pub(in crate::charger) surplus: bool,
    /// Low prices are wanted.
    pub(in crate::charger) by_price: bool,
    /// The number of phases is changing.
    pub(in crate::charger) switching_phases: bool,
}

impl Situation {
    pub(in crate::charger) fn reason(&self) -> Reason {
        match self.without_phases() {
            reason if self.switching_phases && reason.allows() => Reason::PhaseSwitch,
            reason => reason,
        }
    }

    fn without_phases(&self) -> Reason {
        match self {
            _ if self.initializing => Reason::Initializing,
            _ if self.too_hot => Reason::Overtemperature,
            _ if self.faulty => Reason::Error,
            _ if !self.authorized => Reason::AccessControl,
            _ if self.blocked => Reason::AdapterBlocking,
            _ if self.force == Force::On => Reason::ForceOn,
            _ if self.force == Force::Off => Reason::ForceOff,
            _ if !self.within_energy_limit => Reason::EnergyLimit,
            _ => self.by_mode(),
        }
    }

    fn by_mode(&self) -> Reason {
        match self.mode {
            Mode::Default => Reason::Default,
            Mode::Eco | Mode::NextTrip if self.surplus => Reason::PvSurplus,
            Mode::Eco if self.by_price => Reason::NoPrice,
            Mode::Eco => Reason::NoSurplus,
            Mode::NextTrip => Reason::NextTrip,
        }
    }
}

/// The reason of the last step, and since when it and what follows from it hold.
#[derive(Debug)]
pub(in crate::charger) struct Decision {
    reason: Reason,
    reason_since_ms: u64,
    allowed_since_ms: u64,
}

impl Decision {
    pub(in crate::charger) fn new() -> Self {
        Decision {
            reason: Reason::Default,
            reason_since_ms: 0,
            allowed_since_ms: 0,
        }
    }

    pub(in crate::charger) fn step(&mut self, now_ms: u64, situation: &Situation) {
        let reason = situation.reason();
        if reason.allows() != self.reason.allows() {
            self.allowed_since_ms = now_ms;
        }
        if reason != self.reason {
            self.reason = reason;
            self.reason_since_ms = now_ms;
        }
    }

    pub(in crate::charger) fn reason(&self) -> Reason {
        self.reason
    }

    /// When the reason became this one.
    pub(in crate::charger) fn reason_since_ms(&self) -> u64 {
        self.reason_since_ms
    }

    /// When the car was last allowed, or no longer allowed, to charge.
    pub(in crate::charger) fn allowed_since_ms(&self) -> u64 {
        self.allowed_since_ms
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUIET: Situation = Situation {
        initializing: false,
        too_hot: false,
        faulty: false,
        authorized: true,
        blocked: false,
        force: Force::Neutral,
        within_energy_limit: true,
        mode: Mode::Default,
        surplus: false,
        by_price: false,
        switching_phases: false,
    };

    #[test]
    fn the_first_that_applies_is_the_reason() {
        // Each row adds what stands before everything in the rows above.
        let mut situation = QUIET;
        assert_eq!(situation.reason(), Reason::Default);
        situation.within_energy_limit = false;
        assert_eq!(situation.reason(), Reason::EnergyLimit);
        situation.force = Force::Off;
        assert_eq!(situation.reason(), Reason::ForceOff);
        situation.force = Force::On;
        assert_eq!(situation.reason(), Reason::ForceOn);
        situation.blocked = true;
        assert_eq!(situation.reason(), Reason::AdapterBlocking);
        situation.authorized = false;
        assert_eq!(situation.reason(), Reason::AccessControl);
        situation.faulty = true;
        assert_eq!(situation.reason(), Reason::Error);
        situation.too_hot = true;
        assert_eq!(situation.reason(), Reason::Overtemperature);
        situation.initializing = true;
        assert_eq!(situation.reason(), Reason::Initializing);
    }

    #[test]
    fn each_mode_has_its_own_reasons() {
        for (mode, surplus, by_price, reason) in [
            (Mode::Default, false, false, Reason::Default),
            (Mode::Default, true, true, Reason::Default),
            (Mode::Eco, true, true, Reason::PvSurplus),
            (Mode::Eco, false, true, Reason::NoPrice),
            (Mode::Eco, false, false, Reason::NoSurplus),
            (Mode::NextTrip, true, false, Reason::PvSurplus),
            (Mode::NextTrip, false, false, Reason::NextTrip),
        ] {
            let situation = Situation {
                mode,
                surplus,
                by_price,
                ..QUIET
            };
            assert_eq!(situation.reason(), reason);
            let switching = Situation {
                switching_phases: true,
                ..situation
            };
            let waits = if reason.allows() {
                Reason::PhaseSwitch
            } else {
                reason
            };
            assert_eq!(switching.reason(), waits);
        }
    }

    #[test]
    fn remembers_when_it_changed() {
        let mut decision = Decision::new();
        let forced = |force| Situation { force, ..QUIET };
        for (now_ms, force, reason_ms, allowed_ms) in [
            (1_000, Force::Neutral, 0, 0),
            (2_000, Force::On, 2_000, 0),
            (3_000, Force::On, 2_000, 0),
            (4_000, Force::Off, 4_000, 4_000),
            (5_000, Force::Neutral, 5_000, 5_000),
        ] {
            decision.step(now_ms, &forced(force));
            let since = (decision.reason_since_ms(), decision.allowed_since_ms());
            assert_eq!(since, (reason_ms, allowed_ms), "at {now_ms} ms");
        }
    }
}
