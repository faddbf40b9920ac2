//! The charger as one of a release, `--firmware`: one set of keys, whichever way it
//! is asked for, and settings that only another release has wait for that.

mod support;

use std::collections::BTreeSet;
use std::path::Path;

use goe_api::home_assistant::ENTITIES;
use goe_api::{Key, KeySet, RELEASES};
use goe_runtime::{Keys, Version};
use serde_json::{Value, json};
use support::peer::{PREFIX, Peer};
use support::{Board, Charger, Options, board};

/// What is asked for, the version that is told, and whether that release has the
/// names of cards in keys of their own, which came with 60.0.
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
fn a_setting_waits_for_the_release_that_has_it() {
    if !has_releases() {
        return;
    }
    let folder = tempfile::tempdir().expect("temporary folder");
    let flash = folder.path().join("flash");
    let [(older, ..), (newer, ..), (unsaid, ..)] = RELEASED;
    let mut charger = start(&flash, newer);
    for (key, value) in [("c1n", "\"Anna\""), ("txt", "5000"), ("amp", "13")] {
        assert_eq!(charger.set(key, value).status, 200, "{key}");
    }
    charger.stop();
    for round in 0..2 {
        let mut charger = start(&flash, older);
        assert_eq!(charger.value("amp"), json!(13 + round));
        assert_eq!(charger.value("c1n"), Value::Null);
        assert_eq!(charger.value("txt"), Value::Null);
        // A card is the same in both, under the keys of each.
        let name = ["Anna", "Bert"][round];
        let card = json!({"name": name, "energy": 0, "cardId": round > 0});
        assert_eq!(charger.value("cards")[1], card);
        let patch = r#"[{},{"name":"Bert","rfid":"04a1b2c3"}]"#;
        assert_eq!(charger.set("cards", patch).status, 200);
        let log = charger.log();
        assert!(
            log.contains("`txt` is stored, but is no setting of this firmware"),
            "{log}"
        );
        // After an action every setting is looked at whether flash holds it.
        assert_eq!(charger.set("delw", "9").status, 200);
        assert_eq!(charger.set("amp", &(14 + round).to_string()).status, 200);
        charger.stop();
    }
    for args in [newer, unsaid] {
        let mut charger = start(&flash, args);
        assert_eq!(charger.value("amp"), json!(15), "{args:?}");
        assert_eq!(charger.value("txt"), json!(5000), "{args:?}");
        assert_eq!(charger.value("c1n"), json!("Bert"), "{args:?}");
        assert_eq!(charger.value("c1i"), json!(true), "{args:?}");
        assert!(!charger.log().contains("no setting"), "{}", charger.log());
        charger.stop();
    }
}
