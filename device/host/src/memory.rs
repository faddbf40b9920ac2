//! The memory with which a computer serves a device: as much as each part can use, from the
//! heap. It must never know what kind of connection it serves, nor whose clock.

use goe_device::clock::Clock;
use goe_device::http::{self, Handler, Slot};
use goe_device::mqtt::{self, Connect, pending::KeyState};
use goe_device::net::Socket;
use goe_runtime::device::{Device, Reached};
use goe_runtime::mqtt::TopicMap;

/// Serves a client of HTTP to its end; see [`http::serve`].
pub async fn serve_client<C: Clock, const N: usize>(
    device: &impl Device,
    site: http::Site<impl Handler + Copy>,
    slot: Slot<'_, C, N>,
    socket: impl Socket,
) {
    let entry = device.registry().capacities.entry;
    let mut request = vec![0; http::REQUEST_LINE_MAX + 4096];
    let mut body = vec![0; http::REQUEST_LINE_MAX.max(entry + 3)];
    let mut transmit = vec![0; 4096];
    let buffers = http::Buffers {
        request: &mut request,
        body: &mut body,
        transmit: &mut transmit,
    };
    http::serve(device, site, slot, socket, buffers).await;
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
