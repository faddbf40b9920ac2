//! Protection of people and wiring.

pub(super) mod faults;
