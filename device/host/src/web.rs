//! Clients of HTTP: who is let in, and what serves each. It must never know what is
//! served to them.

use std::rc::Rc;

use goe_device::http::{self, Devices, Handler, Slot, Slots};
use tokio::net::TcpListener;
use tokio::task::spawn_local;

use crate::clock::RealTime;
use crate::memory::{BufferPool, serve_by_request};
use crate::net::{TcpSocket, accept};
use crate::shutdown::Shutdown;

/// HTTP connections that many devices have at the same time: whoever manages the load of
/// ten thousand may keep one to each.
const CONNECTIONS: usize = 12_288;

/// Of which so many may be streams.
const STREAMS: usize = 64;

/// Gives each client that comes a slot, and then to `serve`, until `shutdown`.
pub(crate) async fn let_in<const N: usize>(
    listener: TcpListener,
    slots: &'static Slots<RealTime, N>,
    shutdown: Shutdown,
    mut serve: impl FnMut(TcpSocket, Slot<'static, RealTime, N>),
) {
    let mut stop = std::pin::pin!(shutdown.wait());
    loop {
        let client = async {
            let socket = TcpSocket::new(accept(&listener).await);
            (socket, slots.claim().await)
        };
        // Whoever comes when it is time to stop waits for the next device of the program.
        let (socket, slot) = tokio::select! {
            biased;
            () = &mut stop => return,
            client = client => client,
        };
        serve(socket, slot);
    }
}

/// Serves the devices of `site` to all who come, until `shutdown`: HTTP alone, since
/// WebSockets are of one device. A client that thinks costs its socket and little else, so that there may be
/// thousands: `most` of them at the same time. For once in a process.
pub async fn serve_devices<D: Devices + 'static>(
    devices: Rc<D>,
    site: http::Site<impl Handler + Clone + 'static>,
    (listener, most): (TcpListener, usize),
    clock: RealTime,
    shutdown: Shutdown,
) {
    // Connections outlive this task by what it takes to close them.
    let slots: &'static Slots<_, CONNECTIONS> =
        Box::leak(Box::new(Slots::keeping(clock, STREAMS, 0).at_most(most)));
    let pool = Rc::new(BufferPool::default());
    let_in(listener, slots, shutdown, |socket, slot| {
        let (devices, site, pool) = (devices.clone(), site.clone(), pool.clone());
        spawn_local(async move {
            let site = http::Site {
                routes: site.routes,
                names: site.names,
                handler: &site.handler,
                sockets: (),
            };
            serve_by_request(&*devices, site, slot, socket, &pool).await;
        });
    })
    .await;
}
