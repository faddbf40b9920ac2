//! The house that the garage belongs to: the sun on its roof, what it takes itself, a
//! battery, and the meter at the grid.
//!
//! An energy manager reads them every five seconds, and tells a charger. It stands
//! beside the garage, so that a board without a house has nothing of it. It knows
//! neither the charger nor a clock: time, and what the car takes, are told.

use crate::prng::Prng;

/// The manager tells what is measured so often, s.
const TELLS_EVERY_S: u64 = 5;

const DAY_S: i64 = 86_400;
const HOUR_S: i64 = 3_600;

/// From sunrise to noon, s.
const HALF_DAY_S: i64 = 7 * HOUR_S;

/// What a cloud lets through, and the clear sky, in thousandths; and the most that
/// changes in a second.
const SHADE: i64 = 250;
const CLEAR: i64 = 1_000;
const DRIFT: i64 = 10;

/// What a kettle takes, W, and for how long, s.
const KETTLE_W: u32 = 2_000;
const KETTLE_S: u16 = 180;

/// A battery is half full at first.
const AT_FIRST: i64 = 2;

/// mJ in a Wh.
const MJ_PER_WH: i64 = 3_600_000;

/// A house, and what it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HouseConfig {
    /// What the sun gives at noon, W; `None` without panels.
    pub sun_peak_w: Option<u32>,
    /// Clouds pass.
    pub clouds: bool,
    /// The least that the house takes, W; `None` if nothing is known of it.
    pub base_w: Option<u32>,
    /// The house battery.
    pub battery: Option<Battery>,
    /// The hour at which the sun is highest, UTC.
    pub noon_utc_h: u8,
}

/// A battery that takes what would go into the grid, and gives what would come from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Battery {
    /// What it holds, Wh.
    pub capacity_wh: u32,
    /// The most that it takes or gives, W.
    pub most_w: u32,
}

impl Default for HouseConfig {
    /// Nothing is measured, so nobody tells of it.
    fn default() -> Self {
        HouseConfig {
            sun_peak_w: None,
            clouds: true,
            base_w: None,
            battery: None,
            noon_utc_h: 12,
        }
    }
}

impl HouseConfig {
    /// What the sun gives under a clear sky, and what the house takes beside its kettles,
    /// so many seconds after midnight UTC, mW.
    pub fn usual_mw(&self, utc_s: i64) -> [Option<i64>; 2] {
        let since_noon_s = around_noon(utc_s - i64::from(self.noon_utc_h) * HOUR_S);
        let of = |most_w: Option<u32>, part: i64| most_w.map(|most_w| i64::from(most_w) * part);
        [
            of(self.sun_peak_w, height(since_noon_s)),
            of(self.base_w, custom(hour(since_noon_s))),
        ]
    }
}

/// What an energy manager reads, mW.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Powers {
    /// From the grid, below zero into it.
    pub grid_mw: i64,
    /// From the sun.
    pub pv_mw: Option<i64>,
    /// From the battery, below zero into it.
    pub battery_mw: Option<i64>,
}

/// The house.
#[derive(Clone, Debug)]
pub struct House {
    config: HouseConfig,
    sky: Prng,
    kitchen: Prng,
    seconds: u64,
    /// How much of the sun comes through now, and where that drifts, in thousandths.
    clearness: i64,
    drifts_to: i64,
    drifts_for_s: u16,
    kettle_left_s: u16,
    /// In the battery, mJ.
    stored_mj: i64,
}

impl House {
    /// A house of which nothing is measured.
    pub fn new(seed: u64) -> Self {
        // Not the dice of the garage.
        let mut prng = Prng::new(!seed);
        House {
            config: HouseConfig::default(),
            sky: prng.fork(),
            kitchen: prng.fork(),
            seconds: 0,
            clearness: CLEAR,
            drifts_to: CLEAR,
            drifts_for_s: 0,
            kettle_left_s: 0,
            stored_mj: 0,
        }
    }

    /// What it has.
    pub fn config(&self) -> HouseConfig {
        self.config
    }

    /// Changes what it has. A new battery is half full.
    pub fn set_config(&mut self, config: HouseConfig) {
        if config.battery != self.config.battery {
            self.stored_mj = config.battery.map_or(0, Battery::holds_mj) / AT_FIRST;
        }
        self.config = config;
    }

    /// Lets time pass until `now_ms` since boot, at that time of day and with a car
    /// that takes so much; returns what the energy manager tells then, if it does.
    pub fn advance(&mut self, now_ms: u64, utc_ms: Option<i64>, car_mw: u32) -> Option<Powers> {
        let mut told = None;
        while (self.seconds + 1) * 1_000 <= now_ms {
            self.seconds += 1;
            // Without a clock it was noon when the board started.
            let noon_s = i64::from(self.config.noon_utc_h) * HOUR_S;
            let since_noon_s = match utc_ms {
                Some(utc_ms) => utc_ms.div_euclid(1_000) - noon_s,
                None => (self.seconds % DAY_S.unsigned_abs()) as i64,
            };
            let powers = self.second(since_noon_s, car_mw.into());
            if self.seconds.is_multiple_of(TELLS_EVERY_S) {
                told = Some(powers);
            }
        }
        let is_measured = self.config.sun_peak_w.is_some() || self.config.base_w.is_some();
        told.filter(|_| is_measured)
    }

    fn second(&mut self, since_noon_s: i64, car_mw: i64) -> Powers {
        let since_noon_s = around_noon(since_noon_s);
        self.cloud();
        let house_mw = self.house_mw(since_noon_s);
        let pv_mw = self.config.sun_peak_w.map(|peak_w| {
            let clearness = if self.config.clouds {
                self.clearness
            } else {
                CLEAR
            };
            i64::from(peak_w) * height(since_noon_s) * clearness / 1_000
        });
        let missing_mw = house_mw + car_mw - pv_mw.unwrap_or(0);
        let battery_mw = self
            .config
            .battery
            .map(|battery| self.balance(battery, missing_mw));
        Powers {
            grid_mw: missing_mw - battery_mw.unwrap_or(0),
            pv_mw,
            battery_mw,
        }
    }

    /// Clouds come and go in minutes.
    fn cloud(&mut self) {
        if self.drifts_for_s == 0 {
            let (span, depth) = (self.sky.around_zero(270), self.sky.around_zero(1_000));
            // 30 to 570 seconds; half of the time the sky is clear.
            self.drifts_for_s = (300 + span).unsigned_abs() as u16;
            self.drifts_to = CLEAR - i64::from(depth.max(0)) * (CLEAR - SHADE) / 1_000;
        }
        self.drifts_for_s -= 1;
        let step = (self.drifts_to - self.clearness).clamp(-DRIFT, DRIFT);
        self.clearness += step;
    }

    /// What the house takes: more in the morning and most in the evening, and a kettle
    /// now and then.
    fn house_mw(&mut self, since_noon_s: i64) -> i64 {
        let hour = hour(since_noon_s);
        let is_day = (6..22).contains(&hour);
        // Drawn in any case, so that the next day is the same whatever the house has.
        let is_tea = self.kitchen.around_zero(1_500) == 0;
        let ripple = i64::from(self.kitchen.around_zero(25)) + 25;
        if is_tea && is_day && self.kettle_left_s == 0 {
            self.kettle_left_s = KETTLE_S;
        }
        self.kettle_left_s = self.kettle_left_s.saturating_sub(1);
        let Some(base_w) = self.config.base_w else {
            return 0;
        };
        let kettle_w = if self.kettle_left_s > 0 { KETTLE_W } else { 0 };
        i64::from(base_w) * (custom(hour) + ripple) + i64::from(kettle_w) * 1_000
    }

    /// Returns what the battery gives in a second, below zero what it takes, mW.
    fn balance(&mut self, battery: Battery, missing_mw: i64) -> i64 {
        let most_mw = i64::from(battery.most_w) * 1_000;
        // What it gives or takes in a second is that many mJ.
        let room_mj = battery.holds_mj() - self.stored_mj;
        let least_mw = (-most_mw).max(-room_mj);
        let given_mw = missing_mw.clamp(least_mw, most_mw.min(self.stored_mj));
        self.stored_mj -= given_mw;
        given_mw
    }
}

impl Battery {
    fn holds_mj(self) -> i64 {
        i64::from(self.capacity_wh) * MJ_PER_WH
    }
}

/// From midnight to midnight.
fn around_noon(since_noon_s: i64) -> i64 {
    (since_noon_s + DAY_S / 2).rem_euclid(DAY_S) - DAY_S / 2
}

/// The hour of the house, whose days go by the sun.
fn hour(since_noon_s: i64) -> i64 {
    since_noon_s.div_euclid(HOUR_S) + 12
}

/// What a house takes at an hour, in thousandths of the least: half more in the morning,
/// twice as much in the evening.
fn custom(hour: i64) -> i64 {
    match hour {
        6..9 => 1_500,
        17..22 => 2_000,
        _ => 1_000,
    }
}

/// How high the sun is, in thousandths: a parabola from sunrise to sunset.
fn height(since_noon_s: i64) -> i64 {
    let x = since_noon_s * 1_000 / HALF_DAY_S;
    (1_000 - x * x / 1_000).max(0)
}

#[cfg(test)]
mod tests {
    extern crate std;

    use std::vec::Vec;

    use super::*;

    const NOON_MS: i64 = 1_782_043_200_000;

    fn house(config: HouseConfig) -> House {
        let mut house = House::new(1);
        house.set_config(config);
        house
    }

    /// Lets a whole day pass from noon on; gives what is told, with the second.
    fn day(house: &mut House, car_mw: u32) -> impl Iterator<Item = (i64, Powers)> {
        (1..=DAY_S).filter_map(move |second| {
            let utc_ms = NOON_MS + second * 1_000;
            let told = house.advance(second as u64 * 1_000, Some(utc_ms), car_mw)?;
            Some((second, told))
        })
    }

    #[test]
    fn nobody_tells_of_a_house_that_nothing_is_known_of() {
        assert_eq!(day(&mut House::new(1), 0).count(), 0);
    }

    #[test]
    fn what_is_usual_is_what_comes_without_clouds_and_kettles() {
        let config = HouseConfig {
            sun_peak_w: Some(8_000),
            clouds: false,
            base_w: Some(400),
            noon_utc_h: 11,
            ..HouseConfig::default()
        };
        let [mut met, mut kettles] = [0, 0];
        for (second, told) in day(&mut house(config), 0) {
            let utc_s = (NOON_MS / 1_000 + second).rem_euclid(DAY_S);
            let [sun_mw, house_mw] = config.usual_mw(utc_s).map(|usual| usual.expect("both"));
            assert_eq!(told.pv_mw, Some(sun_mw));
            let more_mw = told.grid_mw + sun_mw - house_mw;
            // A ripple is a twentieth.
            match more_mw {
                0..=20_000 => met += 1,
                _ => kettles += 1,
            }
        }
        assert!(kettles > 0 && met > 10 * kettles, "{met} {kettles}");
    }

    #[test]
    fn the_sun_has_its_day_and_clouds() {
        let clear = HouseConfig {
            sun_peak_w: Some(8_000),
            clouds: false,
            ..HouseConfig::default()
        };
        let told: Vec<_> = day(&mut house(clear), 1_000_000).collect();
        assert_eq!(told.len() as i64, DAY_S / 5);
        for &(second, Powers { grid_mw, pv_mw, .. }) in &told {
            let pv_mw = pv_mw.expect("there are panels");
            assert_eq!(grid_mw, 1_000_000 - pv_mw);
            let hours = second / HOUR_S;
            let expected = match hours {
                0 => 7_800_000..=8_000_000,
                1..7 => 1..=7_900_000,
                7..17 => 0..=0,
                _ => 0..=8_000_000,
            };
            assert!(expected.contains(&pv_mw), "{pv_mw} after {hours} h");
        }
        // Three and a half hours from noon there are three quarters.
        let afternoon = told.iter().find(|(second, _)| *second == 12_600);
        assert_eq!(afternoon.and_then(|(_, told)| told.pv_mw), Some(6_000_000));

        let cloudy = HouseConfig {
            clouds: true,
            ..clear
        };
        let shaded: Vec<_> = day(&mut house(cloudy), 1_000_000).collect();
        let sum = |told: &[(i64, Powers)]| -> i64 {
            told.iter().map(|(_, told)| told.pv_mw.unwrap_or(0)).sum()
        };
        let part = sum(&shaded) * 100 / sum(&told);
        assert!((60..95).contains(&part), "{part} %");
        // The same dice, the same day.
        assert!(day(&mut house(cloudy), 1_000_000).eq(shaded.iter().copied()));
        let mut other = House::new(2);
        other.set_config(cloudy);
        assert_ne!(
            sum(&day(&mut other, 1_000_000).collect::<Vec<_>>()),
            sum(&shaded)
        );
    }

    #[test]
    fn a_house_takes_its_base_and_more_in_the_evening() {
        let config = HouseConfig {
            base_w: Some(400),
            ..HouseConfig::default()
        };
        let (mut least, mut most, mut evening) = (i64::MAX, 0, i64::MAX);
        for (second, told) in day(&mut house(config), 0) {
            assert_eq!((told.pv_mw, told.battery_mw), (None, None));
            (least, most) = (least.min(told.grid_mw), most.max(told.grid_mw));
            if (6..9).contains(&(second / HOUR_S)) {
                evening = evening.min(told.grid_mw);
            }
        }
        assert!((400_000..405_000).contains(&least), "{least}");
        assert!((2_400_000..=2_820_000).contains(&most), "{most}");
        assert!(evening >= 800_000, "{evening}");
    }

    #[test]
    fn a_battery_takes_what_is_left_and_gives_it_back() {
        let mut house = house(HouseConfig {
            sun_peak_w: Some(8_000),
            clouds: false,
            battery: Some(Battery {
                capacity_wh: 10_000,
                most_w: 3_000,
            }),
            ..HouseConfig::default()
        });
        let mut balance_mj = 0;
        for (second, told) in day(&mut house, 1_000_000) {
            let battery_mw = told.battery_mw.expect("there is one");
            let sum_mw = told.grid_mw + battery_mw + told.pv_mw.unwrap_or(0);
            assert_eq!(sum_mw, 1_000_000);
            balance_mj += battery_mw * 5;
            match second {
                ..=3_600 => assert_eq!(battery_mw, -3_000_000),
                // It is full, and what is left goes into the grid.
                7_200..=10_000 => assert_eq!(battery_mw, 0),
                25_200..=50_000 => assert_eq!((battery_mw, told.grid_mw), (1_000_000, 0)),
                _ => {}
            }
        }
        let holds_mj = 10_000 * MJ_PER_WH;
        assert!(balance_mj.abs() <= holds_mj / 2 + 5 * 3_000_000);
    }
}
