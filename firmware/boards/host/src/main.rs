//! `goe-charger`: the firmware on a computer, with a simulated car and WiFi.
//!
//! `goe-host` makes a program of the charger; this board brings the simulated
//! garage and its part of the command line, and plays scenarios. What the charger does
//! and says is the firmware's alone.

#![forbid(unsafe_code)]

mod args;
mod play;
mod scenario;
mod serve;

use std::process::ExitCode;

use clap::Parser;

use crate::args::{Command, Line};

fn main() -> ExitCode {
    match Line::parse().wanted() {
        Command::Serve(args) => goe_host::exit(async move { serve::serve(&args).await }),
        Command::Run(args) => play::play(&args),
    }
}
