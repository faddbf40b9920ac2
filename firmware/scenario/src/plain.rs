//! A charger in its garage and nothing else: no flash, no broker, no network. Its time
//! is virtual.

use std::cell::Cell;
use std::rc::Rc;

use goe_firmware::charger::{Charger, Counters, Firmware, Identity};
use goe_firmware::wallbox::Wallbox;
use goe_garage::{Garage, Surroundings};
use goe_host::Speed;
use goe_runtime::device::{Device, DeviceCell};
use goe_runtime::{KeyIndex, WriteError};
use goe_sim::{Sim, SimConfig};

use crate::language::Scenario;
use crate::quirk::{Change, Quirks};
use crate::stage::{Stage, Timed};

/// The charger's serial number.
const SERIAL: &str = "000001";

/// The stage.
pub struct Plain {
    device: Rc<DeviceCell<Wallbox<Sim>>>,
    around: Surroundings,
    garage: Garage,
    quirks: Quirks,
    now_ms: u64,
}

impl Plain {
    /// The stage of a scenario: nobody is there, and the charger has booted.
    pub fn new(scenario: &Scenario) -> Self {
        let site = Site {
            seed: scenario.seed,
            release: scenario.release,
            wifi: scenario.wifi,
            utc_ms: Some(scenario.starts_ms),
        };
        Plain::at(&site)
    }

    fn at(site: &Site) -> Self {
        let sim = Sim::new(&SimConfig {
            seed: site.seed,
            plugged: false,
            utc_ms: site.utc_ms,
            ..SimConfig::default()
        });
        let identity = Identity::new(SERIAL, 1).expect("six digits");
        let identity = identity.with_firmware(site.release);
        let charger = Charger::new(identity, Counters::default());
        let (ssid, key) = goe_sim::HOME;
        let charger = match site.wifi {
            true => charger.with_wifi(ssid, key),
            false => charger,
        };
        let device = Rc::new(DeviceCell::new(Wallbox::new(charger, sim)));
        device.act(goe_sim::begin);
        let flash_fails = Rc::new(Cell::new(false));
        let around = Surroundings::new(site.seed, flash_fails, Speed::new(1));
        let garage = Garage::new(device.clone(), around.clone());
        Plain {
            device,
            around,
            garage,
            quirks: Quirks::default(),
            now_ms: 0,
        }
    }
}

struct Site {
    seed: u64,
    release: &'static Firmware,
    wifi: bool,
    utc_ms: Option<i64>,
}

/// The state of a garage in which nothing was changed.
pub(crate) fn empty_garage() -> String {
    let plain = Plain::at(&Site {
        seed: 1,
        release: Firmware::NEWEST,
        wifi: true,
        utc_ms: None,
    });
    plain.garage.show()
}

impl Stage for Plain {
    fn value(&self, key: KeyIndex) -> Option<String> {
        let value = self.device.with_document(|document| {
            let value = std::str::from_utf8(document.value(key)?).ok()?;
            Some(value.to_owned())
        })?;
        let instead = self.quirks.shown(key, &value, self.now_ms);
        Some(instead.unwrap_or(value))
    }

    fn set(&mut self, key: KeyIndex, json: &str) -> Option<Result<(), WriteError>> {
        Some(match self.quirks.is_deaf(key) {
            true => Ok(()),
            false => self.device.set(key, json),
        })
    }

    fn garage(&self) -> Option<String> {
        Some(self.garage.show())
    }

    fn change(&mut self, body: &str) -> Result<(), String> {
        self.garage.change(body.as_bytes()).map(|_| ())
    }

    fn power(&mut self, _on: bool) -> Result<(), String> {
        Err("nothing can be cut off here: this charger has no flash".to_owned())
    }

    fn broker(&mut self, _on: bool) -> Result<(), String> {
        Err("there is no broker here".to_owned())
    }

    fn quirk(&mut self, change: &Change) {
        self.quirks.change(change);
    }
}

impl Timed for Plain {
    fn run_until(&mut self, at_ms: u64) {
        while self.now_ms + 1_000 <= at_ms {
            self.now_ms += 1_000;
            let now_ms = self.now_ms;
            self.device.act(|wallbox| {
                goe_sim::round(wallbox, now_ms);
                self.around.tell(wallbox, now_ms);
            });
        }
    }
}
