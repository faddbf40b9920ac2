//! `goe-codegen fmt`.

use std::{
    fs,
    io::{self, IsTerminal as _, Write as _},
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use clap::Args;
use goe_codegen::{Spec, format, read, rewrite, unified_diff};

use super::{colour, findings::print_text, pipe};

/// Lay out the key tables of markdown files
///
/// Columns are aligned, words and types get one spelling; nothing outside key
/// tables is touched, and what `dump` prints stays the same. A file with a table
/// that cannot be laid out safely is left alone, with what is wrong with it.
#[derive(Args)]
pub(crate) struct FmtArgs {
    /// Markdown files, or folders with such; of `-`, standard input, the text is
    /// printed
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Write nothing; show how each file differs, and exit with 1 if any does
    #[arg(long)]
    check: bool,
    /// Put the rows of each table in the order of their keys
    #[arg(long)]
    sort: bool,
}

pub(crate) fn run(args: &FmtArgs) -> anyhow::Result<bool> {
    let mut ok = true;
    for path in files(&args.files)? {
        ok &= run_file(args, &path)?;
    }
    Ok(ok)
}

fn run_file(args: &FmtArgs, path: &Path) -> anyhow::Result<bool> {
    let is_stdin = path.as_os_str() == "-";
    let spec = match is_stdin {
        true => Spec::read_paths(&[path]),
        false => Spec::from_files([(
            path.display().to_string(),
            fs::read(path).with_context(|| path.display().to_string())?,
        )]),
    };
    let text = match format(&spec, args.sort) {
        Ok(text) => text,
        Err(report) => return Ok(print_text(&spec, &report)?),
    };
    let Some(source) = spec.sources().first() else {
        return Ok(print_text(&spec, &read(&spec).1)?);
    };
    let (old, new) = (source.to_file(&source.text), source.to_file(&text));
    let mut out = io::stdout().lock();
    if args.check {
        if new == old {
            return Ok(true);
        }
        let name = Path::new(&source.path);
        let diff = unified_diff(name, old.as_bytes(), &new, "formatted");
        let diff = match colour::is_on(out.is_terminal()) {
            true => colour::diff(&diff),
            false => diff,
        };
        pipe::closed_is_fine(out.write_all(diff.as_bytes()))?;
        return Ok(false);
    }
    if is_stdin {
        pipe::closed_is_fine(out.write_all(new.as_bytes()))?;
        return Ok(true);
    }
    if new == old {
        return Ok(true);
    }
    rewrite(path, &new)?;
    pipe::closed_is_fine(writeln!(out, "formatted {}", path.display()))?;
    Ok(true)
}

/// The files, those of folders by name.
fn files(paths: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for path in paths {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let entries = fs::read_dir(path).with_context(|| path.display().to_string())?;
        let mut found = Vec::new();
        for entry in entries {
            let file = entry?.path();
            if file.extension().is_some_and(|extension| extension == "md") && file.is_file() {
                found.push(file);
            }
        }
        found.sort();
        files.extend(found);
    }
    Ok(files)
}
