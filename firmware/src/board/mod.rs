//! The hardware of a board, as small traits: contactor and phase relay,
//! control pilot, lock, adapter sense, energy meter, protection, thermometers,
//! card reader, digital input, button, wall clock and WiFi radio.
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

mod adapter_sense;
mod button;
mod card_reader;
mod contactor;
mod digital_input;
mod hardware;
mod lock;
mod meter;
mod phase_relay;
mod pilot;
mod protection;
mod radio;
mod thermometers;
mod wall_clock;

pub use adapter_sense::AdapterSense;
pub use button::{Button, Press};
pub use card_reader::{CardId, CardReader};
pub use contactor::Contactor;
pub use digital_input::DigitalInput;
pub use hardware::{Hardware, Inputs, Outputs};
pub use lock::{Lock, LockState};
pub use meter::{Meter, MeterReading};
pub use phase_relay::PhaseRelay;
pub use pilot::{Pilot, PilotState};
pub use protection::{Protection, ProtectionReading};
pub use radio::{
    AccessPoint, Bssid, ConnectFailure, Encryption, Features, Join, Link, LinkEvent, Radio,
    RadioCommand, RadioInputs, ScanEvent,
};
pub use thermometers::{THERMOMETERS, Thermometers};
pub use wall_clock::WallClock;
