//! The commands: a file for each, and what they share: [`findings`], [`pipe`],
//! [`colour`] and [`usage`].
//!
//! A command reads its arguments, calls the library, prints, and says whether
//! all is well. None of them decides anything about a spec.

mod check;
mod diff;
mod dump;
mod explain;
mod findings;
mod fmt;
mod generate;
mod init;
mod pipe;
mod revision;
mod show;
mod usage;

use clap::{CommandFactory as _, Parser, Subcommand, error::ErrorKind};
use usage::Usage;

/// Turns the markdown tables of an API into code and documentation.
///
/// The tables are the only source: keys with their types and access, the shapes
/// of arrays and objects, HTTP routes and MQTT topics. Everything generated
/// follows from them and is never edited by hand.
#[derive(Parser)]
#[command(version, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Generate(generate::GenerateArgs),
    Init(init::InitArgs),
    Dump(dump::DumpArgs),
    Check(check::CheckArgs),
    Diff(diff::DiffArgs),
    Explain(explain::ExplainArgs),
    Show(show::ShowArgs),
    Fmt(fmt::FmtArgs),
}

impl Cli {
    /// Runs the command; gives whether all is well.
    pub(crate) fn run(&self) -> anyhow::Result<bool> {
        let result = match &self.command {
            Command::Generate(args) => generate::run(args),
            Command::Init(args) => init::run(args),
            Command::Dump(args) => dump::run(args),
            Command::Check(args) => check::run(args),
            Command::Diff(args) => diff::run(args),
            Command::Explain(args) => explain::run(args),
            Command::Show(args) => show::run(args),
            Command::Fmt(args) => fmt::run(args),
        };
        match result {
            Err(error) if error.is::<Usage>() => Self::command()
                .error(ErrorKind::ValueValidation, error)
                .exit(),
            result => result,
        }
    }
}
