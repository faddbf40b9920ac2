//! Flash of the firmware of before, in which the serial number stood behind the prefix
//! of topics and was no part of it (syssi 138): topics stay where they are.

mod support;

use std::path::Path;

use goe_api::{Key, KeySet, REGISTRY};
use goe_device::clock::Clock;
use goe_device::store::Store;
use goe_host::FileFlash;
use goe_runtime::device::{Feed, Stored, Table, Written};
use goe_runtime::{KeyIndex, Registry, WriteError};
use serde_json::json;
use support::peer::Peer;
use support::{Board, Options, board};

/// A charger of the first layout, of which this prefix was set.
struct Before {
    prefix: &'static str,
    unsaved: Feed<KeySet>,
}

impl Table for Before {
    type Keys = KeySet;

    fn registry(&self) -> &'static Registry {
        &REGISTRY
    }
}

impl Stored for Before {
    fn unsaved(&self) -> &Feed<KeySet> {
        &self.unsaved
    }

    fn setting(&self, _: KeyIndex, json: &mut [u8]) -> Option<Written> {
        let text = format!("\"{}\"", self.prefix);
        json[..text.len()].copy_from_slice(text.as_bytes());
        Some(Written {
            length: text.len(),
            changed: true,
        })
    }

    fn restore(&self, _: KeyIndex, _: &str) -> Result<(), WriteError> {
        Ok(())
    }
}

#[derive(Clone, Copy)]
struct Stopped;

impl Clock for Stopped {
    fn now_ms(self) -> u64 {
        0
    }

    async fn until(self, _: u64) {
        std::future::pending().await
    }
}

/// Writes the flash as the firmware of before did: it knew no mark of a layout.
fn write(path: &Path, prefix: &'static str) {
    let before = Before {
        prefix,
        unsaved: Feed::default(),
    };
    before.unsaved.insert(Key::Mtp.index());
    let path = path.to_owned();
    let written = goe_host::run(async move {
        let item = vec![0; Store::<FileFlash>::item_capacity(REGISTRY.capacities.stored)].leak();
        let flash = FileFlash::open(&path)?;
        let (mut store, found) = Store::mount(flash, item).await.expect("a new file");
        assert!(found.blank);
        store.run(&before, Stopped, std::future::ready(())).await;
        Ok(())
    });
    written.expect("is written");
}

#[test]
fn a_stored_prefix_becomes_all_that_stands_before_the_key_once() {
    if board() != Board::Host {
        // Its flash is of another size; `device/tests/store_layouts.rs` is for every size.
        return;
    }
    for (before, after, topics) in [
        ("goe", "goe/000001", "goe/000001"),
        ("/house/", "/house/000001", "/house/000001"),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("flash");
        write(&path, before);
        for boot in 0..3 {
            let mut charger = Options::default().flash(&path).start();
            assert_eq!(charger.value("mtp"), json!(after), "boot {boot}");
            let told = charger.log().contains("`mtp` of layout 1");
            assert_eq!(told, boot == 0, "boot {boot}: {}", charger.log());
            let broker = charger.broker.expect("a broker");
            let mut peer = Peer::subscribed(broker, "#");
            peer.wait_for(&format!("{topics}/rssi"));
            charger.stop();
        }
    }
}
