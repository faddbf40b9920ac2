//! Settings for reaching the charger: the switch of the HTTP API, and MQTT with its
//! broker.
//!
//! Keeps the settings, checks them, and remembers what became of the
//! connection. It opens none: whoever does asks [`Reach::wanted`] and tells how
//! it went. A board may have a broker to offer, which is used while none is set,
//! or to prescribe for one run; neither is ever stored.

use goe_api::Key;
use goe_api::mqtt::TOPICS;
use goe_runtime::device::{
    BrokerUrl, Connection, DISCOVERY_PREFIX_MAX, TOPIC_PREFIX_MAX, Trust, Wanted, WantedDiscovery,
};
use goe_runtime::{JsonStr, Refusal};
use heapless::String;

/// Settings of HTTP and MQTT, and how MQTT fares.
#[derive(Debug)]
pub(in crate::charger) struct Reach {
    pub(in crate::charger) http: bool,
    pub(in crate::charger) readonly: bool,
    pub(in crate::charger) trusted: Trust,
    /// As it was written; `None` from the factory.
    enabled: Option<bool>,
    pub(in crate::charger) url: BrokerUrl,
    /// The broker that the board gave is wanted, whatever was written.
    is_prescribed: bool,
    /// As it was written.
    prefix: Option<String<TOPIC_PREFIX_MAX>>,
    /// What stands before the key in topics: it has no empty level, but for one in
    /// front (recorded: `/go-eCharger/072246/rssi`).
    topics: String<TOPIC_PREFIX_MAX>,
    /// The same from the factory.
    default_prefix: String<TOPIC_PREFIX_MAX>,
    /// As it was written; `None` from the factory.
    home: Option<bool>,
    home_prefix: Option<String<DISCOVERY_PREFIX_MAX>>,
    /// The prefix before, which is not the default; a connection is told of it.
    home_before: Option<String<DISCOVERY_PREFIX_MAX>>,
    /// The prefix has not changed since there was a connection.
    home_was_told: bool,
    pub(in crate::charger) is_running: bool,
    connected_ms: Option<u64>,
    error: Option<(&'static str, u64)>,
}

impl Reach {
    /// The key whose value says whether MQTT is connected.
    pub(in crate::charger) const CONNECTED: Key = Key::Mcc;

    pub(in crate::charger) fn new(serial: &str) -> Self {
        let mut default_prefix = String::new();
        // Serial numbers are bounded so that it fits.
        let _ = TOPICS.write_default_prefix(serial, &mut default_prefix);
        Reach {
            http: true,
            readonly: false,
            trusted: Trust {
                system: true,
                ..Trust::default()
            },
            enabled: None,
            url: BrokerUrl::default(),
            is_prescribed: false,
            prefix: None,
            topics: String::new(),
            default_prefix,
            home: None,
            home_prefix: None,
            home_before: None,
            home_was_told: false,
            is_running: false,
            connected_ms: None,
            error: None,
        }
    }

    /// A broker for as long as none is set, or in spite of what is set.
    pub(in crate::charger) fn give(&mut self, url: &'static str, prescribe: bool) {
        self.url.give(url, prescribe);
        self.is_prescribed = prescribe;
    }

    pub(in crate::charger) fn is_enabled(&self) -> bool {
        self.is_prescribed || self.enabled.unwrap_or(self.url.is_given())
    }

    pub(in crate::charger) fn enable(&mut self, enabled: bool) {
        self.enabled = Some(enabled);
        self.is_prescribed = false;
    }

    /// Returns the switch as it was set, for the store.
    pub(in crate::charger) fn stored_enabled(&self) -> bool {
        self.enabled.unwrap_or_else(|| self.is_enabled())
    }

    pub(in crate::charger) fn prefix(&self) -> Option<&String<TOPIC_PREFIX_MAX>> {
        self.prefix.as_ref()
    }

    /// Takes a prefix, `None` being the default.
    pub(in crate::charger) fn set_prefix(
        &mut self,
        prefix: Option<JsonStr<'_>>,
    ) -> Result<(), Refusal> {
        let prefix = prefix.map(topic_prefix).transpose()?;
        self.topics = levels(prefix.as_deref().unwrap_or_default());
        self.prefix = prefix;
        Ok(())
    }

    /// Takes a prefix of before, which the serial number stood behind in topics, for one
    /// that is all there is: topics stay what they are.
    pub(in crate::charger) fn add_serial(&mut self, serial: &str) {
        let Some(prefix) = &mut self.prefix else {
            return;
        };
        *prefix = core::mem::take(&mut self.topics);
        // It had 48 bytes at most.
        let _ = prefix.push('/').and_then(|()| prefix.push_str(serial));
        self.topics = levels(prefix);
    }

    /// Returns the prefix in force, as it was written.
    pub(in crate::charger) fn shown_prefix(&self) -> &String<TOPIC_PREFIX_MAX> {
        self.prefix.as_ref().unwrap_or(&self.default_prefix)
    }

    /// Returns whether Home Assistant is to be told of this charger.
    pub(in crate::charger) fn tells_home(&self) -> bool {
        self.home.unwrap_or(false)
    }

    pub(in crate::charger) fn tell_home(&mut self, tell: bool) {
        self.home = Some(tell);
    }

    pub(in crate::charger) fn home_prefix(&self) -> Option<&String<DISCOVERY_PREFIX_MAX>> {
        self.home_prefix.as_ref()
    }

    /// Takes the prefix of what Home Assistant is told, `None` being the default.
    pub(in crate::charger) fn set_home_prefix(
        &mut self,
        prefix: Option<JsonStr<'_>>,
    ) -> Result<(), Refusal> {
        let prefix = prefix.map(topic_prefix).transpose()?;
        if self.home_prefix == prefix {
            return Ok(());
        }
        let before = core::mem::replace(&mut self.home_prefix, prefix);
        // A prefix that was never in force is not worth forgetting another for.
        if before.is_some() && (self.home_was_told || self.home_before.is_none()) {
            self.home_before = before;
        }
        self.home_was_told = false;
        Ok(())
    }

    /// Returns the task of an MQTT client; `None` when there shall be none.
    pub(in crate::charger) fn wanted(&self) -> Option<Wanted<'_>> {
        let wanted = self.url.wanted().filter(|_| self.is_enabled())?;
        Some(Wanted {
            prefix: self.prefix.is_some().then_some(self.topics.as_str()),
            trust: self.trusted,
            discovery: self.home.map(|announce| WantedDiscovery {
                announce,
                prefix: self.home_prefix.as_deref(),
                before: self.home_before.as_deref(),
            }),
            ..wanted
        })
    }

    /// Time begins at zero; a connection that stays is as old as the boot.
    pub(in crate::charger) fn reboot(&mut self) {
        self.connected_ms = self.connected_ms.map(|_| 0);
        self.error = None;
    }

    /// Hears what becomes of the client; a connection that is lost has a reason.
    pub(in crate::charger) fn hear(&mut self, connection: Connection, now_ms: u64) {
        match connection {
            Connection::Started => self.is_running = true,
            Connection::Connected => {
                self.connected_ms = Some(now_ms);
                self.home_was_told = true;
            }
            Connection::Lost(reason) => {
                self.connected_ms = None;
                self.error = Some((reason, now_ms));
            }
            Connection::Closed => self.connected_ms = None,
            Connection::Ended => self.is_running = false,
        }
    }

    /// When it was connected, ms since boot, if it is.
    pub(in crate::charger) fn connected_at_ms(&self) -> Option<u64> {
        self.connected_ms
    }

    /// The last error, and when there was that, ms since boot.
    pub(in crate::charger) fn error(&self) -> Option<(&'static str, u64)> {
        self.error
    }
}

/// A first part of topics.
fn topic_prefix<const N: usize>(prefix: JsonStr<'_>) -> Result<String<N>, Refusal> {
    let text: String<N> = prefix
        .decode()
        .ok_or(Refusal::new("topic prefix is too long"))?;
    if text.is_empty() {
        return Err(Refusal::new(
            "topic prefix must not be empty; null is the default",
        ));
    }
    if text.starts_with('$') || text.chars().any(|c| c.is_control() || "+#".contains(c)) {
        return Err(Refusal::new(
            "topic prefix must not have a wildcard, nor begin with $",
        ));
    }
    Ok(text)
}

/// The levels of a prefix, without empty ones behind the first.
fn levels(prefix: &str) -> String<TOPIC_PREFIX_MAX> {
    let mut levels = String::new();
    for level in prefix.split('/').filter(|level| !level.is_empty()) {
        let slash = if levels.is_empty() && !prefix.starts_with('/') {
            ""
        } else {
            "/"
        };
        // It becomes no longer.
        let _ = levels.push_str(slash).and_then(|()| levels.push_str(level));
    }
    levels
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_first_level_may_be_empty() {
        for (prefix, topics) in [
            ("goe/", "goe"),
            ("goe", "goe"),
            ("/goe//x/", "/goe/x"),
            ("//goe", "/goe"),
            ("a/b", "a/b"),
            // Then the key stands behind the slash.
            ("/", ""),
        ] {
            assert_eq!(levels(prefix), topics, "{prefix}");
        }
    }

    #[test]
    fn a_prefix_of_before_gains_the_serial_number() {
        for (before, after) in [
            (Some("goe"), Some("goe/000001")),
            (Some("/goe/"), Some("/goe/000001")),
            (Some("/"), Some("/000001")),
            (None, None),
        ] {
            let mut reach = Reach::new("000001");
            reach.prefix = before.map(|text| String::try_from(text).expect("short"));
            reach.topics = levels(before.unwrap_or_default());
            reach.add_serial("000001");
            assert_eq!(reach.prefix().map(String::as_str), after);
            let topics = after.unwrap_or("go-eCharger/000001");
            assert_eq!(reach.shown_prefix(), topics);
            assert_eq!(reach.prefix().map(|_| &*reach.topics), after);
        }
    }
}
