//! Measured and counted values: power, energy, sessions and time.

pub(super) mod average;
pub(super) mod charged;
pub(super) mod clock;
pub(super) mod energy;
pub(super) mod measured;
pub(super) mod session;
pub(super) mod sources;
