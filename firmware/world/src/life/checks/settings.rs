//! A setting that is older than a second is there after a power cut, as it was or as it
//! was set since.

use std::collections::BTreeMap;

use super::violation::{Invariant, Violation};

/// A setting is on flash after this, ms.
const STORED_MS: u64 = 1_000;

/// Flash that failed is tried again after five seconds, ms.
const AFTER_FAILURE_MS: u64 = 7_000;

/// Settings by their key, as flash has them.
pub(crate) type Stored = BTreeMap<&'static str, String>;

/// What each setting was lately.
#[derive(Default)]
pub(crate) struct Settings {
    /// Each with what it was, and since when.
    seen: BTreeMap<&'static str, Vec<(u64, String)>>,
    failed_ms: Option<u64>,
    cut_ms: Option<u64>,
}

impl Settings {
    /// What there is now, while the charger has power.
    pub(crate) fn note(&mut self, now_ms: u64, stored: Stored, flash_works: bool) {
        if !flash_works {
            self.failed_ms = Some(now_ms);
        }
        for (key, value) in stored {
            let lately = self.seen.entry(key).or_default();
            if lately.last().is_none_or(|(_, last)| *last != value) {
                lately.push((now_ms, value));
            }
            // Of those older than a second only the last counts.
            let old = |&(since_ms, _): &(u64, String)| now_ms - since_ms > STORED_MS;
            while lately.len() > 1 && lately.get(1).is_some_and(old) {
                lately.remove(0);
            }
        }
    }

    /// The power went.
    pub(crate) fn cut(&mut self, now_ms: u64) {
        self.cut_ms.get_or_insert(now_ms);
    }

    /// The charger has booted.
    pub(crate) fn look(&mut self, now_ms: u64, restored: &Stored) -> Result<(), Violation> {
        let Some(cut_ms) = self.cut_ms.take() else {
            return Ok(());
        };
        let seen = std::mem::take(&mut self.seen);
        let failed = |at_ms: u64| cut_ms - at_ms < AFTER_FAILURE_MS;
        if self.failed_ms.take().is_some_and(failed) {
            return Ok(());
        }
        for (key, lately) in &seen {
            let value = restored.get(key);
            let may_be = lately.iter().any(|(_, seen)| Some(seen) == value);
            if !may_be {
                let was: Vec<_> = lately.iter().map(|(_, seen)| seen.as_str()).collect();
                let is = value.map_or("nothing", String::as_str);
                return Err(Violation {
                    invariant: Invariant::Settings,
                    at_ms: now_ms,
                    what: format!(
                        "{key} was {} and is {is} after a power cut",
                        was.join(", then ")
                    ),
                });
            }
        }
        Ok(())
    }
}
