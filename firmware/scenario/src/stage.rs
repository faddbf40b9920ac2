//! What a scenario is played on: a charger, and what can be done to it and around it.

use goe_runtime::{KeyIndex, WriteError};

use crate::quirk::Change;

/// A charger with everything around it, whose time somebody else lets pass.
pub trait Stage {
    /// The value of a key as JSON; `None` without power.
    fn value(&self, key: KeyIndex) -> Option<String>;

    /// Sets a key as a client does; `None` without power.
    fn set(&mut self, key: KeyIndex, json: &str) -> Option<Result<(), WriteError>>;

    /// The state of the garage as JSON.
    fn garage(&self) -> Option<String>;

    /// Changes the garage.
    ///
    /// # Errors
    /// It cannot be changed so, and why.
    fn change(&mut self, body: &str) -> Result<(), String>;

    /// Cuts the power, or brings it back; returns whether that changed anything.
    ///
    /// # Errors
    /// That cannot be done here, and why.
    fn power(&mut self, on: bool) -> Result<bool, String>;

    /// Takes the broker away, or brings it back; returns whether that changed anything.
    ///
    /// # Errors
    /// That cannot be done here, and why.
    fn broker(&mut self, on: bool) -> Result<bool, String>;

    /// Switches a quirk; returns whether that changed anything.
    fn quirk(&mut self, change: &Change) -> bool;
}

/// A stage with a time of its own.
pub trait Timed: Stage {
    /// Lets time pass until so many ms since the beginning.
    fn run_until(&mut self, at_ms: u64);
}
