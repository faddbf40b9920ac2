//! The stream that keeps a page up to date: events as browsers take them, each one JSON
//! object of what changed since the last.
//!
//! What a slow page missed is in its next event; nothing is kept for it. It must never
//! change anything.

use std::hash::{BuildHasher, RandomState};

use goe_device::clock::Clock as _;
use goe_host::{Exchanged, RealTime, Recent, Stream, Told, Wire, Wish};
use goe_runtime::device::Device;
use serde_json::{Value, json};

use super::Page;
use super::marks::{Happened, Mark};

/// Time between two events, in ms: what changes more often is not read by people.
const PAUSE_MS: u64 = 250;

/// A browser whose stream ended asks again after this time, in ms: a charger may restart.
const RETRY_MS: u64 = 500;

/// One page's stream.
pub(crate) struct Updates<D> {
    page: Page<D>,
    clock: RealTime,
    /// The hashes of what it was told last of each key, with a key of this stream's own.
    keys: Vec<Option<u64>>,
    hash: RandomState,
    garage: String,
    scenario: Option<String>,
    course: String,
    exchanged: u64,
    told: u64,
    marks: u64,
    is_first: bool,
}

impl<D: Device> Updates<D> {
    pub(super) fn new(page: Page<D>) -> Self {
        Updates {
            keys: vec![None; page.device.registry().descriptors.len()],
            page,
            clock: RealTime::start(),
            hash: RandomState::new(),
            garage: String::new(),
            scenario: None,
            course: String::new(),
            exchanged: 0,
            told: 0,
            marks: 0,
            is_first: true,
        }
    }

    /// What changed, as the members of a JSON object.
    fn event(&mut self) -> String {
        let keys = self.changed_keys();
        let page = &self.page;
        let seen = page.seen.borrow();
        let mut members = vec![
            format!("\"now_ms\":{}", seen.now_ms),
            format!("\"utc_ms\":{}", json!(seen.utc_ms)),
        ];
        let mut member = |name: &str, json: &str| members.push(format!("\"{name}\":{json}"));
        if !keys.is_empty() {
            member("keys", &format!("{{{}}}", keys.join(",")));
        }
        let garage = page.garage.show();
        if garage != self.garage {
            member("garage", &garage);
            self.garage = garage;
        }
        let scenario = page.scenario.as_ref().map(goe_scenario::Live::show);
        if scenario != self.scenario || self.is_first {
            member("scenario", scenario.as_deref().unwrap_or("null"));
            self.scenario = scenario;
        }
        let course = seen.course.counts();
        if course != self.course {
            member("course", &course);
            self.course = course;
        }
        let (exchanged, told) = (page.traffic.exchanged(), page.traffic.told());
        for (name, news) in [
            ("traffic", news(&exchanged, &mut self.exchanged, entry)),
            ("told", news(&told, &mut self.told, value_told)),
            ("marks", news(seen.marks.kept(), &mut self.marks, mark)),
        ] {
            news.inspect(|news| member(name, news));
        }
        let retry = match self.is_first {
            true => format!("retry: {RETRY_MS}\n"),
            false => String::new(),
        };
        // An event is a line.
        let members = members.join(",").replace('\n', " ");
        format!("{retry}data: {{{members}}}\n\n")
    }

    /// What of the status is not as it was told, each as a member.
    fn changed_keys(&mut self) -> Vec<String> {
        let (told, hash) = (&mut self.keys, &self.hash);
        let registry = self.page.device.registry();
        self.page.device.with_document(|document| {
            let mut changed = Vec::new();
            for (key, told) in registry.keys().zip(told) {
                let entry = document.entry(key).unwrap_or_default();
                let now = Some(hash.hash_one(entry));
                if now != *told && !entry.is_empty() {
                    changed.push(String::from_utf8_lossy(entry).into_owned());
                }
                *told = now;
            }
            changed
        })
    }
}

/// What is newer than what was told, as a JSON array; told from now on.
fn news<T, const MOST: usize>(
    recent: &Recent<T, MOST>,
    told: &mut u64,
    json: impl Fn((u64, &T)) -> Value,
) -> Option<String> {
    let since = std::mem::replace(told, recent.count());
    let all: Vec<Value> = recent.since(since).map(json).collect();
    (!all.is_empty()).then(|| Value::from(all).to_string())
}

fn entry((id, one): (u64, &Exchanged)) -> Value {
    json!({
        "id": id,
        "at_ms": one.at_ms,
        "wire": match one.wire {
            Wire::Http => "http",
            Wire::Mqtt => "mqtt",
            Wire::Ws => "ws",
            Wire::Modbus => "modbus",
        },
        "who": &*one.who,
        "what": one.what,
        "kind": match one.wish {
            Wish::Set => "set",
            Wish::Read => "read",
            Wish::Other => "other",
        },
        "answer": one.answer,
        "ok": one.accepted,
        "took_us": u64::try_from(one.took.as_micros()).unwrap_or(u64::MAX),
    })
}

fn value_told((id, one): (u64, &Told)) -> Value {
    json!({ "id": id, "at_ms": one.at_ms, "what": one.what })
}

fn mark((id, mark): (u64, &Mark)) -> Value {
    let (kind, value) = match &mark.what {
        Happened::Car(value) => ("car", json!(value)),
        Happened::Fault(value) => ("fault", json!(value)),
        Happened::Phases(count) => ("phases", json!(count)),
        Happened::Set(text) => ("set", json!(text)),
    };
    json!({ "id": id, "at_ms": mark.at_ms, "kind": kind, "value": value })
}

impl<D: Device> Stream for Updates<D> {
    fn content_type(&self) -> &'static str {
        "text/event-stream"
    }

    async fn next(&mut self) -> impl AsRef<[u8]> {
        if !self.is_first {
            self.clock.after(PAUSE_MS).await;
        }
        let event = self.event();
        self.is_first = false;
        event
    }
}
