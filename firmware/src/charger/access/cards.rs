//! RFID cards, and who charges with which of them.
//!
//! A transaction begins when a known card is held to the reader while a car waits
//! for it, or when a client says so, and ends when the car is unplugged or a client
//! says so. Energy is counted for its card. Who only waits for a car begins one
//! that the next car uses.

use core::fmt::Write as _;

use goe_api::CardsPatch;
use goe_runtime::{Index, JsonStr, Refusal, error::ValuePath};
use heapless::String;

use crate::board::{CardId, PilotState};

/// Number of cards.
pub(in crate::charger) const CARDS: usize = 10;

/// Which of them.
pub(in crate::charger) type Number = Index<CARDS>;

/// Longest name, bytes.
const NAME_MAX: usize = 24;

/// Two digits for each byte.
pub(in crate::charger) type IdText = String<{ 2 * CardId::MAX }>;

/// A transaction that no car has used ends after this unless another time is set, ms
/// (API 116).
const UNUSED_MS: u32 = 120_000;

/// Unsaved energy worth a write while charging, mWh.
const SAVE_MWH: u64 = 100_000;

const MWH_PER_WH: u64 = 1_000;

/// One card.
#[derive(Debug, Default)]
pub(in crate::charger) struct Card {
    pub(in crate::charger) name: String<NAME_MAX>,
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

/// The card that was last held to the reader.
#[derive(Debug)]
pub(in crate::charger) struct Held {
    pub(in crate::charger) id: IdText,
    /// Which of the known ones it was.
    pub(in crate::charger) number: Option<Number>,
    pub(in crate::charger) at_ms: u64,
}

/// All cards, and the transaction.
#[derive(Debug)]
pub(in crate::charger) struct Cards {
    pub(in crate::charger) access: Access,
    /// Ids may be told.
    pub(in crate::charger) tells_ids: bool,
    /// A transaction waits so long for a car, ms.
    pub(in crate::charger) unused_ms: u32,
    cards: [Card; CARDS],
    held: Option<Held>,
    transaction: Option<Transaction>,
    /// The card that was held to the reader for it.
    begun_by: IdText,
    /// When it began, until a car uses it.
    unused_since_ms: Option<u64>,
    /// The card whose energy flash does not hold, and how much of it.
    uncounted: Option<(Number, u64)>,
}

impl Cards {
    pub(in crate::charger) fn new() -> Self {
        Cards {
            access: Access::Open,
            tells_ids: false,
            unused_ms: UNUSED_MS,
            cards: Default::default(),
            held: None,
            transaction: None,
            begun_by: IdText::new(),
            unused_since_ms: None,
            uncounted: None,
        }
    }

    /// Boots: a transaction ends, and the reader has heard nothing.
    pub(in crate::charger) fn reboot(&mut self) {
        self.held = None;
        self.end();
    }

    fn end(&mut self) {
        self.transaction = None;
        self.unused_since_ms = None;
    }

    /// The card that was last held to the reader.
    pub(in crate::charger) fn held(&self) -> Option<&Held> {
        self.held.as_ref()
    }

    /// Returns the id of the card that the transaction was begun with.
    pub(in crate::charger) fn begun_by(&self) -> Option<&IdText> {
        let begun = self.transaction.is_some() && !self.begun_by.is_empty();
        begun.then_some(&self.begun_by)
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
            (PilotState::A, Some(ms)) if now_ms.saturating_sub(ms) >= self.unused_ms.into() => {
                self.end();
            }
            (PilotState::A, Some(_)) => {}
            _ => self.unused_since_ms = None,
        }
        let Some(held) = held else {
            return;
        };
        let known = self.cards.iter().position(|card| card.is(&held));
        let number = known.and_then(Number::new);
        let id = digits(&held);
        if let (Some(number), None) = (number, self.transaction) {
            self.begin(now_ms, Transaction::Card(number));
            self.begun_by = id.clone();
        }
        self.held = Some(Held {
            id,
            number,
            at_ms: now_ms,
        });
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
            return self.end();
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
        self.begun_by.clear();
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

    /// Takes the id of a card, or forgets the one there is.
    pub(in crate::charger) fn learn(
        &mut self,
        number: Number,
        id: JsonStr<'_>,
    ) -> Result<(), Refusal> {
        self.cards[number].id = id_of(id)?;
        Ok(())
    }

    /// Takes all patches or none. `patches` is asked twice, first to check and then to
    /// take.
    pub(in crate::charger) fn patch<'a, I>(
        &mut self,
        patches: impl Fn() -> I,
    ) -> Result<(), Refusal>
    where
        I: Iterator<Item = CardsPatch<'a>>,
    {
        for (index, patch) in patches().enumerate() {
            let checked = match (Number::new(index), patch.rfid, patch.name) {
                (None, ..) => return Err(TOO_MANY),
                (_, Some(id), _) if id_of(id).is_err() => Err(NO_ID),
                (_, _, Some(name)) if name.decode::<NAME_MAX>().is_none() => Err(LONG),
                _ => Ok(()),
            };
            // Below the number of cards.
            let path = ValuePath::TOP.entry(index as u16);
            checked.map_err(|refusal: Refusal| Refusal { path, ..refusal })?;
        }
        for (index, patch) in patches().enumerate() {
            let Some(number) = Number::new(index) else {
                continue;
            };
            if let Some(name) = patch.name {
                self.rename(number, name)?;
            }
            if let Some(wh) = patch.energy {
                self.set_energy(number, wh);
            }
            if let Some(id) = patch.rfid {
                self.learn(number, id)?;
            }
        }
        Ok(())
    }

    /// Learns the card that was last held to the reader.
    pub(in crate::charger) fn learn_held(&mut self, number: u8) -> Result<(), Refusal> {
        let number = Number::new(number.into()).ok_or(NO_SUCH)?;
        let held = self.held.as_mut().ok_or(NOTHING_HELD)?;
        self.cards[number].id = held.id.clone();
        held.number.get_or_insert(number);
        Ok(())
    }

    /// Forgets all of a card.
    pub(in crate::charger) fn erase(&mut self, number: u8) -> Result<(), Refusal> {
        let number = Number::new(number.into()).ok_or(NO_SUCH)?;
        self.cards[number] = Card::default();
        Ok(())
    }
}

/// What a card says of itself, as it is written.
fn digits(card: &CardId) -> IdText {
    let mut text = IdText::new();
    for byte in card.as_bytes() {
        // Two digits for each.
        let _ = write!(text, "{byte:02X}");
    }
    text
}

fn id_of(written: JsonStr<'_>) -> Result<IdText, Refusal> {
    let id: IdText = written.decode().ok_or(NO_ID)?;
    let whole = id.is_empty() || (id.len() >= 8 && id.len().is_multiple_of(2));
    match whole && id.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        true => Ok(id),
        false => Err(NO_ID),
    }
}

const LONG: Refusal = Refusal::new("is too long");

const NO_ID: Refusal = Refusal::new("must be 4 to 10 bytes as hexadecimal digits");

const TOO_MANY: Refusal = Refusal::new("at most 10 entries");

const NO_SUCH: Refusal = Refusal::new("cards are numbered 0 to 9");

const NOTHING_HELD: Refusal = Refusal::new("no card was held to the reader yet");

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

    fn patch(cards: &mut Cards, json: &str) -> Result<(), Refusal> {
        let Ok(Write::Cards(patches)) = Write::parse(Key::Cards, json) else {
            panic!("the table does not accept {json}");
        };
        cards.patch(|| patches.iter())
    }

    #[test]
    fn a_patch_changes_what_it_names() {
        let mut cards = Cards::new();
        for json in [
            "[]",
            r#"[{},{"name":"Anna","energy":7}]"#,
            r#"[{"rfid":"04a1b2c3"},{}]"#,
            r#"[{},{"name":"Bert"}]"#,
        ] {
            patch(&mut cards, json).expect(json);
        }
        let is = |card: &Card| (card.name.len(), card.energy_wh, card.id.len());
        assert_eq!(is(&cards.cards()[0]), (0, 0, 8));
        assert_eq!(is(&cards.cards()[1]), (4, 7, 0));
        // All of it or nothing.
        let refusal = patch(&mut cards, r#"[{"name":"x"},{"rfid":"04"}]"#);
        assert_eq!(refusal.map_err(|refusal| refusal.reason), Err(NO_ID.reason));
        assert!(cards.cards()[0].name.is_empty());
    }

    #[test]
    fn the_reader_is_heard_and_learned_from() {
        let mut cards = Cards::new();
        assert!(cards.learn_held(3).is_err());
        cards.step(1_000, A, 0, CardId::new(&[4, 0xab, 0x12, 0xf0]));
        let held = |cards: &Cards| {
            let held = cards.held().expect("a card");
            (held.number.map(Number::get), held.at_ms)
        };
        assert_eq!(held(&cards), (None, 1_000));
        cards.learn_held(3).expect("a card was held");
        assert_eq!(
            (held(&cards), cards.cards()[3].id().as_str()),
            ((Some(3), 1_000), "04AB12F0")
        );
        assert_eq!(cards.begun_by(), None);
        cards.step(2_000, B, 0, CardId::new(&[4, 0xab, 0x12, 0xf0]));
        assert_eq!(
            (held(&cards), cards.transaction()),
            ((Some(3), 2_000), Some(By(FOURTH)))
        );
        assert_eq!(cards.begun_by().map(String::as_str), Some("04AB12F0"));
        // Whoever lets somebody in has held no card.
        cards.transact(3_000, Some(4));
        assert_eq!(
            (cards.transaction(), cards.begun_by()),
            (Some(By(FOURTH)), None)
        );
        cards.erase(3).expect("there are ten");
        assert!(cards.cards()[3].id().is_empty() && cards.erase(10).is_err());
        cards.unused_ms = 5_000;
        cards.transact(9_000, Some(0));
        cards.step(13_999, A, 0, None);
        assert!(cards.transaction().is_some());
        cards.step(14_000, A, 0, None);
        assert!(cards.transaction().is_none());
    }
}
