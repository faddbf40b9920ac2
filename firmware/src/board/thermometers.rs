//! The temperature sensors.

/// Number of temperature sensors.
pub const THERMOMETERS: usize = 2;

/// Temperature sensors beside the contactor and the plug.
pub trait Thermometers {
    /// Each, thousandths of a degree Celsius.
    fn temperatures_mc(&self) -> [i32; THERMOMETERS];
}
