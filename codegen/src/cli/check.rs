//! `goe-codegen check`.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
};

use clap::Args;
use goe_codegen::{Mended, Spec, mend, notes, read, rewrite_all};

use super::{
    findings::{FindingArgs, Findings},
    pipe,
    usage::Usage,
};

/// Print what is wrong with a spec
///
/// What OpenAPI and AsyncAPI will lack is told by notes, which no option makes errors of.
/// The exit code is 1 if there are errors, and 0 if there are only warnings.
#[derive(Args)]
pub(crate) struct CheckArgs {
    /// Markdown files, or folders with such; `-` is standard input. Together they are one spec
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Put right what is certain, and print what was done; the exit code is that of what
    /// remains. Of standard input, the text as it should be is printed
    #[arg(long)]
    fix: bool,
    #[command(flatten)]
    findings: FindingArgs,
}

pub(crate) fn run(args: &CheckArgs) -> anyhow::Result<bool> {
    let findings = args.findings.read()?;
    let mut spec = Spec::read_paths(&args.files);
    let has_stdin = (0..spec.sources().len()).any(|file| spec.is_stdin(file));
    if args.fix && has_stdin && !findings.is_text() {
        let why = "`--fix` prints the text of standard input to standard output, \
                   where `--format` wants to print findings; leave out one of the two";
        return Err(Usage(why.to_owned()).into());
    }
    if args.fix {
        let mended = mend(spec, findings.levels());
        save(&mended)?;
        tell(&mended, &findings, has_stdin)?;
        spec = mended.spec;
    }
    let (model, report) = read(&spec);
    let silent = report.is_empty();
    let ok = findings.print(&spec, report)?;
    if silent && findings.is_text() && !(args.fix && has_stdin) {
        let keys = match model.keys.len() {
            1 => "1 key".to_owned(),
            keys => format!("{keys} keys"),
        };
        pipe::closed_is_fine(writeln!(io::stdout(), "{keys}, nothing to complain about"))?;
    }
    if ok && findings.is_text() && !(args.fix && has_stdin) {
        for note in notes(&model) {
            pipe::closed_is_fine(writeln!(io::stdout(), "note: {note}"))?;
        }
    }
    Ok(ok)
}

/// Writes the files that differ: all of them, or none.
fn save(mended: &Mended) -> io::Result<()> {
    let changed = mended
        .changed
        .iter()
        .filter(|file| !mended.spec.is_stdin(**file));
    let sources = changed.filter_map(|&file| mended.spec.sources().get(file));
    let texts: Vec<_> = sources
        .map(|source| (Path::new(&source.path), source.to_file(&source.text)))
        .collect();
    let texts: Vec<_> = texts
        .iter()
        .map(|(path, text)| (*path, text.as_str()))
        .collect();
    rewrite_all(&texts)
}

/// Prints what was done; of standard input the text, and what was done beside it.
fn tell(mended: &Mended, findings: &Findings, has_stdin: bool) -> io::Result<()> {
    let mut lines = String::new();
    for mend in &mended.done {
        let (file, line, column) = (&mend.file, mend.line, mend.column);
        lines += &format!(
            "{file}:{line}:{column}: mended[{}]: {}\n",
            mend.code, mend.what
        );
    }
    let mut out: Box<dyn Write> = match has_stdin {
        true => Box::new(io::stderr().lock()),
        false => findings.out(),
    };
    pipe::closed_is_fine(out.write_all(lines.as_bytes()))?;
    let sources = mended.spec.sources().iter().enumerate();
    for (_, source) in sources.filter(|(file, _)| mended.spec.is_stdin(*file)) {
        // What is not UTF-8 was replaced, and is not there to be printed.
        if source.first_invalid().is_none() {
            let text = source.to_file(&source.text);
            pipe::closed_is_fine(io::stdout().lock().write_all(text.as_bytes()))?;
        }
    }
    Ok(())
}
