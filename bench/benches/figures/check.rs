//! The cost of the generated crate to those who build it: lines, and CPU time of
//! `cargo check`, by the slope between two tables.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, anyhow};
use goe_codegen::{Spec, generate, write_changed};

use crate::stats::{Rounds, slope};
use crate::{cargo, table};

/// Sizes of the tables, in blocks of [`table::KEYS`].
const BLOCKS: [usize; 2] = [1, 4];

const RUNS: usize = 5;

/// The section.
pub(crate) fn measure() -> anyhow::Result<String> {
    let target = cargo::target();
    let made = BLOCKS.map(|blocks| make(&target, blocks));
    let [small, large] = made;
    let crates = [small?, large?];
    let mut rows = Vec::new();
    let keys = BLOCKS.map(|blocks| (blocks * table::KEYS) as f64);
    for features in [&[][..], &["--all-features"]] {
        let mut times = [const { Vec::new() }; 2];
        for made in &crates {
            check(made, features)?;
        }
        for _ in 0..RUNS {
            for (made, times) in crates.iter().zip(&mut times) {
                times.push(check(made, features)?);
            }
        }
        let medians = times.map(|times| Rounds::from(times).median());
        let with = if features.is_empty() {
            ""
        } else {
            ", with `serde`"
        };
        rows.push(format!(
            "| `cargo check`{with}, CPU | {:.0} ms | {:.0} ms | {:.2} ms |",
            medians[0],
            medians[1],
            slope(&keys, &medians),
        ));
    }
    let lines = crates.map(|made| made.lines as f64);
    rows.push(format!(
        "| lines of Rust, docs included | {} | {} | {:.1} |",
        lines[0],
        lines[1],
        slope(&keys, &lines),
    ));
    Ok(format!(
        "### Checking the generated crate\n\
         \n\
         | what | {} keys | {} keys | a key, by the slope |\n\
         | --- | ---: | ---: | ---: |\n\
         {}\n\
         \n\
         Made-up tables as above, six in each block of {} keys with a shape. CPU time (user and \
         system) of `cargo check` and all it starts, for the generated crate alone: its \
         dependencies were checked before, and nothing is incremental. Medians of {RUNS} \
         alternating runs.",
        keys[0],
        keys[1],
        rows.join("\n"),
        table::KEYS,
    ))
}

struct Made {
    dir: PathBuf,
    lines: usize,
}

/// A crate of its own in the target folder.
fn make(target: &Path, blocks: usize) -> anyhow::Result<Made> {
    let spec = Spec::from_files(table::files(blocks));
    let generated = generate(&spec).map_err(|report| anyhow!(report.render(&spec, false)))?;
    let dir = target.join("goe-bench").join(format!("check{blocks}"));
    write_changed(&dir, &generated.files)?;
    let runtime = cargo::root().join("runtime");
    let manifest = format!(
        "[workspace]\n\n[package]\nname = \"check{blocks}\"\nedition = \"2024\"\n\n\
         [features]\nserde = [\"dep:serde\", \"goe-runtime/serde\"]\n\n\
         [dependencies]\ngoe-runtime = {{ path = {runtime:?} }}\n\
         serde = {{ version = \"1\", default-features = false, optional = true }}\n"
    );
    fs::write(dir.join("Cargo.toml"), manifest)?;
    fs::copy(cargo::root().join("Cargo.lock"), dir.join("Cargo.lock"))?;
    let rust = generated.files.iter();
    let rust = rust.filter(|file| file.path.starts_with("src/"));
    let lines = rust.map(|file| file.contents.lines().count()).sum();
    Ok(Made { dir, lines })
}

/// Milliseconds of CPU.
fn check(made: &Made, features: &[&str]) -> anyhow::Result<f64> {
    let library = made.dir.join("src/lib.rs");
    let text = fs::read(&library)?;
    // Written anew, it is newer than what was made of it.
    fs::write(&library, text)?;
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command
        .args(["check", "--offline", "--quiet"])
        .args(features)
        .current_dir(&made.dir)
        .env("CARGO_TARGET_DIR", made.dir.join("target"))
        .env("CARGO_INCREMENTAL", "0");
    let before = children_ms()?;
    cargo::run(&mut command)?;
    Ok(children_ms()? - before)
}

/// CPU time of all processes that this one has waited for, and theirs.
fn children_ms() -> anyhow::Result<f64> {
    /// Linux tells it in hundredths of a second, whatever its clock.
    const TICK_MS: f64 = 10.0;
    let stat = fs::read_to_string("/proc/self/stat").context("no /proc")?;
    // Behind the name, which may hold spaces, the 14th and 15th are children's.
    let (_, fields) = stat.rsplit_once(')').context("no name")?;
    let mut times = fields.split_whitespace().skip(13);
    let mut time = || -> anyhow::Result<f64> {
        let ticks: f64 = times.next().context("no times")?.parse()?;
        Ok(ticks * TICK_MS)
    };
    Ok(time()? + time()?)
}
