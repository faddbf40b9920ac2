//! The energy meter.

/// The energy meter behind the contactor.
pub trait Meter {
    /// The latest measurement; must be at most one second old.
    fn meter(&self) -> MeterReading;
}

/// One measurement.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MeterReading {
    /// Voltage of each phase to neutral, mV.
    pub voltage_mv: [u32; 3],
    /// Current of each phase, mA.
    pub current_ma: [u32; 3],
    /// Active power of each phase, mW.
    pub phase_power_mw: [u32; 3],
    /// Active power of all phases, mW: their sum.
    pub power_mw: u32,
    /// Voltage of neutral to earth, mV.
    pub neutral_mv: u32,
    /// Frequency of the mains, mHz; 0 while unknown.
    pub frequency_mhz: u32,
    /// Energy counted by the meter, mWh. It may begin anywhere and may start
    /// again when the meter does; only its growth counts.
    pub energy_mwh: u64,
}
