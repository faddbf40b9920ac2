//! The contract between a device and whatever serves it.
//!
//! A device has keys ([`Table`]), a status and settings that can be made
//! ([`Device`]). HTTP needs no more. An MQTT client also hears of changes
//! ([`Published`]) and of the connection that is wanted ([`Reached`]); a store
//! keeps what was set ([`Stored`]); those who watch by a WebSocket ([`Observed`]) have to know
//! the password. Each of them is told of changes by a [`Feed`]
//! of its own. All of that is [`DeviceCell`]'s matter for a device that says what
//! its [`Logic`] is; what stands [around](Around) one says only what it does otherwise.
//!
//! The device imports no protocol, and what serves it imports no key: both
//! import this. All methods return at once, on the one thread that everything
//! runs on, so that a write and what it changes are one step for every reader.

mod around;
mod broker;
mod broker_url;
mod cell;
mod changes;
mod contract;
mod credential;
mod logic;
mod mqtt;
mod record;

pub use around::Around;
pub use broker::{Broker, HIDDEN, Trust, URL_MAX, Unreachable, Url};
pub use broker_url::BrokerUrl;
pub use cell::DeviceCell;
pub use changes::{Bell, Feed, Opened, Watch};
pub use contract::{
    Appearance, Connection, DISCOVERY_PREFIX, DISCOVERY_PREFIX_MAX, Device, Observed, Published,
    Reached, Stored, TOPIC_PREFIX_MAX, Table, Wanted, WantedDiscovery, Written,
};
pub use credential::{Credential, HashKind, SERIAL_MAX};
pub use logic::{Api, Logic};
pub use mqtt::{Mqtt, MqttEvent};
pub use record::{Record, RecordKind};
