//! One charger of a fleet: whole, with its car and its house.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use anyhow::Context;
use goe_firmware::charger::Identity;
use goe_firmware::wallbox::Wallbox;
use goe_garage::{Garage, Surroundings};
use goe_host::Speed;
use goe_runtime::device::DeviceCell;
use goe_sim::{Prng, Sim, SimConfig};

use crate::args::Fleet;
use crate::charger::{Follows, utc_ms};

/// What is served of it.
pub(crate) type Device = DeviceCell<Wallbox<Sim>>;

/// A charger in its garage.
pub(crate) struct Charger {
    serial: String,
    device: Rc<Device>,
    around: Surroundings,
    follows: RefCell<Follows>,
    /// How late its last round was done, µs.
    late_us: Cell<u32>,
}

impl Charger {
    /// As it is unpacked, of what the command line has for all.
    pub(crate) fn new(args: &Fleet, serial: u32, speed: &Speed) -> anyhow::Result<Self> {
        let serial = format!("{serial:06}");
        let identity = Identity::new(&serial, 1).context("the serial number cannot be used")?;
        let seed = seed_of(args.seed, &serial);
        let config = SimConfig {
            seed,
            plugged: seed.is_multiple_of(2),
            utc_ms: utc_ms(),
            ..SimConfig::default()
        };
        let identity = identity.with_firmware(args.firmware);
        let wallbox = goe_sim::wallbox(identity, true, Sim::new(&config));
        let fails = Rc::default();
        Ok(Charger {
            serial,
            device: Rc::new(DeviceCell::new(wallbox)),
            around: Surroundings::new(seed, fails, speed.clone()),
            follows: RefCell::new(Follows::new(speed.clone(), false)),
            late_us: Cell::new(0),
        })
    }

    pub(crate) fn serial(&self) -> &str {
        &self.serial
    }

    pub(crate) fn device(&self) -> &Device {
        &self.device
    }

    pub(crate) fn garage(&self) -> Garage {
        Garage::new(self.device.clone(), self.around.clone())
    }

    /// Its client of MQTT goes there, whatever is set.
    pub(crate) fn give_broker(&self, url: &'static str) {
        self.device.give_broker(url, true);
    }

    /// The first round, before anybody is served.
    pub(crate) fn begin(&self) {
        self.device.act(goe_sim::begin);
    }

    /// The rounds that are due at these times of its own; all of them are shown at once.
    pub(crate) fn pass(&self, due: impl Iterator<Item = u64>) {
        let follows = &mut *self.follows.borrow_mut();
        self.device.act(|wallbox| {
            for now_ms in due {
                goe_sim::round(wallbox, now_ms);
                self.around.tell(wallbox, now_ms);
                if let Some(utc_ms) = follows.look(now_ms) {
                    wallbox.hardware().set_utc(utc_ms);
                }
            }
        });
    }

    /// Its last round was done so late.
    pub(crate) fn was_late(&self, late_us: u32) {
        self.late_us.set(late_us);
    }

    pub(crate) fn late_us(&self) -> u32 {
        self.late_us.get()
    }
}

/// The seed of one charger: its own, and the same in every shard.
fn seed_of(seed: u64, serial: &str) -> u64 {
    let letters = serial.bytes().map(u64::from);
    letters.fold(seed, |seed, letter| Prng::new(seed ^ letter).next())
}
