//! What a device keeps of MQTT: which broker is wanted, and whether the client is
//! connected to it.

use super::broker_url::BrokerUrl;
use super::contract::{Connection, Wanted, WantedDiscovery};

/// News for a device about its MQTT client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MqttEvent {
    /// The board gives a broker, see [`BrokerUrl::give`].
    Given {
        /// With user and password.
        url: &'static str,
        /// `true` to go before the broker that is set.
        prescribe: bool,
    },
    /// The client begins, or its connection changes.
    Connection(Connection),
}

/// The state of MQTT of a device that has a key for the broker's URL and one for
/// the connection, leaves the topics to the table, and is always announced to Home
/// Assistant.
#[derive(Debug, Default)]
pub struct Mqtt {
    /// The setting.
    pub broker: BrokerUrl,
    is_connected: bool,
}

impl Mqtt {
    /// Hears what happened.
    pub fn hear(&mut self, event: MqttEvent) {
        match event {
            MqttEvent::Given { url, prescribe } => self.broker.give(url, prescribe),
            MqttEvent::Connection(Connection::Connected) => self.is_connected = true,
            MqttEvent::Connection(Connection::Lost(_) | Connection::Closed) => {
                self.is_connected = false;
            }
            MqttEvent::Connection(Connection::Started | Connection::Ended) => {}
        }
    }

    /// Returns whether the client is connected.
    pub fn is_connected(&self) -> bool {
        self.is_connected
    }

    /// The client that is wanted, if one is.
    pub fn wanted(&self) -> Option<Wanted<'_>> {
        let wanted = self.broker.wanted()?;
        Some(Wanted {
            discovery: Some(WantedDiscovery {
                announce: true,
                prefix: None,
                before: None,
            }),
            ..wanted
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_connected_until_the_connection_is_lost_or_closed() {
        let mut mqtt = Mqtt::default();
        let url = "mqtt://b";
        mqtt.hear(MqttEvent::Given {
            url,
            prescribe: false,
        });
        assert_eq!(mqtt.wanted().map(|wanted| wanted.url), Some(url));
        for (connection, is_connected) in [
            (Connection::Started, false),
            (Connection::Connected, true),
            (Connection::Lost("gone"), false),
            (Connection::Connected, true),
            (Connection::Closed, false),
            (Connection::Ended, false),
        ] {
            mqtt.hear(MqttEvent::Connection(connection));
            assert_eq!(mqtt.is_connected(), is_connected, "{connection:?}");
        }
    }
}
