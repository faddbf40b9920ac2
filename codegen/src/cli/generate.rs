//! `goe-codegen generate`.

use std::{io::Write as _, path::PathBuf};

use anyhow::Context as _;
use clap::Args;
use goe_codegen::{Spec, generate, stale, write_changed};

use super::{colour, findings::FindingArgs, pipe};

/// Write the generated files
///
/// Only files whose contents differ are written, each as a whole, and listed.
/// With an error in the spec, nothing is written and the exit code is 1.
#[derive(Args)]
pub(crate) struct GenerateArgs {
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

pub(crate) fn run(args: &GenerateArgs) -> anyhow::Result<bool> {
    let findings = args.findings.read()?;
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
            let diff = match colour::is_on(findings.is_terminal()) {
                true => colour::diff(&file.diff),
                false => file.diff.clone(),
            };
            pipe::closed_is_fine(writeln!(out, "stale: {}\n{diff}", file.path.display()))?;
        }
        if !stale.is_empty() {
            let count = stale.len();
            let what = writeln!(out, "{count} stale; run `cargo codegen generate`");
            pipe::closed_is_fine(what)?;
            return Ok(false);
        }
    } else {
        let changes = write_changed(&args.out, &generated.files).context("cannot write")?;
        for change in &changes {
            pipe::closed_is_fine(writeln!(out, "{change}"))?;
        }
        if !changes.is_empty() {
            return Ok(true);
        }
    }
    pipe::closed_is_fine(writeln!(out, "{}: up to date", args.out.display()))?;
    Ok(true)
}
