//! What keeps people and wiring safe.

pub(super) mod faults;
