//! What is particular to a device: the table that was generated for it, and its
//! logic. The rest of the contract is [`DeviceCell`](super::DeviceCell)'s.

use crate::descriptor::Registry;
use crate::document::{AnyDocument, Render};
use crate::error::{Refusal, WriteError};
use crate::home_assistant::Entity;
use crate::http::Route;
use crate::key_set::KeyIndex;
use crate::mqtt::TopicMap;
use crate::websocket::Messages;

use super::contract::Wanted;
use super::mqtt::MqttEvent;
use super::record::Record;

/// What was generated for a table, as one type. Generated code implements it.
pub trait Api {
    /// The status.
    type Document: AnyDocument;
    /// The value of every readable key.
    type Readings<'a>: Render;
    /// The value of every stored key.
    type Settings<'a>: Render;
    /// One accepted set.
    type Write<'a>;

    /// All keys.
    const REGISTRY: &'static Registry;
    /// How HTTP reaches them.
    const ROUTES: &'static [Route];
    /// How MQTT reaches them.
    const TOPICS: &'static TopicMap;
    /// What is said on the WebSocket, if there is one.
    const MESSAGES: Option<&'static Messages>;
    /// How Home Assistant sees them.
    const ENTITIES: &'static [Entity];

    /// Parses and checks the JSON text of a set.
    ///
    /// # Errors
    /// The key cannot be written, or the value does not satisfy the table.
    fn parse(key: KeyIndex, json: &str) -> Result<Self::Write<'_>, WriteError>;
}

/// What a device does, as plain synchronous code: it says what its values are,
/// and takes what is set. It knows no document, no feed and no task.
pub trait Logic {
    /// The generated `Api`.
    type Api: Api;

    /// Manufacturer, model and version, as Home Assistant shows them.
    const MADE: [&'static str; 3];

    /// The key that is `true` while the MQTT client is connected.
    const CONNECTED: KeyIndex;

    /// The version, where it is not that of [`MADE`](Self::MADE). It stays as it is.
    fn version(&self) -> &'static str {
        let [_, _, version] = Self::MADE;
        version
    }

    /// Returns whether the table has this key and the device, being of another
    /// release, does not: nothing shows it, a set does not know it, and what flash
    /// holds of it stays there, unless it [holds](Self::holds) it. It stays as it is. A
    /// setting that is [outdated](Self::outdated) must not be one: it would keep its
    /// earlier meaning.
    fn hides(&self, _key: KeyIndex) -> bool {
        false
    }

    /// Returns whether flash holds this setting for the device: what it has, or what it
    /// keeps by the key of another release although it shows it by one of its own.
    fn holds(&self, key: KeyIndex) -> bool {
        !self.hides(key)
    }

    /// The value of every readable key now.
    fn readings(&self) -> <Self::Api as Api>::Readings<'_>;

    /// The value of every stored key now, whole.
    fn settings(&self) -> <Self::Api as Api>::Settings<'_>;

    /// Takes what is set, or what was stored, over.
    ///
    /// # Errors
    /// The value satisfies the table and makes no sense here. Nothing changed then.
    fn apply(&mut self, write: <Self::Api as Api>::Write<'_>) -> Result<(), Refusal>;

    /// The MQTT client that is wanted, if one is.
    fn wanted(&self) -> Option<Wanted<'_>>;

    /// Hears of a broker that the board gives, and what becomes of the client.
    fn hear(&mut self, event: MqttEvent);

    /// Returns whether HTTP may read and set the keys now.
    fn serves_http(&self) -> bool {
        true
    }

    /// Returns whether nothing may be set by MQTT.
    fn is_readonly(&self) -> bool {
        false
    }

    /// The layout of what is stored: it counts how often settings changed their meaning.
    const LAYOUT: u8 = 1;

    /// Settings that mean something else than what this earlier layout stored.
    fn outdated(_layout: u8) -> impl Iterator<Item = KeyIndex> {
        core::iter::empty()
    }

    /// Gives a setting, which was restored as an earlier layout stored it, today's
    /// meaning.
    fn modernize(&mut self, _key: KeyIndex) {}

    /// Returns whether a set of this key, which is no setting, changes none either: it only
    /// tells the device something. Any other may change any setting, so that the store
    /// looks at all of them.
    fn is_told(_key: KeyIndex) -> bool {
        false
    }

    /// A setting that changed by itself and is worth storing; each is given once.
    fn take_changed(&mut self) -> Option<KeyIndex> {
        None
    }

    /// What it counts, when that is worth storing.
    fn counters(&self) -> Option<Record> {
        None
    }

    /// Hears that these counters are stored.
    fn counters_stored(&mut self, _record: &[u8]) {}

    /// Takes the stored counters at boot; `false` when it cannot read them.
    fn restore_counters(&mut self, _record: &[u8]) -> bool {
        false
    }
}
