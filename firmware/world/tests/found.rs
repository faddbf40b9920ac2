//! Days that failed once, cut down to what they needed: each holds.

#![allow(clippy::unwrap_used, reason = "tests")]

use goe_world::life::{Act, Event, Trace, live};

/// Seed 7, day 36. A contactor that is freed is closed for as long as it takes to open,
/// and the car may have gone long before.
#[test]
fn a_welded_contactor_is_freed_when_the_car_is_gone() {
    let garage = |number, at_ms, now, then, for_ms| Event {
        number,
        at_ms,
        act: Act::Garage { now, then, for_ms },
    };
    let events = [
        garage(
            0,
            5_000,
            r#"{"car":{"plugged":true,"room_wh":60000}}"#,
            "",
            0,
        ),
        garage(
            1,
            60_140,
            r#"{"contactor":"welded"}"#,
            r#"{"contactor":"free"}"#,
            40_000,
        ),
        garage(2, 70_000, r#"{"car":{"plugged":false}}"#, "", 0),
    ];
    let lived = live(7, &events, 130_000, None, &Trace::new(None));
    assert!(lived.is_ok(), "{}", lived.unwrap_err());
}

/// Seed 7, day 66. The power goes some seconds after flash works again: what was counted
/// meanwhile is not there yet.
#[test]
fn the_power_goes_when_flash_has_just_come_back() {
    let events = [
        Event {
            number: 0,
            at_ms: 5_000,
            act: Act::Garage {
                now: r#"{"car":{"plugged":true,"room_wh":60000}}"#,
                then: "",
                for_ms: 0,
            },
        },
        Event {
            number: 1,
            at_ms: 20_000,
            act: Act::FailFlash { for_ms: 220_000 },
        },
        Event {
            number: 2,
            at_ms: 243_000,
            act: Act::CutPower { for_ms: 500 },
        },
    ];
    let lived = live(7, &events, 260_000, None, &Trace::new(None));
    assert!(lived.is_ok(), "{}", lived.unwrap_err());
}
