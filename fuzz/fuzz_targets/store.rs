//! Any bytes as what flash holds, behind a header that says it is ours: the
//! charger boots, takes what satisfies the table and nothing else, and stores
//! what comes then, without a panic and without an end that does not come.

#![no_main]

use std::cell::RefCell;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::Poll;

use embedded_storage_async::nor_flash::{
    ErrorType, NorFlash, NorFlashError, NorFlashErrorKind, ReadNorFlash,
};
use goe_api::{REGISTRY, STORED_CAPACITY};
use goe_device::store::{Flash, Store};
use goe_firmware::charger::{Charger, Counters, Identity};
use goe_firmware::wallbox::Wallbox;
use goe_fuzz::{Stopped, poll};
use goe_runtime::device::{Device, DeviceCell};
use goe_sim::{Sim, SimConfig};
use libfuzzer_sys::fuzz_target;

const UNIT: usize = 8192;
const UNITS: usize = 4;
const HEADER: &[u8] = b"key-value store\x01";

#[derive(Clone)]
struct Nor(Rc<RefCell<Vec<u8>>>);

/// A bit from zero to one: flash that is noise may make it be tried.
#[derive(Debug)]
struct NotErased;

impl NorFlashError for NotErased {
    fn kind(&self) -> NorFlashErrorKind {
        NorFlashErrorKind::Other
    }
}

impl ErrorType for Nor {
    type Error = NotErased;
}

impl ReadNorFlash for Nor {
    const READ_SIZE: usize = 1;

    async fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), NotErased> {
        let start = offset as usize;
        bytes.copy_from_slice(&self.0.borrow()[start..start + bytes.len()]);
        Ok(())
    }

    fn capacity(&self) -> usize {
        UNIT * UNITS
    }
}

impl NorFlash for Nor {
    const WRITE_SIZE: usize = 4;
    const ERASE_SIZE: usize = UNIT;

    async fn erase(&mut self, from: u32, to: u32) -> Result<(), NotErased> {
        self.0.borrow_mut()[from as usize..to as usize].fill(0xFF);
        Ok(())
    }

    async fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), NotErased> {
        let start = offset as usize;
        let held = &mut self.0.borrow_mut()[start..start + bytes.len()];
        if held.iter().zip(bytes).any(|(held, new)| !held & new != 0) {
            return Err(NotErased);
        }
        held.copy_from_slice(bytes);
        Ok(())
    }
}

impl Flash for Nor {
    async fn set_aside(&mut self) -> Result<(), NotErased> {
        Ok(())
    }

    async fn sync(&mut self) -> Result<(), NotErased> {
        Ok(())
    }
}

fn wallbox() -> DeviceCell<Wallbox<Sim>> {
    let identity = Identity::new("000001", 1).expect("short");
    let sim = Sim::new(&SimConfig::default());
    let charger = Charger::new(identity, Counters::default());
    DeviceCell::new(Wallbox::new(charger, sim))
}

fn value(wallbox: &DeviceCell<Wallbox<Sim>>, name: &str) -> String {
    let key = REGISTRY.find(name).expect("a key");
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("JSON is UTF-8");
    wallbox.with_document(|document| text(document.value(key).expect("can be read")))
}

// The input is what the map's first unit holds, the others are blank; or items:
// a length, a name and a value each, as this firmware stores them.
fuzz_target!(|input: (bool, &[u8])| {
    let (is_raw, bytes) = input;
    let mut cells = vec![0xFF; UNIT * UNITS];
    cells[..HEADER.len()].copy_from_slice(HEADER);
    let flash = Nor(Rc::new(RefCell::new(cells)));
    if is_raw {
        let length = bytes.len().min(UNIT);
        flash.0.borrow_mut()[UNIT..UNIT + length].copy_from_slice(&bytes[..length]);
    } else {
        items(&flash, bytes);
    }
    let mut item = vec![0; Store::<Nor>::item_capacity(STORED_CAPACITY)];
    let first = wallbox();
    poll(async {
        let Ok((mut store, mut found)) = Store::mount(flash.clone(), &mut item).await else {
            return;
        };
        if store.restore(&first, &mut found).await.is_err() {
            return;
        }
        let key = REGISTRY.find("dwo").expect("a key");
        Device::set(&first, key, "4711").expect("is taken");
        store
            .run(&first, Stopped, poll_fn(|_| Poll::Ready(())))
            .await;
        drop(store);
        // Everything stored is there after another boot, unless the flash failed.
        let second = wallbox();
        let (mut store, mut found) = Store::mount(flash.clone(), &mut item)
            .await
            .expect("boots again");
        store
            .restore(&second, &mut found)
            .await
            .expect("boots again");
        if value(&second, "dwo") == "4711" {
            assert_eq!(value(&second, "wifis"), value(&first, "wifis"));
        }
    })
    .expect("flash never waits");
});

/// Writes items with right checksums, by the map that the store uses.
fn items(flash: &Nor, mut bytes: &[u8]) {
    use sequential_storage::cache::Cache;
    use sequential_storage::map::{MapConfig, MapStorage};
    let config = MapConfig::new(UNIT as u32..(UNIT * UNITS) as u32);
    let mut map =
        MapStorage::<heapless::String<32>, _, _>::new(flash.clone(), config, Cache::new_uncached());
    let mut buffer = vec![0; UNIT];
    let keys: Vec<_> = REGISTRY.keys().collect();
    while let [which, length, rest @ ..] = bytes {
        let length = usize::from(*length).min(rest.len());
        let (value, rest) = rest.split_at(length);
        bytes = rest;
        let name = match keys.get(usize::from(*which)) {
            Some(&key) => REGISTRY.descriptor(key).name,
            None => ["#counters", "unknown", ""][usize::from(*which) % 3],
        };
        let name = heapless::String::try_from(name).expect("short");
        let _ = poll(map.store_item(&mut buffer, &name, &value));
    }
}
