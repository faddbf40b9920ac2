//! The board's hardware: the chip's own radio, and for the rest the simulated
//! garage until there is a circuit board with a contactor.

use goe_firmware::board::{
    AdapterSense, Button, CardId, CardReader, Contactor, DigitalInput, Lock, LockState, Meter,
    MeterReading, PhaseRelay, Pilot, PilotState, Press, Protection, ProtectionReading, Radio,
    RadioCommand, RadioInputs, THERMOMETERS, Thermometers, WallClock,
};
use goe_sim::{Sim, SimConfig};

use crate::radio::{Air, Station};

/// Everything the charger samples and drives.
pub(crate) struct Board {
    garage: Sim,
    station: Station,
}

impl Board {
    pub(crate) fn new(air: &'static Air) -> Self {
        Board {
            garage: Sim::new(&SimConfig::default()),
            station: Station::new(air),
        }
    }

    /// Lets the garage's time pass.
    pub(crate) fn advance(&mut self, now_ms: u64) {
        self.garage.advance(now_ms);
    }
}

impl Contactor for Board {
    fn set_contactor(&mut self, closed: bool) {
        self.garage.set_contactor(closed);
    }

    fn contactor_closed(&self) -> bool {
        self.garage.contactor_closed()
    }
}

impl PhaseRelay for Board {
    fn set_three_phases(&mut self, three_phases: bool) {
        self.garage.set_three_phases(three_phases);
    }

    fn three_phases(&self) -> bool {
        self.garage.three_phases()
    }
}

impl Lock for Board {
    fn set_lock(&mut self, locked: bool) {
        self.garage.set_lock(locked);
    }

    fn lock_state(&self) -> LockState {
        self.garage.lock_state()
    }
}

impl Protection for Board {
    fn protection(&self) -> ProtectionReading {
        self.garage.protection()
    }
}

impl Thermometers for Board {
    fn temperatures_mc(&self) -> [i32; THERMOMETERS] {
        self.garage.temperatures_mc()
    }
}

impl CardReader for Board {
    fn poll_card(&mut self) -> Option<CardId> {
        self.garage.poll_card()
    }
}

impl WallClock for Board {
    fn utc_ms(&self) -> Option<i64> {
        self.garage.utc_ms()
    }
}

impl Pilot for Board {
    fn pilot_state(&self) -> PilotState {
        self.garage.pilot_state()
    }

    fn set_offer(&mut self, offer_ma: Option<u32>) {
        self.garage.set_offer(offer_ma);
    }

    fn set_parted(&mut self, parted: bool) {
        self.garage.set_parted(parted);
    }

    fn cable_ma(&self) -> Option<u32> {
        self.garage.cable_ma()
    }
}

impl AdapterSense for Board {
    fn adapter_used(&self) -> bool {
        self.garage.adapter_used()
    }
}

impl DigitalInput for Board {
    fn input_closed(&self) -> bool {
        self.garage.input_closed()
    }
}

impl Button for Board {
    fn poll_button(&mut self) -> Option<Press> {
        self.garage.poll_button()
    }
}

impl Meter for Board {
    fn meter(&self) -> MeterReading {
        self.garage.meter()
    }
}

impl Radio for Board {
    fn command(&mut self, command: RadioCommand<'_>) {
        self.station.command(command);
    }

    fn poll(&mut self) -> RadioInputs<'_> {
        self.station.poll()
    }
}
