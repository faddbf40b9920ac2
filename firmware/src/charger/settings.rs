//! The contents of the store: settings in their write form, and counters.

use goe_api::{Key, Settings};
use goe_runtime::{KeyIndex, Text};

use super::measure::energy::Counters;
use super::{Charger, readings};

impl Charger {
    /// Returns the settings for the store: each as it was written, secrets included.
    pub fn settings(&self) -> Settings<'_> {
        let looks = &self.looks;
        let cards = self.cards.cards();
        let rules = &self.surplus.rules;
        let pauses = &self.pauses.rules;
        let reach = &self.reach;
        Settings {
            acs: readings::access(self.cards.access),
            cn: cards.each_ref().map(|card| Text::of(&card.name)),
            ce: cards.each_ref().map(|card| card.energy_wh),
            ci: cards.each_ref().map(|card| Text::of(card.id())),
            lmo: readings::mode(self.mode),
            fup: self.uses_surplus,
            awe: self.prices.wanted,
            awp: self.prices.low_ct,
            sch_week: readings::schedule(&self.week.workday),
            sch_satur: readings::schedule(&self.week.saturday),
            sch_sund: readings::schedule(&self.week.sunday),
            ara: self.trip.stays_for_prices,
            att: readings::wait(self.trip.departs_s()),
            ate: self.trip.energy_wh(),
            acp: pauses.allowed,
            mci: readings::wait(pauses.longest_ms),
            mcpd: readings::wait(pauses.shortest_ms),
            su: pauses.unplugs,
            sua: pauses.unplugs_always,
            sumd: readings::wait(pauses.unplug_ms),
            pgt: rules.target.w(),
            fst: rules.start.w(),
            spl3: rules.three_phases.w(),
            fmt: readings::wait(rules.least_ms),
            mca: rules.least_a,
            psm: readings::phase_mode(self.phases.mode),
            mpwst: readings::wait(self.phases.wish_ms),
            mptwt: readings::wait(self.phases.between_ms),
            frc: readings::force(self.order.force()),
            amp: self.limits.requested_a,
            ama: self.limits.absolute_a,
            rde: self.cards.tells_ids,
            // At most a day.
            txt: readings::wait(self.cards.unused_ms),
            tse: self.clock.asks_server,
            bac: readings::button_rule(self.button.rule),
            la1: self.limits.one_a,
            la3: self.limits.three_a,
            die: self.input.is_enabled,
            dii: self.input.is_inverted,
            di1: self.input.one_phase,
            po: rules.beside_battery.w(),
            sh: rules.missing.w(),
            psh: rules.fewer.w(),
            frm: readings::rounding(rules.rounding),
            fzf: rules.zero_feed_in,
            zfo: rules.held_back.w(),
            csd: rules.forgets,
            psmd: readings::wait(self.phases.settle_ms),
            ust: readings::lock_rule(self.lock.rule),
            fna: Text::of(&looks.name),
            tof: self.clock.zone().offset_min,
            tds: self.clock.zone().daylight,
            lse: looks.saves_energy,
            cid: Text::of(&looks.idle),
            cwc: Text::of(&looks.waiting),
            cch: Text::of(&looks.charging),
            cfi: Text::of(&looks.finished),
            clp: looks.presets().clone(),
            hai: reach.http,
            mce: reach.stored_enabled(),
            mcu: Text::of(reach.url.stored()),
            mcr: reach.readonly,
            mtp: reach.prefix().map(Text::of),
            mhe: reach.tells_home(),
            mht: reach.home_prefix().map(Text::of),
            mqg: reach.trusted.system,
            mqcn: reach.trusted.any_name,
            mqss: reach.trusted.anyone,
            men: self.modbus.enabled,
            msp: self.modbus.port,
            msb: self.modbus.order.swap_bytes,
            msr: self.modbus.order.swap_registers,
            dwo: self.energy_limit.wh(),
            wifis: self.wifi.stored(),
            kept: &self.kept,
        }
    }

    /// Returns the counters, which the store keeps beside the settings.
    pub fn counters(&self) -> Counters {
        self.energy.counters(&self.boots)
    }

    /// For a store that is read after the charger was made: what flash holds,
    /// to which anything counted in the meantime is added.
    pub fn restore_counters(&mut self, counters: Counters) {
        self.energy.restore(counters);
        self.boots.restore(counters);
    }

    /// To be called by the store with what flash holds from now on.
    pub fn counters_persisted(&mut self, counters: Counters) {
        self.energy.persisted(counters);
        self.boots.persisted(counters);
    }

    /// Settings that changed by themselves and are worth a write to flash now.
    /// Each is given once.
    pub fn take_changed(&mut self) -> Option<Key> {
        if self.order.take_forgotten() {
            return Some(Key::Frc);
        }
        if self.button.take_set() {
            return Some(Key::Amp);
        }
        let number = self.cards.take_uncounted(self.supply.is_closed())?;
        Key::from_index(number.of(Key::C0e.index()))
    }

    /// What managers and services tell again and again, and no setting follows from.
    pub const TOLD: &[Key] = &[Key::Ids, Key::Awpl, Key::Smd, Key::Utc];

    /// Returns whether the setting is a part of a card. Cards are stored part by part in
    /// every release, also in those that show them as a whole alone.
    pub fn is_of_a_card(key: KeyIndex) -> bool {
        let families = [
            (Key::C0n, Key::C9n),
            (Key::C0e, Key::C9e),
            (Key::C0i, Key::C9i),
        ];
        let mut of_a_card = families.iter();
        of_a_card.any(|(first, last)| (first.index()..=last.index()).contains(&key))
    }

    /// The layout of the stored settings: 2 since the prefix of topics is all that
    /// stands before the key.
    pub const LAYOUT: u8 = 2;

    /// Settings that mean something else than what an earlier layout stored, by the
    /// layout that changed their meaning.
    pub const OUTDATED: &[(u8, Key)] = &[(2, Key::Mtp)];

    /// Gives a restored setting today's meaning.
    pub fn modernize(&mut self, key: Key) {
        if key == Key::Mtp {
            self.reach.add_serial(self.identity.serial());
        }
    }

    /// Returns whether the counters are worth a write to flash now; see [`Counters`] for
    /// how often that comes.
    pub fn wants_save(&self) -> bool {
        self.energy.wants_save(self.supply.is_closed()) || self.boots.wants_save()
    }
}
