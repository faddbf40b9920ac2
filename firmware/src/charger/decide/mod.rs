//! The decision whether the car may charge, why, and with how much current.

pub(super) mod force;
pub(super) mod limit;
pub(super) mod pause;
pub(super) mod reason;
pub(super) mod surplus;
