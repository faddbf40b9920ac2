//! The charger's identity, and how it shows itself.

pub(super) mod button;
pub(super) mod firmware;
pub(super) mod looks;
pub(super) mod nameplate;
pub(super) mod ring;
