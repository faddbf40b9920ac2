//! `(introduced in 60.0)`, `(removed in firmware 60.0)`, `(entfernt mit
//! Firmware 60.0)`: the releases that have a key.

use std::borrow::Cow;

use crate::{
    model::{At, Unread, UnreadKind},
    source::Span,
};

/// The help line: how a release is stated.
pub(super) const HELP: &str = "write `(introduced in 60.0)` or `(removed in firmware 60.0)` behind the key, anything else \
     into the description";

/// From which release on there is a key, and from which on no more.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Releases {
    pub(crate) since: Option<At<String>>,
    pub(crate) removed: Option<At<String>>,
}

/// Words that say since when.
const SINCE: &[&str] = &[
    "introduced", "added", "new", "since", "from", "ab", "seit", "neu", "eingeführt", "hinzugefügt",
];
/// Words that say until when.
const REMOVED: &[&str] = &[
    "removed", "deleted", "dropped", "entfernt", "gelöscht", "entfällt",
];
/// Such words of which the release may be part of a sentence.
const LAST: &[&str] = &[
    "since", "seit", "introduced", "removed", "added", "eingeführt", "entfernt",
];
/// Words that say nothing more.
const BESIDE: &[&str] = &[
    "in", "with", "on", "as", "of", "available", "verfügbar", "mit", "der", "firmware", "fw",
    "version", "wurde", "was",
];

/// Without one of these, a number in a description may be anything.
const CERTAIN: &[&str] = &[
    "introduced", "added", "removed", "firmware", "version", "eingeführt", "hinzugefügt",
    "entfernt",
];

impl Releases {
    /// Takes over what the note says, `false` if that is nothing of this kind.
    pub(crate) fn add(&mut self, note: &str, span: Span) -> bool {
        let parts: Option<Vec<_>> = note.split([',', ';']).map(part).collect();
        let Some(parts) = parts else {
            return false;
        };
        for (since, version) in parts {
            let place = match since {
                true => &mut self.since,
                false => &mut self.removed,
            };
            let value = version.to_owned();
            place.get_or_insert(At { value, span });
        }
        true
    }

    /// Reads the releases that a description states in parentheses, or in its last clause;
    /// gives what looks like one there and may be about something else.
    pub(crate) fn mine(&mut self, text: &str, span: Span) -> Option<Unread> {
        let certain = |note: &str| CERTAIN.iter().any(|word| note.contains(word));
        for (close, _) in text.match_indices(')') {
            let before = &text[..close];
            let start = before.rfind(')').map_or(0, |at| at + 1);
            let Some(open) = text[start..close].rfind('(').map(|at| start + at) else {
                continue;
            };
            let place = span.part(open..close + 1);
            let note = &text[open + 1..close];
            let lower = note.to_lowercase();
            // "(from 6)" may be about anything; "(since 61.0)" at the end is about the key.
            let last = !text[close + 1..].contains(char::is_alphanumeric) && lower.contains('.');
            if (last || certain(&lower)) && !is_of_another(&text[..open]) {
                self.add(note, place);
            }
        }
        // `state of it, since 60.0`
        let whole = text.trim_end().trim_end_matches('.');
        let marks = [", ", "; ", ". "].into_iter();
        let mark = marks.filter_map(|mark| whole.rfind(mark)).max();
        let start = mark.map_or(0, |mark| mark + 1);
        let note = &whole[start..];
        let named = note.contains('.') || certain(&note.to_lowercase());
        let own = named && !is_of_another(&whole[..start]);
        if !own || (start > 0 && self.add(note, span.part(start..whole.len()))) {
            return None;
        }
        // `state since 60.0`
        let last = |word: &&str| note.rfind(&format!(" {word} ")).map(|at| at + 1);
        let at = LAST.iter().filter_map(last).max()?;
        let (_, version) = part(&note[at..]).filter(|_| !is_of_another(&note[..at]))?;
        let certain = certain(&note[at..].to_lowercase()) || version.matches('.').count() == 1;
        certain.then(|| Unread {
            kind: UnreadKind::Release,
            span: span.part(start + at..whole.len()),
            why: Cow::Borrowed("may be about the key, or about these words alone"),
            write: Cow::Owned(format!("`, {}` as a clause of its own", &note[at..])),
            other: None,
        })
    }
}

/// `replaces foo`, `like foo`, `Auto=2` before a note: the release is that of another key, or of
/// one value.
fn is_of_another(before: &str) -> bool {
    const OF: &[&str] = &[
        "replaces", "replaced", "replacing", "instead", "like", "unlike", "same", "formerly",
        "former", "see", "ersetzt", "statt", "anstatt", "anstelle", "wie", "siehe", "früher",
    ];
    let sentence = before.rsplit([';', '.']).next().unwrap_or_default();
    let item = sentence.rsplit([',', '(', ')']).next().unwrap_or_default();
    let mut words = sentence.split_whitespace();
    item.contains('=') || words.any(|word| OF.contains(&word.to_lowercase().as_str()))
}

/// Returns whether it says since when (or else until when), and the version.
fn part(text: &str) -> Option<(bool, &str)> {
    let mut since = None;
    let mut version = None;
    for word in text.split_whitespace() {
        let lower = word.to_lowercase();
        if BESIDE.contains(&lower.as_str()) {
            continue;
        }
        let direction = match () {
            () if REMOVED.contains(&lower.as_str()) => Some(false),
            () if SINCE.contains(&lower.as_str()) => Some(true),
            () => None,
        };
        match direction {
            // "removed from 60.0 on" is about the removal.
            Some(direction) => since = Some(since.unwrap_or(direction)),
            None if version.is_none() => version = Some(number(word)?),
            None => return None,
        }
    }
    Some((since?, version?))
}

/// A cell that is a release: `60.0`, `v60.0`, `firmware 60.0`.
pub(crate) fn cell(text: &str) -> Option<&str> {
    let mut words = text.split_whitespace();
    let mut releases = words.by_ref().filter(|word| {
        let word = word.to_lowercase();
        let known = BESIDE.contains(&word.as_str()) || SINCE.contains(&word.as_str());
        !(known || REMOVED.contains(&word.as_str()))
    });
    let word = releases.next()?;
    let release = word.strip_prefix(['v', 'V']).unwrap_or(word);
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '+');
    let is_one = release.starts_with(|c: char| c.is_ascii_digit()) && release.chars().all(plain);
    (is_one && releases.next().is_none()).then_some(release)
}

/// `60.0`, `v60.0`: the number.
fn number(word: &str) -> Option<&str> {
    let number = word.strip_prefix(['v', 'V']).unwrap_or(word);
    let digit = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    number.split('.').all(digit).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_releases() {
        let cases = [
            ("introduced in 60.0", Some("60.0"), None),
            ("removed in firmware 60.0", None, Some("60.0")),
            ("entfernt mit Firmware 60.0", None, Some("60.0")),
            ("eingeführt mit Firmware 60.0", Some("60.0"), None),
            ("ab Firmware 59.4", Some("59.4"), None),
            ("since v59.4, removed in 60.1", Some("59.4"), Some("60.1")),
            ("removed from 60 on", None, Some("60")),
            ("introduced", None, None),
            ("60.0", None, None),
            ("removed in 60.0 or so", None, None),
            ("erases ssid, key, ...", None, None),
        ];
        for (note, since, removed) in cases {
            let mut releases = Releases::default();
            let span = Span {
                file: 0,
                start: 0,
                end: 1,
            };
            releases.add(note, span);
            let value = |at: &Option<At<String>>| at.as_ref().map(|at| at.value.clone());
            let found = (value(&releases.since), value(&releases.removed));
            assert_eq!(
                found,
                (since.map(str::to_owned), removed.map(str::to_owned)),
                "{note}"
            );
        }
    }
}
