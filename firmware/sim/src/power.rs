//! Contactor and energy meter: where the current passes and is counted.

use goe_firmware::board::MeterReading;

use crate::TICK_MS;

/// From the order to the auxiliary contact's answer, ms.
const TRAVEL_MS: u64 = 200;

/// µJ in a mWh.
const UJ_PER_MWH: u64 = 3_600_000;

/// A relay that takes its time.
#[derive(Clone, Debug, Default)]
pub(crate) struct Contactor {
    closed: bool,
    ordered: bool,
    travelled_ms: u64,
}

impl Contactor {
    pub(crate) fn order(&mut self, closed: bool) {
        if closed != self.ordered {
            self.ordered = closed;
            self.travelled_ms = 0;
        }
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.closed
    }

    /// Lets one tick pass.
    pub(crate) fn tick(&mut self) {
        if self.closed != self.ordered {
            self.travelled_ms += TICK_MS;
            if self.travelled_ms >= TRAVEL_MS {
                self.closed = self.ordered;
            }
        }
    }
}

/// Counts the energy it reports the power of, without losing a microjoule.
#[derive(Clone, Debug, Default)]
pub(crate) struct Meter {
    reading: MeterReading,
    energy_uj: u64,
}

impl Meter {
    /// Measures one tick; returns the energy that passed, µJ.
    pub(crate) fn tick(&mut self, voltage_mv: [u32; 3], current_ma: [u32; 3]) -> u64 {
        // mV · mA = µW
        let power_uw: u64 = voltage_mv
            .iter()
            .zip(current_ma)
            .map(|(&voltage_mv, current_ma)| u64::from(voltage_mv) * u64::from(current_ma))
            .sum();
        let power_mw = power_uw / 1_000;
        let energy_uj = power_mw * TICK_MS;
        self.energy_uj += energy_uj;
        self.reading = MeterReading {
            voltage_mv,
            current_ma,
            // Three phases of a few hundred volts and some ten amperes.
            power_mw: u32::try_from(power_mw).unwrap_or(u32::MAX),
            energy_mwh: self.energy_uj / UJ_PER_MWH,
        };
        energy_uj
    }

    pub(crate) fn reading(&self) -> MeterReading {
        self.reading
    }

    pub(crate) fn energy_uj(&self) -> u64 {
        self.energy_uj
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_contactor_travels_and_can_turn_round() {
        let mut contactor = Contactor::default();
        for (order, closed) in [
            (true, false),
            (true, true),
            (true, true),
            (false, true),
            (true, true),
            (false, true),
            (false, false),
            (true, false),
            (false, false),
            (true, false),
            (true, true),
        ] {
            contactor.order(order);
            contactor.tick();
            assert_eq!(contactor.is_closed(), closed);
        }
    }

    #[test]
    fn energy_is_the_integral_of_the_power_shown() {
        let mut meter = Meter::default();
        let mut seed = 3_u64;
        let (mut shown_uj, mut true_pj) = (0_u64, 0_u128);
        for _ in 0..100_000 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let current_ma = [(seed >> 40) as u32 % 32_000, (seed >> 50) as u32, 0];
            let voltage_mv = [225_000 + (seed >> 60) as u32, 231_111, 229_999];
            meter.tick(voltage_mv, current_ma);
            shown_uj += u64::from(meter.reading().power_mw) * TICK_MS;
            for phase in 0..3 {
                let power_uw = u128::from(voltage_mv[phase]) * u128::from(current_ma[phase]);
                true_pj += power_uw * u128::from(TICK_MS) * 1_000;
            }
        }
        assert_eq!(meter.energy_uj(), shown_uj);
        assert_eq!(meter.reading().energy_mwh, shown_uj / UJ_PER_MWH);
        // Below one mW a tick is cut off.
        let lost_uj = true_pj / 1_000_000 - u128::from(shown_uj);
        assert!(lost_uj < 100_000 * u128::from(TICK_MS), "{lost_uj}");
    }
}
