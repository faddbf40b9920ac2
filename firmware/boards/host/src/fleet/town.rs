//! All chargers of a fleet, found by their serial numbers.

use std::cell::{Cell, RefCell};
use std::ops::Range;
use std::rc::Rc;
use std::time::Instant;

use goe_host::{Call, Devices, Handler, NoStream, Reply, Speed};
use goe_runtime::Registry;

use super::charger::{Charger, Device};
use super::lateness::Lateness;
use crate::args::Fleet;

/// Digits of a serial number.
const DIGITS: usize = 6;

/// All of them, by their serial numbers without a gap.
pub(crate) struct Town {
    serials: Range<u32>,
    chargers: Vec<Charger>,
    speed: Speed,
    /// Values that went out to brokers.
    published: Cell<u64>,
    lateness: RefCell<Lateness>,
}

impl Town {
    pub(crate) fn new(args: &Fleet, serials: Range<u32>, speed: &Speed) -> anyhow::Result<Self> {
        let chargers = serials
            .clone()
            .map(|serial| Charger::new(args, serial, speed));
        let lateness = Lateness::new(serials.len(), Instant::now());
        Ok(Town {
            chargers: chargers.collect::<Result<_, _>>()?,
            serials,
            speed: speed.clone(),
            published: Cell::new(0),
            lateness: RefCell::new(lateness),
        })
    }

    pub(crate) fn count(&self) -> usize {
        self.chargers.len()
    }

    /// Their serial numbers.
    pub(crate) fn serials(&self) -> Range<u32> {
        self.serials.clone()
    }

    /// The time of all, which any of their garages may change.
    pub(crate) fn speed(&self) -> u32 {
        self.speed.get()
    }

    /// How many values their brokers were told.
    pub(crate) fn published(&self) -> &Cell<u64> {
        &self.published
    }

    /// How late their rounds are done.
    pub(crate) fn lateness(&self) -> &RefCell<Lateness> {
        &self.lateness
    }

    /// In the order of their serial numbers.
    pub(crate) fn chargers(&self) -> impl ExactSizeIterator<Item = &Charger> {
        self.chargers.iter()
    }

    pub(crate) fn charger(&self, index: usize) -> Option<&Charger> {
        self.chargers.get(index)
    }

    /// The charger whose serial number a path begins with, and the rest of it.
    pub(crate) fn find<'p>(&self, path: &'p str) -> Option<(&Charger, &'p str)> {
        let (serial, rest) = path.strip_prefix('/')?.split_at_checked(DIGITS)?;
        let is_one = serial.bytes().all(|letter| letter.is_ascii_digit()) && rest.starts_with('/');
        let serial: u32 = is_one.then(|| serial.parse().ok()).flatten()?;
        let index = serial.checked_sub(self.serials.start)?;
        Some((self.chargers.get(index as usize)?, rest))
    }
}

impl Devices for Town {
    type Device = Device;

    fn registry(&self) -> &'static Registry {
        &goe_api::REGISTRY
    }

    fn at<'p>(&self, path: &'p str) -> Option<(&Device, &'p str)> {
        let (charger, rest) = self.find(path)?;
        Some((charger.device(), rest))
    }
}

/// The garage of each, below its serial number.
#[derive(Clone)]
pub(crate) struct Garages(pub(crate) Rc<Town>);

impl Garages {
    fn find<'p>(&self, path: &'p str) -> Option<(&Charger, &'p str)> {
        let found = self.0.find(path)?;
        // Most paths are of the charger itself.
        (found.1 == goe_garage::PATH).then_some(found)
    }
}

impl Handler for Garages {
    type Body = String;
    type Stream = NoStream;

    fn methods(&self, path: &str) -> Option<&'static str> {
        let (charger, rest) = self.find(path)?;
        charger.garage().methods(rest)
    }

    fn answer(&self, call: Call<'_>) -> Reply<String> {
        match self.find(call.path) {
            Some((charger, path)) => charger
                .span()
                .in_scope(|| charger.garage().answer(Call { path, ..call })),
            // It has said that this is no path of its own.
            None => Reply::text(404, String::new()),
        }
    }
}
