//! A simulated garage: mains, contactor, phase relay, lock, meter, warmth, a car,
//! cards, and the WiFi around it.
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
mod habits;
mod house;
mod power;
mod prng;
mod radio;
mod rounds;
mod socket;

use goe_firmware::board;

pub use air::{Air, NETWORKS, Network};
pub use car::{Car, CarConfig};
pub use habits::{Comings, Habits, Stay};
pub use house::{Battery, House, HouseConfig, Powers};
pub use prng::Prng;
pub use rounds::{HOME, begin, begin_at, round, round_at, wallbox};

use grid::Grid;
use power::{Contactor, Meter};
use radio::Radio;
use socket::{Lock, PhaseRelay, Warmth};

/// The grid on which everything here happens, ms.
const TICK_MS: u64 = 100;

const TICKS_PER_SECOND: u64 = 1_000 / TICK_MS;

/// The configuration of the garage at the start.
#[derive(Clone, Copy, Debug)]
pub struct SimConfig<'a> {
    /// Of everything that is left to chance.
    pub seed: u64,
    /// The car.
    pub car: CarConfig,
    /// `true` if it is plugged in already.
    pub plugged: bool,
    /// `true` if the charger hangs on the 16 A adapter.
    pub adapter: bool,
    /// The access points around; the first 24 count.
    pub networks: &'a [Network],
    /// UTC at boot, ms since 1970; `None` when nothing tells the time.
    pub utc_ms: Option<i64>,
}

impl Default for SimConfig<'_> {
    fn default() -> Self {
        SimConfig {
            seed: 1,
            car: CarConfig::default(),
            plugged: true,
            adapter: false,
            networks: &NETWORKS,
            // A noon in June.
            utc_ms: Some(1_782_036_000_000),
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
    /// The pilot is parted from the car.
    parted: bool,
    adapter: bool,
    phase_relay: PhaseRelay,
    lock: Lock,
    warmth: Warmth,
    protection: board::ProtectionReading,
    card: Option<board::CardId>,
    input_closed: bool,
    button: Option<board::Press>,
    utc_at_boot_ms: Option<i64>,
    radio: Radio,
}

impl Sim {
    /// The garage at boot.
    pub fn new(config: &SimConfig<'_>) -> Self {
        let mut prng = Prng::new(config.seed);
        let grid = Grid::new(prng.fork());
        let air = Air::new(config.networks, prng.fork());
        let radio = Radio::new(air, prng.fork());
        let mut sim = Sim {
            ticks: 0,
            grid,
            contactor: Contactor::default(),
            meter: Meter::default(),
            car: Car::new(config.car),
            offer_ma: None,
            parted: false,
            adapter: config.adapter,
            phase_relay: PhaseRelay::new(),
            lock: Lock::new(),
            warmth: Warmth::new(prng.fork()),
            protection: board::ProtectionReading::default(),
            card: None,
            input_closed: false,
            button: None,
            utc_at_boot_ms: config.utc_ms,
            radio,
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

    /// Exchanges the car for another in the same state, which is as full as this one
    /// unless it has another room.
    pub fn set_car(&mut self, config: CarConfig) {
        self.car.set_config(config);
    }

    /// Takes all room of the car away, or gives back what it had when it came.
    pub fn set_car_full(&mut self, full: bool) {
        self.car.set_full(full);
    }

    /// Hangs the charger on the 16 A adapter, or on its own plug.
    pub fn set_adapter(&mut self, used: bool) {
        self.adapter = used;
    }

    /// Takes the voltage off a phase (0 to 2), or gives it back.
    pub fn set_phase_dead(&mut self, phase: usize, dead: bool) {
        self.grid.set_dead(phase, dead);
    }

    /// Which phases have no voltage.
    pub fn dead_phases(&self) -> [bool; 3] {
        self.grid.dead()
    }

    /// Welds the contactor where it is, or frees it.
    pub fn set_contactor_welded(&mut self, welded: bool) {
        self.contactor.set_welded(welded);
    }

    /// Returns whether the contactor is welded.
    pub fn is_contactor_welded(&self) -> bool {
        self.contactor.is_welded()
    }

    /// Jams the bolt of the lock, or frees it.
    pub fn set_lock_stuck(&mut self, stuck: bool) {
        self.lock.set_stuck(stuck);
    }

    /// Returns whether the bolt of the lock is jammed.
    pub fn is_lock_stuck(&self) -> bool {
        self.lock.is_stuck()
    }

    /// Sets what residual current detector and earth monitor see from now on.
    pub fn set_protection(&mut self, reading: board::ProtectionReading) {
        self.protection = reading;
    }

    /// Sets the temperature of the air, thousandths of a degree.
    pub fn set_ambient(&mut self, ambient_mc: i32) {
        self.warmth.set_ambient(ambient_mc);
    }

    /// The temperature of the air, thousandths of a degree.
    pub fn ambient_mc(&self) -> i32 {
        self.warmth.ambient_mc()
    }

    /// Holds a card to the reader.
    pub fn hold_card(&mut self, card: board::CardId) {
        self.card = Some(card);
    }

    /// Closes the contact of the digital input, or opens it.
    pub fn set_input(&mut self, closed: bool) {
        self.input_closed = closed;
    }

    /// Presses the button.
    pub fn press_button(&mut self, press: board::Press) {
        self.button = Some(press);
    }

    /// The air.
    pub fn air(&self) -> &Air {
        &self.radio.air
    }

    /// The air, for switching networks off and on.
    pub fn air_mut(&mut self) -> &mut Air {
        &mut self.radio.air
    }

    /// Before time passes: the radio comes up with the link that it had to a network.
    pub fn resume_link(&mut self, ssid: &str, passphrase: &str) -> bool {
        self.radio.resume(ssid, passphrase)
    }

    /// The charger loses its power: what it held lets go, and its radio is silent.
    pub fn lose_power(&mut self) {
        self.contactor.order(false);
        self.offer_ma = None;
        self.parted = false;
        self.radio.fall_silent();
    }

    /// The power comes back. What was held to the reader or pressed in the dark nobody saw.
    pub fn regain_power(&mut self) {
        self.card = None;
        self.button = None;
    }

    /// Returns whether the radio has a link with an address.
    pub fn is_linked(&self) -> bool {
        self.radio.is_up()
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
            self.warmth.second(self.meter.reading().current_ma);
        }
        self.contactor.tick();
        self.phase_relay.tick();
        self.lock.tick();
        let live = self.live();
        self.car.set_live(live);
        if self.parted {
            self.car.part();
        }
        let offer_ma = self.offer_ma.filter(|_| !self.parted);
        self.car.tick(offer_ma, live[0]);
        self.measure();
        self.radio.tick();
    }

    fn measure(&mut self) {
        let currents_ma = self.car.currents_ma();
        let supply = self.grid.state(currents_ma);
        let energy_uj = self.meter.tick(&supply, currents_ma);
        self.car.take(energy_uj);
    }

    /// Which phases reach the car.
    fn live(&self) -> [bool; 3] {
        let closed = self.contactor.is_closed();
        let others = closed && self.phase_relay.three_phases();
        let switched = [closed, others, others];
        let voltages_mv = self.grid.voltages_mv([0; 3]);
        core::array::from_fn(|phase| switched[phase] && voltages_mv[phase] > 0)
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

impl board::PhaseRelay for Sim {
    fn set_three_phases(&mut self, three_phases: bool) {
        self.phase_relay.order(three_phases);
    }

    fn three_phases(&self) -> bool {
        self.phase_relay.three_phases()
    }
}

impl board::Lock for Sim {
    fn set_lock(&mut self, locked: bool) {
        self.lock.order(locked);
    }

    fn lock_state(&self) -> board::LockState {
        self.lock.state()
    }
}

impl board::Protection for Sim {
    fn protection(&self) -> board::ProtectionReading {
        self.protection
    }
}

impl board::Thermometers for Sim {
    fn temperatures_mc(&self) -> [i32; board::THERMOMETERS] {
        self.warmth.shown_mc()
    }
}

impl board::CardReader for Sim {
    fn poll_card(&mut self) -> Option<board::CardId> {
        self.card.take()
    }
}

impl board::DigitalInput for Sim {
    fn input_closed(&self) -> bool {
        self.input_closed
    }
}

impl board::Button for Sim {
    fn poll_button(&mut self) -> Option<board::Press> {
        self.button.take()
    }
}

impl Sim {
    /// Says what time it is, as a server on the network does, ms since 1970.
    pub fn set_utc(&mut self, utc_ms: i64) {
        self.utc_at_boot_ms = Some(utc_ms - self.since_boot_ms());
    }

    fn since_boot_ms(&self) -> i64 {
        // Far below half of what the type holds.
        (self.ticks * TICK_MS) as i64
    }
}

impl board::WallClock for Sim {
    fn utc_ms(&self) -> Option<i64> {
        self.utc_at_boot_ms
            .map(|utc_ms| utc_ms + self.since_boot_ms())
    }
}

impl board::Pilot for Sim {
    fn pilot_state(&self) -> board::PilotState {
        match self.parted {
            true => board::PilotState::A,
            false => self.car.pilot_state(),
        }
    }

    fn set_offer(&mut self, offer_ma: Option<u32>) {
        self.offer_ma = offer_ma;
    }

    fn set_parted(&mut self, parted: bool) {
        self.parted = parted;
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
