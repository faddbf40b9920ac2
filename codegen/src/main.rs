//! `goe-codegen`: the command line over the library.

#![forbid(unsafe_code)]

mod cli;

use std::{
    io::{self, Write as _},
    path::PathBuf,
    process::ExitCode,
};

use anyhow::Context as _;
use clap::{Args, Parser, Subcommand};
use cli::{
    explain::ExplainArgs,
    findings::{FindingArgs, print_text},
    fmt::FmtArgs,
};
use goe_codegen::{Spec, dump, generate, read, stale, write_changed};

/// Turns the markdown tables of an API into code and documentation.
///
/// The tables are the only source: keys with their types and access, the shapes
/// of arrays and objects, HTTP routes and MQTT topics. Everything generated
/// follows from them and is never edited by hand.
#[derive(Parser)]
#[command(version, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Generate(GenerateArgs),
    Dump(DumpArgs),
    Check(CheckArgs),
    Diff(cli::diff::DiffArgs),
    Explain(ExplainArgs),
    Fmt(FmtArgs),
}

/// Write the generated files
///
/// Only files whose contents differ are written, each as a whole, and listed.
/// With an error in the spec, nothing is written and the exit code is 1.
#[derive(Args)]
struct GenerateArgs {
    /// Folder with the spec: all its *.md files, in byte order of their names
    #[arg(long, value_name = "DIR", default_value = "spec")]
    spec: PathBuf,
    /// Folder to write to
    #[arg(long, value_name = "DIR", default_value = "generated")]
    out: PathBuf,
    /// Write nothing; show how each stale file differs, and exit with 1 if any does
    #[arg(long)]
    check: bool,
    #[command(flatten)]
    findings: FindingArgs,
}

/// Print the keys as JSON
///
/// What could be read is printed even if there are errors; these go to standard
/// error, and the exit code is 1.
#[derive(Args)]
struct DumpArgs {
    /// Markdown files, or folders with such
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
}

/// Print what is wrong with a spec
///
/// The exit code is 1 if there are errors, and 0 if there are only warnings.
#[derive(Args)]
struct CheckArgs {
    /// Markdown files, or folders with such; together they are one spec
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    findings: FindingArgs,
}

fn main() -> ExitCode {
    let result = match Cli::parse().command {
        Command::Generate(args) => run_generate(&args),
        Command::Dump(args) => run_dump(&args),
        Command::Check(args) => run_check(&args),
        Command::Diff(args) => cli::diff::run(&args),
        Command::Explain(args) => cli::explain::run(&args),
        Command::Fmt(args) => cli::fmt::run(&args),
    };
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        // Whoever reads our output has seen enough.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            // Nothing is left to be done if even this cannot be said.
            let _ = writeln!(io::stderr(), "error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run_generate(args: &GenerateArgs) -> anyhow::Result<bool> {
    let findings = args.findings.read();
    let spec = Spec::read_dir(&args.spec);
    let generated = match generate(&spec) {
        Ok(generated) => generated,
        Err(report) => return Ok(findings.print(&spec, report)?),
    };
    if !findings.print(&spec, generated.report)? {
        return Ok(false);
    }
    let mut out = findings.out();
    if args.check {
        let stale = stale(&args.out, &generated.files).context("cannot compare")?;
        for file in &stale {
            writeln!(out, "stale: {}\n{}", file.path.display(), file.diff)?;
        }
        if !stale.is_empty() {
            let count = stale.len();
            writeln!(out, "{count} stale; run `cargo codegen generate`")?;
            return Ok(false);
        }
    } else {
        let changes = write_changed(&args.out, &generated.files).context("cannot write")?;
        for change in &changes {
            writeln!(out, "{change}")?;
        }
        if !changes.is_empty() {
            return Ok(true);
        }
    }
    writeln!(out, "{}: up to date", args.out.display())?;
    Ok(true)
}

fn run_dump(args: &DumpArgs) -> anyhow::Result<bool> {
    let spec = Spec::read_paths(&args.files);
    let (model, report) = read(&spec);
    let ok = print_text(&spec, &report)?;
    let json = dump::model_to_json(&spec, &model)?;
    io::stdout().lock().write_all(json.as_bytes())?;
    Ok(ok)
}

fn run_check(args: &CheckArgs) -> anyhow::Result<bool> {
    let findings = args.findings.read();
    let spec = Spec::read_paths(&args.files);
    let (model, report) = read(&spec);
    let silent = report.is_empty();
    let ok = findings.print(&spec, report)?;
    if silent && findings.is_text() {
        let keys = model.keys.len();
        writeln!(io::stdout(), "{keys} keys, nothing to complain about")?;
    }
    Ok(ok)
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let io_error = error
        .chain()
        .find_map(|cause| cause.downcast_ref::<io::Error>());
    io_error.is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}
