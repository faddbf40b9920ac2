//! Findings for scripts: an array, one object a line, written as it is made.
//!
//! ```json
//! [
//! {"code":"S0107","severity":"error","message":"…","file":"spec/api.md","line":3,"column":13,
//!  "end":{"line":3,"column":18},"labels":[…],"help":"did you mean `uint8`?","notes":[]}
//! ]
//! ```
//!
//! Lines and columns count from 1, columns in characters; `end` is one past the
//! last. `file` alone is set for what concerns a file as a whole. `labels` holds
//! every place with its text, the one of the finding itself first.

use std::io::{self, Write};

use serde::Serialize;

use super::place::{Place, Places, Position};
use crate::source::{Report, Spec, Text};

#[derive(Serialize)]
struct Finding<'a> {
    code: &'static str,
    severity: &'static str,
    message: &'a str,
    file: Option<&'a str>,
    line: Option<usize>,
    column: Option<usize>,
    end: Option<Position>,
    labels: Vec<LabelJson<'a>>,
    help: Option<&'a str>,
    notes: &'a [Text],
    /// Further findings of this code, which are not told one by one.
    #[serde(skip_serializing_if = "Option::is_none")]
    more: Option<usize>,
}

#[derive(Serialize)]
struct LabelJson<'a> {
    file: &'a str,
    line: usize,
    column: usize,
    end: Position,
    text: &'a str,
    primary: bool,
}

pub(super) fn write(report: &Report, spec: &Spec, out: &mut dyn Write) -> io::Result<()> {
    let mut places = Places::new(spec);
    out.write_all(b"[")?;
    for (index, diagnostic) in report.diagnostics().iter().enumerate() {
        let (primary, secondary) = places.of(diagnostic);
        let labels = primary.iter().map(|place| label(place, true));
        let further = secondary.iter().map(|place| label(place, false));
        let finding = Finding {
            code: diagnostic.code.id,
            severity: diagnostic.severity.name(),
            message: &diagnostic.message,
            file: primary.map(|p| p.file).or(diagnostic.path.as_deref()),
            line: primary.map(|place| place.start.line),
            column: primary.map(|place| place.start.column),
            end: primary.map(|place| place.end),
            labels: labels.chain(further).collect(),
            help: diagnostic.help.as_deref(),
            notes: &diagnostic.notes,
            more: (diagnostic.more > 0).then_some(diagnostic.more),
        };
        out.write_all(if index == 0 { b"\n" } else { b",\n" })?;
        serde_json::to_writer(&mut *out, &finding)?;
    }
    let newline = if report.is_empty() { "" } else { "\n" };
    writeln!(out, "{newline}]")
}

fn label<'a>(place: &Place<'a>, primary: bool) -> LabelJson<'a> {
    LabelJson {
        file: place.file,
        line: place.start.line,
        column: place.start.column,
        end: place.end,
        text: place.text,
        primary,
    }
}
