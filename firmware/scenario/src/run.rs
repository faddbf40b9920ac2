//! Plays files in virtual time, on all cores.

use std::path::{Path, PathBuf};
use std::string::FromUtf8Error;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use goe_host::Progress;

use crate::finding::{Finding, Place};
use crate::language::Scenario;
use crate::play::{Failure, Note, Player};
use crate::read::read;
use crate::times::clock;
use crate::virtual_stage::VirtualStage;

/// How one file ended.
#[derive(Debug)]
pub enum Outcome {
    /// There is no scenario in it; the text that was read, and what is wrong.
    Wrong(String, Vec<Finding>),
    /// It cannot be read.
    Unreadable(String),
    /// It was played.
    Played {
        /// What it is called.
        name: String,
        /// How long it took, in its own time, ms.
        took_ms: u64,
        /// What was not as expected.
        failures: Vec<Failure>,
        /// What steps did in vain.
        notes: Vec<Note>,
    },
}

impl Outcome {
    /// Of a scenario that was played and took so long, ms.
    pub fn of(player: &Player, took_ms: u64) -> Self {
        Outcome::Played {
            name: player.scenario().name.clone(),
            took_ms,
            failures: player.failures().to_vec(),
            notes: player.notes().to_vec(),
        }
    }
}

/// Plays files, as many at a time as there are cores, and shows how far they are; the outcomes
/// come in the order of the files. A seed goes before those of the files.
pub fn run(files: &[PathBuf], seed: Option<u64>, progress: &Progress) -> Vec<Outcome> {
    let (next, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let outcomes = Mutex::new(Vec::new());
    let work = || {
        let take = || {
            let number = next.fetch_add(1, Ordering::Relaxed);
            Some((number, files.get(number)?))
        };
        while let Some((number, file)) = take() {
            let outcome = one(file, seed, |now_ms| {
                progress.tell(|| {
                    let done = done.load(Ordering::Relaxed);
                    let (all, file, now) = (files.len(), file.display(), clock(now_ms));
                    format!("{done} of {all} played, {file} at {now}")
                });
            });
            done.fetch_add(1, Ordering::Relaxed);
            // Nobody panics while it is locked.
            if let Ok(mut outcomes) = outcomes.lock() {
                outcomes.push((number, outcome));
            }
        }
    };
    let cores = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 0..cores.min(files.len()) {
            scope.spawn(work);
        }
    });
    let mut outcomes = outcomes.into_inner().unwrap_or_default();
    outcomes.sort_by_key(|(number, _)| *number);
    outcomes.into_iter().map(|(_, outcome)| outcome).collect()
}

fn one(file: &Path, seed: Option<u64>, told: impl Fn(u64)) -> Outcome {
    match load(file) {
        Ok((_, mut scenario)) => {
            scenario.seed = seed.unwrap_or(scenario.seed);
            let (player, took_ms) = play_told(scenario, told);
            Outcome::of(&player, took_ms)
        }
        Err(outcome) => outcome,
    }
}

/// Reads a file: its text, and the scenario in it.
///
/// # Errors
/// There is none, as an outcome of playing it.
pub fn load(file: &Path) -> Result<(String, Scenario), Outcome> {
    let bytes = std::fs::read(file).map_err(|error| Outcome::Unreadable(error.to_string()))?;
    let text = String::from_utf8(bytes).map_err(|error| no_text(&error))?;
    let stem = file.file_stem().unwrap_or(file.as_os_str());
    match read(&text, &stem.to_string_lossy()) {
        Ok(scenario) => Ok((text, scenario)),
        Err(findings) => Err(Outcome::Wrong(text, findings)),
    }
}

/// A file in another encoding, or none that is text.
fn no_text(error: &FromUtf8Error) -> Outcome {
    let bytes = error.as_bytes();
    let before = bytes.get(..error.utf8_error().valid_up_to());
    let before = String::from_utf8_lossy(before.unwrap_or_default());
    let line = before.matches('\n').count() as u32 + 1;
    let column = before
        .chars()
        .rev()
        .take_while(|&letter| letter != '\n')
        .count() as u32
        + 1;
    let finding = Finding::new(Place { line, column }, "this is no UTF-8");
    let finding = finding.help("save the file as UTF-8");
    Outcome::Wrong(String::from_utf8_lossy(bytes).into_owned(), vec![finding])
}

/// Plays a scenario in a world of its own to its end; gives when that was, ms since its
/// beginning.
pub fn play(scenario: Scenario) -> (Player, u64) {
    play_told(scenario, |_| ())
}

fn play_told(scenario: Scenario, told: impl Fn(u64)) -> (Player, u64) {
    let mut stage = VirtualStage::new(&scenario);
    let mut player = Player::new(scenario);
    let took_ms = player.run(&mut stage, told);
    (player, took_ms)
}
