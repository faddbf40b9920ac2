//! Serves one connection: waits for its requests and answers them.

use core::cell::Cell;

use embassy_futures::select::{Either, select};
use picoserve::{Config, Router, Server, Timeouts, time::Duration};

use super::connection::{Connection, NEVER, Outcome, Timers};
use super::devices::Devices;
use super::handler::Handler;
use super::service::{Service, Site};
use super::sockets::Sockets;
use crate::clock::Clock;
use crate::net::Socket;
use crate::slots::{Progress, Slot, Waiting};

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

/// Time that a client may take for a request, and for each part of its answer.
const STEP_MS: u64 = 5_000;

/// picoserve limits how long a client takes nothing of its answer. How long it may take for a
/// request is looked at by [`ends`], which need not set an alarm for each.
const CONFIG: Config = Config::new(Timeouts {
    start_read_request: NEVER,
    persistent_start_read_request: NEVER,
    read_request: NEVER,
    write: Duration::from_millis(STEP_MS),
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
    let requests = async {
        loop {
            socket.readable().await;
            let buffers = Buffers {
                request: &mut *buffers.request,
                body: &mut *buffers.body,
                transmit: &mut *buffers.transmit,
            };
            let served = answer(devices, site, progress, &mut socket, &[], buffers, false);
            if served.await != Served::Waiting {
                return;
            }
        }
    };
    select(requests, ends(progress)).await;
}

/// Ready when a connection shall end: another one needs its slot, or its client has taken
/// longer than it may. Whoever serves the connection stops then.
///
/// It may be kept for as long as the connection, over all of its requests. Its alarm is not
/// set anew for each: it goes off when the present step has lasted for its time, or could
/// have if it had begun with the last look.
pub async fn ends(progress: Progress<'_, impl Clock>) {
    let clock = progress.clock();
    let patience = async {
        loop {
            let now_ms = clock.now_ms();
            let look_ms = match progress.waits_since() {
                Some(Waiting::Request(since)) => since + IDLE_MS,
                Some(Waiting::Rest(since)) => since + STEP_MS,
                None => now_ms + STEP_MS,
            };
            if look_ms <= now_ms {
                log::debug!("http: a client took too long");
                return;
            }
            clock.until(look_ms.min(now_ms + STEP_MS)).await;
        }
    };
    if let Either::First(()) = select(progress.gives_way(), patience).await {
        log::debug!("http: connection gave way to another");
    }
}

/// Answers the requests that come without a pause between them. It sets no limit to how long
/// they take to come; see [`ends`].
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
    if let Err(error) = server.serve(connection).await {
        log::debug!("http: connection ended: {error:?}");
    }
    match outcome.get() {
        Outcome::Waiting => Served::Waiting,
        outcome if outcome.needs_room() && has_more_room => Served::NeedsRoom,
        Outcome::Refused(_) | Outcome::Ended => Served::Ended,
    }
}
