//! A scenario as it is played: everything is checked, and what can fail knows its place.

use goe_firmware::charger::Firmware;
use goe_runtime::KeyIndex;

use crate::condition::Condition;
use crate::finding::Place;
use crate::quirk::Change;

/// A scenario.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// What it shows.
    pub name: String,
    /// Seed of everything that is left to chance.
    pub seed: u64,
    /// UTC at its beginning, ms since 1970.
    pub starts_ms: i64,
    /// When it ends, if not with its last step, ms.
    pub lasts_ms: Option<u64>,
    /// The release of the firmware.
    pub release: &'static Firmware,
    /// The charger is in the WiFi of the house.
    pub wifi: bool,
    /// There is a broker.
    pub broker: bool,
    pub(crate) begin: Vec<Act>,
    pub(crate) watches: Vec<Watch>,
    pub(crate) steps: Vec<Step>,
}

/// Something that happens, and what is expected then.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) at: Place,
    pub(crate) begins: Begins,
    pub(crate) acts: Vec<Act>,
    /// They are done again each so long, ms.
    pub(crate) every_ms: Option<u64>,
    /// How long they are, ms.
    pub(crate) for_ms: Option<u64>,
    pub(crate) expect: Option<Expect>,
    pub(crate) watches: Vec<Watch>,
}

/// When a step begins.
#[derive(Clone, Debug)]
pub(crate) enum Begins {
    /// When the one before is done.
    Next,
    /// So long after the beginning of all, ms.
    At(u64),
    /// So long after the one before, ms.
    After(u64),
    /// As soon as this holds; it may take so long, ms.
    When(Condition, Option<u64>),
}

/// What has to hold, within ms or at once.
#[derive(Clone, Debug)]
pub(crate) struct Expect {
    pub(crate) condition: Condition,
    pub(crate) within_ms: Option<u64>,
}

/// What holds all the time.
#[derive(Clone, Debug)]
pub(crate) struct Watch {
    pub(crate) condition: Condition,
    /// It must hold; otherwise it must not.
    pub(crate) holds: bool,
    /// How long it counts, ms.
    pub(crate) for_ms: Option<u64>,
}

/// Something that is done.
#[derive(Clone, Debug)]
pub(crate) struct Act {
    pub(crate) at: Place,
    pub(crate) what: Deed,
}

#[derive(Clone, Debug)]
pub(crate) enum Deed {
    /// A key is set to JSON, and has to take it or has to refuse it.
    Set {
        key: KeyIndex,
        json: String,
        refused: bool,
    },
    /// The body of a change of the garage.
    Garage(String),
    Power(bool),
    Broker(bool),
    Quirk(Change),
}
