//! Settings for reaching the charger: the switch of the HTTP API, and MQTT with its
//! broker.
//!
//! Keeps the settings, checks them, and remembers what became of the
//! connection. It opens none: whoever does asks [`Reach::wanted`] and tells how
//! it went. A board may have a broker to offer, which is used while none is set,
//! or to prescribe for one run; neither is ever stored.

use core::fmt::Write as _;

use goe_api::Key;
use goe_runtime::device::{
    Connection, TOPIC_PREFIX_MAX, Trust, URL_MAX, Url, Wanted, WantedDiscovery,
};
use goe_runtime::{JsonStr, Refusal, ValuePath};
use heapless::String;

/// Settings of HTTP and MQTT, and how MQTT fares.
#[derive(Debug)]
pub(in crate::charger) struct Reach {
    pub(in crate::charger) http: bool,
    pub(in crate::charger) readonly: bool,
    pub(in crate::charger) trusted: Trust,
    /// As it was written; `None` from the factory.
    enabled: Option<bool>,
    /// Empty when none was written.
    url: Password,
    /// The URL in force, without its password.
    shown: String<URL_MAX>,
    prefix: Option<String<TOPIC_PREFIX_MAX>>,
    /// As it was written; `None` from the factory.
    home: Option<bool>,
    home_prefix: Option<String<TOPIC_PREFIX_MAX>>,
    /// The prefix before, which is not the default; a connection is told of it.
    home_before: Option<String<TOPIC_PREFIX_MAX>>,
    /// The prefix has not changed since there was a connection.
    home_was_told: bool,
    given: Given,
    pub(in crate::charger) is_running: bool,
    connected_ms: Option<u64>,
    error: Option<(&'static str, u64)>,
    /// Number of times that [`Reach::wanted`] became something else.
    changes: u32,
}

/// The text of a URL, which no log shall show.
#[derive(Default)]
struct Password(String<URL_MAX>);

impl core::fmt::Debug for Password {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Password(..)")
    }
}

/// A broker of the board's.
#[derive(Default)]
struct Given {
    url: &'static str,
    /// Stronger than what is set, until that is set again.
    over_url: bool,
    over_enabled: bool,
}

impl core::fmt::Debug for Given {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Given(..)")
    }
}

impl Reach {
    /// The key whose value says whether MQTT is connected.
    pub(in crate::charger) const CONNECTED: Key = Key::Mcc;

    pub(in crate::charger) fn new() -> Self {
        Reach {
            http: true,
            readonly: false,
            trusted: Trust {
                system: true,
                ..Trust::default()
            },
            enabled: None,
            url: Password::default(),
            shown: String::new(),
            prefix: None,
            home: None,
            home_prefix: None,
            home_before: None,
            home_was_told: false,
            given: Given::default(),
            is_running: false,
            connected_ms: None,
            error: None,
            changes: 0,
        }
    }

    /// A broker for as long as none is set, or in spite of what is set.
    pub(in crate::charger) fn give(&mut self, url: &'static str, prescribe: bool) {
        self.given = Given {
            url,
            over_url: prescribe,
            over_enabled: prescribe,
        };
        self.show();
    }

    pub(in crate::charger) fn is_enabled(&self) -> bool {
        let factory = !self.given.url.is_empty();
        self.given.over_enabled || self.enabled.unwrap_or(factory)
    }

    pub(in crate::charger) fn enable(&mut self, enabled: bool) {
        self.note(self.is_enabled() != enabled);
        self.enabled = Some(enabled);
        self.given.over_enabled = false;
    }

    pub(in crate::charger) fn trust(&mut self, change: impl FnOnce(&mut Trust)) {
        let before = self.trusted;
        change(&mut self.trusted);
        self.note(self.trusted != before);
    }

    /// Counts the times that something else was wanted.
    pub(in crate::charger) fn changes(&self) -> u32 {
        self.changes
    }

    fn note(&mut self, changed: bool) {
        self.changes = self.changes.wrapping_add(changed.into());
    }

    /// Returns the switch as it was set, for the store.
    pub(in crate::charger) fn stored_enabled(&self) -> bool {
        self.enabled.unwrap_or_else(|| self.is_enabled())
    }

    /// With its password, for the store.
    pub(in crate::charger) fn stored_url(&self) -> &String<URL_MAX> {
        &self.url.0
    }

    /// The URL in force, without its password.
    pub(in crate::charger) fn shown_url(&self) -> &String<URL_MAX> {
        &self.shown
    }

    pub(in crate::charger) fn prefix(&self) -> Option<&String<TOPIC_PREFIX_MAX>> {
        self.prefix.as_ref()
    }

    /// Takes a URL; an empty one forgets what was set.
    pub(in crate::charger) fn set_url(&mut self, url: JsonStr<'_>) -> Result<(), Refusal> {
        let text: String<URL_MAX> = url.decode().ok_or(refusal("URL is too long"))?;
        if !text.is_empty() {
            let url = Url::parse(&text).map_err(refusal)?;
            // As it is shown: the password that it stands for is held.
            let held = Url::parse(self.url()).ok();
            if held.is_some_and(|held| url.shows(&held)) {
                return Ok(());
            }
            if write!(String::<URL_MAX>::new(), "{url}").is_err() {
                return Err(refusal(
                    "URL is too long to be shown with a hidden password",
                ));
            }
        }
        let wanted = if text.is_empty() {
            self.given.url
        } else {
            &text
        };
        self.note(self.url() != wanted);
        self.url = Password(text);
        self.given.over_url = false;
        self.show();
        Ok(())
    }

    /// Takes a prefix, `None` being the default.
    pub(in crate::charger) fn set_prefix(
        &mut self,
        prefix: Option<JsonStr<'_>>,
    ) -> Result<(), Refusal> {
        let prefix = prefix.map(topic_prefix).transpose()?;
        self.note(self.prefix != prefix);
        self.prefix = prefix;
        Ok(())
    }

    /// Returns whether Home Assistant is to be told of this charger.
    pub(in crate::charger) fn tells_home(&self) -> bool {
        self.home.unwrap_or(false)
    }

    pub(in crate::charger) fn tell_home(&mut self, tell: bool) {
        self.note(self.tells_home() != tell);
        self.home = Some(tell);
    }

    pub(in crate::charger) fn home_prefix(&self) -> Option<&String<TOPIC_PREFIX_MAX>> {
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
        self.note(self.home.is_some());
        Ok(())
    }

    /// The URL in force.
    fn url(&self) -> &str {
        if self.given.over_url || self.url.0.is_empty() {
            self.given.url
        } else {
            &self.url.0
        }
    }

    fn show(&mut self) {
        let mut shown = String::new();
        if let Ok(url) = Url::parse(self.url()) {
            // It was tried before it was taken.
            let _ = write!(shown, "{url}");
        }
        self.shown = shown;
    }

    /// Returns the task of an MQTT client; `None` when there shall be none.
    pub(in crate::charger) fn wanted(&self) -> Option<Wanted<'_>> {
        let url = self.url();
        (self.is_enabled() && !url.is_empty()).then_some(Wanted {
            url,
            prefix: self.prefix.as_deref(),
            trust: self.trusted,
            discovery: self.home.map(|announce| WantedDiscovery {
                announce,
                prefix: self.home_prefix.as_deref(),
                before: self.home_before.as_deref(),
            }),
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

    /// Since when it is connected, if it is.
    pub(in crate::charger) fn connected_age_ms(&self, now_ms: u64) -> Option<u64> {
        self.connected_ms
            .map(|since_ms| now_ms.saturating_sub(since_ms))
    }

    /// The last error, and its age.
    pub(in crate::charger) fn error(&self, now_ms: u64) -> Option<(&'static str, u64)> {
        self.error
            .map(|(reason, at_ms)| (reason, now_ms.saturating_sub(at_ms)))
    }
}

/// A first part of topics.
fn topic_prefix(prefix: JsonStr<'_>) -> Result<String<TOPIC_PREFIX_MAX>, Refusal> {
    let text: String<TOPIC_PREFIX_MAX> =
        prefix.decode().ok_or(refusal("topic prefix is too long"))?;
    if text.is_empty() {
        return Err(refusal(
            "topic prefix must not be empty; null is the default",
        ));
    }
    if text.starts_with('$') || text.chars().any(|c| c.is_control() || "+#".contains(c)) {
        return Err(refusal(
            "topic prefix must not have a wildcard, nor begin with $",
        ));
    }
    Ok(text)
}

fn refusal(reason: &'static str) -> Refusal {
    Refusal {
        path: ValuePath::TOP,
        reason,
    }
}
