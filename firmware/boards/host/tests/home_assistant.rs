//! Home Assistant's MQTT discovery, with the broker that people have: what is
//! kept there, and that nothing is left of it.

mod support;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::process::Command;
use std::time::Instant;

use goe_api::home_assistant::ENTITIES;
use serde_json::{Value, json};
use support::mosquitto::{Mosquitto, Subscription, publish};
use support::{Charger, Options, SOON};

const PREFIX: &str = "go-eCharger/000001";

fn options(broker: SocketAddr) -> Options {
    let url = format!("mqtt://{broker}");
    Options {
        args: vec!["--mqtt-url".to_owned(), url],
        own_broker: false,
        ..Options::default()
    }
}

fn set(charger: &Charger, key: &str, json: &str) {
    let answer = charger.set(key, json);
    assert_eq!(answer.status, 200, "{}", answer.body);
}

/// Returns the messages that the broker keeps below some topics.
fn kept(broker: SocketAddr, below: &str) -> BTreeMap<String, String> {
    let output = Command::new("mosquitto_sub")
        .args(["-h", "127.0.0.1", "-p", &broker.port().to_string()])
        .args([
            "-t",
            &format!("{below}/#"),
            "--retained-only",
            "-v",
            "-W",
            "1",
        ])
        .output()
        .expect("mosquitto_sub runs");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let pairs = text.lines().filter_map(|line| line.split_once(' '));
    pairs
        .map(|(topic, payload)| (topic.to_owned(), payload.to_owned()))
        .collect()
}

/// The same, once there are so many.
fn kept_count(broker: SocketAddr, below: &str, count: usize) -> BTreeMap<String, String> {
    let started = Instant::now();
    loop {
        let kept = kept(broker, below);
        if kept.len() == count {
            return kept;
        }
        let late = started.elapsed() > 3 * SOON;
        assert!(!late, "{} are kept, not {count}: {kept:#?}", kept.len());
    }
}

fn config(kept: &BTreeMap<String, String>, topic: &str) -> Value {
    let text = kept.get(topic).unwrap_or_else(|| panic!("no {topic}"));
    serde_json::from_str(text).expect("JSON")
}

#[test]
#[ignore = "needs mosquitto"]
fn everything_is_told_and_nothing_is_left() {
    let mosquitto = Mosquitto::start(None, None);
    let broker = mosquitto.address;
    // Others have descriptions, too.
    let others = [
        "homeassistant/sensor/000002/amp/config",
        "homeassistant/sensor/000001/config",
        "homeassistant/camera/000001/amp/config",
    ];
    for topic in others {
        publish(broker, topic, "{}", &["-r"]);
    }
    let charger = options(broker).start();
    let mut all = Subscription::new(broker, &format!("{PREFIX}/#"), &[]);
    all.wait_for(&format!("{PREFIX}/lsstc"));
    assert_eq!(charger.value("mhe"), json!(false));
    kept_count(broker, "homeassistant", others.len());

    set(&charger, "mhe", "true");
    let told = kept_count(broker, "homeassistant", ENTITIES.len() + others.len());
    for (topic, text) in &told {
        let config: Value = serde_json::from_str(text).expect("JSON");
        if others.contains(&topic.as_str()) {
            continue;
        }
        assert!(topic.starts_with("homeassistant/") && topic.ends_with("/config"));
        assert_eq!(config["avty_t"], format!("{PREFIX}/mcc"), "{topic}");
        assert_eq!(config["dev"]["ids"], "go-eCharger_000001", "{topic}");
    }
    let amp = config(&told, "homeassistant/number/000001/amp/config");
    assert_eq!(
        (
            &amp["min"], &amp["max"], &amp["unit_of_meas"], &amp["dev_cla"]
        ),
        (&json!(6), &json!(32), &json!("A"), &json!("current"))
    );
    let frc = config(&told, "homeassistant/select/000001/frc/config");
    assert_eq!(frc["ops"], json!(["Neutral", "Off", "On"]));
    let eto = config(&told, "homeassistant/sensor/000001/eto/config");
    assert_eq!(
        (&eto["dev_cla"], &eto["stat_cla"]),
        (&json!("energy"), &json!("total_increasing"))
    );
    let ssid = config(&told, "homeassistant/sensor/000001/ccw_ssid/config");
    assert_eq!(ssid["stat_t"], format!("{PREFIX}/ccw"));

    // As Home Assistant sets it.
    publish(broker, amp["cmd_t"].as_str().expect("a topic"), "10", &[]);
    let state = amp["stat_t"].as_str().expect("a topic");
    all.wait_until(state, |payload| payload == "10");
    assert_eq!(charger.value("amp"), json!(10));

    // Home Assistant comes up, and a description was lost.
    let topic = "homeassistant/number/000001/amp/config";
    publish(broker, topic, "", &["-r"]);
    kept_count(broker, "homeassistant", ENTITIES.len() + others.len() - 1);
    publish(broker, "homeassistant/status", "online", &[]);
    kept_count(broker, "homeassistant", ENTITIES.len() + others.len());

    set(&charger, "mhe", "false");
    let left = kept_count(broker, "homeassistant", others.len());
    assert!(others.iter().all(|topic| left.contains_key(*topic)));
}

#[test]
#[ignore = "needs mosquitto"]
fn another_prefix_takes_everything_along() {
    let mosquitto = Mosquitto::start(None, None);
    let broker = mosquitto.address;
    let charger = options(broker).start();
    set(&charger, "mhe", "true");
    kept_count(broker, "homeassistant", ENTITIES.len());
    set(&charger, "mht", "\"my/home\"");
    kept_count(broker, "my/home", ENTITIES.len());
    kept_count(broker, "homeassistant", 0);
    // The topics of the values are another matter: descriptions name the new ones.
    set(&charger, "mtp", "\"garage\"");
    let topic = "my/home/number/000001/amp/config";
    let started = Instant::now();
    while config(&kept_count(broker, "my/home", ENTITIES.len()), topic)["cmd_t"] != "garage/amp/set"
    {
        assert!(started.elapsed() < 3 * SOON);
    }
    set(&charger, "mht", "null");
    assert_eq!(charger.value("mht"), json!("homeassistant"));
    kept_count(broker, "homeassistant", ENTITIES.len());
    kept_count(broker, "my/home", 0);
}

/// The broker keeps what there is, so the charger need not remember it.
#[test]
#[ignore = "needs mosquitto"]
fn what_changes_while_there_is_no_connection_is_made_up_for() {
    let mosquitto = Mosquitto::start(None, None);
    let broker = mosquitto.address;
    let folder = tempfile::tempdir().expect("temporary folder");
    let flash = folder.path().join("flash");
    let mut charger = options(broker).flash(&flash).start();
    set(&charger, "mht", "\"first\"");
    set(&charger, "mhe", "true");
    kept_count(broker, "first", ENTITIES.len());
    // It moves while it is offline.
    set(&charger, "mce", "false");
    charger.wait_for("mcs", SOON, |value| value == &json!(false));
    set(&charger, "mht", "\"second\"");
    kept_count(broker, "first", ENTITIES.len());
    let url = format!("\"mqtt://{broker}\"");
    set(&charger, "mcu", &url);
    set(&charger, "mce", "true");
    kept_count(broker, "second", ENTITIES.len());
    kept_count(broker, "first", 0);
    // It is switched off while it is offline, and then starts anew.
    set(&charger, "mce", "false");
    charger.wait_for("mcs", SOON, |value| value == &json!(false));
    set(&charger, "mhe", "false");
    charger.stop();
    drop(charger);
    kept_count(broker, "second", ENTITIES.len());
    let _charger = options(broker).flash(&flash).start();
    kept_count(broker, "second", 0);
}
