//! States that nobody can provoke on a wall: what clients see of them, over HTTP.

mod support;

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use support::{Charger, Options, SOON};

/// Minutes of the charger's time at 60 times real speed.
const PATIENCE: Duration = Duration::from_secs(15);

fn start(speed: &str) -> Charger {
    Options::args(&["--speed", speed]).start()
}

/// Changes something; gives the state after it.
fn change(charger: &Charger, change: &str) -> Value {
    let answer = charger.garage(change);
    assert_eq!(answer.status, 200, "{change}: {}", answer.body);
    answer.json()
}

#[test]
fn a_residual_current_stays_a_fault_until_the_car_is_unplugged() {
    let charger = start("60");
    charger.wait_for("car", PATIENCE, |value| value == 2);
    change(&charger, r#"{"residual":"dc"}"#);
    charger.wait_for("err", PATIENCE, |value| value == 2);
    charger.wait_for("car", PATIENCE, |value| value == 5);
    charger.wait_for("nrg", PATIENCE, |value| value[11] == 0);
    change(&charger, r#"{"residual":"none"}"#);
    charger.wait_for_seconds(5);
    assert_eq!(charger.value("err"), json!(2));
    change(&charger, r#"{"car":"absent"}"#);
    charger.wait_for("err", PATIENCE, |value| value == 0);
    charger.wait_for("car", PATIENCE, |value| value == 1);
    change(&charger, r#"{"car":"plugged"}"#);
    charger.wait_for("car", PATIENCE, |value| value == 2);
}

#[test]
fn a_missing_earth_and_a_missing_phase_end_with_their_cause() {
    let charger = start("60");
    for (lost, found, number) in [
        (r#"{"earth":"missing"}"#, r#"{"earth":"present"}"#, 8),
        (r#"{"l1":"dead"}"#, r#"{"l1":"live"}"#, 3),
    ] {
        change(&charger, lost);
        charger.wait_for("err", PATIENCE, |value| value == number);
        change(&charger, found);
        charger.wait_for("err", PATIENCE, |value| value == 0);
    }
}

#[test]
fn a_card_lets_its_owner_charge() {
    let charger = start("60");
    assert_eq!(charger.set("acs", "1").status, 200);
    charger.wait_for("alw", PATIENCE, |value| value == false);
    assert_eq!(charger.set("c0i", r#""04a1b2c3""#).status, 200);
    change(&charger, r#"{"card":"0badcafe"}"#);
    change(&charger, r#"{"card":"04a1b2c3"}"#);
    charger.wait_for("trx", PATIENCE, |value| value == 1);
    charger.wait_for("alw", PATIENCE, |value| value == true);
    let log = charger.log();
    assert!(!log.contains("04a1b2c3"), "{log}");
}

#[test]
fn the_wifi_goes_and_comes_back() {
    let charger = start("60");
    let wifis = r#"[{"ssid":"visitors","key":""}]"#;
    assert_eq!(charger.set("wifis", wifis).status, 200);
    charger.wait_for("rssi", PATIENCE, |value| value.is_number());
    change(&charger, r#"{"wifi":{"visitors":false}}"#);
    charger.wait_for("rssi", PATIENCE, |value| value.is_null());
    change(&charger, r#"{"wifi":{"visitors":true}}"#);
    charger.wait_for("rssi", PATIENCE, |value| value.is_number());
}

#[test]
fn flash_that_fails_is_told_of_and_the_charger_goes_on() {
    let charger = start("1");
    change(&charger, r#"{"flash":"failing"}"#);
    assert_eq!(charger.set("dwo", "1234").status, 200);
    charger.wait_for_log("could not be stored");
    assert_eq!(charger.value("dwo"), json!(1234));
    // Once it works again, what waits is stored: the next start finds it.
    change(&charger, r#"{"flash":"whole"}"#);
    let mut charger = charger;
    charger.wait_for("dwo", SOON, |value| value == 1234);
    charger.stop();
    let folder = charger.folder.take().expect("its own");
    let again = Options::default()
        .flash(&folder.path().join("flash"))
        .start();
    assert_eq!(again.value("dwo"), json!(1234));
}

#[test]
fn what_cannot_be_is_answered_with_what_can_and_nothing_of_it_is_done() {
    let charger = start("60");
    charger.wait_for("car", PATIENCE, |value| value == 2);
    let before = charger.json("/garage");
    for (body, told) in [
        (r#"{"car":"absent","tyre":"flat"}"#, "tyre: unknown field"),
        (r#"{"car":"absent","air_c":200}"#, "air_c: "),
        (r#"{"car":{"plugged":false,"max_a":99}}"#, "car.max_a: "),
        (r#"{"car":"absent""#, "the body is no JSON"),
        ("", "the body is no JSON"),
    ] {
        let answer = charger.garage(body);
        assert_eq!(answer.status, 400, "{body}");
        assert!(answer.body.contains(told), "{body}: {}", answer.body);
    }
    assert_eq!(charger.json("/garage"), before);
    // Or it would be seen a second later.
    charger.wait_for_seconds(5);
    assert_eq!(charger.value("car"), json!(2));
}

#[test]
fn what_is_told_can_be_sent_back_and_changes_nothing() {
    let charger = start("60");
    change(
        &charger,
        r#"{"car":{"room_wh":600,"phases":1},"air_c":-3.7,"sun":{"peak_w":5000}}"#,
    );
    charger.wait_for("car", PATIENCE, |value| value == 2);
    let told = charger.get("/garage").body;
    assert_eq!(charger.garage(&told).body, told);
    assert_eq!(charger.get("/garage").body, told);
    charger.wait_for_seconds(5);
    assert_eq!(charger.value("car"), json!(2));
}

/// Currents of the three phases, A.
fn currents(charger: &Charger) -> Vec<f64> {
    let nrg = charger.value("nrg");
    let at = |index: usize| nrg[index].as_f64().expect("a current");
    vec![at(4), at(5), at(6)]
}

#[test]
fn a_car_that_is_chosen_charges_as_it_does_until_it_is_full() {
    let charger = start("60");
    change(&charger, r#"{"car":"absent"}"#);
    charger.wait_for("car", PATIENCE, |value| value == 1);
    assert_eq!(charger.set("amp", "16").status, 200);
    let car = r#"{"car":{"phases":1,"max_a":10,"cable_a":20,"room_wh":500,"wakes_after_s":30}}"#;
    let state = change(&charger, car);
    assert_eq!(state["car"]["plugged"], true);
    let plugged_ms = charger.value("rbt").as_u64().expect("ms");
    // It is offered something, and takes its time.
    charger.wait_for("car", PATIENCE, |value| value == 2);
    let woken_ms = charger.value("rbt").as_u64().expect("ms");
    let woke_after_ms = woken_ms - plugged_ms;
    assert!((29_000..60_000).contains(&woke_after_ms), "{woke_after_ms}");
    assert_eq!(charger.value("cbl"), json!(20));
    charger.wait_for("pnp", PATIENCE, |value| value == 1);
    let [first, second, third] = currents(&charger)[..] else {
        panic!("three phases");
    };
    assert!((6.0..=10.0).contains(&first) && second == 0.0 && third == 0.0);
    // Some twenty minutes.
    change(&charger, r#"{"speed":600}"#);
    charger.wait_for("car", PATIENCE, |value| value == 4);
    let wh = charger.value("wh").as_f64().expect("an energy");
    assert!((495.0..505.0).contains(&wh), "{wh}");
    assert_eq!(charger.json("/garage")["car"]["full"], true);
    // It has room again, and goes on.
    change(&charger, r#"{"car":{"room_wh":500}}"#);
    charger.wait_for("car", PATIENCE, |value| value == 2);
}

#[test]
fn a_car_pauses_by_itself_and_one_that_slept_wants_a_new_offer() {
    let charger = start("60");
    charger.wait_for("car", PATIENCE, |value| value == 2);
    let car = r#"{"car":{"pauses":true,"pauses_every_s":60,"pauses_for_s":120}}"#;
    change(&charger, car);
    charger.wait_for("car", PATIENCE, |value| value == 4);
    charger.wait_for("car", PATIENCE, |value| value == 2);
    change(
        &charger,
        r#"{"car":{"sleeps_after_s":30,"pauses_for_s":60}}"#,
    );
    charger.wait_for("car", PATIENCE, |value| value == 4);
    charger.wait_for_seconds(40);
    change(&charger, r#"{"car":{"pauses":false}}"#);
    // Long after the pause, nothing has happened.
    charger.wait_for_seconds(180);
    assert_eq!(charger.value("car"), json!(4));
    for (frc, car) in [("1", 4), ("0", 2)] {
        assert_eq!(charger.set("frc", frc).status, 200);
        charger.wait_for_seconds(5);
        charger.wait_for("car", PATIENCE, |value| value == car);
    }
}

#[test]
fn time_runs_as_fast_as_it_is_told_while_sockets_stay_in_real_time() {
    let charger = start("1");
    let since = |from: u64| charger.value("rbt").as_u64().expect("ms") - from;
    for speed in [600, 1, 60] {
        let state = change(&charger, &format!(r#"{{"speed":{speed}}}"#));
        assert_eq!(state["speed"], speed);
        let (from, started) = (since(0), Instant::now());
        charger.wait_for("rbt", PATIENCE, |now| {
            now.as_u64() >= Some(from + 2_000 * speed)
        });
        // A step is a second, and the answer takes its time, too.
        let took_ms = started.elapsed().as_millis();
        assert!((900..4_000).contains(&took_ms), "{speed}: {took_ms} ms");
    }
}

#[test]
fn time_passes_at_once_and_those_who_ask_meanwhile_are_answered() {
    let charger = start("1");
    let uptime_ms = || charger.value("rbt").as_u64().expect("ms");
    let (before, started) = (uptime_ms(), Instant::now());
    let mut left = 7_200;
    change(&charger, &format!(r#"{{"advance_s":{left}}}"#));
    let mut turns = 0;
    while left > 0 {
        let now = charger.garage("{}").json()["advance_s"].clone();
        let now = now.as_u64().expect("a number");
        turns += u32::from(now < left);
        left = now;
        assert!(started.elapsed() < PATIENCE * 4, "{left} s are left");
    }
    let passed_ms = uptime_ms() - before;
    let own_ms = u64::try_from(started.elapsed().as_millis()).expect("not long");
    assert!(
        (7_199_000..=7_201_000 + own_ms).contains(&passed_ms),
        "{passed_ms}"
    );
    assert!(turns > 10, "seen {turns} times");
    // It goes on as it did before, and what is left can be taken back.
    charger.wait_for_seconds(2);
    change(&charger, r#"{"advance_s":604800}"#);
    assert_eq!(change(&charger, r#"{"advance_s":0}"#)["advance_s"], 0);
    let before = uptime_ms();
    charger.wait_for_seconds(1);
    assert!(uptime_ms() - before < 60_000);
}

#[test]
fn sun_and_house_are_told_as_by_an_energy_manager() {
    let charger = start("60");
    charger.wait_for("car", PATIENCE, |value| value == 2);
    assert_eq!(charger.value("ids"), json!(null));
    let hour = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .expect("after 1970");
    let hour = hour.as_secs() / 3_600 % 24;
    let house = format!(
        r#"{{"sun":{{"peak_w":8000,"clouds":false}},"house":{{"base_w":400}},"noon_utc_h":{hour}}}"#
    );
    change(&charger, &house);
    charger.wait_for("ids", PATIENCE, |ids| !ids.is_null());
    // The charger's power is that of its meter; the house takes 400 W or some more.
    charger.wait_for_seconds(20);
    let told = charger.json("/api/status?filter=ids,nrg,inva");
    let w = |member: &str| told["ids"][member].as_f64().expect("a power");
    let (grid_w, sun_w) = (w("pGrid"), w("pPv"));
    let car_w = told["nrg"][11].as_f64().expect("a power");
    assert_eq!(told["ids"]["pAkku"], json!(null));
    assert!((7_000.0..=8_000.0).contains(&sun_w), "{told}");
    let house_w = grid_w + sun_w - car_w;
    assert!((395.0..3_000.0).contains(&house_w), "{house_w}: {told}");
    assert!(told["inva"].as_u64().expect("ms") <= 6_000, "{told}");
    // With the surplus alone, the car takes what the house leaves.
    assert_eq!(charger.get("/api/set?lmo=4&fup=true").status, 200);
    charger.wait_for_seconds(120);
    let grid_w = charger.value("pgrid").as_f64().expect("a power");
    assert!((-1_000.0..3_000.0).contains(&grid_w), "{grid_w}");
    // It is over when nothing is measured any more.
    change(&charger, r#"{"sun":null,"house":null}"#);
    charger.wait_for("ids", PATIENCE, Value::is_null);
}

#[test]
fn prices_are_told_as_by_a_service_and_a_car_waits_for_low_ones() {
    let charger = start("60");
    charger.wait_for("car", PATIENCE, |value| value == 2);
    assert_eq!(charger.value("awcp"), json!(null));
    for (key, value) in [("lmo", "4"), ("awe", "true"), ("awp", "10.5")] {
        assert_eq!(charger.set(key, value).status, 200, "{key}");
    }
    charger.wait_for("modelStatus", PATIENCE, |value| value == 16);
    // The same all day.
    change(&charger, r#"{"prices":[14.192]}"#);
    charger.wait_for("modelStatus", PATIENCE, |value| value == 17);
    let price = charger.value("awcp");
    assert_eq!(price["marketprice"], json!(14.19200039));
    let held_s = price["end"].as_i64().zip(price["start"].as_i64());
    assert_eq!(held_s.map(|(end, start)| end - start), Some(86_400));
    assert_eq!(charger.value("alw"), json!(false));
    let state = change(&charger, r#"{"prices":[10.5]}"#);
    assert_eq!(state["prices"], json!([10.5]));
    charger.wait_for("modelStatus", PATIENCE, |value| value == 7);
    assert_eq!(charger.value("alw"), json!(true));
}
