//! The command line that every device has on a computer: its addresses, its
//! broker, its flash and its time.

use std::fmt;
use std::net::{SocketAddr, ToSocketAddrs};
use std::path::PathBuf;
use std::str::FromStr;

use anyhow::Context;
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use goe_runtime::device::{HashKind, Url};

use crate::steps::Speed;

/// Where a device is reached, where it keeps what is stored, and how fast its time
/// runs.
#[derive(Args, Clone, Debug)]
pub struct Options {
    /// Where to answer HTTP; port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080", value_parser = address)]
    pub http: SocketAddr,

    /// A name under which web pages and clients may set something by HTTP, besides
    /// addresses, names without a dot and names in .local; may be given several
    /// times.
    #[arg(long, value_name = "NAME")]
    pub allow_host: Vec<String>,

    /// Announces the device on the local network by mDNS, as it does by itself where
    /// HTTP is not on loopback.
    #[arg(long, overrides_with = "no_mdns")]
    pub mdns: bool,

    /// Announces nothing by mDNS.
    #[arg(long)]
    pub no_mdns: bool,

    /// Where the broker of its own listens; port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:1883", value_parser = address)]
    pub broker: SocketAddr,

    /// Where to answer Modbus in this run, whatever the device is set to; port 0 takes a
    /// free one [default: where HTTP is, at the port that is set, if it is switched on].
    #[arg(long, value_name = "ADDRESS", value_parser = address)]
    pub modbus: Option<SocketAddr>,

    /// A broker to use instead, for this run: mqtt://user:password@host:port, or
    /// mqtts:// with TLS.
    #[arg(long, value_name = "URL", conflicts_with = "broker")]
    pub mqtt_url: Option<MqttUrl>,

    /// The authorities that may have signed the broker's certificate, as PEM, in
    /// place of those of this system.
    #[arg(long, value_name = "FILE")]
    pub mqtt_ca: Option<PathBuf>,

    /// A file with the password of the WebSocket, which GOE_PASSWORD may have, too. Without
    /// either it stays as it was; the first time one is made, and told.
    #[arg(long, value_name = "FILE")]
    pub password_file: Option<PathBuf>,

    /// Makes another password, and tells it once.
    #[arg(long, conflicts_with = "password_file")]
    pub new_password: bool,

    /// The kind of hash by which clients prove that they know the password [default: as
    /// before, pbkdf2 at first].
    #[arg(long, value_name = "KIND", value_parser = hash_kind())]
    pub ws_hash: Option<HashKind>,

    /// Serial number: six letters or digits.
    #[arg(long, default_value = "000001", value_parser = serial)]
    pub serial: String,

    /// The file that stands for flash [default: one per serial number in your
    /// state folder].
    #[arg(long, value_name = "FILE")]
    pub flash: Option<PathBuf>,

    /// A setting to make at each start, with its value in JSON, such as on=true; may be
    /// given several times.
    #[arg(long, value_name = "KEY=JSON", value_parser = setting)]
    pub set: Vec<(String, String)>,

    /// Simulated seconds per second.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(i64::from(*Speed::RANGE.start())..=i64::from(*Speed::RANGE.end())))]
    pub speed: u32,

    /// Ends when standard input does, and so with the program that started it, however that
    /// ends.
    #[arg(long)]
    pub until_eof: bool,
}

impl Options {
    /// The file that stands for flash; where none is named, a file for the serial
    /// number, where this system keeps the state of the program called `name`.
    pub(crate) fn flash_path(&self, name: &str) -> anyhow::Result<PathBuf> {
        if let Some(path) = &self.flash {
            return Ok(path.clone());
        }
        let folder = dirs::state_dir().or_else(dirs::data_local_dir).context(
            "this system names no folder for the state of programs; choose a file with --flash",
        )?;
        Ok(folder.join(name).join(format!("{}.flash", self.serial)))
    }
}

/// An address to listen on, for command lines: `127.0.0.1:8080`, or a name of this
/// computer with a port.
///
/// # Errors
/// It is none, or the name is not known.
pub fn address(text: &str) -> Result<SocketAddr, String> {
    let found = text.to_socket_addrs().map_err(|error| {
        format!("{error}; write an address and a port, such as 127.0.0.1:8080 or localhost:8080")
    })?;
    // A name may have several; clients try the older kind last, if they try both.
    let found: Vec<_> = found.collect();
    let old = found.iter().find(|address| address.is_ipv4());
    let first = old.or(found.first()).copied();
    first.ok_or_else(|| "no computer has that name".to_owned())
}

/// The kinds of hashes by their names.
fn hash_kind() -> impl TypedValueParser<Value = HashKind> {
    let names = HashKind::ALL.map(|(name, _)| name);
    PossibleValuesParser::new(names)
        .try_map(|name| HashKind::from_name(&name).ok_or("no such kind of hash"))
}

/// Serial numbers go into topics and file names, so nothing else is accepted.
fn serial(text: &str) -> Result<String, String> {
    if text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        Ok(text.to_owned())
    } else {
        Err("a serial number is six letters or digits, such as 000001".to_owned())
    }
}

/// A key, and what it is set to, which the device judges.
fn setting(text: &str) -> Result<(String, String), String> {
    let parts = text.split_once('=').filter(|(key, _)| !key.is_empty());
    let parts = parts.map(|(key, json)| (key.to_owned(), json.to_owned()));
    parts.ok_or_else(|| {
        "a setting is a key and its value in JSON, such as on=true or name='\"a text\"'".to_owned()
    })
}

/// A broker that is not our own. It shows no password.
#[derive(Clone, PartialEq, Eq)]
pub struct MqttUrl(pub String);

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
    fn serial_numbers() {
        assert_eq!(serial("00a001").as_deref(), Ok("00a001"));
        for wrong in ["", "00001", "0000001", "../../", "00 001", "00#001"] {
            assert!(serial(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn settings() {
        let of = |key: &str, json: &str| Ok((key.to_owned(), json.to_owned()));
        assert_eq!(setting("level=16"), of("level", "16"));
        assert_eq!(setting("name=\"a=b\""), of("name", "\"a=b\""));
        for wrong in ["", "level", "=16"] {
            let error = setting(wrong).expect_err(wrong);
            assert!(error.contains("on=true"), "{error}");
        }
    }

    #[test]
    fn addresses() {
        assert_eq!(address("127.0.0.1:80").map(|at| at.port()), Ok(80));
        let named = address("localhost:8080").expect("every computer has it");
        assert!(named.ip().is_loopback() && named.port() == 8080, "{named}");
        for wrong in ["", "8080", "127.0.0.1", "127.0.0.1:x", "localhost:99999"] {
            let error = address(wrong).expect_err(wrong);
            assert!(error.contains("localhost:8080"), "{error}");
        }
    }

    #[test]
    fn a_url_shows_no_password() {
        let url = "mqtt://me:secret@b".parse::<MqttUrl>().expect("a URL");
        assert_eq!(format!("{url:?}"), "mqtt://me:***@b");
        assert!("http://b".parse::<MqttUrl>().is_err());
    }
}
