//! Scenarios for any broker, against one that listens at `address` and
//! was just started; the client is set up as `setup` says, but for what a scenario needs.

use std::net::SocketAddr;

use goe_device::mqtt::codec::{Qos, Will};
use goe_device::mqtt::{Lost, Status};

use super::broker::{Line, Peer, Proxy};
use super::device::Fake;
use super::{Setup, start};

const BASE: &str = "/go-eCharger/000001";

pub async fn a_late_subscriber_sees_every_value(address: SocketAddr, setup: Setup) {
    let mut early = Peer::new("early", address).await;
    early.subscribe(&format!("{BASE}/#")).await;
    let client = start(Fake::small(), address, setup);
    early.value(&format!("{BASE}/fna"), "\"x\"").await;

    let mut late = Peer::new("late", address).await;
    late.subscribe(&format!("{BASE}/+")).await;
    let mut seen = Vec::new();
    while seen.len() < 3 {
        let message = late.message().await;
        assert!(message.retain);
        seen.push((
            message.topic,
            String::from_utf8_lossy(&message.payload).into_owned(),
        ));
    }
    seen.sort();
    let expected = [("amp", "16"), ("car", "1"), ("fna", "\"x\"")];
    assert_eq!(
        seen,
        expected.map(|(key, value)| (format!("{BASE}/{key}"), value.to_string()))
    );
    client.stop().await;
}

pub async fn a_setting_is_answered_and_shows(address: SocketAddr, setup: Setup) {
    let mut peer = Peer::new("peer", address).await;
    peer.subscribe(&format!("{BASE}/#")).await;
    let client = start(Fake::small(), address, setup);
    peer.value(&format!("{BASE}/fna"), "\"x\"").await;
    peer.publish(&format!("{BASE}/amp/set"), b"10", false).await;
    let result = peer.on(&format!("{BASE}/amp/result")).await;
    assert_eq!(result.payload, "success");
    peer.value(&format!("{BASE}/amp"), "10").await;
    peer.publish(&format!("{BASE}/zzz/set"), b"10", false).await;
    assert_eq!(
        peer.on(&format!("{BASE}/zzz/result")).await.payload,
        "unknown api key"
    );

    // The answer is not retained: a late subscriber sees the value alone.
    let mut late = Peer::new("late", address).await;
    late.subscribe(&format!("{BASE}/amp/#")).await;
    assert_eq!(late.message().await.topic, format!("{BASE}/amp"));
    peer.publish(&format!("{BASE}/amp/fence"), b"", false).await;
    assert_eq!(late.message().await.topic, format!("{BASE}/amp/fence"));
    client.stop().await;
}

pub async fn an_old_wish_is_ignored(address: SocketAddr, setup: Setup) {
    let mut peer = Peer::new("peer", address).await;
    peer.subscribe(&format!("{BASE}/+/result")).await;
    peer.publish(&format!("{BASE}/amp/set"), b"6", true).await;
    let client = start(Fake::small(), address, setup);
    client.device.status(1).await;
    // A new one may overtake the subscription: asked until it is answered. The
    // first answer is then what this peer heard first.
    ask_until_answered(address).await;
    let answer = peer.message().await;
    assert_eq!(
        (answer.topic.as_str(), &answer.payload[..]),
        (format!("{BASE}/car/result").as_str(), &b"success"[..])
    );
    assert!(client.device.sets().iter().all(|(key, _)| key == "car"));
    assert_eq!(client.device.current("amp").as_deref(), Some("16"));
    client.stop().await;
}

/// Sets `car` again and again, until that is answered.
async fn ask_until_answered(address: SocketAddr) {
    let mut peer = Peer::new("asker", address).await;
    peer.subscribe(&format!("{BASE}/car/result")).await;
    loop {
        peer.publish(&format!("{BASE}/car/set"), b"3", false).await;
        let wait = tokio::time::timeout(std::time::Duration::from_millis(200), peer.message());
        if wait.await.is_ok() {
            return;
        }
    }
}

pub async fn a_setting_too_long_is_answered(address: SocketAddr, setup: Setup) {
    let mut peer = Peer::new("peer", address).await;
    peer.subscribe(&format!("{BASE}/#")).await;
    let client = start(Fake::small(), address, setup);
    peer.value(&format!("{BASE}/fna"), "\"x\"").await;
    // One right after the other; nothing is lost behind the long ones.
    for len in [250, 5000, 200_000] {
        peer.publish(&format!("{BASE}/amp/set"), &vec![b'1'; len], false)
            .await;
    }
    peer.publish(&format!("{BASE}/car/set"), b"2", false).await;
    for _ in 0..3 {
        let result = peer.on(&format!("{BASE}/amp/result")).await;
        assert_eq!(result.payload, "payload too long");
    }
    assert_eq!(
        peer.on(&format!("{BASE}/car/result")).await.payload,
        "success"
    );
    assert_eq!(client.device.statuses(), [Status::Connected]);
    client.stop().await;
}

pub async fn a_cut_line_is_mended(address: SocketAddr, setup: Setup) {
    let proxy = Proxy::new(address).await;
    let mut peer = Peer::new("peer", address).await;
    peer.subscribe(&format!("{BASE}/#")).await;
    let client = start(Fake::small(), proxy.address, setup);
    peer.value(&format!("{BASE}/fna"), "\"x\"").await;
    for (round, value) in ["6", "7", "8"].iter().enumerate() {
        proxy.set(Line::Cut);
        let (status, _) = client.device.status(2 * round + 2).await;
        assert!(
            matches!(status, Status::Lost(Lost::Closed | Lost::Network)),
            "{status:?}"
        );
        client.device.change("amp", value);
        proxy.set(Line::Through);
        // Values that changed meanwhile, values that did not, and settings are heard.
        peer.value(&format!("{BASE}/amp"), value).await;
        peer.value(&format!("{BASE}/fna"), "\"x\"").await;
        peer.publish(&format!("{BASE}/car/set"), value.as_bytes(), false)
            .await;
        assert_eq!(
            peer.on(&format!("{BASE}/car/result")).await.payload,
            "success"
        );
    }
    client.stop().await;
}

pub async fn a_flood_of_settings_is_survived(address: SocketAddr, setup: Setup) {
    let mut peer = Peer::new("peer", address).await;
    peer.subscribe(&format!("{BASE}/+/result")).await;
    peer.subscribe(&format!("{BASE}/fna")).await;
    let client = start(Fake::small(), address, setup);
    peer.value(&format!("{BASE}/fna"), "\"x\"").await;
    for n in 0..1000 {
        peer.publish(&format!("{BASE}/amp/set"), n.to_string().as_bytes(), false)
            .await;
    }
    for _ in 0..1000 {
        assert_eq!(
            peer.on(&format!("{BASE}/amp/result")).await.payload,
            "success"
        );
    }
    assert_eq!(client.device.current("amp").as_deref(), Some("999"));
    assert_eq!(client.device.statuses(), [Status::Connected]);
    client.stop().await;
}

pub async fn many_keys_arrive_whole(address: SocketAddr, setup: Setup) {
    let mut peer = Peer::new("peer", address).await;
    peer.subscribe("a/b/000001/+").await;
    let setup = Setup {
        prefix: "a/b",
        ..setup
    };
    let client = start(Fake::many(316, 100), address, setup);
    for key in 0..316 {
        let message = peer.message().await;
        assert_eq!(message.topic, format!("a/b/000001/k{key:03}"));
        assert_eq!(message.payload, "7".repeat(100));
    }
    client.stop().await;
}

pub async fn the_last_will_is_heard(address: SocketAddr, setup: Setup) {
    let proxy = Proxy::new(address).await;
    let mut peer = Peer::new("peer", address).await;
    peer.subscribe("will").await;
    peer.subscribe(&format!("{BASE}/fna")).await;
    let will = Will {
        topic: "will",
        payload: b"gone",
        qos: Qos::AtLeastOnce,
        retain: false,
    };
    let setup = Setup {
        will: Some(will),
        ..setup
    };
    let client = start(Fake::small(), proxy.address, setup);
    peer.value(&format!("{BASE}/fna"), "\"x\"").await;
    proxy.set(Line::Cut);
    assert_eq!(peer.on("will").await.payload, "gone");
    client.stop().await;
}
