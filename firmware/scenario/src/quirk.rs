//! Quirks of real firmware that clients live with, as filters around the charger: what
//! is set passes through them, and what is shown.
//!
//! The charger knows none of them, and neither does what serves it.

use goe_api::{Key, KeySet, REGISTRY};
use goe_runtime::{KeyIndex, Keys, Unit};

/// A quirk that is switched.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// Sets of these keys alone are acknowledged and do nothing.
    Deaf(Vec<KeyIndex>),
    /// `nrg` is all zeros.
    ZeroNrg(bool),
    /// Ages and times since boot jump.
    JumpingAges(bool),
    /// HTTP answers a status request by 400.
    Status400(bool),
}

/// The quirks that are on.
#[derive(Clone, Debug, Default)]
pub struct Quirks {
    deaf: KeySet,
    zero_nrg: bool,
    jumping_ages: bool,
    status_400: bool,
}

/// What jumps is so far ahead, ms: a quarter of an hour.
const JUMP_MS: i64 = 900_000;

/// It is ahead for one second of so many.
const JUMPS_EVERY_MS: u64 = 7_000;

/// `nrg` without anything in it.
const NOTHING_MEASURED: &str = "[0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]";

impl Quirks {
    /// Switches some.
    pub fn change(&mut self, change: &Change) {
        match change {
            Change::Deaf(keys) => {
                self.deaf = KeySet::default();
                keys.iter().for_each(|&key| self.deaf.insert(key));
            }
            Change::ZeroNrg(on) => self.zero_nrg = *on,
            Change::JumpingAges(on) => self.jumping_ages = *on,
            Change::Status400(on) => self.status_400 = *on,
        }
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
    pub fn shown(&self, key: KeyIndex, json: &str, now_ms: u64) -> Option<String> {
        if self.zero_nrg && key == Key::Nrg.index() {
            return Some(NOTHING_MEASURED.to_owned());
        }
        let jumps = self.jumping_ages && now_ms % JUMPS_EVERY_MS < 1_000;
        let age: i64 = json.parse().ok().filter(|_| jumps && is_age(key))?;
        Some((age + JUMP_MS).to_string())
    }
}

/// Ages and times since boot are read-only and in milliseconds.
fn is_age(key: KeyIndex) -> bool {
    let descriptor = REGISTRY.descriptor(key);
    let unit = goe_api::DOCS.iter().nth(usize::from(key.0));
    let unit = unit.and_then(|doc| doc.unit);
    !descriptor.access.writable() && unit.and_then(Unit::from_symbol) == Some(Unit::Milliseconds)
}
