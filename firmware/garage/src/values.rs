//! What the members of the garage's JSON may be: each type reads what is possible,
//! and otherwise says what would be.

use std::fmt;

use goe_firmware::board::CardId;
use goe_sim::NETWORKS;
use serde::de::{self, Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;

/// A whole number of a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub(super) struct Whole<const LEAST: u32, const MOST: u32>(u32);

impl<const LEAST: u32, const MOST: u32> Whole<LEAST, MOST> {
    /// What the simulator has, which may be beyond what can be asked for.
    pub(super) fn of(number: u32) -> Self {
        Whole(number.clamp(LEAST, MOST))
    }

    pub(super) fn get(self) -> u32 {
        self.0
    }
}

impl<'de, const LEAST: u32, const MOST: u32> Deserialize<'de> for Whole<LEAST, MOST> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InRange<const LEAST: u32, const MOST: u32>;

        impl<const LEAST: u32, const MOST: u32> Visitor<'_> for InRange<LEAST, MOST> {
            type Value = u32;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "a whole number from {LEAST} to {MOST}")
            }

            fn visit_u64<E: de::Error>(self, number: u64) -> Result<u32, E> {
                let found = u32::try_from(number).ok();
                let found = found.filter(|number| (LEAST..=MOST).contains(number));
                found.ok_or_else(|| E::invalid_value(de::Unexpected::Unsigned(number), &self))
            }
        }

        deserializer
            .deserialize_u64(InRange::<LEAST, MOST>)
            .map(Whole)
    }
}

/// A temperature, in thousandths of a degree; degrees in JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Degrees(pub(super) i32);

impl Serialize for Degrees {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(f64::from(self.0) / 1_000.0)
    }
}

impl<'de> Deserialize<'de> for Degrees {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let degrees = Value::deserialize(deserializer)?.as_f64();
        let degrees = degrees.filter(|degrees| (-40.0..=120.0).contains(degrees));
        let expected = "expected a temperature from -40 to 120 °C";
        let degrees = degrees.ok_or_else(|| de::Error::custom(expected))?;
        // Within the range.
        Ok(Degrees((degrees * 1_000.0).round() as i32))
    }
}

/// A card that is held to the reader, as its hexadecimal digits. It is never told: it
/// opens the charger to whoever knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Card(pub(super) CardId);

impl Serialize for Card {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_none()
    }
}

impl<'de> Deserialize<'de> for Card {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Value::deserialize(deserializer)?;
        let bytes = text.as_str().and_then(hex);
        let id = bytes.and_then(|bytes| CardId::new(&bytes));
        let expected = "expected null or the 1 to 10 bytes of a card in hex, such as \"04a1b2c3\"";
        id.map(Card).ok_or_else(|| de::Error::custom(expected))
    }
}

fn hex(text: &str) -> Option<Vec<u8>> {
    let digits = text.chars().map(|digit| digit.to_digit(16));
    let digits: Vec<u32> = digits.collect::<Option<_>>()?;
    let pairs = digits.chunks(2).map(|pair| match pair {
        &[high, low] => u8::try_from(high * 16 + low).ok(),
        _ => None,
    });
    pairs.collect()
}

/// A password of the WebSocket that is set, once. It is never told.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Password(pub(super) String);

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl Serialize for Password {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_none()
    }
}

impl<'de> Deserialize<'de> for Password {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Value::deserialize(deserializer)?;
        let text = text.as_str().filter(|text| (1..=64).contains(&text.len()));
        let expected = "expected null or a password of 1 to 64 bytes";
        text.map(|text| Password(text.to_owned()))
            .ok_or_else(|| de::Error::custom(expected))
    }
}

/// The networks in the air, each by its name, and whether it is switched on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wifi(pub(super) Vec<(&'static str, bool)>);

impl Serialize for Wifi {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().copied())
    }
}

impl<'de> Deserialize<'de> for Wifi {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Networks;

        impl<'de> Visitor<'de> for Networks {
            type Value = Vec<(&'static str, bool)>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "an object such as {{\"{}\":false}}", NETWORKS[0].ssid)
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut found = Vec::new();
                while let Some(ssid) = map.next_key::<String>()? {
                    let is_on = map.next_value()?;
                    let network = NETWORKS.iter().find(|network| network.ssid == ssid);
                    let Some(network) = network else {
                        let mut names: Vec<_> = NETWORKS.iter().map(|one| one.ssid).collect();
                        names.dedup();
                        return Err(de::Error::custom(format!(
                            "there is no network `{ssid}`, but {}",
                            names.join(", ")
                        )));
                    };
                    found.push((network.ssid, is_on));
                }
                Ok(found)
            }
        }

        let mut found = deserializer.deserialize_map(Networks)?;
        let place = |ssid| NETWORKS.iter().position(|network| network.ssid == ssid);
        found.sort_by_key(|&(ssid, _)| place(ssid));
        Ok(Wifi(found))
    }
}

/// What electricity costs in the course of a day, in ct: so many prices, each for as long
/// as the others.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(transparent)]
pub(super) struct DayPrices(Vec<f32>);

impl DayPrices {
    /// As many as the charger can know.
    pub(super) const MOST: usize = 96;

    /// How long each holds, s.
    pub(super) fn interval_s(&self) -> i64 {
        DAY_S / self.0.len().max(1) as i64
    }

    /// The price of each interval since 1970, every day the same.
    pub(super) fn of_interval(&self, interval: i64) -> f32 {
        let many = self.0.len().max(1) as i64;
        // Within the list.
        let of_day = interval.rem_euclid(many) as usize;
        self.0.get(of_day).copied().unwrap_or_default()
    }
}

const DAY_S: i64 = 86_400;

impl<'de> Deserialize<'de> for DayPrices {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let prices = Option::<Vec<f32>>::deserialize(deserializer).ok().flatten();
        let prices = prices.filter(|prices| {
            let is_finite = prices.iter().all(|price| price.is_finite());
            let many = prices.len();
            is_finite && (1..=Self::MOST).contains(&many) && DAY_S % many as i64 == 0
        });
        let expected = "expected null or the prices of a day from midnight UTC on, in ct: 24, 96 or \
                        another number of them that a day can be divided by, such as [30]";
        prices
            .map(DayPrices)
            .ok_or_else(|| de::Error::custom(expected))
    }
}

/// Two or more words, one of which a member is.
macro_rules! words {
    ($(#[$about:meta])* $name:ident: $($word:ident = $text:literal),+) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum $name {
            $($word),+
        }

        impl $name {
            pub(super) const WORDS: &'static [(&'static str, Self)] = &[$(($text, Self::$word)),+];
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(match self { $(Self::$word => $text),+ })
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_str(OneOf(Self::WORDS))
            }
        }
    };
}

/// Reads one of these words.
struct OneOf<T: 'static>(&'static [(&'static str, T)]);

impl<T: Copy> Visitor<'_> for OneOf<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = self.0.iter().map(|(word, _)| format!("`{word}`"));
        f.write_str(&words.collect::<Vec<_>>().join(" or "))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        let found = self.0.iter().find(|(word, _)| *word == text);
        let wrong = || E::invalid_value(de::Unexpected::Str(text), &self);
        found.map(|&(_, value)| value).ok_or_else(wrong)
    }
}

words!(
    /// A residual current that flows.
    Residual: None = "none", Ac = "ac", Dc = "dc"
);
words!(
    /// What somebody does with the button.
    Button: Pressed = "pressed", Held = "held"
);
words!(
    /// Protective earth.
    Earth: Present = "present", Missing = "missing"
);
words!(
    /// A phase of the mains.
    Phase: Live = "live", Dead = "dead"
);
words!(
    /// The contactor.
    Contactor: Free = "free", Welded = "welded"
);
words!(
    /// The bolt of the lock.
    Lock: Free = "free", Stuck = "stuck"
);
words!(
    /// What flash does with what is written.
    Flash: Whole = "whole", Failing = "failing"
);
