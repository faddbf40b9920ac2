//! How long the generator takes for the project's own spec.

use std::hint::black_box;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::anyhow;
use goe_codegen::Spec;

use crate::cargo;
use crate::stats::Rounds;

const ROUNDS: usize = 15;

/// A round of library calls lasts at least this long.
const ROUND: Duration = Duration::from_millis(200);

const RUNS: usize = 31;

/// The section.
pub(crate) fn measure() -> anyhow::Result<String> {
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
        "## `generate` for this spec ({keys} keys)\n\
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
