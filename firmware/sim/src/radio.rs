//! The charger's radio in that air: scans, associates, gets an address, loses
//! the link, each in the time it takes.

use core::net::{Ipv4Addr, Ipv6Addr};

use goe_firmware::board::{
    AccessPoint, ConnectFailure, Encryption, Features, Join, Link, LinkEvent, RadioCommand,
    RadioInputs, ScanEvent,
};
use heapless::Vec;

use crate::TICK_MS;
use crate::air::{Air, CAPACITY, Network};
use crate::prng::Prng;

/// All channels once, ms.
const SCAN_MS: u64 = 2_400;

/// Until an access point that is there has answered, ms.
const ASSOCIATE_MS: u64 = 1_200;

/// Until a wrong passphrase is a failure, ms: the handshake is tried again.
const REFUSED_MS: u64 = 4_000;

/// Until one that is not there is given up, ms.
const NOT_FOUND_MS: u64 = 3_000;

/// Until there is an address, ms.
const LEASE_MS: u64 = 800;

/// Longest that chance adds to these, ms.
const JITTER_MS: u16 = 300;

/// A link without beacons for this long is lost, ms.
const SILENCE_MS: u64 = 3_000;

/// Until the link is down, ms.
const LEAVE_MS: u64 = 300;

/// The state of the link.
#[derive(Clone, Copy, Debug)]
enum State {
    Down,
    /// The end of it is known from the start, as nobody can watch.
    Associating(Result<usize, ConnectFailure>),
    Leasing(usize),
    Up {
        network: usize,
        silent_ms: u64,
    },
    Leaving,
}

/// A report of the link.
#[derive(Clone, Copy, Debug)]
enum Report {
    Connected(usize),
    Failed(ConnectFailure),
    Lost,
    Disconnected,
}

/// The radio.
#[derive(Clone, Debug)]
pub(crate) struct Radio {
    prng: Prng,
    pub(crate) air: Air,
    state: State,
    /// Until the state ends by itself; zero of one that does not.
    left_ms: u64,
    report: Option<Report>,
    scan_left_ms: Option<u64>,
    scanned: bool,
    heard: Vec<AccessPoint<'static>, CAPACITY>,
    ip: Ipv4Addr,
    ipv6: [Ipv6Addr; 2],
}

impl Radio {
    pub(crate) fn new(air: Air, mut prng: Prng) -> Self {
        let random = prng.next().to_le_bytes();
        Radio {
            prng,
            air,
            state: State::Down,
            left_ms: 0,
            report: None,
            scan_left_ms: None,
            scanned: false,
            heard: Vec::new(),
            ip: Ipv4Addr::new(192, 168, 178, 20 + random[6] % 200),
            ipv6: addresses(random),
        }
    }

    /// Comes up with the link that it had to a network, the strongest access point of
    /// it; `false` if it cannot have had one.
    pub(crate) fn resume(&mut self, ssid: &str, passphrase: &str) -> bool {
        let strongest = self.air.strongest(ssid, passphrase);
        if let Some(network) = strongest {
            self.report = Some(Report::Connected(network));
            self.state = State::Up {
                network,
                silent_ms: 0,
            };
        }
        strongest.is_some()
    }

    /// Without power there is no link and no report of one.
    pub(crate) fn fall_silent(&mut self) {
        self.state = State::Down;
        self.left_ms = 0;
        self.report = None;
        self.scan_left_ms = None;
        self.scanned = false;
    }

    pub(crate) fn is_up(&self) -> bool {
        matches!(self.state, State::Up { .. })
    }

    pub(crate) fn command(&mut self, command: RadioCommand<'_>) {
        match command {
            RadioCommand::Scan => {
                self.scanned = false;
                self.scan_left_ms = Some(SCAN_MS);
            }
            RadioCommand::Connect(join) => {
                self.report = None;
                self.state = self.associate(&join);
            }
            RadioCommand::Disconnect => {
                self.report = None;
                self.state = State::Leaving;
                self.left_ms = LEAVE_MS;
            }
        }
    }

    pub(crate) fn poll(&mut self) -> RadioInputs<'_> {
        let scanned = core::mem::take(&mut self.scanned);
        let report = self.report.take();
        RadioInputs {
            rssi_dbm: self.rssi_dbm(),
            scan: scanned.then_some(ScanEvent::Done(&self.heard)),
            link: report.map(|report| self.event(report)),
        }
    }

    /// Lets one tick pass.
    pub(crate) fn tick(&mut self) {
        self.scan_left_ms = match self.scan_left_ms {
            Some(left_ms) if left_ms > TICK_MS => Some(left_ms - TICK_MS),
            Some(_) => {
                self.listen();
                None
            }
            None => None,
        };
        if self.left_ms > TICK_MS {
            self.left_ms -= TICK_MS;
            return;
        }
        self.left_ms = 0;
        self.state = match self.state {
            State::Associating(end) => self.associated(end),
            State::Leasing(network) => {
                self.report = Some(Report::Connected(network));
                State::Up {
                    network,
                    silent_ms: 0,
                }
            }
            State::Up { network, silent_ms } => self.stay(network, silent_ms),
            State::Leaving => {
                self.report = Some(Report::Disconnected);
                State::Down
            }
            State::Down => State::Down,
        };
    }

    fn listen(&mut self) {
        self.heard.clear();
        let heard = self
            .air
            .heard()
            .map(|(network, level)| seen(network, level));
        // The air holds no more than this does.
        self.heard.extend(heard);
        self.scanned = true;
    }

    fn associate(&mut self, join: &Join<'_>) -> State {
        let (takes_ms, end) = match self.air.find(join.ssid, join.bssid) {
            None => (NOT_FOUND_MS, Err(ConnectFailure::NotFound)),
            Some(position) => match self.air.at(position) {
                Some((network, _)) if network.passphrase == join.key => {
                    (ASSOCIATE_MS, Ok(position))
                }
                _ => (REFUSED_MS, Err(ConnectFailure::Refused)),
            },
        };
        self.left_ms = takes_ms + self.jitter_ms();
        State::Associating(end)
    }

    fn associated(&mut self, end: Result<usize, ConnectFailure>) -> State {
        match end {
            Ok(network) if self.air.at(network).is_some() => {
                self.left_ms = LEASE_MS + self.jitter_ms();
                State::Leasing(network)
            }
            Ok(_) => {
                self.report = Some(Report::Failed(ConnectFailure::NotFound));
                State::Down
            }
            Err(failure) => {
                self.report = Some(Report::Failed(failure));
                State::Down
            }
        }
    }

    fn stay(&mut self, network: usize, silent_ms: u64) -> State {
        let silent_ms = match self.air.at(network) {
            Some(_) => 0,
            None => silent_ms + TICK_MS,
        };
        if silent_ms >= SILENCE_MS {
            self.report = Some(Report::Lost);
            return State::Down;
        }
        State::Up { network, silent_ms }
    }

    fn jitter_ms(&mut self) -> u64 {
        self.prng.around_zero(JITTER_MS).unsigned_abs().into()
    }

    fn rssi_dbm(&self) -> Option<i8> {
        match self.state {
            State::Up { network, .. } => self.air.at(network).map(|(_, level_dbm)| level_dbm),
            _ => None,
        }
    }

    fn event(&self, report: Report) -> LinkEvent<'_> {
        match report {
            Report::Failed(failure) => LinkEvent::Failed(failure),
            Report::Lost => LinkEvent::Lost,
            Report::Disconnected => LinkEvent::Disconnected,
            Report::Connected(network) => match self.air.at(network) {
                Some((network, level_dbm)) => LinkEvent::Connected(self.link(network, level_dbm)),
                None => LinkEvent::Failed(ConnectFailure::NoAddress),
            },
        }
    }

    fn link(&self, network: &Network, level_dbm: i8) -> Link<'_> {
        let (pairwise_cipher, group_cipher) = ciphers(network.encryption);
        Link {
            access_point: seen(network, level_dbm),
            pairwise_cipher,
            group_cipher,
            features: Features {
                b: true,
                g: true,
                n: true,
                ..Features::default()
            },
            ip: self.ip,
            netmask: Ipv4Addr::new(255, 255, 255, 0),
            gateway: Ipv4Addr::new(192, 168, 178, 1),
            dns: [
                Ipv4Addr::new(192, 168, 178, 1),
                Ipv4Addr::UNSPECIFIED,
                Ipv4Addr::UNSPECIFIED,
            ],
            ipv6: &self.ipv6,
        }
    }
}

/// Returns the access point as it looks from outside.
fn seen(network: &Network, level_dbm: i8) -> AccessPoint<'static> {
    AccessPoint {
        ssid: network.ssid,
        bssid: network.bssid,
        encryption: network.encryption,
        rssi_dbm: level_dbm,
        channel: network.channel,
    }
}

/// Pairwise and group cipher, numbered as the ESP32's driver does.
fn ciphers(encryption: Encryption) -> (u8, u8) {
    const NONE: u8 = 0;
    const WEP104: u8 = 2;
    const TKIP: u8 = 3;
    const CCMP: u8 = 4;
    match encryption {
        Encryption::Open => (NONE, NONE),
        Encryption::Wep => (WEP104, WEP104),
        Encryption::WpaPsk => (TKIP, TKIP),
        Encryption::WpaWpa2Psk => (CCMP, TKIP),
        Encryption::Wpa2Psk
        | Encryption::Wpa2Enterprise
        | Encryption::Wpa3Psk
        | Encryption::Wpa2Wpa3Psk => (CCMP, CCMP),
    }
}

/// Link-local and unique local address of a station with this hardware address.
fn addresses(mac: [u8; 8]) -> [Ipv6Addr; 2] {
    // EUI-64 of a locally administered address.
    let [_, second, third, fourth, fifth, sixth, ..] = mac.map(u16::from);
    let interface = [
        second,
        third << 8 | 0xff,
        0xfe00 | fourth,
        fifth << 8 | sixth,
    ];
    [[0xfe80, 0, 0, 0], [0xfd12, 0x3456, 0x789a, 1]].map(|prefix| {
        let [a, b, c, d] = prefix;
        let [e, f, g, h] = interface;
        Ipv6Addr::new(a, b, c, d, e, f, g, h)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::air::NETWORKS;

    fn radio() -> Radio {
        Radio::new(Air::new(&NETWORKS, Prng::new(1)), Prng::new(2))
    }

    fn join<'a>(network: &Network, key: &'a str) -> RadioCommand<'a> {
        RadioCommand::Connect(Join {
            ssid: network.ssid,
            key,
            bssid: network.bssid,
            channel: network.channel,
            hostname: "charger",
        })
    }

    /// Returns the first report of the link, with its time.
    fn first(radio: &mut Radio) -> Option<(u64, &'static str)> {
        (1..200).find_map(|tick| {
            radio.tick();
            let said = match radio.poll().link? {
                LinkEvent::Connected(_) => "connected",
                LinkEvent::Failed(ConnectFailure::Refused) => "refused",
                LinkEvent::Failed(ConnectFailure::NotFound) => "not found",
                LinkEvent::Failed(ConnectFailure::NoAddress) => "no address",
                LinkEvent::Lost => "lost",
                LinkEvent::Disconnected => "disconnected",
            };
            Some((tick * TICK_MS, said))
        })
    }

    fn ends(radio: &mut Radio, from_ms: u64, to_ms: u64, end: &str) {
        let (after_ms, said) = first(radio).expect(end);
        assert_eq!(said, end);
        assert!(
            (from_ms..=to_ms).contains(&after_ms),
            "{end} after {after_ms} ms"
        );
    }

    #[test]
    fn joins_refuses_loses_and_leaves_in_their_time() {
        let mut radio = radio();
        let [home, _, _, visitors, ..] = NETWORKS;
        radio.command(join(&home, "wrong key"));
        ends(&mut radio, 4_000, 4_300, "refused");
        radio.command(join(&visitors, "any key"));
        ends(&mut radio, 4_000, 4_300, "refused");
        radio.command(join(&visitors, ""));
        ends(&mut radio, 2_000, 2_600, "connected");
        radio.command(join(&home, "correct horse"));
        assert_eq!(radio.poll().rssi_dbm, None);
        ends(&mut radio, 2_000, 2_600, "connected");
        assert_eq!(radio.poll().rssi_dbm, Some(-52));
        radio.air.set_present("home", false);
        ends(&mut radio, 3_000, 3_000, "lost");
        radio.command(join(&home, "correct horse"));
        ends(&mut radio, 3_000, 3_300, "not found");
        radio.command(RadioCommand::Disconnect);
        ends(&mut radio, 300, 300, "disconnected");
        assert_eq!(first(&mut radio), None);
    }

    #[test]
    fn a_scan_hears_what_is_there_and_keeps_the_link() {
        let mut radio = radio();
        radio.command(join(&NETWORKS[0], "correct horse"));
        ends(&mut radio, 2_000, 2_600, "connected");
        radio.air.set_present("garage", false);
        radio.command(RadioCommand::Scan);
        for _ in 0..23 {
            radio.tick();
            assert!(radio.poll().scan.is_none());
        }
        radio.tick();
        let Some(ScanEvent::Done(heard)) = radio.poll().scan else {
            panic!("the scan did not end");
        };
        assert_eq!(heard.len(), NETWORKS.len() - 1);
        assert!(radio.poll().scan.is_none() && radio.poll().rssi_dbm.is_some());
    }

    #[test]
    fn a_command_drops_the_answer_to_the_one_before() {
        let mut radio = radio();
        radio.command(join(&NETWORKS[0], "wrong key"));
        for _ in 0..50 {
            radio.tick();
        }
        radio.command(join(&NETWORKS[0], "correct horse"));
        ends(&mut radio, 2_000, 2_600, "connected");
    }

    #[test]
    fn addresses_are_those_of_a_subnet_of_its_own() {
        let radio = radio();
        let [local, unique] = radio.ipv6;
        assert!(local.is_unicast_link_local() && unique.is_unique_local());
        assert_eq!(local.octets()[8..], unique.octets()[8..]);
        assert!(radio.ip.is_private());
    }
}
