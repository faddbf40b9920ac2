//! The charger: what it decides once a second, and what it says of itself.
//!
//! [`Charger::step`] takes the time and one sample of the board and returns
//! what the board shall do; [`Charger::readings`], [`Charger::apply`] and
//! [`Charger::settings`] are the doors to everything else. It is synchronous,
//! counts in integers (mA, mV, mW, mWh, ms) and has no clock of its own, so
//! that a table of steps tests it.
//!
//! It must never know a key as a string, JSON beyond a decoded text, a socket,
//! flash or a real clock. Each subject is a file; this one joins them.

mod average;
mod connection;
mod energy;
mod identity;
mod limit;
mod reach;
mod readings;
mod scan;
mod session;
mod station;
mod supply;
mod wifi_config;

use goe_api::{Key, Readings, Settings, Write};
use goe_runtime::{Refusal, Text};

pub use energy::Counters;
pub use identity::{Identity, SerialTooLong};

use crate::board::{Inputs, Outputs};
use crate::mqtt::Wanted;
use average::Average;
use energy::Energy;
use reach::Reach;
use session::{EnergyLimit, Session};
use station::Station;
use supply::Supply;
use wifi_config::WifiConfig;

/// One charging point. Starts with default settings: replay the stored ones
/// through [`apply`](Self::apply) before the first step.
#[derive(Debug)]
pub struct Charger {
    identity: Identity,
    /// Time of the last step.
    now_ms: u64,
    /// Current that cable, adapter and device allow.
    limit_ma: u32,
    adapter: bool,
    contactor_closed: bool,
    energy: Energy,
    average: Average,
    session: Session,
    energy_limit: EnergyLimit,
    supply: Supply,
    wifi: WifiConfig,
    station: Station,
    reach: Reach,
}

impl Charger {
    /// A charger as it leaves the reset, `counters` being what flash holds.
    pub fn new(identity: Identity, counters: Counters) -> Self {
        Charger {
            identity,
            now_ms: 0,
            limit_ma: limit::DEVICE_MA,
            adapter: false,
            contactor_closed: false,
            energy: Energy::new(counters),
            average: Average::new(),
            session: Session::new(),
            energy_limit: EnergyLimit::default(),
            supply: Supply::new(),
            wifi: WifiConfig::new(),
            station: Station::new(),
            reach: Reach::new(),
        }
    }

    /// One step of the logic, once a second of the charger's time; shorter and
    /// longer intervals are taken as what they are. `now_ms` counts from boot
    /// and never falls.
    ///
    /// The outputs borrow the charger: carry them out before the next call.
    pub fn step(&mut self, now_ms: u64, inputs: &Inputs<'_>) -> Outputs<'_> {
        self.now_ms = self.now_ms.max(now_ms);
        self.adapter = inputs.adapter;
        self.contactor_closed = inputs.contactor_closed;
        self.limit_ma = limit::allowed_ma(inputs.cable_ma, inputs.adapter);
        self.average.sample(self.now_ms, inputs.meter.power_mw);
        let delivered_mwh = self.energy.count(inputs.meter.energy_mwh);
        self.session.step(inputs.pilot, delivered_mwh);
        let allowed = self.allowed().then_some(self.limit_ma);
        self.supply.step(self.now_ms, inputs, allowed);
        let command = self.station.step(self.now_ms, &self.wifi, &inputs.radio);
        Outputs {
            offer_ma: self.supply.offer_ma(),
            close_contactor: self.supply.is_closed(),
            radio: command.map(|command| self.station.command(command, self.identity.hostname())),
        }
    }

    /// Everything that can be read, as of the last step and the writes since.
    pub fn readings(&self) -> Readings<'_> {
        readings::of(self)
    }

    /// Takes a setting over, or refuses it and changes nothing.
    ///
    /// # Errors
    /// When the value satisfies the table and yet makes no sense here; the
    /// refusal says what would.
    pub fn apply(&mut self, write: Write<'_>) -> Result<(), Refusal> {
        match write {
            Write::Hai(enabled) => self.reach.http = enabled,
            Write::Mce(enabled) => self.reach.enable(enabled),
            Write::Mcu(url) => self.reach.set_url(url)?,
            Write::Mcr(readonly) => self.reach.readonly = readonly,
            Write::Mtp(prefix) => self.reach.set_prefix(prefix)?,
            Write::Mqg(system) => self.reach.trust(|trust| trust.system = system),
            Write::Mqcn(any_name) => self.reach.trust(|trust| trust.any_name = any_name),
            Write::Mqss(anyone) => self.reach.trust(|trust| trust.anyone = anyone),
            Write::Dwo(limit_wh) => self.energy_limit = EnergyLimit::new(limit_wh),
            Write::Wifis(patches) => {
                if self.wifi.patch(|| patches.iter())? {
                    self.station.hurry();
                }
            }
            Write::Delw(entry) => self.wifi.erase(entry)?,
        }
        Ok(())
    }

    /// What the store keeps: each setting as it was written, secrets included.
    pub fn settings(&self) -> Settings<'_> {
        let reach = &self.reach;
        Settings {
            hai: reach.http,
            mce: reach.stored_enabled(),
            mcu: Text::of(reach.stored_url()),
            mcr: reach.readonly,
            mtp: reach.prefix().map(Text::of),
            mqg: reach.trusted.system,
            mqcn: reach.trusted.any_name,
            mqss: reach.trusted.anyone,
            dwo: self.energy_limit.wh(),
            wifis: self.wifi.stored(),
        }
    }

    /// What the store keeps beside the settings.
    pub fn counters(&self) -> Counters {
        self.energy.counters()
    }

    /// For a store that is read after the charger was made: what flash holds,
    /// to which anything counted in the meantime is added.
    pub fn restore_counters(&mut self, counters: Counters) {
        self.energy.restore(counters);
    }

    /// To be called by the store with what flash holds from now on.
    pub fn counters_persisted(&mut self, counters: Counters) {
        self.energy.persisted(counters);
    }

    /// Whether the counters are worth a write to flash now; see
    /// [`Counters`] for how often that comes.
    pub fn wants_save(&self) -> bool {
        self.energy.wants_save(self.supply.is_closed())
    }

    /// A broker of the board's: used while none is set or, to prescribe it, in
    /// spite of what is set, until that is set again. It is never stored.
    pub fn give_broker(&mut self, url: &'static str, prescribe: bool) {
        self.reach.give(url, prescribe);
    }

    /// Whether the HTTP API is to answer.
    pub fn serves_http(&self) -> bool {
        self.reach.http
    }

    /// What an MQTT client is to do; `None` when there shall be none.
    pub fn wanted_mqtt(&self) -> Option<Wanted<'_>> {
        self.reach.wanted()
    }

    /// Counts the times that this became something else.
    pub fn mqtt_changes(&self) -> u32 {
        self.reach.changes()
    }

    /// Whether nothing may be set by MQTT.
    pub fn mqtt_is_readonly(&self) -> bool {
        self.reach.readonly
    }

    /// The key whose value says whether MQTT is connected.
    pub const MQTT_CONNECTED: Key = Reach::CONNECTED;

    /// Whether there is an MQTT client that tries to connect.
    pub fn mqtt_running(&mut self, is_running: bool) {
        self.reach.is_running = is_running;
    }

    /// The broker has accepted the charger.
    pub fn mqtt_connected(&mut self) {
        self.reach.connected(self.now_ms);
    }

    /// The broker is gone, or was not there; a reason makes it a fault.
    pub fn mqtt_disconnected(&mut self, reason: Option<&'static str>) {
        self.reach.disconnected(self.now_ms, reason);
    }

    /// Whether the car is allowed to charge now, or would be if there were one.
    fn allowed(&self) -> bool {
        self.session.is_within(&self.energy_limit)
    }
}

#[cfg(test)]
mod tests;
