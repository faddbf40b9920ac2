//! The next trip: so much energy until a time of day, as late and as cheap as can be.
//!
//! How long that takes follows from the greatest power that was measured, and
//! before one was, from a charge that is there to measure it. Everything is reckoned
//! anew in each step; what is remembered is for when the car has to be ready, and
//! that it was time to begin, so that charging does not come and go.

use super::prices::Prices;

const DAY_S: i64 = 86_400;

/// Measured for so long, the power is known, ms.
const MEASURED_MS: u64 = 60_000;

/// The longest that is waited for it, ms.
const TEST_MS: u64 = 300_000;

/// The least that it begins early, s; and the part of the time that it takes.
const EARLY_S: i64 = 300;
const EARLY_PART: i64 = 20;

/// The local time has been set when it makes such a step, s.
const STEP_S: i64 = 7_200;

/// More than any trip takes, s.
const LONGEST_S: u64 = 1_000_000_000;

/// What the plan is for now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::charger) enum Advice {
    /// Charge, so that the power becomes known.
    Test,
    /// Charge: it is too late already.
    NotEnoughTime,
    /// Charge: it is time, or cheap.
    Charge,
    /// Charge: nobody knows the time.
    NoClock,
    Wait,
    /// There is enough for the trip.
    Done,
}

/// What a step sees.
#[derive(Clone, Copy, Debug)]
pub(in crate::charger) struct Moment {
    pub(in crate::charger) now_ms: u64,
    /// UTC, and the time where the charger is, s since 1970.
    pub(in crate::charger) utc_s: Option<i64>,
    pub(in crate::charger) local_s: Option<i64>,
    /// Trips are what is charged for.
    pub(in crate::charger) wanted: bool,
    pub(in crate::charger) is_plugged: bool,
    /// Power that the car draws, mW.
    pub(in crate::charger) power_mw: u32,
    /// The most it could draw, mW.
    pub(in crate::charger) possible_mw: u64,
    /// Energy it has taken since it came, mWh.
    pub(in crate::charger) taken_mwh: u64,
}

/// The trip, and what is known of the car.
#[derive(Debug)]
pub(in crate::charger) struct Trip {
    /// Local time of day at which it begins, s.
    departs_s: u32,
    /// As it was written.
    energy_wh: f64,
    /// The car goes on at low prices when it has enough.
    pub(in crate::charger) stays_for_prices: bool,
    advice: Advice,
    /// When it has to be ready, by local time, s since 1970.
    ready_at_s: Option<i64>,
    /// Local time of the last step.
    local_s: i64,
    /// It was time to begin.
    has_begun: bool,
    car: Car,
}

/// What is known of the car that is there, or was last.
#[derive(Debug, Default)]
struct Car {
    is_there: bool,
    most_mw: u32,
    seen_at_ms: u64,
    /// It drew current for so long.
    drawn_ms: u64,
    tested_since_ms: Option<u64>,
    is_tested: bool,
}

impl Trip {
    pub(in crate::charger) fn new() -> Self {
        Trip {
            departs_s: 21_600,
            energy_wh: 18_000.0,
            stays_for_prices: true,
            advice: Advice::Test,
            ready_at_s: None,
            local_s: 0,
            has_begun: false,
            car: Car::default(),
        }
    }

    /// Boots: only the settings stay.
    pub(in crate::charger) fn reboot(&mut self) {
        self.begin_anew();
        self.car = Car::default();
    }

    pub(in crate::charger) fn set_departure(&mut self, departs_s: u32) {
        self.departs_s = departs_s;
        self.begin_anew();
    }

    pub(in crate::charger) fn set_energy(&mut self, energy_wh: f64) {
        self.energy_wh = energy_wh;
        self.begin_anew();
    }

    fn begin_anew(&mut self) {
        self.ready_at_s = None;
        self.has_begun = false;
    }

    /// Local time of day, s.
    pub(in crate::charger) fn departs_s(&self) -> u32 {
        self.departs_s
    }

    /// As it was written, Wh.
    pub(in crate::charger) fn energy_wh(&self) -> f64 {
        self.energy_wh
    }

    /// The greatest power that was measured, mW.
    pub(in crate::charger) fn most_mw(&self) -> u32 {
        self.car.most_mw
    }

    /// When the car was first let charge so that its power becomes known.
    pub(in crate::charger) fn tested_since_ms(&self) -> Option<u64> {
        self.car.tested_since_ms
    }

    /// Returns whether its power is known as well as it ever will be.
    pub(in crate::charger) fn is_tested(&self) -> bool {
        self.car.is_tested
    }

    pub(in crate::charger) fn advice(&self) -> Advice {
        self.advice
    }

    pub(in crate::charger) fn step(&mut self, moment: &Moment, prices: &Prices) {
        self.car.watch(moment);
        if !moment.wanted || !moment.is_plugged {
            self.begin_anew();
        }
        self.advice = self.advise(moment, prices);
        if self.advice == Advice::Test && moment.wanted && moment.is_plugged {
            self.car.tested_since_ms.get_or_insert(moment.now_ms);
        }
    }

    fn advise(&mut self, moment: &Moment, prices: &Prices) -> Advice {
        // Below zero there is none.
        let wanted_mwh = (self.energy_wh * 1_000.0) as u64;
        let missing_mwh = wanted_mwh.saturating_sub(match moment.is_plugged {
            true => moment.taken_mwh,
            false => 0,
        });
        let (Some(utc_s), Some(local_s)) = (moment.utc_s, moment.local_s) else {
            return match missing_mwh {
                0 => Advice::Done,
                _ => Advice::NoClock,
            };
        };
        let left_s = self.ready_at(local_s) - local_s;
        if missing_mwh == 0 {
            self.has_begun = false;
            return Advice::Done;
        }
        if !self.car.is_tested {
            return Advice::Test;
        }
        let possible_mw = moment.possible_mw.max(1);
        let power_mw = match u64::from(self.car.most_mw) {
            0 => possible_mw,
            most_mw => most_mw.min(possible_mw),
        };
        let takes_s = missing_mwh.saturating_mul(3_600).div_ceil(power_mw);
        // Clamped.
        let takes_s = takes_s.min(LONGEST_S) as i64;
        if left_s < takes_s {
            return Advice::NotEnoughTime;
        }
        let takes_s = takes_s + takes_s / EARLY_PART;
        self.has_begun |= left_s <= takes_s + EARLY_S;
        let cheaper_s = prices.cheaper_s(utc_s, utc_s + left_s);
        let is_cheap = prices.wanted && cheaper_s.is_some_and(|seconds| seconds < takes_s);
        match self.has_begun || is_cheap {
            true => Advice::Charge,
            false => Advice::Wait,
        }
    }

    /// When the car has to be ready; it stays so when that time has passed.
    fn ready_at(&mut self, local_s: i64) -> i64 {
        let is_set = !(0..STEP_S).contains(&(local_s - self.local_s));
        self.local_s = local_s;
        if is_set {
            self.begin_anew();
        }
        let of_day = local_s.rem_euclid(DAY_S);
        let until_s = (i64::from(self.departs_s) - of_day - 1).rem_euclid(DAY_S) + 1;
        *self.ready_at_s.get_or_insert(local_s + until_s)
    }
}

impl Car {
    fn watch(&mut self, moment: &Moment) {
        if moment.is_plugged && !self.is_there {
            *self = Car::default();
            self.seen_at_ms = moment.now_ms;
        }
        self.is_there = moment.is_plugged;
        let passed_ms = moment.now_ms.saturating_sub(self.seen_at_ms);
        self.seen_at_ms = moment.now_ms;
        if moment.power_mw > 0 && self.is_there {
            self.most_mw = self.most_mw.max(moment.power_mw);
            self.drawn_ms += passed_ms;
        }
        let since_ms = self.tested_since_ms.unwrap_or(moment.now_ms);
        self.is_tested |=
            self.drawn_ms >= MEASURED_MS || moment.now_ms.saturating_sub(since_ms) >= TEST_MS;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR_S: i64 = 3_600;

    /// Midnight, and an hour earlier in UTC.
    const MIDNIGHT_S: i64 = 1_757_894_400;

    /// A car of 10 kW that is plugged in at ten in the evening.
    struct Night {
        trip: Trip,
        prices: Prices,
        moment: Moment,
        draws_mw: u32,
    }

    impl Night {
        fn new() -> Self {
            let mut night = Night {
                trip: Trip::new(),
                prices: Prices::new(),
                moment: Moment {
                    now_ms: 0,
                    utc_s: None,
                    local_s: None,
                    wanted: true,
                    is_plugged: true,
                    power_mw: 0,
                    possible_mw: 11_000_000,
                    taken_mwh: 0,
                },
                draws_mw: 10_000_000,
            };
            night.set_clock(-2 * HOUR_S);
            night.trip.set_energy(20_000.0);
            night
        }

        /// Sets the clock to so many seconds from midnight on.
        fn set_clock(&mut self, seconds: i64) {
            self.moment.local_s = Some(MIDNIGHT_S + seconds);
            self.moment.utc_s = Some(MIDNIGHT_S + seconds - HOUR_S);
        }

        /// Lets time pass; the car draws when it is advised.
        fn pass(&mut self, seconds: i64) -> Advice {
            for _ in 0..seconds {
                let charges = !matches!(self.trip.advice(), Advice::Wait | Advice::Done);
                let moment = &mut self.moment;
                moment.power_mw = if charges { self.draws_mw } else { 0 };
                moment.taken_mwh += u64::from(moment.power_mw) / 3_600;
                moment.now_ms += 1_000;
                moment.utc_s = moment.utc_s.map(|utc_s| utc_s + 1);
                moment.local_s = moment.local_s.map(|local_s| local_s + 1);
                self.trip.step(&self.moment, &self.prices);
            }
            self.trip.advice()
        }

        /// Lets time pass until so many seconds from midnight on.
        fn pass_until(&mut self, seconds: i64) -> Advice {
            let now_s = self.moment.local_s.expect("a clock") - MIDNIGHT_S;
            self.pass(seconds - now_s)
        }
    }

    #[test]
    fn the_car_is_tested_and_then_charged_as_late_as_can_be() {
        let mut night = Night::new();
        night.trip.step(&night.moment, &night.prices);
        assert_eq!(night.trip.advice(), Advice::Test);
        assert_eq!(night.pass(59), Advice::Test);
        assert!(!night.trip.is_tested());
        assert_eq!(night.pass(1), Advice::Wait);
        assert_eq!(night.trip.tested_since_ms(), Some(0));
        assert!(night.trip.is_tested());
        assert_eq!(night.trip.most_mw(), 10_000_000);
        // What is missing takes 7 140 s, and 657 s more are spared.
        let begin_s = 6 * HOUR_S - 7_140 - 657;
        assert_eq!(night.pass_until(begin_s - 3), Advice::Wait);
        assert_eq!(night.pass_until(begin_s + 3), Advice::Charge);
        assert_eq!(night.pass_until(begin_s + 7_000), Advice::Charge);
        assert_eq!(night.pass_until(6 * HOUR_S - 600), Advice::Done);
        assert_eq!(night.pass_until(30 * HOUR_S), Advice::Done);
    }

    #[test]
    fn what_is_late_is_told_and_goes_on_past_the_time() {
        let mut night = Night::new();
        night.pass(60);
        // From half of the time on it can not be ready.
        night.set_clock(5 * HOUR_S);
        night.trip.set_departure(21_600);
        assert_eq!(night.pass(1), Advice::NotEnoughTime);
        assert_eq!(night.pass_until(6 * HOUR_S + 600), Advice::NotEnoughTime);
        assert_eq!(night.pass(8_000), Advice::Done);
        // The next car has another day.
        night.moment.is_plugged = false;
        night.pass(1);
        night.moment.is_plugged = true;
        night.moment.taken_mwh = 0;
        assert_eq!(night.pass(1), Advice::Test);
        assert_eq!(night.pass(61), Advice::Wait);
    }

    #[test]
    fn the_cheapest_hours_are_chosen() {
        let mut night = Night::new();
        night.prices.wanted = true;
        // From ten in the evening on.
        let ct = [30.0, 25.0, 20.0, 10.0, 12.0, 11.0, 40.0, 50.0];
        let start_s = (MIDNIGHT_S - 3 * HOUR_S) as u32;
        let told = night.prices.tell(start_s, 3_600, || ct.into_iter());
        told.expect("eight prices");
        night.pass(61);
        // Two hours and a twentieth: the three cheapest, of the dearest a part.
        for (hour, advice) in [
            (-1, Advice::Wait),
            (0, Advice::Wait),
            (1, Advice::Charge),
            (2, Advice::Charge),
            (3, Advice::Charge),
        ] {
            assert_eq!(night.pass_until(hour * HOUR_S + 30), advice, "{hour} h");
        }
        assert_eq!(night.pass_until(5 * HOUR_S), Advice::Done);
    }

    #[test]
    fn nothing_is_waited_for_without_a_clock() {
        let mut night = Night::new();
        (night.moment.utc_s, night.moment.local_s) = (None, None);
        assert_eq!(night.pass(1), Advice::NoClock);
        assert_eq!(night.pass(7_300), Advice::Done);
    }

    #[test]
    fn a_car_that_takes_nothing_is_waited_for_five_minutes() {
        let mut night = Night::new();
        night.draws_mw = 0;
        assert_eq!(night.pass(300), Advice::Test);
        assert_eq!(night.pass(1), Advice::Wait);
        assert_eq!(night.trip.most_mw(), 0);
    }

    #[test]
    fn a_clock_that_is_set_sets_the_day_anew() {
        let mut night = Night::new();
        night.pass(61);
        night.set_clock(10 * 24 * HOUR_S);
        assert_eq!(night.pass(1), Advice::Wait);
        night.set_clock(0);
        assert_eq!(night.pass(1), Advice::Wait);
    }
}
