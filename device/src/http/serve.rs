//! Serves one connection: waits for its requests and answers them.

use core::cell::Cell;

use embassy_futures::select::{Either, Either3, select, select3};
use picoserve::{Config, Router, Server, Timeouts, time::Duration};

use super::connection::{Connection, Outcome, Timers};
use super::devices::Devices;
use super::handler::Handler;
use super::service::{Service, Site};
use super::sockets::Sockets;
use crate::clock::Clock;
use crate::net::Socket;
use crate::slots::{Progress, Slot};

/// Memory for the requests of one connection, given by the board.
#[derive(Debug)]
pub struct Buffers<'b> {
    /// Holds a request's line and headers: [`REQUEST_LINE_MAX`](super::REQUEST_LINE_MAX) bytes and as
    /// much again as its headers may have, or less where there is more room
    /// elsewhere.
    pub request: &'b mut [u8],
    /// Holds a decoded value, and a part of an answer: at least the generated
    /// `ENTRY_CAPACITY` and three bytes.
    pub body: &'b mut [u8],
    /// Gathers what is sent, so that a short answer is one segment.
    pub transmit: &'b mut [u8],
}

/// A client that keeps a connection without using it gives way to others; this
/// is for when there are none.
const IDLE_MS: u64 = 60_000;

/// Time limits for a client. The limit between two requests is not for
/// picoserve to know.
const CONFIG: Config = Config::new(Timeouts {
    start_read_request: Duration::from_secs(5),
    persistent_start_read_request: Duration::from_secs(5),
    read_request: Duration::from_secs(5),
    write: Duration::from_secs(5),
})
.keep_connection_alive();

/// The outcome of serving the requests that a client had sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Served {
    /// They are answered; the client may send more.
    Waiting,
    /// The connection is over.
    Ended,
    /// The request buffer is full of one request, and there is more room.
    NeedsRoom,
}

/// Serves a connection until it ends, or another one needs its slot.
///
/// Dropping the future aborts the connection; what was set stays set.
pub async fn serve<D: Devices, C: Clock, const N: usize>(
    devices: &D,
    site: Site<impl Handler + Copy, impl Sockets<D::Device>>,
    slot: Slot<'_, C, N>,
    mut socket: impl Socket,
    buffers: Buffers<'_>,
) {
    let progress = slot.progress();
    while wait(progress, &mut socket).await {
        let buffers = Buffers {
            request: &mut *buffers.request,
            body: &mut *buffers.body,
            transmit: &mut *buffers.transmit,
        };
        if answer(devices, site, progress, &mut socket, &[], buffers, false).await
            != Served::Waiting
        {
            return;
        }
    }
}

/// Waits for a request; `false` when none comes in a minute, or another
/// connection needs the slot. It needs no memory of a board's.
pub async fn wait(progress: Progress<'_, impl Clock>, socket: &mut impl Socket) -> bool {
    let patience = progress.clock().after(IDLE_MS);
    let first = select3(socket.readable(), progress.gives_way(), patience).await;
    matches!(first, Either3::First(()))
}

/// Answers the requests that come without a pause between them.
///
/// `begun` is what was read of the first before this, in a buffer that was too
/// short for it; `has_more_room` says that there is a longer one than this.
///
/// Dropping the future aborts the connection; what was set stays set.
pub async fn answer<D: Devices>(
    devices: &D,
    site: Site<impl Handler + Copy, impl Sockets<D::Device>>,
    progress: Progress<'_, impl Clock>,
    socket: &mut impl Socket,
    begun: &[u8],
    buffers: Buffers<'_>,
    has_more_room: bool,
) -> Served {
    progress.begins();
    let outcome = Cell::new(Outcome::Ended);
    let room = (buffers.request.len(), has_more_room);
    let connection = Connection::new(socket, begun, progress, buffers.transmit, &outcome, room);
    let service = Service::new(devices, site, progress, &outcome, buffers.body);
    let app = Router::from_service(service);
    let server = Server::custom(&app, Timers(progress.clock()), &CONFIG, buffers.request);
    match select(server.serve(connection), progress.gives_way()).await {
        Either::First(Ok(_)) => {}
        Either::First(Err(error)) => log::debug!("http: connection ended: {error:?}"),
        Either::Second(()) => {
            log::debug!("http: connection gave way to another");
            return Served::Ended;
        }
    }
    match outcome.get() {
        Outcome::Waiting => Served::Waiting,
        outcome if outcome.needs_room() && has_more_room => Served::NeedsRoom,
        Outcome::Refused(_) | Outcome::Ended => Served::Ended,
    }
}
