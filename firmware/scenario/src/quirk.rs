//! Quirks of real firmware that clients live with, as filters around the charger: what
//! is set passes through them, and what is shown.
//!
//! The charger knows none of them, and neither does what serves it.

use goe_api::{Key, KeySet};
use goe_runtime::{KeyIndex, Keys};

/// A quirk that is switched.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// Sets of these keys alone are acknowledged and do nothing.
    Deaf(Vec<KeyIndex>),
    /// `nrg` is all zeros.
    ZeroNrg(bool),
    /// `inva` grows whatever is told, and jumps back afterwards.
    JumpingAge(bool),
    /// HTTP answers a status request by 400.
    Status400(bool),
}

impl Change {
    /// What it is of.
    pub fn name(&self) -> &'static str {
        match self {
            Change::Deaf(_) => "deaf",
            Change::ZeroNrg(_) => "zero-nrg",
            Change::JumpingAge(_) => "jumping-age",
            Change::Status400(_) => "status-400",
        }
    }
}

/// The quirks that are on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Quirks {
    deaf: KeySet,
    zero_nrg: bool,
    /// Since when, ms.
    jumping_age: Option<u64>,
    status_400: bool,
    now_ms: u64,
}

/// `nrg` without anything in it.
const NOTHING_MEASURED: &str = "[0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]";

impl Quirks {
    /// Lets time pass until so many ms after the beginning.
    pub fn pass(&mut self, now_ms: u64) {
        self.now_ms = now_ms;
    }

    /// Returns whether some value may be shown otherwise than it is.
    pub fn show_otherwise(&self) -> bool {
        self.zero_nrg || self.jumping_age.is_some()
    }

    /// Switches some; returns whether that changed anything.
    pub fn change(&mut self, change: &Change) -> bool {
        let before = self.clone();
        match change {
            Change::Deaf(keys) => {
                self.deaf = KeySet::default();
                keys.iter().for_each(|&key| self.deaf.insert(key));
            }
            Change::ZeroNrg(on) => self.zero_nrg = *on,
            Change::JumpingAge(on) => {
                let since_ms = self.jumping_age.unwrap_or(self.now_ms);
                self.jumping_age = on.then_some(since_ms);
            }
            Change::Status400(on) => self.status_400 = *on,
        }
        *self != before
    }

    /// Returns whether a set of this key is acknowledged without effect.
    pub fn is_deaf(&self, key: KeyIndex) -> bool {
        self.deaf.contains(key)
    }

    /// Returns whether HTTP answers a status request by 400.
    pub fn is_status_400(&self) -> bool {
        self.status_400
    }

    /// The value of a key as it is shown instead, if it is.
    pub fn shown(&self, key: KeyIndex, json: &str) -> Option<String> {
        if self.zero_nrg && key == Key::Nrg.index() {
            return Some(NOTHING_MEASURED.to_owned());
        }
        let since_ms = self
            .jumping_age
            .filter(|_| key == Key::Inva.index() && json != "null")?;
        let age_ms: u64 = json.parse().ok()?;
        Some(age_ms.max(self.now_ms.saturating_sub(since_ms)).to_string())
    }
}
