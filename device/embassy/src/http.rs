//! The HTTP server of a small device: connections are many, memory for requests
//! is little.
//!
//! A *door* is a socket that listens, and then is one connection. The network
//! stack queues no clients, a connection that finds no listening socket is
//! reset; so there are three more doors than connections may stay, and a client
//! that comes when all are taken makes the idlest leave. A connection without a
//! request costs its socket and nothing else.
//!
//! A *seat* is the memory in which requests are answered, with the task that
//! does it. Doors queue for one with each request, in turn, and a client that holds
//! one without sending or taking anything loses it after 100 ms when others
//! wait. A WebSocket keeps its seat for as long as it lasts, and gives its turn back: there
//! is a seat more than turns. Requests that are longer than a seat's buffer, which happens when all
//! WiFi entries are set at once, take turns with one long buffer.

use core::cell::Cell;
use core::convert::Infallible;
use core::pin::pin;

use embassy_futures::select::{Either, select};
use embassy_futures::yield_now;
use embassy_net::Stack;
use embassy_net::tcp::TcpSocket;
use embassy_sync::blocking_mutex::raw::NoopRawMutex;
use embassy_sync::mutex::Mutex;
use embassy_sync::semaphore::{FairSemaphore, Semaphore, SemaphoreReleaser};
use embassy_sync::signal::Signal;
use embassy_time::{Duration, Timer};
use goe_device::clock::Clock;
use goe_device::http::{
    self, Buffers, PATIENCE_MS, Progress, REQUEST_LINE_MAX, Read, Served, Site, Slots, SocketRx,
    SocketTx, Sockets, Write,
};
use goe_device::net::Socket;
use goe_device::ws::ROOM;
use goe_runtime::device::Device;
use goe_runtime::http::Route;

use crate::clock::SinceBoot;
use crate::socket::NetSocket;

/// Sockets.
pub const DOORS: usize = 8;

/// Connections that may stay.
const CONNECTIONS: usize = DOORS - 3;

/// Of which so many may be WebSockets.
pub const WEB_SOCKETS: usize = 1;

/// Requests answered at the same time.
const REQUESTS: usize = 2;

/// Seats, of which each has one of both.
pub const SEATS: usize = REQUESTS + WEB_SOCKETS;

/// A request as people and programs send it: line and headers.
const REQUEST: usize = 768;

/// Headers beside the longest request line.
const HEADERS_MAX: usize = 512;

/// Room that a seat needs for values, by the generated `ENTRY_CAPACITY`.
pub const fn body(entry: usize) -> usize {
    entry + ROOM
}

/// An answer's head and, mostly, its body: one segment.
const TRANSMIT: usize = 640;

/// The port of the API.
const PORT: u16 = 80;

/// Time that a peer may leave a packet unanswered.
const SILENCE: Duration = Duration::from_secs(10);

type Shared<T> = Mutex<NoopRawMutex, T>;
type Turn<'a> = SemaphoreReleaser<'a, FairSemaphore<NoopRawMutex, DOORS>>;

/// Bytes that a socket sends before its client has acknowledged any: a long answer takes as many
/// round trips as it is longer than that. A board whose segments are at most half of it has two
/// on their way, of which a client acknowledges the second at once.
pub const SENT_AHEAD: usize = 1280;

/// A socket with its buffers.
pub struct DoorMemory {
    receive: [u8; 384],
    transmit: [u8; SENT_AHEAD],
}

impl DoorMemory {
    /// Unused.
    pub const NEW: Self = DoorMemory {
        receive: [0; 384],
        transmit: [0; SENT_AHEAD],
    };
}

/// The memory in which a request is answered.
pub struct SeatMemory<const BODY: usize> {
    request: [u8; REQUEST],
    body: [u8; BODY],
    transmit: [u8; TRANSMIT],
}

impl<const BODY: usize> SeatMemory<BODY> {
    /// Unused.
    pub const NEW: Self = SeatMemory {
        request: [0; REQUEST],
        body: [0; BODY],
        transmit: [0; TRANSMIT],
    };
}

/// A socket that listens, and then is a connection.
struct Door {
    socket: Shared<TcpSocket<'static>>,
    /// The outcome that a seat tells when it is done with the connection.
    served: Signal<NoopRawMutex, Served>,
    /// The connection has become a WebSocket.
    lasts: Signal<NoopRawMutex, ()>,
}

/// Where a seat is told which door to serve.
struct Seat {
    job: Signal<NoopRawMutex, (usize, Progress<'static, SinceBoot>)>,
    is_taken: Cell<bool>,
}

/// The state that doors and seats share.
pub struct Web {
    routes: &'static [Route],
    doors: [Door; DOORS],
    slots: Slots<SinceBoot, CONNECTIONS>,
    /// One door at a time claims a slot.
    claiming: FairSemaphore<NoopRawMutex, DOORS>,
    seats: [Seat; SEATS],
    free_seats: FairSemaphore<NoopRawMutex, DOORS>,
    long: Shared<[u8; REQUEST_LINE_MAX + HEADERS_MAX]>,
}

impl Web {
    /// All doors closed.
    pub fn new(
        stack: Stack<'static>,
        memory: &'static mut [DoorMemory; DOORS],
        routes: &'static [Route],
    ) -> Self {
        Web {
            routes,
            doors: memory.each_mut().map(|memory| {
                let mut socket = TcpSocket::new(stack, &mut memory.receive, &mut memory.transmit);
                socket.set_timeout(Some(SILENCE));
                socket.set_nagle_enabled(false);
                Door {
                    socket: Mutex::new(socket),
                    served: Signal::new(),
                    lasts: Signal::new(),
                }
            }),
            slots: Slots::keeping(SinceBoot, 0, WEB_SOCKETS),
            claiming: FairSemaphore::new(1),
            seats: [const {
                Seat {
                    job: Signal::new(),
                    is_taken: Cell::new(false),
                }
            }; SEATS],
            free_seats: FairSemaphore::new(REQUESTS),
            long: Mutex::new([0; REQUEST_LINE_MAX + HEADERS_MAX]),
        }
    }

    /// A turn of a semaphore. It has a place in its queue for every door, so
    /// that there is always one.
    async fn turn(semaphore: &FairSemaphore<NoopRawMutex, DOORS>, waiting: impl Fn()) -> Turn<'_> {
        let mut acquire = pin!(semaphore.acquire(1));
        loop {
            match select(acquire.as_mut(), Timer::after_millis(PATIENCE_MS / 4)).await {
                Either::First(Ok(turn)) => return turn,
                Either::First(Err(_)) => acquire.set(semaphore.acquire(1)),
                Either::Second(()) => waiting(),
            }
        }
    }

    /// Has a seat answer what the door's client sent.
    async fn have_served(&self, index: usize, progress: Progress<'static, SinceBoot>) -> Served {
        progress.queued();
        let turn = Self::turn(&self.free_seats, || self.slots.hurry());
        let turn = match select(turn, progress.gives_way()).await {
            Either::First(turn) => turn,
            Either::Second(()) => return Served::Ended,
        };
        let free = self.seats.iter().find(|seat| !seat.is_taken.get());
        // There are as many turns as seats.
        let Some(seat) = free else {
            return Served::Ended;
        };
        seat.is_taken.set(true);
        let door = &self.doors[index];
        door.lasts.reset();
        seat.job.signal((index, progress));
        let served = match select(door.served.wait(), door.lasts.wait()).await {
            Either::First(served) => served,
            Either::Second(()) => {
                drop(turn);
                door.served.wait().await
            }
        };
        seat.is_taken.set(false);
        served
    }
}

/// Lets one client in after the other, for ever.
pub async fn door(web: &'static Web, index: usize) -> ! {
    let door = &web.doors[index];
    loop {
        // It fails when the client has gone before it was quite there.
        let accepted = door.socket.lock().await.accept(PORT).await;
        if accepted.is_err() {
            door.socket.lock().await.abort();
            yield_now().await;
            continue;
        }
        let slot = {
            let _turn = Web::turn(&web.claiming, || ()).await;
            web.slots.claim().await
        };
        loop {
            let has_request = {
                let mut socket = door.socket.lock().await;
                let mut socket = NetSocket(&mut socket);
                let waits = select(socket.readable(), http::ends(slot.progress()));
                matches!(waits.await, Either::First(()))
            };
            if !has_request || web.have_served(index, slot.progress()).await == Served::Ended {
                break;
            }
        }
        // Frees the slot before the socket listens again.
        drop(slot);
        let mut socket = door.socket.lock().await;
        socket.abort();
        // Ready once the peer was told; it may be gone.
        let _ = select(socket.flush(), Timer::after_millis(PATIENCE_MS)).await;
    }
}

/// Whoever talks on a WebSocket, of whom the door is told.
#[derive(Clone, Copy)]
struct Seated<'d, S> {
    sockets: Option<S>,
    door: &'d Door,
}

impl<D, S: Sockets<D>> Sockets<D> for Seated<'_, S> {
    fn are_there(&self) -> bool {
        self.sockets.are_there()
    }

    fn talk<R: Read, W: Write<Error = R::Error>>(
        self,
        device: &D,
        clock: impl Clock,
        buffer: &mut [u8],
        rx: SocketRx<R>,
        tx: SocketTx<W>,
    ) -> impl Future<Output = Result<(), W::Error>> {
        self.door.lasts.signal(());
        self.sockets.talk(device, clock, buffer, rx, tx)
    }
}

/// Answers the requests of one door after the other, for ever.
pub fn seat<D: Device, const BODY: usize>(
    web: &'static Web,
    index: usize,
    memory: &mut SeatMemory<BODY>,
    device: &D,
    sockets: Option<impl Sockets<D>>,
) -> impl Future<Output = Infallible> {
    let job = &web.seats[index].job;
    // An asynchronous function would keep all of these twice, and so below.
    async move {
        loop {
            let (index, progress) = job.wait().await;
            let door = &web.doors[index];
            let served = {
                let mut socket = door.socket.lock().await;
                // Nobody can tell a chip other names than its own.
                let seated = Seated { sockets, door };
                let site = Site {
                    routes: web.routes,
                    names: &[],
                    handler: (),
                    sockets: &seated,
                };
                let socket = &mut NetSocket(&mut socket);
                let answer = serve(web, site, progress, socket, memory, device);
                match select(answer, http::ends(progress)).await {
                    Either::First(served) => served,
                    Either::Second(()) => Served::Ended,
                }
            };
            door.served.signal(served);
        }
    }
}

/// Answers in the seat's own memory, and what does not fit there in the long
/// buffer.
fn serve<D: Device, S: Sockets<D>, const BODY: usize>(
    web: &Web,
    site: Site<(), &Seated<'_, S>>,
    progress: Progress<'_, SinceBoot>,
    socket: &mut NetSocket<'_, 'static>,
    memory: &mut SeatMemory<BODY>,
    device: &D,
) -> impl Future<Output = Served> {
    let SeatMemory {
        request: short,
        body,
        transmit,
    } = memory;
    async move {
        let buffers = Buffers {
            request: &mut *short,
            body: &mut *body,
            transmit: &mut *transmit,
        };
        let served = http::answer(device, site, progress, socket, &[], buffers, true).await;
        if served != Served::NeedsRoom {
            return served;
        }
        let mut lock = pin!(web.long.lock());
        let mut long = loop {
            match select(lock.as_mut(), Timer::after_millis(PATIENCE_MS / 4)).await {
                Either::First(long) => break long,
                // Another seat has it, and must give it up if it does not go on.
                Either::Second(()) => web.slots.hurry(),
            }
        };
        let buffers = Buffers {
            request: &mut *long,
            body,
            transmit,
        };
        // A WebSocket would keep the long buffer; none has to be asked for at such length.
        let seated = Seated {
            sockets: None,
            ..*site.sockets
        };
        let site = Site {
            sockets: &seated,
            ..site
        };
        http::answer(device, site, progress, socket, short, buffers, false).await
    }
}
