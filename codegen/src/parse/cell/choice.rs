//! Cells that hold one of a few words: R/W, Category and Coverage.

use super::{
    is_blank,
    text::{joined, torn, word},
};
use crate::{
    model::{Access, At, Category, Coverage},
    report::codes,
    source::{Code, Diagnostic, Fix, Report, Source, Span},
    suggest,
};

/// The words that a cell may hold, and what is said of any other.
struct Choice<T: 'static> {
    what: &'static str,
    all: &'static [(&'static str, T)],
    code: &'static Code,
    otherwise: &'static str,
    /// Words of other documents, in lower case and without the marks between them.
    foreign: &'static [(&'static str, T)],
}

const ACCESS: Choice<Access> = Choice {
    what: "access",
    all: Access::ALL,
    code: &codes::UNKNOWN_ACCESS,
    otherwise: "R (read only), R/W, or W (write only)",
    foreign: &[
        ("r", Access::Read),
        ("ro", Access::Read),
        ("read", Access::Read),
        ("readonly", Access::Read),
        ("get", Access::Read),
        ("lesen", Access::Read),
        ("nurlesen", Access::Read),
        ("lesend", Access::Read),
        ("rw", Access::ReadWrite),
        ("wr", Access::ReadWrite),
        ("readwrite", Access::ReadWrite),
        ("writeread", Access::ReadWrite),
        ("readandwrite", Access::ReadWrite),
        ("getset", Access::ReadWrite),
        ("lesenschreiben", Access::ReadWrite),
        ("lesenundschreiben", Access::ReadWrite),
        ("w", Access::Write),
        ("wo", Access::Write),
        ("write", Access::Write),
        ("writeonly", Access::Write),
        ("schreiben", Access::Write),
        ("nurschreiben", Access::Write),
    ],
};

const CATEGORY: Choice<Category> = Choice {
    what: "category",
    all: Category::ALL,
    code: &codes::UNKNOWN_CATEGORY,
    otherwise: "categories are Constant, Status, Config and Other",
    foreign: &[
        ("const", Category::Constant),
        ("constants", Category::Constant),
        ("konstante", Category::Constant),
        ("konstanten", Category::Constant),
        ("konstant", Category::Constant),
        ("state", Category::Status),
        ("zustand", Category::Status),
        ("configuration", Category::Config),
        ("konfiguration", Category::Config),
        ("konfig", Category::Config),
        ("konf", Category::Config),
        ("conf", Category::Config),
        ("cfg", Category::Config),
        ("others", Category::Other),
        ("andere", Category::Other),
        ("sonstige", Category::Other),
        ("sonstiges", Category::Other),
        ("unbekannt", Category::Unknown),
    ],
};

const COVERAGE: Choice<Coverage> = Choice {
    what: "coverage",
    all: Coverage::ALL,
    code: &codes::UNKNOWN_COVERAGE,
    otherwise: "a key is alive, effect, kept or constant; a blank cell claims nothing",
    foreign: &[],
};

/// What other documents write, and what they mean by it: for access, and for
/// categories.
#[cfg(test)]
pub(crate) fn foreign() -> [Vec<(&'static str, &'static str)>; 2] {
    fn of<T: PartialEq>(choice: &Choice<T>) -> Vec<(&'static str, &'static str)> {
        let all = choice.foreign.iter().filter_map(|(word, meant)| {
            let mut known = choice.all.iter();
            let (meant, _) = known.find(|(_, value)| value == meant)?;
            Some((*word, *meant))
        });
        all.collect()
    }
    [of(&ACCESS), of(&CATEGORY)]
}

/// The R/W cell at `span`, of `of` (such as ``key `mod` ``).
pub(crate) fn access(
    source: &Source,
    span: Span,
    of: &str,
    report: &mut Report,
) -> Option<At<Access>> {
    choice(source, span, &ACCESS, of, report)
}

/// The Category cell at `span`, of `of`.
pub(crate) fn category(
    source: &Source,
    span: Span,
    of: &str,
    report: &mut Report,
) -> Option<At<Category>> {
    let category = choice(source, span, &CATEGORY, of, report)?;
    if category.value == Category::Unknown {
        let message = format!("category of {of} is left unknown");
        report.push(
            Diagnostic::new(&codes::CATEGORY_UNKNOWN, message)
                .at(category.span, "kept; the key is not stored")
                .help("decide for Constant, Status, Config or Other"),
        );
    }
    Some(category)
}

/// The Coverage cell at `span`, of `of`; a blank one claims nothing.
pub(crate) fn coverage(
    source: &Source,
    span: Span,
    of: &str,
    report: &mut Report,
) -> Option<At<Coverage>> {
    match is_blank(&word(source, span).value) {
        true => None,
        false => choice(source, span, &COVERAGE, of, report),
    }
}

/// Whether `word` is one of access, or can mean nothing else.
pub(crate) fn is_access(word: &str) -> bool {
    ACCESS.is(word)
}

/// Whether `word` is a category, or can mean nothing else.
pub(crate) fn is_category(word: &str) -> bool {
    CATEGORY.is(word)
}

impl<T: Copy + PartialEq> Choice<T> {
    fn is(&self, word: &str) -> bool {
        let mut known = self.all.iter();
        known.any(|(known, _)| *known == word) || meant(word, self.all, self.foreign).is_some()
    }
}

fn choice<T: Copy + PartialEq>(
    source: &Source,
    span: Span,
    choice: &Choice<T>,
    of: &str,
    report: &mut Report,
) -> Option<At<T>> {
    let Choice {
        what,
        all,
        code,
        otherwise,
        foreign,
    } = *choice;
    let find = |word: &str| all.iter().find(|(known, _)| *known == word);
    let mut word = word(source, span);
    if word.value.contains('\t') {
        let joined = joined(&word.value);
        if find(&joined).is_some() {
            report.push(torn(source, word.span, what, &joined, true));
            word.value = joined;
        }
    }
    if let Some(&(_, value)) = find(&word.value) {
        let span = word.span;
        return Some(At { value, span });
    }
    if report.is_full(code) {
        report.push(Diagnostic::new(code, ""));
        return None;
    }
    let (message, label) = match word.value.is_empty() {
        true => (format!("no {what} for {of}"), "empty".to_owned()),
        false => (
            format!("unknown {what} `{}` for {of}", word.value),
            format!("not a known {what}"),
        ),
    };
    let known = || all.iter().map(|(known, _)| *known);
    let certain = meant(&word.value, all, foreign);
    let nearest = certain.or_else(|| suggest::nearest(&word.value, known()));
    let help = match nearest {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => otherwise.to_owned(),
    };
    let fix = nearest
        .map(|meant| Fix::new(format!("write `{meant}`"), certain.is_some()).put(word.span, meant));
    report.push(
        Diagnostic::new(code, message)
            .at(word.span.visible(), label)
            .help(help)
            .fixes(fix),
    );
    None
}

/// The one word of `all` that `word` stands for: it has the same letters, is a slip
/// of it, or is what other documents say.
fn meant<T: Copy + PartialEq>(
    word: &str,
    all: &[(&'static str, T)],
    foreign: &[(&str, T)],
) -> Option<&'static str> {
    let separator = |c: char| matches!(c, '/' | '-' | '_' | ',' | '&' | '+' | '.' | '|' | ' ');
    let whole = word.trim();
    // Half of it may be missing: `R/`.
    if whole.is_empty() || whole.starts_with(separator) || whole.ends_with(separator) {
        return None;
    }
    let letters: String = whole
        .split(separator)
        .flat_map(str::chars)
        .flat_map(char::to_lowercase)
        .collect();
    let meant = foreign.iter().find(|(known, _)| *known == letters);
    if let Some((_, value)) = meant {
        return all
            .iter()
            .find(|(_, known)| known == value)
            .map(|(word, _)| *word);
    }
    suggest::slip(whole, all.iter().map(|(known, _)| *known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_others_have_one_meaning_or_none() {
        let access = |word| meant(word, ACCESS.all, ACCESS.foreign);
        let cases = [
            ("r", Some("R")),
            ("RW", Some("R/W")),
            ("r / w", Some("R/W")),
            ("R-W", Some("R/W")),
            ("read-only", Some("R")),
            ("Read Only", Some("R")),
            ("W/R", Some("R/W")),
            ("Lesen/Schreiben", Some("R/W")),
            ("wo", Some("W")),
            ("R/", None),
            ("/W", None),
            ("X", None),
            ("RX", None),
            ("RWX", None),
            ("", None),
        ];
        for (word, expected) in cases {
            assert_eq!(access(word), expected, "{word}");
        }
        let category = |word| meant(word, CATEGORY.all, CATEGORY.foreign);
        let cases = [
            ("config", Some("Config")),
            ("Confg", Some("Config")),
            ("Konfiguration", Some("Config")),
            ("Statuss", Some("Status")),
            ("Sonstiges", Some("Other")),
            ("unknown", Some("Unknown")),
            ("Stats", Some("Status")),
            ("Settings", None),
            ("Mother", None),
            ("Data", None),
        ];
        for (word, expected) in cases {
            assert_eq!(category(word), expected, "{word}");
        }
    }
}
