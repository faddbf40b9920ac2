//! Faults that keep the charger from charging safely: one at a time, the gravest
//! first.
//!
//! Those that somebody should look at (residual currents, the contactor, too much
//! current) stay until the car is unplugged and the cause is gone. The others end
//! with their cause. All of them take the car off the mains at once.

use crate::board::{Inputs, PilotState};

/// Longest time that contactor and order may differ, ms.
const TRAVEL_MS: u64 = 3_000;

/// Longest time that a car may draw more than it is offered, ms: IEC 61851-1 gives it
/// five seconds to follow, and cars take their time.
const OVER_MS: u64 = 10_000;

/// More than the offer by a tenth and this is too much, mA.
const OVER_MA: u32 = 1_000;

/// Beyond this a phase has too much voltage, mV.
const OVER_MV: u32 = 275_000;

/// Below this the first phase is missing, mV.
const DEAD_MV: u32 = 150_000;

/// A cable of less is none, mA.
const LEAST_CABLE_MA: u32 = 6_000;

/// Where charging ends for heat, and where it may go on, thousandths of a degree.
const HOT_MC: i32 = 90_000;
const COOL_MC: i32 = 75_000;

/// A fault of the installation, the charger, the cable or the car.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::charger) enum Fault {
    ResidualAc,
    ResidualDc,
    ContactorStuck,
    ContactorMissing,
    EarthMissing,
    Overvoltage,
    PhaseMissing,
    Overcurrent,
    Pilot,
    Cable,
    Overtemperature,
}

impl Fault {
    /// Returns whether it outlasts its cause.
    fn stays(self) -> bool {
        matches!(
            self,
            Fault::ResidualAc
                | Fault::ResidualDc
                | Fault::ContactorStuck
                | Fault::ContactorMissing
                | Fault::Overcurrent
        )
    }
}

/// The orders of the charger in the step before.
#[derive(Clone, Copy, Debug)]
pub(in crate::charger) struct Asked {
    pub(in crate::charger) closed: bool,
    pub(in crate::charger) offer_ma: Option<u32>,
}

/// The fault there is, and what may become one.
#[derive(Debug)]
pub(in crate::charger) struct Faults {
    fault: Option<Fault>,
    differs_since_ms: Option<u64>,
    over_since_ms: Option<u64>,
    hot: bool,
}

impl Faults {
    pub(in crate::charger) fn new() -> Self {
        Faults {
            fault: None,
            differs_since_ms: None,
            over_since_ms: None,
            hot: false,
        }
    }

    pub(in crate::charger) fn fault(&self) -> Option<Fault> {
        self.fault
    }

    /// Looks at one sample.
    pub(in crate::charger) fn step(&mut self, now_ms: u64, inputs: &Inputs<'_>, asked: Asked) {
        let differs = inputs.contactor_closed != asked.closed;
        let mismatch = lasts(&mut self.differs_since_ms, differs, now_ms, TRAVEL_MS);
        // Without an offer the car is on its way down, which the supply watches.
        let most_ma = asked.offer_ma.map_or(u32::MAX, |ma| ma + ma / 10 + OVER_MA);
        let over = inputs.meter.current_ma.iter().any(|&ma| ma > most_ma);
        let over = lasts(&mut self.over_since_ms, over, now_ms, OVER_MS);
        let hottest_mc = inputs.temperatures_mc.into_iter().max().unwrap_or(0);
        self.hot = hottest_mc >= if self.hot { COOL_MC } else { HOT_MC };

        let protection = inputs.protection;
        let voltage_mv = inputs.meter.voltage_mv;
        let now = [
            (protection.residual_ac, Fault::ResidualAc),
            (protection.residual_dc, Fault::ResidualDc),
            (mismatch && !asked.closed, Fault::ContactorStuck),
            (mismatch && asked.closed, Fault::ContactorMissing),
            (protection.earth_missing, Fault::EarthMissing),
            (
                voltage_mv.iter().any(|&mv| mv > OVER_MV),
                Fault::Overvoltage,
            ),
            (voltage_mv[0] < DEAD_MV, Fault::PhaseMissing),
            (over, Fault::Overcurrent),
            (
                matches!(inputs.pilot, PilotState::E | PilotState::F),
                Fault::Pilot,
            ),
            (
                inputs.cable_ma.is_some_and(|ma| ma < LEAST_CABLE_MA),
                Fault::Cable,
            ),
            (self.hot, Fault::Overtemperature),
        ]
        .into_iter()
        .find_map(|(is, fault)| is.then_some(fault));

        let stays = self
            .fault
            .filter(|fault| fault.stays() && inputs.pilot != PilotState::A);
        self.fault = stays.or(now);
    }
}

/// Returns whether something has been so for long enough; `since_ms` remembers.
fn lasts(since_ms: &mut Option<u64>, is: bool, now_ms: u64, least_ms: u64) -> bool {
    if !is {
        *since_ms = None;
        return false;
    }
    now_ms.saturating_sub(*since_ms.get_or_insert(now_ms)) >= least_ms
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::board::{MeterReading, ProtectionReading};
    use PilotState::{A, B, C, E};

    const OPEN: Asked = Asked {
        closed: false,
        offer_ma: None,
    };
    const CLOSED: Asked = Asked {
        closed: true,
        offer_ma: Some(10_000),
    };

    fn idle(pilot: PilotState) -> Inputs<'static> {
        Inputs {
            pilot,
            ..Inputs::IDLE
        }
    }

    /// A second per row.
    fn check(rows: &[(Inputs<'static>, Asked, Option<Fault>)]) {
        let mut faults = Faults::new();
        for (second, (inputs, asked, expected)) in rows.iter().enumerate() {
            faults.step(second as u64 * 1_000, inputs, *asked);
            assert_eq!(faults.fault(), *expected, "at {second} s");
        }
    }

    #[test]
    fn a_residual_current_stays_until_the_car_is_unplugged() {
        let leaks = |pilot, residual_ac, residual_dc| Inputs {
            protection: ProtectionReading {
                residual_ac,
                residual_dc,
                earth_missing: false,
            },
            ..idle(pilot)
        };
        check(&[
            (idle(B), OPEN, None),
            (leaks(B, false, true), OPEN, Some(Fault::ResidualDc)),
            (idle(B), OPEN, Some(Fault::ResidualDc)),
            (idle(A), OPEN, None),
            (leaks(A, true, true), OPEN, Some(Fault::ResidualAc)),
            (leaks(A, true, false), OPEN, Some(Fault::ResidualAc)),
            (idle(A), OPEN, None),
        ]);
    }

    #[test]
    fn the_contactor_has_three_seconds() {
        let closed = |pilot| Inputs {
            contactor_closed: true,
            ..idle(pilot)
        };
        check(&[
            (idle(C), CLOSED, None),
            (idle(C), CLOSED, None),
            (closed(C), CLOSED, None),
            (closed(C), OPEN, None),
            (closed(C), OPEN, None),
            (closed(C), OPEN, None),
            (closed(C), OPEN, Some(Fault::ContactorStuck)),
            (closed(A), OPEN, Some(Fault::ContactorStuck)),
            (idle(A), OPEN, None),
            (idle(C), CLOSED, None),
            (idle(C), CLOSED, None),
            (idle(C), CLOSED, None),
            (idle(C), CLOSED, Some(Fault::ContactorMissing)),
            (idle(C), OPEN, Some(Fault::ContactorMissing)),
            (idle(A), OPEN, None),
        ]);
    }

    #[test]
    fn some_end_with_their_cause() {
        let voltage = |voltage_mv| Inputs {
            meter: MeterReading {
                voltage_mv,
                ..Inputs::IDLE.meter
            },
            ..idle(B)
        };
        let earth = Inputs {
            protection: ProtectionReading {
                earth_missing: true,
                ..ProtectionReading::default()
            },
            ..idle(B)
        };
        let cable = Inputs {
            cable_ma: Some(3_000),
            ..idle(B)
        };
        check(&[
            (voltage([230_000, 0, 0]), OPEN, None),
            (
                voltage([0, 230_000, 230_000]),
                OPEN,
                Some(Fault::PhaseMissing),
            ),
            (
                voltage([230_000, 230_000, 275_001]),
                OPEN,
                Some(Fault::Overvoltage),
            ),
            (earth, OPEN, Some(Fault::EarthMissing)),
            (idle(E), OPEN, Some(Fault::Pilot)),
            (cable, OPEN, Some(Fault::Cable)),
            (idle(B), OPEN, None),
        ]);
    }

    #[test]
    fn too_much_current_for_too_long() {
        let draws = |ma| Inputs {
            contactor_closed: true,
            meter: MeterReading {
                current_ma: [ma, 0, 0],
                ..Inputs::IDLE.meter
            },
            ..idle(C)
        };
        let mut faults = Faults::new();
        for (second, ma, fault) in [
            (0, 12_000, None),
            (60, 12_001, None),
            (69, 12_001, None),
            (70, 12_001, Some(Fault::Overcurrent)),
            (71, 0, Some(Fault::Overcurrent)),
        ] {
            faults.step(second * 1_000, &draws(ma), CLOSED);
            assert_eq!(faults.fault(), fault, "at {second} s");
        }
    }

    #[test]
    fn heat_has_to_go_before_charging_goes_on() {
        let warm = |mc| Inputs {
            temperatures_mc: [20_000, mc],
            ..idle(B)
        };
        check(&[
            (warm(89_999), OPEN, None),
            (warm(90_000), OPEN, Some(Fault::Overtemperature)),
            (warm(75_000), OPEN, Some(Fault::Overtemperature)),
            (warm(74_999), OPEN, None),
            (warm(89_999), OPEN, None),
        ]);
    }
}
