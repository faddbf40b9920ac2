//! What is wrong with the text of a scenario, and where.

use std::fmt::Write;

/// A place in a file, line and column counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The line.
    pub line: u32,
    /// The column, in characters.
    pub column: u32,
}

impl Place {
    /// Where a file begins.
    pub const START: Place = Place { line: 1, column: 1 };
}

/// Something that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Where it stands.
    pub at: Place,
    /// What it is, lower case, no full stop.
    pub what: String,
    /// How to mend it.
    pub help: Option<String>,
}

impl Finding {
    pub(crate) fn new(at: Place, what: impl Into<String>) -> Self {
        let what = what.into();
        let help = None;
        Finding { at, what, help }
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// With the line that it stands in, for people.
    pub fn told(&self, file: &str, text: &str) -> String {
        let Place { line, column } = self.at;
        let mut told = format!(
            "error: {}\n  --> {file}:{line}:{column}\n",
            plain(&self.what)
        );
        let source = text.lines().nth((line as usize).saturating_sub(1));
        if let Some(source) = source {
            let at = (column as usize).saturating_sub(1);
            // Of a long line what is around the place.
            let from = if at > SHOWN / 2 { at - SHOWN / 4 } else { 0 };
            let source: String = source.chars().skip(from).collect();
            let source = plain(&source);
            let before: String = source.chars().take(at - from).collect();
            // Tabs stay, so that the mark stands below its place.
            let before: String = before
                .chars()
                .map(|letter| if letter == '\t' { '\t' } else { ' ' })
                .collect();
            let margin = " ".repeat(line.to_string().len());
            // A String takes everything.
            let _ = writeln!(told, "{line} | {source}\n{margin} | {before}^");
        }
        if let Some(help) = &self.help {
            let lines: Vec<_> = help.split('\n').map(plain).collect();
            let _ = writeln!(told, "  help: {}", lines.join("\n"));
        }
        told
    }
}

/// Letters of somebody else's text that are shown.
const SHOWN: usize = 240;

/// Somebody else's text for a terminal and a report: without control characters, on
/// one line, and not too long.
pub(crate) fn plain(text: &str) -> String {
    let is_control = |letter: char| letter.is_control() && letter != '\t';
    let letters = text.chars().map(|letter| match is_control(letter) {
        true => char::REPLACEMENT_CHARACTER,
        false => letter,
    });
    let mut shown: String = letters.take(SHOWN).collect();
    if text.chars().nth(SHOWN).is_some() {
        shown.push('…');
    }
    shown
}

/// The one of some names that was probably meant.
pub fn nearest<'a>(name: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = name.to_lowercase();
    let distance = |other: &str| strsim::damerau_levenshtein(&lower, &other.to_lowercase());
    let near = names.into_iter().map(|other| (distance(other), other));
    let near = near.min_by_key(|(distance, _)| *distance);
    // A third of the letters may be wrong.
    let most = name.chars().count() / 3;
    near.filter(|(distance, _)| *distance <= most)
        .map(|(_, other)| other)
}

/// Which of some names may have been meant, or else which there are.
pub(crate) fn meant<'a>(name: &str, names: impl IntoIterator<Item = &'a str> + Clone) -> String {
    match nearest(name, names.clone()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => {
            let names: Vec<_> = names.into_iter().map(|name| format!("`{name}`")).collect();
            format!("there are {}", names.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_shows_its_line() {
        let at = Place { line: 2, column: 4 };
        let finding = Finding::new(at, "`ampp` is no key").help("did you mean `amp`?");
        assert_eq!(
            finding.told("a.yaml", "x:\n  {ampp: 1}\n"),
            "error: `ampp` is no key\n  --> a.yaml:2:4\n2 |   {ampp: 1}\n  |    ^\n  help: did you mean `amp`?\n"
        );
    }

    #[test]
    fn a_long_line_is_cut_around_its_place() {
        let at = Place {
            line: 1,
            column: 1_001,
        };
        let line = format!("{}X{}", "a".repeat(1_000), "b".repeat(1_000));
        let told = Finding::new(at, "bell \u{7}").told("a.yaml", &line);
        assert!(told.len() < 700 && !told.contains('\u{7}'), "{told}");
        let lines: Vec<_> = told.lines().collect();
        let column = |text: &str, letter| text.chars().position(|one| one == letter);
        assert_eq!(column(lines[2], 'X'), column(lines[3], '^'));
    }

    #[test]
    fn names_that_are_near() {
        let names = ["expect", "within", "at"];
        assert_eq!(meant("exepct", names), "did you mean `expect`?");
        for other in ["zzz", "wait"] {
            assert_eq!(meant(other, names), "there are `expect`, `within`, `at`");
        }
    }
}
