//! The time of `cargo build` when nothing changed, and whether it really
//! does nothing then.

use std::process::Command;
use std::time::Instant;

use crate::cargo;
use crate::stats::Rounds;

const RUNS: usize = 15;

/// The module of cargo that says why something is built again.
const FINGERPRINT: &str = "cargo::core::compiler::fingerprint";

/// The section.
pub(crate) fn measure() -> anyhow::Result<String> {
    // The first brings the tree up to date. If that wrote files, the second
    // sees them.
    for _ in 0..2 {
        cargo::run(&mut build())?;
    }
    let runs = Rounds::of(RUNS, || -> anyhow::Result<f64> {
        let start = Instant::now();
        cargo::run(&mut build())?;
        Ok(start.elapsed().as_secs_f64())
    })?;
    let log = cargo::run(build().env("CARGO_LOG", format!("{FINGERPRINT}=info")))?;
    let work = Work::of(&String::from_utf8_lossy(&log.stderr));
    Ok(format!(
        "## No-change rebuild\n\
         \n\
         | what | figure |\n\
         | --- | ---: |\n\
         | `cargo build`, nothing changed, median (range) | {} s |\n\
         | crates compiled | {} |\n\
         | `dirty` or `stale` in cargo's fingerprint log | {} |\n\
         | ended with `Finished` | {} |\n\
         \n\
         `cargo build` (dev profile, default members) twice, then {} timed runs; then one more \
         under `CARGO_LOG={FINGERPRINT}=info`, whose standard error gives the other rows.{}",
        runs.with_range(2),
        work.compiled,
        work.dirty.len(),
        if work.finished { "yes" } else { "no" },
        runs.len(),
        work.excuse(),
    ))
}

fn build() -> Command {
    cargo::command(&["build"])
}

/// The work that cargo reports.
struct Work {
    compiled: usize,
    /// The lines that say what was out of date.
    dirty: Vec<String>,
    finished: bool,
}

impl Work {
    fn of(stderr: &str) -> Self {
        let starts_with = |line: &&str, word| line.trim_start().starts_with(word);
        let lines = stderr.lines();
        let is_dirty = |line: &&str| {
            line.contains(FINGERPRINT) && ["dirty", "stale"].iter().any(|word| line.contains(word))
        };
        Work {
            compiled: lines
                .clone()
                .filter(|line| starts_with(line, "Compiling"))
                .count(),
            dirty: lines.clone().filter(is_dirty).map(str::to_owned).collect(),
            finished: lines.clone().any(|line| starts_with(&line, "Finished")),
        }
    }

    /// The log's words, when something was done although nothing should be.
    fn excuse(&self) -> String {
        if self.dirty.is_empty() {
            return String::new();
        }
        format!("\n\n```text\n{}\n```", self.dirty.join("\n"))
    }
}
