//! `goe-codegen dump`.

use std::{
    io::{self, Write as _},
    path::PathBuf,
};

use clap::Args;
use goe_codegen::{Spec, dump, read};

use super::{findings::print_text, pipe};

/// Print the keys as JSON
///
/// What could be read is printed even if there are errors; these go to standard
/// error, and the exit code is 1.
#[derive(Args)]
pub(crate) struct DumpArgs {
    /// Markdown files, or folders with such, or `-` for standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
}

pub(crate) fn run(args: &DumpArgs) -> anyhow::Result<bool> {
    let spec = Spec::read_paths(&args.files);
    let (model, report) = read(&spec);
    let ok = print_text(&spec, &report)?;
    let json = dump::model_to_json(&spec, &model)?;
    pipe::closed_is_fine(io::stdout().lock().write_all(json.as_bytes()))?;
    Ok(ok)
}
