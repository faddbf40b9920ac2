//! The memory with which a computer serves a device: as much as each part can use, from the
//! heap. It must never know what kind of connection it serves, nor whose clock.

use std::cell::RefCell;
use std::pin::Pin;

use goe_device::clock::Clock;
use goe_device::http::{
    self, Devices, Handler, Read, Served, Slot, SocketRx, SocketTx, Sockets, Write,
};
use goe_device::mqtt::codec::Publish;
use goe_device::mqtt::topics::TOPIC_MAX;
use goe_device::mqtt::{self, Connect, pending::KeyState};
use goe_device::net::Socket;
use goe_device::ws;
use goe_runtime::Registry;
use goe_runtime::device::Reached;
use goe_runtime::mqtt::TopicMap;

/// Serves a client of HTTP to its end; see [`http::serve`].
pub async fn serve_client<D: Devices, C: Clock, const N: usize>(
    devices: &D,
    site: http::Site<impl Handler + Copy, impl Sockets<D::Device>>,
    slot: Slot<'_, C, N>,
    socket: impl Socket,
) {
    let mut buffers = RequestBuffers::new(devices.registry());
    http::serve(devices, site, slot, socket, buffers.lend()).await;
}

/// Buffers for requests, of which there are as many as are answered at the same time.
#[derive(Debug, Default)]
pub(crate) struct BufferPool(RefCell<Vec<RequestBuffers>>);

/// So many are kept for whoever comes next. Clients that send a part of a request and no
/// more can have thousands of them, for as long as they may take for it.
const KEPT: usize = 16;

/// Room for the head of an answer.
const HEAD: usize = 512;

/// The buffers for one request.
#[derive(Debug)]
struct RequestBuffers {
    request: Vec<u8>,
    body: Vec<u8>,
    transmit: Vec<u8>,
}

impl RequestBuffers {
    fn new(registry: &Registry) -> Self {
        let entry = registry.capacities.entry;
        let body = http::REQUEST_LINE_MAX.max(entry + ws::ROOM);
        RequestBuffers {
            request: vec![0; http::REQUEST_LINE_MAX + 4096],
            body: vec![0; body],
            // So that an answer is handed over at once: the system takes as long for each
            // part of one as for all of it.
            transmit: vec![0; HEAD + body],
        }
    }

    fn lend(&mut self) -> http::Buffers<'_> {
        http::Buffers {
            request: &mut self.request,
            body: &mut self.body,
            transmit: &mut self.transmit,
        }
    }
}

impl BufferPool {
    fn take(&self, registry: &Registry) -> RequestBuffers {
        let kept = self.0.borrow_mut().pop();
        kept.unwrap_or_else(|| RequestBuffers::new(registry))
    }

    fn keep(&self, buffers: RequestBuffers) {
        let mut kept = self.0.borrow_mut();
        if kept.len() < KEPT {
            kept.push(buffers);
        }
    }
}

/// Serves a client of HTTP to its end as [`serve_client`] does, with memory for it only
/// while it is answered.
pub(crate) async fn serve_by_request<D: Devices, C: Clock, const N: usize>(
    devices: &D,
    site: http::Site<impl Handler + Copy>,
    slot: Slot<'_, C, N>,
    mut socket: impl Socket,
    pool: &BufferPool,
) {
    let progress = slot.progress();
    let requests = async {
        loop {
            socket.readable().await;
            let mut buffers = pool.take(devices.registry());
            // On the heap, or every client that thinks would have as much.
            let answer = Box::pin(http::answer(
                devices,
                site,
                progress,
                &mut socket,
                &[],
                buffers.lend(),
                false,
            ));
            let served = answer.await;
            pool.keep(buffers);
            if served != Served::Waiting {
                return;
            }
        }
    };
    tokio::select! {
        biased;
        () = requests => {}
        () = http::ends(progress) => {}
    }
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

/// The bytes that a client of MQTT is given.
#[derive(Clone, Copy, Debug)]
pub struct MqttRoom {
    receive: usize,
    transmit: usize,
}

impl MqttRoom {
    /// As many as it can use.
    pub fn ample(registry: &Registry) -> Self {
        MqttRoom {
            receive: 16 * 1024,
            transmit: registry.capacities.entry + 4096,
        }
    }

    /// As few as hold each value with its topic, for a process of many clients.
    pub fn tight(registry: &Registry) -> Self {
        let packet = registry.capacities.entry + TOPIC_MAX + Publish::OVERHEAD;
        MqttRoom {
            receive: packet,
            transmit: packet,
        }
    }
}

/// Runs clients of MQTT until `stop`; see [`mqtt::run`].
pub async fn run_mqtt<D: Reached>(
    connector: &mut impl Connect,
    device: &D,
    clock: impl Clock,
    topics: (&TopicMap, &str),
    room: MqttRoom,
    seed: u64,
    stop: impl Future<Output = ()>,
) {
    let mut states = vec![KeyState::NEW; device.registry().descriptors.len()];
    let mut receive = vec![0; room.receive];
    let mut transmit = vec![0; room.transmit];
    let memory = mqtt::Memory {
        rx: &mut receive,
        tx: &mut transmit,
        states: &mut states,
    };
    mqtt::run(connector, device, clock, topics, memory, seed, stop).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crowd_leaves_no_memory_behind() {
        let pool = BufferPool::default();
        let one = || RequestBuffers {
            request: vec![0],
            body: Vec::new(),
            transmit: Vec::new(),
        };
        (0..10_000).for_each(|_| pool.keep(one()));
        assert_eq!(pool.0.borrow().len(), KEPT);
    }
}
