//! The catalogue of findings, and how they are printed.
//!
//! [`codes`] lists every code; [`Report::apply`] leaves out what is allowed and
//! makes errors of what is denied; [`Report::write`] prints the rest: as text
//! for people, as JSON for scripts, as SARIF for code hosts, a line each for editors and
//! workflows. Nothing here reads
//! a spec: findings are data of [`source`](crate::source), made by the stages.

pub mod codes;
mod concise;
pub(crate) mod github;
mod json;
mod levels;
mod page;
mod place;
mod read_errors;
pub(crate) mod sarif;
mod text;

use std::io::{self, Write};

pub use levels::{Levels, find};
pub use place::Position;
pub(crate) use read_errors::read_errors;

use crate::source::{Report, Severity, Spec};

/// The format in which findings are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people: the first hundred in full with their source lines, the
    /// others counted.
    Text {
        /// With terminal escapes.
        colour: bool,
    },
    /// For scripts: an array, one object a line, complete.
    Json,
    /// For code hosts: SARIF 2.1.0, complete.
    Sarif,
    /// For editors: a line for each, `file:line:column: error[S0107]: message`.
    Concise,
    /// For workflows of GitHub: a command for each, which shows it beside its line.
    Github,
}

impl Report {
    /// The findings as text, with the source lines underlined; `colour` adds
    /// terminal escapes. Ends with a line that counts them.
    pub fn render(&self, spec: &Spec, colour: bool) -> String {
        let mut out = Vec::new();
        // Memory takes whatever is written to it.
        let _ = self.write(spec, Format::Text { colour }, &mut out);
        String::from_utf8_lossy(&out).into_owned()
    }

    /// Prints the findings to `out`, one after the other. Many small writes:
    /// hand over something buffered.
    pub fn write(&self, spec: &Spec, format: Format, out: &mut dyn Write) -> io::Result<()> {
        match format {
            Format::Text { colour } => text::write(self, spec, colour, out),
            Format::Json => json::write(self, spec, out),
            Format::Sarif => sarif::write(self, spec, out),
            Format::Concise => concise::write(self, spec, out),
            Format::Github => concise::write_commands(self, spec, out),
        }
    }

    /// Leaves out the warnings that are allowed, makes errors of those that are
    /// denied, and says so in a note.
    pub fn apply(&mut self, levels: &Levels) {
        self.retain_mut(|diagnostic| {
            if levels.allows(diagnostic) {
                return false;
            }
            if let Some(option) = levels.denies(diagnostic) {
                diagnostic.severity = Severity::Error;
                let note = format!("a warning, but `{option}` was given");
                diagnostic.notes.push(note.into());
            }
            true
        });
    }
}
