//! Findings a line each: for editors, and as commands of GitHub's workflows.

use std::{
    borrow::Cow,
    io::{self, Write},
};

use super::{github, place::Places};
use crate::source::{Diagnostic, Report, Spec};

/// `spec/api.md:3:13: error[S0107]: unknown type`; what has no place has fewer numbers.
pub(super) fn write(report: &Report, spec: &Spec, out: &mut dyn Write) -> io::Result<()> {
    let mut places = Places::new(spec);
    for diagnostic in report.diagnostics() {
        match (places.of(diagnostic).0, &diagnostic.path) {
            (Some(place), _) => {
                let (file, start) = (one_line(place.file), place.start);
                write!(out, "{file}:{}:{}: ", start.line, start.column)?;
            }
            (None, Some(path)) => write!(out, "{}: ", one_line(path))?,
            (None, None) => {}
        }
        let (severity, id) = (diagnostic.severity.name(), diagnostic.code.id);
        let message = one_line(&diagnostic.message);
        writeln!(out, "{severity}[{id}]: {message}{}", more(diagnostic))?;
    }
    Ok(())
}

/// `::error file=spec/api.md,line=3,col=13,title=S0107: unknown type::…`
pub(super) fn write_commands(report: &Report, spec: &Spec, out: &mut dyn Write) -> io::Result<()> {
    let mut places = Places::new(spec);
    for diagnostic in report.diagnostics() {
        let place = places.of(diagnostic).0;
        let file = place.map(|place| place.file).or(diagnostic.path.as_deref());
        let title = format!("{}: {}", diagnostic.code.id, diagnostic.code.title);
        let mut message = format!("{}{}", diagnostic.message, more(diagnostic));
        if let Some(help) = &diagnostic.help {
            message += &format!("\nhelp: {help}");
        }
        let command = github::command(
            diagnostic.severity.name(),
            file,
            place.map(|place| place.start.line),
            place.map(|place| place.start.column),
            &title,
            &message,
        );
        writeln!(out, "{command}")?;
    }
    Ok(())
}

/// Of those that are only counted.
fn more(diagnostic: &Diagnostic) -> String {
    match diagnostic.more {
        0 => String::new(),
        more => format!(" (and {more} more)"),
    }
}

/// Control characters would end the line, or do worse to a terminal.
fn one_line(text: &str) -> Cow<'_, str> {
    match text.contains(char::is_control) {
        true => text.replace(char::is_control, " ").into(),
        false => text.into(),
    }
}
