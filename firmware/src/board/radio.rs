//! The WiFi radio, and what it is told and tells.

use core::fmt;
use core::net::{Ipv4Addr, Ipv6Addr};

/// The WiFi radio with its supplicant and DHCP client.
///
/// It keeps two results apart, that of the last scan and that of the last
/// change of the link. A command drops the result of its own kind that has not
/// been polled yet (`Scan` the scan's; `Connect` and `Disconnect` the link's),
/// so that the charger never takes an old answer for a new one.
pub trait Radio {
    /// Starts something and returns at once. A `Connect` supersedes whatever
    /// the link did before; a `Scan` leaves the link as it is.
    fn command(&mut self, command: RadioCommand<'_>);

    /// Returns the events since the last call; each result is handed out once.
    fn poll(&mut self) -> RadioInputs<'_>;
}

/// A command to the radio.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RadioCommand<'a> {
    /// Listens on all channels; ends in a [`ScanEvent`].
    Scan,
    /// Associates and gets an address; ends in a [`LinkEvent`].
    Connect(Join<'a>),
    /// Takes the link down; ends in [`LinkEvent::Disconnected`].
    Disconnect,
}

/// Whom to connect to. Its `Debug` leaves the key out, so that it can be logged.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Join<'a> {
    /// Name of the network, at most 32 bytes.
    pub ssid: &'a str,
    /// Passphrase of 8 to 63 bytes, or the 64 hex digits of a key; empty for an
    /// open network.
    pub key: &'a str,
    /// The access point that was heard best.
    pub bssid: Bssid,
    /// Its channel.
    pub channel: u8,
    /// The name to give to the DHCP server.
    pub hostname: &'a str,
}

impl fmt::Debug for Join<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Join")
            .field("ssid", &self.ssid)
            .field("bssid", &self.bssid)
            .field("channel", &self.channel)
            .finish_non_exhaustive()
    }
}

/// Address of an access point.
pub type Bssid = [u8; 6];

/// The reports of the radio in one step.
#[derive(Clone, Copy, Debug, Default)]
pub struct RadioInputs<'a> {
    /// The end of a scan, once.
    pub scan: Option<ScanEvent<'a>>,
    /// A change of the link, once.
    pub link: Option<LinkEvent<'a>>,
    /// Signal strength of the link, dBm; `None` while it is down.
    pub rssi_dbm: Option<i8>,
}

/// The end of a scan.
#[derive(Clone, Copy, Debug)]
pub enum ScanEvent<'a> {
    /// Everything heard, in any order and number.
    Done(&'a [AccessPoint<'a>]),
    /// The radio could not scan.
    Failed,
}

/// One access point that was heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccessPoint<'a> {
    /// Name of its network, at most 32 bytes; empty when hidden.
    pub ssid: &'a str,
    /// Its address.
    pub bssid: Bssid,
    /// The protection of its network.
    pub encryption: Encryption,
    /// Signal strength, dBm.
    pub rssi_dbm: i8,
    /// Channel, 1 to 14.
    pub channel: u8,
}

/// The protection of an access point's network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are those of the standards")]
pub enum Encryption {
    Open,
    Wep,
    WpaPsk,
    Wpa2Psk,
    WpaWpa2Psk,
    Wpa2Enterprise,
    Wpa3Psk,
    Wpa2Wpa3Psk,
}

/// A change of the link.
#[derive(Clone, Copy, Debug)]
pub enum LinkEvent<'a> {
    /// Up and with an address. Also sent while connected, when the access point
    /// or the address changed.
    Connected(Link<'a>),
    /// `Connect` did not succeed.
    Failed(ConnectFailure),
    /// A link that was up is gone.
    Lost,
    /// Down because `Disconnect` asked for it.
    Disconnected,
}

/// Why a `Connect` did not succeed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConnectFailure {
    /// The access point refused the key.
    Refused,
    /// The access point did not answer any more.
    NotFound,
    /// Associated, but nobody gave an address.
    NoAddress,
}

/// A link that is up.
#[derive(Clone, Copy, Debug)]
pub struct Link<'a> {
    /// The access point.
    pub access_point: AccessPoint<'a>,
    /// Cipher for frames to this station, as the radio's driver numbers it.
    pub pairwise_cipher: u8,
    /// Cipher for frames to all.
    pub group_cipher: u8,
    /// Features of the access point.
    pub features: Features,
    /// Own address.
    pub ip: Ipv4Addr,
    /// Mask of the own subnet.
    pub netmask: Ipv4Addr,
    /// The router.
    pub gateway: Ipv4Addr,
    /// The servers that answer names; `0.0.0.0` where there is none.
    pub dns: [Ipv4Addr; 3],
    /// Own IPv6 addresses; the first four are reported.
    pub ipv6: &'a [Ipv6Addr],
}

/// Capabilities an access point announces.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Features {
    /// 802.11b.
    pub b: bool,
    /// 802.11g.
    pub g: bool,
    /// 802.11n.
    pub n: bool,
    /// The vendor's long-range mode.
    pub lr: bool,
    /// WiFi protected setup.
    pub wps: bool,
    /// Answers fine time measurements.
    pub ftm_responder: bool,
    /// Starts fine time measurements.
    pub ftm_initiator: bool,
}
