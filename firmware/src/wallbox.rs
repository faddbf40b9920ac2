//! The charger with its API: one status document, and everyone who waits for a
//! change of it.
//!
//! This is the one place where the charger, the generated table and the tasks
//! around them meet. Everything here is one synchronous step on one thread:
//! nothing is borrowed across an await, so a reader never sees half a write.

use core::cell::{Cell, RefCell};
use core::fmt;

use embassy_sync::blocking_mutex::raw::NoopRawMutex;
use embassy_sync::signal::Signal;
use goe_api::home_assistant::ENTITIES;
use goe_api::{Document, Key, KeySet, REGISTRY, Write};
use goe_runtime::error::Sent;
use goe_runtime::json::JsonError;
use goe_runtime::{DocumentView, KeyIndex, Keys, Out, Place, Reason, Registry, Render, WriteError};

use crate::board::Hardware;
use crate::charger::{Charger, Counters};
use crate::device::Device;
use crate::{mqtt, store};

/// The charger on a board, shared by the tasks around it.
pub struct Wallbox<H> {
    inner: RefCell<Inner<H>>,
    /// Keys whose value MQTT has not heard of.
    unpublished: Changes,
    /// Settings that flash does not hold yet.
    unsaved: Changes,
    /// The settings of MQTT may have changed.
    reconfigured: Signal<NoopRawMutex, ()>,
}

struct Inner<H> {
    charger: Charger,
    hardware: H,
    document: Document,
}

/// Keys that one task waits for.
struct Changes {
    keys: Cell<KeySet>,
    signal: Signal<NoopRawMutex, ()>,
}

impl Changes {
    const fn new() -> Self {
        Changes {
            keys: Cell::new(KeySet::EMPTY),
            signal: Signal::new(),
        }
    }

    fn add(&self, keys: &KeySet) {
        if !keys.is_empty() {
            let mut all = self.keys.get();
            all.extend(keys);
            self.keys.set(all);
            self.signal.signal(());
        }
    }

    fn take(&self) -> Option<KeyIndex> {
        let mut all = self.keys.get();
        let key = all.next(0)?;
        all.remove(key);
        self.keys.set(all);
        Some(key)
    }

    async fn any(&self) {
        while self.keys.get().is_empty() {
            self.signal.wait().await;
        }
    }
}

impl<H: Hardware> Wallbox<H> {
    /// A charger that has not made a step; its status shows the defaults.
    pub fn new(charger: Charger, hardware: H) -> Self {
        let wallbox = Wallbox {
            inner: RefCell::new(Inner {
                charger,
                hardware,
                document: Document::new(),
            }),
            unpublished: Changes::new(),
            unsaved: Changes::new(),
            reconfigured: Signal::new(),
        };
        wallbox.render();
        wallbox
    }

    /// Steps of the charger's logic, at the times given, which are milliseconds
    /// since boot on the charger's own clock; then shows the outcome. Before
    /// each, `advance` may let the hardware's time pass.
    pub fn step(&self, times_ms: impl Iterator<Item = u64>, mut advance: impl FnMut(&mut H, u64)) {
        {
            let mut inner = self.inner.borrow_mut();
            let Inner {
                charger, hardware, ..
            } = &mut *inner;
            for now_ms in times_ms {
                advance(hardware, now_ms);
                let outputs = charger.step(now_ms, &hardware.sample());
                hardware.drive(&outputs);
            }
        }
        self.render();
        let mut changed = KeySet::EMPTY;
        while let Some(key) = self.inner.borrow_mut().charger.take_changed() {
            changed.extend(&[key.index()].into_iter().collect());
        }
        self.unsaved.add(&changed);
        if self.inner.borrow().charger.wants_save() {
            self.unsaved.signal.signal(());
        }
    }

    /// Does something to the hardware between two steps, as a person before it
    /// could; the next step shows what came of it.
    pub fn hardware<R>(&self, act: impl FnOnce(&mut H) -> R) -> R {
        act(&mut self.inner.borrow_mut().hardware)
    }

    fn render(&self) {
        let mut inner = self.inner.borrow_mut();
        let Inner {
            charger, document, ..
        } = &mut *inner;
        let changed = document.render(&charger.readings());
        self.unpublished.add(&changed);
    }

    fn write(&self, key: Key, json: &str) -> Result<(), WriteError> {
        let write = Write::parse(key, json)?;
        let mut inner = self.inner.borrow_mut();
        let before = inner.charger.mqtt_changes();
        let applied = inner.charger.apply(write).map_err(WriteError::Refused);
        if inner.charger.mqtt_changes() != before {
            self.reconfigured.signal(());
        }
        applied
    }

    /// A broker of the board's: used while none is set or, to prescribe it, in
    /// spite of what is set, until that is set again. It is never stored. For
    /// after the stored settings were restored.
    pub fn give_broker(&self, url: &'static str, prescribe: bool) {
        self.inner.borrow_mut().charger.give_broker(url, prescribe);
        self.reconfigured.signal(());
        self.render();
    }
}

impl<H: Hardware> Device for Wallbox<H> {
    type Keys = KeySet;

    const REGISTRY: &'static Registry = &REGISTRY;

    fn with_document<R>(&self, read: impl FnOnce(DocumentView<'_>) -> R) -> R {
        read(self.inner.borrow().document.view(&REGISTRY))
    }

    fn serves_http(&self) -> bool {
        self.inner.borrow().charger.serves_http()
    }

    fn set(&self, index: KeyIndex, json: &str) -> Result<(), WriteError> {
        let key = Key::from_index(index).ok_or(WriteError::UnknownKey)?;
        self.write(key, json)?;
        // An action may change any setting; the store skips those it did not.
        let stored = |&key: &KeyIndex| REGISTRY.descriptor(key).is_stored();
        let settings: KeySet = if stored(&index) {
            [index].into_iter().collect()
        } else {
            REGISTRY.keys().filter(stored).collect()
        };
        self.unsaved.add(&settings);
        self.render();
        Ok(())
    }
}

impl<H: Hardware> store::Source for Wallbox<H> {
    const REGISTRY: &'static Registry = &REGISTRY;

    async fn changed(&self) {
        while self.unsaved.keys.get().is_empty() && store::Source::counters(self).is_none() {
            self.unsaved.signal.wait().await;
        }
    }

    fn take_changed(&self) -> Option<KeyIndex> {
        self.unsaved.take()
    }

    fn put_back(&self, key: KeyIndex) {
        self.unsaved.add(&[key].into_iter().collect());
    }

    fn setting(&self, key: KeyIndex, json: &mut [u8]) -> Option<store::Written> {
        let inner = self.inner.borrow();
        let mut out = Out::new(json);
        inner.charger.settings().write_value(key, &mut out);
        let written = store::Written {
            length: out.len(),
            changed: out.changed(),
        };
        (written.length > 0).then_some(written)
    }

    fn counters(&self) -> Option<store::Record> {
        let inner = self.inner.borrow();
        let wanted = inner.charger.wants_save();
        let record = store::Record::from_slice(&inner.charger.counters().encode());
        record.ok().filter(|_| wanted)
    }

    fn counters_stored(&self, record: &[u8]) {
        if let Some(counters) = Counters::decode(record) {
            self.inner.borrow_mut().charger.counters_persisted(counters);
            self.render();
        }
    }

    fn restore(&self, index: KeyIndex, json: &str) -> Result<(), WriteError> {
        let key = Key::from_index(index).ok_or(WriteError::UnknownKey)?;
        self.write(key, json)?;
        self.render();
        Ok(())
    }

    fn restore_counters(&self, record: &[u8]) -> bool {
        let Some(counters) = Counters::decode(record) else {
            return false;
        };
        self.inner.borrow_mut().charger.restore_counters(counters);
        self.render();
        true
    }
}

impl<H: Hardware> mqtt::Device for Wallbox<H> {
    fn keys(&self) -> u16 {
        // The generated registry counts its keys in a u16.
        REGISTRY.descriptors.len() as u16
    }

    fn name(&self, key: u16) -> &str {
        Key::from_index(KeyIndex(key)).map_or("", Key::name)
    }

    fn longest_value(&self) -> usize {
        goe_api::ENTRY_CAPACITY
    }

    fn value(&self, key: u16, take: &mut dyn FnMut(&[u8])) {
        self.with_document(|document| {
            if let Some(value) = document.value(KeyIndex(key)) {
                take(value);
            }
        });
    }

    async fn changed(&self) {
        self.unpublished.any().await;
    }

    fn take_changed(&self) -> Option<u16> {
        self.unpublished.take().map(|key| key.0)
    }

    fn set(&self, key: &str, payload: &[u8], result: &mut dyn fmt::Write) {
        let key = REGISTRY.find(key);
        let mut sent = Sent {
            raw: "",
            secret: key.is_some_and(|key| REGISTRY.descriptor(key).is_secret()),
        };
        if key.is_some() && self.inner.borrow().charger.mqtt_is_readonly() {
            let _ = result.write_str(READONLY);
            return;
        }
        let outcome = match (key, core::str::from_utf8(payload)) {
            (None, _) => Err(WriteError::UnknownKey),
            (Some(key), Ok(json)) => {
                sent.raw = json;
                Device::set(self, key, json)
            }
            (Some(_), Err(_)) => Err(WriteError::Rejected {
                reason: Reason::Json(JsonError::InvalidInput),
                place: Place::TOP,
            }),
        };
        // A result that runs out of space is cut off; nothing is undone.
        let _ = match outcome {
            Ok(()) => result.write_str("success"),
            Err(error) => write!(result, "{}", error.mqtt(sent)),
        };
    }

    fn too_long(&self, result: &mut dyn fmt::Write) {
        let nothing = Sent {
            raw: "",
            secret: false,
        };
        let _ = write!(result, "{}", WriteError::PayloadTooLong.mqtt(nothing));
    }

    fn status(&self, status: mqtt::Status) {
        {
            let charger = &mut self.inner.borrow_mut().charger;
            match status {
                mqtt::Status::Connected => charger.mqtt_connected(),
                mqtt::Status::Lost(lost) => charger.mqtt_disconnected(Some(lost.text())),
                mqtt::Status::Stopped => charger.mqtt_disconnected(None),
            }
        }
        self.render();
    }
}

impl<H: Hardware> mqtt::Configured for Wallbox<H> {
    fn wanted(&self, take: &mut dyn FnMut(mqtt::Wanted<'_>)) {
        self.reconfigured.reset();
        if let Some(wanted) = self.inner.borrow().charger.wanted_mqtt() {
            take(wanted);
        }
    }

    async fn reconfigured(&self) {
        self.reconfigured.wait().await;
    }

    fn running(&self, is_running: bool) {
        self.inner.borrow_mut().charger.mqtt_running(is_running);
        self.render();
    }

    fn connected_key(&self) -> u16 {
        Charger::MQTT_CONNECTED.index().0
    }

    fn appearance(&self) -> mqtt::Appearance {
        let [manufacturer, model, version] = Charger::MADE;
        mqtt::Appearance {
            registry: &REGISTRY,
            entities: &ENTITIES,
            manufacturer,
            model,
            version,
        }
    }
}

/// The answer to a setting that MQTT may not make.
const READONLY: &str = "MQTT is readonly";
