//! Days that failed once, cut down to what they needed: each holds.

#![allow(clippy::unwrap_used, reason = "tests")]

use goe_world::life::{Act, Event, Trace, live};

/// A car comes, then these happen, at these times in ms.
fn holds(acts: Vec<(u64, Act)>, until_ms: u64) {
    let comes = garage(r#"{"car":{"plugged":true,"room_wh":60000}}"#, "", 0);
    let acts = [(5_000, comes)].into_iter().chain(acts);
    let events = acts
        .enumerate()
        .map(|(number, (at_ms, act))| Event { number, at_ms, act });
    let events: Vec<_> = events.collect();
    let lived = live(7, &events, until_ms, None, &Trace::new(None));
    assert!(lived.is_ok(), "{}", lived.unwrap_err());
}

fn garage(now: &'static str, then: &'static str, for_ms: u64) -> Act {
    Act::Garage { now, then, for_ms }
}

/// Seed 7, day 36. A contactor that is freed is closed for as long as it takes to open,
/// and the car may have gone long before.
#[test]
fn a_welded_contactor_is_freed_when_the_car_is_gone() {
    let (welded, free) = (r#"{"contactor":"welded"}"#, r#"{"contactor":"free"}"#);
    let acts = vec![
        (60_140, garage(welded, free, 40_000)),
        (70_000, garage(r#"{"car":{"plugged":false}}"#, "", 0)),
    ];
    holds(acts, 130_000);
}

/// Seed 7, days 66 and 11. The power goes when flash has just come back, for a moment or
/// for long: what was counted meanwhile is not there yet.
#[test]
fn the_power_goes_when_flash_has_just_come_back() {
    for for_ms in [500, 30_000] {
        let acts = vec![
            (20_000, Act::FailFlash { for_ms: 220_000 }),
            (243_000, Act::CutPower { for_ms }),
        ];
        holds(acts, 280_000);
    }
}
