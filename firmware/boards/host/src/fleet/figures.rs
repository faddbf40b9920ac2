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
    began: Instant,
}

impl Figures {
    pub(crate) fn new(town: Rc<Town>, shard: Option<Shard>) -> Self {
        Figures {
            town,
            shard,
            began: Instant::now(),
        }
    }

    fn show(&self) -> Value {
        let town = &self.town;
        let (mut power_mw, mut energy_uj) = (0, 0);
        for charger in town.chargers() {
            charger.device().look(|wallbox| {
                let board = wallbox.board();
                power_mw += u64::from(board.meter().power_mw);
                energy_uj += board.energy_uj();
            });
        }
        let mut late: Vec<_> = town.chargers().map(|one| (one.late_us(), one)).collect();
        late.sort_unstable_by_key(|&(late_us, _)| std::cmp::Reverse(late_us));
        let late_ms = |us: u32| f64::from(us) / 1_000.0;
        let rank = |percent: usize| late.get(late.len() * (100 - percent) / 100);
        let rank = |percent| rank(percent).map(|&(us, _)| late_ms(us));
        let slowest = late
            .iter()
            .take(SLOWEST)
            .map(|&(us, charger)| json!({ "serial": charger.serial(), "late_ms": late_ms(us) }));
        json!({
            "count": town.count(),
            "serial": format!("{:06}", town.serials().start),
            "shard": self.shard.map(|shard| shard.to_string()),
            "speed": town.speed(),
            "uptime_s": self.began.elapsed().as_secs(),
            "cars": town.chargers().map(car).collect::<String>(),
            "power_w": power_mw / 1_000,
            "energy_wh": energy_uj / 3_600_000_000,
            "late_ms": { "median": rank(50), "p99": rank(99), "most": late.first().map(|&(us, _)| late_ms(us)) },
            "slowest": slowest.collect::<Value>(),
        })
    }
}

/// The digit of the state of its car.
fn car(charger: &Charger) -> char {
    let key = Key::Car.index();
    let digit = charger.device().with_document(|document| {
        let digit = *document.entry(key)?.last()?;
        digit.is_ascii_digit().then_some(char::from(digit))
    });
    digit.unwrap_or('0')
}

impl Handler for Figures {
    type Body = String;
    type Stream = NoStream;

    fn methods(&self, path: &str) -> Option<&'static str> {
        (path == PATH).then_some("GET, HEAD")
    }

    fn answer(&self, _call: Call<'_>) -> Reply<String> {
        Reply {
            status: 200,
            content_type: "application/json",
            body: format!("{}\n", self.show()),
        }
    }
}
