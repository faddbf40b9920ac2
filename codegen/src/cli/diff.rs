//! `goe-codegen diff`.

use std::{
    io::{self, IsTerminal as _, Write as _},
    path::{Path, PathBuf},
};

use anyhow::bail;
use clap::{Args, ValueEnum};
use goe_codegen::{
    Model, Spec,
    diff::{Format, Severity, Waivers, diff},
    read,
};

use super::{colour, findings::print_text, pipe};

/// Print what changed from one API to another, and whom it breaks
///
/// The exit code is 1 if a change is as bad as `--fail-on` says, if a waiver is
/// at fault, or if nothing could be read of one side. Other errors in the tables
/// are printed, and what could be read is compared.
#[derive(Args)]
pub(crate) struct DiffArgs {
    /// The API as it was: a Markdown file, or a folder of such
    old: PathBuf,
    /// The API as it is now
    new: PathBuf,
    /// For whoever judges the changes, to publish, or for scripts
    #[arg(long, value_enum, default_value_t = FormatArg::Text)]
    format: FormatArg,
    /// End with 1 if there is a change that is as bad as this, or worse
    #[arg(long, value_enum, value_name = "SEVERITY")]
    fail_on: Option<SeverityArg>,
    /// Changes that are accepted: a table `| Fingerprint | Reason |`
    #[arg(long, value_name = "FILE")]
    waivers: Option<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
enum FormatArg {
    /// A change with its places and its fingerprint
    Text,
    /// A changelog
    Markdown,
    /// One object, its findings one a line
    Json,
}

#[derive(Clone, Copy, ValueEnum)]
enum SeverityArg {
    Breaking,
    Risky,
    Compatible,
    Editorial,
}

impl SeverityArg {
    fn severity(self) -> Severity {
        match self {
            SeverityArg::Breaking => Severity::Breaking,
            SeverityArg::Risky => Severity::Risky,
            SeverityArg::Compatible => Severity::Compatible,
            SeverityArg::Editorial => Severity::Editorial,
        }
    }
}

pub(crate) fn run(args: &DiffArgs) -> anyhow::Result<bool> {
    let (old, new) = (read_side(&args.old)?, read_side(&args.new)?);
    let mut diff = diff(&old, &new);
    let mut ok = true;
    if let Some(path) = &args.waivers {
        let spec = Spec::read_paths(&[path]);
        let (waivers, mut report) = Waivers::read(&spec);
        waivers.apply(&mut diff, &mut report);
        ok = print_text(&spec, &report)?;
    }
    let format = match args.format {
        FormatArg::Text => Format::Text,
        FormatArg::Markdown => Format::Markdown,
        FormatArg::Json => Format::Json,
    };
    let names = [name(&args.old), name(&args.new)];
    let mut text = Vec::new();
    diff.write(format, [&names[0], &names[1]], &mut text)?;
    let mut out = io::stdout().lock();
    if matches!(args.format, FormatArg::Text) && colour::is_on(out.is_terminal()) {
        text = colour::severities(&String::from_utf8_lossy(&text)).into_bytes();
    }
    pipe::closed_is_fine(out.write_all(&text))?;
    let limit = args.fail_on.map(SeverityArg::severity);
    let failed = limit.is_some_and(|limit| diff.worst() >= Some(limit));
    Ok(ok && !failed)
}

fn read_side(path: &Path) -> anyhow::Result<Model> {
    let spec = Spec::read_paths(&[path]);
    let (model, report) = read(&spec);
    print_text(&spec, &report)?;
    if model.keys.is_empty() && model.partial.is_empty() {
        bail!("no key could be read from {}", path.display());
    }
    Ok(model)
}

/// Returns the name of a side in a changelog: its file's, without folder and ending.
fn name(path: &Path) -> String {
    let name = path.file_stem().unwrap_or(path.as_os_str());
    name.to_string_lossy().into_owned()
}
