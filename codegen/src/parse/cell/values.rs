//! The Values cell: `0=off, 1=on`, `off=0; on=1`, `0: off, 1: on`, `Off (0), On (1)`.
//!
//! Nothing else stands in it, so that names may be of several words, and one number
//! alone is a list. What cannot be read is an error, never left out.

use crate::{
    model::{NamedValue, ValueList},
    source::{Source, Span, trim},
};

/// The list at `span`, of a truth value if `booleans`; or where it could not be read.
pub(crate) fn read(source: &Source, span: Span, booleans: bool) -> Result<ValueList, Span> {
    let mut inner = span;
    let text = source.slice(span.range());
    let whole = text
        .strip_prefix('(')
        .and_then(|rest| rest.strip_suffix(')'));
    if whole.is_some_and(closes) {
        inner = span.with(span.start + 1..span.end - 1);
    }
    let mut list = ValueList {
        label: None,
        values: Vec::new(),
        open: false,
        ellipsis: false,
        booleans,
        span,
        unreadable: Vec::new(),
    };
    for item in items(source, inner) {
        let text = source.slice(item.range());
        if list.open {
            return Err(item);
        }
        match text {
            "" => {}
            "…" | "..." | "etc." | "usw." => list.open = true,
            _ => {
                // `0=off, 1=on, …` and `0=off, 1=on …`
                let closed = ["…", "..."].iter().find_map(|dots| text.strip_suffix(dots));
                list.open |= closed.is_some();
                let text = closed.unwrap_or(text);
                let (name, value, truth) = named(text).ok_or(item)?;
                if (truth && !booleans) || (booleans && !matches!(value, 0 | 1)) {
                    return Err(item);
                }
                list.values.push(NamedValue {
                    name,
                    value,
                    span: item,
                });
            }
        }
    }
    list.ellipsis = list.open;
    match list.values.is_empty() {
        true => Err(span),
        false => Ok(list),
    }
}

/// Returns whether each parenthesis of `text` is closed in it.
fn closes(text: &str) -> bool {
    let mut depth = 0_usize;
    for letter in text.chars() {
        match letter {
            '(' => depth += 1,
            ')' if depth == 0 => return false,
            ')' => depth -= 1,
            _ => {}
        }
    }
    depth == 0
}

/// The parts between separators outside parentheses.
fn items(source: &Source, span: Span) -> Vec<Span> {
    let text = source.slice(span.range());
    let mut items = Vec::new();
    let (mut start, mut depth) = (0, 0_usize);
    let mut end = |range: std::ops::Range<usize>| {
        items.push(span.with(trim(&source.text, span.part(range).range())));
    };
    for (at, letter) in text.char_indices() {
        if at < start {
            continue;
        }
        let rest = &text[at..];
        let len = match letter {
            '(' => {
                depth += 1;
                0
            }
            ')' => {
                depth = depth.saturating_sub(1);
                0
            }
            ',' | ';' if depth == 0 => 1,
            '<' if rest.starts_with("<br") => rest.find('>').map_or(0, |close| close + 1),
            ' ' if depth == 0 && rest.starts_with(" / ") => 3,
            _ => 0,
        };
        if len > 0 {
            end(start..at);
            start = at + len;
        }
    }
    end(start..text.len());
    items
}

/// The name and the number of an item, and whether that is `false` or `true`.
fn named(text: &str) -> Option<(String, i64, bool)> {
    let text = text.trim();
    let mut joining = ["or ", "and ", "oder ", "und "].iter();
    let after = joining.find_map(|word| text.strip_prefix(word));
    let text = after.unwrap_or(text).trim();
    ["=", ":", "→", " - ", " – "]
        .iter()
        .find_map(|between| {
            let (left, right) = text.split_once(between)?;
            let number_first = || Some((name(right)?, number(left)?));
            let name_first = || Some((name(left)?, number(note_out(right))?));
            number_first().or_else(name_first)
        })
        .or_else(|| {
            // `Off (0)`
            let (left, right) = text.strip_suffix(')')?.rsplit_once('(')?;
            Some((name(left)?, number(right)?))
        })
        .map(|(name, (value, truth))| (name, value, truth))
}

/// A name: anything but a number, without the note behind it and marks around it.
fn name(text: &str) -> Option<String> {
    let text = note_out(text);
    let text = text.trim_matches(['`', '"', '\'', '*', ' ']);
    let plain = !text.is_empty() && !text.contains(['=', '→']);
    (plain && number(text).is_none()).then(|| text.to_owned())
}

/// `off (the default)`: without the note.
fn note_out(text: &str) -> &str {
    let text = text.trim();
    let before = text
        .strip_suffix(')')
        .and_then(|rest| rest.split_once(" ("));
    before.map_or(text, |(before, _)| before.trim())
}

/// A number, or a truth value as one, which is said.
fn number(text: &str) -> Option<(i64, bool)> {
    let text = text.trim_matches(['`', '"', ' ']);
    if let Some(digits) = text.strip_prefix("0x") {
        return Some((i64::from_str_radix(digits, 16).ok()?, false));
    }
    match text {
        "false" => Some((0, true)),
        "true" => Some((1, true)),
        _ if text.starts_with('+') => None,
        _ => Some((text.parse().ok()?, false)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, booleans: bool, expected: &str) {
        let source = Source::new(String::new(), String::new(), text.as_bytes());
        let span = Span::new(0, 0..text.len());
        let shown = match read(&source, span, booleans) {
            Ok(list) => {
                let values = list
                    .values
                    .iter()
                    .map(|v| format!("{}={}", v.name, v.value));
                let open = list.open.then(|| "...".to_owned());
                values.chain(open).collect::<Vec<_>>().join("|")
            }
            Err(span) => format!("!{}", source.slice(span.range())),
        };
        assert_eq!(shown, expected, "{text}");
    }

    #[test]
    fn reads_lists() {
        let both = "off=0|on=1";
        for text in [
            "0=off, 1=on", "off=0; on=1", "off=0, on=1", "0: off, 1: on", "0 = off<br>1 = on",
            "`0`=off, `1`=on", "(0=off, 1=on)", "off (0), on (1)", "0 - off, 1 - on",
            "0=off / 1=on", "0=off (default), 1=on",
        ] {
            check(text, false, both);
        }
        check("1=on", false, "on=1");
        check(
            "0=Always off, 1=Always on",
            false,
            "Always off=0|Always on=1",
        );
        check("0=a, 5=b, …", false, "a=0|b=5|...");
        check("0=a, or 5=b ...", false, "a=0|b=5|...");
        check("-1=auto, 0x10=sixteen", false, "auto=-1|sixteen=16");
        check("false=static, true=dynamic", true, "static=0|dynamic=1");
        check("0=static, 1=dynamic", true, "static=0|dynamic=1");
    }

    #[test]
    fn leaves_nothing_out() {
        check("0=off, on", false, "!on");
        check("0=off or 1=on", false, "!0=off or 1=on");
        check("off, on", false, "!off");
        check("0, 1", false, "!0");
        check("…, 0=a", false, "!0=a");
        check("0=a, 2=b", true, "!2=b");
        check("false=a, true=b", false, "!false=a");
        check("…", false, "!…");
    }
}
