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
    welded: bool,
}

impl Contactor {
    pub(crate) fn order(&mut self, closed: bool) {
        if closed != self.ordered {
            self.ordered = closed;
            self.travelled_ms = 0;
        }
    }

    /// Welds the contacts, so that they stay where they are, or frees them.
    pub(crate) fn set_welded(&mut self, welded: bool) {
        self.welded = welded;
    }

    pub(crate) fn is_welded(&self) -> bool {
        self.welded
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.closed
    }

    /// Lets one tick pass.
    pub(crate) fn tick(&mut self) {
        if !self.welded && self.closed != self.ordered {
            self.travelled_ms += TICK_MS;
            if self.travelled_ms >= TRAVEL_MS {
                self.closed = self.ordered;
            }
        }
    }
}

/// The state of the mains at one time.
pub(crate) struct SupplyState {
    pub(crate) voltage_mv: [u32; 3],
    pub(crate) neutral_mv: u32,
    pub(crate) frequency_mhz: u32,
}

/// Active power of one phase. A car's charger corrects its power factor, the
/// better the more it draws: 0.98 at 6 A and 0.999 from 25 A on. A phase
/// carries less than 10 kW here.
fn power_mw_of(voltage_mv: u32, current_ma: u32) -> u32 {
    let factor_permille = (974 + u64::from(current_ma) / 1_000).min(999);
    // mV · mA = µW, of which the factor takes a thousandth at a time.
    let power_mw = u64::from(voltage_mv) * u64::from(current_ma) * factor_permille / 1_000_000;
    u32::try_from(power_mw).unwrap_or(u32::MAX / 4)
}

/// Counts the energy it reports the power of, without losing a microjoule.
#[derive(Clone, Debug, Default)]
pub(crate) struct Meter {
    reading: MeterReading,
    energy_uj: u64,
}

impl Meter {
    /// Measures one tick; returns the energy that passed, µJ.
    pub(crate) fn tick(&mut self, supply: &SupplyState, current_ma: [u32; 3]) -> u64 {
        let mut phase_power_mw = [0; 3];
        for (phase, power_mw) in phase_power_mw.iter_mut().enumerate() {
            *power_mw = power_mw_of(supply.voltage_mv[phase], current_ma[phase]);
        }
        let power_mw = phase_power_mw.iter().sum();
        let energy_uj = u64::from(power_mw) * TICK_MS;
        self.energy_uj += energy_uj;
        self.reading = MeterReading {
            voltage_mv: supply.voltage_mv,
            current_ma,
            phase_power_mw,
            power_mw,
            neutral_mv: supply.neutral_mv,
            frequency_mhz: supply.frequency_mhz,
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
        let mut shown_uj = 0_u64;
        for _ in 0..100_000 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let current_ma = [(seed >> 40) as u32 % 32_000, (seed >> 50) as u32, 0];
            let voltage_mv = [225_000 + (seed >> 60) as u32, 231_111, 229_999];
            let supply = SupplyState {
                voltage_mv,
                neutral_mv: 0,
                frequency_mhz: 50_000,
            };
            meter.tick(&supply, current_ma);
            let reading = meter.reading();
            shown_uj += u64::from(reading.power_mw) * TICK_MS;
            assert_eq!(reading.power_mw, reading.phase_power_mw.iter().sum::<u32>());
            for phase in 0..3 {
                let apparent_uw = u64::from(voltage_mv[phase]) * u64::from(current_ma[phase]);
                let power_uw = u64::from(reading.phase_power_mw[phase]) * 1_000;
                assert!(power_uw <= apparent_uw && power_uw + 1_000 >= apparent_uw * 97 / 100);
            }
        }
        assert_eq!(meter.energy_uj(), shown_uj);
        assert_eq!(meter.reading().energy_mwh, shown_uj / UJ_PER_MWH);
    }
}
