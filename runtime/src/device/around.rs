//! A device around another: it says what it does otherwise, and the rest is the inner
//! one's. It must never know what anybody does otherwise.

use core::fmt::Display;

use crate::descriptor::Registry;
use crate::document::DocumentView;
use crate::error::WriteError;
use crate::key_set::KeyIndex;
use crate::modbus;

use super::changes::{Bell, Feed, Watch};
use super::contract::{
    Appearance, Connection, Device, Observed, Published, Reached, Registered, Stored, Table,
    Wanted, Written,
};
use super::credential::Credential;
use super::record::{Record, RecordKind};

/// What stands around a device. It is a device as far as the inner one is: of the whole
/// [contract](super), or of a part of it.
pub trait Around {
    /// The device within.
    type Inner: Device;

    /// The device within.
    fn inner(&self) -> &Self::Inner;

    /// Reads the status as this one shows it.
    fn show<R>(&self, read: impl FnOnce(DocumentView<'_>) -> R) -> R {
        self.inner().with_document(read)
    }

    /// Sets a key as this one does it.
    ///
    /// # Errors
    /// As for a [set](Device::set).
    fn take(&self, key: KeyIndex, json: &str) -> Result<(), WriteError> {
        self.inner().set(key, json)
    }

    /// Hears of a value as [`Published::published`] has it.
    fn hear_published(&self, _key: KeyIndex, _json: &[u8]) {}

    /// Hears of a refusal as [`Published::refused`] has it.
    fn hear_refused(&self, _name: &str, _why: &dyn Display) {}

    /// Hears of a write of registers, and what became of it.
    fn hear_written(&self, _first: u16, _bytes: &[u8], _result: Result<(), modbus::Exception>) {}
}

impl<A: Around> Table for A {
    type Keys = <A::Inner as Table>::Keys;

    fn registry(&self) -> &'static Registry {
        self.inner().registry()
    }

    fn hides(&self, key: KeyIndex) -> bool {
        self.inner().hides(key)
    }
}

impl<A: Around> Device for A {
    fn with_document<R>(&self, read: impl FnOnce(DocumentView<'_>) -> R) -> R {
        self.show(read)
    }

    fn set(&self, key: KeyIndex, json: &str) -> Result<(), WriteError> {
        self.take(key, json)
    }

    fn serves_http(&self) -> bool {
        self.inner().serves_http()
    }
}

impl<A: Around<Inner: Published>> Published for A {
    fn unpublished(&self) -> &Feed<Self::Keys> {
        self.inner().unpublished()
    }

    fn is_readonly(&self) -> bool {
        self.inner().is_readonly()
    }

    fn published(&self, key: KeyIndex, json: &[u8]) {
        self.hear_published(key, json);
    }

    fn refused(&self, name: &str, why: &dyn Display) {
        self.hear_refused(name, why);
    }
}

impl<A: Around<Inner: Reached>> Reached for A {
    fn wanted(&self, take: &mut dyn FnMut(Wanted<'_>)) {
        self.inner().wanted(take);
    }

    fn rewanted(&self) -> &Bell {
        self.inner().rewanted()
    }

    fn connection(&self, connection: Connection) {
        self.inner().connection(connection);
    }

    fn connected_key(&self) -> KeyIndex {
        self.inner().connected_key()
    }

    fn appearance(&self) -> Appearance {
        self.inner().appearance()
    }
}

impl<A: Around<Inner: Registered>> Registered for A {
    fn modbus(&self) -> modbus::Wanted {
        self.inner().modbus()
    }

    fn modbus_changed(&self) -> &Bell {
        self.inner().modbus_changed()
    }

    fn read_registers(
        &self,
        table: modbus::Table,
        first: u16,
        bytes: &mut [u8],
    ) -> Result<(), modbus::Exception> {
        self.inner().read_registers(table, first, bytes)
    }

    fn write_registers(&self, first: u16, bytes: &[u8]) -> Result<(), modbus::Exception> {
        let result = self.inner().write_registers(first, bytes);
        self.hear_written(first, bytes, result);
        result
    }
}

impl<A: Around<Inner: Observed>> Observed for A {
    fn observe(&self, watch: &'static Watch<Self::Keys>) {
        self.inner().observe(watch);
    }

    fn credential(&self) -> Option<Credential> {
        self.inner().credential()
    }
}

impl<A: Around<Inner: Stored>> Stored for A {
    fn unsaved(&self) -> &Feed<Self::Keys> {
        self.inner().unsaved()
    }

    fn setting(&self, key: KeyIndex, json: &mut [u8]) -> Option<Written> {
        self.inner().setting(key, json)
    }

    fn holds(&self, key: KeyIndex) -> bool {
        self.inner().holds(key)
    }

    fn restore(&self, key: KeyIndex, json: &str) -> Result<(), WriteError> {
        self.inner().restore(key, json)
    }

    fn layout(&self) -> u8 {
        self.inner().layout()
    }

    fn outdated(&self, layout: u8) -> impl Iterator<Item = KeyIndex> {
        self.inner().outdated(layout)
    }

    fn modernize(&self, key: KeyIndex) {
        self.inner().modernize(key);
    }

    fn record(&self, which: RecordKind) -> Option<Record> {
        self.inner().record(which)
    }

    fn record_stored(&self, which: RecordKind, record: &[u8]) {
        self.inner().record_stored(which, record);
    }

    fn restore_record(&self, which: RecordKind, record: &[u8]) -> bool {
        self.inner().restore_record(which, record)
    }
}
