//! Prices of electricity, and which of them are low.
//!
//! A list of them is told, each for as long as the others and one after the other.
//! It is not stored: whoever tells them tells them anew after a boot.

use goe_runtime::Refusal;
use heapless::Vec;

/// A day of quarter hours.
pub(in crate::charger) const MOST: usize = 96;

/// A price, and when it holds, s since 1970.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::charger) struct Price {
    pub(in crate::charger) start_s: i64,
    pub(in crate::charger) end_s: i64,
    pub(in crate::charger) ct: f32,
}

/// The prices that are known, and what is made of them.
#[derive(Debug)]
pub(in crate::charger) struct Prices {
    start_s: u32,
    interval_s: u32,
    ct: Vec<f32, MOST>,
    /// Low prices are wanted.
    pub(in crate::charger) wanted: bool,
    /// Up to here a price is low, ct.
    pub(in crate::charger) low_ct: f32,
}

impl Prices {
    pub(in crate::charger) fn new() -> Self {
        Prices {
            start_s: 0,
            interval_s: 1,
            ct: Vec::new(),
            wanted: false,
            low_ct: 3.0,
        }
    }

    /// Boots: what was told is forgotten.
    pub(in crate::charger) fn reboot(&mut self) {
        self.ct.clear();
    }

    /// Hears prices, the first of which holds from `start_s` on.
    pub(in crate::charger) fn tell<I: Iterator<Item = f32>>(
        &mut self,
        start_s: u32,
        interval_s: u32,
        prices_ct: impl Fn() -> I,
    ) -> Result<(), Refusal> {
        if prices_ct().count() > MOST {
            return Err(TOO_MANY);
        }
        self.ct = prices_ct().collect();
        (self.start_s, self.interval_s) = (start_s, interval_s.max(1));
        Ok(())
    }

    /// All that are known, in order.
    fn iter(&self) -> impl Iterator<Item = Price> {
        let mut start_s = i64::from(self.start_s);
        self.ct.iter().map(move |&ct| {
            let end_s = start_s + i64::from(self.interval_s);
            let price = Price { start_s, end_s, ct };
            start_s = end_s;
            price
        })
    }

    /// The price at that time.
    pub(in crate::charger) fn at(&self, utc_s: i64) -> Option<Price> {
        self.iter()
            .find(|price| (price.start_s..price.end_s).contains(&utc_s))
    }

    /// Returns whether it is low at that time; `None` if it is not known.
    pub(in crate::charger) fn is_low(&self, utc_s: Option<i64>) -> Option<bool> {
        let price = self.at(utc_s?)?;
        Some(price.ct <= self.low_ct)
    }

    /// How long it is cheaper than at `utc_s` between then and `until_s`, s; of two
    /// hours that cost the same the earlier is the cheaper one. `None` if the price
    /// at that time is not known.
    pub(in crate::charger) fn cheaper_s(&self, utc_s: i64, until_s: i64) -> Option<i64> {
        let now = self.at(utc_s)?;
        let cheaper = self.iter().filter(|price| price.start_s > now.start_s);
        let cheaper = cheaper.filter(|price| price.ct < now.ct);
        let seconds = cheaper.map(|price| (price.end_s.min(until_s) - price.start_s).max(0));
        Some(seconds.sum())
    }
}

const TOO_MANY: Refusal = Refusal::new("at most 96 prices can be known");

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR_S: i64 = 3_600;

    fn prices(ct: &[f32]) -> Prices {
        let mut prices = Prices::new();
        let told = prices.tell(36_000, 3_600, || ct.iter().copied());
        told.expect("a few prices");
        prices
    }

    #[test]
    fn a_price_holds_for_its_hour() {
        let prices = prices(&[3.0, 14.192, -1.5]);
        for (hour, ct, is_low) in [
            (9, None, None),
            (10, Some(3.0), Some(true)),
            (11, Some(14.192), Some(false)),
            (12, Some(-1.5), Some(true)),
            (13, None, None),
        ] {
            for second in [0, HOUR_S - 1] {
                let utc_s = hour * HOUR_S + second;
                let price = prices.at(utc_s);
                assert_eq!(price.map(|price| price.ct), ct, "at {hour} h");
                assert_eq!(prices.is_low(Some(utc_s)), is_low, "at {hour} h");
                let held = price.map(|price| (price.start_s, price.end_s));
                let hours = (hour * HOUR_S, (hour + 1) * HOUR_S);
                assert_eq!(held, ct.map(|_| hours));
            }
        }
        assert_eq!(prices.is_low(None), None);
    }

    #[test]
    fn the_cheaper_hours_until_a_time() {
        let prices = prices(&[9.0, 8.0, 9.0, 7.0, 9.5]);
        for (hour, until_h, cheaper_s) in [
            (10, 15, Some(2 * HOUR_S)),
            (10, 13, Some(HOUR_S)),
            (11, 15, Some(HOUR_S)),
            (12, 15, Some(HOUR_S)),
            (13, 15, Some(0)),
            (14, 15, Some(0)),
            (15, 16, None),
        ] {
            let is = prices.cheaper_s(hour * HOUR_S, until_h * HOUR_S);
            assert_eq!(is, cheaper_s, "at {hour} h");
        }
        // Half of the hour is after that time.
        let until_s = 11 * HOUR_S + HOUR_S / 2;
        assert_eq!(prices.cheaper_s(10 * HOUR_S, until_s), Some(HOUR_S / 2));
    }

    #[test]
    fn a_list_replaces_the_one_before_and_has_its_limit() {
        let mut prices = prices(&[1.0]);
        assert!(prices.tell(0, 900, || [0.0; MOST + 1].into_iter()).is_err());
        assert!(prices.at(36_000).is_some());
        let told = prices.tell(0, 900, || [5.0; MOST].into_iter());
        told.expect("a day");
        assert!(prices.at(36_000).is_some_and(|price| price.ct == 5.0));
        assert_eq!(prices.at(86_399).map(|price| price.end_s), Some(86_400));
        prices.reboot();
        assert_eq!(prices.at(36_000), None);
    }
}
