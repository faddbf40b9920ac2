//! Why the car may charge now, or why it may not: the first reason that applies,
//! in the order of the table's own list.

use super::force::Force;
use super::pause::{Hold, Wish};
use crate::charger::plan::schedule::Verdict;
use crate::charger::plan::trip::Advice;

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
    /// The schedule does not let the car charge.
    Scheduler,
    EnergyLimit,
    LowPrice,
    PvSurplus,
    /// The power has to be known to plan the next trip.
    TripTest,
    /// The car will not be ready for it.
    TripLate,
    /// It is time to charge for it, or cheap.
    Trip,
    /// Nobody knows when it begins.
    TripNoClock,
    /// There is time left.
    TripWaits,
    /// There is enough energy.
    TripDone,
    /// No price is known, and there is no surplus.
    NoPrice,
    /// Nor is the price low.
    NoSurplus,
    /// Nothing speaks against it.
    Default,
    /// The schedule lets the car charge.
    Scheduled,
    /// It would wait, and has to be kept awake.
    KeepAwake,
    /// It would wait, and bears no pause.
    PauseNotAllowed,
    /// It may charge when the pause has lasted.
    MinPause,
    /// It may charge when it has seemed to be unplugged.
    Unplugging,
    /// The car may charge as soon as it is on another number of phases.
    PhaseSwitch,
}

impl Reason {
    /// Returns whether the car may charge.
    pub(in crate::charger) fn allows(self) -> bool {
        match self {
            Reason::ForceOn | Reason::LowPrice | Reason::PvSurplus => true,
            Reason::TripTest | Reason::TripLate | Reason::Trip | Reason::TripNoClock => true,
            Reason::Default | Reason::Scheduled => true,
            Reason::KeepAwake | Reason::PauseNotAllowed => true,
            Reason::Initializing | Reason::Overtemperature | Reason::Error => false,
            Reason::AccessControl | Reason::AdapterBlocking => false,
            Reason::ForceOff | Reason::Scheduler => false,
            Reason::EnergyLimit | Reason::TripWaits | Reason::TripDone => false,
            Reason::NoPrice | Reason::NoSurplus => false,
            Reason::MinPause | Reason::Unplugging | Reason::PhaseSwitch => false,
        }
    }

    /// Returns whether the car only charges so that it does not pause.
    pub(in crate::charger) fn is_for_the_car(self) -> bool {
        matches!(self, Reason::KeepAwake | Reason::PauseNotAllowed)
    }

    /// Returns whether the car charges with all it may have, whatever the surplus.
    pub(in crate::charger) fn takes_all(self) -> bool {
        matches!(
            self,
            Reason::LowPrice | Reason::TripTest | Reason::TripLate | Reason::Trip
        )
    }

    /// Returns what it is to pauses.
    pub(in crate::charger) fn wish(self) -> Wish {
        match self {
            Reason::ForceOn => Wish::Force,
            Reason::NoPrice | Reason::NoSurplus | Reason::TripWaits => Wish::Wait,
            Reason::Scheduler | Reason::TripDone => Wish::Pause,
            reason if reason.allows() => Wish::Charge,
            _ => Wish::End,
        }
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
    pub(in crate::charger) schedule: Option<Verdict>,
    /// Low prices are wanted.
    pub(in crate::charger) by_price: bool,
    /// The price is low, if it is known.
    pub(in crate::charger) low_price: Option<bool>,
    pub(in crate::charger) trip: Advice,
    /// The car goes on at low prices when it has enough for the trip.
    pub(in crate::charger) stays_for_prices: bool,
    pub(in crate::charger) hold: Hold,
    /// The number of phases is changing.
    pub(in crate::charger) switching_phases: bool,
}

impl Situation {
    pub(in crate::charger) fn reason(&self) -> Reason {
        match self.held() {
            reason if self.switching_phases && reason.allows() => Reason::PhaseSwitch,
            reason => reason,
        }
    }

    fn held(&self) -> Reason {
        let reason = self.without_pauses();
        match (self.hold, reason.wish()) {
            (Hold::NotAllowed, Wish::Wait) => Reason::PauseNotAllowed,
            (Hold::KeepAwake, Wish::Wait) => Reason::KeepAwake,
            (Hold::TooShort, Wish::Charge) => Reason::MinPause,
            (Hold::Unplugging, Wish::Charge | Wish::Force) => Reason::Unplugging,
            _ => reason,
        }
    }

    /// The reason if pauses did not matter, nor phases.
    pub(in crate::charger) fn without_pauses(&self) -> Reason {
        match self {
            _ if self.initializing => Reason::Initializing,
            _ if self.too_hot => Reason::Overtemperature,
            _ if self.faulty => Reason::Error,
            _ if !self.authorized => Reason::AccessControl,
            _ if self.blocked => Reason::AdapterBlocking,
            _ if self.force == Force::On => Reason::ForceOn,
            _ if self.force == Force::Off => Reason::ForceOff,
            _ if self.schedule == Some(Verdict::Blocks) => Reason::Scheduler,
            _ if !self.within_energy_limit => Reason::EnergyLimit,
            _ if self.schedule == Some(Verdict::BlocksGrid) => match self.surplus {
                true => Reason::PvSurplus,
                false => Reason::Scheduler,
            },
            _ => self.by_mode(),
        }
    }

    fn by_mode(&self) -> Reason {
        let is_cheap = self.by_price && self.low_price == Some(true);
        match self.mode {
            Mode::Default if self.schedule == Some(Verdict::Allows) => Reason::Scheduled,
            Mode::Default => Reason::Default,
            Mode::Eco if is_cheap => Reason::LowPrice,
            Mode::Eco if self.surplus => Reason::PvSurplus,
            Mode::Eco if self.by_price && self.low_price.is_none() => Reason::NoPrice,
            Mode::Eco => Reason::NoSurplus,
            Mode::NextTrip => match self.trip {
                Advice::Test => Reason::TripTest,
                Advice::NotEnoughTime => Reason::TripLate,
                Advice::Charge => Reason::Trip,
                Advice::NoClock => Reason::TripNoClock,
                Advice::Done if is_cheap && self.stays_for_prices => Reason::LowPrice,
                Advice::Wait | Advice::Done if self.surplus => Reason::PvSurplus,
                Advice::Wait => Reason::TripWaits,
                Advice::Done => Reason::TripDone,
            },
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
        schedule: None,
        by_price: false,
        low_price: None,
        trip: Advice::Wait,
        stays_for_prices: false,
        hold: Hold::None,
        switching_phases: false,
    };

    #[test]
    fn the_first_that_applies_is_the_reason() {
        // Each row adds what stands before everything in the rows above.
        let mut situation = QUIET;
        assert_eq!(situation.reason(), Reason::Default);
        situation.within_energy_limit = false;
        assert_eq!(situation.reason(), Reason::EnergyLimit);
        situation.schedule = Some(Verdict::Blocks);
        assert_eq!(situation.reason(), Reason::Scheduler);
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
        let (low, high, unknown) = (Some(true), Some(false), None);
        for (mode, surplus, by_price, low_price, reason) in [
            (Mode::Default, false, false, unknown, Reason::Default),
            (Mode::Default, true, true, low, Reason::Default),
            (Mode::Eco, true, true, low, Reason::LowPrice),
            (Mode::Eco, true, false, low, Reason::PvSurplus),
            (Mode::Eco, true, true, high, Reason::PvSurplus),
            (Mode::Eco, true, true, unknown, Reason::PvSurplus),
            (Mode::Eco, false, true, unknown, Reason::NoPrice),
            (Mode::Eco, false, true, high, Reason::NoSurplus),
            (Mode::Eco, false, false, low, Reason::NoSurplus),
            (Mode::NextTrip, true, false, unknown, Reason::PvSurplus),
            (Mode::NextTrip, false, true, low, Reason::TripWaits),
        ] {
            let situation = Situation {
                mode,
                surplus,
                by_price,
                low_price,
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
    fn a_trip_goes_before_the_surplus_and_low_prices_follow_it() {
        let trip = Situation {
            mode: Mode::NextTrip,
            by_price: true,
            low_price: Some(true),
            surplus: true,
            ..QUIET
        };
        for (advice, stays_for_prices, reason) in [
            (Advice::Test, true, Reason::TripTest),
            (Advice::NotEnoughTime, true, Reason::TripLate),
            (Advice::Charge, true, Reason::Trip),
            (Advice::NoClock, true, Reason::TripNoClock),
            (Advice::Wait, true, Reason::PvSurplus),
            (Advice::Done, true, Reason::LowPrice),
            (Advice::Done, false, Reason::PvSurplus),
        ] {
            let situation = Situation {
                trip: advice,
                stays_for_prices,
                ..trip
            };
            assert_eq!(situation.reason(), reason, "{advice:?}");
        }
        // A car that bears no pause waits for its time, and has enough when it has.
        for (advice, reason) in [
            (Advice::Wait, Reason::PauseNotAllowed),
            (Advice::Done, Reason::TripDone),
        ] {
            let situation = Situation {
                trip: advice,
                surplus: false,
                hold: Hold::NotAllowed,
                ..trip
            };
            assert_eq!(situation.reason(), reason, "{advice:?}");
        }
    }

    #[test]
    fn a_schedule_that_blocks_the_grid_leaves_the_surplus() {
        for mode in [Mode::Default, Mode::Eco, Mode::NextTrip] {
            for (surplus, reason) in [(true, Reason::PvSurplus), (false, Reason::Scheduler)] {
                let situation = Situation {
                    mode,
                    surplus,
                    by_price: true,
                    low_price: Some(true),
                    trip: Advice::Charge,
                    schedule: Some(Verdict::BlocksGrid),
                    ..QUIET
                };
                assert_eq!(situation.reason(), reason);
            }
        }
        let allows = Situation {
            schedule: Some(Verdict::Allows),
            ..QUIET
        };
        assert_eq!(allows.reason(), Reason::Scheduled);
    }

    #[test]
    fn pauses_change_only_what_they_are_about() {
        let eco = Situation {
            mode: Mode::Eco,
            ..QUIET
        };
        for (hold, charges, waits) in [
            (Hold::None, Reason::Default, Reason::NoSurplus),
            (Hold::NotAllowed, Reason::Default, Reason::PauseNotAllowed),
            (Hold::KeepAwake, Reason::Default, Reason::KeepAwake),
            (Hold::TooShort, Reason::MinPause, Reason::NoSurplus),
            (Hold::Unplugging, Reason::Unplugging, Reason::NoSurplus),
        ] {
            assert_eq!(Situation { hold, ..QUIET }.reason(), charges, "{hold:?}");
            assert_eq!(Situation { hold, ..eco }.reason(), waits, "{hold:?}");
            let off = Situation {
                hold,
                force: Force::Off,
                ..eco
            };
            assert_eq!(off.reason(), Reason::ForceOff, "{hold:?}");
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
