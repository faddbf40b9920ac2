//! Findings for scripts: an array, one object a line, written as it is made.
//!
//! ```json
//! [
//! {"code":"S0107","severity":"error","message":"…","file":"spec/api.md","line":3,"column":13,
//!  "end":{"line":3,"column":18},"labels":[…],"help":"did you mean `uint8`?","notes":[],
//!  "fixes":[{"title":"write `uint8`","applicability":"MachineApplicable","replacements":[
//!  {"file":"spec/api.md","line":3,"column":13,"end":{"line":3,"column":18},
//!   "bytes":{"start":94,"end":99},"text":"uint8"}]}]}
//! ]
//! ```
//!
//! Lines and columns count from 1, columns in characters; `end` is one past the
//! last. `file` alone is set for what concerns a file as a whole. `labels` holds
//! every place with its text, the one of the finding itself first. Each of `fixes`
//! is one way to mend it: all of its replacements, none of which overlap. `bytes`
//! count from 0 in the file as it is on disk.

use std::io::{self, Write};

use serde::Serialize;

use super::place::{Place, Places, Position, Replacement};
use crate::source::{Fix, Report, Spec, Text};

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
    fixes: Vec<FixJson<'a>>,
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

#[derive(Serialize)]
struct FixJson<'a> {
    title: &'a str,
    applicability: &'static str,
    replacements: Vec<ReplacementJson<'a>>,
}

#[derive(Serialize)]
struct ReplacementJson<'a> {
    file: &'a str,
    line: usize,
    column: usize,
    end: Position,
    bytes: Bytes,
    text: &'a str,
}

#[derive(Serialize)]
struct Bytes {
    start: usize,
    end: usize,
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
            fixes: diagnostic
                .fixes
                .iter()
                .map(|f| fix(f, &mut places))
                .collect(),
            more: (diagnostic.more > 0).then_some(diagnostic.more),
        };
        out.write_all(if index == 0 { b"\n" } else { b",\n" })?;
        serde_json::to_writer(&mut *out, &finding)?;
    }
    let newline = if report.is_empty() { "" } else { "\n" };
    writeln!(out, "{newline}]")
}

fn fix<'a>(fix: &'a Fix, places: &mut Places<'a>) -> FixJson<'a> {
    let replacements = places.edits(fix).into_iter();
    FixJson {
        title: &fix.title,
        applicability: fix.applicability.name(),
        replacements: replacements.map(replacement).collect(),
    }
}

fn replacement(edit: Replacement<'_>) -> ReplacementJson<'_> {
    let (start, end) = edit.bytes;
    ReplacementJson {
        file: edit.file,
        line: edit.start.line,
        column: edit.start.column,
        end: edit.end,
        bytes: Bytes { start, end },
        text: edit.text,
    }
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
