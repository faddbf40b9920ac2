//! What is laid down beforehand: times of the week, prices, and the next trip.

pub(super) mod prices;
pub(super) mod schedule;
pub(super) mod trip;
