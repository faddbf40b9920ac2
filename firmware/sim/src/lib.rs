//! A simulated garage: mains, contactor, meter, a car, and the WiFi around it.
//!
//! Boards without hardware use it as theirs. It is physics, not canned answers:
//! the car reacts to the pilot, the meter counts what passes the contactor, and
//! a wrong passphrase fails because the access point has another. It knows no
//! key and no setting of the charger, and no clock: time passes when
//! [`Sim::advance`] says so, on a grid of 100 ms of its own, so that the same
//! seed and the same commands at the same times give the same garage, however
//! large the steps in between.
//!
//! | network | passphrase | protection | level |
//! |---|---|---|---|
//! | `home` (two access points) | `correct horse` | WPA2 | -52 and -71 dBm |
//! | `garage` | `battery staple` | WPA2/WPA3 | -61 dBm |
//! | `visitors` | none | open | -55 dBm |
//! | `neighbour` | `nobody told you` | WPA3 | -74 dBm |
//! | `workshop` | `hammer and nail` | WPA/WPA2 | -80 dBm |
//!
//! One round of a board is `sim.advance(now_ms)`, then
//! [`Hardware::sample`](goe_firmware::board::Hardware::sample), the charger's
//! step, and [`Hardware::drive`](goe_firmware::board::Hardware::drive).

#![no_std]
#![forbid(unsafe_code)]

mod air;
mod car;
mod grid;
mod power;
mod prng;
mod radio;

use goe_firmware::board;

pub use air::{Air, NETWORKS, Network};
pub use car::{Car, CarConfig};

use grid::Grid;
use power::{Contactor, Meter};
use prng::Prng;
use radio::Radio;

/// The grid on which everything here happens, ms.
const TICK_MS: u64 = 100;

const TICKS_PER_SECOND: u64 = 1_000 / TICK_MS;

/// What the garage is at the start.
#[derive(Clone, Copy, Debug)]
pub struct SimConfig<'a> {
    /// Of everything that is left to chance.
    pub seed: u64,
    /// The car.
    pub car: CarConfig,
    /// Whether it is plugged in already.
    pub plugged: bool,
    /// Whether the charger hangs on the 16 A adapter.
    pub adapter: bool,
    /// The access points around; the first 24 count.
    pub networks: &'a [Network],
}

impl Default for SimConfig<'_> {
    fn default() -> Self {
        SimConfig {
            seed: 1,
            car: CarConfig::default(),
            plugged: true,
            adapter: false,
            networks: &NETWORKS,
        }
    }
}

/// The garage, as a board's hardware.
#[derive(Clone, Debug)]
pub struct Sim {
    /// Ticks that have passed since boot.
    ticks: u64,
    grid: Grid,
    contactor: Contactor,
    meter: Meter,
    car: Car,
    offer_ma: Option<u32>,
    adapter: bool,
    radio: Radio,
}

impl Sim {
    /// The garage at boot.
    pub fn new(config: &SimConfig<'_>) -> Self {
        let mut prng = Prng::new(config.seed);
        let grid = Grid::new(prng.fork());
        let air = Air::new(config.networks, prng.fork());
        let mut sim = Sim {
            ticks: 0,
            grid,
            contactor: Contactor::default(),
            meter: Meter::default(),
            car: Car::new(config.car),
            offer_ma: None,
            adapter: config.adapter,
            radio: Radio::new(air, prng.fork()),
        };
        if config.plugged {
            sim.plug();
        }
        sim.measure();
        sim
    }

    /// Lets time pass until `now_ms` since boot; what is left of a tick waits
    /// for the next call.
    pub fn advance(&mut self, now_ms: u64) {
        while (self.ticks + 1) * TICK_MS <= now_ms {
            self.tick();
        }
    }

    /// The car comes and plugs in. Nothing if it is there.
    pub fn plug(&mut self) {
        self.car.plug();
    }

    /// The car is unplugged, whatever it is doing, and leaves.
    pub fn unplug(&mut self) {
        self.car.unplug();
    }

    /// The car.
    pub fn car(&self) -> &Car {
        &self.car
    }

    /// Exchanges the car for another in the same state.
    pub fn set_car(&mut self, config: CarConfig) {
        self.car.set_config(config);
    }

    /// Hangs the charger on the 16 A adapter, or on its own plug.
    pub fn set_adapter(&mut self, used: bool) {
        self.adapter = used;
    }

    /// The air, for switching networks off and on.
    pub fn air_mut(&mut self) -> &mut Air {
        &mut self.radio.air
    }

    /// All that the meter has counted, µJ.
    pub fn energy_uj(&self) -> u64 {
        self.meter.energy_uj()
    }

    fn tick(&mut self) {
        self.ticks += 1;
        if self.ticks.is_multiple_of(TICKS_PER_SECOND) {
            self.grid.second();
            self.radio.air.second();
        }
        self.contactor.tick();
        self.car.tick(self.offer_ma, self.contactor.is_closed());
        self.measure();
        self.radio.tick();
    }

    fn measure(&mut self) {
        let currents_ma = self.car.currents_ma();
        let voltages_mv = self.grid.voltages_mv(currents_ma);
        let energy_uj = self.meter.tick(voltages_mv, currents_ma);
        self.car.take(energy_uj);
    }
}

impl board::Contactor for Sim {
    fn set_contactor(&mut self, closed: bool) {
        self.contactor.order(closed);
    }

    fn contactor_closed(&self) -> bool {
        self.contactor.is_closed()
    }
}

impl board::Pilot for Sim {
    fn pilot_state(&self) -> board::PilotState {
        self.car.pilot_state()
    }

    fn set_offer(&mut self, offer_ma: Option<u32>) {
        self.offer_ma = offer_ma;
    }

    fn cable_ma(&self) -> Option<u32> {
        self.car.cable_ma()
    }
}

impl board::AdapterSense for Sim {
    fn adapter_used(&self) -> bool {
        self.adapter
    }
}

impl board::Meter for Sim {
    fn meter(&self) -> board::MeterReading {
        self.meter.reading()
    }
}

impl board::Radio for Sim {
    fn command(&mut self, command: board::RadioCommand<'_>) {
        self.radio.command(command);
    }

    fn poll(&mut self) -> board::RadioInputs<'_> {
        self.radio.poll()
    }
}
