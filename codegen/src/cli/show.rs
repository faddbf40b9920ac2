//! `goe-codegen show`.

use std::{
    io::{self, IsTerminal as _, Write as _},
    path::{Path, PathBuf},
};

use clap::Args;
use goe_codegen::{
    Spec, read,
    show::{Style, show},
};

use super::{colour, pipe, usage::Usage};

/// Print for a person what was understood of each key, and from which words
///
/// The access, the type in Rust and in JSON, the category and every fact of a key,
/// each with the words of the spec that it was taken from and whether a write is
/// held to it; what was not read, and the findings of that key. A family is one.
///
/// Without a key: all of them. The exit code is 1 if there is no such key, or if
/// there are errors in the spec, of which the rest is printed all the same.
#[derive(Args)]
pub(crate) struct ShowArgs {
    /// Keys or families, and Markdown files or folders: a word that is a file or a
    /// folder, ends in `.md`, has a `/` or is `-` (standard input) is a file, any other a key
    #[arg(required = true, value_name = "KEY|FILE")]
    words: Vec<String>,
    /// A key, whatever it looks like
    #[arg(long = "key", value_name = "KEY")]
    keys: Vec<String>,
}

pub(crate) fn run(args: &ShowArgs) -> anyhow::Result<bool> {
    let (files, mut names) = sorted(&args.words)?;
    names.extend(args.keys.iter().cloned());
    let spec = Spec::read_paths(&files);
    let (model, report) = read(&spec);
    let mut out = io::stdout().lock();
    let style = Style {
        width: width(),
        colour: colour::is_on(out.is_terminal()),
    };
    let shown = show(&spec, &model, &report, &names, style);
    pipe::closed_is_fine(out.write_all(shown.text.as_bytes()))?;
    for missing in &shown.missing {
        writeln!(io::stderr(), "error: {missing}")?;
    }
    Ok(shown.missing.is_empty() && !report.has_errors())
}

/// The files among `words`, and the names of keys.
fn sorted(words: &[String]) -> Result<(Vec<PathBuf>, Vec<String>), Usage> {
    let is_file = |word: &String| {
        word == "-" || word.ends_with(".md") || word.contains('/') || Path::new(word).exists()
    };
    let (files, names): (Vec<_>, Vec<_>) = words.iter().cloned().partition(is_file);
    if files.is_empty() {
        let words = words.join("`, `");
        return Err(Usage(format!(
            "no file or folder of this name: `{words}`; say which spec: \
             `goe-codegen show [KEY] FILE`"
        )));
    }
    Ok((files.into_iter().map(PathBuf::from).collect(), names))
}

/// Columns of the terminal; where there is none, a hundred.
fn width() -> usize {
    const OTHERWISE: usize = 100;
    terminal_size::terminal_size().map_or(OTHERWISE, |(width, _)| width.0.into())
}
