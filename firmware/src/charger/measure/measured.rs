//! Measurements of meter and thermometers, in the order of three arrays of the table.
//!
//! They are whole numbers of thousandths: code that shows them makes floats of them.

use core::array;

use crate::board::{Inputs, MeterReading};

/// Phases that draw more than this are in use, mA.
pub(in crate::charger) const DRAWS_MA: u32 = 500;

/// A phase with more than this is live, mV.
const LIVE_MV: u32 = 150_000;

/// Time constant of the frequency's average, ms.
const AVERAGE_MS: u64 = 60_000;

/// The arrays, as of the last step; before the first, zeros and no live phase say
/// that nothing is there.
#[derive(Debug, Default)]
pub(in crate::charger) struct Measured {
    energy: [u32; 16],
    phases: [bool; 6],
    temperatures: [i32; 2],
    phases_in_use: u8,
    frequency_mhz: u32,
    /// Averaged, µHz, and when that was.
    average: Option<(u64, u64)>,
}

impl Measured {
    pub(in crate::charger) fn new() -> Self {
        Measured::default()
    }

    /// Voltages (3 and neutral), currents (3), powers (3, neutral, all), power
    /// factors (3 and neutral): thousandths of V, A, W and %.
    pub(in crate::charger) fn energy(&self) -> [u32; 16] {
        self.energy
    }

    /// Which phases are live behind the contactor (3) and before it (3).
    pub(in crate::charger) fn phases(&self) -> [bool; 6] {
        self.phases
    }

    /// Power of all phases, mW.
    pub(in crate::charger) fn power_mw(&self) -> u32 {
        self.energy[11]
    }

    /// Thousandths of °C.
    pub(in crate::charger) fn temperatures(&self) -> [i32; 2] {
        self.temperatures
    }

    /// Phases that the car draws from.
    pub(in crate::charger) fn phases_in_use(&self) -> u8 {
        self.phases_in_use
    }

    pub(in crate::charger) fn frequency_mhz(&self) -> u32 {
        self.frequency_mhz
    }

    /// The frequency over about a minute, µHz; `None` before there was one.
    pub(in crate::charger) fn average_uhz(&self) -> Option<u64> {
        self.average.map(|(uhz, _)| uhz)
    }

    /// Averages the frequency.
    pub(in crate::charger) fn average(&mut self, now_ms: u64) {
        let uhz = u64::from(self.frequency_mhz) * 1_000;
        if uhz == 0 {
            self.average = None;
            return;
        }
        let (before, at_ms) = self.average.unwrap_or((uhz, now_ms));
        let passed_ms = now_ms.saturating_sub(at_ms);
        // Milliseconds weigh: some 50 million by a minute, and by what has passed.
        let weighed = before * AVERAGE_MS + uhz * passed_ms.min(AVERAGE_MS);
        let average = weighed / (AVERAGE_MS + passed_ms.min(AVERAGE_MS));
        self.average = Some((average, now_ms));
    }

    /// Takes a sample over.
    pub(in crate::charger) fn step(&mut self, inputs: &Inputs<'_>) {
        let meter = &inputs.meter;
        self.frequency_mhz = meter.frequency_mhz;
        let in_use = meter.current_ma.iter().filter(|&&ma| ma > DRAWS_MA).count();
        // Of three.
        self.phases_in_use = in_use as u8;

        let [u1, u2, u3] = meter.voltage_mv;
        let [i1, i2, i3] = meter.current_ma;
        let [p1, p2, p3] = meter.phase_power_mw;
        let [f1, f2, f3] = array::from_fn(|phase| factor(meter, phase));
        self.energy = [
            u1, u2, u3, meter.neutral_mv, //
            i1, i2, i3, //
            p1, p2, p3, 0, meter.power_mw, //
            f1, f2, f3, 0,
        ];

        let live = meter.voltage_mv.map(|mv| mv > LIVE_MV);
        let through = [true, inputs.three_phases, inputs.three_phases];
        self.phases = array::from_fn(|at| match at {
            0..3 => live[at] && through[at] && inputs.contactor_closed,
            _ => live[at - 3],
        });
        self.temperatures = inputs.temperatures_mc;
    }
}

/// Returns the power of a phase as a part of voltage by current, in hundredths of a
/// percent but counted in thousandths, as the other numbers are.
fn factor(meter: &MeterReading, phase: usize) -> u32 {
    let apparent_uw = u64::from(meter.voltage_mv[phase]) * u64::from(meter.current_ma[phase]);
    let power_uw = u64::from(meter.phase_power_mw[phase]) * 1_000;
    let factor = (power_uw * 10_000 + apparent_uw / 2).checked_div(apparent_uw);
    // At most 10 000.
    factor.unwrap_or(0).min(10_000) as u32 * 10
}

#[cfg(test)]
mod tests {
    use std::string::String;

    use goe_runtime::{Out, ToJson};

    use super::*;
    use crate::charger::readings::thousandths;

    /// As clients see it.
    fn json(value: &dyn ToJson) -> String {
        let mut buffer = [0; 512];
        let mut out = Out::new(&mut buffer);
        value.write(&mut out);
        String::from_utf8(out.written().expect("fits").to_vec()).expect("UTF-8")
    }

    #[test]
    fn power_is_voltage_by_current_by_factor() {
        let mut measured = Measured::new();
        measured.step(&Inputs {
            contactor_closed: true,
            three_phases: false,
            meter: MeterReading {
                voltage_mv: [230_500, 231_000, 0],
                current_ma: [16_000, 0, 0],
                phase_power_mw: [3_651_120, 0, 0],
                power_mw: 3_651_120,
                neutral_mv: 1_050,
                frequency_mhz: 49_991,
                energy_mwh: 0,
            },
            temperatures_mc: [-500, 28_250],
            ..Inputs::IDLE
        });
        assert_eq!(
            json(&measured.energy().map(thousandths)),
            "[230.5,231,0,1.049999952,16,0,0,3651.120117,0,0,0,3651.120117,99,0,0,0]"
        );
        assert_eq!(
            json(&measured.phases()),
            "[true,false,false,true,true,false]"
        );
        assert_eq!(
            json(&measured.temperatures().map(thousandths)),
            "[-0.5,28.25]"
        );
        assert_eq!(
            (measured.phases_in_use(), measured.frequency_mhz()),
            (1, 49_991)
        );
    }

    /// A float is the nearest there is to all that is ordinary.
    #[test]
    fn numbers_keep_their_digits() {
        for thousandths_of_it in (0..16_384_000).step_by(977) {
            let (whole, rest) = (thousandths_of_it / 1_000, thousandths_of_it % 1_000);
            let digits = std::format!("{whole}.{rest:03}");
            let nearest = digits.parse::<f32>();
            assert_eq!(Ok(thousandths(thousandths_of_it)), nearest);
            assert_eq!(json(&thousandths(thousandths_of_it)).parse(), nearest);
        }
        for (mw, shown) in [(22_128_500, "22128.5"), (22_080_120, "22080.11914")] {
            assert_eq!(json(&thousandths(mw)), shown);
        }
    }

    #[test]
    fn the_frequency_is_averaged() {
        let mut measured = Measured::new();
        for (now_ms, frequency_mhz, average_uhz) in [
            (0, 0, None),
            (1_000, 50_000, Some(50_000_000)),
            (2_000, 50_061, Some(50_001_000)),
            (62_000, 50_061, Some(50_031_000)),
            (63_000, 0, None),
        ] {
            measured.frequency_mhz = frequency_mhz;
            measured.average(now_ms);
            assert_eq!(measured.average_uhz(), average_uhz, "at {now_ms} ms");
        }
    }

    #[test]
    fn before_the_first_step_nothing_is_there() {
        let measured = Measured::new();
        assert_eq!(
            json(&measured.energy().map(thousandths)),
            "[0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]"
        );
        assert_eq!(
            json(&measured.phases()),
            "[false,false,false,false,false,false]"
        );
        assert_eq!(json(&measured.temperatures().map(thousandths)), "[0,0]");
    }

    #[test]
    fn the_largest_numbers_are_shown() {
        let most = [u32::MAX; 3];
        let mut measured = Measured::new();
        measured.step(&Inputs {
            meter: MeterReading {
                voltage_mv: most,
                current_ma: most,
                phase_power_mw: most,
                power_mw: u32::MAX,
                neutral_mv: u32::MAX,
                ..Inputs::IDLE.meter
            },
            temperatures_mc: [i32::MIN, i32::MAX],
            ..Inputs::IDLE
        });
        assert_eq!(
            json(&measured.temperatures().map(thousandths)),
            "[-2147483.75,2147483.75]"
        );
        let energy = json(&measured.energy().map(thousandths));
        assert!(energy.starts_with("[4294967.5,4294967.5,"), "{energy}");
    }
}
