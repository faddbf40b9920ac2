//! The price service: it tells the charger what electricity costs, by the key that is
//! there for it, as the vendor's server does for real ones.

use goe_api::{Key, Write};
use goe_firmware::board::WallClock;
use goe_firmware::wallbox::Wallbox;
use goe_runtime::device::Logic;
use goe_sim::Sim;
use serde_json::json;

use super::values::DayPrices;

/// It tells so often: a charger that boots has forgotten all.
const TELLS_EVERY_MS: u64 = 60_000;

/// It knows no further ahead, s.
const KNOWS_S: i64 = 2 * 86_400;

/// The service, and what it has told.
#[derive(Debug, Default)]
pub(super) struct Tariff {
    prices: Option<DayPrices>,
    told_at_ms: Option<u64>,
}

impl Tariff {
    pub(super) fn prices(&self) -> Option<&DayPrices> {
        self.prices.as_ref()
    }

    pub(super) fn set_prices(&mut self, prices: Option<DayPrices>) {
        if prices != self.prices {
            self.prices = prices;
            self.told_at_ms = None;
        }
    }

    /// Tells what is due. For after a step of the charger.
    pub(super) fn tell(&mut self, wallbox: &mut Wallbox<Sim>, now_ms: u64) {
        let is_due = |at_ms: u64| now_ms.saturating_sub(at_ms) >= TELLS_EVERY_MS;
        let (Some(prices), true) = (&self.prices, self.told_at_ms.is_none_or(is_due)) else {
            return;
        };
        let Some(utc_ms) = wallbox.hardware().utc_ms() else {
            return;
        };
        self.told_at_ms = Some(now_ms);
        let list = list(prices, utc_ms.div_euclid(1_000));
        match Write::parse(Key::Awpl, &list).map(|list| wallbox.apply(list)) {
            Ok(Ok(())) => {}
            _ => tracing::warn!("the price service is refused: {list}"),
        }
    }
}

/// The prices from the one on that holds now.
fn list(prices: &DayPrices, utc_s: i64) -> String {
    let interval_s = prices.interval_s();
    let first = utc_s.div_euclid(interval_s);
    let many = (KNOWS_S / interval_s).min(DayPrices::MOST as i64);
    let ct: Vec<f32> = (first..first + many)
        .map(|interval| prices.of_interval(interval))
        .collect();
    json!({ "marketprice": ct, "start": first * interval_s, "interval": interval_s }).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_two_days_from_the_price_that_holds_now() {
        let hours = (0..24).map(|hour| hour.to_string()).collect::<Vec<_>>();
        let prices = format!("[{}]", hours.join(","));
        let prices: DayPrices = serde_json::from_str(&prices).expect("24 prices");
        let told = list(&prices, 1_757_894_400 + 22 * 3_600 + 59);
        let told: serde_json::Value = serde_json::from_str(&told).expect("JSON");
        assert_eq!(told["start"], 1_757_894_400 + 22 * 3_600);
        assert_eq!(told["interval"], 3_600);
        let ct = told["marketprice"].as_array().expect("prices");
        assert_eq!(
            (ct.len(), &ct[..3]),
            (48, &[json!(22.0), json!(23.0), json!(0.0)][..])
        );
    }
}
