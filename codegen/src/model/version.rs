//! The version of an API: three numbers, as semantic versioning has them.

use std::{cmp::Ordering, fmt};

use serde::{Serialize, Serializer};

/// `1.2.0`, `2.0.0-rc.1`.
///
/// Versions are compared by precedence: a pre-release comes before its release,
/// and what stands behind a `+` does not count.
#[derive(Clone, Debug)]
pub struct Version {
    /// Raised by changes that break somebody.
    pub major: u64,
    /// Raised by changes that break nobody.
    pub minor: u64,
    /// Raised by changes of words.
    pub patch: u64,
    /// The parts of `rc.1`; none of a release.
    pre: Vec<Part>,
    text: String,
}

/// A part of a pre-release; numbers come before words.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Number(u64),
    Word(String),
}

impl Version {
    /// The version that `text` is, without a word or a letter before it.
    pub fn parse(text: &str) -> Option<Self> {
        let (rest, build) = split(text, '+');
        let (numbers, pre) = split(rest, '-');
        let mut numbers = numbers.split('.').map(number);
        let mut next = || numbers.next().flatten();
        let [major, minor, patch] = [next()?, next()?, next()?];
        let valid = |word: &str| {
            let known = |c: char| c.is_ascii_alphanumeric() || c == '-';
            !word.is_empty() && word.chars().all(known)
        };
        let pre = match pre {
            Some(pre) => pre
                .split('.')
                .map(|word| part(word).filter(|_| valid(word)))
                .collect::<Option<_>>()?,
            None => Vec::new(),
        };
        let is_version =
            numbers.next().is_none() && build.is_none_or(|build| build.split('.').all(valid));
        is_version.then(|| Version {
            major,
            minor,
            patch,
            pre,
            text: text.to_owned(),
        })
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns whether it is a pre-release of another.
    pub fn is_pre_release(&self) -> bool {
        !self.pre.is_empty()
    }
}

fn split(text: &str, at: char) -> (&str, Option<&str>) {
    match text.split_once(at) {
        Some((before, after)) => (before, Some(after)),
        None => (text, None),
    }
}

/// A number without a needless zero before it.
fn number(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let plain = text == "0" || !text.starts_with('0');
    text.parse().ok().filter(|_| digits && plain)
}

fn part(word: &str) -> Option<Part> {
    match word.bytes().all(|b| b.is_ascii_digit()) {
        true => number(word).map(Part::Number),
        false => Some(Part::Word(word.to_owned())),
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        let numbers = |v: &Version| (v.major, v.minor, v.patch);
        let releases = || self.pre.is_empty().cmp(&other.pre.is_empty());
        numbers(self)
            .cmp(&numbers(other))
            .then_with(releases)
            .then_with(|| self.pre.cmp(&other.pre))
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Version {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Version {}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Serialize for Version {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.text.serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_those_of_semantic_versioning() {
        // The order of the standard's own example, with a few more.
        let rising = [
            "0.0.0", "0.1.0", "1.0.0-1", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta",
            "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0", "1.0.1",
            "1.10.0", "2.0.0-x-y",
        ];
        let parsed = rising.map(|text| Version::parse(text).unwrap());
        for (pair, texts) in parsed.windows(2).zip(rising.windows(2)) {
            assert!(pair[0] < pair[1], "{texts:?}");
        }
        assert_eq!(Version::parse("1.0.0+5"), Version::parse("1.0.0+6"));
        for text in [
            "",
            "1",
            "1.2",
            "1.2.3.4",
            "v1.2.3",
            "01.2.3",
            "1.2.x",
            "1.2.3-",
            "1.2.3-01",
            "1.2.3-a..b",
            "1.2.3+",
            "1.2.3 ",
            "1.2.3-ä",
            "+1.2.3",
            "99999999999999999999.0.0",
        ] {
            assert!(Version::parse(text).is_none(), "{text}");
        }
    }
}
