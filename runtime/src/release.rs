//! Releases of a firmware: which of them have a key.
//!
//! The generator lists the keys that not every release has, with what the cells
//! `Since` and `Removed` of their rows say; a firmware that can be one of several
//! releases makes the set of keys of it that it lacks, at compile time:
//!
//! ```
//! # use goe_runtime::{KeyIndex, KeySet, release::{Releases, Version}};
//! const RELEASES: [(KeyIndex, Releases); 1] = [(KeyIndex(7), Releases::since(&[60, 0]))];
//! const LACKING: KeySet<1> = KeySet::lacking(&RELEASES, Version::parse("59.4"));
//! assert_eq!(LACKING.iter().collect::<Vec<_>>(), [KeyIndex(7)]);
//! ```

use crate::key_set::{KeyIndex, KeySet};

/// The most numbers of a version that count.
const PARTS: usize = 4;

/// The version of a firmware, by its numbers: `59.10` comes after `59.4`, and `60`
/// is `60.0`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version([u32; PARTS]);

impl Version {
    /// The version of these numbers; behind the fourth they do not count.
    pub const fn of(numbers: &[u32]) -> Self {
        let (mut parts, mut i) = ([0; PARTS], 0);
        while i < PARTS && i < numbers.len() {
            parts[i] = numbers[i];
            i += 1;
        }
        Version(parts)
    }

    /// The version that a text begins with: `60.0` of `60.0-beta`. A number that
    /// is too large is the largest, and one that is missing is 0.
    pub const fn parse(text: &str) -> Self {
        let (bytes, mut parts) = (text.as_bytes(), [0u32; PARTS]);
        let (mut at, mut part) = (0, 0);
        while at < bytes.len() && part < PARTS {
            match bytes[at] {
                digit @ b'0'..=b'9' => {
                    let more = (digit - b'0') as u32;
                    parts[part] = parts[part].saturating_mul(10).saturating_add(more);
                }
                b'.' => part += 1,
                _ => break,
            }
            at += 1;
        }
        Version(parts)
    }

    /// Its numbers, without zeros at the end but for the second.
    pub fn numbers(&self) -> &[u32] {
        let last = self.0.iter().rposition(|&number| number > 0);
        let count = last.map_or(0, |last| last + 1).max(2);
        self.0.get(..count).unwrap_or(&self.0)
    }

    /// Returns whether it comes before another.
    pub const fn is_before(self, other: Version) -> bool {
        let mut i = 0;
        while i < PARTS {
            if self.0[i] != other.0[i] {
                return self.0[i] < other.0[i];
            }
            i += 1;
        }
        false
    }
}

/// The releases that have a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Releases {
    since: Version,
    removed: Option<Version>,
}

impl Releases {
    /// That of these numbers, and those after it.
    pub const fn since(numbers: &[u32]) -> Self {
        Releases {
            since: Version::of(numbers),
            removed: None,
        }
    }

    /// Those before that of these numbers.
    pub const fn before(numbers: &[u32]) -> Self {
        Releases::since(&[]).and_before(numbers)
    }

    /// Of these only those before that of these numbers.
    pub const fn and_before(mut self, numbers: &[u32]) -> Self {
        self.removed = Some(Version::of(numbers));
        self
    }

    /// The first that has it, unless it was always there.
    pub fn first(&self) -> Option<Version> {
        Some(self.since).filter(|since| Version::of(&[]).is_before(*since))
    }

    /// The first that has it no more, if it has gone.
    pub fn removed(&self) -> Option<Version> {
        self.removed
    }

    /// Returns whether the release of this version is one of them.
    pub const fn have(&self, version: Version) -> bool {
        let still = match self.removed {
            Some(removed) => version.is_before(removed),
            None => true,
        };
        still && !version.is_before(self.since)
    }
}

impl<const W: usize> KeySet<W> {
    /// The keys of a generated list that the release of this version lacks.
    pub const fn lacking(releases: &[(KeyIndex, Releases)], version: Version) -> Self {
        let (mut keys, mut i) = (Self::EMPTY, 0);
        while i < releases.len() {
            let (key, having) = releases[i];
            if !having.have(version) {
                keys = keys.with(key);
            }
            i += 1;
        }
        keys
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_by_their_numbers() {
        let rising = [
            "", "9.4", "053.1", "56.2", "59.4", "59.4.1", "59.10", "60.0", "60.4", "60.4.0.1",
            "99999999999",
        ];
        let versions = rising.map(Version::parse);
        for (pair, texts) in versions.windows(2).zip(rising.windows(2)) {
            assert!(pair[0].is_before(pair[1]), "{texts:?}");
            assert!(
                !pair[1].is_before(pair[0]) && pair[0] < pair[1],
                "{texts:?}"
            );
        }
        for (text, numbers) in [
            ("60", &[60, 0][..]),
            ("60.0", &[60, 0]),
            ("060.4", &[60, 4]),
            ("60.4.0", &[60, 4]),
            ("60.0-beta3", &[60, 0]),
            ("59.4.0.2.7", &[59, 4, 0, 2]),
        ] {
            let version = Version::parse(text);
            assert_eq!(version.numbers(), numbers, "{text}");
            assert_eq!(version, Version::of(numbers), "{text}");
            assert!(!version.is_before(version), "{text}");
        }
    }

    #[test]
    fn releases_have_ends() {
        let (first, gone) = (Version::of(&[59, 1]), Version::of(&[60, 1]));
        let since = Releases::since(&[59, 1]);
        assert_eq!((since.first(), since.removed()), (Some(first), None));
        let between = since.and_before(&[60, 1]);
        assert_eq!(
            (between.first(), between.removed()),
            (Some(first), Some(gone))
        );
        let before = Releases::before(&[60, 1]);
        assert_eq!((before.first(), before.removed()), (None, Some(gone)));
    }

    #[test]
    fn a_release_lacks_what_came_later_or_has_gone() {
        let all = [
            (KeyIndex(0), Releases::since(&[60, 0])),
            (KeyIndex(33), Releases::before(&[60, 0])),
            (KeyIndex(34), Releases::since(&[59, 1]).and_before(&[60, 1])),
        ];
        for (version, lacking) in [
            ("58.0", &[0, 34][..]),
            ("59.1", &[0]),
            ("59.10", &[0]),
            ("60.0", &[33]),
            ("60.1", &[33, 34]),
            ("100.0", &[33, 34]),
        ] {
            let found: KeySet<2> = KeySet::lacking(&all, Version::parse(version));
            let lacking = lacking.iter().map(|&key| KeyIndex(key));
            assert_eq!(found, lacking.collect(), "{version}");
        }
    }
}
