//! The rendered status, the look-up of a key, and the parsing of a set, beside
//! what a Rust program would take for each otherwise.
//!
//! The readings are those of the project's own table, as the firmware gives
//! them after some time in the simulated garage.

mod equal;

use std::collections::HashMap;
use std::hint::black_box;
use std::time::{Duration, Instant};

use anyhow::Context;
use goe_api::{Document, Key, KeySet, REGISTRY, Readings, Write};
use goe_firmware::charger::Identity;
use goe_runtime::device::DeviceCell;
use goe_runtime::http;
use goe_sim::{Sim, SimConfig};

use crate::http::peer::readings;
use crate::stats::Rounds;
use equal::Equal;

const ROUNDS: usize = 15;

/// A round of one contestant.
const ROUND: Duration = Duration::from_millis(10);

/// Something to be measured.
type Contestant<'a> = (&'a str, Box<dyn FnMut() + 'a>);

/// Things to be measured, in the order of a table.
#[derive(Default)]
struct Race<'a>(Vec<Contestant<'a>>);

impl<'a> Race<'a> {
    /// Adds a contestant; what it gives is no use but to be made.
    fn with<T>(mut self, name: &'a str, mut run: impl FnMut() -> T + 'a) -> Self {
        let run = move || drop(black_box(run()));
        self.0.push((name, Box::new(run)));
        self
    }

    /// Nanoseconds a call for each, in alternating rounds, as rows of a table: the
    /// ratio is that of the first one's time, by the round.
    fn rows(mut self) -> String {
        let mut times = vec![Vec::new(); self.0.len()];
        for _ in 0..ROUNDS {
            for ((_, run), times) in self.0.iter_mut().zip(&mut times) {
                times.push(nanoseconds(run));
            }
        }
        let first = times[0].clone();
        let rows = self.0.iter().zip(times).map(|((name, _), times)| {
            let ratios = times.iter().zip(&first).map(|(time, own)| time / own);
            let ratios = Rounds::from(ratios.collect::<Vec<f64>>());
            let times = Rounds::from(times);
            let (times, ratios) = (times.with_range(1), ratios.with_range(2));
            format!("\n| {name} | {times} | {ratios} |")
        });
        format!(
            "| what | ns (range) | ÷ the first (range) |\n| --- | ---: | ---: |{}",
            rows.collect::<String>()
        )
    }
}

fn nanoseconds(run: &mut dyn FnMut()) -> f64 {
    const BATCH: u32 = 16;
    let start = Instant::now();
    let mut calls = 0;
    loop {
        for _ in 0..BATCH {
            run();
        }
        calls += BATCH;
        let spent = start.elapsed();
        if spent >= ROUND {
            return spent.as_nanos() as f64 / f64::from(calls);
        }
    }
}

const HOW: &str = "Medians of 15 rounds of 10 ms in which all take turns.";

/// The section.
pub(crate) fn measure() -> anyhow::Result<String> {
    let readings = readings()?;
    let equal = Equal::of(&readings)?;
    let mut document = Document::new();
    document.render(&readings);
    let full = document.view(&REGISTRY).full().to_vec();
    let by_serde = serde_json::to_vec(&equal).context("no JSON")?;
    let parsed = |json: &[u8]| serde_json::from_slice::<serde_json::Value>(json).map(plain);
    let (ours, theirs) = (parsed(&full)?, parsed(&by_serde)?);
    anyhow::ensure!(ours == theirs, "{ours} and {theirs} mean different things");
    Ok(format!(
        "### The status document ({} bytes, {} keys)\n\n\
         Rendering:\n\n{}\n\nServing all of it, from the document or by serializing:\n\n{}\n\n\
         Serving five keys of it:\n\n{}\n\nA step of the charger, once a second:\n\n{}\n\n\
         {HOW} `serde_json` writes a struct of plain types with derived `Serialize`, which holds \
         the same values and is written from the table, into a buffer that has room for it. The document is rendered over what it \
         held before: once the same, once all of it anew.",
        full.len(),
        REGISTRY.descriptors.len(),
        rendering(&readings, &equal),
        serving(&full, &equal),
        filtering(&readings),
        stepping(&readings)?,
    ))
}

/// With each number as a single: `16` and `16.0` mean the same, and so do the ten digits
/// that the wire has of a single and the fewer that lead back to it.
fn plain(value: serde_json::Value) -> serde_json::Value {
    use serde_json::Value;
    match value {
        Value::Number(number) => Value::from(number.as_f64().map(|number| number as f32)),
        Value::Array(entries) => entries.into_iter().map(plain).collect(),
        Value::Object(members) => members
            .into_iter()
            .map(|(name, value)| (name, plain(value)))
            .collect(),
        other => other,
    }
}

fn rendering(readings: &Readings<'_>, equal: &Equal) -> String {
    let mut same = Document::new();
    same.render(readings);
    let (mut buffer, mut another) = (Vec::with_capacity(1 << 15), Vec::with_capacity(1 << 15));
    Race::default()
        .with("`Document::render`, nothing changed", move || {
            black_box(same.render(black_box(readings)));
        })
        .with("`Document::render`, every byte changed", move || {
            let mut anew = Document::new();
            black_box(anew.render(black_box(readings)));
            black_box(&anew);
        })
        .with("`serde_json`, derive of an equal struct", move || {
            write_json(&mut buffer, equal)
        })
        .with("`serde_json`, the generated `Serialize`", move || {
            write_json(&mut another, readings)
        })
        .rows()
}

fn write_json(buffer: &mut Vec<u8>, value: &impl serde::Serialize) {
    buffer.clear();
    // Memory takes whatever is written to it.
    let _ = serde_json::to_writer(&mut *buffer, black_box(value));
    black_box(&buffer);
}

fn serving(full: &[u8], equal: &Equal) -> String {
    let (mut copy, mut memcpy) = (Vec::with_capacity(1 << 15), vec![0; full.len()]);
    let mut buffer = Vec::with_capacity(1 << 15);
    Race::default()
        .with("the document's slice, into a buffer", move || {
            copy.clear();
            copy.extend_from_slice(black_box(full));
            black_box(&copy);
        })
        .with("memcpy of as many bytes", move || {
            memcpy.copy_from_slice(black_box(full));
            black_box(&memcpy);
        })
        .with("`serde_json`, derive of an equal struct", move || {
            write_json(&mut buffer, equal)
        })
        .rows()
}

/// The keys that evcc asks for, in our words.
const FILTER: &str = "alw,acu,eto,wst,rssi";

fn filtering(readings: &Readings<'_>) -> String {
    let mut document = Document::new();
    document.render(readings);
    let document = std::rc::Rc::new(document);
    let other = document.clone();
    let names: Vec<&str> = FILTER.split(',').collect();
    let (mut out, mut map) = (Vec::with_capacity(1 << 12), Vec::with_capacity(1 << 15));
    Race::default()
        .with(
            "`filter=` parsed, its entries copied from the document",
            move || {
                out.clear();
                let view = document.view(&REGISTRY);
                let keys: KeySet = http::filter(&REGISTRY, black_box(FILTER)).unwrap_or_default();
                for entry in keys.iter().filter_map(|key| view.entry(key)) {
                    out.push(if out.is_empty() { b'{' } else { b',' });
                    out.extend_from_slice(entry);
                }
                out.push(b'}');
                black_box(&out);
            },
        )
        .with(
            "`serde_json`: to a map, the others taken out, written",
            move || {
                map.clear();
                let whole = other.view(&REGISTRY).full();
                // The rendered document is JSON.
                let mut all: serde_json::Map<String, serde_json::Value> =
                    serde_json::from_slice(black_box(whole)).unwrap_or_default();
                all.retain(|name, _| names.contains(&name.as_str()));
                let _ = serde_json::to_writer(&mut map, &all);
                black_box(&map);
            },
        )
        .rows()
}

/// What a step takes as a board makes it, beside one rendering.
fn stepping(readings: &Readings<'_>) -> anyhow::Result<String> {
    let mut same = Document::new();
    same.render(readings);
    let wallbox = || {
        let identity = Identity::new("000001", 1).context("the serial number cannot be used")?;
        let wallbox = goe_sim::wallbox(identity, true, Sim::new(&SimConfig::default()));
        let device = DeviceCell::new(wallbox);
        device.act(goe_sim::begin);
        anyhow::Ok(device)
    };
    let (alone, garage) = (wallbox()?, wallbox()?);
    let [mut alone_ms, mut garage_ms] = [0, 0];
    Ok(Race::default()
        .with("`Document::render`, nothing changed", move || {
            black_box(same.render(black_box(readings)));
        })
        .with("sample, logic, drive, render and changes", move || {
            alone_ms += 1000;
            alone.act(|wallbox| wallbox.step(alone_ms, |_, _| {}));
        })
        .with(
            "the same, and a second of the simulated garage",
            move || {
                garage_ms += 1000;
                garage.act(|wallbox| goe_sim::round(wallbox, garage_ms));
            },
        )
        .rows())
}

/// The peers that want the names when they are compiled.
macro_rules! names {
    ($($name:literal $at:literal),*) => {
        static BY_PHF: phf::Map<&str, Key> = phf::phf_map! { $($name => Key::ALL[$at]),* };

        fn by_match(name: &str) -> Option<Key> {
            match name {
                $($name => Some(Key::ALL[$at]),)*
                _ => None,
            }
        }
    };
}

include!(concat!(env!("OUT_DIR"), "/names.rs"));

/// The section.
pub(crate) fn lookup() -> anyhow::Result<String> {
    let mut names: Vec<&str> = Key::ALL.iter().map(|key| key.name()).collect();
    names.extend(["", "zzz", "wif", "wifisx"]);
    let by_hash: HashMap<&str, Key> = Key::ALL.iter().map(|key| (key.name(), *key)).collect();
    for name in &names {
        let expected = Key::from_name(name);
        anyhow::ensure!(by_match(name) == expected && by_hash.get(name).copied() == expected);
        anyhow::ensure!(BY_PHF.get(name).copied() == expected);
    }
    let table = Race::default()
        .with("`Key::from_name`", all(&names, Key::from_name))
        .with("`phf`", all(&names, |name| BY_PHF.get(name).copied()))
        .with(
            "`HashMap` (SipHash)",
            all(&names, |name| by_hash.get(name).copied()),
        )
        .with("`match`", all(&names, by_match))
        .rows();
    Ok(format!(
        "### Looking up a name ({} names, of which 4 are no key)\n\n{table}\n\n{HOW} A call is all \
         names, one after the other.",
        names.len(),
    ))
}

/// Looks all names up, one after the other.
fn all(names: &[&str], mut find: impl FnMut(&str) -> Option<Key>) -> impl FnMut() {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    move || {
        for name in &names {
            black_box(find(black_box(name)));
        }
    }
}

/// The section.
pub(crate) fn parse() -> anyhow::Result<String> {
    const WIFIS: &str = r#"[{},{"ssid":"guests at home","key":"correct horse"}]"#;
    anyhow::ensure!(Write::parse(Key::Wifis, WIFIS).is_ok());
    let value = |json| serde_json::from_str::<serde_json::Value>(black_box(json));
    let number = Race::default()
        .with("`Write::parse` of `dwo=3500.5`, checked, read", || {
            if let Ok(Write::Dwo(limit)) = Write::parse(Key::Dwo, black_box("3500.5")) {
                black_box(limit);
            }
        })
        .with("`serde_json`, `Option<f64>`", || {
            serde_json::from_str::<Option<f64>>(black_box("3500.5")).ok()
        })
        .with("`serde_json`, `Value`", || value("3500.5"))
        .rows();
    let patch = Race::default()
        .with("`Write::parse` of two `wifis`, checked, each read", || {
            if let Ok(Write::Wifis(patches)) = Write::parse(Key::Wifis, black_box(WIFIS)) {
                for patch in patches.iter() {
                    black_box(patch);
                }
            }
        })
        .with("`serde_json`, `Vec` of a derived struct", || {
            serde_json::from_str::<Vec<equal::Patch<'_>>>(black_box(WIFIS))
        })
        .with("`serde_json`, `Value`", || value(WIFIS))
        .rows();
    Ok(format!(
        "### Parsing a set\n\n{number}\n\n{patch}\n\n{HOW} Ours checks type, range and lengths \
         besides.",
    ))
}
