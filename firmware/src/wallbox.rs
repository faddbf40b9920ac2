//! The charger on its hardware, as the logic of a device.
//!
//! This is the one place where the charger, its hardware and the generated table
//! meet. [`DeviceCell`](goe_runtime::device::DeviceCell) has the document, and
//! everyone who waits for a change of it.

use goe_api::{Api, Key, Readings, Settings, Write};
use goe_runtime::device::{Announced, Logic, MqttEvent, Record, Wanted};
use goe_runtime::modbus;
use goe_runtime::{KeyIndex, Refusal};

use crate::board::Hardware;
use crate::charger::{Charger, Counters};

/// The charger on a board.
pub struct Wallbox<H> {
    charger: Charger,
    hardware: H,
}

impl<H: Hardware> Wallbox<H> {
    /// A charger that has not made a step.
    pub fn new(charger: Charger, hardware: H) -> Self {
        Wallbox { charger, hardware }
    }

    /// A step of the charger's logic, so many milliseconds after the board started
    /// on the charger's own clock. Before it, `advance` may let the hardware's time
    /// pass.
    pub fn step(&mut self, now_ms: u64, advance: impl FnOnce(&mut H, u64)) {
        advance(&mut self.hardware, now_ms);
        let outputs = self.charger.step(now_ms, &self.hardware.sample());
        self.hardware.drive(&outputs);
    }

    /// Before the first step: the radio comes up with the link it had, to the first of
    /// the charger's networks that `resume` can have been linked to.
    pub fn resume_link(&mut self, resume: impl Fn(&mut H, &str, &str) -> bool) {
        let hardware = &mut self.hardware;
        let mut networks = self.charger.networks();
        networks.any(|(ssid, key)| resume(hardware, ssid, key));
    }

    /// The hardware, to be looked at.
    pub fn board(&self) -> &H {
        &self.hardware
    }

    /// The hardware, to be acted on between two steps, as a person before it could;
    /// the next step shows what came of it.
    pub fn hardware(&mut self) -> &mut H {
        &mut self.hardware
    }
}

impl<H: Hardware> Logic for Wallbox<H> {
    type Api = Api;

    const MADE: [&'static str; 3] = Charger::MADE;
    const CONNECTED: KeyIndex = Charger::MQTT_CONNECTED.index();
    const LAYOUT: u8 = Charger::LAYOUT;

    fn version(&self) -> &'static str {
        self.charger.firmware().version()
    }

    fn hides(&self, key: KeyIndex) -> bool {
        self.charger.firmware().lacks(key)
    }

    fn holds(&self, key: KeyIndex) -> bool {
        !self.hides(key) || Charger::is_of_a_card(key)
    }

    fn readings(&self) -> Readings<'_> {
        self.charger.readings()
    }

    fn settings(&self) -> Settings<'_> {
        self.charger.settings()
    }

    fn apply(&mut self, write: Write<'_>) -> Result<(), Refusal> {
        self.charger.apply(write)
    }

    fn apply_part(&mut self, write: Write<'_>) -> Result<(), Refusal> {
        self.charger.take(write)
    }

    fn applied(&mut self) {
        self.charger.settle();
    }

    fn take_booted(&mut self) -> bool {
        self.charger.take_booted()
    }

    fn modbus(&self) -> modbus::Wanted {
        self.charger.wanted_modbus()
    }

    fn operated(&mut self, operation: modbus::Operation) {
        self.charger.operated(operation);
    }

    fn wanted(&self) -> Option<Wanted<'_>> {
        self.charger.wanted_mqtt()
    }

    fn hear(&mut self, event: MqttEvent) {
        match event {
            MqttEvent::Given { url, prescribe } => self.charger.give_broker(url, prescribe),
            MqttEvent::Connection(connection) => self.charger.mqtt(connection),
        }
    }

    fn serves_http(&self) -> bool {
        self.charger.serves_http()
    }

    fn announced(&self) -> Option<Announced<'_>> {
        Some(self.charger.announced())
    }

    fn is_readonly(&self) -> bool {
        self.charger.mqtt_is_readonly()
    }

    fn outdated(layout: u8) -> impl Iterator<Item = KeyIndex> {
        let outdated = Charger::OUTDATED.iter();
        outdated
            .filter(move |(since, _)| *since > layout)
            .map(|(_, key)| key.index())
    }

    fn modernize(&mut self, key: KeyIndex) {
        if let Some(key) = Key::from_index(key) {
            self.charger.modernize(key);
        }
    }

    fn is_told(key: KeyIndex) -> bool {
        Charger::TOLD.iter().any(|told| told.index() == key)
    }

    fn take_changed(&mut self) -> Option<KeyIndex> {
        Some(self.charger.take_changed()?.index())
    }

    fn counters(&self) -> Option<Record> {
        let record = Record::from_slice(&self.charger.counters().encode()).ok();
        record.filter(|_| self.charger.wants_save())
    }

    fn counters_stored(&mut self, record: &[u8]) {
        if let Some(counters) = Counters::decode(record) {
            self.charger.counters_persisted(counters);
        }
    }

    fn restore_counters(&mut self, record: &[u8]) -> bool {
        let counters = Counters::decode(record);
        counters.is_some_and(|counters| {
            self.charger.restore_counters(counters);
            true
        })
    }
}
