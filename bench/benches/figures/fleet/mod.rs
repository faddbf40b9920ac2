//! A fleet of chargers in one process, with MQTT to a sink: memory, CPU time, how soon it
//! is up, and what those feel who talk to it; and how far one machine goes.
//!
//! `run` starts and measures one fleet, `sink` is what it publishes to, `web` asks over
//! HTTP. Here is which fleets are measured, and the page.

mod run;
pub(crate) mod sink;
mod web;

use std::env;
use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use anyhow::Context;
use serde_json::Value;

use crate::cargo;
use run::{Fleet, Load, Plan, Qos, Times};

/// What chargers that stood still published in a minute, by the changes in the recordings
/// beside the project: firmware 053.1 in 15 s, 056.2 in 4 s.
const REAL: [(&str, &str); 9] = [
    ("utc", "60, 60"),
    ("loc", "60, 60"),
    ("rbt", "60, 60"),
    ("fhz", "60, 60"),
    ("avgfhz", "–, 60"),
    ("nrg", "12, 60"),
    ("rssi", "12, 45"),
    ("tma", "8, 15"),
    ("csa", "0, 15"),
];

/// Everything about one run.
struct Run {
    plan: (usize, Option<Qos>),
    answers_s: f64,
    complete_s: Option<f64>,
    load: Load,
    status: Times,
    set: Option<Times>,
}

fn number(name: &str, default: usize) -> anyhow::Result<usize> {
    match env::var(name) {
        Err(_) => Ok(default),
        Ok(text) => text.parse().with_context(|| format!("{name} is a number")),
    }
}

/// How many chargers: `GOE_FLEET_COUNT`, or ten thousand.
fn count() -> anyhow::Result<usize> {
    number("GOE_FLEET_COUNT", 10_000)
}

/// How long each fleet is measured: `GOE_FLEET_S`, or half a minute.
fn duration() -> anyhow::Result<Duration> {
    let seconds = number("GOE_FLEET_S", 30)?;
    Ok(Duration::from_secs(seconds as u64))
}

/// The section.
pub(crate) fn measure() -> anyhow::Result<String> {
    let program = cargo::build(&["--release"], "goe-charger")?;
    let (many, few) = (count()?, count()?.div_ceil(10));
    let plans = [
        (few, None),
        (many, None),
        (few, Some(Qos::AtMostOnce)),
        (many, Some(Qos::AtMostOnce)),
        (many, Some(Qos::AtLeastOnce)),
    ];
    let runs = plans.into_iter();
    let runs = runs.map(|(count, mqtt)| Run::of(&program, count, mqtt));
    let runs: Vec<Run> = runs.collect::<anyhow::Result<_>>()?;
    let mut page = String::from("## A fleet in one process\n\n");
    page += &rows(&runs);
    page += &slopes(&runs);
    if let Some(counts) = runs[3].load.counts.as_ref() {
        page += &keys(counts);
    }
    Ok(page)
}

impl Run {
    fn of(program: &Path, count: usize, mqtt: Option<Qos>) -> anyhow::Result<Self> {
        eprintln!("{}", name(count, mqtt));
        let mut fleet = Fleet::start(Plan {
            program,
            count,
            shard: (1, 1),
            mqtt,
        })?;
        let run = Run {
            plan: (count, mqtt),
            answers_s: fleet.answers()?,
            complete_s: fleet.complete()?,
            load: fleet.load(duration()?)?,
            status: fleet.poll()?,
            set: fleet.set()?,
        };
        for (what, cell) in ROWS {
            eprintln!("  {what}: {}", cell(&run).unwrap_or_default());
        }
        Ok(run)
    }
}

fn name(count: usize, mqtt: Option<Qos>) -> String {
    let mqtt = match mqtt {
        None => "no MQTT",
        Some(Qos::AtMostOnce) => "QoS 0",
        Some(Qos::AtLeastOnce) => "QoS 1",
    };
    format!("{count}, {mqtt}")
}

/// A row of the table: what it is of, and its cell for a run.
type Row = (&'static str, fn(&Run) -> Option<String>);

const ROWS: [Row; 10] = [
    ("the last answers HTTP after", |run| {
        Some(format!("{:.1} s", run.answers_s))
    }),
    ("all have published all keys after", |run| {
        Some(format!("{:.1} s", run.complete_s?))
    }),
    ("resident memory", |run| {
        let mib = run.load.resident_kib as f64 / 1024.0;
        Some(format!("{mib:.1} MiB"))
    }),
    ("CPU time, s a second", |run| {
        Some(format!("{:.3}", run.load.cores))
    }),
    ("the same of the sink", |run| {
        run.complete_s?;
        Some(format!("{:.3}", run.load.sink_cores))
    }),
    ("messages a second", |run| {
        let counts = run.load.counts.as_ref()?;
        let rate = counts["messages"].as_f64()? / counts["s"].as_f64()?;
        Some(format!("{rate:.0}"))
    }),
    ("of one charger, least / median / most", |run| {
        let counts = run.load.counts.as_ref()?;
        let (of, seconds) = (&counts["by_client"], counts["s"].as_f64()?);
        let rate = |what: &str| Some(of[what].as_f64()? / seconds);
        let (least, median, most) = (rate("least")?, rate("median")?, rate("most")?);
        Some(format!("{least:.1} / {median:.1} / {most:.1}"))
    }),
    ("rounds are late by, median / p99 / most", |run| {
        let late = &run.load.fleet["late_ms"];
        Some(format!(
            "{} / {} / {} ms",
            late["median"], late["p99"], late["most"]
        ))
    }),
    ("status of each by HTTP, median / p99", |run| {
        Some(run.status.show())
    }),
    ("set to state by MQTT, median / p99", |run| {
        Some(run.set.as_ref()?.show())
    }),
];

fn rows(runs: &[Run]) -> String {
    let cells = |cells: &mut dyn Iterator<Item = String>| {
        cells.fold(String::new(), |row, cell| row + " | " + &cell)
    };
    let names = &mut runs.iter().map(|run| name(run.plan.0, run.plan.1));
    let mut page = format!("| what{} |\n", cells(names));
    let _ = writeln!(page, "| --- |{}", " ---: |".repeat(runs.len()));
    for (what, cell) in ROWS {
        let row = &mut runs
            .iter()
            .map(|run| cell(run).unwrap_or_else(|| "–".to_owned()));
        let _ = writeln!(page, "| {what}{} |", cells(row));
    }
    page
}

/// What one more charger takes, by the runs with few and many.
fn slopes(runs: &[Run]) -> String {
    let of = |runs: &[Run], cost: fn(&Load) -> f64| {
        let (few, many) = (&runs[0], &runs[1]);
        let more = (many.plan.0 - few.plan.0).max(1) as f64;
        (cost(&many.load) - cost(&few.load)) / more
    };
    let resident = |load: &Load| load.resident_kib as f64;
    let kernel = |load: &Load| load.kernel_kib as f64;
    let us = |load: &Load| load.cores * 1e6;
    let (without, with) = (&runs[..2], &runs[2..4]);
    format!(
        "\n| one more charger takes | without MQTT | with it |\n\
         | --- | ---: | ---: |\n\
         | resident memory | {:.1} KiB | {:.1} KiB |\n\
         | memory of the kernel, both ends of its connection | {:.1} KiB | {:.1} KiB |\n\
         | CPU time, µs a second | {:.1} | {:.1} |\n",
        of(without, resident),
        of(with, resident),
        of(without, kernel),
        of(with, kernel),
        of(without, us),
        of(with, us),
    )
}

/// How often each key is published in a minute.
fn keys(counts: &Value) -> String {
    let mut page = String::from(
        "\n| key | messages a minute, least / median / most of a charger | of real ones that stand still |\n\
         | --- | ---: | ---: |\n",
    );
    let per_minute = 60.0 / counts["s"].as_f64().unwrap_or(f64::NAN);
    let keys = counts["keys"].as_object().into_iter().flatten();
    let mut keys: Vec<_> = keys
        .filter(|(_, of)| of["messages"].as_u64() > Some(0))
        .collect();
    keys.sort_by_key(|(_, of)| std::cmp::Reverse(of["messages"].as_u64()));
    for (key, of) in keys {
        let rate = |what: &str| of[what].as_f64().unwrap_or(f64::NAN) * per_minute;
        let real = REAL
            .iter()
            .find(|(name, _)| name == key)
            .map_or("", |(_, real)| real);
        let _ = writeln!(
            page,
            "| `{key}` | {:.0} / {:.0} / {:.0} | {real} |",
            rate("least"),
            rate("median"),
            rate("most")
        );
    }
    page
}

/// A fleet whose rounds are later than that is too large, ms.
const LATE_MS: f64 = 1000.0;

/// How far one machine goes: more and more chargers, until something does not hold.
pub(crate) fn limit() -> anyhow::Result<String> {
    let program = cargo::build(&["--release"], "goe-charger")?;
    let mut page = String::from(
        "## How far one machine goes\n\n\
         | chargers | processes | up after | cores of the fleet | of the sinks | resident | late, p99 | status p99 |\n\
         | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n",
    );
    for (count, shards) in [
        (10_000, 1),
        (15_000, 1),
        (20_000, 1),
        (20_000, 2),
        (30_000, 2),
        (40_000, 3),
        (60_000, 4),
        (80_000, 5),
    ] {
        match Step::of(&program, count, shards) {
            Ok(step) => {
                let _ = writeln!(page, "{}", step.row);
                if step.late_ms >= LATE_MS {
                    let _ = writeln!(page, "\nRounds fall behind at {count}.");
                    break;
                }
            }
            Err(error) => {
                let _ = writeln!(page, "| {count} | {shards} | not: {error:#} | | | | | |");
            }
        }
    }
    Ok(page)
}

/// So many chargers in so many processes.
struct Step {
    row: String,
    late_ms: f64,
}

impl Step {
    fn of(program: &Path, count: usize, shards: usize) -> anyhow::Result<Self> {
        eprintln!("{count} in {shards}");
        let plan = |shard| Plan {
            program,
            count,
            shard: (shard, shards),
            mqtt: Some(Qos::AtMostOnce),
        };
        let fleets = (1..=shards).map(|shard| Fleet::start(plan(shard)));
        let mut fleets = fleets.collect::<anyhow::Result<Vec<_>>>()?;
        let mut up_s: f64 = 0.0;
        // A connection on which nothing is asked is closed after five seconds.
        for fleet in &mut fleets {
            fleet.answers()?;
        }
        for fleet in &mut fleets {
            up_s = up_s.max(fleet.complete()?.unwrap_or_default());
        }
        let duration = duration()?;
        let loads = std::thread::scope(|scope| {
            let loads = fleets
                .iter_mut()
                .map(|fleet| scope.spawn(move || fleet.load(duration)));
            let loads: Vec<_> = loads.collect();
            let loads = loads.into_iter().map(|load| load.join());
            let loads = loads.map(|load| load.map_err(|_| anyhow::anyhow!("a thread panicked"))?);
            loads.collect::<anyhow::Result<Vec<Load>>>()
        })?;
        let status = fleets[0].poll()?;
        let sum = |of: fn(&Load) -> f64| loads.iter().map(of).sum::<f64>();
        let late = loads
            .iter()
            .map(|load| load.fleet["late_ms"]["p99"].as_f64());
        let late_ms = late
            .map(|late| late.unwrap_or(f64::NAN))
            .fold(0.0, f64::max);
        let row = format!(
            "| {count} | {shards} | {up_s:.1} s | {:.2} | {:.2} | {:.0} MiB | {late_ms:.0} ms | {} |",
            sum(|load| load.cores),
            sum(|load| load.sink_cores),
            sum(|load| load.resident_kib as f64 / 1024.0),
            status.show(),
        );
        Ok(Step { row, late_ms })
    }
}
