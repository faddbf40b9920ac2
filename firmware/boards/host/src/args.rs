//! The command line.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;

use clap::{Parser, ValueEnum};
use goe_runtime::device::Url;

/// A go-eCharger on your desk: its firmware, with a simulated car and WiFi.
///
/// Without flags it answers HTTP on 127.0.0.1:8080 and brings an MQTT broker on
/// 127.0.0.1:1883. RUST_LOG sets what is logged (default: info).
#[derive(Debug, Parser)]
#[command(name = "goe-charger", version)]
pub(crate) struct Args {
    /// Where to answer HTTP; port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    pub(crate) http: SocketAddr,

    /// Where the broker of its own listens; port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:1883")]
    pub(crate) broker: SocketAddr,

    /// A broker to use instead, for this run: mqtt://user:password@host:port, or
    /// mqtts:// with TLS. The key mcu sets one for good.
    #[arg(long, value_name = "URL", conflicts_with = "broker")]
    pub(crate) mqtt_url: Option<MqttUrl>,

    /// The authorities that may have signed the broker's certificate, as PEM, in
    /// place of those of this system.
    #[arg(long, value_name = "FILE")]
    pub(crate) mqtt_ca: Option<PathBuf>,

    /// Serial number: six letters or digits.
    #[arg(long, default_value = "000001", value_parser = serial)]
    pub(crate) serial: String,

    /// The file that stands for flash [default: one per serial number in your
    /// state folder].
    #[arg(long, value_name = "FILE")]
    pub(crate) flash: Option<PathBuf>,

    /// Whether a car is plugged in at the start.
    #[arg(long, value_enum, default_value_t = Car::Plugged)]
    pub(crate) car: Car,

    /// Where to take orders for the garage (unplug the car, hold a card to the
    /// reader, break something), by HTTP; a page in a browser. Without it nobody
    /// can.
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) garage: Option<SocketAddr>,

    /// Simulated seconds per second.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(crate) speed: u32,

    /// Seed of everything the simulation leaves to chance.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
}

/// Whether there is a car.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Car {
    Plugged,
    Absent,
}

/// Serial numbers go into topics and file names, so nothing else is accepted.
fn serial(text: &str) -> Result<String, String> {
    if text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        Ok(text.to_owned())
    } else {
        Err("a serial number is six letters or digits, such as 000001".to_owned())
    }
}

/// A broker that is not our own. It shows no password.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct MqttUrl(pub(crate) String);

impl fmt::Debug for MqttUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match Url::parse(&self.0) {
            Ok(url) => fmt::Display::fmt(&url, f),
            Err(reason) => f.write_str(reason),
        }
    }
}

impl FromStr for MqttUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let hint = "expected mqtt://user:password@host:port, or mqtts:// with TLS";
        match Url::parse(text) {
            Ok(_) => Ok(MqttUrl(text.to_owned())),
            Err(reason) => Err(format!("{reason}; {hint}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        use clap::CommandFactory;
        Args::command().debug_assert();
    }

    #[test]
    fn serial_numbers() {
        assert_eq!(serial("00a001").as_deref(), Ok("00a001"));
        for wrong in ["", "00001", "0000001", "../../", "00 001", "00#001"] {
            assert!(serial(wrong).is_err(), "{wrong}");
        }
    }
}
