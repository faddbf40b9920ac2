//! `goe-codegen diff`.

use std::{
    io::{self, IsTerminal as _, Write as _},
    path::{Path, PathBuf},
};

use anyhow::bail;
use clap::{Args, ValueEnum};
use goe_codegen::{
    Model, Report, Spec,
    diagnostics::{Severity, codes},
    diff::{self, Diff, Format, Waivers, diff, raised},
    read,
};

use super::{colour, findings::print_text, pipe, revision::Revision};

/// Print what changed from one API to another, and whom it breaks
///
/// The exit code is 1 if a change is as bad as `--fail-on` says, or if something
/// could not be compared; if the version did not rise as `--require-bump` asks; if a
/// waiver is at fault; and if nothing could be read of one side. Errors in the tables
/// are counted, and what could be read is compared.
#[derive(Args)]
pub(crate) struct DiffArgs {
    /// The API as it was: a Markdown file or a folder of such, or one of a revision,
    /// `HEAD~1:spec/api.md` and `v1.0:spec`
    old: PathBuf,
    /// The API as it is now
    new: PathBuf,
    /// For whoever judges the changes, to publish, for scripts, or for code hosts
    #[arg(long, value_enum, default_value_t = FormatArg::Text)]
    format: FormatArg,
    /// End with 1 if there is a change that is as bad as this, or worse, or if
    /// something could not be compared
    #[arg(long, value_enum, value_name = "SEVERITY")]
    fail_on: Option<SeverityArg>,
    /// End with 1 if the `Version:` below the title did not rise as far as the changes
    /// ask
    #[arg(long)]
    require_bump: bool,
    /// Changes that are accepted, a table `| Fingerprint | Reason |`, and what rules
    /// are held for, a table `| Rule | Severity | Reason |`
    #[arg(long, value_name = "FILE")]
    waivers: Option<PathBuf>,
    /// Print the findings about both sides instead of counting them
    #[arg(long)]
    show_findings: bool,
    /// Leave out the descriptions, which are the words of their authors
    #[arg(long)]
    without_descriptions: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum FormatArg {
    /// A change with its places and its fingerprint
    Text,
    /// A changelog
    Markdown,
    /// One object, its findings one a line
    Json,
    /// SARIF 2.1.0
    Sarif,
    /// Workflow commands of GitHub Actions
    Github,
}

#[derive(Clone, Copy, ValueEnum)]
enum SeverityArg {
    Breaking,
    Risky,
    Compatible,
    Editorial,
}

impl SeverityArg {
    fn severity(self) -> diff::Severity {
        match self {
            SeverityArg::Breaking => diff::Severity::Breaking,
            SeverityArg::Risky => diff::Severity::Risky,
            SeverityArg::Compatible => diff::Severity::Compatible,
            SeverityArg::Editorial => diff::Severity::Editorial,
        }
    }
}

pub(crate) fn run(args: &DiffArgs) -> anyhow::Result<bool> {
    let sides = [Side::read(&args.old, args)?, Side::read(&args.new, args)?];
    let [old, new] = &sides;
    let mut diff = diff(&old.model, &new.model);
    diff.without_words = args.without_descriptions;
    diff.revisions = [old.revision.clone(), new.revision.clone()];
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
        FormatArg::Sarif => Format::Sarif,
        FormatArg::Github => Format::Github,
    };
    let mut text = Vec::new();
    diff.write(format, [&old.name, &new.name], &mut text)?;
    let mut out = io::stdout().lock();
    if matches!(args.format, FormatArg::Text) && colour::is_on(out.is_terminal()) {
        text = colour::severities(&String::from_utf8_lossy(&text)).into_bytes();
    }
    pipe::closed_is_fine(out.write_all(&text))?;
    let limit = args.fail_on.map(SeverityArg::severity);
    let failed = limit.is_some_and(|limit| diff.worst() >= Some(limit));
    let unknown = limit.is_some() && !failed && !is_compared(&diff)?;
    let raised = !args.require_bump || is_raised(&diff, &sides)?;
    Ok(ok && raised && !failed && !unknown)
}

/// Says what could not be compared, for it may be as bad as anything.
fn is_compared(diff: &Diff) -> io::Result<bool> {
    let names: Vec<String> = diff
        .open_questions()
        .map(|finding| format!("`{}`", finding.subject()))
        .collect();
    if !names.is_empty() {
        let names = names.join(", ");
        writeln!(
            io::stderr(),
            "error: nobody knows how bad the changes are: {names} could not be compared; mend the \
             tables, or waive it"
        )?;
    }
    Ok(names.is_empty())
}

/// Returns whether the version rose as far as the changes ask, and says why not.
fn is_raised(diff: &Diff, [old, new]: &[Side; 2]) -> io::Result<bool> {
    let mut versions = Vec::new();
    for side in [old, new] {
        match (&side.model.version, &side.bad_version) {
            (Some(version), _) => versions.push(&version.value),
            (None, Some(why)) => writeln!(
                io::stderr(),
                "error: {}: {why}; three numbers are one, `Version: 1.2.0`",
                side.shown
            )?,
            (None, None) => writeln!(
                io::stderr(),
                "error: {} states no version; a line `Version: 1.2.0` below its title is one",
                side.shown
            )?,
        }
    }
    let [from, to] = versions[..] else {
        return Ok(false);
    };
    if let Err(why) = raised(diff, from, to) {
        let way = match from == to {
            true => format!("stays {to}"),
            false => format!("goes from {from} to {to}"),
        };
        writeln!(
            io::stderr(),
            "error: {}: the version {way}, but {why}",
            new.shown
        )?;
        return Ok(false);
    }
    Ok(true)
}

/// One of the two APIs.
struct Side {
    model: Model,
    /// As the caller spelled it.
    shown: String,
    /// Its name in a changelog: its file's, without folder and ending.
    name: String,
    /// What stands before its path, if it is one of a revision.
    revision: Option<String>,
    /// What is wrong with its version.
    bad_version: Option<String>,
}

impl Side {
    fn read(path: &Path, args: &DiffArgs) -> anyhow::Result<Self> {
        let revision = Revision::of(path);
        let spec = match &revision {
            Some(revision) => revision.read()?,
            None => Spec::read_paths(&[path]),
        };
        let (model, report) = read(&spec);
        let shown = path.display().to_string();
        let is_empty = model.keys.is_empty() && model.partial.is_empty();
        if args.show_findings || is_empty {
            print_text(&spec, &report)?;
        } else if !report.is_empty() {
            let counts = counts(&report);
            writeln!(
                io::stderr(),
                "{shown}: {counts}; `--show-findings` prints what"
            )?;
        }
        if is_empty {
            bail!("no key could be read from {shown}");
        }
        let bad_version = report.diagnostics().iter();
        let mut bad_version = bad_version.filter(|found| found.code.id == codes::BAD_VERSION.id);
        let stem = path.file_stem().unwrap_or(path.as_os_str());
        Ok(Side {
            name: match revision {
                Some(_) => shown.clone(),
                None => stem.to_string_lossy().into_owned(),
            },
            shown,
            revision: revision.map(|revision| revision.prefix()),
            bad_version: bad_version.next().map(|found| found.message.to_string()),
            model,
        })
    }
}

/// `1 error, 2 warnings`.
fn counts(report: &Report) -> String {
    let counts = [Severity::Error, Severity::Warning].map(|of| (report.count(of), of.name()));
    let counts = counts.iter().filter(|(count, _)| *count > 0);
    let counts = counts.map(|(count, word)| match count {
        1 => format!("1 {word}"),
        _ => format!("{count} {word}s"),
    });
    counts.collect::<Vec<_>>().join(", ")
}
