//! What clients of real chargers rely on, over HTTP and MQTT; each test names where it
//! was reported or recorded. What takes its time is in `firmware/sim/tests/manners.rs`.

mod support;

use std::collections::BTreeMap;

use serde_json::{Value, json};
use support::peer::{PREFIX, Peer};
use support::{Charger, Options, SOON, this_computer};

/// The vendor's own example of `ids`, and what a client may send with it.
const IDS: &str = r#"{"pGrid": 1000., "pPv": 1400., "pAkku": 2000., "unit": {"p": "W."}}"#;

#[test]
fn what_the_house_tells_may_be_spelled_as_the_vendor_spells_it() {
    let charger = Charger::start();
    let broker = charger.broker.expect("a broker");
    let mut peer = Peer::subscribed(broker, &format!("{PREFIX}/#"));
    peer.wait_for(&format!("{PREFIX}/lsstc"));
    let whole = r#"{"ids":{"pGrid":1000,"pPv":1400,"pAkku":2000}}"#;
    assert_eq!(charger.set("ids", IDS).body, r#"{"ids":true}"#);
    assert_eq!(charger.get("/api/status?filter=ids").body, whole);
    assert_eq!(charger.set("ids", "null").status, 200);
    assert_eq!(peer.set("ids", IDS.as_bytes()), "success");
    assert_eq!(charger.get("/api/status?filter=ids").body, whole);
    assert_eq!(charger.set("dwo", "3500.").status, 200);
    assert_eq!(
        charger.get("/api/status?filter=dwo").body,
        r#"{"dwo":3500}"#
    );
}

/// Recorded: the text of MQTT, with two blanks.
#[test]
fn a_name_has_four_bytes_at_least() {
    let charger = Charger::start();
    let broker = charger.broker.expect("a broker");
    let mut peer = Peer::subscribed(broker, &format!("{PREFIX}/#"));
    peer.wait_for(&format!("{PREFIX}/lsstc"));
    assert_eq!(
        peer.set("fna", br#""go""#),
        r#"String length  2 exceeds range 4 to 64 "go""#
    );
    let answer = charger.set("fna", r#""go""#);
    assert_eq!(answer.status, 500);
    assert_eq!(
        answer.json(),
        json!({"fna": r#"fna: failed: String length  2 exceeds range 4 to 64 ("go")"#})
    );
    let long = format!("\"{}\"", "x".repeat(65));
    let reason = charger.set("fna", &long).json()["fna"].to_string();
    assert!(
        reason.contains("String length  65 exceeds range 4 to 64"),
        "{reason}"
    );
    for name in ["goe!", "äö", &"x".repeat(64)] {
        assert_eq!(charger.set("fna", &format!("\"{name}\"")).status, 200);
        assert_eq!(charger.value("fna"), json!(name));
    }
}

/// syssi 80, 130 and 138; captures have `/go-eCharger/072246/rssi`.
#[test]
fn the_prefix_of_topics_is_all_that_stands_before_the_key() {
    let charger = Charger::start();
    let broker = charger.broker.expect("a broker");
    let mut all = Peer::subscribed(broker, "#");
    all.wait_for("go-eCharger/000001/lsstc");
    assert_eq!(charger.value("mtp"), json!("go-eCharger/000001"));
    for (prefix, topics) in [
        ("goe/", "goe"),
        ("goe", "goe"),
        ("/wallbox/123456/", "/wallbox/123456"),
        ("/", ""),
        ("a//b", "a/b"),
    ] {
        assert_eq!(charger.set("mtp", &format!("\"{prefix}\"")).status, 200);
        all.wait_until(&format!("{topics}/mtp"), |payload| {
            payload == format!("\"{prefix}\"").as_bytes()
        });
        all.wait_for(&format!("{topics}/rssi"));
        all.publish(&format!("{topics}/dwo/set"), b"8", false);
        let result = all.wait_for(&format!("{topics}/dwo/result"));
        assert_eq!(result.payload, b"success".as_slice(), "{prefix}");
        assert_eq!(charger.value("mtp"), json!(prefix));
    }
    // What Home Assistant is told follows.
    assert_eq!(charger.set("mtp", "\"goe/\"").status, 200);
    assert_eq!(charger.set("mhe", "true").status, 200);
    let said = all.wait_until("homeassistant/sensor/000001/rssi/config", |payload| {
        !payload.is_empty()
    });
    let said: Value = serde_json::from_slice(&said.payload).expect("JSON");
    assert_eq!(said["stat_t"], json!("goe/rssi"));
    assert_eq!(said["avty_t"], json!("goe/mcc"));
}

/// Clients of the vendor's cloud send it to every address.
#[test]
fn a_token_is_ignored() {
    let charger = Charger::start();
    for (query, answer) in [
        ("token=abc&dwo=5", r#"{"dwo":true}"#),
        ("dwo=6&%74oken=%22abc%22&token", r#"{"dwo":true}"#),
        ("token=1", "{}"),
    ] {
        let found = charger.get(&format!("/api/set?{query}"));
        assert_eq!(
            (found.status, found.body.as_str()),
            (200, answer),
            "{query}"
        );
    }
    assert_eq!(charger.value("dwo"), json!(6));
    let status = charger.json("/api/status?filter=dwo&token=abc");
    assert_eq!(status, json!({"dwo": 6}));
    assert_eq!(charger.get("/api/set?tokens=1").status, 500);
}

/// Recorded of firmware 56.2: `14.19200039`, `1.860000014`.
#[test]
fn numbers_have_ten_digits_and_are_stored_as_they_are() {
    let mut charger = Charger::start();
    for (key, json, shown) in [
        ("awp", "15.1", "15.10000038"),
        ("awp", "14.192", "14.19200039"),
        ("awp", "1.86", "1.860000014"),
        ("awp", "3.0", "3"),
        ("pgt", "-300.25", "-300.25"),
        ("dwo", "1234.56789012345678", "1234.56789"),
        ("dwo", "0.1", "0.1"),
        ("dwo", "12345.678901234567", "12345.6789"),
    ] {
        assert_eq!(charger.set(key, json).status, 200, "{json}");
        let status = charger.get(&format!("/api/status?filter={key}")).body;
        assert_eq!(status, format!("{{\"{key}\":{shown}}}"));
    }
    charger.stop();
    let folder = charger.folder.take().expect("its own");
    let flash = folder.path().join("flash");
    let held = std::fs::read(&flash).expect("readable");
    let exact = "12345.678901234567".as_bytes();
    assert!(held.windows(exact.len()).any(|bytes| bytes == exact));
}

/// The key table calls them ages; the vendor's page on MQTT, times since boot.
#[test]
fn the_time_of_the_connection_changes_with_the_connection_alone() {
    let charger = Charger::start();
    let broker = charger.broker.expect("a broker");
    charger.wait_for("mcc", SOON, |value| value == true);
    let at = charger.value("mcca");
    assert!(at.as_u64() <= charger.value("rbt").as_u64());
    let later = charger.value("rbt").as_u64().expect("ms") + 3_000;
    charger.wait_for("rbt", SOON, |value| value.as_u64() > Some(later));
    assert_eq!(charger.value("mcca"), at);
    let mut peer = Peer::subscribed(broker, &format!("{PREFIX}/+"));
    let mut heard = 0;
    // A second key, which does change, tells that time has passed.
    for _ in 0..3 {
        loop {
            let publish = peer.next();
            heard += usize::from(publish.topic.ends_with("/mcca"));
            if publish.topic.ends_with("/rbt") {
                break;
            }
        }
    }
    assert!(heard <= 1, "{heard}");
}

/// Clients fail on a null `rssi`, and keep what is retained.
#[test]
fn what_is_served_and_retained_first_is_true() {
    let first = Charger::start();
    let mut all = Peer::subscribed(first.broker.expect("a broker"), "go-eCharger/000002/+");
    let broker = first.broker.expect("a broker");
    let second = Options {
        args: ["--serial", "000002", "--mqtt-url"]
            .map(str::to_owned)
            .into_iter()
            .chain([format!("mqtt://{}:{}", this_computer(), broker.port())])
            .collect(),
        own_broker: false,
        ..Options::default()
    };
    let second = second.start();
    let status = second.json("/api/status");
    assert_eq!(status["car"], json!(3));
    assert!(status["rssi"].as_i64() < Some(0), "{}", status["rssi"]);
    let mut heard = BTreeMap::<String, Value>::new();
    while heard.len() < status.as_object().expect("an object").len() {
        let publish = all.next();
        let key = publish.topic.rsplit('/').next().expect("a level");
        let value = serde_json::from_slice(&publish.payload).expect("JSON");
        // Only the first counts.
        heard.entry(key.to_owned()).or_insert(value);
    }
    assert_eq!(heard["car"], json!(3));
    assert!(heard["rssi"].as_i64() < Some(0), "{}", heard["rssi"]);
    assert!(
        !heard["utc"].to_string().contains("1970"),
        "{}",
        heard["utc"]
    );
    assert!(heard["nrg"][0].as_f64() > Some(200.0), "{}", heard["nrg"]);
}

#[test]
fn a_blank_charger_is_on_no_wifi() {
    let charger = Options::args(&["--wifi", "none"]).start();
    assert_eq!(charger.value("wifis")[0], json!({"ssid": "", "key": false}));
    assert_eq!(charger.value("rssi"), Value::Null);
    assert_eq!(charger.value("wst"), json!(0));
}

#[test]
fn a_network_that_was_deleted_does_not_come_back() {
    let mut charger = Charger::start();
    assert_eq!(charger.get("/api/set?delw=0").status, 200);
    charger.stop();
    let folder = charger.folder.take().expect("its own");
    let again = Options::default()
        .flash(&folder.path().join("flash"))
        .start();
    assert_eq!(again.value("wifis")[0], json!({"ssid": "", "key": false}));
    assert_eq!(again.value("rssi"), Value::Null);
}
