//! The greatest current the car may draw: the least of what the owner asks for, what
//! the cable, the plug the charger hangs on and the device itself can carry, and
//! what the device stands as warm as it is.
//!
//! It is a limit, not a permission: it reads the same whether or not the car is
//! allowed to charge now, as real chargers report it.

use core::fmt::Write as _;

use heapless::String;

/// The most that any unit carries, mA per phase.
pub(in crate::charger) const MOST_MA: u32 = 32_000;

/// The least that can be offered, mA per phase.
pub(in crate::charger) const LEAST_MA: u32 = 6_000;

/// Current that the small adapter carries, mA per phase.
const ADAPTER_MA: u32 = 16_000;

/// Up to here warmth does not matter, thousandths of a degree.
const WARM_MC: i32 = 70_000;

/// What was set for a while counts no longer after this, ms.
const TEMPORARY_MS: u64 = 600_000;

/// The limits as JSON.
pub(in crate::charger) type LimitsText = String<256>;

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
    /// The digital input is active.
    pub(in crate::charger) input: bool,
    /// The car may use three phases.
    pub(in crate::charger) three_phases: bool,
    /// Current on one phase with the adapter or the input, A.
    pub(in crate::charger) one_a: u8,
    /// The same on three.
    pub(in crate::charger) three_a: u8,
    /// Current that warmth leaves, mA.
    pub(in crate::charger) warmth_ma: u32,
    /// A limit for a while, A, and when it was set.
    temporary: Option<(u8, u64)>,
}

/// What else [`Limits::spell`] tells of.
#[derive(Clone, Copy, Debug)]
pub(in crate::charger) struct Beside {
    pub(in crate::charger) authorized: bool,
    /// The smallest current, where surplus or price decide, A.
    pub(in crate::charger) least_a: Option<u8>,
}

impl Limits {
    pub(in crate::charger) fn new(device_ma: u32) -> Self {
        Limits {
            device_ma,
            absolute_a: 32,
            requested_a: 32,
            cable_ma: None,
            adapter: false,
            input: false,
            three_phases: true,
            one_a: 16,
            three_a: 16,
            warmth_ma: MOST_MA,
            temporary: None,
        }
    }

    /// Limits for a while.
    pub(in crate::charger) fn limit(&mut self, now_ms: u64, amperes: Option<u8>) {
        self.temporary = amperes.map(|amperes| (amperes, now_ms));
    }

    /// The limit for a while, A.
    pub(in crate::charger) fn temporary_a(&self) -> Option<u8> {
        self.temporary.map(|(amperes, _)| amperes)
    }

    /// The while may end.
    pub(in crate::charger) fn step(&mut self, now_ms: u64) {
        let lasts = |&(_, at_ms): &(u8, u64)| now_ms.saturating_sub(at_ms) < TEMPORARY_MS;
        self.temporary = self.temporary.filter(lasts);
    }

    /// Boots: time begins at zero, and a while is over.
    pub(in crate::charger) fn reboot(&mut self) {
        self.temporary = None;
    }

    /// Current that adapter and input leave, mA.
    fn reduced_ma(&self) -> Option<u32> {
        let amperes = match self.three_phases {
            true => self.three_a,
            false => self.one_a,
        };
        let set_ma = u32::from(amperes) * 1_000;
        match (self.adapter, self.input) {
            (true, _) => Some(set_ma.min(ADAPTER_MA)),
            (false, true) => Some(set_ma),
            (false, false) => None,
        }
    }

    /// Returns whether adapter and input leave less than a car can charge with.
    pub(in crate::charger) fn block(&self) -> bool {
        self.reduced_ma().is_some_and(|ma| ma < LEAST_MA)
    }

    /// The most that device and owner ever allow, mA.
    fn max_ma(&self) -> u32 {
        self.device_ma.min(u32::from(self.absolute_a) * 1_000)
    }

    /// The least of them, mA per phase; no less than can be offered.
    pub(in crate::charger) fn least_ma(&self) -> u32 {
        let amperes = |a: u8| u32::from(a) * 1_000;
        [
            self.max_ma(),
            amperes(self.requested_a),
            self.cable_ma.unwrap_or(MOST_MA),
            self.reduced_ma().unwrap_or(MOST_MA),
            self.temporary_a().map_or(MOST_MA, amperes),
            self.warmth_ma,
        ]
        .into_iter()
        .fold(MOST_MA, u32::min)
        .max(LEAST_MA)
    }

    /// Spells them out in A, under the names that real chargers give them
    /// (recorded).
    pub(in crate::charger) fn spell(&self, text: &mut LimitsText, beside: Beside) {
        let whole = |ma: u32| ma / 1_000;
        let named = [
            ("accessControl", (!beside.authorized).then_some(0)),
            ("adapterCurrentLimit", self.reduced_ma().map(whole)),
            ("cableCurrentLimit", self.cable_ma.map(whole)),
            ("currentLimitMax", Some(whole(self.max_ma()))),
            ("minChargingCurrent", beside.least_a.map(u32::from)),
            ("requestedCurrent", Some(self.requested_a.into())),
            ("temperatureCurrentLimit", Some(whole(self.warmth_ma))),
            ("temporaryCurrentLimit", self.temporary_a().map(u32::from)),
            ("unsymetryCurrentLimit", Some(whole(MOST_MA))),
        ];
        text.clear();
        let mut before = '{';
        for (name, amperes) in named {
            let Some(amperes) = amperes else { continue };
            // Nine names of at most 23 letters and small numbers fit.
            let _ = write!(text, "{before}\"{name}\":{amperes}");
            before = ',';
        }
        let _ = text.push('}');
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

    #[test]
    fn adapter_and_input_have_limits_of_their_own() {
        for (adapter, input, three_phases, (one_a, three_a), expected) in [
            (false, false, true, (6, 0), (false, 32_000)),
            (false, true, true, (18, 6), (false, 6_000)),
            (false, true, false, (18, 6), (false, 18_000)),
            (true, true, false, (18, 6), (false, 16_000)),
            (false, true, true, (18, 5), (true, 6_000)),
            (true, false, false, (0, 16), (true, 6_000)),
        ] {
            let limits = Limits {
                adapter,
                input,
                three_phases,
                one_a,
                three_a,
                ..Limits::new(32_000)
            };
            let is = (limits.block(), limits.least_ma());
            assert_eq!(is, expected, "{limits:?}");
        }
    }

    #[test]
    fn a_limit_for_a_while_ends() {
        let mut limits = Limits::new(32_000);
        for (now_ms, set, is) in [
            (1_000, Some(Some(8)), Some(8)),
            (600_999, None, Some(8)),
            (601_000, None, None),
            (602_000, Some(Some(10)), Some(10)),
            (1_000_000, Some(Some(10)), Some(10)),
            (1_599_999, None, Some(10)),
            (1_599_999, Some(None), None),
        ] {
            limits.step(now_ms);
            set.into_iter().for_each(|set| limits.limit(now_ms, set));
            assert_eq!(limits.temporary_a(), is, "at {now_ms} ms");
            let expected_ma = is.map_or(32_000, |amperes| u32::from(amperes) * 1_000);
            assert_eq!(limits.least_ma(), expected_ma);
        }
    }

    #[test]
    fn only_what_limits_is_spelled_out() {
        let mut limits = Limits::new(16_000);
        let mut text = LimitsText::new();
        let beside = Beside {
            authorized: true,
            least_a: None,
        };
        limits.spell(&mut text, beside);
        assert_eq!(
            text,
            "{\"currentLimitMax\":16,\"requestedCurrent\":32,\"temperatureCurrentLimit\":32,\"unsymetryCurrentLimit\":32}"
        );
        limits.adapter = true;
        limits.cable_ma = Some(63_000);
        limits.limit(0, Some(10));
        let beside = Beside {
            authorized: false,
            least_a: Some(10),
        };
        limits.spell(&mut text, beside);
        assert!(text.starts_with("{\"accessControl\":0,\"adapterCurrentLimit\":16,\"cable"));
        assert!(text.ends_with('}') && text.len() < text.capacity());
    }
}
