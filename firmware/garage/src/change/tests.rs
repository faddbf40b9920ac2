//! What changes and what is refused, at a simulator of the test's own.

use goe_firmware::board::{AdapterSense, Protection};
use goe_host::Speed;
use goe_sim::{House, Sim, SimConfig};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::values::DayPrices;

/// What is acted on, without a server.
struct Desk {
    sim: Sim,
    house: House,
    prices: Option<DayPrices>,
    flash_fails: bool,
    speed: Speed,
}

impl Desk {
    fn new() -> Self {
        Desk {
            sim: Sim::new(&SimConfig::default()),
            house: House::new(1),
            prices: None,
            flash_fails: false,
            speed: Speed::new(1),
        }
    }

    fn state(&self) -> State {
        State::of(
            &self.sim,
            &self.house.config(),
            self.prices.as_ref(),
            self.flash_fails,
            &self.speed,
        )
    }

    fn json(&self) -> Value {
        serde_json::to_value(self.state()).expect("it is JSON")
    }

    fn change(&mut self, body: &str) -> Result<Vec<String>, String> {
        let before = self.state();
        let change = read(&before, body.as_bytes())?;
        let told = change.told();
        change.after.act_on(&mut self.sim, &before, change.refills);
        self.house.set_config(change.after.house_config());
        self.prices = change.after.prices().cloned();
        self.flash_fails = change.after.flash_fails();
        change.after.pace(&before, &self.speed);
        Ok(told)
    }
}

#[test]
fn a_part_of_the_state_changes_that_part() {
    let mut desk = Desk::new();
    for (body, pointer, value) in [
        (r#"{"car":"absent"}"#, "/car/plugged", json!(false)),
        (r#"{"car":{"phases":1}}"#, "/car/plugged", json!(true)),
        (
            r#"{"car":{"plugged":false,"max_a":20}}"#,
            "/car/max_a",
            json!(20),
        ),
        (r#"{"car":"plugged"}"#, "/car/phases", json!(1)),
        (r#"{"car":"sleepy"}"#, "/car/sleeps_after_s", json!(300)),
        (
            r#"{"car":{"kind":"late","max_a":10}}"#,
            "/car/sleeps_after_s",
            json!(null),
        ),
        (
            r#"{"car":{"pauses":true}}"#,
            "/car/answers_after_s",
            json!(20),
        ),
        (r#"{"adapter":true}"#, "/adapter", json!(true)),
        (r#"{"input":true}"#, "/input", json!(true)),
        (r#"{"button":"pressed"}"#, "/button", json!(null)),
        (r#"{"button":"held"}"#, "/input", json!(true)),
        (r#"{"residual":"dc"}"#, "/residual", json!("dc")),
        (r#"{"earth":"missing"}"#, "/residual", json!("dc")),
        (
            r#"{"residual":"none","l2":"dead"}"#,
            "/earth",
            json!("missing"),
        ),
        (r#"{"contactor":"welded"}"#, "/l2", json!("dead")),
        (r#"{"lock":"stuck"}"#, "/contactor", json!("welded")),
        (r#"{"air_c":-35.5}"#, "/air_c", json!(-35.5)),
        (r#"{"wifi":{"home":false}}"#, "/wifi/home", json!(false)),
        (r#"{"wifi":{"garage":false}}"#, "/wifi/home", json!(false)),
        (r#"{"flash":"failing"}"#, "/flash", json!("failing")),
        (r#"{"sun":{"peak_w":8000}}"#, "/sun/clouds", json!(true)),
        (r#"{"sun":{"clouds":false}}"#, "/sun/peak_w", json!(8000)),
        (r#"{"prices":[30,-1.5]}"#, "/prices/1", json!(-1.5)),
        (r#"{"prices":null}"#, "/prices", json!(null)),
        (
            r#"{"sun":null,"house":{"base_w":400}}"#,
            "/sun",
            json!(null),
        ),
        (
            r#"{"battery":{"capacity_wh":5000,"max_w":2000}}"#,
            "/house/base_w",
            json!(400),
        ),
        (r#"{"noon_utc_h":9,"speed":60}"#, "/speed", json!(60)),
        (r#"{"advance_s":600}"#, "/advance_s", json!(600)),
        (r#"{"air_c":21}"#, "/advance_s", json!(600)),
        (r#"{"advance_s":0}"#, "/advance_s", json!(0)),
        (r#"{"card":"04A1"}"#, "/card", json!(null)),
        ("{}", "/noon_utc_h", json!(9)),
    ] {
        desk.change(body)
            .unwrap_or_else(|why| panic!("{body}: {why}"));
        assert_eq!(desk.json().pointer(pointer), Some(&value), "{body}");
    }
    assert!(desk.sim.adapter_used() && desk.sim.protection().earth_missing);
    assert_eq!(desk.sim.dead_phases(), [false, true, false]);
}

#[test]
fn members_that_change_nothing() {
    let mut desk = Desk::new();
    desk.change(r#"{"car":{"room_wh":9000}}"#)
        .expect("it comes");
    for (body, idle) in [
        // It has its room anew.
        (r#"{"car":{"room_wh":9000}}"#, &[] as &[&str]),
        (r#"{"car":"plugged"}"#, &["car"]),
        (r#"{"car":"absent"}"#, &[]),
        (r#"{"wifi":{"home":true},"l1":"dead"}"#, &["wifi"]),
        (r#"{"wifi":{"home":false},"l1":"live"}"#, &["l1"]),
        (r#"{"card":"04A1B2C3","button":"pressed"}"#, &[]),
        (r#"{"card":null}"#, &["card"]),
        (r#"{"sun":null,"house":{"base_w":300}}"#, &["sun"]),
        (r#"{"tyre":"flat"}"#, &[]),
        ("", &[]),
    ] {
        assert_eq!(super::idle(&desk.state(), body.as_bytes()), idle, "{body}");
    }
}

#[test]
fn what_cannot_be_is_answered_with_its_path_and_what_can() {
    let mut desk = Desk::new();
    let before = desk.state();
    for (body, told) in [
        ("", "send some of what GET answers"),
        ("[]", "send some of what GET answers"),
        (r#"{"tyre":"flat"}"#, "tyre"),
        (
            r#"{"tyre":"flat"}"#,
            "expected one of `car`, `card`, `adapter`",
        ),
        (r#"{"car":{"wheels":4}}"#, "car.wheels"),
        (r#"{"car":{"wheels":4}}"#, "`max_a`"),
        (
            r#"{"car":"flies"}"#,
            r#"car: expected "absent", "plugged", "three-phase", "one-phase""#,
        ),
        (
            r#"{"car":{"kind":7}}"#,
            r#"car.kind: expected "three-phase""#,
        ),
        (r#"{"car":null}"#, "car: expected"),
        (r#"{"car":{"max_a":40}}"#, "car.max_a: "),
        (r#"{"car":{"max_a":40}}"#, "a whole number from 6 to 32"),
        (r#"{"car":{"max_a":-1}}"#, "a whole number from 6 to 32"),
        (r#"{"car":{"max_a":16.5}}"#, "a whole number from 6 to 32"),
        (r#"{"car":{"phases":"one"}}"#, "car.phases: "),
        (r#"{"car":{"phases":"one"}}"#, "a whole number from 1 to 3"),
        (
            r#"{"car":{"sleeps_after_s":true}}"#,
            "a whole number from 0 to 86400",
        ),
        (r#"{"car":{"pauses":1}}"#, "car.pauses: "),
        (r#"{"car":{"room_wh":0,"full":false}}"#, "car.full: "),
        (r#"{"residual":"gas"}"#, "`none` or `ac` or `dc`"),
        (r#"{"residual":true}"#, "`none` or `ac` or `dc`"),
        (r#"{"l3":"gone"}"#, "l3: "),
        (r#"{"air_c":200}"#, "-40 to 120"),
        (
            r#"{"air_c":"warm"}"#,
            "air_c: expected a temperature from -40 to 120",
        ),
        (r#"{"card":4}"#, "card: expected null or the 1 to 10 bytes"),
        (r#"{"card":"4"}"#, "04a1b2c3"),
        (r#"{"card":"é4"}"#, "04a1b2c3"),
        (r#"{"card":"0011223344556677889900"}"#, "1 to 10 bytes"),
        (r#"{"wifi":{"nowhere":false}}"#, "home, garage, visitors"),
        (r#"{"wifi":{"home":"off"}}"#, "wifi.home: "),
        (r#"{"sun":8000}"#, r#"{"peak_w":8000}"#),
        (r#"{"sun":{}}"#, "peak_w"),
        (r#"{"prices":[]}"#, "prices of a day"),
        (r#"{"prices":[1,2,3,4,5,6,7]}"#, "prices of a day"),
        (r#"{"prices":30}"#, "prices of a day"),
        (r#"{"prices":["30"]}"#, "prices of a day"),
        (r#"{"house":{"base_w":-1}}"#, "house.base_w: "),
        (r#"{"speed":0}"#, "a whole number from 1 to 10000"),
        (r#"{"speed":null}"#, "speed: "),
        (r#"{"advance_s":604801}"#, "a whole number from 0 to 604800"),
        (r#"{"advance_s":-1}"#, "advance_s: "),
        // The first of these could be.
        (r#"{"car":"absent","earth":"flat"}"#, "earth: "),
    ] {
        let why = desk.change(body).expect_err(body);
        assert!(why.contains(told) && why.ends_with('\n'), "{body}: {why}");
        assert_eq!(desk.state(), before, "{body}");
    }
}

#[test]
fn a_car_is_full_until_it_has_room_anew() {
    let mut desk = Desk::new();
    for (body, full) in [
        (r#"{"car":"full"}"#, true),
        (r#"{"car":{"phases":1}}"#, true),
        (r#"{"car":{"room_wh":500}}"#, false),
        (r#"{"car":{"full":true}}"#, true),
        // As large as before, and said again.
        (r#"{"car":{"room_wh":500}}"#, false),
        (r#"{"car":{"full":true}}"#, true),
        (r#"{"car":"absent"}"#, true),
        (r#"{"car":"plugged"}"#, false),
        (r#"{"car":{"full":true,"room_wh":500}}"#, true),
        (r#"{"car":{"full":false}}"#, false),
        (r#"{"car":{"room_wh":0}}"#, true),
    ] {
        desk.change(body).expect(body);
        assert_eq!(desk.state().car.full, full, "{body}");
        assert_eq!(desk.sim.car().is_full(), full, "{body}");
    }
}

#[test]
fn the_log_has_what_changed_and_no_card() {
    let mut desk = Desk::new();
    let body = r#"{"car":{"phases":1,"max_a":16},"earth":"missing","card":"04a1b2c3"}"#;
    let told = desk.change(body).expect("can be");
    let expected = [
        "car.phases is 1",
        "earth is \"missing\"",
        "a card is held to the reader",
    ];
    assert_eq!(told, expected);
    assert_eq!(desk.change(r#"{"earth":"missing"}"#), Ok(Vec::new()));
}

/// Any change that can be made, from few of each member.
fn changes() -> impl Strategy<Value = Value> {
    let kinds = prop::sample::select(CarConfig::KINDS.map(|(name, _)| name).to_vec());
    let car = prop_oneof![
        Just(json!("absent")),
        Just(json!("plugged")),
        kinds.prop_map(|name| json!(name)),
        (1..=3, 6..=32, 1..=63, 0..5_000, any::<bool>()).prop_map(
            |(phases, max_a, cable_a, room_wh, pauses)| json!({
                "phases": phases, "max_a": max_a, "cable_a": cable_a, "room_wh": room_wh,
                "pauses": pauses, "plugged": pauses != (max_a > 16),
            })
        ),
        (0..90, 0..90, prop::option::of(0..900), 1..=9).prop_map(
            |(wakes, answers, sleeps, offers)| json!({
                "wakes_after_s": wakes, "answers_after_s": answers,
                "sleeps_after_s": sleeps, "wakes_at_offer": offers,
            })
        ),
    ];
    let word = |words: &'static [&'static str]| prop::sample::select(words);
    prop_oneof![
        car.prop_map(|car| json!({ "car": car })),
        word(&["none", "ac", "dc"]).prop_map(|word| json!({ "residual": word })),
        word(&["present", "missing"]).prop_map(|word| json!({ "earth": word })),
        word(&["live", "dead"]).prop_map(|word| json!({ "l1": word, "l3": word })),
        word(&["free", "welded"]).prop_map(|word| json!({ "contactor": word })),
        word(&["free", "stuck"]).prop_map(|word| json!({ "lock": word })),
        word(&["whole", "failing"]).prop_map(|word| json!({ "flash": word })),
        (-40_000..=120_000).prop_map(|mc| json!({ "air_c": f64::from(mc) / 1_000.0 })),
        any::<(bool, bool)>().prop_map(|(home, garage)| json!({
            "wifi": { "home": home, "garage": garage }, "adapter": garage,
        })),
        prop::option::of((1..20_000, any::<bool>())).prop_map(|sun| json!({
            "sun": sun.map(|(peak_w, clouds)| json!({ "peak_w": peak_w, "clouds": clouds })),
        })),
        prop::option::of(0..5_000).prop_map(|base_w| json!({
            "house": base_w.map(|base_w| json!({ "base_w": base_w })),
        })),
        prop::option::of((1..50_000, 1..9_000)).prop_map(|battery| json!({
            "battery": battery.map(|(capacity_wh, max_w)| {
                json!({ "capacity_wh": capacity_wh, "max_w": max_w })
            }),
        })),
        prop::option::of((prop::sample::select(&[1_usize, 24, 96][..]), -50..500)).prop_map(
            |prices| json!({
                "prices": prices.map(|(many, ct)| vec![f64::from(ct) / 4.0; many]),
            })
        ),
        (0..24, 1..10_000).prop_map(|(noon, speed)| json!({ "noon_utc_h": noon, "speed": speed })),
    ]
}

proptest! {
    #[test]
    fn what_is_told_can_be_sent_back_and_changes_nothing(
        changes in prop::collection::vec((changes(), 0..20_u64), 1..12)
    ) {
        let mut desk = Desk::new();
        let mut now_ms = 0;
        for (change, seconds) in changes {
            now_ms += seconds * 1_000;
            desk.sim.advance(now_ms);
            desk.change(&change.to_string()).map_err(TestCaseError::fail)?;
            // Whatever was asked for is there now.
            if let Some(asked) = change.as_object() {
                let is = desk.json();
                for (name, value) in asked.iter().filter(|(name, _)| *name != "car") {
                    if value.is_object() {
                        continue;
                    }
                    prop_assert_eq!(&is[name], value);
                }
            }
            let (before, sim, house) = (desk.state(), desk.sim.clone(), desk.house.clone());
            prop_assert_eq!(desk.change(&before.json()), Ok(Vec::new()));
            prop_assert_eq!(&desk.state(), &before);
            // Not even what is not told: how full the car is, and where the bolt is.
            prop_assert_eq!(format!("{:?}", desk.sim), format!("{sim:?}"));
            prop_assert_eq!(format!("{:?}", desk.house), format!("{house:?}"));
        }
    }
}
