//! `goe-charger`: the firmware on a computer, with a simulated car and WiFi.
//!
//! `goe-host` makes a program of the charger; this board brings the simulated
//! garage and its part of the command line, has a page for people, plays scenarios, and
//! serves many chargers at once.
//! What the charger does and says is the firmware's alone.

#![forbid(unsafe_code)]

mod args;
mod charger;
mod fleet;
mod health;
mod page;
mod play;
mod scenarios;
mod serve;
#[cfg(feature = "shells")]
mod shells;

use std::process::ExitCode;

use clap::Parser;

use crate::args::{Command, Line};
use crate::scenarios::Played;

fn main() -> ExitCode {
    match Line::parse().wanted() {
        Command::Serve(args) => match args.scenario.as_deref().map(Played::file).transpose() {
            Ok(first) => goe_host::exit(async move { serve::serve(&args, first).await }),
            Err(why) => play::wrong(&why),
        },
        Command::Fleet(args) => fleet::run(*args),
        Command::Run(args) => play::play(&args),
        #[cfg(feature = "shells")]
        Command::Completions(args) => shells::completions(&args),
        #[cfg(feature = "shells")]
        Command::Man(args) => shells::man(&args),
        Command::Health(args) => health::tell(args.http),
    }
}
