//! How a charger is talked to, and secrets that are never shown.

use std::fmt;
use std::time::Duration;

/// How to talk to a charger.
#[derive(Clone, Debug)]
pub struct Options {
    /// The longest wait for an answer, the connection included.
    pub timeout: Duration,
    /// The charger's password. With it everything goes over the WebSocket, which
    /// chargers offer without their HTTP API being allowed.
    pub password: Option<Secret>,
    /// The broker that the charger is connected to. Changes then come from there.
    pub broker: Option<Broker>,
    /// How often to ask for changes where neither is there.
    pub poll: Duration,
}

impl Default for Options {
    /// Ten seconds for an answer, no password, no broker, a look every five seconds.
    fn default() -> Self {
        Options {
            timeout: Duration::from_secs(10),
            password: None,
            broker: None,
            poll: Duration::from_secs(5),
        }
    }
}

/// A broker of MQTT.
#[derive(Clone, Debug)]
pub struct Broker {
    /// `mqtt://user:password@host:1883`.
    pub url: Secret,
    /// What stands before a key in its topics, `go-eCharger/123456`; without it the
    /// charger is asked.
    pub prefix: Option<String>,
}

impl Broker {
    /// The broker of a URL.
    pub fn new(url: impl Into<String>) -> Self {
        Broker {
            url: Secret::new(url),
            prefix: None,
        }
    }
}

/// A text that is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Takes it.
    pub fn new(text: impl Into<String>) -> Self {
        Secret(text.into())
    }

    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}
