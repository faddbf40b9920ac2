//! The device as an HTTP server: the spec's routes, over picoserve.
//!
//! `query` decodes what was asked, `status` and `set` answer the two kinds of
//! route, `service` picks between them, `framing` and `origin` refuse what
//! nobody meant, `handler` lets a host serve more than the table has,
//! `devices` lets it serve more than one device, `connection` fits a board's socket to
//! picoserve, `sockets` hands a WebSocket over to who talks there, and `serve` joins them.
//!
//! It is generic over [`Device`](goe_runtime::device::Device) and the routes table
//! and knows no key by name, no charger, and no network stack.

mod body;
mod connection;
mod devices;
mod framing;
mod handler;
mod origin;
mod query;
mod serve;
mod service;
mod set;
mod sockets;
mod status;

pub use crate::slots::{Lasting, PATIENCE_MS, Progress, Slot, Slots};
pub use connection::{REQUEST_LINE_MAX, Runtime};
pub use devices::Devices;
pub use handler::{BODY_MAX, Call, Either, Exchange, Handler, NoStream, Reply, Stream};
pub use picoserve::io::{Read, Write};
pub use picoserve::response::ws::{SocketRx, SocketTx};
pub use query::{Parameter, decoded, parameter, parameters};
pub use serve::{Buffers, Served, answer, ends, serve};
pub use service::Site;
pub use set::PARAMETERS_MAX;
pub use sockets::Sockets;
