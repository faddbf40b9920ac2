//! The networks that can be heard, and how strongly.
//!
//! Levels roam around that of each network by a bounded random walk. A network
//! can be switched off and on and moved nearer or away; below what a receiver
//! can make out it is not heard.

use goe_firmware::board::{Bssid, Encryption};
use heapless::Vec;

use crate::prng::Prng;

/// Access points there can be.
pub(crate) const CAPACITY: usize = 24;

/// The weakest that is heard, dBm.
const WEAKEST_DBM: i8 = -92;

/// Furthest that a level roams from that of its network, dB.
const ROAM_DB: i8 = 5;

/// An access point and whom it lets in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    /// Name, at most 32 bytes; empty when hidden.
    pub ssid: &'static str,
    /// The passphrase it asks for; empty when it is open.
    pub passphrase: &'static str,
    /// Its encryption.
    pub encryption: Encryption,
    /// Address of this access point.
    pub bssid: Bssid,
    /// Channel, 1 to 13.
    pub channel: u8,
    /// Level it is received at on average, dBm.
    pub level_dbm: i8,
}

/// The networks in the air unless others are put there; the crate's
/// documentation lists them.
pub const NETWORKS: [Network; 6] = [
    Network {
        ssid: "home",
        passphrase: "correct horse",
        encryption: Encryption::Wpa2Psk,
        bssid: [0x02, 0x1d, 0x63, 0x0a, 0x00, 0x01],
        channel: 6,
        level_dbm: -52,
    },
    Network {
        ssid: "home",
        passphrase: "correct horse",
        encryption: Encryption::Wpa2Psk,
        bssid: [0x02, 0x1d, 0x63, 0x0a, 0x00, 0x02],
        channel: 11,
        level_dbm: -71,
    },
    Network {
        ssid: "garage",
        passphrase: "battery staple",
        encryption: Encryption::Wpa2Wpa3Psk,
        bssid: [0x02, 0x5c, 0x11, 0x0b, 0x00, 0x01],
        channel: 1,
        level_dbm: -61,
    },
    Network {
        ssid: "visitors",
        passphrase: "",
        encryption: Encryption::Open,
        bssid: [0x02, 0x1d, 0x63, 0x0a, 0x01, 0x01],
        channel: 6,
        level_dbm: -55,
    },
    Network {
        ssid: "neighbour",
        passphrase: "nobody told you",
        encryption: Encryption::Wpa3Psk,
        bssid: [0x02, 0x77, 0x3e, 0x0c, 0x00, 0x01],
        channel: 3,
        level_dbm: -74,
    },
    Network {
        ssid: "workshop",
        passphrase: "hammer and nail",
        encryption: Encryption::WpaWpa2Psk,
        bssid: [0x02, 0x90, 0x42, 0x0d, 0x00, 0x01],
        channel: 13,
        level_dbm: -80,
    },
];

/// All access points around.
#[derive(Clone, Debug)]
pub struct Air {
    prng: Prng,
    placed: Vec<Placed, CAPACITY>,
}

#[derive(Clone, Debug)]
struct Placed {
    network: Network,
    present: bool,
    roam_db: i8,
}

impl Air {
    /// The first 24 of these.
    pub(crate) fn new(networks: &[Network], prng: Prng) -> Self {
        let placed = networks.iter().take(CAPACITY).map(|&network| Placed {
            network,
            present: true,
            roam_db: 0,
        });
        Air {
            prng,
            placed: placed.collect(),
        }
    }

    /// Switches every access point of that name off or on; whether there is any.
    pub fn set_present(&mut self, ssid: &str, present: bool) -> bool {
        self.each_named(ssid, |placed| placed.present = present)
    }

    /// The name of each network with whether it is switched on, in the order in which
    /// they were put there.
    pub fn networks(&self) -> impl Iterator<Item = (&'static str, bool)> {
        let is_first = |&(at, placed): &(usize, &Placed)| {
            let mut before = self.placed.iter().take(at);
            !before.any(|other| other.network.ssid == placed.network.ssid)
        };
        let named = self.placed.iter().enumerate().filter(is_first);
        named.map(|(_, placed)| (placed.network.ssid, placed.present))
    }

    /// Moves every access point of that name; whether there is any.
    pub fn set_level(&mut self, ssid: &str, level_dbm: i8) -> bool {
        self.each_named(ssid, |placed| placed.network.level_dbm = level_dbm)
    }

    /// Every access point that is heard now, with its level in dBm.
    pub fn heard(&self) -> impl Iterator<Item = (&Network, i8)> {
        self.placed.iter().filter_map(Placed::heard)
    }

    /// The position of an access point that is heard now.
    pub(crate) fn find(&self, ssid: &str, bssid: Bssid) -> Option<usize> {
        self.placed.iter().position(|placed| {
            let network = &placed.network;
            network.ssid == ssid && network.bssid == bssid && placed.heard().is_some()
        })
    }

    /// The position of the strongest access point that lets in who has this passphrase.
    pub(crate) fn strongest(&self, ssid: &str, passphrase: &str) -> Option<usize> {
        let placed = self.placed.iter().enumerate();
        let heard = placed.filter_map(|(at, placed)| Some((at, placed.heard()?)));
        let open = heard
            .filter(|(_, (network, _))| network.ssid == ssid && network.passphrase == passphrase);
        let strongest = open.max_by_key(|(_, (_, level_dbm))| *level_dbm);
        strongest.map(|(at, _)| at)
    }

    /// The access point at a position and its level, if it is heard now.
    pub(crate) fn at(&self, position: usize) -> Option<(&Network, i8)> {
        self.placed.get(position).and_then(Placed::heard)
    }

    /// Lets a second pass.
    pub(crate) fn second(&mut self) {
        for placed in &mut self.placed {
            // One of -1, 0 and 1.
            let step_db = self.prng.around_zero(1) as i8;
            placed.roam_db = (placed.roam_db + step_db).clamp(-ROAM_DB, ROAM_DB);
        }
    }

    fn each_named(&mut self, ssid: &str, change: impl Fn(&mut Placed)) -> bool {
        let mut any = false;
        for placed in &mut self.placed {
            if placed.network.ssid == ssid {
                change(placed);
                any = true;
            }
        }
        any
    }
}

impl Placed {
    fn heard(&self) -> Option<(&Network, i8)> {
        let level_dbm = self.network.level_dbm.saturating_add(self.roam_db);
        let heard = self.present && level_dbm >= WEAKEST_DBM;
        heard.then_some((&self.network, level_dbm.min(-1)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_roam_within_bounds() {
        let mut air = Air::new(&NETWORKS, Prng::new(9));
        let (mut least, mut most) = (0, i8::MIN);
        for _ in 0..10_000 {
            air.second();
            let (_, level_dbm) = air.at(0).expect("never too weak");
            least = least.min(level_dbm);
            most = most.max(level_dbm);
        }
        assert_eq!((least, most), (-57, -47));
    }

    #[test]
    fn networks_go_and_return() {
        let mut air = Air::new(&NETWORKS, Prng::new(9));
        let count = |air: &Air| {
            air.heard()
                .filter(|(network, _)| network.ssid == "home")
                .count()
        };
        assert_eq!(count(&air), 2);
        assert!(air.set_present("home", false));
        assert_eq!(count(&air), 0);
        assert_eq!(air.find("home", NETWORKS[0].bssid), None);
        assert!(air.set_present("home", true));
        assert_eq!(air.find("home", NETWORKS[1].bssid), Some(1));
        assert!(air.set_level("home", -93));
        assert_eq!(count(&air), 0);
        assert!(!air.set_present("nowhere", true));
    }
}
