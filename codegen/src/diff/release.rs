//! Whether the version of a spec rose as far as its changes ask.
//!
//! Semantic versioning says so from 1.0.0 on; before that, as Rust has it, each
//! number counts for the one above it: a breaking change raises the second, any
//! other the third. A pre-release may change as its release may: from 2.0.0-rc.1
//! to 2.0.0 anything, from 1.3.0-rc.1 to 1.3.0 nothing that breaks.

use std::fmt;

use super::{Diff, severity::Bump};
use crate::model::Version;

/// Why a version did not rise as far as it should have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotRaised {
    /// It is lower than before.
    Lower,
    /// It rose by less than the changes ask for; `at_least` is one that would do.
    TooLittle {
        /// What the changes ask for.
        asked: Bump,
        /// The least version that would do.
        at_least: String,
    },
    /// It rose by enough for what could be compared, and something could not.
    Unknown {
        /// The least version that would do whatever it is.
        at_least: String,
    },
}

impl fmt::Display for NotRaised {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NotRaised::Lower => f.write_str("it is lower than it was"),
            NotRaised::TooLittle { asked, at_least } => {
                write!(
                    f,
                    "the changes ask for a {asked} version, {at_least} or higher"
                )
            }
            NotRaised::Unknown { at_least } => write!(
                f,
                "not everything could be compared, and only {at_least} or higher would do whatever changed"
            ),
        }
    }
}

/// Says whether the version rose from `old` to `new` as far as `diff` asks.
pub fn raised(diff: &Diff, old: &Version, new: &Version) -> Result<(), NotRaised> {
    if new < old {
        return Err(NotRaised::Lower);
    }
    let asked = diff.bump();
    if rise(old, new) < needed(old, asked) {
        let at_least = least(old, asked);
        return Err(NotRaised::TooLittle { asked, at_least });
    }
    let unknown = diff.open_questions().next().is_some();
    if unknown && rise(old, new) < needed(old, Bump::Major) {
        let at_least = least(old, Bump::Major);
        return Err(NotRaised::Unknown { at_least });
    }
    Ok(())
}

/// What has to rise for a change, before 1.0.0 and from then on.
fn needed(old: &Version, asked: Bump) -> Bump {
    match (old.major, asked) {
        (0, Bump::Major) => Bump::Minor,
        (0, Bump::Minor) => Bump::Patch,
        _ => asked,
    }
}

/// By how much the version rose.
fn rise(old: &Version, new: &Version) -> Bump {
    let same = |part: fn(&Version) -> u64| part(old) == part(new);
    if old == new {
        Bump::None
    } else if !same(|v| v.major) {
        Bump::Major
    } else if !same(|v| v.minor) {
        Bump::Minor
    } else if !same(|v| v.patch) || !old.is_pre_release() {
        Bump::Patch
    } else {
        // Another pre-release, or the release itself.
        match (old.minor, old.patch) {
            (0, 0) => Bump::Major,
            (_, 0) => Bump::Minor,
            _ => Bump::Patch,
        }
    }
}

/// The least version to which `old` can rise for a change.
fn least(old: &Version, asked: Bump) -> String {
    let &Version {
        major,
        minor,
        patch,
        ..
    } = old;
    // The release of a pre-release, if that rises enough.
    let parts = (minor, patch);
    let release = match needed(old, asked) {
        _ if !old.is_pre_release() => false,
        Bump::None => false,
        Bump::Patch => true,
        Bump::Minor => patch == 0,
        Bump::Major => parts == (0, 0),
    };
    if release {
        return format!("{major}.{minor}.{patch}");
    }
    // A pre-release of it is the least, and nobody looks for that.
    match needed(old, asked) {
        Bump::None => old.to_string(),
        Bump::Patch => format!("{major}.{minor}.{}", patch.saturating_add(1)),
        Bump::Minor => format!("{major}.{}.0", minor.saturating_add(1)),
        Bump::Major => format!("{}.0.0", major.saturating_add(1)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Spec, diff::diff, read};

    fn changes(old: &str, new: &str) -> Diff {
        let model = |row: &str| {
            let table = "| Key | R/W | Type | Category | Description |\n|-|-|-|-|-|\n\
                         | s | R | bool | Status | x |\n";
            read(&Spec::from_files([(
                "t.md",
                format!("{table}{row}\n").into_bytes(),
            )]))
            .0
        };
        diff(&model(old), &model(new))
    }

    #[test]
    fn versions_rise_as_changes_ask() {
        let row = "| k | R | uint8 | Status | x |";
        let breaking = changes(row, "");
        let compatible = changes("", row);
        let words = changes(row, "| k | R | uint8 | Status | y |");
        let none = changes(row, row);
        let unknown = changes(row, "| k | R | unit8 | Status | x |");
        let cases: &[(&Diff, &str, &str, &str)] = &[
            (&none, "1.2.3", "1.2.3", ""),
            (&none, "1.2.3", "1.2.2", "lower"),
            (&none, "1.2.3", "1.2.3-rc.1", "lower"),
            (&none, "1.2.3", "2.0.0", ""),
            (&words, "1.2.3", "1.2.3", "a patch version, 1.2.4"),
            (&words, "1.2.3", "1.2.3+5", "a patch version, 1.2.4"),
            (&words, "1.2.3", "1.2.4", ""),
            (&compatible, "1.2.3", "1.2.4", "a minor version, 1.3.0"),
            (&compatible, "1.2.3", "1.3.0", ""),
            (&compatible, "1.2.3", "2.0.0", ""),
            (&breaking, "1.2.3", "1.9.0", "a major version, 2.0.0"),
            (&breaking, "1.2.3", "2.0.0", ""),
            (&breaking, "1.2.3", "2.0.0-rc.1", ""),
            // Before 1.0.0 each number counts for the one above it.
            (&breaking, "0.2.3", "0.2.4", "a major version, 0.3.0"),
            (&breaking, "0.2.3", "0.3.0", ""),
            (&compatible, "0.2.3", "0.2.3", "a minor version, 0.2.4"),
            (&compatible, "0.2.3", "0.2.4", ""),
            (&breaking, "0.2.3", "1.0.0", ""),
            // A pre-release may change as its release may.
            (&breaking, "2.0.0-rc.1", "2.0.0-rc.2", ""),
            (&breaking, "2.0.0-rc.1", "2.0.0", ""),
            (&breaking, "1.3.0-rc.1", "1.3.0", "a major version, 2.0.0"),
            (&compatible, "1.3.0-rc.1", "1.3.0", ""),
            (&compatible, "1.3.1-rc.1", "1.3.1", "a minor version, 1.4.0"),
            (
                &compatible,
                "1.3.0-rc.1",
                "1.3.0-rc.1",
                "a minor version, 1.3.0 ",
            ),
            (
                &breaking,
                "2.0.0-rc.1",
                "2.0.0-rc.1",
                "a major version, 2.0.0 ",
            ),
            (&words, "1.3.1-rc.1", "1.3.1-rc.1", "a patch version, 1.3.1"),
            // Nobody knows what changed: only a major version covers that.
            (&unknown, "1.2.3", "1.2.3", "a minor version, 1.3.0"),
            (&unknown, "1.2.3", "1.3.0", "only 2.0.0 or higher"),
            (&unknown, "1.2.3", "2.0.0", ""),
        ];
        for (diff, old, new, expected) in cases {
            let [from, to] = [old, new].map(|text| Version::parse(text).unwrap());
            let found = raised(diff, &from, &to);
            let said = found.map_or_else(|error| error.to_string(), |()| String::new());
            let right = said.contains(expected) && said.is_empty() == expected.is_empty();
            assert!(right, "{old} {new}: {said}, not {expected}");
        }
    }
}
