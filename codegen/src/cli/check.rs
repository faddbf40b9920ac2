//! `goe-codegen check`.

use std::{
    io::{self, Write as _},
    path::PathBuf,
};

use clap::Args;
use goe_codegen::{Spec, notes, read};

use super::findings::FindingArgs;

/// Print what is wrong with a spec
///
/// What OpenAPI and AsyncAPI will lack is told by notes, which no option makes errors of.
/// The exit code is 1 if there are errors, and 0 if there are only warnings.
#[derive(Args)]
pub(crate) struct CheckArgs {
    /// Markdown files, or folders with such; together they are one spec
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    findings: FindingArgs,
}

pub(crate) fn run(args: &CheckArgs) -> anyhow::Result<bool> {
    let findings = args.findings.read()?;
    let spec = Spec::read_paths(&args.files);
    let (model, report) = read(&spec);
    let silent = report.is_empty();
    let ok = findings.print(&spec, report)?;
    if silent && findings.is_text() {
        let keys = model.keys.len();
        writeln!(io::stdout(), "{keys} keys, nothing to complain about")?;
    }
    if ok && findings.is_text() {
        for note in notes(&model) {
            writeln!(io::stdout(), "note: {note}")?;
        }
    }
    Ok(ok)
}
