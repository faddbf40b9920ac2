//! The command line.

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Parser, ValueEnum};
use goe_firmware::charger::Firmware;
use goe_host::Options;

/// A go-eCharger on your desk: its firmware, with a simulated car and WiFi.
///
/// Without flags it answers HTTP on 127.0.0.1:8080 and brings an MQTT broker on
/// 127.0.0.1:1883; the key mcu sets another one for good. RUST_LOG sets what is
/// logged (default: info).
#[derive(Debug, Parser)]
#[command(name = "goe-charger", version)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(crate) options: Options,

    /// Whether a car is plugged in at the start.
    #[arg(long, value_enum, default_value_t = Car::Plugged)]
    pub(crate) car: Car,

    /// The WiFi that the charger is on from the factory; what is set counts more.
    #[arg(long, value_enum, default_value_t = Wifi::Home)]
    pub(crate) wifi: Wifi,

    /// The release that the charger is one of: its version, and the keys that it has.
    #[arg(long, value_name = "VERSION", default_value = Firmware::NEWEST.version(), value_parser = release())]
    pub(crate) firmware: &'static Firmware,

    /// It is on the HTTP port now, which this says to whoever still asks for it.
    #[arg(long, value_name = "ADDRESS", hide = true, num_args = 0..=1, default_missing_value = "", value_parser = moved)]
    pub(crate) garage: Option<Never>,

    /// Seed of everything the simulation leaves to chance.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
}

fn release() -> impl TypedValueParser<Value = &'static Firmware> {
    let versions = Firmware::ALL.map(Firmware::version);
    PossibleValuesParser::new(versions).try_map(|version| {
        let mut all = Firmware::ALL.into_iter();
        all.find(|release| release.version() == version)
            .ok_or("no such release")
    })
}

/// A flag that cannot be given.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Never {}

fn moved(_: &str) -> Result<Never, &'static str> {
    Err(
        "the garage is at /garage on the HTTP port (--http) and always there: \
         GET shows it, POST changes it, such as \
         curl -d '{\"car\":\"absent\"}' http://127.0.0.1:8080/garage",
    )
}

/// Whether there is a car.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Car {
    Plugged,
    Absent,
}

/// The WiFi of a charger that nobody has set up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Wifi {
    /// That of the house.
    Home,
    /// None: the charger is blank.
    None,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        use clap::CommandFactory;
        Args::command().debug_assert();
    }
}
