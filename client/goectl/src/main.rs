//! `goectl`: a go-eCharger at the terminal.
//!
//! A command reads its arguments, asks the charger through `goe-client`, and prints. What
//! keys are comes from the table alone ([`table`]); this program must never know the
//! firmware.

#![forbid(unsafe_code)]

mod args;
mod config;
mod explain;
mod fault;
mod output;
mod shells;
mod table;
mod wish;
mod words;

use std::process::ExitCode;

use clap::Parser as _;

use crate::args::{Command, Line};
use crate::fault::Outcome;

fn main() -> ExitCode {
    let line = Line::parse();
    line.color.write_global();
    match run(&line) {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => fault.tell(),
    }
}

fn run(line: &Line) -> Outcome {
    match &line.command {
        Command::Explain(args) => explain::run(args),
        Command::Completions(args) => shells::completions(args),
        Command::Man(args) => shells::man(args),
        _ => Ok(()),
    }
}
