//! The supply of the car: the offer and the contactor, the phases, the lock of the
//! plug, and what the car does with it.

pub(super) mod input;
pub(super) mod lock;
pub(super) mod offer;
pub(super) mod phases;
pub(super) mod vehicle;
