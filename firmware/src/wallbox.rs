//! The charger with its API: one status document, and everyone who waits for a
//! change of it.
//!
//! This is the one place where the charger, the generated table and the tasks
//! around them meet. Everything here is one synchronous step on one thread:
//! nothing is borrowed across an await, so a reader never sees half a write.

use core::cell::RefCell;

use goe_api::home_assistant::ENTITIES;
use goe_api::{Document, Key, KeySet, REGISTRY, Write};
use goe_runtime::device::{
    Appearance, Bell, Connection, Device, Feed, Published, Reached, Record, Stored, Table, Wanted,
    Written,
};
use goe_runtime::{DocumentView, KeyIndex, Out, Registry, Render, WriteError};

use crate::board::Hardware;
use crate::charger::{Charger, Counters};

/// The charger on a board, shared by the tasks around it.
pub struct Wallbox<H> {
    inner: RefCell<Inner<H>>,
    /// Keys whose value MQTT has not heard of.
    unpublished: Feed<KeySet>,
    /// Settings that flash does not hold yet.
    unsaved: Feed<KeySet>,
    /// The settings of MQTT may have changed.
    rewanted: Bell,
}

struct Inner<H> {
    charger: Charger,
    hardware: H,
    document: Document,
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
            unpublished: Feed::new(KeySet::EMPTY),
            unsaved: Feed::new(KeySet::EMPTY),
            rewanted: Bell::new(),
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
        let charger = &mut self.inner.borrow_mut().charger;
        while let Some(key) = charger.take_changed() {
            self.unsaved.insert(key.index());
        }
        if charger.wants_save() {
            self.unsaved.ring();
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
            self.rewanted.ring();
        }
        applied
    }

    /// A broker of the board's: used while none is set or, to prescribe it, in
    /// spite of what is set, until that is set again. It is never stored. For
    /// after the stored settings were restored.
    pub fn give_broker(&self, url: &'static str, prescribe: bool) {
        self.inner.borrow_mut().charger.give_broker(url, prescribe);
        self.rewanted.ring();
        self.render();
    }
}

impl<H: Hardware> Table for Wallbox<H> {
    type Keys = KeySet;

    fn registry(&self) -> &'static Registry {
        &REGISTRY
    }
}

impl<H: Hardware> Device for Wallbox<H> {
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

impl<H: Hardware> Stored for Wallbox<H> {
    fn unsaved(&self) -> &Feed<KeySet> {
        &self.unsaved
    }

    fn setting(&self, key: KeyIndex, json: &mut [u8]) -> Option<Written> {
        let inner = self.inner.borrow();
        let mut out = Out::new(json);
        inner.charger.settings().write_value(key, &mut out);
        let written = Written {
            length: out.len(),
            changed: out.changed(),
        };
        (written.length > 0).then_some(written)
    }

    fn restore(&self, index: KeyIndex, json: &str) -> Result<(), WriteError> {
        let key = Key::from_index(index).ok_or(WriteError::UnknownKey)?;
        self.write(key, json)?;
        self.render();
        Ok(())
    }

    fn counters(&self) -> Option<Record> {
        let inner = self.inner.borrow();
        let wanted = inner.charger.wants_save();
        let record = Record::from_slice(&inner.charger.counters().encode());
        record.ok().filter(|_| wanted)
    }

    fn counters_stored(&self, record: &[u8]) {
        if let Some(counters) = Counters::decode(record) {
            self.inner.borrow_mut().charger.counters_persisted(counters);
            self.render();
        }
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

impl<H: Hardware> Published for Wallbox<H> {
    fn unpublished(&self) -> &Feed<KeySet> {
        &self.unpublished
    }

    fn is_readonly(&self) -> bool {
        self.inner.borrow().charger.mqtt_is_readonly()
    }
}

impl<H: Hardware> Reached for Wallbox<H> {
    fn wanted(&self, take: &mut dyn FnMut(Wanted<'_>)) {
        if let Some(wanted) = self.inner.borrow().charger.wanted_mqtt() {
            take(wanted);
        }
    }

    fn rewanted(&self) -> &Bell {
        &self.rewanted
    }

    fn connection(&self, connection: Connection) {
        self.inner.borrow_mut().charger.mqtt(connection);
        self.render();
    }

    fn connected_key(&self) -> KeyIndex {
        Charger::MQTT_CONNECTED.index()
    }

    fn appearance(&self) -> Appearance {
        let [manufacturer, model, version] = Charger::MADE;
        Appearance {
            entities: &ENTITIES,
            manufacturer,
            model,
            version,
        }
    }
}
