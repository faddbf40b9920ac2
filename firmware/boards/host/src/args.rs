//! The command line.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};
use goe_firmware::charger::Firmware;
use goe_host::Options;

/// A go-eCharger on your desk: its firmware, with a simulated car and WiFi.
///
/// Without a command it serves: it answers HTTP on 127.0.0.1:8080 and brings an MQTT
/// broker on 127.0.0.1:1883; the key mcu sets another one for good. RUST_LOG sets what
/// is logged (default: info).
#[derive(Debug, Parser)]
#[command(name = "goe-charger", version, args_conflicts_with_subcommands = true)]
pub(crate) struct Line {
    #[command(subcommand)]
    command: Option<Command>,

    #[command(flatten)]
    serve: Serve,
}

impl Line {
    /// What is to be done.
    pub(crate) fn wanted(self) -> Command {
        self.command.unwrap_or(Command::Serve(Box::new(self.serve)))
    }
}

/// What it can do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serves a charger, as it does without a command.
    Serve(Box<Serve>),
    /// Plays scenarios in virtual time, and tells how they ended.
    ///
    /// It ends with 0 if all of them passed, with 1 if one failed, and with 2 if a file
    /// is no scenario. docs/scenarios.md teaches their language.
    Run(Run),
}

/// What is played.
#[derive(Args, Debug)]
pub(crate) struct Run {
    /// The files, each with one scenario.
    #[arg(required = true, value_name = "SCENARIO")]
    pub(crate) files: Vec<PathBuf>,

    /// Where to write how they ended as XML, as JUnit has it and build servers read it.
    #[arg(long, value_name = "FILE")]
    pub(crate) junit: Option<PathBuf>,

    /// Seed in place of those of the files.
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
}

/// How a charger is served.
#[derive(Args, Debug)]
pub(crate) struct Serve {
    #[command(flatten)]
    pub(crate) options: Options,

    /// A scenario that is played for whoever talks to the charger, in the charger's time;
    /// /scenario on the HTTP port tells how it stands, and takes another. It brings a garage, a release and a
    /// seed of its own, and a flash that is empty unless one is named.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["car", "wifi", "firmware", "seed"])]
    pub(crate) scenario: Option<PathBuf>,

    /// Whether a car is plugged in at the start.
    #[arg(long, value_enum, default_value_t = Car::Plugged)]
    pub(crate) car: Car,

    /// The WiFi that the charger is on from the factory; what is set counts more.
    #[arg(long, value_enum, default_value_t = Wifi::Home)]
    pub(crate) wifi: Wifi,

    /// The release that the charger is one of: its version, and the keys that it has.
    #[arg(long, value_name = "VERSION", default_value = Firmware::NEWEST.version(), value_parser = release())]
    pub(crate) firmware: &'static Firmware,

    /// Serves no page at /, as a real charger.
    #[arg(long)]
    pub(crate) no_page: bool,

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
        Line::command().debug_assert();
    }
}
