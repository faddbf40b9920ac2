//! The units that the numbers of a table are measured in.
//!
//! This is the one list of them: a generator asks it which symbols are units,
//! and whoever shows a number takes its symbol from here. It must never know
//! who that is: what Home Assistant makes of a unit stands with Home Assistant.

macro_rules! units {
    ($($(#[$doc:meta])* $variant:ident = $symbol:literal;)*) => {
        /// The unit of a number.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Unit {
            $($(#[$doc])* $variant,)*
        }

        impl Unit {
            /// Every unit, ordered by name.
            pub const ALL: &'static [Unit] = &[$(Unit::$variant),*];

            /// As descriptions and clients spell it.
            pub const fn symbol(self) -> &'static str {
                match self {
                    $(Unit::$variant => $symbol,)*
                }
            }

            /// Its name, as [`Debug`](core::fmt::Debug) and generated code
            /// spell it.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Unit::$variant => stringify!($variant),)*
                }
            }
        }
    };
}

units! {
    /// Of a current.
    Amperes = "A";
    /// Of a temperature.
    Celsius = "°C";
    /// Of a price.
    Cents = "ct";
    /// Of a signal, by the milliwatt.
    Decibels = "dBm";
    /// Of a frequency.
    Hertz = "Hz";
    /// Of a duration.
    Hours = "h";
    /// Of an energy.
    KilowattHours = "kWh";
    /// Of a power.
    Kilowatts = "kW";
    /// Of a duration.
    Microseconds = "µs";
    /// Of a current.
    Milliamperes = "mA";
    /// Of a duration.
    Milliseconds = "ms";
    /// Of a voltage.
    Millivolts = "mV";
    /// Of an energy.
    MilliwattHours = "mWh";
    /// Of a power.
    Milliwatts = "mW";
    /// Of a duration.
    Minutes = "min";
    /// Of a share.
    Percent = "%";
    /// Of a rate of change.
    PercentPerSecond = "%/s";
    /// Of a speed.
    RevolutionsPerMinute = "rpm";
    /// Of a duration.
    Seconds = "s";
    /// Of a voltage.
    Volts = "V";
    /// Of an energy.
    WattHours = "Wh";
    /// Of a power.
    Watts = "W";
}

impl Unit {
    /// The unit with that symbol, spelled exactly so.
    pub fn from_symbol(symbol: &str) -> Option<Unit> {
        Unit::ALL
            .iter()
            .copied()
            .find(|unit| unit.symbol() == symbol)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn symbols_both_ways() {
        for (at, unit) in Unit::ALL.iter().enumerate() {
            assert_eq!(*unit as usize, at);
            assert_eq!(Unit::from_symbol(unit.symbol()), Some(*unit));
            assert_eq!(std::format!("{unit:?}"), unit.name());
        }
        assert_eq!(Unit::WattHours.symbol(), "Wh");
        assert_eq!(Unit::from_symbol("wh"), None);
        assert_eq!(Unit::from_symbol(""), None);
    }
}
