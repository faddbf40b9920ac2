//! The charger: what it decides once a second, and what it says of itself.
//!
//! [`Charger::step`] takes the time and one sample of the board and returns
//! what the board shall do; [`Charger::readings`], [`Charger::apply`] and
//! [`Charger::settings`] are the doors to everything else. It is synchronous,
//! counts in integers (mA, mV, mW, mWh, ms) and has no clock of its own, so
//! that a table of steps tests it.
//!
//! It must never know a key as a string, JSON beyond a decoded text, a socket,
//! flash or a real clock. Each subject is a file, in a room with those that it
//! belongs to; this one joins them.

mod access;
mod apply;
mod connect;
mod decide;
mod identity;
mod measure;
mod plan;
mod protect;
mod readings;
mod settings;
mod supply;

use goe_api::{Kept, Key};
use goe_runtime::device::{Announced, Connection, Wanted};
use goe_runtime::modbus;

pub use identity::firmware::Firmware;
use identity::nameplate::{DEVICE_TYPE, MANUFACTURER};
pub use identity::nameplate::{Identity, SerialTooLong, Variant};
pub use measure::energy::Counters;

use crate::board::{Inputs, Outputs, PilotState};
use access::cards::Cards;
use connect::modbus::Modbus;
use connect::reach::Reach;
use connect::station::Station;
use connect::wifi_config::WifiConfig;
use decide::force::Order;
use decide::limit::{Beside, Limits, LimitsText, by_warmth_ma};
use decide::pause::Pauses;
use decide::reason::{Decision, Mode, Reason, Situation};
use decide::surplus::{Car, Surplus};
use identity::button::Button;
use identity::looks::Looks;
use identity::ring::{Ring, Scene};
use measure::average::Average;
use measure::charged::Charged;
use measure::clock::Clock;
use measure::energy::{Boots, Energy};
use measure::measured::{DRAWS_MA, Measured};
use measure::session::{EnergyLimit, Session};
use plan::prices::Prices;
use plan::schedule::{Verdict, Week};
use plan::trip::{Moment, Trip};
use protect::faults::{Asked, Fault, Faults};
use supply::input::DigitalInput;
use supply::lock::Lock;
use supply::offer::Supply;
use supply::phases::{PhaseMode, Phases, Wish};
use supply::vehicle::{Vehicle, Watch};

/// From being told to boot until charging goes on, ms.
const BOOT_MS: u64 = 3_000;

/// One charging point. Starts with default settings: replay the stored ones
/// through [`apply`](Self::apply) before the first step.
#[derive(Debug)]
pub struct Charger {
    identity: Identity,
    /// Time of the last step, since boot.
    now_ms: u64,
    /// When it booted, by the time that steps come with.
    booted_at_ms: u64,
    /// It was told to boot, and has not come up yet.
    booting: bool,
    boots: Boots,
    clock: Clock,
    looks: Looks,
    ring: Ring,
    button: Button,
    limits: Limits,
    limits_text: LimitsText,
    input: DigitalInput,
    order: Order,
    decision: Decision,
    faults: Faults,
    watch: Watch,
    lock: Lock,
    cards: Cards,
    mode: Mode,
    uses_surplus: bool,
    surplus: Surplus,
    week: Week,
    prices: Prices,
    trip: Trip,
    pauses: Pauses,
    /// The pilot is parted from the car.
    is_parted: bool,
    phases: Phases,
    measured: Measured,
    contactor_closed: bool,
    energy: Energy,
    average: Average,
    session: Session,
    charged: Charged,
    energy_limit: EnergyLimit,
    supply: Supply,
    wifi: WifiConfig,
    station: Station,
    reach: Reach,
    modbus: Modbus,
    /// It was told to boot, and nobody has heard of it.
    has_booted: bool,
    /// Settings that nothing is done by.
    kept: Kept,
}

impl Charger {
    /// A charger as it leaves the reset, `counters` being what flash holds.
    pub fn new(identity: Identity, counters: Counters) -> Self {
        let mut charger = Charger {
            looks: Looks::new(identity.serial()),
            reach: Reach::new(identity.serial()),
            ring: Ring::new(),
            button: Button::default(),
            limits: Limits::new(identity.variant().current_ma()),
            limits_text: LimitsText::new(),
            input: DigitalInput::new(),
            identity,
            now_ms: 0,
            booted_at_ms: 0,
            boots: Boots::new(counters),
            clock: Clock::new(),
            order: Order::default(),
            decision: Decision::new(),
            faults: Faults::new(),
            watch: Watch::new(),
            lock: Lock::new(),
            cards: Cards::new(),
            mode: Mode::default(),
            uses_surplus: true,
            surplus: Surplus::new(),
            week: Week::default(),
            prices: Prices::new(),
            trip: Trip::new(),
            pauses: Pauses::new(),
            is_parted: false,
            phases: Phases::new(),
            measured: Measured::new(),
            booting: false,
            contactor_closed: false,
            energy: Energy::new(counters),
            average: Average::new(),
            session: Session::new(),
            charged: Charged::default(),
            energy_limit: EnergyLimit::default(),
            supply: Supply::new(),
            wifi: WifiConfig::new(),
            station: Station::new(),
            modbus: Modbus::new(),
            has_booted: false,
            kept: Kept::new(),
        };
        charger.tell();
        charger
    }

    /// One step of the logic, once a second of the charger's time; shorter and
    /// longer intervals are taken as what they are. `now_ms` counts from when the
    /// board started and never falls.
    ///
    /// The outputs borrow the charger: carry them out before the next call.
    pub fn step(&mut self, now_ms: u64, inputs: &Inputs<'_>) -> Outputs<'_> {
        let inputs = &self.seen(inputs);
        let since_boot_ms = now_ms.saturating_sub(self.booted_at_ms);
        self.now_ms = self.now_ms.max(since_boot_ms);
        self.modbus.step();
        self.clock.step(self.now_ms, inputs.utc_ms);
        self.booting &= self.now_ms < BOOT_MS;
        self.contactor_closed = inputs.contactor_closed;
        self.measured.step(inputs);
        self.measured.average(self.now_ms);
        self.input.step(inputs.input_closed);
        self.limits.step(self.now_ms);
        self.limits.input = self.input.is_active();
        self.limits.cable_ma = inputs.cable_ma;
        self.limits.adapter = inputs.adapter;
        self.limits.warmth_ma = by_warmth_ma(&inputs.temperatures_mc);
        // As of the step before: what flowed since then is averaged.
        match (self.watch.vehicle(), inputs.pilot) {
            (Vehicle::Charging, PilotState::C) => {
                self.average.sample(self.now_ms, inputs.meter.power_mw);
            }
            _ => self.average.rest(),
        }
        let delivered_mwh = self.energy.count(inputs.meter.energy_mwh);
        let feeds = self.surplus.feeds(self.now_ms, inputs.meter.power_mw);
        self.session.step(inputs.pilot, delivered_mwh, &feeds);
        self.cards
            .step(self.now_ms, inputs.pilot, delivered_mwh, inputs.card);
        self.press(inputs);
        self.charge(inputs);
        self.tell();
        let command = self.station.step(self.now_ms, &self.wifi, &inputs.radio);
        Outputs {
            offer_ma: self.supply.offer_ma(),
            part_pilot: self.is_parted,
            close_contactor: self.supply.is_closed(),
            three_phases: self.phases.three(),
            lock: self.lock.is_wanted(),
            radio: command.map(|command| self.station.command(command, self.identity.hostname())),
        }
    }

    /// What there is to be seen: a pilot that is parted from the car shows nothing of
    /// it, while the plug still does.
    fn seen<'a>(&self, inputs: &Inputs<'a>) -> Inputs<'a> {
        let mut seen = *inputs;
        if self.is_parted {
            seen.pilot = match inputs.cable_ma {
                Some(_) => PilotState::B,
                None => PilotState::A,
            };
        }
        seen
    }

    /// Decides whether the car may charge, and acts on it.
    fn charge(&mut self, inputs: &Inputs<'_>) {
        let asked = Asked {
            closed: self.supply.is_closed(),
            offer_ma: self.supply.offer_ma(),
        };
        self.faults.step(self.now_ms, inputs, asked);
        self.use_surplus(inputs);
        let is_plugged = inputs.pilot != PilotState::A;
        self.order.step(self.now_ms, is_plugged);
        self.plan(inputs);
        self.decision.step(self.now_ms, &self.situation());
        let faulty = self.faults.fault().is_some();
        let allowed = self.allowed_ma();
        if self.decision.reason() == Reason::ForceOff && is_plugged {
            self.supply.pause(self.now_ms);
        }
        self.supply.step(self.now_ms, inputs, allowed, faulty);
        self.is_parted = self.pauses.unplugs() && !self.supply.is_closed();
        if self.booting {
            return self.watch.forget();
        }
        let supplied = self.supply.is_closed();
        self.watch.step(self.now_ms, inputs.pilot, supplied, faulty);
        let (vehicle, plugged) = (self.watch.vehicle(), inputs.cable_ma.is_some());
        self.lock.step(self.now_ms, vehicle, plugged, inputs.lock);
    }

    /// Looks at the next trip, and at what pauses are made of the plans.
    fn plan(&mut self, inputs: &Inputs<'_>) {
        let is_plugged = inputs.pilot != PilotState::A;
        let charging = inputs.pilot == PilotState::C && self.supply.is_closed();
        self.charged.step(self.now_ms, is_plugged, charging);
        let phases = if self.phases.three() { 3 } else { 1 };
        let volts = inputs.meter.voltage_mv.iter().take(phases);
        let volts: u64 = volts.copied().map(u64::from).sum();
        let moment = Moment {
            now_ms: self.now_ms,
            utc_s: self.clock.utc_ms().map(seconds),
            local_s: self.clock.local_ms().map(seconds),
            wanted: self.mode == Mode::NextTrip,
            is_plugged,
            power_mw: if charging { inputs.meter.power_mw } else { 0 },
            possible_mw: volts * u64::from(self.limits.least_ma()) / 1_000,
            taken_mwh: self.session.energy_mwh(),
        };
        self.trip.step(&moment, &self.prices);
        let wish = self.situation().without_pauses().wish();
        self.pauses.step(self.now_ms, wish, is_plugged, charging);
    }

    /// Takes a press of the button.
    fn press(&mut self, inputs: &Inputs<'_>) {
        let Some(press) = inputs.button else {
            return;
        };
        let plugged = inputs.pilot != PilotState::A;
        let charging = self.watch.vehicle() == Vehicle::Charging;
        if self.button.press(self.now_ms, press, plugged, charging) {
            let next = self.looks.next_preset(self.limits.requested_a);
            self.limits.requested_a = next.unwrap_or(self.limits.requested_a);
        }
    }

    /// Spells out what it shows and what limits it, for whoever reads it until the
    /// next step.
    fn tell(&mut self) {
        let aims = self.mode != Mode::Default;
        let beside = Beside {
            authorized: self.cards.authorized(),
            least_a: aims.then_some(self.surplus.rules.least_a),
        };
        self.limits.spell(&mut self.limits_text, beside);
        let scene = match self.watch.vehicle() {
            _ if self.booting => Scene::Booting,
            Vehicle::Unknown => Scene::Booting,
            Vehicle::Error => Scene::Fault,
            Vehicle::Away => Scene::Idle,
            Vehicle::Awaited => Scene::Waiting,
            Vehicle::Charging => Scene::Charging,
            Vehicle::Finished => Scene::Finished,
        };
        self.ring.step(self.now_ms, scene, &self.looks);
    }

    /// Returns whether surplus decides about charging.
    fn aims_at_surplus(&self) -> bool {
        self.uses_surplus
            && (self.mode != Mode::Default || self.schedule() == Some(Verdict::BlocksGrid))
    }

    /// Returns whether the surplus wants three phases; `None` while it is not charged with.
    fn wishes_three(&self) -> Option<bool> {
        self.surplus.current_ma()?;
        let three = self.surplus.wants_three(self.phases.three());
        self.aims_at_surplus().then_some(three)
    }

    /// Looks at the surplus and at the phases it is enough for.
    fn use_surplus(&mut self, inputs: &Inputs<'_>) {
        let now_ms = self.now_ms;
        let by_surplus = self.aims_at_surplus();
        let (three, forced) = match self.phases.mode {
            _ if self.input.wants_one_phase() => (false, true),
            PhaseMode::One => (false, true),
            PhaseMode::Three => (true, true),
            PhaseMode::Auto if self.decision.reason().takes_all() => (true, false),
            PhaseMode::Auto if by_surplus => (self.surplus.wants_three(self.phases.three()), false),
            PhaseMode::Auto => (true, false),
        };
        let wish = Wish {
            three,
            forced,
            loaded: self.supply.is_closed() || inputs.contactor_closed,
        };
        self.phases.step(now_ms, wish);
        self.limits.three_phases = self.phases.three();

        let meter = &inputs.meter;
        // The phases that the car draws from say more than those it could draw from.
        let drawing = self.measured.phases_in_use() > 0;
        let used = |phase: usize| match drawing {
            true => meter.current_ma[phase] > DRAWS_MA,
            false => phase == 0 || inputs.three_phases,
        };
        let volts = meter.voltage_mv.iter().enumerate();
        let mw_per_a = volts
            .filter(|&(phase, _)| used(phase))
            .map(|(_, mv)| mv)
            .sum();
        let fewer = self.phases.mode == PhaseMode::Auto && self.phases.may_change(now_ms);
        let car = Car {
            mw_per_a,
            least_mw_per_a: if fewer { meter.voltage_mv[0] } else { mw_per_a },
            limit_ma: self.limits.least_ma(),
            power_mw: meter.power_mw,
        };
        self.surplus.step(now_ms, car, by_surplus);
    }

    /// Returns the current that the car may draw, mA; `None` while it may not charge.
    fn allowed_ma(&self) -> Option<u32> {
        let limit_ma = self.limits.least_ma();
        let current_ma = match (self.decision.reason(), self.surplus.current_ma()) {
            (Reason::PvSurplus, Some(current_ma)) => current_ma.min(limit_ma),
            (reason, _) if reason.is_for_the_car() => {
                limit_ma.min(u32::from(self.surplus.rules.least_a) * 1_000)
            }
            _ => limit_ma,
        };
        self.allowed().then_some(current_ma)
    }

    /// The charger joins this network from the factory: for those that are reached
    /// over it. For before the stored settings are restored.
    ///
    /// # Panics
    /// Name or key is longer than any is.
    #[must_use]
    pub fn with_wifi(mut self, ssid: &str, key: &str) -> Self {
        self.wifi = WifiConfig::of(ssid, key).expect("a network that there can be");
        self
    }

    /// The networks that it may join, by name and key, for a radio that comes up with
    /// the link it had.
    pub fn networks(&self) -> impl Iterator<Item = (&str, &str)> {
        let entries = self.wifi.entries().iter();
        let named = entries.filter(|entry| !entry.is_empty());
        named.map(|entry| (entry.ssid.as_str(), entry.key.as_str()))
    }

    /// A broker of the board's: used while none is set or, to prescribe it, in
    /// spite of what is set, until that is set again. It is never stored.
    pub fn give_broker(&mut self, url: &'static str, prescribe: bool) {
        self.reach.give(url, prescribe);
    }

    /// Returns whether the HTTP API is to answer.
    pub fn serves_http(&self) -> bool {
        self.reach.http
    }

    /// How it is found on the local network.
    pub fn announced(&self) -> Announced<'_> {
        self.identity.announced()
    }

    /// Returns the task of an MQTT client; `None` when there shall be none.
    pub fn wanted_mqtt(&self) -> Option<Wanted<'_>> {
        self.reach.wanted()
    }

    /// Returns whether nothing may be set by MQTT.
    pub fn mqtt_is_readonly(&self) -> bool {
        self.reach.readonly
    }

    /// The server that is wanted for the registers.
    pub fn wanted_modbus(&self) -> modbus::Wanted {
        self.modbus.wanted()
    }

    /// The charger is told that registers were read or written.
    pub fn operated(&mut self, operation: modbus::Operation) {
        self.modbus.operated(self.now_ms, operation);
    }

    /// Returns whether it was told to boot since this was asked last.
    pub fn take_booted(&mut self) -> bool {
        core::mem::take(&mut self.has_booted)
    }

    /// The key whose value says whether MQTT is connected.
    pub const MQTT_CONNECTED: Key = Reach::CONNECTED;

    /// The manufacturer, the device type, and the version of the newest firmware.
    pub const MADE: [&str; 3] = [MANUFACTURER, DEVICE_TYPE, Firmware::NEWEST.version()];

    /// The release that it is one of.
    pub fn firmware(&self) -> &'static Firmware {
        self.identity.firmware()
    }

    /// The charger is told what becomes of MQTT.
    pub fn mqtt(&mut self, connection: Connection) {
        self.reach.hear(connection, self.now_ms);
    }

    /// Begins anew with what flash would hold: settings and counters stay, and
    /// so do the meter and the wall clock, which do not boot.
    fn reboot(&mut self) {
        self.booted_at_ms += self.now_ms;
        self.now_ms = 0;
        self.clock.reboot();
        self.ring = Ring::new();
        self.button.reboot();
        self.limits.reboot();
        self.boots.again();
        self.average = Average::new();
        self.session = Session::new();
        self.charged = Charged::default();
        self.prices.reboot();
        self.trip.reboot();
        self.pauses.forget();
        self.is_parted = false;
        self.supply = Supply::new();
        self.booting = true;
        self.decision = Decision::new();
        self.faults = Faults::new();
        self.watch = Watch::new();
        self.watch.forget();
        self.cards.reboot();
        self.order.reboot();
        self.surplus.reboot();
        self.phases.reboot();
        self.station = Station::new();
        self.reach.reboot();
        self.modbus.reboot();
        self.has_booted = true;
    }

    /// Returns whether the car is allowed to charge now, or would be if there were one.
    fn allowed(&self) -> bool {
        self.decision.reason().allows()
    }

    /// What the schedule says now.
    fn schedule(&self) -> Option<Verdict> {
        self.week.verdict(self.clock.local_ms()?)
    }

    /// Returns the situation that decides about that.
    fn situation(&self) -> Situation {
        let fault = self.faults.fault();
        Situation {
            initializing: self.booting,
            too_hot: fault == Some(Fault::Overtemperature),
            faulty: fault.is_some(),
            authorized: self.cards.authorized(),
            blocked: self.limits.block(),
            force: self.order.force(),
            within_energy_limit: self.session.is_within(&self.energy_limit),
            mode: self.mode,
            surplus: self.surplus.current_ma().is_some(),
            schedule: self.schedule(),
            by_price: self.prices.wanted,
            low_price: self.prices.is_low(self.clock.utc_ms().map(seconds)),
            trip: self.trip.advice(),
            stays_for_prices: self.trip.stays_for_prices,
            hold: self.pauses.hold(),
            switching_phases: self.phases.is_changing(self.now_ms),
        }
    }
}

/// Whole seconds that have passed.
fn seconds(ms: i64) -> i64 {
    ms.div_euclid(1_000)
}

#[cfg(test)]
mod tests;
