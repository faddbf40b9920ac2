//! The command line.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;

use clap::{Parser, ValueEnum};
use url::Url;

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

    /// A broker to use instead: mqtt://user:password@host:port
    #[arg(long, value_name = "URL", conflicts_with = "broker")]
    pub(crate) mqtt_url: Option<MqttUrl>,

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

/// A broker that is not our own.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct MqttUrl {
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) user: Option<String>,
    pub(crate) password: Option<String>,
}

/// Without the password.
impl fmt::Display for MqttUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "mqtt://")?;
        if let Some(user) = &self.user {
            write!(f, "{user}@")?;
        }
        write!(f, "{}:{}", self.host, self.port)
    }
}

impl fmt::Debug for MqttUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for MqttUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let hint = "expected mqtt://user:password@host:port";
        let url = Url::parse(text).map_err(|error| format!("{error}; {hint}"))?;
        if url.scheme() != "mqtt" {
            return Err(format!("`{}` is not supported; {hint}", url.scheme()));
        }
        if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
            return Err(format!("nothing may follow the port; {hint}"));
        }
        let host = url.host_str().filter(|host| !host.is_empty());
        let decode = |text: &str| {
            percent_decode(text).ok_or_else(|| format!("user and password must be UTF-8; {hint}"))
        };
        let user = Some(url.username()).filter(|user| !user.is_empty());
        Ok(MqttUrl {
            // Brackets belong to the URL, not to an IPv6 address.
            host: host
                .ok_or_else(|| format!("no host; {hint}"))?
                .trim_matches(['[', ']'])
                .to_owned(),
            port: url.port().unwrap_or(1883),
            user: user.map(decode).transpose()?,
            password: url.password().map(decode).transpose()?,
        })
    }
}

fn percent_decode(text: &str) -> Option<String> {
    percent_encoding::percent_decode_str(text)
        .decode_utf8()
        .ok()
        .map(|decoded| decoded.into_owned())
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
    fn broker_urls() {
        let parse = |text: &str| text.parse::<MqttUrl>();
        let full = parse("mqtt://me:p%40ss%3A@broker.lan:1884").expect("valid");
        assert_eq!((full.host.as_str(), full.port), ("broker.lan", 1884));
        assert_eq!(full.user.as_deref(), Some("me"));
        assert_eq!(full.password.as_deref(), Some("p@ss:"));
        assert_eq!(full.to_string(), "mqtt://me@broker.lan:1884");
        let short = parse("mqtt://[::1]").expect("valid");
        assert_eq!((short.host.as_str(), short.port), ("::1", 1883));
        assert_eq!((short.user, short.password), (None, None));
        for wrong in [
            "broker:1883",
            "http://x",
            "mqtt://",
            "mqtt://x/topic",
            "mqtt://x?y",
            "",
        ] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn serial_numbers() {
        assert_eq!(serial("00a001").as_deref(), Ok("00a001"));
        for wrong in ["", "00001", "0000001", "../../", "00 001", "00#001"] {
            assert!(serial(wrong).is_err(), "{wrong}");
        }
    }
}
