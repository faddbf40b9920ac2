//! Who may charge.

pub(super) mod cards;
