//! The command line.

use std::path::PathBuf;
use std::time::Duration;

use clap::builder::{NonEmptyStringValueParser, PossibleValue, TypedValueParser};
use clap::{Args, Parser, Subcommand};
use goe_api::Key;

/// A go-eCharger at the terminal: find it, look at it, set it, watch it.
#[derive(Debug, Parser)]
#[command(name = "goectl", version, max_term_width = 100, after_help = EXAMPLES, after_long_help = LONG)]
pub(crate) struct Line {
    #[command(subcommand)]
    pub(crate) command: Command,

    #[command(flatten)]
    pub(crate) target: Target,

    #[command(flatten)]
    pub(crate) color: colorchoice_clap::Color,
}

const EXAMPLES: &str = "\
Begin with:
  goectl discover                    the chargers of this network, with their addresses
  goectl --host 192.168.1.20 status  what that one does now
  goectl set amp=10 frc=off          10 A, and do not charge
  goectl watch car nrg.11            a line for each change of the car's state and the power
  goectl explain amp                 what a key means and what it may be

`export GOE_HOST=192.168.1.20` spares --host; `goectl --help` tells of the configuration file.";

const LONG: &str = "\
Begin with:
  goectl discover                    the chargers of this network, with their addresses
  goectl --host 192.168.1.20 status  what that one does now
  goectl set amp=10 frc=off          10 A, and do not charge
  goectl watch car nrg.11            a line for each change of the car's state and the power
  goectl explain amp                 what a key means and what it may be

Which charger: --host, or else GOE_HOST, or else the one that the configuration file says,
goectl/config.toml in your configuration folder (~/.config on Linux):

  default = \"garage\"

  [charger.garage]
  host = \"192.168.1.20\"
  password-file = \"~/.config/goectl/garage.password\"   # of the app; for the WebSocket

  [charger.carport]
  host = \"go-eCharger_072246.local\"
  mqtt = \"mqtt://broker\"                               # watched there

Then `goectl status` asks the one in the garage, and `goectl --host carport status` the other.

A password stands in a file that only you can read, or in GOE_PASSWORD; never on the command
line, which every user of a computer can see. With one, `watch` and `set` use the WebSocket.

Exit codes: 0 done; 1 the charger refused, or the doctor found something; 2 the command line
or the configuration makes no sense, or the table knows that the charger would refuse;
3 the charger cannot be reached.";

/// Which charger, and how long it may take.
#[derive(Args, Clone, Debug)]
pub(crate) struct Target {
    /// The charger: an address such as 192.168.1.20 or 127.0.0.1:8080, a name of the network, or
    /// one of the configuration file
    #[arg(
        short = 'H',
        long,
        global = true,
        value_name = "HOST",
        env = "GOE_HOST",
        hide_env_values = true
    )]
    pub(crate) host: Option<String>,

    /// File with the password of the charger (that of the app), which only you can read;
    /// instead, GOE_PASSWORD may hold it
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) password_file: Option<PathBuf>,

    /// Configuration file to use instead of goectl/config.toml in your configuration folder
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        env = "GOE_CONFIG",
        hide_env_values = true
    )]
    pub(crate) config: Option<PathBuf>,

    /// How long the charger may take to answer, in seconds
    #[arg(long, global = true, value_name = "SECONDS", default_value = "5", value_parser = seconds)]
    pub(crate) timeout: Duration,
}

/// What it can do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Discover(Discover),
    Status(Status),
    Get(Get),
    Set(Set),
    Watch(Watch),
    Explain(Explain),
    Export(Export),
    Doctor(Doctor),
    Completions(Completions),
    Man(Man),
}

/// Find the chargers of this network
///
/// Asks by mDNS, and prints each charger as it answers.
#[derive(Args, Debug)]
pub(crate) struct Discover {
    /// How long to look, in seconds
    #[arg(long = "for", value_name = "SECONDS", default_value = "3", value_parser = seconds)]
    pub(crate) time: Duration,

    /// Ask on this interface alone: its name or address, such as eth0 or 192.168.1.5
    #[arg(long, value_name = "INTERFACE")]
    pub(crate) on: Option<String>,

    /// An object of JSON for each, one a line
    #[arg(long)]
    pub(crate) json: bool,
}

/// Show what the charger does, for people
///
/// Without a key: what owners ask for most. Values have their unit and, where numbers have
/// names, their name.
#[derive(Args, Debug)]
pub(crate) struct Status {
    /// Keys, such as amp, or parts of their values: nrg.11 is the eleventh entry, counted
    /// from 0, ccw.ssid a member; cn is the family c0n to c9n
    #[arg(value_name = "KEY", value_parser = KeyWord, hide_possible_values = true)]
    pub(crate) keys: Vec<String>,

    /// Everything that the charger says
    #[arg(short, long, conflicts_with = "keys")]
    pub(crate) all: bool,

    /// As the charger says it: an object of JSON (without a key, of everything)
    #[arg(long)]
    pub(crate) json: bool,
}

/// Print one value, for scripts
///
/// As JSON, but a text without its quotes.
#[derive(Args, Debug)]
pub(crate) struct Get {
    /// A key, such as amp, or a part of its value, such as nrg.11
    #[arg(value_name = "KEY", value_parser = KeyWord, hide_possible_values = true)]
    pub(crate) key: String,
}

/// Set keys
///
/// The names of values are understood, in small letters too, and on, off, true, false and null.
/// What the table knows to be wrong is not sent.
#[derive(Args, Debug)]
pub(crate) struct Set {
    /// amp=16 frc=on fna='My charger' wifis=@wifis.json: a value, or a file with it (- is
    /// standard input), which secrets have to be in
    #[arg(value_name = "KEY=VALUE", required = true)]
    pub(crate) wishes: Vec<String>,

    /// Send keys that the table does not have, too: those of a firmware that is newer than
    /// this program. Their values are JSON
    #[arg(long)]
    pub(crate) any: bool,
}

/// Print a line for each change, until Ctrl-C
///
/// By the WebSocket where there is a password, by MQTT where the configuration file says a
/// broker, and else by asking again and again.
#[derive(Args, Debug)]
pub(crate) struct Watch {
    /// Keys, or parts of their values; without one, everything that changes
    #[arg(value_name = "KEY", value_parser = KeyWord, hide_possible_values = true)]
    pub(crate) keys: Vec<String>,

    /// An object of JSON for each change, one a line
    #[arg(long)]
    pub(crate) json: bool,
}

/// Print what a key means, and what it may be
///
/// It needs no charger. Of another word, the keys are listed that have it in their
/// description; without a word, all keys.
#[derive(Args, Debug)]
pub(crate) struct Explain {
    /// A key, such as amp, or a word
    #[arg(value_name = "KEY", value_parser = KeyWord, hide_possible_values = true)]
    pub(crate) word: Option<String>,
}

/// Print all values for another program
#[derive(Args, Debug)]
#[group(required = true, multiple = false, id = "format")]
pub(crate) struct Export {
    /// A table of all values
    #[arg(long, group = "format")]
    pub(crate) csv: bool,

    /// All numbers, in Prometheus' text format and base units
    #[arg(long, group = "format")]
    pub(crate) prometheus: bool,
}

/// Look whether all is well
///
/// Whether the charger is reached, its version, which ways lead to it (HTTP, WebSocket, MQTT,
/// Modbus), and what is odd compared with the table. It ends with 1 if something is.
#[derive(Args, Debug)]
pub(crate) struct Doctor {
    /// An object of JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Print what a shell needs to complete the command line
///
/// For example `goectl completions bash > ~/.local/share/bash-completion/completions/goectl`.
#[derive(Args, Debug)]
pub(crate) struct Completions {
    /// The shell
    pub(crate) shell: clap_complete::Shell,
}

/// Write the manual, a page for each command
#[derive(Args, Debug)]
pub(crate) struct Man {
    /// Folder to write to, such as ~/.local/share/man/man1; it is made if it is not there
    #[arg(value_name = "DIR")]
    pub(crate) dir: PathBuf,
}

/// A word that is a key, most likely, of which shells know all. It may be another: charger
/// and program need not be of one release.
#[derive(Clone)]
struct KeyWord;

impl TypedValueParser for KeyWord {
    type Value = String;

    fn parse_ref(
        &self,
        command: &clap::Command,
        arg: Option<&clap::Arg>,
        value: &std::ffi::OsStr,
    ) -> Result<String, clap::Error> {
        NonEmptyStringValueParser::new().parse_ref(command, arg, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let key = |key: &Key| PossibleValue::new(key.name());
        Some(Box::new(Key::ALL.iter().map(key)))
    }
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse::<f64>().ok();
    let seconds = seconds.filter(|seconds| (0.1..=3600.0).contains(seconds));
    let duration = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    duration.ok_or_else(|| "write seconds, from 0.1 to 3600".to_owned())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Line::command().debug_assert();
    }

    #[test]
    fn both_helps_begin_alike() {
        let begins = EXAMPLES.split("\n\n").next();
        assert_eq!(LONG.split("\n\n").next(), begins);
    }
}
