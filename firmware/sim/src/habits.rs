//! The habits of those who use a charger: when a car comes and goes in the course of
//! days, what kind of car it is, and how much energy it wants at each coming.
//!
//! They are a function of a seed and of the time and of nothing else: whoever asks for a
//! moment gets the same answer however often and in whatever order others were asked for,
//! and the comings of a year ago cost no more than those of today. They know no charger.
//! [`Comings`] carries them out in a garage, and does so only when a car comes or goes:
//! what somebody does to the car in between stays as it is until then.
//!
//! Each day has at most one interval, in which a car is out, or, where no car is at home,
//! one in which it is there. Custom says when it may begin and how long it lasts; all of them fit into
//! a window of 24 hours that begins at the earliest of them, which is why those of
//! neighbouring days never meet.
//!
//! Hours are those of the garage, where the sun is highest at twelve: as for a house,
//! [`noon_utc_h`](crate::HouseConfig::noon_utc_h) says when that is.

use goe_firmware::board::WallClock;

use crate::Sim;
use crate::car::CarConfig;
use crate::prng::Prng;

const MINUTE_S: i64 = 60;
const HOUR_S: i64 = 3_600;
const DAY_S: i64 = 86_400;

/// Of a week each has one day on which its interval is never left out.
const WEEK_DAYS: i64 = 7;

/// From a phase to neutral.
const PHASE_V: u64 = 230;

/// mA times V times ms in a Wh.
const PER_WH: u64 = 3_600_000_000;

/// From one to the other, both included.
type Span = (u16, u16);

/// What is usual on a kind of day.
struct Usual {
    /// So often there is an interval at all, in hundredths.
    often: u16,
    /// It begins so many minutes after midnight.
    begins_min: Span,
    /// And lasts so long.
    lasts_min: Span,
    /// What the car wants afterwards, or while it is there, hundreds of Wh.
    wants_hwh: Span,
}

/// A way to live with a charger.
struct Custom {
    /// So many of a hundred have it.
    share: u16,
    /// Its intervals are stays; of the others they are outings.
    stays: bool,
    /// Another car comes each time.
    strangers: bool,
    workday: Usual,
    weekend: Usual,
}

const COMMUTES: Custom = Custom {
    share: 60,
    stays: false,
    strangers: false,
    workday: Usual {
        often: 92,
        begins_min: (360, 540),
        lasts_min: (480, 630),
        wants_hwh: (40, 160),
    },
    weekend: Usual {
        often: 60,
        begins_min: (540, 900),
        lasts_min: (60, 360),
        wants_hwh: (20, 350),
    },
};

const WORKS_AT_NIGHT: Custom = Custom {
    share: 8,
    stays: false,
    strangers: false,
    workday: Usual {
        often: 80,
        begins_min: (1_170, 1_320),
        lasts_min: (480, 600),
        wants_hwh: (40, 160),
    },
    weekend: Usual {
        often: 40,
        begins_min: (1_170, 1_320),
        lasts_min: (480, 600),
        wants_hwh: (40, 300),
    },
};

const IS_AT_HOME: Custom = Custom {
    share: 12,
    stays: false,
    strangers: false,
    workday: Usual {
        often: 70,
        begins_min: (540, 960),
        lasts_min: (45, 240),
        wants_hwh: (10, 80),
    },
    weekend: Usual {
        often: 60,
        begins_min: (540, 960),
        lasts_min: (60, 360),
        wants_hwh: (20, 200),
    },
};

const IS_RARELY_THERE: Custom = Custom {
    share: 8,
    stays: true,
    strangers: false,
    workday: Usual {
        often: 10,
        begins_min: (960, 1_260),
        lasts_min: (600, 960),
        wants_hwh: (150, 450),
    },
    weekend: Usual {
        often: 40,
        begins_min: (960, 1_260),
        lasts_min: (600, 960),
        wants_hwh: (150, 500),
    },
};

const HAS_VISITORS: Custom = Custom {
    share: 12,
    stays: true,
    strangers: true,
    workday: Usual {
        often: 80,
        begins_min: (480, 1_080),
        lasts_min: (60, 300),
        wants_hwh: (50, 300),
    },
    weekend: Usual {
        often: 60,
        begins_min: (540, 1_140),
        lasts_min: (60, 300),
        wants_hwh: (50, 300),
    },
};

const CUSTOMS: [&Custom; 5] = [
    &COMMUTES, &WORKS_AT_NIGHT, &IS_AT_HOME, &IS_RARELY_THERE, &HAS_VISITORS,
];

impl Custom {
    /// That of one in a hundred.
    fn of(mut percent: u16) -> &'static Self {
        for custom in CUSTOMS {
            match percent.checked_sub(custom.share) {
                None => return custom,
                Some(left) => percent = left,
            }
        }
        &COMMUTES
    }

    /// What is usual on a day, counted from 1 January 1970, which was a Thursday.
    fn on(&self, day: i64) -> &Usual {
        match (day + 3).rem_euclid(WEEK_DAYS) {
            5 | 6 => &self.weekend,
            _ => &self.workday,
        }
    }
}

/// The habits around one charger.
#[derive(Clone, Copy, Debug)]
pub struct Habits {
    seed: u64,
    noon_utc_h: u8,
}

/// The time from the coming of a car to its going.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stay {
    /// It comes, ms since 1970, UTC.
    pub from_ms: i64,
    /// It is gone from this time on.
    pub until_ms: i64,
    /// The car as it comes; its room is what it wants.
    pub car: CarConfig,
}

impl Stay {
    /// Returns whether the car is there at a time.
    pub fn contains(&self, utc_ms: i64) -> bool {
        (self.from_ms..self.until_ms).contains(&utc_ms)
    }

    /// The car at a time of its stay, as though it had charged since it came with all that
    /// it and its cable can take: one that came hours ago is full.
    pub fn car_at(&self, utc_ms: i64) -> CarConfig {
        let CarConfig {
            phases,
            most_ma,
            cable_ma,
            room_wh,
            ..
        } = self.car;
        // Before it came it has taken nothing.
        let for_ms = u64::try_from(utc_ms - self.from_ms).unwrap_or(0);
        let current_ma = u64::from(most_ma.min(cable_ma)) * u64::from(phases);
        let taken_wh = current_ma * PHASE_V * for_ms / PER_WH;
        // What is left is no more than there was.
        let left_wh = u64::from(room_wh).saturating_sub(taken_wh) as u32;
        CarConfig {
            room_wh: left_wh,
            ..self.car
        }
    }
}

/// An interval of a day, in seconds of the garage.
#[derive(Clone, Copy)]
struct Interval {
    day: i64,
    from_s: i64,
    until_s: i64,
}

impl Habits {
    /// Those of a seed, at a place where the sun is highest at this hour, UTC.
    pub fn new(seed: u64, noon_utc_h: u8) -> Self {
        Habits { seed, noon_utc_h }
    }

    /// The stay at a time, and if nobody is there, the next: the first that is not over.
    pub fn stay(&self, utc_ms: i64) -> Stay {
        let now_s = self.local_s(utc_ms.div_euclid(1_000));
        let stays = self.custom().stays;
        // The end of a stay, be it the end of its interval or the beginning of an outing.
        let ends_s = |interval: &Interval| match stays {
            true => interval.until_s,
            false => interval.from_s,
        };
        let today = now_s.div_euclid(DAY_S);
        // An interval may begin the day before, and there is one in each week.
        let last = self.first_of(today - 2..=today + WEEK_DAYS, |interval| {
            ends_s(interval) > now_s
        });
        let (from_s, until_s, day) = match stays {
            true => (last.from_s, last.until_s, last.day),
            false => {
                let days = (last.day - WEEK_DAYS..last.day).rev();
                let before = self.first_of(days, |_| true);
                (before.until_s, last.from_s, before.day)
            }
        };
        Stay {
            from_ms: self.utc_ms(from_s),
            until_ms: self.utc_ms(until_s),
            car: self.car(day),
        }
    }

    /// The first interval of some days, of which there are enough for one.
    fn first_of(
        &self,
        mut days: impl Iterator<Item = i64>,
        is_it: impl Fn(&Interval) -> bool,
    ) -> Interval {
        let found = days.find_map(|day| self.interval(day).filter(&is_it));
        found.expect("each week has one, and these days are more")
    }

    /// That of a day, if it has one.
    fn interval(&self, day: i64) -> Option<Interval> {
        let mut own = self.own();
        let mut dice = self.dice(day);
        let usual = self.custom().on(day);
        let never_without = drawn(&mut own, (0, 6));
        let is_left_out = drawn(&mut dice, (1, 100)) > usual.often;
        if is_left_out && day.rem_euclid(WEEK_DAYS) != i64::from(never_without) {
            return None;
        }
        // Most of when and how long is a matter of the person, the rest of the day.
        let mut minutes = |span| {
            let (mine, todays) = (drawn(&mut own, span), drawn(&mut dice, span));
            (3 * i64::from(mine) + i64::from(todays)) / 4
        };
        let from_min = minutes(usual.begins_min);
        let lasts_min = minutes(usual.lasts_min);
        let second = i64::from(drawn(&mut dice, (0, 59)));
        let from_s = day * DAY_S + from_min * MINUTE_S + second;
        Some(Interval {
            day,
            from_s,
            until_s: from_s + lasts_min * MINUTE_S,
        })
    }

    /// The car that comes by the interval of a day.
    fn car(&self, day: i64) -> CarConfig {
        let custom = self.custom();
        let mut kind = match custom.strangers {
            true => self.dice(day).fork(),
            false => self.own().fork(),
        };
        let mut wants = self.dice(!day);
        let room_wh = u32::from(drawn(&mut wants, custom.on(day).wants_hwh)) * 100;
        CarConfig {
            room_wh: room_wh + u32::from(drawn(&mut wants, (0, 99))),
            ..car_of(&mut kind)
        }
    }

    fn custom(&self) -> &'static Custom {
        // The first of these dice is for nothing else.
        Custom::of(drawn(&mut Prng::new(!self.own().next()), (0, 99)))
    }

    /// What is the same each day. Neither the dice of the garage nor those of the house.
    fn own(&self) -> Prng {
        Prng::new(self.seed ^ 0x6a09_e667_f3bc_c908).fork()
    }

    /// What is another each day.
    fn dice(&self, day: i64) -> Prng {
        let mut seed = self.own();
        Prng::new(seed.next() ^ (day as u64).wrapping_mul(0xd134_2543_de82_ef95)).fork()
    }

    /// The time of the garage.
    fn local_s(&self, utc_s: i64) -> i64 {
        utc_s + (12 - i64::from(self.noon_utc_h)) * HOUR_S
    }

    fn utc_ms(&self, local_s: i64) -> i64 {
        (local_s - (12 - i64::from(self.noon_utc_h)) * HOUR_S) * 1_000
    }
}

/// Any of the cars on the road.
fn car_of(dice: &mut Prng) -> CarConfig {
    let (phases, most_ma) = match drawn(dice, (0, 99)) {
        0..70 => (3, 16_000),
        70..75 => (3, 32_000),
        75..85 => (1, 32_000),
        85..95 => (1, 16_000),
        _ => (2, 16_000),
    };
    CarConfig {
        phases,
        most_ma,
        cable_ma: one_of(dice, 25, 20_000, 32_000),
        wakes_after_ms: u32::from(drawn(dice, (1_000, 20_000))),
        answers_after_ms: u32::from(drawn(dice, (0, 8_000))),
        pauses: drawn(dice, (1, 100)) <= 10,
        sleeps_after_ms: one_of(dice, 15, Some(1_800_000), None),
        wakes_at_offer: one_of(dice, 30, 2, 1),
        ..CarConfig::default()
    }
}

/// The rare one in so many of a hundred.
fn one_of<T>(dice: &mut Prng, percent: u16, rare: T, common: T) -> T {
    match drawn(dice, (1, 100)) <= percent {
        true => rare,
        false => common,
    }
}

/// A number of a span.
fn drawn(dice: &mut Prng, (least, most): Span) -> u16 {
    let many = u64::from(most - least) + 1;
    // The upper half, scaled: less than there are numbers.
    least + (((dice.next() >> 32) * many) >> 32) as u16
}

/// The comings and goings of a garage, by habits.
#[derive(Clone, Debug)]
pub struct Comings {
    habits: Habits,
    /// Nothing happens before; `None` at the start.
    next_ms: Option<i64>,
}

impl Comings {
    /// Of a garage in which nothing has happened yet.
    pub fn new(habits: Habits) -> Self {
        Comings {
            habits,
            next_ms: None,
        }
    }

    /// Has the car come or go, if it is time for that. A garage that knows no time of day is left as
    /// it is. Whatever stands in the way of a car that comes, leaves, and the car comes
    /// the next time, so that the charger sees the one go before the other comes.
    pub fn act(&mut self, sim: &mut Sim) {
        let Some(now_ms) = sim.utc_ms() else {
            return;
        };
        if self.next_ms.is_some_and(|next_ms| now_ms < next_ms) {
            return;
        }
        let stay = self.habits.stay(now_ms);
        let comes = stay.contains(now_ms);
        let goes = sim.car().is_plugged();
        if goes {
            sim.unplug();
        } else if comes {
            sim.set_car(stay.car_at(now_ms));
            sim.plug();
        }
        self.next_ms = Some(match (goes, comes) {
            (true, true) => now_ms,
            (false, true) => stay.until_ms,
            (_, false) => stay.from_ms,
        });
    }
}

#[cfg(test)]
mod tests;
