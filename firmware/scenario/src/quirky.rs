//! A device with quirks: whoever is served by it sees what they make of the one within.
//!
//! The store writes what is really set; it asks the device within.

use std::cell::RefCell;
use std::rc::Rc;

use goe_host::{Call, Handler, Reply};
use goe_runtime::device::{
    Appearance, Bell, Connection, Device, Feed, Published, Reached, Record, Stored, Table, Wanted,
    Written,
};
use goe_runtime::{DocumentView, KeyIndex, Registry, WriteError};

use crate::quirk::Quirks;

/// The quirks of a device, shared by whoever switches them and whoever has them.
pub type Shared = Rc<RefCell<Quirks>>;

/// The device.
pub struct Quirky<D> {
    device: Rc<D>,
    quirks: Shared,
}

impl<D> Quirky<D> {
    /// Puts quirks around a device.
    pub fn new(device: Rc<D>, quirks: Shared) -> Self {
        Quirky { device, quirks }
    }
}

impl<D: Device> Table for Quirky<D> {
    type Keys = D::Keys;

    fn registry(&self) -> &'static Registry {
        self.device.registry()
    }

    fn hides(&self, key: KeyIndex) -> bool {
        self.device.hides(key)
    }
}

impl<D: Device> Device for Quirky<D> {
    fn with_document<R>(&self, read: impl FnOnce(DocumentView<'_>) -> R) -> R {
        let quirks = self.quirks.borrow();
        if !quirks.show_otherwise() {
            drop(quirks);
            return self.device.with_document(read);
        }
        let registry = self.registry();
        let (bytes, ends) = self
            .device
            .with_document(|view| rendered(view, registry, &quirks));
        read(DocumentView::new(registry, &bytes, &ends))
    }

    fn serves_http(&self) -> bool {
        self.device.serves_http()
    }

    fn set(&self, key: KeyIndex, json: &str) -> Result<(), WriteError> {
        match self.quirks.borrow().is_deaf(key) && !self.hides(key) {
            true => goe_api::Write::parse(
                goe_api::Key::from_index(key).ok_or(WriteError::UnknownKey)?,
                json,
            )
            .map(|_| ()),
            false => self.device.set(key, json),
        }
    }
}

/// The status with what the quirks show instead, and where each key ends in it.
fn rendered(view: DocumentView<'_>, registry: &Registry, quirks: &Quirks) -> (Vec<u8>, Vec<u32>) {
    let (mut bytes, mut ends) = (Vec::with_capacity(view.full().len()), Vec::new());
    for key in registry.keys() {
        if let Some(entry) = view.entry(key) {
            bytes.push(if bytes.is_empty() { b'{' } else { b',' });
            let value = view.value(key).unwrap_or_default();
            let instead = std::str::from_utf8(value).ok();
            match instead.and_then(|value| quirks.shown(key, value)) {
                Some(instead) => {
                    bytes.extend(&entry[..entry.len() - value.len()]);
                    bytes.extend(instead.as_bytes());
                }
                None => bytes.extend(entry),
            }
        }
        // A status has some kilobytes.
        ends.push(bytes.len() as u32);
    }
    bytes.push(b'}');
    (bytes, ends)
}

impl<D: Published> Published for Quirky<D> {
    fn unpublished(&self) -> &Feed<Self::Keys> {
        self.device.unpublished()
    }

    fn is_readonly(&self) -> bool {
        self.device.is_readonly()
    }
}

impl<D: Reached> Reached for Quirky<D> {
    fn wanted(&self, take: &mut dyn FnMut(Wanted<'_>)) {
        self.device.wanted(take);
    }

    fn rewanted(&self) -> &Bell {
        self.device.rewanted()
    }

    fn connection(&self, connection: Connection) {
        self.device.connection(connection);
    }

    fn connected_key(&self) -> KeyIndex {
        self.device.connected_key()
    }

    fn appearance(&self) -> Appearance {
        self.device.appearance()
    }
}

impl<D: Stored + Device> Stored for Quirky<D> {
    fn unsaved(&self) -> &Feed<Self::Keys> {
        self.device.unsaved()
    }

    fn setting(&self, key: KeyIndex, json: &mut [u8]) -> Option<Written> {
        self.device.setting(key, json)
    }

    fn holds(&self, key: KeyIndex) -> bool {
        self.device.holds(key)
    }

    fn restore(&self, key: KeyIndex, json: &str) -> Result<(), WriteError> {
        self.device.restore(key, json)
    }

    fn layout(&self) -> u8 {
        self.device.layout()
    }

    fn outdated(&self, layout: u8) -> impl Iterator<Item = KeyIndex> {
        self.device.outdated(layout)
    }

    fn modernize(&self, key: KeyIndex) {
        self.device.modernize(key);
    }

    fn counters(&self) -> Option<Record> {
        self.device.counters()
    }

    fn counters_stored(&self, record: &[u8]) {
        self.device.counters_stored(record);
    }

    fn restore_counters(&self, record: &[u8]) -> bool {
        self.device.restore_counters(record)
    }
}

/// Answers status requests as the quirk `status-400` has it; without it they are none of
/// its business.
pub struct BadStatus<D> {
    device: Rc<D>,
    quirks: Shared,
}

impl<D> Clone for BadStatus<D> {
    fn clone(&self) -> Self {
        BadStatus {
            device: self.device.clone(),
            quirks: self.quirks.clone(),
        }
    }
}

impl<D> BadStatus<D> {
    /// For a device with these quirks.
    pub fn new(device: Rc<D>, quirks: Shared) -> Self {
        BadStatus { device, quirks }
    }
}

impl<D: Device> Handler for BadStatus<D> {
    type Body = Vec<u8>;

    fn methods(&self, path: &str) -> Option<&'static str> {
        let is_on = self.quirks.borrow().is_status_400() && self.device.serves_http();
        (is_on && path == "/api/status").then_some("GET, HEAD")
    }

    /// As it was reported: 400 without a filter, and for one that names what the charger
    /// does not have; what it has is there all the same.
    fn answer(&self, call: Call<'_>) -> Reply<Vec<u8>> {
        let query = call.query.replace("%2C", ",").replace("%2c", ",");
        let filter = query
            .split('&')
            .find_map(|part| part.strip_prefix("filter="));
        let (mut status, mut body) = (200, vec![b'{']);
        match filter {
            None => {
                status = 400;
                body = self.device.with_document(|view| view.full().to_vec());
            }
            Some(names) => {
                for name in names.split(',') {
                    let key = self.device.find(name);
                    let entry = key.and_then(|key| {
                        self.device
                            .with_document(|view| Some(view.entry(key)?.to_vec()))
                    });
                    match entry {
                        Some(entry) => {
                            if body.len() > 1 {
                                body.push(b',');
                            }
                            body.extend(entry);
                        }
                        None => status = 400,
                    }
                }
                body.push(b'}');
            }
        }
        Reply {
            status,
            content_type: "application/json",
            body,
        }
    }
}
