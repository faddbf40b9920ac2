//! States that nobody can provoke on a wall: what clients see of them, over HTTP.

mod support;

use std::time::Duration;

use serde_json::json;
use support::{Answer, Charger, Options, SOON, request};

/// Minutes of the charger's time at 60 times real speed.
const PATIENCE: Duration = Duration::from_secs(15);

fn start(speed: &str) -> Charger {
    Options::args(&["--garage", "127.0.0.1:0", "--speed", speed]).start()
}

fn order(charger: &Charger, query: &str) -> Answer {
    let garage = charger.garage.expect("it was asked for");
    request(garage, "GET", &format!("/?{query}"))
}

fn do_it(charger: &Charger, query: &str) {
    let answer = order(charger, query);
    assert_eq!(answer.status, 200, "{query}: {}", answer.body);
}

#[test]
fn a_residual_current_stays_a_fault_until_the_car_is_unplugged() {
    let charger = start("60");
    charger.wait_for("car", PATIENCE, |value| value == 2);
    do_it(&charger, "residual=dc");
    charger.wait_for("err", PATIENCE, |value| value == 2);
    charger.wait_for("car", PATIENCE, |value| value == 5);
    charger.wait_for("nrg", PATIENCE, |value| value[11] == 0);
    do_it(&charger, "residual=none");
    let later = charger.value("rbt").as_u64().expect("ms") + 5_000;
    charger.wait_for("rbt", PATIENCE, |value| value.as_u64() > Some(later));
    assert_eq!(charger.value("err"), json!(2));
    do_it(&charger, "car=absent");
    charger.wait_for("err", PATIENCE, |value| value == 0);
    charger.wait_for("car", PATIENCE, |value| value == 1);
    do_it(&charger, "car=plugged");
    charger.wait_for("car", PATIENCE, |value| value == 2);
}

#[test]
fn a_missing_earth_and_a_missing_phase_end_with_their_cause() {
    let charger = start("60");
    for (lost, found, number) in [
        ("earth=missing", "earth=present", 8),
        ("l1=dead", "l1=live", 3),
    ] {
        do_it(&charger, lost);
        charger.wait_for("err", PATIENCE, |value| value == number);
        do_it(&charger, found);
        charger.wait_for("err", PATIENCE, |value| value == 0);
    }
}

#[test]
fn a_card_lets_its_owner_charge() {
    let charger = start("60");
    assert_eq!(charger.set("acs", "1").status, 200);
    charger.wait_for("alw", PATIENCE, |value| value == false);
    assert_eq!(charger.set("c0i", r#""04a1b2c3""#).status, 200);
    do_it(&charger, "card=0badcafe");
    do_it(&charger, "card=04a1b2c3");
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
    do_it(&charger, "wifi-off=visitors");
    charger.wait_for("rssi", PATIENCE, |value| value.is_null());
    do_it(&charger, "wifi-on=visitors");
    charger.wait_for("rssi", PATIENCE, |value| value.is_number());
}

#[test]
fn flash_that_fails_is_told_of_and_the_charger_goes_on() {
    let charger = start("1");
    do_it(&charger, "flash=failing");
    assert_eq!(charger.set("dwo", "1234").status, 200);
    charger.wait_for_log("could not be stored");
    assert_eq!(charger.value("dwo"), json!(1234));
    // Once it works again, what waits is stored: the next start finds it.
    do_it(&charger, "flash=whole");
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
fn an_order_that_cannot_be_is_answered_with_those_that_can() {
    let charger = start("60");
    charger.wait_for("car", PATIENCE, |value| value == 2);
    let answer = order(&charger, "car=absent&tyre=flat");
    assert_eq!(answer.status, 400);
    assert!(
        answer.body.contains("car=plugged|absent"),
        "{}",
        answer.body
    );
    // Nothing of it was done, or it would be seen a second later.
    let later = charger.value("rbt").as_u64().expect("ms") + 5_000;
    charger.wait_for("rbt", PATIENCE, |value| value.as_u64() > Some(later));
    assert_eq!(charger.value("car"), json!(2));
    let garage = charger.garage.expect("it was asked for");
    let page = request(garage, "GET", "/");
    assert_eq!(page.status, 200);
    assert!(
        page.body.contains(r#"name="car" value="absent""#),
        "{}",
        page.body
    );
    assert_eq!(request(garage, "POST", "/").status, 405);
    assert_eq!(request(garage, "GET", "/api/status").status, 404);
}
