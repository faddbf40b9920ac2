//! A client as the settings want it: which broker, under which topics, or none;
//! and another one when they change.

use core::future::Future;
use core::pin::pin;

use embassy_futures::select::select;
use goe_runtime::Registry;
use goe_runtime::device::{
    Appearance, Connection, DISCOVERY_PREFIX, DISCOVERY_PREFIX_MAX, Reached, TOPIC_PREFIX_MAX,
    Trust, URL_MAX, Url, Wanted,
};
use goe_runtime::mqtt::{Names, TopicMap};
use heapless::String;

use super::client::Client;
use super::codec::{self, Credentials, Qos, Will};
use super::config::{Buffers, Config};
use super::connect::Connect;
use super::discovery::Discovery;
use super::lost::Status;
use super::pending::KeyState;
use super::stop::Stop;
use super::topics::{Action, Topics};
use crate::clock::Clock;

/// The longest client id: the default prefix, a dash, and the serial number.
const ID_MAX: usize = 40;

/// The longest topic of the key that says whether the client is connected.
const WILL_TOPIC_MAX: usize = 128;

/// After this many seconds of silence a broker takes the client for gone.
const KEEP_ALIVE_S: u16 = 30;

/// The memory of a client; what each part has to hold is said at [`Buffers`].
#[derive(Debug)]
pub struct Memory<'m> {
    /// Receive buffer.
    pub rx: &'m mut [u8],
    /// Send buffer.
    pub tx: &'m mut [u8],
    /// One for each key.
    pub states: &'m mut [KeyState],
}

/// A copy of what was wanted when a client began.
#[derive(Default, PartialEq)]
struct Held {
    url: String<URL_MAX>,
    prefix: String<TOPIC_PREFIX_MAX>,
    trust: Trust,
    discovery: Option<bool>,
    home: String<DISCOVERY_PREFIX_MAX>,
    before: String<DISCOVERY_PREFIX_MAX>,
}

/// The client id of a device: where another client has the same, the beginning
/// of the one that it takes instead.
pub fn client_id(topics: &TopicMap, serial: &str) -> String<ID_MAX> {
    let mut id = String::new();
    // Cut off at worst, where a serial number is longer than any is.
    let _ = topics.write_id(serial, &mut id);
    id
}

/// Runs clients one after the other, each until the settings change, and ends
/// with `stop`. `seed` is for what is left to chance: give each device its own.
pub async fn run<D: Reached>(
    connector: &mut impl Connect,
    device: &D,
    clock: impl Clock,
    (topics, serial): (&TopicMap, &str),
    memory: Memory<'_>,
    seed: u64,
    stop: impl Future<Output = ()>,
) {
    let stop = pin!(stop);
    let stop = Stop::new(stop);
    let Memory { rx, tx, states } = memory;
    let id = client_id(topics, serial);
    let mut default: String<TOPIC_PREFIX_MAX> = String::new();
    // Cut off at worst, where a serial number is longer than any is.
    let _ = topics.write_default_prefix(serial, &mut default);
    let tell = |status| {
        device.connection(match status {
            Status::Connected => Connection::Connected,
            Status::Lost(lost) => Connection::Lost(lost.text()),
            Status::Stopped => Connection::Closed,
        });
    };
    while !stop.is_requested() {
        device.rewanted().reset();
        let (held, is_wanted) = Held::of(device, &default);
        let until = async {
            select(held.outdated(device, &default), stop.wait()).await;
        };
        let names = Names {
            prefix: &held.prefix,
            serial,
        };
        let (url, names) = match (Url::parse(&held.url), Topics::new(topics, names)) {
            (Ok(url), Ok(names)) if is_wanted => (url, names),
            (Err(reason), _) if is_wanted => {
                log::error!("mqtt: {reason}");
                until.await;
                continue;
            }
            (_, Err(_)) if is_wanted => {
                log::error!("mqtt: the topics cannot be used");
                until.await;
                continue;
            }
            _ => {
                until.await;
                continue;
            }
        };
        let mut login = [0; URL_MAX];
        let mut will_topic = [0; WILL_TOPIC_MAX];
        let registry = device.registry();
        let connected = device.connected_key();
        let said_of = registry.descriptor(connected).name;
        let config = Config {
            connect: codec::Connect {
                client_id: &id,
                clean_session: true,
                keep_alive_s: KEEP_ALIVE_S,
                credentials: url
                    .login(&mut login)
                    .map(|(user, password)| Credentials { user, password }),
                will: names
                    .format(Action::State, said_of, &mut will_topic)
                    .map(|topic| Will {
                        topic,
                        payload: b"false",
                        qos: Qos::AtLeastOnce,
                        retain: true,
                    }),
            },
            topics: names,
            broker: url.broker(held.trust),
            qos: match url.is_acknowledged() {
                true => Qos::AtLeastOnce,
                false => Qos::AtMostOnce,
            },
            denied: url.is_acknowledged().then_some(connected),
            discovery: held.discovery(registry, device.appearance(), said_of),
        };
        let buffers = Buffers {
            rx: &mut *rx,
            tx: &mut *tx,
            states: &mut *states,
        };
        device.connection(Connection::Started);
        let mut client = Client::new(config, buffers, seed);
        let ended = client.run(connector, device, clock, &tell, until).await;
        device.connection(Connection::Ended);
        if let Err(unfit) = ended {
            log::error!("mqtt: not started: {unfit:?}");
            select(held.outdated(device, &default), stop.wait()).await;
        }
    }
}

impl Held {
    /// What the device wants now, and whether it wants a client.
    fn of(device: &impl Reached, default_prefix: &str) -> (Self, bool) {
        let mut held = Held::default();
        let mut is_wanted = false;
        device.wanted(&mut |wanted| is_wanted = held.hold(&wanted, default_prefix));
        (held, is_wanted)
    }

    /// Waits until something else is wanted. A bell that rings for less costs no
    /// connection.
    async fn outdated(&self, device: &impl Reached, default_prefix: &str) {
        loop {
            device.rewanted().wait().await;
            if Held::of(device, default_prefix).0 != *self {
                return;
            }
        }
    }

    fn hold(&mut self, wanted: &Wanted<'_>, default_prefix: &str) -> bool {
        let prefix = wanted.prefix.unwrap_or(default_prefix);
        self.trust = wanted.trust;
        if let Some(discovery) = wanted.discovery {
            self.discovery = Some(discovery.announce);
            // They are no longer than their types.
            let _ = self
                .home
                .push_str(discovery.prefix.unwrap_or(DISCOVERY_PREFIX));
            let _ = self.before.push_str(discovery.before.unwrap_or_default());
        }
        self.url.push_str(wanted.url).is_ok() && self.prefix.push_str(prefix).is_ok()
    }

    /// Nothing is to be left under the default, either: a charger that was
    /// without power when the prefix changed does not know what there was.
    fn discovery<'a>(
        &'a self,
        registry: &'static Registry,
        appearance: Appearance,
        available: &'a str,
    ) -> Option<Discovery<'a>> {
        let before = Some(self.before.as_str()).filter(|before| !before.is_empty());
        let default = Some(DISCOVERY_PREFIX).filter(|default| Some(*default) != before);
        let other = |prefix: &&str| *prefix != self.home;
        Some(Discovery {
            registry,
            appearance,
            prefix: &self.home,
            announce: self.discovery?,
            stale: [before.filter(other), default.filter(other)],
            available,
        })
    }
}
