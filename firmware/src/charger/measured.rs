//! What meter and thermometers show, as the JSON of three arrays.
//!
//! The arrays hold numbers with a fraction. They are spelled here from integers,
//! so that a device without floating point does not pay for it, and once a step,
//! whoever reads them how often.

use core::fmt::Write as _;

use heapless::String;

use crate::board::Inputs;

/// Phases that draw more than this are in use, mA.
pub(super) const DRAWS_MA: u32 = 500;

/// A phase with more than this is live, mV.
const LIVE_MV: u32 = 150_000;

/// The arrays, as of the last step.
#[derive(Debug)]
pub(super) struct Measured {
    energy: String<192>,
    phases: String<40>,
    temperatures: String<32>,
    phases_in_use: u8,
    frequency_mhz: u32,
}

impl Measured {
    pub(super) fn new() -> Self {
        let mut measured = Measured {
            energy: String::new(),
            phases: String::new(),
            temperatures: String::new(),
            phases_in_use: 0,
            frequency_mhz: 0,
        };
        // Before the first sample, arrays of the right length say nothing is there.
        let _ = measured
            .energy
            .push_str("[0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]");
        let _ = measured
            .phases
            .push_str("[false,false,false,false,false,false]");
        let _ = measured.temperatures.push_str("[0,0]");
        measured
    }

    /// Voltages (3 and neutral), currents (3), powers (3, neutral, all), power
    /// factors (3 and neutral).
    pub(super) fn energy(&self) -> &str {
        &self.energy
    }

    /// Which phases are live behind the contactor (3) and before it (3).
    pub(super) fn phases(&self) -> &str {
        &self.phases
    }

    pub(super) fn temperatures(&self) -> &str {
        &self.temperatures
    }

    /// Phases that the car draws from.
    pub(super) fn phases_in_use(&self) -> u8 {
        self.phases_in_use
    }

    pub(super) fn frequency_mhz(&self) -> u32 {
        self.frequency_mhz
    }

    /// Takes a sample over.
    pub(super) fn step(&mut self, inputs: &Inputs<'_>) {
        let meter = &inputs.meter;
        self.frequency_mhz = meter.frequency_mhz;
        let in_use = meter.current_ma.iter().filter(|&&ma| ma > DRAWS_MA).count();
        // Of three.
        self.phases_in_use = in_use as u8;

        let mut energy = Array::new(&mut self.energy);
        let volts = meter.voltage_mv.into_iter().chain([meter.neutral_mv]);
        volts.for_each(|mv| energy.number(mv.into(), 3));
        meter
            .current_ma
            .into_iter()
            .for_each(|ma| energy.number(ma.into(), 3));
        let watts = meter.phase_power_mw.into_iter().chain([0, meter.power_mw]);
        watts.for_each(|mw| energy.number(mw.into(), 3));
        for phase in 0..3 {
            let apparent_uw =
                u64::from(meter.voltage_mv[phase]) * u64::from(meter.current_ma[phase]);
            let power_uw = u64::from(meter.phase_power_mw[phase]) * 1_000;
            let factor = (power_uw * 10_000 + apparent_uw / 2).checked_div(apparent_uw);
            // At most 10 000.
            energy.number(factor.unwrap_or(0).min(10_000) as i64, 2);
        }
        energy.number(0, 0);
        energy.end();

        let live = meter.voltage_mv.map(|mv| mv > LIVE_MV);
        let through = [true, inputs.three_phases, inputs.three_phases];
        let mut phases = Array::new(&mut self.phases);
        for phase in 0..3 {
            phases.word(live[phase] && through[phase] && inputs.contactor_closed);
        }
        live.into_iter().for_each(|live| phases.word(live));
        phases.end();

        let mut temperatures = Array::new(&mut self.temperatures);
        let sensors = inputs.temperatures_mc.into_iter();
        sensors.for_each(|mc| temperatures.number(mc.into(), 3));
        temperatures.end();
    }
}

/// A JSON array being spelled. Each text has room for the longest there is: what
/// does not fit is left out, and the whole is no JSON then, which reads as null.
struct Array<'t, const N: usize> {
    text: &'t mut String<N>,
}

impl<'t, const N: usize> Array<'t, N> {
    fn new(text: &'t mut String<N>) -> Self {
        text.clear();
        Array { text }
    }

    fn next(&mut self) {
        let mark = if self.text.is_empty() { '[' } else { ',' };
        let _ = self.text.push(mark);
    }

    fn word(&mut self, word: bool) {
        self.next();
        let _ = self.text.push_str(if word { "true" } else { "false" });
    }

    /// A number in units of a tenth, hundredth … of what is shown, without zeros
    /// at its end.
    fn number(&mut self, value: i64, decimals: usize) {
        self.next();
        let divisor = 10_u64.pow(decimals as u32);
        let (whole, mut rest) = (
            value.unsigned_abs() / divisor,
            value.unsigned_abs() % divisor,
        );
        let sign = if value < 0 { "-" } else { "" };
        let _ = write!(self.text, "{sign}{whole}");
        if rest == 0 {
            return;
        }
        let mut width = decimals;
        while rest.is_multiple_of(10) {
            rest /= 10;
            width -= 1;
        }
        let _ = write!(self.text, ".{rest:0width$}");
    }

    fn end(self) {
        let _ = self.text.push(']');
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::board::MeterReading;

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
            measured.energy(),
            "[230.5,231,0,1.05,16,0,0,3651.12,0,0,0,3651.12,99,0,0,0]"
        );
        assert_eq!(measured.phases(), "[true,false,false,true,true,false]");
        assert_eq!(measured.temperatures(), "[-0.5,28.25]");
        assert_eq!(
            (measured.phases_in_use(), measured.frequency_mhz()),
            (1, 49_991)
        );
    }

    #[test]
    fn the_largest_numbers_have_room() {
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
            temperatures_mc: [i32::MIN; 2],
            ..Inputs::IDLE
        });
        for text in [
            measured.energy(),
            measured.phases(),
            measured.temperatures(),
        ] {
            assert!(text.starts_with('[') && text.ends_with(']'), "{text}");
        }
    }
}
