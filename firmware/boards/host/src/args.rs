//! The command line.

use std::fmt;
use std::net::SocketAddr;
use std::ops::Range;
use std::path::PathBuf;
use std::str::FromStr;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};
use goe_firmware::charger::Firmware;
use goe_host::{MqttUrl, Options, Speed};

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
    /// Serves many chargers in one process, each at /SERIAL/api/ of one HTTP port.
    ///
    /// Each is a whole one, with a serial number, settings and a car of its own. GET
    /// /fleet tells of all of them, /SERIAL/garage is what surrounds one.
    Fleet(Box<Fleet>),
    /// Plays scenarios in virtual time, and tells how they ended.
    ///
    /// It ends with 0 if all of them passed, with 1 if one failed, and with 2 if a file
    /// is no scenario. docs/scenarios.md teaches their language.
    Run(Run),
    /// Prints what a shell needs to complete the command line.
    #[cfg(feature = "shells")]
    Completions(Completions),
    /// Writes the manual, a page for each command.
    #[cfg(feature = "shells")]
    Man(Man),
    /// Asks a running charger, or a fleet, whether it is well.
    ///
    /// It ends with 0 if one answers by HTTP, and with 1 if not.
    Health(Health),
}

/// Who is asked.
#[derive(Args, Debug)]
pub(crate) struct Health {
    /// Where it answers HTTP, as its own --http says.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080", value_parser = goe_host::address)]
    pub(crate) http: SocketAddr,
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

/// The shell that is to complete the command line.
#[cfg(feature = "shells")]
#[derive(Args, Debug)]
pub(crate) struct Completions {
    /// The shell.
    pub(crate) shell: clap_complete::Shell,
}

/// Where the manual is to be.
#[cfg(feature = "shells")]
#[derive(Args, Debug)]
pub(crate) struct Man {
    /// Folder to write to, such as ~/.local/share/man/man1; it is made if it is not
    /// there.
    #[arg(value_name = "DIR")]
    pub(crate) dir: PathBuf,
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

/// How many chargers are served at once.
#[derive(Args, Debug)]
pub(crate) struct Fleet {
    /// How many there are, over all shards.
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub(crate) count: u32,

    /// The first serial number, of six digits; the others follow.
    #[arg(long, value_name = "SERIAL", default_value = "100000", value_parser = first_serial)]
    pub(crate) serial: u32,

    /// The part of them that is served here: K/N is the Kth of N parts. Give each process
    /// the same --count and --serial.
    #[arg(long, value_name = "K/N")]
    pub(crate) shard: Option<Shard>,

    /// Where to answer HTTP; port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080", value_parser = goe_host::address)]
    pub(crate) http: SocketAddr,

    /// A name under which web pages and clients may set something by HTTP, besides
    /// addresses, names without a dot and names in .local; may be given several
    /// times.
    #[arg(long, value_name = "NAME")]
    pub(crate) allow_host: Vec<String>,

    /// The broker of all: mqtt://user:password@host:port, or mqtts:// with TLS, and with
    /// ?qos=1 behind it for a cluster of NATS; may be given several times, for the nodes of
    /// a cluster, over which the chargers spread and of which each takes the next when one
    /// is gone [default: none].
    #[arg(long, value_name = "URL")]
    pub(crate) mqtt_url: Vec<MqttUrl>,

    /// The authorities that may have signed the broker's certificate, as PEM, in
    /// place of those of this system.
    #[arg(long, value_name = "FILE")]
    pub(crate) mqtt_ca: Option<PathBuf>,

    /// A file for what is set, with a part for each serial number [default: nothing outlives
    /// the process].
    #[arg(long, value_name = "FILE")]
    pub(crate) flash: Option<PathBuf>,

    /// Seed of everything that is left to chance, from which each charger has its own.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,

    /// Simulated seconds per second.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(i64::from(*Speed::RANGE.start())..=i64::from(*Speed::RANGE.end())))]
    pub(crate) speed: u32,

    /// The release that they are of: its version, and the keys that it has.
    #[arg(long, value_name = "VERSION", default_value = Firmware::NEWEST.version(), value_parser = release())]
    pub(crate) firmware: &'static Firmware,

    /// Serves no page at /.
    #[arg(long)]
    pub(crate) no_page: bool,
}

/// The last serial number of six digits.
const LAST_SERIAL: u32 = 999_999;

fn first_serial(text: &str) -> Result<u32, String> {
    let is_one = text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_digit());
    let serial = is_one.then(|| text.parse().ok()).flatten();
    serial.ok_or_else(|| "the serial numbers of a fleet are six digits, such as 100000".to_owned())
}

impl Fleet {
    /// The serial numbers of this process.
    ///
    /// # Errors
    /// There are not as many.
    pub(crate) fn serials(&self) -> anyhow::Result<Range<u32>> {
        let room = LAST_SERIAL + 1 - self.serial;
        anyhow::ensure!(
            self.count <= room,
            "--count {}: from --serial {:06} on there are {room} serial numbers of six digits; \
             begin with a lower one, or take fewer",
            self.count,
            self.serial,
        );
        let all = self.serial..self.serial + self.count;
        let Some(shard) = self.shard else {
            return Ok(all);
        };
        let part = shard.of(&all);
        anyhow::ensure!(
            !part.is_empty(),
            "--shard {shard}: of {} chargers in {} parts this one has none; take fewer parts",
            self.count,
            shard.parts,
        );
        Ok(part)
    }
}

/// One of so many parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shard {
    number: u32,
    parts: u32,
}

impl Shard {
    /// Its part of all of these, which are all in one part.
    fn of(self, all: &Range<u32>) -> Range<u32> {
        let count = u64::from(all.end - all.start);
        // At most as many as there are.
        let before = |number: u32| (count * u64::from(number) / u64::from(self.parts)) as u32;
        all.start + before(self.number - 1)..all.start + before(self.number)
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.parts)
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.split_once('/');
        let parts = parts.and_then(|(number, parts)| {
            Some(Shard {
                number: number.parse().ok()?,
                parts: parts.parse().ok()?,
            })
        });
        let shard = parts.filter(|shard| (1..=shard.parts).contains(&shard.number));
        shard.ok_or_else(|| {
            "a shard is its number and how many there are, from 1/8 to 8/8 for eight".to_owned()
        })
    }
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
    fn shards_are_all_of_the_fleet_and_nothing_twice() {
        for (count, parts) in [
            (1, 1),
            (10, 3),
            (150, 2),
            (10_000, 7),
            (5, 8),
            (1_000_000, 64),
        ] {
            let all = 0..count;
            let mut next = 0;
            for number in 1..=parts {
                let part = Shard { number, parts }.of(&all);
                assert_eq!(part.start, next, "{count} in {parts}");
                let fair = count / parts..=count.div_ceil(parts);
                assert!(
                    fair.contains(&(part.end - part.start)),
                    "{part:?} of {count} in {parts}"
                );
                next = part.end;
            }
            assert_eq!(next, count);
        }
    }

    #[test]
    fn what_is_no_shard_is_refused() {
        assert_eq!(
            "3/8".parse(),
            Ok(Shard {
                number: 3,
                parts: 8
            })
        );
        for wrong in [
            "", "3", "0/8", "9/8", "1/0", "-1/8", "1/8/2", "a/b", "3 / 8",
        ] {
            let error = wrong.parse::<Shard>().expect_err(wrong);
            assert!(error.contains("from 1/8 to 8/8"), "{error}");
        }
    }

    #[test]
    fn the_command_line_is_consistent() {
        use clap::CommandFactory;
        Line::command().debug_assert();
    }
}
