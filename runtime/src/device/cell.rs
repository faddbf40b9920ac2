//! A device made of its logic: one status document, and everyone who waits for a
//! change of it.
//!
//! Everything here is one synchronous step on one thread: nothing is borrowed
//! across an await, so a reader never sees half a write. It must never know a
//! table.

use core::cell::{Cell, RefCell};

use crate::descriptor::Registry;
use crate::document::{AnyDocument, DocumentView, Render};
use crate::error::WriteError;
use crate::key_set::{KeyIndex, Keys};
use crate::out::Out;

use super::changes::{Bell, Feed, Watch, Watches};
use super::contract::{
    Appearance, Connection, Device, Observed, Published, Reached, Stored, Table, Wanted, Written,
};
use super::credential::Credential;
use super::logic::{Api, Logic};
use super::mqtt::MqttEvent;
use super::record::{Record, RecordKind};

type DocumentOf<L> = <<L as Logic>::Api as Api>::Document;
type KeysOf<L> = <DocumentOf<L> as AnyDocument>::Keys;

/// A device's logic, shared by the tasks that serve it: the whole contract.
pub struct DeviceCell<L: Logic> {
    logic: RefCell<L>,
    document: RefCell<DocumentOf<L>>,
    /// Keys whose value MQTT has not heard of.
    unpublished: Feed<KeysOf<L>>,
    /// Settings that flash does not hold yet.
    unsaved: Feed<KeysOf<L>>,
    /// Another MQTT client may be wanted.
    rewanted: Bell,
    /// Who else hears of changes.
    watches: Watches<KeysOf<L>>,
    credential: RefCell<Option<Credential>>,
    /// Flash does not hold it yet.
    is_credential_new: Cell<bool>,
}

impl<L: Logic> DeviceCell<L> {
    /// A device whose status shows what the logic reads now.
    pub fn new(logic: L) -> Self {
        let mut document = DocumentOf::<L>::default();
        let unpublished = Feed::default();
        let hides = |key| logic.hides(key);
        unpublished.add(&document.render_without(&logic.readings(), hides));
        DeviceCell {
            logic: RefCell::new(logic),
            document: RefCell::new(document),
            unpublished,
            unsaved: Feed::default(),
            rewanted: Bell::new(),
            watches: Watches::default(),
            credential: RefCell::new(None),
            is_credential_new: Cell::new(false),
        }
    }

    /// Lets the logic do something, a step of its time or what a sensor tells; the
    /// status shows the outcome when this returns.
    pub fn act<R>(&self, act: impl FnOnce(&mut L) -> R) -> R {
        let result = act(&mut self.logic.borrow_mut());
        self.show();
        let logic = &mut *self.logic.borrow_mut();
        while let Some(key) = logic.take_changed() {
            self.unsaved.insert(key);
        }
        if logic.counters().is_some() {
            self.unsaved.ring();
        }
        result
    }

    /// Looks at the logic, which does nothing meanwhile.
    pub fn look<R>(&self, look: impl FnOnce(&L) -> R) -> R {
        look(&self.logic.borrow())
    }

    /// Gives the device a broker of the board's: for as long as none is set or, to
    /// prescribe it, in spite of what is set, until that is set again. It is never
    /// stored. For after the stored settings were restored.
    pub fn give_broker(&self, url: &'static str, prescribe: bool) {
        self.act(|logic| logic.hear(MqttEvent::Given { url, prescribe }));
        self.rewanted.ring();
    }

    /// Gives the device what stands for its password, which is stored; or nothing, until
    /// there is something.
    pub fn set_credential(&self, credential: Option<Credential>) {
        self.is_credential_new.set(credential.is_some());
        self.credential.replace(credential);
        self.unsaved.ring();
        self.watches.ring();
    }

    fn show(&self) {
        let logic = self.logic.borrow();
        let mut document = self.document.borrow_mut();
        let changed = document.render_without(&logic.readings(), |key| logic.hides(key));
        self.unpublished.add(&changed);
        self.watches.add(&changed);
    }

    fn write(&self, key: KeyIndex, json: &str) -> Result<(), WriteError> {
        let write = L::Api::parse(key, json)?;
        let applied = self.logic.borrow_mut().apply(write);
        applied.map_err(WriteError::Refused)?;
        self.rewanted.ring();
        self.show();
        Ok(())
    }
}

impl<L: Logic> Table for DeviceCell<L> {
    type Keys = KeysOf<L>;

    fn registry(&self) -> &'static Registry {
        L::Api::REGISTRY
    }

    fn hides(&self, key: KeyIndex) -> bool {
        self.logic.borrow().hides(key)
    }
}

impl<L: Logic> Device for DeviceCell<L> {
    fn with_document<R>(&self, read: impl FnOnce(DocumentView<'_>) -> R) -> R {
        read(self.document.borrow().view(L::Api::REGISTRY))
    }

    fn serves_http(&self) -> bool {
        self.logic.borrow().serves_http()
    }

    fn set(&self, key: KeyIndex, json: &str) -> Result<(), WriteError> {
        if self.hides(key) {
            return Err(WriteError::UnknownKey);
        }
        self.write(key, json)?;
        // An action may change any setting; the store skips those it did not.
        let stored = |&key: &KeyIndex| L::Api::REGISTRY.descriptor(key).is_stored();
        let mut settings = KeysOf::<L>::default();
        if stored(&key) {
            settings.insert(key);
        } else if !L::is_told(key) {
            let all = L::Api::REGISTRY.keys().filter(stored);
            all.for_each(|key| settings.insert(key));
        }
        self.unsaved.add(&settings);
        Ok(())
    }
}

impl<L: Logic> Published for DeviceCell<L> {
    fn unpublished(&self) -> &Feed<Self::Keys> {
        &self.unpublished
    }

    fn is_readonly(&self) -> bool {
        self.logic.borrow().is_readonly()
    }
}

impl<L: Logic> Reached for DeviceCell<L> {
    fn wanted(&self, take: &mut dyn FnMut(Wanted<'_>)) {
        if let Some(wanted) = self.logic.borrow().wanted() {
            take(wanted);
        }
    }

    fn rewanted(&self) -> &Bell {
        &self.rewanted
    }

    fn connection(&self, connection: Connection) {
        let event = MqttEvent::Connection(connection);
        self.logic.borrow_mut().hear(event);
        self.show();
    }

    fn connected_key(&self) -> KeyIndex {
        L::CONNECTED
    }

    fn appearance(&self) -> Appearance {
        let [manufacturer, model, _] = L::MADE;
        Appearance {
            entities: L::Api::ENTITIES,
            manufacturer,
            model,
            version: self.logic.borrow().version(),
        }
    }
}

impl<L: Logic> Observed for DeviceCell<L> {
    fn observe(&self, watch: &'static Watch<Self::Keys>) {
        self.watches.join(watch);
    }

    fn credential(&self) -> Option<Credential> {
        self.credential.borrow().clone()
    }
}

impl<L: Logic> Stored for DeviceCell<L> {
    fn unsaved(&self) -> &Feed<Self::Keys> {
        &self.unsaved
    }

    fn setting(&self, key: KeyIndex, json: &mut [u8]) -> Option<Written> {
        // What flash holds of it is another release's.
        if !self.holds(key) {
            return None;
        }
        let mut out = Out::exact(json);
        self.logic.borrow().settings().write_value(key, &mut out);
        let written = Written {
            length: out.len(),
            changed: out.changed(),
        };
        (written.length > 0).then_some(written)
    }

    fn holds(&self, key: KeyIndex) -> bool {
        self.logic.borrow().holds(key)
    }

    fn restore(&self, key: KeyIndex, json: &str) -> Result<(), WriteError> {
        if !self.holds(key) {
            return Err(WriteError::UnknownKey);
        }
        self.write(key, json)
    }

    fn layout(&self) -> u8 {
        L::LAYOUT
    }

    fn outdated(&self, layout: u8) -> impl Iterator<Item = KeyIndex> {
        L::outdated(layout).filter(|&key| self.holds(key))
    }

    fn modernize(&self, key: KeyIndex) {
        self.logic.borrow_mut().modernize(key);
        self.rewanted.ring();
        self.show();
    }

    fn record(&self, which: RecordKind) -> Option<Record> {
        match which {
            RecordKind::Counters => self.logic.borrow().counters(),
            RecordKind::Credential => {
                let credential = self.credential.borrow();
                let new = credential.as_ref().filter(|_| self.is_credential_new.get());
                new.map(Credential::encode)
            }
        }
    }

    fn record_stored(&self, which: RecordKind, record: &[u8]) {
        match which {
            RecordKind::Counters => {
                self.logic.borrow_mut().counters_stored(record);
                self.show();
            }
            RecordKind::Credential => {
                // There may be another by now.
                let is_it = |credential: &Credential| credential.encode() == record;
                if self.credential.borrow().as_ref().is_some_and(is_it) {
                    self.is_credential_new.set(false);
                }
            }
        }
    }

    fn restore_record(&self, which: RecordKind, record: &[u8]) -> bool {
        match which {
            RecordKind::Counters => {
                let is_taken = self.logic.borrow_mut().restore_counters(record);
                self.show();
                is_taken
            }
            RecordKind::Credential => {
                let credential = Credential::decode(record);
                let is_taken = credential.is_some();
                self.credential.replace(credential);
                is_taken
            }
        }
    }
}
