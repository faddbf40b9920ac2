//! The Key cell: mostly one key, in published tables also ten, a release, or a
//! word that a tab tore.
//!
//! | cell | keys |
//! |---|---|
//! | `dwo`, `` `dwo` `` | dwo |
//! | `c0n c1n c2n` | c0n, c1n, c2n: they differ in their number only |
//! | `cch, cwc / cid` | cch, cwc, cid |
//! | `dtu/ip`, `/etc/passwd` | none, since a `/` without spaces is a part of a name |
//! | `inverter.power` | inverter.power |
//! | `**limit**`, `[limit](#limit)` | limit |
//! | `**a**, **b**`, `[a](#a) / [b](#b)` | a, b |
//! | `~~a~~` | none: whether it is gone, and since when, is not said |
//! | `c0n-c9n`, `c0n … c9n`, `c0n, c1n, ..., c9n` | c0n to c9n |
//! | `cards (removed in firmware 60.0)` | cards, removed: 60.0 |
//! | `pvopt_aver⇥agePPv` | pvopt_averagePPv, and a fault |

use std::borrow::Cow;

use super::{
    release::{self, Releases},
    text::{joined, torn, word},
};
use crate::{
    model::At,
    names,
    report::codes,
    source::{Diagnostic, Fix, Source, Span, trim},
    syntax::cells,
};

/// The most keys that a cell with a range such as `a0-a99` may stand for.
const MOST: usize = 1000;

/// The content of a Key cell.
#[derive(Debug, Default)]
pub(crate) struct KeyCell {
    /// In order; empty if it holds no key.
    pub(crate) names: Vec<At<String>>,
    pub(crate) releases: Releases,
    /// Cured by an overlay that states the key.
    pub(crate) faults: Vec<Diagnostic>,
}

pub(crate) fn read(source: &Source, cell: Span) -> KeyCell {
    let mut out = KeyCell::default();
    let mut span = cell;
    while let text = source.slice(span.range())
        && let Some(image) = cells::image(text)
    {
        let before = trimmed(source, span, 0..image.start);
        let after = trimmed(source, span, image.end..text.len());
        span = if before.start < before.end {
            before
        } else {
            after
        };
    }
    span = undressed(source, span, names::is_key);
    while let text = source.slice(span.range())
        && let Some(open) = note(&bare(text))
    {
        let inner = &text[open + 1..text.len() - 1];
        let place = trimmed(source, span, open..text.len());
        if !out.releases.add(inner, place) {
            out.faults.push(unknown_note(inner, place));
        }
        span = undressed(source, trimmed(source, span, 0..open), names::is_key);
    }
    let name = word(source, span);
    if names::is_key(&name.value) {
        out.names.push(name);
    } else if let Some(names) = list(source, span) {
        out.names = names;
    } else if let Some(joined) = without_tabs(&name.value) {
        // Where each piece is a key of its own, it may be two keys.
        let certain = !name
            .value
            .split('\t')
            .all(|piece| names::is_key(piece.trim()));
        out.faults
            .push(torn(source, name.span, "key", &joined, certain));
        out.names.push(At {
            value: joined,
            span: name.span,
        });
    } else if let Some((seen, letter)) = visible(&name.value) {
        let message = format!("there is a letter in the key `{seen}` that nobody sees");
        out.faults.push(
            Diagnostic::new(&codes::BAD_KEY, message)
                .at(
                    name.span,
                    format!("U+{:04X}; read as `{seen}`", u32::from(letter)),
                )
                .help("remove it")
                .fix(Fix::certain("remove it").put(name.span, seen.as_str())),
        );
        out.names.push(At {
            value: seen,
            span: name.span,
        });
    } else {
        out.faults.push(bad_key(&name));
    }
    out
}

/// The word without letters that nobody sees, if that is a key, and the first of them.
fn visible(word: &str) -> Option<(String, char)> {
    let is_hidden = |c: &char| {
        matches!(
            c,
            '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}'
        )
    };
    let hidden = word.chars().find(is_hidden)?;
    let seen: String = word.chars().filter(|c| !is_hidden(c)).collect();
    names::is_key(seen.trim()).then(|| (seen.trim().to_owned(), hidden))
}

fn trimmed(source: &Source, span: Span, range: std::ops::Range<usize>) -> Span {
    span.with(trim(&source.text, span.part(range).range()))
}

/// What stands between marks that make it bold or a link, if that is a name: `**limit**`,
/// `[limit](#limit)`. Anything else is left as it is.
pub(crate) fn undressed(source: &Source, span: Span, is_name: impl Fn(&str) -> bool) -> Span {
    let bare = bare(source.slice(span.range()));
    let start = bare.len() - bare.trim_start().len();
    let inner = span.part(start..bare.trim_end().len().max(start));
    match is_name(&word(source, inner).value) {
        true => inner,
        false => span,
    }
}

/// The text with blanks for the marks in it that make words bold or a link.
fn bare(text: &str) -> Cow<'_, str> {
    // Most cells have none of them, and each is looked at.
    if !text.contains(['[', '<', '*', '_']) {
        return Cow::Borrowed(text);
    }
    let mut bare = text.to_owned();
    let mut blank = |range: std::ops::Range<usize>| {
        let blanks = " ".repeat(range.len());
        bare.replace_range(range, &blanks);
    };
    let mut at = 0;
    // Links first: an address may hold any mark.
    while let Some(open) = text[at..].find('[').map(|open| at + open) {
        let link = text[open..].find("](").map(|end| open + end);
        let link = link.and_then(|end| Some((end, end + text[end..].find(')')? + 1)));
        if let Some((end, close)) = link {
            blank(open..open + 1);
            blank(end..close);
        }
        at = link.map_or(open + 1, |(_, close)| close);
    }
    for tag in ["code", "b", "strong", "i", "em", "kbd", "tt"] {
        for tag in [format!("<{tag}>"), format!("</{tag}>")] {
            bare = bare.replace(&tag, &" ".repeat(tag.len()));
        }
    }
    let is_plain = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    for mark in ["**", "__", "*", "_"] {
        let mut rest = 0;
        while let Some(open) = bare[rest..].find(mark).map(|open| rest + open) {
            let inner = open + mark.len();
            rest = inner;
            let close = bare[inner..].find(mark).map(|close| inner + close);
            let Some(close) = close else { break };
            let end = close + mark.len();
            let opens = !is_plain(bare[..open].chars().next_back());
            if opens && close > inner && !is_plain(bare[end..].chars().next()) {
                let blanks = " ".repeat(mark.len());
                bare.replace_range(open..inner, &blanks);
                bare.replace_range(close..end, &blanks);
                rest = end;
            }
        }
    }
    Cow::Owned(bare)
}

/// Where the parenthesis at the end of `text` opens, if text stands before it.
fn note(text: &str) -> Option<usize> {
    text.strip_suffix(')')?;
    let open = text.rfind('(')?;
    (!text[..open].trim().is_empty()).then_some(open)
}

fn unknown_note(note: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        &codes::BAD_KEY,
        format!("`({note})` says nothing about a release"),
    )
    .at(span, "not a part of the key")
    .help(release::HELP)
}

fn bad_key(name: &At<String>) -> Diagnostic {
    let span = name.span.visible();
    let message = match name.value.is_empty() {
        true => "no key in this row".to_owned(),
        false => format!("`{}` is not a key", name.value),
    };
    let help = match &*name.value {
        "" => {
            "each row has its key; a text that goes on from the row above belongs into the cell \
             there, behind a `<br>`"
        }
        struck if struck.contains("~~") => {
            "whether a key that is struck out is still there is not said: write the key, and the \
             release that has it no more, `a (removed in 60.0)`; or remove the row"
        }
        path if names::is_key(&path.replace('/', ".")) => {
            "a key has no `/`, which topics have: dots may stand in it; of several keys, commas \
             between them"
        }
        _ => "one key a row, nothing else in its cell; of several, commas between them",
    };
    let bad = Diagnostic::new(&codes::BAD_KEY, message);
    match separate(&name.value) {
        Some(keys) => bad
            .at(span, "one key, or several: nobody knows")
            .help(format!(
                "keys of their own have commas between them, `{}`; one key is one word: `{}`",
                keys.join(", "),
                keys.join("_")
            )),
        None => bad
            .at(
                span,
                "expected a letter, then letters, digits and `_`; dots between words",
            )
            .help(help),
    }
}

/// The words of a cell that are keys each, with marks or words between that may be anything:
/// `` `amp` `ama` ``, `amp or ama`.
fn separate(cell: &str) -> Option<Vec<&str>> {
    let words = cell.split(|c: char| c.is_whitespace() || matches!(c, '`' | '*' | '+' | '|'));
    let between = ["", "and", "or", "und", "oder", "-", "–", "to", "bis"];
    let keys: Vec<&str> = words.filter(|word| !between.contains(word)).collect();
    (keys.len() > 1 && keys.iter().all(|key| names::is_key(key))).then_some(keys)
}

/// The word without the tabs in it, if that is a key.
fn without_tabs(word: &str) -> Option<String> {
    let joined = joined(word);
    (word.contains('\t') && names::is_key(&joined)).then_some(joined)
}

/// Several keys in one cell, if that is what it says for certain.
fn list(source: &Source, span: Span) -> Option<Vec<At<String>>> {
    let text = &*bare(source.slice(span.range()));
    let mut items = Vec::new();
    let mut separated = false;
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let len = if let Some(item) = piece(rest) {
            items.push((item, at));
            item.len()
        } else if rest.starts_with("<br") {
            separated = true;
            rest.find('>')? + 1
        } else {
            let letter = rest.chars().next()?;
            let between = match letter {
                // `dtu/ip` is one bad key, not two good ones.
                '/' => stands_alone(text, at),
                ',' | ';' | '`' | '&' => true,
                letter => letter.is_whitespace(),
            };
            separated |= matches!(letter, ',' | '/' | ';');
            between.then(|| letter.len_utf8())?
        };
        at += len;
    }
    let (names, ranges) = expand(&items, span)?;
    let family = names
        .windows(2)
        .all(|pair| alike(&pair[0].value, &pair[1].value));
    (names.len() > 1 && (separated || ranges || family)).then_some(names)
}

/// Returns whether the mark at `at` has white space, code or nothing on both sides, and
/// something stands before it.
fn stands_alone(text: &str, at: usize) -> bool {
    let open = |letter: Option<char>| letter.is_none_or(|c| c.is_whitespace() || c == '`');
    let before = text[..at].chars().next_back();
    before.is_some() && open(before) && open(text[at + 1..].chars().next())
}

/// The key, dash or ellipsis at the start of `text`.
fn piece(text: &str) -> Option<&str> {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut letters = text.char_indices().peekable();
    let mut word = 0;
    while let Some((at, letter)) = letters.next() {
        // A dot in a key stands between two words; `c0n...c9n` has another.
        let between = at > 0 && letters.peek().is_some_and(|(_, next)| plain(*next));
        let dot = letter == '.' && between && !text[..at].ends_with('.');
        if !plain(letter) && !dot {
            break;
        }
        word = at + letter.len_utf8();
    }
    if word > 0 {
        return Some(&text[..word]);
    }
    let dots = text.bytes().take_while(|&b| b == b'.').count();
    if dots > 1 {
        return Some(&text[..dots]);
    }
    ["…", "–", "-"]
        .iter()
        .find(|dash| text.starts_with(**dash))
        .copied()
}

/// The keys that `items` name, and whether there is a range among them.
fn expand(items: &[(&str, usize)], span: Span) -> Option<(Vec<At<String>>, bool)> {
    let mut names: Vec<At<String>> = Vec::new();
    let mut ranges = false;
    let mut items = items.iter();
    while let Some(&(item, at)) = items.next() {
        let place = |at: usize, len: usize| span.part(at..at + len);
        // A key may be called `to`; between two of a family it is none.
        let to = matches!(item, "to" | "bis")
            && (names.last().zip(items.as_slice().first()))
                .is_some_and(|(first, (last, _))| alike(&first.value, last));
        if names::is_key(item) && !to {
            let (value, span) = (item.to_owned(), place(at, item.len()));
            names.push(At { value, span });
            continue;
        }
        let dash = to || !item.starts_with(|c: char| c.is_ascii_alphanumeric());
        let (&(last, at), first) = (items.next().filter(|_| dash)?, names.last()?);
        let place = place(at, last.len());
        let values = between(&first.value, last)?;
        if names.len() + values.len() > MOST {
            return None;
        }
        names.extend(values.into_iter().map(|value| At { value, span: place }));
        ranges = true;
    }
    Some((names, ranges))
}

/// The keys after `first` up to `last`, which differs in its number only.
fn between(first: &str, last: &str) -> Option<Vec<String>> {
    let [(head, low, tail), (head2, high, tail2)] =
        [names::numbered(first)?, names::numbered(last)?];
    if (head, tail) != (head2, tail2) || low >= high || high - low > MOST as u64 {
        return None;
    }
    Some(
        (low + 1..=high)
            .map(|number| format!("{head}{number}{tail}"))
            .collect(),
    )
}

fn alike(one: &str, other: &str) -> bool {
    let outside = |name| names::numbered(name).map(|(head, _, tail)| (head, tail));
    outside(one).is_some() && outside(one) == outside(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(cell: &str, names: &str, releases: (Option<&str>, Option<&str>), codes: &[&str]) {
        let source = Source::new(String::new(), String::new(), cell.as_bytes());
        let span = Span {
            file: 0,
            start: 0,
            end: cell.len(),
        };
        let read = read(&source, span);
        let found: Vec<_> = read.names.iter().map(|name| name.value.as_str()).collect();
        assert_eq!(found.join(" "), names, "{cell}");
        let release = |at: &Option<At<String>>| at.as_ref().map(|at| at.value.clone());
        let found = (
            release(&read.releases.since),
            release(&read.releases.removed),
        );
        let (since, removed) = (releases.0.map(str::to_owned), releases.1.map(str::to_owned));
        assert_eq!(found, (since, removed), "{cell}");
        let found: Vec<_> = read.faults.iter().map(|fault| fault.code.id).collect();
        assert_eq!(found, codes, "{cell}");
    }

    #[test]
    fn reads_keys() {
        let none = (None, None);
        check("dwo", "dwo", none, &[]);
        check("`dwo`", "dwo", none, &[]);
        check("c0n c1n c2n", "c0n c1n c2n", none, &[]);
        check("`c0n`, `c1n`", "c0n c1n", none, &[]);
        check("cch, cwc / cid", "cch cwc cid", none, &[]);
        check("**cch**, **cwc**", "cch cwc", none, &[]);
        check("**`cch`**", "cch", none, &[]);
        check("<code>cch</code>, <b>cwc</b>", "cch cwc", none, &[]);
        check("**cch, cwc**", "cch cwc", none, &[]);
        check("_cch_, *cwc*, __c_d__", "cch cwc c_d", none, &[]);
        check("**`cch`** / **`cwc`**", "cch cwc", none, &[]);
        check("[cch](#cch), [cwc](#c_w_c)", "cch cwc", none, &[]);
        check("[`cch`](#a(b), `cwc`", "cch cwc", none, &[]);
        check("c_0, c_1", "c_0 c_1", none, &[]);
        check("**c0n** … **c2n**", "c0n c1n c2n", none, &[]);
        check(
            "[a](#a), [b](#b) (since 60.0)",
            "a b",
            (Some("60.0"), None),
            &[],
        );
        check("c0n<br>c1n<br/>c2n", "c0n c1n c2n", none, &[]);
        check("c0n-c3n", "c0n c1n c2n c3n", none, &[]);
        check("c0n … c2n", "c0n c1n c2n", none, &[]);
        check("c0n, c1n, ..., c4n", "c0n c1n c2n c3n c4n", none, &[]);
        check("c0n...c2n", "c0n c1n c2n", none, &[]);
        check("`cch` / `cwc`", "cch cwc", none, &[]);
        check("`cch`/`cwc`", "cch cwc", none, &[]);
        check("inverter.power", "inverter.power", none, &[]);
        check("`a.b`, `a.c`", "a.b a.c", none, &[]);
        check("dc.0.u … dc.2.u", "dc.0.u dc.1.u dc.2.u", none, &[]);
        check("dc.0.u...dc.2.u", "dc.0.u dc.1.u dc.2.u", none, &[]);
        check("a.b (since 60.0)", "a.b", (Some("60.0"), None), &[]);
        check("c0n bis c2n", "c0n c1n c2n", none, &[]);
        check(
            "c0n, …, c2n (since 60.0)",
            "c0n c1n c2n",
            (Some("60.0"), None),
            &[],
        );
        check(
            "cards (removed in firmware 60.0)",
            "cards",
            (None, Some("60.0")),
            &[],
        );
        check(
            "cards (entfernt mit Firmware 60.0)",
            "cards",
            (None, Some("60.0")),
            &[],
        );
        check(
            "`c0i` (introduced in 60.0)",
            "c0i",
            (Some("60.0"), None),
            &[],
        );
        check(
            "a (since 59.1) (removed in 60.0)",
            "a",
            (Some("59.1"), Some("60.0")),
            &[],
        );
    }

    #[test]
    fn says_what_it_had_to_repair() {
        let none = (None, None);
        check("pvopt_avera\tg\tePPv", "pvopt_averagePPv", none, &["S0119"]);
        check("cards (old)", "cards", none, &["S0111"]);
        check("a\u{200b}b\u{feff}", "ab", none, &["S0111"]);
        check("![x](y.png) cch", "cch", none, &[]);
    }

    #[test]
    fn does_not_guess() {
        let none = (None, None);
        for cell in [
            "", "al-w", "dtu/ip", "/etc/passwd", "etc/passwd", "a/b/c", "a /b", "/ a", "a..b",
            ".a", "a.", "a.b.", "a.-b", "60.0", "may charge", "1st", "../../etc", "c0n-c9i",
            "c9n-c0n", "a0-a9999999", "~~a~~", "~~a~~, b", "a*, b*", "**a** **b**", "_a, b",
            "[a], [b]", "[a](, b",
        ] {
            check(cell, "", none, &["S0111"]);
        }
        check("![x](y.png)", "", none, &["S0111"]);
    }
}
