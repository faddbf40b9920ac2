//! Any bytes as what a Modbus master sends, to the charger itself: never a panic, no endless
//! loop, and no answer that is none of Modbus.

#![no_main]

use goe_device::http::Slots;
use goe_device::modbus::{self, FRAME_MAX, HEADER, frame_for, rest};
use goe_firmware::charger::{Charger, Counters, Identity};
use goe_firmware::wallbox::Wallbox;
use goe_fuzz::{Stopped, Wire, poll};
use goe_runtime::device::{Api, DeviceCell};
use goe_sim::{Sim, SimConfig};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let identity = Identity::new("000001", 1).expect("short");
    let sim = Sim::new(&SimConfig::default());
    let charger = Charger::new(identity, Counters::default());
    let wallbox = DeviceCell::new(Wallbox::new(charger, sim));
    let least = frame_for(<goe_api::Api as Api>::REGISTERS);
    for memory in [FRAME_MAX, least] {
        let mut hears = Vec::new();
        let client = Wire {
            sends: &mut bytes.to_vec(),
            hears: &mut hears,
        };
        let slots = Slots::<_, 1>::new(Stopped);
        let mut frame = vec![0; memory];
        poll(async {
            let slot = slots.claim().await;
            modbus::serve(&wallbox, slot, client, &mut frame).await;
        });
        let mut answers = hears.as_slice();
        while let Some((header, behind)) = answers.split_first_chunk::<HEADER>() {
            let length = rest(header).expect("a header of Modbus");
            let (pdu, behind) = behind.split_at(length);
            assert!(!pdu.is_empty());
            answers = behind;
        }
        assert!(answers.is_empty(), "half a frame");
    }
});
