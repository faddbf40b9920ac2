//! The topics of one device: the rows of the topics table, with prefix and
//! serial filled in.
//!
//! The table is data and comes with the generated crate; nothing here knows how
//! many levels a topic has or what they are called. The prefix is taken as it
//! stands: it may have slashes inside, and `/a` and `a` are two different
//! prefixes, as MQTT has it [MQTT-4.7.3-1].

use goe_runtime::mqtt::{Level, Names, Topic, TopicMap};
use goe_runtime::out::Out;

pub use goe_runtime::mqtt::Action;

/// The longest topic that is published or subscribed to, in bytes.
pub const TOPIC_MAX: usize = 256;

/// The room for a key that must be left in every topic, in bytes.
const KEY_MIN: usize = 32;

/// Why there can be no such topics. Which wins when several apply: the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TopicsError {
    /// A wildcard or NUL in prefix or serial.
    Name,
    /// The table lacks a row for an [`Action`], or one has not exactly one key.
    Table,
    /// Topics would pass [`TOPIC_MAX`] with a key of 32 bytes.
    TooLong,
}

/// The topics of one device.
#[derive(Clone, Copy, Debug)]
pub struct Topics<'a> {
    names: Names<'a>,
    state: &'static Topic,
    set: &'static Topic,
    result: &'static Topic,
}

impl<'a> Topics<'a> {
    /// The topics of `map` for the device of these names.
    pub fn new(map: &TopicMap, names: Names<'a>) -> Result<Self, TopicsError> {
        let forbidden = |text: &str| text.bytes().any(|b| matches!(b, b'+' | b'#' | 0));
        if forbidden(names.prefix) || forbidden(names.serial) {
            return Err(TopicsError::Name);
        }
        let topics = Self {
            names,
            state: row(map, Action::State)?,
            set: row(map, Action::Set)?,
            result: row(map, Action::Result)?,
        };
        for action in ACTIONS {
            if topics.len(action, "") + KEY_MIN > TOPIC_MAX {
                return Err(TopicsError::TooLong);
            }
        }
        Ok(topics)
    }

    /// The serial number in them.
    pub fn serial(&self) -> &'a str {
        self.names.serial
    }

    /// Writes a topic into `out`; with the key `+`, the filter that matches it
    /// for every key. `None` when it does not fit.
    pub fn format<'o>(&self, action: Action, key: &str, out: &'o mut [u8]) -> Option<&'o str> {
        let mut out = Out::new(out);
        self.topic(action).write(self.names, key, &mut out);
        core::str::from_utf8(out.written()?).ok()
    }

    /// The length of a topic, in bytes.
    pub fn len(&self, action: Action, key: &str) -> usize {
        let mut out = Out::new(&mut []);
        self.topic(action).write(self.names, key, &mut out);
        out.len()
    }

    /// Returns the action of a topic and its key, which need not be one that
    /// exists; `None` for a topic that is none of this device's.
    pub fn parse<'t>(&self, topic: &'t str) -> Option<(Action, &'t str)> {
        ACTIONS.into_iter().find_map(|action| {
            let key = self.topic(action).parse(self.names, topic)?;
            Some((action, key))
        })
    }

    /// Returns whether the broker is to keep what is published there.
    pub fn is_retained(&self, action: Action) -> bool {
        self.topic(action).retained
    }

    fn topic(&self, action: Action) -> &'static Topic {
        match action {
            Action::State => self.state,
            Action::Set => self.set,
            Action::Result => self.result,
        }
    }
}

/// In the order in which a topic that could be several is taken.
const ACTIONS: [Action; 3] = [Action::Set, Action::Result, Action::State];

fn row(map: &TopicMap, action: Action) -> Result<&'static Topic, TopicsError> {
    let topic = map.topic(action).ok_or(TopicsError::Table)?;
    let is_key = |level: &&Level| **level == Level::Key;
    if topic.levels.iter().filter(is_key).count() == 1 {
        Ok(topic)
    } else {
        Err(TopicsError::Table)
    }
}
