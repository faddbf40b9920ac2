//! The releases that the charger can be one of.
//!
//! Which keys a release has follows from the cells `Since` and `Removed` of the table;
//! it must never know one by itself.

use goe_api::{KeySet, RELEASES};
use goe_runtime::{KeyIndex, Keys, Version};

/// A release of the firmware.
#[derive(Debug)]
pub struct Firmware {
    version: &'static str,
    /// The keys of the table that it does not have.
    lacking: KeySet,
}

/// The release that the table of keys follows.
const NEWEST: &str = "60.4";

impl Firmware {
    /// Every key of the table, of whatever release; its version is the newest.
    pub const WHOLE: &'static Firmware = &Firmware {
        version: NEWEST,
        lacking: KeySet::EMPTY,
    };

    /// The releases with no other keys than their own, the oldest first.
    pub const ALL: [&'static Firmware; 2] = [&Firmware::of("59.4"), &Firmware::of(NEWEST)];

    const fn of(version: &'static str) -> Self {
        Firmware {
            version,
            lacking: KeySet::lacking(&RELEASES, Version::parse(version)),
        }
    }

    /// Its version, as the charger tells it.
    pub const fn version(&self) -> &'static str {
        self.version
    }

    /// Returns whether the table has this key and the release does not.
    pub fn lacks(&self, key: KeyIndex) -> bool {
        self.lacking.contains(key)
    }
}

#[cfg(test)]
mod tests {
    use goe_api::Key;

    use super::*;
    use crate::charger::Charger;

    #[test]
    fn a_release_has_the_keys_of_its_time() {
        let [old, new] = Firmware::ALL;
        for (key, lacking) in [
            (Key::Amp, [false, false, false]),
            (Key::C0n, [true, false, false]),
            (Key::C9i, [true, false, false]),
        ] {
            let found = [old, new, Firmware::WHOLE].map(|release| release.lacks(key.index()));
            assert_eq!(found, lacking, "{key:?}");
        }
        assert_eq!((old.version(), new.version()), ("59.4", "60.4"));
    }

    /// Nothing could be told of MQTT without the one, and the store could not carry
    /// the others over: see `Logic::hides`.
    #[test]
    fn some_keys_are_in_every_release() {
        let outdated = Charger::OUTDATED.iter().map(|(_, key)| *key);
        for key in outdated.chain([Charger::MQTT_CONNECTED]) {
            for release in Firmware::ALL {
                assert!(!release.lacks(key.index()), "{key:?}");
            }
        }
    }
}
