//! The charger as one of a release, `--firmware`: one set of keys, whichever way it
//! is asked for, and settings that outlast a run as another.

mod support;

use std::collections::BTreeSet;
use std::path::Path;

use goe_api::home_assistant::ENTITIES;
use goe_api::{Key, KeySet, RELEASES};
use goe_runtime::{Keys, Version};
use serde_json::{Value, json};
use support::peer::{PREFIX, Peer};
use support::{Board, Charger, Options, board};

/// What is asked for, the version that is told, and whether that release has cards in
/// keys of their own, which came with 60.0.
const RELEASED: [(&[&str], &str, bool); 3] = [
    (&["--firmware", "59.4"], "59.4", false),
    (&["--firmware", "60.4"], "60.4", true),
    (&[], "60.4", true),
];

/// The keys that a charger lacks, by the cells of the table.
fn lacking(version: &str) -> KeySet {
    KeySet::lacking(&RELEASES, Version::parse(version))
}

/// The names of all that can be read.
fn readable(version: &str) -> BTreeSet<String> {
    let lacking = lacking(version);
    let keys = Key::ALL.into_iter();
    keys.filter(|key| key.descriptor().access.readable() && !lacking.contains(key.index()))
        .map(|key| key.name().to_owned())
        .collect()
}

/// Bare metal is always of the newest.
fn has_releases() -> bool {
    board() == Board::Host
}

#[test]
fn http_has_the_keys_of_the_release() {
    if !has_releases() {
        return;
    }
    for (args, version, has_cards) in RELEASED {
        let charger = Options::args(args).start();
        let status = charger.json("/api/status");
        let names: BTreeSet<String> = status
            .as_object()
            .expect("an object")
            .keys()
            .cloned()
            .collect();
        assert_eq!(names, readable(version), "{args:?}");
        assert_eq!(status["fwv"], json!(version), "{args:?}");
        assert_eq!(names.contains("c0n"), has_cards, "{args:?}");
        // Absent from the table of 60.4, which is no removal.
        assert!(names.contains("tse"), "{args:?}");
        let filtered = charger.json("/api/status?filter=c0n,amp,c9e");
        let expected = match has_cards {
            true => json!({"amp": status["amp"], "c0n": "", "c9e": 0}),
            false => json!({"amp": status["amp"]}),
        };
        assert_eq!(filtered, expected, "{args:?}");
        // Good or bad, what it is sent to does not matter where it is not known.
        for value in ["%22Anna%22", "7", "%5B", "%FF"] {
            let [unknown, known] = ["nobody", "c1n"].map(|key| {
                let answer = charger.get(&format!("/api/set?amp=10&{key}={value}"));
                (answer.status, answer.body.replace(key, "KEY"))
            });
            assert_eq!(unknown == known, !has_cards, "{args:?} {value}: {known:?}");
        }
        let answer = charger.set("c0i", "\"04a1b2c3\"");
        assert_eq!(answer.status == 200, has_cards, "{args:?}: {}", answer.body);
        assert!(!answer.body.contains("04a1b2c3"), "{}", answer.body);
        assert_eq!(charger.value("amp"), json!(10), "{args:?}");
    }
}

#[test]
fn mqtt_and_discovery_have_the_same() {
    if !has_releases() {
        return;
    }
    for (args, version, has_cards) in RELEASED {
        let charger = Options::args(args).start();
        let broker = charger.broker.expect("its own broker");
        let mut peer = Peer::subscribed(broker, "#");
        let mut published = BTreeSet::new();
        let expected = readable(version);
        while published != expected {
            let publish = peer.next();
            let key = publish.topic.strip_prefix(&format!("{PREFIX}/"));
            let key = key.unwrap_or_else(|| panic!("{}", publish.topic));
            assert!(
                expected.contains(key),
                "{args:?}: {key} is not of this release"
            );
            published.insert(key.to_owned());
        }
        let result = match has_cards {
            true => "success",
            false => "unknown api key",
        };
        assert_eq!(peer.set("c0n", b"\"Anna\""), result, "{args:?}");
        assert_eq!(peer.set("amp", b"11"), "success", "{args:?}");

        // Entities are told in the order of the table, so that the last of them ends it.
        let lacking = lacking(version);
        let mut entities = ENTITIES
            .iter()
            .filter(|entity| !lacking.contains(entity.key));
        let count = entities.clone().count();
        let of_c0n = |topic: &str| topic.contains("/000001/c0n/");
        assert_eq!(peer.set("mhe", b"true"), "success", "{args:?}");
        let mut told = BTreeSet::new();
        while told.len() < count {
            let publish = peer.next();
            if publish.topic.starts_with("homeassistant/") {
                let about: Value = serde_json::from_slice(&publish.payload).expect("JSON");
                assert_eq!(about["dev"]["sw"], json!(version), "{args:?}");
                let entity = entities.next().expect("no more than there are");
                let name = Key::from_index(entity.key).expect("a key").name();
                let level = publish.topic.rsplit('/').nth(1).expect("a level");
                assert!(
                    level.starts_with(name),
                    "{args:?}: {level} instead of {name}"
                );
                told.insert(publish.topic);
            }
        }
        let cards = told.iter().any(|topic| of_c0n(topic));
        assert_eq!(cards, has_cards, "{args:?}: {told:#?}");
    }
}

fn start(flash: &Path, args: &[&str]) -> Charger {
    Options::args(args).flash(flash).start()
}

#[test]
fn settings_outlast_a_run_as_another_release() {
    if !has_releases() {
        return;
    }
    let folder = tempfile::tempdir().expect("temporary folder");
    let flash = folder.path().join("flash");
    let [(older, ..), (newer, ..), (unsaid, ..)] = RELEASED;
    let mut charger = start(&flash, newer);
    for (key, value) in [
        ("c1n", "\"Anna\""),
        ("c1i", "\"04a1b2c3\""),
        ("nld", "true"),
        ("amp", "13"),
    ] {
        assert_eq!(charger.set(key, value).status, 200, "{key}");
    }
    charger.stop();
    // One release's list of cards is the other's keys.
    let mut charger = start(&flash, older);
    let told = charger.json("/api/status?filter=c1n,nld,amp,cards");
    assert_eq!(told["cards"][1]["name"], json!("Anna"), "{told}");
    assert_eq!(told["amp"], json!(13));
    assert_eq!(told.as_object().map(|keys| keys.len()), Some(2), "{told}");
    assert!(!charger.log().contains("no setting"), "{}", charger.log());
    let renamed = r#"[{},{},{"name":"Berta"}]"#;
    // After an action every setting is looked at whether flash holds it.
    for (key, value) in [("cards", renamed), ("delw", "9"), ("amp", "14")] {
        assert_eq!(charger.set(key, value).status, 200, "{key}");
    }
    charger.stop();
    for args in [newer, unsaid] {
        let mut charger = start(&flash, args);
        for (key, value) in [
            ("c1n", json!("Anna")),
            ("c1i", json!(true)),
            ("c2n", json!("Berta")),
            ("nld", json!(true)),
            ("amp", json!(14)),
        ] {
            assert_eq!(charger.value(key), value, "{args:?}");
        }
        charger.stop();
    }
}
