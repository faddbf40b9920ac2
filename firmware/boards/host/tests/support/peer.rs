//! A kept MQTT client, which hears what the charger publishes.

use std::net::SocketAddr;
use std::time::Instant;

use rumqttc::{Client, Event, MqttOptions, Packet, Publish, QoS};

use super::SOON;

/// The topics of the first charger.
pub const PREFIX: &str = "go-eCharger/000001";

/// A client that keeps what it hears.
pub struct Peer {
    pub client: Client,
    pub connection: rumqttc::Connection,
}

impl Peer {
    pub fn subscribed(broker: SocketAddr, topic: &str) -> Self {
        let mut options = MqttOptions::new(
            format!("peer-{}", topic.len()),
            broker.ip().to_string(),
            broker.port(),
        );
        options.set_max_packet_size(1 << 20, 1 << 20);
        let (client, connection) = Client::new(options, 100);
        client
            .subscribe(topic, QoS::AtLeastOnce)
            .expect("is queued");
        Peer { client, connection }
    }

    pub fn next(&mut self) -> Publish {
        let started = Instant::now();
        while started.elapsed() < SOON {
            match self.connection.recv_timeout(SOON) {
                Ok(Ok(Event::Incoming(Packet::Publish(publish)))) => return publish,
                Ok(Ok(_)) => {}
                other => panic!("no message: {other:?}"),
            }
        }
        panic!("no message");
    }

    pub fn wait_for(&mut self, topic: &str) -> Publish {
        self.wait_until(topic, |_| true)
    }

    pub fn wait_until(&mut self, topic: &str, satisfied: impl Fn(&[u8]) -> bool) -> Publish {
        let started = Instant::now();
        loop {
            assert!(
                started.elapsed() < 3 * SOON,
                "nothing of that kind on {topic}"
            );
            let publish = self.next();
            if publish.topic == topic && satisfied(&publish.payload) {
                return publish;
            }
        }
    }

    pub fn publish(&self, topic: &str, payload: &[u8], retain: bool) {
        self.client
            .publish(topic, QoS::AtLeastOnce, retain, payload)
            .expect("is queued");
    }

    /// Sets a key and gives the result.
    pub fn set(&mut self, key: &str, payload: &[u8]) -> String {
        self.publish(&format!("{PREFIX}/{key}/set"), payload, false);
        let result = self.wait_for(&format!("{PREFIX}/{key}/result"));
        assert!(!result.retain);
        String::from_utf8(result.payload.to_vec()).expect("UTF-8")
    }
}
