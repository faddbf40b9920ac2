//! One charger of a fleet: whole, with its car and its house.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use anyhow::Context;
use goe_firmware::charger::Identity;
use goe_firmware::wallbox::Wallbox;
use goe_garage::{Garage, Surroundings};
use goe_host::{PartedFlash, Speed};
use goe_runtime::device::DeviceCell;
use goe_sim::{Comings, Habits, HouseConfig, Prng, Sim, SimConfig};
use tracing::Span;

use super::settings::Settings;
use crate::args::Fleet;
use crate::charger::{Follows, utc_ms};

/// What is served of it.
pub(crate) type Device = DeviceCell<Wallbox<Sim>>;

/// A charger in its garage.
pub(crate) struct Charger {
    number: u32,
    serial: String,
    /// Nothing more can be written to its flash.
    flash_fails: Rc<Cell<bool>>,
    device: Rc<Device>,
    around: Surroundings,
    follows: RefCell<Follows>,
    comings: RefCell<Comings>,
}

impl Charger {
    /// As it is unpacked, of what the command line has for all.
    pub(crate) fn new(args: &Fleet, number: u32, speed: &Speed) -> anyhow::Result<Self> {
        let serial = format!("{number:06}");
        let identity = Identity::new(&serial, 1).context("the serial number cannot be used")?;
        let seed = seed_of(args.seed, &serial);
        let habits = Habits::new(seed, HouseConfig::default().noon_utc_h);
        let config = SimConfig {
            seed,
            // Its car comes by its habits.
            plugged: false,
            utc_ms: utc_ms(),
            ..SimConfig::default()
        };
        let identity = identity.with_firmware(args.firmware);
        let wallbox = goe_sim::wallbox(identity, true, Sim::new(&config));
        let flash_fails = Rc::<Cell<bool>>::default();
        Ok(Charger {
            serial,
            device: Rc::new(DeviceCell::new(wallbox)),
            around: Surroundings::new(seed, flash_fails.clone(), speed.clone()),
            flash_fails,
            number,
            follows: RefCell::new(Follows::new(speed.clone(), false)),
            comings: RefCell::new(Comings::new(habits)),
        })
    }

    pub(crate) fn serial(&self) -> &str {
        &self.serial
    }

    /// What lines of the log are in that are of this one.
    pub(crate) fn span(&self) -> Span {
        tracing::error_span!("charger", serial = %self.serial)
    }

    pub(crate) fn device(&self) -> &Device {
        &self.device
    }

    pub(crate) fn garage(&self) -> Garage {
        Garage::new(self.device.clone(), self.around.clone())
    }

    /// What it has in a file for all.
    pub(crate) fn settings(&self, flash: &PartedFlash) -> Settings {
        Settings::new(flash, self.number, self.flash_fails.clone())
    }

    /// Its client of MQTT goes there, whatever is set.
    pub(crate) fn give_broker(&self, url: &'static str) {
        self.device.give_broker(url, true);
    }

    /// The first round, before anybody is served, of a car that may have been there for hours.
    pub(crate) fn begin(&self) {
        self.device.act(|wallbox| {
            self.comings.borrow_mut().act(wallbox.hardware());
            goe_sim::begin(wallbox);
        });
    }

    /// The rounds that are due at these times of its own; all of them are shown at once.
    pub(crate) fn pass(&self, due: impl Iterator<Item = u64>) {
        let follows = &mut *self.follows.borrow_mut();
        let comings = &mut *self.comings.borrow_mut();
        self.device.act(|wallbox| {
            for now_ms in due {
                comings.act(wallbox.hardware());
                goe_sim::round(wallbox, now_ms);
                self.around.tell(wallbox, now_ms);
                if let Some(utc_ms) = follows.look(now_ms) {
                    wallbox.hardware().set_utc(utc_ms);
                }
            }
        });
    }
}

/// The seed of one charger: its own, and the same in every shard.
fn seed_of(seed: u64, serial: &str) -> u64 {
    let letters = serial.bytes().map(u64::from);
    letters.fold(seed, |seed, letter| Prng::new(seed ^ letter).next())
}

#[cfg(test)]
mod tests {
    use clap::Parser;
    use goe_firmware::board::WallClock;

    use super::*;
    use crate::args::{Command, Line};

    /// From one look to the next, ms.
    const STEP_MS: u64 = 600_000;

    #[test]
    fn cars_are_there_when_their_habits_say_so() {
        let line = Line::parse_from(["goe-charger", "fleet", "--seed", "7"]);
        let Command::Fleet(args) = line.wanted() else {
            panic!("a fleet is wanted");
        };
        // Their time is their own, since it runs fast.
        let speed = Speed::new(600);
        let mut comings = 0;
        for serial in 100_000..100_004 {
            let charger = Charger::new(&args, serial, &speed).expect("a charger");
            let habits = Habits::new(seed_of(7, charger.serial()), 12);
            let is_right = || {
                charger.device().look(|wallbox| {
                    let now_ms = wallbox.board().utc_ms().expect("a time of day");
                    let is_there = habits.stay(now_ms).contains(now_ms);
                    // What is due now is done by the next round.
                    let was_there = habits.stay(now_ms - STEP_MS as i64);
                    let was_there = was_there.contains(now_ms - STEP_MS as i64);
                    let is_plugged = wallbox.board().car().is_plugged();
                    assert!([is_there, was_there].contains(&is_plugged), "{serial}");
                    usize::from(is_there && !was_there)
                })
            };
            // A Tuesday in June, whenever this is tried.
            let utc_ms = 1_780_358_400_000;
            charger
                .device()
                .act(|wallbox| wallbox.hardware().set_utc(utc_ms));
            charger.begin();
            let _ = is_right();
            for now_ms in (STEP_MS..=144 * STEP_MS).step_by(STEP_MS as usize) {
                charger.pass(std::iter::once(now_ms));
                comings += is_right();
            }
        }
        assert!(comings >= 2, "{comings} in a day");
    }
}
