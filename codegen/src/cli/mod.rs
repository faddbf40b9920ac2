//! The commands: a file for each, and what they share: [`findings`], [`pipe`],
//! [`colour`] and [`usage`].
//!
//! A command reads its arguments, calls the library, prints, and says whether
//! all is well. None of them decides anything about a spec.

mod check;
mod colour;
mod completions;
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

use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand, error::ErrorKind};
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
    /// When to print in colour
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    color: colour::When,
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
    Completions(completions::CompletionsArgs),
    Man(completions::ManArgs),
}

impl Command {
    /// As it is typed.
    fn name(&self) -> &'static str {
        match self {
            Command::Generate(_) => "generate",
            Command::Init(_) => "init",
            Command::Dump(_) => "dump",
            Command::Check(_) => "check",
            Command::Diff(_) => "diff",
            Command::Explain(_) => "explain",
            Command::Show(_) => "show",
            Command::Fmt(_) => "fmt",
            Command::Completions(_) => "completions",
            Command::Man(_) => "man",
        }
    }
}

impl Cli {
    /// The command line as it was given; one that makes no sense ends the program.
    pub(crate) fn read() -> Self {
        let matches = Self::coloured().get_matches();
        Self::from_arg_matches(&matches).unwrap_or_else(|error| error.exit())
    }

    /// The command as clap knows it, in whose colours it speaks of itself.
    fn coloured() -> clap::Command {
        let arguments = std::env::args_os().skip(1);
        let arguments = arguments.map(|argument| argument.to_string_lossy().into_owned());
        Self::command().color(colour::of_usage(arguments))
    }

    /// Runs the command; gives whether all is well.
    pub(crate) fn run(&self) -> anyhow::Result<bool> {
        colour::set(self.color);
        let result = match &self.command {
            Command::Generate(args) => generate::run(args),
            Command::Init(args) => init::run(args),
            Command::Dump(args) => dump::run(args),
            Command::Check(args) => check::run(args),
            Command::Diff(args) => diff::run(args),
            Command::Explain(args) => explain::run(args),
            Command::Show(args) => show::run(args),
            Command::Fmt(args) => fmt::run(args),
            Command::Completions(args) => completions::completions(args, Self::command()),
            Command::Man(args) => completions::man(args, Self::command()),
        };
        match result {
            Err(error) if error.is::<Usage>() => {
                let mut command = Self::coloured();
                // So that the usage shown is that of the subcommand.
                command.build();
                let of = command.find_subcommand_mut(self.command.name());
                let mut whole = Self::coloured();
                of.unwrap_or(&mut whole)
                    .error(ErrorKind::ValueValidation, error)
                    .exit()
            }
            result => result,
        }
    }
}
