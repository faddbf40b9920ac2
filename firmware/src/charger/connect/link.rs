//! The facts known of the network the charger is in, kept as they are shown.

use core::fmt::{Display, Write as _};

use heapless::{String, Vec};

use super::scan::bssid_text;
use crate::board::{Encryption, Features, Link};

/// IPv6 addresses kept.
const IPV6_KEPT: usize = 4;

/// A link that is up, with its addresses as text.
#[derive(Clone, Debug)]
pub(in crate::charger) struct Connection {
    pub(in crate::charger) ssid: String<32>,
    pub(in crate::charger) encryption: Encryption,
    pub(in crate::charger) pairwise_cipher: u8,
    pub(in crate::charger) group_cipher: u8,
    pub(in crate::charger) features: Features,
    pub(in crate::charger) channel: u8,
    pub(in crate::charger) bssid: String<17>,
    pub(in crate::charger) ip: String<15>,
    pub(in crate::charger) netmask: String<15>,
    pub(in crate::charger) gateway: String<15>,
    pub(in crate::charger) dns: [String<15>; 3],
    pub(in crate::charger) ipv6: Vec<String<39>, IPV6_KEPT>,
}

impl Connection {
    pub(in crate::charger) fn of(link: &Link<'_>) -> Self {
        Connection {
            ssid: text(link.access_point.ssid),
            encryption: link.access_point.encryption,
            pairwise_cipher: link.pairwise_cipher,
            group_cipher: link.group_cipher,
            features: link.features,
            channel: link.access_point.channel,
            bssid: bssid_text(link.access_point.bssid),
            ip: text(link.ip),
            netmask: text(link.netmask),
            gateway: text(link.gateway),
            dns: link.dns.map(text),
            ipv6: link.ipv6.iter().take(IPV6_KEPT).map(text).collect(),
        }
    }
}

/// The buffers hold the longest name and the longest address there is; a name
/// longer than the board may give is left empty.
fn text<const N: usize>(value: impl Display) -> String<N> {
    let mut text = String::new();
    let _ = write!(text, "{value}");
    text
}

#[cfg(test)]
mod tests {
    use core::net::{Ipv4Addr, Ipv6Addr};

    use super::*;
    use crate::board::AccessPoint;

    #[test]
    fn the_longest_addresses_fit() {
        let longest = Ipv6Addr::from_bits(0x1111_1111_1111_1111_1111_1111_1111_1111);
        let connection = Connection::of(&Link {
            access_point: AccessPoint {
                ssid: "home",
                bssid: [0xac, 0xde, 0x48, 0, 1, 2],
                encryption: Encryption::Wpa2Psk,
                rssi_dbm: -50,
                channel: 6,
            },
            pairwise_cipher: 4,
            group_cipher: 4,
            features: Features::default(),
            ip: Ipv4Addr::new(192, 168, 178, 157),
            netmask: Ipv4Addr::new(255, 255, 255, 0),
            gateway: Ipv4Addr::new(192, 168, 178, 1),
            dns: [
                Ipv4Addr::new(192, 168, 178, 1),
                Ipv4Addr::BROADCAST,
                Ipv4Addr::UNSPECIFIED,
            ],
            ipv6: &[longest, longest, Ipv6Addr::LOCALHOST, longest, longest],
        });
        assert_eq!(connection.bssid, "AC:DE:48:00:01:02");
        assert_eq!(connection.ip, "192.168.178.157");
        assert_eq!(connection.netmask, "255.255.255.0");
        assert_eq!(
            connection.dns,
            ["192.168.178.1", "255.255.255.255", "0.0.0.0"]
        );
        assert_eq!(connection.ipv6.len(), 4);
        assert_eq!(
            connection.ipv6[0],
            "1111:1111:1111:1111:1111:1111:1111:1111"
        );
        assert_eq!(connection.ipv6[2], "::1");
    }
}
