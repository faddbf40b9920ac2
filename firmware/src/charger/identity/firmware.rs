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
    fn the_newest_has_what_came_last() {
        let newest = Version::parse(Firmware::NEWEST.version());
        for (key, releases) in &RELEASES {
            let name = goe_api::REGISTRY.descriptor(*key).name;
            assert!(releases.have(newest), "{name}");
        }
    }

    /// Nothing could be told of MQTT without it.
    #[test]
    fn every_release_says_whether_mqtt_is_connected() {
        let key = Charger::MQTT_CONNECTED.index();
        assert!(!Firmware::ALL.iter().any(|release| release.lacks(key)));
    }
}
