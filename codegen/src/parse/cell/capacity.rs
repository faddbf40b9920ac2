//! A name with a capacity in brackets: `wifis[10]`.

use crate::{
    model::At,
    report::codes,
    source::{Diagnostic, Report},
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
        let span = match exact {
            true => text.span.part(start..start + value.len()),
            false => text.span,
        };
        At {
            value: value.to_owned(),
            span,
        }
    };
    (part(name, 0), Some(part(inner, name.len() + 1)))
}

/// The number of entries in brackets, if there are such; nothing after an error.
pub(crate) fn read(
    inner: Option<At<String>>,
    of: &str,
    report: &mut Report,
) -> Option<Option<At<u32>>> {
    let Some(inner) = inner else {
        return Some(None);
    };
    match inner.value.parse::<u16>() {
        Ok(value) if value > 0 => Some(Some(At {
            value: value.into(),
            span: inner.span,
        })),
        _ => {
            let message = format!("bad capacity `[{}]` of `{of}`", inner.value);
            // An empty place would not be underlined: take the brackets in.
            let span = match inner.value.is_empty() {
                true => inner.span.with(inner.span.start - 1..inner.span.end + 1),
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
