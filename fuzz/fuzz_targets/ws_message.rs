//! Any bytes as what a client of the WebSocket sends that knows the password, to the charger
//! itself: never a panic, no endless loop, and nothing that tells a passphrase.

#![no_main]

use goe_api::http::ROUTES;
use goe_api::websocket::MESSAGES;
use goe_api::{ENTRY_CAPACITY, KeySet};
use goe_device::entropy::{Entropy, NoEntropy};
use goe_device::http::{self, Buffers, REQUEST_LINE_MAX, Slots};
use goe_device::ws::{Hall, ROOM};
use goe_firmware::charger::{Charger, Counters, Identity};
use goe_firmware::wallbox::Wallbox;
use goe_fuzz::{Stopped, Wire, poll};
use goe_runtime::device::{Credential, Device, DeviceCell, HashKind};
use goe_sim::{Sim, SimConfig};
use libfuzzer_sys::fuzz_target;

/// A secret that was stored before, and never comes back.
const SECRET: &str = "correct horse";

/// The handshake, and the answer to a challenge of zeros, by Python's hashlib.
const BEFORE: &str = "GET /ws HTTP/1.1\r\nHost: a.local\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
    Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
const PROOF: &str = r#"{"type":"auth","token3":"t","hash":"929c620edebd0909471cb8dff19978b033e6b973bae3f7ba0dbfb8c93af103c7"}"#;

/// No chance at all.
struct Zeros;

impl Entropy for Zeros {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), NoEntropy> {
        bytes.fill(0);
        Ok(())
    }
}

type Served = (DeviceCell<Wallbox<Sim>>, Hall<KeySet, Zeros, 1>);

/// The charger of all runs: a device keeps its watches for as long as it is there.
fn served() -> &'static Served {
    thread_local! {
        static SERVED: &'static Served = {
            let identity = Identity::new("000001", 1).expect("short");
            let sim = Sim::new(&SimConfig::default());
            let charger = Charger::new(identity, Counters::default());
            let wallbox = DeviceCell::new(Wallbox::new(charger, sim));
            let key = goe_api::REGISTRY.find("wifis").expect("a key");
            let stored = format!("[{{\"ssid\":\"home\",\"key\":\"{SECRET}\"}}]");
            Device::set(&wallbox, key, &stored).expect("is taken");
            wallbox.set_credential(Credential::new(HashKind::Pbkdf2, "000001", "hash"));
            let hall = Hall::new(MESSAGES.expect("the charger has a WebSocket"), Zeros);
            let served: &'static Served = Box::leak(Box::new((wallbox, hall)));
            served.1.open(&served.0);
            served
        };
    }
    SERVED.with(|served| *served)
}

fuzz_target!(|bytes: &[u8]| {
    let (wallbox, hall) = served();
    let slots = Slots::<_, 2>::keeping(Stopped, 0, 1);
    let (mut request, mut body) = (
        vec![0; REQUEST_LINE_MAX + 512],
        vec![0; ENTRY_CAPACITY + ROOM],
    );
    let mut transmit = vec![0; 640];
    let buffers = Buffers {
        request: &mut request,
        body: &mut body,
        transmit: &mut transmit,
    };
    let frame = [0x81, 0x80 | PROOF.len() as u8, 0, 0, 0, 0];
    let mut sends = [BEFORE.as_bytes(), &frame, PROOF.as_bytes(), bytes].concat();
    let mut hears = Vec::new();
    let client = Wire {
        sends: &mut sends,
        hears: &mut hears,
    };
    poll(async {
        let slot = slots.claim().await;
        let site = http::Site {
            routes: &ROUTES,
            names: &[],
            handler: (),
            sockets: hall.session(),
        };
        http::serve(wallbox, site, slot, client, buffers).await;
    });
    let tells = |text: &[u8], what: &[u8]| text.windows(what.len()).any(|part| part == what);
    assert!(tells(&hears, b"authSuccess"));
    // Unless the client said so itself.
    assert!(!tells(&hears, SECRET.as_bytes()) || tells(bytes, SECRET.as_bytes()));
});
