//! Effects of a write on the charger.

use goe_api::Write;
use goe_runtime::Refusal;

use super::decide::surplus::Power;
use super::identity::looks::paint;
use super::measure::session::EnergyLimit;
use super::{Charger, readings};

impl Charger {
    /// Takes a setting over, or refuses it and changes nothing.
    ///
    /// # Errors
    /// When the value satisfies the table and yet makes no sense here; the
    /// refusal says what would.
    pub fn apply(&mut self, write: Write<'_>) -> Result<(), Refusal> {
        self.take(write)?;
        self.settle();
        Ok(())
    }

    /// The decision that writes lead to shows at once.
    pub fn settle(&mut self) {
        self.decision.step(self.now_ms, &self.situation());
        self.tell();
    }

    /// The same for one of several, which are [settled](Self::settle) together.
    ///
    /// # Errors
    /// As of [`apply`](Self::apply).
    pub fn take(&mut self, write: Write<'_>) -> Result<(), Refusal> {
        match write {
            Write::Hai(enabled) => self.reach.http = enabled,
            Write::Mce(enabled) => self.reach.enable(enabled),
            Write::Mcu(url) => self.reach.url.set(url)?,
            Write::Mcr(readonly) => self.reach.readonly = readonly,
            Write::Mtp(prefix) => self.reach.set_prefix(prefix)?,
            Write::Mhe(tell) => self.reach.tell_home(tell),
            Write::Mht(prefix) => self.reach.set_home_prefix(prefix)?,
            Write::Mqg(system) => self.reach.trusted.system = system,
            Write::Mqcn(any_name) => self.reach.trusted.any_name = any_name,
            Write::Mqss(anyone) => self.reach.trusted.anyone = anyone,
            Write::Dwo(limit_wh) => self.energy_limit = EnergyLimit::new(limit_wh),
            Write::Wifis(patches) => {
                if self.wifi.patch(|| patches.iter())? {
                    self.station.hurry();
                }
            }
            Write::Delw(entry) => self.wifi.erase(entry)?,
            Write::Fna(name) => self.looks.rename(name)?,
            Write::Lse(saves_energy) => self.looks.saves_energy = saves_energy,
            Write::Cid(colour) => paint(&mut self.looks.idle, colour)?,
            Write::Cwc(colour) => paint(&mut self.looks.waiting, colour)?,
            Write::Cch(colour) => paint(&mut self.looks.charging, colour)?,
            Write::Cfi(colour) => paint(&mut self.looks.finished, colour)?,
            Write::Clp(presets) => self.looks.set_presets(presets.iter())?,
            Write::Tof(offset_min) => self.clock.set_offset(offset_min)?,
            Write::Tds(daylight) => self.clock.set_daylight(daylight),
            Write::Utc(time) => {
                let time = time.decode::<29>();
                self.clock.set(time.as_deref().unwrap_or_default())?;
            }
            Write::Rst(_) => self.reboot(),
            Write::Frc(force) => self.order.set(readings::force_of(force)),
            Write::Amp(amperes) => self.limits.requested_a = amperes,
            Write::Ama(amperes) => self.limits.absolute_a = amperes,
            Write::Acs(access) => self.cards.access = readings::access_of(access),
            Write::Trx(card) => self.cards.transact(self.now_ms, card),
            Write::Cn(card, name) => self.cards.rename(card, name)?,
            Write::Ce(card, wh) => self.cards.set_energy(card, wh),
            Write::Ci(card, id) => self.cards.learn(card, id)?,
            Write::Lmo(mode) => self.mode = readings::mode_of(mode),
            Write::Fup(uses_surplus) => self.uses_surplus = uses_surplus,
            Write::Awe(wanted) => self.prices.wanted = wanted,
            Write::Awp(low_ct) => self.prices.low_ct = low_ct,
            Write::Awpl(list) => readings::tell_prices(&mut self.prices, list)?,
            Write::SchWeek(patch) => readings::reschedule(&mut self.week.workday, patch),
            Write::SchSatur(patch) => readings::reschedule(&mut self.week.saturday, patch),
            Write::SchSund(patch) => readings::reschedule(&mut self.week.sunday, patch),
            Write::Ara(stays) => self.trip.stays_for_prices = stays,
            Write::Att(seconds) => self.trip.set_departure(seconds.unsigned_abs()),
            Write::Ate(wh) | Write::Fte(wh) => self.trip.set_energy(wh),
            Write::Acp(allowed) => self.pauses.rules.allowed = allowed,
            Write::Mci(ms) => self.pauses.rules.longest_ms = ms.unsigned_abs(),
            Write::Mcpd(ms) => self.pauses.rules.shortest_ms = ms.unsigned_abs(),
            Write::Mcpea(at_ms) => self.pauses.set_end(at_ms.and_then(|ms| ms.try_into().ok())),
            Write::Su(unplugs) => self.pauses.rules.unplugs = unplugs,
            Write::Sua(always) => self.pauses.rules.unplugs_always = always,
            Write::Sumd(ms) => self.pauses.rules.unplug_ms = ms.unsigned_abs(),
            Write::Ids(house) => {
                let house = house.map(readings::house_of).transpose()?;
                self.surplus.tell(self.now_ms, house);
            }
            Write::Pgt(w) => self.surplus.rules.target = Power::of_watts(w),
            Write::Fst(w) => self.surplus.rules.start = Power::of_watts(w),
            Write::Spl3(w) => self.surplus.rules.three_phases = Power::of_watts(w),
            Write::Fmt(ms) => self.surplus.rules.least_ms = ms.unsigned_abs(),
            Write::Mca(amperes) => self.surplus.rules.least_a = amperes,
            Write::Psm(mode) => self.phases.mode = readings::phase_mode_of(mode),
            Write::Mpwst(ms) => self.phases.wish_ms = ms.unsigned_abs(),
            Write::Mptwt(ms) => self.phases.between_ms = ms.unsigned_abs(),
            Write::Cards(patches) => self.cards.patch(|| patches.iter())?,
            Write::Rde(tells_ids) => self.cards.tells_ids = tells_ids,
            Write::Lrn(card) => self.cards.learn_held(card)?,
            Write::Del(card) => self.cards.erase(card)?,
            Write::Txt(ms) => self.cards.unused_ms = ms.unsigned_abs(),
            Write::Tse(asks) => self.clock.asks_server = asks,
            Write::Bac(rule) => self.button.rule = readings::button_rule_of(rule),
            Write::Tcl(amperes) => self.limits.limit(self.now_ms, amperes),
            Write::La1(amperes) => self.limits.one_a = amperes,
            Write::La3(amperes) => self.limits.three_a = amperes,
            Write::Die(enabled) => self.input.is_enabled = enabled,
            Write::Dii(inverted) => self.input.is_inverted = inverted,
            Write::Di1(one_phase) => self.input.one_phase = one_phase,
            Write::Po(w) => self.surplus.rules.beside_battery = Power::of_watts(w),
            Write::Sh(w) => self.surplus.rules.missing = Power::of_watts(w),
            Write::Psh(w) => self.surplus.rules.fewer = Power::of_watts(w),
            Write::Frm(rounding) => {
                self.surplus.rules.rounding = readings::rounding_of(rounding);
            }
            Write::Fzf(zero) => self.surplus.rules.zero_feed_in = zero,
            Write::Zfo(w) => self.surplus.rules.held_back = Power::of_watts(w),
            Write::Csd(forgets) => self.surplus.rules.forgets = forgets,
            Write::Fsp(_) => return Err(ONLY_SHOWN),
            Write::Psmd(ms) => self.phases.settle_ms = ms.unsigned_abs(),
            Write::Men(enabled) => self.modbus.enabled = enabled,
            Write::Msp(port) => self.modbus.port = port,
            Write::Msb(swapped) => self.modbus.order.swap_bytes = swapped,
            Write::Msr(swapped) => self.modbus.order.swap_registers = swapped,
            Write::Ust(rule) => self.lock.rule = readings::lock_rule_of(rule),
            Write::Kept(setting) => self.kept.keep(setting)?,
        }
        Ok(())
    }
}

/// As firmware 60.4 answers it (API 322).
const ONLY_SHOWN: Refusal = Refusal::new(
    "this parameter is only showing the current state and readonly, to change the preference, use psm",
);
