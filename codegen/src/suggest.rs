//! "Did you mean": the known word nearest to one that is not known.

use crate::source::{Fix, Span};

/// The candidate most like `word`, if one is near enough to be meant.
///
/// Case counts for nothing; every third letter may be wrong, missing, surplus
/// or swapped with its neighbour.
pub(crate) fn nearest<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    const LONGEST: usize = 64;
    let word: Vec<char> = word
        .chars()
        .take(LONGEST + 1)
        .flat_map(char::to_lowercase)
        .collect();
    if word.is_empty() || word.len() > LONGEST {
        return None;
    }
    let allowed = (word.len() / 3).max(1);
    candidates
        .into_iter()
        .map(|candidate| (distance(&word, candidate), candidate))
        .filter(|&(distance, candidate)| distance <= allowed && distance < candidate.len())
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, candidate)| candidate)
}

/// The one candidate that `word` is a slip of: but for the case of its letters it is
/// that one, or one letter of it is missing, surplus, wrong or swapped. Only where
/// nothing else is as near: short words and numbers are like too many others.
pub(crate) fn slip<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    const SHORTEST: usize = 4;
    const LONGEST: usize = 64;
    let letters: Vec<char> = word.chars().flat_map(char::to_lowercase).collect();
    if letters.len() > LONGEST {
        return None;
    }
    let digits = |text: &str| -> String { text.chars().filter(char::is_ascii_digit).collect() };
    // Another first letter makes another word: `pool` is not `bool`.
    let begins_alike = |candidate: &str| {
        let mut first = candidate.chars().take(2).map(|c| c.to_ascii_lowercase());
        first.any(|c| letters.first() == Some(&c))
    };
    let near = candidates
        .into_iter()
        .filter(|candidate| candidate.chars().count().abs_diff(letters.len()) < 2)
        .map(|candidate| (distance(&letters, candidate), candidate))
        .filter(|(distance, _)| *distance < 2);
    let near: Vec<_> = near.collect();
    if let Some((_, same)) = near.iter().find(|(distance, _)| *distance == 0) {
        return Some(same);
    }
    let (_, only) = near.first()?;
    let is_sure = only.len() >= SHORTEST
        && near.iter().all(|(_, other)| other == only)
        && digits(word) == digits(only)
        && begins_alike(only);
    is_sure.then_some(only)
}

/// A help text with the nearest candidate, or else with what is allowed.
pub(crate) fn help<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
    otherwise: &str,
) -> String {
    match nearest(word, candidates) {
        Some(candidate) => format!("did you mean `{candidate}`?"),
        None => otherwise.to_owned(),
    }
}

/// The nearest candidate in the place of `word`: certain for a slip of the pen.
pub(crate) fn fix(word: &str, span: Span, candidates: &[&str]) -> Option<Fix> {
    let candidates = || candidates.iter().copied();
    let certain = slip(word, candidates());
    let meant = certain.or_else(|| nearest(word, candidates()))?;
    Some(Fix::new(format!("write `{meant}`"), certain.is_some()).put(span, meant))
}

/// Edits between the two words: a letter inserted, removed, replaced, or two
/// neighbours swapped (optimal string alignment).
fn distance(a: &[char], b: &str) -> usize {
    let b: Vec<char> = b.chars().flat_map(char::to_lowercase).collect();
    let mut before = vec![0; b.len() + 1];
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, &ca) in a.iter().enumerate() {
        let mut row = vec![i + 1; b.len() + 1];
        for (j, &cb) in b.iter().enumerate() {
            let replaced = last[j] + usize::from(ca != cb);
            row[j + 1] = replaced.min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && ca == b[j - 1] && a[i - 1] == cb {
                row[j + 1] = row[j + 1].min(before[j - 1] + 1);
            }
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_has_one_reading() {
        let known = [
            "uint8", "uint16", "uint64", "int8", "int", "bool", "float", "R/W", "R",
        ];
        let cases = [
            ("unit8", Some("uint8")),
            ("boool", Some("bool")),
            ("bol", Some("bool")),
            ("BOOL", Some("bool")),
            ("r/w", Some("R/W")),
            ("flaot", Some("float")),
            ("loat", Some("float")),
            // Other words, and numbers.
            ("pool", None),
            ("uint24", None),
            ("uint", None),
            ("ant", None),
            ("X", None),
            ("RW", None),
            ("", None),
        ];
        for (word, expected) in cases {
            assert_eq!(slip(word, known), expected, "{word}");
        }
    }

    #[test]
    fn finds_what_was_meant() {
        let known = ["uint8", "uint16", "int8", "bool", "R/W", "string"];
        let cases = [
            ("unit8", Some("uint8")),
            ("boool", Some("bool")),
            ("Bool", Some("bool")),
            ("RW", Some("R/W")),
            ("sting", Some("string")),
            ("elephant", None),
            ("", None),
        ];
        for (word, expected) in cases {
            assert_eq!(nearest(word, known), expected, "{word}");
        }
    }
}
