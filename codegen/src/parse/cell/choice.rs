//! Cells that hold one of a few words: R/W and Category.

use super::text::{joined, torn, word};
use crate::{
    model::{Access, At, Category},
    report::codes,
    source::{Code, Diagnostic, Report, Source, Span},
    suggest,
};

/// The words that a cell may hold, and what is said of any other.
struct Choice<T: 'static> {
    what: &'static str,
    all: &'static [(&'static str, T)],
    code: &'static Code,
    otherwise: &'static str,
}

const ACCESS: Choice<Access> = Choice {
    what: "access",
    all: Access::ALL,
    code: &codes::UNKNOWN_ACCESS,
    otherwise: "R (read only), R/W, or W (write only)",
};

const CATEGORY: Choice<Category> = Choice {
    what: "category",
    all: Category::ALL,
    code: &codes::UNKNOWN_CATEGORY,
    otherwise: "categories are Constant, Status, Config and Other",
};

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

fn choice<T: Copy>(
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
    } = *choice;
    let find = |word: &str| all.iter().find(|(known, _)| *known == word);
    let mut word = word(source, span);
    if word.value.contains('\t') {
        let joined = joined(&word.value);
        if find(&joined).is_some() {
            report.push(torn(source, word.span, what, &joined));
            word.value = joined;
        }
    }
    if let Some(&(_, value)) = find(&word.value) {
        let span = word.span;
        return Some(At { value, span });
    }
    let (message, label) = match word.value.is_empty() {
        true => (format!("no {what} for {of}"), "empty".to_owned()),
        false => (
            format!("unknown {what} `{}` for {of}", word.value),
            format!("not a known {what}"),
        ),
    };
    let known = all.iter().map(|(known, _)| *known);
    report.push(
        Diagnostic::new(code, message)
            .at(word.span.visible(), label)
            .help(suggest::help(&word.value, known, otherwise)),
    );
    None
}
