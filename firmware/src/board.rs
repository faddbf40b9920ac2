//! What a board gives the charger, as small traits: contactor, control pilot,
//! adapter sense, energy meter and WiFi radio.
//!
//! One step goes `sample` → [`Charger::step`](crate::charger::Charger::step) →
//! `drive`, all called by the one task that owns the board, once a second. No
//! method may block or wait: what takes time (closing a relay, a scan, an
//! association) is started by one call and seen in a later sample. On a real
//! chip a task of the board does the waiting and these methods read what it
//! left behind.
//!
//! Everything electrical is in integers: mA, mV, mW, mWh. The board measures
//! and switches; it decides nothing. Clock, flash and network are not here,
//! because the charger's logic needs none of them.

use core::fmt;
use core::net::{Ipv4Addr, Ipv6Addr};

/// Everything a board must offer. Implemented for whatever implements the
/// five traits; a board never implements it by hand.
pub trait Hardware {
    /// Reads the whole board once. What it borrows is valid until the next
    /// call into the board.
    fn sample(&mut self) -> Inputs<'_>;

    /// Carries out what the charger decided.
    fn drive(&mut self, outputs: &Outputs<'_>);
}

/// What one step of the charger sees of the world.
#[derive(Clone, Copy, Debug)]
pub struct Inputs<'a> {
    /// State of the control pilot.
    pub pilot: PilotState,
    /// What the plugged cable may carry, mA; `None` when there is no cable.
    pub cable_ma: Option<u32>,
    /// Whether the charger hangs on the 16 A adapter.
    pub adapter: bool,
    /// Whether the contactor reports itself closed.
    pub contactor_closed: bool,
    /// The energy meter.
    pub meter: MeterReading,
    /// What the radio has to report.
    pub radio: RadioInputs<'a>,
}

/// What one step of the charger asks of the world.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outputs<'a> {
    /// Current offered to the car, mA; `None` offers nothing (a steady pilot).
    pub offer_ma: Option<u32>,
    /// Whether the contactor shall be closed.
    pub close_contactor: bool,
    /// At most one command to the radio; `None` leaves it alone.
    pub radio: Option<RadioCommand<'a>>,
}

/// The relay between mains and car.
pub trait Contactor {
    /// Asks it to close or open. Called every step with the wanted position,
    /// so that asking again for what is already so must do nothing.
    fn set_contactor(&mut self, closed: bool);

    /// The feedback of its auxiliary contact: what it did, not what was asked.
    fn contactor_closed(&self) -> bool;
}

/// Control pilot and proximity pilot of the charging socket (IEC 61851-1).
pub trait Pilot {
    /// What the voltage on the control pilot says of the car.
    fn pilot_state(&self) -> PilotState;

    /// Offers a current in mA (6 000 to 32 000) by the duty cycle, or nothing.
    fn set_offer(&mut self, offer_ma: Option<u32>);

    /// The rating coded in the cable, mA; `None` when no cable is plugged.
    fn cable_ma(&self) -> Option<u32>;
}

/// States of the control pilot, lettered as in IEC 61851-1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PilotState {
    /// No car.
    #[default]
    A,
    /// A car is plugged in and does not draw.
    B,
    /// The car has closed its switch: it draws or is ready to.
    C,
    /// As C, but the car asks for ventilation.
    D,
    /// Short circuit or no power on the pilot.
    E,
    /// The charging point itself is faulty.
    F,
}

/// Recognition of the plug the charger itself hangs on.
pub trait AdapterSense {
    /// Whether it is the 16 A adapter.
    fn adapter_used(&self) -> bool;
}

/// The energy meter behind the contactor.
pub trait Meter {
    /// The latest measurement; must be at most one second old.
    fn meter(&self) -> MeterReading;
}

/// One measurement.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MeterReading {
    /// Voltage of each phase to neutral, mV.
    pub voltage_mv: [u32; 3],
    /// Current of each phase, mA.
    pub current_ma: [u32; 3],
    /// Active power of all phases, mW.
    pub power_mw: u32,
    /// Energy counted by the meter, mWh. It may begin anywhere and may start
    /// again when the meter does; only its growth counts.
    pub energy_mwh: u64,
}

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

    /// What happened since the last call; each result is handed out once.
    fn poll(&mut self) -> RadioInputs<'_>;
}

/// What the radio can be told to do.
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

/// What the radio reports in one step.
#[derive(Clone, Copy, Debug, Default)]
pub struct RadioInputs<'a> {
    /// How a scan ended, once.
    pub scan: Option<ScanEvent<'a>>,
    /// What became of the link, once.
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
    /// How it protects its network.
    pub encryption: Encryption,
    /// How strongly it was heard, dBm.
    pub rssi_dbm: i8,
    /// Channel, 1 to 14.
    pub channel: u8,
}

/// How an access point protects its network.
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
    /// What the access point can do.
    pub features: Features,
    /// Own address.
    pub ip: Ipv4Addr,
    /// Mask of the own subnet.
    pub netmask: Ipv4Addr,
    /// The router.
    pub gateway: Ipv4Addr,
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

impl<B: Contactor + Pilot + AdapterSense + Meter + Radio> Hardware for B {
    fn sample(&mut self) -> Inputs<'_> {
        Inputs {
            pilot: self.pilot_state(),
            cable_ma: self.cable_ma(),
            adapter: self.adapter_used(),
            contactor_closed: self.contactor_closed(),
            meter: self.meter(),
            radio: self.poll(),
        }
    }

    fn drive(&mut self, outputs: &Outputs<'_>) {
        self.set_offer(outputs.offer_ma);
        self.set_contactor(outputs.close_contactor);
        if let Some(command) = outputs.radio {
            self.command(command);
        }
    }
}
