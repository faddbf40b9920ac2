//! A world: a charger with its power, its network, its broker and its garage, and the time
//! in which all of it happens. Whoever has one decides when what happens in it; by itself
//! it does nothing but what the firmware and the physics do.

use std::cell::Cell;
use std::rc::Rc;

use futures_util::future::{AbortHandle, abortable};
use goe_device::clock::Clock;
use goe_firmware::board::Contactor as _;
use goe_garage::Surroundings;
use goe_host::Speed;
use goe_nor::{Cut, Tear};
use goe_sim::{Prng, Sim, SimConfig};

use crate::broker::Broker;
use crate::charger::{self, Board, Place};
use crate::device::{Device, Flash};
use crate::net::Net;
use crate::plant::Plant;
use crate::site::Site;
use crate::tasks::Tasks;
use crate::time::VirtualClock;

/// Erase units of the flash.
const UNITS: usize = 8;

/// All of it.
pub struct World {
    site: Site,
    plant: Option<Plant>,
    clock: VirtualClock,
    tasks: Tasks,
    net: Net,
    broker: Rc<Broker>,
    broker_runs: Option<AbortHandle>,
    flash: Flash,
    flash_fails: Rc<Cell<bool>>,
    around: Surroundings,
    chance: Prng,
    place: Place,
    charger_runs: Option<AbortHandle>,
    /// The garage of a charger without power.
    dark: Option<Sim>,
    /// The contactor was closed when the power went.
    was_closed: bool,
    /// The device as it was when its power went.
    lost: Option<Rc<Device>>,
    /// Tasks that went on and on.
    is_stuck: bool,
}

impl World {
    /// The power comes on, the charger boots, and its first step is made.
    pub fn new(site: &Site) -> Self {
        Self::with(site, None)
    }

    /// The same, with a planted fault.
    pub fn with(site: &Site, plant: Option<Plant>) -> Self {
        let mut chance = Prng::new(site.seed);
        let clock = VirtualClock::new();
        let flash_fails = Rc::new(Cell::new(false));
        let sim = Sim::new(&SimConfig {
            seed: chance.next(),
            plugged: site.plugged,
            utc_ms: site.utc_ms,
            ..SimConfig::default()
        });
        let mut world = World {
            site: site.clone(),
            plant,
            clock,
            tasks: Tasks::new(),
            net: Net::new(clock, chance.fork()),
            broker: Broker::new(clock),
            broker_runs: None,
            flash: Flash::new(UNITS),
            around: Surroundings::new(chance.next(), flash_fails.clone(), Speed::new(1)),
            flash_fails,
            chance,
            place: Place::default(),
            charger_runs: None,
            dark: Some(sim),
            was_closed: false,
            lost: None,
            is_stuck: false,
        };
        if site.broker {
            world.set_broker(true);
        }
        world.set_power(true);
        world
    }

    /// Time since the beginning, ms, which goes on without power.
    pub fn now_ms(&self) -> u64 {
        self.clock.now_ms()
    }

    /// Its clock.
    pub fn clock(&self) -> VirtualClock {
        self.clock
    }

    /// Its network.
    pub fn net(&self) -> Net {
        self.net.clone()
    }

    /// Begins something in it.
    pub fn spawn(&self, task: impl Future<Output = ()> + 'static) {
        self.tasks.spawn(task);
    }

    /// Lets everything happen until then.
    pub fn run_until(&mut self, at_ms: u64) {
        loop {
            self.settle();
            let next_ms = self.clock.next().filter(|&next_ms| next_ms <= at_ms);
            let Some(next_ms) = next_ms else {
                self.clock.advance(at_ms);
                self.settle();
                return;
            };
            self.clock.advance(next_ms);
        }
    }

    /// Lets everything happen that can happen now.
    fn settle(&mut self) {
        self.flash.0.borrow_mut().fails = self.flash_fails.get();
        self.is_stuck |= !self.tasks.run();
        if self.flash.is_off() && self.has_power() {
            self.set_power(false);
        }
    }

    /// Returns whether some task went on and on without waiting for anything.
    pub fn is_stuck(&self) -> bool {
        self.is_stuck
    }

    /// The charger; `None` without power.
    pub fn device(&self) -> Option<Rc<Device>> {
        self.place.borrow().clone()
    }

    /// The charger as it was when its power went, once.
    pub(crate) fn take_lost(&mut self) -> Option<Rc<Device>> {
        self.lost.take()
    }

    /// What surrounds the charger as JSON, with power or without.
    pub fn garage(&self) -> String {
        let show = |sim: &Sim| goe_garage::show(sim, &self.around);
        match (self.device(), &self.dark) {
            (Some(device), _) => device.look(|wallbox| show(wallbox.board())),
            (None, dark) => dark.as_ref().map_or(String::new(), show),
        }
    }

    /// Changes what surrounds the charger, with power or without.
    ///
    /// # Errors
    /// It cannot be changed so, and why.
    pub fn change_garage(&mut self, body: &[u8]) -> Result<(), String> {
        let around = self.around.clone();
        self.with_sim(|sim| goe_garage::change(sim, &around, body))
            .unwrap_or(Ok(()))
    }

    /// Returns whether the charger has power.
    pub fn has_power(&self) -> bool {
        self.charger_runs.is_some()
    }

    /// The power goes, whatever the charger is doing, or comes.
    pub fn set_power(&mut self, on: bool) {
        match (self.charger_runs.take(), on) {
            (Some(runs), false) => {
                self.net.set_up(false);
                runs.abort();
                self.tasks.run();
                if let Some(device) = self.place.take() {
                    let mut sim = device.look(|wallbox| wallbox.board().clone());
                    self.was_closed = sim.contactor_closed();
                    sim.lose_power();
                    self.dark = Some(sim);
                    self.lost = Some(device);
                }
            }
            (None, true) => {
                let Some(mut sim) = self.dark.take() else {
                    return;
                };
                sim.advance(self.now_ms());
                sim.regain_power();
                // What was written is there; nobody writes any more.
                self.flash = self.flash.booted(None);
                let board = Board {
                    site: self.site.clone(),
                    net: self.net.clone(),
                    flash: self.flash.clone(),
                    around: self.around.clone(),
                    sim,
                    seed: self.chance.next(),
                    plant: self.plant,
                    was_closed: self.was_closed,
                };
                let (runs, handle) = abortable(charger::run(board, self.place.clone()));
                self.tasks.spawn(async {
                    // It ends when it is told to, or cannot boot.
                    let _ = runs.await;
                });
                self.charger_runs = Some(handle);
                self.settle();
            }
            (runs, _) => self.charger_runs = runs,
        }
    }

    /// The power goes within one of the next writes to flash, after so many others.
    pub fn cut_power_in_write(&mut self, after: usize, tear: Tear, seed: u64) {
        let after = self.flash.operations() + after;
        self.flash.0.borrow_mut().cut = Some(Cut { after, tear, seed });
    }

    /// Writing to flash fails, or works again.
    pub fn set_flash_fails(&self, fails: bool) {
        self.flash_fails.set(fails);
    }

    /// Returns whether writing to flash fails.
    pub fn flash_fails(&self) -> bool {
        self.flash_fails.get()
    }

    /// The broker is there, or its connections break.
    pub fn set_broker(&mut self, on: bool) {
        match (self.broker_runs.take(), on) {
            (Some(runs), false) => {
                runs.abort();
                self.tasks.run();
            }
            (None, true) => {
                let (runs, handle) = abortable(self.broker.clone().serve(self.net.clone()));
                self.tasks.spawn(async {
                    // It ends when it is told to.
                    let _ = runs.await;
                });
                self.broker_runs = Some(handle);
            }
            (runs, _) => self.broker_runs = runs,
        }
    }

    /// Returns whether the broker is there.
    pub fn has_broker(&self) -> bool {
        self.broker_runs.is_some()
    }

    /// Calls `take` with topic and payload of every message that the broker retains.
    pub fn retained(&self, take: impl FnMut(&str, &[u8])) {
        self.broker.retained(take);
    }

    /// The garage, with power or without.
    pub(crate) fn with_sim<R>(&mut self, act: impl FnOnce(&mut Sim) -> R) -> Option<R> {
        let now_ms = self.now_ms();
        match (self.device(), &mut self.dark) {
            (Some(device), _) => Some(device.act(|wallbox| act(wallbox.hardware()))),
            (None, Some(sim)) => {
                // What is done in the dark is done now, and not when the power went.
                sim.advance(now_ms);
                Some(act(sim))
            }
            (None, None) => None,
        }
    }
}
