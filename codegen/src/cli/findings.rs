//! Options for how findings are printed: `--format`, `--allow`, `--deny`.
//!
//! As text they go to standard error, beside whatever the command prints; as
//! JSON or SARIF they are what it prints, so that standard output is one
//! document and everything else goes to standard error.

use std::io::{self, BufWriter, IsTerminal as _, Write};

use clap::{Args, ValueEnum};
use goe_codegen::{
    Report, Spec,
    diagnostics::{Format, Levels, Severity},
};

use super::{colour, pipe, usage::Usage};

#[derive(Args)]
pub(crate) struct FindingArgs {
    /// How findings are printed: for people, for scripts, or for code hosts
    #[arg(long, value_enum, default_value_t = FormatArg::Text)]
    format: FormatArg,
    /// Make errors of all `warnings`, or of those with this code
    #[arg(long, value_name = "warnings|CODE")]
    deny: Vec<String>,
    /// Say nothing of warnings with this code
    #[arg(long, value_name = "CODE")]
    allow: Vec<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FormatArg {
    /// The first hundred in full, the others counted; on standard error
    Text,
    /// An array, one object a line; on standard output
    Json,
    /// SARIF 2.1.0; on standard output
    Sarif,
    /// `file:line:column: error[S0107]: message`, a line each; on standard output
    Concise,
    /// Commands of GitHub's workflows, which show them beside their lines; on standard output
    Github,
}

/// The choices of [`FindingArgs`], found to make sense.
pub(crate) struct Findings {
    format: FormatArg,
    levels: Levels,
}

impl FindingArgs {
    /// The same, if each word is a code, and one that can be allowed.
    pub(crate) fn read(&self) -> Result<Findings, Usage> {
        Ok(Findings {
            format: self.format,
            levels: Levels::new(&self.allow, &self.deny).map_err(Usage)?,
        })
    }
}

impl Findings {
    /// Prints the findings; gives whether there are no errors.
    pub(crate) fn print(&self, spec: &Spec, mut report: Report) -> io::Result<bool> {
        report.apply(&self.levels);
        let format = match self.format {
            FormatArg::Text => return print_text(spec, &report),
            FormatArg::Json => Format::Json,
            FormatArg::Sarif => Format::Sarif,
            FormatArg::Concise => Format::Concise,
            FormatArg::Github => Format::Github,
        };
        let mut out = BufWriter::new(io::stdout().lock());
        let written = report.write(spec, format, &mut out);
        pipe::closed_is_fine(written.and_then(|()| out.flush()))?;
        Ok(!report.has_errors())
    }

    pub(crate) fn levels(&self) -> &Levels {
        &self.levels
    }

    /// Where a command says what it did.
    pub(crate) fn out(&self) -> Box<dyn Write> {
        match self.is_text() {
            true => Box::new(io::stdout().lock()),
            false => Box::new(io::stderr().lock()),
        }
    }

    /// Whether a terminal reads that.
    pub(crate) fn is_terminal(&self) -> bool {
        match self.is_text() {
            true => io::stdout().is_terminal(),
            false => io::stderr().is_terminal(),
        }
    }

    pub(crate) fn is_text(&self) -> bool {
        self.format == FormatArg::Text
    }
}

/// Prints the findings for people; gives whether there are no errors.
pub(crate) fn print_text(spec: &Spec, report: &Report) -> io::Result<bool> {
    let err = io::stderr().lock();
    let colour = colour::is_on(err.is_terminal());
    let mut err = BufWriter::new(err);
    let written = report
        .write(spec, Format::Text { colour }, &mut err)
        .and_then(|()| match in_the_end(report) {
            Some(code) => writeln!(err, "For more about a code: goe-codegen explain {code}"),
            None => Ok(()),
        });
    pipe::closed_is_fine(written.and_then(|()| err.flush()))?;
    Ok(!report.has_errors())
}

/// The code to name at the end: of an error, if there is one.
fn in_the_end(report: &Report) -> Option<&'static str> {
    let all = || report.diagnostics().iter();
    let error = all().find(|found| found.severity == Severity::Error);
    error.or(all().next()).map(|found| found.code.id)
}
