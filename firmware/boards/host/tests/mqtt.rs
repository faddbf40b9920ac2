//! The MQTT side, with the charger's own broker and a kept client.

mod support;

use std::net::SocketAddr;
use std::time::Instant;

use rumqttc::{Event, Packet, QoS};
use serde_json::{Value, json};
use support::peer::{PREFIX, Peer};
use support::{Charger, Options, SOON};

fn broker(charger: &Charger) -> SocketAddr {
    charger.broker.expect("has its own broker")
}

#[test]
fn a_late_subscriber_finds_every_readable_key() {
    let charger = Charger::start();
    let status = charger.json("/api/status");
    let keys = status.as_object().expect("an object");
    charger.wait_for_log("mqtt: connected");
    let mut peer = Peer::subscribed(broker(&charger), &format!("{PREFIX}/+"));
    let mut found = std::collections::BTreeMap::new();
    let started = Instant::now();
    while found.len() < keys.len() {
        assert!(started.elapsed() < SOON, "only {} keys", found.len());
        let publish = peer.next();
        let key = publish
            .topic
            .rsplit('/')
            .next()
            .expect("a level")
            .to_owned();
        let value: Value = serde_json::from_slice(&publish.payload).expect("JSON");
        found.insert(key, value);
    }
    let names: Vec<_> = found.keys().collect();
    let mut expected: Vec<_> = keys.keys().collect();
    expected.sort();
    assert_eq!(names, expected);
    assert_eq!(found["sse"], json!("000001"));
    assert_eq!(found["mod"], status["mod"]);
}

#[test]
fn sets_are_answered_and_published() {
    let charger = Charger::start();
    let mut peer = Peer::subscribed(broker(&charger), &format!("{PREFIX}/#"));
    peer.wait_for(&format!("{PREFIX}/lsstc"));
    for (key, payload, result) in [
        ("dwo", "3500", "success"),
        ("dwo", " 3500.5 ", "success"),
        ("dwo", "null", "success"),
        ("delw", "3", "success"),
        ("dwo", "", "invalid json IncompleteInput: "),
        ("dwo", "[1", "invalid json IncompleteInput: [1"),
        ("dwo", "1x", "invalid json InvalidInput: 1x"),
        ("dwo", "%31", "invalid json InvalidInput: %31"),
        ("dwo", "\"5\"", "value must be double \"5\""),
        ("dwo", "1e999", "value must be double 1e999"),
        ("delw", "10", "Value 10 exceeds range 0 to 9"),
        ("delw", "\"1\"", "value must be uint8 \"1\""),
        ("alw", "true", "without setter true"),
        ("zzz", "1", "unknown api key"),
        (
            "wifis",
            r#"[{"key":"hunter22"#,
            r#"invalid json IncompleteInput: [{"key":"***"#,
        ),
    ] {
        assert_eq!(peer.set(key, payload.as_bytes()), result, "{key} {payload}");
    }
    assert_eq!(peer.set("dwo", b"\xff"), "invalid json InvalidInput: ");
    assert_eq!(peer.set("dwo", b"42"), "success");
    let published = peer.wait_until(&format!("{PREFIX}/dwo"), |payload| payload == b"42");
    assert!(!published.retain, "live messages carry no flag");
    assert_eq!(charger.value("dwo"), json!(42));
}

#[test]
fn an_old_wish_is_ignored() {
    let charger = Charger::start();
    let mut peer = Peer::subscribed(broker(&charger), &format!("{PREFIX}/#"));
    peer.wait_for(&format!("{PREFIX}/lsstc"));
    // Retained for the next charger that comes; live for this one.
    peer.publish(&format!("{PREFIX}/dwo/set"), b"11", true);
    assert_eq!(peer.set("dwo", b"12"), "success");
    let broker_address = broker(&charger).to_string();
    let second = Options {
        args: vec!["--mqtt-url".to_owned(), format!("mqtt://{broker_address}")],
        own_broker: false,
        ..Options::default()
    };
    drop(peer);
    let second = second.start();
    second.wait_for_log("retained");
    assert_eq!(second.value("dwo"), Value::Null);
}

#[test]
fn a_message_that_is_too_long_is_answered_and_the_next_is_taken() {
    let charger = Charger::start();
    let mut peer = Peer::subscribed(broker(&charger), &format!("{PREFIX}/#"));
    peer.wait_for(&format!("{PREFIX}/lsstc"));
    let long = vec![b' '; 200_000];
    assert_eq!(peer.set("dwo", &long), "payload too long");
    assert_eq!(peer.set("dwo", b"5"), "success");
}

#[test]
fn a_flood_of_sets_is_served_and_ends_with_the_last_value() {
    let charger = Charger::start();
    let mut peer = Peer::subscribed(broker(&charger), &format!("{PREFIX}/dwo"));
    peer.wait_for(&format!("{PREFIX}/dwo"));
    let publisher = Peer::subscribed(broker(&charger), "nothing");
    let client = publisher.client.clone();
    let mut connection = publisher.connection;
    // A broker may forget what a client sent just before it left, so it stays
    // until everything is acknowledged.
    let pump = std::thread::spawn(move || {
        let mut acknowledged = 0;
        while acknowledged < 500 {
            match connection.recv_timeout(SOON) {
                Ok(Ok(Event::Incoming(Packet::PubAck(_)))) => acknowledged += 1,
                Ok(Ok(_)) => {}
                other => panic!("not acknowledged: {other:?}"),
            }
        }
    });
    for value in 1..=500 {
        client
            .publish(
                format!("{PREFIX}/dwo/set"),
                QoS::AtLeastOnce,
                false,
                value.to_string(),
            )
            .expect("is queued");
    }
    pump.join().expect("everything is acknowledged");
    // At most once a second, so only few of them; the last one always.
    let mut heard = 0;
    while peer.wait_for(&format!("{PREFIX}/dwo")).payload != b"500".as_slice() {
        heard += 1;
        assert!(heard < 20, "published too often");
    }
    assert_eq!(charger.value("dwo"), json!(500));
}
