//! The memory with which a computer serves a device: as much as each part can use, from the
//! heap. It must never know what kind of connection it serves, nor whose clock.

use std::pin::Pin;

use goe_device::clock::Clock;
use goe_device::http::{self, Handler, Read, Slot, SocketRx, SocketTx, Sockets, Write};
use goe_device::mqtt::{self, Connect, pending::KeyState};
use goe_device::net::Socket;
use goe_device::ws;
use goe_runtime::device::{Device, Reached};
use goe_runtime::mqtt::TopicMap;

/// Serves a client of HTTP to its end; see [`http::serve`].
pub async fn serve_client<D: Device, C: Clock, const N: usize>(
    device: &D,
    site: http::Site<impl Handler + Copy, impl Sockets<D>>,
    slot: Slot<'_, C, N>,
    socket: impl Socket,
) {
    let entry = device.registry().capacities.entry;
    let mut request = vec![0; http::REQUEST_LINE_MAX + 4096];
    let mut body = vec![0; http::REQUEST_LINE_MAX.max(entry + ws::ROOM)];
    let mut transmit = vec![0; 4096];
    let buffers = http::Buffers {
        request: &mut request,
        body: &mut body,
        transmit: &mut transmit,
    };
    http::serve(device, site, slot, socket, buffers).await;
}

/// A conversation that ends well or by this error.
type OnHeapUntil<'t, E> = Pin<Box<dyn Future<Output = Result<(), E>> + 't>>;

/// Sockets whose conversations are on the heap: compilers have a limit for how deep futures
/// are nested, and conversations for how many there are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OnHeap<S>(pub(crate) S);

impl<D, S: Sockets<D>> Sockets<D> for OnHeap<S> {
    fn are_there(&self) -> bool {
        self.0.are_there()
    }

    async fn talk<R: Read, W: Write<Error = R::Error>>(
        self,
        device: &D,
        clock: impl Clock,
        buffer: &mut [u8],
        rx: SocketRx<R>,
        tx: SocketTx<W>,
    ) -> Result<(), W::Error> {
        let talk = self.0.talk(device, clock, buffer, rx, tx);
        let talk: OnHeapUntil<'_, W::Error> = Box::pin(talk);
        talk.await
    }
}

/// Runs clients of MQTT until `stop`; see [`mqtt::run`].
pub async fn run_mqtt<D: Reached>(
    connector: &mut impl Connect,
    device: &D,
    clock: impl Clock,
    topics: (&TopicMap, &str),
    seed: u64,
    stop: impl Future<Output = ()>,
) {
    let registry = device.registry();
    let mut states = vec![KeyState::NEW; registry.descriptors.len()];
    let mut receive = vec![0; 16 * 1024];
    let mut transmit = vec![0; registry.capacities.entry + 4096];
    let memory = mqtt::Memory {
        rx: &mut receive,
        tx: &mut transmit,
        states: &mut states,
    };
    mqtt::run(connector, device, clock, topics, memory, seed, stop).await;
}
