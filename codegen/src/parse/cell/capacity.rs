//! A name with a capacity in brackets: `wifis[10]`.

use crate::{
    model::At,
    report::codes,
    source::{Diagnostic, Report, Span},
};

/// `10` of `wifis[10]`, with its place: the name, and what is in the brackets.
pub(crate) fn split(text: &At<String>) -> (At<String>, Option<At<String>>) {
    let split = text
        .value
        .strip_suffix(']')
        .and_then(|rest| rest.split_once('['));
    let Some((name, inner)) = split else {
        return (text.clone(), None);
    };
    // A word that was unescaped has no bytes of its own: point at all of it.
    let exact = text.span.end - text.span.start == text.value.len();
    let part = |value: &str, start: usize| {
        let start = text.span.start + start;
        let span = match exact {
            true => Span {
                start,
                end: start + value.len(),
                ..text.span
            },
            false => text.span,
        };
        At {
            value: value.to_owned(),
            span,
        }
    };
    (part(name, 0), Some(part(inner, name.len() + 1)))
}

/// A number of entries, or an error.
pub(crate) fn read(inner: At<String>, of: &str, report: &mut Report) -> Option<At<u32>> {
    match inner.value.parse::<u16>() {
        Ok(value) if value > 0 => Some(At {
            value: value.into(),
            span: inner.span,
        }),
        _ => {
            let message = format!("bad capacity `[{}]` of `{of}`", inner.value);
            // An empty place would not be underlined: take the brackets in.
            let Span { file, start, end } = inner.span;
            let span = match inner.value.is_empty() {
                true => Span {
                    file,
                    start: start - 1,
                    end: end + 1,
                },
                false => inner.span,
            };
            report.push(
                Diagnostic::new(&codes::BAD_CAPACITY, message)
                    .at(span, "expected a number of entries")
                    .help("write a whole number from 1 to 65535 between the brackets"),
            );
            None
        }
    }
}
