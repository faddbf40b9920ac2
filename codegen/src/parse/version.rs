//! The version of a spec: a line `Version: 1.2.0` below the title of its first
//! document, before the next heading and the first table.

use crate::{
    model::{At, Version},
    report::codes,
    source::{Diagnostic, Report, Source, Span, Spec, trim},
};

/// The version that `spec` states, if it does; a line that begins so and states
/// none is reported.
pub(super) fn read(spec: &Spec, report: &mut Report) -> Option<At<Version>> {
    let source = spec.sources().first().filter(|_| !spec.is_overlay(0))?;
    let span = find(source)?;
    let text = source.slice(span.range());
    if let Some(value) = Version::parse(text) {
        return Some(At { value, span });
    }
    let message = format!("`{text}` is not a version");
    report.push(
        Diagnostic::new(&codes::BAD_VERSION, message)
            .at(span.visible(), "left out")
            .help("three numbers, `Version: 1.2.0`; what is only a word about versions, in other words"),
    );
    None
}

/// Where the first version of the introduction stands, code aside.
fn find(source: &Source) -> Option<Span> {
    let mut headings = 0;
    let mut fence = None;
    for line in 1..=source.line_count() {
        let text = source.slice(source.line_range(line)).trim_start();
        match (fence, fence_of(text)) {
            (None, found @ Some(_)) => fence = found,
            (Some(open), Some(found)) if open == found => fence = None,
            (Some(_), _) => {}
            (None, None) => {
                headings += usize::from(is_heading(text));
                if headings > 1 || text.starts_with('|') {
                    return None;
                }
                if let Some(span) = value(source, line) {
                    return Some(span);
                }
            }
        }
    }
    None
}

fn fence_of(text: &str) -> Option<&'static str> {
    ["```", "~~~"]
        .into_iter()
        .find(|fence| text.starts_with(fence))
}

fn is_heading(text: &str) -> bool {
    let rest = text.trim_start_matches('#');
    rest.len() < text.len() && rest.starts_with(' ')
}

/// Where the version stands in `Version: 1.2.0`, whatever is bold or code in it.
fn value(source: &Source, line: usize) -> Option<Span> {
    const MARKS: [char; 3] = ['*', '_', '`'];
    let range = source.line_range(line);
    let text = source.slice(range.clone());
    let (word, _) = text.split_once(':')?;
    let is_it = word
        .trim()
        .trim_matches(MARKS)
        .eq_ignore_ascii_case("version");
    let indented = text.starts_with("    ") || text.starts_with('\t');
    if !is_it || indented {
        return None;
    }
    let value = trim(&source.text, range.start + word.len() + 1..range.end);
    let text = source.slice(value.clone());
    let marks = text.len() - text.trim_start_matches([' ', '*', '_', '`']).len();
    let inner = text[marks..].trim_end_matches(MARKS).trim_end();
    let start = value.start + marks;
    Some(Span::new(0, start..start + inner.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_stands_below_the_title() {
        let cases = [
            ("# Pump\n\nVersion: 1.2.0\n", Some("1.2.0")),
            ("# Pump\nversion:  2.0.0-rc.1 \n", Some("2.0.0-rc.1")),
            ("# Pump\n\nA pump.\n\n**Version:** `1.2.0`\n", Some("1.2.0")),
            ("# Pump\n\n**Version**: 1.2.0\n", Some("1.2.0")),
            ("Version: 1.2.0\n", Some("1.2.0")),
            ("# Pump\r\n\r\nVersion: 1.2.0\r\n", Some("1.2.0")),
            ("# Pump\n\n```\n# x\n```\n\nVersion: 1.2.0\n", Some("1.2.0")),
            // No line of the introduction, or no such line.
            ("# Pump\n\n## Keys\n\nVersion: 1.2.0\n", None),
            ("# Pump\n\n| Key |\n|-|\n\nVersion: 1.2.0\n", None),
            ("# Pump\n\n```\n# x\nVersion: 1.2.0\n```\n", None),
            ("# Pump\n\n    Version: 1.2.0\n", None),
            ("# Pump\n\nFirmware version: 59.4\n", None),
            ("# Pump\n\nThis is version 1.2.0: the new one.\n", None),
        ];
        for (text, expected) in cases {
            let spec = Spec::from_files([("api.md", text.as_bytes().to_vec())]);
            let mut report = Report::default();
            let found = read(&spec, &mut report);
            let found = found.as_ref().map(|at| {
                assert_eq!(spec.sources()[0].slice(at.span.range()), at.value.as_str());
                at.value.as_str()
            });
            assert_eq!(found, expected, "{text}");
            assert!(report.is_empty(), "{text}");
        }
    }

    #[test]
    fn a_line_that_is_none_is_reported_with_its_place() {
        for (text, place) in [
            ("# Pump\n\nVersion: soon\n", 17..21),
            ("Version: v1.2.0\n", 9..15),
            ("Version: 1.2\n", 9..12),
            ("Version:\n", 8..9),
        ] {
            let spec = Spec::from_files([("api.md", text.as_bytes().to_vec())]);
            let mut report = Report::default();
            assert!(read(&spec, &mut report).is_none());
            let found = &report.diagnostics()[0];
            assert_eq!(found.code.id, "S0005");
            assert_eq!(
                found.primary.as_ref().unwrap().span.range(),
                place,
                "{text}"
            );
        }
    }
}
