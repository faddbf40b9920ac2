//! Settings that have another value than the one that is stored, until the next boot.
//!
//! What flash holds of them is kept as the store has it, so that nothing else than what was
//! acknowledged is written there. It must never know who set them.

use heapless::Vec;

use crate::document::Render;
use crate::key_set::KeyIndex;
use crate::modbus::VOLATILE_MAX;
use crate::out::{EXACT_FLOAT_BOUND, Out};

/// What flash holds of settings that were set without being stored. They are numbers or
/// truth values.
#[derive(Debug, Default)]
pub(super) struct Volatile(Vec<(KeyIndex, Vec<u8, EXACT_FLOAT_BOUND>), VOLATILE_MAX>);

impl Volatile {
    /// The JSON that the store has of a setting which has another value now.
    pub(super) fn stored(&self, key: KeyIndex) -> Option<&[u8]> {
        let mut all = self.0.iter();
        let (_, json) = all.find(|(known, _)| *known == key)?;
        Some(json)
    }

    /// Each, with its JSON.
    pub(super) fn iter(&self) -> impl Iterator<Item = (KeyIndex, &str)> {
        let all = self.0.iter();
        // What was printed is UTF-8.
        all.filter_map(|(key, json)| Some((*key, core::str::from_utf8(json).ok()?)))
    }

    /// The setting's value is stored again.
    pub(super) fn forget(&mut self, key: KeyIndex) {
        self.0.retain(|(known, _)| *known != key);
    }

    /// Keeps what the store has of a setting, before it has another value; `false` if
    /// there is no room.
    pub(super) fn hold(&mut self, key: KeyIndex, settings: &impl Render) -> bool {
        if self.stored(key).is_some() {
            return true;
        }
        let mut json = [0; EXACT_FLOAT_BOUND];
        let mut out = Out::exact(&mut json);
        settings.write_value(key, &mut out);
        let json = out.written().and_then(|json| Vec::from_slice(json).ok());
        json.is_some_and(|json| self.0.push((key, json)).is_ok())
    }
}
