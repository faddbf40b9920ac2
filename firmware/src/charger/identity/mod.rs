//! The charger's identity, and how it shows itself.

pub(super) mod looks;
pub(super) mod nameplate;
