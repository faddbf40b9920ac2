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

impl Firmware {
    /// The releases, the oldest first.
    pub const ALL: [&'static Firmware; 2] = [&Firmware::of("59.4"), &Firmware::of("60.4")];

    /// The release that the table of keys follows.
    pub const NEWEST: &'static Firmware = Firmware::ALL[Firmware::ALL.len() - 1];

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
            (Key::Amp, [false, false]),
            (Key::C0n, [true, false]),
            (Key::C9i, [true, false]),
            // Absent from the table of 60.4, which is no removal.
            (Key::Tse, [false, false]),
        ] {
            let found = [old, new].map(|release| release.lacks(key.index()));
            assert_eq!(found, lacking, "{key:?}");
        }
        let versions = [old, new, Firmware::NEWEST].map(Firmware::version);
        assert_eq!(versions, ["59.4", "60.4", "60.4"]);
    }

    /// Else a cell names a release that nobody can choose.
    #[test]
    fn no_key_comes_after_the_newest() {
        let newest = Version::parse(Firmware::NEWEST.version());
        let future = Version::of(&[u32::MAX]);
        for (key, releases) in &RELEASES {
            let has_come = releases.have(newest) || !releases.have(future);
            assert!(has_come, "{}", goe_api::REGISTRY.descriptor(*key).name);
        }
    }

    /// Nothing could be told of MQTT without the one, and the others would keep the
    /// meaning of an earlier layout.
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
