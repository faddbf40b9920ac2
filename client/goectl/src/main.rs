//! `goectl`: a go-eCharger at the terminal.
//!
//! A command reads its arguments, asks the charger through `goe-client`, and prints. What
//! keys are comes from the table alone ([`table`]); this program must never know the
//! firmware.

#![forbid(unsafe_code)]

mod args;
mod ask;
mod config;
mod discover;
mod doctor;
mod explain;
mod export;
mod fault;
mod local;
mod output;
mod prometheus;
mod set;
mod shells;
mod status;
mod table;
mod watch;
mod wish;
mod words;

use std::process::ExitCode;

use clap::Parser as _;

use crate::args::{Command, Line};
use crate::config::Chosen;
use crate::fault::{Fault, Outcome};

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
        Command::Explain(args) => return explain::run(args),
        Command::Completions(args) => return shells::completions(args),
        Command::Man(args) => return shells::man(args),
        _ => {}
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = runtime.map_err(|error| Fault::usage(format!("cannot begin: {error}")))?;
    let outcome = runtime.block_on(talk(line));
    // A name that the system still looks for is not waited for.
    runtime.shutdown_background();
    outcome
}

/// The commands that need a charger.
async fn talk(line: &Line) -> Outcome {
    let charger = async || ask::charger(&chosen(line).await?);
    match &line.command {
        Command::Discover(args) => discover::run(args).await,
        Command::Status(args) => status::status(args, &charger().await?).await,
        Command::Get(args) => status::get(args, &charger().await?).await,
        Command::Set(args) => {
            let wishes = set::wishes(args)?;
            set::set(&wishes, &charger().await?).await
        }
        Command::Export(args) => export::run(args, &charger().await?).await,
        Command::Watch(args) => watch::watch(args, &charger().await?).await,
        Command::Doctor(args) => doctor::run(args, &chosen(line).await?).await,
        Command::Explain(_) | Command::Completions(_) | Command::Man(_) => Ok(()),
    }
}

/// The charger that is meant, where it can be found.
async fn chosen(line: &Line) -> Outcome<Chosen> {
    Ok(local::addressed(config::choose(&line.target)?).await)
}
