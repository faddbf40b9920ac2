//! The energy counter that outlives a restart.
//!
//! The live total is what flash held at boot plus what the meter counted since;
//! the persisted total is what flash holds now. Both are in mWh inside and in
//! Wh outside.

/// The firmware's own record beside the settings: what must survive a restart
/// and is nobody's to write. Worth saving when
/// [`Charger::wants_save`](crate::charger::Charger::wants_save) says so.
///
/// # Wear
///
/// A write is asked for once 85 Wh are unsaved, or when charging has ended with
/// anything unsaved. At 22 kW that is every 13.9 s; a car that starts and stops
/// adds one write each time. The store has a pace of its own, whatever it is
/// asked, and says what that means for flash. A power cut loses at most 100 Wh
/// of the total: what is unsaved when a step asks, 6.2 Wh of that step, and as
/// much until the write is whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Energy ever delivered, mWh.
    pub energy_total_mwh: u64,
    /// Number of boots of the charger.
    pub boots: u32,
}

impl Counters {
    /// Bytes of [`encode`](Self::encode).
    pub const ENCODED: usize = 12;

    /// As bytes for flash, little-endian.
    pub fn encode(&self) -> [u8; Self::ENCODED] {
        let Counters {
            energy_total_mwh,
            boots,
        } = *self;
        let mut bytes = [0; Self::ENCODED];
        let (energy, rest) = bytes.split_at_mut(8);
        energy.copy_from_slice(&energy_total_mwh.to_le_bytes());
        rest.copy_from_slice(&boots.to_le_bytes());
        bytes
    }

    /// Back from flash. `None` when the bytes are too few. Those of an earlier
    /// firmware end after the energy; those of a later one, which come after
    /// these, are passed over.
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let (energy, rest) = bytes.split_first_chunk()?;
        let boots = rest
            .first_chunk()
            .map_or(0, |boots| u32::from_le_bytes(*boots));
        Some(Counters {
            energy_total_mwh: u64::from_le_bytes(*energy),
            boots,
        })
    }
}

/// Unsaved energy worth a write while charging, mWh.
const SAVE_MWH: u64 = 85_000;

const MWH_PER_WH: u64 = 1_000;

/// Live and persisted totals.
#[derive(Debug)]
pub(in crate::charger) struct Energy {
    total_mwh: u64,
    persisted_mwh: u64,
    /// The meter's own count in the last step.
    meter_mwh: Option<u64>,
}

impl Energy {
    pub(in crate::charger) fn new(counters: Counters) -> Self {
        Energy {
            total_mwh: counters.energy_total_mwh,
            persisted_mwh: counters.energy_total_mwh,
            meter_mwh: None,
        }
    }

    /// Takes the meter's count over and returns its growth. What the meter
    /// counted before the first step belongs to an earlier boot; one that falls
    /// has started again from zero.
    pub(in crate::charger) fn count(&mut self, meter_mwh: u64) -> u64 {
        let before_mwh = self.meter_mwh.replace(meter_mwh).unwrap_or(meter_mwh);
        let grown_mwh = meter_mwh.checked_sub(before_mwh).unwrap_or(meter_mwh);
        self.total_mwh = self.total_mwh.saturating_add(grown_mwh);
        grown_mwh
    }

    pub(in crate::charger) fn counters(&self, boots: &Boots) -> Counters {
        Counters {
            energy_total_mwh: self.total_mwh,
            boots: boots.count,
        }
    }

    pub(in crate::charger) fn restore(&mut self, counters: Counters) {
        let unsaved_mwh = self.total_mwh.saturating_sub(self.persisted_mwh);
        self.persisted_mwh = counters.energy_total_mwh;
        self.total_mwh = self.persisted_mwh.saturating_add(unsaved_mwh);
    }

    pub(in crate::charger) fn persisted(&mut self, counters: Counters) {
        self.persisted_mwh = counters.energy_total_mwh;
    }

    pub(in crate::charger) fn wants_save(&self, charging: bool) -> bool {
        let unsaved_mwh = self.total_mwh.saturating_sub(self.persisted_mwh);
        unsaved_mwh >= SAVE_MWH || (!charging && unsaved_mwh > 0)
    }

    /// Live total, Wh.
    pub(in crate::charger) fn total_wh(&self) -> u64 {
        self.total_mwh / MWH_PER_WH
    }

    /// Returns the energy that flash holds, Wh.
    pub(in crate::charger) fn persisted_wh(&self) -> u64 {
        self.persisted_mwh / MWH_PER_WH
    }
}

/// The number of boots of the charger, this one included.
#[derive(Debug)]
pub(in crate::charger) struct Boots {
    count: u32,
    persisted: u32,
}

impl Boots {
    pub(in crate::charger) fn new(counters: Counters) -> Self {
        Boots {
            count: counters.boots.saturating_add(1),
            persisted: counters.boots,
        }
    }

    /// One more.
    pub(in crate::charger) fn again(&mut self) {
        self.count = self.count.saturating_add(1);
    }

    /// Those of before, which flash knew late, come on top.
    pub(in crate::charger) fn restore(&mut self, counters: Counters) {
        self.count = counters.boots.saturating_add(self.count - self.persisted);
        self.persisted = counters.boots;
    }

    pub(in crate::charger) fn persisted(&mut self, counters: Counters) {
        self.persisted = counters.boots;
    }

    pub(in crate::charger) fn wants_save(&self) -> bool {
        self.count != self.persisted
    }

    pub(in crate::charger) fn count(&self) -> u32 {
        self.count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_growth_of_the_meter_counts() {
        let mut energy = Energy::new(Counters {
            energy_total_mwh: 7_000,
            boots: 3,
        });
        for (meter_mwh, grown_mwh, total_wh) in [
            (500, 0, 7),
            (500, 0, 7),
            (1_499, 999, 7),
            (1_500, 1, 8),
            // The meter was reset and counts from zero.
            (2, 2, 8),
            (1_000, 998, 9),
            (1_001, 1, 9),
        ] {
            assert_eq!(energy.count(meter_mwh), grown_mwh, "meter at {meter_mwh}");
            assert_eq!(energy.total_wh(), total_wh, "meter at {meter_mwh}");
        }
        assert_eq!(energy.persisted_wh(), 7);
    }

    #[test]
    fn saves_every_85_wh_and_at_the_end() {
        let mut energy = Energy::new(Counters::default());
        energy.count(0);
        for (meter_mwh, charging, wants) in [
            (0, false, false),
            (1, true, false),
            (84_999, true, false),
            (84_999, false, true),
            (85_000, true, true),
        ] {
            energy.count(meter_mwh);
            assert_eq!(
                energy.wants_save(charging),
                wants,
                "{meter_mwh}, {charging}"
            );
        }
        let written = energy.counters(&Boots::new(Counters::default()));
        energy.count(85_500);
        energy.persisted(written);
        assert_eq!(energy.persisted_wh(), 85);
        assert!(!energy.wants_save(true));
        assert!(energy.wants_save(false));
    }

    #[test]
    fn what_flash_holds_may_be_known_late() {
        let mut energy = Energy::new(Counters::default());
        energy.count(0);
        energy.count(2_000);
        energy.restore(Counters {
            energy_total_mwh: 40_000,
            boots: 3,
        });
        assert_eq!((energy.total_wh(), energy.persisted_wh()), (42, 40));
    }

    #[test]
    fn counters_survive_flash_and_later_firmware() {
        let counters = Counters {
            energy_total_mwh: u64::MAX - 5,
            boots: 70_000,
        };
        let bytes = counters.encode();
        assert_eq!(Counters::decode(&bytes), Some(counters));
        let mut longer = [0xff; 16];
        longer[..12].copy_from_slice(&bytes);
        assert_eq!(Counters::decode(&longer), Some(counters));
        assert_eq!(Counters::decode(&bytes[..7]), None);
    }

    #[test]
    fn counters_of_before_boots_were_counted_are_read() {
        let counters = Counters::decode(&7_u64.to_le_bytes()).expect("eight bytes");
        assert_eq!((counters.energy_total_mwh, counters.boots), (7, 0));
    }

    #[test]
    fn boots_are_counted_once_and_saved() {
        let mut boots = Boots::new(Counters::default());
        assert_eq!((boots.count(), boots.wants_save()), (1, true));
        let before = Counters {
            energy_total_mwh: 0,
            boots: 7,
        };
        boots.restore(before);
        assert_eq!((boots.count(), boots.wants_save()), (8, true));
        boots.persisted(Counters { boots: 8, ..before });
        assert!(!boots.wants_save());
        boots.again();
        assert_eq!((boots.count(), boots.wants_save()), (9, true));
    }
}
