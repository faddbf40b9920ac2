//! The charger's state in the words and types of the key table.
//!
//! The only place where the two meet, and where floats are made. The literal
//! has no `..`, so that a key which the table gains is a compile error here.

use goe_api::{
    Acs, Awcp, AwplPatch, Bac, Car, CardsEntry, Ccw, Cdi, CdiType, Cus, Dns, ErrValue, Ffb, Frc,
    Frm, Ids, IdsPatch, Key, Lck, Lmo, ModelStatus, Psm, Pwm, Readings, ScanEncryptionType,
    ScanEntry, Scas, SchWeek, SchWeekControl, SchWeekPatch, SchWeekRangesBegin,
    SchWeekRangesBeginPatch, SchWeekRangesEntry, Tsss, Ust, WifisEntry, Wsms, Wst,
};
use goe_runtime::device::DISCOVERY_PREFIX;
use goe_runtime::{Items, RawJson, Refusal, Text};

use super::Charger;
use super::access::cards::{Access, Card, Transaction};
use super::connect::link::Connection;
use super::connect::scan::{Heard, ScanState};
use super::connect::station::{Outcome, Phase};
use super::connect::wifi_config::Entry;
use super::decide::force::Force;
use super::decide::reason::{Mode, Reason};
use super::decide::surplus::{House, Power, Rounding};
use super::identity::button::ButtonRule;
use super::measure::charged::Charged;
use super::plan::prices::Prices;
use super::plan::schedule::{Control, Schedule, Time};
use super::protect::faults::Fault;
use super::supply::lock::{Bolt, Lock, Rule};
use super::supply::phases::PhaseMode;
use super::supply::vehicle::Vehicle;
use crate::board::Encryption;

impl Charger {
    /// Everything that can be read, as of the last step and the writes since.
    pub fn readings(&self) -> Readings<'_> {
        of(self)
    }
}

fn of(charger: &Charger) -> Readings<'_> {
    let Charger {
        identity,
        now_ms,
        limits,
        order,
        decision,
        faults,
        watch,
        lock,
        cards,
        mode,
        ring,
        button,
        limits_text,
        input,
        uses_surplus,
        surplus,
        week,
        prices,
        trip,
        pauses,
        charged,
        phases,
        measured,
        session,
        contactor_closed,
        energy,
        average,
        energy_limit,
        wifi,
        station,
        boots,
        clock,
        looks,
        reach,
        modbus,
        kept,
        ..
    } = charger;
    let all = cards.cards();
    let told = surplus.house(*now_ms);
    let scanner = station.scanner();
    let failure = reach.error();
    let held = cards.held();
    let rules = &surplus.rules;
    let averages = surplus.averages();
    let car_mw = measured.power_mw();
    let (by_source, drawn) = (session.by_source(), surplus.feeds(*now_ms, car_mw));
    let drawn = drawn.share(car_mw.into());
    let mishaps = station.mishaps();
    Readings {
        fna: Text::of(&looks.name),
        var: identity.variant().kilowatts(),
        fwv: Text::cut(identity.firmware().version()),
        rbc: boots.count(),
        rbt: milliseconds(*now_ms),
        utc: Text::of(clock.utc()),
        loc: Text::of(clock.local()),
        tof: clock.zone().offset_min,
        tds: clock.zone().daylight,
        lse: looks.saves_energy,
        cid: Text::of(&looks.idle),
        cwc: Text::of(&looks.waiting),
        cch: Text::of(&looks.charging),
        cfi: Text::of(&looks.finished),
        clp: looks.presets().clone(),
        acs: access(cards.access),
        trx: cards.transaction().map(transaction),
        cn: all.each_ref().map(|card| Text::of(&card.name)),
        ce: all.each_ref().map(|card| card.energy_wh),
        ci: all.each_ref().map(|card| !card.id().is_empty()),
        lmo: self::mode(*mode),
        fup: *uses_surplus,
        awe: prices.wanted,
        awp: prices.low_ct,
        awcp: price(charger),
        ara: trip.stays_for_prices,
        sch_week: schedule(&week.workday),
        sch_satur: schedule(&week.saturday),
        sch_sund: schedule(&week.sunday),
        att: wait(trip.departs_s()),
        ate: trip.energy_wh(),
        fte: trip.energy_wh(),
        mmp: thousandths(trip.most_mw()),
        tls: trip.tested_since_ms().map(milliseconds),
        tlf: trip.is_tested(),
        acp: pauses.rules.allowed,
        mci: wait(pauses.rules.longest_ms),
        mcpd: wait(pauses.rules.shortest_ms),
        mcpea: pauses.ends_at_ms().map(milliseconds),
        su: pauses.rules.unplugs,
        sua: pauses.rules.unplugs_always,
        sumd: wait(pauses.rules.unplug_ms),
        cdi: duration(charged),
        ids: told.map(house),
        pgrid: told.map(|house| house.grid.w()),
        ppv: told.and_then(|house| house.pv).map(Power::w),
        pakku: told.and_then(|house| house.battery).map(Power::w),
        inva: surplus.age_ms(*now_ms).map(milliseconds),
        pgt: surplus.rules.target.w(),
        fst: surplus.rules.start.w(),
        spl3: surplus.rules.three_phases.w(),
        fmt: wait(surplus.rules.least_ms),
        mca: surplus.rules.least_a,
        psm: phase_mode(phases.mode),
        mpwst: wait(phases.wish_ms),
        mptwt: wait(phases.between_ms),
        frc: self::force(order.force()),
        amp: limits.requested_a,
        ama: limits.absolute_a,
        cbl: limits.cable_ma.map(amperes),
        amt: amperes(limits.warmth_ma),
        model_status: model_status(decision.reason()),
        lmsc: milliseconds(decision.reason_since_ms()),
        alwt: milliseconds(decision.allowed_since_ms()),
        car: Some(car(watch.vehicle())),
        err: Some(faults.fault().map_or(ErrValue::None, error)),
        wh: whole(session.energy_mwh()),
        nrg: measured.energy().map(thousandths),
        pha: Some(measured.phases()),
        pnp: measured.phases_in_use(),
        fhz: Some(thousandths(measured.frequency_mhz())),
        tma: measured.temperatures().map(thousandths),
        lccfi: watch.came_at_ms().map(milliseconds),
        lccfc: watch.ended_at_ms().map(milliseconds),
        lcctc: watch.began_at_ms().map(milliseconds),
        ust: lock_rule(lock.rule),
        lck: lock_order(lock),
        cus: bolt(lock.bolt()),
        ffb: lock_feedback(lock.bolt()),
        hai: reach.http,
        mce: reach.is_enabled(),
        mcu: Text::of(reach.url.shown()),
        mcr: reach.readonly,
        mtp: Text::of(reach.shown_prefix()),
        mhe: reach.tells_home(),
        mht: reach
            .home_prefix()
            .map_or(Text::cut(DISCOVERY_PREFIX), Text::of),
        mqg: reach.trusted.system,
        mqcn: reach.trusted.any_name,
        mqss: reach.trusted.anyone,
        men: modbus.enabled,
        msp: modbus.port,
        msb: modbus.order.swap_bytes,
        msr: modbus.order.swap_registers,
        mro: modbus.read.count,
        mwo: modbus.written.count,
        mstr: modbus.read.last_ms.map(milliseconds),
        mstw: modbus.written.last_ms.map(milliseconds),
        mcs: reach.is_running,
        mcc: reach.connected_at_ms().is_some(),
        mcca: reach.connected_at_ms().map(milliseconds),
        mlr: failure.map(|(reason, _)| Text::cut(reason)),
        mlra: failure.map(|(_, at_ms)| milliseconds(at_ms)),
        r#mod: identity.pcb_version(),
        rfb: i32::from(*contactor_closed),
        alw: charger.allowed(),
        acu: charger.allowed_ma().map(amperes),
        adi: limits.adapter,
        dwo: energy_limit.wh(),
        tpa: thousandths(average.power_mw()),
        sse: Text::of(identity.serial_buffer()),
        eto: energy.total_wh(),
        etop: energy.persisted_wh(),
        wifis: wifi.entries().each_ref().map(configured),
        scas: scan_state(scanner.state()),
        scan: scanner.heard().iter().map(heard).collect(),
        scaa: scanner.age_ms(*now_ms).map(milliseconds),
        wst: outcome(station.outcome()),
        wsms: machine_state(station.phase()),
        ccw: station.connection().map(connected),
        host: Text::of(identity.hostname_buffer()),
        lwcf: station.connect_failed(),
        rssi: station.rssi_dbm(),
        cards: all.each_ref().map(card),
        rde: cards.tells_ids,
        lri: held
            .filter(|_| cards.tells_ids)
            .map(|held| Text::of(&held.id)),
        lrc: held
            .and_then(|held| held.number)
            .map(|number| number.get() as u8),
        lrr: held.map(|held| milliseconds(held.at_ms)),
        tsi: cards.begun_by().filter(|_| cards.tells_ids).map(Text::of),
        txt: wait(cards.unused_ms),
        tab: clock.at_boot_ms(),
        lto: clock.offset_ms(),
        tse: clock.asks_server,
        tsss: server_state(clock.is_synced()),
        led: raw(ring.text()),
        bac: button_rule(button.rule),
        lbp: button.pressed_at_ms().map(milliseconds),
        lbl: button.held_at_ms().map(milliseconds),
        tcl: limits.temporary_a(),
        la1: limits.one_a,
        la3: limits.three_a,
        cll: raw(limits_text),
        die: input.is_enabled,
        dii: input.is_inverted,
        di1: input.one_phase,
        din: input.states(),
        pvopt_average_p_grid: milliwatts(averages.grid),
        pvopt_average_p_pv: milliwatts(averages.pv),
        pvopt_average_p_akku: milliwatts(averages.battery),
        deltap: milliwatts(surplus.beyond_mw()),
        deltaa: milliwatts(surplus.beyond_ma()),
        dsrc: told.map(|_| Text::cut(Key::Ids.name())),
        lpc: surplus.told_at_ms().map(milliseconds),
        lpsc: surplus.calculated_at_ms().map(milliseconds),
        po: rules.beside_battery.w(),
        sh: rules.missing.w(),
        psh: rules.fewer.w(),
        frm: rounding(rules.rounding),
        fzf: rules.zero_feed_in,
        zfo: rules.held_back.w(),
        csd: rules.forgets,
        fsp: !phases.three(),
        pwm: phase_wish(charger.wishes_three()),
        psmd: wait(phases.settle_ms),
        lfspt: phases.changed_at_ms().map(milliseconds),
        fsptws: phases.wished_since_ms().map(milliseconds),
        whg: whole(by_source.grid),
        whs: whole(by_source.solar),
        whb: whole(by_source.battery),
        who: whole(by_source.other),
        wg: told.map(|_| whole(drawn.grid)),
        ws: told.map(|_| whole(drawn.solar)),
        wb: told
            .and_then(|house| house.battery)
            .map(|_| whole(drawn.battery)),
        wo: Some(whole(drawn.other)),
        lwf: mishaps.failed_at_ms().map(milliseconds),
        wsc: mishaps.number(),
        wsl: (mishaps.number() > 0).then(|| {
            mishaps
                .reasons()
                .iter()
                .map(|reason| Text::cut(reason))
                .collect()
        }),
        dns: name_servers(station.connection()),
        nif: Text::cut(station.connection().map_or("", |_| "st")),
        avgfhz: measured.average_uhz().map(|uhz| (uhz as f64 / 1e6) as f32),
        lssfc: station.switched_from_connected_ms().map(milliseconds),
        lsstc: station.switched_to_connected_ms().map(milliseconds),
        kept,
    }
}

/// Whole amperes, what is left over being no ampere.
fn amperes(current_ma: u32) -> i32 {
    // Far below the limit of the type.
    (current_ma / 1000) as i32
}

/// Converts a count of the board in mV, mA, mW or m°C to V, A, W or °C: the float that
/// is nearest, so that it prints the digits the board gave, as far as a float has
/// that many. A quotient of floats would be off by one above 16 777 216.
pub(super) fn thousandths(value: impl Into<f64>) -> f32 {
    (value.into() / 1000.0) as f32
}

/// A count in mWh or mW as Wh or W.
fn whole(thousandths: u64) -> f64 {
    thousandths as f64 / 1000.0
}

/// Powers and currents that may be below zero, in mW or mA.
fn milliwatts(mw: i64) -> f32 {
    thousandths(mw as f64)
}

/// JSON that the charger has spelled itself, which fits.
fn raw(json: &str) -> RawJson<'_, 256> {
    RawJson::new(json).unwrap_or_default()
}

/// Wraps after 292 million years.
fn milliseconds(ms: u64) -> i64 {
    ms as i64
}

/// A key only shows whether there is one.
fn configured(entry: &Entry) -> WifisEntry<'_> {
    WifisEntry {
        ssid: Text::of(&entry.ssid),
        key: !entry.key.is_empty(),
    }
}

fn card(card: &Card) -> CardsEntry<'_> {
    CardsEntry {
        name: Text::of(&card.name),
        energy: card.energy_wh,
        card_id: !card.id().is_empty(),
    }
}

fn name_servers(connection: Option<&Connection>) -> Dns<'_> {
    let server = |at: usize| {
        let server = connection.and_then(|connection| connection.dns.get(at));
        server.map_or(Text::cut("0.0.0.0"), Text::of)
    };
    Dns {
        dns0: server(0),
        dns1: server(1),
        dns2: server(2),
    }
}

fn server_state(synced: Option<bool>) -> Tsss {
    match synced {
        None => Tsss::Reset,
        Some(true) => Tsss::Completed,
        Some(false) => Tsss::InProgress,
    }
}

fn heard(heard: &Heard) -> ScanEntry<'_> {
    ScanEntry {
        ssid: Text::of(&heard.ssid),
        encryption_type: encryption(heard.encryption),
        rssi: heard.rssi_dbm,
        channel: heard.channel,
        bssid: Text::of(&heard.bssid_text),
    }
}

fn connected(connection: &Connection) -> Ccw<'_> {
    let features = connection.features;
    Ccw {
        ssid: Text::of(&connection.ssid),
        encryption_type: encryption(connection.encryption),
        pairwise_cipher: connection.pairwise_cipher,
        group_cipher: connection.group_cipher,
        b: features.b,
        g: features.g,
        n: features.n,
        lr: features.lr,
        wps: features.wps,
        ftm_responder: features.ftm_responder,
        ftm_initiator: features.ftm_initiator,
        channel: connection.channel,
        bssid: Text::of(&connection.bssid),
        ip: Text::of(&connection.ip),
        netmask: Text::of(&connection.netmask),
        gw: Text::of(&connection.gateway),
        ipv6: connection.ipv6.iter().map(Text::of).collect(),
    }
}

fn encryption(encryption: Encryption) -> ScanEncryptionType {
    match encryption {
        Encryption::Open => ScanEncryptionType::Open,
        Encryption::Wep => ScanEncryptionType::Wep,
        Encryption::WpaPsk => ScanEncryptionType::WpaPsk,
        Encryption::Wpa2Psk => ScanEncryptionType::Wpa2Psk,
        Encryption::WpaWpa2Psk => ScanEncryptionType::WpaWpa2Psk,
        Encryption::Wpa2Enterprise => ScanEncryptionType::Wpa2Enterprise,
        Encryption::Wpa3Psk => ScanEncryptionType::Wpa3Psk,
        Encryption::Wpa2Wpa3Psk => ScanEncryptionType::Wpa2Wpa3Psk,
    }
}

fn scan_state(state: ScanState) -> Scas {
    match state {
        ScanState::Never => Scas::None,
        ScanState::Running { .. } => Scas::Scanning,
        ScanState::Finished => Scas::Finished,
        ScanState::Failed => Scas::Failed,
    }
}

fn outcome(outcome: Outcome) -> Wst {
    match outcome {
        Outcome::Idle => Wst::IdleStatus,
        Outcome::NoSsidAvailable => Wst::NoSsidAvail,
        Outcome::ScanCompleted => Wst::ScanCompleted,
        Outcome::Connected => Wst::Connected,
        Outcome::ConnectFailed => Wst::ConnectFailed,
        Outcome::ConnectionLost => Wst::ConnectionLost,
        Outcome::Disconnected => Wst::Disconnected,
        Outcome::Connecting => Wst::Connecting,
        Outcome::Disconnecting => Wst::Disconnecting,
    }
}

/// A pause, like rest, is no state of its own in the table.
fn machine_state(phase: Phase) -> Wsms {
    match phase {
        Phase::Resting | Phase::Pausing { .. } | Phase::Disconnecting { .. } => Wsms::None,
        Phase::Scanning => Wsms::Scanning,
        Phase::Choosing | Phase::Connecting { .. } => Wsms::Connecting,
        Phase::Connected => Wsms::Connected,
    }
}

/// Both ways between the charger's own words and those of the table: one list of each, so
/// that what was set reads back.
macro_rules! words {
    ($there:ident, $back:ident: $own:ident = $word:ident {
        $($variant:ident = $named:ident),* $(,)?
    }) => {
        pub(super) fn $there(own: $own) -> $word {
            match own {
                $($own::$variant => $word::$named),*
            }
        }

        pub(super) fn $back(word: $word) -> $own {
            match word {
                $($word::$named => $own::$variant),*
            }
        }
    };
}

words!(force, force_of: Force = Frc { Neutral = Neutral, Off = Off, On = On });
words!(lock_rule, lock_rule_of: Rule = Ust {
    Normal = Normal, AutoUnlock = AutoUnlock, AlwaysLock = AlwaysLock,
});
words!(access, access_of: Access = Acs { Open = Open, Wait = Wait, Managed = Evcms });
words!(mode, mode_of: Mode = Lmo { Default = Default, Eco = Awattar, NextTrip = NextTrip });
words!(phase_mode, phase_mode_of: PhaseMode = Psm { Auto = Auto, One = Force1, Three = Force3 });
words!(rounding, rounding_of: Rounding = Frm {
    FromGrid = PreferPowerFromGrid, Down = Default, ToGrid = PreferPowerToGrid,
});
words!(button_rule, button_rule_of: ButtonRule = Bac {
    Always = AlwaysLock, Plugged = LockWhenCarIsConnected, Charging = LockWhenCarIsCharging,
    Never = NeverLock,
});
words!(control, control_of: Control = SchWeekControl {
    Disabled = Disabled, Allow = Allow, Block = Block, AllowFromGrid = AllowFromGrid,
    BlockFromGrid = BlockFromGrid,
});

fn model_status(reason: Reason) -> ModelStatus {
    match reason {
        Reason::Initializing => ModelStatus::NotChargingBecauseInitializing,
        Reason::Overtemperature => ModelStatus::NotChargingBecauseOvertemperature,
        Reason::Error => ModelStatus::NotChargingBecauseError,
        Reason::AccessControl => ModelStatus::NotChargingBecauseAccessControl,
        Reason::AdapterBlocking => ModelStatus::NotChargingBecauseAdapterBlocking,
        Reason::ForceOn => ModelStatus::ChargingBecauseForceStateOn,
        Reason::ForceOff => ModelStatus::NotChargingBecauseForceStateOff,
        Reason::EnergyLimit => ModelStatus::NotChargingBecauseEnergyLimit,
        Reason::Default => ModelStatus::ChargingBecauseFallbackDefault,
        Reason::PvSurplus => ModelStatus::ChargingBecausePvSurplus,
        Reason::Scheduler => ModelStatus::NotChargingBecauseScheduler,
        Reason::Scheduled => ModelStatus::ChargingBecauseFallbackV2Scheduler,
        Reason::LowPrice => ModelStatus::ChargingBecauseAwattarPriceLow,
        Reason::TripTest => ModelStatus::ChargingBecauseAutomaticStopTestLadung,
        Reason::TripLate => ModelStatus::ChargingBecauseAutomaticStopNotEnoughTime,
        Reason::Trip => ModelStatus::ChargingBecauseAutomaticStop,
        Reason::TripNoClock => ModelStatus::ChargingBecauseAutomaticStopNoClock,
        Reason::TripWaits | Reason::TripDone => {
            ModelStatus::NotChargingBecauseFallbackAutomaticStop
        }
        Reason::KeepAwake => ModelStatus::ChargingBecauseCarCompatibilityKeepAlive,
        Reason::PauseNotAllowed => ModelStatus::ChargingBecauseChargePauseNotAllowed,
        Reason::MinPause => ModelStatus::NotChargingBecauseMinPauseDuration,
        Reason::Unplugging => ModelStatus::NotChargingBecauseSimulateUnplugging,
        Reason::NoPrice => ModelStatus::NotChargingBecauseFallbackV2Awattar,
        Reason::NoSurplus => ModelStatus::NotChargingBecauseFallbackAwattar,
        Reason::PhaseSwitch => ModelStatus::NotChargingBecausePhaseSwitch,
    }
}

fn car(vehicle: Vehicle) -> Car {
    match vehicle {
        Vehicle::Away => Car::Idle,
        Vehicle::Charging => Car::Charging,
        Vehicle::Awaited => Car::WaitCar,
        Vehicle::Finished => Car::Complete,
        Vehicle::Error => Car::Error,
        Vehicle::Unknown => Car::Initializing,
    }
}

fn error(fault: Fault) -> ErrValue {
    match fault {
        Fault::ResidualAc => ErrValue::FiAc,
        Fault::ResidualDc => ErrValue::FiDc,
        Fault::ContactorStuck => ErrValue::ContactorStuck,
        Fault::ContactorMissing => ErrValue::ContactorMiss,
        Fault::EarthMissing => ErrValue::GndInvalid,
        Fault::Overvoltage => ErrValue::Overvolt,
        Fault::PhaseMissing => ErrValue::Phase,
        Fault::Overcurrent => ErrValue::Overamp,
        Fault::Pilot => ErrValue::CpInvalid,
        Fault::Cable => ErrValue::PpInvalid,
        Fault::Overtemperature => ErrValue::Overtemp,
    }
}

/// The rule, or that the plug is let go although there is one.
fn lock_order(lock: &Lock) -> Lck {
    match lock.rule {
        Rule::AutoUnlock if !lock.is_wanted() => Lck::ForceUnlock,
        Rule::Normal => Lck::Normal,
        Rule::AutoUnlock => Lck::AutoUnlock,
        Rule::AlwaysLock => Lck::AlwaysLock,
    }
}

fn bolt(bolt: Bolt) -> Cus {
    match bolt {
        Bolt::Unknown => Cus::Unknown,
        Bolt::Unlocked => Cus::Unlocked,
        Bolt::UnlockFailed => Cus::UnlockFailed,
        Bolt::Locked => Cus::Locked,
        Bolt::LockFailed => Cus::LockFailed,
    }
}

fn lock_feedback(bolt: Bolt) -> Ffb {
    match bolt {
        Bolt::LockFailed => Ffb::ProblemLock,
        Bolt::UnlockFailed => Ffb::ProblemUnlock,
        Bolt::Unknown | Bolt::Unlocked | Bolt::Locked => Ffb::NoProblem,
    }
}

fn transaction(transaction: Transaction) -> u8 {
    match transaction {
        Transaction::Anybody => 0,
        // There are ten.
        Transaction::Card(number) => number.get() as u8 + 1,
    }
}

fn phase_wish(three: Option<bool>) -> Pwm {
    match three {
        None => Pwm::Force3,
        Some(false) => Pwm::Wish1,
        Some(true) => Pwm::Wish3,
    }
}

/// A wait or a time of day, which the table keeps within a day.
pub(super) fn wait(ms: u32) -> i32 {
    i32::try_from(ms).unwrap_or(i32::MAX)
}

fn price(charger: &Charger) -> Option<Awcp> {
    let utc_ms = charger.clock.utc_ms()?;
    let price = charger.prices.at(super::seconds(utc_ms))?;
    Some(Awcp {
        start: price.start_s,
        end: price.end_s,
        marketprice: price.ct,
    })
}

/// An hour each, unless it is said otherwise.
pub(super) fn tell_prices(prices: &mut Prices, list: AwplPatch<'_>) -> Result<(), Refusal> {
    const NO_LIST: Refusal = Refusal::new("marketprice and start must be there");
    let interval_s = list.interval.unwrap_or(3_600);
    match (list.marketprice, list.start) {
        (Some(ct), Some(start_s)) => prices.tell(start_s, interval_s, || ct.iter()),
        (Some(ct), None) if ct.iter().next().is_none() => prices.tell(0, interval_s, || ct.iter()),
        _ => Err(NO_LIST),
    }
}

pub(super) fn schedule(schedule: &Schedule) -> SchWeek {
    let time = |Time { hour, minute }| SchWeekRangesBegin { hour, minute };
    SchWeek {
        control: control(schedule.control),
        ranges: schedule.ranges.map(|range| SchWeekRangesEntry {
            begin: time(range.begin),
            end: time(range.end),
        }),
    }
}

/// Changes what was sent.
pub(super) fn reschedule(schedule: &mut Schedule, patch: SchWeekPatch<'_>) {
    let change = |time: &mut Time, patch: Option<SchWeekRangesBeginPatch>| {
        let patch = patch.unwrap_or_default();
        time.hour = patch.hour.unwrap_or(time.hour);
        time.minute = patch.minute.unwrap_or(time.minute);
    };
    schedule.control = patch.control.map_or(schedule.control, control_of);
    let ranges = patch.ranges.iter().flat_map(Items::iter);
    for (range, patch) in schedule.ranges.iter_mut().zip(ranges) {
        change(&mut range.begin, patch.begin);
        change(&mut range.end, patch.end);
    }
}

fn duration(charged: &Charged) -> Cdi {
    Cdi {
        r#type: match charged.counts() {
            true => CdiType::CountsUp,
            false => CdiType::Duration,
        },
        value: milliseconds(charged.total_ms()),
    }
}

fn house(house: &House) -> Ids {
    Ids {
        p_grid: house.grid.w(),
        p_pv: house.pv.map(Power::w),
        p_akku: house.battery.map(Power::w),
    }
}

pub(super) fn house_of(patch: IdsPatch) -> Result<House, Refusal> {
    const NO_GRID: Refusal = Refusal::new("pGrid must be there");
    Ok(House {
        grid: Power::of_watts(patch.p_grid.ok_or(NO_GRID)?),
        pv: patch.p_pv.flatten().map(Power::of_watts),
        battery: patch.p_akku.flatten().map(Power::of_watts),
    })
}
