//! Shards of a fleet at one broker or at several: each serial number is served once, however
//! often a shard is started, and whatever becomes of brokers.

mod support;

use std::ops::Range;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::json;
use support::SOON;
use support::fleet::Fleet;
use support::mosquitto::{Mosquitto, Subscription, publish};

/// A newcomer listens for so long until it connects its chargers.
const ASKING: Duration = Duration::from_secs(6);

const CLAIM: &str = "goe-fleet/claim";

/// Chargers from a serial number on.
fn fleet(urls: &[String], serial: u32, count: u32) -> Fleet {
    let (serial, count) = (serial.to_string(), count.to_string());
    let mut args = vec!["--serial", &serial, "--count", &count];
    for url in urls {
        args.extend(["--mqtt-url", url]);
    }
    Fleet::start(&args)
}

fn url(broker: &Mosquitto) -> String {
    format!("mqtt://{}", broker.address)
}

#[track_caller]
fn wait_for_connections(fleet: &Fleet, serials: Range<u32>, are_there: bool) {
    let started = Instant::now();
    for serial in serials {
        while fleet.value(serial, "mcc") != json!(are_there) {
            assert!(started.elapsed() < 3 * SOON, "{serial}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

/// What the broker keeps there.
fn kept(broker: &Mosquitto, topic: &str, login: &[&str]) -> String {
    let port = broker.address.port().to_string();
    let output = Command::new("mosquitto_sub")
        .args([
            "-h", "127.0.0.1", "-p", &port, "-v", "-W", "1", "--retained-only", "-t", topic,
        ])
        .args(login)
        .output();
    String::from_utf8(output.expect("mosquitto_sub runs").stdout).expect("UTF-8")
}

#[test]
#[ignore = "needs mosquitto"]
fn a_shard_that_is_started_twice_is_refused_and_the_first_one_stays() {
    let broker = Mosquitto::start(None, Some(("wallbox", "p@ss word")));
    let login = ["-u", "wallbox", "-P", "p@ss word"];
    let url = format!("mqtt://wallbox:p%40ss%20word@{}", broker.address);
    let mut first = fleet(std::slice::from_ref(&url), 100_000, 20);
    wait_for_connections(&first, 100_000..100_020, true);
    let started = Instant::now();
    let refused = Fleet::refused(&["--serial", "100019", "--count", "20", "--mqtt-url", &url]);
    assert!(started.elapsed() < ASKING, "{:?}", started.elapsed());
    for words in [
        &*format!("error: process {} on ", first.id()),
        " serves the serial numbers 100019 to 100019 ",
        "100019 to 100038 are wanted here",
        "--shard or --serial",
    ] {
        assert!(refused.contains(words), "{words}: {refused}");
    }
    assert!(
        !refused.contains("p@ss") && !refused.contains("p%40"),
        "{refused}"
    );
    assert_eq!(kept(&broker, "go-eCharger/100020/#", &login), "");
    assert!(kept(&broker, "go-eCharger/100019/sse", &login).contains("100019"));
    assert_eq!(
        kept(&broker, "goe-fleet/#", &login),
        "",
        "nothing is left of a claim"
    );
    wait_for_connections(&first, 100_000..100_020, true);
    first.stop();
}

#[test]
#[ignore = "needs mosquitto"]
fn shards_beside_each_other_are_served_and_one_that_was_killed_is_followed() {
    let broker = Mosquitto::start(None, None);
    let urls = [url(&broker)];
    let url = &*urls[0];
    let shard = |part| Fleet::start(&["--count", "31", "--shard", part, "--mqtt-url", url]);
    // At the same moment.
    let (mut one, other) = (shard("1/2"), shard("2/2"));
    wait_for_connections(&one, 100_000..100_015, true);
    wait_for_connections(&other, 100_015..100_031, true);
    one.kill();
    let mut one = shard("1/2");
    wait_for_connections(&one, 100_000..100_015, true);
    // As one of them all of them are refused.
    let refused = Fleet::refused(&["--count", "31", "--mqtt-url", url]);
    assert!(refused.contains("already"), "{refused}");
    // And who ends in order leaves room, too.
    one.stop();
    let one = shard("1/2");
    wait_for_connections(&one, 100_000..100_015, true);
}

#[test]
#[ignore = "needs mosquitto"]
fn of_two_that_start_at_once_one_stays() {
    let broker = Mosquitto::start(None, None);
    let urls = [url(&broker)];
    let mut both = [fleet(&urls, 100_000, 10), fleet(&urls, 100_009, 10)];
    let patience = ASKING + Duration::from_secs(2);
    let mut ended = both.iter_mut().map(|fleet| fleet.ends(patience));
    let codes = [ended.next().flatten(), ended.next().flatten()];
    let stays = match codes {
        [None, Some(1)] => 0,
        [Some(1), None] => 1,
        other => panic!("{other:?}"),
    };
    let first = [100_000, 100_009][stays];
    wait_for_connections(&both[stays], first..first + 10, true);
}

#[test]
#[ignore = "needs mosquitto"]
fn a_claim_outlives_its_broker_and_comes_back_with_it() {
    let broker = Mosquitto::start(None, None);
    let urls = [url(&broker)];
    let first = fleet(&urls, 100_000, 5);
    wait_for_connections(&first, 100_000..100_005, true);
    let port = broker.stop();
    wait_for_connections(&first, 100_000..100_005, false);
    // There is nobody whom a newcomer could ask: its chargers wait, and so long that a client
    // of the broker comes back up to ten seconds after it.
    let mut second = fleet(&urls, 100_004, 5);
    assert_eq!(second.ends(Duration::from_secs(16)), None);
    let broker = Mosquitto::start(Some(port), None);
    // Whoever comes back holds its claim, and does so before a newcomer has asked enough, also
    // before one that begins just now.
    let mut third = fleet(&urls, 100_003, 1);
    assert_eq!(second.ends(Duration::from_secs(15)), Some(1));
    assert_eq!(third.ends(ASKING), Some(1));
    wait_for_connections(&first, 100_000..100_005, true);
    assert_eq!(kept(&broker, "go-eCharger/100005/#", &[]), "");
}

#[test]
#[ignore = "needs mosquitto"]
fn what_is_no_claim_changes_nothing() {
    let broker = Mosquitto::start(None, None);
    let claim = |instance: &str, held| {
        json!({
            "instance": instance, "from": 0, "to": 999_999, "since_ms": 1,
            "host": "elsewhere", "pid": 1, "held": held,
        })
    };
    // Kept by mistake, of a process that is long gone.
    publish(
        broker.address,
        CLAIM,
        &claim("old", true).to_string(),
        &["-r"],
    );
    let mut first = fleet(&[url(&broker)], 100_000, 5);
    for garbage in ["", "{}", "[[[[", "\"goe\"", &"x".repeat(100_000)] {
        publish(broker.address, CLAIM, garbage, &[]);
    }
    wait_for_connections(&first, 100_000..100_005, true);
    assert_eq!(first.ends(Duration::from_millis(200)), None);
    // A newcomer is answered at once, in the words that docs/fleet.md has.
    let mut claims = Subscription::new(broker.address, CLAIM, &[]);
    claims.wait_for(CLAIM);
    publish(broker.address, CLAIM, &claim("new", false).to_string(), &[]);
    let is_answer = |said: &str| said.contains("\"from\":100000") && said.contains("\"held\":true");
    claims.wait_until(CLAIM, is_answer);
    // One that was there before, in another part of a network that is whole again.
    publish(
        broker.address,
        CLAIM,
        &claim("other", true).to_string(),
        &[],
    );
    assert_eq!(first.ends(Duration::from_secs(5)), Some(1));
}

#[test]
#[ignore = "needs mosquitto"]
fn where_nobody_could_object_nobody_begins() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let access = folder.path().join("access");
    std::fs::write(&access, "topic readwrite go-eCharger/#\n").expect("writes");
    let broker = Mosquitto::limited(&access);
    let refused = Fleet::refused(&["--count", "2", "--mqtt-url", &url(&broker)]);
    assert!(
        refused.contains(CLAIM) && refused.contains("let its user read and write there"),
        "{refused}"
    );
    assert_eq!(kept(&broker, "go-eCharger/#", &[]), "");
}

#[test]
#[ignore = "needs mosquitto"]
fn chargers_spread_over_brokers_and_go_on_at_the_others() {
    let brokers = [Mosquitto::start(None, None), Mosquitto::start(None, None)];
    let urls = brokers
        .each_ref()
        .map(|broker| format!("{}?qos=1", url(broker)));
    let fleet = fleet(&urls, 100_000, 6);
    wait_for_connections(&fleet, 100_000..100_006, true);
    let serials = |broker: &Mosquitto| {
        let kept = kept(broker, "go-eCharger/+/sse", &[]);
        let mut serials: Vec<u32> = kept
            .lines()
            .filter_map(|line| line.split('"').nth(1)?.parse().ok())
            .collect();
        serials.sort_unstable();
        serials
    };
    let wait_for = |broker: &Mosquitto, expected: &[u32]| {
        let started = Instant::now();
        while serials(broker) != expected {
            assert!(started.elapsed() < 3 * SOON, "{:?}", serials(broker));
        }
    };
    wait_for(&brokers[0], &[100_000, 100_002, 100_004]);
    wait_for(&brokers[1], &[100_001, 100_003, 100_005]);
    let [first, second] = brokers;
    first.stop();
    wait_for(
        &second,
        &[100_000, 100_001, 100_002, 100_003, 100_004, 100_005],
    );
    wait_for_connections(&fleet, 100_000..100_006, true);
    // And is acknowledged: what changes is told there.
    assert_eq!(fleet.set(100_000, "dwo", "4711").status, 200);
    let topic = "go-eCharger/100000/dwo";
    let mut one = Subscription::new(second.address, topic, &[]);
    one.wait_until(topic, |value| value == "4711");
}

#[test]
fn urls_that_are_not_alike_are_refused() {
    for (other, what) in [
        ("mqtts://127.0.0.1:2", "scheme"),
        ("mqtt://me:secret@127.0.0.1:2", "user or password"),
        ("mqtt://127.0.0.1:2?qos=1", "qos"),
    ] {
        let args = ["--mqtt-url", "mqtt://127.0.0.1:1", "--mqtt-url", other];
        let error = Fleet::refused(&args);
        assert!(error.contains(what), "{error}");
        assert!(!error.contains("secret"), "{error}");
    }
    let error = Fleet::refused(&["--mqtt-url", "mqtt://127.0.0.1?qos=2"]);
    assert!(error.contains("?qos=0 or ?qos=1"), "{error}");
}
