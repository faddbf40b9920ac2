//! Charging with what the house would feed into the grid.
//!
//! Inverter and grid meter tell what they measure every few seconds. What the car
//! drew at that moment, and what the grid took beyond the target, is the surplus;
//! what the house battery gives is none. It is averaged over about ten seconds.
//! The car gets it in steps of 1 A, from a starting power on, and for a shortest
//! time even when a cloud passes.
//!
//! An inverter that may feed nothing into the grid gives no more than is taken, so
//! that its surplus cannot be seen. There the car tries: it takes one step more as long
//! as the grid gives nothing for it.

use crate::charger::measure::sources::Feeds;

/// Older than this, what was told counts no longer, ms.
const FRESH_MS: u64 = 10_000;

/// Time constant of the average, ms.
const AVERAGE_MS: i64 = 10_000;

/// The current goes up when there is this much for it, mA.
const UP_MA: i64 = 1_200;

/// A power as it was written, and in integers.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(in crate::charger) struct Power {
    w: f32,
    mw: i64,
}

impl Power {
    pub(in crate::charger) fn of_watts(w: f32) -> Self {
        // Beyond a gigawatt nothing differs, and sums stay within the type.
        let mw = ((w * 1_000.0) as i64).clamp(-1_000_000_000_000, 1_000_000_000_000);
        Power { w, mw }
    }

    /// As it was written, W.
    pub(in crate::charger) fn w(self) -> f32 {
        self.w
    }
}

/// Powers told by inverter and grid meter.
#[derive(Clone, Copy, Debug)]
pub(in crate::charger) struct House {
    pub(in crate::charger) grid: Power,
    pub(in crate::charger) pv: Option<Power>,
    pub(in crate::charger) battery: Option<Power>,
}

/// How a current becomes a whole one, in A.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::charger) enum Rounding {
    /// Up: the grid gives what is missing.
    FromGrid,
    #[default]
    Down,
    /// Down, and one less.
    ToGrid,
}

/// Averages of what was told, mW.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::charger) struct Averages {
    pub(in crate::charger) grid: i64,
    pub(in crate::charger) pv: i64,
    pub(in crate::charger) battery: i64,
}

/// The rules for the use of the surplus.
#[derive(Debug)]
pub(in crate::charger) struct Rules {
    /// Power to take from the grid.
    pub(in crate::charger) target: Power,
    pub(in crate::charger) start: Power,
    /// From here on three phases.
    pub(in crate::charger) three_phases: Power,
    /// Shortest time to charge, ms.
    pub(in crate::charger) least_ms: u32,
    /// Smallest current, A.
    pub(in crate::charger) least_a: u8,
    /// So much may be missing before the car stops.
    pub(in crate::charger) missing: Power,
    /// So much less than for three phases has to be there before one is wanted.
    pub(in crate::charger) fewer: Power,
    /// Comes to the surplus while the house battery charges.
    pub(in crate::charger) beside_battery: Power,
    pub(in crate::charger) rounding: Rounding,
    /// The inverter feeds nothing into the grid.
    pub(in crate::charger) zero_feed_in: bool,
    /// So near to the target the grid is while it holds something back.
    pub(in crate::charger) held_back: Power,
    /// Averages end with a break.
    pub(in crate::charger) forgets: bool,
}

/// The car's possible use of a surplus.
#[derive(Clone, Copy, Debug)]
pub(in crate::charger) struct Car {
    /// Voltages of the phases it charges on, added up, mV: that is mW for 1 A.
    pub(in crate::charger) mw_per_a: u32,
    /// The same for the least that could be charged with, if phases may change.
    pub(in crate::charger) least_mw_per_a: u32,
    /// The most it may draw, mA.
    pub(in crate::charger) limit_ma: u32,
    /// Power that it draws, mW.
    pub(in crate::charger) power_mw: u32,
}

/// The surplus and what is made of it.
#[derive(Debug)]
pub(in crate::charger) struct Surplus {
    pub(in crate::charger) rules: Rules,
    /// With the time, and what the car drew then, mW.
    told: Option<(House, u64, u32)>,
    /// The surplus, averaged; it is of no account while nobody tells.
    average_mw: Option<i64>,
    averages: Option<Averages>,
    is_fresh: bool,
    /// The inverter holds something back.
    is_held_back: bool,
    averaged_at_ms: u64,
    calculated_at_ms: Option<u64>,
    car_mw: u32,
    mw_per_a: u32,
    charging_since_ms: Option<u64>,
    current_ma: u32,
}

impl Surplus {
    pub(in crate::charger) fn new() -> Self {
        Surplus {
            rules: Rules {
                target: Power::default(),
                start: Power::of_watts(1_400.0),
                three_phases: Power::of_watts(4_200.0),
                least_ms: 300_000,
                least_a: 6,
                missing: Power::of_watts(200.0),
                fewer: Power::of_watts(500.0),
                beside_battery: Power::of_watts(-300.0),
                rounding: Rounding::default(),
                zero_feed_in: false,
                held_back: Power::of_watts(200.0),
                forgets: true,
            },
            told: None,
            average_mw: None,
            averages: None,
            is_fresh: false,
            is_held_back: false,
            averaged_at_ms: 0,
            calculated_at_ms: None,
            car_mw: 0,
            mw_per_a: 0,
            charging_since_ms: None,
            current_ma: 0,
        }
    }

    /// Boots: only the rules stay.
    pub(in crate::charger) fn reboot(&mut self) {
        let Surplus { rules, .. } = core::mem::replace(self, Surplus::new());
        self.rules = rules;
    }

    /// Hears what is measured; `None` forgets it.
    pub(in crate::charger) fn tell(&mut self, now_ms: u64, house: Option<House>) {
        self.told = house.map(|house| (house, now_ms, self.car_mw));
        if house.is_none() {
            self.forget();
        }
    }

    fn forget(&mut self) {
        self.average_mw = None;
        self.averages = None;
    }

    /// Returns the powers last told, while they count.
    pub(in crate::charger) fn house(&self, now_ms: u64) -> Option<&House> {
        let fresh = |ms: u64| now_ms.saturating_sub(ms) <= FRESH_MS;
        self.told
            .as_ref()
            .and_then(|(house, ms, _)| fresh(*ms).then_some(house))
    }

    /// Returns the time since something was told, ms.
    pub(in crate::charger) fn age_ms(&self, now_ms: u64) -> Option<u64> {
        self.told.map(|(_, ms, _)| now_ms.saturating_sub(ms))
    }

    /// When something was told, ms since boot.
    pub(in crate::charger) fn told_at_ms(&self) -> Option<u64> {
        self.told.map(|(_, ms, _)| ms)
    }

    /// When the surplus was last calculated, ms since boot.
    pub(in crate::charger) fn calculated_at_ms(&self) -> Option<u64> {
        self.calculated_at_ms
    }

    /// Averages of what was told; those of before a break unless they end with it.
    pub(in crate::charger) fn averages(&self) -> Averages {
        self.averages.unwrap_or_default()
    }

    /// Power that the car could take beyond what it does, mW.
    pub(in crate::charger) fn beyond_mw(&self) -> i64 {
        self.known_mw()
            .map_or(0, |mw| mw.saturating_sub(self.car_mw.into()))
    }

    /// The same as current, mA.
    pub(in crate::charger) fn beyond_ma(&self) -> i64 {
        self.beyond_mw().saturating_mul(1_000) / i64::from(self.mw_per_a.max(1))
    }

    /// The powers that feed the house while the car draws that much, as far as they
    /// are told.
    pub(in crate::charger) fn feeds(&self, now_ms: u64, car_mw: u32) -> Feeds {
        let Some(house) = self.house(now_ms) else {
            return Feeds::default();
        };
        let fed = |power: Power| power.mw.max(0).unsigned_abs();
        let (grid, battery) = (fed(house.grid), house.battery.map_or(0, fed));
        // What else could it be?
        let rest = u64::from(car_mw).saturating_sub(grid + battery);
        Feeds {
            grid,
            solar: house.pv.map_or(rest, fed),
            battery,
        }
    }

    /// The average, while it is of account, mW.
    fn known_mw(&self) -> Option<i64> {
        self.average_mw.filter(|_| self.is_fresh)
    }

    /// Returns whether three phases should be used, if they are used now or not.
    pub(in crate::charger) fn wants_three(&self, three: bool) -> bool {
        let from_mw = self.rules.three_phases.mw;
        // A car that charges is not switched to and fro; one that waits has nothing to lose.
        let from_mw = match three && self.charging_since_ms.is_some() {
            true => from_mw - self.rules.fewer.mw,
            false => from_mw,
        };
        self.known_mw().map_or(three, |mw| mw >= from_mw)
    }

    /// The current to charge with, mA; `None` while there is too little.
    pub(in crate::charger) fn current_ma(&self) -> Option<u32> {
        self.charging_since_ms.map(|_| self.current_ma)
    }

    /// Looks at the surplus. `wanted` is whether it is charged with at all.
    pub(in crate::charger) fn step(&mut self, now_ms: u64, car: Car, wanted: bool) {
        self.car_mw = car.power_mw;
        self.mw_per_a = car.mw_per_a;
        self.average(now_ms);
        if !wanted {
            self.charging_since_ms = None;
            return;
        }
        // Nobody tells: as if there were none.
        let surplus_mw = self.known_mw().unwrap_or(0);
        let least_a = i64::from(self.rules.least_a);
        let Some(since_ms) = self.charging_since_ms else {
            let from_mw = (least_a * i64::from(car.mw_per_a)).max(self.rules.start.mw);
            if self.known_mw().is_some() && (surplus_mw >= from_mw || self.is_held_back) {
                self.charging_since_ms = Some(now_ms);
                self.current_ma = 0;
                self.follow(surplus_mw, car);
            }
            return;
        };
        let least_mw = least_a * i64::from(car.least_mw_per_a) - self.rules.missing.mw;
        let too_little = self.known_mw().is_none() || surplus_mw < least_mw;
        let lasted = now_ms.saturating_sub(since_ms) >= u64::from(self.rules.least_ms);
        if lasted && too_little {
            self.charging_since_ms = None;
            return;
        }
        self.follow(surplus_mw, car);
    }

    /// Sets the current that the surplus is enough for, in whole amperes.
    fn follow(&mut self, surplus_mw: i64, car: Car) {
        let enough_for_ma = surplus_mw * 1_000 / i64::from(car.mw_per_a.max(1));
        let enough_for_ma = match self.rules.rounding {
            Rounding::FromGrid => enough_for_ma + 999,
            Rounding::Down => enough_for_ma,
            Rounding::ToGrid => enough_for_ma - 1_000,
        };
        let current_ma = i64::from(self.current_ma);
        if !(current_ma..current_ma + UP_MA).contains(&enough_for_ma) {
            let whole_ma = enough_for_ma.clamp(0, 63_000) / 1_000 * 1_000;
            // Clamped.
            self.current_ma = whole_ma as u32;
        }
        let least_ma = u32::from(self.rules.least_a) * 1_000;
        self.current_ma = self.current_ma.max(least_ma).min(car.limit_ma);
    }

    fn average(&mut self, now_ms: u64) {
        let passed_ms = now_ms.saturating_sub(self.averaged_at_ms).min(60_000) as i64;
        self.averaged_at_ms = now_ms;
        let fresh = |ms: u64| now_ms.saturating_sub(ms) <= FRESH_MS;
        let told = self.told.filter(|&(_, ms, _)| fresh(ms));
        self.is_fresh = told.is_some();
        let Some((House { grid, pv, battery }, _, car_mw)) = told else {
            self.is_held_back = false;
            if self.rules.forgets {
                self.forget();
            }
            return;
        };
        self.calculated_at_ms = Some(now_ms);
        let rules = &self.rules;
        let sun_mw = pv.map(|power| power.mw.max(0));
        let above_mw = grid.mw - rules.target.mw;
        self.is_held_back = rules.zero_feed_in
            && above_mw.abs() <= rules.held_back.mw
            && sun_mw.is_none_or(|mw| mw > 0);
        let step_mw = UP_MA * i64::from(self.mw_per_a) / 1_000 + rules.held_back.mw;
        let battery_mw = battery.map_or(0, |power| power.mw);
        let beside_mw = match battery_mw < 0 {
            true => rules.beside_battery.mw,
            false => 0,
        };
        let free_mw = i64::from(car_mw) - above_mw - battery_mw.max(0) + beside_mw;
        let free_mw = match self.is_held_back {
            true => free_mw + step_mw,
            // There is no more of it than the sun gives.
            false => sun_mw.map_or(free_mw, |mw| free_mw.min(mw)),
        };
        let toward = |average: i64, now: i64| {
            average + (now - average) * passed_ms / (AVERAGE_MS + passed_ms)
        };
        self.average_mw = Some(self.average_mw.map_or(free_mw, |mw| toward(mw, free_mw)));
        let pv_mw = pv.map_or(0, |power| power.mw);
        let before = self.averages.unwrap_or(Averages {
            grid: grid.mw,
            pv: pv_mw,
            battery: battery_mw,
        });
        self.averages = Some(Averages {
            grid: toward(before.grid, grid.mw),
            pv: toward(before.pv, pv_mw),
            battery: toward(before.battery, battery_mw),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn house(grid_w: f32, pv_w: Option<f32>, battery_w: Option<f32>) -> Option<House> {
        Some(House {
            grid: Power::of_watts(grid_w),
            pv: pv_w.map(Power::of_watts),
            battery: battery_w.map(Power::of_watts),
        })
    }

    const CAR: Car = Car {
        mw_per_a: 230_000,
        least_mw_per_a: 230_000,
        limit_ma: 16_000,
        power_mw: 0,
    };

    /// Returns the current after the same was told for a minute, mA.
    fn settled(told: Option<House>, car: Car) -> Option<u32> {
        let mut surplus = Surplus::new();
        for second in 0..60 {
            surplus.tell(second * 1_000, told);
            surplus.step(second * 1_000, car, true);
        }
        surplus.current_ma()
    }

    #[test]
    fn the_surplus_is_what_the_grid_would_get() {
        let three = Car {
            mw_per_a: 690_000,
            ..CAR
        };
        for (told, car, current_ma) in [
            (house(-1_379.0, None, None), CAR, None),
            (house(-1_400.0, None, None), CAR, Some(6_000)),
            (house(-2_400.0, None, None), CAR, Some(10_000)),
            (house(-9_000.0, None, None), CAR, Some(16_000)),
            (house(-4_000.0, None, None), three, None),
            (house(-5_000.0, None, None), three, Some(7_000)),
            // The sun gives less; the battery gives part of it.
            (house(-2_400.0, Some(1_000.0), None), CAR, None),
            (house(-2_400.0, Some(-5.0), None), CAR, None),
            (
                house(-3_400.0, Some(5_000.0), Some(1_000.0)),
                CAR,
                Some(10_000),
            ),
            (
                house(-2_400.0, Some(5_000.0), Some(-2_000.0)),
                CAR,
                Some(9_000),
            ),
            (None, CAR, None),
        ] {
            assert_eq!(settled(told, car), current_ma, "{told:?}");
        }
    }

    #[test]
    fn a_cloud_does_not_stop_the_car_and_the_night_does() {
        let mut surplus = Surplus::new();
        let mut second = 0;
        let mut power_mw = 0;
        let mut pass = |surplus: &mut Surplus, seconds: u64, sun_w: f32| {
            for _ in 0..seconds {
                let told = house(power_mw as f32 / 1_000.0 - sun_w, None, None);
                surplus.tell(second * 1_000, told);
                let car = Car { power_mw, ..CAR };
                surplus.step(second * 1_000, car, true);
                power_mw = surplus.current_ma().unwrap_or(0) * 230;
                second += 1;
            }
            surplus.current_ma()
        };
        assert_eq!(pass(&mut surplus, 60, 3_100.0), Some(13_000));
        assert_eq!(pass(&mut surplus, 120, 300.0), Some(6_000));
        assert_eq!(pass(&mut surplus, 60, 3_100.0), Some(13_000));
        assert_eq!(pass(&mut surplus, 600, 1_250.0), Some(6_000));
        assert_eq!(pass(&mut surplus, 60, -200.0), None);
    }

    #[test]
    fn without_news_the_car_charges_for_the_shortest_time() {
        let mut surplus = Surplus::new();
        surplus.tell(0, house(-3_000.0, None, None));
        for (now_ms, current_ma) in [
            (0, Some(13_000)),
            (11_000, Some(6_000)),
            (299_999, Some(6_000)),
            (300_000, None),
        ] {
            surplus.step(now_ms, CAR, true);
            assert_eq!(surplus.current_ma(), current_ma, "at {now_ms} ms");
        }
    }

    #[test]
    fn what_is_old_counts_no_longer() {
        let mut surplus = Surplus::new();
        surplus.rules.least_ms = 0;
        surplus.tell(0, house(-3_000.0, None, None));
        for (now_ms, current_ma, known) in [
            (0, Some(13_000), true),
            (10_000, Some(13_000), true),
            (10_001, None, false),
        ] {
            surplus.step(now_ms, CAR, true);
            assert_eq!(surplus.current_ma(), current_ma, "at {now_ms} ms");
            assert_eq!(surplus.house(now_ms).is_some(), known);
        }
        assert_eq!(surplus.age_ms(12_000), Some(12_000));
    }

    #[test]
    fn rules_say_what_becomes_of_it() {
        // The surplus would be enough for 8.7 A.
        let told = house(-2_000.0, Some(5_000.0), Some(-100.0));
        let held_back = house(50.0, Some(600.0), None);
        type Change = fn(&mut Rules);
        let rows: [(Change, _, _); 8] = [
            (|_| {}, told, Some(7_000)),
            (
                |rules| rules.beside_battery = Power::default(),
                told,
                Some(8_000),
            ),
            (
                |rules| rules.rounding = Rounding::FromGrid,
                told,
                Some(8_000),
            ),
            (|rules| rules.rounding = Rounding::ToGrid, told, Some(6_000)),
            (|rules| rules.target = Power::of_watts(-500.0), told, None),
            (|_| {}, held_back, None),
            (|rules| rules.zero_feed_in = true, held_back, Some(6_000)),
            (
                |rules| {
                    rules.zero_feed_in = true;
                    rules.held_back = Power::of_watts(40.0);
                },
                held_back,
                None,
            ),
        ];
        for (row, (change, told, current_ma)) in rows.into_iter().enumerate() {
            let mut surplus = Surplus::new();
            change(&mut surplus.rules);
            surplus.tell(0, told);
            surplus.step(0, CAR, true);
            assert_eq!(surplus.current_ma(), current_ma, "row {row}");
        }
    }

    #[test]
    fn averages_end_with_a_break_or_outlast_it() {
        for (forgets, grid_mw) in [(true, 0), (false, -3_000_000)] {
            let mut surplus = Surplus::new();
            surplus.rules.forgets = forgets;
            surplus.tell(0, house(-3_000.0, Some(4_000.0), None));
            surplus.step(0, CAR, false);
            assert_eq!(surplus.beyond_mw(), 3_000_000);
            assert_eq!(surplus.beyond_ma(), 13_043);
            surplus.step(11_000, CAR, false);
            assert_eq!((surplus.averages().grid, surplus.beyond_mw()), (grid_mw, 0));
            assert_eq!(surplus.calculated_at_ms(), Some(0));
            surplus.tell(12_000, house(0.0, None, None));
            surplus.step(12_000, CAR, false);
            assert_eq!(surplus.averages().grid < 0, !forgets);
            surplus.tell(13_000, None);
            assert_eq!(surplus.averages().grid, 0);
        }
    }

    #[test]
    fn what_feeds_the_house_feeds_the_car() {
        let mut surplus = Surplus::new();
        for (told, [grid, solar, battery]) in [
            (None, [0; 3]),
            (house(500.0, Some(1_500.0), Some(300.0)), [500, 1_500, 300]),
            (house(-500.0, Some(1_500.0), Some(-300.0)), [0, 1_500, 0]),
            (house(500.0, None, None), [500, 1_800, 0]),
            (house(5_000.0, None, None), [5_000, 0, 0]),
        ] {
            surplus.tell(0, told);
            let feeds = surplus.feeds(0, 2_300_000);
            let is = [feeds.grid, feeds.solar, feeds.battery];
            assert_eq!(is, [grid, solar, battery].map(|w| w * 1_000), "{told:?}");
        }
    }
}
