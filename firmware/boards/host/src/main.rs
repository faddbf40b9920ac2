//! `goe-charger`: the firmware on a computer, with a simulated car and WiFi.
//!
//! `goe-host` brings sockets, a file for flash and a broker; this board brings
//! the simulated garage, the command line and a clock that may run fast. What the
//! charger does and says is the firmware's alone.

#![forbid(unsafe_code)]

mod args;
mod clock;
mod garage;
mod run;

use std::process::ExitCode;

use clap::Parser;
use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    let args = args::Args::parse();
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_target(false)
        .with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()))
        .with_writer(std::io::stderr)
        .init();
    match run::run(args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
