//! A device with quirks: whoever is served by it sees what they make of the one within.
//!
//! The store writes what is really set; it asks the device within.

use std::cell::RefCell;
use std::rc::Rc;

use goe_host::{Call, Handler, NoStream, Reply, decoded, parameter};
use goe_runtime::device::{Around, Device};
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

impl<D: Device> Around for Quirky<D> {
    type Inner = D;

    fn inner(&self) -> &D {
        &self.device
    }

    fn show<R>(&self, read: impl FnOnce(DocumentView<'_>) -> R) -> R {
        let quirks = self.quirks.borrow();
        if !quirks.show_otherwise() {
            drop(quirks);
            return self.device.with_document(read);
        }
        let registry = self.device.registry();
        let (bytes, ends) = self
            .device
            .with_document(|view| rendered(view, registry, &quirks));
        read(DocumentView::new(registry, &bytes, &ends))
    }

    fn take(&self, key: KeyIndex, json: &str) -> Result<(), WriteError> {
        match self.quirks.borrow().is_deaf(key) && !self.device.hides(key) {
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
    type Stream = NoStream;

    fn methods(&self, path: &str) -> Option<&'static str> {
        let is_on = self.quirks.borrow().is_status_400() && self.device.serves_http();
        (is_on && path == "/api/status").then_some("GET, HEAD")
    }

    /// As it was reported: 400 without a filter, and for one that names what the charger
    /// does not have; what it has is there all the same.
    fn answer(&self, call: Call<'_>) -> Reply<Vec<u8>> {
        let filter = parameter(call.query, "filter").map(|names| {
            let names: Vec<u8> = decoded(names).collect();
            String::from_utf8_lossy(&names).into_owned()
        });
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
        Reply::json(status, body)
    }
}
