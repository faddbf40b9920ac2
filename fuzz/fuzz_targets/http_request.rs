//! Any bytes as what an HTTP client sends, to the charger itself: never a panic,
//! no endless loop, and no answer that is not HTTP or tells a passphrase.

#![no_main]

use goe_api::ENTRY_CAPACITY;
use goe_api::http::ROUTES;
use goe_device::http::{self, Buffers, REQUEST_LINE_MAX, Slots};
use goe_firmware::charger::{Charger, Counters, Identity};
use goe_firmware::wallbox::Wallbox;
use goe_fuzz::{Stopped, Wire, poll};
use goe_runtime::device::{Device, DeviceCell};
use goe_sim::{Sim, SimConfig};
use libfuzzer_sys::fuzz_target;

/// A secret that was stored before, and never comes back.
const SECRET: &str = "correct horse";

fuzz_target!(|bytes: &[u8]| {
    let identity = Identity::new("000001", 1).expect("short");
    let sim = Sim::new(&SimConfig::default());
    let charger = Charger::new(identity, Counters::default());
    let wallbox = DeviceCell::new(Wallbox::new(charger, sim));
    let key = goe_api::REGISTRY.find("wifis").expect("a key");
    let stored = format!("[{{\"ssid\":\"home\",\"key\":\"{SECRET}\"}}]");
    Device::set(&wallbox, key, &stored).expect("is taken");
    let slots = Slots::<_, 1>::new(Stopped);
    let (mut request, mut body) = (vec![0; REQUEST_LINE_MAX + 512], vec![0; ENTRY_CAPACITY + 3]);
    let mut transmit = vec![0; 640];
    let buffers = Buffers {
        request: &mut request,
        body: &mut body,
        transmit: &mut transmit,
    };
    let mut hears = Vec::new();
    let client = Wire {
        sends: &mut bytes.to_vec(),
        hears: &mut hears,
    };
    poll(async {
        let slot = slots.claim().await;
        let site = http::Site {
            routes: &ROUTES,
            names: &[],
            handler: (),
            sockets: (),
        };
        http::serve(&wallbox, site, slot, client, buffers).await;
    });
    assert!(hears.is_empty() || hears.starts_with(b"HTTP/1.1 "));
    // Unless the request said so itself.
    let tells = |text: &[u8]| {
        text.windows(SECRET.len())
            .any(|part| part == SECRET.as_bytes())
    };
    assert!(!tells(&hears) || tells(bytes));
});
