//! `goe-world`: days of the whole firmware in virtual time, each from its seed.

#![forbid(unsafe_code)]

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use clap::{Parser, ValueEnum};
use goe_host::Progress;
use goe_world::Plant;
use goe_world::life::{DAY_MS, Event, Seen, Trace, Violation, draw, live, seed_of, shrink};

/// Lives days in which everything fails at once, and says what does not hold.
///
/// Each day is a world of its own: the firmware with HTTP, MQTT and its store, the simulated
/// garage, clients, a broker and a network, in virtual time. A day that fails is cut down to
/// a short one, with the command that shows it again.
#[derive(Debug, Parser)]
#[command(name = "goe-world", version)]
struct Args {
    /// The seed of everything.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,

    /// How many days.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..))]
    days: u64,

    /// The first of them, from 0.
    #[arg(long, value_name = "N", default_value_t = 0)]
    day: u64,

    /// Only these events of the day happen; none without a number.
    #[arg(long, value_name = "NUMBERS", value_delimiter = ',', num_args = 0..)]
    only: Option<Vec<usize>>,

    /// The events happen so many milliseconds earlier.
    #[arg(long, value_name = "MS", default_value_t = 0)]
    earlier: u64,

    /// The days end after so many seconds.
    #[arg(long, value_name = "S", default_value_t = DAY_MS / 1_000)]
    seconds: u64,

    /// Writes what happens into a file; of one day.
    #[arg(long, value_name = "FILE")]
    trace: Option<PathBuf>,

    /// Plants a fault, which has to be found.
    #[arg(long, value_name = "FAULT", value_enum)]
    plant: Option<Plant>,

    /// Days that are lived at the same time [default: one a core]
    #[arg(long, value_name = "N")]
    jobs: Option<usize>,
}

fn main() -> ExitCode {
    let args = Args::parse();
    match run(&args) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "error: {error}");
            ExitCode::from(2)
        }
    }
}

/// What days came to.
#[derive(Default)]
struct Sum {
    held: u64,
    seen: Seen,
    number: u64,
    failed: Option<(u64, Violation)>,
}

fn run(args: &Args) -> Result<bool, String> {
    if args.trace.is_some() && args.days > 1 {
        return Err("--trace is of one day; choose it with --day".to_owned());
    }
    let began = Instant::now();
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let jobs = args.jobs.unwrap_or(cores).clamp(1, 256);
    let next = AtomicU64::new(args.day);
    let stops = AtomicBool::new(false);
    let sum = Mutex::new(Sum::default());
    let error = Mutex::new(None);
    let progress = Progress::at_terminal();
    thread::scope(|scope| {
        for _ in 0..jobs {
            scope.spawn(|| {
                while !stops.load(Ordering::Relaxed) {
                    let day = next.fetch_add(1, Ordering::Relaxed);
                    if day >= args.day + args.days {
                        return;
                    }
                    let trace = match open(args.trace.as_deref()) {
                        Ok(trace) => trace,
                        Err(why) => {
                            *error.lock().unwrap_or_else(PoisonError::into_inner) = Some(why);
                            return;
                        }
                    };
                    let lived = lived(args, day, &trace);
                    let mut sum = sum.lock().unwrap_or_else(PoisonError::into_inner);
                    // Days come in any order.
                    sum.number ^= trace.number().rotate_left((day % 64) as u32);
                    match lived {
                        Ok(seen) => {
                            sum.held += 1;
                            add(&mut sum.seen, &seen);
                            progress.tell(|| how_far(args, &sum, began.elapsed()));
                        }
                        Err(violation) => {
                            stops.store(true, Ordering::Relaxed);
                            let earlier = sum.failed.as_ref().is_none_or(|(other, _)| day < *other);
                            if earlier {
                                sum.failed = Some((day, *violation));
                            }
                        }
                    }
                }
            });
        }
    });
    drop(progress);
    if let Some(why) = error.into_inner().unwrap_or_else(PoisonError::into_inner) {
        return Err(why);
    }
    let sum = sum.into_inner().unwrap_or_else(PoisonError::into_inner);
    let holds = sum.failed.is_none();
    if let Some((day, violation)) = &sum.failed {
        tell(args, *day, violation.clone());
    }
    println!("{}", told(args, &sum, began.elapsed()));
    Ok(holds)
}

/// How far it is, for whoever waits at a terminal.
fn how_far(args: &Args, sum: &Sum, took: Duration) -> String {
    let left = args.days.saturating_sub(sum.held);
    let left_s = took.as_secs_f64() / sum.held.max(1) as f64 * left as f64;
    format!(
        "{} of {} days held, {} faults; {} min left",
        sum.held,
        args.days,
        sum.seen.faults,
        (left_s / 60.0).ceil()
    )
}

/// What it all came to.
fn told(args: &Args, sum: &Sum, took: Duration) -> String {
    let Seen {
        faults,
        boots,
        answers,
        refusals,
        comparisons,
        energy_wh,
    } = sum.seen;
    let days = match sum.failed {
        None => format!("{} days", args.days),
        Some(_) => format!("{} of {} days", sum.held, args.days),
    };
    let verdict = match sum.failed {
        None => "everything held",
        Some(_) => "in these everything held",
    };
    format!(
        "{days} of seed {}: {faults} faults, {boots} boots, {answers} answers ({refusals} refusals), \
         the broker compared {comparisons} times, {:.0} kWh; {verdict}; trace {:016x}; {:.1} s",
        args.seed,
        energy_wh / 1_000.0,
        sum.number,
        took.as_secs_f64(),
    )
}

fn open(trace: Option<&Path>) -> Result<Trace, String> {
    let Some(path) = trace else {
        return Ok(Trace::new(None));
    };
    let file = File::create(path).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(Trace::new(Some(Box::new(BufWriter::new(file)))))
}

fn events(args: &Args, day: u64) -> Vec<Event> {
    let mut events = draw(seed_of(args.seed, day));
    if let Some(only) = &args.only {
        events.retain(|event| only.contains(&event.number));
    }
    for event in &mut events {
        event.at_ms = event.at_ms.saturating_sub(args.earlier);
    }
    events
}

fn lived(args: &Args, day: u64, trace: &Trace) -> Result<Seen, Box<Violation>> {
    let seed = seed_of(args.seed, day);
    live(
        seed,
        &events(args, day),
        args.seconds * 1_000,
        args.plant,
        trace,
    )
}

fn add(sum: &mut Seen, seen: &Seen) {
    sum.faults += seen.faults;
    sum.boots += seen.boots;
    sum.answers += seen.answers;
    sum.refusals += seen.refusals;
    sum.comparisons += seen.comparisons;
    sum.energy_wh += seen.energy_wh;
}

fn tell(args: &Args, day: u64, violation: Violation) {
    println!("seed {}, day {day}: {violation}", args.seed);
    let events = events(args, day);
    let count = events.len();
    let short = shrink(seed_of(args.seed, day), &events, violation, args.plant);
    println!(
        "with {} of {count} events: {}",
        short.events.len(),
        short.violation
    );
    for event in &short.events {
        println!(
            "  {:>9.3} s  #{} {:?}",
            event.at_ms as f64 / 1_000.0,
            event.number,
            event.act
        );
    }
    let numbers: Vec<_> = short
        .events
        .iter()
        .map(|event| event.number.to_string())
        .collect();
    let planted = args.plant.and_then(|planted| planted.to_possible_value());
    let planted = planted.map_or(String::new(), |planted| {
        format!(" --plant {}", planted.get_name())
    });
    println!(
        "again: cargo run --release -p goe-world -- --seed {} --day {day} --only {} --earlier {} --seconds {}{planted}",
        args.seed,
        numbers.join(","),
        args.earlier + short.earlier_ms,
        short.violation.at_ms / 1_000 + 60,
    );
}
