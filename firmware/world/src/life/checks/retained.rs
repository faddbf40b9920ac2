//! What the broker retains is the document, once it is quiet.

use std::collections::BTreeMap;

use super::calm::Calm;
use super::violation::{Invariant, Violation};

/// How long it has to be calm first, ms: the client publishes everything anew when it
/// comes back.
const CALM_MS: u64 = 150_000;

/// From one look to the next, ms.
const EVERY_MS: u64 = 60_000;

/// So many seconds a value has to stay as it is before it must be retained.
const STAYS: u32 = 20;

/// The document of a charger, key by key.
pub(crate) type Values = BTreeMap<&'static str, String>;

/// Values that are not retained, each with how long it has stayed so.
#[derive(Default)]
pub(crate) struct Retained {
    suspects: BTreeMap<&'static str, (String, u32)>,
    next_ms: u64,
}

impl Retained {
    /// Returns whether a value has to be looked at: every one, or those that are suspected.
    pub(crate) fn looks_at(&self, key: &str) -> bool {
        self.suspects.is_empty() || self.suspects.contains_key(key)
    }

    /// Returns whether it is time to look; while something is suspected, each second.
    pub(crate) fn is_due(&mut self, calm: &Calm) -> bool {
        if calm.lasts_ms() < CALM_MS {
            self.suspects.clear();
            self.next_ms = 0;
            return false;
        }
        !self.suspects.is_empty() || calm.now_ms >= self.next_ms
    }

    /// Compares the values of the document with those that are retained.
    pub(crate) fn look(
        &mut self,
        calm: &Calm,
        values: Values,
        retained: &Values,
    ) -> Result<(), Violation> {
        if self.suspects.is_empty() {
            self.next_ms = calm.now_ms + EVERY_MS;
            let other = |(key, value): &(&str, String)| retained.get(key) != Some(value);
            let suspects = values.into_iter().filter(other);
            self.suspects = suspects.map(|(key, value)| (key, (value, 0))).collect();
            return Ok(());
        }
        self.suspects.retain(|key, (value, _)| {
            let stays = values.get(key) == Some(value);
            stays && retained.get(key) != Some(value)
        });
        for (key, (value, stays)) in &mut self.suspects {
            *stays += 1;
            if *stays > STAYS {
                let has = retained.get(key).map_or("nothing", String::as_str);
                return Err(Violation {
                    invariant: Invariant::Retained,
                    at_ms: calm.now_ms,
                    what: format!("{key} is {value}, and the broker has {has}"),
                });
            }
        }
        Ok(())
    }
}
