//! What a board gives the charger, as small traits: contactor and phase relay,
//! control pilot, lock, adapter sense, energy meter, protection, thermometers,
//! card reader, wall clock and WiFi radio.
//!
//! One step goes `sample` → [`Charger::step`](crate::charger::Charger::step) →
//! `drive`, all called by the one task that owns the board, once a second. No
//! method may block or wait: what takes time (closing a relay, a scan, an
//! association) is started by one call and seen in a later sample. On a real
//! chip a task of the board does the waiting and these methods read what it
//! left behind.
//!
//! Everything electrical is in integers: mA, mV, mW, mWh. The board measures
//! and switches; it decides nothing. What drives the steps, flash and network
//! are not here, because the charger's logic needs none of them.

use core::fmt;
use core::net::{Ipv4Addr, Ipv6Addr};

/// Everything a board must offer. Implemented for whatever implements the
/// traits below; a board never implements it by hand.
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
    /// Whether the phase relay lets the second and third phase through.
    pub three_phases: bool,
    /// Where the bolt of the lock is.
    pub lock: LockState,
    /// The energy meter.
    pub meter: MeterReading,
    /// What protects people and wiring.
    pub protection: ProtectionReading,
    /// Each sensor, thousandths of a degree Celsius.
    pub temperatures_mc: [i32; THERMOMETERS],
    /// A card that was held to the reader since the last sample.
    pub card: Option<CardId>,
    /// UTC, ms since 1970; `None` while the board does not know.
    pub utc_ms: Option<i64>,
    /// What the radio has to report.
    pub radio: RadioInputs<'a>,
}

#[cfg(test)]
impl Inputs<'static> {
    /// A quiet garage with a cable and no car, for tests to vary.
    pub(crate) const IDLE: Self = Inputs {
        pilot: PilotState::A,
        cable_ma: Some(32_000),
        adapter: false,
        contactor_closed: false,
        three_phases: true,
        lock: LockState::Open,
        meter: MeterReading {
            voltage_mv: [230_000; 3],
            current_ma: [0; 3],
            phase_power_mw: [0; 3],
            power_mw: 0,
            neutral_mv: 0,
            frequency_mhz: 50_000,
            energy_mwh: 0,
        },
        protection: ProtectionReading {
            residual_ac: false,
            residual_dc: false,
            earth_missing: false,
        },
        temperatures_mc: [25_000; THERMOMETERS],
        card: None,
        utc_ms: None,
        radio: RadioInputs {
            scan: None,
            link: None,
            rssi_dbm: None,
        },
    };
}

/// What one step of the charger asks of the world.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outputs<'a> {
    /// Current offered to the car, mA; `None` offers nothing (a steady pilot).
    pub offer_ma: Option<u32>,
    /// Whether the contactor shall be closed.
    pub close_contactor: bool,
    /// Whether the phase relay shall let the second and third phase through. It
    /// only ever changes while the contactor is open.
    pub three_phases: bool,
    /// Whether the lock shall hold the plug.
    pub lock: bool,
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

/// The relay that takes the second and third phase away from the contactor.
pub trait PhaseRelay {
    /// Asks it to let them through or not; as often as
    /// [`set_contactor`](Contactor::set_contactor).
    fn set_three_phases(&mut self, three_phases: bool);

    /// What it did.
    fn three_phases(&self) -> bool;
}

/// The bolt that holds the plug in the socket.
pub trait Lock {
    /// Asks it to hold the plug or let it go, every step.
    fn set_lock(&mut self, locked: bool);

    /// Where the bolt is.
    fn lock_state(&self) -> LockState;
}

/// Where the bolt of the lock is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LockState {
    /// Between its ends, or unknown.
    #[default]
    Moving,
    /// It lets the plug go.
    Open,
    /// It holds the plug.
    Locked,
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
    /// Active power of each phase, mW.
    pub phase_power_mw: [u32; 3],
    /// Active power of all phases, mW: their sum.
    pub power_mw: u32,
    /// Voltage of neutral to earth, mV.
    pub neutral_mv: u32,
    /// Frequency of the mains, mHz; 0 while unknown.
    pub frequency_mhz: u32,
    /// Energy counted by the meter, mWh. It may begin anywhere and may start
    /// again when the meter does; only its growth counts.
    pub energy_mwh: u64,
}

/// Residual current detector and earth monitor.
pub trait Protection {
    /// What they say now.
    fn protection(&self) -> ProtectionReading;
}

/// What protects people and wiring, at one time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ProtectionReading {
    /// An alternating residual current above 30 mA.
    pub residual_ac: bool,
    /// A direct residual current above 6 mA.
    pub residual_dc: bool,
    /// Protective earth is missing.
    pub earth_missing: bool,
}

/// How many temperature sensors there are.
pub const THERMOMETERS: usize = 2;

/// Temperature sensors beside the contactor and the plug.
pub trait Thermometers {
    /// Each, thousandths of a degree Celsius.
    fn temperatures_mc(&self) -> [i32; THERMOMETERS];
}

/// The reader of RFID cards.
pub trait CardReader {
    /// A card that was held to it since the last call, once.
    fn poll_card(&mut self) -> Option<CardId>;
}

/// What a card says of itself: 4, 7 or 10 bytes, as ISO 14443 has them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct CardId {
    bytes: [u8; CardId::MAX],
    length: u8,
}

impl CardId {
    /// Bytes of the longest.
    pub const MAX: usize = 10;

    /// `None` without a byte, and with more than ten.
    pub fn new(id: &[u8]) -> Option<Self> {
        let mut bytes = [0; CardId::MAX];
        bytes.get_mut(..id.len())?.copy_from_slice(id);
        let length = u8::try_from(id.len()).ok().filter(|&length| length > 0)?;
        Some(CardId { bytes, length })
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.length.into()).unwrap_or_default()
    }
}

/// Without the bytes, which open the charger to whoever knows them.
impl fmt::Debug for CardId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CardId({} bytes)", self.length)
    }
}

/// A clock that goes on while the charger is off, or a network that tells.
pub trait WallClock {
    /// UTC, ms since 1970; `None` while the board does not know.
    fn utc_ms(&self) -> Option<i64>;
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

impl<B> Hardware for B
where
    B: Contactor + PhaseRelay + Lock + Pilot + AdapterSense + Meter,
    B: Protection + Thermometers + CardReader + WallClock + Radio,
{
    fn sample(&mut self) -> Inputs<'_> {
        Inputs {
            pilot: self.pilot_state(),
            cable_ma: self.cable_ma(),
            adapter: self.adapter_used(),
            contactor_closed: self.contactor_closed(),
            three_phases: self.three_phases(),
            lock: self.lock_state(),
            meter: self.meter(),
            protection: self.protection(),
            temperatures_mc: self.temperatures_mc(),
            card: self.poll_card(),
            utc_ms: self.utc_ms(),
            radio: self.poll(),
        }
    }

    fn drive(&mut self, outputs: &Outputs<'_>) {
        self.set_offer(outputs.offer_ma);
        self.set_contactor(outputs.close_contactor);
        self.set_three_phases(outputs.three_phases);
        self.set_lock(outputs.lock);
        if let Some(command) = outputs.radio {
            self.command(command);
        }
    }
}
