//! Any bytes as what a broker sends, to the client of the charger itself, with state
//! that is acknowledged and with state that is not: never a panic, and what the client
//! sends is whole packets that tell no passphrase.

#![no_main]

use std::convert::Infallible;
use std::future::pending;

use goe_api::mqtt::TOPICS;
use goe_api::{ENTRY_CAPACITY, REGISTRY};
use goe_device::mqtt::pending::KeyState;
use goe_device::mqtt::{self, Connect, Memory};
use goe_firmware::charger::{Charger, Counters, Identity};
use goe_firmware::wallbox::Wallbox;
use goe_fuzz::{Stopped, Wire, poll};
use goe_runtime::device::{Broker, Device, DeviceCell};
use goe_sim::{Sim, SimConfig};
use libfuzzer_sys::fuzz_target;

/// A secret that was stored before, and never comes out.
const SECRET: &str = "correct horse";

struct Server {
    sends: Vec<u8>,
    hears: Vec<u8>,
    connections: usize,
}

impl Connect for Server {
    type Socket<'a> = Wire<'a>;
    type Error = Infallible;

    async fn connect(&mut self, _: &Broker<'_>) -> Result<Wire<'_>, Infallible> {
        self.connections += 1;
        Ok(Wire {
            sends: &mut self.sends,
            hears: &mut self.hears,
        })
    }
}

/// Walks over the packets; nothing may be left of them.
fn are_whole(mut bytes: &[u8]) -> bool {
    while !bytes.is_empty() {
        let (mut length, mut at) = (0, 1);
        loop {
            let Some(&byte) = bytes.get(at) else {
                return false;
            };
            length |= usize::from(byte & 0x7F) << (7 * (at - 1));
            at += 1;
            if byte < 0x80 || at > 4 {
                break;
            }
        }
        match bytes.get(at + length..) {
            Some(rest) => bytes = rest,
            None => return false,
        }
    }
    true
}

fuzz_target!(|input: (bool, &[u8])| {
    let (is_welcome, bytes) = input;
    for url in ["mqtt://me:pass@broker", "mqtt://me:pass@broker?qos=1"] {
        hears(url, is_welcome, bytes);
    }
});

/// A client of the broker at `url` hears these bytes.
fn hears(url: &'static str, is_welcome: bool, bytes: &[u8]) {
    let identity = Identity::new("000001", 1).expect("short");
    let sim = Sim::new(&SimConfig::default());
    let charger = Charger::new(identity, Counters::default());
    let wallbox = DeviceCell::new(Wallbox::new(charger, sim));
    let key = REGISTRY.find("wifis").expect("a key");
    let stored = format!("[{{\"ssid\":\"home\",\"key\":\"{SECRET}\"}}]");
    Device::set(&wallbox, key, &stored).expect("is taken");
    wallbox.give_broker(url, true);
    let mut server = Server {
        sends: match is_welcome {
            true => [&[0x20, 2, 0, 0, 0x90, 3, 0, 1, 1], bytes].concat(),
            false => bytes.to_vec(),
        },
        hears: Vec::new(),
        connections: 0,
    };
    let mut states = vec![KeyState::NEW; REGISTRY.descriptors.len()];
    let (mut rx, mut tx) = (vec![0; 512], vec![0; ENTRY_CAPACITY + 512]);
    let memory = Memory {
        rx: &mut rx,
        tx: &mut tx,
        states: &mut states,
    };
    let topics = (&TOPICS, "000001");
    // Ends in the pause before the next attempt.
    poll(mqtt::run(
        &mut server,
        &wallbox,
        Stopped,
        topics,
        memory,
        1,
        pending(),
    ));
    assert!(server.connections <= 2, "no pause between connections");
    assert!(are_whole(&server.hears));
    let tells = |text: &[u8]| {
        text.windows(SECRET.len())
            .any(|part| part == SECRET.as_bytes())
    };
    assert!(!tells(&server.hears) || tells(bytes));
}
