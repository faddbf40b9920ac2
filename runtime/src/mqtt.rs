//! The topics table of the spec: topic → key and key → topic, without
//! allocation.

use core::fmt::{self, Display, Formatter};

use crate::error::{Reason, Sent, ValuePath, WriteError};
use crate::out::Out;

/// The action of a topic: what is published under it, and by whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// The device publishes a key's value.
    State,
    /// A client publishes a wish.
    Set,
    /// The device answers a wish.
    Result,
}

/// A level of a topic, or several where a name holds slashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// `{prefix}`.
    Prefix,
    /// `{serial}`.
    Serial,
    /// `{key}`.
    Key,
    /// As it stands.
    Literal(&'static str),
}

/// One row of the topics table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Topic {
    /// Its action.
    pub action: Action,
    /// Its levels.
    pub levels: &'static [Level],
    /// `true` if brokers keep the last message.
    pub retained: bool,
}

/// The topics table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TopicMap {
    /// Its rows.
    pub topics: &'static [Topic],
    /// The value of `{prefix}` unless the device is told otherwise; `{serial}` in it
    /// stands for the serial number.
    pub default_prefix: &'static str,
}

/// What stands for the serial number in a default.
const SERIAL: &str = "{serial}";

/// The names that fill a device's part of the topics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Names<'a> {
    /// May hold slashes and begin with one.
    pub prefix: &'a str,
    /// The device's serial number.
    pub serial: &'a str,
}

impl TopicMap {
    /// Writes the prefix that a device of this serial number has by default.
    pub fn write_default_prefix(&self, serial: &str, out: &mut impl fmt::Write) -> fmt::Result {
        let (before, behind) = self.around_serial();
        out.write_str(before)?;
        match behind {
            Some(behind) => out.write_str(serial).and_then(|()| out.write_str(behind)),
            None => Ok(()),
        }
    }

    /// Writes a name that no other device has: the default prefix with the serial
    /// number, as one level.
    pub fn write_id(&self, serial: &str, out: &mut impl fmt::Write) -> fmt::Result {
        let (before, _) = self.around_serial();
        out.write_str(before.strip_suffix('/').unwrap_or(before))?;
        out.write_str("-")?;
        out.write_str(serial)
    }

    /// What stands before the serial number in the default, or all of it, and what behind.
    fn around_serial(&self) -> (&'static str, Option<&'static str>) {
        let prefix = self.default_prefix;
        // Nothing else is in braces. core's search for a text takes half a KB of flash.
        let brace = prefix.bytes().position(|byte| byte == b'{');
        let at = brace.unwrap_or(prefix.len());
        let behind = prefix.get(at + SERIAL.len()..).filter(|_| brace.is_some());
        (prefix.get(..at).unwrap_or_default(), behind)
    }

    /// The row for an action, if the table has one.
    pub fn topic(&self, action: Action) -> Option<&'static Topic> {
        self.topics.iter().find(|topic| topic.action == action)
    }
}

impl Topic {
    /// Writes the topic of a key; the key `+` gives the filter for all of them.
    pub fn write(&self, names: Names<'_>, key: &str, out: &mut Out<'_>) {
        for (index, level) in self.levels.iter().enumerate() {
            if index > 0 {
                out.put(b"/");
            }
            out.put(level.text(names).unwrap_or(key).as_bytes());
        }
    }

    /// The key that a topic of this kind names, known or not.
    pub fn parse<'t>(&self, names: Names<'_>, topic: &'t str) -> Option<&'t str> {
        let mut rest = topic;
        let mut key = "";
        for (index, level) in self.levels.iter().enumerate() {
            if index > 0 {
                rest = rest.strip_prefix('/')?;
            }
            match level.text(names) {
                Some(text) => rest = rest.strip_prefix(text)?,
                None => (key, rest) = rest.split_at(rest.find('/').unwrap_or(rest.len())),
            }
        }
        (rest.is_empty() && !key.is_empty()).then_some(key)
    }
}

impl Level {
    /// `None` for the key.
    fn text<'a>(&self, names: Names<'a>) -> Option<&'a str> {
        match *self {
            Level::Prefix => Some(names.prefix),
            Level::Serial => Some(names.serial),
            Level::Literal(text) => Some(text),
            Level::Key => None,
        }
    }
}

/// A refusal in the words of MQTT, see [`WriteError::mqtt`].
#[derive(Clone, Copy, Debug)]
pub struct MqttReason<'a> {
    error: WriteError,
    sent: Sent<'a>,
}

impl WriteError {
    /// As it is published under the key's result topic.
    pub fn mqtt<'a>(self, sent: Sent<'a>) -> MqttReason<'a> {
        MqttReason { error: self, sent }
    }
}

impl Display for MqttReason<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let MqttReason { error, sent } = self;
        match error {
            WriteError::UnknownKey => f.write_str("unknown api key"),
            WriteError::WithoutSetter => write!(f, "without setter {sent}"),
            WriteError::Rejected {
                reason: reason @ Reason::Json(_),
                ..
            } => write!(f, "{reason}: {sent}"),
            WriteError::Rejected {
                reason: reason @ (Reason::WrongType(_) | Reason::WrongLength { .. }),
                path: ValuePath::TOP,
            } => write!(f, "{reason} {sent}"),
            WriteError::Rejected { reason, path } => write!(f, "{path}{reason}"),
            WriteError::Refused(refusal) => refusal.fmt(f),
            WriteError::PayloadTooLong => f.write_str("payload too long"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SET: Topic = Topic {
        action: Action::Set,
        levels: &[
            Level::Prefix,
            Level::Serial,
            Level::Key,
            Level::Literal("set"),
        ],
        retained: false,
    };

    #[test]
    fn both_ways() {
        for prefix in ["a-device", "/a-device", "a/b/c"] {
            let names = Names {
                prefix,
                serial: "000001",
            };
            let mut buffer = [0; 64];
            let mut out = Out::new(&mut buffer);
            SET.write(names, "level", &mut out);
            let topic = core::str::from_utf8(out.written().expect("fits")).expect("utf-8");
            assert_eq!(topic.strip_prefix(prefix), Some("/000001/level/set"));
            assert_eq!(SET.parse(names, topic), Some("level"));
        }
    }

    #[test]
    fn a_default_prefix_may_hold_the_serial_number() {
        for (default_prefix, prefix) in [("a", "a"), ("a/{serial}", "a/7"), ("{serial}/b", "7/b")] {
            let map = TopicMap {
                topics: &[],
                default_prefix,
            };
            let mut out = std::string::String::new();
            map.write_default_prefix("7", &mut out).expect("room");
            assert_eq!(out, prefix);
        }
        for default_prefix in ["a", "a/{serial}"] {
            let map = TopicMap {
                topics: &[],
                default_prefix,
            };
            let mut out = std::string::String::new();
            map.write_id("7", &mut out).expect("room");
            assert_eq!(out, "a-7");
        }
    }

    #[test]
    fn other_topics_name_no_key() {
        let names = Names {
            prefix: "a-device",
            serial: "000001",
        };
        for topic in [
            "a-device/000001/level",
            "a-device/000001/level/result",
            "a-device/000001/level/set/",
            "a-device/000001/level/x/set",
            "a-device/000002/level/set",
            "a-device/000001//set",
            "/a-device/000001/level/set",
            "a-device",
            "",
        ] {
            assert_eq!(SET.parse(names, topic), None, "{topic}");
        }
    }
}
