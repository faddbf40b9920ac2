//! The traits that a device implements, one for each kind of consumer.

use core::fmt::Display;

use crate::descriptor::Registry;
use crate::document::DocumentView;
use crate::error::WriteError;
use crate::home_assistant::Entity;
use crate::key_set::{KeyIndex, Keys};

use super::broker::Trust;
use super::changes::{Bell, Feed, Watch};
use super::credential::Credential;
use super::record::{Record, RecordKind};

/// The keys of a device.
pub trait Table {
    /// A set of its keys.
    type Keys: Keys;

    /// All of its keys: the constant of the generated crate.
    fn registry(&self) -> &'static Registry;

    /// Returns whether this device, being of another release than the whole table,
    /// does not have the key. It stays as it is.
    fn hides(&self, _key: KeyIndex) -> bool {
        false
    }

    /// The key of that name, if the device has it.
    fn find(&self, name: &str) -> Option<KeyIndex> {
        let key = self.registry().find(name);
        key.filter(|&key| !self.hides(key))
    }
}

/// A device with an API of keys, as HTTP and MQTT serve it.
pub trait Device: Table {
    /// Reads the status. The view must not be kept: the device renders between
    /// two awaits of anybody.
    fn with_document<R>(&self, read: impl FnOnce(DocumentView<'_>) -> R) -> R;

    /// Sets one key from JSON text; the status shows it when this returns.
    ///
    /// # Errors
    /// The key cannot be written, the value does not satisfy the table, or the
    /// device refuses it. Nothing changed then.
    fn set(&self, key: KeyIndex, json: &str) -> Result<(), WriteError>;

    /// Returns whether HTTP may read and set the keys now.
    fn serves_http(&self) -> bool {
        true
    }
}

/// A device whose values are published by an MQTT client.
pub trait Published: Device {
    /// The keys whose value the client has not heard of.
    fn unpublished(&self) -> &Feed<Self::Keys>;

    /// Returns whether the client may set nothing.
    fn is_readonly(&self) -> bool {
        false
    }

    /// The device is told that the client has this value of a key ready for the broker.
    fn published(&self, _key: KeyIndex, _json: &[u8]) {}

    /// The device is told that the client refused a setting by itself: the name that
    /// it had, which may be no key's, and why.
    fn refused(&self, _name: &str, _why: &dyn Display) {}
}

/// A device that knows which broker its client shall connect to.
pub trait Reached: Published {
    /// Calls `take` with what is wanted now, or not at all if no client is.
    fn wanted(&self, take: &mut dyn FnMut(Wanted<'_>));

    /// Rings when something else may be wanted than before.
    fn rewanted(&self) -> &Bell;

    /// The device is told what becomes of the client and its connection.
    fn connection(&self, connection: Connection);

    /// The key that is `true` while the client is connected, and for which the
    /// broker says `false` when it is gone.
    fn connected_key(&self) -> KeyIndex;

    /// Returns how Home Assistant shall see the device.
    fn appearance(&self) -> Appearance;
}

/// A device that several clients watch at once, each of which knows its password.
pub trait Observed: Device {
    /// Lets a watch hear of all changes from now on, for as long as there is the device.
    /// Each watch is given once.
    fn observe(&self, watch: &'static Watch<Self::Keys>);

    /// What stands for the password, once it is known. Every watch is rung when there is
    /// another.
    fn credential(&self) -> Option<Credential>;
}

/// A device whose settings, and a few records, survive a restart.
pub trait Stored: Table {
    /// The settings that flash does not hold yet. Its bell also rings when a
    /// record becomes worth storing.
    fn unsaved(&self) -> &Feed<Self::Keys>;

    /// Writes a setting's JSON, whole and secrets included, and gives its length,
    /// which may be more than the buffer's; `None` when it has none.
    fn setting(&self, key: KeyIndex, json: &mut [u8]) -> Option<Written>;

    /// Returns whether flash holds this setting for the device, which may
    /// [hide](Table::hides) it.
    fn holds(&self, key: KeyIndex) -> bool {
        !self.hides(key)
    }

    /// Takes a stored setting at boot.
    ///
    /// # Errors
    /// As for a set; it is reported and skipped.
    fn restore(&self, key: KeyIndex, json: &str) -> Result<(), WriteError>;

    /// The layout of what is stored: it counts how often settings changed their meaning.
    fn layout(&self) -> u8 {
        1
    }

    /// Settings that mean something else than what this earlier layout stored.
    fn outdated(&self, _layout: u8) -> impl Iterator<Item = KeyIndex> {
        core::iter::empty()
    }

    /// Gives a setting, which was restored as an earlier layout stored it, today's
    /// meaning.
    fn modernize(&self, _key: KeyIndex) {}

    /// A record, when it is worth storing.
    fn record(&self, _which: RecordKind) -> Option<Record> {
        None
    }

    /// The device is told that this is stored.
    fn record_stored(&self, _which: RecordKind, _record: &[u8]) {}

    /// Takes a stored record at boot; `false` when it cannot read it.
    fn restore_record(&self, _which: RecordKind, _record: &[u8]) -> bool {
        false
    }
}

/// The longest first part of a topic, in bytes: with a serial number of 16 behind
/// what had 48 before that was part of it.
pub const TOPIC_PREFIX_MAX: usize = 72;

/// The longest first part of a topic of Home Assistant's, in bytes.
pub const DISCOVERY_PREFIX_MAX: usize = 48;

/// Where Home Assistant listens unless it is told otherwise.
pub const DISCOVERY_PREFIX: &str = "homeassistant";

/// The MQTT client that a device wants.
#[derive(Clone, Copy)]
pub struct Wanted<'a> {
    /// The broker, with user and password.
    pub url: &'a str,
    /// The first part of all topics; `None` is the table's default.
    pub prefix: Option<&'a str>,
    /// Whom to trust, if the URL asks for TLS.
    pub trust: Trust,
    /// The discovery by Home Assistant; `None` if it was never asked for.
    pub discovery: Option<WantedDiscovery<'a>>,
}

/// The discovery by Home Assistant that a device wants.
#[derive(Clone, Copy)]
pub struct WantedDiscovery<'a> {
    /// `true` to announce everything, `false` to take everything back.
    pub announce: bool,
    /// The first part of its topics; `None` is Home Assistant's default.
    pub prefix: Option<&'a str>,
    /// Where it may have been told something before.
    pub before: Option<&'a str>,
}

/// A change of the client or of its connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Connection {
    /// A client begins to connect.
    Started,
    /// The broker has accepted it.
    Connected,
    /// The connection is over, or there was none to be had, for a reason of at
    /// most 64 bytes; the client goes on trying.
    Lost(&'static str),
    /// The client was told to stop, and has closed the connection.
    Closed,
    /// There is no client any more.
    Ended,
}

/// The appearance of a device in Home Assistant: the same as long as it runs.
#[derive(Clone, Copy, Debug)]
pub struct Appearance {
    /// Its entities.
    pub entities: &'static [Entity],
    /// Its manufacturer.
    pub manufacturer: &'static str,
    /// Its model.
    pub model: &'static str,
    /// Version of its firmware.
    pub version: &'static str,
}

/// A value that was written to a buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    /// Its bytes, or those it would have had.
    pub length: usize,
    /// The buffer held something else before.
    pub changed: bool,
}
