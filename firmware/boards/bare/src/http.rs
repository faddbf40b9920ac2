//! The HTTP server: more sockets that listen than connections that are served.
//!
//! The network stack queues no clients: a connection that finds no listening
//! socket is reset. So there are twice as many sockets as handlers. One that
//! was accepted claims a slot at once, from a waiting connection if need be,
//! and the one that gave way listens again a moment later.

use embassy_net::Stack;
use embassy_net::tcp::TcpSocket;
use embassy_sync::blocking_mutex::raw::NoopRawMutex;
use embassy_sync::mutex::Mutex;
use embassy_time::Duration;
use goe_api::ENTRY_CAPACITY;
use goe_api::http::ROUTES;
use goe_firmware::device::Device;
use goe_firmware::http::{self, REQUEST_LINE_MAX, Slots};

use crate::socket::NetSocket;

/// Connections served at the same time.
const HANDLERS: usize = 2;

const HEADERS_MAX: usize = 1024;
const BODY: usize = if ENTRY_CAPACITY + 3 > REQUEST_LINE_MAX {
    ENTRY_CAPACITY + 3
} else {
    REQUEST_LINE_MAX
};

/// Memory of one handler.
struct Handler {
    request: [u8; REQUEST_LINE_MAX + HEADERS_MAX],
    body: [u8; BODY],
    transmit: [u8; 1024],
}

/// Memory of one listening socket.
pub struct Listener {
    receive: [u8; 1024],
    transmit: [u8; 2048],
}

impl Listener {
    /// Unused.
    pub const NEW: Self = Listener {
        receive: [0; 1024],
        transmit: [0; 2048],
    };
}

/// What all listeners share.
pub struct Web {
    slots: Slots<HANDLERS>,
    /// One client after the other claims a slot.
    claim: Mutex<NoopRawMutex, ()>,
    handlers: [Mutex<NoopRawMutex, Handler>; HANDLERS],
}

impl Web {
    /// Nobody is served yet.
    pub const fn new() -> Self {
        Web {
            slots: Slots::new(),
            claim: Mutex::new(()),
            handlers: [const {
                Mutex::new(Handler {
                    request: [0; REQUEST_LINE_MAX + HEADERS_MAX],
                    body: [0; BODY],
                    transmit: [0; 1024],
                })
            }; HANDLERS],
        }
    }
}

impl Default for Web {
    fn default() -> Self {
        Self::new()
    }
}

/// How long a peer may leave a packet unanswered.
const SILENCE: Duration = Duration::from_secs(10);

/// Serves one connection after the other on port 80, for ever.
pub async fn listen<D: Device>(stack: Stack<'_>, web: &Web, memory: &mut Listener, device: &D) -> ! {
    loop {
        let mut socket = TcpSocket::new(stack, &mut memory.receive, &mut memory.transmit);
        socket.set_timeout(Some(SILENCE));
        socket.set_nagle_enabled(false);
        if let Err(error) = socket.accept(80).await {
            log::debug!("http: {error:?}");
            continue;
        }
        let slot = {
            let _turn = web.claim.lock().await;
            web.slots.claim().await
        };
        let mut handler = web.handlers[slot.index()].lock().await;
        let Handler {
            request,
            body,
            transmit,
        } = &mut *handler;
        let buffers = http::Buffers {
            request,
            body,
            transmit,
        };
        http::serve(device, &ROUTES, slot, NetSocket(socket), buffers).await;
    }
}
