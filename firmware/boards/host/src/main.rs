//! `goe-charger`: the firmware on a computer, with a simulated car and WiFi.
//!
//! `goe-host` makes a program of the charger; this board brings the simulated
//! garage and its part of the command line. What the charger does and says is the
//! firmware's alone.

#![forbid(unsafe_code)]

mod args;
mod run;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let args = args::Args::parse();
    goe_host::exit(async move { run::run(&args).await })
}
