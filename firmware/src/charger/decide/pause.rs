//! Pauses, and how a car bears them: whether there may be any, how short and how long
//! they may be, and what wakes the car after one.
//!
//! A pause is what the charger makes by itself, when a schedule, a price, the
//! surplus or the next trip ends charging; who forces charging off, a card, the
//! energy limit and a fault make none.

/// A car that has to be kept awake charges for so long, ms.
const AWAKE_MS: u64 = 60_000;

/// What is wanted without regard to pauses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::charger) enum Wish {
    Charge,
    /// Somebody forces charging.
    Force,
    /// It would be better to wait.
    Wait,
    /// It is not allowed now.
    Pause,
    /// It has ended, or must.
    End,
}

/// What pauses make of that.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::charger) enum Hold {
    #[default]
    None,
    /// It has to charge in spite of a wish to wait.
    NotAllowed,
    KeepAwake,
    /// It must not charge yet.
    TooShort,
    Unplugging,
}

/// The rules.
#[derive(Debug)]
pub(in crate::charger) struct Rules {
    /// There may be pauses.
    pub(in crate::charger) allowed: bool,
    /// The longest, ms; 0 for any.
    pub(in crate::charger) longest_ms: u32,
    /// The shortest, ms.
    pub(in crate::charger) shortest_ms: u32,
    /// The car shall think it was plugged in anew after one.
    pub(in crate::charger) unplugs: bool,
    /// It shall think it is unplugged as long as one lasts.
    pub(in crate::charger) unplugs_always: bool,
    /// How long it must think so, ms.
    pub(in crate::charger) unplug_ms: u32,
}

/// The pause that there is.
#[derive(Debug)]
pub(in crate::charger) struct Pauses {
    pub(in crate::charger) rules: Rules,
    hold: Hold,
    has_charged: bool,
    is_paused: bool,
    /// The shortest pause is over then.
    ends_at_ms: Option<u64>,
    /// The car has not charged since.
    resting_since_ms: Option<u64>,
    awake_until_ms: Option<u64>,
    unplugged_until_ms: Option<u64>,
}

impl Pauses {
    pub(in crate::charger) fn new() -> Self {
        Pauses {
            rules: Rules {
                allowed: true,
                longest_ms: 0,
                shortest_ms: 0,
                unplugs: false,
                unplugs_always: false,
                unplug_ms: 10_000,
            },
            hold: Hold::None,
            has_charged: false,
            is_paused: false,
            ends_at_ms: None,
            resting_since_ms: None,
            awake_until_ms: None,
            unplugged_until_ms: None,
        }
    }

    /// Boots, or another car comes: only the rules stay.
    pub(in crate::charger) fn forget(&mut self) {
        let Pauses { rules, .. } = core::mem::replace(self, Pauses::new());
        self.rules = rules;
    }

    pub(in crate::charger) fn hold(&self) -> Hold {
        self.hold
    }

    /// When the shortest pause is over.
    pub(in crate::charger) fn ends_at_ms(&self) -> Option<u64> {
        self.ends_at_ms
    }

    /// Sets when it is over, or ends it.
    pub(in crate::charger) fn set_end(&mut self, ends_at_ms: Option<u64>) {
        self.ends_at_ms = ends_at_ms;
        if self.hold == Hold::TooShort {
            self.hold = Hold::None;
        }
    }

    /// Returns whether the car shall think that it is unplugged.
    pub(in crate::charger) fn unplugs(&self) -> bool {
        let charges = matches!(self.hold, Hold::NotAllowed | Hold::KeepAwake);
        let always = self.rules.unplugs_always && self.is_paused && !charges;
        always || self.hold == Hold::Unplugging
    }

    /// Lets a step pass; `charging` is whether the car that is there charges.
    pub(in crate::charger) fn step(
        &mut self,
        now_ms: u64,
        wish: Wish,
        plugged: bool,
        charging: bool,
    ) {
        if !plugged {
            return self.forget();
        }
        self.has_charged |= charging;
        let lies_ahead = |at_ms: &u64| now_ms < *at_ms;
        self.ends_at_ms = self.ends_at_ms.filter(lies_ahead);
        self.unplugged_until_ms = self.unplugged_until_ms.filter(lies_ahead);
        let is_over = self.awake_until_ms.is_some_and(|at_ms| now_ms >= at_ms);
        if charging || is_over || wish != Wish::Wait {
            self.resting_since_ms = None;
        }
        if is_over || wish != Wish::Wait {
            self.awake_until_ms = None;
        }
        self.hold = match wish {
            Wish::Wait if self.has_charged && !self.rules.allowed => Hold::NotAllowed,
            Wish::Wait if self.keeps_awake(now_ms) => Hold::KeepAwake,
            Wish::Wait | Wish::Pause => self.pause(now_ms),
            Wish::Charge | Wish::Force => self.go_on(now_ms, wish == Wish::Force),
            Wish::End => Hold::None,
        };
    }

    /// Returns whether the car has rested for too long, and charges for a while.
    fn keeps_awake(&mut self, now_ms: u64) -> bool {
        if self.awake_until_ms.is_some() {
            return true;
        }
        let since_ms = *self.resting_since_ms.get_or_insert(now_ms);
        let longest_ms = u64::from(self.rules.longest_ms);
        let is_due = longest_ms > 0 && now_ms.saturating_sub(since_ms) >= longest_ms;
        if is_due {
            self.awake_until_ms = Some(now_ms + AWAKE_MS);
        }
        is_due
    }

    fn pause(&mut self, now_ms: u64) -> Hold {
        if self.has_charged && !self.is_paused {
            self.is_paused = true;
            let shortest_ms = u64::from(self.rules.shortest_ms);
            self.ends_at_ms = (shortest_ms > 0).then_some(now_ms + shortest_ms);
        }
        Hold::None
    }

    fn go_on(&mut self, now_ms: u64, forced: bool) -> Hold {
        if forced {
            self.ends_at_ms = None;
        }
        if self.ends_at_ms.is_some() {
            return Hold::TooShort;
        }
        if core::mem::take(&mut self.is_paused) && self.rules.unplugs {
            self.unplugged_until_ms = Some(now_ms + u64::from(self.rules.unplug_ms));
        }
        match self.unplugged_until_ms {
            Some(_) => Hold::Unplugging,
            None => Hold::None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Wish::{Charge, End, Force, Pause, Wait};

    /// `(second, wish, charging)`, then what is made of it and whether the car
    /// shall think that it is unplugged.
    type Row = ((u64, Wish, bool), (Hold, bool));

    fn check(change: impl Fn(&mut Rules), rows: &[Row]) {
        let mut pauses = Pauses::new();
        change(&mut pauses.rules);
        for &((second, wish, charging), expected) in rows {
            pauses.step(second * 1_000, wish, true, charging);
            let is = (pauses.hold(), pauses.unplugs());
            assert_eq!(is, expected, "at {second} s");
        }
        pauses.step(1_000_000, Wait, false, false);
        pauses.step(1_001_000, Charge, true, false);
        assert_eq!((pauses.hold(), pauses.unplugs()), (Hold::None, false));
    }

    #[test]
    fn without_rules_nothing_is_made_of_a_wish() {
        let rows = [Charge, Wait, Charge, Pause, Force, End, Charge];
        for (second, wish) in (0..).zip(rows) {
            let charges = matches!(wish, Charge | Force);
            check(|_| (), &[((second, wish, charges), (Hold::None, false))]);
        }
    }

    #[test]
    fn a_car_that_bears_no_pause_charges_on_once_it_has_begun() {
        let forbid = |rules: &mut Rules| rules.allowed = false;
        check(
            forbid,
            &[
                ((0, Wait, false), (Hold::None, false)),
                ((1, Charge, false), (Hold::None, false)),
                ((2, Charge, true), (Hold::None, false)),
                ((3, Wait, true), (Hold::NotAllowed, false)),
                ((9, Wait, true), (Hold::NotAllowed, false)),
                // What is not allowed is no wish.
                ((10, Pause, true), (Hold::None, false)),
                ((11, End, false), (Hold::None, false)),
                ((12, Wait, false), (Hold::NotAllowed, false)),
            ],
        );
    }

    #[test]
    fn a_pause_has_its_shortest_time() {
        let shortest = |rules: &mut Rules| rules.shortest_ms = 60_000;
        check(
            shortest,
            &[
                ((0, Wait, false), (Hold::None, false)),
                // There was none yet.
                ((1, Charge, false), (Hold::None, false)),
                ((2, Charge, true), (Hold::None, false)),
                ((10, Wait, true), (Hold::None, false)),
                ((20, Charge, false), (Hold::TooShort, false)),
                ((30, Wait, false), (Hold::None, false)),
                ((69, Charge, false), (Hold::TooShort, false)),
                ((70, Charge, false), (Hold::None, false)),
                ((80, Charge, true), (Hold::None, false)),
                ((90, Pause, true), (Hold::None, false)),
                ((91, Charge, false), (Hold::TooShort, false)),
                ((92, Force, false), (Hold::None, false)),
                // It was no pause of the charger's own.
                ((100, Charge, true), (Hold::None, false)),
                ((101, End, true), (Hold::None, false)),
                ((102, Charge, false), (Hold::None, false)),
            ],
        );
    }

    #[test]
    fn its_end_can_be_set() {
        let mut pauses = Pauses::new();
        pauses.rules.shortest_ms = 60_000;
        for (second, wish, ends_at_ms) in [
            (0, Charge, None),
            (1, Wait, Some(61_000)),
            (2, Charge, Some(61_000)),
        ] {
            pauses.step(second * 1_000, wish, true, wish == Charge);
            assert_eq!(pauses.ends_at_ms(), ends_at_ms);
        }
        pauses.set_end(None);
        assert_eq!(pauses.hold(), Hold::None);
        pauses.step(3_000, Charge, true, false);
        assert_eq!((pauses.hold(), pauses.ends_at_ms()), (Hold::None, None));
    }

    #[test]
    fn a_car_is_kept_awake_for_a_minute_now_and_then() {
        let longest = |rules: &mut Rules| rules.longest_ms = 600_000;
        check(
            longest,
            &[
                ((0, Wait, false), (Hold::None, false)),
                ((599, Wait, false), (Hold::None, false)),
                ((600, Wait, false), (Hold::KeepAwake, false)),
                ((605, Wait, true), (Hold::KeepAwake, false)),
                ((659, Wait, true), (Hold::KeepAwake, false)),
                ((660, Wait, true), (Hold::None, false)),
                ((662, Wait, false), (Hold::None, false)),
                ((700, Charge, true), (Hold::None, false)),
                ((710, Wait, true), (Hold::None, false)),
                ((711, Wait, false), (Hold::None, false)),
                ((1_309, Wait, false), (Hold::None, false)),
                ((1_310, Wait, false), (Hold::KeepAwake, false)),
                ((1_312, Pause, false), (Hold::None, false)),
                ((1_313, Wait, false), (Hold::None, false)),
            ],
        );
    }

    #[test]
    fn a_car_is_unplugged_before_it_goes_on() {
        let unplug = |rules: &mut Rules| rules.unplugs = true;
        check(
            unplug,
            &[
                ((0, Charge, false), (Hold::None, false)),
                ((1, Charge, true), (Hold::None, false)),
                ((2, Wait, true), (Hold::None, false)),
                ((3, Wait, false), (Hold::None, false)),
                ((10, Charge, false), (Hold::Unplugging, true)),
                ((19, Charge, false), (Hold::Unplugging, true)),
                ((20, Charge, false), (Hold::None, false)),
                ((30, Charge, true), (Hold::None, false)),
            ],
        );
    }

    #[test]
    fn a_car_is_unplugged_as_long_as_a_pause_lasts() {
        let unplug = |rules: &mut Rules| {
            rules.unplugs_always = true;
            rules.shortest_ms = 20_000;
        };
        check(
            unplug,
            &[
                ((0, Wait, false), (Hold::None, false)),
                ((1, Charge, true), (Hold::None, false)),
                ((2, Wait, true), (Hold::None, true)),
                ((10, Charge, false), (Hold::TooShort, true)),
                ((22, Charge, false), (Hold::None, false)),
            ],
        );
    }
}
