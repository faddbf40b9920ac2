//! Access to charging.

pub(super) mod cards;
