//! The mains: three phases of 230 V and 50 Hz that wander a little; the voltage
//! sags under load.

use crate::power::SupplyState;
use crate::prng::Prng;

/// Nominal voltage of a phase, mV.
const NOMINAL_MV: i32 = 230_000;

/// Furthest from nominal without load, mV.
const WANDER_MV: i32 = 3_000;

/// Most the voltage changes by itself in a second, mV.
const STEP_MV: u16 = 300;

/// Nominal frequency, mHz; furthest from it, and most it changes in a second.
const NOMINAL_MHZ: i32 = 50_000;
const WANDER_MHZ: i32 = 60;
const STEP_MHZ: u16 = 8;

/// The meter's steps of voltages, mV.
const STEP_SHOWN_MV: u32 = 10;

/// Resistance from the transformer to the charger, mΩ.
const RESISTANCE_MOHM: u64 = 150;

/// The mains.
#[derive(Clone, Debug)]
pub(crate) struct Grid {
    prng: Prng,
    /// Distance of each phase from nominal, mV.
    offset_mv: [i32; 3],
    /// Distance of the frequency from 50 Hz, mHz.
    offset_mhz: i32,
    /// Phases that have no voltage.
    dead: [bool; 3],
}

impl Grid {
    pub(crate) fn new(prng: Prng) -> Self {
        Grid {
            prng,
            offset_mv: [0; 3],
            offset_mhz: 0,
            dead: [false; 3],
        }
    }

    /// Lets a second pass.
    pub(crate) fn second(&mut self) {
        for offset_mv in &mut self.offset_mv {
            let step_mv = self.prng.around_zero(STEP_MV);
            *offset_mv = (*offset_mv + step_mv).clamp(-WANDER_MV, WANDER_MV);
        }
        let step_mhz = self.prng.around_zero(STEP_MHZ);
        self.offset_mhz = (self.offset_mhz + step_mhz).clamp(-WANDER_MHZ, WANDER_MHZ);
    }

    /// Takes the voltage off a phase, or gives it back.
    pub(crate) fn set_dead(&mut self, phase: usize, dead: bool) {
        if let Some(phase) = self.dead.get_mut(phase) {
            *phase = dead;
        }
    }

    pub(crate) fn dead(&self) -> [bool; 3] {
        self.dead
    }

    /// Everything a meter sees under that load.
    pub(crate) fn state(&self, currents_ma: [u32; 3]) -> SupplyState {
        let most_ma = currents_ma.into_iter().max().unwrap_or(0);
        let least_ma = currents_ma.into_iter().min().unwrap_or(0);
        SupplyState {
            voltage_mv: self.voltages_mv(currents_ma).map(shown),
            // The current that returns through neutral lifts it a little.
            neutral_mv: shown(400 + (most_ma - least_ma) / 20),
            frequency_mhz: (NOMINAL_MHZ + self.offset_mhz).unsigned_abs(),
        }
    }

    /// Voltage of each phase under that load, mV.
    pub(crate) fn voltages_mv(&self, currents_ma: [u32; 3]) -> [u32; 3] {
        let mut voltages_mv = [0; 3];
        for (phase, voltage_mv) in voltages_mv.iter_mut().enumerate() {
            if self.dead[phase] {
                continue;
            }
            let sag_mv = u64::from(currents_ma[phase]) * RESISTANCE_MOHM / 1_000;
            let unloaded_mv = (NOMINAL_MV + self.offset_mv[phase]).unsigned_abs();
            // 32 A take 4.8 V off.
            *voltage_mv = unloaded_mv.saturating_sub(sag_mv as u32);
        }
        voltages_mv
    }
}

/// A voltage in the steps of the meter: hundredths of a volt, as a Gemini shows them
/// (openHAB 14736).
fn shown(voltage_mv: u32) -> u32 {
    voltage_mv / STEP_SHOWN_MV * STEP_SHOWN_MV
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wanders_within_bounds_and_sags() {
        let mut grid = Grid::new(Prng::new(1));
        assert_eq!(
            grid.voltages_mv([0, 16_000, 32_000]),
            [230_000, 227_600, 225_200]
        );
        let mut seen = [u32::MAX, 0];
        for _ in 0..10_000 {
            grid.second();
            for voltage_mv in grid.voltages_mv([0; 3]) {
                seen = [seen[0].min(voltage_mv), seen[1].max(voltage_mv)];
            }
        }
        assert_eq!(seen, [227_000, 233_000]);
        let state = grid.state([7_777, 0, 0]);
        for voltage_mv in state.voltage_mv.into_iter().chain([state.neutral_mv]) {
            assert_eq!(voltage_mv % 10, 0);
        }
    }
}
