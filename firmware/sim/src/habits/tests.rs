//! What must hold of the days of a thousand chargers.

extern crate std;

use std::collections::BTreeSet;
use std::vec::Vec;

use super::*;
use crate::SimConfig;

/// Midnight UTC before Monday, 1 June 2026.
const MONDAY_S: i64 = 1_780_272_000;
const SEEDS: u64 = 1_000;
const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const DAY_MS: i64 = 24 * HOUR_MS;

fn habits(seed: u64) -> Habits {
    Habits::new(seed, 12)
}

fn at_ms(day: i64, hour: i64) -> i64 {
    MONDAY_S * 1_000 + day * DAY_MS + hour * HOUR_MS
}

/// All stays that end within some days from Monday on.
fn stays(habits: Habits, days: i64) -> Vec<Stay> {
    let mut found = Vec::new();
    let mut next_ms = at_ms(0, 0);
    while next_ms < at_ms(days, 0) {
        let stay = habits.stay(next_ms);
        next_ms = stay.until_ms;
        found.push(stay);
    }
    found
}

#[test]
fn customs_are_of_a_hundred_and_their_days_do_not_meet() {
    assert_eq!(CUSTOMS.iter().map(|custom| custom.share).sum::<u16>(), 100);
    for custom in CUSTOMS {
        let days = [&custom.workday, &custom.weekend];
        let first = days.map(|usual| usual.begins_min.0).into_iter().min();
        let last = days.map(|usual| usual.begins_min.1 + usual.lasts_min.1);
        let last = last.into_iter().max();
        // A minute that is drawn may have 59 seconds more.
        assert!(last < first.map(|first| first + 24 * 60 - 1));
    }
}

#[test]
fn the_same_seed_has_the_same_days_and_another_has_others() {
    let of = |seed| stays(habits(seed), 14);
    let mut all = BTreeSet::new();
    for seed in 0..SEEDS {
        assert_eq!(of(seed), of(seed));
        all.insert(of(seed).first().map(|stay| (stay.from_ms, stay.until_ms)));
    }
    // Some leave or come in the same second, but not in crowds.
    assert!(all.len() as u64 > SEEDS * 9 / 10, "{}", all.len());
}

#[test]
fn stays_follow_each_other_with_time_between_them() {
    for seed in 0..SEEDS {
        let mut before: Option<Stay> = None;
        for stay in stays(habits(seed), 21) {
            let for_min = (stay.until_ms - stay.from_ms) / MINUTE_MS;
            assert!((30..10 * 24 * 60).contains(&for_min), "{seed}: {stay:?}");
            assert!(
                (1_000..=50_099).contains(&stay.car.room_wh),
                "{seed}: {stay:?}"
            );
            if let Some(before) = before {
                let away_min = (stay.from_ms - before.until_ms) / MINUTE_MS;
                assert!(
                    (30..8 * 24 * 60).contains(&away_min),
                    "{seed}: {before:?} {stay:?}"
                );
            }
            before = Some(stay);
        }
    }
}

#[test]
fn it_is_all_one_how_often_somebody_asks() {
    for seed in 0..50 {
        let all = stays(habits(seed), 9);
        // Backwards, so that nothing can hang on what was asked before.
        for minute in (0..7 * 24 * 12).rev() {
            let now_ms = at_ms(0, 0) + minute * 5 * MINUTE_MS + minute;
            let expected = all.iter().find(|stay| stay.until_ms > now_ms);
            assert_eq!(
                Some(&habits(seed).stay(now_ms)),
                expected,
                "{seed} {minute}"
            );
        }
    }
}

#[test]
fn a_town_sleeps_works_and_comes_home() {
    let there = |day, hour| {
        let is_there = |seed| {
            habits(seed)
                .stay(at_ms(day, hour))
                .contains(at_ms(day, hour))
        };
        (0..SEEDS).filter(|&seed| is_there(seed)).count() * 100 / SEEDS as usize
    };
    for workday in 1..5 {
        let [night, noon, evening] = [3, 12, 19].map(|hour| there(workday, hour));
        assert!((65..90).contains(&night), "{night} % at night");
        assert!((15..40).contains(&noon), "{noon} % at noon");
        assert!((65..92).contains(&evening), "{evening} % in the evening");
    }
    for sunday in [6, 13] {
        let noon = there(sunday, 12);
        assert!((40..75).contains(&noon), "{noon} % at noon of a Sunday");
    }
}

#[test]
fn everybody_has_usual_hours() {
    let commute = |seed: &u64| core::ptr::eq(habits(*seed).custom(), &COMMUTES);
    let mut first = BTreeSet::<i64>::new();
    for seed in (0..SEEDS).filter(commute) {
        let leaves = (0..5).filter_map(|day| habits(seed).interval(MONDAY_S / DAY_S + day));
        let minutes = leaves.map(|outing| outing.from_s.rem_euclid(DAY_S) / MINUTE_S);
        let minutes: Vec<_> = minutes.collect();
        let (least, most) = (minutes.iter().min(), minutes.iter().max());
        // A quarter of three hours is left to the day.
        let apart = most.zip(least).map(|(most, least)| most - least);
        assert!(apart <= Some(45), "{seed}: {minutes:?}");
        first.extend(minutes.first().copied());
    }
    assert!(first.len() > 100, "{first:?}");
}

#[test]
fn hours_are_those_of_the_place() {
    for seed in 0..100 {
        let (here, east) = (Habits::new(seed, 12), Habits::new(seed, 9));
        let (here, east) = (here.stay(at_ms(2, 12)), east.stay(at_ms(2, 9)));
        assert_eq!(here.from_ms, east.from_ms + 3 * HOUR_MS);
        assert_eq!(here.until_ms, east.until_ms + 3 * HOUR_MS);
        assert_eq!(here.car, east.car);
    }
}

#[test]
fn cars_differ_and_an_owner_keeps_his() {
    let mut kinds = BTreeSet::new();
    for seed in 0..SEEDS {
        let kinds_of = |stay: &Stay| (stay.car.phases, stay.car.most_ma, stay.car.wakes_after_ms);
        let own: BTreeSet<_> = stays(habits(seed), 28).iter().map(kinds_of).collect();
        assert_eq!(own.len() > 1, habits(seed).custom().strangers, "{seed}");
        kinds.extend(
            own.into_iter()
                .map(|(phases, most_ma, _)| (phases, most_ma)),
        );
    }
    let all = [
        (1, 16_000),
        (1, 32_000),
        (2, 16_000),
        (3, 16_000),
        (3, 32_000),
    ];
    assert_eq!(kinds.into_iter().collect::<Vec<_>>(), all);
}

#[test]
fn a_car_that_came_hours_ago_has_charged() {
    let stay = Stay {
        from_ms: 0,
        until_ms: DAY_MS,
        car: CarConfig {
            phases: 3,
            most_ma: 32_000,
            cable_ma: 16_000,
            room_wh: 20_000,
            ..CarConfig::default()
        },
    };
    let left_wh = [0, 30, 60, 120].map(|minutes| stay.car_at(minutes * MINUTE_MS).room_wh);
    assert_eq!(left_wh, [20_000, 14_480, 8_960, 0]);
}

/// A garage at a time.
fn sim(utc_ms: i64) -> Sim {
    Sim::new(&SimConfig {
        plugged: false,
        utc_ms: Some(utc_ms),
        ..SimConfig::default()
    })
}

/// The times at which the car came and went within a day, asked so often, ms since midnight.
fn seen(seed: u64, every_ms: u64) -> Vec<(u64, bool)> {
    let mut sim = sim(at_ms(1, 0));
    let mut comings = Comings::new(habits(seed));
    let mut seen = Vec::new();
    let mut is_there = None;
    for now_ms in (0..=DAY_MS as u64).step_by(every_ms as usize) {
        sim.set_utc(at_ms(1, 0) + now_ms as i64);
        comings.act(&mut sim);
        if is_there.replace(sim.car().is_plugged()) != Some(sim.car().is_plugged()) {
            seen.push((now_ms, sim.car().is_plugged()));
        }
    }
    seen
}

#[test]
fn a_garage_sees_the_same_by_the_second_and_by_the_hour() {
    let busy = (0..).filter(|&seed| seen(seed, 3_600_000).len() > 2);
    for seed in busy.take(3) {
        let (seconds, hours) = (seen(seed, 1_000), seen(seed, 3_600_000));
        let up = |ms: u64| ms.next_multiple_of(3_600_000);
        let expected: Vec<_> = seconds.iter().map(|&(ms, there)| (up(ms), there)).collect();
        assert_eq!(hours, expected, "{seed}");
    }
}

#[test]
fn whoever_changes_the_car_keeps_it_until_the_next_coming_or_going() {
    let of_commuter = |seed: &u64| core::ptr::eq(habits(*seed).custom(), &COMMUTES);
    let seed = (0..SEEDS).find(of_commuter).expect("there are some");
    let stay = habits(seed).stay(at_ms(1, 3));
    let mut sim = sim(stay.from_ms + 1_000);
    let mut comings = Comings::new(habits(seed));
    let at = |sim: &mut Sim, comings: &mut Comings, utc_ms: i64| {
        sim.set_utc(utc_ms);
        comings.act(sim);
        sim.car().is_plugged()
    };
    assert!(at(&mut sim, &mut comings, stay.from_ms + 1_000));
    sim.unplug();
    assert!(!at(&mut sim, &mut comings, stay.until_ms - 1_000));
    assert!(!at(&mut sim, &mut comings, stay.until_ms));
    // Another one stands there when the owner comes: it goes first.
    let next = habits(seed).stay(stay.until_ms);
    sim.plug();
    assert!(at(&mut sim, &mut comings, next.from_ms - 1_000));
    assert!(!at(&mut sim, &mut comings, next.from_ms));
    assert!(at(&mut sim, &mut comings, next.from_ms + 1_000));
    assert_eq!(sim.car().config().phases, next.car.phases);
    assert!(!at(&mut sim, &mut comings, next.until_ms));
}
