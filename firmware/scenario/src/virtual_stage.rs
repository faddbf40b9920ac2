//! The whole firmware in virtual time as a stage: its store on simulated flash, its HTTP
//! and MQTT tasks, a broker, and the garage.

use goe_firmware::charger::Firmware;
use goe_runtime::device::Device;
use goe_runtime::{KeyIndex, WriteError};
use goe_world::{Plant, Site, World};

use crate::language::{Deed, Scenario};
use crate::quirk::{Change, Quirks};
use crate::stage::{Stage, Timed};

/// The stage.
pub struct VirtualStage {
    world: World,
    quirks: Quirks,
}

impl VirtualStage {
    /// The stage of a scenario: nobody is there, and the charger has booted.
    pub fn new(scenario: &Scenario) -> Self {
        Self::with(scenario, None)
    }

    /// The same, with a planted fault.
    pub fn with(scenario: &Scenario, plant: Option<Plant>) -> Self {
        let acts = scenario.steps.iter().flat_map(|step| &step.acts);
        let knows_broker = acts
            .into_iter()
            .any(|act| matches!(act.what, Deed::Broker(_)));
        let site = Site {
            seed: scenario.seed,
            release: scenario.release,
            plugged: false,
            home: scenario.wifi,
            utc_ms: Some(scenario.starts_ms),
            broker: scenario.broker || knows_broker,
            ..Site::default()
        };
        let mut world = World::with(&site, plant);
        if !scenario.broker {
            world.set_broker(false);
        }
        VirtualStage {
            world,
            quirks: Quirks::default(),
        }
    }

    /// The world that it is.
    pub fn world(&mut self) -> &mut World {
        &mut self.world
    }
}

/// The state of a garage in which nothing was changed.
pub(crate) fn empty_garage() -> String {
    let site = Site {
        release: Firmware::NEWEST,
        plugged: false,
        broker: false,
        ..Site::default()
    };
    // It is no charger that anybody has, so nobody is told what it does.
    let nobody = tracing::subscriber::NoSubscriber::new();
    tracing::subscriber::with_default(nobody, || World::new(&site).garage())
}

impl Stage for VirtualStage {
    fn value(&self, key: KeyIndex) -> Option<String> {
        let device = self.world.device()?;
        let value = device.with_document(|document| {
            let value = std::str::from_utf8(document.value(key)?).ok()?;
            Some(value.to_owned())
        })?;
        let instead = self.quirks.shown(key, &value);
        Some(instead.unwrap_or(value))
    }

    fn set(&mut self, key: KeyIndex, json: &str) -> Option<Result<(), WriteError>> {
        let device = self.world.device()?;
        Some(match self.quirks.is_deaf(key) {
            true => Ok(()),
            false => device.set(key, json),
        })
    }

    fn garage(&self) -> Option<String> {
        Some(self.world.garage())
    }

    fn change(&mut self, body: &str) -> Result<(), String> {
        self.world.change_garage(body.as_bytes())
    }

    fn power(&mut self, on: bool) -> Result<bool, String> {
        let was_on = self.world.has_power();
        self.world.set_power(on);
        Ok(was_on != on)
    }

    fn broker(&mut self, on: bool) -> Result<bool, String> {
        let was_on = self.world.has_broker();
        self.world.set_broker(on);
        Ok(was_on != on)
    }

    fn quirk(&mut self, change: &Change) -> bool {
        self.quirks.change(change)
    }
}

impl Timed for VirtualStage {
    fn run_until(&mut self, at_ms: u64) {
        self.world.run_until(at_ms);
        self.quirks.pass(at_ms);
    }
}
