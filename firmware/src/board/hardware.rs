//! A whole board: what a step of the charger sees of it, and asks of it.

use super::adapter_sense::AdapterSense;
use super::button::{Button, Press};
use super::card_reader::{CardId, CardReader};
use super::contactor::Contactor;
use super::digital_input::DigitalInput;
use super::lock::{Lock, LockState};
use super::meter::{Meter, MeterReading};
use super::phase_relay::PhaseRelay;
use super::pilot::{Pilot, PilotState};
use super::protection::{Protection, ProtectionReading};
use super::radio::{Radio, RadioCommand, RadioInputs};
use super::thermometers::{THERMOMETERS, Thermometers};
use super::wall_clock::WallClock;

/// Everything a board must offer. Implemented for whatever implements the
/// traits below; a board never implements it by hand.
pub trait Hardware {
    /// Reads the whole board once. What it borrows is valid until the next
    /// call into the board.
    fn sample(&mut self) -> Inputs<'_>;

    /// Carries out what the charger decided.
    fn drive(&mut self, outputs: &Outputs<'_>);
}

/// The inputs of one step of the charger.
#[derive(Clone, Copy, Debug)]
pub struct Inputs<'a> {
    /// State of the control pilot.
    pub pilot: PilotState,
    /// Current that the plugged cable may carry, mA; `None` when there is no cable.
    pub cable_ma: Option<u32>,
    /// The charger hangs on the 16 A adapter.
    pub adapter: bool,
    /// The contactor reports itself closed.
    pub contactor_closed: bool,
    /// The phase relay lets the second and third phase through.
    pub three_phases: bool,
    /// Where the bolt of the lock is.
    pub lock: LockState,
    /// The energy meter.
    pub meter: MeterReading,
    /// State of what protects people and wiring.
    pub protection: ProtectionReading,
    /// Each sensor, thousandths of a degree Celsius.
    pub temperatures_mc: [i32; THERMOMETERS],
    /// A card that was held to the reader since the last sample.
    pub card: Option<CardId>,
    /// The contact of the digital input is closed.
    pub input_closed: bool,
    /// How the button was pressed since the last sample.
    pub button: Option<Press>,
    /// UTC, ms since 1970; `None` while the board does not know.
    pub utc_ms: Option<i64>,
    /// Reports of the radio.
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
        input_closed: false,
        button: None,
        utc_ms: None,
        radio: RadioInputs {
            scan: None,
            link: None,
            rssi_dbm: None,
        },
    };
}

/// The outputs of one step of the charger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outputs<'a> {
    /// Current offered to the car, mA; `None` offers nothing (a steady pilot).
    pub offer_ma: Option<u32>,
    /// The pilot shall be parted from the car, which takes that for a plug that was
    /// pulled. This only ever happens while the contactor is open.
    pub part_pilot: bool,
    /// The contactor shall be closed.
    pub close_contactor: bool,
    /// The phase relay shall let the second and third phase through. This only ever
    /// changes while the contactor is open.
    pub three_phases: bool,
    /// The lock shall hold the plug.
    pub lock: bool,
    /// At most one command to the radio; `None` leaves it alone.
    pub radio: Option<RadioCommand<'a>>,
}

impl<B> Hardware for B
where
    B: Contactor + PhaseRelay + Lock + Pilot + AdapterSense + Meter,
    B: Protection + Thermometers + CardReader + DigitalInput + Button + WallClock + Radio,
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
            input_closed: self.input_closed(),
            button: self.poll_button(),
            utc_ms: self.utc_ms(),
            radio: self.poll(),
        }
    }

    fn drive(&mut self, outputs: &Outputs<'_>) {
        self.set_offer(outputs.offer_ma);
        self.set_parted(outputs.part_pilot);
        self.set_contactor(outputs.close_contactor);
        self.set_three_phases(outputs.three_phases);
        self.set_lock(outputs.lock);
        if let Some(command) = outputs.radio {
            self.command(command);
        }
    }
}
