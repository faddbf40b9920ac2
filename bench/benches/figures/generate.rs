//! The time that the generator takes: for the project's own spec, and by the
//! slope over tables of three sizes, beside two generators of Rust.

use std::hint::black_box;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, anyhow};
use goe_codegen::Spec;

use crate::stats::{Rounds, slope};
use crate::{cargo, peers, table};

const ROUNDS: usize = 15;

/// A round of library calls lasts at least this long.
const ROUND: Duration = Duration::from_millis(100);

const RUNS: usize = 31;

/// Sizes of the tables, in blocks of [`table::KEYS`].
const BLOCKS: [usize; 3] = [1, 10, 100];

/// Peers take long for the largest.
const PEER_BLOCKS: [usize; 2] = [1, 10];

const SLOPE_ROUNDS: usize = 3;

/// The section.
pub(crate) fn measure() -> anyhow::Result<String> {
    Ok(format!("{}\n\n{}", own()?, slopes()?))
}

/// By the slope between sizes, in alternating rounds.
fn slopes() -> anyhow::Result<String> {
    let specs = BLOCKS.map(|blocks| Spec::from_files(table::files(blocks)));
    let svds = PEER_BLOCKS.map(|blocks| peers::svd(blocks * table::KEYS));
    let schemas = PEER_BLOCKS.map(|blocks| peers::schema(blocks * table::KEYS));
    // Of each round: nanoseconds of CPU a size.
    let mut ours: Vec<Vec<f64>> = vec![Vec::new(); BLOCKS.len()];
    let mut others: Vec<Vec<f64>> = vec![Vec::new(); 4 * PEER_BLOCKS.len()];
    for _ in 0..SLOPE_ROUNDS {
        for (spec, times) in specs.iter().zip(&mut ours) {
            times.push(cpu_us(|| generate(spec).map(drop))?);
        }
        for (size, (svd, schema)) in svds.iter().zip(&schemas).enumerate() {
            let runs: [&dyn Fn() -> anyhow::Result<()>; 4] = [
                &|| peers::svd2rust(svd).map(|code| drop(black_box(code))),
                &|| peers::pretty(&peers::svd2rust(svd)?),
                &|| peers::typify(schema).map(|code| drop(black_box(code))),
                &|| peers::pretty(&peers::typify(schema)?),
            ];
            for (at, run) in runs.into_iter().enumerate() {
                others[at * PEER_BLOCKS.len() + size].push(cpu_us(run)?);
            }
        }
    }
    let medians = |times: Vec<Vec<f64>>| -> Vec<f64> {
        times
            .into_iter()
            .map(|of| Rounds::from(of).median())
            .collect()
    };
    let (ours, others) = (medians(ours), medians(others));
    let keys = BLOCKS.map(|blocks| (blocks * table::KEYS) as f64);
    let mut rows = Vec::new();
    let first = slope(&keys[..2], &ours[..2]);
    let last = slope(&keys[1..], &ours[1..]);
    let from_to = |from: usize, to: usize| format!("{}–{}", keys[from], keys[to]);
    rows.push(row(
        "goe-codegen, all outputs, formatted",
        &from_to(0, 1),
        first,
        first,
    ));
    rows.push(row("the same", &from_to(1, 2), last, first));
    let names = [
        "svd2rust, a field, not formatted",
        "svd2rust, a field, formatted",
        "typify, a property, not formatted",
        "typify, a property, formatted",
    ];
    for (name, times) in names.iter().zip(others.chunks(PEER_BLOCKS.len())) {
        let peer = slope(&keys[..2], times);
        rows.push(row(name, &from_to(0, 1), peer, first));
    }
    Ok(format!(
        "### `generate` by the slope, beside peers\n\
         \n\
         | what | items | CPU µs an item | ÷ ours |\n\
         | --- | ---: | ---: | ---: |\n\
         {}\n\
         \n\
         Made-up inputs of equal size, in memory: {} keys with the types, named values, ranges and \
         lengths of a charger's published table, and multiples of it; as many fields of an SVD; as \
         many properties of a JSON Schema; a description each. CPU time of the thread, medians of \
         {SLOPE_ROUNDS} rounds in which all take turns. The slope is the time between two sizes by \
         the items between them. Ours is everything that is generated, as it is written to disk; \
         the peers' is their code, as they give it, and with `prettyplease`.",
        rows.join("\n"),
        table::KEYS,
    ))
}

fn row(what: &str, items: &str, us: f64, ours: f64) -> String {
    format!("| {what} | {items} | {us:.1} | {:.1} |", us / ours)
}

/// CPU time of this thread in a call, repeated until it lasts.
fn cpu_us(run: impl Fn() -> anyhow::Result<()>) -> anyhow::Result<f64> {
    const LONG_ENOUGH: f64 = 50_000.0;
    let start = thread_cpu_us()?;
    let mut calls = 0.0;
    loop {
        run()?;
        calls += 1.0;
        let spent = thread_cpu_us()? - start;
        if spent > LONG_ENOUGH {
            return Ok(spent / calls);
        }
    }
}

fn thread_cpu_us() -> anyhow::Result<f64> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").context("no schedstat")?;
    let ns: f64 = text.split(' ').next().unwrap_or_default().parse()?;
    Ok(ns / 1e3)
}

/// For the project's own spec.
fn own() -> anyhow::Result<String> {
    let spec = Spec::read_dir(cargo::root().join("spec"));
    let keys = goe_codegen::read(&spec).0.keys.len();
    let bytes = generate(&spec)?;
    let library = Rounds::of(ROUNDS, || library_round(&spec))?;
    let program = cargo::build(&["--release", "--package", "goe-codegen"], "goe-codegen")?;
    let mut command = Command::new(program);
    command
        .args(["generate", "--check"])
        .current_dir(cargo::root());
    let process = Rounds::of(RUNS, || process_run(&mut command))?;
    Ok(format!(
        "### `generate` for this spec ({keys} keys)\n\
         \n\
         | what | median (range) |\n\
         | --- | ---: |\n\
         | library call, spec in memory to {bytes} bytes of files in memory | {} µs |\n\
         | the same per key | {:.1} µs |\n\
         | `goe-codegen generate --check` as a process | {} ms |\n\
         \n\
         Library: `goe_codegen::generate`, mean of as many calls as take {} ms, {} such rounds. \
         Process: release build, from its start to its exit (reads `spec/`, generates, compares \
         with every file in `generated/`), {} runs.",
        library.with_range(0),
        library.median() / keys as f64,
        process.with_range(2),
        ROUND.as_millis(),
        library.len(),
        process.len(),
    ))
}

/// Generates once; gives the size of all files.
fn generate(spec: &Spec) -> anyhow::Result<usize> {
    let generated = goe_codegen::generate(black_box(spec))
        .map_err(|report| anyhow!(report.render(spec, false)))?;
    let files = black_box(&generated.files);
    Ok(files.iter().map(|file| file.contents.len()).sum())
}

/// Microseconds a call.
fn library_round(spec: &Spec) -> anyhow::Result<f64> {
    let start = Instant::now();
    let mut calls = 0;
    while start.elapsed() < ROUND {
        generate(spec)?;
        calls += 1;
    }
    Ok(start.elapsed().as_secs_f64() * 1e6 / f64::from(calls))
}

/// Milliseconds a run.
fn process_run(command: &mut Command) -> anyhow::Result<f64> {
    let start = Instant::now();
    cargo::run(command)?;
    Ok(start.elapsed().as_secs_f64() * 1e3)
}
