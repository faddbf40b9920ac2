//! Each invariant fails on a fault that is planted around the firmware, and holds without
//! it; and the same seed gives the same day.

#![allow(clippy::unwrap_used, reason = "tests")]

use goe_world::Plant;
use goe_world::life::{Act, Event, Invariant, Trace, draw, live, shrink};
use goe_world::net::Port;

fn events(acts: Vec<(u64, Act)>) -> Vec<Event> {
    let numbered = acts.into_iter().enumerate();
    let events = numbered.map(|(number, (second, act))| Event {
        number,
        at_ms: second * 1_000,
        act,
    });
    events.collect()
}

fn set(key: &'static str, json: &str) -> Act {
    Act::Set {
        key,
        json: json.to_owned(),
        by: Port::Http,
    }
}

fn garage(now: &'static str) -> Act {
    Act::Garage {
        now,
        then: "",
        for_ms: 0,
    }
}

const COMES: &str = r#"{"car":{"plugged":true,"room_wh":60000}}"#;

/// Lives it without the fault, then with it.
fn finds(plant: Plant, invariant: Invariant, until_s: u64, acts: Vec<(u64, Act)>) {
    let events = events(acts);
    let whole = live(3, &events, until_s * 1_000, None, &Trace::new(None));
    assert!(
        whole.is_ok(),
        "without a planted fault: {}",
        whole.unwrap_err()
    );
    let planted = live(3, &events, until_s * 1_000, Some(plant), &Trace::new(None));
    let violation = planted.unwrap_err();
    assert_eq!(violation.invariant, invariant, "{violation}");
}

#[test]
fn a_setting_that_is_not_stored() {
    let cut = Act::CutPower { for_ms: 5_000 };
    let acts = vec![(10, set("amp", "10")), (20, cut)];
    finds(Plant::StoresNothing, Invariant::Settings, 60, acts);
}

#[test]
fn a_contactor_that_is_closed_on_a_fault() {
    let acts = vec![(5, garage(COMES)), (60, garage(r#"{"residual":"ac"}"#))];
    finds(Plant::ClosesAlways, Invariant::Contactor, 120, acts);
}

#[test]
fn a_contactor_that_is_closed_as_before_the_power_cut() {
    let cut = Act::CutPower { for_ms: 30_000 };
    let mut acts = vec![(5, garage(COMES)), (60, cut)];
    let stays = live(
        3,
        &events(acts.clone()),
        180_000,
        Some(Plant::ResumesBlindly),
        &Trace::new(None),
    );
    assert!(stays.is_ok(), "it may be closed: {}", stays.unwrap_err());
    // It leaves in the dark.
    acts.push((75, garage(r#"{"car":{"plugged":false}}"#)));
    finds(Plant::ResumesBlindly, Invariant::Contactor, 180, acts);
}

#[test]
fn phases_that_must_not_be_there() {
    let acts = vec![(5, garage(COMES)), (60, set("psm", "1"))];
    finds(Plant::ThreePhasesAlways, Invariant::Phases, 300, acts);
}

#[test]
fn an_answer_that_comes_late() {
    finds(Plant::AnswersLate, Invariant::Answers, 60, Vec::new());
}

#[test]
fn a_client_that_has_said_all_and_is_not_answered() {
    finds(Plant::DropsFinished, Invariant::Answers, 60, Vec::new());
}

#[test]
fn a_secret_in_the_log() {
    let wifis = r#"[{},{"ssid":"garage","key":"Xyzzy nobody knows"}]"#;
    finds(
        Plant::LogsSecrets,
        Invariant::Secrets,
        60,
        vec![(10, set("wifis", wifis))],
    );
}

#[test]
fn a_message_that_is_lost() {
    let leaves = garage(r#"{"car":{"plugged":false}}"#);
    let acts = vec![(5, garage(COMES)), (100, leaves)];
    finds(Plant::LosesMessages, Invariant::Retained, 600, acts);
}

#[test]
fn energy_that_is_not_counted() {
    finds(
        Plant::CountsLess,
        Invariant::Energy,
        300,
        vec![(5, garage(COMES))],
    );
}

#[test]
fn a_task_that_never_waits() {
    finds(Plant::Spins, Invariant::Progress, 30, Vec::new());
}

#[test]
fn a_task_that_waits_for_ever() {
    finds(Plant::Hangs, Invariant::Progress, 180, Vec::new());
}

#[test]
fn the_same_seed_gives_the_same_trace() {
    let traced = |seed| {
        let trace = Trace::new(None);
        let lived = live(seed, &draw(seed), 900_000, None, &trace);
        assert!(lived.is_ok(), "{}", lived.unwrap_err());
        trace.number()
    };
    assert_eq!(traced(5), traced(5));
    assert_ne!(traced(5), traced(6));
}

#[test]
fn a_day_that_fails_is_cut_down() {
    let mut acts: Vec<_> = (1..20).map(|step| (step * 7, set("lbr", "100"))).collect();
    acts.push((10, set("amp", "10")));
    acts.push((150, Act::CutPower { for_ms: 2_000 }));
    acts.sort_by_key(|&(second, _)| second);
    let events = events(acts);
    let plant = Some(Plant::StoresNothing);
    let violation = live(3, &events, 200_000, plant, &Trace::new(None)).unwrap_err();
    let short = shrink(3, &events, (*violation).clone(), plant);
    assert!(short.events.len() <= 1, "{:?}", short.events);
    assert_eq!(short.violation.invariant, violation.invariant);
}
