//! The car and the WiFi, at many times real speed.

mod support;

use std::time::Duration;

use serde_json::{Value, json};
use support::Options;

/// Minutes of the charger's time at 60 times real speed.
const PATIENCE: Duration = Duration::from_secs(15);

fn number(value: &Value) -> f64 {
    value
        .as_f64()
        .unwrap_or_else(|| panic!("{value} is no number"))
}

#[test]
fn a_car_charges_until_the_energy_limit() {
    let charger = Options::args(&["--speed", "60"]).start();
    charger.wait_for("tpa", PATIENCE, |value| number(value) > 1000.0);
    assert_eq!(charger.value("alw"), json!(true));
    assert_eq!(charger.value("rfb"), json!(1));
    let acu = number(&charger.value("acu"));
    assert!((6.0..=32.0).contains(&acu), "{acu}");
    let eto = number(&charger.value("eto"));
    charger.wait_for("eto", PATIENCE, |value| number(value) > eto);
    assert_eq!(charger.set("dwo", "400").status, 200);
    charger.wait_for("alw", PATIENCE, |value| value == &json!(false));
    charger.wait_for("rfb", PATIENCE, |value| value == &json!(0));
    charger.wait_for("nrg", PATIENCE, |value| number(&value[11]) == 0.0);
    // The average is one of charging, and stays.
    assert!(number(&charger.value("tpa")) > 1000.0);
    // It stopped in time: a step at 22 kW is 6 Wh.
    let stopped = number(&charger.value("eto"));
    assert!(stopped < 420.0, "{stopped}");
    assert_eq!(charger.set("dwo", "null").status, 200);
    charger.wait_for("alw", PATIENCE, |value| value == &json!(true));
    charger.wait_for("eto", PATIENCE, |value| number(value) > stopped + 100.0);
}

#[test]
fn without_a_car_nothing_is_charged() {
    let charger = Options::args(&["--speed", "600", "--car", "absent"]).start();
    charger.wait_for("scaa", PATIENCE, |value| value.as_i64() > Some(0));
    assert_eq!(charger.value("alw"), json!(true));
    assert_eq!(charger.value("eto"), json!(0));
    assert_eq!(charger.value("rfb"), json!(0));
}

#[test]
fn the_station_connects_fails_and_connects() {
    let charger = Options::args(&["--speed", "60", "--wifi", "none"]).start();
    charger.wait_for("scas", PATIENCE, |value| value == &json!(2));
    let scan = charger.value("scan");
    let names: Vec<&str> = scan
        .as_array()
        .expect("an array")
        .iter()
        .filter_map(|entry| entry["ssid"].as_str())
        .collect();
    assert!(
        names.contains(&"home") && names.contains(&"visitors"),
        "{names:?}"
    );
    for entry in scan.as_array().expect("an array") {
        assert!(
            entry["encryptionType"]
                .as_u64()
                .is_some_and(|number| number <= 7),
            "{entry}"
        );
        assert!(
            entry["rssi"].as_i64().is_some_and(|level| level < 0),
            "{entry}"
        );
        assert!(
            entry["channel"]
                .as_u64()
                .is_some_and(|number| (1..=14).contains(&number)),
            "{entry}"
        );
        assert_eq!(entry["bssid"].as_str().map(str::len), Some(17), "{entry}");
    }
    assert_eq!(charger.value("ccw"), Value::Null);
    assert_eq!(charger.value("lsstc"), Value::Null);

    let set = |text: &str| assert_eq!(charger.set("wifis", text).status, 200, "{text}");
    set(r#"[{"ssid":"home","key":"wrong passphrase"}]"#);
    charger.wait_for("wst", PATIENCE, |value| value == &json!(4));
    assert_eq!(charger.value("lwcf"), json!(true));
    assert_eq!(charger.value("rssi"), Value::Null);

    set(r#"[{"ssid":"home","key":"correct horse"}]"#);
    charger.wait_for("wst", PATIENCE, |value| value == &json!(3));
    assert_eq!(charger.value("wsms"), json!(3));
    assert_eq!(charger.value("lwcf"), json!(false));
    assert_eq!(charger.value("host"), json!("go-eCharger_000001"));
    let ccw = charger.value("ccw");
    assert_eq!(ccw["ssid"], json!("home"));
    assert_eq!(ccw.as_object().map(serde_json::Map::len), Some(17));
    assert!(ccw["ipv6"].is_array() && ccw["ip"].is_string(), "{ccw}");
    assert!(number(&charger.value("rssi")) < 0.0);
    assert!(number(&charger.value("lsstc")) > 1000.0);
    assert_eq!(charger.value("lssfc"), Value::Null);

    assert_eq!(charger.get("/api/set?delw=0").status, 200);
    charger.wait_for("lssfc", PATIENCE, |value| value.is_u64());
    charger.wait_for("ccw", PATIENCE, Value::is_null);
    set(r#"[{"ssid":"nowhere","key":"12345678"}]"#);
    charger.wait_for("wst", PATIENCE, |value| value == &json!(1));
}

#[test]
fn force_current_and_surplus_as_clients_use_them() {
    let charger = Options::args(&["--speed", "60"]).start();
    let set = |key: &str, text: &str| assert_eq!(charger.set(key, text).status, 200, "{key}");
    charger.wait_for("pnp", PATIENCE, |value| value == &json!(3));
    assert_eq!(charger.value("modelStatus"), json!(15));
    set("amp", "6");
    charger.wait_for("nrg", PATIENCE, |value| number(&value[4]) == 6.0);
    set("frc", "1");
    charger.wait_for("nrg", PATIENCE, |value| number(&value[11]) == 0.0);
    assert_eq!(charger.value("modelStatus"), json!(4));
    assert_eq!(charger.value("car"), json!(4));
    set("frc", "0");
    set("lmo", "4");
    charger.wait_for("modelStatus", PATIENCE, |value| value == &json!(17));
    // Ten seconds of its own time are a sixth of a second here.
    set("ids", r#"{"pGrid":-9000.0,"pPv":9500.0}"#);
    charger.wait_for("modelStatus", PATIENCE, |value| value == &json!(12));
    charger.wait_for("ids", PATIENCE, Value::is_null);
    assert_eq!(charger.set("ids", r#"{"pPv":9500.0}"#).status, 500);
}
