//! How the chargers of a fleet are: `GET /fleet`.
//!
//! Everything is counted when somebody asks, so that it costs nothing otherwise.

use std::rc::Rc;
use std::time::Instant;

use goe_api::Key;
use goe_firmware::board::Meter;
use goe_host::{Call, Handler, NoStream, Reply};
use goe_runtime::device::Device;
use serde_json::{Value, json};

use super::charger::Charger;
use super::process;
use super::town::Town;
use crate::args::Shard;

/// Where it is.
pub(crate) const PATH: &str = "/fleet";

/// As many are told as the slowest.
const SLOWEST: usize = 10;

/// Answers with the figures of a town.
#[derive(Clone)]
pub(crate) struct Figures {
    town: Rc<Town>,
    shard: Option<Shard>,
    has_broker: bool,
    began: Instant,
}

/// What is told of all chargers together.
#[derive(Default)]
struct Sums {
    /// A digit for the state of each car.
    cars: String,
    power_mw: u64,
    /// A town uses more than 64 bits hold.
    energy_uj: u128,
    connected: usize,
}

impl Figures {
    /// Those from now on, of chargers that were given a broker or not.
    pub(crate) fn new(town: Rc<Town>, shard: Option<Shard>, has_broker: bool) -> Self {
        Figures {
            town,
            shard,
            has_broker,
            began: Instant::now(),
        }
    }

    fn show(&self) -> Value {
        let town = &self.town;
        let sums = Sums::of(town);
        // A charger may have a broker that only it was set to.
        let mqtt = (self.has_broker || sums.connected > 0)
            .then(|| json!({ "connected": sums.connected, "published": town.published().get() }));
        let lateness = town.lateness().borrow();
        let late = lateness.spread();
        let slowest = lateness.slowest(SLOWEST).into_iter();
        let slowest = slowest.filter_map(|(charger, late_ms)| {
            let serial = town.charger(charger)?.serial();
            Some(json!({ "serial": serial, "late_ms": late_ms }))
        });
        json!({
            "count": town.count(),
            "serial": format!("{:06}", town.serials().start),
            "shard": self.shard.map(|shard| shard.to_string()),
            "speed": town.speed(),
            "uptime_s": self.began.elapsed().as_secs(),
            "cars": sums.cars,
            "power_w": sums.power_mw / 1_000,
            "energy_wh": sums.energy_wh(),
            "mqtt": mqtt,
            "late_ms": { "median": late.median, "p99": late.p99, "most": late.most },
            "slowest": slowest.collect::<Value>(),
            "process": {
                "resident_bytes": process::resident_bytes(),
                "cpu_s": process::cpu_s(),
            },
        })
    }
}

impl Sums {
    /// Power and energy are those of the meters since the start; the rest is read where
    /// clients read it.
    fn of(town: &Town) -> Self {
        let mut sums = Sums::default();
        for charger in town.chargers() {
            charger.device().look(|wallbox| {
                let board = wallbox.board();
                sums.add(board.meter().power_mw, board.energy_uj());
            });
            sums.cars.push(digit(charger, Key::Car));
            sums.connected += usize::from(is_true(charger, Key::Mcc));
        }
        sums
    }

    /// One more meter.
    fn add(&mut self, power_mw: u32, energy_uj: u64) {
        self.power_mw += u64::from(power_mw);
        self.energy_uj += u128::from(energy_uj);
    }

    fn energy_wh(&self) -> u64 {
        u64::try_from(self.energy_uj / 3_600_000_000).unwrap_or(u64::MAX)
    }
}

/// The value of a key that is one digit; what is not known is 0, as the API has it.
fn digit(charger: &Charger, key: Key) -> char {
    let digit = charger.device().with_document(|document| {
        let digit = *document.entry(key.index())?.last()?;
        digit.is_ascii_digit().then_some(char::from(digit))
    });
    digit.unwrap_or('0')
}

fn is_true(charger: &Charger, key: Key) -> bool {
    let entry = |entry: &[u8]| entry.ends_with(b":true");
    let device = charger.device();
    device.with_document(|document| document.entry(key.index()).is_some_and(entry))
}

impl Handler for Figures {
    type Body = String;
    type Stream = NoStream;

    fn methods(&self, path: &str) -> Option<&'static str> {
        (path == PATH).then_some("GET, HEAD")
    }

    fn answer(&self, _call: Call<'_>) -> Reply<String> {
        Reply::json(200, format!("{}\n", self.show()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_all_have_used_is_more_than_one_can() {
        let mut sums = Sums::default();
        (0..1_000_000).for_each(|_| sums.add(22_000_000, u64::MAX));
        assert_eq!(sums.power_mw / 1_000, 22_000_000_000);
        assert_eq!(sums.energy_wh(), 5_124_095_576_030_431);
    }
}
