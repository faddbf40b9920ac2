//! The device as an HTTP server: the spec's routes, over picoserve.
//!
//! `query` decodes what was asked, `status` and `set` answer the two kinds of
//! route, `service` picks between them, `connection` fits a board's socket to
//! picoserve, and `slots` hands out the few connections a small device has so
//! that a client which keeps one open without using it cannot shut out others.
//!
//! It is generic over [`Device`] and the routes table
//! and knows no key by name, no charger, and no network stack.

mod connection;
mod query;
mod service;
mod set;
mod slots;
mod status;

use embassy_futures::select::{Either, select};
use goe_runtime::http::Route;
use picoserve::{Config, Router, Server, Timeouts, time::Duration};

use crate::device::Device;
use crate::net::Socket;

pub use connection::{REQUEST_LINE_MAX, Runtime};
pub use slots::{Slot, Slots};

/// Memory of one connection, given by the board.
#[derive(Debug)]
pub struct Buffers<'b> {
    /// Holds a request's line and headers: [`REQUEST_LINE_MAX`] bytes and as
    /// much again as its headers may have.
    pub request: &'b mut [u8],
    /// Holds a decoded value, and a part of an answer: at least the generated
    /// `ENTRY_CAPACITY` and three bytes.
    pub body: &'b mut [u8],
    /// Gathers what is sent, so that a short answer is one segment.
    pub transmit: &'b mut [u8],
}

/// How long a client may take. Clients that only keep a connection are not
/// timed out early: they give way when another needs theirs.
const CONFIG: Config = Config::new(Timeouts {
    start_read_request: Duration::from_secs(30),
    persistent_start_read_request: Duration::from_secs(60),
    read_request: Duration::from_secs(5),
    write: Duration::from_secs(5),
})
.keep_connection_alive();

/// Most parameters that one set may have.
pub const PARAMETERS_MAX: usize = 64;

/// Serves one connection until it ends, or another one needs its slot.
///
/// Dropping the future aborts the connection; what was set stays set.
pub async fn serve<D: Device, S: Socket, const N: usize>(
    device: &D,
    routes: &'static [Route],
    slot: Slot<'_, N>,
    socket: S,
    buffers: Buffers<'_>,
) {
    let service = service::Service::new(device, routes, slot.progress(), buffers.body);
    let app = Router::from_service(service);
    let connection = connection::Connection::new(socket, slot.progress(), buffers.transmit);
    let server = Server::custom(&app, connection::Timers, &CONFIG, buffers.request);
    match select(server.serve(connection), slot.gives_way()).await {
        Either::First(Ok(info)) => {
            log::trace!(
                "http: closed after {} requests",
                info.handled_requests_count
            );
        }
        Either::First(Err(error)) => {
            log::debug!("http: connection ended: {error:?}");
        }
        Either::Second(()) => {
            log::debug!("http: connection gave way to another");
        }
    }
}
