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
    let mut sheet = Sheet::new(devices.registry());
    http::serve(devices, site, slot, socket, sheet.buffers()).await;
}

/// The memory for requests, of which there is as much as is answered at the same time.
#[derive(Debug, Default)]
pub(crate) struct Desk(RefCell<Vec<Sheet>>);

/// Room for the head of an answer.
const HEAD: usize = 512;

/// The memory for one request.
#[derive(Debug)]
struct Sheet {
    request: Vec<u8>,
    body: Vec<u8>,
    transmit: Vec<u8>,
}

impl Sheet {
    fn new(registry: &Registry) -> Self {
        let entry = registry.capacities.entry;
        let body = http::REQUEST_LINE_MAX.max(entry + ws::ROOM);
        Sheet {
            request: vec![0; http::REQUEST_LINE_MAX + 4096],
            body: vec![0; body],
            // So that an answer is handed over at once: the system takes as long for each
            // part of one as for all of it.
            transmit: vec![0; HEAD + body],
        }
    }

    fn buffers(&mut self) -> http::Buffers<'_> {
        http::Buffers {
            request: &mut self.request,
            body: &mut self.body,
            transmit: &mut self.transmit,
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
    desk: &Desk,
) {
    let progress = slot.progress();
    let requests = async {
        loop {
            socket.readable().await;
            let sheet = desk.0.borrow_mut().pop();
            let mut sheet = sheet.unwrap_or_else(|| Sheet::new(devices.registry()));
            // On the heap, or every client that thinks would have as much.
            let answer = Box::pin(http::answer(
                devices,
                site,
                progress,
                &mut socket,
                &[],
                sheet.buffers(),
                false,
            ));
            let served = answer.await;
            desk.0.borrow_mut().push(sheet);
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
