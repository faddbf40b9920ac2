//! RFID cards, and who charges with which of them.
//!
//! A transaction begins when a known card is held to the reader while a car waits
//! for it, or when a client says so, and ends when the car is unplugged or a client
//! says so. Energy is counted for its card. Who only waits for a car begins one
//! that the next car uses.

use goe_runtime::{Index, JsonStr, Refusal};
use heapless::String;

use crate::board::{CardId, PilotState};

/// Number of cards.
pub(in crate::charger) const CARDS: usize = 10;

/// Which of them.
pub(in crate::charger) type Number = Index<CARDS>;

/// Two digits for each byte.
pub(in crate::charger) type IdText = String<{ 2 * CardId::MAX }>;

/// A transaction that no car has used ends after this, ms (API 116).
const UNUSED_MS: u64 = 120_000;

/// Unsaved energy worth a write while charging, mWh.
const SAVE_MWH: u64 = 100_000;

const MWH_PER_WH: u64 = 1_000;

/// One card.
#[derive(Debug, Default)]
pub(in crate::charger) struct Card {
    pub(in crate::charger) name: String<24>,
    /// Energy charged with it, Wh: all that a client may write.
    pub(in crate::charger) energy_wh: u64,
    /// What is more than that, less than a Wh.
    rest_mwh: u16,
    /// As it was written, in hexadecimal digits; empty when there is none.
    id: IdText,
}

impl Card {
    fn count(&mut self, delivered_mwh: u64) {
        let all_mwh = u64::from(self.rest_mwh).saturating_add(delivered_mwh);
        self.energy_wh = self.energy_wh.saturating_add(all_mwh / MWH_PER_WH);
        // Less than a thousand.
        self.rest_mwh = (all_mwh % MWH_PER_WH) as u16;
    }

    pub(in crate::charger) fn id(&self) -> &IdText {
        &self.id
    }

    fn is(&self, card: &CardId) -> bool {
        let mut digits = self.id.bytes().map(|digit| char::from(digit).to_digit(16));
        let mut bytes = card.as_bytes().iter();
        loop {
            match (digits.next(), digits.next(), bytes.next()) {
                (Some(Some(high)), Some(Some(low)), Some(&byte))
                    if u32::from(byte) == high << 4 | low => {}
                (None, None, None) => return !self.id.is_empty(),
                _ => return false,
            }
        }
    }
}

/// The person who charges.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::charger) enum Transaction {
    /// Somebody without a card.
    Anybody,
    /// The owner of this card.
    Card(Number),
}

/// The persons who may charge.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::charger) enum Access {
    #[default]
    Open,
    Wait,
    /// A management system decides, which there is none of: as `Wait`.
    Managed,
}

/// All cards, and the transaction.
#[derive(Debug)]
pub(in crate::charger) struct Cards {
    pub(in crate::charger) access: Access,
    cards: [Card; CARDS],
    transaction: Option<Transaction>,
    /// When it began, until a car uses it.
    unused_since_ms: Option<u64>,
    /// The card whose energy flash does not hold, and how much of it.
    uncounted: Option<(Number, u64)>,
}

impl Cards {
    pub(in crate::charger) fn new() -> Self {
        Cards {
            access: Access::Open,
            cards: Default::default(),
            transaction: None,
            unused_since_ms: None,
            uncounted: None,
        }
    }

    /// Boots: a transaction ends.
    pub(in crate::charger) fn reboot(&mut self) {
        self.transaction = None;
        self.unused_since_ms = None;
    }

    pub(in crate::charger) fn cards(&self) -> &[Card; CARDS] {
        &self.cards
    }

    pub(in crate::charger) fn transaction(&self) -> Option<Transaction> {
        self.transaction
    }

    /// Returns whether somebody was let in, or need not be.
    pub(in crate::charger) fn authorized(&self) -> bool {
        self.access == Access::Open || self.transaction.is_some()
    }

    /// Counts what was delivered since the last step for the card, and looks at
    /// the reader.
    pub(in crate::charger) fn step(
        &mut self,
        now_ms: u64,
        pilot: PilotState,
        delivered_mwh: u64,
        held: Option<CardId>,
    ) {
        if let Some(Transaction::Card(number)) = self.transaction
            && delivered_mwh > 0
        {
            self.cards[number].count(delivered_mwh);
            let before_mwh = self.uncounted.map_or(0, |(_, mwh)| mwh);
            self.uncounted = Some((number, before_mwh.saturating_add(delivered_mwh)));
        }
        match (pilot, self.unused_since_ms) {
            (PilotState::A, None) => self.transaction = None,
            (PilotState::A, Some(ms)) if now_ms.saturating_sub(ms) >= UNUSED_MS => {
                self.transaction = None;
                self.unused_since_ms = None;
            }
            (PilotState::A, Some(_)) => {}
            _ => self.unused_since_ms = None,
        }
        let known = held.and_then(|held| self.cards.iter().position(|card| card.is(&held)));
        if let (Some(number), None) = (known.and_then(Number::new), self.transaction) {
            self.begin(now_ms, Transaction::Card(number));
        }
    }

    /// The card whose energy is worth a write to flash: by 100 Wh more than when
    /// it was last given here, or by anything once charging has ended.
    pub(in crate::charger) fn take_uncounted(&mut self, charging: bool) -> Option<Number> {
        let (number, _) = self
            .uncounted
            .take_if(|(_, mwh)| !charging || *mwh >= SAVE_MWH)?;
        Some(number)
    }

    /// Begins a transaction or ends the one there is.
    pub(in crate::charger) fn transact(&mut self, now_ms: u64, written: Option<u8>) {
        let Some(written) = written else {
            return self.reboot();
        };
        // The table has none above the last card.
        let number = usize::from(written).checked_sub(1).and_then(Number::new);
        self.begin(
            now_ms,
            number.map_or(Transaction::Anybody, Transaction::Card),
        );
    }

    fn begin(&mut self, now_ms: u64, transaction: Transaction) {
        self.transaction = Some(transaction);
        self.unused_since_ms = Some(now_ms);
    }

    pub(in crate::charger) fn rename(
        &mut self,
        number: Number,
        name: JsonStr<'_>,
    ) -> Result<(), Refusal> {
        self.cards[number].name = name.decode().ok_or(LONG)?;
        Ok(())
    }

    pub(in crate::charger) fn set_energy(&mut self, number: Number, wh: u64) {
        let card = &mut self.cards[number];
        (card.energy_wh, card.rest_mwh) = (wh, 0);
    }

    /// Learns a card, or forgets the one there is.
    pub(in crate::charger) fn learn(
        &mut self,
        number: Number,
        id: JsonStr<'_>,
    ) -> Result<(), Refusal> {
        let id: IdText = id.decode().ok_or(NO_ID)?;
        let whole = id.is_empty() || (id.len() >= 8 && id.len().is_multiple_of(2));
        if !whole || !id.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(NO_ID);
        }
        self.cards[number].id = id;
        Ok(())
    }
}

const LONG: Refusal = Refusal::new("is too long");

const NO_ID: Refusal = Refusal::new("must be 4 to 10 bytes as hexadecimal digits");

#[cfg(test)]
mod tests {
    use goe_api::{Key, Write};

    use super::*;
    use PilotState::{A, B, C};
    use Transaction::{Anybody, Card as By};

    const FIRST: Number = Number::at::<0>();
    const FOURTH: Number = Number::at::<3>();
    const LAST: Number = Number::at::<{ CARDS - 1 }>();

    fn learn(cards: &mut Cards, json: &str) -> Result<(), Refusal> {
        let Ok(Write::Ci(number, id)) = Write::parse(Key::C3i, json) else {
            panic!("the table does not accept {json}");
        };
        cards.learn(number, id)
    }

    #[test]
    fn a_card_begins_and_unplugging_ends() {
        let mut cards = Cards::new();
        cards.access = Access::Wait;
        learn(&mut cards, r#""04aB12f0""#).expect("an id");
        let known = CardId::new(&[0x04, 0xab, 0x12, 0xf0]);
        let longer = CardId::new(&[0x04, 0xab, 0x12, 0xf0, 0]);
        let shorter = CardId::new(&[0x04, 0xab, 0x12]);
        for (second, (pilot, delivered_mwh, held, transaction)) in [
            (B, 0, None, None),
            (B, 0, longer, None),
            (B, 0, shorter, None),
            (B, 0, known, Some(By(FOURTH))),
            (C, 1_500, None, Some(By(FOURTH))),
            (C, 600, known, Some(By(FOURTH))),
            (A, 0, None, None),
            (C, 9_000, None, None),
            (A, 0, None, None),
            // First the card, then the car.
            (A, 0, known, Some(By(FOURTH))),
            (A, 0, None, Some(By(FOURTH))),
            (B, 0, None, Some(By(FOURTH))),
            (A, 0, None, None),
        ]
        .into_iter()
        .enumerate()
        {
            cards.step(second as u64 * 1_000, pilot, delivered_mwh, held);
            assert_eq!(cards.transaction(), transaction, "at {second} s");
            assert_eq!(cards.authorized(), transaction.is_some(), "at {second} s");
        }
        assert_eq!(cards.cards()[3].energy_wh, 2);
        // Whatever is written is what it was, and the end of all counting.
        cards.set_energy(FOURTH, u64::MAX);
        cards.begin(0, By(FOURTH));
        cards.step(0, C, 5_000, None);
        assert_eq!(cards.cards()[3].energy_wh, u64::MAX);
        assert_eq!(cards.take_uncounted(true), None);
        assert_eq!(cards.take_uncounted(false), Some(FOURTH));
        assert_eq!(cards.take_uncounted(false), None);
    }

    #[test]
    fn a_client_begins_and_ends() {
        let mut cards = Cards::new();
        cards.access = Access::Managed;
        for (written, transaction) in [
            (Some(0), Some(Anybody)),
            (Some(10), Some(By(LAST))),
            (None, None),
            (Some(1), Some(By(FIRST))),
        ] {
            cards.transact(0, written);
            cards.step(1_000, A, 0, None);
            assert_eq!(cards.transaction(), transaction);
        }
        // No car came.
        cards.step(119_999, A, 0, None);
        assert!(cards.authorized());
        cards.step(120_000, A, 0, None);
        assert!(!cards.authorized());
        cards.access = Access::Open;
        assert!(cards.authorized());
    }

    #[test]
    fn what_is_no_id_changes_nothing() {
        let mut cards = Cards::new();
        for (json, id) in [
            (r#""00112233""#, Ok("00112233")),
            (r#""001122""#, Err(())),
            (r#""001122334""#, Err(())),
            (r#""0011223g""#, Err(())),
            (r#""00112233445566778899""#, Ok("00112233445566778899")),
            (r#""""#, Ok("")),
        ] {
            let before = cards.cards()[3].id().clone();
            assert_eq!(learn(&mut cards, json).is_ok(), id.is_ok(), "{json}");
            assert_eq!(cards.cards()[3].id(), id.unwrap_or(&before), "{json}");
        }
    }
}
