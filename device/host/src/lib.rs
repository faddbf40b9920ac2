//! Serves a device on a computer: [`Host`] mounts its store in a file
//! ([`FileFlash`]) and serves HTTP, MQTT and Modbus over tokio's sockets, with TLS to a
//! broker ([`Tls`]) or one in the same process ([`broker`]). [`main`] makes a
//! program of that, with a command line ([`Options`]). With the feature `trial`
//! its tests start that program and talk to it (`trial`).
//!
//! It knows no key and no charger: what it serves is any device of the contract
//! in [`goe_runtime::device`].

#![forbid(unsafe_code)]

pub mod broker;
mod brokers;
mod clock;
mod dial;
mod entropy;
mod files;
mod flash;
mod host;
mod log;
mod mdns;
mod memory;
mod modbus;
mod net;
mod options;
mod parts;
mod password;
mod program;
mod progress;
mod recent;
mod shutdown;
mod steps;
mod tls;
mod traffic;
#[cfg(feature = "trial")]
pub mod trial;
mod web;

pub use clock::RealTime;
/// For a program that serves more than its device's table has.
pub use goe_device::http::{
    Call, Devices, Exchange, Handler, NoStream, Reply, Site, Stream, decoded, parameter,
};

pub use brokers::Brokers;
pub use dial::{Dial, DialError};
pub use entropy::Os;
pub use files::raise_open_files;
pub use flash::{FileFlash, FlashError, InUse, NoFlash};
pub use host::{Host, Tables, chance, run};
pub use memory::{MqttRoom, run_mqtt, serve_client};
pub use net::{Reader, TcpSocket, Writer};
pub use options::{MqttUrl, Options, address};
pub use parts::{FlashPart, PartedFlash};
pub use password::Passwords;
pub use program::{Door, Program, ended, exit, exit_logging, listen, main};
pub use progress::Progress;
pub use recent::Recent;
pub use shutdown::Shutdown;
pub use steps::{Speed, Time};
pub use tls::{Tls, TlsError};
pub use traffic::{Exchanged, Told, Traffic, Wire, Wish};
pub use web::serve_devices;
