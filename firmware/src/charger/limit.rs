//! How much current the car may draw: the least of what the cable, the plug the
//! charger hangs on and the device itself can carry.
//!
//! It is a limit, not a permission: it reads the same whether or not the car is
//! allowed to charge now, as real chargers report it.

/// What the device's own wiring and contactor carry, mA per phase.
pub(super) const DEVICE_MA: u32 = 32_000;

/// What the small adapter carries, mA per phase.
const ADAPTER_MA: u32 = 16_000;

/// The limit in mA per phase; without a cable, that of adapter and device.
pub(super) fn allowed_ma(cable_ma: Option<u32>, adapter: bool) -> u32 {
    let adapter_ma = if adapter { ADAPTER_MA } else { DEVICE_MA };
    DEVICE_MA.min(adapter_ma).min(cable_ma.unwrap_or(DEVICE_MA))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_of_cable_adapter_and_device() {
        for (cable_ma, adapter, expected_ma) in [
            (None, false, 32_000),
            (None, true, 16_000),
            (Some(13_000), false, 13_000),
            (Some(13_000), true, 13_000),
            (Some(20_000), false, 20_000),
            (Some(20_000), true, 16_000),
            (Some(32_000), false, 32_000),
            (Some(63_000), false, 32_000),
            (Some(63_000), true, 16_000),
        ] {
            assert_eq!(
                allowed_ma(cable_ma, adapter),
                expected_ma,
                "cable {cable_ma:?}, adapter {adapter}"
            );
        }
    }
}
