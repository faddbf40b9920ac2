//! Scenarios: a file says the car, the sun, the network and what happens when, what is
//! set, and what is expected of the charger by when.
//!
//! `grammar` is the language as data. `yaml` makes a tree with places of a text (`no_yaml`
//! says why there is none), and
//! `read` a [`Scenario`] of it (`language`), whose conditions (`condition`) look along
//! paths (`path`). A [`Player`] (`play`) plays it on a [`Stage`]; `seen` keeps what it
//! saw, `in_vain` what it did for nothing, and a `verdict` tells people and machines how it ended. [`run`] plays files in
//! virtual time (`virtual_stage`), and [`Live`] one on a charger that is served. `quirk`
//! has what real firmware does and this one does not, and `quirky` puts it around a device.

#![forbid(unsafe_code)]

mod condition;
mod finding;
pub mod grammar;
mod in_vain;
mod language;
mod live;
#[cfg(test)]
mod mutants;
mod no_yaml;
mod path;
mod play;
mod quirk;
mod quirky;
mod read;
mod run;
#[cfg(test)]
mod schema;
mod seen;
mod stage;
mod times;
mod verdict;
mod virtual_stage;
mod yaml;

pub use finding::{Finding, Place, nearest};
pub use language::Scenario;
pub use live::{Live, PATH, can_be_served};
pub use play::{EVERY_MS, Failure, Note, Player, State};
pub use quirk::{Change, Quirks};
pub use quirky::{BadStatus, Quirky, Shared};
pub use read::read;
pub use run::{Outcome, load, play, run};
pub use seen::Changed;
pub use stage::{Stage, Timed};
pub use verdict::{junit, report};
pub use virtual_stage::VirtualStage;

/// The smallest scenario, for whoever wrote none.
const EXAMPLE: &str = "begin with\n    steps:\n      - at: 10s\n        garage: {car: plugged}\n      - expect: {car: Charging}\n        within: 1m";
