//! The residual current detector and the earth monitor.

/// Residual current detector and earth monitor.
pub trait Protection {
    /// Returns their present state.
    fn protection(&self) -> ProtectionReading;
}

/// The state of what protects people and wiring, at one time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ProtectionReading {
    /// An alternating residual current above 30 mA.
    pub residual_ac: bool,
    /// A direct residual current above 6 mA.
    pub residual_dc: bool,
    /// Protective earth is missing.
    pub earth_missing: bool,
}
