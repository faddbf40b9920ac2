//! The greatest current the car may draw: the least of what the owner asks for, what
//! the cable, the plug the charger hangs on and the device itself can carry, and
//! what the device stands as warm as it is.
//!
//! It is a limit, not a permission: it reads the same whether or not the car is
//! allowed to charge now, as real chargers report it.

/// The most that any unit carries, mA per phase.
pub(in crate::charger) const MOST_MA: u32 = 32_000;

/// The least that can be offered, mA per phase.
pub(in crate::charger) const LEAST_MA: u32 = 6_000;

/// Current that the small adapter carries, mA per phase.
const ADAPTER_MA: u32 = 16_000;

/// Up to here warmth does not matter, thousandths of a degree.
const WARM_MC: i32 = 70_000;

/// Everything that limits the current.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::charger) struct Limits {
    /// Current that wiring and contactor carry, mA.
    pub(in crate::charger) device_ma: u32,
    /// The most the owner ever wants, A.
    pub(in crate::charger) absolute_a: u8,
    /// Current that the owner wants now, A.
    pub(in crate::charger) requested_a: u8,
    /// Current that the cable carries, mA.
    pub(in crate::charger) cable_ma: Option<u32>,
    pub(in crate::charger) adapter: bool,
    /// Current that warmth leaves, mA.
    pub(in crate::charger) warmth_ma: u32,
}

impl Limits {
    pub(in crate::charger) fn new(device_ma: u32) -> Self {
        Limits {
            device_ma,
            absolute_a: 32,
            requested_a: 32,
            cable_ma: None,
            adapter: false,
            warmth_ma: MOST_MA,
        }
    }

    /// The least of them, mA per phase.
    pub(in crate::charger) fn least_ma(&self) -> u32 {
        let Limits {
            device_ma,
            absolute_a,
            requested_a,
            cable_ma,
            adapter,
            warmth_ma,
        } = *self;
        let adapter_ma = if adapter { ADAPTER_MA } else { MOST_MA };
        let owner_ma = u32::from(absolute_a.min(requested_a)) * 1_000;
        [
            device_ma,
            owner_ma,
            cable_ma.unwrap_or(MOST_MA),
            adapter_ma,
            warmth_ma,
        ]
        .into_iter()
        .fold(MOST_MA, u32::min)
    }
}

/// Returns the current that the warmest place leaves, mA: two amperes less for each
/// degree above 70 °C.
pub(in crate::charger) fn by_warmth_ma(temperatures_mc: &[i32]) -> u32 {
    let warmest_mc = temperatures_mc.iter().copied().max().unwrap_or(0);
    let above = warmest_mc.saturating_sub(WARM_MC).max(0).unsigned_abs();
    let less_ma = above.div_ceil(1_000).saturating_mul(2_000);
    MOST_MA.saturating_sub(less_ma).max(LEAST_MA)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_of_all_counts() {
        let all = Limits::new(32_000);
        assert_eq!(all.least_ma(), 32_000);
        for (limits, expected_ma) in [
            (
                Limits {
                    adapter: true,
                    ..all
                },
                16_000,
            ),
            (
                Limits {
                    cable_ma: Some(13_000),
                    adapter: true,
                    ..all
                },
                13_000,
            ),
            (
                Limits {
                    cable_ma: Some(20_000),
                    ..all
                },
                20_000,
            ),
            (
                Limits {
                    cable_ma: Some(20_000),
                    adapter: true,
                    ..all
                },
                16_000,
            ),
            (
                Limits {
                    cable_ma: Some(63_000),
                    ..all
                },
                32_000,
            ),
            (
                Limits {
                    device_ma: 16_000,
                    ..all
                },
                16_000,
            ),
            (
                Limits {
                    requested_a: 10,
                    ..all
                },
                10_000,
            ),
            (
                Limits {
                    absolute_a: 14,
                    ..all
                },
                14_000,
            ),
            (
                Limits {
                    absolute_a: 14,
                    requested_a: 6,
                    ..all
                },
                6_000,
            ),
            (
                Limits {
                    warmth_ma: 8_000,
                    ..all
                },
                8_000,
            ),
        ] {
            assert_eq!(limits.least_ma(), expected_ma, "{limits:?}");
        }
    }

    #[test]
    fn warmth_takes_current_away() {
        for (temperatures_mc, expected_ma) in [
            ([20_000, -10_000], 32_000),
            ([70_000, 70_000], 32_000),
            ([20_000, 70_250], 30_000),
            ([72_000, 60_000], 28_000),
            ([83_000, 83_000], 6_000),
            ([i32::MAX, i32::MIN], 6_000),
        ] {
            assert_eq!(
                by_warmth_ma(&temperatures_mc),
                expected_ma,
                "{temperatures_mc:?}"
            );
        }
    }
}
