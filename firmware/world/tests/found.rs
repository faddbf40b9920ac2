//! Days in which something did not hold, cut down; it was mended since.

use goe_nor::Tear;
use goe_world::life::{Act, Event, Trace, live, seed_of};
use goe_world::net::Port;

/// Lives a day of which these events are left.
fn holds(seed: u64, until_s: u64, acts: Vec<(u64, Act)>) {
    let numbered = acts.into_iter().enumerate();
    let events: Vec<Event> = numbered
        .map(|(number, (at_ms, act))| Event { number, at_ms, act })
        .collect();
    if let Err(violation) = live(seed, &events, until_s * 1_000, None, &Trace::new(None)) {
        panic!("{violation}");
    }
}

/// Seed 3, day 1: the write of 100 Wh and a step's more was torn, so that a power cut took
/// 102 Wh where the charger promises 100 at most.
#[test]
fn a_power_cut_in_the_write_of_the_energy() {
    let comes = Act::Garage {
        now: r#"{"car":{"plugged":true,"room_wh":60000}}"#,
        then: "",
        for_ms: 0,
    };
    let sets = Act::Set {
        key: "trx",
        json: "3".to_owned(),
        by: Port::Mqtt,
    };
    let tears = Act::TearWrite {
        after: 2,
        tear: Tear::Back,
        for_ms: 484_504,
    };
    let acts = vec![
        (837_442, comes),
        (4_523_199, Act::CutPower { for_ms: 412_835 }),
        (6_798_914, sets),
        (7_385_683, tears),
    ];
    holds(seed_of(3, 1), 7_932, acts);
}
