//! Scenarios of ten minutes, as many as `goe-charger run` plays in a minute on all cores.

use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Context, ensure};
use goe_host::Progress;
use goe_scenario::{Outcome, run};

use crate::stats::Rounds;

const ROUNDS: usize = 5;

/// The scenario, which lasts a bit more than ten minutes of a car that charges.
const FILE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../scenarios/limit-for-a-while.yaml"
);

/// Runs of a round.
const RUNS: usize = 100;

pub(crate) fn measure() -> anyhow::Result<String> {
    let files = vec![PathBuf::from(FILE); RUNS];
    let mut minutely = Vec::new();
    for seed in 0..ROUNDS as u64 {
        let began = Instant::now();
        let outcomes = run(&files, Some(seed), &Progress::at_terminal());
        let took_s = began.elapsed().as_secs_f64();
        for outcome in outcomes {
            let Outcome::Played {
                failures, took_ms, ..
            } = outcome
            else {
                anyhow::bail!("{FILE} is no scenario");
            };
            ensure!(failures.is_empty(), "{FILE} fails: {failures:?}");
            ensure!(took_ms >= 600_000, "{FILE} lasts {took_ms} ms");
        }
        minutely.push(RUNS as f64 / took_s * 60.0);
    }
    let cores = std::thread::available_parallelism().context("no cores")?;
    let minutely = Rounds::from(minutely);
    let minutely = minutely.with_range(0);
    Ok(format!(
        "## Scenarios\n\n| what | runs a minute (range) |\n| --- | ---: |\n\
         | a scenario of ten minutes, on {cores} cores | {minutely} |\n\n\
         `scenarios/limit-for-a-while.yaml` with the whole firmware in virtual time, read and played \
         {RUNS} times a round; {ROUNDS} rounds, each with another seed."
    ))
}
