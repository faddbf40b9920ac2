//! Plays scenarios in virtual time, and tells how they ended.

use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use goe_host::Progress;
use goe_scenario::Outcome;

use crate::args::Run;

/// One failed.
const FAILED: u8 = 1;

/// A file is no scenario, or something cannot be written.
const WRONG: u8 = 2;

/// A file cannot be played, and why.
pub(crate) fn wrong(why: &str) -> ExitCode {
    // Where nobody reads there is nobody to tell.
    let _ = io::stderr().write_all(why.as_bytes());
    ExitCode::from(WRONG)
}

pub(crate) fn play(args: &Run) -> ExitCode {
    let outcomes = goe_scenario::run(&args.files, args.seed, &Progress::at_terminal());
    let all = || args.files.iter().map(AsRef::<Path>::as_ref).zip(&outcomes);
    let is_wrong = |outcome: &Outcome| !matches!(outcome, Outcome::Played { .. });
    let has_failed = |outcome: &Outcome| matches!(outcome, Outcome::Played { failures, .. } if !failures.is_empty());
    let mut code = match &outcomes {
        outcomes if outcomes.iter().any(is_wrong) => WRONG,
        outcomes if outcomes.iter().any(has_failed) => FAILED,
        _ => 0,
    };
    for (file, outcome) in all() {
        let report = goe_scenario::report(file, outcome);
        let told = match is_wrong(outcome) {
            true => io::stderr().write_all(report.as_bytes()),
            false => io::stdout().write_all(report.as_bytes()),
        };
        if told.is_err() {
            code = code.max(WRONG);
        }
    }
    if let Some(path) = &args.junit {
        let written = std::fs::write(path, goe_scenario::junit(all()));
        if let Err(error) = written {
            // Where nobody reads there is nobody to tell.
            let _ = writeln!(
                io::stderr(),
                "error: {} cannot be written: {error}; name another file with --junit",
                path.display()
            );
            code = WRONG;
        }
    }
    ExitCode::from(code)
}
